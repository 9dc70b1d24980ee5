"""The only writer of the ledger: every movement of money once, and its two sides alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from payments.models import LedgerEntry, LedgerTransaction
from portal import clock
from portal.transactions import business_transaction

OPENING = "opening"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What an account receives (positive) or gives, in fen; `bill_id` for the account "contribution" only."""

    account: str
    fen: int
    bill_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Money that came or went through a channel under a number it has there."""

    kind: str
    channel: str
    trade_no: str
    happened_at: datetime
    entries: Sequence[Entry]
    order_id: int | None = None


def is_posted(*, kind: str, channel: str, trade_no: str) -> bool:
    """Whether this movement is in the books already. Ask under the lock of its order."""
    return LedgerTransaction.objects.filter(kind=kind, channel=channel, trade_no=trade_no).exists()


@business_transaction
def post_openings(amounts: Mapping[str, int], *, channel: str) -> None:
    """What personal accounts held when the hall took them over: 人员编号 → fen, once for each. Two statements.

    IntegrityError for an account that is in the books already.
    """
    now = clock.now()
    made = LedgerTransaction.objects.bulk_create(
        LedgerTransaction(
            key=f"{OPENING}:{channel}:{number}",
            kind=OPENING,
            channel=channel,
            trade_no=number,
            happened_at=now,
            posted_at=now,
        )
        for number in amounts
    )
    LedgerEntry.objects.bulk_create(
        LedgerEntry(transaction=one, account=account, fen=sign * amounts[one.trade_no])
        for one in made
        for account, sign in (("opening", 1), ("personal", -1))
    )


@business_transaction
def post(movement: Movement) -> LedgerTransaction:
    """Write a movement. ValueError when its sides differ; IntegrityError when it is in the books already."""
    if not movement.entries or sum(entry.fen for entry in movement.entries) != 0:
        raise ValueError(f"The entries of {movement.trade_no} do not come to nothing.")
    transaction = LedgerTransaction.objects.create(
        key=f"{movement.kind}:{movement.channel}:{movement.trade_no}",
        kind=movement.kind,
        channel=movement.channel,
        trade_no=movement.trade_no,
        order_id=movement.order_id,
        happened_at=movement.happened_at,
        posted_at=clock.now(),
    )
    LedgerEntry.objects.bulk_create(
        LedgerEntry(transaction=transaction, account=entry.account, bill_id=entry.bill_id, fen=entry.fen)
        for entry in movement.entries
    )
    return transaction
