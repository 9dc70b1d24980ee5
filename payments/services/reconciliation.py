"""对账 T+1: the bill file of a day is fetched once, compared with the ledger, and closed by people."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta

import structlog
from django.db import IntegrityError
from django.db.models import Count, F, Min, Q, Sum
from django.urls import reverse

from insured.models import StaffAssignment
from insured.services.staff import duties_of
from payments import gateways
from payments.gateways.base import GatewayError, StatementLine
from payments.models import BillFile, BillFileLine, Difference, LedgerEntry, PaymentOrder
from payments.policy import reconciliation as policy
from payments.policy.reconciliation import Key, Line, Posting
from portal import clock
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.identity import public_number
from portal.notifications.models import Message
from portal.notifications.services import Recipient, tell
from portal.transactions import business_transaction

NUMBER_PREFIX = "CY"
"""差异编号 begin with 差异's initials."""
LOOKED_BACK_DAYS = 7
FILES_ARE_MADE_BY = 12
"""O'clock: a gateway that certainly has no file of yesterday by then has nothing to put into it."""
SHORTEST_REASON = 5
log = structlog.get_logger(__name__)


def import_due() -> int:
    """Import what is missing of the last days; how many. A day that cannot be had keeps no other waiting."""
    today, done = clock.today(), 0
    for gateway in gateways.reconciled():
        for day in (today - timedelta(days=back) for back in range(LOOKED_BACK_DAYS, 0, -1)):
            if BillFile.objects.filter(gateway=gateway.code, day=day).exists():
                continue
            try:
                done += import_statement(gateway.code, day) is not None
            except Exception:
                # The edge of the loop: it is due again in an hour.
                log.exception("statement_failed", gateway=gateway.code, day=day.isoformat())
    return done


def files_between(first: date, *, last: date) -> tuple[int, int]:
    """How many bill files of these days have come, and how many of them are still to be closed. One statement."""
    rows = BillFile.objects.filter(day__range=(first, last))
    found = rows.aggregate(come=Count("pk"), waiting=Count("pk", filter=Q(closed_at=None)))
    return found["come"], found["waiting"]


def import_statement(gateway: str, day: date) -> BillFile | None:
    """The day's file with its differences, fetched before the transaction; the same file again is the same row.

    None while the gateway has none. ConflictError when it gives another file than the one that was imported.
    """
    try:
        lines = gateways.gateway(gateway).statement(day)
    except GatewayError as error:
        if error.is_unknown or not _is_surely_empty(gateway, day=day):
            log.warning("statement_not_there", gateway=gateway, day=day.isoformat(), is_unknown=error.is_unknown)
            return None
        lines = ()
    try:
        return _store(gateway, day=day, lines=lines)
    except IntegrityError:
        return _store(gateway, day=day, lines=lines)  # somebody else stored it meanwhile; now it is found


def _is_surely_empty(gateway: str, *, day: date) -> bool:
    """Nothing of that day in our books, and the time at which files are made is over."""
    now = clock.now().astimezone(clock.SHANGHAI)
    is_over = (now.date() - day).days > 1 or ((now.date() - day).days == 1 and now.hour >= FILES_ARE_MADE_BY)
    return is_over and not _postings(gateway, day=day, named=())


@business_transaction
def _store(gateway: str, *, day: date, lines: Sequence[StatementLine]) -> BillFile:
    digest = _digest(gateway, day=day, lines=lines)
    if before := BillFile.objects.filter(gateway=gateway, day=day).first():
        if before.sha256 != digest:
            names = {"gateway": before.get_gateway_display(), "day": day}
            raise ConflictError(Reason("reconciliation.changed-file", names))
        return before
    theirs = [Line(key=_key(line), fen=line.amount_fen, order_number=line.order_number) for line in lines]
    ours = _postings(gateway, day=day, named=[line.key.number for line in theirs])
    file = BillFile.objects.create(
        gateway=gateway,
        day=day,
        sha256=digest,
        count=len(lines),
        theirs_fen=policy.net_fen(theirs),
        ours_fen=policy.net_fen([one for one in ours if one.day == day]),
        imported_at=clock.now(),
    )
    BillFileLine.objects.bulk_create(_line(file, position=no, line=line) for no, line in enumerate(lines, start=1))
    orders = PaymentOrder.objects.filter(gateway=gateway, number__in=[line.order_number for line in theirs])
    found = policy.classify(
        theirs,
        day=day,
        postings=ours,
        orders=set(orders.values_list("number", flat=True)),
        elsewhere=_elsewhere(file, numbers=[one.key.number for one in ours]),
    )
    Difference.objects.bulk_create(_row(file, one) for one in found)
    return file


def _digest(gateway: str, *, day: date, lines: Sequence[StatementLine]) -> str:
    """The same for the same lines; two empty days differ."""
    content = "\n".join([gateway, day.isoformat(), *(repr(line) for line in lines)])
    return hashlib.sha256(content.encode()).hexdigest()


def _key(line: StatementLine) -> Key:
    return Key(line.kind, line.refund_number if line.kind == "refund" else line.trade_no)


def _postings(gateway: str, *, day: date, named: Sequence[str]) -> list[Posting]:
    """What the gateway's account received or gave on that day, and on any other day under one of these numbers."""
    start, end = policy.span_of(day, gateway=gateway, zone=clock.SHANGHAI)
    rows = (
        LedgerEntry.objects.filter(account="gateway", transaction__channel=gateway)
        .filter(
            Q(transaction__happened_at__gte=start, transaction__happened_at__lt=end)
            | Q(transaction__trade_no__in=named)
        )
        .order_by("transaction_id")
        .values_list("transaction__kind", "transaction__trade_no", "transaction__happened_at")
        .annotate(Sum("fen"))
    )
    return [
        Posting(key=Key(kind, number), fen=abs(fen), day=policy.day_of(at, gateway=gateway, zone=clock.SHANGHAI))
        for kind, number, at, fen in rows
    ]


