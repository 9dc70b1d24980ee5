"""The pages of stopping, followed as a person would."""

from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from insured.models import InsuredPerson
from portal.accounts.models import User
from suspension.models import Application
from suspension.policy.transitions import State
from tests import factories
from tests.suspension import files
from tests.suspension.pages import check_page, confirm, hidden, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]

ClientOf = Callable[[User], Client]


class TestNotice:
    def test_says_from_which_day_everything_is_paid_by_oneself(self, visitor: Client) -> None:
        page = visitor.get("/stop/").content.decode()

        assert "从 <strong>2026年3月10日</strong> 起看病费用全部自费" in page
        assert "2026年3月9日" in page
        assert "已阅读，开始办理" in page

    def test_warns_of_the_hole_before_an_employers_cover(self, resident: InsuredPerson, client_of: ClientOf) -> None:
        """T1: 390 ends on the day, 310 begins on 2026-04-01 at the earliest, a later month is offered."""
        with time_machine.travel("2026-03-11T02:00:00Z", tick=False):
            page = client_of(factories.account_of(resident)).get("/stop/").content.decode()

        assert "21天" in page
        assert "2026年4月1日" in page

    def test_calculates_what_a_later_return_means(self, visitor: Client) -> None:
        page = visitor.get("/stop/").content.decode()

        assert "隔 2 年没参保" in page
        assert "国办发〔2024〕38号" in page

    def test_sends_an_employee_to_the_unit_and_still_explains(
        self, area: factories.PoolingArea, client_of: ClientOf
    ) -> None:
        person = factories.employee(of=factories.employer(area=area))

        page = client_of(factories.account_of(person)).get("/stop/").content.decode()

        assert "医保由单位“示例市青禾软件有限公司”统一办理" in page
        assert "已阅读，开始办理" not in page
        assert "以后再恢复缴费" in page

    def test_has_an_answer_for_an_account_without_coverage(self, client_of: ClientOf, agent: User) -> None:
        answer = client_of(agent).get("/stop/")

        assert answer.status_code == 200
        assert "没有基本医保的参保记录" in answer.content.decode()

    def test_asks_for_login(self, client: Client) -> None:
        assert client.get("/stop/")["Location"].startswith("/accounts/login/")


class TestForm:
    def test_has_the_three_sections_and_the_literal_reasons(self, visitor: Client) -> None:
        page = visitor.get("/stop/form/").content.decode()

        for words in (
            "个人基本信息",
            "保险账户信息",
            "停缴原因",
            "离职",
            "退休",
            "单位注销",
            "转移",
            "参加职工医保",
            "重复参保",
            "其他",
        ):
            assert words in page

    def test_keeps_what_was_typed_when_something_is_wrong(self, visitor: Client) -> None:
        answer = visitor.post("/stop/form/", typed(contact_phone="12345"))

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "12345" in page
        assert "去单位上班" in page

    @pytest.mark.parametrize(
        "wrong",
        [
            {"reason_code": ""},
            {"reason_code": "<script>"},
            {"stop_month": "2025-01"},
            {"stop_month": "2026-13"},
            {"stop_month": "x" * 1000},
            {"contact_phone": ""},
            {"contact_email": "nobody"},
            {"note": "长" * 201},
            {"note": "\x00"},
        ],
    )
    def test_refuses_bad_input_without_failing(self, visitor: Client, wrong: dict[str, str]) -> None:
        assert visitor.post("/stop/form/", typed(**wrong)).status_code == 422
        assert not Application.objects.exists()

    def test_saves_a_draft_that_another_device_finds(
        self, visitor: Client, resident: InsuredPerson, client_of: ClientOf
    ) -> None:
        visitor.post("/stop/form/", typed())

        page = client_of(factories.account_of(resident)).get("/stop/form/").content.decode()

        assert "去单位上班" in page

    def test_takes_a_material_in(self, visitor: Client) -> None:
        answer = visitor.post("/stop/form/", typed(file_id_card=files.picture(), upload="1"))

        assert answer["Location"] == "/stop/form/"
        assert "身份证.jpg" in visitor.get("/stop/form/").content.decode()

    def test_says_why_a_file_is_refused_and_keeps_the_rest(self, visitor: Client) -> None:
        answer = visitor.post("/stop/form/", typed(file_id_card=files.text("x.exe", b"MZ")))

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "不是 JPG、PNG 或 PDF" in page
        assert "去单位上班" in page


class TestCheckAndSubmit:
    def test_shows_everything_once_more_with_the_id_masked(self, visitor: Client, resident: InsuredPerson) -> None:
        page = check_page(visitor)

        assert resident.id_number not in page
        assert resident.name in page
        assert "示例市城乡居民" in page
        assert "确认停缴" in page
        assert "提交后通常无法撤销，仅“待审核”时可撤销" in page
        assert "不收费" in page

    def test_leads_to_a_confirmation_with_the_number(self, visitor: Client) -> None:
        address = confirm(visitor, check_page(visitor))

        page = visitor.get(address).content.decode()
        application = Application.objects.get()
        assert application.state == State.SUBMITTED
        assert address == f"/applications/{application.number}/submitted/"
        assert application.number in page
        assert "2026年3月17日" in page

    def test_a_second_press_leads_to_the_same_page(self, visitor: Client) -> None:
        page = check_page(visitor)

        assert confirm(visitor, page) == confirm(visitor, page)
        assert Application.objects.count() == 1

    def test_a_page_without_its_token_is_refused(self, visitor: Client) -> None:
        check_page(visitor)

        answer = visitor.post("/stop/check/", {"revision": "1"})

        assert answer.status_code == 422
        assert Application.objects.get().state == State.DRAFT

    def test_a_draft_changed_elsewhere_is_shown_again(self, visitor: Client) -> None:
        page = check_page(visitor)
        visitor.post("/stop/form/", typed(reason_code="leave"))

        answer = visitor.post("/stop/check/", {"token": hidden(page, "token"), "revision": hidden(page, "revision")})

        assert answer.status_code == 409

    def test_without_a_draft_leads_back_to_the_notice(self, visitor: Client) -> None:
        assert visitor.get("/stop/check/")["Location"] == "/stop/"

    def test_a_draft_can_be_thrown_away(self, visitor: Client) -> None:
        check_page(visitor)

        visitor.post("/stop/discard/")

        assert Application.objects.get().state == State.DISCARDED
