"""The printed form and the answer to its QR code."""

import time
from collections.abc import Callable

import pypdfium2
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from insured.models import InsuredPerson, PoolingArea
from portal import paper
from portal.accounts.models import User
from portal.crypto import blind_index
from suspension.models import Application
from suspension.services import receipt
from tests import factories
from tests.suspension import asking_back, transferring
from tests.suspension.cases import filed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
MARKUP = '#panic("x") $ * _ ` \\ // <script>alert(1)</script> @ref [x] #sys.inputs'
NO_FONT_HAS = "\U0010fffd"
"""Of private use, as some registers write rare names."""


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    return "".join(document[0].get_textpage().get_text_bounded().split())


def form_of(application: Application) -> receipt.Form:
    sheet = receipt.sheet_of(application)
    assert sheet is not None
    return receipt.printed_form(application, sheet, address="https://hall.example/verify/code/")


class TestForm:
    def test_says_what_was_asked_and_when_it_is_promised(self, resident: InsuredPerson) -> None:
        application = filed(resident)

        text = words(receipt.as_pdf(form_of(application)))

        for expected in (
            "基本医疗保险停保登记表",
            application.number or "",
            "苏文岚",
            "参加职工医保",
            "2026年3月17日",
            "示例市医疗保障事务中心",
            "申请人签字",
            "网厅，本人办理",
            "待接办",
            "2026-03-1010:00",
        ):
            assert expected in text
        assert resident.id_number not in text
        assert "13800138000" not in text

    def test_takes_typed_markup_for_text(self, area: factories.PoolingArea) -> None:
        application = filed(factories.resident(area=area, name="苏#文*岚"), note=MARKUP)

        text = words(receipt.as_pdf(form_of(application)))

        assert "苏#文*岚" in text
        assert '#panic("x")' in text
        assert "<script>" in text

    def test_tells_of_a_character_that_the_font_lacks(self, area: factories.PoolingArea) -> None:
        application = filed(factories.resident(area=area, name=f"苏{NO_FONT_HAS}"))

        form = form_of(application)

        assert ("姓名", "苏□") in form.rows
        assert form.lacking == "U+10FFFD"
        assert "U+10FFFD" in words(receipt.as_pdf(form))

    @pytest.mark.parametrize(("char", "is_known"), [("岚", True), ("𰻝", True), ("A", True), (NO_FONT_HAS, False)])
    def test_knows_what_the_font_can_draw(self, char: str, is_known: bool) -> None:
        assert paper.has_glyph(char) == is_known

    def test_is_made_in_a_tenth_of_a_second(self, resident: InsuredPerson) -> None:
        form = form_of(filed(resident))
        receipt.as_pdf(form)

        started = time.process_time()
        receipt.as_pdf(form)

        assert time.process_time() - started < 0.1


def shifted(code: str) -> str:
    return code[:-1] + ("A" if code[-1] != "A" else "B")


class TestVerification:
    def test_finds_the_application_of_a_printed_form(self, resident: InsuredPerson) -> None:
        application = filed(resident)

        found = receipt.find_verified(receipt.verification_code(application.number or ""))

        assert found == application

    @pytest.mark.parametrize(
        "spoil",
        [
            shifted,
            lambda code: code.partition("-")[0],
            lambda code: f"{code.partition('-')[0]}-",
            lambda _code: "",
            lambda _code: "é" * 30,
            lambda code: f"YB20260310ZZZZZZ0-{code.partition('-')[2]}",
            lambda code: f"{code}A",
        ],
    )
    def test_finds_nothing_for_another_code(self, resident: InsuredPerson, spoil: Callable[[str], str]) -> None:
        code = receipt.verification_code(filed(resident).number or "")

        assert receipt.find_verified(spoil(code)) is None

    def test_uses_a_purpose_of_its_own(self, resident: InsuredPerson) -> None:
        number = filed(resident).number or ""
        other = blind_index(number, purpose="resident-id").partition("$")[2][: paper.PROOF_LENGTH]

        assert receipt.find_verified(f"{number}-{other}") is None


