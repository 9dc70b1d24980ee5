"""Who may enter the staff side."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from insured.models import InsuredPerson, StaffAssignment
from payments.services.bills import open_bill
from portal.accounts.models import User
from portal.audit.models import AccessLog
from suspension.models import Application, ApplicationEvent
from tests import factories
from tests.payments import owed, receipts
from tests.suspension.cases import filed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]

PAGES = ("review", "material_page", "material_original")
BUTTONS = ("take", "release", "decide", "preview", "reveal")


@pytest.fixture
def application(resident: InsuredPerson) -> Application:
    return filed(resident)


def address(name: str, application: Application) -> str:
    """The page or button of a case, with a material that does not exist where one is asked for."""
    args: list[object] = [application.number]
    if name.startswith("material"):
        args.append("0" * 32)
    if name == "material_page":
        args.append(1)
    return reverse(f"admin:suspension_application_{name}", args=args)


def open_all(client: Client, application: Application) -> dict[str, int]:
    """Status of every page and button of the desk."""
    answers = {
        name: client.get(reverse(f"admin:{name}")).status_code
        for name in ("index", "suspension_application_changelist")
    }
    answers |= {name: client.get(address(name, application)).status_code for name in PAGES}
    answers |= {name: client.post(address(name, application), {"version": 2}).status_code for name in BUTTONS}
    answers["search"] = client.post(
        reverse("admin:suspension_application_search"), {"q": application.number}
    ).status_code
    return answers


class TestStrangers:
    @pytest.mark.parametrize("who", ["resident", "agent", "stranger"])
    def test_are_told_that_this_is_not_their_page(
        self, who: str, application: Application, request: pytest.FixtureRequest, client_of
    ) -> None:
        found = request.getfixturevalue(who)
        account = found if isinstance(found, User) else factories.account_of(found)

        answers = open_all(client_of(account), application)

        assert set(answers.values()) == {403}

    def test_without_log_in_are_led_to_it(self, client: Client, application: Application) -> None:
        page = address("review", application)

        response = client.get(page)

        assert response.status_code == 302
        assert response["Location"] == f"{reverse('account_login')}?next={page}"

    def test_are_sent_from_the_log_in_of_the_admin_to_ours(self, client: Client) -> None:
        response = client.get(reverse("admin:login"), {"next": "/admin/"})

        assert response["Location"] == f"{reverse('account_login')}?next=/admin/"


class TestStaff:
    def test_without_an_authenticator_reach_nothing_but_its_enrolment(
        self, caseworker: User, application: Application, client: Client
    ) -> None:
        client.force_login(caseworker)

        answers = open_all(client, application)

        assert set(answers.values()) == {302}
        assert client.get(reverse("admin:index"))["Location"] == reverse("mfa_activate_totp")

    def test_who_did_not_use_it_in_this_session_are_asked_to(self, caseworker: User, client: Client, client_of) -> None:
        client_of(caseworker)
        client.force_login(caseworker)

        response = client.get(reverse("admin:index"))

        assert response["Location"] == f"{reverse('mfa_reauthenticate')}?next=/admin/"

    def test_a_superuser_is_no_exception(self, client: Client, client_of) -> None:
        chief = factories.user(is_staff=True)
        User.objects.filter(pk=chief.pk).update(is_superuser=True)
        client.force_login(chief)

        without_factor = client.get(reverse("admin:index"))
        without_assignment = client_of(chief).get(reverse("admin:index"))

        assert without_factor["Location"] == reverse("mfa_activate_totp")
        assert without_assignment.status_code == 403

    def test_lose_entry_when_the_assignment_ends(self, caseworker: User, client_of) -> None:
        browser = client_of(caseworker)
        StaffAssignment.objects.update(ends_on="2026-03-09")

        assert browser.get(reverse("admin:index")).status_code == 403

    def test_lose_entry_when_the_account_is_switched_off(self, caseworker: User, client_of) -> None:
        browser = client_of(caseworker)
        User.objects.filter(pk=caseworker.pk).update(is_active=False)

        assert browser.get(reverse("admin:index")).status_code == 302

    def test_of_another_area_find_nothing_and_change_nothing(self, application: Application, client_of) -> None:
        elsewhere = factories.staff(area=factories.area(code="119902", name="另一市"))
        browser = client_of(elsewhere)
        before = list(ApplicationEvent.objects.values())

        answers = open_all(browser, application)
        lists = [
            browser.get(reverse("admin:suspension_application_changelist"), {"queue": queue}).content.decode()
            for queue in ("mine", "unassigned", "overdue", "returned", "done", "all")
        ]

        assert {answers[name] for name in (*PAGES, *BUTTONS)} == {404}
        assert not any(application.number in page for page in lists)
        assert list(ApplicationEvent.objects.values()) == before
        assert not AccessLog.objects.filter(user=elsewhere).exists()

    @pytest.mark.parametrize(
        ("role", "page"),
        [
            ("caseworker", "audit_accesslog_changelist"),
            ("caseworker", "insured_staffassignment_changelist"),
            ("auditor", "suspension_application_changelist"),
            ("administrator", "suspension_application_changelist"),
        ],
    )
    def test_open_the_pages_of_their_posts_and_no_other(
        self, role: str, page: str, area: factories.PoolingArea, client_of
    ) -> None:
        browser = client_of(factories.staff(area=area, role=role))

        assert browser.get(reverse("admin:index")).status_code == 200
        assert browser.get(reverse(f"admin:{page}")).status_code == 403

    def test_in_another_role_see_the_case_and_may_not_touch_it(
        self, reviewer: User, application: Application, client_of
    ) -> None:
        browser = client_of(reviewer)

        page = browser.get(address("review", application))
        refused = browser.post(address("take", application), {"version": application.version})

        assert "您在这个统筹区没有经办人岗位" in page.content.decode()
        assert refused.status_code == 403
        application.refresh_from_db()
        assert application.taken_by is None


class TestIndex:
    @pytest.mark.usefixtures("application")
    def test_counts_what_waits(self, caseworker: User, client_of) -> None:
        page = client_of(caseworker).get(reverse("admin:index"))

        assert [(one.name, one.count) for one in page.context["counts"]] == [
            ("待接办", 1),
            ("我的", 0),
            ("待复核", 0),
            ("逾期", 0),
            ("退回补正", 0),
            ("全部", 1),
        ]

    def test_counts_what_waits_for_finance(self, area: factories.PoolingArea, client_of) -> None:
        bill = open_bill(owed.resident_year(factories.resident(area=area).enrollments.get(), year=2026))
        receipts.entered(bill, area=area)

        page = client_of(factories.staff(area=area, role="finance")).get(reverse("admin:index"))

        assert [(one.name, one.count) for one in page.context["money"]] == [
            ("收款待复核", 1),
            ("暂收待查", 0),
            ("事项待复核", 0),
            ("存疑订单", 0),
            ("退款待办理", 0),
            ("退款没有办成", 0),
            ("对账差异", 0),
        ]

    @pytest.mark.parametrize(("role", "is_led"), [("finance", True), ("supervisor", True), ("caseworker", False)])
    def test_leads_who_decides_over_money_to_the_matters(
        self, role: str, is_led: bool, area: factories.PoolingArea, client_of
    ) -> None:
        page = client_of(factories.staff(area=area, role=role)).get(reverse("admin:index")).content.decode()

        assert (f'href="{reverse("admin:payments_proposal_changelist")}"' in page) is is_led
        assert (f'href="{reverse("admin:payments_refund_changelist")}?tab=stuck"' in page) is is_led

    def test_shows_holidays_to_administrators_only(self, area: factories.PoolingArea, client_of) -> None:
        holidays = reverse("admin:insured_holidayoverride_changelist")
        administrator = factories.staff(area=area, role="administrator")
        caseworker = factories.staff(area=area)

        assert client_of(administrator).get(holidays).status_code == 200
        assert client_of(caseworker).get(holidays).status_code == 403
        assert holidays not in client_of(caseworker).get(reverse("admin:index")).content.decode()

    def test_shows_the_rules_of_one_s_area_and_lets_nobody_edit_them(
        self, area: factories.PoolingArea, caseworker: User, client_of
    ) -> None:
        other = factories.area(code="119902", name="另一市")
        browser = client_of(caseworker)
        own = area.policies.get()

        page = browser.get(reverse("admin:insured_areapolicy_changelist"))
        form = browser.get(reverse("admin:insured_areapolicy_change", args=[own.pk]))
        foreign = browser.get(reverse("admin:insured_areapolicy_change", args=[other.policies.get().pk]))
        sent = browser.post(reverse("admin:insured_areapolicy_change", args=[own.pk]), {"promised_working_days": 99})

        assert "示例市" in page.content.decode()
        assert "另一市" not in page.content.decode()
        assert form.status_code == 200
        assert foreign.status_code == 302
        assert sent.status_code == 403

    def test_leaves_out_what_libraries_offer(self) -> None:
        labels = {model._meta.app_label for model in admin.site._registry}

        assert labels <= {"suspension", "insured", "payments", "help", "notifications", "accounts", "audit"}

    def test_has_no_inline_script_or_style(self, caseworker: User, application: Application, client_of) -> None:
        browser = client_of(caseworker)
        for page in (
            reverse("admin:index"),
            reverse("admin:suspension_application_changelist"),
            address("review", application),
            reverse("admin:insured_areapolicy_changelist"),
            reverse("admin:notifications_delivery_changelist"),
        ):
            text = browser.get(page).content.decode()

            assert "<style" not in text
            assert " style=" not in text
            assert "<script>" not in text
