"""A return that was paid in part only when its day came: the person is told what to do, two of finance give it back."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from insured.models import Enrollment, InsuredPerson
from payments.models import Bill, Refund
from payments.services import accounts, late_parts, refunds
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from portal.notifications.models import Message
from suspension.models import Application
from suspension.services import effect
from tests import factories
from tests.payments import receipts, refunding
from tests.suspension import returning

pytestmark = pytest.mark.django_db
LATE = "2026-04-02T02:00:00Z"


@pytest.fixture
def person(area: factories.PoolingArea) -> InsuredPerson:
    returning.standards(area)
    return returning.paused_resident(area=area, last=date(2025, 12, 31))


@pytest.fixture
def waiting(person: InsuredPerson, caseworker: User) -> Application:
    """Approved on 10 March; 100 of what is due came by a transfer."""
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
        found = returning.approved(person, by=caseworker, coverage_year=2026)
        bill = returning.bill_of(found)
        receipts.confirmed(receipts.entered(bill, area=bill.area, amount_fen=10_000))
    return found


@pytest.fixture
def pair(area: factories.PoolingArea) -> tuple[User, User]:
    return factories.staff(area=area, role="finance"), factories.staff(area=area, role="finance", name="钱二")


def given_back(bill: Bill, *, by: User, account: Any = refunding.ACCOUNT) -> Refund:
    (made,) = late_parts.give_back(bill.number, account=account, text="逾期未缴足", token=refunding.token(), by=by)
    return made


def test_two_of_finance_give_it_back_and_the_application_ends(
    waiting: Application, person: InsuredPerson, pair: tuple[User, User]
) -> None:
    bill = returning.bill_of(waiting)
    with time_machine.travel(LATE, tick=False):
        assert [one.pk for one in late_parts.late_parts(pair[0])] == [bill.pk]
        made = given_back(bill, by=pair[0])
        with pytest.raises(BusinessRuleError):
            refunding.released(made, makers=(pair[0], pair[0]))
        paid = refunding.released(made, makers=pair)
        assert effect.void_unpaid() == 0
        refunds.confirm_payout(
            paid.number, version=paid.version, reference="回单0001", token=refunding.token(), by=pair[0]
        )
        assert effect.void_unpaid() == 1
        again = returning.approved(person, by=factories.staff(area=bill.area), coverage_year=2026)

    bill.refresh_from_db()
    waiting.refresh_from_db()
    assert (made.amount_fen, made.way, bill.status, waiting.state) == (10_000, "account", Bill.REFUNDED, "voided")
    assert again.pk != waiting.pk
    assert returning.enrollment_of(person).status == Enrollment.PAUSED
    titles = list(Message.objects.filter(recipient=person.user).values_list("title", flat=True))
    assert "退款已到您的银行账户" in titles
    assert refunding.money_is_in_order()


def test_the_bound_account_goes_before_a_typed_one(
    waiting: Application, person: InsuredPerson, pair: tuple[User, User]
) -> None:
    accounts._bind(person, number="6222021199010054321", bank="icbc", check_no="1")
    with time_machine.travel(LATE, tick=False):
        made = given_back(returning.bill_of(waiting), by=pair[0])

    assert (made.account, made.account_name, made.account_bank) == ("6222021199010054321", person.name, "中国工商银行")


def test_nothing_goes_without_an_account(waiting: Application, pair: tuple[User, User]) -> None:
    with time_machine.travel(LATE, tick=False), pytest.raises(BusinessRuleError) as caught:
        given_back(returning.bill_of(waiting), by=pair[0], account=None)

    assert refunding.codes(caught) == ["refund.no-account"]
    assert not Refund.objects.exists()


def test_before_its_day_has_passed_it_is_still_to_be_paid(waiting: Application, pair: tuple[User, User]) -> None:
    with time_machine.travel("2026-03-11T02:00:00Z", tick=False), pytest.raises(BusinessRuleError) as caught:
        given_back(returning.bill_of(waiting), by=pair[0])

    assert refunding.codes(caught) == ["refund.no-late-part"]


def test_money_that_waits_for_a_second_person_goes_first(waiting: Application, pair: tuple[User, User]) -> None:
    bill = returning.bill_of(waiting)
    with time_machine.travel(LATE, tick=False):
        receipts.entered(bill, area=bill.area, paid_on=bill.due_on)
        with pytest.raises(BusinessRuleError) as caught:
            given_back(bill, by=pair[0])

    assert refunding.codes(caught) == ["refund.late-part-waits"]


def test_what_is_going_back_is_not_paid_up_any_more(waiting: Application, pair: tuple[User, User]) -> None:
    bill = returning.bill_of(waiting)
    with time_machine.travel(LATE, tick=False):
        given_back(bill, by=pair[0])
        bill.refresh_from_db()
        with pytest.raises(BusinessRuleError) as caught:
            receipts.entered(bill, area=bill.area, paid_on=bill.due_on)

    assert refunding.codes(caught) == ["dues.part-goes-back"]


@pytest.mark.parametrize("who", ["another area", "caseworker", "relative"])
def test_only_finance_of_the_area_and_nobody_close(
    waiting: Application, person: InsuredPerson, pair: tuple[User, User], who: str
) -> None:
    if who == "another area":
        by = factories.staff(area=factories.area(code="119902", name="临江市"), role="finance")
    elif who == "caseworker":
        by = factories.staff(area=person.area)
    else:
        by = pair[0]
        own = factories.person(area=person.area, user=by)
        factories.relation(person=own, relative=person)

    with time_machine.travel(LATE, tick=False), pytest.raises(BusinessRuleError):
        given_back(returning.bill_of(waiting), by=by)

    assert not Refund.objects.exists()


def test_what_the_bank_returns_stands_as_a_part_again(waiting: Application, pair: tuple[User, User]) -> None:
    bill = returning.bill_of(waiting)
    with time_machine.travel(LATE, tick=False):
        paid = refunding.released(given_back(bill, by=pair[0]), makers=pair)
        done = refunds.confirm_payout(
            paid.number, version=paid.version, reference="回单0001", token=refunding.token(), by=pair[0]
        )
        refunds.take_return(done.number, version=done.version, text="收款卡已注销", token=refunding.token(), by=pair[0])

    bill.refresh_from_db()
    assert (bill.status, bill.refunded_fen) == (Bill.PART_PAID, 0)
    assert refunding.money_is_in_order()


def test_the_pages_say_what_to_do(waiting: Application, person: InsuredPerson, pair: tuple[User, User]) -> None:
    mine = factories.client_of(factories.account_of(person))
    desk = factories.client_of(pair[0])
    bill = returning.bill_of(waiting)
    with time_machine.travel(LATE, tick=False):
        dues = mine.get("/pay/").content.decode()
        case = mine.get(reverse("application", args=[waiting.number])).content.decode()
        listed = desk.get(reverse("admin:payments_refund_late")).content.decode()
        form = desk.get(reverse("admin:payments_refund_late"), {"bill": bill.number}).content.decode()
        sent = desk.post(
            reverse("admin:payments_refund_late"),
            {
                "bill": bill.number,
                "token": refunding.token(),
                "text": "逾期未缴足",
                "holder": person.name,
                "bank": "示例银行",
                "number": "6222 0211 9901 0012 345",
            },
        )
        after = mine.get("/pay/").content.decode()

    assert "不能再补缴" in dues
    assert "请补足余款" not in dues
    assert "最后宽限到" not in dues
    assert "绑定银行账户，等退款" in dues
    assert "过了最迟缴费日，没有缴足" in case
    assert bill.number in listed
    assert person.name not in listed
    assert "退回已缴的 100.00元" in form
    assert sent.status_code == 302
    assert "正在退给您" in after
