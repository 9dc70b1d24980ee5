"""The pages of coming back: planner, form, check, one's application, and everybody who may not see them."""

import re
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from insured.models import Enrollment
from portal.accounts.models import User
from suspension.models import Application
from tests import factories
from tests.payments import records
from tests.suspension import cases, returning

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]


@pytest.fixture
def autumn(area: factories.PoolingArea) -> object:
    returning.standards(area)
    with time_machine.travel("2026-11-05T02:00:00Z", tick=False):
        yield


@pytest.fixture
def nianci(area: factories.PoolingArea) -> factories.InsuredPerson:
    return returning.paused_resident(area=area, name="季念慈")


@pytest.fixture
def browser(nianci: factories.InsuredPerson) -> Client:
    return factories.client_of(factories.account_of(nianci))


def filled(**changes: object) -> dict[str, object]:
    plain = {"way": "2027-1", "contact_phone": "13800138000", "contact_email": "", "note": "", "uses_credential": "on"}
    return plain | changes


def text_of(response: object) -> str:
    return response.content.decode()


class TestThePlanner:
    def test_shows_both_ways_of_the_published_example_side_by_side(self, browser: Client) -> None:
        page = text_of(browser.get(reverse("resume"), {"pay_on": "2026-11-05", "coverage_year": 2027}))

        for expected in (
            "2027年5月1日",
            "2027年4月1日",
            "400.00",
            "800.00",
            "断保第1年不另加",
            "依据：国办发〔2024〕38号",
        ):
            assert expected in page

    def test_moves_amount_and_day_with_the_repair(self, browser: Client) -> None:
        page = text_of(browser.get(reverse("resume"), {"coverage_year": 2027, "repair_years": 1}))

        headline = re.search(r'id="result">(.*?)</p>', page, re.DOTALL)
        assert headline is not None
        assert "2027年4月1日" in headline[1]
        assert "800.00" in headline[1]

    @pytest.mark.parametrize(
        ("query", "way"),
        [
            ({}, ""),
            ({"repair_years": 1}, "?way=2027-1"),
            ({"repair_years": 5, "pay_on": "2026-12-01"}, "?way=2027-1"),
            ({"coverage_year": 2026}, ""),
        ],
    )
    def test_takes_the_way_that_was_reckoned_with_to_the_form(
        self, browser: Client, query: dict[str, object], way: str
    ) -> None:
        page = text_of(browser.get(reverse("resume"), query))

        assert f'href="/resume/form/{way}">已阅读，开始办理' in page

    def test_a_year_that_is_paid_is_offered_first_and_without_a_price(self, area: factories.PoolingArea) -> None:
        wenlan = returning.paused_resident(area=area, last=date(2026, 9, 30))
        records.year_of(wenlan, year=2026, paid_on=date(2025, 10, 20))
        client = factories.client_of(factories.account_of(wenlan))

        page = text_of(client.get(reverse("resume")))
        form = text_of(client.get(reverse("resume_form")))

        assert "2026年度已经缴过，不用再缴：2026年11月5日审核通过，<strong>2026年11月5日</strong>起能报销" in page
        assert "不用再缴，没有新的等待期" in page
        assert "2026年度，已经缴过，不用再缴：今天审核通过的话，2026年11月5日起能报销" in form
        assert "2027年度，不补缴：缴400.00元，今天缴费的话，2027年1月1日起能报销" in form

    def test_says_that_this_year_cannot_be_reached_any_more(self, browser: Client) -> None:
        page = text_of(browser.get(reverse("resume"), {"coverage_year": 2026}))

        assert "2026年度不能享受待遇" in page

    @pytest.mark.parametrize(
        "query", [{"pay_on": "x"}, {"pay_on": "1999-01-01"}, {"coverage_year": "2090"}, {"repair_years": "99"}]
    )
    def test_names_what_was_typed_wrongly_and_shows_the_page(self, browser: Client, query: dict[str, str]) -> None:
        response = browser.get(reverse("resume"), query)

        assert response.status_code == 200
        assert "error-summary" in text_of(response) or 'class="m"' in text_of(response)

    def test_after_a_long_interruption_the_wait_is_said_and_the_account_stays_usable(
        self, area: factories.PoolingArea
    ) -> None:
        person = returning.paused_flexible(area=area, last_paid=date(2026, 3, 1))

        page = text_of(factories.client_of(factories.account_of(person)).get(reverse("resume")))

        assert "等待期 6 个月" in page
        headline = re.search(r'id="result">(.*?)</p>', page, re.DOTALL)
        assert headline is not None
        assert "2027年5月1日" in headline[1]
        assert "医保个人账户余额仍可使用" in page

    def test_the_other_area_answers_differently(self) -> None:
        area = factories.area(code="119902", name="邻州市", gap_count="A", window_start_month=10, window_start_day=15)
        returning.standards(area, years=(2026,))
        same = returning.paused_resident(area=area)

        page = text_of(factories.client_of(factories.account_of(same)).get(reverse("resume"), {"coverage_year": 2027}))

        assert "2027年6月1日" in page
        assert "金额待公布" in page

    def test_an_employee_reads_whose_task_it_is(self, area: factories.PoolingArea) -> None:
        employee = factories.employee(of=factories.employer(area=area))

        page = text_of(factories.client_of(factories.account_of(employee)).get(reverse("resume")))

        assert "由单位“示例市青禾软件有限公司”办理" in page

    def test_an_employee_cannot_join_as_a_resident(self, area: factories.PoolingArea) -> None:
        employee = factories.employee(of=factories.employer(area=area))

        page = text_of(factories.client_of(factories.account_of(employee)).get(reverse("resident_enrolment")))

        assert "检测到您已经参加了职工医疗保险，不能办理此业务" in page
        assert "先让单位办理停保" in page

    def test_somebody_who_was_never_insured_is_led_to_joining(self, area: factories.PoolingArea) -> None:
        newcomer = factories.person(area=area, user=factories.user())

        page = text_of(factories.client_of(factories.account_of(newcomer)).get(reverse("resume")))

        assert reverse("resident_enrolment") in page


