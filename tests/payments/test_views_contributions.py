"""缴费记录: one's own by year, filters that never fail, and what other pages show of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from python_calamine import CalamineWorkbook

from insured.models import Enrollment, InsuredPerson, PoolingArea
from insured.policy.dates import Month, months_between
from insured.services.credits import Transferred, credit_transfer
from payments.labels import period_text
from payments.models import ContributionRecord
from payments.services import bills
from payments.services.history import chart
from payments.views.contributions import recent
from portal.accounts.models import User
from tests import factories
from tests.payments import owed
from tests.payments.records import contribution, year_of

ADDRESS = "/me/contributions/"
SESSION_AND_USER = 2
Budget = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture
def client(resident: InsuredPerson) -> Client:
    return factories.client_of(factories.account_of(resident))


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"{ADDRESS}?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 1, 1), date(2026, 12, 1), "2026年度"),
        (date(2026, 1, 1), date(2026, 1, 1), "2026年1月"),
        (date(2026, 1, 1), date(2026, 3, 1), "2026年1月至3月"),
        (date(2025, 11, 1), date(2026, 2, 1), "2025年11月至2026年2月"),
        (date(2025, 1, 1), date(2026, 12, 1), "2025年1月至2026年12月"),
    ],
)
def test_a_period_reads_as_a_year_or_as_its_months(first: date, last: date, text: str) -> None:
    assert period_text(first=first, last=last) == text


@pytest.mark.django_db
def test_shows_the_years_newest_first_with_their_sums(area: PoolingArea) -> None:
    person = factories.flexible(area=area)
    for month in (1, 2, 3):
        contribution(of=person, first=date(2026, month, 1), personal_fen=44_330, base_fen=443_300)
    contribution(of=person, first=date(2025, 12, 1), personal_fen=44_330, base_fen=443_300)

    text = page(factories.client_of(factories.account_of(person)))

    places = [text.index(f">{period}</th>") for period in ("2026年3月", "2026年2月", "2026年1月", "2025年12月")]
    assert places == sorted(places)
    assert '2025年：个人缴费合计 <span class="num">443.30</span> 元' in text
    assert '2026年：个人缴费合计 <span class="num">1,329.90</span> 元' in text
    assert "1,773.20</span>" in text


@pytest.mark.django_db
def test_sums_what_was_received_only(resident: InsuredPerson, client: Client) -> None:
    year_of(resident, year=2026, is_received=False)
    year_of(resident, year=2025, personal_fen=38_000)

    text = page(client)

    assert "未到账" in text
    assert '<span class="money">380.00</span>' in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("", ["2026年度", "2025年度", "2024年度"], []),
        ("year=2025", ["2025年度"], ["2026年度", "2024年度"]),
        ("scheme=390&year=2024", ["2024年度"], ["2026年度", "2025年度"]),
        ("scheme=310", ["这个条件下没有缴费记录"], ["2026年度"]),
        ("year=2001", ["这个条件下没有缴费记录"], ["2026年度"]),
    ],
)
def test_is_narrowed_by_scheme_and_year(
    resident: InsuredPerson, client: Client, query: str, shown: list[str], hidden: list[str]
) -> None:
    for year in (2024, 2025, 2026):
        year_of(resident, year=year)

    text = page(client, query)

    assert all(one in text for one in shown)
    assert not any(one in text for one in hidden)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "year=abc",
        "year=-1",
        "year=99999999999999999999",
        "year=2026.5",
        "scheme=999",
        "scheme=%00&year=%00",
        "scheme[]=390",
        "year=2026&year=x",
        "page=abc",
        "page=-3",
        "page=99999999999999999999",
        "scheme='%20OR%201=1--",
    ],
)
def test_garbage_narrows_nothing(resident: InsuredPerson, client: Client, query: str) -> None:
    year_of(resident, year=2026)

    assert "2026年度" in page(client, query)


@pytest.mark.django_db
def test_says_what_is_wrong_with_a_filter(resident: InsuredPerson, client: Client) -> None:
    year_of(resident, year=2026)

    assert "没有这个险种，请重新选择。" in page(client, "scheme=999")


@pytest.mark.django_db
def test_a_page_holds_whole_years_of_about_24_records(resident: InsuredPerson, client: Client) -> None:
    for year in (2022, 2023, 2024, 2025):
        for month in range(1, 13):
            contribution(of=resident, first=date(year, month, 1))
    year_of(resident, year=2026)

    seen = [page(client, f"page={number}") for number in (1, 2, 3)]

    assert [[year for year in range(2022, 2027) if f"{year}年：" in text] for text in seen] == [
        [2025, 2026],
        [2023, 2024],
        [2022],
    ]


@pytest.mark.django_db
def test_shows_nobody_elses(
    resident: InsuredPerson, agent: User, caseworker: User, reviewer: User, stranger: User
) -> None:
    record = year_of(resident, year=2026)

    for user in (agent, caseworker, reviewer, stranger):
        text = page(factories.client_of(user))
        assert "没有查到缴费记录" in text
        assert record.number not in text


@pytest.mark.django_db
def test_masks_the_identity(resident: InsuredPerson, client: Client) -> None:
    year_of(resident, year=2026)

    text = page(client)

    assert f"119901********{resident.id_number[-4:]}" in text
    assert resident.id_number not in text


@pytest.mark.django_db
def test_leads_back_to_payment_management(client: Client) -> None:
    assert 'href="/payment-management/"' in page(client)


@pytest.mark.django_db
def test_is_only_read(client: Client) -> None:
    assert client.post(ADDRESS).status_code == 405


@pytest.mark.django_db
def test_asks_for_a_login() -> None:
    assert Client().get(ADDRESS).headers["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
@pytest.mark.parametrize("years", [3, 30])
def test_sends_four_statements_of_its_own_however_long_the_history(
    resident: InsuredPerson, client: Client, assert_statements: Budget, years: int
) -> None:
    for year in range(2027 - years, 2027):
        year_of(resident, year=year)
    client.get(ADDRESS)

    with assert_statements(SESSION_AND_USER + 4):
        client.get(ADDRESS)


@pytest.mark.django_db
def test_the_newest_six_and_six_years_of_bars_come_in_one_statement(
    area: PoolingArea, assert_statements: Budget
) -> None:
    person = factories.flexible(area=area)
    row = Enrollment.objects.get(person=person)
    for year, month in [(2019, 1), (2024, 1), *((2026, month) for month in range(1, 9))]:
        contribution(of=person, enrollment=row, first=date(year, month, 1), personal_fen=10_000)

    with assert_statements(1):
        seen = recent(factories.account_of(person), day=date(2026, 8, 20))

    assert [line.period for line in seen.lines] == [f"2026年{month}月" for month in (8, 7, 6, 5, 4, 3)]
    assert seen.chart is not None
    assert [(bar.year, bar.fen, bar.percent) for bar in seen.chart.bars] == [
        (2026, 80_000, 100),
        (2025, 0, 0),
        (2024, 10_000, 12),
    ]


@pytest.mark.parametrize("paid", [{}, {2026: 0}, {2026: -40_000}])
def test_there_is_no_chart_without_payments(paid: dict[int, int]) -> None:
    assert chart(paid) is None


@pytest.mark.django_db
def test_says_how_long_was_paid_for_without_a_gap_and_in_all(resident: InsuredPerson, client: Client) -> None:
    for year in (2022, 2024, 2025):
        year_of(resident, year=year)

    with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
        text = page(client)

    assert "<dt>连续缴费</dt><dd><strong>2年</strong>" in text
    assert "2024年1月至2025年12月，中间没有缺月" in text
    assert "<dt>累计缴费</dt><dd><strong>3年</strong>" in text


@pytest.mark.django_db
def test_counts_what_was_transferred_in_and_says_so(resident: InsuredPerson, client: Client) -> None:
    year_of(resident, year=2025)
    said = Transferred(
        person_id=resident.pk,
        area_id=resident.area_id,
        scheme="390",
        months=months_between(Month(2023, 10), Month(2024, 10)),
        place="江苏省昆山市",
        number="YB2026",
    )
    credit_transfer(said, by=factories.staff(area=resident.area))

    with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
        text = page(client)

    assert "<dt>连续缴费</dt><dd><strong>2年1个月</strong>" in text
    assert "转入前后中断2个月，没有超过期限，按连续算" in text
    assert "实际缴费2年1个月（网厅记录1年，转入1年1个月）" in text
    assert "转入（江苏省昆山市）" in text
    assert "2023年10月至2024年10月" in text


@pytest.mark.django_db
def test_names_the_status_of_every_payment(resident: InsuredPerson, client: Client) -> None:
    year_of(resident, year=2024)
    year_of(resident, year=2025, is_received=False)
    year_of(resident, year=2026, kind="991", personal_fen=-40_000)

    text = page(client)

    assert [text.count(f"{status}</span>") for status in ("已到账", "已支付，未到账", "已退费")] == [1, 1, 1]


@pytest.mark.django_db
def test_a_payment_that_was_just_made_is_there_at_once(resident: InsuredPerson, client: Client) -> None:
    bill = bills.open_bill(owed.resident_year(resident.enrollments.get()))

    bills.pay_bill(bill, amount_fen=bill.payable_fen, paid_on=date(2026, 3, 10), way="02")

    number = ContributionRecord.objects.get(person=resident).number
    assert number in page(client)
    assert "已到账" in page(client)


@pytest.mark.django_db
def test_shows_every_year_at_once_to_be_printed(resident: InsuredPerson, client: Client) -> None:
    for year in (2022, 2023, 2024, 2025):
        for month in range(1, 13):
            contribution(of=resident, first=date(year, month, 1))

    assert ">2022年1月</th>" not in page(client)
    assert ">2022年1月</th>" in page(client, "page=all")


class TestFiles:
    @pytest.mark.django_db
    def test_hold_one_s_own_records_and_the_id_number_masked(self, resident: InsuredPerson, client: Client) -> None:
        mine = year_of(resident, year=2025)
        other = year_of(factories.resident(area=resident.area), year=2025)

        answer = client.get(f"{ADDRESS}export/?format=xlsx")

        book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
        rows = book.get_sheet_by_index(0).to_python()
        assert [row[-1] for row in rows] == ["凭证号", mine.number]
        assert other.number not in str(rows)
        assert resident.id_number not in str(book.get_sheet_by_name("说明").to_python())
        assert resident.id_number[-4:] in str(book.get_sheet_by_name("说明").to_python())
        assert answer["Cache-Control"] == "no-store"

    @pytest.mark.django_db
    @pytest.mark.parametrize(("query", "years"), [("", {2024, 2025}), ("&year=2024", {2024}), ("&scheme=310", set())])
    def test_are_narrowed_as_the_page_is(
        self, query: str, years: set[int], resident: InsuredPerson, client: Client
    ) -> None:
        for year in (2024, 2025):
            year_of(resident, year=year)

        text = client.get(f"{ADDRESS}export/?format=csv{query}").content.decode()

        assert {year for year in (2024, 2025) if f'"{year}年度"' in text} == years

    @pytest.mark.django_db
    def test_cost_no_more_for_many_records(
        self, resident: InsuredPerson, client: Client, assert_statements: Budget
    ) -> None:
        for year in range(2000, 2026):
            year_of(resident, year=year)
        client.get(ADDRESS)

        with assert_statements(SESSION_AND_USER + 2):
            client.get(f"{ADDRESS}export/?format=csv")

    @pytest.mark.django_db
    def test_are_refused_in_a_format_nobody_writes_and_without_a_person(self, client: Client) -> None:
        assert client.get(f"{ADDRESS}export/?format=exe").status_code == 404
        assert factories.client_of(factories.user()).get(f"{ADDRESS}export/").status_code == 404
        assert client.post(f"{ADDRESS}export/").status_code == 405


@pytest.mark.django_db
def test_is_narrowed_by_the_place_of_the_insurance(resident: InsuredPerson, client: Client) -> None:
    here = year_of(resident, year=2025)
    there = year_of(resident, year=2024)
    factories.area(code="119902", name="邻市")
    ContributionRecord.objects.filter(pk=there.pk).update(area=PoolingArea.objects.get(code="119902"))

    text = page(client, "area=119902")

    assert there.number in text
    assert here.number not in text
    assert here.number in page(client, "area=%00")
