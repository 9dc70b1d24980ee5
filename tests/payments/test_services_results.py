"""One answer of a gateway, wherever it was heard: the same end in every order, posted once, or not at all."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insured.services import coverage
from payments.gateways.base import Outcome, RefundState, Trade
from payments.models import Bill, ContributionRecord, LedgerEntry, LedgerTransaction, OrderLine, PaymentOrder, Refund
from payments.services import asking, bills, effects, orders, refunds
from payments.services.results import Applied, apply_result
from portal import clock
from portal.accounts.models import User
from portal.errors import ConflictError, Reason
from portal.notifications.models import Delivery, Message
from tests import factories
from tests.insured import families
from tests.payments import booth as booths
from tests.payments.booth import Booth

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("booth")]
Budget = Callable[[int], AbstractContextManager[object]]
STEPS = ("create-answer", "return", "notice", "notice again", "query", "close")


def applied(trade: Trade) -> Applied:
    return apply_result(trade, gateway="alipay")


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def balance(account: str) -> int:
    return int(LedgerEntry.objects.filter(account=account).aggregate(sum=Sum("fen"))["sum"] or 0)


class TestSuccess:
    def test_pays_the_bill_posts_and_tells(self, booth: Booth, bill: Bill, payer: User) -> None:
        order = booths.started(bill, by=payer)

        assert applied(booth.pay(order)) == Applied.POSTED

        order.refresh_from_db()
        bill.refresh_from_db()
        record = ContributionRecord.objects.get()
        assert (order.state, order.trade_no, order.next_query_at) == ("paid", f"T{order.number}", None)
        assert (bill.status, record.personal_fen, record.way) == (Bill.PAID, 40_000, "02")
        assert record.paid_on == booths.PAID_AT.date()
        assert (balance("gateway"), balance("contribution"), balance("suspense")) == (40_000, -40_000, 0)
        assert not OrderLine.objects.filter(is_live=True).exists()
        assert order.number in Message.objects.get(recipient=payer).body
        assert Delivery.objects.filter(subject_number=order.number).exists()

    def test_pays_several_bills_with_one_trade(self, booth: Booth, bill: Bill, payer: User) -> None:
        second = booths.bill_of(bill.enrollment, kind="30", personal_fen=41_000)
        order = booths.started(bill, second, by=payer)

        applied(booth.pay(order))

        assert set(Bill.objects.values_list("status", flat=True)) == {Bill.PAID}
        by_bill = dict(LedgerEntry.objects.filter(account="contribution").values_list("bill", "fen"))
        assert by_bill == {bill.pk: -40_000, second.pk: -41_000}

    def test_tells_the_relative_for_whom_it_was_paid(self, booth: Booth, bill: Bill) -> None:
        parent = factories.resident(area=bill.area, name="王建国")
        families.consented(actor=parent, relative=bill.person)
        order = booths.started(bill, by=factories.account_of(parent))

        applied(booth.pay(order))

        assert Message.objects.filter(recipient=bill.person.user, title="有人为您缴了医保费").exists()
        assert Message.objects.filter(recipient=parent.user, subject_number=order.number).exists()

    def test_again_changes_nothing(self, booth: Booth, bill: Bill, payer: User) -> None:
        order = booths.started(bill, by=payer)
        trade = booth.pay(order)

        assert [applied(trade) for _ in range(3)] == [Applied.POSTED, Applied.REPEAT, Applied.REPEAT]

        assert (LedgerTransaction.objects.count(), Message.objects.filter(recipient=payer).count()) == (1, 1)

    def test_spends_few_statements(self, booth: Booth, bill: Bill, payer: User, assert_statements: Budget) -> None:
        order = booths.started(bill, by=payer)
        trade = booth.pay(order)

        with assert_statements(22):  # 14 for the money, 8 for the coverage that it brings
            applied(trade)

    def test_without_a_bill_that_is_left_goes_back(self, booth: Booth, bill: Bill, payer: User) -> None:
        order = booths.started(bill, by=payer)
        bills.pay_bill(bill, amount_fen=40_000, paid_on=clock.today(), way="11")

        assert applied(booth.pay(order)) == Applied.REFUNDING

        order.refresh_from_db()
        assert (order.state, Refund.objects.get().cause) == ("paid_late", "late")
        assert (balance("gateway"), balance("suspense")) == (40_000, -40_000)

    def test_pays_what_it_was_opened_for_when_the_bill_has_grown(self, booth: Booth, bill: Bill, payer: User) -> None:
        order = booths.started(bill, by=payer)
        Bill.objects.filter(pk=bill.pk).update(late_fee_fen=500, payable_fen=40_500)

        assert applied(booth.pay(order)) == Applied.POSTED

        bill.refresh_from_db()
        assert (bill.status, bill.left_fen) == (Bill.PART_PAID, 500)


class TestLateAndDouble:
    def test_a_late_success_pays_the_bill_that_is_still_open(self, booth: Booth, bill: Bill, payer: User) -> None:
        order = booths.started(bill, by=payer)
        orders.cancel_order(order.number, by=payer)

        assert applied(booth.pay(order)) == Applied.POSTED

        order.refresh_from_db()
        bill.refresh_from_db()
        assert (order.state, order.closed_because, bill.status) == ("paid", "", Bill.PAID)

    def test_a_late_success_beside_a_new_order_goes_back(self, booth: Booth, bill: Bill, payer: User) -> None:
        first = booths.started(bill, by=payer)
        second = orders.switch_order(first.number, key="other" * 5, by=payer)

        assert applied(booth.pay(first)) == Applied.REFUNDING

        second.refresh_from_db()
        assert second.state == "created"
        assert OrderLine.objects.get(is_live=True).order == second

    def test_of_two_payments_of_one_bill_the_second_goes_back(self, booth: Booth, bill: Bill, payer: User) -> None:
        """T08: two receipts, one refund, the bill paid once."""
        first = booths.started(bill, by=payer)
        second = orders.switch_order(first.number, key="other" * 5, by=payer)
        orders.start_order(second.number, gateway="alipay", by=payer)

        assert applied(booth.pay(second)) == Applied.POSTED
        assert applied(booth.pay(first)) == Applied.REFUNDING
        refunds.send_due()

        kinds = sorted(LedgerTransaction.objects.values_list("kind", flat=True))
        assert kinds == ["payment", "payment", "refund"]
        assert (balance("gateway"), balance("contribution"), balance("suspense")) == (40_000, -40_000, 0)
        assert ContributionRecord.objects.count() == 1
        first.refresh_from_db()
        assert first.state == "refunded"

    def test_a_second_trade_of_one_order_goes_back_and_leaves_it_paid(
        self, booth: Booth, bill: Bill, payer: User
    ) -> None:
        order = booths.started(bill, by=payer)
        applied(booth.pay(order))

        assert applied(booth.pay(order, trade_no="T-second")) == Applied.REFUNDING
        refunds.send_due()

        order.refresh_from_db()
        assert (order.state, order.trade_no) == ("paid", f"T{order.number}")
        assert (Refund.objects.get().cause, Refund.objects.get().state) == ("double", "done")
        assert balance("gateway") == 40_000


class TestNothingToBuy:
    """Money that can bring no cover any more goes back by itself (decision 0025)."""

    def test_somebody_who_stopped_at_the_cashier_is_not_charged_for_the_year(
        self, booth: Booth, bill: Bill, payer: User
    ) -> None:
        order = booths.started(bill, by=payer)
        with transaction.atomic():
            enrollment = coverage.lock_enrollment(bill.enrollment_id or 0)
            day = clock.today()
            coverage.stop_coverage(enrollment, effective_on=day, last_covered_on=day - timedelta(days=1), basis="YB1")

        assert applied(booth.pay(order)) == Applied.REFUNDING

        assert Refund.objects.get().amount_fen == order.amount_fen
        assert not ContributionRecord.objects.exists()
        bill.refresh_from_db()
        assert (bill.status, bill.paid_fen) == (Bill.OPEN, 0)

    def test_a_closed_order_that_is_paid_when_the_year_is_of_no_use_any_more_goes_back(
        self, booth: Booth, bill: Bill, payer: User
    ) -> None:
        order = booths.started(bill, by=payer)
        applied(Trade(outcome=Outcome.CLOSED, order_number=order.number))
        late = replace(booth.pay(order), paid_at=datetime(2027, 1, 5, 2, tzinfo=UTC))

        assert applied(late) == Applied.REFUNDING

        assert not ContributionRecord.objects.exists()


class TestCover:
    @pytest.mark.parametrize(
        "refusal", [IntegrityError("overlap"), ConflictError(Reason("coverage.changed-meanwhile"))]
    )
    def test_that_cannot_be_written_keeps_the_money_in_the_books_and_calls_for_staff(
        self, booth: Booth, bill: Bill, payer: User, monkeypatch: pytest.MonkeyPatch, refusal: Exception
    ) -> None:
        def refuses(*_: object, **__: object) -> None:
            raise refusal

        supervisor = factories.staff(area=bill.area, role="supervisor")
        order = booths.started(bill, by=payer)
        monkeypatch.setattr(effects, "extend_coverage", refuses)

        assert applied(booth.pay(order)) == Applied.POSTED

        order.refresh_from_db()
        bill.refresh_from_db()
        assert (order.state, bill.status, balance("contribution")) == ("paid", Bill.PAID, -40_000)
        assert ContributionRecord.objects.get().personal_fen == 40_000
        assert order.number in Message.objects.get(recipient=supervisor).body


class TestDoubt:
    @pytest.mark.parametrize("difference", [-1, 1, -40_000, 10**9])
    def test_another_amount_posts_nothing_and_calls_for_staff(self, bill: Bill, payer: User, difference: int) -> None:
        supervisor = factories.staff(area=bill.area, role="supervisor")
        order = booths.started(bill, by=payer)

        assert applied(booths.paid(order, amount_fen=40_000 + difference)) == Applied.MISMATCH

        order.refresh_from_db()
        assert order.state == "review"
        assert not LedgerTransaction.objects.exists()
        assert order.number in Message.objects.get(recipient=supervisor).body

    def test_calls_for_staff_once(self, bill: Bill, payer: User) -> None:
        supervisor = factories.staff(area=bill.area, role="supervisor")
        order = booths.started(bill, by=payer)

        for _ in range(3):
            applied(booths.paid(order, amount_fen=1))

        assert Message.objects.filter(recipient=supervisor).count() == 1

    def test_the_right_amount_afterwards_is_posted(self, booth: Booth, bill: Bill, payer: User) -> None:
        order = booths.started(bill, by=payer)
        applied(booths.paid(order, amount_fen=1))

        assert applied(booth.pay(order)) == Applied.POSTED

    def test_a_paid_order_stays_paid(self, booth: Booth, bill: Bill, payer: User) -> None:
        order = booths.started(bill, by=payer)
        applied(booth.pay(order))

        assert applied(booths.paid(order, amount_fen=1, trade_no="T-other")) == Applied.MISMATCH

        order.refresh_from_db()
        assert order.state == "paid"

    @pytest.mark.parametrize("missing", [{"amount_fen": None}, {"trade_no": ""}])
    def test_a_success_without_amount_or_number_is_no_success(
        self, bill: Bill, payer: User, missing: dict[str, object]
    ) -> None:
        order = booths.started(bill, by=payer)
        said = {"amount_fen": 40_000, "trade_no": "T1"} | missing

        assert applied(Trade(outcome=Outcome.PAID, order_number=order.number, **said)) == Applied.MISMATCH

    @pytest.mark.parametrize("outcome", [Outcome.WAITING, Outcome.UNKNOWN, Outcome.MISSING])
    def test_what_says_nothing_changes_nothing(self, bill: Bill, payer: User, outcome: Outcome) -> None:
        order = booths.started(bill, by=payer)

        assert applied(Trade(outcome=outcome, order_number=order.number)) == Applied.NOTHING

        before = order.version
        order.refresh_from_db()
        assert order.version == before

    def test_an_order_of_another_gateway_is_unknown(self, booth: Booth, bill: Bill, payer: User) -> None:
        order = booths.started(bill, by=payer)

        assert apply_result(booth.pay(order), gateway="wechat") == Applied.UNKNOWN_ORDER


@pytest.mark.parametrize("first", STEPS)
def test_every_order_of_events_ends_alike(booth: Booth, bill: Bill, payer: User, first: str) -> None:
    """T07: the payer has paid, and every answer may be late, even that of our own call."""
    order = booths.started(bill, by=payer)
    PaymentOrder.objects.filter(pk=order.pk).update(state="created")
    trade = booth.pay(order)
    happen: dict[str, Callable[[], object]] = {
        "create-answer": lambda: PaymentOrder.objects.filter(pk=order.pk, state="created").update(state="paying"),
        "return": lambda: client.get(f"/pay/orders/{order.number}/return/"),
        "notice": lambda: applied(trade),
        "notice again": lambda: applied(trade),
        "query": lambda: asking.ask(order.number),
        "close": lambda: applied(Trade(outcome=Outcome.CLOSED, order_number=order.number)),
    }
    client = Client()
    for others in permutations([name for name in STEPS if name != first]):
        with undone():
            for name in (first, *others):
                happen[name]()
            order.refresh_from_db()
            bill.refresh_from_db()
            assert (order.state, bill.status) == ("paid", Bill.PAID), others
            assert LedgerTransaction.objects.count() == ContributionRecord.objects.count() == 1, others
            assert Refund.objects.count() == 0, others


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fen=st.integers(min_value=-(10**12), max_value=10**12) | st.integers(39_990, 40_010))
def test_only_the_amount_of_the_order_is_posted(booth: Booth, bill: Bill, payer: User, fen: int) -> None:
    """T05."""
    with undone():
        order = booths.started(bill, by=payer)

        found = applied(booth.pay(order, amount_fen=fen))

        assert found == (Applied.POSTED if fen == 40_000 else Applied.MISMATCH)
        assert balance("gateway") == (40_000 if fen == 40_000 else 0)


class TestRefunds:
    def late(self, booth: Booth, bill: Bill, payer: User) -> Refund:
        order = booths.started(bill, by=payer)
        bills.pay_bill(bill, amount_fen=40_000, paid_on=clock.today(), way="11")
        applied(booth.pay(order))
        return Refund.objects.get()

    def test_goes_back_once_and_is_told(self, booth: Booth, bill: Bill, payer: User) -> None:
        refund = self.late(booth, bill, payer)

        assert [refunds.send_due(), refunds.send_due()] == [1, 0]

        refund.refresh_from_db()
        refund.order.refresh_from_db()
        assert (refund.state, refund.order.state) == ("done", "refunded")
        assert balance("suspense") == balance("gateway") == 0
        assert Message.objects.filter(recipient=payer, title="退款已到您的付款账户").count() == 1

    def test_an_unanswered_one_is_asked_about_before_it_is_sent_again(
        self, booth: Booth, bill: Bill, payer: User
    ) -> None:
        refund = self.late(booth, bill, payer)
        booth.is_silent = True
        refunds.send_due()
        booth.is_silent = False

        Refund.objects.update(next_try_at=clock.now() - timedelta(seconds=1))
        refunds.send_due()

        refund.refresh_from_db()
        assert (refund.state, refund.tries) == ("done", 2)
        assert booth.asked[-3:] == ["refund", "query_refund", "refund"]

    def test_a_failed_one_that_is_given_back_later_is_done(
        self, booth: Booth, bill: Bill, payer: User, client: Client
    ) -> None:
        refund = self.late(booth, bill, payer)
        for outcome in (Outcome.CLOSED, Outcome.CLOSED):
            refunds.apply_refund(RefundState(outcome=outcome, refund_number=refund.number), gateway="alipay")
        client.force_login(payer)
        page = client.get(f"/pay/orders/{refund.order.number}/result/").content.decode()
        assert "退款没有办成，工作人员正在处理，请拨打 12393" in page
        assert "正在退回" not in page

        refunds.apply_refund(RefundState(outcome=Outcome.REFUNDED, refund_number=refund.number), gateway="alipay")

        refund.refresh_from_db()
        refund.order.refresh_from_db()
        assert (refund.state, refund.order.state, balance("suspense")) == ("done", "refunded", 0)
        assert "退款没有办成" not in client.get(f"/pay/orders/{refund.order.number}/result/").content.decode()

    def test_a_refused_one_calls_for_staff(self, booth: Booth, bill: Bill, payer: User) -> None:
        supervisor = factories.staff(area=bill.area, role="supervisor")
        refund = self.late(booth, bill, payer)
        booth.refuses = True

        refunds.send_due()

        refund.refresh_from_db()
        assert (refund.state, refund.next_try_at, balance("suspense")) == ("failed", None, -40_000)
        assert Message.objects.get(recipient=supervisor).title == "有一笔退款没有办成"
