"""The pages of stopping, followed as a person would."""

import re
from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from django.test import Client

from insured.models import InsuredPerson
from portal.accounts.models import User
from suspension.models import Application, Attachment
from suspension.policy.transitions import State
from suspension.services import materials
from tests import factories
from tests.suspension import files
from tests.suspension.cases import decided, filed, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]

ClientOf = Callable[[User], Client]


@pytest.fixture
def visitor(resident: InsuredPerson, client_of: ClientOf) -> Client:
    return client_of(factories.account_of(resident))


def typed(**changes: object) -> dict[str, object]:
    return {
        "reason_code": "joined-310",
        "stop_month": "",
        "contact_phone": "138 0013 8000",
        "contact_email": "",
        "note": "去单位上班",
    } | changes


def hidden(page: str, name: str) -> str:
    match = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert match, name
    return match[1]


def check_page(visitor: Client) -> str:
    visitor.post("/stop/form/", typed())
    return visitor.get("/stop/check/").content.decode()


def confirm(visitor: Client, page: str) -> str:
    answer = visitor.post("/stop/check/", {"token": hidden(page, "token"), "revision": hidden(page, "revision")})
    assert answer.status_code in (302, 303)
    return answer["Location"]


class TestNotice:
    def test_says_from_which_day_everything_is_paid_by_oneself(self, visitor: Client) -> None:
        page = visitor.get("/stop/").content.decode()

        assert "最早从 <strong>2026年3月10日</strong> 起" in page
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
        answer = visitor.post("/stop/form/", typed(material=files.picture(), slot="id-card", upload="1"))

        assert answer["Location"] == "/stop/form/"
        assert "身份证.jpg" in visitor.get("/stop/form/").content.decode()

    def test_says_why_a_file_is_refused_and_keeps_the_rest(self, visitor: Client) -> None:
        answer = visitor.post("/stop/form/", typed(material=files.text("x.exe", b"MZ"), slot="id-card"))

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


class TestApplicationPage:
    def test_shows_the_timeline_and_lets_one_withdraw(self, visitor: Client, resident: InsuredPerson) -> None:
        application = filed(resident)
        page = visitor.get(f"/applications/{application.number}/").content.decode()
        assert "待审核" in page

        visitor.post(f"/applications/{application.number}/withdraw/", {"version": hidden(page, "version")})

        application.refresh_from_db()
        assert application.state == State.WITHDRAWN

    def test_offers_no_withdrawal_once_it_is_reviewed(
        self, visitor: Client, resident: InsuredPerson, caseworker: User
    ) -> None:
        application = taken(filed(resident), by=caseworker)

        page = visitor.get(f"/applications/{application.number}/").content.decode()

        assert "撤销申请" not in page

    def test_a_late_withdrawal_says_what_can_be_done(
        self, visitor: Client, resident: InsuredPerson, caseworker: User
    ) -> None:
        """T17."""
        application = decided(taken(filed(resident), by=caseworker), by=caseworker)

        answer = visitor.post(f"/applications/{application.number}/withdraw/", {"version": "2"})

        assert answer.status_code == 409
        assert "取消暂停参保" in answer.content.decode()

    def test_says_when_it_is_overdue(self, resident: InsuredPerson, client_of: ClientOf) -> None:
        application = filed(resident)

        with time_machine.travel("2026-03-20T02:00:00Z", tick=False):
            visitor = client_of(factories.account_of(resident))
            page = visitor.get(f"/applications/{application.number}/").content.decode()

        assert "已超过承诺时间" in page

    def test_tells_the_day_after_approval(self, visitor: Client, resident: InsuredPerson, caseworker: User) -> None:
        application = decided(taken(filed(resident), by=caseworker), by=caseworker)

        page = visitor.get(f"/applications/{application.number}/").content.decode()

        assert "停缴已于 2026年3月10日 生效" in page

    def test_tells_why_it_was_rejected_and_offers_a_new_start(
        self, visitor: Client, resident: InsuredPerson, caseworker: User
    ) -> None:
        application = taken(filed(resident), by=caseworker)
        decided(application, by=caseworker, action="reject", code="reason-mismatch", text="请办理在职转退休")

        page = visitor.get(f"/applications/{application.number}/").content.decode()

        assert "停缴原因不符；请办理在职转退休" in page
        assert "重新提交" in page

    @pytest.mark.parametrize("suffix", ["", "submitted/", "correct/"])
    def test_is_not_there_for_a_stranger(
        self, resident: InsuredPerson, stranger: User, client_of: ClientOf, suffix: str
    ) -> None:
        application = filed(resident)

        answer = client_of(stranger).get(f"/applications/{application.number}/{suffix}")

        assert answer.status_code == 404

    def test_is_not_there_for_staff_outside_the_desk(
        self, resident: InsuredPerson, caseworker: User, client_of: ClientOf
    ) -> None:
        application = filed(resident)

        assert client_of(caseworker).get(f"/applications/{application.number}/").status_code == 404

    def test_a_stranger_can_withdraw_nothing(
        self, resident: InsuredPerson, stranger: User, client_of: ClientOf
    ) -> None:
        application = filed(resident)

        answer = client_of(stranger).post(f"/applications/{application.number}/withdraw/", {"version": "2"})

        application.refresh_from_db()
        assert answer.status_code == 404
        assert application.state == State.SUBMITTED

    def test_is_changed_by_post_only(self, visitor: Client, resident: InsuredPerson) -> None:
        application = filed(resident)

        assert visitor.get(f"/applications/{application.number}/withdraw/").status_code == 405


