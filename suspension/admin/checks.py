"""One line of 自动核对."""

from dataclasses import dataclass

from portal.errors import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """An automatic check with its answer; `finding` is what was found when all is well."""

    label: str
    is_ok: bool
    finding: str
    reasons: tuple[Reason, ...]
