"""The pages of the desk by role, and the pages where posts are given and ended."""

from itertools import product

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from insured.models import PostEvent, StaffAssignment
from insured.policy.roles import ROLE_RIGHTS, may_open
from portal.accounts.models import User
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
LIST = "insured_staffassignment_changelist"
ROLES = ("caseworker", "reviewer", "supervisor", "finance", "auditor", "administrator")
LISTS = {
    "suspension_application": {"caseworker", "reviewer", "supervisor"},
    "suspension_cannedtext": {"caseworker", "reviewer", "supervisor"},
    "help_consultation": {"caseworker", "reviewer", "supervisor"},
    "help_feedback": {"caseworker", "reviewer", "supervisor"},
    "notifications_delivery": {"caseworker", "reviewer", "supervisor"},
    "insured_areapolicy": set(ROLES),
    "insured_holidayoverride": {"administrator"},
    "insured_staffassignment": {"supervisor", "auditor", "administrator"},
    "audit_accesslog": {"auditor"},
    "audit_auditcheck": {"auditor"},
}
"""Who opens which list."""


@pytest.fixture
def march_10():
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
        yield


@pytest.fixture
def administrator(area: factories.PoolingArea) -> User:
    return factories.staff(area=area, role="administrator", name="叶管理")


def form(area: factories.PoolingArea, *, to: User, **more: str) -> dict[str, str]:
    plain = {
        "login": to.handle,
        "name": to.display_name,
        "area": str(area.pk),
        "role": "caseworker",
        "starts_on": "2026-03-10",
        "ends_on": "",
        "reason": "医保发〔2026〕1号",
        "token": "t" * 24,
    }
    return plain | more


def opened(browser: Client, name: str) -> int:
    return browser.get(reverse(f"admin:{name}")).status_code


