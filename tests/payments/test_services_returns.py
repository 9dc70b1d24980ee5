"""Refunds that came back from the bank: asked about first, re-issued once, and never paid twice."""

from typing import Any

import pytest
from django.urls import reverse

from payments.gateways.base import Outcome, RefundState
from payments.models import Bill, ContributionRecord, Refund
from payments.services import giving_back, refunds
from payments.services.dropping import drop
from payments.services.refundable import asked_back
from payments.services.results import apply_result
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError
from portal.notifications.models import Message
from tests import factories
from tests.payments import refunding
from tests.payments.booth import Booth, bill_of
from tests.payments.records import year_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("booth")]


@pytest.fixture
def makers(bill: Bill) -> tuple[User, User]:
    return refunding.two(bill)


class TestPaidAfterAll:
    """Failed, written down as returned by the bank – and the gateway has paid it, or pays it later."""

    def failed(self, bill: Bill, *, payer: User, makers: tuple[User, User]) -> Refund:
        refunding.paid_order(bill, by=payer)
        (refund,) = refunding.asked(bill)
        return refunding.arrived(refunding.released(refund, makers=makers), outcome=Outcome.CLOSED)

    def returned(self, refund: Refund, *, by: User) -> Refund:
        given: dict[str, Any] = {"version": refund.version, "token": refunding.token(), "by": by}
        return refunds.take_return(refund.number, text="收款卡已注销", **given)

    def reissued(self, refund: Refund, *, by: User) -> Refund:
        given: dict[str, Any] = {"version": refund.version, "token": refunding.token(), "by": by}
        return giving_back.reissue(refund.number, account=refunding.ACCOUNT, **given)

    @pytest.mark.parametrize(
        ("outcome", "state", "code"),
        [("refunded", "done", "refund.paid-after-all"), ("unknown", "failed", "refund.gateway-unsure")],
    )
    def test_the_gateway_is_asked_before_it_counts_as_returned(
        self, booth: Booth, bill: Bill, payer: User, makers: tuple[User, User], outcome: str, state: str, code: str
    ) -> None:
        refund = self.failed(bill, payer=payer, makers=makers)
        booth.refunds[refund.number] = RefundState(outcome=Outcome(outcome), refund_number=refund.number)

        with pytest.raises(BusinessRuleError) as error:
            self.returned(refund, by=makers[0])

        refund.refresh_from_db()
        assert (refunding.codes(error), refund.state) == ([code], state)
        assert refunding.money_is_in_order()

    def test_later_stops_the_one_that_replaces_it(self, bill: Bill, payer: User, makers: tuple[User, User]) -> None:
        old = self.returned(self.failed(bill, payer=payer, makers=makers), by=makers[0])
        again = self.reissued(old, by=makers[0])

        old = refunding.arrived(old)

        again.refresh_from_db()
        assert (old.state, again.state) == ("done", "dropped")
        assert Message.objects.filter(dedupe_key__contains="payment_refund_overtaken").exists()
        assert refunding.balance("gateway") == 0
        assert refunding.money_is_in_order()

    def overtaken(self, bill: Bill, *, payer: User, makers: tuple[User, User]) -> tuple[Refund, Refund]:
        """The first one, paid after all, and its replacement that is released for transfer."""
        old = self.returned(self.failed(bill, payer=payer, makers=makers), by=makers[0])
        again = refunding.released(self.reissued(old, by=makers[0]), makers=makers)
        old = refunding.arrived(refunding.arrived(old))
        again.refresh_from_db()
        return old, again

    def dropped(self, refund: Refund, *, by: User) -> Refund:
        refund.refresh_from_db()
        given: dict[str, Any] = {"version": refund.version, "token": refunding.token(), "by": by}
        return drop(refund.number, text="还没有转账", **given)

    def test_while_it_may_be_at_the_bank_stops_nothing(
        self, bill: Bill, payer: User, makers: tuple[User, User]
    ) -> None:
        old, again = self.overtaken(bill, payer=payer, makers=makers)

        assert (old.state, again.state) == ("returned", "payout")
        assert [one.text for one in again.events.filter(action="heard")] == [old.number]
        assert Message.objects.filter(dedupe_key__contains="payment_refund_overtaken").count() == 2
        page = factories.client_of(makers[0]).get(giving_back.page_of(again.number)).content.decode()
        assert "先不要转账" in page
        assert refunding.money_is_in_order()

    def test_two_people_stop_what_was_not_transferred(self, bill: Bill, payer: User, makers: tuple[User, User]) -> None:
        old, again = self.overtaken(bill, payer=payer, makers=makers)

        self.dropped(again, by=makers[0])
        with pytest.raises(BusinessRuleError) as error:
            self.dropped(again, by=makers[0])
        again.refresh_from_db()
        assert (refunding.codes(error), again.state) == (["refund.drop-second"], "payout")
        self.dropped(again, by=makers[1])

        old.refresh_from_db()
        again.refresh_from_db()
        assert (old.state, again.state) == ("done", "dropped")
        assert refunding.balance("gateway") == 0
        assert refunding.money_is_in_order()

    def test_a_transfer_that_nothing_overtook_is_never_dropped(
        self, bill: Bill, payer: User, makers: tuple[User, User]
    ) -> None:
        old = self.returned(self.failed(bill, payer=payer, makers=makers), by=makers[0])
        again = refunding.released(self.reissued(old, by=makers[0]), makers=makers)

        for one in makers:
            with pytest.raises(ConflictError):
                self.dropped(again, by=one)

        again.refresh_from_db()
        page = factories.client_of(makers[0]).get(giving_back.page_of(again.number)).content.decode()
        assert again.state == "payout"
        assert "登记不再退款" not in page

    def test_a_page_from_before_pays_nothing_out(self, bill: Bill, payer: User, makers: tuple[User, User]) -> None:
        old = self.returned(self.failed(bill, payer=payer, makers=makers), by=makers[0])
        seen = refunding.released(self.reissued(old, by=makers[0]), makers=makers)
        refunding.arrived(old)
        given: dict[str, Any] = {"version": seen.version, "token": refunding.token(), "by": makers[0]}

        with pytest.raises(ConflictError):
            refunds.confirm_payout(seen.number, reference="回单0001", **given)

    def test_the_money_of_one_that_was_paid_all_the_same_does_not_go_out_again(
        self, bill: Bill, payer: User, makers: tuple[User, User]
    ) -> None:
        _, again = self.overtaken(bill, payer=payer, makers=makers)
        desk, address = factories.client_of(makers[0]), reverse("admin:payments_refund_pay_out", args=[again.number])
        typed = {"version": again.version, "text": "回单0001", "token": refunding.token()}

        answer = desk.post(address, typed)

        again.refresh_from_db()
        assert (answer.status_code, again.state) == (422, "payout")
        assert "退了两次" in answer.content.decode()
        assert refunding.balance("received") == 0
        assert refunding.money_is_in_order()

        desk.post(address, typed | {"was_sent_twice": "on"})

        again.refresh_from_db()
        assert (again.state, again.refund_trade_no) == ("done", "回单0001")

    def test_when_the_bank_returns_the_transfer_the_first_one_stands(
        self, bill: Bill, payer: User, makers: tuple[User, User]
    ) -> None:
        old, again = self.overtaken(bill, payer=payer, makers=makers)

        self.returned(again, by=makers[0])

        old.refresh_from_db()
        again.refresh_from_db()
        assert (old.state, again.state) == ("done", "dropped")
        assert refunding.money_is_in_order()

    def test_later_without_another_is_booked(self, bill: Bill, payer: User, makers: tuple[User, User]) -> None:
        old = self.returned(self.failed(bill, payer=payer, makers=makers), by=makers[0])

        assert refunding.arrived(old).state == "done"

        with pytest.raises(ConflictError):
            self.reissued(old, by=makers[0])
        assert refunding.money_is_in_order()

    def test_later_than_the_other_one_is_told_to_staff(
        self, bill: Bill, payer: User, makers: tuple[User, User]
    ) -> None:
        old = self.returned(self.failed(bill, payer=payer, makers=makers), by=makers[0])
        again = refunding.released(self.reissued(old, by=makers[0]), makers=makers)
        given: dict[str, Any] = {"version": again.version, "token": refunding.token(), "by": makers[0]}
        refunds.confirm_payout(again.number, reference="回单0001", **given)

        old = refunding.arrived(old)

        assert old.state == "returned"
        assert Message.objects.filter(dedupe_key__contains="payment_refund_overtaken").count() == 2

    def test_news_of_one_that_had_gone_is_old(self, bill: Bill, payer: User, makers: tuple[User, User]) -> None:
        refunding.paid_order(bill, by=payer)
        refund = refunding.arrived(refunding.released(refunding.asked(bill)[0], makers=makers))
        refund = self.returned(refund, by=makers[0])

        assert refunding.arrived(refund).state == "returned"
        assert not Message.objects.filter(dedupe_key__contains="payment_refund_overtaken").exists()


