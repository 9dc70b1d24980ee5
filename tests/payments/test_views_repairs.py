"""补缴断保年度: the page with every number of years, and choosing one without a script."""

import re

import pytest
from django.test import Client

from insured.models import InsuredPerson, PoolingArea
from payments.models import Bill
from portal.accounts.models import User
from tests import factories
from tests.payments import booth, gaps

pytestmark = pytest.mark.django_db
in_the_window = pytest.fixture(autouse=True)(gaps.standing_still)


@pytest.fixture
def owing(area: PoolingArea) -> tuple[InsuredPerson, Bill]:
    return gaps.owing(area)


def client_of(person: InsuredPerson) -> Client:
    return factories.client_of(factories.account_of(person))


def address(bill: Bill) -> str:
    return f"/me/bills/{bill.number}/repairs/"


def test_shows_every_number_with_its_amount_its_day_and_why(owing: tuple[InsuredPerson, Bill]) -> None:
    person, bill = owing

    text = client_of(person).get(address(bill)).content.decode()

    found = re.findall(r'<tr><th scope="row".*?</tr>', text, re.DOTALL)
    rows = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]
    assert [row.split(" 选这种")[0] for row in rows] == [
        "不补缴 400.00 2028年6月1日 现在选的",
        "补缴 1 年 800.00 2028年5月1日",
        "补缴 2 年 1,200.00 2028年4月1日",
        "补缴 3 年 1,600.00 2028年4月1日 多补没有用，不用缴",
    ]
    assert text.count('name="years"') == 2
    assert "断保第1年不另加，以后每多断1年多等1个月：您断保3年，再多等2个月" in text
    assert "能让您少等的只有2年" in text


def test_a_choice_changes_the_bill_and_a_repeat_goes_to_the_same_page(owing: tuple[InsuredPerson, Bill]) -> None:
    person, bill = owing
    client, sent = client_of(person), {"years": "2", "version": str(bill.version)}

    answers = [client.post(address(bill), sent) for _ in range(2)]

    assert [(one.status_code, one["Location"]) for one in answers] == [(302, f"/me/bills/{bill.number}/")] * 2
    page = client.get(f"/me/bills/{bill.number}/").content.decode()
    assert "您选了补缴断保 <b>2</b> 年" in page
    assert "1,200.00" in page
    assert "这里包括补缴断保 <b>2</b> 年" in client.get("/pay/").content.decode()
    assert Bill.objects.get().version == bill.version + 1


def test_the_dues_lead_here(owing: tuple[InsuredPerson, Bill]) -> None:
    person, bill = owing

    for page in ("/pay/", f"/me/bills/{bill.number}/"):
        assert address(bill) in client_of(person).get(page).content.decode()


@pytest.mark.parametrize("years", ["3", "", "x", "-1", "²", "9" * 30])
def test_a_number_that_is_not_offered_is_refused(owing: tuple[InsuredPerson, Bill], years: str) -> None:
    person, bill = owing

    answer = client_of(person).post(address(bill), {"years": years, "version": str(bill.version)})

    assert answer.status_code == 422
    assert "没有改" in answer.content.decode()
    assert Bill.objects.get().payable_fen == 40_000


def test_nothing_can_be_chosen_while_an_order_is_live(owing: tuple[InsuredPerson, Bill]) -> None:
    person, bill = owing
    booth.opened(bill, by=factories.account_of(person))

    page = client_of(person).get(address(bill)).content.decode()
    answer = client_of(person).post(address(bill), {"years": "1", "version": str(bill.version)})

    assert "现在不能改" in page
    assert 'name="years"' not in page
    assert answer.status_code == 409


def test_a_page_older_than_the_bill_says_so(owing: tuple[InsuredPerson, Bill]) -> None:
    person, bill = owing

    answer = client_of(person).post(address(bill), {"years": "1", "version": str(bill.version + 1)})

    assert answer.status_code == 409
    assert Bill.objects.get().repair_years == 0


def test_a_bill_without_this_choice_is_shown_as_it_is(owing: tuple[InsuredPerson, Bill]) -> None:
    person, bill = owing
    Bill.objects.filter(pk=bill.pk).update(status=Bill.VOID)

    assert client_of(person).get(address(bill))["Location"] == f"/me/bills/{bill.number}/"


def test_nobody_else_finds_it(owing: tuple[InsuredPerson, Bill], stranger: User, agent: User, caseworker: User) -> None:
    _, bill = owing

    for user in (stranger, agent, caseworker):
        client = factories.client_of(user)
        assert client.get(address(bill)).status_code == 404
        assert client.post(address(bill), {"years": "1", "version": "1"}).status_code == 404
    assert Client().get(address(bill)).status_code == 302


def test_it_is_not_put(owing: tuple[InsuredPerson, Bill]) -> None:
    person, bill = owing

    assert client_of(person).put(address(bill)).status_code == 405
