"""Staff see what was not delivered in their own areas, masked, and can only send it again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from insured.models import PoolingArea
from portal.accounts.models import User
from portal.audit.models import AccessLog
from portal.notifications.models import Delivery, DeliveryState
from tests import factories

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
LIST = "admin:notifications_delivery_changelist"


def delivery(*, key: str = "stop:1:1:sms", **more: object) -> Delivery:
    """An SMS that was given up."""
    values = {"channel": "sms", "address": "13800138000", "area_code": "119901", "state": DeliveryState.DEAD} | more
    return Delivery.objects.create(
        dedupe_key=key,
        template="stop_withdrawn",
        params={"number": "TJ1"},
        subject_number="TJ1",
        next_at=Now(),
        deadline_at=Now() + timedelta(hours=72),
        **values,
    )


def test_lists_what_was_not_delivered_in_the_own_area_only(client_of: ClientOf, caseworker: User) -> None:
    shown = [
        delivery(key="dead"),
        delivery(key="failed", state=DeliveryState.FAILED, channel="email", address="su.wen@example.com"),
        delivery(key="unknown", state=DeliveryState.UNKNOWN),
    ]
    delivery(key="accepted", state=DeliveryState.ACCEPTED)
    delivery(key="queued", state=DeliveryState.QUEUED)
    delivery(key="elsewhere", area_code="119902")

    answer = client_of(caseworker).get(reverse(LIST))

    page = answer.content.decode()
    assert set(answer.context["cl"].queryset) == set(shown)
    assert "138****8000" in page
    assert "13800138000" not in page
    assert "s***@example.com" in page
    assert "su.wen@example.com" not in page


@pytest.mark.parametrize("lookup", [{"channel": "email"}, {"state": "failed"}, {"q": "TJ1"}])
def test_filters_by_channel_and_state_and_finds_a_case(
    client_of: ClientOf, caseworker: User, lookup: dict[str, str]
) -> None:
    wanted = delivery(key="failed", state=DeliveryState.FAILED, channel="email", address="su@example.com")
    other = delivery(key="dead")
    Delivery.objects.filter(pk=other.pk).update(subject_number="TJ2")

    answer = client_of(caseworker).get(reverse(LIST), lookup)

    assert list(answer.context["cl"].queryset) == [wanted]


def test_sends_again_what_was_chosen(client_of: ClientOf, caseworker: User) -> None:
    dead = delivery(key="dead")
    unknown = delivery(key="unknown", state=DeliveryState.UNKNOWN)
    elsewhere = delivery(key="elsewhere", area_code="119902")
    chosen = {"action": "send_again", "_selected_action": [dead.pk, unknown.pk, elsewhere.pk]}
    client = client_of(caseworker)

    answer = client.post(reverse(LIST), chosen, follow=True)

    page = answer.content.decode()
    assert "已重新发送1条消息" in page
    assert "1条消息还在发送或已经重新发送过" in page
    assert list(Delivery.objects.filter(resend_of__isnull=False).values_list("dedupe_key", "state")) == [
        ("dead:r1", DeliveryState.QUEUED)
    ]
    assert AccessLog.objects.filter(user=caseworker, action="resend", subject_id=dead.pk).count() == 1
    assert set(answer.context["cl"].queryset) == {unknown}


def test_shows_one_with_its_text_and_no_way_to_change_it(client_of: ClientOf, caseworker: User) -> None:
    row = delivery()
    client = client_of(caseworker)

    page = client.get(reverse("admin:notifications_delivery_change", args=[row.pk])).content.decode()
    changed = client.post(reverse("admin:notifications_delivery_change", args=[row.pk]), {"state": "accepted"})
    deleted = client.post(f"{reverse(LIST)}{row.pk}/delete/", {"post": "yes"})
    added = client.get(f"{reverse(LIST)}add/")

    assert "【示例市医保】您的停缴申请TJ1已撤销" in page
    assert "13800138000" not in page
    assert [answer.status_code for answer in (changed, deleted, added)] == [405, 404, 404]
    row.refresh_from_db()
    assert row.state == DeliveryState.DEAD


@pytest.mark.parametrize("who", ["stranger", "agent"])
def test_is_closed_to_everybody_else(who: str, client_of: ClientOf, request: pytest.FixtureRequest) -> None:
    delivery()

    answer = client_of(request.getfixturevalue(who)).get(reverse(LIST))

    assert answer.status_code in {302, 403, 404}
    assert "138****8000" not in answer.content.decode()


def test_knows_the_areas_of_today_only(area: PoolingArea, stranger: User) -> None:
    from insured.adapters import area_codes_of

    account = factories.staff(area=area)
    factories.staff(area=factories.area(code="119902", name="另一市"))

    assert area_codes_of(account, right="messages") == {"119901"}
    assert area_codes_of(stranger, right="messages") == frozenset()


def test_offers_to_send_again_only_what_was_given_up(client_of: ClientOf, caseworker: User) -> None:
    dead = delivery(key="dead")
    doubtful = delivery(key="unknown", state=DeliveryState.UNKNOWN)
    code = delivery(key="code", can_be_resent=False)

    page = client_of(caseworker).get(reverse(LIST)).content.decode()

    assert f'name="_selected_action" value="{dead.pk}"' in page
    assert f'value="{doubtful.pk}"' not in page
    assert f'value="{code.pk}"' not in page


def test_says_so_when_everything_was_delivered(client_of: ClientOf, caseworker: User) -> None:
    assert "没有未送达的消息" in client_of(caseworker).get(reverse(LIST)).content.decode()
