"""The inbox belongs to its owner, looking changes nothing, and the health page is for staff with an assignment."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from insured.models import InsuredPerson, PoolingArea
from portal.accounts.models import User
from portal.audit.models import JobRun
from portal.notifications import services
from portal.notifications.models import Delivery, DeliveryState, Message
from tests import factories
from tests.notifications import Counted

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def told(person: InsuredPerson, *, key: str = "stop:1:1", **more: object) -> Message:
    """A message in the person's inbox."""
    services.tell(
        event_key=key,
        template="stop_rejected",
        params={"number": "TJ1", "reason": "材料<b>不清晰</b>"},
        to=services.Recipient(user=person.user, phone=None, email=None, area_code="119901"),
        **more,
    )
    return Message.objects.get(dedupe_key=f"{key}:hall")


def test_shows_an_empty_inbox(client_of: ClientOf, stranger: User) -> None:
    page = client_of(stranger).get(reverse("messages")).content.decode()

    assert "暂无消息" in page
    assert "全部标为已读" not in page


def test_shows_the_newest_first_with_the_number_of_unread(client_of: ClientOf, resident: InsuredPerson) -> None:
    first, second = told(resident, key="a"), told(resident, key="b")
    services.mark_read(first)

    page = client_of(factories.account_of(resident)).get(reverse("messages")).content.decode()

    assert page.index(second.public_id) < page.index(first.public_id)
    assert '<span class="count">1</span>' in page
    assert page.count('class="unread"') == 1


def test_lists_a_hundred_messages_in_few_statements(
    client_of: ClientOf, resident: InsuredPerson, assert_statements: Counted
) -> None:
    for number in range(100):
        told(resident, key=f"k{number}")
    client = client_of(factories.account_of(resident))
    client.get(reverse("messages"))

    with assert_statements(6):
        page = client.get(reverse("messages"), {"page": 2}).content.decode()

    assert page.count("/me/messages/") >= 20
    assert "第 2 页" in page


def test_shows_a_message_with_a_link_to_its_subject_and_without_markup(
    client_of: ClientOf, resident: InsuredPerson
) -> None:
    message = told(resident, url_name="messages")

    page = client_of(factories.account_of(resident)).get(reverse("message", args=[message.public_id])).content.decode()

    assert "停缴申请未通过审核" in page
    assert "<b>" not in page.split("<main")[1].split("prose")[1].split("</div>")[0]
    assert "查看办理情况" in page


def test_shows_a_message_whose_page_is_gone_without_a_link(client_of: ClientOf, resident: InsuredPerson) -> None:
    message = told(resident, url_name="no_such_page", subject_number="TJ1")

    response = client_of(factories.account_of(resident)).get(reverse("message", args=[message.public_id]))

    assert response.status_code == 200
    assert "查看办理情况" not in response.content.decode()


def test_looking_does_not_mark_as_read_but_the_buttons_do(client_of: ClientOf, resident: InsuredPerson) -> None:
    first, second, third = (told(resident, key=key) for key in "abc")
    client = client_of(factories.account_of(resident))

    client.get(reverse("messages"))
    client.get(reverse("message", args=[first.public_id]))
    unread_after_looking = Message.objects.unread().count()
    one = client.post(reverse("message_read", args=[first.public_id]))
    unread_after_one = set(Message.objects.unread())
    everything = client.post(reverse("messages_read"))

    assert unread_after_looking == 3
    assert unread_after_one == {second, third}
    assert not Message.objects.unread().exists()
    assert (one.status_code, everything.status_code) == (302, 302)


def test_reading_twice_keeps_the_first_time(client_of: ClientOf, resident: InsuredPerson) -> None:
    message = told(resident)
    client = client_of(factories.account_of(resident))
    client.post(reverse("message_read", args=[message.public_id]))
    message.refresh_from_db()
    first = message.read_at

    client.post(reverse("message_read", args=[message.public_id]))

    message.refresh_from_db()
    assert message.read_at == first


