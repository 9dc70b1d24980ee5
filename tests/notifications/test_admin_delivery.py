"""One undelivered message in the hall's look, why it was not delivered, and the wordings of all messages."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from insured.models import InsuredPerson, PoolingArea
from portal.accounts.models import User
from portal.notifications import labels
from portal.notifications.models import Delivery, DeliveryAttempt, DeliveryState
from portal.notifications.services.examples import EXAMPLES, examples, template_names
from tests import factories
from tests.notifications.test_admin import LIST, delivery

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
TEMPLATES = "admin:notifications_delivery_templates"


def page_of(row: Delivery) -> str:
    return reverse("admin:notifications_delivery_change", args=[row.pk])


class TestCause:
    @pytest.mark.parametrize(
        ("state", "last_error", "cause"),
        [
            ("failed", "SMTP 550 recipient refused", "address"),
            ("failed", "HTTP 422 rejected-number", "address"),
            ("failed", "HTTP 400 text too long", "refused"),
            ("failed", "ValueError", "refused"),
            ("dead", "deadline or tries used up", "late"),
            ("dead", "HTTP 500 simulated-fault", "late"),
            ("dead", "ConnectTimeout", "late"),
            ("dead", "unreadable", "wording"),
            ("unknown", "ReadTimeout", "doubtful"),
        ],
    )
    def test_is_told_in_words_and_can_be_filtered_by(
        self, state: str, last_error: str, cause: str, client_of: ClientOf, caseworker: User
    ) -> None:
        wanted = delivery(key="wanted", state=state, last_error=last_error)
        browser = client_of(caseworker)

        found = {
            code: list(browser.get(reverse(LIST), {"cause": code}).context["cl"].queryset) for code in labels.CAUSES
        }

        assert found == {code: [wanted] if code == cause else [] for code in labels.CAUSES}
        assert labels.CAUSES[cause] in browser.get(reverse(LIST)).content.decode()
        assert labels.CAUSE_ADVICE[cause] in browser.get(page_of(wanted)).content.decode()

    def test_goes_together_with_channel_and_state(self, client_of: ClientOf, caseworker: User) -> None:
        wanted = delivery(key="1", state="failed", last_error="SMTP 550 recipient refused", channel="email")
        delivery(key="2", state="failed", last_error="HTTP 422 rejected-number")
        delivery(key="3", channel="email")

        given = {"q": "", "channel": "email", "state": "failed", "cause": "address"}
        answer = client_of(caseworker).get(reverse(LIST), given)

        assert list(answer.context["cl"].queryset) == [wanted]

    def test_left_open_shows_everything(self, client_of: ClientOf, caseworker: User) -> None:
        shown = {delivery(key="1"), delivery(key="2", channel="email", address="su@example.com")}

        answer = client_of(caseworker).get(reverse(LIST), {"q": "", "channel": "", "state": "", "cause": ""})

        assert set(answer.context["cl"].queryset) == shown

    def test_that_nobody_knows_is_passed_over(self, client_of: ClientOf, caseworker: User) -> None:
        delivery()

        answer = client_of(caseworker).get(reverse(LIST), {"cause": "nonsense"})

        assert answer.context["cl"].queryset.count() == 1


class TestPage:
    def test_shows_the_text_and_every_try(self, client_of: ClientOf, caseworker: User) -> None:
        row = delivery(state="failed", last_error="HTTP 422 rejected-number")
        DeliveryAttempt.objects.create(delivery=row, no=1, outcome="temporary", detail="HTTP 429", latency_ms=31)
        DeliveryAttempt.objects.create(delivery=row, no=2, outcome="permanent", detail="HTTP 422", latency_ms=45)

        page = client_of(caseworker).get(page_of(row)).content.decode()

        assert "【示例市医保】您的停缴申请TJ1已撤销" in page
        assert "13800138000" not in page
        assert page.index("暂时没有送出") < page.index("平台拒绝")

    def test_sends_again_and_then_names_the_new_one(self, client_of: ClientOf, caseworker: User) -> None:
        row = delivery()
        browser = client_of(caseworker)

        browser.post(reverse(LIST), {"action": "send_again", "_selected_action": row.pk})
        again = Delivery.objects.get(resend_of=row)
        page = browser.get(page_of(row)).content.decode()
        newer = browser.get(page_of(again)).content.decode()

        assert page_of(again) in page
        assert 'value="send_again"' not in page
        assert page_of(row) in newer

    @pytest.mark.parametrize("more", [{"state": "unknown"}, {"can_be_resent": False}])
    def test_has_no_button_where_nothing_may_be_sent(
        self, more: dict[str, object], client_of: ClientOf, caseworker: User
    ) -> None:
        page = client_of(caseworker).get(page_of(delivery(**more))).content.decode()

        assert 'value="send_again"' not in page

    def test_never_shows_a_one_time_code(self, client_of: ClientOf, caseworker: User) -> None:
        row = delivery(can_be_resent=False, code="048213")
        Delivery.objects.filter(pk=row.pk).update(template="account_code", params={"purpose": "登录", "minutes": 10})

        for address in (page_of(row), reverse(LIST)):
            answer = client_of(caseworker).get(address)
            assert answer.status_code == 200
            assert "048213" not in answer.content.decode()

    @pytest.mark.parametrize("key", ["0", "999999", "nothing", "1e3", "٣"])
    def test_of_nothing_is_not_found(self, key: str, client_of: ClientOf, caseworker: User) -> None:
        assert client_of(caseworker).get(f"{reverse(LIST)}{key}/").status_code == 404

    def test_of_another_area_is_not_found_and_sends_nothing(self, client_of: ClientOf, caseworker: User) -> None:
        row = delivery(area_code="119902")
        browser = client_of(caseworker)

        looked = browser.get(page_of(row))
        browser.post(reverse(LIST), {"action": "send_again", "_selected_action": row.pk})

        assert looked.status_code == 404
        assert not Delivery.objects.filter(resend_of=row).exists()

    @pytest.mark.parametrize("who", ["resident", "agent", "stranger"])
    def test_is_closed_to_everybody_outside(
        self, who: str, client_of: ClientOf, request: pytest.FixtureRequest
    ) -> None:
        row = delivery()
        found = request.getfixturevalue(who)
        browser = client_of(factories.account_of(found) if isinstance(found, InsuredPerson) else found)

        assert [browser.get(address).status_code for address in (page_of(row), reverse(TEMPLATES))] == [403, 403]


class TestIndex:
    def test_counts_what_waits_in_the_own_area(self, client_of: ClientOf, caseworker: User) -> None:
        browser = client_of(caseworker)
        empty = browser.get(reverse("admin:index")).content.decode()
        delivery(key="1")
        delivery(key="2", state=DeliveryState.FAILED)
        delivery(key="3", area_code="119902")
        delivery(key="4", state=DeliveryState.ACCEPTED)

        page = browser.get(reverse("admin:index")).content.decode()

        assert "没有未送达的消息" in empty
        assert "2 条短信、邮件没有送到" in page


class TestWordings:
    def test_are_all_there_for_every_member_of_staff(self, area: PoolingArea, client_of: ClientOf) -> None:
        page = client_of(factories.staff(area=area, role="reviewer")).get(reverse(TEMPLATES)).content.decode()

        for name in template_names():
            assert f">{name}</span>" in page

    def test_are_those_that_are_sent(self) -> None:
        one = next(one for one in examples() if one.template == "stop_withdrawn")

        assert "TJ20260310ABCDEF7" in one.hall.text
        assert one.sms.text.startswith("【")
        assert one.email.title

    @pytest.mark.parametrize(("length", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3)])
    def test_say_how_many_short_messages_are_paid_for(self, length: int, parts: int) -> None:
        one = examples()[0]
        text = type(one.sms)(title="", text="长" * length)

        assert type(one)(template=one.template, hall=one.hall, sms=text, email=one.email).sms_parts == parts

    def test_are_shown_even_where_an_example_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delitem(EXAMPLES, "number")

        assert "（number）" in next(one for one in examples() if one.template == "stop_withdrawn").hall.text
