"""存疑订单: kept once, settled by the gateway's new word or by two people; nothing is booked on one person's word."""

import secrets

import pytest

from payments.gateways.base import Outcome, Trade
from payments.models import Bill, LedgerTransaction, OrderDoubt, PaymentOrder, Proposal, Refund
from payments.services import doubts, invariants, proposals, refunds
from payments.services.results import Applied, apply_result
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError
from portal.notifications.models import Message
from tests import factories
from tests.payments import booth as booths
from tests.payments.booth import Booth

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("booth")]


@pytest.fixture
def pair(area: factories.PoolingArea) -> tuple[User, User]:
    """Two people of finance."""
    return factories.staff(area=area, role="finance", name="苗以宁"), factories.staff(area=area, role="finance")


@pytest.fixture
def order(booth: Booth, bill: Bill, payer: User) -> PaymentOrder:
    """Paid with 300 instead of 400 yuan."""
    found = booths.started(bill, by=payer)
    apply_result(booth.pay(found, amount_fen=30_000), gateway="alipay")
    found.refresh_from_db()
    return found


def proposed(order: PaymentOrder, *, by: User, kind: str = "give-back") -> Proposal:
    doubt = OrderDoubt.objects.get(order=order)
    new = proposals.NewProposal(
        kind=kind,
        area_id=doubts.area_of(doubt),
        subject=doubt.number,
        reason="与平台核对，付款人被少扣。",
        doubt=doubt,
    )
    return proposals.propose(new, token=secrets.token_urlsafe(24), by=by)


def agreed(proposal: Proposal, *, by: User) -> Proposal:
    return proposals.decide(proposal.number, version=proposal.version, is_approved=True, text="", by=by)


def test_keeps_what_the_gateway_said_once(booth: Booth, order: PaymentOrder) -> None:
    apply_result(booth.trades[order.number], gateway="alipay")

    doubt = OrderDoubt.objects.get()
    assert (doubt.said_fen, doubt.expected_fen, doubt.outcome, doubt.settled_at) == (30_000, 40_000, "paid", None)
    assert order.state == "review"


def test_a_new_word_that_fits_pays_and_ends_it(booth: Booth, order: PaymentOrder, pair: tuple[User, User]) -> None:
    booth.pay(order)

    assert doubts.ask_again(OrderDoubt.objects.get().number, by=pair[0]) == Applied.POSTED

    order.refresh_from_db()
    assert (order.state, OrderDoubt.objects.get().settled_as) == ("paid", OrderDoubt.AGREED)


def test_two_people_give_the_money_back(booth: Booth, order: PaymentOrder, bill: Bill, pair: tuple[User, User]) -> None:
    maker, checker = pair
    made = proposed(order, by=maker)
    assert not LedgerTransaction.objects.exists()

    agreed(made, by=checker)
    refunds.send_due()

    order.refresh_from_db()
    refund = Refund.objects.get()
    assert (order.state, order.closed_because) == ("closed", "doubt")
    assert (refund.amount_fen, refund.cause, refund.state) == (30_000, "mismatch", Refund.DONE)
    assert set(LedgerTransaction.objects.values_list("kind", flat=True)) == {"payment", "refund"}
    assert OrderDoubt.objects.get().settled_as == OrderDoubt.GIVEN_BACK
    assert "300.00" in Message.objects.get(recipient=order.payer, title="支付金额不符，款项退回").body
    assert not [*invariants.channels_out_of_balance(), *invariants.trades_not_posted_once()]
    assert not [*invariants.bills_out_of_line(), *invariants.unbalanced_postings()]
    assert booths.opened(bill, by=order.payer, key="n" * 24).state == "created"


def test_what_was_given_back_is_no_news_any_more(booth: Booth, order: PaymentOrder, pair: tuple[User, User]) -> None:
    agreed(proposed(order, by=pair[0]), by=pair[1])

    assert apply_result(booth.trades[order.number], gateway="alipay") == Applied.REPEAT
    right = booths.paid(order, amount_fen=40_000, trade_no=f"T{order.number}")
    assert apply_result(right, gateway="alipay") == Applied.REPEAT

    assert (LedgerTransaction.objects.count(), Refund.objects.count()) == (1, 1)


def test_the_first_person_does_not_decide(order: PaymentOrder, pair: tuple[User, User]) -> None:
    made = proposed(order, by=pair[0])

    with pytest.raises(BusinessRuleError, match=r"^proposal\.second-person$"):
        agreed(made, by=pair[0])

    assert not LedgerTransaction.objects.exists()


def test_nothing_is_done_while_the_gateway_is_silent(
    booth: Booth, order: PaymentOrder, pair: tuple[User, User]
) -> None:
    made = proposed(order, by=pair[0])
    booth.is_silent = True

    with pytest.raises(BusinessRuleError, match=r"^doubt\.gateway-silent$"):
        agreed(made, by=pair[1])

    made.refresh_from_db()
    assert (made.state, LedgerTransaction.objects.count()) == (Proposal.SUBMITTED, 0)


def test_a_gateway_that_changed_its_mind_wins(booth: Booth, order: PaymentOrder, pair: tuple[User, User]) -> None:
    made = proposed(order, by=pair[0])
    booth.pay(order)

    with pytest.raises(ConflictError, match=r"^doubt\.settled$"):
        agreed(made, by=pair[1])

    order.refresh_from_db()
    assert (order.state, Refund.objects.count()) == ("paid", 0)


def test_money_that_is_there_is_not_closed_away(order: PaymentOrder, pair: tuple[User, User]) -> None:
    made = proposed(order, by=pair[0], kind="close-doubt")

    with pytest.raises(BusinessRuleError, match=r"^doubt\.money-there$"):
        agreed(made, by=pair[1])


def test_closes_what_the_platform_has_given_back_by_itself(
    booth: Booth, bill: Bill, payer: User, pair: tuple[User, User]
) -> None:
    order = booths.started(bill, by=payer)
    gone = Trade(outcome=Outcome.REFUNDED, order_number=order.number, trade_no="T1", amount_fen=40_000)
    booth.trades[order.number] = gone
    apply_result(gone, gateway="alipay")

    agreed(proposed(order, by=pair[0], kind="close-doubt"), by=pair[1])

    order.refresh_from_db()
    assert (order.state, LedgerTransaction.objects.count()) == ("closed", 0)
    assert OrderDoubt.objects.get().settled_as == OrderDoubt.CLOSED


def test_nobody_handles_what_they_have_paid_themselves(
    booth: Booth, bill: Bill, area: factories.PoolingArea, pair: tuple[User, User]
) -> None:
    payer = factories.account_of(bill.person)
    factories.StaffAssignment.objects.create(
        user=payer, area=area, role="finance", starts_on=factories.date(2020, 1, 1)
    )
    order = booths.started(bill, by=payer)
    apply_result(booth.pay(order, amount_fen=1), gateway="alipay")

    with pytest.raises(BusinessRuleError, match=r"^distance\.own$"):
        proposed(order, by=payer)
    made = proposed(order, by=pair[0])
    with pytest.raises(BusinessRuleError, match=r"^distance\.own$"):
        agreed(made, by=payer)


def test_another_area_sees_none_of_it(order: PaymentOrder) -> None:
    stranger = factories.staff(area=factories.area(code="119902", name="邻州市"), role="finance")

    assert not OrderDoubt.objects.in_charge_of(stranger).exists()
    with pytest.raises(BusinessRuleError, match=r"^proposal\.not-yours$"):
        proposed(order, by=stranger)
