"""窗口代录 of a return and of a transfer: from the card to the receipt, decided by somebody else."""

from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from insured.models import InsuredPerson, PoolingArea
from payments.models import Bill
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from suspension import items
from suspension.models import Application
from suspension.policy.transitions import State
from suspension.services import walk_in
from tests import factories
from tests.payments.test_services_dues import rates
from tests.suspension import cases, transferring
from tests.suspension.pages import hidden

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
BASE = "/admin/suspension/application/walk-in/"


def at_counter(client: Client, person: InsuredPerson, item: str) -> str:
    """The person is found for that item; where it leads."""
    typed = {"resident_id": person.id_number, "reason": "本人到窗口", "item": item}
    answer = client.post(BASE, typed)
    assert answer.status_code == 302
    return answer.headers["Location"]


def entered(client: Client, address: str, **typed: Any) -> HttpResponse:
    """The form of that page, sent with its hidden fields."""
    page = client.get(address).content.decode()
    shown = {"token": hidden(page, "token"), "person": hidden(page, "person")}
    plain = {"contact_phone": "13800138000", "contact_email": "", "note": "", "is_checked": "on"}
    answer: HttpResponse = client.post(address, shown | plain | typed)  # type: ignore[assignment]
    return answer


@pytest.fixture
def paused(area: PoolingArea) -> InsuredPerson:
    """Flexible, stopped at the end of 2026-01, without an account."""
    rates(area)
    person = factories.person(area=area)
    old = factories.enrollment(
        of=person, scheme="310", status="2", paused_on=date(2026, 2, 1), last_paid_month=date(2026, 1, 1)
    )
    factories.period(of=old, starts_on=date(2024, 1, 1), ends_on=date(2026, 1, 31))
    return person


class TestReturn:
    def test_is_entered_decided_by_a_colleague_and_opens_the_bill(
        self, paused: InsuredPerson, area: PoolingArea, caseworker: User
    ) -> None:
        client = factories.client_of(caseworker)
        address = at_counter(client, paused, "resume")

        unchecked = entered(client, address, way="gap-1", is_checked="")
        done = entered(client, address, way="gap-1")

        found = Application.objects.get()
        assert (unchecked.status_code, done.status_code) == (422, 302)
        assert (found.item, found.state, found.channel, found.applicant) == (
            "resume",
            State.SUBMITTED,
            "window",
            caseworker,
        )
        receipt = client.get(done.headers["Location"]).content.decode()
        assert "续保申请受理回执" in receipt
        assert "中断的月份一起补缴" in receipt
        other = factories.staff(area=area, name="许知行")
        assert cases.decided(cases.taken(found, by=other), by=other).state == State.APPROVED
        assert Bill.objects.get().basis == found.number

    def test_says_why_it_cannot_be(self, resident: InsuredPerson, caseworker: User) -> None:
        client = factories.client_of(caseworker)

        page = client.get(at_counter(client, resident, "resume"))

        assert "现在不能办这一项" in page.content.decode()
        assert reverse("admin:suspension_application_walk_in_transfer") in page.content.decode()
        assert client.post(f"{BASE}resume/", {}).status_code == 422
        assert not Application.objects.exists()

    def test_is_corrected_at_the_counter(self, paused: InsuredPerson, area: PoolingArea, caseworker: User) -> None:
        client = factories.client_of(caseworker)
        entered(client, at_counter(client, paused, "resume"), way="gap-1")
        other = factories.staff(area=area, name="许知行")
        taken = cases.taken(Application.objects.get(), by=other)
        returned = cases.decided(taken, by=other, action="return", fields=("note",), text="请补充。")
        address = reverse("admin:suspension_application_counter", args=[returned.number])

        page = client.get(address).content.decode()
        typed = {"step": "correct", "version": returned.version, "token": hidden(page, "token")}
        sent = client.post(address, typed | {"note": "二月在外地", "is_checked": "on"})

        returned.refresh_from_db()
        assert sent.status_code == 303
        assert (returned.state, returned.note, returned.pays_gap) == (State.SUBMITTED, "二月在外地", True)


