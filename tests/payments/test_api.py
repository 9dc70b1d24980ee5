"""GET /api/v1/contributions/ and the description of the API."""

from base64 import b64encode
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from insured.models import InsuredPerson
from portal.accounts.models import User
from portal.audit.models import AccessLog
from tests import factories
from tests.payments.records import contribution, year_of

ADDRESS = "/api/v1/contributions/"
SCHEMA = "/api/v1/schema/?format=json"
LOOK_UP = "/api/v1/contributions/look-up/"
SESSION_AND_USER, TODAYS_POSTS = 2, 1
PERSON_LOG_AND_RECORDS = 3
"""The person with the look that opened the history, the line of the log, the records."""
pytestmark = pytest.mark.django_db


@pytest.fixture
def client(resident: InsuredPerson) -> Client:
    return factories.client_of(factories.account_of(resident))


def cursor(text: str) -> str:
    return urlencode({"cursor": b64encode(text.encode()).decode()})


def test_gives_ones_own_records_newest_period_first(resident: InsuredPerson, client: Client) -> None:
    year_of(resident, year=2025)
    newest = year_of(resident, year=2026, fiscal_fen=70_000, paid_on=date(2025, 10, 20))

    rows = client.get(ADDRESS).json()["results"]

    assert [row["period"] for row in rows] == ["2026年度", "2025年度"]
    assert rows[0] == {
        "number": newest.number,
        "scheme": "390",
        "scheme_name": "城乡居民基本医疗保险",
        "kind": "10",
        "kind_name": "正常缴费",
        "way": "02",
        "way_name": "税务征收",
        "is_received": True,
        "employer_name": "示例市城乡居民",
        "period": "2026年度",
        "period_starts_on": "2026-01-01",
        "period_ends_on": "2026-12-01",
        "base_fen": None,
        "personal_fen": 40_000,
        "unit_fen": 0,
        "fiscal_fen": 70_000,
        "aid_fen": 0,
        "paid_on": "2025-10-20",
    }


def test_gives_nobody_elses(
    resident: InsuredPerson, agent: User, caseworker: User, reviewer: User, stranger: User
) -> None:
    year_of(resident, year=2026)

    for user in (agent, caseworker, reviewer, stranger):
        assert factories.client_of(user).get(ADDRESS).json()["results"] == []


@pytest.mark.parametrize(
    ("query", "periods"),
    [
        ("", ["2026年度", "2025年度"]),
        ("scheme=390", ["2026年度", "2025年度"]),
        ("scheme=310", []),
        ("year=2025", ["2025年度"]),
        ("scheme=390&year=2024", []),
        ("unknown=1", ["2026年度", "2025年度"]),
    ],
)
def test_is_narrowed_by_scheme_and_year(
    resident: InsuredPerson, client: Client, query: str, periods: list[str]
) -> None:
    year_of(resident, year=2025)
    year_of(resident, year=2026)

    rows = client.get(f"{ADDRESS}?{query}").json()["results"]

    assert [row["period"] for row in rows] == periods


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("year=abc", 400),
        ("year=0", 400),
        ("year=99999999999999999999", 400),
        ("year=2026.5", 400),
        ("scheme=999", 400),
        ("scheme=%00", 400),
        ("cursor=%FF%00", 404),
        (cursor("p=no-date"), 404),
        (cursor("p=2026-13-45"), 404),
        (cursor("p=%00"), 404),
        (cursor("o=-5"), 404),
        (cursor("o=99999999999999999999"), 200),
    ],
)
def test_refuses_garbage(resident: InsuredPerson, client: Client, query: str, status: int) -> None:
    year_of(resident, year=2026)

    assert client.get(f"{ADDRESS}?{query}").status_code == status


def test_pages_meet_every_record_once(resident: InsuredPerson, client: Client) -> None:
    made = {
        contribution(of=resident, first=date(year, month, 1)).number
        for year in range(2016, 2026)
        for month in range(1, 13)
    }

    seen: list[str] = []
    address: str | None = ADDRESS
    while address:
        answer = client.get(address).json()
        seen += [row["number"] for row in answer["results"]]
        address = answer["next"]

    assert len(seen) == 120
    assert set(seen) == made


def test_asks_for_a_login() -> None:
    for address in (ADDRESS, SCHEMA, f"{ADDRESS}?person=P1"):
        answer = Client().get(address)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == 'Session realm="hall"'
    assert Client().post(LOOK_UP, {"person": "P1"}).status_code == 401


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_is_read_only(client: Client, method: str) -> None:
    assert getattr(client, method)(ADDRESS).status_code == 405


def test_sends_one_statement_of_its_own(
    resident: InsuredPerson, client: Client, assert_statements: Callable[[int], AbstractContextManager[Any]]
) -> None:
    for year in (2024, 2025, 2026):
        year_of(resident, year=year)
    client.get(ADDRESS)

    with assert_statements(SESSION_AND_USER + 1):
        client.get(ADDRESS)


