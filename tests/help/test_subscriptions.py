"""政策动态订阅: who hears of a notice, once, whatever is cut off in between, and how one ends it."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from insured.models import InsuredPerson
from portal import clock
from portal.accounts.models import User
from portal.errors import ConflictError
from portal.help.models import Notice, NoticeRun, Subscription
from portal.help.services import subscriptions as services
from portal.help.services.subscriptions import Wish
from portal.notifications.models import Delivery, Message
from portal.notifications.services import render
from tests import factories
from tests.help import rows

pytestmark = pytest.mark.django_db
Budget = Callable[[int], AbstractContextManager[Any]]
PAGE = "/help/subscription/"


@pytest.fixture(autouse=True)
def morning() -> Iterator[Any]:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller


def subscriber(*kinds: str, area_code: str = "", by_sms: bool = False, by_email: bool = False) -> User:
    """Somebody who wants these kinds."""
    account = factories.user()
    account.phone, account.email = f"139{account.pk:08d}", f"reader{account.pk}@example.org"
    account.phone_index = User._meta.get_field("phone_index").index_of(account.phone)
    account.save()
    wish = Wish(kinds=kinds or ("policy",), area_code=area_code, by_sms=by_sms, by_email=by_email)
    services.subscribe(wish, by=account)
    return account


def published(slug: str = "new-rules", **more: Any) -> Notice:
    """An interpretation that was published this minute."""
    values = {"kind": "policy", "title": "断缴规定有变化", "published_at": clock.now()} | more
    return rows.notice(slug=slug, **values)


def finish() -> None:
    """Chunk after chunk until nobody is left."""
    services.open_due_runs()
    while NoticeRun.objects.unfinished().exists():
        services.advance_runs()


def told() -> set[int]:
    return set(Message.objects.filter(url_name="notice").values_list("recipient_id", flat=True))


def channels() -> list[str]:
    return sorted(Delivery.objects.values_list("channel", flat=True))


class TestWhoHears:
    def test_of_a_kind_only_its_subscribers(self) -> None:
        wanted, _other = subscriber("policy", "news"), subscriber("notice")
        published()

        finish()

        assert told() == {wanted.pk}

    def test_of_an_area_those_of_the_area_and_of_all(self) -> None:
        here, everywhere, there = (subscriber(area_code=code) for code in ("119901", "", "119902"))
        published("here", area_code="119901")
        finish()
        assert told() == {here.pk, everywhere.pk}

        published("all")
        finish()

        assert Message.objects.filter(recipient=there).count() == 1

    def test_by_sms_and_e_mail_only_who_asked_for_it(self) -> None:
        subscriber()
        subscriber(by_sms=True, by_email=True)
        published()

        finish()

        assert channels() == ["email", "sms"]
        assert {row.rank for row in Delivery.objects.all()} == {Delivery.Rank.BULK}

    def test_nobody_of_a_draft_of_what_is_old_and_of_what_is_not_to_be_told(self) -> None:
        subscriber()
        published("draft", published_at=None)
        published("later", published_at=clock.now() + timedelta(hours=1))
        published("old", published_at=clock.now() - services.FRESH)
        published("quiet", is_told=False)

        finish()

        assert not NoticeRun.objects.exists()
        assert not told()

    def test_who_subscribes_after_it_was_published_waits_for_the_next(self, morning: Any) -> None:
        published()
        services.open_due_runs()
        morning.shift(60)
        subscriber()

        finish()

        assert not told()


class TestOnce:
    def test_a_run_that_was_cut_off_goes_on_where_it_stood(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "CHUNK", 2)
        people = {subscriber().pk for _ in range(5)}
        published()
        services.open_due_runs()
        (run,) = NoticeRun.objects.all()

        services.advance(run.pk)
        monkeypatch.setattr(services, "tell_many", broken)
        with pytest.raises(RuntimeError):
            services.advance(run.pk)
        assert len(told()) == 2
        monkeypatch.undo()
        finish()

        run.refresh_from_db()
        assert told() == people
        assert (run.seen, run.told, run.finished_at is not None) == (5, 5, True)

    def test_saying_it_again_tells_nobody_twice(self) -> None:
        subscriber(by_sms=True)
        published()

        for _ in range(3):
            finish()

        assert (NoticeRun.objects.count(), Message.objects.count(), Delivery.objects.count()) == (1, 1, 1)

    def test_who_comes_back_in_the_middle_of_a_run_is_not_told_again(self) -> None:
        account = subscriber()
        published()
        services.open_due_runs()
        run = NoticeRun.objects.get()
        services.advance(run.pk)
        Subscription.objects.all().delete()
        services.subscribe(Wish(kinds=["policy"], area_code="", by_sms=False, by_email=False), by=account)

        finish()

        run.refresh_from_db()
        assert Message.objects.filter(recipient=account).count() == 1
        assert (run.seen, run.told) == (2, 1)

    def test_the_second_of_two_workers_takes_its_work_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        subscriber()
        published()
        services.open_due_runs()
        run = NoticeRun.objects.get()
        real = services.tell_many

        def overtaken(tellings: Any) -> int:
            NoticeRun.objects.filter(pk=run.pk).update(cursor=999)
            return real(tellings)

        monkeypatch.setattr(services, "tell_many", overtaken)
        with pytest.raises(ConflictError):
            services.advance(run.pk)

        assert not told()

    def test_a_notice_taken_back_is_not_told_any_further(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "CHUNK", 1)
        subscriber(), subscriber()
        notice = published()
        services.open_due_runs()
        services.advance_runs()
        Notice.objects.filter(pk=notice.pk).update(published_at=None)

        finish()

        assert len(told()) == 1

    def test_a_chunk_costs_the_same_however_many_it_tells(self, assert_statements: Budget) -> None:
        for _ in range(20):
            subscriber(by_sms=True, by_email=True)
        published()
        services.open_due_runs()
        pk = NoticeRun.objects.get().pk

        with assert_statements(7):
            services.advance(pk)

        assert len(told()) == 20


def broken(_tellings: Any) -> int:
    raise RuntimeError("The machine died.")


class TestPage:
    @pytest.fixture
    def account(self, resident: InsuredPerson) -> User:
        return factories.account_of(resident)

    @pytest.fixture
    def client(self, account: User) -> Client:
        return factories.client_of(account)

    def test_offers_ones_own_area_and_says_that_nothing_is_subscribed(self, client: Client) -> None:
        page = client.get(PAGE).content.decode()

        assert "还没有订阅" in page
        assert re.search(r'name="area_code" value="119901"[^>]* checked', page)
        for words in ("通知公告", "政策解读", "新闻动态", "短信", "电子邮件", "暂无内容"):
            assert words in page

    def test_keeps_the_wish_and_ends_it(self, client: Client, account: User) -> None:
        values = {"kinds": ["policy", "news"], "area_code": "119901", "ways": ["email"]}
        client.post(PAGE, values)
        client.post(PAGE, values)
        assert services.wish_of(account) == Wish(
            kinds=["news", "policy"], area_code="119901", by_sms=False, by_email=True
        )
        assert "已订阅" in client.get(PAGE).content.decode()

        answer = client.post(PAGE, {"area_code": ""}, follow=True).content.decode()

        assert "已经取消订阅" in answer
        assert not Subscription.objects.exists()

    def test_refuses_what_it_does_not_offer(self, client: Client) -> None:
        assert client.post(PAGE, {"kinds": ["x"], "area_code": "000000"}).status_code == 422
        assert not Subscription.objects.exists()

    def test_changing_it_keeps_the_day_it_began(self, account: User, morning: Any) -> None:
        wish = Wish(kinds=["policy"], area_code="", by_sms=False, by_email=False)
        services.subscribe(wish, by=account)
        began = Subscription.objects.get().created_at
        morning.shift(60)

        services.subscribe(Wish(kinds=["policy"], area_code="119901", by_sms=True, by_email=False), by=account)

        row = Subscription.objects.get()
        assert (row.created_at, row.area_code, row.by_sms) == (began, "119901", True)

    def test_the_message_leads_to_the_notice(self, client: Client, account: User) -> None:
        services.subscribe(Wish(kinds=["policy"], area_code="", by_sms=False, by_email=False), by=account)
        published(slug="a-notice-whose-address-is-a-good-deal-longer-than-any-number")
        finish()

        message = Message.objects.get(recipient=account)
        page = client.get(reverse("message", args=[message.public_id])).content.decode()

        assert message.title == "政策解读：断缴规定有变化"
        assert f'href="/help/notices/{message.subject_number}/">查看全文' in page
        assert client.get(f"/help/notices/{message.subject_number}/").status_code == 200


class TestUnsubscribing:
    @pytest.fixture
    def row(self) -> Subscription:
        account = subscriber("policy", "news", by_email=True)
        return Subscription.objects.get(user=account, kind="policy")

    def test_the_e_mail_has_the_link_and_nothing_is_written_by_following_it(self, row: Subscription) -> None:
        published()
        finish()
        sent = Delivery.objects.get(channel="email")
        text = render(sent.template, channel="email", params=sent.params).text

        found = re.search(r"http\S+(/help/unsubscribe/\w+/)", text)
        assert found
        page = Client().get(found[1]).content.decode()

        assert "退订“政策解读”" in page
        assert Subscription.objects.count() == 2
        assert row.user.phone not in page

    @pytest.mark.parametrize(("what", "left"), [("one", ["news"]), ("all", [])])
    def test_ends_one_kind_or_all_without_log_in(self, row: Subscription, what: str, left: list[str]) -> None:
        address = reverse("unsubscribe", args=[row.public_id])

        answers = [Client().post(address, {"what": what}).content.decode() for _ in range(2)]

        assert all("已经退订" in answer for answer in answers)
        assert list(Subscription.objects.values_list("kind", flat=True)) == left
        assert "这个链接已经用过了" in Client().get(address).content.decode()

    def test_nobody_elses_ends(self, row: Subscription) -> None:
        other = subscriber()

        Client().post(reverse("unsubscribe", args=[row.public_id]), {"what": "all"})

        assert list(Subscription.objects.values_list("user", flat=True)) == [other.pk]


def test_staff_choose_the_area_by_name_and_see_how_many_were_told(area: Any) -> None:
    editor = factories.client_of(factories.staff(area=area, role="administrator"))
    subscriber(), subscriber()
    notice = published()
    finish()

    form = editor.get(reverse("admin:help_notice_add")).content.decode()
    listed = editor.get(reverse("admin:help_notice_changelist")).content.decode()

    assert f'<option value="119901">{area.name}</option>' in form
    assert "2 人" in listed
    assert notice.title in listed
