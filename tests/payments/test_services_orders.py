"""Orders: one live one per bill, the gateway between the transactions, and no end without the gateway's word."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from insured.models import InsuredPerson, PoolingArea
from payments.gateways.base import Outcome
from payments.models import Bill, OrderLine, PaymentOrder
from payments.services import asking, bills, orders
from payments.services.results import Applied, apply_result
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError
from tests import factories
from tests.insured import families
from tests.payments import booth as booths
from tests.payments.booth import Booth

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("booth")]
Budget = Callable[[int], AbstractContextManager[object]]


def codes(refused: pytest.ExceptionInfo[BusinessRuleError]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


class TestOpen:
    def test_holds_the_bills_at_what_is_left_of_them(self, booth: Booth, bill: Bill, payer: User) -> None:
        second = booths.bill_of(bill.enrollment, kind="30", personal_fen=41_000)
        bills.pay_bill(second, amount_fen=1_000, paid_on=clock.today(), way="11")

        order = booths.opened(bill, second, by=payer)

        assert (order.amount_fen, order.state, order.gateway) == (80_000, "created", "")
        assert order.expires_at == clock.now() + timedelta(minutes=30)
        assert sorted(order.lines.values_list("amount_fen", flat=True)) == [40_000, 40_000]
        assert booth.asked == []

    def test_again_gives_the_live_order(self, bill: Bill, payer: User) -> None:
        first = booths.opened(bill, by=payer)

        assert booths.opened(bill, by=payer, key="other" * 5) == first
        assert PaymentOrder.objects.count() == 1

    def test_the_same_form_again_gives_its_order_even_when_it_is_over(self, bill: Bill, payer: User) -> None:
        first = booths.opened(bill, by=payer)
        orders.cancel_order(first.number, by=payer)

        assert booths.opened(bill, by=payer) == first

    def test_the_same_form_with_another_content_is_refused(self, bill: Bill, payer: User) -> None:
        booths.opened(bill, by=payer)
        second = booths.bill_of(bill.enrollment, kind="30")

        with pytest.raises(ConflictError) as refused:
            booths.opened(second, by=payer)

        assert codes(refused) == ["order.key-used"]

    def test_a_bill_of_another_live_order_is_refused_by_its_number(self, bill: Bill, payer: User) -> None:
        first = booths.opened(bill, by=payer)
        second = booths.bill_of(bill.enrollment, kind="30")

        with pytest.raises(ConflictError) as refused:
            booths.opened(bill, second, by=payer, key="other" * 5)

        assert codes(refused) == ["order.bill-busy"]
        assert refused.value.reasons[0].params["number"] == first.number

    def test_two_payers_do_not_pay_one_bill(self, bill: Bill, payer: User, resident: InsuredPerson) -> None:
        parent = factories.resident(area=resident.area)
        families.invited(by=factories.account_of(parent), relative=resident)
        families.accepted(inviter=parent, relative=resident)
        booths.opened(bill, by=factories.account_of(parent))

        with pytest.raises(ConflictError) as refused:
            booths.opened(bill, by=payer)

        assert codes(refused) == ["order.other-payer"]

    def test_of_a_bill_is_one_by_the_database_itself(self, bill: Bill, payer: User) -> None:
        order = booths.opened(bill, by=payer)
        PaymentOrder.objects.filter(pk=order.pk).update(state="closed")
        other = PaymentOrder.objects.get(pk=order.pk)
        other.pk, other.number, other.key = None, "DD-OTHER", "o" * 24
        other.save(force_insert=True)
        line = OrderLine(order=other, bill=bill, amount_fen=bill.left_fen)

        with pytest.raises(IntegrityError), transaction.atomic():
            line.save(force_insert=True)

        OrderLine.objects.filter(order=order).update(is_live=False)
        line.save(force_insert=True)

    def test_asks_about_the_order_of_another_payer_only_once_its_time_is_over(
        self, booth: Booth, bill: Bill, payer: User, resident: InsuredPerson
    ) -> None:
        parent = factories.resident(area=resident.area)
        families.invited(by=factories.account_of(parent), relative=resident)
        families.accepted(inviter=parent, relative=resident)
        theirs = booths.started(bill, by=factories.account_of(parent))
        booth.asked.clear()

        with pytest.raises(ConflictError):
            booths.opened(bill, by=payer)
        asked_before = list(booth.asked)
        with time_machine.travel(theirs.expires_at, tick=False):
            mine = booths.opened(bill, by=payer)

        assert (asked_before, booth.asked, mine.payer) == ([], ["close"], payer)

    def test_asks_nothing_about_bills_of_strangers(
        self, booth: Booth, bill: Bill, payer: User, area: PoolingArea
    ) -> None:
        theirs = booths.started(bill, by=payer)
        booth.asked.clear()

        with time_machine.travel(theirs.expires_at, tick=False), pytest.raises(BusinessRuleError):
            booths.opened(bill, by=factories.account_of(factories.resident(area=area)))

        assert booth.asked == []

    def test_asks_the_gateway_only_so_often_a_minute(self, booth: Booth, bill: Bill, payer: User) -> None:
        booths.started(bill, by=payer)
        booth.asked.clear()

        for number in range(asking.ASKED_A_MINUTE + 3):
            booths.opened(bill, by=payer, key=f"{number:024}")

        assert booth.asked == ["query"] * asking.ASKED_A_MINUTE

    def test_a_strangers_bill_is_not_there(self, bill: Bill, stranger: User) -> None:
        with pytest.raises(BusinessRuleError) as refused:
            booths.opened(bill, by=stranger)

        assert codes(refused) == ["order.bill-unknown"]

    @pytest.mark.parametrize("shown_fen", [0, -40_000, 39_999, 40_001, 4, 10**12])
    def test_the_amount_is_the_servers(self, bill: Bill, payer: User, shown_fen: int) -> None:
        with pytest.raises(ConflictError) as refused:
            orders.open_order(booths.request_for(bill, shown_fen=shown_fen), by=payer)

        assert codes(refused) == ["order.amount-changed"]
        assert not PaymentOrder.objects.exists()

    def test_what_is_paid_is_not_paid_again(self, bill: Bill, payer: User) -> None:
        bills.pay_bill(bill, amount_fen=40_000, paid_on=clock.today(), way="11")

        with pytest.raises(ConflictError) as refused:
            orders.open_order(booths.request_for(bill, shown_fen=40_000), by=payer)

        assert codes(refused) == ["order.nothing-left"]

    @pytest.mark.parametrize("key", ["", "short", "x" * 65])
    def test_a_form_without_its_token_is_refused(self, bill: Bill, payer: User, key: str) -> None:
        with pytest.raises(BusinessRuleError) as refused:
            booths.opened(bill, by=payer, key=key)

        assert codes(refused) == ["form.token-missing"]

    def test_nothing_chosen_is_refused(self, payer: User) -> None:
        with pytest.raises(BusinessRuleError) as refused:
            booths.opened(by=payer)

        assert codes(refused) == ["order.no-bills"]

    def test_asks_the_gateway_before_a_bill_is_paid_anew(self, booth: Booth, bill: Bill, payer: User) -> None:
        first = booths.started(bill, by=payer)
        booth.pay(first)

        with pytest.raises(ConflictError) as refused:
            orders.open_order(booths.request_for(bill, key="other" * 5), by=payer)

        assert codes(refused) == ["order.nothing-left"]
        first.refresh_from_db()
        assert (first.state, booth.asked) == ("paid", ["create", "query"])

    def test_an_order_whose_time_is_over_is_closed_first(self, bill: Bill, payer: User) -> None:
        first = booths.started(bill, by=payer)

        with time_machine.travel(first.expires_at + timedelta(seconds=1), tick=False):
            second = booths.opened(bill, by=payer, key="other" * 5)

        first.refresh_from_db()
        assert (first.state, first.closed_because, second.state) == ("closed", "expired", "created")

    def test_spends_few_statements(self, bill: Bill, payer: User, assert_statements: Budget) -> None:
        with assert_statements(16):
            booths.opened(bill, by=payer)


class TestStart:
    def test_writes_the_gateway_down_before_it_is_called(self, bill: Bill, payer: User) -> None:
        order = booths.opened(bill, by=payer)

        begun = orders.start_order(order.number, gateway="alipay", by=payer)

        order.refresh_from_db()
        assert begun.address.endswith(order.number)
        assert (order.state, order.gateway) == ("paying", "alipay")
        assert order.next_query_at == clock.now() + timedelta(seconds=30)

    @pytest.mark.parametrize(("is_silent", "code"), [(True, "order.gateway-silent"), (False, "order.gateway-refused")])
    def test_without_an_answer_the_order_may_be_paid(
        self, booth: Booth, bill: Bill, payer: User, is_silent: bool, code: str
    ) -> None:
        order = booths.opened(bill, by=payer)
        booth.is_silent, booth.refuses = is_silent, not is_silent

        with pytest.raises(BusinessRuleError) as refused:
            orders.start_order(order.number, gateway="alipay", by=payer)

        order.refresh_from_db()
        assert (codes(refused), order.state) == ([code], "paying")

    def test_again_goes_to_the_same_gateway(self, bill: Bill, payer: User) -> None:
        order = booths.started(bill, by=payer)

        assert orders.start_order(order.number, gateway="alipay", by=payer).address.endswith(order.number)
        with pytest.raises(ConflictError) as refused:
            orders.start_order(order.number, gateway="wechat", by=payer)
        assert codes(refused) == ["order.other-gateway"]

    def test_an_absent_gateway_is_named(self, bill: Bill, payer: User) -> None:
        order = booths.opened(bill, by=payer)

        with pytest.raises(BusinessRuleError) as refused:
            orders.start_order(order.number, gateway="unionpay", by=payer)

        assert codes(refused) == ["order.gateway-absent"]

    def test_an_order_whose_time_is_over_is_not_started(self, bill: Bill, payer: User) -> None:
        order = booths.opened(bill, by=payer)

        with time_machine.travel(order.expires_at, tick=False), pytest.raises(ConflictError) as refused:
            orders.start_order(order.number, gateway="alipay", by=payer)

        assert codes(refused) == ["order.expired"]

    def test_an_order_whose_bill_was_taken_back_meanwhile_is_not_started(
        self, booth: Booth, bill: Bill, payer: User
    ) -> None:
        order = booths.opened(bill, by=payer)
        bills.void_bill(bill)

        with pytest.raises(ConflictError) as refused:
            orders.start_order(order.number, gateway="alipay", by=payer)

        assert (codes(refused), booth.asked) == (["order.bill-gone"], [])

    def test_a_strangers_order_is_not_there(self, bill: Bill, payer: User, stranger: User) -> None:
        order = booths.opened(bill, by=payer)

        with pytest.raises(PaymentOrder.DoesNotExist):
            orders.start_order(order.number, gateway="alipay", by=stranger)


class TestCancelAndSwitch:
    def test_closes_at_the_gateway_first(self, booth: Booth, bill: Bill, payer: User) -> None:
        order = booths.started(bill, by=payer)

        closed = orders.cancel_order(order.number, by=payer)

        assert (closed.state, closed.closed_because) == ("closed", "cancelled")
        assert booth.trades[order.number].outcome == Outcome.CLOSED
        assert not OrderLine.objects.filter(is_live=True).exists()

    def test_finds_a_payment_that_was_quicker(self, booth: Booth, bill: Bill, payer: User) -> None:
        order = booths.started(bill, by=payer)
        booth.pay(order)

        assert orders.cancel_order(order.number, by=payer).state == "paid"

    def test_is_never_closed_without_the_gateways_word(self, booth: Booth, bill: Bill, payer: User) -> None:
        order = booths.started(bill, by=payer)
        booth.is_silent = True

        with pytest.raises(ConflictError) as refused:
            orders.cancel_order(order.number, by=payer)

        order.refresh_from_db()
        assert (codes(refused), order.state) == (["order.not-settled"], "paying")

    def test_another_way_is_another_order_for_the_same_bills(self, bill: Bill, payer: User) -> None:
        first = booths.started(bill, by=payer)

        second = orders.switch_order(first.number, key="other" * 5, by=payer)

        orders.start_order(second.number, gateway="wechat", by=payer)
        second.refresh_from_db()
        assert (second.state, second.gateway, second.amount_fen) == ("paying", "wechat", 40_000)

    def test_another_way_for_what_is_paid_is_the_paid_order(self, booth: Booth, bill: Bill, payer: User) -> None:
        first = booths.started(bill, by=payer)
        booth.pay(first)

        assert orders.switch_order(first.number, key="other" * 5, by=payer) == first


class TestQueries:
    def test_find_a_payment_that_no_notice_told_of(self, booth: Booth, bill: Bill, payer: User) -> None:
        """G7: visible two minutes after the gateway has it, at the latest."""
        order = booths.started(bill, by=payer)
        booth.pay(order)

        with time_machine.travel(clock.now() + timedelta(minutes=2), tick=False):
            asking.query_pending()

        order.refresh_from_db()
        bill.refresh_from_db()
        assert (order.state, bill.status) == ("paid", Bill.PAID)

    def test_ask_nothing_before_it_is_due(self, booth: Booth, bill: Bill, payer: User) -> None:
        booths.started(bill, by=payer)

        assert asking.query_pending() == 0
        assert booth.asked == ["create"]

    def test_follow_the_schedule_and_close_at_the_expiry(self, bill: Bill, payer: User) -> None:
        order = booths.started(bill, by=payer)
        asked_at = []
        for seconds in range(0, 2000, 10):
            with time_machine.travel(order.created_at + timedelta(seconds=seconds), tick=False):
                asked_at += [seconds] * asking.query_pending()

        order.refresh_from_db()
        assert asked_at == [30, 60, 120, *range(220, 1800, 100), 1800]
        assert (order.state, order.closed_because) == ("closed", "expired")

    def test_keep_asking_a_gateway_that_says_nothing(self, booth: Booth, bill: Bill, payer: User) -> None:
        order = booths.started(bill, by=payer)
        booth.is_silent = True

        with time_machine.travel(order.expires_at + timedelta(minutes=1), tick=False):
            asking.query_pending()

        order.refresh_from_db()
        assert (order.state, order.next_query_at) == ("paying", order.expires_at + timedelta(minutes=61))

    def test_close_an_order_that_never_went_anywhere(self, booth: Booth, bill: Bill, payer: User) -> None:
        order = booths.opened(bill, by=payer)

        with time_machine.travel(order.expires_at, tick=False):
            asking.query_pending()

        order.refresh_from_db()
        assert (order.state, order.closed_because, booth.asked) == ("closed", "expired", [])

    def test_one_broken_order_keeps_no_other_waiting(self, booth: Booth, bill: Bill, payer: User) -> None:
        other = factories.resident(area=bill.area)
        broken = booths.started(bill, by=payer)
        well = booths.started(booths.bill_of(other.enrollments.get()), by=factories.account_of(other))
        booth.pay(well)
        PaymentOrder.objects.filter(pk=broken.pk).update(gateway="unionpay")

        with time_machine.travel(clock.now() + timedelta(minutes=2), tick=False):
            asking.query_pending()

        well.refresh_from_db()
        assert well.state == "paid"

    def test_a_question_that_was_overtaken_changes_nothing(self, booth: Booth, bill: Bill, payer: User) -> None:
        order = booths.started(bill, by=payer)
        trade = booth.pay(order)
        apply_result(trade, gateway="alipay")

        assert asking.ask(order.number) == Applied.REPEAT
