"""The service items that an application can be about: one frozen row each."""

from dataclasses import dataclass

NUMBER_PREFIX = "YB"
"""受理编号 begin with 医保's initials."""


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
    is_refund: bool = False
    """Whether approval pays money back: then a second person confirms it."""
    messages: str = ""
    """What its messages are called, where it shares them with another item."""
    is_paid: bool = False
    """Whether an approval opens a bill, and only its payment brings the effect."""
    scheme: str = ""
    """The scheme that is joined; empty where it is that of the enrollment."""
    page: str = ""
    """Url name of its first page."""
    is_coverage_changing: bool = True
    """Whether it changes what somebody is covered for, so that only one such case is open per enrollment."""
    has_legs: bool = False
    """Whether an approval opens steps of two areas, and only the last one completes it."""

    @property
    def template(self) -> str:
        """The beginning of the names of its messages."""
        return self.messages or self.code

    def title_for(self, scheme: str, *, is_through_unit: bool) -> str:
        """The item's official name for one enrollment."""
        return self.title_through_unit if is_through_unit else self.titles_by_scheme.get(scheme, self.title)


STOP = Item(
    code="stop",
    title="停缴（暂停参保）",
    titles_by_scheme={"390": "城乡居民暂停参保登记", "310": "灵活就业人员停保登记"},
    title_through_unit="职工停保（由单位申报）",
    page="stop",
)
CANCEL_STOP = Item(
    code="cancel-stop",
    title="生效前取消停缴",
    titles_by_scheme={},
    title_through_unit="生效前取消停缴",
    is_correctable=False,
    takes_effect_at_once=True,
)
RESUME = Item(
    code="resume",
    title="恢复参保（取消暂停参保）",
    titles_by_scheme={"390": "城乡居民恢复参保登记", "310": "灵活就业人员恢复缴费登记"},
    title_through_unit="职工恢复参保（由单位申报）",
    is_paid=True,
    page="resume",
)
RESIDENT_ENROLMENT = Item(
    code="resident-enrolment",
    title="城乡居民参保登记",
    titles_by_scheme={},
    title_through_unit="城乡居民参保登记",
    messages="resume",
    is_paid=True,
    scheme="390",
    page="resident_enrolment",
)
FLEXIBLE_ENROLMENT = Item(
    code="flexible-enrolment",
    title="灵活就业人员参保登记",
    titles_by_scheme={},
    title_through_unit="灵活就业人员参保登记",
    messages="resume",
    is_paid=True,
    scheme="310",
    page="flexible_enrolment",
)
TRANSFER = Item(
    code="transfer",
    title="医保关系转移接续",
    titles_by_scheme={"390": "城乡居民医保关系转移接续", "310": "职工医保关系转移接续"},
    title_through_unit="职工医保关系转移接续",
    page="transfer",
    is_coverage_changing=False,
    has_legs=True,
)
INSTALMENTS = Item(
    code="instalments",
    title="分期缴费",
    titles_by_scheme={},
    title_through_unit="分期缴费",
    is_correctable=False,
    takes_effect_at_once=True,
    is_coverage_changing=False,
)
REFUND = Item(
    code="refund",
    title="退费申请",
    titles_by_scheme={"390": "城乡居民医保退费", "310": "灵活就业人员医保退费"},
    title_through_unit="职工医保退费（由单位申报）",
    is_refund=True,
    page="refund",
)
COMEBACK_ITEMS = (RESUME, RESIDENT_ENROLMENT, FLEXIBLE_ENROLMENT)
ITEMS = {item.code: item for item in (STOP, CANCEL_STOP, *COMEBACK_ITEMS, TRANSFER, INSTALMENTS, REFUND)}
CHOICES = [(item.code, item.title) for item in ITEMS.values()]
PAID = tuple(item.code for item in ITEMS.values() if item.is_paid)
"""Codes of the items that wait for a payment after the approval."""
LEGGED = tuple(item.code for item in ITEMS.values() if item.has_legs)
"""Codes of the items that wait for two areas after the approval."""
REFUNDS = tuple(item.code for item in ITEMS.values() if item.is_refund)
"""Codes of the items that wait for money on its way back after the approval."""
