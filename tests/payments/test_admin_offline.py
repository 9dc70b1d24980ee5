"""线下收款 at the desk: the way from the search to the second person's yes, and who sees nothing of it."""

import re

import pytest
import time_machine
from django.test import Client

from payments.models import Bill, OfflinePayment
from portal.audit.models import AccessLog
from tests import factories
from tests.payments import receipts

pytestmark = pytest.mark.django_db
LIST = "/admin/payments/offlinepayment/"


@pytest.fixture(autouse=True)
def march_10() -> object:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def browsers(area: factories.PoolingArea) -> tuple[Client, Client]:
    """A caseworker at the counter and somebody of finance."""
    return factories.client_of(factories.staff(area=area)), factories.client_of(receipts.finance(area))


def hidden(page: str, action: str = "") -> dict[str, str]:
    """The token and the version of the form that is sent to an address, or of the page's own."""
    form = page.split(f'action="{action}"' if action else 'class="card" method="post"')[1].split("</form>")[0]
    return dict(re.findall(r'name="(token|version)" value="([^"]*)"', form))


def typed(bill: Bill, **more: str) -> dict[str, str]:
    given = {"bill": bill.number, "channel": "counter", "receipt_no": "SJ-0001", "amount_fen": "400"}
    return given | {"paid_on": "2026-03-10", "payer_name": "苏文岚", "note": ""} | more


def test_from_the_search_to_the_money_on_the_bill(browsers: tuple[Client, Client], bill: Bill) -> None:
    counter, finance = browsers
    found = counter.post(f"{LIST}enter/", {"typed": bill.person.number})
    form = counter.get(found["Location"]).content.decode()
    assert bill.number in form

    entered = counter.post(found["Location"], hidden(form) | typed(bill))
    number = OfflinePayment.objects.get().number
    assert entered["Location"] == f"{LIST}{number}/"
    assert f"{LIST}{number}/confirm/" not in counter.get(f"{LIST}{number}/").content.decode()
    page = finance.get(f"{LIST}{number}/").content.decode()
    answer = finance.post(f"{LIST}{number}/confirm/", hidden(page, f"{LIST}{number}/confirm/"))

    bill.refresh_from_db()
    assert (answer.status_code, bill.status) == (302, Bill.PAID)
    assert "已入账" in finance.get(f"{LIST}?tab=all").content.decode()
    assert AccessLog.objects.filter(subject_id=bill.person_id, reason="登记线下收款").exists()


def test_a_refused_receipt_keeps_what_was_typed(browsers: tuple[Client, Client], bill: Bill) -> None:
    address = f"{LIST}enter/persons/{bill.person.number}/"
    form = hidden(browsers[0].get(address).content.decode())

    too_much = browsers[0].post(address, form | typed(bill, amount_fen="500"))
    empty = browsers[0].post(address, form | typed(bill, receipt_no=""))

    assert (too_much.status_code, empty.status_code) == (422, 422)
    assert "只差400.00元" in too_much.content.decode()
    assert 'value="500"' in too_much.content.decode()
    assert not OfflinePayment.objects.exists()


def test_a_transfer_of_nobody_goes_to_suspense_and_then_to_a_bill(browsers: tuple[Client, Client], bill: Bill) -> None:
    _, finance = browsers
    other = factories.client_of(receipts.finance(bill.area))
    address = f"{LIST}enter/suspense/{bill.area.code}/"
    finance.post(
        address, hidden(finance.get(address).content.decode()) | typed(bill, channel="bank") | {"bill": "none"}
    )
    here = f"{LIST}{OfflinePayment.objects.get().number}/"

    other.post(f"{here}confirm/", hidden(other.get(here).content.decode(), f"{here}confirm/"))
    assert "暂收待查" in finance.get(f"{LIST}?tab=suspense").content.decode()
    form = hidden(finance.get(here).content.decode(), f"{here}match/")
    unknown = finance.post(f"{here}match/", form | {"bill": "ZD20260310NOSUCHX"})
    assert (unknown.status_code, 'value="ZD20260310NOSUCHX"' in unknown.content.decode()) == (422, True)
    form = hidden(unknown.content.decode(), f"{here}match/")
    finance.post(f"{here}match/", form | {"bill": bill.number.lower()})
    other.post(f"{here}confirm/", hidden(other.get(here).content.decode(), f"{here}confirm/"))

    bill.refresh_from_db()
    assert bill.status == Bill.PAID


def test_too_short_a_reason_stays_on_the_page(browsers: tuple[Client, Client], bill: Bill) -> None:
    here = f"{LIST}{receipts.entered(bill, area=bill.area).number}/"
    form = hidden(browsers[1].get(here).content.decode(), f"{here}refuse/")

    answer = browsers[1].post(f"{here}refuse/", form | {"text": "不符"})

    assert answer.status_code == 422
    assert "至少5个字" in answer.content.decode()


@pytest.mark.parametrize("role", ["reviewer", "auditor", "administrator"])
def test_other_posts_have_no_such_page(role: str, bill: Bill) -> None:
    number = receipts.entered(bill, area=bill.area).number
    client = factories.client_of(factories.staff(area=bill.area, role=role))

    assert {client.get(f"{LIST}{rest}").status_code for rest in ("", "enter/", f"{number}/")} <= {403, 404}


def test_a_supervisor_looks_and_does_nothing(bill: Bill) -> None:
    number = receipts.entered(bill, area=bill.area).number
    client = factories.client_of(factories.staff(area=bill.area, role="supervisor"))

    assert client.get(f"{LIST}{number}/").status_code == 200
    assert client.post(f"{LIST}{number}/confirm/").status_code == 403
    assert client.get(f"{LIST}enter/").status_code == 403


def test_a_receipt_of_another_area_is_not_there(bill: Bill) -> None:
    number = receipts.entered(bill, area=bill.area).number
    stranger = factories.client_of(receipts.finance(factories.area(code="119902", name="邻市")))

    assert stranger.get(f"{LIST}{number}/").status_code == 404
    assert number not in stranger.get(f"{LIST}?tab=all").content.decode()
