"""缴费凭证: who may download which, and what anybody learns from the QR code."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from insured.models import InsuredPerson, PoolingArea
from payments.services import vouchers
from payments.services.vouchers import Years
from portal.accounts.models import User
from tests import factories
from tests.insured import families
from tests.payments.records import year_of

pytestmark = pytest.mark.django_db
ARCHIVE = "/me/vouchers/"
PROOF = "/me/vouchers/proof.pdf"
SESSION_AND_USER = 2


@pytest.fixture(autouse=True)
def march_10() -> object:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def client(resident: InsuredPerson) -> Client:
    return factories.client_of(factories.account_of(resident))


def of(number: str) -> str:
    return reverse("voucher", args=[number])


def text(client: Client, address: str, *, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


class TestArchive:
    def test_offers_the_voucher_of_every_payment_that_came(self, resident: InsuredPerson, client: Client) -> None:
        came = [year_of(resident, year=year) for year in (2024, 2025)]
        on_the_way = year_of(resident, year=2026, is_received=False)
        back = year_of(resident, year=2025, kind="991", personal_fen=-40_000)

        page = text(client, ARCHIVE)

        assert all(of(record.number) in page for record in came)
        assert of(on_the_way.number) not in page
        assert of(back.number) not in page
        assert "非财政/税务票据" in page

    def test_is_reached_from_the_record_and_from_the_directory(self, resident: InsuredPerson, client: Client) -> None:
        record = year_of(resident, year=2025)

        page = text(client, "/me/contributions/")

        assert of(record.number) in page
        assert ARCHIVE in page
        assert client.get("/services/voucher/")["Location"] == ARCHIVE

    def test_says_that_there_is_nothing_yet(self, client: Client) -> None:
        assert "还没有已到账的缴费" in text(client, ARCHIVE)
        assert "没有关联参保人" in text(factories.client_of(factories.user()), ARCHIVE)

    def test_sends_four_statements_of_its_own_however_long_it_is(
        self, resident: InsuredPerson, client: Client, assert_statements: Any
    ) -> None:
        for year in range(1999, 2026):
            year_of(resident, year=year)
        client.get(ARCHIVE)

        with assert_statements(SESSION_AND_USER + 4):
            client.get(ARCHIVE)


class TestDownload:
    def test_gives_ones_own_payment_as_pdf(self, resident: InsuredPerson, client: Client) -> None:
        record = year_of(resident, year=2025)

        answer = client.get(of(record.number))

        assert answer.content.startswith(b"%PDF")
        assert f"{record.number}.pdf" in answer["Content-Disposition"]
        assert "no-store" in answer["Cache-Control"]

    def test_gives_nobody_elses(
        self, resident: InsuredPerson, agent: User, caseworker: User, reviewer: User, stranger: User
    ) -> None:
        record = year_of(resident, year=2025)

        for user in (agent, caseworker, reviewer, stranger):
            assert factories.client_of(user).get(of(record.number)).status_code == 404
        assert Client().get(of(record.number)).status_code == 302

    def test_gives_that_of_a_relative_once_they_let_one_act(self, resident: InsuredPerson, area: PoolingArea) -> None:
        record, daughter = year_of(resident, year=2025), factories.resident(area=area, name="程予安")
        visitor = factories.client_of(factories.account_of(daughter))
        before = visitor.get(of(record.number)).status_code

        families.consented(actor=daughter, relative=resident)

        assert (before, visitor.get(of(record.number)).status_code) == (404, 200)

    def test_says_why_when_the_name_cannot_be_printed(self, area: PoolingArea) -> None:
        person = factories.resident(area=area, name="苏\U0010fffd")
        record = year_of(person, year=2025)

        page = text(factories.client_of(factories.account_of(person)), of(record.number), status=422)

        assert "U+10FFFD" in page
        assert "医保窗口" in page

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("first=2025&last=2026", 200),
            ("first=2025&last=2025", 200),
            ("first=2026&last=2025", 422),
            ("first=2020&last=2021", 422),
            ("first=x&last=2025", 422),
            ("first=0&last=99999", 422),
            ("first=%00&last=2025", 422),
            ("", 422),
        ],
    )
    def test_gives_a_proof_of_the_years(self, resident: InsuredPerson, client: Client, query: str, status: int) -> None:
        year_of(resident, year=2025)

        answer = client.get(f"{PROOF}?{query}")

        assert answer.status_code == status
        assert answer.content.startswith(b"%PDF") == (status == 200)

    def test_gives_no_proof_to_an_account_without_a_person(self) -> None:
        assert factories.client_of(factories.user()).get(f"{PROOF}?first=2025&last=2025").status_code == 404


class TestVerification:
    def test_tells_anybody_what_proves_the_payment_and_nothing_more(self, resident: InsuredPerson) -> None:
        record = year_of(resident, year=2025)

        page = text(Client(), reverse("voucher_verify", args=[vouchers.voucher_code(record)]))

        assert "由本网厅出具" in page
        assert record.number in page
        assert "400.00" in page
        for secret in (resident.name, resident.id_number, resident.number, resident.phone or "-"):
            assert secret not in page

    def test_says_that_the_money_went_back(self, resident: InsuredPerson) -> None:
        record = year_of(resident, year=2026)
        address = reverse("voucher_verify", args=[vouchers.voucher_code(record)])
        before = text(Client(), address)
        year_of(resident, year=2026, kind="991", personal_fen=-40_000, paid_on=date(2026, 3, 9))

        after = text(Client(), address)

        assert "已退费" not in before
        assert "这笔钱已退费" in after
        assert "2026年3月9日" in after

    def test_verifies_a_proof_and_says_what_went_back(self, resident: InsuredPerson) -> None:
        record = year_of(resident, year=2026)
        made = vouchers.proof(resident, records=[record], years=Years(first=2026, last=2026), on=date(2026, 3, 10))
        address = reverse("contribution_proof_verify", args=[made.code])
        before = text(Client(), address)
        year_of(resident, year=2026, kind="991", personal_fen=-40_000, paid_on=date(2026, 3, 12))

        after = text(Client(), address)

        assert "2026年3月10日 出具" in before
        assert "400.00" in before
        assert resident.id_number not in before
        assert resident.name not in before
        assert "其中有1笔已退费" in after

    @pytest.mark.parametrize("name", ["voucher_verify", "contribution_proof_verify"])
    def test_answers_every_wrong_code_alike_and_no_address_without_end(self, name: str) -> None:
        address = reverse(name, args=["PZ-x"])

        assert "没有查到" in text(Client(), address, status=404)
        assert [Client().get(address).status_code for _ in range(31)][-1] == 429
