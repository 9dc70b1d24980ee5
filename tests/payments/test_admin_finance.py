"""财务事项 at the desk: runs that staff watch, matters that two people settle, doubts, aid and closing."""

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings
from python_calamine import CalamineWorkbook

from insured.models import PoolingArea
from insured.policy.dates import Month
from payments.models import (
    AssessmentRun,
    AssessmentSkip,
    Bill,
    Closing,
    FundingCategory,
    FundingRecognition,
    OrderDoubt,
    Proposal,
)
from payments.services import assessment, bills, left_out, reconciliation
from payments.services.funding import fundings_of
from payments.services.opening import open_resident_year, resident_year
from payments.services.results import apply_result
from payments.services.standards import Standard, set_standard
from portal.accounts.models import User
from portal.audit.models import AccessLog
from tests import factories
from tests.payments import booth as booths
from tests.payments import owed
from tests.payments.booth import Booth
from tests.payments.records import year_of
from tests.payments.test_services_dues import rates

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("booth")]
MATTERS, RUNS, CLOSING = "/admin/payments/proposal/", "/admin/payments/assessmentrun/", "/admin/payments/closing/"


@pytest.fixture
def browsers(area: PoolingArea) -> tuple[Client, Client]:
    """Two people of finance."""
    first, second = (factories.client_of(factories.staff(area=area, role="finance")) for _ in range(2))
    return first, second


@pytest.fixture
def stranger() -> Client:
    """Finance of another area."""
    return factories.client_of(factories.staff(area=factories.area(code="119902", name="邻州市"), role="finance"))


def sent(client: Client, page: str, to: str = "", **typed: Any) -> HttpResponse:
    """The form of a page, with its hidden fields."""
    content = client.get(page).content.decode()
    form = content.split(f'action="{to}"')[1] if to else content.split("<main")[1].split('method="post"')[1]
    hidden = dict(re.findall(r'name="(token|version)" value="([^"]*)"', form.split("</form>")[0]))
    answer: HttpResponse = client.post(to or page, hidden | typed)  # type: ignore[assignment]
    return answer


def decided(client: Client, *, action: str = "approve", text: str = "") -> HttpResponse:
    """The waiting matter, decided on its page."""
    page = f"{MATTERS}{Proposal.objects.waiting().get().number}/"
    return sent(client, page, f"{page}decide/", action=action, text=text)


class TestRuns:
    @pytest.fixture(autouse=True)
    def standards(self, area: PoolingArea) -> None:
        set_standard(Standard(area.pk, "390", 2026, 40_000, 70_000, source="演示"))
        rates(area)

    def _start(self, client: Client) -> AssessmentRun:
        typed = {"area": "119901", "kind": "resident", "year": "2026", "month": ""}
        answer = sent(client, RUNS, RUNS, **typed)
        run = AssessmentRun.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, f"{RUNS}{run.number}/")
        return run

    def test_is_started_watched_held_and_let_go_on(self, area: PoolingArea, browsers: tuple[Client, Client]) -> None:
        factories.enrollment(of=factories.person(area=area))
        factories.resident(area=area)
        bills.open_bill(owed.resident_year(factories.resident(area=area).enrollments.get(), year=2026))
        client = browsers[0]
        run = self._start(client)
        page = f"{RUNS}{run.number}/"

        assert client.get(page)["Refresh"]
        assert client.post(f"{page}pause/").status_code == 302
        assert assessment.advance(run.pk) is False
        assert "已暂停" in client.get(page).content.decode()
        assert "Refresh" not in client.get(page)
        assert client.post(f"{page}resume/").status_code == 302
        while assessment.advance(run.pk):
            pass

        content = client.get(page).content.decode()
        run.refresh_from_db()
        assert (run.opened, run.skipped) == (2, {"billed": 1})
        assert "这一期已经有账单" in content
        assert "新开账单</dt><dd>2张，应缴800.00元" in content
        assert "Refresh" not in client.get(page)

    def test_names_whom_it_left_out_and_what_is_next(self, area: PoolingArea, browsers: tuple[Client, Client]) -> None:
        client = browsers[0]
        billed, paid = factories.resident(area=area), factories.resident(area=area, name="=罗景行")
        bills.open_bill(owed.resident_year(billed.enrollments.get(), year=2026))
        year_of(paid, year=2026, paid_on=date(2025, 10, 20))
        factories.resident(area=area)
        run = self._start(client)
        while assessment.advance(run.pk):
            pass
        page = f"{RUNS}{run.number}/skipped/"

        whole = client.get(page).content.decode()
        one = client.get(page, {"why": "paid"}).content.decode()
        file = client.get(f"{page}csv/", {"why": "paid"})

        run.refresh_from_db()
        assert (run.opened, run.skipped) == (1, {"billed": 1, "paid": 1})
        assert billed.number in whole
        assert paid.number in whole
        assert "对金额有疑问的" in whole
        assert billed.number not in one
        assert "缴费记录核对" in one
        assert paid.name not in one
        lines = file.content.decode("utf-8-sig").splitlines()
        assert [line.split('","')[0].strip('"') for line in lines] == ["编号", paid.number]
        assert "缴费记录核对" in lines[1]
        assert paid.name not in lines[1]
        assert AccessLog.objects.filter(action="export-rows").count() == 1
        elsewhere = factories.staff(area=factories.area(code="119902", name="临江市"), role="finance")
        assert factories.client_of(elsewhere).get(page).status_code == 404
        assert factories.client_of(elsewhere).get(f"{page}csv/").status_code == 404

    def test_a_unit_without_anybody_is_named(self, area: PoolingArea) -> None:
        run = AssessmentRun(number="HD1", kind="unit", area=area)
        unit = factories.employer(area=area)

        row = left_out._row(AssessmentSkip(run=run, employer=unit, why="nobody"))

        assert (row.number, row.name) == (unit.unit_code, unit.name)
        assert "注销" in row.next_step

    def test_a_form_sent_twice_is_one_run(self, browsers: tuple[Client, Client]) -> None:
        client = browsers[0]
        token = re.findall(r'name="token" value="([^"]*)"', client.get(RUNS).content.decode())[0]
        typed = {"token": token, "area": "119901", "kind": "resident", "year": "2026"}

        first, again = (client.post(RUNS, typed) for _ in range(2))

        assert first["Location"] == again["Location"]
        assert AssessmentRun.objects.count() == 1

    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, browsers: tuple[Client, Client]) -> None:
        typed = {"token": "t" * 24, "area": "119901", "kind": "unit", "year": "2027", "month": ""}

        answer = browsers[0].post(RUNS, typed)

        assert answer.status_code == 422
        assert "请选择月份" in answer.content.decode()
        assert '<option value="unit" selected>' in answer.content.decode()

    def test_another_area_sees_and_changes_none(self, browsers: tuple[Client, Client], stranger: Client) -> None:
        run = self._start(browsers[0])

        assert run.number not in stranger.get(RUNS).content.decode()
        assert stranger.get(f"{RUNS}{run.number}/").status_code == 404
        assert stranger.post(f"{RUNS}{run.number}/pause/").status_code == 404


