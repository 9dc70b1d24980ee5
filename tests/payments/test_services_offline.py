"""Bank transfers and money at the counter: two persons, one posting, and a list for what fits nothing."""

from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, transaction

from payments.models import Bill, ContributionRecord, LedgerEntry, LedgerTransaction, OfflinePayment
from payments.services import bills, invariants, offline, orders
from payments.services.dues import dues_of
from payments.services.results import Applied, apply_result
from portal import clock
from portal.errors import AlreadyDone, BusinessRuleError, ConflictError
from portal.notifications.models import Message
from tests import factories
from tests.payments import booth as booths
from tests.payments import receipts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def march_10() -> object:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller


def books() -> dict[str, int]:
    """What each account holds."""
    found: dict[str, int] = {}
    for account, fen in LedgerEntry.objects.values_list("account", "fen"):
        found[account] = found.get(account, 0) + fen
    return {account: fen for account, fen in found.items() if fen}


def codes(caught: pytest.ExceptionInfo[BusinessRuleError]) -> list[str]:
    return [reason.code for reason in caught.value.reasons]


def test_nothing_is_booked_before_a_second_person_confirms(bill: Bill) -> None:
    found = receipts.entered(bill, area=bill.area)

    bill.refresh_from_db()
    assert (bill.status, found.state, books()) == (Bill.OPEN, OfflinePayment.ENTERED, {})


def test_a_confirmed_transfer_pays_the_bill_like_an_order(bill: Bill) -> None:
    found = receipts.confirmed(receipts.entered(bill, area=bill.area))

    bill.refresh_from_db()
    record = ContributionRecord.objects.get()
    assert (bill.status, found.state) == (Bill.PAID, OfflinePayment.BOOKED)
    assert (record.way, record.paid_on, record.personal_fen) == ("03", date(2026, 3, 10), 40_000)
    assert books() == {"received": 40_000, "contribution": -40_000}
    assert LedgerTransaction.objects.get().key == f"payment:bank:{found.number}"
    assert Message.objects.get(recipient=bill.person.user_id).title == "医保缴费已入账"
    assert invariants.bills_out_of_line() == invariants.unbalanced_postings() == []


def test_money_at_the_counter_has_its_own_way(bill: Bill) -> None:
    receipts.confirmed(receipts.entered(bill, area=bill.area, channel="counter"))

    assert ContributionRecord.objects.get().way == "11"


def test_a_caseworker_may_enter_and_not_confirm(bill: Bill, caseworker: factories.User) -> None:
    found = receipts.entered(bill, area=bill.area, by=caseworker)

    with pytest.raises(BusinessRuleError) as caught:
        receipts.confirmed(found, by=factories.staff(area=bill.area))

    assert codes(caught) == ["offline.not-finance"]


def test_nobody_confirms_what_they_entered(bill: Bill) -> None:
    one = receipts.finance(bill.area)
    found = receipts.entered(bill, area=bill.area, by=one)

    with pytest.raises(BusinessRuleError) as caught:
        receipts.confirmed(found, by=one)
    with pytest.raises(IntegrityError), transaction.atomic():
        OfflinePayment.objects.filter(pk=found.pk).update(state="booked", confirmed_by=one, confirmed_at=clock.now())

    assert codes(caught) == ["offline.second-person"]


def test_finance_of_another_area_does_neither(bill: Bill) -> None:
    elsewhere = receipts.finance(factories.area(code="119902", name="邻市"))

    with pytest.raises(BusinessRuleError) as entering:
        receipts.entered(bill, area=bill.area, by=elsewhere)
    with pytest.raises(BusinessRuleError) as confirming:
        receipts.confirmed(receipts.entered(bill, area=bill.area), by=elsewhere)

    assert codes(entering) == ["offline.not-yours"]
    assert codes(confirming) == ["offline.not-finance"]


def test_nobody_handles_their_own_or_a_relatives_money(bill: Bill) -> None:
    mine, theirs = receipts.finance(bill.area), receipts.finance(bill.area)
    relative = factories.person(area=bill.area, user=theirs)
    factories.relation(person=bill.person, relative=relative)
    type(bill.person).objects.filter(pk=bill.person_id).update(user=mine)

    with pytest.raises(BusinessRuleError) as own:
        receipts.entered(bill, area=bill.area, by=mine)
    with pytest.raises(BusinessRuleError) as close:
        receipts.confirmed(receipts.entered(bill, area=bill.area), by=theirs)

    assert codes(own) == ["distance.own"]
    assert codes(close) == ["distance.relative"]


