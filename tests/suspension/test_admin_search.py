"""One box that recognises what was typed."""

import pytest
from django.urls import reverse

from insured.models import InsuredPerson
from portal.accounts.models import User
from suspension.admin.search import search_predicate
from suspension.models import Application
from tests import factories
from tests.suspension.cases import filed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
OWN_ID = factories.resident_id(serial=717)


@pytest.fixture
def application(area: factories.PoolingArea) -> Application:
    filed(factories.resident(area=area, name="苏文"))
    return filed(factories.resident(area=area, name="欧阳娜", id_number=OWN_ID))


def found(typed: str) -> list[str]:
    """Names of the persons whose cases are found."""
    return sorted(Application.objects.filter(search_predicate(typed)).values_list("person__name", flat=True))


@pytest.mark.parametrize(
    "typed",
    [
        OWN_ID,
        f" {OWN_ID[:6]} {OWN_ID[6:14]} {OWN_ID[14:]} ",
        OWN_ID.lower(),
        f"{OWN_ID[-4:]} 欧阳娜",
        f"欧阳娜{OWN_ID[-4:]}",
        f"欧阳娜 {OWN_ID[-4:].lower()}",
        "欧阳娜",
        "欧阳",
        " 欧 ",
    ],
)
def test_finds_the_person(typed: str, application: Application) -> None:
    assert found(typed) == ["欧阳娜"]


def test_finds_the_number_however_it_was_typed(application: Application) -> None:
    number = application.number or ""

    assert found(number.lower()) == found(f"{number[:2]}-{number[2:10]} {number[10:]}") == ["欧阳娜"]


@pytest.mark.parametrize(
    "typed",
    ["阳娜", "娜", OWN_ID[:17], OWN_ID[-4:], "0000 欧阳娜", f"{OWN_ID[-4:]} 欧阳", "%", "_", "'", "YB", "12", "1" * 60],
)
def test_finds_nothing_by_a_part_from_the_middle_or_by_what_it_does_not_know(
    typed: str, application: Application
) -> None:
    assert found(typed) == []


def test_keeps_what_was_typed_out_of_every_address(caseworker: User, application: Application, client_of) -> None:
    page = client_of(caseworker).post(reverse("admin:suspension_application_search"), {"q": OWN_ID})

    text = page.content.decode()
    assert application.number in text
    assert f"={OWN_ID}" not in text
    assert f"q={OWN_ID}" not in str(page.headers)


def test_looks_at_decided_cases_too_and_only_in_one_s_own_area(
    caseworker: User, resident: InsuredPerson, client_of
) -> None:
    elsewhere = filed(factories.resident(area=factories.area(code="119902", name="另一市"), name="欧阳娜"))
    own = filed(resident)
    search = reverse("admin:suspension_application_search")
    browser = client_of(caseworker)

    assert own.number in browser.post(search, {"q": own.number}).content.decode()
    assert "没有找到" in browser.post(search, {"q": elsewhere.number}).content.decode()
    assert browser.get(search).status_code == 405
