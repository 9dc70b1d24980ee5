"""What the history of a person and of a unit shows at the desk, at what cost, and what its files hold."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from python_calamine import CalamineWorkbook

from insured.models import Employer, InsuredPerson, PoolingArea
from insured.services.search import person_predicate
from payments.admin import persons, units
from payments.services import export
from portal.accounts.models import User
from portal.audit.models import AccessLog
from tests import factories
from tests.payments.records import contribution, year_of
from tests.payments.test_admin_look_up import LOOK_AND_LOG, SESSION_USER_DUTIES, of, opened, text_of

pytestmark = pytest.mark.django_db
Budget = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def march_10() -> object:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(caseworker: User) -> Client:
    return factories.client_of(caseworker)


def months(of: InsuredPerson, *, count: int) -> None:
    """So many months in a row, the newest is March 2026."""
    for number in range(count):
        year, month = divmod(2026 * 12 + 2 - number, 12)
        contribution(of=of, first=date(year, month + 1, 1), personal_fen=10_000, unit_fen=20_000)


class TestPerson:
    def test_shows_enrollments_years_sums_and_records(self, area: PoolingArea, desk: Client) -> None:
        person = factories.employee(of=factories.employer(area=area))
        months(person, count=15)
        opened(desk, person)

        text = text_of(desk.get(of(person)))

        assert "职工基本医疗保险" in text
        assert "示例市青禾软件有限公司" in text
        assert "<strong>1年3个月</strong>" in text
        assert "2026年度900.00元，2025年度3,600.00元" in text
        assert "4,500.00</td></tr></tfoot>" in text
        assert person.id_number not in text

    @pytest.mark.parametrize(
        ("query", "shown", "hidden"),
        [
            ("year=2025", ">2025年度</th>", ">2024年度</th>"),
            ("scheme=310", "这个条件下没有缴费记录", ">2024年度</th>"),
            ("area=119901&year=2024", ">2024年度</th>", ">2025年度</th>"),
            ("scheme=999", "没有这个险种，请重新选择。", "Traceback"),
        ],
    )
    def test_is_narrowed(self, query: str, shown: str, hidden: str, resident: InsuredPerson, desk: Client) -> None:
        for year in (2024, 2025):
            year_of(resident, year=year)
        opened(desk, resident)

        text = text_of(desk.get(f"{of(resident)}?{query}"))

        assert shown in text
        assert hidden not in text

    def test_is_read_page_by_page_without_a_gap_or_a_repeat(
        self, area: PoolingArea, desk: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(persons, "LINES", 4)
        person = factories.flexible(area=area)
        months(person, count=9)
        contribution(of=person, first=date(2025, 12, 1), kind="35")
        opened(desk, person)

        seen, after = [], ""
        while True:
            page = desk.get(of(person), {"after": after}).context["page"]
            seen += [line.record.number for line in page.lines]
            if not (after := page.after):
                break

        wanted = person.contributions.order_by("-period_starts_on", "-id").values_list("number", flat=True)
        assert seen == list(wanted)
        assert len(seen) == 10

    @pytest.mark.parametrize("after", ["PZ20260310ZZZZZZ0", "\0", "x" * 500, "'"])
    def test_an_unknown_place_is_the_end(self, after: str, resident: InsuredPerson, desk: Client) -> None:
        year_of(resident, year=2025)
        opened(desk, resident)

        assert desk.get(of(resident), {"after": after}).status_code == 200

    def test_does_not_begin_behind_somebody_else_s_record(
        self, resident: InsuredPerson, area: PoolingArea, desk: Client
    ) -> None:
        year_of(resident, year=2025)
        other = year_of(factories.resident(area=area), year=2026)
        opened(desk, resident)

        assert desk.get(of(resident), {"after": other.number}).context["page"].lines == ()

    def test_can_be_shown_whole_to_be_printed(self, area: PoolingArea, desk: Client) -> None:
        person = factories.flexible(area=area)
        months(person, count=persons.LINES + 1)
        opened(desk, person)

        assert len(desk.get(of(person)).context["page"].lines) == persons.LINES
        assert len(desk.get(f"{of(person)}?page=all").context["page"].lines) == persons.LINES + 1

    @pytest.mark.parametrize("count", [1, 60, 200])
    def test_costs_at_most_five_statements_besides_the_door_and_the_log(
        self, count: int, area: PoolingArea, desk: Client, assert_statements: Budget
    ) -> None:
        person = factories.flexible(area=area)
        months(person, count=count)
        opened(desk, person)
        desk.get(of(person))

        with assert_statements(SESSION_USER_DUTIES + LOOK_AND_LOG + 5):
            desk.get(of(person))

    def test_shows_the_whole_id_once_under_the_same_purpose(self, resident: InsuredPerson, desk: Client) -> None:
        opened(desk, resident)

        assert resident.id_number in text_of(desk.post(of(resident, "reveal")))
        assert resident.id_number not in text_of(desk.get(of(resident)))
        assert AccessLog.objects.get(action="reveal-id").purpose == "enquiry"


class TestFiles:
    @pytest.mark.parametrize("format_code", ["xlsx", "csv"])
    def test_are_logged_with_the_purpose(self, format_code: str, resident: InsuredPerson, desk: Client) -> None:
        year_of(resident, year=2025)
        opened(desk, resident)

        response = desk.post(of(resident, "export"), {"format": format_code})

        assert response.status_code == 200
        assert f".{format_code}" in response["Content-Disposition"]
        row = AccessLog.objects.get(action="export")
        assert (row.purpose, row.reason) == ("enquiry", f"{format_code} 本人来电，核对断缴月份")

    def test_hide_the_id_number_and_say_who_took_it_and_what_for(self, resident: InsuredPerson, desk: Client) -> None:
        year_of(resident, year=2025)
        opened(desk, resident)

        book = CalamineWorkbook.from_filelike(BytesIO(desk.post(of(resident, "export"), {"format": "xlsx"}).content))

        everything = str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
        assert resident.id_number not in everything
        assert "何经办" in everything
        assert "答复本人咨询：本人来电，核对断缴月份" in everything

    def test_hold_no_formula_whatever_a_unit_calls_itself(self, area: PoolingArea, desk: Client) -> None:
        person = factories.employee(of=factories.employer(area=area, name="＝cmd|' /C calc'!A0"))
        months(person, count=1)
        opened(desk, person)

        text = text_of(desk.post(of(person, "export"), {"format": "csv"}))

        assert "\"'＝cmd|' /C calc'!A0\"" in text

    def test_are_narrowed_as_the_page_is(self, resident: InsuredPerson, desk: Client) -> None:
        for year in (2024, 2025):
            year_of(resident, year=year)
        opened(desk, resident)

        text = text_of(desk.post(f"{of(resident, 'export')}?year=2024", {"format": "csv"}))

        assert '"2024年度"' in text
        assert '"2025年度"' not in text

    def test_refuse_more_rows_than_they_hold_and_count_nothing(
        self, resident: InsuredPerson, desk: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(export, "MOST_ROWS", 1)
        for year in (2024, 2025):
            year_of(resident, year=year)
        opened(desk, resident)

        response = desk.post(of(resident, "export"), {"format": "csv"})

        assert "超过1笔，一个文件放不下" in text_of(response)
        assert not AccessLog.objects.filter(action="export").exists()


class TestUnit:
    @pytest.fixture
    def unit(self, area: PoolingArea) -> Employer:
        found = factories.employer(area=area)
        for _ in range(3):
            months(factories.employee(of=found), count=4)
        return found

    def test_shows_a_year_by_month(self, unit: Employer, desk: Client) -> None:
        opened(desk, unit)

        rows = desk.get(of(unit)).context["months"]

        assert [(one.period, one.persons, one.received.total_fen) for one in rows] == [
            ("2026年3月", 3, 90_000),
            ("2026年2月", 3, 90_000),
            ("2026年1月", 3, 90_000),
        ]
        assert [one.period for one in desk.get(f"{of(unit)}?year=2025").context["months"]] == ["2025年12月"]

    def test_lists_the_people_of_a_month_with_names_masked(self, unit: Employer, desk: Client) -> None:
        opened(desk, unit)

        response = desk.get(f"{of(unit)}?year=2026&month=2")

        assert [line.period for line in response.context["page"].lines] == ["2026年2月"] * 3
        assert "苏*岚" in text_of(response)
        assert "苏文岚" not in text_of(response)

    @pytest.mark.parametrize("query", ["year=x", "year=1900", "month=13&year=2026", "year=%00", "month=2"])
    def test_falls_back_to_this_year(self, query: str, unit: Employer, desk: Client) -> None:
        opened(desk, unit)

        assert desk.get(f"{of(unit)}?{query}").context["year"] == 2026

    def test_is_exported_by_month_with_masked_names(self, unit: Employer, desk: Client) -> None:
        opened(desk, unit)

        lines = text_of(desk.post(f"{of(unit, 'export')}?year=2026&month=2", {"format": "csv"})).splitlines()

        assert len(lines) == 4
        assert all('"苏*岚","2026年2月"' in line for line in lines[1:])

    def test_costs_the_same_for_a_few_and_for_many_people(
        self, unit: Employer, desk: Client, assert_statements: Budget
    ) -> None:
        for _ in range(20):
            months(factories.employee(of=unit), count=2)
        opened(desk, unit)
        desk.get(of(unit))

        with assert_statements(SESSION_USER_DUTIES + LOOK_AND_LOG + 3):
            desk.get(f"{of(unit)}?year=2026&month=2")

    def test_is_logged_as_a_unit_s(self, unit: Employer, desk: Client, caseworker: User) -> None:
        opened(desk, unit)
        desk.get(of(unit))

        rows = AccessLog.objects.filter(user=caseworker, subject_kind="employer", subject_id=unit.pk)
        assert set(rows.values_list("action", flat=True)) == {"look-up", "view-history"}
        assert units.LINES == 100


@pytest.mark.parametrize("typed", ["苏文岚", "0026", "", "119901", "P12345", "119901198604120020"])
def test_no_predicate_is_made_of_what_names_nobody(typed: str) -> None:
    assert person_predicate(typed) is None