class TestCorrection:
    def returned(self, resident: InsuredPerson, caseworker: User) -> Application:
        application = taken(filed(resident), by=caseworker)
        return decided(
            application, by=caseworker, action="return", fields=("contact_phone", "material"), text="电话打不通"
        )

    def test_opens_only_the_named_fields(self, visitor: Client, resident: InsuredPerson, caseworker: User) -> None:
        application = self.returned(resident, caseworker)

        page = visitor.get(f"/applications/{application.number}/correct/").content.decode()

        assert 'name="contact_phone"' in page
        assert 'name="material"' in page
        assert 'name="reason_code"' not in page
        assert "电话打不通" in page

    def test_is_sent_again_under_the_same_number(
        self, visitor: Client, resident: InsuredPerson, caseworker: User
    ) -> None:
        application = self.returned(resident, caseworker)
        page = visitor.get(f"/applications/{application.number}/correct/").content.decode()
        body = {
            "contact_phone": "13911112222",
            "slot": "id-card",
            "material": files.picture(),
            "token": hidden(page, "token"),
            "version": hidden(page, "version"),
        }

        answer = visitor.post(f"/applications/{application.number}/correct/", body)

        application.refresh_from_db()
        assert answer["Location"] == f"/applications/{application.number}/"
        assert application.state == State.SUBMITTED
        assert application.contact_phone == "13911112222"
        assert application.attachments.count() == 1

    def test_is_not_offered_otherwise(self, visitor: Client, resident: InsuredPerson) -> None:
        application = filed(resident)

        answer = visitor.get(f"/applications/{application.number}/correct/")

        assert answer["Location"] == f"/applications/{application.number}/"


class TestMaterial:
    def page_of(self, visitor: Client) -> str:
        visitor.post("/stop/form/", typed(material=files.picture(), slot="id-card"))
        materials.render_pending()
        return f"/materials/{Attachment.objects.get().public_id}/1/"

    def test_is_shown_to_its_owner(self, visitor: Client) -> None:
        answer = visitor.get(self.page_of(visitor))

        assert answer["Content-Type"] == "image/png"
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_is_not_there_for_a_stranger(self, visitor: Client, stranger: User, client_of: ClientOf) -> None:
        assert client_of(stranger).get(self.page_of(visitor)).status_code == 404

    def test_has_no_page_that_was_not_rendered(self, visitor: Client) -> None:
        address = self.page_of(visitor)

        assert visitor.get(address.replace("/1/", "/2/")).status_code == 404
        assert visitor.get(address.replace("/1/", "/0/")).status_code == 404


class TestList:
    def test_shows_ones_own_and_no_drafts(
        self, visitor: Client, resident: InsuredPerson, area: factories.PoolingArea
    ) -> None:
        mine, others = filed(resident), filed(factories.resident(area=area))
        visitor.post("/stop/form/", typed())

        page = visitor.get("/me/applications/").content.decode()

        assert mine.number in page
        assert others.number not in page
        assert page.count("受理编号") == 1

    def test_is_flat_in_statements(self, visitor: Client, resident: InsuredPerson, assert_statements) -> None:
        for _ in range(3):
            application = filed(resident, stop_month=date(2026, 6, 1))
            Application.objects.filter(pk=application.pk).update(state=State.WITHDRAWN)

        with assert_statements(5):
            visitor.get("/me/applications/")
