"""The desk's pages for going on: decide and open the next, hand over, approve together, and what another area sees."""

import secrets
from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.urls import reverse

from insured.models import EmployerAgent, Enrollment, InsuredPerson
from portal.accounts.models import User
from suspension.admin.bulk import picks_of
from suspension.admin.buttons import next_number
from suspension.models import Application, ApplicationEvent, BulkApproval
from suspension.policy.transitions import State
from suspension.services.bulk import run as run_bulk
from tests import factories
from tests.suspension.cases import decided, filed, taken
from tests.suspension.desk_pages import send, state_of, text_of, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
QUEUE = reverse("admin:suspension_application_changelist")
PREPARE, TAKE = (reverse(f"admin:suspension_application_bulk_{name}") for name in ("prepare", "take"))
ClientOf = Callable[[User], Client]


@pytest.fixture
def colleague(area: factories.PoolingArea) -> User:
    return factories.staff(area=area, name="孙经办")


@pytest.fixture
def elsewhere() -> User:
    return factories.staff(area=factories.area(code="119902", name="邻市"), name="周经办")


def pick(*cases: Application) -> dict[str, object]:
    return {"pick": [f"{case.number}:{case.version}" for case in cases], "token": secrets.token_urlsafe(24)}


class TestNext:
    def test_opens_one_s_own_before_what_waits(
        self, mine: Application, area: factories.PoolingArea, caseworker: User, client_of: ClientOf
    ) -> None:
        waiting = filed(factories.resident(area=area))
        own = taken(filed(factories.resident(area=area)), by=caseworker)
        browser = client_of(caseworker)

        first = send(browser, mine, next="1")
        second = send(browser, own, next="1")

        assert [first["Location"], second["Location"]] == [url("review", own), url("review", waiting)]

    def test_passes_over_one_s_own_a_relative_s_and_a_colleague_s(
        self, area: factories.PoolingArea, caseworker: User
    ) -> None:
        unit = factories.employer(area=area)
        own, sister, fellow = (factories.resident(area=area) for _ in range(3))
        for person in (own, sister, fellow):
            filed(person)
        InsuredPerson.objects.filter(pk=own.pk).update(user=caseworker)
        factories.relation(person=sister, relative=own)
        own.enrollments.update(employer=unit)
        fellow.enrollments.update(employer=unit)

        assert next_number(caseworker) == ""
        waiting = filed(factories.resident(area=area))
        assert next_number(caseworker) == waiting.number

    def test_is_never_a_case_that_was_refused_before(
        self, area: factories.PoolingArea, caseworker: User, client_of: ClientOf
    ) -> None:
        agent_of, browser = factories.employer(area=area), client_of(caseworker)
        EmployerAgent.objects.create(user=caseworker, employer=agent_of, starts_on=date(2026, 1, 1))
        first, second = (filed(factories.resident(area=area)) for _ in range(2))
        for case in (first, second):
            Enrollment.objects.filter(pk=case.enrollment_id).update(employer=agent_of)

        answers = [browser.post(url("take", case), {"version": case.version}) for case in (first, second)]

        assert [answer.status_code for answer in answers] == [403, 403]
        assert [answer.context["next_number"] for answer in answers] == [second.number, ""]

    @pytest.mark.parametrize("where", ["review", "bulk"])
    def test_is_none_refused_before_on_other_pages_either(
        self, where: str, area: factories.PoolingArea, caseworker: User, mine: Application, client_of: ClientOf
    ) -> None:
        unit, browser = factories.employer(area=area), client_of(caseworker)
        EmployerAgent.objects.create(user=caseworker, employer=unit, starts_on=date(2026, 1, 1))
        refused, other = (filed(factories.resident(area=area)) for _ in range(2))
        Enrollment.objects.filter(pk=refused.enrollment_id).update(employer=unit)
        browser.post(url("take", refused), {"version": refused.version})
        browser.post(PREPARE, pick(mine))
        bulk = BulkApproval.objects.get()
        send(browser, mine)
        run_bulk(bulk.number, by=caseworker)

        addresses = {
            "review": url("review", mine),
            "bulk": reverse("admin:suspension_application_bulk", args=[bulk.number]),
        }
        answer = browser.get(addresses[where])

        assert answer.context["next_number"] == other.number

    def test_leads_to_the_queue_when_nothing_is_left(
        self, mine: Application, caseworker: User, client_of: ClientOf
    ) -> None:
        browser = client_of(caseworker)

        response = send(browser, mine, next="1")

        assert response["Location"] == QUEUE
        assert "没有等待您办理的申请了" in text_of(browser.get(QUEUE))

    def test_for_a_reviewer_is_what_somebody_else_referred(
        self, mine: Application, area: factories.PoolingArea, caseworker: User, reviewer: User, client_of: ClientOf
    ) -> None:
        other = taken(filed(factories.resident(area=area)), by=caseworker)
        for case in (mine, other):
            decided(case, by=caseworker, action="refer")
        mine.refresh_from_db()

        response = send(client_of(reviewer), mine, action="confirm", next="1")

        assert response["Location"] == url("review", other)

    def test_is_offered_beside_what_a_colleague_holds(
        self, mine: Application, area: factories.PoolingArea, colleague: User, client_of: ClientOf
    ) -> None:
        waiting = filed(factories.resident(area=area))

        page = text_of(client_of(colleague).get(url("review", mine)))

        assert "办理下一件" in page
        assert url("review", waiting) in page

    def test_says_why_an_approval_went_to_a_reviewer(
        self, area: factories.PoolingArea, caseworker: User, client_of: ClientOf, march_10
    ) -> None:
        late = taken(filed(factories.flexible(area=area), stop_month=date(2026, 3, 1)), by=caseworker)
        march_10.move_to("2026-04-08T02:00:00Z")
        browser = client_of(caseworker)

        before = text_of(browser.get(url("review", late)))
        after = text_of(browser.get(send(browser, late)["Location"]))

        assert "这件一个人不能办结" in before
        assert "须经另一位复核人复核" in after
        assert state_of(late) == State.SECOND_REVIEW