class TestDoubts:
    @pytest.fixture
    def doubt(self, booth: Booth, bill: Bill, payer: User) -> OrderDoubt:
        order = booths.started(bill, by=payer)
        apply_result(booth.pay(order, amount_fen=30_000), gateway="alipay")
        return OrderDoubt.objects.get()

    def test_two_people_settle_it(self, doubt: OrderDoubt, browsers: tuple[Client, Client]) -> None:
        first, second = browsers
        page = f"{MATTERS}doubts/{doubt.number}/"
        shown = first.get(page).content.decode()
        assert "300.00元" in shown
        assert "400.00元" in shown

        answer = sent(first, page, f"{page}settle/", kind="give-back", reason="与平台核对，少扣了款。")
        assert answer.status_code == 302
        assert "同意并办理" not in first.get(answer["Location"]).content.decode()
        assert decided(second).status_code == 302

        doubt.refresh_from_db()
        assert doubt.settled_as == OrderDoubt.GIVEN_BACK
        assert doubt.number not in first.get(MATTERS).content.decode()

    def test_asking_again_says_what_was_heard(self, doubt: OrderDoubt, browsers: tuple[Client, Client]) -> None:
        page = f"{MATTERS}doubts/{doubt.number}/"

        answer = browsers[0].post(f"{page}ask/", follow=True)

        assert "支付平台的说法没有变" in answer.content.decode()

    def test_strangers_see_none(self, doubt: OrderDoubt, stranger: Client, area: PoolingArea) -> None:
        page = f"{MATTERS}doubts/{doubt.number}/"
        caseworker = factories.client_of(factories.staff(area=area))

        assert [stranger.get(page).status_code, stranger.post(f"{page}ask/").status_code] == [404, 404]
        assert caseworker.get(MATTERS).status_code == 403
        assert doubt.number not in stranger.get(MATTERS).content.decode()

    def test_a_supervisor_decides_and_does_not_propose(
        self, doubt: OrderDoubt, area: PoolingArea, browsers: tuple[Client, Client]
    ) -> None:
        page = f"{MATTERS}doubts/{doubt.number}/"
        supervisor = factories.client_of(factories.staff(area=area, role="supervisor"))
        sent(browsers[0], page, f"{page}settle/", kind="give-back", reason="与平台核对，少扣了款。")

        assert supervisor.post(f"{page}settle/", {"kind": "give-back", "reason": "x" * 9}).status_code == 403
        assert decided(supervisor, action="return", text="再核对一次金额。").status_code == 302

        assert Proposal.objects.get().state == Proposal.RETURNED


