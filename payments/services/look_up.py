"""Staff look up anybody's contribution history in their areas: found by what was typed, opened with a purpose."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.module_loading import import_string

from insured.models import CreditedMonths, Employer, Enrollment, InsuredPerson
from insured.models.coverage import EnrollmentQuerySet
from insured.policy.roles import WITH_PEOPLE
from insured.services.disclosure import disclose
from insured.services.search import person_predicate
from insured.services.staff import duties_of
from payments.models import Bill, ContributionRecord
from payments.models.records import ContributionRecordQuerySet
from payments.services.bills import NUMBER_PREFIX as BILL_PREFIX
from payments.services.export import ExportedFile, contributions_file
from payments.services.orders import NUMBER_PREFIX as ORDER_PREFIX
from payments.services.records import NUMBER_PREFIX
from portal.accounts.models import User
from portal.audit.models import AccessLog
from portal.errors import Reason
from portal.identity import is_public_number, normalize_public_number
from portal.transactions import business_transaction

LASTS = timedelta(minutes=30)
"""So long a history that was opened with a purpose may be read, narrowed and exported."""
LOOK_UP, EXPORT, REVEAL = "look-up", "export", "reveal-id"
PERSON, EMPLOYER = "insuredperson", "employer"
ORDINARY = "01"
"""单位管理类型 of real units; the virtual ones hold whole towns and have no history of their own."""
MOST_FOUND = 20
UNIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
REGISTER_NUMBER = re.compile(r"[0-9A-Za-z-]{4,20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Who fits what was typed; `about` is the 受理编号 that led there. Nobody: `reason` says what can be typed."""

    persons: tuple[InsuredPerson, ...] = ()
    employers: tuple[Employer, ...] = ()
    about: str = ""
    reason: Reason | None = None


def areas_of(user: User) -> list[int]:
    """The areas where the staff member may look histories up today."""
    return sorted({area_id for area_id, role in duties_of(user).pairs if role in WITH_PEOPLE})


def persons_of(user: User) -> QuerySet[InsuredPerson]:
    """Those insured in these areas, also when they have moved on and left a history there."""
    areas = areas_of(user)
    enrolled = Enrollment.objects.filter(person=OuterRef("pk"), area_id__in=areas)
    return InsuredPerson.objects.filter(Q(area_id__in=areas) | Exists(enrolled)).select_related("area")


def employers_of(user: User) -> QuerySet[Employer]:
    """The units of these areas."""
    return Employer.objects.filter(area_id__in=areas_of(user), kind=ORDINARY).select_related("area")


def enrollments_of(person: InsuredPerson, *, by: User) -> EnrollmentQuerySet:
    """What the person is or was enrolled in there."""
    rows = Enrollment.objects.filter(person=person, area_id__in=areas_of(by)).select_related("employer", "area")
    return rows.order_by("-is_basic", "status", "scheme", "-id")


def records_of(owner: InsuredPerson | Employer, *, by: User) -> ContributionRecordQuerySet:
    """The history of a person or a unit there."""
    whose = {"person": owner} if isinstance(owner, InsuredPerson) else {"employer": owner}
    return ContributionRecord.objects.in_charge_of(by).filter(**whose, area_id__in=areas_of(by))


def credits_of(person: InsuredPerson, *, by: User) -> list[CreditedMonths]:
    """What was transferred in or recognised there, the oldest first."""
    rows = CreditedMonths.objects.in_charge_of(by).standing().filter(person=person, area_id__in=areas_of(by))
    return list(rows.order_by("first_month", "id"))


def find(typed: str, *, by: User) -> Found:
    """人员编号, 凭证号, 账单号, 订单号, 受理编号, a whole resident ID, its end with the name, 单位编号 or 信用代码.

    Each asks one indexed predicate; only a register number that is no person's is asked for among the units, too.
    """
    text = " ".join(typed.split())
    if is_public_number(text):
        return _by_public_number(normalize_public_number(text), by=by)
    if (predicate := person_predicate(text)) is not None:
        return _answer(persons=persons_of(by).filter(predicate).order_by("pk")[:MOST_FOUND])
    if UNIT_CODE.fullmatch(text.upper()):
        return _answer(employers=employers_of(by).filter(unit_code=text.upper()))
    if not REGISTER_NUMBER.fullmatch(text):
        return Found(reason=Reason("look-up.not-recognised"))
    persons = tuple(persons_of(by).filter(number=text))
    return Found(persons=persons) if persons else _answer(employers=employers_of(by).filter(number=text))


