"""办事进度查询 without log-in: who gets an answer, how often one may ask, and what the answer keeps to itself."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from insured.models import InsuredPerson
from portal import labels
from portal.errors import Reason
from portal.identity import public_number
from suspension.models import Application
from suspension.policy.transitions import Action
from tests import factories
from tests.suspension import cases

ADDRESS = "/progress/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def case(resident: InsuredPerson) -> Application:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
        return cases.filed(resident)


def ask(case: Application, *, client: Client | None = None, **typed: Any) -> HttpResponse:
    """The right three, but for what is given."""
    right = {"number": case.number, "id_last4": case.person.id_number[-4:], "phone_last4": case.contact_phone[-4:]}
    return (client or Client()).post(ADDRESS, right | typed)


def test_tells_state_and_steps_and_nothing_personal(case: Application) -> None:
    text = ask(case).content.decode()

    for words in (case.number, "待审核", "城乡居民暂停参保登记", "提交申请", "2026年3月10日", "承诺办结"):
        assert str(words) in text
    assert case.person.name not in text
    assert case.person.id_number not in text
    assert case.contact_phone not in text


@pytest.mark.parametrize("write", [str.lower, lambda text: f" {text[:10]} {text[10:]} "])
def test_reads_a_number_however_it_is_typed(case: Application, write: Any) -> None:
    assert ask(case, number=write(case.number)).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [{"id_last4": "000X"}, {"phone_last4": "0000"}, {"number": public_number(prefix="YB", on=date(2026, 3, 10))}],
    ids=["id", "phone", "number"],
)
def test_says_the_same_for_wrong_digits_and_for_an_unknown_number(case: Application, wrong: dict[str, str]) -> None:
    answer = ask(case, **wrong)

    assert answer.status_code == 422
    assert labels.say(Reason("case.progress-unknown")) in answer.content.decode()
    assert "待审核" not in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("number", "123"),
        ("number", ""),
        ("number", "YB20261310AAAAAAA"),
        ("id_last4", "12"),
        ("id_last4", "X123"),
        ("id_last4", "１２３４"),
        ("phone_last4", "12345"),
        ("phone_last4", "abcd"),
    ],
)
def test_says_at_the_field_what_is_wrong_with_its_shape(case: Application, field: str, text: str) -> None:
    answer = ask(case, **{field: text})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_five_tries_an_hour_and_number_also_right_ones(case: Application) -> None:
    with time_machine.travel("2026-03-10T03:00:00Z", tick=False) as clock:
        answers = [ask(case, id_last4="000X").status_code for _ in range(5)]
        sixth = ask(case)
        clock.shift(3601)
        later = ask(case)

    assert answers == [422] * 5
    assert sixth.status_code == 429
    assert "操作过于频繁" in sixth.content.decode()
    assert later.status_code == 200


def test_looking_writes_nothing_and_keeps_what_was_typed(case: Application) -> None:
    assert Client().get(ADDRESS).status_code == 200
    assert f'value="{case.number}"' in ask(case, id_last4="000X").content.decode()


def test_opinions_are_for_who_logs_in(case: Application) -> None:
    caseworker = factories.staff(area=case.area)
    with time_machine.travel("2026-03-10T05:00:00Z", tick=False):
        found = cases.taken(case, by=caseworker)
        cases.decided(found, by=caseworker, action=Action.REJECT, code="reason-mismatch", text="与登记不符。")

    text = ask(case).content.decode()

    assert "审核不通过" in text
    assert "与登记不符" not in text
    assert "原因不符" not in text
