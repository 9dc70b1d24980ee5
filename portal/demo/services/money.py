"""What the demo's areas ask for, who is funded, and what the named people owe today."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from insured.models import AreaPolicy, Enrollment, InsuredPerson, PoolingArea
from insured.policy.dates import Month, months_between
from insured.policy.window import collection_window
from payments.models import Bill, ContributionRecord, EmployeeStandard, FundingCategory, FundingRecognition
from payments.services.funding import CategoryRow, fundings_of, recognise, save_category
from payments.services.lapse import lapse_unpaid
from payments.services.opening import employee_month, open_flexible_month, open_resident_year, resident_year
from payments.services.pooled import credit
from payments.services.standards import EmployeeRates, set_employee_standard
from portal.demo.services.areas import HOME, NEIGHBOUR
from portal.demo.services.cast import AIDED, CAST, IN_ARREARS
from portal.demo.services.lives import CAP_FEN, FLEXIBLE_RATE, FLOOR_FEN, PERSONAL_RATE, UNIT_RATE
from portal.errors import BusinessRuleError

DEMO_SOURCE = "演示参数，由公开资料组合，不是真实城市"
HOME_FUNDING = "示例市2026年度资助参保标准（演示）"
NEIGHBOUR_FUNDING = "邻州市资助参保标准（演示，个人缴费380元的年度）"
RATES_FROM, EXTRA_FROM = date(2021, 1, 1), date(2026, 11, 1)
EXTRA_PERSONAL_FEN = 700
"""大额医疗费用补助, 7 yuan a month, in the second area from EXTRA_FROM."""
RECOGNISED_ON = date(2026, 4, 8)
LOW_INCOME = "低保对象"
FUNDINGS: tuple[tuple[str, str, int, int, str], ...] = (
    (HOME, "特困人员", 0, 2026, HOME_FUNDING),
    (HOME, "孤儿", 0, 2026, HOME_FUNDING),
    (HOME, LOW_INCOME, 34_500, 2026, HOME_FUNDING),
    (HOME, "防返贫监测对象", 20_000, 2026, HOME_FUNDING),
    (NEIGHBOUR, "城乡特困供养人员", 0, 2024, NEIGHBOUR_FUNDING),
    (NEIGHBOUR, "孤儿", 0, 2024, NEIGHBOUR_FUNDING),
    (NEIGHBOUR, "二级以上重残人员", 0, 2024, NEIGHBOUR_FUNDING),
    (NEIGHBOUR, "离休干部遗孀", 0, 2024, NEIGHBOUR_FUNDING),
    (NEIGHBOUR, "农村低保一二类对象", 31_000, 2024, NEIGHBOUR_FUNDING),
    (NEIGHBOUR, "城市低保全额对象", 31_000, 2024, NEIGHBOUR_FUNDING),
    (NEIGHBOUR, "防返贫致贫监测对象", 31_000, 2024, NEIGHBOUR_FUNDING),
)
"""Area, category, aid in fen (0 is full funding), first year, source: domain reference 2.1."""


@transaction.atomic
def seed_money(*, today: date) -> None:
    """Write what is missing: standards, categories, one recognition, and the bills of the named people.

    Whose months were not paid loses the cover now, so that no page of a new hall waits for the hourly job to agree.
    """
    areas = {area.code: area for area in PoolingArea.objects.filter(code__in=[HOME, NEIGHBOUR])}
    _seed_rates(areas)
    _seed_funding(areas)
    numbers = [who.number for who in CAST]
    people = {person.number: person for person in InsuredPerson.objects.filter(number__in=numbers)}
    _seed_recognition(people)
    _seed_accounts(people)
    paying = Enrollment.objects.active().filter(person__in=people.values(), person__bills__isnull=True)
    for enrollment in paying.select_related("person").order_by("pk"):
        if enrollment.scheme == "390":
            _open_year(enrollment, today=today)
        elif enrollment.is_flexible:
            _open_months(enrollment, today=today)
    lapse_unpaid()


def _seed_rates(areas: dict[str, PoolingArea]) -> None:
    for code, area in areas.items():
        for starts_on, extra in ((RATES_FROM, 0), (EXTRA_FROM, EXTRA_PERSONAL_FEN)):
            is_wanted = not extra or code == NEIGHBOUR
            if is_wanted and not EmployeeStandard.objects.filter(area=area, starts_on=starts_on).exists():
                set_employee_standard(
                    EmployeeRates(
                        area_id=area.pk,
                        starts_on=starts_on,
                        floor_fen=FLOOR_FEN,
                        cap_fen=CAP_FEN,
                        unit_rate=UNIT_RATE,
                        personal_rate=PERSONAL_RATE,
                        flexible_rate=FLEXIBLE_RATE,
                        flexible_base_share=Decimal(1),
                        extra_personal_fen=extra,
                        source=DEMO_SOURCE,
                    )
                )


def _seed_funding(areas: dict[str, PoolingArea]) -> None:
    known = set(FundingCategory.objects.values_list("area__code", "name"))
    for code, name, aid_fen, first_year, source in FUNDINGS:
        if (code, name) not in known:
            save_category(
                CategoryRow(
                    area_id=areas[code].pk,
                    name=name,
                    is_full=not aid_fen,
                    aid_fen=aid_fen,
                    first_year=first_year,
                    source=source,
                )
            )


def _seed_recognition(people: dict[str, InsuredPerson]) -> None:
    person = next((people[who.number] for who in CAST if who.name == AIDED and who.number in people), None)
    if person and not FundingRecognition.objects.filter(person=person).exists():
        category = FundingCategory.objects.get(area=person.area_id, name=LOW_INCOME)
        recognise(person, category=category, on=RECOGNISED_ON)


def _seed_accounts(people: dict[str, InsuredPerson]) -> None:
    """What employees have paid so far stands in their personal account, once."""
    rows = ContributionRecord.objects.filter(
        person__in=people.values(), person__account_entries__isnull=True, scheme="310", employer__kind="01"
    )
    paid = dict(rows.values_list("person").annotate(Sum("personal_fen")))
    credit(paid, kind="opening", text="演示期初：历年个人缴费划入")


def _open_year(enrollment: Enrollment, *, today: date) -> None:
    """The coming year while its window is open; nothing where the standard is not set."""
    year = today.year + 1
    rules = AreaPolicy.objects.in_force(area_id=enrollment.area_id, on=today).as_rules()
    if collection_window(year, rules=rules).phase(today) != "window":
        return
    try:
        terms = resident_year(enrollment.area_id, year=year, today=today)
    except BusinessRuleError:
        return
    options = fundings_of([enrollment.person_id], year=year, on=today).get(enrollment.person_id, [])
    open_resident_year(enrollment, terms=terms, options=options)


def _open_months(enrollment: Enrollment, *, today: date) -> None:
    """Every unpaid month up to this one; the one in arrears has a bank card that could not be debited."""
    last = enrollment.last_paid_month
    if last is None or Bill.objects.filter(enrollment=enrollment).exists():
        return
    cause = "information" if enrollment.person.name == IN_ARREARS else ""
    this_month = Month.of(today)
    for month in months_between(Month.of(last) + 1, this_month):
        terms = employee_month(enrollment.area_id, month=month)
        open_flexible_month(enrollment, terms=terms, arrears_cause=cause if month < this_month else "")
