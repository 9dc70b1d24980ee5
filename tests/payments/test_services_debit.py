"""Bank accounts, mandates and the debit run: once per bill, told when it failed, tried again on the next day."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection

from payments.models import (
    BankAccount,
    Bill,
    ContributionRecord,
    DebitLine,
    DebitMandate,
    DebitRun,
    LedgerTransaction,
)
from payments.services import accounts, asking, debit, invariants, mandates
from payments.services.dues import dues_of
from portal import clock
from portal.errors import BusinessRuleError, ConflictError
from portal.notifications.models import Message
from tests import factories
from tests.payments import booth as booths
from tests.payments import collecting, receipts

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


def codes(caught: pytest.ExceptionInfo[BusinessRuleError]) -> list[str]:
    return [reason.code for reason in caught.value.reasons]


def titles(bill: Bill) -> list[str]:
    return list(Message.objects.filter(recipient=bill.person.user_id).order_by("pk").values_list("title", flat=True))


def test_an_account_is_bound_once_the_bank_says_it_is_ones_own(
    resident: factories.InsuredPerson, bank: collecting.TestBank
) -> None:
    made = accounts.bind("6228 4804 0256 4890 018", bank="abc", by=factories.account_of(resident))

    assert accounts.shown(made) == "中国农业银行 6228 **** **** 0018"
    assert bank.asked == [f"check {resident.name}"]


def test_the_number_is_sealed_in_the_table(resident: factories.InsuredPerson) -> None:
    collecting.account(resident)

    with connection.cursor() as cursor:
        cursor.execute("SELECT number, number_index FROM payments_bankaccount")
        sealed, index = cursor.fetchone()
    assert collecting.CARD.encode() not in bytes(sealed)
    assert collecting.CARD not in index


@pytest.mark.parametrize("said", ["no-account", "holder-differs"])
def test_an_account_of_somebody_else_is_refused(
    said: str, resident: factories.InsuredPerson, bank: collecting.TestBank
) -> None:
    bank.check_says = said

    with pytest.raises(BusinessRuleError) as caught:
        accounts.bind(collecting.CARD, bank="abc", by=factories.account_of(resident))

    assert codes(caught) == [f"bank.{said}"]
    assert not BankAccount.objects.exists()


def test_without_an_answer_nothing_is_bound(resident: factories.InsuredPerson, bank: collecting.TestBank) -> None:
    bank.is_silent = True

    with pytest.raises(BusinessRuleError) as caught:
        accounts.bind(collecting.CARD, bank="abc", by=factories.account_of(resident))

    assert codes(caught) == ["bank.silent"]


def test_a_wrong_number_never_reaches_the_bank(resident: factories.InsuredPerson, bank: collecting.TestBank) -> None:
    with pytest.raises(BusinessRuleError) as caught:
        accounts.bind("6228480402564890019", bank="abc", by=factories.account_of(resident))

    assert (codes(caught), bank.asked) == (["bank.number-check"], [])


def test_the_bank_is_asked_only_so_often(resident: factories.InsuredPerson, bank: collecting.TestBank) -> None:
    bank.check_says = "holder-differs"
    for _ in range(accounts.TRIES_A_DAY):
        with pytest.raises(BusinessRuleError):
            accounts.bind(collecting.CARD, bank="abc", by=factories.account_of(resident))

    with pytest.raises(BusinessRuleError):
        accounts.bind(collecting.CARD, bank="abc", by=factories.account_of(resident))

    assert len(bank.asked) == accounts.TRIES_A_DAY


def test_there_is_one_account_until_it_is_ended(resident: factories.InsuredPerson) -> None:
    collecting.account(resident)

    with pytest.raises(ConflictError):
        accounts.bind(collecting.CARD, bank="abc", by=factories.account_of(resident))
    accounts.end_binding(by=factories.account_of(resident))
    accounts.bind(collecting.CARD, bank="abc", by=factories.account_of(resident))

    assert BankAccount.objects.bound().count() == 1


def test_ending_the_account_ends_its_mandates(resident: factories.InsuredPerson) -> None:
    collecting.mandate(resident)

    accounts.end_binding(by=factories.account_of(resident))

    assert DebitMandate.objects.get().ended_because == "account"


def test_a_mandate_needs_consent_an_account_and_a_near_month(resident: factories.InsuredPerson) -> None:
    user, pk = factories.account_of(resident), resident.enrollments.get().pk
    wrong: list[dict[str, Any]] = [
        {"has_agreed": False},
        {"starts_on": date(2026, 2, 1)},
        {"starts_on": date(2026, 9, 1)},
    ]
    with pytest.raises(BusinessRuleError) as unbound:
        mandates.sign(pk, starts_on=date(2026, 3, 1), has_agreed=True, token=receipts.token(), by=user)
    collecting.account(resident)

    found = []
    for more in wrong:
        given = {"starts_on": date(2026, 3, 1), "has_agreed": True, "token": receipts.token(), "by": user} | more
        with pytest.raises(BusinessRuleError) as caught:
            mandates.sign(pk, **given)
        found += codes(caught)

    assert codes(unbound) == ["bank.not-bound"]
    assert found == ["mandate.consent-needed", "mandate.month", "mandate.month"]


def test_an_employee_of_a_unit_signs_nothing(area: factories.PoolingArea) -> None:
    person = factories.employee(of=factories.employer(area=area))

    with pytest.raises(BusinessRuleError) as caught:
        collecting.mandate(person)

    assert codes(caught) == ["mandate.not-yours"]


def test_a_scheme_is_signed_once(resident: factories.InsuredPerson) -> None:
    signed = collecting.mandate(resident)

    with pytest.raises(ConflictError):
        mandates.sign(
            signed.enrollment_id,
            starts_on=date(2026, 3, 1),
            has_agreed=True,
            token=receipts.token(),
            by=factories.account_of(resident),
        )


def test_a_debit_ends_in_the_same_posting_as_an_order(bill: Bill) -> None:
    collecting.mandate(bill.person)

    debit.run_due()

    bill.refresh_from_db()
    order = DebitLine.objects.get().order
    assert (bill.status, ContributionRecord.objects.get().way) == (Bill.PAID, "08")
    assert LedgerTransaction.objects.get().key == f"payment:debit:B{order.number}"
    assert (DebitLine.objects.get().outcome, DebitRun.objects.get().finished_at is None) == ("paid", False)
    assert titles(bill)[-1] == "医保缴费成功"
    assert invariants.bills_out_of_line() == invariants.trades_not_posted_once() == []


def test_a_run_happens_once_a_day_and_only_on_its_days(bill: Bill, bank: collecting.TestBank, march_10: Any) -> None:
    collecting.mandate(bill.person)
    march_10.move_to("2026-03-11T02:00:00Z")
    debit.run_due()
    assert not DebitRun.objects.exists()

    march_10.move_to("2026-03-20T02:00:00Z")
    for _ in range(3):
        debit.run_due()

    assert (DebitRun.objects.count(), bank.debited) == (1, 1)


def test_what_is_not_there_is_told_and_taken_on_the_next_day(
    bill: Bill, bank: collecting.TestBank, march_10: Any
) -> None:
    collecting.mandate(bill.person)
    bank.says = "insufficient"
    debit.run_due()
    debit.run_due()

    message = Message.objects.filter(recipient=bill.person.user_id).latest("pk")
    assert message.title == "银行代缴没有成功，余额不足"
    bill.refresh_from_db()
    assert (bill.status, DebitLine.objects.get().outcome) == (Bill.OPEN, "insufficient")
    assert DebitLine.objects.get().order.closed_because == "insufficient"
    bank.says = "paid"
    march_10.move_to("2026-03-20T02:00:00Z")
    debit.run_due()
    bill.refresh_from_db()
    assert bill.status == Bill.PAID


def test_a_message_names_the_next_day_while_there_is_one(bill: Bill, bank: collecting.TestBank) -> None:
    Bill.objects.filter(pk=bill.pk).update(due_on=date(2026, 3, 25))
    collecting.mandate(bill.person)
    bank.says = "insufficient"

    debit.run_due()

    message = Message.objects.filter(recipient=bill.person.user_id).latest("pk")
    assert "2026年3月20日" in message.body
    assert titles(bill).count("银行代缴没有成功，余额不足") == 1


def test_what_the_bank_took_without_saying_so_is_taken_once(bill: Bill, bank: collecting.TestBank) -> None:
    collecting.mandate(bill.person)
    bank.is_silent = True
    debit.run_due()
    assert (bank.debited, DebitLine.objects.get().outcome) == (1, "open")

    bank.is_silent = False
    debit.run_due()

    bill.refresh_from_db()
    assert (bank.debited, bill.status, DebitLine.objects.get().outcome) == (1, Bill.PAID, "paid")


def test_the_query_finds_it_too(bill: Bill, bank: collecting.TestBank, march_10: Any) -> None:
    collecting.mandate(bill.person)
    bank.is_silent = True
    debit.run_due()
    march_10.move_to("2026-03-10T02:01:00Z")

    asking.query_pending()

    bill.refresh_from_db()
    assert bill.status == Bill.PAID


def test_a_debit_that_never_reached_the_bank_is_closed_there_and_free_again(
    bill: Bill, bank: collecting.TestBank, march_10: Any
) -> None:
    collecting.mandate(bill.person)
    debit.start_runs()
    debit._prepare(DebitRun.objects.get().pk)
    march_10.move_to("2026-03-10T03:00:00Z")

    asking.query_pending()
    debit.run_due()

    assert (bank.debited, DebitLine.objects.get().outcome) == (0, "failed")
    assert not DebitLine.objects.get().order.lines.filter(is_live=True).exists()


def test_an_ended_mandate_is_not_debited(bill: Bill, bank: collecting.TestBank) -> None:
    signed = collecting.mandate(bill.person)
    mandates.end(signed.number, by=factories.account_of(bill.person))

    debit.run_due()

    assert bank.asked == []


def test_a_mandate_of_later_months_waits(bill: Bill, bank: collecting.TestBank) -> None:
    collecting.mandate(bill.person, starts_on=date(2026, 4, 1))

    debit.run_due()

    assert bank.asked == []


def test_a_bill_that_somebody_is_paying_is_left_alone(
    bill: Bill, bank: collecting.TestBank, booth: booths.Booth
) -> None:
    collecting.mandate(bill.person)
    booths.opened(bill, by=factories.account_of(bill.person))

    debit.run_due()

    assert bank.asked == []


def test_what_is_not_to_be_paid_now_is_not_debited(bill: Bill, bank: collecting.TestBank) -> None:
    collecting.mandate(bill.person)
    type(bill.enrollment).objects.filter(pk=bill.enrollment_id).update(status="2")
    assert dues_of(bill.person, clock.today()).items[0].why_not

    debit.run_due()

    assert bank.asked == []


def test_the_rest_of_a_part_paid_bill_is_debited(bill: Bill, bank: collecting.TestBank) -> None:
    receipts.confirmed(receipts.entered(bill, area=bill.area, amount_fen=15_000))
    collecting.mandate(bill.person)

    debit.run_due()

    assert next(iter(bank.trades.values())).amount_fen == 25_000


def test_a_stranger_ends_nothing(resident: factories.InsuredPerson, stranger: factories.User) -> None:
    signed = collecting.mandate(resident)

    with pytest.raises(DebitMandate.DoesNotExist):
        mandates.end(signed.number, by=stranger)
    accounts.end_binding(by=stranger)

    assert BankAccount.objects.bound().exists()


def test_a_big_run_opens_no_order_that_runs_out_of_time_before_its_turn(
    area: factories.PoolingArea, bank: collecting.TestBank, march_10: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debit, "LIMIT", 1)
    for _ in range(3):
        person = factories.resident(area=area)
        owing = booths.bill_of(person.enrollments.get())
        Bill.objects.filter(pk=owing.pk).update(due_on=date(2026, 3, 31))
        collecting.mandate(person)

    for _ in range(3):
        debit.run_due()
        march_10.shift(20 * 60)
        asking.query_pending()
    debit.run_due()

    assert [line.outcome for line in DebitLine.objects.order_by("pk")] == ["paid"] * 3
    assert bank.debited == 3
    assert DebitRun.objects.get().finished_at is not None