def gone(bill: Bill, *, makers: tuple[User, User]) -> Refund:
    """An application's refund that has arrived."""
    return refunding.arrived(refunding.released(refunding.asked(bill)[0], makers=makers))


def came_back(refund: Refund, *, by: User) -> Refund:
    given: dict[str, Any] = {"version": refund.version, "token": refunding.token(), "by": by}
    return refunds.take_return(refund.number, text="收款卡已注销", **given)


def test_what_was_paid_before_the_hall_goes_back_once(bill: Bill, makers: tuple[User, User]) -> None:
    assert bill.person is not None
    record = year_of(bill.person, year=2029)
    months: dict[str, Any] = {"first": record.period_starts_on, "last": record.period_ends_on}
    part = giving_back.Part(record=record, amount_fen=40_000, **months)
    (refund,) = giving_back.ask_back([part], basis="YB1", account=refunding.ACCOUNT)
    refund = refunding.released(refund, makers=makers)
    paid: dict[str, Any] = {"version": refund.version, "token": refunding.token(), "by": makers[0]}
    refund = came_back(refunds.confirm_payout(refund.number, reference="回单0001", **paid), by=makers[0])
    rows = list(ContributionRecord.objects.filter(enrollment=record.enrollment_id, personal_fen__gt=0))
    assert [asked_back(rows)[row.pk] for row in rows] == [40_000, 40_000]
    again: dict[str, Any] = {"version": refund.version, "token": refunding.token(), "by": makers[0]}
    giving_back.reissue(refund.number, account=refunding.ACCOUNT, **again)

    for row in rows:
        part = giving_back.Part(record=row, amount_fen=1, **months)
        if row.pk == record.pk:
            continue
        with pytest.raises(BusinessRuleError):
            giving_back.ask_back([part], basis="YB2", account=refunding.ACCOUNT)
    assert [asked_back(rows)[row.pk] for row in rows] == [40_000, 40_000]