class TestTheForm:
    def test_goes_from_form_to_number(self, browser: Client, nianci: factories.InsuredPerson) -> None:
        form = browser.get(reverse("resume_form"), {"way": "2027-1"})
        assert "个人医保续保申请表" in text_of(form)

        sent = browser.post(reverse("resume_form"), filled())
        assert (sent.status_code, sent["Location"]) == (302, reverse("resume_check"))
        check = text_of(browser.get(reverse("resume_check")))
        token = re.search(r'name="token" value="([^"]+)"', check)
        revision = re.search(r'name="revision" value="(\d+)"', check)
        assert token is not None
        assert revision is not None
        assert "800.00" in check
        done = browser.post(reverse("resume_check"), {"token": token[1], "revision": revision[1]})

        found = Application.objects.get(person=nianci)
        assert done["Location"] == reverse("application_submitted", args=[found.number])
        assert (found.state, found.coverage_year, found.repair_years) == ("submitted", 2027, 1)
        again = browser.post(reverse("resume_check"), {"token": token[1], "revision": revision[1]})
        assert again["Location"] == done["Location"]

    def test_names_the_missing_material_and_keeps_what_was_typed(self, browser: Client) -> None:
        response = browser.post(reverse("resume_form"), filled(uses_credential="", note="在外地读书"))

        assert response.status_code == 422
        assert "还缺身份证复印件" in text_of(response)
        assert Application.objects.get().note == "在外地读书"

    def test_a_way_that_is_not_offered_is_refused(self, browser: Client) -> None:
        assert browser.post(reverse("resume_form"), filled(way="2026-0")).status_code == 422
        assert browser.post(reverse("resume_form"), filled(way="2027-9")).status_code == 422

    def test_whoever_joins_begins_an_enrollment_with_the_draft(self, area: factories.PoolingArea) -> None:
        newcomer = factories.person(area=area, user=factories.user(), born_on=date(1990, 1, 1))
        browser = factories.client_of(factories.account_of(newcomer))
        assert browser.get(reverse("resident_enrolment_form")).status_code == 200
        assert not newcomer.enrollments.exists()

        sent = browser.post(reverse("resident_enrolment_form"), filled(way="2027-0"))

        assert sent["Location"] == reverse("resident_enrolment_check")
        assert newcomer.enrollments.get().status == Enrollment.NONE
        assert browser.get(reverse("stop")).status_code == 200


