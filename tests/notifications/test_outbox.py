"""What is told is written with the change it tells of: once, without identifying values, and not sent yet."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from insured.models import InsuredPerson
from portal import labels
from portal.audit.models import AccessLog
from portal.errors import ConflictError
from portal.notifications import services
from portal.notifications.models import Delivery, DeliveryState, Message
from tests import factories
from tests.notifications import Counted

PARAMS = {"number": "TJ20260310ABCDEF7", "effective_on": "2026-03-11", "last_covered_on": "2026-03-10"}


def told(person: InsuredPerson, *, event_key: str = "stop:1:3", **more: object) -> None:
    """Tell the person that the stop was approved."""
    to = services.Recipient(user=person.user, phone="13800138000", email="su@example.com", area_code="119901")
    given = {"template": "stop_approved", "params": PARAMS, "subject_number": PARAMS["number"], "to": to} | more
    services.tell(event_key=event_key, **given)


@pytest.mark.django_db
def test_writes_the_message_and_one_delivery_per_address_in_two_statements(
    resident: InsuredPerson, assert_statements: Counted
) -> None:
    with transaction.atomic(), assert_statements(2):
        told(resident, url_name="application")

    message = Message.objects.get()
    assert message.recipient == resident.user
    assert message.dedupe_key == "stop:1:3:hall"
    assert message.title == "停缴申请已通过审核"
    assert "2026年3月11日起停保。医保待遇享受到 2026年3月10日" in message.body
    assert message.url_name == "application"
    assert message.subject_number == PARAMS["number"]
    rows = {row.channel: row for row in Delivery.objects.all()}
    assert {row.dedupe_key for row in rows.values()} == {"stop:1:3:sms", "stop:1:3:email"}
    assert rows["sms"].address == "13800138000"
    assert rows["email"].address == "su@example.com"
    assert {row.state for row in rows.values()} == {DeliveryState.QUEUED}
    assert all(timedelta(hours=71.9) < row.deadline_at - row.next_at <= timedelta(hours=72) for row in rows.values())
    assert Delivery.objects.filter(next_at__lte=Now()).count() == 2


@pytest.mark.django_db(transaction=True)
def test_leaves_nothing_behind_when_the_change_is_rolled_back(resident: InsuredPerson, sent_hints: list[str]) -> None:
    with transaction.atomic():
        told(resident)
        transaction.set_rollback(True)

    assert not Message.objects.exists()
    assert not Delivery.objects.exists()
    assert sent_hints == []


@pytest.mark.django_db(transaction=True)
def test_hints_at_each_queue_once_after_the_commit(resident: InsuredPerson, sent_hints: list[str]) -> None:
    with transaction.atomic():
        told(resident, event_key="stop:1:3")
        told(resident, event_key="stop:2:3")
        before_commit = list(sent_hints)

    assert before_commit == []
    assert sorted(sent_hints) == ["email", "sms"]


@pytest.mark.django_db
def test_refuses_to_tell_the_same_event_twice(resident: InsuredPerson) -> None:
    told(resident)

    with pytest.raises(IntegrityError), transaction.atomic():
        told(resident)

    assert Message.objects.count() == 1
    assert Delivery.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("phone", "email", "channels", "expected"),
    [
        ("13800138000", None, ("sms", "email"), {"sms"}),
        (None, "su@example.com", ("sms", "email"), {"email"}),
        (None, "", ("sms", "email"), set()),
        ("13800138000", "su@example.com", (), set()),
        ("13800138000", "su@example.com", ("sms",), {"sms"}),
    ],
)
def test_writes_deliveries_only_where_there_is_an_address(
    resident: InsuredPerson, phone: str | None, email: str | None, channels: tuple[str, ...], expected: set[str]
) -> None:
    told(resident, to=services.Recipient(user=None, phone=phone, email=email, area_code="119901"), channels=channels)

    assert set(Delivery.objects.values_list("channel", flat=True)) == expected
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_stores_the_address_encrypted_and_masks_numbers_that_were_typed_into_a_sentence(
    resident: InsuredPerson,
) -> None:
    number = factories.resident_id()

    told(
        resident,
        template="stop_rejected",
        params={"number": "TJ1", "reason": f"证件{number}与手机13912345678不符"},
    )

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notifications_delivery")
        raw = repr([tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cursor.fetchall()])
    kept = raw + Message.objects.get().body + str(Delivery.objects.get(channel="sms").params)
    assert number not in kept
    assert "13912345678" not in kept
    assert "13800138000" not in kept
    assert "139****5678" in kept


@pytest.mark.django_db
def test_refuses_a_message_whose_parameter_is_missing(resident: InsuredPerson) -> None:
    with pytest.raises(KeyError, match="effective_on"):
        told(resident, params={"number": "TJ1"})


@pytest.mark.django_db
def test_cancels_what_still_waits_when_the_case_is_overtaken(resident: InsuredPerson) -> None:
    told(resident)
    Delivery.objects.filter(channel="email").update(state=DeliveryState.ACCEPTED)
    told(resident, event_key="stop:2:3", subject_number="TJ20260310ZZZZZZ1")

    count = services.cancel_pending(PARAMS["number"])

    assert count == 1
    states = dict(Delivery.objects.values_list("dedupe_key", "state"))
    assert states["stop:1:3:sms"] == DeliveryState.CANCELLED
    assert states["stop:1:3:email"] == DeliveryState.ACCEPTED
    assert states["stop:2:3:sms"] == DeliveryState.QUEUED


@pytest.mark.django_db
def test_sends_again_as_a_new_row_with_an_audit_entry(
    resident: InsuredPerson, caseworker: factories.User, assert_statements: Counted
) -> None:
    told(resident)
    Delivery.objects.update(state=DeliveryState.DEAD)
    dead = Delivery.objects.get(channel="sms")

    with assert_statements(3):
        first = services.resend(dead, by=caseworker)
    Delivery.objects.filter(pk=first.pk).update(state=DeliveryState.FAILED)
    second = services.resend(first, by=caseworker)

    dead.refresh_from_db()
    assert dead.state == DeliveryState.DEAD
    assert [first.dedupe_key, second.dedupe_key] == ["stop:1:3:sms:r1", "stop:1:3:sms:r2"]
    again = Delivery.objects.get(pk=second.pk)
    assert (again.state, again.attempts, again.address, again.params) == (
        DeliveryState.QUEUED,
        0,
        "13800138000",
        PARAMS,
    )
    assert (first.resend_of, again.resend_of_id) == (dead, first.pk)
    entry = AccessLog.objects.order_by("id")[0]
    assert (entry.user, entry.action, entry.subject_id) == (caseworker, "resend", dead.pk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "is_resent", "code"),
    [
        (DeliveryState.QUEUED, False, "notify.not-given-up"),
        (DeliveryState.UNKNOWN, False, "notify.not-given-up"),
        (DeliveryState.ACCEPTED, False, "notify.not-given-up"),
        (DeliveryState.DEAD, True, "notify.sent-again-already"),
    ],
)
def test_refuses_to_send_again_what_is_not_given_up_or_was_sent_again(
    resident: InsuredPerson, caseworker: factories.User, state: str, is_resent: bool, code: str
) -> None:
    told(resident)
    Delivery.objects.update(state=DeliveryState.DEAD)
    row = Delivery.objects.get(channel="sms")
    if is_resent:
        services.resend(row, by=caseworker)
    Delivery.objects.filter(pk=row.pk).update(state=state)
    count = Delivery.objects.count()

    with pytest.raises(ConflictError) as caught:
        services.resend(row, by=caseworker)

    assert caught.value.reasons[0].code == code
    assert "stop:1:3:sms" in labels.say(caught.value.reasons[0])
    assert Delivery.objects.count() == count
