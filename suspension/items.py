"""The service items that an application can be about: one frozen row each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """A service item by name. What its approval asks and does stands in services.handling, by the same code."""

    code: str
    title: str
    titles_by_scheme: dict[str, str]
    title_through_unit: str
    is_correctable: bool = True
    """Whether the desk can return it: there is something in it that the applicant could correct."""
    takes_effect_at_once: bool = False
    """Whether approval writes the effect on the same day, so that nothing waits for a date."""

    def title_for(self, scheme: str, *, is_through_unit: bool) -> str:
        """The item's official name for one enrollment."""
        return self.title_through_unit if is_through_unit else self.titles_by_scheme.get(scheme, self.title)


STOP = Item(
    code="stop",
    title="停缴（暂停参保）",
    titles_by_scheme={"390": "城乡居民暂停参保登记", "310": "灵活就业人员停保登记"},
    title_through_unit="职工停保（由单位申报）",
)
CANCEL_STOP = Item(
    code="cancel-stop",
    title="生效前取消停缴",
    titles_by_scheme={},
    title_through_unit="生效前取消停缴",
    is_correctable=False,
    takes_effect_at_once=True,
)
ITEMS = {item.code: item for item in (STOP, CANCEL_STOP)}
CHOICES = [(item.code, item.title) for item in ITEMS.values()]
