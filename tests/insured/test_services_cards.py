"""绑定医保卡: only one's own card, with its password, which is kept nowhere; wrong ones lock the card for a day."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from insured.gateways import card as gateway
from insured.models import CardBinding, InsuredPerson, PoolingArea
from insured.services import cards as services
from portal.accounts.models import RateCounter, User
from portal.audit.models import AccessLog
from portal.errors import BusinessRuleError, ConflictError
from portal.notifications.models import Message
from tests import factories
from tests.house_rules.test_canary import cells
from tests.insured import cards
from tests.insured.cards import NUMBER, PASSWORD, WRONG, Service

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(tmp_path: Path, settings: Settings, resident: InsuredPerson) -> Iterator[Service]:
    with cards.running(tmp_path / "card", settings=settings) as found:
        cards.issue(found, resident)
        yield found


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(BusinessRuleError) as error:
        call()
    return error.value.reasons[0].code


def test_binds_ones_own_card(service: Service, resident: InsuredPerson) -> None:
    made = cards.bound(resident, number=" d1199-0001 ")

    assert CardBinding.objects.bound().get() == made
    assert (made.number, made.state, services.shown(made)) == (NUMBER, "normal", "**** 0001")
    assert made.check_no.startswith("KF")
    assert AccessLog.objects.filter(action="card-bound", user=resident.user, subject_id=resident.pk).exists()
    assert Message.objects.get(recipient=resident.user).title == "医保卡已绑定"


def test_keeps_the_password_nowhere(
    service: Service, resident: InsuredPerson, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    refused(lambda: cards.bound(resident, password=WRONG))
    cards.bound(resident)

    book = (service.folder / "asked.jsonl").read_text(encoding="utf-8")
    for secret in (PASSWORD, WRONG, NUMBER):
        alone = re.compile(rf"(?<![0-9A-Za-z]){secret}(?![0-9A-Za-z])")
        assert not [(table, column) for table, column, text in cells() if alone.search(text)]
        assert not alone.search(caplog.text)
        assert not alone.search(book)
    assert resident.id_number not in book


def test_locks_a_card_after_five_wrong_passwords_for_a_day(service: Service, resident: InsuredPerson) -> None:
    left = []
    for _ in range(services.WRONG_A_DAY):
        with pytest.raises(BusinessRuleError) as error:
            cards.bound(resident, password=WRONG)
        left.append(error.value.reasons[0].params.get("left", 0))

    assert left == [4, 3, 2, 1, 0]
    assert refused(lambda: cards.bound(resident)) == "card.locked-here"
    assert service.asked() == ["wrong"] * services.WRONG_A_DAY
    assert AccessLog.objects.filter(action="card-locked", user=resident.user).exists()
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert cards.bound(resident).state == "normal"


def test_a_right_or_silent_answer_costs_no_try(service: Service, resident: InsuredPerson) -> None:
    service.turn(fail_rate=1.0)
    for _ in range(services.WRONG_A_DAY + 1):
        assert refused(lambda: cards.bound(resident)) == "card.silent"
    service.turn(fail_rate=0.0)
    for _ in range(services.WRONG_A_DAY + 1):
        cards.bound(resident)
        services.end_binding(by=factories.account_of(resident))

    assert not RateCounter.objects.filter(kind="card-wrong", count__gt=0).exists()


def test_refuses_the_card_of_somebody_else_and_tries_no_password(
    service: Service, resident: InsuredPerson, area: PoolingArea
) -> None:
    other = factories.resident(area=area, name="欧阳静娜")

    assert refused(lambda: cards.bound(other)) == "card.not-yours"
    assert refused(lambda: cards.bound(other, number="D11999999")) == "card.not-yours"
    assert service.asked() == ["not-yours", "not-yours"]
    assert cards.bound(resident).person == resident


@pytest.mark.parametrize("knobs", [{"bad_signature": True}, {"drop_rate": 1.0}, {"answer": "maybe"}])
def test_an_answer_that_is_no_answer_binds_nothing(
    service: Service, resident: InsuredPerson, knobs: dict[str, object]
) -> None:
    service.turn(**knobs)

    assert refused(lambda: cards.bound(resident)) == "card.silent"
    assert not CardBinding.objects.exists()


def test_a_slow_service_is_given_up_on(
    service: Service, resident: InsuredPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "TIMEOUT", 0.05)
    service.turn(latency_ms=400)

    assert refused(lambda: cards.bound(resident)) == "card.silent"


@pytest.mark.parametrize(
    ("knobs", "code"), [({"answer": "locked"}, "card.locked-there"), ({"state": "lost"}, "card.not-normal")]
)
def test_says_what_is_wrong_with_the_card(
    service: Service, resident: InsuredPerson, knobs: dict[str, object], code: str
) -> None:
    service.turn(**knobs)

    assert refused(lambda: cards.bound(resident)) == code


def test_shape_is_checked_before_anybody_is_asked(service: Service, resident: InsuredPerson) -> None:
    assert refused(lambda: cards.bound(resident, number="D1")) == "card.number-shape"
    assert refused(lambda: cards.bound(resident, password="12345a")) == "card.password-shape"
    assert service.asked() == []


def test_one_card_a_person_and_one_person_a_card(service: Service, resident: InsuredPerson) -> None:
    cards.bound(resident)

    with pytest.raises(ConflictError):
        cards.bound(resident)


def test_is_ended_and_can_be_bound_anew(service: Service, resident: InsuredPerson) -> None:
    first = cards.bound(resident)
    user = factories.account_of(resident)

    assert services.end_binding(by=user)
    assert not services.end_binding(by=user)

    assert services.card_of(user) is None
    assert cards.bound(resident).pk != first.pk
    assert AccessLog.objects.filter(action="card-ended").count() == 1


def test_checks_how_the_card_stands_now(service: Service, resident: InsuredPerson) -> None:
    cards.bound(resident)
    service.turn(state="lost")

    assert services.refresh(by=factories.account_of(resident)).get_state_display() == "已挂失"
    assert CardBinding.objects.get().state == "lost"


def test_without_keys_or_person_it_says_what_to_do(resident: InsuredPerson, agent: User, settings: Settings) -> None:
    settings.CARD = {}

    assert refused(lambda: cards.bound(resident)) == "card.absent"
    assert refused(lambda: services.bind(NUMBER, password=PASSWORD, by=agent)) == "card.no-person"


@pytest.mark.django_db(transaction=True)
def test_asks_outside_of_any_transaction(
    service: Service, resident: InsuredPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, plain = [], gateway._asked
    monkeypatch.setattr(
        gateway, "_asked", lambda *a, **k: (inside.append(connection.in_atomic_block), plain(*a, **k))[1]
    )

    cards.bound(resident)
    services.refresh(by=factories.account_of(resident))

    assert inside == [False, False]