def test_of_the_whole_makes_the_order_paid_again(bill: Bill, payer: User, makers: tuple[User, User]) -> None:
    order = refunding.paid_order(bill, by=payer)
    refund = gone(bill, makers=makers)
    order.refresh_from_db()
    assert order.state == "refunded"

    came_back(refund, by=makers[0])

    order.refresh_from_db()
    bill.refresh_from_db()
    assert (order.state, bill.status) == ("paid", "paid")
    assert refunding.money_is_in_order()


def test_leaves_a_bill_alone_that_another_has_replaced(bill: Bill, payer: User, makers: tuple[User, User]) -> None:
    refunding.paid_order(bill, by=payer)
    refund = gone(bill, makers=makers)
    assert bill.enrollment is not None
    bill_of(bill.enrollment)

    refund = came_back(refund, by=makers[0])

    bill.refresh_from_db()
    assert (refund.state, bill.status) == ("returned", "refunded")
    assert refunding.money_is_in_order()


def test_an_order_that_was_paid_twice_ends_as_refunded(
    booth: Booth, bill: Bill, payer: User, makers: tuple[User, User]
) -> None:
    order = refunding.paid_order(bill, by=payer)
    booth.pay(order, trade_no="T2")
    apply_result(booth.trades[order.number], gateway="alipay")
    refunding.arrived(Refund.objects.get(cause="double"))

    gone(bill, makers=makers)

    order.refresh_from_db()
    assert order.state == "refunded"
