"""应缴核定: opens the bills of an area and period in chunks; a run that was cut off goes on where it stood."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Case, CharField, Exists, F, OuterRef, Sum, Value, When
from django.db.models.functions import Greatest
from django.urls import reverse

from insured.labels import FLEXIBLE_WORKER
from insured.models import Enrollment, PoolingArea
from insured.models.coverage import EnrollmentQuerySet
from insured.policy.dates import Month
from insured.services.staff import duties_of
from payments.models import AssessmentRun, Bill, ContributionRecord
from payments.policy.amounts import Line, total
from payments.services.bulk import Head, Row, write_bills
from payments.services.funding import fundings_of
from payments.services.left_out import Skip, keep
from payments.services.opening import employee_month, resident_year
from payments.services.units import bill_units, billed_units, units_to_bill
from portal import clock
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.hints import hint
from portal.identity import public_number
from portal.transactions import business_transaction

CHUNK, UNITS_CHUNK = 500, 20
"""People, and units (each with a bill and its lines), that are done in one transaction."""
NUMBER_PREFIX = "HD"
"""核定批次号 begin with 核定's initials."""
ASSESSORS = ("finance", "supervisor")
RESIDENT, FLEXIBLE, UNIT = "resident", "flexible", "unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What one chunk has done: the key it came to, how many it looked at, what it opened."""

    cursor: int
    seen: int
    opened: int = 0
    payable_fen: int = 0
    skips: Sequence[Skip] = ()
    """Whom it has left out, and why."""

    @property
    def skipped(self) -> Counter[str]:
        """Why no bill was opened → for how many."""
        return Counter(one.why for one in self.skips)


@business_transaction
def start_run(*, kind: str, area: PoolingArea, period: date, by: User, token: str = "") -> AssessmentRun:
    """Begin to open the bills of that year (its 1 January) or month; the worker does the rest.

    `token` is the form's; a repeat of the form is AlreadyDone.

    BusinessRuleError for who may not, for a period without a standard, and while the same run is still at work.
    """
    number = public_number(prefix=NUMBER_PREFIX, on=clock.today())
    if token:
        use_form_token(token, address=run_page(number))
    _check_assessor(by, area_id=area.pk)
    first = date(period.year, 1, 1) if kind == RESIDENT else period.replace(day=1)
    _check_standard(kind, area_id=area.pk, period=first)
    return open_run(kind=kind, area=area, first=first, by=by, number=number)


def open_run(*, kind: str, area: PoolingArea, first: date, by: User | None, number: str = "") -> AssessmentRun:
    """Write a run and wake the worker, inside the caller's transaction, who asked the rules; nobody is the clock."""
    try:
        with transaction.atomic():
            run = AssessmentRun.objects.create(
                number=number or public_number(prefix=NUMBER_PREFIX, on=clock.today()),
                kind=kind,
                area=area,
                period_starts_on=first,
                total=_candidates(kind, area_id=area.pk).count(),
                started_by=by,
                started_at=clock.now(),
            )
    except IntegrityError:
        raise BusinessRuleError(Reason("assessment.at-work")) from None
    hint("assessment")
    return run


def run_page(number: str) -> str:
    """Where the desk shows a run."""
    return reverse("admin:payments_assessmentrun_show", args=[number])


def _check_assessor(by: User, *, area_id: int) -> None:
    if not any(duties_of(by).has(role, area_id=area_id) for role in ASSESSORS):
        raise BusinessRuleError(Reason("assessment.not-yours"))


@business_transaction
def pause_run(number: str, *, by: User) -> AssessmentRun:
    """Stop after the last whole chunk, until somebody lets it go on. A chunk under way is taken back."""
    run = AssessmentRun.objects.in_charge_of(by).get(number=number)
    _check_assessor(by, area_id=run.area_id)
    if not AssessmentRun.objects.at_work().filter(pk=run.pk).update(paused_at=clock.now(), paused_by=by):
        raise ConflictError(Reason("assessment.not-at-work"))
    run.refresh_from_db()
    return run


