"""退款 at the desk: from an approved application to the money, a stuck one, and who sees nothing of it."""

import re

import pytest
import time_machine
from django.test import Client

from payments.gateways.base import Outcome
from payments.models import Bill, Refund
from payments.services import giving_back, refunds, results
from payments.services.bills import open_bill
from portal.accounts.models import User
from tests import factories
from tests.payments import booth as booths
from tests.payments import owed, refunding
from tests.payments.records import year_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("booth")]
LIST = "/admin/payments/refund/"


@pytest.fixture
def makers(bill: Bill) -> tuple[User, User]:
    return refunding.two(bill)


def hidden(page: str, action: str) -> dict[str, str]:
    """The token and the version of the form that is sent to an address."""
    form = page.split(f'action="{action}"')[1].split("</form>")[0]
    return dict(re.findall(r'name="(token|version)" value="([^"]*)"', form))


def press(browser: Client, refund: Refund, action: str, **typed: str) -> int:
    address = f"{LIST}{refund.number}/{action}/"
    page = browser.get(f"{LIST}{refund.number}/").content.decode()
    status: int = browser.post(address, hidden(page, address) | typed).status_code
    refund.refresh_from_db()
    return status


def test_two_persons_bring_it_to_the_gateway(bill: Bill, payer: User, makers: tuple[User, User]) -> None:
    refunding.paid_order(bill, by=payer)
    (refund,) = refunding.asked(bill)
    first, second = (factories.client_of(one) for one in makers)
    assert refund.number in first.get(LIST).content.decode()

    assert press(first, refund, "make") == 302
    assert f"{refund.number}/release/" not in first.get(f"{LIST}{refund.number}/").content.decode()
    assert press(second, refund, "release") == 302
    refunds.send_due()

    refund.refresh_from_db()
    assert refund.state == "done"
    page = second.get(f"{LIST}{refund.number}/").content.decode()
    for words in ("退费申请审核通过", "经办", "复核放款", makers[0].display_name, "已退款"):
        assert words in page


def test_the_list_shows_what_was_paid_before_the_hall(bill: Bill, makers: tuple[User, User]) -> None:
    """Such a refund has neither order nor bill; the desk's list once failed on it as a whole."""
    assert bill.person is not None
    record = year_of(bill.person, year=2029)
    part = giving_back.Part(record=record, amount_fen=100, first=record.period_starts_on, last=record.period_ends_on)
    (refund,) = giving_back.ask_back([part], basis="YB1", account=refunding.ACCOUNT)

    page = factories.client_of(makers[0]).get(LIST).content.decode()

    assert refund.number in page
    assert "退到银行账户" in page


def test_a_stuck_one_says_what_to_do_next(bill: Bill, payer: User, makers: tuple[User, User]) -> None:
    refunding.paid_order(bill, by=payer)
    refund = refunding.released(refunding.asked(bill)[0], makers=makers)
    refunding.arrived(refund, outcome=Outcome.CLOSED)
    browser = factories.client_of(makers[0])

    assert refund.number in browser.get(LIST, {"tab": "stuck"}).content.decode()
    assert "不会退两次" in browser.get(f"{LIST}{refund.number}/").content.decode()
    assert press(browser, refund, "retry") == 302
    refunds.send_due()

    refund.refresh_from_db()
    assert refund.state == "done"


def test_a_returned_one_goes_out_to_an_account(bill: Bill, payer: User, makers: tuple[User, User]) -> None:
    refunding.paid_order(bill, by=payer)
    refund = refunding.arrived(refunding.released(refunding.asked(bill)[0], makers=makers))
    first, second = (factories.client_of(one) for one in makers)

    assert press(first, refund, "return", text="收款卡已注销") == 302
    account = {"holder": "苏文岚", "bank": "示例银行", "number": "6222 0211 9901 0012 345"}
    assert press(first, refund, "reissue", **account | {"number": "abc"}) == 422
    assert press(first, refund, "reissue", **account) == 302
    again = Refund.objects.get(replaces=refund)
    assert press(second, again, "release") == 302
    assert press(second, again, "pay-out", text="回单20260312001") == 302

    assert (again.state, again.account) == ("done", "6222021199010012345")
    page = second.get(f"{LIST}{again.number}/").content.decode()
    assert "6222021199010012345" not in page
    assert "****2345" in page


def test_finance_gives_back_a_part_of_an_order(bill: Bill, payer: User, makers: tuple[User, User]) -> None:
    order = refunding.paid_order(bill, by=payer)
    assert bill.enrollment is not None
    bill.enrollment.periods.all().delete()
    browser = factories.client_of(makers[0])
    page = browser.get(f"{LIST}new/", {"order": order.number}).content.decode()
    token = re.findall(r'name="token" value="([^"]*)"', page)[0]
    typed = {"order": order.number, "bill": bill.number, "amount_fen": "400.01", "text": "多收退还差额"}

    refused = browser.post(f"{LIST}new/", typed | {"token": token})
    assert (refused.status_code, "最多还能退" in refused.content.decode()) == (422, True)
    page = refused.content.decode()
    token = re.findall(r'name="token" value="([^"]*)"', page)[0]
    made = browser.post(f"{LIST}new/", typed | {"token": token, "amount_fen": "12.34", "bill": ""})

    refund = Refund.objects.get()
    assert (made["Location"], refund.amount_fen) == (f"{LIST}{refund.number}/", 1_234)


