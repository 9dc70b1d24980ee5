"""督办统计: figures that add up, of one's own areas, each leading to exactly its cases."""

import csv
import io
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from insured.models import PoolingArea
from portal.accounts.models import User
from suspension.services import stop
from suspension.services.statistics import Figure, supervision
from tests import factories
from tests.suspension.cases import decided, filed, stop_request, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
PAGE = reverse("admin:suspension_application_supervision")
QUEUE = reverse("admin:suspension_application_changelist")
SESSION_USER_DUTIES = 3


@pytest.fixture
def supervisor(area: PoolingArea) -> User:
    return factories.staff(area=area, role="supervisor", name="江主管")


@pytest.fixture
def office(supervisor: User) -> Client:
    return factories.client_of(supervisor)


@pytest.fixture
def world(area: PoolingArea, caseworker: User, march_10: Any) -> dict[str, str]:
    """Two wait, one for nine days; one is held, two are returned, one approved after two days, one rejected."""
    names = ("late", "held", "back", "again", "good", "bad")
    found = {name: filed(factories.resident(area=area)) for name in names}
    march_10.shift(timedelta(days=2))
    for name in names[1:]:
        found[name] = taken(found[name], by=caseworker)
    decided(found["back"], by=caseworker, action="return", fields=("note", "material"), text="请补充说明")
    decided(found["again"], by=caseworker, action="return", fields=("note",), text="请补充说明")
    decided(found["good"], by=caseworker)
    decided(found["bad"], by=caseworker, action="reject", code="not-eligible", text="不符合条件")
    march_10.shift(timedelta(days=11))
    found["new"] = filed(factories.resident(area=area))
    return {name: case.number or "" for name, case in found.items()}


def figures(user: User, *, days: int = 30) -> dict[str, Figure]:
    return {one.code: one for one in supervision(user, days=days).figures}


def shown(figure: Figure) -> dict[str, tuple[int | str, ...]]:
    return {row.name: row.cells for row in figure.rows}


class TestFigures:
    @pytest.mark.usefixtures("world")
    def test_count_open_cases_by_state_age_holder_and_item(self, supervisor: User) -> None:
        found = figures(supervisor)

        assert shown(found["states"]) == {"待审核": (2, 1), "审核中": (1, 1), "退回补正": (2, 0)}
        assert shown(found["ages"]) == {"0至1个工作日": (1, 0), "6至10个工作日": (4, 2)}
        assert shown(found["holders"]) == {"待接办": (2, 1), "何经办": (3, 1)}
        assert shown(found["items"]) == {"停缴（暂停参保）": (5, 2)}

    @pytest.mark.usefixtures("world")
    def test_compare_promised_with_real_working_days(self, supervisor: User) -> None:
        assert shown(figures(supervisor)["times"]) == {"停缴（暂停参保）": (2, "5.0", "2.0", 2, "100%")}

    @pytest.mark.usefixtures("world")
    def test_say_why_cases_were_rejected_and_returned(self, supervisor: User) -> None:
        found = figures(supervisor)

        assert shown(found["rejections"]) == {"不符合办理条件": (1,)}
        assert shown(found["returns"]) == {"补充说明": (2,), "证明材料": (1,)}
        assert supervision(supervisor, days=30).returned == 2

    def test_leave_out_the_days_that_a_case_lay_with_its_applicant_and_keep_why(
        self, area: PoolingArea, supervisor: User, caseworker: User, march_10: Any
    ) -> None:
        case = taken(filed(factories.resident(area=area)), by=caseworker)
        march_10.shift(timedelta(days=1))
        case = decided(case, by=caseworker, action="return", fields=("note",), text="请补充说明")
        march_10.shift(timedelta(days=7))
        case = stop.resubmit(
            stop_request(note="新单位：青禾软件"),
            number=case.number or "",
            version=case.version,
            token="t" * 24,
            by=factories.account_of(case.person),
        )
        march_10.shift(timedelta(days=1))
        decided(taken(case, by=caseworker), by=caseworker)

        found = figures(supervisor)
        address = f"{QUEUE}?{urlencode(dict(found['returns'].rows[0].drill))}"
        listed = factories.client_of(supervisor).get(address).context["rows"]

        assert shown(found["times"]) == {"停缴（暂停参保）": (1, "5.0", "2.0", 2, "100%")}
        assert shown(found["returns"]) == {"补充说明": (1,)}
        assert [row.application.number for row in listed] == [case.number]

    @pytest.mark.usefixtures("world")
    def test_of_decisions_are_of_the_days_asked_for(self, supervisor: User) -> None:
        found = figures(supervisor, days=7)

        assert shown(found["times"]) == shown(found["rejections"]) == {}
        assert supervision(supervisor, days=7).returned == 0
        assert found["states"].total == 5

    def test_are_empty_where_there_is_no_case(self, supervisor: User) -> None:
        assert {one.rows for one in figures(supervisor).values()} == {()}

    @pytest.mark.usefixtures("world")
    def test_end_at_the_border_of_the_area(self) -> None:
        elsewhere = factories.staff(area=factories.area(code="119902", name="邻市"), role="supervisor")

        assert {one.rows for one in figures(elsewhere).values()} == {()}

    @pytest.mark.usefixtures("world")
    def test_leave_out_an_area_in_which_one_is_no_supervisor(self, caseworker: User) -> None:
        assert {one.rows for one in figures(caseworker).values()} == {()}


