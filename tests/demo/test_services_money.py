"""The demo's standards are those of the reference, and its people owe what their stories say."""

from datetime import date

import pytest
import time_machine

from insured.models import CoveragePeriod
from payments.models import Bill, ContributionStandard, EmployeeStandard, FundingCategory
from portal.demo.services.money import seed_money
from portal.demo.services.named import seed_named

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def seeded(today: date = TODAY) -> None:
    seed_named(today=today)
    seed_money(today=today)


def test_both_areas_have_bases_rates_and_funding() -> None:
    seeded()

    home = EmployeeStandard.objects.get(area__code="119901")
    assert (home.floor_fen, home.cap_fen, str(home.unit_rate)) == (443_300, 2_216_500, "0.075000")
    assert FundingCategory.objects.get(area__code="119901", name="低保对象").aid_fen == 34_500
    assert FundingCategory.objects.get(area__code="119902", name="二级以上重残人员").is_full
    assert ContributionStandard.objects.get(area__code="119901", coverage_year=2027).is_provisional
    assert not ContributionStandard.objects.filter(area__code="119902", coverage_year=2027).exists()


@pytest.mark.parametrize(
    ("name", "owed"),
    [
        ("苏文岚", [("2027年度", 40_000, "")]),
        ("白清和", [("2027年度", 5_500, "")]),
        ("陆知遥", [("2026年11月", 44_330, "")]),
        (
            "柏予安",
            [
                ("2026年9月", 44_330, "information"),
                ("2026年10月", 44_330, "information"),
                ("2026年11月", 44_330, ""),
            ],
        ),
        (
            "池砚秋",
            [("2026年9月", 44_330, ""), ("2026年10月", 44_330, ""), ("2026年11月", 45_030, "")],
        ),
        ("尹南汐", []),
        ("方以宁", []),
    ],
)
def test_the_named_people_owe_what_their_stories_say(name: str, owed: list[tuple[str, int, str]]) -> None:
    seeded()

    found = Bill.objects.filter(person__name=name).order_by("period_starts_on")

    assert [(bill.period, bill.payable_fen, bill.arrears_cause) for bill in found] == owed


@pytest.mark.parametrize("name", ["柏予安", "池砚秋"])
def test_who_owes_months_has_no_cover_from_the_first_page_on(name: str) -> None:
    with time_machine.travel("2026-11-23T02:00:00Z", tick=False):
        seeded()

    (period,) = CoveragePeriod.objects.filter(person__name=name, enrollment__scheme="310")
    assert period.ends_on == date(2026, 8, 31)


def test_outside_the_window_no_year_is_opened() -> None:
    seeded(date(2026, 6, 10))

    assert not Bill.objects.filter(scheme="390").exists()


def test_seeding_twice_changes_nothing() -> None:
    seeded()
    before = Bill.objects.count()

    seed_money(today=TODAY)

    assert Bill.objects.count() == before
