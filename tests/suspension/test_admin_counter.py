"""The person of a window case comes again: papers, the correction, a withdrawal; and who may not decide afterwards."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from insured.models import InsuredPerson
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from suspension.models import Application, Attachment
from suspension.policy.transitions import State
from suspension.services import walk_in
from tests import factories
from tests.house_rules.world import png
from tests.suspension.cases import decided, entered, filed, stop_request, taken
from tests.suspension.desk_pages import state_of, text_of, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
ClientOf = Callable[[User], Client]


@pytest.fixture
def colleague(area: factories.PoolingArea) -> User:
    return factories.staff(area=area, name="孙经办")


@pytest.fixture
def window_case(resident: InsuredPerson, caseworker: User) -> Application:
    return entered(resident, by=caseworker)


@pytest.fixture
def returned(window_case: Application, colleague: User) -> Application:
    case = taken(window_case, by=colleague)
    return decided(case, by=colleague, action="return", fields=("note",), text="请写明单位")


def sent(client: Client, application: Application, step: str, **more: Any) -> Any:
    plain = {
        "step": step,
        "version": application.version,
        "token": secrets.token_urlsafe(24),
        "is_checked": "on",
    }
    return client.post(url("counter", application), plain | more)


class TestPaper:
    def test_is_kept_with_the_case_and_the_history_says_by_whom(
        self, window_case: Application, caseworker: User, client_of: ClientOf
    ) -> None:
        browser = client_of(caseworker)

        response = sent(browser, window_case, "supplement", slot="leave-proof", file=png())

        assert response.status_code == 303
        assert Attachment.objects.get().slot == "leave-proof"
        event = window_case.events.latest("version")
        assert (event.action, event.role, event.actor, event.acted_for) == (
            "supplement",
            "counter",
            caseworker,
            window_case.person,
        )
        assert "补交材料 · 何经办（窗口代办）" in text_of(browser.get(url("review", window_case)))

    def test_is_checked_like_an_upload_in_the_hall(
        self, window_case: Application, caseworker: User, client_of: ClientOf
    ) -> None:
        bad = png()
        bad.file.seek(0)
        bad.file.write(b"no picture at all")
        bad.file.seek(0)

        response = sent(client_of(caseworker), window_case, "supplement", slot="other", file=bad)

        assert response.status_code == 422
        assert not Attachment.objects.exists()
        assert state_of(window_case) == State.SUBMITTED

    def test_needs_the_tick(self, window_case: Application, caseworker: User, client_of: ClientOf) -> None:
        response = sent(client_of(caseworker), window_case, "supplement", slot="other", file=png(), is_checked="")

        assert response.status_code == 422
        assert "请先核对身份证原件和本人" in text_of(response)
        assert not Attachment.objects.exists()


class TestCorrection:
    def test_opens_the_named_fields_only_and_sends_the_case_again(
        self, returned: Application, caseworker: User, client_of: ClientOf
    ) -> None:
        browser = client_of(caseworker)
        page = text_of(browser.get(url("counter", returned)))

        response = sent(browser, returned, "correct", note="新单位是澄江精密", reason_code="other")

        assert 'name="note"' in page
        assert 'name="reason_code"' not in page
        assert response.status_code == 303
        returned.refresh_from_db()
        assert (returned.state, returned.note, returned.reason_code) == (
            State.SUBMITTED,
            "新单位是澄江精密",
            "joined-310",
        )
        assert returned.events.latest("version").role == "counter"

    def test_by_a_colleague_keeps_them_from_deciding(self, returned: Application, colleague: User) -> None:
        again = walk_in.resubmit(
            stop_request(note="新单位是澄江精密"),
            number=returned.number or "",
            version=returned.version,
            is_identity_checked=True,
            token=secrets.token_urlsafe(24),
            by=colleague,
        )

        with pytest.raises(BusinessRuleError) as refused:
            taken(again, by=colleague)

        assert refused.value.reasons[0].code == "desk.own-case"


class TestWithdrawal:
    def test_ends_a_waiting_case(self, window_case: Application, caseworker: User, client_of: ClientOf) -> None:
        response = sent(client_of(caseworker), window_case, "withdraw")

        assert response.status_code == 303
        assert state_of(window_case) == State.WITHDRAWN
        assert window_case.person.enrollments.get().status == "1"

    def test_on_a_stale_page_is_refused(
        self, window_case: Application, caseworker: User, colleague: User, client_of: ClientOf
    ) -> None:
        taken(window_case, by=colleague)

        response = sent(client_of(caseworker), window_case, "withdraw")

        assert response.status_code == 409
        assert state_of(window_case) == State.UNDER_REVIEW

    @pytest.mark.parametrize("step", ["supplement", "correct", "withdraw", "approve", ""])
    def test_or_anything_else_of_a_case_from_the_hall_is_not_there(
        self, step: str, resident: InsuredPerson, caseworker: User, client_of: ClientOf
    ) -> None:
        own = filed(resident)

        assert sent(client_of(caseworker), own, step).status_code == 404
        assert state_of(own) == State.SUBMITTED

    def test_of_a_case_from_the_hall_is_refused_by_the_service(self, resident: InsuredPerson, caseworker: User) -> None:
        own = filed(resident)

        with pytest.raises(BusinessRuleError) as refused:
            walk_in.withdraw(number=own.number or "", version=own.version, is_identity_checked=True, by=caseworker)

        assert refused.value.reasons[0].code == "counter.not-window"

    @pytest.mark.parametrize("who", ["stranger", "agent", "reviewer"])
    def test_is_for_caseworkers_of_the_area(
        self, who: str, window_case: Application, request: pytest.FixtureRequest
    ) -> None:
        by = request.getfixturevalue(who)

        with pytest.raises(BusinessRuleError) as refused:
            walk_in.withdraw(
                number=window_case.number or "", version=window_case.version, is_identity_checked=True, by=by
            )

        assert refused.value.reasons[0].code == "desk.not-your-area"


class TestButton:
    def test_stands_where_the_counter_has_something_to_do(
        self, window_case: Application, caseworker: User, colleague: User, reviewer: User, client_of: ClientOf
    ) -> None:
        def offers(who: User) -> bool:
            return "本人到窗口：" in text_of(client_of(who).get(url("review", window_case)))

        waiting = [offers(who) for who in (caseworker, colleague, reviewer)]
        decided(taken(window_case, by=colleague), by=colleague)

        assert waiting == [True, True, False]
        assert not offers(caseworker)
        assert client_of(reviewer).get(url("counter", window_case)).status_code == 403
