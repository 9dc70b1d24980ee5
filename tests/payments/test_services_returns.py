"""Refunds that came back from the bank: asked about first, re-issued once, and never paid twice."""

import pytest

from payments.gateways.base import Outcome, RefundState
from payments.models import Bill, Refund
from payments.services import giving_back, refunds
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError
from portal.notifications.models import Message
from tests.payments import refunding
from tests.payments.booth import Booth

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
        given = {"version": refund.version, "token": refunding.token(), "by": by}
        return refunds.take_return(refund.number, text="收款卡已注销", **given)

    def reissued(self, refund: Refund, *, by: User) -> Refund:
        given = {"version": refund.version, "token": refunding.token(), "by": by}
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
        again = refunding.released(self.reissued(old, by=makers[0]), makers=makers)

        old = refunding.arrived(old)

        again.refresh_from_db()
        assert (old.state, again.state) == ("done", "dropped")
        assert Message.objects.filter(dedupe_key__contains="payment_refund_overtaken").exists()
        assert refunding.balance("gateway") == 0
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
        given = {"version": again.version, "token": refunding.token(), "by": makers[0]}
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
