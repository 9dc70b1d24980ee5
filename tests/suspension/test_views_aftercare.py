"""The pages after sending in: the form, its verification, asking once more, urging, the result, beginning again."""

import re
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from insured.models import InsuredPerson
from portal.accounts.models import User
from portal.masking import mask_name
from suspension.models import Application
from suspension.policy.transitions import State
from suspension.services import receipt
from tests import factories
from tests.suspension.cases import approved, cancel_filed, decided, filed, taken
from tests.suspension.pages import hidden

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
MAIN = re.compile("<main.*</main>", re.DOTALL)
ClientOf = Callable[[User], Client]


@pytest.fixture
def visitor(resident: InsuredPerson, client_of: ClientOf) -> Client:
    return client_of(factories.account_of(resident))


def address(application: Application, name: str = "") -> str:
    return f"/applications/{application.number}/{name}"


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


class TestForm:
    def test_is_downloaded_from_the_confirmation_and_the_application(
        self, visitor: Client, resident: InsuredPerson
    ) -> None:
        application = filed(resident)

        for page in (text(visitor, address(application)), text(visitor, address(application, "submitted/"))):
            assert address(application, "form.pdf") in page
        answer = visitor.get(address(application, "form.pdf"))
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer.content.startswith(b"%PDF-")

    def test_is_not_there_for_others_or_for_a_cancellation(
        self, visitor: Client, resident: InsuredPerson, caseworker: User, stranger: User, client_of: ClientOf
    ) -> None:
        stopped = approved(resident, by=caseworker)

        assert client_of(stranger).get(address(stopped, "form.pdf")).status_code == 404
        assert visitor.get(address(cancel_filed(stopped), "form.pdf")).status_code == 404


class TestVerify:
    def test_shows_masked_facts_to_everybody(self, client: Client, resident: InsuredPerson) -> None:
        application = filed(resident)

        page = text(client, f"/verify/{receipt.verification_code(application.number or '')}/")

        assert "这张表由本网厅出具" in page
        assert "待审核" in page
        assert mask_name(resident.name) in page
        assert resident.name not in page
        assert resident.id_number not in page

    def test_gives_every_wrong_code_the_same_answer(self, client: Client, resident: InsuredPerson) -> None:
        number = filed(resident).number
        pages = {
            MAIN.findall(text(client, f"/verify/{code}/", 404))[0]
            for code in ("x", f"{number}-AAAAAAAAAAAAAAAAAAAAAA", "YB20260310ZZZZZZ0-AAAAAAAAAAAAAAAAAAAAAA")
        }

        assert len(pages) == 1

    def test_is_not_asked_without_end(self, client: Client) -> None:
        statuses = [client.get("/verify/x/").status_code for _ in range(31)]

        assert statuses == [404] * 30 + [429]


class TestWithdraw:
    def test_is_asked_once_more(self, visitor: Client, resident: InsuredPerson) -> None:
        application = filed(resident)

        page = text(visitor, address(application, "withdraw/"))
        application.refresh_from_db()
        before = application.state
        visitor.post(address(application, "withdraw/"), {"version": hidden(page, "version")})

        application.refresh_from_db()
        assert (before, application.state) == (State.SUBMITTED, State.WITHDRAWN)

    def test_leads_back_when_it_is_too_late(self, visitor: Client, resident: InsuredPerson, caseworker: User) -> None:
        application = taken(filed(resident), by=caseworker)

        assert visitor.get(address(application, "withdraw/"))["Location"] == address(application)


class TestUrge:
    def test_appears_after_the_promised_day_and_is_seen_at_the_desk(
        self, visitor: Client, resident: InsuredPerson, caseworker: User, client_of: ClientOf
    ) -> None:
        application = taken(filed(resident), by=caseworker)
        before = text(visitor, address(application))
        with time_machine.travel("2026-03-18T02:00:00Z", tick=False):
            visitor, desk = client_of(factories.account_of(resident)), client_of(caseworker)
            offered = text(visitor, address(application))
            visitor.post(address(application, "urge/"))
            after = text(visitor, address(application))
            repeated = visitor.post(address(application, "urge/"))
            review = text(desk, f"/admin/suspension/application/{application.number}/review/")
            queue = text(desk, "/admin/suspension/application/?queue=overdue")

        assert address(application, "urge/") not in before
        assert address(application, "urge/") in offered
        assert "您已催办" in after
        assert repeated.status_code == 409
        assert "申请人已于2026-03-18 10:00催办" in review
        assert "催办" in queue