class TestTransferForm:
    def test_names_both_sides_and_the_legs(self, area: PoolingArea) -> None:
        there = transferring.neighbour()
        mover = transferring.mover(area=area, to=there)
        application = transferring.accepted(transferring.between(mover), by=factories.staff(area=there))

        form = form_of(application)

        text = words(receipt.as_pdf(form))
        assert form.title == "基本医疗保险关系转移接续申请表"
        rows = dict(form.rows)
        assert (rows["转出地（原参保地）"], rows["转入地（新参保地）"]) == ("示例市", "邻州市")
        assert rows["转出（原参保地）"] == "示例市，最晚2026年3月24日办结"
        assert "停保原因" not in rows
        assert "缴费年限按两地记录合并计算" in text
        assert mover.id_number not in text
        assert receipt.find_verified(receipt.verification_code(application.number or "")) == application

    def test_is_offered_with_the_case_and_is_not_for_others(self, area: PoolingArea) -> None:
        mover = transferring.mover(area=area, to=transferring.neighbour())
        application = transferring.between(mover)
        address = reverse("stop_form_pdf", args=[application.number])
        browser = factories.client_of(factories.account_of(mover))

        page = browser.get(reverse("application", args=[application.number])).text
        answer = browser.get(address)

        assert address in page
        assert f"transfer-form-{application.number}.pdf" in answer.headers["Content-Disposition"]
        stranger = factories.client_of(factories.account_of(factories.resident(area=area)))
        assert stranger.get(address).status_code == 404

    def test_a_typed_place_is_no_markup(self, area: PoolingArea) -> None:
        person = factories.flexible(area=area)
        application = transferring.filed(person, about=person.enrollments.get(), transfer_source=MARKUP)

        assert '#panic("x")' in words(receipt.as_pdf(form_of(application)))

    def test_is_there_to_be_filled_in_by_hand(self, client: Client) -> None:
        text = words(client.get(reverse("transfer_blank_form")).content)

        for expected in ("空白表", "转出地（原参保地）", "转入地（新参保地）", "申请人签字"):
            assert expected in text


class TestRefundForm:
    @pytest.fixture
    def application(self, area: PoolingArea) -> Application:
        with time_machine.travel("2025-12-15T02:00:00Z", tick=False):
            return asking_back.filed(asking_back.employed_since(area=area))

    def test_says_what_where_to_and_with_what(self, application: Application) -> None:
        text = words(receipt.as_pdf(form_of(application)))

        for expected in (
            *("基本医疗保险退费申请表", application.number or "", "2026年度居民医保", "参加了职工医保"),
            *("示例银行，程予安，****2345", "银行卡（正面）、医保电子凭证（代替上传）", "收款账户是参保人本人的"),
        ):
            assert expected in text
        assert asking_back.ACCOUNT not in text
        assert "停保原因" not in text

    def test_without_an_account_it_goes_back_as_it_came(self, application: Application) -> None:
        application.refund_account, application.refund_fen = "", 0

        rows = dict(form_of(application).rows)

        assert (rows["收款账户"], rows["退费结果"]) == ("原路退回", "不退费")

    def test_is_offered_with_the_case_and_verified_by_anybody(
        self, application: Application, client: Client, stranger: User
    ) -> None:
        browser, address = factories.client_of(application.applicant), f"/applications/{application.number}/form.pdf"

        sent = browser.get(address)

        assert f"refund-form-{application.number}" in sent["Content-Disposition"]
        for more in ("", "submitted/"):
            assert "下载退费申请表（PDF）" in browser.get(f"/applications/{application.number}/{more}").text
        assert factories.client_of(stranger).get(address).status_code == 404
        shown = client.get(f"/verify/{receipt.verification_code(application.number or '')}/").text
        assert "这张表由本网厅出具" in shown
        assert "退费申请" in shown
        assert application.person.name not in shown

    def test_is_there_to_be_filled_in_by_hand(self, client: Client) -> None:
        text = words(client.get(reverse("refund_blank_form")).content)

        for expected in ("空白表", "要退的缴费", "□同一年度重复缴费", "银行账号", "申请人签字"):
            assert expected in text


class TestBlankForm:
    def test_is_filled_in_by_hand_at_the_counter(self, client: Client) -> None:
        answer = client.get("/stop/blank-form.pdf")

        text = words(answer.content)
        for expected in ("空白表", "身份证号", "□离职", "□户口本", "□医保卡", "申请人签字", "带身份证、户口本、医保卡"):
            assert expected in text
        assert "扫描右上角" not in text

    def test_is_offered_where_one_stops(self, resident: InsuredPerson) -> None:
        page = factories.client_of(factories.account_of(resident)).get("/stop/").content.decode()

        assert "/stop/blank-form.pdf" in page
        assert "身份证、户口本、医保卡" in page
