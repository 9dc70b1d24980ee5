"""The debit run: each bill with a mandate becomes an order once, the bank is asked until it says, each step resumable.

A run is a row per area and day. One mandate after the other gets its orders, in a transaction that moves the cursor;
the bank is asked outside of any, and asked again under the same number after a kill, so a bill is debited 0 or 1 times.
"""

from collections.abc import Sequence

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, F

from insured.models import Enrollment
from payments import gateways
from payments.gateways.debit import Account, Bank, Debit
from payments.models import Bill, DebitLine, DebitMandate, DebitRun, Instalment, PaymentOrder
from payments.policy.debit import is_debit_day, is_taken, next_debit_day
from payments.policy.orders import LIVE, State
from payments.services import orders
from payments.services.results import apply_result
from payments.services.telling import tell_holder, what_of
from portal import clock
from portal.errors import BusinessRuleError
from portal.identity import public_number
from portal.money import yuan
from portal.transactions import business_transaction

NUMBER_PREFIX = "KK"
"""扣款批次号 begin with 扣款's initials."""
LIMIT = 200
"""Lines asked about in one go; the rest is due at the next beat."""
SUBJECT = "医保费代缴"
TEMPLATES = {
    ("insufficient", "again"): "debit_insufficient",
    ("insufficient", "last"): "debit_insufficient_last",
    ("insufficient", "late"): "debit_insufficient_late",
    ("failed", "again"): "debit_failed",
    ("failed", "last"): "debit_failed_last",
    ("failed", "late"): "debit_failed_late",
}
"""By what came of it, and whether it is tried again, was the last time, or the bill's last day is over."""
log = structlog.get_logger(__name__)


def run_due() -> int:
    """Start today's runs, go on with every unfinished one, ask the bank, and tell what came of it; how many lines."""
    collecting = gateways.bank()
    if collecting is None:
        return 0
    if is_debit_day(clock.today(), days=settings.DEBIT_DAYS):
        start_runs()
    for run in DebitRun.objects.filter(finished_at__isnull=True).order_by("pk"):
        _prepare_some(run.pk)
    asked = _ask(collecting)
    for run in DebitRun.objects.filter(finished_at__isnull=True).order_by("pk"):
        _finish(run.pk)
    return asked


@business_transaction
def start_runs() -> int:
    """A run for each area that has mandates and none of today; how many are new."""
    today = clock.today()
    active = DebitMandate.objects.active().filter(starts_on__lte=today)
    counts = dict(active.values_list("enrollment__area").annotate(Count("pk")))
    begun = set(DebitRun.objects.filter(day=today, area__in=counts).values_list("area_id", flat=True))
    new = 0
    for area_id in sorted(counts.keys() - begun):
        try:
            with transaction.atomic():
                DebitRun.objects.create(
                    number=public_number(prefix=NUMBER_PREFIX, on=today),
                    area_id=area_id,
                    day=today,
                    total=counts[area_id],
                    started_at=clock.now(),
                )
            new += 1
        except IntegrityError:
            log.info("debit_run_begun_elsewhere", area=area_id)
    return new


def _prepare_some(run_id: int) -> None:
    """No more orders than the bank is asked about in one go: one that waits for its turn would run out of time."""
    room = LIMIT - DebitLine.objects.filter(outcome=DebitLine.OPEN).count()
    for _ in range(room):
        if not _prepare(run_id):
            return


@business_transaction
def _prepare(run_id: int) -> bool:
    """Orders for the bills of the next mandate, and the cursor behind it; False when none is left.

    Whoever does the same at the same time moves the cursor first. One enrollment a transaction: two runs, or a run and
    a payer, never hold what the other waits for.
    """
    run = DebitRun.objects.get(pk=run_id)
    mandate = _next(run)
    if mandate is None:
        return False
    done = {"cursor": mandate.pk, "done": min(run.done + 1, run.total)}
    if not DebitRun.objects.filter(pk=run.pk, cursor=run.cursor, finished_at__isnull=True).update(**done):
        return True
    _order(run, mandate=mandate)
    return True


def _next(run: DebitRun) -> DebitMandate | None:
    """One that is active now: a mandate or an account that was ended meanwhile is not debited."""
    rows = DebitMandate.objects.active().filter(
        enrollment__area=run.area_id,
        enrollment__status=Enrollment.ACTIVE,
        account__ended_at__isnull=True,
        starts_on__lte=run.day,
        pk__gt=run.cursor,
        signed_at__lte=run.started_at,
    )
    return rows.select_related("account__person__user").order_by("pk").first()