class TestResult:
    def test_tells_the_day_the_money_and_the_next_steps(
        self, visitor: Client, resident: InsuredPerson, caseworker: User
    ) -> None:
        application = approved(resident, by=caseworker)

        page = text(visitor, address(application))

        for words in (
            "2026年5月1日",
            "当年已缴的费用不退",
            "告知新单位可以办理增员",
            "确认无误",
            "有疑问",
            "生效前取消",
        ):
            assert words in page
        assert "转移接续（前往" not in page

    def test_keeps_ticks_and_the_confirmation(self, visitor: Client, resident: InsuredPerson, caseworker: User) -> None:
        application = approved(resident, by=caseworker)

        visitor.post(address(application, "steps/"), {"step": ["money", "x"]})
        visitor.post(address(application, "confirm/"))

        page = text(visitor, address(application))
        assert 'value="money" checked' in page
        assert page.count(" checked") == 1
        assert "2026年3月10日 确认结果无误" in page

    @pytest.mark.parametrize("name", ["urge/", "confirm/", "steps/", "again/", "cancel/"])
    def test_is_nobody_elses(
        self, name: str, resident: InsuredPerson, caseworker: User, stranger: User, client_of: ClientOf
    ) -> None:
        assert client_of(stranger).post(address(approved(resident, by=caseworker), name)).status_code == 404


class TestBeginAgain:
    def test_brings_the_form_with_what_was_said(
        self, visitor: Client, resident: InsuredPerson, caseworker: User
    ) -> None:
        application = taken(filed(resident, note="两地都参加了"), by=caseworker)
        decided(application, by=caseworker, action="reject", code="reason-mismatch", text="请选重复参保")
        page = text(visitor, address(application))

        answer = visitor.post(address(application, "again/"))

        assert "停缴原因不符；请选重复参保" in page
        assert answer["Location"] == "/stop/form/"
        assert "两地都参加了" in text(visitor, "/stop/form/")

    def test_is_refused_while_the_case_goes_on(self, visitor: Client, resident: InsuredPerson) -> None:
        assert visitor.post(address(filed(resident), "again/")).status_code == 409


class TestCancel:
    def test_is_filed_seen_at_the_desk_and_approved(
        self, visitor: Client, resident: InsuredPerson, caseworker: User, client_of: ClientOf
    ) -> None:
        stopped = approved(resident, by=caseworker)
        page = text(visitor, address(stopped, "cancel/"))
        answer = visitor.post(address(stopped, "cancel/"), {"note": "不停了", "token": hidden(page, "token")})
        own = Application.objects.get(refers_to=stopped)
        receipt_page = text(visitor, answer["Location"])
        waiting = text(visitor, address(stopped))
        taken(own, by=caseworker)
        review = text(client_of(caseworker), f"/admin/suspension/application/{own.number}/review/")
        own.refresh_from_db()
        decided(own, by=caseworker)

        assert "取消停缴的申请已提交" in receipt_page
        assert own.number in waiting
        assert "参保状态和待遇不变" in review
        assert 'value="return"' not in review
        assert "停缴已取消，医保照常" in text(visitor, address(own))
        assert "已审核通过，医保照常" in text(visitor, address(stopped))

    @pytest.mark.parametrize("note", ["", "长" * 201, "\x00"])
    def test_wants_a_reason(self, note: str, visitor: Client, resident: InsuredPerson, caseworker: User) -> None:
        stopped = approved(resident, by=caseworker)

        assert visitor.post(address(stopped, "cancel/"), {"note": note, "token": "t" * 20}).status_code == 422
        assert not Application.objects.filter(refers_to=stopped).exists()

    def test_leads_back_when_there_is_nothing_to_cancel(self, visitor: Client, resident: InsuredPerson) -> None:
        application = filed(resident)

        assert visitor.get(address(application, "cancel/"))["Location"] == address(application)
        answer = visitor.post(address(application, "cancel/"), {"note": "不停了", "token": "t" * 20})
        assert answer.status_code == 422