def test_what_was_typed_stays_in_its_form(bill: Bill, payer: User, makers: tuple[User, User]) -> None:
    refunding.paid_order(bill, by=payer)
    refund = refunding.made(refunding.asked(bill)[0], by=makers[0])
    browser = factories.client_of(makers[1])
    here = f"{LIST}{refund.number}/"

    answer = browser.post(
        f"{here}send-back/", hidden(browser.get(here).content.decode(), f"{here}send-back/") | {"text": "不符"}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "退回的原因：请写具体一些，至少5个字。" in page
    assert re.search(r'value="不符"[^>]*id="id_back_text"', page)
    assert 'href="#id_back_text"' in page


def test_an_order_that_is_refused_shows_its_bills(bill: Bill, payer: User, makers: tuple[User, User]) -> None:
    order = refunding.paid_order(bill, by=payer)
    browser = factories.client_of(makers[0])
    token = re.findall(r'name="token" value="([^"]*)"', browser.get(f"{LIST}new/").content.decode())[0]
    typed = {"order": order.number.lower(), "bill": "", "amount_fen": "1", "text": "多收退还差额", "token": token}

    page = browser.post(f"{LIST}new/", typed | {"bill": "ZD20260310NOSUCHX"}).content.decode()

    assert "这张订单付过的账单" in page
    assert bill.number in page
    assert "这张订单没有付过这笔账单" in page
    assert not Refund.objects.exists()


@time_machine.travel("2026-09-10T02:00:00Z", tick=False)
def test_an_order_of_two_bills_asks_which_one(bill: Bill, payer: User, makers: tuple[User, User]) -> None:
    assert bill.enrollment is not None
    other = open_bill(owed.resident_year(bill.enrollment, year=2027))
    order = booths.started(bill, other, by=payer)
    results.apply_result(booths.paid(order, amount_fen=order.amount_fen), gateway="alipay")
    browser = factories.client_of(makers[0])
    token = re.findall(r'name="token" value="([^"]*)"', browser.get(f"{LIST}new/").content.decode())[0]
    typed = {"order": order.number, "bill": "", "amount_fen": "1", "text": "多收退还差额", "token": token}

    page = browser.post(f"{LIST}new/", typed).content.decode()

    assert "这张订单付了几笔账单" in page
    assert other.number in page


@pytest.mark.parametrize("role", ["caseworker", "reviewer", "auditor", "administrator"])
def test_is_closed_to_others(bill: Bill, payer: User, role: str) -> None:
    refunding.paid_order(bill, by=payer)
    (refund,) = refunding.asked(bill)
    browser = factories.client_of(factories.staff(area=bill.area, role=role))

    assert browser.get(LIST).status_code == 403
    assert browser.get(f"{LIST}{refund.number}/").status_code == 403


def test_of_another_area_is_not_there(bill: Bill, payer: User) -> None:
    refunding.paid_order(bill, by=payer)
    (refund,) = refunding.asked(bill)
    other = factories.staff(area=factories.area(code="119902", name="临江市"), role="finance")
    browser = factories.client_of(other)

    assert refund.number not in browser.get(LIST, {"tab": "all"}).content.decode()
    assert browser.get(f"{LIST}{refund.number}/").status_code == 404
    assert browser.post(f"{LIST}{refund.number}/make/").status_code == 404


def test_a_supervisor_looks_and_does_nothing(bill: Bill, payer: User) -> None:
    refunding.paid_order(bill, by=payer)
    (refund,) = refunding.asked(bill)
    browser = factories.client_of(factories.staff(area=bill.area, role="supervisor"))

    assert "核对无误，经办" not in browser.get(f"{LIST}{refund.number}/").content.decode()
    assert browser.post(f"{LIST}{refund.number}/make/").status_code == 403


@pytest.mark.parametrize("state", ["asked", "made"])
def test_two_persons_drop_one(bill: Bill, payer: User, makers: tuple[User, User], state: str) -> None:
    refunding.paid_order(bill, by=payer)
    (refund,) = refunding.asked(bill)
    first, second = (factories.client_of(one) for one in makers)
    if state == "made":
        refund = refunding.made(refund, by=makers[0])
    else:
        assert press(first, refund, "drop", text="参保人撤回了申请") == 302
    assert refund.state == state
    assert f"{refund.number}/drop/" not in first.get(f"{LIST}{refund.number}/").content.decode()

    assert press(second, refund, "drop", text="参保人撤回了申请") == 302

    bill.refresh_from_db()
    assert (refund.state, bill.refunded_fen) == ("dropped", 0)
    assert refunding.money_is_in_order()