class TestHandOver:
    def test_names_the_caseworkers_of_the_area_and_gives_it_to_one(
        self, mine: Application, caseworker: User, colleague: User, elsewhere: User, client_of: ClientOf
    ) -> None:
        browser = client_of(caseworker)
        page = text_of(browser.get(url("hand_over", mine)))

        response = browser.post(
            url("hand_over", mine), {"version": mine.version, "to": colleague.handle, "text": "下午请假"}
        )

        assert colleague.display_name in page
        assert elsewhere.display_name not in page
        assert response.status_code == 303
        mine.refresh_from_db()
        assert mine.taken_by == colleague
        assert "转交给孙经办：下午请假" in text_of(client_of(colleague).get(url("review", mine)))

    def test_to_nobody_or_to_another_area_is_answered_on_the_page(
        self, mine: Application, caseworker: User, elsewhere: User, client_of: ClientOf
    ) -> None:
        browser = client_of(caseworker)

        answers = [
            browser.post(url("hand_over", mine), {"version": mine.version, "to": to, "text": "请接着办"})
            for to in ("", elsewhere.handle)
        ]

        assert [answer.status_code for answer in answers] == [422, 422]
        assert all("请接着办" in text_of(answer) for answer in answers)
        mine.refresh_from_db()
        assert mine.taken_by == caseworker

    def test_on_a_stale_page_says_who_was_first_and_keeps_the_words(
        self, mine: Application, caseworker: User, colleague: User, client_of: ClientOf
    ) -> None:
        response = client_of(caseworker).post(
            url("hand_over", mine), {"version": mine.version - 1, "to": colleague.handle, "text": "请接着办"}
        )

        assert response.status_code == 409
        assert "何经办" in text_of(response)


class TestBulk:
    def test_leads_from_the_ticked_rows_to_what_came_of_each(
        self, mine: Application, area: factories.PoolingArea, caseworker: User, client_of: ClientOf
    ) -> None:
        other = taken(filed(factories.resident(area=area)), by=caseworker)
        browser = client_of(caseworker)
        listed = text_of(browser.get(f"{QUEUE}?queue=mine"))

        chosen = browser.post(PREPARE, pick(mine, other))["Location"]
        before = text_of(browser.get(chosen))
        done = browser.post(f"{chosen}run/")
        after = text_of(browser.get(chosen))

        assert listed.count('name="pick"') == 2
        assert "可以批量通过 2 件" in before
        assert (done.status_code, done["Location"]) == (303, chosen)
        assert sorted([state_of(mine), state_of(other)]) == [State.COMPLETED, State.UNDER_REVIEW]
        assert "抽查保留" in after
        assert "审核通过" in after
        assert "抽查" in text_of(browser.get(f"{QUEUE}?queue=mine"))

    def test_asks_for_the_password_or_a_code_when_the_log_in_is_long_ago(
        self, mine: Application, caseworker: User, client_of: ClientOf
    ) -> None:
        browser = client_of(caseworker)
        chosen = browser.post(PREPARE, pick(mine))["Location"]

        with time_machine.travel("2026-03-10T02:14:00Z", tick=False):
            session = browser.session
            for record in session["account_authentication_methods"]:
                record["at"] -= 3600
            session.save()
            response = browser.post(f"{chosen}run/")

        assert response.status_code == 302
        assert "reauthenticate" in response["Location"]
        assert BulkApproval.objects.get().started_at is None

    def test_is_shown_to_nobody_else(
        self, mine: Application, caseworker: User, colleague: User, client_of: ClientOf
    ) -> None:
        chosen = client_of(caseworker).post(PREPARE, pick(mine))["Location"]
        other = client_of(colleague)

        assert [other.get(chosen).status_code, other.post(f"{chosen}run/").status_code] == [404, 404]

    def test_without_a_tick_says_so(self, caseworker: User, client_of: ClientOf) -> None:
        browser = client_of(caseworker)

        response = browser.post(PREPARE, pick())

        assert "没有选中" in text_of(browser.get(response["Location"]))

    def test_takes_the_ticked_rows_and_names_the_lost_ones(
        self, mine: Application, area: factories.PoolingArea, colleague: User, client_of: ClientOf
    ) -> None:
        waiting = filed(factories.resident(area=area))
        browser = client_of(colleague)

        response = browser.post(TAKE, pick(waiting, mine))
        page = text_of(browser.get(response["Location"]))

        waiting.refresh_from_db()
        mine.refresh_from_db()
        assert (waiting.taken_by, mine.taken_by.display_name) == (colleague, "何经办")
        assert "接办成功：1件" in page
        assert mine.number in page

    def test_takes_as_many_as_a_page_of_the_list_shows(self) -> None:
        ticked = {"pick": [f"YB{number}:1" for number in range(100)]}

        assert len(picks_of(RequestFactory().post(TAKE, ticked))) == 100

    @pytest.mark.parametrize("version", ["9" * 10, "9" * 5000, "٣", "-1", "x", ""])
    @pytest.mark.parametrize("address", [PREPARE, TAKE])
    def test_passes_over_what_is_no_version(
        self, address: str, version: str, mine: Application, caseworker: User, client_of: ClientOf
    ) -> None:
        given = pick() | {"pick": [f"{mine.number}:{version}"]}

        assert client_of(caseworker).post(address, given)["Location"].startswith(QUEUE)


