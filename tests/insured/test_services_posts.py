"""Giving and ending posts."""

import secrets
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from insured.models import Enrollment, InsuredPerson, PostEvent, StaffAssignment
from insured.policy.roles import Right
from insured.services import posts as services
from insured.services.staff import duties_of
from portal.accounts.models import User
from portal.errors import AlreadyDone, BusinessRuleError, ConflictError
from tests import factories
from tests.insured import posts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)


@pytest.fixture
def march_10():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def administrator(area: factories.PoolingArea) -> User:
    return factories.staff(area=area, role="administrator", name="叶管理")


def refusal(call, *args, **kwargs) -> list[str]:
    with pytest.raises(BusinessRuleError) as caught, transaction.atomic():
        call(*args, **kwargs)
    return [reason.code for reason in caught.value.reasons]


def fresh(user: User) -> User:
    """As loaded for the next request."""
    return User.objects.get(pk=user.pk)


class TestGiving:
    def test_makes_somebody_staff_and_leaves_a_row(self, area: factories.PoolingArea, administrator: User) -> None:
        account = factories.user(name="新同事")

        post = posts.given(by=administrator, area=area, to=account)

        assert fresh(account).is_staff
        assert duties_of(fresh(account)).pairs == {(area.pk, "caseworker")}
        event = PostEvent.objects.get()
        assert (event.assignment, event.action, event.by) == (post, "given", administrator)
        assert event.reason == "医保发〔2026〕1号"

    def test_begins_on_its_day(self, area: factories.PoolingArea, administrator: User) -> None:
        account = factories.user(name="新同事")
        posts.given(by=administrator, area=area, to=account, starts_on=date(2026, 3, 12), ends_on=date(2026, 3, 13))
        held = []

        for day in ("11", "12", "13", "14"):
            with time_machine.travel(f"2026-03-{day}T02:00:00Z", tick=False):
                held.append(bool(duties_of(fresh(account)).pairs))

        assert held == [False, True, True, False]

    def test_is_never_for_oneself(self, area: factories.PoolingArea, administrator: User) -> None:
        assert "post.oneself" in refusal(posts.given, by=administrator, area=area, to=administrator, role="auditor")

    @pytest.mark.parametrize("role", ["caseworker", "reviewer", "supervisor", "finance", "auditor"])
    def test_is_for_administrators_only(self, role: str, area: factories.PoolingArea) -> None:
        assert refusal(posts.given, by=factories.staff(area=area, role=role), area=area) == ["post.not-your-area"]

    def test_ends_at_the_border_of_the_area(self, administrator: User) -> None:
        other = factories.area(code="119902", name="邻市")

        assert refusal(posts.given, by=administrator, area=other) == ["post.not-your-area"]

    def test_asks_that_name_and_account_belong_together(self, area: factories.PoolingArea, administrator: User) -> None:
        account = factories.user(name="新同事")
        account.display_name = "别人"

        assert refusal(posts.given, by=administrator, area=area, to=account) == ["post.no-account"]
        assert refusal(posts.given, by=administrator, area=area, to=User(handle="u-0", display_name="无")) == [
            "post.no-account"
        ]

    def test_refuses_a_clash_of_posts_with_an_end(self, area: factories.PoolingArea, administrator: User) -> None:
        account = factories.user(name="新同事")
        posts.given(by=administrator, area=area, to=account, ends_on=date(2026, 6, 30))

        assert refusal(posts.given, by=administrator, area=area, to=account, role="reviewer") == ["post.clash"]
        later = posts.given(by=administrator, area=area, to=account, role="reviewer", starts_on=date(2026, 7, 1))
        assert later.pk

    def test_lets_one_person_hold_clashing_posts_in_two_areas(
        self, area: factories.PoolingArea, administrator: User
    ) -> None:
        other = factories.area(code="119902", name="邻市")
        account = factories.staff(area=other, role="reviewer", name="新同事")

        assert posts.given(by=administrator, area=area, to=account).pk

    def test_sent_twice_is_done_once(self, area: factories.PoolingArea, administrator: User) -> None:
        new = posts.new_post(to=factories.user(name="新同事"), area=area)
        token = secrets.token_urlsafe(24)
        services.give_post(new, token=token, by=administrator)

        with pytest.raises(AlreadyDone):
            services.give_post(new, token=token, by=administrator)

        assert PostEvent.objects.count() == 1

    @pytest.mark.parametrize(("one", "other"), [("caseworker", "reviewer"), ("caseworker", "supervisor")])
    def test_a_clash_is_refused_by_the_database_too(self, one: str, other: str, area: factories.PoolingArea) -> None:
        account = factories.staff(area=area, role=one)

        with pytest.raises(IntegrityError), transaction.atomic():
            StaffAssignment.objects.create(user=account, area=area, role=other, starts_on=date(2026, 3, 10))

    def test_the_database_lets_the_reviewer_be_supervisor(self, area: factories.PoolingArea) -> None:
        account = factories.staff(area=area, role="reviewer")

        assert StaffAssignment.objects.create(user=account, area=area, role="supervisor", starts_on=date(2026, 3, 10))


