"""Before the form: the self-check, and the notice for the months that were chosen on it."""

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from django.test import Client

from insured.models import Enrollment, InsuredPerson
from portal.accounts.models import User
from suspension.labels import NEEDS
from suspension.models import Application
from tests import factories
from tests.suspension.cases import decided, filed, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
ClientOf = Callable[[User], Client]
NEIGHBOUR_RULES = {
    "resident_stop_effect": "next_month",
    "employee_stop_effect": "fifteenth",
    "employee_start_effect": "after_30_days",
    "window_start_month": 10,
    "window_start_day": 15,
    "gap_count": "A",
    "interruption_waiting_months": 3,
    "stop_filing_day_to": 25,
    "instalments_are_open": True,
}


@pytest.fixture
def neighbour() -> factories.PoolingArea:
    """The second demo area."""
    return factories.area(code="119902", name="邻州市", **NEIGHBOUR_RULES)


def page_of(person: InsuredPerson, address: str = "/stop/") -> str:
    return factories.client_of(factories.account_of(person)).get(address).content.decode()


class TestNeed:
    @pytest.mark.parametrize("why", NEEDS)
    def test_answers_every_choice_and_writes_nothing(self, resident: InsuredPerson, why: str) -> None:
        page = page_of(resident, f"/stop/need/?why={why}")

        assert 'id="answer"' in page
        assert 'href="/stop/"' in page
        assert not Application.objects.exists()

    def test_says_that_putting_off_is_not_open_and_why(self, resident: InsuredPerson) -> None:
        page = page_of(resident, "/stop/need/?why=no-money")

        assert "缓缴：示例市目前没有开放" in page
        assert "分期缴费：示例市没有这项规定" in page
        assert "依据：医保发〔2022〕21号" in page

    def test_another_area_answers_otherwise(self, neighbour: factories.PoolingArea) -> None:
        page = page_of(factories.resident(area=neighbour), "/stop/need/?why=no-money")

        assert "分期缴费：邻州市可以办理" in page

    @pytest.mark.parametrize("query", ["", "?why=", "?why=nothing", "?why=%00"])
    def test_asks_again_without_an_answer(self, resident: InsuredPerson, query: str) -> None:
        page = page_of(resident, f"/stop/need/{query}")

        assert "您为什么想停缴？" in page
        assert 'id="answer"' not in page

    def test_has_a_page_for_an_account_without_coverage(self, client_of: ClientOf, agent: User) -> None:
        assert "没有基本医保的参保记录" in client_of(agent).get("/stop/need/").content.decode()