def _elsewhere(file: BillFile, *, numbers: Sequence[str]) -> set[Key]:
    """Movements that the file of another day names."""
    others = BillFileLine.objects.filter(file__gateway=file.gateway, number__in=numbers).exclude(file=file)
    return {Key(kind, number) for kind, number in others.values_list("kind", "number")}


def _line(file: BillFile, *, position: int, line: StatementLine) -> BillFileLine:
    return BillFileLine(
        file=file,
        position=position,
        kind=line.kind,
        number=_key(line).number,
        trade_no=line.trade_no,
        order_number=line.order_number,
        amount_fen=line.amount_fen,
        at=line.at,
    )


def _row(file: BillFile, found: policy.Difference) -> Difference:
    return Difference(
        number=public_number(prefix=NUMBER_PREFIX, on=clock.today()),
        file=file,
        kind=found.kind,
        line_kind=found.key.kind,
        trade_no=found.key.number,
        order_number=found.order_number,
        ours_fen=found.ours_fen,
        theirs_fen=found.theirs_fen,
    )


@business_transaction
def tell_differences() -> int:
    """Remind finance of what is not closed, once a day and area; how many differences. Nothing waits: nobody hears."""
    waiting = Difference.objects.open().aggregate(count=Count("pk"), first=Min("file__day"))
    if not waiting["count"]:
        return 0
    today = clock.today()
    posts = StaffAssignment.objects.valid_on(today).filter(role="finance").select_related("user", "area")
    for post in posts.order_by("pk"):
        event_key = f"differences:{today}:{post.pk}"
        if Message.objects.filter(dedupe_key__startswith=event_key).exists():
            continue
        tell(
            event_key=event_key,
            template="payment_differences",
            params={"count": waiting["count"], "happened_on": waiting["first"].isoformat()},
            to=Recipient(user=post.user, phone=None, email=None, area_code=post.area.code),
            url_name="admin:payments_billfile_changelist",
            channels=(),
        )
    return int(waiting["count"])


def is_finance(user: User) -> bool:
    """Whether somebody holds a post of finance today, in whatever area: the merchant's account is one for the hall."""
    return any(role == "finance" for _, role in duties_of(user).pairs)


def _check_finance(user: User) -> None:
    if not is_finance(user):
        raise BusinessRuleError(Reason("reconciliation.not-yours"))


def day_page(gateway: str, day: date) -> str:
    """Where the desk shows a day."""
    return reverse("admin:payments_billfile_day", args=[gateway, day.isoformat()])


def _page_of(number: str) -> str:
    """The day of a difference, for a form that is sent twice."""
    file = BillFile.objects.get(differences__number=number)
    return day_page(file.gateway, file.day)


@business_transaction
def explain(number: str, *, reason: str, version: int, token: str, by: User) -> Difference:
    """Say where a difference comes from and what is done about it; who says so owns it. Again until it is closed."""
    _check_finance(by)
    use_form_token(token, address=_page_of(number))
    if len(reason.strip()) < SHORTEST_REASON:
        raise BusinessRuleError(Reason("reconciliation.reason-needed"))
    return _change(number, version=version, owner=by, reason=reason.strip(), explained_at=clock.now())


@business_transaction
def close_difference(number: str, *, version: int, token: str, by: User) -> Difference:
    """The second person's yes to the explanation that the page showed."""
    _check_finance(by)
    use_form_token(token, address=_page_of(number))
    difference = Difference.objects.get(number=number)
    if difference.owner_id is None:
        raise BusinessRuleError(Reason("reconciliation.reason-needed"))
    if difference.owner_id == by.pk:
        raise BusinessRuleError(Reason("reconciliation.second-person"))
    return _change(number, version=version, closed_by=by, closed_at=clock.now())


def _change(number: str, *, version: int, **changes: object) -> Difference:
    """Write an open difference as the page has seen it. ConflictError when somebody was first."""
    seen = Difference.objects.open().filter(number=number, version=version)
    if not seen.update(version=F("version") + 1, **changes):
        raise ConflictError(Reason("reconciliation.somebody-first"))
    return Difference.objects.get(number=number)


@business_transaction
def close_day(gateway: str, day: date, *, token: str, by: User) -> BillFile:
    """关账: every difference is closed and together they explain every fen. Differences only come with the import."""
    _check_finance(by)
    use_form_token(token, address=day_page(gateway, day))
    file = BillFile.objects.get(gateway=gateway, day=day)
    differences = list(file.differences.all())
    if waiting := sum(one.closed_at is None for one in differences):
        raise BusinessRuleError(Reason("reconciliation.open-differences", {"count": waiting}))
    if not policy.agrees(ours_fen=file.ours_fen, theirs_fen=file.theirs_fen, differences=[_of(d) for d in differences]):
        raise BusinessRuleError(Reason("reconciliation.unexplained"))
    if not BillFile.objects.filter(pk=file.pk, closed_at__isnull=True).update(closed_by=by, closed_at=clock.now()):
        raise ConflictError(Reason("reconciliation.closed-already"))
    file.refresh_from_db()
    return file


def _of(row: Difference) -> policy.Difference:
    return policy.Difference(
        kind=policy.Kind(row.kind),
        key=Key(row.line_kind, row.trade_no),
        ours_fen=row.ours_fen,
        theirs_fen=row.theirs_fen,
    )
