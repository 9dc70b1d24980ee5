"""One line of 自动核对."""

from dataclasses import dataclass

from portal.errors import Reason
from suspension import labels
from suspension.policy.grounds import GROUNDS


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """An automatic check with its answer; `finding` is what was found when all is well, `source` what it rests on."""

    label: str
    is_ok: bool
    finding: str
    reasons: tuple[Reason, ...]
    source: str


def line_of(code: str, *, reasons: tuple[Reason, ...], finding: str) -> CheckLine:
    """The line of a check of labels.CHECKS: green without a reason against it."""
    return CheckLine(
        label=labels.CHECKS[code], is_ok=not reasons, finding=finding, reasons=reasons, source=GROUNDS[code]
    )
