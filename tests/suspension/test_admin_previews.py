"""What the review page says the applicant will read is what they then read, whatever the item and the decision."""

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from insured.models import InsuredPerson, PoolingArea
from insured.services.enrolment import begin_enrollment
from portal.accounts.models import User
from portal.audit.models import AccessLog
from portal.notifications.models import Delivery, Message
from suspension import items
from suspension.models import Application
from suspension.policy.transitions import State
from suspension.services.desk import DECISIONS
from tests import factories
from tests.suspension import cases, returning
from tests.suspension.desk_pages import send, state_of, text_of, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
Browser = Callable[[User], Client]
FILED_HERE = [items.STOP.code, items.CANCEL_STOP.code, *(item.code for item in items.COMEBACK_ITEMS)]
"""The items whose case every decision is possible for, and a bill, a stop or its end the result."""
WORDS = {"fields_to_correct": ["contact_phone"], "code": "not-eligible", "text": "请看清楚再来办理"}
WORDS_WITH_NUMBERS = WORDS | {"text": "请核对119901198604120026和13800138000"}


def _enrolment(area: PoolingArea, *, scheme: str) -> Application:
    person = factories.person(area=area, user=factories.user())
    begun = begin_enrollment(person_id=person.pk, scheme=scheme, today=date(2026, 3, 10))
    item = items.RESIDENT_ENROLMENT if scheme == "390" else items.FLEXIBLE_ENROLMENT
    return returning.filed(person, item=item, enrollment=begun)


def _filed(code: str, *, area: PoolingArea, by: User) -> Application:
    """待审核, one of each item."""
    if code == items.CANCEL_STOP.code:
        return cases.cancel_filed(cases.approved(factories.resident(area=area), by=by))
    if code == items.STOP.code:
        return cases.filed(factories.resident(area=area))
    returning.standards(area)
    if code == items.RESUME.code:
        return returning.filed(returning.paused_resident(area=area, last=date(2025, 12, 31)))
    return _enrolment(area, scheme=items.ITEMS[code].scheme)


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("code", FILED_HERE)
def test_renders_for_every_item_and_decision(
    code: str, decision: str, area: PoolingArea, caseworker: User, client_of: Browser
) -> None:
    application = cases.taken(_filed(code, area=area, by=caseworker), by=caseworker)

    response = send(client_of(caseworker), application, "preview", action=decision, **WORDS)

    assert response.status_code == 200, response.context["form"].errors
    assert "请看清楚再来办理" in text_of(response)
    assert state_of(application) == State.UNDER_REVIEW


@pytest.mark.parametrize("decision", ["approve", "return", "reject"])
@pytest.mark.parametrize("code", [code for code in FILED_HERE if code != items.CANCEL_STOP.code])
def test_is_what_is_then_sent(
    code: str, decision: str, area: PoolingArea, caseworker: User, client_of: Browser
) -> None:
    application = cases.taken(_filed(code, area=area, by=caseworker), by=caseworker)
    given = WORDS | {"action": decision}
    browser = client_of(caseworker)

    previews = send(browser, application, "preview", **given).context["previews"]
    assert send(browser, application, **given).status_code == 303

    sent = Message.objects.filter(recipient=application.person.user).latest("id")
    assert (sent.title, sent.body) == (previews[0].title, previews[0].text)


def test_names_what_a_return_costs_and_until_when(area: PoolingArea, caseworker: User, client_of: Browser) -> None:
    application = cases.taken(_filed(items.RESUME.code, area=area, by=caseworker), by=caseworker)

    shown = client_of(caseworker).get(url("review", application)).context["previews"]

    assert "缴费 400.00 元" in shown[0].text
    assert not Delivery.objects.filter(template="resume_approved").exists()


@pytest.mark.parametrize("decision", ["refer", "send_back"])
def test_says_of_a_step_between_colleagues_that_nobody_else_hears_of_it(
    decision: str, area: PoolingArea, caseworker: User, client_of: Browser
) -> None:
    application = cases.taken(_filed(items.STOP.code, area=area, by=caseworker), by=caseworker)

    response = send(client_of(caseworker), application, "preview", action=decision, text="请复核")

    assert response.context["previews"] == ()
    assert "申请人不会收到消息" in text_of(response)


