"""Giving back: two persons, never above what was paid, booked and recorded once, bank returns and their re-issue."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payments.gateways.base import Outcome
from payments.models import Bill, ContributionRecord, LedgerTransaction, OrderLine, Refund
from payments.policy.refunds import HOLDING, STEPS, RefundAction, step
from payments.services import giving_back, refundable, refunds, vouchers
from payments.services.results import apply_result
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError
from portal.notifications.models import Message
from tests import factories
from tests.payments import refunding
from tests.payments.booth import Booth
from tests.payments.records import year_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("booth")]


@pytest.fixture
def makers(bill: Bill) -> tuple[User, User]:
    return refunding.two(bill)


class TestTwoPersons:
    def test_give_back_what_an_application_asked_for(
        self, booth: Booth, bill: Bill, payer: User, makers: tuple[User, User]
    ) -> None:
        order = refunding.paid_order(bill, by=payer)
        (refund,) = refunding.asked(bill)

        refund = refunding.released(refund, makers=makers)
        refunds.send_due()

        refund.refresh_from_db()
        order.refresh_from_db()
        bill.refresh_from_db()
        assert (refund.state, refund.amount_fen, booth.asked[-1]) == ("done", 40_000, "refund")
        assert (order.state, bill.status, bill.refunded_fen) == ("refunded", "refunded", 40_000)
        assert (refunding.balance("gateway"), refunding.balance("contribution")) == (0, 0)
        assert LedgerTransaction.objects.filter(kind="refund", channel="alipay", trade_no=refund.number).count() == 1
        assert refunding.money_is_in_order()

    def test_leave_a_record_and_mark_the_voucher(self, bill: Bill, payer: User, makers: tuple[User, User]) -> None:
        refunding.paid_order(bill, by=payer)
        record = refunding.record_of(bill)
        refunding.arrived(refunding.released(refunding.asked(bill)[0], makers=makers))

        back = ContributionRecord.objects.get(kind="991")
        found = vouchers.find_voucher(vouchers.voucher_code(record))

        assert (back.personal_fen, back.fiscal_fen) == (-40_000, -record.fiscal_fen)
        assert found is not None
        assert found.given_back == back

    @pytest.mark.parametrize("who", ["maker", "caseworker", "stranger", "payer", "relative"])
    def test_are_two_of_finance_and_nobody_close(
        self, bill: Bill, payer: User, makers: tuple[User, User], who: str
    ) -> None:
        refunding.paid_order(bill, by=payer)
        refund = refunding.made(refunding.asked(bill)[0], by=makers[0])
        others = {
            "maker": lambda: makers[0],
            "caseworker": lambda: factories.staff(area=bill.area),
            "stranger": lambda: factories.staff(area=factories.area(code="119902", name="临江市"), role="finance"),
            "payer": lambda: payer,
            "relative": lambda: _relative(bill),
        }

        with pytest.raises(BusinessRuleError) as error:
            giving_back.release(refund.number, version=refund.version, token=refunding.token(), by=others[who]())

        expected = {"maker": "refund.second-person", "relative": "distance.relative"}
        assert refunding.codes(error) == [expected.get(who, "refund.not-finance")]
        assert Refund.objects.get().state == "made"

    def test_are_asked_for_by_the_database_too(self, bill: Bill, payer: User, makers: tuple[User, User]) -> None:
        refunding.paid_order(bill, by=payer)
        refund = refunding.made(refunding.asked(bill)[0], by=makers[0])
        row = Refund.objects.filter(pk=refund.pk)

        for changes in ({"state": "payout"}, {"released_by": makers[0], "released_at": refund.made_at}):
            with pytest.raises(IntegrityError), transaction.atomic():
                row.update(**changes)

    def test_send_back_with_a_reason(self, bill: Bill, payer: User, makers: tuple[User, User]) -> None:
        refunding.paid_order(bill, by=payer)
        refund = refunding.made(refunding.asked(bill)[0], by=makers[0])

        refund = giving_back.send_back(
            refund.number, version=refund.version, text="金额与申请不符", token=refunding.token(), by=makers[1]
        )

        assert (refund.state, refund.made_by) == ("asked", None)

    def test_second_click_changes_nothing(self, bill: Bill, payer: User, makers: tuple[User, User]) -> None:
        refunding.paid_order(bill, by=payer)
        refund = refunding.made(refunding.asked(bill)[0], by=makers[0])
        version = refund.version
        giving_back.release(refund.number, version=version, token=refunding.token(), by=makers[1])

        with pytest.raises(ConflictError):
            giving_back.release(refund.number, version=version, token=refunding.token(), by=makers[1])


def _relative(bill: Bill) -> User:
    assert bill.person is not None
    staff = factories.staff(area=bill.area, role="finance", name="钱三")
    own = factories.person(area=bill.area, user=staff)
    factories.relation(person=own, relative=bill.person)
    return staff


class TestNeverAbovePaid:
    def propose(self, bill: Bill, *, fen: int, by: User) -> Refund:
        """Of a payment that gives no cover any more."""
        order = OrderLine.objects.get(bill=bill).order
        assert bill.enrollment is not None
        bill.enrollment.periods.all().delete()
        return giving_back.propose(
            order.number,
            bill_number=bill.number,
            amount_fen=fen,
            text="多收退还差额",
            token=refunding.token(),
            by=by,
        )

    def test_parts_stop_at_what_is_left(self, bill: Bill, payer: User, makers: tuple[User, User]) -> None:
        refunding.paid_order(bill, by=payer)
        self.propose(bill, fen=30_000, by=makers[0])

        with pytest.raises(BusinessRuleError) as error:
            self.propose(bill, fen=10_001, by=makers[0])

        assert refunding.codes(error) == ["refund.too-much"]
        assert self.propose(bill, fen=10_000, by=makers[0]).amount_fen == 10_000
        assert refunding.money_is_in_order()

    def test_what_is_dropped_can_be_given_back_again(self, bill: Bill, payer: User, makers: tuple[User, User]) -> None:
        refunding.paid_order(bill, by=payer)
        refund = self.propose(bill, fen=40_000, by=makers[0])

        giving_back.send_back(
            refund.number, version=refund.version, text="这笔不应退款", token=refunding.token(), by=makers[1]
        )

        bill.refresh_from_db()
        assert (Refund.objects.get().state, bill.refunded_fen) == ("dropped", 0)
        assert self.propose(bill, fen=40_000, by=makers[0]).state == "made"

    def test_an_application_asks_for_no_more_either(self, bill: Bill, payer: User, makers: tuple[User, User]) -> None:
        refunding.paid_order(bill, by=payer)
        self.propose(bill, fen=1, by=makers[0])

        with pytest.raises(BusinessRuleError) as error:
            refunding.asked(bill)

        assert refunding.codes(error) == ["refund.too-much"]

    def test_the_database_says_so_too(self, bill: Bill, payer: User) -> None:
        refunding.paid_order(bill, by=payer)

        for row in (Bill.objects.filter(pk=bill.pk), OrderLine.objects.filter(bill=bill)):
            with pytest.raises(IntegrityError), transaction.atomic():
                row.update(refunded_fen=40_001)

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(parts=st.lists(st.integers(1, 40_000), min_size=1, max_size=6))
    def test_holds_for_any_parts(self, bill: Bill, payer: User, makers: tuple[User, User], parts: list[int]) -> None:
        if not OrderLine.objects.filter(bill=bill).exists():
            refunding.paid_order(bill, by=payer)
        for fen in parts:
            try:
                refund = self.propose(bill, fen=fen, by=makers[0])
            except BusinessRuleError:
                continue
            refunding.arrived(refunding.released(refund, makers=makers))

        gone = sum(Refund.objects.filter(state__in=HOLDING).values_list("amount_fen", flat=True))
        assert gone <= 40_000
        assert refunding.money_is_in_order()


class TestToAnAccount:
    def test_what_was_paid_before_the_hall_goes_to_the_account(self, bill: Bill, makers: tuple[User, User]) -> None:
        assert bill.person is not None
        record = year_of(bill.person, year=2029)
        part = giving_back.Part(
            record=record, amount_fen=40_000, first=record.period_starts_on, last=record.period_ends_on
        )
        with pytest.raises(BusinessRuleError) as error:
            giving_back.ask_back([part], basis="YB1", account=None)
        assert refunding.codes(error) == ["refund.no-account"]

        (refund,) = giving_back.ask_back([part], basis="YB1", account=refunding.ACCOUNT)
        refund = refunding.released(refund, makers=makers)
        assert refund.state == "payout"
        refund = refunds.confirm_payout(
            refund.number, version=refund.version, reference="回单20260310001", token=refunding.token(), by=makers[0]
        )

        assert (refund.state, refunding.balance("received"), refunding.balance("unbilled")) == ("done", -40_000, 40_000)
        assert ContributionRecord.objects.get(kind="991").personal_fen == -40_000
        assert refunding.money_is_in_order()

    def test_asks_for_the_same_record_once(self, bill: Bill) -> None:
        assert bill.person is not None
        record = year_of(bill.person, year=2029)
        part = giving_back.Part(
            record=record, amount_fen=40_000, first=record.period_starts_on, last=record.period_ends_on
        )
        giving_back.ask_back([part], basis="YB1", account=refunding.ACCOUNT)

        with pytest.raises(BusinessRuleError):
            giving_back.ask_back([part], basis="YB2", account=refunding.ACCOUNT)


class TestBankReturn:
    def returned(self, refund: Refund, *, by: User) -> Refund:
        return refunds.take_return(
            refund.number, version=refund.version, text="收款卡已注销", token=refunding.token(), by=by
        )

    def test_after_the_money_had_gone_is_booked_back_and_re_issued_to_an_account(
        self, bill: Bill, payer: User, makers: tuple[User, User]
    ) -> None:
        refunding.paid_order(bill, by=payer)
        refund = refunding.arrived(refunding.released(refunding.asked(bill)[0], makers=makers))

        refund = self.returned(refund, by=makers[0])
        bill.refresh_from_db()
        assert (refund.state, bill.refunded_fen, bill.status, refunding.balance("gateway")) == (
            "returned",
            0,
            "paid",
            40_000,
        )
        assert refunding.money_is_in_order()

        again = giving_back.reissue(
            refund.number, version=refund.version, account=refunding.ACCOUNT, token=refunding.token(), by=makers[0]
        )
        again = refunding.released(again, makers=makers)
        again = refunds.confirm_payout(
            again.number, version=again.version, reference="回单20260312001", token=refunding.token(), by=makers[1]
        )

        assert (again.state, again.replaces, again.basis) == ("done", refund, "YB1")
        assert refunding.balance("received") == -40_000
        assert refundable.is_settled("YB1")
        assert refunding.money_is_in_order()

    def test_is_re_issued_once(self, bill: Bill, payer: User, makers: tuple[User, User]) -> None:
        refunding.paid_order(bill, by=payer)
        refund = refunding.arrived(refunding.released(refunding.asked(bill)[0], makers=makers), outcome=Outcome.CLOSED)
        refund = self.returned(refund, by=makers[0])
        assert not refundable.is_settled("YB1")
        giving_back.reissue(
            refund.number, version=refund.version, account=refunding.ACCOUNT, token=refunding.token(), by=makers[0]
        )

        with pytest.raises(ConflictError):
            giving_back.reissue(
                refund.number, version=refund.version, account=refunding.ACCOUNT, token=refunding.token(), by=makers[1]
            )

        assert refunding.money_is_in_order()

    def test_is_told(self, bill: Bill, payer: User, makers: tuple[User, User]) -> None:
        refunding.paid_order(bill, by=payer)
        refund = refunding.arrived(refunding.released(refunding.asked(bill)[0], makers=makers))

        self.returned(refund, by=makers[0])

        titles = set(Message.objects.filter(recipient=payer).values_list("title", flat=True))
        assert {"退款已经开始办理", "退款已到您的付款账户", "退款被银行退回，正在重新办理"} <= titles

    def test_of_a_late_payment_leaves_the_money_in_suspense(
        self, booth: Booth, bill: Bill, payer: User, makers: tuple[User, User]
    ) -> None:
        order = refunding.paid_order(bill, by=payer)
        booth.pay(order, trade_no="T2")
        apply_result(booth.trades[order.number], gateway="alipay")
        refund = refunding.arrived(Refund.objects.get(cause="double"))

        self.returned(refund, by=makers[0])

        assert refunding.balance("suspense") == -40_000
        assert refunding.money_is_in_order()


class TestAFailedOne:
    def test_is_asked_for_again_under_its_own_number(
        self, booth: Booth, bill: Bill, payer: User, makers: tuple[User, User]
    ) -> None:
        refunding.paid_order(bill, by=payer)
        refund = refunding.arrived(refunding.released(refunding.asked(bill)[0], makers=makers), outcome=Outcome.CLOSED)
        assert refund.state == "failed"

        giving_back.retry(refund.number, version=refund.version, token=refunding.token(), by=makers[0])
        refunds.send_due()

        refund.refresh_from_db()
        assert refund.state == "done"
        assert list(booth.refunds) == [refund.number]
        assert refunding.money_is_in_order()


def test_every_state_but_the_last_ones_has_a_way_out() -> None:
    starts = {state for state, _ in STEPS}

    assert {"asked", "made", "queued", "sent", "payout", "failed"} <= starts
    assert step("made", RefundAction.RELEASE, by_account=True) == "payout"
    assert step("done", RefundAction.MAKE) is None