class TestPage:
    @pytest.mark.usefixtures("world")
    def test_draws_every_figure_and_shows_its_table(self, office: Client) -> None:
        text = office.get(PAGE).content.decode()

        assert text.count('role="img"') == 7
        assert "待审核2，审核中1，退回补正2。" in text
        assert "这段时间共退回补正 2 次" in text

    @pytest.mark.usefixtures("world")
    def test_leads_from_each_line_to_exactly_its_cases(self, office: Client) -> None:
        pictures = office.get(PAGE).context["pictures"]

        for picture in pictures:
            for line in picture.lines:
                rows = office.get(line.address).context["rows"]
                assert len(rows) == line.cells[0][1], (picture.figure.code, line.name)

    def test_says_in_the_queue_what_it_is_narrowed_down_to(self, world: dict[str, str], office: Client) -> None:
        queue = reverse("admin:suspension_application_changelist")

        text = office.get(f"{queue}?queue=all&state=rejected&decision=not-eligible").content.decode()

        assert "只看：审核不通过、不符合办理条件" in text
        assert world["bad"] in text
        assert world["good"] not in text

    @pytest.mark.parametrize(
        "query",
        [
            "state=nonsense",
            "item=%00",
            "submitted=yesterday",
            "submitted=9999-12-31..9999-12-31",
            "decided=..",
            "holder=%00",
            "decision='",
            "correct=nonsense",
            "correct=note",
            "correct=nonsense:2026-03-01..2026-03-31",
        ],
    )
    @pytest.mark.usefixtures("world")
    def test_a_filter_that_means_nothing_shows_nothing(self, query: str, office: Client) -> None:
        queue = reverse("admin:suspension_application_changelist")

        assert office.get(f"{queue}?queue=all&{query}").context["rows"] == []

    @pytest.mark.parametrize("query", ["days=7", "days=365", "days=0", "days=x", "days=%00", "days=99999999999999"])
    @pytest.mark.usefixtures("world")
    def test_takes_any_period(self, query: str, office: Client) -> None:
        assert office.get(f"{PAGE}?{query}").status_code == 200

    @pytest.mark.usefixtures("world")
    def test_gives_each_figure_as_a_file(self, office: Client) -> None:
        response = office.get(reverse("admin:suspension_application_supervision_csv", args=["states"]))

        rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert rows == [
            ["项目", "件数", "其中逾期"],
            ["待审核", "2", "1"],
            ["审核中", "1", "1"],
            ["退回补正", "2", "0"],
        ]
        assert "attachment" in response["Content-Disposition"]
        assert office.get(reverse("admin:suspension_application_supervision_csv", args=["x"])).status_code == 404

    def test_costs_the_same_for_one_case_and_for_many(
        self, area: PoolingArea, office: Client, assert_statements: Any
    ) -> None:
        for number in range(30):
            with time_machine.travel(f"2026-03-{number % 9 + 1:02d}T02:00:00Z", tick=False):
                filed(factories.resident(area=area))
        office.get(PAGE)

        with assert_statements(SESSION_USER_DUTIES + 5):
            office.get(PAGE)


class TestAccess:
    @pytest.mark.parametrize("role", ["caseworker", "reviewer", "finance", "auditor", "administrator"])
    def test_is_the_supervisors(self, role: str, area: PoolingArea) -> None:
        client = factories.client_of(factories.staff(area=area, role=role))

        assert client.get(PAGE).status_code == 403
        assert client.get(reverse("admin:suspension_application_supervision_csv", args=["states"])).status_code == 403
        assert "督办统计" not in client.get(reverse("admin:index")).content.decode()

    def test_is_refused_to_everybody_who_is_no_staff(self, stranger: User, agent: User) -> None:
        for account in (stranger, agent):
            assert factories.client_of(account).get(PAGE).status_code == 403

    def test_is_only_looked_at(self, office: Client) -> None:
        assert office.post(PAGE).status_code == 405
        assert "督办统计" in office.get(reverse("admin:index")).content.decode()