@pytest.mark.parametrize("who", ["stranger", "agent", "caseworker", "reviewer"])
def test_nobody_else_sees_or_marks_a_message(
    who: str, client_of: ClientOf, resident: InsuredPerson, request: pytest.FixtureRequest
) -> None:
    message = told(resident)
    client = client_of(request.getfixturevalue(who))

    seen = client.get(reverse("message", args=[message.public_id]))
    marked = client.post(reverse("message_read", args=[message.public_id]))
    client.post(reverse("messages_read"))
    listed = client.get(reverse("messages")).content.decode()

    message.refresh_from_db()
    assert (seen.status_code, marked.status_code) == (404, 404)
    assert message.public_id not in listed
    assert message.read_at is None


@pytest.mark.parametrize("name", ["messages", "message", "message_read", "messages_read", "health"])
def test_asks_for_the_log_in(client: Client, resident: InsuredPerson, name: str) -> None:
    message = told(resident)
    address = reverse(name, args=[message.public_id] if name in {"message", "message_read"} else [])

    answers = [client.get(address), client.post(address)]

    assert all(answer.status_code == 302 and answer.url.startswith(reverse("account_login")) for answer in answers)


@pytest.mark.parametrize(
    ("name", "method", "status"),
    [("messages", "post", 405), ("messages_read", "get", 405), ("message_read", "get", 405), ("message", "post", 405)],
)
def test_refuses_the_wrong_method(
    client_of: ClientOf, resident: InsuredPerson, name: str, method: str, status: int
) -> None:
    message = told(resident)
    address = reverse(name, args=[message.public_id] if name in {"message", "message_read"} else [])

    answer = getattr(client_of(factories.account_of(resident)), method)(address)

    assert answer.status_code == status


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("agent", 404), ("caseworker", 200), ("reviewer", 200)])
def test_the_health_page_is_for_staff(
    who: str, status: int, client_of: ClientOf, request: pytest.FixtureRequest
) -> None:
    answer = client_of(request.getfixturevalue(who)).get(reverse("health"))

    assert answer.status_code == status


def test_the_health_page_is_not_for_staff_who_have_not_used_their_second_factor(
    client: Client, caseworker: User
) -> None:
    client.force_login(caseworker)

    assert client.get(reverse("health")).status_code == 404


def test_the_health_page_is_not_for_staff_whose_assignment_ended(client_of: ClientOf, area: PoolingArea) -> None:
    account = factories.staff(area=area)
    client = client_of(account)
    account.assignments.update(ends_on=timezone.localdate() - timedelta(days=1))

    assert client.get(reverse("health")).status_code == 404


def queued(*, key: str, **more: object) -> None:
    values = {"next_at": Now(), "deadline_at": Now() + timedelta(hours=72), "channel": "sms"} | more
    Delivery.objects.create(
        dedupe_key=key, address="13800138000", template="stop_withdrawn", params={"number": "TJ1"}, **values
    )


def test_the_health_page_says_that_all_is_well(client_of: ClientOf, caseworker: User) -> None:
    services.sweep()
    queued(key="a")
    queued(key="b", state=DeliveryState.ACCEPTED)

    answer = client_of(caseworker).get(reverse("health"))

    page = answer.content.decode()
    assert "发送正常" in page
    assert "延迟" not in page
    assert '<td class="n" data-label="待发送">1</td>' in page
    assert answer["Refresh"] == "10"


def test_the_health_page_warns_in_words(client_of: ClientOf, caseworker: User) -> None:
    services.sweep()
    JobRun.objects.update(finished_at=Now() - timedelta(minutes=3))
    queued(key="a", next_at=Now() - timedelta(minutes=5))
    queued(key="b", state=DeliveryState.DEAD)
    queued(key="c", state=DeliveryState.FAILED)

    answer = client_of(caseworker).get(reverse("health"), {"refresh": "off"})

    page = answer.content.decode()
    assert "短信发送延迟" in page
    assert "已等待5分钟" in page
    assert "电子邮件发送延迟" not in page
    assert "定时检查没有按时运行" in page
    assert "发送正常" not in page
    assert '<td class="n" data-label="失败合计">2</td>' in page
    assert "Refresh" not in answer


def test_the_health_page_says_that_nothing_ever_swept(client_of: ClientOf, caseworker: User) -> None:
    page = client_of(caseworker).get(reverse("health")).content.decode()

    assert "还没有运行" in page
    assert "定时检查没有按时运行" in page