class TestAbsence:
    ADDRESS = reverse("admin:suspension_application_absence")

    def test_is_said_on_its_page_and_ended_there(self, caseworker: User, client_of: ClientOf) -> None:
        browser = client_of(caseworker)

        said = browser.post(self.ADDRESS, {"starts_on": "2026-03-10", "ends_on": "2026-03-12"})
        page = text_of(browser.get(self.ADDRESS))
        browser.post(self.ADDRESS, {"step": "back"})

        assert said.status_code == 303
        assert "2026年3月10日 至 2026年3月12日" in page
        assert "提前回岗" not in text_of(browser.get(self.ADDRESS))

    @pytest.mark.parametrize(
        ("first", "last", "told"), [("", "", "请选择离岗的第一天"), ("2026-03-01", "2026-03-12", "不能早于今天")]
    )
    def test_of_no_day_or_a_day_gone_by_is_answered_on_the_page(
        self, first: str, last: str, told: str, caseworker: User, client_of: ClientOf
    ) -> None:
        response = client_of(caseworker).post(self.ADDRESS, {"starts_on": first, "ends_on": last})

        assert response.status_code == 422
        assert told in text_of(response)


class TestAnotherArea:
    """Whatever is posted with the numbers of another area, nothing changes there."""

    @pytest.mark.parametrize("name", ["take", "release", "decide", "preview", "reveal", "hand_over", "counter"])
    def test_has_no_such_case(
        self, name: str, mine: Application, elsewhere: User, caseworker: User, client_of: ClientOf
    ) -> None:
        events = ApplicationEvent.objects.count()

        response = client_of(elsewhere).post(
            url(name, mine),
            {
                "version": mine.version,
                "token": secrets.token_urlsafe(24),
                "action": "approve",
                "reason": "核对",
                "to": caseworker.handle,
                "step": "withdraw",
                "is_checked": "on",
            },
        )

        assert response.status_code == 404
        mine.refresh_from_db()
        assert (mine.state, mine.taken_by, ApplicationEvent.objects.count()) == ("under_review", caseworker, events)

    @pytest.mark.parametrize("address", [PREPARE, TAKE])
    def test_has_none_to_tick(
        self, address: str, mine: Application, area: factories.PoolingArea, elsewhere: User, client_of: ClientOf
    ) -> None:
        waiting = filed(factories.resident(area=area))

        client_of(elsewhere).post(address, pick(mine, waiting))

        assert [state_of(mine), state_of(waiting)] == [State.UNDER_REVIEW, State.SUBMITTED]
        assert not BulkApproval.objects.exists()

    def test_closes_a_bulk_whose_cases_it_no_longer_holds(
        self, mine: Application, caseworker: User, client_of: ClientOf
    ) -> None:
        browser = client_of(caseworker)
        chosen = browser.post(PREPARE, pick(mine))["Location"]
        other = factories.area(code="119902", name="邻市")
        factories.StaffAssignment.objects.filter(user=caseworker).update(area=other)

        assert browser.post(f"{chosen}run/").status_code == 404
        assert state_of(mine) == State.UNDER_REVIEW

    @pytest.mark.parametrize("queue", ["unassigned", "mine", "second", "overdue", "returned", "done", "all"])
    def test_is_in_no_list_and_no_count(
        self, queue: str, mine: Application, elsewhere: User, client_of: ClientOf
    ) -> None:
        page = client_of(elsewhere).get(f"{QUEUE}?queue={queue}")

        assert list(page.context["rows"]) == []
        assert {one.count for one in page.context["queues"]} <= {0, None}
        assert mine.number not in text_of(page)