class TestTransfer:
    def test_is_entered_and_signed_on_paper(self, area: PoolingArea) -> None:
        there = transferring.neighbour()
        mover = transferring.mover(area=area, to=there)
        InsuredPerson.objects.filter(pk=mover.pk).update(area=there)
        staff = factories.staff(area=there, name="孙经办")
        client = factories.client_of(staff)

        done = entered(client, at_counter(client, mover, "transfer"), way="between-1", place="")

        found = Application.objects.get()
        assert (found.item, found.state, found.channel, found.area) == ("transfer", State.SUBMITTED, "window", there)
        assert "示例市 → 邻州市" in client.get(done.headers["Location"]).content.decode()
        paper = reverse("admin:suspension_application_walk_in_paper", args=[found.number])
        assert client.get(paper).content.startswith(b"%PDF")
        away = factories.client_of(factories.staff(area=area))
        assert away.get(paper).status_code == 404
        assert factories.client_of(factories.account_of(mover)).get(paper).status_code in {302, 403, 404}
        other = factories.staff(area=there, name="许知行")
        assert transferring.accepted(found, by=other).state == State.APPROVED

    def test_is_corrected_at_the_counter(self, area: PoolingArea, caseworker: User) -> None:
        person = factories.flexible(area=area)
        client = factories.client_of(caseworker)
        entered(client, at_counter(client, person, "transfer"), way="in-1", place="江苏省昆山市")
        other = factories.staff(area=area, name="许知行")
        taken = cases.taken(Application.objects.get(), by=other)
        returned = cases.decided(taken, by=other, action="return", fields=("transfer_way",), text="请写到县。")
        address = reverse("admin:suspension_application_counter", args=[returned.number])

        page = client.get(address).content.decode()
        typed = {"step": "correct", "version": returned.version, "token": hidden(page, "token")}
        sent = client.post(address, typed | {"way": "in-1", "place": "江苏省太仓市", "is_checked": "on"})

        returned.refresh_from_db()
        assert sent.status_code == 303
        assert (returned.state, returned.transfer_source) == (State.SUBMITTED, "江苏省太仓市")

    def test_is_withdrawn_at_the_counter(self, area: PoolingArea, caseworker: User) -> None:
        person = factories.flexible(area=area)
        client = factories.client_of(caseworker)
        entered(client, at_counter(client, person, "transfer"), way="in-1", place="江苏省昆山市")
        found = Application.objects.get()

        walk_in.withdraw(number=found.number or "", version=found.version, is_identity_checked=True, by=caseworker)

        found.refresh_from_db()
        assert found.state == State.WITHDRAWN

    def test_says_why_it_cannot_be(self, area: PoolingArea, caseworker: User) -> None:
        client = factories.client_of(caseworker)
        nobody = factories.person(area=area)

        assert "新参保地的医保窗口" in client.get(at_counter(client, nobody, "transfer")).content.decode()

    @pytest.mark.parametrize("who", ["stranger", "agent", "reviewer"])
    def test_is_for_caseworkers_of_the_area(self, who: str, area: PoolingArea, request: pytest.FixtureRequest) -> None:
        person = factories.flexible(area=area)

        with pytest.raises(BusinessRuleError, match=r"^desk.not-your-area$"):
            walk_in.enter(
                transferring.request(transfer_source="江苏省昆山市"),
                item=items.TRANSFER,
                enrollment_id=person.enrollments.get().pk,
                is_identity_checked=True,
                token="t" * 24,
                by=request.getfixturevalue(who),
            )


@pytest.mark.parametrize("page", ["resume/", "transfer/"])
def test_nobody_found_leads_back_to_the_search(page: str, caseworker: User) -> None:
    answer = factories.client_of(caseworker).get(f"{BASE}{page}")

    assert answer.headers["Location"] == BASE