class TestAssessingAnUndeclaredMonth:
    def test_takes_two_people(self, area: PoolingArea, browsers: tuple[Client, Client]) -> None:
        rates(area)
        unit = factories.employer(area=area)
        bills.open_bill(owed.unit_month(unit, people=[factories.employee(of=unit)], month=Month(2026, 1)))
        page = f"{MATTERS}undeclared/"

        sent(browsers[0], page, unit=unit.number, month="2026-02", reason="25日前未申报，已催报两次。")
        assert Bill.objects.count() == 1
        decided(browsers[1])

        bill = Bill.objects.get(period_starts_on="2026-02-01")
        assert (bill.employer, bill.payable_fen) == (unit, 96_140)

    def test_of_another_area_is_not_found(self, area: PoolingArea, stranger: Client) -> None:
        unit = factories.employer(area=area)

        answer = sent(stranger, f"{MATTERS}undeclared/", unit=unit.number, month="2026-02", reason="已催报两次。")

        assert answer.status_code == 422
        assert not Proposal.objects.exists()


class TestAid:
    def test_a_category_and_a_recognition_are_in_force_when_a_second_person_agrees(
        self, area: PoolingArea, browsers: tuple[Client, Client], resident: factories.InsuredPerson
    ) -> None:
        first, second = browsers
        typed = {"name": "低保对象", "aid_fen": "345", "first_year": "2026", "reason": "示例市2026年文件。"}

        sent(first, f"{MATTERS}funding/category/", **typed)
        assert not FundingCategory.objects.exists()
        decided(second)
        category = FundingCategory.objects.get()
        typed = {"person": resident.number, "category": str(category.pk), "recognised_on": "2026-03-01"}
        sent(first, f"{MATTERS}funding/recognition/", **typed, reason="民政部门3月名单。")
        decided(second)
        recognised = FundingRecognition.objects.get()
        sent(
            first, f"{MATTERS}funding/recognition/{recognised.pk}/end/", ended_on="2026-03-10", reason="动态调整退出。"
        )
        decided(second)

        recognised.refresh_from_db()
        assert (category.aid_fen, category.source) == (34_500, "示例市2026年文件。")
        assert (recognised.person, str(recognised.ended_on)) == (resident, "2026-03-10")
        assert "低保对象" in first.get(f"{MATTERS}funding/").content.decode()

    def test_a_category_of_ones_own_goes_from_the_desk_to_the_bill(
        self, area: PoolingArea, browsers: tuple[Client, Client], resident: factories.InsuredPerson
    ) -> None:
        """农村低保三四类, which no list of ours knows: a row for this area and these years, and the bill follows it."""
        first, second = browsers
        set_standard(Standard(area.pk, "390", 2027, 40_000, 70_000, "2027年缴费标准"))
        typed = {"name": "农村低保三四类对象", "aid_fen": "186.50", "first_year": "2027", "last_year": "2027"}

        sent(first, f"{MATTERS}funding/category/", **typed, reason="本地2027年度资助参保文件。")
        decided(second)
        category = FundingCategory.objects.get()
        typed = {"person": resident.number, "category": str(category.pk), "recognised_on": "2026-03-01"}
        sent(first, f"{MATTERS}funding/recognition/", **typed, reason="民政部门3月名单。")
        decided(second)
        options = fundings_of([resident.pk], year=2027, on=date(2026, 3, 10))[resident.pk]
        terms = resident_year(area.pk, year=2027, today=date(2026, 3, 10))
        bill = open_resident_year(resident.enrollments.get(), terms=terms, options=options)

        person = factories.client_of(factories.account_of(resident))
        page = person.get(f"/me/bills/{bill.number}/").content.decode()
        assert (bill.personal_fen, bill.aid_fen, bill.payable_fen) == (21_350, 18_650, 21_350)
        assert "农村低保三四类对象" in page
        assert "213.50" in page
        assert "186.50" in page
        assert "农村低保三四类对象" in Client().get("/standards/?area=119901").content.decode()
        assert not fundings_of([resident.pk], year=2028, on=date(2026, 3, 10))

    def test_another_area_changes_none(self, area: PoolingArea, stranger: Client) -> None:
        known = FundingCategory.objects.create(area=area, name="低保", aid_fen=1, first_year=2026, source="x")

        assert stranger.get(f"{MATTERS}funding/category/{known.pk}/").status_code == 404
        assert stranger.get(f"{MATTERS}funding/?area=119901").status_code == 404


