"""Which bills a debit run takes and on which day, and what the bank's file says about it."""

from datetime import date
from typing import Any

import pytest
import time_machine

from payments.gateways.base import StatementLine
from payments.models import BankAccount, Bill, BillFile, DebitLine, DebitRun
from payments.services import asking, debit, instalments, reconciliation
from payments.services.dues import dues_of
from portal import clock
from portal.notifications.models import Message
from tests import factories
from tests.payments import booth as booths
from tests.payments import collecting

pytestmark = pytest.mark.django_db


@pytest.fixture
def march_10() -> Any:
    with time_machine.travel(collecting.DEBIT_DAY, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def bank(monkeypatch: pytest.MonkeyPatch, march_10: object) -> collecting.TestBank:
    return collecting.open_bank(monkeypatch)


@pytest.fixture
def bill(bill: Bill) -> Bill:
    """To be paid by the end of March."""
    Bill.objects.filter(pk=bill.pk).update(due_on=date(2026, 3, 31))
    bill.refresh_from_db()
    return bill


@pytest.mark.parametrize(("more_fen", "kinds"), [(0, []), (-100, ["amount"]), (None, ["ours_only"])])
def test_the_file_of_the_bank_is_compared_with_what_was_debited(
    more_fen: int | None, kinds: list[str], bill: Bill, bank: collecting.TestBank, march_10: Any
) -> None:
    collecting.mandate(bill.person)
    debit.run_due()
    order = DebitLine.objects.get().order
    line = StatementLine(
        trade_no=f"B{order.number}",
        order_number=order.number,
        kind="payment",
        amount_fen=order.amount_fen + (more_fen or 0),
        at=collecting.PAID_AT,
    )
    bank.files[date(2026, 3, 10)] = () if more_fen is None else (line,)

    march_10.move_to("2026-03-11T04:00:00Z")
    reconciliation.import_due()

    file = BillFile.objects.get(gateway="debit", day=date(2026, 3, 10))
    assert [one.kind for one in file.differences.all()] == kinds
    assert BillFile.objects.filter(gateway="debit").count() == reconciliation.LOOKED_BACK_DAYS


def test_on_the_last_debit_day_the_message_asks_to_pay_oneself(bill: Bill, bank: collecting.TestBank) -> None:
    Bill.objects.filter(pk=bill.pk).update(due_on=date(2026, 3, 19))
    collecting.mandate(bill.person)
    bank.says = "insufficient"

    debit.run_due()

    message = Message.objects.filter(recipient=bill.person.user_id).latest("pk")
    assert message.title == "银行代缴没有成功，请自己缴费"
    assert "缴费期内不再扣款。请在 2026年3月19日 以前" in message.body


@pytest.mark.parametrize("said", ["insufficient", "returned"])
def test_an_answer_behind_the_last_day_asks_for_no_payment_before_it(
    said: str, bill: Bill, bank: collecting.TestBank, march_10: Any
) -> None:
    Bill.objects.filter(pk=bill.pk).update(due_on=date(2026, 3, 10))
    collecting.mandate(bill.person)
    bank.says, bank.is_silent = said, True
    debit.run_due()

    march_10.move_to("2026-03-10T16:01:00Z")
    asking.query_pending()
    debit.run_due()

    message = Message.objects.filter(recipient=bill.person.user_id).latest("pk")
    assert "最迟缴费日 2026年3月10日 已经过了" in message.body
    assert "以前" not in message.body


def test_behind_its_last_day_a_bill_is_not_debited(bill: Bill, bank: collecting.TestBank) -> None:
    Bill.objects.filter(pk=bill.pk).update(due_on=date(2026, 3, 9))
    collecting.mandate(bill.person)
    assert dues_of(bill.person, clock.today()).payable

    debit.run_due()

    assert bank.asked == []
    assert DebitRun.objects.get().finished_at


def test_of_a_plan_the_part_of_the_month_is_debited(bill: Bill, bank: collecting.TestBank, march_10: Any) -> None:
    later = booths.bill_of(bill.enrollment, kind="20")
    parts = [
        instalments.NewPart(no=no, due_on=due_on, bills=(one.number,))
        for no, (one, due_on) in enumerate([(bill, date(2026, 3, 31)), (later, date(2026, 4, 30))], start=1)
    ]
    instalments.open_plan(parts, basis="FQ20260310ABCDEFG")
    collecting.mandate(bill.person)

    debit.run_due()
    assert list(DebitLine.objects.values_list("bill", flat=True)) == [bill.pk]
    march_10.move_to("2026-04-10T02:00:00Z")
    debit.run_due()

    assert list(DebitLine.objects.order_by("pk").values_list("bill", flat=True)) == [bill.pk, later.pk]


def test_an_account_that_is_not_bound_any_more_is_not_debited(bill: Bill, bank: collecting.TestBank) -> None:
    signed = collecting.mandate(bill.person)
    BankAccount.objects.filter(pk=signed.account_id).update(ended_at=clock.now())

    debit.run_due()

    assert bank.asked == []


def test_each_mandate_is_a_transaction_of_its_own(
    area: factories.PoolingArea, bill: Bill, bank: collecting.TestBank
) -> None:
    collecting.mandate(bill.person)
    other = booths.bill_of(factories.resident(area=area).enrollments.get())
    Bill.objects.filter(pk=other.pk).update(due_on=date(2026, 3, 31))
    second = collecting.mandate(other.person)
    debit.start_runs()
    run = DebitRun.objects.get()

    assert debit._prepare(run.pk)
    run.refresh_from_db()
    assert (run.done, DebitLine.objects.count()) == (1, 1)
    assert (debit._prepare(run.pk), debit._prepare(run.pk)) == (True, False)
    run.refresh_from_db()

    assert (run.done, run.cursor, DebitLine.objects.count()) == (2, second.pk, 2)