def test_says_of_an_approval_that_needs_another_person_that_it_is_referred_first(
    area: PoolingArea, caseworker: User, client_of: Browser
) -> None:
    late = cases.taken(cases.filed(factories.flexible(area=area), stop_month=date(2026, 3, 1)), by=caseworker)
    with time_machine.travel("2026-04-08T02:00:00Z", tick=False):
        browser = client_of(caseworker)

        pages = [browser.get(url("review", late)), send(browser, late, "preview")]

        for page in pages:
            assert "先转复核，申请人暂不收到消息" in text_of(page)
            assert page.context["previews"] == ()
        send(browser, late)
    assert state_of(late) == State.SECOND_REVIEW
    assert not Delivery.objects.filter(template="stop_approved").exists()


class TestFragment:
    """What the script fetches while a decision is chosen: the same words, without the page around them."""

    @pytest.mark.parametrize("decision", ["approve", "return", "reject"])
    def test_is_what_is_sent(self, decision: str, mine: Application, caseworker: User, client_of: Browser) -> None:
        browser = client_of(caseworker)

        shown = _fragment(browser, mine, action=decision, **WORDS)
        send(browser, mine, action=decision, **WORDS)

        body = Message.objects.latest("id").body
        assert shown.status_code == 200
        assert next(one.text for one in shown.context["previews"]) == body
        assert "<html" not in text_of(shown)

    def test_hides_what_the_message_hides(self, mine: Application, caseworker: User, client_of: Browser) -> None:
        given, browser = WORDS_WITH_NUMBERS | {"action": "return"}, client_of(caseworker)

        shown = _fragment(browser, mine, **given)
        send(browser, mine, **given)

        body = Message.objects.latest("id").body
        assert next(one.text for one in shown.context["previews"]) == body
        assert "119901198604120026" not in body
        assert "13800138000" not in body

    def test_promises_a_reviewer_nothing_that_a_red_check_refuses(
        self, area: PoolingArea, caseworker: User, reviewer: User, client_of: Browser
    ) -> None:
        late = cases.taken(cases.filed(factories.flexible(area=area), stop_month=date(2026, 3, 1)), by=caseworker)
        with time_machine.travel("2026-04-08T02:00:00Z", tick=False):
            send(client_of(caseworker), late)
            late.refresh_from_db()
            InsuredPerson.objects.filter(pk=late.person_id).update(is_deceased=True)

            shown = text_of(_fragment(client_of(reviewer), late, action="confirm"))

        assert "还不能预览：自动核对有未通过项" in shown

    def test_says_what_is_lacking(self, mine: Application, caseworker: User, client_of: Browser) -> None:
        shown = text_of(_fragment(client_of(caseworker), mine, action="return"))

        assert "还不能预览" in shown
        assert state_of(mine) == State.UNDER_REVIEW

    def test_is_logged_with_the_page_and_not_with_every_letter(
        self, mine: Application, caseworker: User, client_of: Browser
    ) -> None:
        browser = client_of(caseworker)
        browser.get(url("review", mine))
        before = AccessLog.objects.count()

        for text in ("请", "请补", "请补充"):
            _fragment(browser, mine, action="return", fields_to_correct=["note"], text=text)

        assert AccessLog.objects.count() == before

    def test_of_another_area_is_not_there(self, mine: Application, client_of: Browser) -> None:
        elsewhere = factories.staff(area=factories.area(code="119902", name="邻市"))

        assert _fragment(client_of(elsewhere), mine, action="return", **WORDS).status_code == 404

    def test_costs_no_more_than_the_page(
        self, mine: Application, caseworker: User, client_of: Browser, assert_statements
    ) -> None:
        browser = client_of(caseworker)
        _fragment(browser, mine, action="reject", **WORDS)

        with assert_statements(12):
            _fragment(browser, mine, action="reject", **WORDS)


def _fragment(client: Client, application: Application, **more: object) -> HttpResponse:
    given = {"version": application.version, "token": "t" * 24, "text": ""} | more
    return client.post(url("preview", application), given, headers={"X-Fragment": "1"})
