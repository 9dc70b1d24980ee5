"""A one-time code travels through the outbox encrypted, is shown to its reader only, and is gone afterwards."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from insured.models import InsuredPerson
from portal.accounts.models import User
from portal.errors import ConflictError
from portal.notifications import channels, services
from portal.notifications.channels.base import Kind, Outcome
from portal.notifications.models import Delivery, DeliveryState
from portal.notifications.services.breaker import BREAKERS, Breaker
from tests.notifications.provider import Provider

pytestmark = pytest.mark.django_db
CODE = "048213"


@pytest.fixture(autouse=True)
def rested_breaker(monkeypatch: pytest.MonkeyPatch) -> None:
    """No failure of another test holds the messages back."""
    monkeypatch.setitem(BREAKERS, "sms", Breaker())


def told() -> Delivery:
    to = services.Recipient(user=None, phone="13800138000", email=None, area_code="")
    services.tell(
        event_key="code:1",
        template="account_code",
        params={"purpose": "登录", "minutes": 10},
        to=to,
        code=CODE,
        deadline=timedelta(minutes=5),
    )
    return Delivery.objects.get()


def test_is_kept_encrypted() -> None:
    told()

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notifications_delivery")
        row = [bytes(cell) if isinstance(cell, memoryview) else cell for cell in cursor.fetchone()]
    assert CODE not in str(row)


@pytest.mark.parametrize(
    ("kind", "state", "is_gone"),
    [
        (Kind.ACCEPTED, DeliveryState.ACCEPTED, True),
        (Kind.PERMANENT, DeliveryState.FAILED, True),
        (Kind.TEMPORARY, DeliveryState.QUEUED, False),
        (Kind.UNKNOWN, DeliveryState.UNKNOWN, False),
    ],
)
def test_is_sent_in_words_and_gone_at_the_end(
    monkeypatch: pytest.MonkeyPatch, kind: Kind, state: str, is_gone: bool
) -> None:
    provider = Provider(Outcome(kind, ref="r"))
    monkeypatch.setitem(channels.OPENERS, "sms", provider.opened)
    told()

    services.drain("sms")

    assert CODE in provider.sent[0].text
    row = Delivery.objects.get()
    assert (row.state, row.code is None) == (state, is_gone)


def test_is_not_sent_after_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = Provider(Outcome(Kind.ACCEPTED, ref="r"))
    monkeypatch.setitem(channels.OPENERS, "sms", provider.opened)
    told()
    Delivery.objects.update(deadline_at=Now() - timedelta(seconds=1))

    services.drain("sms")

    row = Delivery.objects.get()
    assert provider.sent == []
    assert (row.state, row.code) == (DeliveryState.DEAD, None)


def test_is_never_sent_again_by_staff(resident: InsuredPerson, caseworker: User) -> None:
    told()
    Delivery.objects.update(state=DeliveryState.FAILED)

    with pytest.raises(ConflictError) as refusal:
        services.resend(Delivery.objects.get(), by=caseworker)

    assert [reason.code for reason in refusal.value.reasons] == ["notify.code-not-resent"]
    assert Delivery.objects.count() == 1