class TestNotice:
    def test_asks_to_plan_for_the_time_without_cover(self, resident: InsuredPerson) -> None:
        assert "请提前做好健康管理计划" in page_of(resident)

    def test_leads_with_the_day_and_answers_the_two_questions(self, resident: InsuredPerson) -> None:
        page = page_of(resident)

        assert "从 <strong>2026年3月10日</strong> 起看病费用全部自费" in page
        assert "停缴后会影响续保吗" in page
        assert "需要补缴费用吗" in page
        assert "/stop/need/" in page

    def test_reckons_the_return_that_was_chosen(self, resident: InsuredPerson) -> None:
        page = page_of(resident, "/stop/?stop_month=2026-06&resume_month=2029-06")

        assert "从 <strong>2026年7月1日</strong> 起看病费用全部自费" in page
        assert "以后再恢复缴费：2029年6月" in page
        assert "2029年5月1日" in page
        assert 'href="/stop/form/?stop_month=2026-06&amp;resume_month=2029-06"' in page

    def test_says_why_a_return_before_the_stop_cannot_be(self, resident: InsuredPerson) -> None:
        page = page_of(resident, "/stop/?stop_month=2026-12&resume_month=2026-12")

        assert "预计恢复月2026年12月太早了" in page
        assert "以后再恢复缴费：2027年1月" in page

    @pytest.mark.parametrize("query", ["stop_month=x", "resume_month=%00", "stop_month=2020-01&resume_month=9999-12"])
    def test_falls_back_on_what_it_does_not_understand(self, resident: InsuredPerson, query: str) -> None:
        page = page_of(resident, f"/stop/?{query}")

        assert "请从列表中选择" in page
        assert "从 <strong>2026年3月10日</strong> 起看病费用全部自费" in page

    def test_names_the_year_paid_ahead_and_leads_to_stop_and_refund(self, resident: InsuredPerson) -> None:
        resident.enrollments.update(last_paid_month=date(2027, 12, 1))

        page = page_of(resident)

        assert "您预缴的2027年度还没有开始" in page
        assert "在2027年1月1日以前可以申请退费" in page
        assert 'href="/refund/">停保和退费一起办' in page

    def test_offers_the_later_month_that_closes_the_hole(self, resident: InsuredPerson) -> None:
        page = page_of(resident)

        assert 'href="?stop_month=2026-03#headline"' in page
        assert "中间没有空档" in page_of(resident, "/stop/?stop_month=2026-03")

    def test_tells_who_pays_by_the_month_what_is_unpaid(self, area: factories.PoolingArea) -> None:
        person = factories.flexible(area=area)
        assert "没有欠费，已经缴到 2026年3月" in page_of(person)
        Enrollment.objects.update(last_paid_month=date(2025, 12, 1))

        assert "未缴月份：2026年1月、2026年2月" in page_of(person)

    def test_tells_who_pays_by_the_month_what_a_return_costs(self, area: factories.PoolingArea) -> None:
        person = factories.flexible(area=area)

        soon = page_of(person, "/stop/?stop_month=2026-03&resume_month=2026-06")
        late = page_of(person, "/stop/?stop_month=2026-03&resume_month=2026-08")

        assert "中断的月份全部补缴" in soon
        assert "共 3 个月的费用" in soon
        assert "2027年2月1日" in late

    @pytest.mark.parametrize(
        ("today", "month", "last"),
        [("2026-03-25", "2026年3月", "2026年3月31日"), ("2026-03-26", "2026年4月", "2026年4月30日")],
    )
    def test_tells_an_employee_when_the_units_filing_counts(
        self, area: factories.PoolingArea, today: str, month: str, last: str
    ) -> None:
        """T8."""
        person = factories.employee(of=factories.employer(area=area))

        with time_machine.travel(f"{today}T02:00:00Z", tick=False):
            page = page_of(person)

        assert f"停保年月是{month}" in page
        assert f"保到{last}" in page
        assert "已阅读，开始办理" not in page

    def test_another_area_has_its_own_days(self, resident: InsuredPerson, neighbour: factories.PoolingArea) -> None:
        there = factories.resident(area=neighbour)
        address = "/stop/?resume_month=2029-06"

        here_page, there_page = page_of(resident, address), page_of(there, address)

        assert "从 <strong>2026年3月10日</strong> 起" in here_page
        assert "从 <strong>2026年4月1日</strong> 起" in there_page
        assert "2029年5月1日" in here_page
        assert "2029年6月1日" in there_page
        assert "每年10月15日" in there_page

    def test_another_area_closes_for_people_who_pay_by_the_month(
        self, area: factories.PoolingArea, neighbour: factories.PoolingArea
    ) -> None:
        address = "/stop/?stop_month=2026-03&resume_month=2027-03"
        here_page = page_of(factories.flexible(area=area), address)
        there_page = page_of(factories.flexible(area=neighbour), address)

        assert "从 <strong>2026年4月1日</strong> 起" in here_page
        assert "从 <strong>2026年4月15日</strong> 起" in there_page
        assert "2027年9月1日" in here_page
        assert "2027年6月1日" in there_page


class TestRefusals:
    def test_a_closed_window_names_the_next_day_and_lets_one_draft(self, neighbour: factories.PoolingArea) -> None:
        person = factories.resident(area=neighbour)

        with time_machine.travel("2026-03-26T02:00:00Z", tick=False):
            page = page_of(person)

        assert "本地每月1日至25日受理停保，今天不受理。请从2026年4月1日起提交" in page
        assert "先填好并暂存" in page

    def test_what_is_stopped_already_leads_to_the_resumption(self, resident: InsuredPerson, caseworker: User) -> None:
        decided(taken(filed(resident), by=caseworker), by=caseworker)

        page = page_of(resident)

        assert "您的医保已经从2026年3月10日起停缴" in page
        assert "恢复参保" in page
        assert "已阅读，开始办理" not in page
        assert "以后再恢复缴费" not in page

    def test_an_application_in_another_area_is_named(
        self, resident: InsuredPerson, neighbour: factories.PoolingArea
    ) -> None:
        elsewhere = _open_elsewhere(resident, area=neighbour)

        page = page_of(resident)

        assert f"您在邻州市还有一件正在办理的申请（受理编号 {elsewhere.number}）" in page
        assert f'href="/applications/{elsewhere.number}/"' in page

    def test_the_holders_death_leads_the_family_to_the_counter(self, resident: InsuredPerson) -> None:
        InsuredPerson.objects.update(is_deceased=True)

        assert "请家属到医保窗口办理终止参保" in page_of(resident)


def _open_elsewhere(person: InsuredPerson, *, area: factories.PoolingArea) -> Application:
    """An open application about an older record of the person in another area."""
    mine = filed(person)
    there = factories.enrollment(of=person, status="2", employer=factories.employer(area=area))
    Enrollment.objects.filter(pk=there.pk).update(area=area)
    Application.objects.filter(pk=mine.pk).update(enrollment=there, area=area)
    return mine
