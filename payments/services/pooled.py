"""个人账户: its balance and entries, what is credited, and the account as a way to pay that lives in this hall."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, QuerySet, Subquery

from insured.models import InsuredPerson
from payments.gateways import wire
from payments.gateways.base import (
    Answer,
    GatewayError,
    Outcome,
    Prepay,
    RefundRequest,
    RefundState,
    Started,
    StatementLine,
    Trade,
    Verdict,
)
from payments.models import AccountEntry, Bill, PaymentOrder
from payments.services import ledger
from portal import clock
from portal.errors import ConflictError, Reason
from portal.transactions import business_transaction

CODE = "account"
TRIES = 3
"""How often an account is looked at anew when an entry did not fit."""


def balance_of(person: InsuredPerson) -> int | None:
    """What the account holds, in fen; None for somebody who has none."""
    return person.account_entries.order_by("-position").values_list("balance_fen", flat=True).first()


def _last(person_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Person → position and balance of the last entry. One statement."""
    newest = AccountEntry.objects.filter(person=OuterRef("person")).order_by("-position").values("position")[:1]
    rows: QuerySet[AccountEntry] = AccountEntry.objects.filter(person__in=person_ids)
    rows = rows.annotate(newest=Subquery(newest)).filter(position=F("newest"))
    return {row.person_id: (row.position, row.balance_fen) for row in rows}


def _entry(person_id: int, *, after: Mapping[int, tuple[int, int]], fen: int, kind: str, **more: Any) -> AccountEntry:
    position, balance = after.get(person_id, (0, 0))
    return AccountEntry(
        person_id=person_id,
        position=position + 1,
        kind=kind,
        amount_fen=fen,
        balance_fen=balance + fen,
        at=clock.now(),
        **more,
    )


def _added(
    person_ids: Sequence[int], made: Callable[[Mapping[int, tuple[int, int]]], Iterable[AccountEntry]]
) -> list[AccountEntry]:
    """Lock the accounts, look where they stand, add what is made of that. ConflictError when it does not fit.

    An account's first entry is its lock. That each position is there once and no balance is below nothing, the
    database says itself: whoever saw an older balance looks again, and is refused at last.
    """
    for _ in range(TRIES):
        first = AccountEntry.objects.filter(person__in=person_ids, position=1).order_by("person")
        list(first.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
        entries = list(made(_last(person_ids)))
        try:
            with transaction.atomic():
                return AccountEntry.objects.bulk_create(entries)
        except IntegrityError:
            continue
    raise ConflictError(Reason("pooled.somebody-first"))


@business_transaction
def credit(amounts: Mapping[int, int], *, kind: str, bill: Bill | None = None, text: str = "") -> None:
    """Credit people (person key → fen); who gets nothing is left out. Three statements.

    What an account holds when the hall takes it over ("opening") is posted to the ledger, too: once for a person.
    """
    amounts = {person_id: fen for person_id, fen in sorted(amounts.items()) if fen > 0}
    _added(
        list(amounts),
        lambda last: (
            _entry(person_id, after=last, fen=fen, kind=kind, bill=bill, text=text)
            for person_id, fen in amounts.items()
        ),
    )
    if kind == ledger.OPENING:
        numbers = InsuredPerson.objects.filter(pk__in=amounts).values_list("number", "pk")
        ledger.post_openings({number: amounts[pk] for number, pk in numbers}, channel=CODE)


@business_transaction
def take(person: InsuredPerson, *, order: PaymentOrder) -> AccountEntry:
    """Take what an order costs, once. ConflictError when it was taken, or when the account holds too little."""
    taken: dict[str, Any] = {"fen": -order.amount_fen, "kind": "family", "order": order, "text": order.number}

    def made(last: Mapping[int, tuple[int, int]]) -> list[AccountEntry]:
        entry = _entry(person.pk, after=last, **taken)
        if entry.balance_fen < 0:
            raise ConflictError(Reason("pooled.somebody-first"))
        return [entry]

    (entry,) = _added([person.pk], made)
    return entry


@business_transaction
def _back(request: RefundRequest) -> None:
    """Give back what was taken, once for a refund number. GatewayError, to be asked again, when somebody was first."""
    if AccountEntry.objects.filter(kind="back", text=request.refund_number).exists():
        return
    taken = AccountEntry.objects.select_related("order").get(kind="family", order__number=request.order_number)
    back: dict[str, Any] = {
        "fen": request.refund_fen,
        "kind": "back",
        "order": taken.order,
        "text": request.refund_number,
    }
    try:
        _added([taken.person_id], lambda last: [_entry(taken.person_id, after=last, **back)])
    except ConflictError:
        raise GatewayError(request.refund_number, is_unknown=True) from None


class PersonalAccount:
    """The personal account as a gateway: an order is paid in the transaction that takes the money, or not at all."""

    code, name = CODE, "个人账户"

    def create(self, prepay: Prepay) -> Started:
        """There is no page to go to: family.pay_from_account pays at once."""
        raise GatewayError(prepay.order_number, is_unknown=False)

    def query(self, order_number: str, *, begun_at: datetime) -> Trade:  # noqa: ARG002
        """An order that is still open was not paid: whoever pays it starts and ends it in one transaction."""
        return Trade(outcome=Outcome.MISSING, order_number=order_number)

    def close(self, order_number: str, *, begun_at: datetime, expires_at: datetime) -> Outcome:  # noqa: ARG002
        """Nothing was taken."""
        return Outcome.MISSING

    def refund(self, request: RefundRequest) -> RefundState:
        """Back into the account, at once."""
        _back(request)
        return self._refunded(request.refund_number, fen=request.refund_fen)

    def query_refund(self, refund_number: str, *, order_number: str, begun_at: datetime) -> RefundState:  # noqa: ARG002
        """What stands in the account."""
        entry = AccountEntry.objects.filter(kind="back", text=refund_number).first()
        if entry is None:
            return RefundState(outcome=Outcome.MISSING, refund_number=refund_number)
        return self._refunded(refund_number, fen=entry.amount_fen)

    def _refunded(self, number: str, *, fen: int) -> RefundState:
        return RefundState(outcome=Outcome.REFUNDED, refund_number=number, refund_trade_no=number, amount_fen=fen)

    def statement(self, day: date) -> Sequence[StatementLine]:
        """No file: both sides of this account are here."""
        raise GatewayError(f"No file of {day}.", is_unknown=False)

    def verify(self, headers: Mapping[str, str], body: bytes) -> Verdict:  # noqa: ARG002
        """Nobody sends notices."""
        return Verdict(is_genuine=False, code="unreadable")

    def accepted(self) -> Answer:
        """See Gateway."""
        return wire.plain(200, "success")

    def refused(self) -> Answer:
        """See Gateway."""
        return wire.plain(400, "fail")
