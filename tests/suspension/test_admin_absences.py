"""离岗与在岗: a supervisor sees who is there, says who is away or back, and which cases were freed."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from insured.models import PoolingArea, StaffAbsence
from insured.services import absence
from portal.accounts.models import SignIn, User
from portal.errors import BusinessRuleError
from portal.notifications.models import Message
from suspension.models import Application
from suspension.services import assigning, presence
from tests import factories
from tests.suspension.cases import filed, taken
from tests.suspension.desk_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
PAGE = reverse("admin:suspension_application_absences")
DAYS = {"starts_on": date(2026, 3, 10), "ends_on": date(2026, 3, 12)}


@pytest.fixture
def supervisor(area: PoolingArea) -> User:
    return factories.staff(area=area, role="supervisor", name="江主管")


@pytest.fixture
def office(supervisor: User) -> Client:
    return factories.client_of(supervisor)


@pytest.fixture
def elsewhere() -> User:
    return factories.staff(area=factories.area(code="119902", name="邻市"), name="周经办")


class TestPage:
    def test_shows_who_is_away_first_with_what_they_hold(
        self, area: PoolingArea, caseworker: User, office: Client
    ) -> None:
        present = factories.staff(area=area, name="安经办")
        SignIn.objects.create(user=present, session_key="x", method="password")
        taken(filed(factories.resident(area=area)), by=caseworker)
        absence.mark_absent(**DAYS, by=caseworker)

        rows = office.get(PAGE).context["colleagues"]

        assert [(row.user, row.is_away, row.held) for row in rows] == [(caseworker, True, 1), (present, False, 0)]
        assert rows[1].idle_workdays == 0

    def test_shows_nobody_of_another_area(self, caseworker: User, elsewhere: User, office: Client) -> None:
        text = text_of(office.get(PAGE))

        assert caseworker.display_name in text
        assert elsewhere.display_name not in text

    def test_names_the_freed_cases_and_whose_they_were(
        self, area: PoolingArea, caseworker: User, elsewhere: User, office: Client
    ) -> None:
        mine = taken(filed(factories.resident(area=area)), by=caseworker)
        there = taken(filed(factories.resident(area=factories.area(code="119902"))), by=elsewhere)
        for one in (caseworker, elsewhere):
            absence.mark_absent(**DAYS, by=one)
        assert assigning.free_cases_of_absent() == 2

        text = text_of(office.get(PAGE))

        assert mine.number in text
        assert there.number not in text
        freed = office.get(PAGE).context["freed"]
        assert [(one.event.application.number, one.holder) for one in freed] == [(mine.number, caseworker.display_name)]

    def test_costs_the_same_for_many(self, area: PoolingArea, office: Client, assert_statements) -> None:
        for number in range(12):
            colleague = factories.staff(area=area, name=f"第{number}经办")
            taken(filed(factories.resident(area=area)), by=colleague)
            absence.mark_absent(**DAYS, by=colleague)
        assigning.free_cases_of_absent()
        office.get(PAGE)

        with assert_statements(10):
            office.get(PAGE)

    @pytest.mark.parametrize("role", ["caseworker", "reviewer", "finance", "auditor", "administrator"])
    def test_is_closed_to_everybody_else(self, role: str, area: PoolingArea, client_of) -> None:
        account = factories.staff(area=area, role=role, name="他人")

        assert client_of(account).get(PAGE).status_code == 403


class TestMark:
    def test_keeps_who_said_it_and_tells_them(self, caseworker: User, supervisor: User, office: Client) -> None:
        given = {"who": caseworker.handle, "starts_on": "2026-03-10", "ends_on": "2026-03-12"}

        answers = [office.post(PAGE, given) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [303, 303]
        row = StaffAbsence.objects.get()
        assert (row.user, row.marked_by, row.ends_on) == (caseworker, supervisor, date(2026, 3, 12))
        assert "江主管为您登记了离岗" in Message.objects.get(recipient=caseworker).body

    def test_frees_the_cases_within_the_hour(self, area: PoolingArea, caseworker: User, supervisor: User) -> None:
        case = taken(filed(factories.resident(area=area)), by=caseworker)
        absence.mark_colleague_absent(caseworker, **DAYS, by=supervisor)

        assigning.free_cases_of_absent()

        assert Application.objects.get(pk=case.pk).taken_by is None

    @pytest.mark.parametrize(
        ("first", "last", "told"),
        [("2026-03-09", "2026-03-12", "不能早于今天"), ("", "", "请选择离岗的第一天"), ("x", "2026-03-12", "日期")],
    )
    def test_of_a_day_gone_by_is_answered_on_the_page(
        self, first: str, last: str, told: str, caseworker: User, office: Client
    ) -> None:
        answer = office.post(PAGE, {"who": caseworker.handle, "starts_on": first, "ends_on": last})

        assert answer.status_code == 422
        assert told in text_of(answer)

    def test_of_somebody_in_another_area_changes_nothing(
        self, elsewhere: User, supervisor: User, office: Client
    ) -> None:
        answer = office.post(PAGE, {"who": elsewhere.handle, "starts_on": "2026-03-10", "ends_on": "2026-03-12"})
        with pytest.raises(BusinessRuleError):
            absence.mark_colleague_absent(elsewhere, **DAYS, by=supervisor)

        assert answer.status_code == 422
        assert not StaffAbsence.objects.exists()


class TestBack:
    def test_ends_it_once_and_tells_them(self, caseworker: User, supervisor: User, office: Client) -> None:
        row = absence.mark_absent(**DAYS, by=caseworker)

        for _ in range(2):
            assert office.post(PAGE, {"step": "back", "absence": row.pk}).status_code == 302 + 1

        row.refresh_from_db()
        assert (row.ended_by, row.ended_at is not None) == (supervisor, True)
        assert Message.objects.filter(recipient=caseworker).count() == 1

    @pytest.mark.parametrize("key", ["", "x", "99999999999999999999", "0"])
    def test_of_nothing_is_no_error(self, key: str, office: Client) -> None:
        assert office.post(PAGE, {"step": "back", "absence": key}).status_code == 303

    def test_of_another_area_changes_nothing(self, elsewhere: User, supervisor: User, office: Client) -> None:
        row = absence.mark_absent(**DAYS, by=elsewhere)

        office.post(PAGE, {"step": "back", "absence": row.pk})
        with pytest.raises(BusinessRuleError):
            absence.end_colleagues_absence(row, by=supervisor)

        row.refresh_from_db()
        assert row.ended_at is None


def test_names_the_one_to_whom_a_freed_case_was_handed(area: PoolingArea, caseworker: User, supervisor: User) -> None:
    colleague = factories.staff(area=area, name="孙经办")
    case = taken(filed(factories.resident(area=area)), by=caseworker)
    case = assigning.hand_over(number=case.number, version=case.version, to=colleague, by=caseworker)
    absence.mark_absent(**DAYS, by=colleague)
    with time_machine.travel("2026-03-10T03:00:00Z"):
        assigning.free_cases_of_absent()

        assert "孙经办" in presence.freed_cases(supervisor)[0].holder
