"""参保凭证 and its verification, 待遇查询, and 重复参保 as it is told after the log-in."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from payments.services.records import NewContribution, record_contributions
from suspension.services.certificate import certificate_code
from suspension.services.duplicates import duplicates_of
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("spring")]


@pytest.fixture
def spring() -> object:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
        yield


@pytest.fixture
def browser(resident: factories.InsuredPerson) -> Client:
    return factories.client_of(factories.account_of(resident))


class TestTheCertificate:
    def test_is_printed_and_verified_by_anybody(self, browser: Client, resident: factories.InsuredPerson) -> None:
        assert "正常参保" in browser.get(reverse("certificate")).content.decode()
        assert browser.get(reverse("certificate_pdf")).content.startswith(b"%PDF")

        page = (
            Client()
            .get(reverse("certificate_verify", args=[certificate_code(resident, on=date(2026, 3, 10))]))
            .content.decode()
        )

        assert "2026年3月10日 出具" in page
        assert "可以享受" in page
        assert resident.id_number not in page

    @pytest.mark.parametrize("change", ["day", "proof", "shape"])
    def test_nothing_else_is_verified(self, resident: factories.InsuredPerson, change: str) -> None:
        code = certificate_code(resident, on=date(2026, 3, 10))
        wrong = {"day": code.replace("20260310", "20260311"), "proof": code[:-1] + "!", "shape": "x"}[change]

        assert Client().get(reverse("certificate_verify", args=[wrong])).status_code == 404

    def test_an_account_without_a_person_gets_none(self) -> None:
        somebody = factories.client_of(factories.user())

        assert somebody.get(reverse("certificate")).status_code == 200
        assert somebody.get(reverse("certificate_pdf")).status_code == 404


class TestBenefits:
    @pytest.mark.parametrize(
        ("day", "covered", "text"),
        [
            ("2026-03-10", True, "保障从2026年1月1日到2026年12月31日"),
            ("2025-12-31", False, "保障从2026年1月1日开始"),
            ("2027-01-01", False, "保障已在2026年12月31日结束"),
        ],
    )
    def test_answer_for_any_day_on_the_page_and_in_the_api(
        self, browser: Client, day: str, covered: bool, text: str
    ) -> None:
        page = browser.get(reverse("benefit_query"), {"on": day}).content.decode()
        answer = browser.get(reverse("api_benefits"), {"on": day}).json()

        assert f"享受待遇：<strong>{'是' if covered else '否'}" in page
        assert text in page
        assert (answer["day"], answer["is_covered"]) == (day, covered)
        assert text in answer["reason"]

    def test_a_garbled_day_is_named(self, browser: Client) -> None:
        assert "请选择日期" in browser.get(reverse("benefit_query"), {"on": "x"}).content.decode()
        assert browser.get(reverse("api_benefits"), {"on": "x"}).status_code == 400

    def test_whoever_is_nobody_in_the_register_finds_nothing(self) -> None:
        assert factories.client_of(factories.user()).get(reverse("api_benefits")).status_code == 404


class TestDuplicates:
    def paid(self, person: factories.InsuredPerson, *, scheme: str, first: date, last: date) -> None:
        row = person.enrollments.get(scheme=scheme)
        record_contributions(
            [
                NewContribution(
                    person_id=person.pk,
                    enrollment_id=row.pk,
                    employer_id=row.employer_id,
                    area_id=row.area_id,
                    scheme=scheme,
                    way="02",
                    period_starts_on=first,
                    period_ends_on=last,
                    personal_fen=40_000,
                    paid_on=first,
                )
            ]
        )

    def test_a_prepaid_year_beside_a_new_job_is_told_after_the_log_in(self, area: factories.PoolingArea) -> None:
        yuan = factories.employee(of=factories.employer(area=area), name="程予安")
        factories.enrollment(of=yuan, scheme="390", status="2", paused_on=date(2025, 11, 3))
        self.paid(yuan, scheme="310", first=date(2026, 3, 1), last=date(2026, 3, 1))
        self.paid(yuan, scheme="390", first=date(2026, 1, 1), last=date(2026, 12, 1))

        (found,) = duplicates_of(yuan, today=date(2026, 3, 10))
        page = factories.client_of(factories.account_of(yuan)).get(reverse("me")).content.decode()

        assert (found.keep.scheme, found.end.scheme) == ("310", "390")
        assert "检测到重复参保" in page
        assert "在职期间保留职工医保" in page

    def test_one_record_is_no_duplicate(self, resident: factories.InsuredPerson) -> None:
        self.paid(resident, scheme="390", first=date(2026, 1, 1), last=date(2026, 12, 1))

        assert duplicates_of(resident, today=date(2026, 3, 10)) == ()
        page = factories.client_of(factories.account_of(resident)).get(reverse("me")).content.decode()
        assert "检测到重复参保" not in page
