"""更正退款: how much of a payment may go back while the cover that it has paid for stands."""

from dataclasses import dataclass

from portal.errors import Reason

SOURCE = "足额缴费后享受待遇；未足额的，待遇受限（本网厅口径，参照医保办函〔2021〕11号第十六条）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """A payment in fen: what is left of it, the late fee in it, what the bill asked for without that, and what the same
    contribution costs by the standards and the aid as they are known today (None where nothing is set).
    """

    left_fen: int
    late_fee_fen: int
    billed_fen: int
    cost_fen: int | None

    @property
    def owed_fen(self) -> int:
        """What has to stay paid: a late fee does not carry the cover, and nobody owes more than was billed."""
        return self.billed_fen if self.cost_fen is None else min(self.billed_fen, self.cost_fen)

    @property
    def most_fen(self) -> int:
        """What may go back in all corrections together."""
        return max(self.left_fen - self.owed_fen, 0)


def check_correction(paid: Paid, *, amount_fen: int) -> tuple[Reason, ...]:
    """Why this much is not given back; empty when what stays carries the cover."""
    if amount_fen <= paid.most_fen:
        return ()
    code = "refund.cover-stands" if paid.most_fen else "refund.cover-needs-all"
    return (Reason(code, {"most_fen": paid.most_fen, "owed_fen": paid.owed_fen}, SOURCE),)
