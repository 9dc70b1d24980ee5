"""What must always hold of money, asked of the tables as they are; nothing is repaired here."""

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum, Value, Window
from django.db.models.functions import Coalesce, Concat, RowNumber

from payments.models import (
    AccountEntry,
    Bill,
    ContributionRecord,
    LedgerEntry,
    LedgerTransaction,
    OrderLine,
    PaymentOrder,
    Refund,
)
from payments.models.refunds import PERSONAL
from payments.policy.orders import LIVE, State
from payments.policy.refunds import HOLDING
from payments.services.history import GIVEN_BACK

ONCE_PAID = (State.PAID, State.PAID_LATE, State.REFUNDED)
"""States of an order whose money has come."""


def unbalanced_postings() -> list[str]:
    """I3: postings whose entries do not come to nothing, and those without any."""
    sums = LedgerTransaction.objects.annotate(fen=Coalesce(Sum("entries__fen"), 0), sides=Count("entries"))
    return list(sums.filter(~Q(fen=0) | Q(sides=0)).order_by("pk").values_list("key", flat=True))


def trades_not_posted_once() -> list[str]:
    """I4: postings under another key than their own, paid orders and done refunds that are not in the books, and
    payments in the books that neither their order nor a refund of it names.
    """
    own_key = Concat("kind", Value(":"), "channel", Value(":"), "trade_no")
    renamed = LedgerTransaction.objects.annotate(own_key=own_key).exclude(key=F("own_key"))
    posted = LedgerTransaction.objects.filter(
        kind="payment", channel=OuterRef("gateway"), trade_no=OuterRef("trade_no"), order=OuterRef("pk")
    )
    unposted = PaymentOrder.objects.filter(~Exists(posted), state__in=ONCE_PAID)
    booked = LedgerTransaction.objects.filter(kind="refund", trade_no=OuterRef("number"))
    unbooked = Refund.objects.filter(~Exists(booked), state=Refund.DONE)
    named = Refund.objects.filter(order=OuterRef("order"), trade_no=OuterRef("trade_no"))
    payments = LedgerTransaction.objects.filter(kind="payment", order__isnull=False)
    nameless = payments.filter(~Q(order__trade_no=F("trade_no")) & ~Exists(named))
    return [
        *renamed.order_by("pk").values_list("key", flat=True),
        *unposted.order_by("pk").values_list("number", flat=True),
        *unbooked.order_by("pk").values_list("number", flat=True),
        *nameless.order_by("pk").values_list("key", flat=True),
    ]


def channels_out_of_balance() -> list[str]:
    """I5: channels whose account holds another sum than what was paid there less what went back.

    That the gateway's own books say the same is what the reconciliation of each day is about.
    """
    entries = LedgerEntry.objects.filter(account="gateway", transaction__order__isnull=False)
    held = dict(entries.values_list("transaction__channel").annotate(Sum("fen")))
    orders = PaymentOrder.objects.filter(state__in=ONCE_PAID)
    paid = dict(orders.values_list("gateway").annotate(Sum("amount_fen")))
    refunds = Refund.objects.values_list("order__gateway")
    twice = dict(refunds.filter(cause__in=["double", "mismatch"], replaces=None).annotate(Sum("amount_fen")))
    gone = dict(refunds.filter(state=Refund.DONE, way="original").annotate(Sum("amount_fen")))
    wanted = {one: paid.get(one, 0) + twice.get(one, 0) - gone.get(one, 0) for one in {*held, *paid, *twice, *gone}}
    wrong = {one: (held.get(one, 0), fen) for one, fen in wanted.items() if held.get(one, 0) != fen}
    return [f"{one} {has}≠{fen}" for one, (has, fen) in sorted(wrong.items())]