def test_a_receipt_number_is_entered_once(bill: Bill) -> None:
    receipts.entered(bill, area=bill.area, receipt_no="B-0001", amount_fen=100)

    with pytest.raises(BusinessRuleError) as caught:
        receipts.entered(bill, area=bill.area, receipt_no="B-0001", amount_fen=100)
    receipts.entered(bill, area=bill.area, receipt_no="B-0001", amount_fen=100, channel="counter")

    assert codes(caught) == ["offline.known"]


def test_two_areas_may_have_the_same_receipt_number(bill: Bill) -> None:
    elsewhere = factories.area(code="119902", name="邻市")
    receipts.entered(bill, area=bill.area, receipt_no="0001", channel="counter")

    found = receipts.entered(None, area=elsewhere, receipt_no="0001", channel="counter")

    assert found.state == OfflinePayment.ENTERED


def test_money_whose_cover_is_refused_is_booked_and_finance_is_called(
    bill: Bill, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*args: object, **more: object) -> None:
        raise IntegrityError("overlapping cover")

    monkeypatch.setattr(bills, "write_effect", refused)
    one = receipts.finance(bill.area)

    found = receipts.confirmed(receipts.entered(bill, area=bill.area), by=one)

    bill.refresh_from_db()
    assert (bill.status, found.state) == (Bill.PAID, OfflinePayment.BOOKED)
    assert books() == {"received": 40_000, "contribution": -40_000}
    message = Message.objects.get(recipient=one)
    assert message.title == "费用已入账，待遇没有写入"
    assert bill.number in message.body


def test_a_form_sent_twice_enters_once(bill: Bill) -> None:
    token, by = receipts.token(), receipts.finance(bill.area)
    found = offline.enter(receipts.receipt(bill, area=bill.area), token=token, by=by)

    with pytest.raises(AlreadyDone) as again:
        offline.enter(receipts.receipt(bill, area=bill.area), token=token, by=by)

    assert again.value.address == offline.page_of(found.number)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"amount_fen": 0}, "offline.no-amount"),
        ({"amount_fen": 40_001}, "offline.too-much"),
        ({"paid_on": date(2026, 3, 11)}, "offline.day"),
        ({"paid_on": date(2025, 3, 1)}, "offline.day"),
        ({"bill_number": "ZD20260310ZZZZZZ0"}, "offline.bill-unknown"),
    ],
)
def test_a_wrong_receipt_is_refused_with_its_reason(more: dict[str, object], code: str, bill: Bill) -> None:
    with pytest.raises(BusinessRuleError) as caught:
        receipts.entered(bill, area=bill.area, **more)

    assert code in codes(caught)


def test_too_little_leaves_the_bill_part_paid_and_the_rest_to_pay_online(bill: Bill) -> None:
    receipts.confirmed(receipts.entered(bill, area=bill.area, amount_fen=15_000))

    bill.refresh_from_db()
    due = dues_of(bill.person, clock.today()).payable[0]
    assert (bill.status, bill.left_fen, due.amount_fen) == (Bill.PART_PAID, 25_000, 25_000)
    assert due.consequence[0].code == "dues.part-paid"
    assert not ContributionRecord.objects.exists()
    assert Message.objects.get(recipient=bill.person.user_id).title == "医保缴费未足额，请补足"
    order = booths.opened(bill, by=factories.account_of(bill.person))
    assert order.amount_fen == 25_000


def test_two_parts_make_a_whole(bill: Bill) -> None:
    for fen in (15_000, 25_000):
        bill.refresh_from_db()
        receipts.confirmed(receipts.entered(bill, area=bill.area, amount_fen=fen))

    bill.refresh_from_db()
    assert (bill.status, ContributionRecord.objects.count()) == (Bill.PAID, 1)
    assert books() == {"received": 40_000, "contribution": -40_000}


def test_what_its_bill_cannot_take_any_more_waits_as_suspense(bill: Bill) -> None:
    entered = receipts.entered(bill, area=bill.area)
    bills.pay_bill(Bill.objects.get(), amount_fen=40_000, paid_on=clock.today(), way="02")

    found = receipts.confirmed(entered)

    assert (found.state, found.bill) == (OfflinePayment.SUSPENSE, None)
    assert books() == {"received": 40_000, "suspense": -40_000}


