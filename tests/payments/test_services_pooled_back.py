"""Money that a personal account has paid (家庭共济) goes back into that account, and everything says so."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from payments.models import AccountEntry, Bill, ContributionRecord, LedgerTransaction, PaymentOrder, Refund
from payments.policy.refunds import RefundAction, step
from payments.services import family, giving_back, invariants, pooled, refundable, refunds, vouchers
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from portal.notifications.models import Delivery, Message
from portal.notifications.services.rendering import SMS, render
from tests import factories
from tests.payments import booth as booths
from tests.payments import refunding

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def march_10() -> Any:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def worker(area: factories.PoolingArea) -> factories.InsuredPerson:
    """An employee with 500 yuan in the account."""
    found = factories.employee(of=factories.employer(area=area))
    pooled.credit({found.pk: 50_000}, kind="opening")
    return found


@pytest.fixture
def order(worker: factories.InsuredPerson, bill: Bill) -> PaymentOrder:
    """Paid by the worker, for the year of a parent who has agreed."""
    relation = factories.relation(person=worker, relative=bill.person, kind="3")
    type(relation).objects.filter(pk=relation.pk).update(invited_at=clock.now(), consented_at=clock.now())
    made = booths.opened(bill, by=factories.account_of(worker), key="k" * 24)
    return family.pay_from_account(made.number, by=factories.account_of(worker))


@pytest.fixture
def makers(bill: Bill) -> tuple[User, User]:
    return refunding.two(bill)


def gone_back(bill: Bill, *, makers: tuple[User, User]) -> Refund:
    """Released and sent out."""
    (refund,) = refunding.asked(bill)
    refunding.released(refund, makers=makers)
    refunds.send_due()
    refund.refresh_from_db()
    return refund


def test_an_application_brings_it_back_into_the_account_without_any_bank(
    worker: factories.InsuredPerson, order: PaymentOrder, bill: Bill, makers: tuple[User, User]
) -> None:
    assert refundable.goes_back_by_itself([refunding.record_of(bill)])

    refund = gone_back(bill, makers=makers)

    entry = AccountEntry.objects.get(kind="back")
    assert (refund.state, refund.way, refund.order, refund.account) == ("done", "original", order, None)
    assert (entry.person, entry.amount_fen, entry.text) == (worker, 40_000, refund.number)
    assert pooled.balance_of(worker) == 50_000
    assert LedgerTransaction.objects.get(kind="refund").channel == "account"
    assert (refunding.balance("gateway"), refunding.balance("received")) == (0, 0)
    order.refresh_from_db()
    assert order.state == "refunded"
    assert refunding.money_is_in_order()


def test_a_correction_by_staff_does_so_too(
    worker: factories.InsuredPerson, order: PaymentOrder, bill: Bill, makers: tuple[User, User]
) -> None:
    factories.CoveragePeriod.objects.filter(enrollment=bill.enrollment).delete()
    wanted = {"bill_number": bill.number, "amount_fen": 100, "text": "多收退还差额", "token": refunding.token()}
    refund = giving_back.propose(order.number, by=makers[0], **wanted)
    refunding.released(refund, makers=makers)
    refunds.send_due()

    assert pooled.balance_of(worker) == 10_100
    assert refunding.money_is_in_order()


@pytest.mark.usefixtures("order")
def test_what_died_after_the_entry_is_booked_and_enters_once(
    worker: factories.InsuredPerson, bill: Bill, makers: tuple[User, User], march_10: Any, monkeypatch: Any
) -> None:
    refund = refunding.released(refunding.asked(bill)[0], makers=makers)
    with monkeypatch.context() as died:
        died.setattr(refunds, "apply_refund", lambda *_, **__: 1 / 0)
        refunds.send_due()
    assert (Refund.objects.get().state, pooled.balance_of(worker)) == ("sent", 50_000)
    assert invariants.personal_accounts_out_of_line() == []

    march_10.move_to("2026-03-11T02:00:00Z")
    refunds.send_due()

    refund.refresh_from_db()
    assert (refund.state, pooled.balance_of(worker)) == ("done", 50_000)
    assert refunding.money_is_in_order()


@pytest.mark.usefixtures("order")
def test_no_bank_sends_it_back(bill: Bill, makers: tuple[User, User]) -> None:
    refund = gone_back(bill, makers=makers)

    with pytest.raises(BusinessRuleError) as caught:
        refunds.take_return(
            refund.number, version=refund.version, text="收款卡已注销", token=refunding.token(), by=makers[0]
        )

    assert refunding.codes(caught) == ["refund.stays-in-account"]
    assert step("done", RefundAction.RETURN, to_personal=True) is None
    assert step("done", RefundAction.RETURN) == "returned"


@pytest.mark.usefixtures("order")
def test_the_messages_name_the_account(worker: factories.InsuredPerson, bill: Bill, makers: tuple[User, User]) -> None:
    gone_back(bill, makers=makers)

    mine = Message.objects.filter(recipient=worker.user).order_by("pk")
    texts = [f"{one.title} {one.body}" for one in mine if "退" in one.title]
    assert any("退回您的个人账户，马上到账" in one for one in texts)
    assert any("已到您的个人账户" in one and "已经退回您的个人账户" in one for one in texts)
    assert not any("银行账户" in one for one in texts)
    sms = Delivery.objects.get(template="payment_refund_begun", channel="sms")
    assert "退回您的个人账户，马上到账" in render(sms.template, params=sms.params, channel=SMS).text


@pytest.mark.usefixtures("order")
def test_the_voucher_says_where_it_went(bill: Bill, makers: tuple[User, User], monkeypatch: Any) -> None:
    record = refunding.record_of(bill)
    gone_back(bill, makers=makers)
    printed: dict[str, Any] = {}
    monkeypatch.setattr(vouchers, "_pdf", lambda data: printed.update(data) or b"")

    vouchers.voucher(record, address="https://example.invalid/")

    assert dict(printed["rows"])["退费"] == "已退费，2026年3月10日，退回付款人的个人账户"


def test_the_pages_say_so(
    worker: factories.InsuredPerson, order: PaymentOrder, bill: Bill, makers: tuple[User, User]
) -> None:
    refund = gone_back(bill, makers=makers)
    mine: Client = factories.client_of(factories.account_of(worker))

    result = mine.get(f"/pay/orders/{order.number}/result/").content.decode()
    account = mine.get("/me/personal-account/").content.decode()
    desk = factories.client_of(makers[0]).get(reverse("admin:payments_refund_show", args=[refund.number]))

    assert "400.00 元已退回个人账户" in result
    assert "退回付款人的个人账户：已退款" in result
    assert "共济退回" in account
    assert "退回付款人的个人账户" in desk.content.decode()
    assert "登记银行退回" not in desk.content.decode()


class TestTheInvariantFinds:
    def test_a_refund_without_its_entry(self, order: PaymentOrder, bill: Bill, makers: tuple[User, User]) -> None:
        refund = refunding.released(refunding.asked(bill)[0], makers=makers)
        Refund.objects.filter(pk=refund.pk).update(state="done", next_try_at=None, done_at=clock.now())

        assert invariants.personal_accounts_out_of_line() == [refund.number]

    def test_an_entry_without_a_refund(self, worker: factories.InsuredPerson, order: PaymentOrder) -> None:
        entry = pooled._entry(worker.pk, after=pooled._last([worker.pk]), fen=5, kind="back", text="TK1", order=order)
        entry.save(force_insert=True)

        assert invariants.personal_accounts_out_of_line() == ["TK1"]

    def test_an_entry_in_somebody_elses_account(
        self, area: factories.PoolingArea, order: PaymentOrder, bill: Bill, makers: tuple[User, User]
    ) -> None:
        refund = refunding.released(refunding.asked(bill)[0], makers=makers)
        other = factories.person(area=area)
        pooled._entry(other.pk, after={}, fen=40_000, kind="back", text=refund.number, order=order).save()

        assert invariants.personal_accounts_out_of_line() == [refund.number]

    def test_a_paid_order_that_nothing_was_taken_for(self, order: PaymentOrder) -> None:
        PaymentOrder.objects.filter(pk=order.pk).update(amount_fen=39_999)

        assert invariants.personal_accounts_out_of_line() == [order.number]

    def test_a_balance_that_does_not_follow(self, worker: factories.InsuredPerson) -> None:
        AccountEntry(
            person=worker, position=3, kind="contribution", amount_fen=1, balance_fen=50_001, at=clock.now()
        ).save()
        AccountEntry(
            person=worker, position=4, kind="contribution", amount_fen=1, balance_fen=90_000, at=clock.now()
        ).save()

        found = invariants.personal_accounts_out_of_line()
        assert found == [f"{worker.pk}:3", f"{worker.pk}:4"]

    @pytest.mark.usefixtures("order")
    def test_its_money_on_the_way_to_a_bank(self, bill: Bill) -> None:
        record = ContributionRecord.objects.get(enrollment=bill.enrollment_id)
        Refund.objects.create(
            number="TK20260310BANK",
            area=bill.area,
            bill=bill,
            record=record,
            amount_fen=40_000,
            cause="application",
            way="account",
            account="6222021199010012345",
            basis="YB1",
            state="asked",
            period_starts_on=date(2026, 1, 1),
            period_ends_on=date(2026, 12, 1),
            created_at=clock.now(),
        )

        assert invariants.personal_accounts_out_of_line() == [bill.number]