class TestClosing:
    @pytest.fixture(autouse=True)
    def _paid(self, booth: Booth, bill: Bill, payer: User) -> None:
        order = booths.started(bill, by=payer)
        apply_result(booth.pay(order), gateway="alipay")

    def test_a_total_leads_to_its_rows_and_to_a_file(self, browsers: tuple[Client, Client], bill: Bill) -> None:
        client = browsers[0]
        day = f"{CLOSING}day/2026-03-10/?area=119901"
        assert day.replace("&", "&amp;") in client.get(CLOSING).content.decode()

        content = client.get(day).content.decode()
        [rows] = set(re.findall(r'href="([^"]*/rows/\?[^"]*)"', content))
        behind = client.get(rows.replace("&amp;", "&")).content.decode()
        [file] = re.findall(r'href="([^"]*/rows/csv/\?[^"]*)"', behind)
        text = client.get(file.replace("&amp;", "&")).content.decode()

        assert "400.00" in content
        assert bill.number in behind
        assert bill.number in text
        assert bill.person.name not in behind + text
        assert AccessLog.objects.filter(action="export-rows", subject_kind="area").count() == 1

    @pytest.mark.parametrize("code", ["xlsx", "csv"])
    def test_the_figures_and_the_aid_list_are_files_too(self, browsers: tuple[Client, Client], code: str) -> None:
        for address in (f"day/2026-03-10/file/{code}/", f"aid/2026-03-01/{code}/", f"month/2026-03-01/file/{code}/"):
            assert browsers[0].get(f"{CLOSING}{address}?area=119901").status_code == 200

    def test_a_file_says_when_it_was_taken_by_the_clock_on_the_wall(self, browsers: tuple[Client, Client]) -> None:
        answer = browsers[0].get(f"{CLOSING}day/2026-03-10/file/xlsx/?area=119901")

        notes = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_name("说明").to_python()
        assert ["导出时间", "2026-03-10 10:00"] in notes

    def test_a_list_is_taken_so_many_times_a_day(self, browsers: tuple[Client, Client], settings: Settings) -> None:
        settings.DAILY_LIMITS = settings.DAILY_LIMITS | {"export-rows": 1}
        rows = "day/2026-03-10/rows/csv/?area=119901&scheme=390&channel=alipay&kind=payment"
        assert browsers[0].get(f"{CLOSING}{rows}").status_code == 200

        for address in (rows, "aid/2026-03-01/csv/?area=119901", "day/2026-03-10/file/csv/?area=119901"):
            refused = browsers[0].get(f"{CLOSING}{address}")

            assert refused.status_code == 422
            assert "今天导出明细清单已达到每日上限（1次）" in refused.content.decode()

    def test_the_page_says_how_the_bill_files_stand(self, browsers: tuple[Client, Client]) -> None:
        page = f"{CLOSING}day/2026-03-10/?area=119901"
        assert "账单还没有取到" in browsers[0].get(page).content.decode()

        reconciliation._store("alipay", day=date(2026, 3, 10), lines=[])

        assert "1份还没有关账" in browsers[0].get(page).content.decode()
        assert "账单还没有取到" in browsers[0].get(f"{CLOSING}day/2026-03-09/?area=119901").content.decode()

    def test_two_people_close_a_day(self, area: PoolingArea) -> None:
        page = f"{CLOSING}day/2026-03-10/?area=119901"
        action = f"{CLOSING}day/2026-03-10/propose/?area=119901"
        with time_machine.travel("2026-03-10T16:30:00Z", tick=False):
            first, second = (factories.client_of(factories.staff(area=area, role="finance")) for _ in range(2))
            sent(first, page, action, reason="当日对账无差异。")
            matter = second.get(f"{MATTERS}{Proposal.objects.get().number}/").content.decode()
            assert f'href="{page}"' in matter.replace("&amp;", "&")
            assert decided(second).status_code == 302
            content = first.get(page).content.decode()

        assert Closing.objects.get().kind == "day"
        assert "已结账" in content

    @pytest.mark.parametrize(
        "address",
        ["", "day/2026-03-10/", "month/2026-03-01/", "day/2026-03-10/rows/", "aid/2026-03-01/", "aid/2026-03-01/csv/"],
    )
    def test_another_area_and_other_posts_see_none(self, address: str, stranger: Client, area: PoolingArea) -> None:
        supervisor = factories.client_of(factories.staff(area=area, role="supervisor"))

        assert stranger.get(f"{CLOSING}{address}?area=119901").status_code == 404
        assert supervisor.get(f"{CLOSING}{address}?area=119901").status_code in (403, 404)

    def test_a_day_that_is_none_is_not_found(self, browsers: tuple[Client, Client]) -> None:
        for address in ("day/2026-13-01/", "month/2026-03-02/", "week/2026-03-01/", "day/2999-01-01/"):
            assert browsers[0].get(f"{CLOSING}{address}").status_code == 404