def test_what_waits_for_a_second_person_is_not_entered_again(bill: Bill) -> None:
    receipts.entered(bill, area=bill.area, amount_fen=30_000)
    loose = receipts.confirmed(receipts.entered(None, area=bill.area, amount_fen=10_001))
    given = {"version": loose.version, "token": receipts.token(), "by": receipts.finance(bill.area)}

    with pytest.raises(BusinessRuleError) as caught:
        receipts.entered(bill, area=bill.area, amount_fen=10_001)
    with pytest.raises(BusinessRuleError) as matched:
        offline.propose_bill(loose.number, bill_number=bill.number, **given)

    reason = caught.value.reasons[0]
    assert codes(caught) == codes(matched) == ["offline.entered-already"]
    assert (reason.params["left_fen"], reason.params["waiting_fen"]) == (10_000, 30_000)
    receipts.confirmed(receipts.entered(bill, area=bill.area, amount_fen=10_000))
    for one in OfflinePayment.objects.filter(state=OfflinePayment.ENTERED):
        receipts.confirmed(one)
    bill.refresh_from_db()
    assert (bill.status, OfflinePayment.objects.filter(state=OfflinePayment.SUSPENSE).count()) == (Bill.PAID, 1)


def test_what_was_refused_makes_room_again(bill: Bill) -> None:
    first = receipts.entered(bill, area=bill.area)
    by = receipts.finance(bill.area)
    offline.refuse(first.number, version=1, text="金额与流水不符。", token=receipts.token(), by=by)

    assert receipts.confirmed(receipts.entered(bill, area=bill.area)).state == OfflinePayment.BOOKED


def test_a_transfer_of_nobody_is_attached_to_a_bill_by_two(bill: Bill) -> None:
    found = receipts.confirmed(receipts.entered(None, area=bill.area))
    one = receipts.finance(bill.area)

    proposed = offline.propose_bill(
        found.number, bill_number=bill.number, version=found.version, token=receipts.token(), by=one
    )
    with pytest.raises(BusinessRuleError):
        receipts.confirmed(proposed, by=one)
    done = receipts.confirmed(proposed)

    bill.refresh_from_db()
    assert (bill.status, done.state) == (Bill.PAID, OfflinePayment.BOOKED)
    assert books() == {"received": 40_000, "contribution": -40_000}
    assert sorted(LedgerTransaction.objects.values_list("kind", flat=True)) == ["match", "payment"]
    assert [event.action for event in done.events.order_by("pk")] == ["enter", "confirm", "match", "confirm"]


def test_a_transfer_of_nobody_is_given_back_by_two(bill: Bill) -> None:
    found = receipts.confirmed(receipts.entered(None, area=bill.area))
    marked = offline.propose_return(
        found.number,
        text="付款人来电要求退回。",
        version=found.version,
        token=receipts.token(),
        by=receipts.finance(bill.area),
    )

    done = receipts.confirmed(marked)

    assert (done.state, books()) == (OfflinePayment.RETURNED, {})


def test_a_no_voids_what_was_entered_and_frees_its_number(bill: Bill) -> None:
    found = receipts.entered(bill, area=bill.area, receipt_no="B-0002")

    refused = offline.refuse(
        found.number, version=1, text="金额与流水不符。", token=receipts.token(), by=receipts.finance(bill.area)
    )
    receipts.entered(bill, area=bill.area, receipt_no="B-0002")

    assert (refused.state, books()) == (OfflinePayment.DISCARDED, {})


def test_a_no_to_a_proposal_leaves_the_sum_in_suspense(bill: Bill) -> None:
    found = receipts.confirmed(receipts.entered(None, area=bill.area))
    proposed = offline.propose_bill(
        found.number,
        bill_number=bill.number,
        version=found.version,
        token=receipts.token(),
        by=receipts.finance(bill.area),
    )

    refused = offline.refuse(
        found.number,
        version=proposed.version,
        text="不是这个人的款。",
        token=receipts.token(),
        by=receipts.finance(bill.area),
    )

    assert (refused.state, refused.bill) == (OfflinePayment.SUSPENSE, None)


def test_who_was_second_is_told_so(bill: Bill) -> None:
    found = receipts.entered(bill, area=bill.area)
    receipts.confirmed(found)

    with pytest.raises(ConflictError) as caught:
        offline.confirm(found.number, version=1, token=receipts.token(), by=receipts.finance(bill.area))

    assert codes(caught) == ["offline.somebody-first"]


def test_an_order_under_way_gives_its_money_back_when_the_counter_was_quicker(bill: Bill, booth: booths.Booth) -> None:
    order = booths.opened(bill, by=factories.account_of(bill.person))
    orders._start(order.number, gateway="alipay", by=factories.account_of(bill.person))
    receipts.confirmed(receipts.entered(bill, area=bill.area))

    assert apply_result(booths.paid(order, amount_fen=40_000), gateway="alipay") == Applied.REFUNDING
    assert invariants.bills_out_of_line() == []
