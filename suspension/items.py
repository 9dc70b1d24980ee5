"""The service items that an application can be about: one frozen row each."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Item:
    """A service item: its form, the rule asked before each step, what approval does, and who decides.

    `form`, `check` and `effect` are dotted names, so that this table imports nothing.
    """

    code: str
    title: str
    titles_by_scheme: dict[str, str]
    title_through_unit: str
    form: str
    check: str
    effect: str
    mode: Literal["manual", "automatic"]
    is_coverage_changing: bool
    materials: tuple[str, ...]
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
    form="suspension.forms.StopForm",
    check="suspension.policy.stop.check_stop",
    effect="insured.services.stop_coverage",
    mode="manual",
    is_coverage_changing=True,
    materials=("id-card", "id-card-back", "household", "leave-proof", "other"),
)
CANCEL_STOP = Item(
    code="cancel-stop",
    title="生效前取消停缴",
    titles_by_scheme={},
    title_through_unit="生效前取消停缴",
    form="suspension.forms.CancelForm",
    check="suspension.policy.cancel.check_cancel",
    effect="suspension.services.cancel.void_stop",
    mode="manual",
    is_coverage_changing=True,
    materials=(),
    is_correctable=False,
    takes_effect_at_once=True,
)
ITEMS = {item.code: item for item in (STOP, CANCEL_STOP)}
CHOICES = [(item.code, item.title) for item in ITEMS.values()]
