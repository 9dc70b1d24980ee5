"""What goes wrong on purpose, set by the page or by POST /control."""

from dataclasses import asdict, dataclass, field
from typing import Any

from portal.simulators.knobs import turned

STATEMENT_FAULTS = ("missing", "extra", "wrong", "doubled", "late")


@dataclass(frozen=True)
class Knobs:
    """Everything off is a platform as it should be."""

    no_notice: bool = False
    twice_at_once: bool = False
    out_of_order: bool = False
    """A payment's notice waits until a refund of it has been told."""
    late_seconds: float = 0.0
    wrong_amount_fen: int = 0
    """Added to the amount of every notice, which is then signed as if it were right."""
    bad_signature: bool = False
    answer_500: bool = False
    hang_after_accept: bool = False
    hang_seconds: float = 10.0
    """How long an accepted request stays without an answer before the line is cut."""
    refund_returned: bool = False
    """The payer's bank sends refunds back."""
    debit_insufficient: bool = False
    """The payer's account has too little for a debit."""
    debit_returned: bool = False
    """The payer's bank returns a debit."""
    account_mismatch: bool = False
    """The bank knows the account under another name."""
    time_scale: float = 1.0
    """The waits between the tries of a notice are multiplied by this."""
    statement_faults: list[str] = field(default_factory=list)

    def turned(self, wanted: dict[str, Any]) -> "Knobs":
        """With the named ones set; raises TypeError or ValueError for anything else."""
        found = turned(self, wanted)
        if set(found.statement_faults) - set(STATEMENT_FAULTS):
            raise ValueError(f"The faults of a bill file are {', '.join(STATEMENT_FAULTS)}.")
        return found

    def as_json(self) -> dict[str, Any]:
        """As GET /control answers."""
        return asdict(self)