class TestOnesApplication:
    def test_says_what_to_pay_and_that_nothing_holds_before(
        self, browser: Client, nianci: factories.InsuredPerson, caseworker: User
    ) -> None:
        waiting = returning.approved(nianci, by=caseworker, coverage_year=2027)

        page = text_of(browser.get(reverse("application", args=[waiting.number])))

        assert "等待缴费：还没有生效" in page
        assert "2026年12月31日" in page
        assert "400.00" in page

    @pytest.mark.parametrize(
        ("pays_gap", "says"),
        [
            (True, "2025年2月1日 起中断期间看病住院的费用也可以补报销"),
            (False, "在这之前看病住院的费用要自己付"),
        ],
    )
    def test_says_whether_the_interrupted_months_are_reimbursed(
        self, area: factories.PoolingArea, caseworker: User, pays_gap: bool, says: str
    ) -> None:
        with time_machine.travel("2025-04-12T02:00:00Z", tick=False):
            person = returning.paused_flexible(area=area, last_paid=date(2025, 1, 1))
            waiting = returning.approved(person, by=caseworker, pays_gap=pays_gap)
            done = returning.paid(waiting, on=date(2025, 4, 12))
            browser = factories.client_of(factories.account_of(person))

            page = text_of(browser.get(reverse("application", args=[done.number])))

        assert says in page
        assert ("补报销" in page) == pays_gap

    def test_a_correction_changes_only_what_was_named(
        self, browser: Client, nianci: factories.InsuredPerson, caseworker: User
    ) -> None:
        taken = cases.taken(returning.filed(nianci, coverage_year=2027), by=caseworker)
        found = cases.decided(taken, by=caseworker, action="return", fields=("coverage_year",), text="请确认补缴年数。")
        page = text_of(browser.get(reverse("application_correct", args=[found.number])))
        token = re.search(r'name="token" value="([^"]+)"', page)
        assert token is not None
        assert 'name="contact_phone"' not in page

        browser.post(
            reverse("application_correct", args=[found.number]),
            {"way": "2027-1", "contact_phone": "13900139000", "token": token[1], "version": found.version},
        )

        found.refresh_from_db()
        assert (found.state, found.repair_years, found.contact_phone) == ("submitted", 1, "13800138000")

    def test_after_a_refusal_the_form_comes_back_filled(
        self, browser: Client, nianci: factories.InsuredPerson, caseworker: User
    ) -> None:
        taken = cases.taken(returning.filed(nianci, coverage_year=2027, repair_years=1), by=caseworker)
        found = cases.decided(taken, by=caseworker, action="reject", code="material-invalid", text="身份证过期。")

        again = browser.post(reverse("application_again", args=[found.number]))

        assert again["Location"] == reverse("resume_form")
        assert re.search(r'value="2027-1"[^>]*checked', text_of(browser.get(reverse("resume_form"))))

    def test_the_form_is_printed_under_its_own_name(self, browser: Client, nianci: factories.InsuredPerson) -> None:
        found = returning.filed(nianci, coverage_year=2027)

        response = browser.get(reverse("stop_form_pdf", args=[found.number]))

        assert response["Content-Type"] == "application/pdf"
        assert f"resume-form-{found.number}" in response["Content-Disposition"]
        assert browser.get(reverse("resume_blank_form")).content.startswith(b"%PDF")

    def test_the_desk_sees_green_checks_and_what_it_costs(
        self, nianci: factories.InsuredPerson, caseworker: User
    ) -> None:
        found = returning.filed(nianci, coverage_year=2027)

        page = text_of(
            factories.client_of(caseworker).get(reverse("admin:suspension_application_review", args=[found.number]))
        )

        assert "没有另一份正常参保的基本医保" in page
        assert "2027年5月1日" in page
        assert "400.00" in page

    def test_a_stranger_finds_nothing(self, nianci: factories.InsuredPerson, stranger: User) -> None:
        found = returning.filed(nianci, coverage_year=2027)

        assert factories.client_of(stranger).get(reverse("application", args=[found.number])).status_code == 404