class TestRoles:
    @pytest.mark.parametrize("role", ROLES)
    def test_open_their_lists_and_no_other(self, role: str, area: factories.PoolingArea, client_of) -> None:
        browser = client_of(factories.staff(area=area, role=role))

        answers = {name: opened(browser, f"{name}_changelist") for name in LISTS}

        assert answers == {name: 200 if role in allowed else 403 for name, allowed in LISTS.items()}

    @pytest.mark.parametrize("role", ROLES)
    def test_are_shown_the_way_to_what_they_may_open_and_to_nothing_else(
        self, role: str, area: factories.PoolingArea, client_of
    ) -> None:
        page = client_of(factories.staff(area=area, role=role)).get(reverse("admin:index")).content.decode()

        shown = {name for name in LISTS if f'href="{reverse(f"admin:{name}_changelist")}' in page}

        assert shown == {name for name, allowed in LISTS.items() if role in allowed}

    @pytest.mark.parametrize(
        ("role", "name"), list(product(ROLES, ("take", "release", "decide", "preview", "walk_in", "walk_in_form")))
    )
    def test_reach_a_button_only_with_its_right(
        self, role: str, name: str, area: factories.PoolingArea, client_of
    ) -> None:
        full = f"suspension_application_{name}"
        args = [] if "walk_in" in name else ["YB20260310ZZZZZZ0"]
        allowed = may_open(full, rights=ROLE_RIGHTS[role], is_sending=True)

        response = client_of(factories.staff(area=area, role=role)).post(reverse(f"admin:{full}", args=args))

        assert (response.status_code == 403) is not allowed

    def test_are_not_read_from_django_s_groups_and_permissions(self, area: factories.PoolingArea, client_of) -> None:
        auditor = factories.staff(area=area, role="auditor")
        every = Group.objects.create(name="全部权限")
        every.permissions.set(Permission.objects.all())
        auditor.groups.add(every)
        auditor.user_permissions.set(Permission.objects.all())
        browser = client_of(auditor)

        lists = ("suspension_application", "suspension_cannedtext", "payments_contributionrecord")
        answers = [browser.get(reverse(f"admin:{name}_changelist")) for name in lists]

        assert [answer.status_code for answer in answers] == [403, 403, 403]

    def test_a_model_that_nobody_registered_a_line_for_is_not_listed(
        self, administrator: User, client_of, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("insured.policy.roles.PAGES", {})
        page = client_of(administrator)

        assert page.get(reverse("admin:index")).status_code == 403
        assert admin.site.is_registered(StaffAssignment)


class TestPosts:
    def test_are_given_on_a_page(self, area: factories.PoolingArea, administrator: User, client_of) -> None:
        account = factories.user(name="新同事")
        browser = client_of(administrator)

        response = browser.post(reverse("admin:insured_staffassignment_give"), form(area, to=account), follow=True)

        page = response.content.decode()
        assert "已任命新同事为示例市经办人" in page
        assert "医保发〔2026〕1号" in page
        assert StaffAssignment.objects.filter(user=account, role="caseworker").exists()

    def test_a_form_sent_twice_gives_one(self, area: factories.PoolingArea, administrator: User, client_of) -> None:
        browser = client_of(administrator)
        typed = form(area, to=factories.user(name="新同事"))

        answers = [browser.post(reverse("admin:insured_staffassignment_give"), typed).status_code for _ in range(2)]

        assert answers == [302, 302]
        assert PostEvent.objects.count() == 1

    def test_a_clash_is_explained_and_what_was_typed_stays(
        self, area: factories.PoolingArea, administrator: User, caseworker: User, client_of
    ) -> None:
        typed = form(area, to=caseworker, role="reviewer")

        response = client_of(administrator).post(reverse("admin:insured_staffassignment_give"), typed)

        page = response.content.decode()
        assert response.status_code == 422
        assert "已是经办人，两个岗位不相容" in page
        assert f'value="{caseworker.handle}"' in page

    def test_another_area_is_not_offered(self, administrator: User, client_of) -> None:
        other = factories.area(code="119902", name="邻市")
        browser = client_of(administrator)
        typed = form(other, to=factories.user(name="新同事"))

        response = browser.post(reverse("admin:insured_staffassignment_give"), typed)

        assert response.status_code == 422
        assert "您不是这个统筹区的管理员" in response.content.decode()
        assert not PostEvent.objects.exists()

    def test_are_ended_on_a_page(self, administrator: User, caseworker: User, client_of) -> None:
        address = reverse("admin:insured_staffassignment_end", args=[caseworker.assignments.get().pk])
        browser = client_of(administrator)

        question = browser.get(address).content.decode()
        answer = browser.post(address, {"reason": "调离"}, follow=True).content.decode()
        again = browser.post(address, {"reason": "调离"})

        assert "何经办" in question
        assert "已终止何经办的经办人岗位，立即生效" in answer
        assert again.status_code == 409
        assert "这个岗位已经终止" in again.content.decode()

    def test_of_another_area_are_not_there(self, administrator: User, client_of) -> None:
        elsewhere = factories.staff(area=factories.area(code="119902", name="邻市"), name="邻市同事")
        browser = client_of(administrator)

        page = browser.get(reverse(f"admin:{LIST}")).content.decode()
        gone = browser.post(
            reverse("admin:insured_staffassignment_end", args=[elsewhere.assignments.get().pk]), {"reason": "x"}
        )

        assert "邻市同事" not in page
        assert gone.status_code == 404

    def test_are_read_by_supervisors_and_auditors_without_a_button(
        self, area: factories.PoolingArea, caseworker: User, client_of
    ) -> None:
        for role in ("supervisor", "auditor"):
            page = client_of(factories.staff(area=area, role=role)).get(reverse(f"admin:{LIST}")).content.decode()

            assert caseworker.display_name in page
            assert "任命岗位" not in page
            assert ">终止</a>" not in page

    def test_the_list_takes_few_statements(
        self, area: factories.PoolingArea, administrator: User, client_of, assert_statements
    ) -> None:
        for _ in range(30):
            factories.staff(area=area)
        browser = client_of(administrator)
        browser.get(reverse(f"admin:{LIST}"))

        with assert_statements(9):
            browser.get(reverse(f"admin:{LIST}"))