@business_transaction
def resume_run(number: str, *, by: User) -> AssessmentRun:
    """Go on where it stood."""
    run = AssessmentRun.objects.in_charge_of(by).get(number=number)
    _check_assessor(by, area_id=run.area_id)
    paused = AssessmentRun.objects.unfinished().filter(pk=run.pk, paused_at__isnull=False)
    if not paused.update(paused_at=None, paused_by=None, chunk_at=clock.now()):
        raise ConflictError(Reason("assessment.not-paused"))
    hint("assessment")
    run.refresh_from_db()
    return run


def advance_runs() -> int:
    """One chunk of every run with something left to do, and a hint when there is more; how many chunks were done."""
    done = 0
    for pk in AssessmentRun.objects.at_work().order_by("pk").values_list("pk", flat=True):
        done += advance(pk)
    if AssessmentRun.objects.at_work().exists():
        with transaction.atomic():
            hint("assessment")
    return done


@business_transaction
def advance(pk: int) -> bool:
    """The next chunk of a run, whole or not at all; False when there is none.

    Two workers cannot do the same chunk: the second finds the cursor moved and its work is taken back.
    """
    run = AssessmentRun.objects.at_work().filter(pk=pk).first()
    if run is None:
        return False
    done = CHUNKS[run.kind](run)
    now = clock.now()
    changed = (
        AssessmentRun.objects.at_work()
        .filter(pk=pk, cursor=run.cursor)
        .update(
            cursor=done.cursor,
            total=Greatest(F("total"), F("done") + done.seen),
            done=F("done") + done.seen,
            opened=F("opened") + done.opened,
            payable_fen=F("payable_fen") + done.payable_fen,
            skipped=dict(Counter(run.skipped) + done.skipped),
            chunk_at=now,
            finished_at=None if done.seen else now,
        )
    )
    if not changed:
        raise ConflictError(Reason("assessment.overtaken"))
    if done.skips:
        keep(run, skips=list(done.skips))
    return bool(done.seen)


def _check_standard(kind: str, *, area_id: int, period: date) -> None:
    if kind == RESIDENT:
        resident_year(area_id, year=period.year, today=clock.today())
    else:
        employee_month(area_id, month=Month.of(period))


def _candidates(kind: str, *, area_id: int) -> EnrollmentQuerySet:
    """Whoever has to be looked at; for units, the units."""
    active = Enrollment.objects.active().filter(area=area_id)
    if kind == RESIDENT:
        return active.filter(scheme="390")
    if kind == FLEXIBLE:
        return active.filter(scheme="310", category=FLEXIBLE_WORKER)
    return units_to_bill(active)


def _next(run: AssessmentRun, *, last_month: date) -> list[tuple[int, int, int, str]]:
    """Enrollment, person, employer, and why there is nothing to open (empty: there is). One statement."""
    same = {"enrollment": OuterRef("pk"), "period_starts_on": run.period_starts_on, "period_ends_on": last_month}
    has_bill = Exists(Bill.objects.filter(kind="10", **same).exclude(status__in=[Bill.VOID, Bill.REFUNDED]))
    paid = ContributionRecord.objects.filter(is_received=True, **same).order_by().values("enrollment")
    fen = Sum(F("personal_fen") + F("unit_fen") + F("fiscal_fen") + F("aid_fen"))
    is_paid = Exists(paid.annotate(fen=fen).filter(fen__gt=0))
    rows = _candidates(run.kind, area_id=run.area_id).filter(pk__gt=run.cursor).order_by("pk")
    skips = [When(has_bill, then=Value("billed")), When(is_paid, then=Value("paid"))]
    if run.kind == FLEXIBLE:
        skips.append(When(last_paid_month__gte=run.period_starts_on, then=Value("ahead")))
    why_not = Case(*skips, default=Value(""), output_field=CharField())
    return list(rows.annotate(why_not=why_not).values_list("pk", "person_id", "employer_id", "why_not")[:CHUNK])