def _order(run: DebitRun, *, mandate: DebitMandate) -> None:
    """An order for each bill that is to be debited on the day of the run and that nobody is paying."""
    user = mandate.account.person.user
    if user is None:
        return
    for bill in _bills(run, mandate=mandate):
        if DebitLine.objects.filter(run=run, bill=bill).exists():
            continue
        key = f"debit-{run.number}-{bill.pk}"
        wanted = orders.OrderRequest(bill_numbers=[bill.number], shown_fen=bill.left_fen, key=key)
        try:
            order = orders.open_unasked(wanted, by=user)
            orders.start_debit(order.number, by=user)
        except BusinessRuleError as error:
            log.info("debit_skipped", bill=bill.number, reasons=[reason.code for reason in error.reasons])
            continue
        DebitLine.objects.create(run=run, mandate=mandate, bill=bill, order=order)


def _bills(run: DebitRun, *, mandate: DebitMandate) -> list[Bill]:
    """In time, and of a plan the part of the month: what is late the person was told to pay."""
    bills = Bill.objects.payable().filter(enrollment=mandate.enrollment_id, period_ends_on__gte=mandate.starts_on)
    free = bills.filter(payable_fen__gt=0, basis="").exclude(order_lines__is_live=True)
    parts, days = set(Instalment.objects.filter(bill__in=free).values_list("bill_id", flat=True)), settings.DEBIT_DAYS
    rows = free.order_by("pk")
    return [bill for bill in rows if is_taken(bill.due_on, on=run.day, days=days, is_part=bill.pk in parts)]


def _ask(collecting: Bank) -> int:
    """Send every open line to the bank, or send it again, and note what its order says."""
    lines = DebitLine.objects.filter(outcome=DebitLine.OPEN).order_by("pk")
    rows = list(lines.select_related("order", "bill", "mandate__account__person")[:LIMIT])
    for line in rows:
        try:
            _send(line, collecting=collecting)
            settle_line(line.pk)
        except Exception:
            # The edge of the loop: one bill that cannot be debited keeps no other waiting, and is due again.
            log.exception("debit_failed", order=line.order.number)
    return len(rows)


def _send(line: DebitLine, *, collecting: Bank) -> None:
    """Nothing is sent once the order is over: by then the query has closed it at the bank."""
    order, account = line.order, line.mandate.account
    if order.state != State.PAYING or order.expires_at <= clock.now():
        return
    trade = collecting.debit(
        Debit(
            order_number=order.number,
            amount_fen=order.amount_fen,
            account=Account(number=account.number, holder=account.person.name, id_number=account.person.id_number),
            mandate_number=line.mandate.number,
            subject=SUBJECT,
        )
    )
    apply_result(trade, gateway=order.gateway)


@business_transaction
def settle_line(line_id: int) -> None:
    """Once the order is over, say so on the line and tell the person, once."""
    line = DebitLine.objects.select_related("order", "bill__area", "mandate__account__person").get(pk=line_id)
    order = line.order
    if order.state in LIVE:
        return
    outcome = _outcome(order)
    is_mine = DebitLine.objects.filter(pk=line.pk, outcome=DebitLine.OPEN).update(
        outcome=outcome, settled_at=clock.now()
    )
    if not is_mine or outcome == "paid":
        return
    account = line.mandate.account
    today = clock.today()
    again = next_debit_day(today, days=settings.DEBIT_DAYS, until=line.bill.due_on)
    when = "again" if again else "last" if today <= line.bill.due_on else "late"
    params = {"amount": yuan(order.amount_fen), "what": what_of(line.bill), "due_on": line.bill.due_on.isoformat()}
    if again:
        params["next_on"] = again.isoformat()
    tell_holder(
        account.person, template=TEMPLATES[outcome, when], key=order.number, ending=account.number[-4:], **params
    )


def _outcome(order: PaymentOrder) -> str:
    if order.state in (State.PAID, State.PAID_LATE, State.REFUNDED):
        return "paid"
    return "insufficient" if order.closed_because == "insufficient" else "failed"


@business_transaction
def _finish(run_id: int) -> None:
    """When every mandate was looked at and every line has its outcome."""
    run = DebitRun.objects.get(pk=run_id)
    if _next(run) or run.lines.filter(outcome=DebitLine.OPEN).exists():
        return
    DebitRun.objects.filter(pk=run.pk, finished_at__isnull=True).update(finished_at=clock.now(), done=F("total"))


def lines_of(mandates: Sequence[DebitMandate]) -> list[DebitLine]:
    """The debits of these mandates, the newest first."""
    rows = DebitLine.objects.filter(mandate__in=mandates).select_related("bill", "order", "run")
    return list(rows.order_by("-pk")[:24])