def _by_public_number(number: str, *, by: User) -> Found:
    if number.startswith(NUMBER_PREFIX):
        owner = ContributionRecord.objects.in_charge_of(by).filter(number=number, area_id__in=areas_of(by))
        return _answer(persons=persons_of(by).filter(pk__in=owner.values("person")))
    if number.startswith((BILL_PREFIX, ORDER_PREFIX)):
        named = {"number": number} if number.startswith(BILL_PREFIX) else {"order_lines__order__number": number}
        bills = Bill.objects.filter(**named, area_id__in=areas_of(by))
        return _answer(
            persons=persons_of(by).filter(pk__in=bills.values("person")).order_by("pk")[:MOST_FOUND],
            employers=employers_of(by).filter(pk__in=bills.filter(enrollment=None).values("employer")),
        )
    person_number = import_string(settings.PERSON_OF_CASE)(number, by=by)
    if not person_number:
        return _answer()
    return _answer(persons=persons_of(by).filter(number=person_number), about=number)


def _answer(*, persons: Iterable[InsuredPerson] = (), employers: Iterable[Employer] = (), about: str = "") -> Found:
    found = Found(persons=tuple(persons), employers=tuple(employers), about=about)
    return found if found.persons or found.employers else Found(reason=Reason("look-up.nobody"))


def _kind_of(owner: InsuredPerson | Employer) -> str:
    return PERSON if isinstance(owner, InsuredPerson) else EMPLOYER


def opened(owner: InsuredPerson | Employer, *, by: User) -> AccessLog | None:
    """The logged look under which the staff member may read this history now; None when there is none."""
    looks = AccessLog.objects.filter(
        subject_kind=_kind_of(owner), subject_id=owner.pk, action=LOOK_UP, user=by, at__gt=timezone.now() - LASTS
    )
    return looks.select_related("user").order_by("-id").first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A person of one's areas, and the purpose under which their history is open now; empty while it is not."""

    person: InsuredPerson
    purpose: str
    reason: str


def look_at(number: str, *, by: User) -> Look | None:
    """By the 人员编号; None for whom one's areas do not know. One statement beside today's posts."""
    looks = AccessLog.objects.filter(
        subject_kind=PERSON, subject_id=OuterRef("pk"), action=LOOK_UP, user=by, at__gt=timezone.now() - LASTS
    ).order_by("-id")
    found = persons_of(by).filter(number=number)
    row = found.annotate(why=Subquery(looks.values("purpose")[:1]), words=Subquery(looks.values("reason")[:1])).first()
    return Look(person=row, purpose=row.why or "", reason=row.words or "") if row is not None else None


@business_transaction
def open_history(owner: InsuredPerson | Employer, *, purpose: str, reason: str, by: User) -> None:
    """Log whose history is looked up and what for. What is open already costs no second look of the day.

    BusinessRuleError beyond the limit of the day.
    """
    if opened(owner, by=by) is None:
        disclose(
            LOOK_UP, subject_kind=_kind_of(owner), subject_id=owner.pk, purpose=purpose, reason=reason.strip(), by=by
        )


@business_transaction
def reveal_id(person: InsuredPerson, *, look: AccessLog, by: User) -> str:
    """The whole ID number under the purpose of the look; BusinessRuleError beyond the limit of the day."""
    disclose(REVEAL, subject_kind=PERSON, subject_id=person.pk, purpose=look.purpose, reason=look.reason, by=by)
    return person.id_number


def export_history(
    owner: InsuredPerson | Employer,
    *,
    records: ContributionRecordQuerySet,
    look: AccessLog,
    notes: Iterable[tuple[str, str]],
    format_code: str,
    by: User,
) -> ExportedFile:
    """The records as a file, given only once it is counted and logged; names in a unit's file are masked.

    BusinessRuleError beyond the limit of the day, and for more rows than a file holds.
    """
    file = contributions_file(
        records,
        title=f"缴费记录-{owner.number}",
        notes=notes,
        format_code=format_code,
        is_of_unit=isinstance(owner, Employer),
    )
    log_export(owner, what=format_code, look=look, by=by)
    return file


def log_export(owner: InsuredPerson | Employer, *, what: str, look: AccessLog, by: User) -> None:
    """Count and log a file before it is given; BusinessRuleError beyond the limit of the day."""
    disclose(
        EXPORT,
        subject_kind=_kind_of(owner),
        subject_id=owner.pk,
        purpose=look.purpose,
        reason=f"{what} {look.reason}",
        by=by,
    )