class TestEnding:
    def test_works_at_once_and_leaves_a_row(self, administrator: User, caseworker: User, client_of) -> None:
        browser = client_of(caseworker)
        assert browser.get("/admin/").status_code == 200

        services.end_post(caseworker.assignments.get().pk, reason="调离", by=administrator)

        assert browser.get("/admin/").status_code == 403
        assert PostEvent.objects.get().action == "ended"

    def test_happens_once(self, administrator: User, caseworker: User) -> None:
        post = caseworker.assignments.get()
        services.end_post(post.pk, reason="调离", by=administrator)

        with pytest.raises(ConflictError):
            services.end_post(post.pk, reason="调离", by=administrator)

    def test_is_never_for_oneself(self, administrator: User) -> None:
        assert refusal(services.end_post, administrator.assignments.get().pk, reason="x", by=administrator) == [
            "post.oneself"
        ]

    def test_is_for_administrators_of_the_area(self, caseworker: User, reviewer: User) -> None:
        elsewhere = factories.staff(area=factories.area(code="119902", name="邻市"), role="administrator")
        post = caseworker.assignments.get()

        assert refusal(services.end_post, post.pk, reason="x", by=reviewer) == ["post.not-your-area"]
        assert refusal(services.end_post, post.pk, reason="x", by=elsewhere) == ["post.not-your-area"]

    def test_needs_a_ground(self, administrator: User, caseworker: User) -> None:
        post = caseworker.assignments.get()

        assert refusal(services.end_post, post.pk, reason=" ", by=administrator) == ["post.reason-needed"]

    def test_frees_the_person_for_another_post(
        self, area: factories.PoolingArea, administrator: User, caseworker: User
    ) -> None:
        services.end_post(caseworker.assignments.get().pk, reason="轮岗", by=administrator)

        assert posts.given(by=administrator, area=area, to=caseworker, role="reviewer").pk

    def test_an_event_is_neither_changed_nor_removed(self, administrator: User, caseworker: User) -> None:
        services.end_post(caseworker.assignments.get().pk, reason="调离", by=administrator)

        events = PostEvent.objects.all()
        for change in (lambda: events.update(reason="x"), lambda: events._raw_delete("default")):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()


class TestSuperuser:
    @pytest.mark.usefixtures("resident")
    def test_holds_no_post_that_decides_or_sees_people(self, area: factories.PoolingArea) -> None:
        chief = factories.staff(area=area)
        User.objects.filter(pk=chief.pk).update(is_superuser=True)

        assert duties_of(fresh(chief)).pairs == frozenset()
        assert not Enrollment.objects.in_charge_of(fresh(chief)).exists()
        assert Enrollment.objects.exists()

    def test_may_be_an_administrator(self, administrator: User) -> None:
        User.objects.filter(pk=administrator.pk).update(is_superuser=True)

        assert Right.ASSIGN in duties_of(fresh(administrator)).rights

    def test_is_not_made_a_caseworker(self, area: factories.PoolingArea, administrator: User) -> None:
        chief = factories.user(name="超级用户")
        User.objects.filter(pk=chief.pk).update(is_superuser=True)

        assert refusal(posts.given, by=administrator, area=area, to=chief) == ["post.superuser"]


def test_auditors_and_administrators_are_in_charge_of_nobody(
    area: factories.PoolingArea, resident: InsuredPerson
) -> None:
    seen = {
        role: InsuredPerson.objects.in_charge_of(factories.staff(area=area, role=role)).count()
        for role in ("caseworker", "reviewer", "supervisor", "finance", "auditor", "administrator")
    }

    assert seen == {"caseworker": 1, "reviewer": 1, "supervisor": 1, "finance": 1, "auditor": 0, "administrator": 0}


class TestAppoint:
    def test_makes_the_first_administrator(self, area: factories.PoolingArea) -> None:
        account = factories.user(name="第一位")

        call_command("appoint", login=account.handle, name="第一位", area="119901", reason="批复")

        assert duties_of(fresh(account)).pairs == {(area.pk, "administrator")}
        assert PostEvent.objects.get().by is None

    @pytest.mark.usefixtures("area")
    def test_says_what_is_wrong(self) -> None:
        with pytest.raises(CommandError, match="没有找到这个账号"):
            call_command("appoint", login="13800138000", name="无", area="119901", reason="批复")
        with pytest.raises(CommandError, match="没有医保区划"):
            call_command("appoint", login="13800138000", name="无", area="000000", reason="批复")

    def test_appoints_nobody_else(self, area: factories.PoolingArea) -> None:
        with pytest.raises(ValueError, match="administrators only"):
            services.appoint_from_shell(posts.new_post(to=factories.user(), area=area))


class TestSessions:
    """Staff: 15 minutes without a click, 8 hours in all."""

    @pytest.fixture
    def browser(self, caseworker: User, client_of):
        browser = client_of(caseworker)
        assert browser.get("/admin/").status_code == 200
        return browser

    def test_end_after_a_quarter_of_an_hour_without_a_click(self, browser) -> None:
        for minutes, status in ((14, 200), (29, 302)):
            with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
                assert browser.get("/admin/").status_code == status

    def test_end_after_eight_hours_of_work(self, browser) -> None:
        answers = []
        for minutes in range(10, 8 * 60 + 10, 10):
            with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
                answers.append(browser.get("/admin/").status_code)

        assert answers == [200] * 47 + [302]
