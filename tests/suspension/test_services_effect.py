"""What becomes of a return when it is paid: the day of the payment decides, and no money is left without an answer."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from insured.models import Enrollment
from payments.models import Bill, ContributionStandard
from payments.services import offline
from payments.services.bills import pay_bill
from payments.services.results import apply_result
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from portal.notifications.models import Message
from suspension.services import effect
from tests import factories
from tests.payments import booth as booths
from tests.payments import receipts
from tests.suspension import returning

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def prices(area: factories.PoolingArea) -> None:
    returning.standards(area)


class TestPaid:
    def test_a_standard_that_is_missing_afterwards_takes_no_paid_cover_away(
        self, area: factories.PoolingArea, caseworker: User
    ) -> None:
        person = returning.paused_resident(area=area, last=date(2025, 12, 31))
        with time_machine.travel("2026-12-31T02:00:00Z", tick=False):
            waiting = returning.approved(person, by=caseworker)
            bill = returning.bill_of(waiting)
            pay_bill(bill, amount_fen=bill.left_fen, paid_on=date(2026, 12, 31), way="11")
        ContributionStandard.objects.filter(area=area).delete()
        with time_machine.travel("2027-01-01T02:00:00Z", tick=False):
            assert effect.apply_due_effects() == 1

        waiting.refresh_from_db()
        assert (waiting.state, waiting.effective_on) == ("completed", date(2027, 4, 1))

    def test_money_that_came_after_an_employer_is_held_and_the_desk_hears_of_it_once(
        self, area: factories.PoolingArea, caseworker: User
    ) -> None:
        supervisor = factories.staff(area=area, role="supervisor", name="何主管")
        person = returning.paused_resident(area=area)
        with time_machine.travel("2026-11-05T02:00:00Z", tick=False):
            waiting = returning.approved(person, by=caseworker, coverage_year=2027)
            employed = factories.enrollment(
                of=person, scheme="310", employer=factories.employer(area=area), category="1101"
            )
            returning.paid(waiting, on=date(2026, 11, 6))
            assert effect.apply_due_effects() == 0
            told = Message.objects.filter(dedupe_key__contains=":paid-held:")

            assert (waiting.state, returning.bill_of(waiting).status) == ("approved", Bill.PAID)
            assert {message.recipient for message in told} == {caseworker, supervisor}
            assert told.count() == 2
            assert Enrollment.objects.active().filter(person=person).count() == 1

            Enrollment.objects.filter(pk=employed.pk).update(status=Enrollment.ENDED)
            assert effect.apply_due_effects() == 1

        waiting.refresh_from_db()
        assert waiting.state == "completed"

    def test_the_page_of_a_held_case_asks_for_no_second_payment(
        self, area: factories.PoolingArea, caseworker: User
    ) -> None:
        person = returning.paused_resident(area=area)
        with time_machine.travel("2026-11-05T02:00:00Z", tick=False):
            waiting = returning.approved(person, by=caseworker, coverage_year=2027)
            factories.enrollment(of=person, scheme="310", employer=factories.employer(area=area), category="1101")
            returning.paid(waiting, on=date(2026, 11, 6))
            page = factories.client_of(factories.account_of(person)).get(reverse("application", args=[waiting.number]))

        assert "已收到缴费" in page.content.decode()
        assert "去缴费" not in page.content.decode()


class TestOnItsWay:
    def test_a_case_whose_order_is_under_way_waits_for_the_notice(
        self, monkeypatch: pytest.MonkeyPatch, area: factories.PoolingArea, caseworker: User
    ) -> None:
        person = returning.paused_resident(area=area, last=date(2025, 12, 31))
        with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
            waiting = returning.approved(person, by=caseworker, coverage_year=2026)
        with booths.open_booths(monkeypatch) as booth, time_machine.travel("2026-03-25T15:50:00Z", tick=False):
            order = booths.started(returning.bill_of(waiting), by=factories.account_of(person))
            trade = booth.pay(order)

        with time_machine.travel("2026-03-25T16:10:00Z", tick=False):
            assert (effect.void_unpaid(), effect.void_unpaid_one(waiting.number or "")) == (0, False)
            apply_result(trade, gateway="alipay")
            assert effect.apply_due_effects() == 1

        waiting.refresh_from_db()
        assert waiting.state == "completed"

    def test_a_case_whose_counter_money_waits_for_the_second_person_is_not_voided(
        self, area: factories.PoolingArea, caseworker: User
    ) -> None:
        person = returning.paused_resident(area=area, last=date(2025, 12, 31))
        with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
            waiting = returning.approved(person, by=caseworker, coverage_year=2026)
        with time_machine.travel("2026-03-25T09:00:00Z", tick=False):
            money = receipts.entered(returning.bill_of(waiting), area=area, paid_on=date(2026, 3, 25))

        with time_machine.travel("2026-03-26T02:00:00Z", tick=False):
            assert (effect.void_unpaid(), effect.void_unpaid_one(waiting.number or "")) == (0, False)
            assert receipts.confirmed(money).state == "booked"
            assert effect.apply_due_effects() == 1

        waiting.refresh_from_db()
        assert waiting.state == "completed"

    def test_a_case_whose_counter_money_was_refused_is_voided(
        self, area: factories.PoolingArea, caseworker: User
    ) -> None:
        person = returning.paused_resident(area=area, last=date(2025, 12, 31))
        with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
            waiting = returning.approved(person, by=caseworker, coverage_year=2026)
            money = receipts.entered(returning.bill_of(waiting), area=area)
            more = {"version": money.version, "token": receipts.token(), "by": receipts.finance(area)}
            offline.refuse(money.number, text="金额与流水不符。", **more)

        with time_machine.travel("2026-03-26T02:00:00Z", tick=False):
            assert effect.void_unpaid() == 1

    @pytest.mark.parametrize("pays_gap", [True, False])
    def test_money_that_arrives_after_the_due_day_pays_no_month_that_was_not_billed(
        self, area: factories.PoolingArea, caseworker: User, pays_gap: bool
    ) -> None:
        person = returning.paused_flexible(area=area, last_paid=date(2025, 1, 1))
        with time_machine.travel("2025-04-12T02:00:00Z", tick=False):
            waiting = returning.approved(person, by=caseworker, pays_gap=pays_gap)
        with time_machine.travel("2025-05-02T02:00:00Z", tick=False):
            done = returning.paid(waiting, on=date(2025, 5, 1))

        assert (done.state, returning.enrollment_of(person).last_paid_month) == ("completed", date(2025, 4, 1))
        assert done.effective_on == (date(2025, 4, 1) if pays_gap else date(2025, 5, 1))

    def test_an_order_can_be_paid_until_the_end_of_the_due_day_and_no_longer(
        self, monkeypatch: pytest.MonkeyPatch, area: factories.PoolingArea, caseworker: User
    ) -> None:
        person = returning.paused_resident(area=area, last=date(2025, 12, 31))
        with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
            bill = returning.bill_of(returning.approved(person, by=caseworker, coverage_year=2026))
        with booths.open_booths(monkeypatch), time_machine.travel("2026-03-25T15:50:00Z", tick=False):
            order = booths.opened(bill, by=factories.account_of(person))

        assert order.expires_at == datetime(2026, 3, 25, 16, 0, tzinfo=UTC)

    def test_a_bill_whose_due_day_is_over_takes_no_money(
        self, monkeypatch: pytest.MonkeyPatch, area: factories.PoolingArea, caseworker: User
    ) -> None:
        person = returning.paused_resident(area=area, last=date(2025, 12, 31))
        with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
            bill = returning.bill_of(returning.approved(person, by=caseworker, coverage_year=2026))
        payer = factories.account_of(person)
        late = time_machine.travel("2026-03-25T16:00:00Z", tick=False)
        with booths.open_booths(monkeypatch), late, pytest.raises(BusinessRuleError) as refused:
            booths.opened(bill, by=payer)

        assert [reason.code for reason in refused.value.reasons] == ["dues.application-late"]
