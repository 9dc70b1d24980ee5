"""The named people: written once, as the domain reference tells them."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db.models import Sum
from django.test import Client

from insured.labels import STAFF_ROLES
from insured.models import CoveragePeriod, Employer, Enrollment, InsuredPerson, PoolingArea, StaffAssignment
from payments.models import ContributionRecord, ContributionStandard
from portal.accounts.models import User
from portal.demo.services.accounts import accounts, current_code
from portal.demo.services.cast import CAST, PASSWORD, PREPAID
from portal.demo.services.named import seed_named
from portal.identity import check_uscc, normalize_resident_id

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
NAMED = {
    "苏文岚": "119901198604120026",
    "程予安": "119901197908250159",
    "罗景行": "119901199301170311",
    "季念慈": "119901195411030047",
    "陆知遥": "119901199506090286",
    "方以宁": "11990119900214042X",
    "何景澄": "119901198707060572",
    "韩雨桐": "119901199909050641",
    "白清和": "119901198311110887",
    "严启明": "119901196512200193",
}


@pytest.fixture(autouse=True)
def seeded() -> None:
    seed_named(today=TODAY)


def person(name: str) -> InsuredPerson:
    return InsuredPerson.objects.get(name=name)


def counts() -> dict[str, int]:
    models = (
        User, InsuredPerson, Employer, Enrollment, CoveragePeriod,
        ContributionRecord, ContributionStandard, StaffAssignment, PoolingArea,
    )  # fmt: skip
    return {model.__name__: model._default_manager.count() for model in models}


def test_seeding_twice_changes_nothing() -> None:
    before, first = counts(), Enrollment.objects.order_by("pk").values().first()
    PoolingArea.objects.filter(code="119901").update(agency_phone="0000")

    seed_named(today=date(2026, 12, 24))

    assert counts() == before
    assert Enrollment.objects.order_by("pk").values().first() == first
    assert PoolingArea.objects.get(code="119901").agency_phone == "0000"


def test_the_people_of_the_domain_reference_have_their_ids() -> None:
    assert {name: person(name).id_number for name in NAMED} == NAMED


def test_every_id_and_phone_is_right_and_nobodys() -> None:
    assert all(normalize_resident_id(who.id_number) == who.id_number for who in CAST)
    assert all(who.id_number.startswith("119901") and who.phone.startswith("1990000") for who in CAST)
    assert len({who.id_number for who in CAST}) == len({who.serial for who in CAST}) == len(CAST)


def test_the_two_units_have_their_codes_and_agents() -> None:
    units = {unit.unit_code: unit for unit in Employer.objects.filter(kind="01")}

    assert units["91119901MADEM00119"].name == "示例市青禾软件有限公司"
    assert units["91119901MADEM002X1"].name == "示例市澄江精密制造有限公司"
    assert all(check_uscc(code).is_checksum_right for code in units)
    assert units["91119901MADEM00119"].agents.get().user.display_name == "钟以和"
    assert units["91119901MADEM002X1"].agents.get().user.display_name == "梁承泽"


EXPECTED: list[tuple[str, str, str, date, date | None]] = [
    ("苏文岚", "390", "1", date(2026, 1, 1), date(2026, 12, 31)),
    ("罗景行", "390", "1", date(2026, 6, 10), date(2026, 12, 31)),
    ("白清和", "390", "1", date(2026, 4, 16), date(2026, 12, 31)),
    ("季念慈", "390", "2", date(2024, 1, 1), date(2024, 12, 31)),
    ("程予安", "390", "2", date(2025, 1, 1), date(2025, 11, 2)),
    ("程予安", "310", "1", date(2025, 12, 1), None),
    ("陆知遥", "310", "1", date(2020, 4, 1), None),
    ("方以宁", "310", "1", date(2018, 8, 1), None),
    ("严启明", "310", "2", date(2003, 10, 1), date(2025, 12, 31)),
]


@pytest.mark.parametrize(("name", "scheme", "status", "starts_on", "ends_on"), EXPECTED)
def test_the_last_period_is_the_one_of_the_story(
    name: str, scheme: str, status: str, starts_on: date, ends_on: date | None
) -> None:
    enrollment = Enrollment.objects.get(person=person(name), scheme=scheme)
    last = enrollment.periods.order_by("-starts_on")[0]

    assert (enrollment.status, last.starts_on, last.ends_on) == (status, starts_on, ends_on)


def record(name: str, **lookup: Any) -> ContributionRecord:
    return ContributionRecord.objects.get(person=person(name), **lookup)


def test_amounts_are_those_of_the_rules() -> None:
    april = {"period_starts_on": date(2025, 4, 1)}
    year = {"period_starts_on": date(2026, 1, 1)}
    su, bai = record("苏文岚", **year), record("白清和", **year)
    lu, fang, han = record("陆知遥", **april), record("方以宁", **april), record("韩雨桐", **april)

    assert (su.personal_fen, su.fiscal_fen, su.paid_on) == (40_000, 70_000, date(2025, 10, 20))
    assert (bai.personal_fen, bai.aid_fen, bai.fiscal_fen) == (5_500, 34_500, 70_000)
    assert (lu.personal_fen, lu.unit_fen, lu.base_fen) == (44_330, 0, 443_300)
    assert (fang.personal_fen, fang.unit_fen, fang.base_fen) == (13_600, 51_000, 680_000)
    assert (han.personal_fen, han.unit_fen, han.base_fen) == (8_866, 33_248, 443_300)


def test_only_the_demo_accounts_have_a_password() -> None:
    able = {user.display_name for user in User.objects.all() if user.has_usable_password()}

    assert able == {who.name for who in CAST if who.can_log_in}
    assert all(user.check_password(PASSWORD) for user in User.objects.filter(display_name__in=able))


@pytest.mark.parametrize("typed", ["11990119900214042x", "199 0000 0003", "DEMO03@example.com"])
def test_one_is_found_by_id_phone_and_mail(typed: str) -> None:
    assert str(User.objects.by_login(typed)) == "方以宁"


def test_staff_have_posts_and_codes_and_a_caseworker_is_a_relative() -> None:
    staff = {one.name: one for one in accounts() if one.kind == "staff"}
    posts = set(StaffAssignment.objects.values_list("user__display_name", "area__code", "role"))

    assert ("许知行", "119901", "caseworker") in posts
    assert ("唐书衡", "119902", "caseworker") in posts
    assert {role for _, _, role in posts} == set(STAFF_ROLES)
    assert all(len(one.code) == 6 for one in staff.values())
    assert current_code("demo31@example.com") == staff["许知行"].code
    assert person("苏文岚").relations.get(kind="1").relative.user.display_name == "沈修远"


def test_the_neighbour_has_other_rules_and_no_standard_for_2027() -> None:
    home, neighbour = PoolingArea.objects.get(code="119901"), PoolingArea.objects.get(code="119902")
    years = ContributionStandard.objects.filter(scheme="390")

    assert (home.policies.get().gap_count, neighbour.policies.get().gap_count) == ("B", "A")
    assert neighbour.policies.get().resident_stop_effect == "next_month"
    assert years.get(area=home, coverage_year=2027).is_provisional
    assert set(years.filter(area=neighbour).values_list("coverage_year", flat=True)) == set(range(2021, 2027))


@time_machine.travel("2026-11-22 10:00:00+08:00", tick=False)
def test_somebody_can_ask_back_what_was_paid_ahead() -> None:
    browser = Client()
    browser.force_login(User.objects.get(display_name=PREPAID))
    paid = ContributionRecord.objects.filter(person__name=PREPAID, period_starts_on__gte=date(2026, 11, 1))

    notice = browser.get("/refund/", {"cause": "employed"})
    form = browser.get("/refund/form/", {"cause": "employed"})

    assert paid.count() == 3
    assert paid.aggregate(Sum("personal_fen")) == {"personal_fen__sum": 132_990}
    assert "审核通过后退回" in notice.text
    assert "1,329.90" in notice.text
    assert "开始申请" in notice.text
    assert form.status_code == 200
    assert str(paid.order_by("period_starts_on")[0].number) in form.text