def personal_accounts_out_of_line() -> list[str]:
    """I5: personal accounts whose entries do not follow from each other; orders that one has paid, and refunds into
    one, without exactly their entry, and entries without them; what one was opened with and the ledger does not
    say, or the other way round; money of one that is to go to a bank account.
    """
    person, in_turn = F("person"), F("position").asc()
    entries = AccountEntry.objects.annotate(
        sum=Window(Sum("amount_fen"), partition_by=person, order_by=in_turn),
        turn=Window(RowNumber(), partition_by=person, order_by=in_turn),
    )
    broken = entries.exclude(Q(sum=F("balance_fen")) & Q(turn=F("position")))
    back = Q(way="original", order__gateway=PERSONAL)
    taken = AccountEntry.objects.filter(kind="family", order=OuterRef("pk"), amount_fen=-OuterRef("amount_fen"))
    unpaid = PaymentOrder.objects.filter(~Exists(taken), state__in=ONCE_PAID, gateway=PERSONAL)
    came = AccountEntry.objects.filter(
        kind="back", text=OuterRef("number"), order=OuterRef("order"), amount_fen=OuterRef("amount_fen")
    )
    missing = Refund.objects.filter(back, ~Exists(came), state=Refund.DONE)
    payer = AccountEntry.objects.filter(kind="family", order=OuterRef("order"), person=OuterRef("person"))
    known = Refund.objects.filter(back, number=OuterRef("text"), state__in=[*Refund.OPEN_STATES, Refund.DONE])
    nobodys = AccountEntry.objects.filter(kind="back").filter(~Exists(known) | ~Exists(payer))
    posted = LedgerEntry.objects.filter(
        transaction__kind="opening",
        transaction__trade_no=OuterRef("person__number"),
        account="personal",
        fen=-OuterRef("amount_fen"),
    )
    unposted = AccountEntry.objects.filter(~Exists(posted), kind="opening")
    opened = AccountEntry.objects.filter(kind="opening", person__number=OuterRef("trade_no"))
    unopened = LedgerTransaction.objects.filter(~Exists(opened), kind="opening")
    of_accounts = OrderLine.objects.filter(bill=OuterRef("pk"), order__gateway=PERSONAL, order__state__in=ONCE_PAID)
    shares = of_accounts.order_by().values("bill").annotate(fen=Sum("amount_fen")).values("fen")
    to_bank = Coalesce(Sum("refunds__amount_fen", filter=Q(refunds__state__in=HOLDING, refunds__way="account")), 0)
    astray = Bill.objects.annotate(shares=Subquery(shares[:1]), to_bank=to_bank)
    return [
        *(f"{one.person_id}:{one.position}" for one in broken.order_by("person", "position")),
        *unposted.order_by("pk").values_list("person__number", flat=True),
        *unopened.order_by("pk").values_list("key", flat=True),
        *unpaid.order_by("pk").values_list("number", flat=True),
        *missing.order_by("pk").values_list("number", flat=True),
        *nobodys.order_by("pk").values_list("text", flat=True),
        *astray.filter(to_bank__gt=F("paid_fen") - F("shares")).order_by("pk").values_list("number", flat=True),
    ]


def bills_out_of_line() -> list[str]:
    """I6: bills with two live orders, with one that has ended, paid beyond what is owed, or with more in the books
    than was counted on them; orders whose lines are not what they cost.
    """
    live = Count("order_lines", filter=Q(order_lines__is_live=True))
    crowded = Bill.objects.annotate(live=live).filter(live__gt=1)
    ended = OrderLine.objects.filter(is_live=True).exclude(order__state__in=LIVE)
    overpaid = Bill.objects.filter(Q(paid_fen__gt=F("payable_fen")) | Q(paid_fen__lt=0))
    booked = Bill.objects.annotate(booked=-Coalesce(Sum("ledger_entries__fen"), 0)).filter(booked__gt=F("paid_fen"))
    priced = PaymentOrder.objects.annotate(fen=Coalesce(Sum("lines__amount_fen"), 0)).exclude(fen=F("amount_fen"))
    found = {
        *crowded.values_list("number", flat=True),
        *ended.values_list("bill__number", flat=True),
        *overpaid.values_list("number", flat=True),
        *booked.values_list("number", flat=True),
        *priced.values_list("number", flat=True),
    }
    return sorted(found)


def refunds_out_of_line() -> list[str]:
    """I6: bills and lines of orders that hold another sum for refunds than their refunds come to, or more than was
    paid; trades and records of which more went back than came; refunds that one person made and released; done ones
    of a payment that is no record yet.
    """
    holding = Q(refunds__state__in=HOLDING)
    held = Bill.objects.annotate(held=Coalesce(Sum("refunds__amount_fen", filter=holding), 0))
    of_line = Refund.objects.holding().filter(order=OuterRef("order"), bill=OuterRef("bill")).order_by()
    on_way = of_line.filter(way="original").values("order").annotate(fen=Sum("amount_fen")).values("fen")
    lines = OrderLine.objects.annotate(gone=Coalesce(on_way[:1], 0))
    whole = (
        Refund.objects.holding().filter(order__isnull=False).values("order__number", "trade_no", "order__amount_fen")
    )
    trades = whole.annotate(fen=Sum("amount_fen")).filter(fen__gt=F("order__amount_fen"))
    records = Refund.objects.holding().filter(record__isnull=False).values("record__number", "record__personal_fen")
    given = records.annotate(fen=Sum("amount_fen")).filter(fen__gt=F("record__personal_fen"))
    alone = Refund.objects.filter(released_by=F("made_by"))
    booked = ContributionRecord.objects.filter(
        enrollment=OuterRef("record__enrollment"), kind__in=GIVEN_BACK, personal_fen=-OuterRef("amount_fen")
    )
    unrecorded = Refund.objects.filter(~Exists(booked), state=Refund.DONE, record__isnull=False)
    found = {
        *held.exclude(held=F("refunded_fen")).values_list("number", flat=True),
        *Bill.objects.filter(refunded_fen__gt=F("paid_fen")).values_list("number", flat=True),
        *lines.filter(gone__gt=F("amount_fen")).values_list("order__number", flat=True),
        *trades.values_list("order__number", flat=True),
        *given.values_list("record__number", flat=True),
        *alone.values_list("number", flat=True),
        *unrecorded.values_list("number", flat=True),
    }
    return sorted(found)
