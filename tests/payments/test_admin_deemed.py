"""视同缴费年限 at the desk: two people, a document, the rules, and nobody of another area or post."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from insured.models import CreditedMonths, InsuredPerson, PoolingArea
from payments.models import Proposal
from tests import factories
from tests.payments.test_admin_finance import decided, sent

pytestmark = pytest.mark.django_db
MATTERS = "/admin/payments/proposal/"
NEW = f"{MATTERS}deemed/new/"
BASIS = "示医保认〔2026〕7号"


@pytest.fixture
def browsers(area: PoolingArea) -> tuple[Client, Client]:
    """Two people of finance."""
    first, second = (factories.client_of(factories.staff(area=area, role="finance")) for _ in range(2))
    return first, second


@pytest.fixture
def person(area: PoolingArea) -> InsuredPerson:
    return factories.flexible(area=area)


def proposed(client: Client, whom: InsuredPerson, **changes: str) -> HttpResponse:
    typed: dict[str, Any] = {
        "person": whom.number,
        "first_month": "2008-09",
        "last_month": "2013-12",
        "basis": BASIS,
        "reason": "服役五年零四个月，档案已核对。",
    }
    return sent(client, NEW, **typed | changes)


def test_counts_when_a_second_person_agrees_and_is_taken_back_the_same_way(
    browsers: tuple[Client, Client], person: InsuredPerson
) -> None:
    first, second = browsers

    proposed(first, person)
    assert not CreditedMonths.objects.exists()
    waiting = first.get(f"{MATTERS}{Proposal.objects.get().number}/").content.decode()
    decided(second)
    row = CreditedMonths.objects.get()
    hall = factories.client_of(factories.account_of(person)).get("/me/retirement/").content.decode()
    sent(second, f"{MATTERS}deemed/{row.pk}/end/", basis="示医保更正〔2026〕2号", reason="与连续工龄重复认定。")
    decided(first)

    assert BASIS in waiting
    assert "64" in waiting
    assert (row.person, row.basis, row.length.months, row.recorded_by == row.agreed_by) == (person, BASIS, 64, False)
    assert BASIS in hall
    assert "64 个月" in hall
    assert not CreditedMonths.objects.standing().exists()
    listed = first.get(f"{MATTERS}deemed/").content.decode()
    assert "已撤销" in listed
    assert person.name not in listed
    assert first.get(f"{MATTERS}deemed/{row.pk}/end/").status_code == 404


def test_the_proposer_cannot_agree(browsers: tuple[Client, Client], person: InsuredPerson) -> None:
    proposed(browsers[0], person)
    proposal = Proposal.objects.get()

    answer = browsers[0].post(f"{MATTERS}{proposal.number}/decide/", {"version": 1, "action": "approve", "text": ""})

    assert answer.status_code == 422
    assert not CreditedMonths.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"first_month": "2013-12", "last_month": "2008-09"}, "起始月在终止月之后"),
        ({"last_month": "2999-01"}, "终止月还没有到"),
        ({"first_month": "1950-01"}, "年满16周岁"),
        ({"basis": ""}, "请填写依据的文件号"),
        ({"first_month": "九月"}, "月份写成 1988-09 的样子"),
        ({"person": "P-nobody"}, "人员编号"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    changes: dict[str, str], sentence: str, browsers: tuple[Client, Client], person: InsuredPerson
) -> None:
    answer = proposed(browsers[0], person, **changes)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Proposal.objects.exists()


def test_only_members_of_the_employee_scheme_have_deemed_months(
    browsers: tuple[Client, Client], resident: InsuredPerson
) -> None:
    answer = proposed(browsers[0], resident)

    assert "没有职工医保关系" in answer.content.decode()


def test_other_posts_and_areas_stay_out(
    area: PoolingArea, browsers: tuple[Client, Client], person: InsuredPerson
) -> None:
    proposed(browsers[0], person)
    decided(browsers[1])
    row = CreditedMonths.objects.get()
    elsewhere = factories.area(code="119902", name="邻州市")
    stranger = factories.client_of(factories.staff(area=elsewhere, role="finance"))
    supervisor = factories.client_of(factories.staff(area=area, role="supervisor"))

    assert stranger.get(f"{MATTERS}deemed/{row.pk}/end/").status_code == 404
    assert stranger.get(f"{MATTERS}deemed/?area=119901").status_code == 404
    assert not re.search(person.number, stranger.get(f"{MATTERS}deemed/").content.decode())
    assert supervisor.get(f"{MATTERS}deemed/").status_code == 200
    assert supervisor.post(NEW, {}).status_code == 403
    for role in ("caseworker", "reviewer", "auditor", "administrator"):
        other = factories.client_of(factories.staff(area=area, role=role))
        assert other.get(f"{MATTERS}deemed/").status_code == 403
    assert factories.client_of(factories.account_of(person)).get(f"{MATTERS}deemed/").status_code in {302, 403, 404}