def _skips(found: Sequence[tuple[int, int, int, str]]) -> list[Skip]:
    return [Skip(why_not, enrollment_id=enrollment) for enrollment, *_, why_not in found if why_not]


def _chunk_of_residents(run: AssessmentRun) -> Done:
    """Policy once for each distinct funding."""
    year = run.period_starts_on.year
    found = _next(run, last_month=date(year, 12, 1))
    if not found:
        return Done(cursor=run.cursor, seen=0)
    today = clock.today()
    terms = resident_year(run.area_id, year=year, today=today)
    wanted = [row for row in found if not row[3]]
    options = fundings_of([person for _, person, _, _ in wanted], year=year, on=today)
    cases: dict[tuple[str, int], int] = {}
    statements: dict[int, tuple[Line, ...]] = {}
    rows: list[Row] = []
    for enrollment, person, employer, _ in wanted:
        best = terms.best(options.get(person, ()))
        key = (best.category, best.aid_of(terms.personal_fen)) if best else ("", 0)
        case = cases.setdefault(key, len(cases))
        if case not in statements:
            statements[case] = terms.lines(best)
        rows.append(Row(person_id=person, enrollment_id=enrollment, employer_id=employer, case=case))
    head = Head(
        area_id=run.area_id,
        scheme="390",
        period_starts_on=date(year, 1, 1),
        period_ends_on=date(year, 12, 1),
        due_on=terms.due_on,
    )
    write_bills(rows, head=head, statements=statements)
    payable = sum(total(statements[row.case]) for row in rows)
    return Done(cursor=found[-1][0], seen=len(found), opened=len(rows), payable_fen=payable, skips=_skips(found))


def _chunk_of_flexible(run: AssessmentRun) -> Done:
    """One statement for everybody: the base is the area's. A bill opened after its month is due at the end of this."""
    month = Month.of(run.period_starts_on)
    found = _next(run, last_month=run.period_starts_on)
    if not found:
        return Done(cursor=run.cursor, seen=0)
    terms = employee_month(run.area_id, month=month)
    lines = terms.flexible()
    rows = [
        Row(person_id=person, enrollment_id=enrollment, employer_id=employer, case=0)
        for enrollment, person, employer, why_not in found
        if not why_not
    ]
    head = Head(
        area_id=run.area_id,
        scheme="310",
        period_starts_on=month.first_day,
        period_ends_on=month.first_day,
        due_on=max(month, Month.of(clock.today())).last_day,
        base_fen=terms.flexible_base_fen,
    )
    write_bills(rows, head=head, statements={0: lines})
    return Done(
        cursor=found[-1][0],
        seen=len(found),
        opened=len(rows),
        payable_fen=len(rows) * total(lines),
        skips=_skips(found),
    )


def _chunk_of_units(run: AssessmentRun) -> Done:
    """A bill for each unit with a line or two for each of its people."""
    month = Month.of(run.period_starts_on)
    units = units_to_bill(Enrollment.objects.active().filter(area=run.area_id)).filter(employer__gt=run.cursor)
    ids = list(units.order_by("employer").values_list("employer_id", flat=True)[:UNITS_CHUNK])
    if not ids:
        return Done(cursor=run.cursor, seen=0)
    billed = billed_units(ids, month=month)
    opened = bill_units(set(ids) - billed, area_id=run.area_id, month=month)
    payable = sum(bill.payable_fen for bill in opened)
    done = {bill.employer_id for bill in opened}
    skips = [Skip("billed" if one in billed else "nobody", employer_id=one) for one in ids if one not in done]
    return Done(cursor=ids[-1], seen=len(ids), opened=len(opened), payable_fen=payable, skips=skips)


CHUNKS: dict[str, Callable[[AssessmentRun], Done]] = {
    RESIDENT: _chunk_of_residents,
    FLEXIBLE: _chunk_of_flexible,
    UNIT: _chunk_of_units,
}
"""Kind of run → what does its next chunk."""
