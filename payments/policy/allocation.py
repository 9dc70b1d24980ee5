"""How a part payment is spread: the oldest month first, within it the principal before the late fee (rule 2.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """What is left to pay for one period, in fen; `key` is the bill's number."""

    key: str
    period_starts_on: date
    principal_fen: int
    late_fee_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """What of a payment goes to one debt, in fen."""

    key: str
    principal_fen: int
    late_fee_fen: int

    @property
    def total_fen(self) -> int:
        return self.principal_fen + self.late_fee_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """The portions, oldest first, and what no debt took."""

    portions: tuple[Portion, ...]
    rest_fen: int


def allocate(paid_fen: int, *, debts: Sequence[Debt]) -> Allocation:
    """Spread a payment; debts that get nothing are not named."""
    rest = max(paid_fen, 0)
    portions = []
    for debt in sorted(debts, key=lambda one: (one.period_starts_on, one.key)):
        principal = min(rest, debt.principal_fen)
        late_fee = min(rest - principal, debt.late_fee_fen)
        rest -= principal + late_fee
        if principal or late_fee:
            portions.append(Portion(key=debt.key, principal_fen=principal, late_fee_fen=late_fee))
    return Allocation(portions=tuple(portions), rest_fen=rest)