def test_the_schema_describes_both_lists_without_an_identity(client: Client) -> None:
    schema = client.get(SCHEMA).json()

    assert {"/api/v1/enrollments/", ADDRESS} <= set(schema["paths"])
    filters = {one["name"] for one in schema["paths"][ADDRESS]["get"]["parameters"]}
    assert filters == {"area", "cursor", "person", "scheme", "year"}
    assert set(schema["components"]["schemas"]["Person"]["properties"]) == {"name", "id_number"}


class TestStaff:
    """Somebody's history in one's area, once its purpose is said."""

    def opened(self, desk: Client, whose: InsuredPerson, **more: str) -> Any:
        sent = {"person": whose.number, "purpose": "enquiry", "reason": "本人来电核对"} | more
        return desk.post(LOOK_UP, sent, content_type="application/json")

    def test_reads_a_history_under_its_purpose_and_is_logged(self, resident: InsuredPerson, caseworker: User) -> None:
        mine = year_of(resident, year=2026)
        desk = factories.client_of(caseworker)
        address = f"{ADDRESS}?person={resident.number}"
        assert desk.get(address).status_code == 403

        assert self.opened(desk, resident).status_code == 201
        rows = desk.get(address).json()["results"]

        assert [row["number"] for row in rows] == [mine.number]
        log = list(AccessLog.objects.order_by("id").values_list("action", "purpose", "reason", "subject_id"))
        assert log == [
            ("look-up", "enquiry", "本人来电核对", resident.pk),
            ("view-history", "enquiry", "本人来电核对", resident.pk),
        ]

    def test_a_second_opening_costs_no_second_look(self, resident: InsuredPerson, caseworker: User) -> None:
        desk = factories.client_of(caseworker)

        for _ in range(2):
            assert self.opened(desk, resident).status_code == 201

        assert AccessLog.objects.filter(action="look-up").count() == 1

    def test_the_limit_of_the_day_counts_here_too(
        self, resident: InsuredPerson, caseworker: User, settings: Any
    ) -> None:
        settings.DAILY_LIMITS = settings.DAILY_LIMITS | {"look-up": 1}
        desk = factories.client_of(caseworker)
        assert self.opened(desk, resident).status_code == 201

        answer = self.opened(desk, factories.resident(area=resident.area))

        assert answer.status_code == 422
        assert answer.json()["reasons"][0]["code"].startswith("disclosure.")

    @pytest.mark.parametrize("wrong", [{"purpose": "curiosity"}, {"purpose": ""}, {"reason": "查"}, {"person": ""}])
    def test_a_look_without_a_purpose_is_refused(
        self, resident: InsuredPerson, caseworker: User, wrong: dict[str, str]
    ) -> None:
        assert self.opened(factories.client_of(caseworker), resident, **wrong).status_code == 400
        assert not AccessLog.objects.exists()

    def test_another_area_is_not_there(self, caseworker: User) -> None:
        elsewhere = factories.resident(area=factories.area(code="119902", name="邻州市"))
        desk = factories.client_of(caseworker)

        assert self.opened(desk, elsewhere).status_code == 404
        assert desk.get(f"{ADDRESS}?person={elsewhere.number}").status_code == 404

    def test_nobody_else_gets_in(self, resident: InsuredPerson, stranger: User, agent: User) -> None:
        auditor = factories.staff(area=resident.area, role="auditor")
        without_factor = factories.staff(area=resident.area)
        bare = Client()
        bare.force_login(without_factor)

        for browser in (*(factories.client_of(user) for user in (stranger, agent, auditor)), bare):
            assert self.opened(browser, resident).status_code == 403
            assert browser.get(f"{ADDRESS}?person={resident.number}").status_code == 404

    def test_a_colleagues_opening_opens_nothing_for_me(
        self, resident: InsuredPerson, caseworker: User, reviewer: User
    ) -> None:
        self.opened(factories.client_of(reviewer), resident)

        answer = factories.client_of(caseworker).get(f"{ADDRESS}?person={resident.number}")

        assert answer.status_code == 403

    def test_a_page_costs_a_fixed_number_of_statements(
        self,
        resident: InsuredPerson,
        caseworker: User,
        assert_statements: Callable[[int], AbstractContextManager[Any]],
    ) -> None:
        for year in range(2016, 2027):
            year_of(resident, year=year)
        desk = factories.client_of(caseworker)
        self.opened(desk, resident)
        desk.get(f"{ADDRESS}?person={resident.number}")

        with assert_statements(SESSION_AND_USER + TODAYS_POSTS + PERSON_LOG_AND_RECORDS):
            assert len(desk.get(f"{ADDRESS}?person={resident.number}").json()["results"]) == 11


def test_the_old_address_of_the_schema_leads_to_the_new_one(client: Client) -> None:
    answer = client.get("/api/schema/?format=json")

    assert (answer.status_code, answer["Location"]) == (302, SCHEMA)
