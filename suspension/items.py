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
    form: str
    check: str
    effect: str
    mode: Literal["manual", "automatic"]
    is_coverage_changing: bool
    materials: tuple[str, ...]


STOP = Item(
    code="stop",
    title="停缴（暂停参保）",
    titles_by_scheme={"390": "城乡居民暂停参保登记", "310": "灵活就业人员停保登记"},
    form="suspension.forms.StopForm",
    check="suspension.policy.stop.check_stop",
    effect="insured.services.stop_coverage",
    mode="manual",
    is_coverage_changing=True,
    materials=("id-card", "household", "leave-proof", "other"),
)
ITEMS = {item.code: item for item in (STOP,)}
CHOICES = [(item.code, item.title) for item in ITEMS.values()]
