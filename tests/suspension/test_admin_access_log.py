"""Who looked at this person: found without a number in the address, of one's own area, and given as a file."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from insured.models import InsuredPerson
from portal import clock
from portal.accounts.models import User
from portal.audit.models import AccessLog
from portal.help.models import Consultation
from portal.masking import mask_name
from portal.notifications.models import Message
from suspension.models import Application, Attachment
from tests import factories
from tests.suspension.cases import filed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
LOG = reverse("admin:audit_accesslog_changelist")
FIND = reverse("admin:audit_accesslog_find")
EXPORT = reverse("admin:audit_accesslog_export")
PURPOSE = {"purpose": "complaint", "reason": "答复信访"}


@pytest.fixture
def auditor(area: factories.PoolingArea) -> User:
    return factories.staff(area=area, role="auditor", name="宋审计")


@pytest.fixture
def browser(auditor: User) -> Client:
    return factories.client_of(auditor)


@pytest.fixture
def case(resident: InsuredPerson) -> Application:
    return filed(resident)


def look(kind: str, key: int, *, by: User, **more: str) -> AccessLog:
    return AccessLog.objects.create(user=by, subject_kind=kind, subject_id=key, **{"action": "view"} | more)


class TestFind:
    @pytest.mark.parametrize("way", ["id", "number", "case", "last4"])
    def test_leads_to_the_list_of_that_person(
        self, way: str, case: Application, resident: InsuredPerson, browser: Client
    ) -> None:
        typed = {
            "id": resident.id_number,
            "number": resident.number,
            "case": case.number,
            "last4": f"{resident.id_number[-4:]} {resident.name}",
        }

        answer = browser.post(f"{FIND}?action=view&page=2", {"typed": typed[way]})

        assert (answer.status_code, answer["Location"]) == (303, f"{LOG}?action=view&person={resident.number}")

    def test_is_logged_itself(self, resident: InsuredPerson, auditor: User, browser: Client) -> None:
        browser.post(FIND, {"typed": resident.id_number})

        row = AccessLog.objects.get(action="audit-person")
        assert (row.user, row.subject_id, row.purpose) == (auditor, resident.pk, "data-check")

    @pytest.mark.parametrize("typed", ["", "119901198001010000", "没有这个人", "YB20260310AAAAAAA", "' OR 1=1", "\0"])
    def test_of_nobody_is_said_and_what_was_typed_is_kept(self, typed: str, browser: Client) -> None:
        answer = browser.post(FIND, {"typed": typed})

        assert answer.status_code == 422
        assert not AccessLog.objects.filter(action="audit-person").exists()

    def test_finds_nobody_of_another_area(self, browser: Client) -> None:
        other = factories.resident(area=factories.area(code="119902", name="邻市"))

        assert browser.post(FIND, {"typed": other.id_number}).status_code == 422
        assert browser.get(LOG, {"person": other.number}).context["looks"] == []


class TestList:
    def test_holds_every_look_at_the_person_and_what_is_theirs(
        self, case: Application, resident: InsuredPerson, caseworker: User, browser: Client
    ) -> None:
        file = Attachment.objects.create(
            application=case, slot="leave-proof", name="a.png", content_type="image/png", size=1, sha256="0" * 64
        )
        question = Consultation.objects.create(
            number="ZX1", user=factories.account_of(resident), title="问", changed_at=clock.now()
        )
        wanted = [
            look("insuredperson", resident.pk, by=caseworker),
            look("person", resident.pk, by=caseworker),
            look("application", case.pk, by=caseworker),
            look("attachment", file.pk, by=caseworker),
            look("consultation", question.pk, by=caseworker),
            look("enrollment", case.enrollment_id, by=caseworker),
            look("account", resident.user_id or 0, by=caseworker),
        ]
        other = factories.resident(area=resident.area)
        look("insuredperson", other.pk, by=caseworker)
        look("application", filed(other).pk, by=caseworker)

        page = browser.get(LOG, {"person": resident.number})

        assert {one.row.pk for one in page.context["looks"]} == {row.pk for row in wanted}

    def test_says_numbers_and_masked_names(
        self, case: Application, resident: InsuredPerson, caseworker: User, browser: Client
    ) -> None:
        look("application", case.pk, by=caseworker)
        look("insuredperson", resident.pk, by=caseworker)

        text = browser.get(LOG).content.decode()

        assert f"申请 {case.number} {mask_name(resident.name)}" in text
        assert f"参保人 {resident.number} {mask_name(resident.name)}" in text
        assert resident.name not in text
        assert resident.id_number not in text

    def test_asks_the_index_by_its_keys(
        self, resident: InsuredPerson, caseworker: User, browser: Client, assert_statements
    ) -> None:
        for _ in range(30):
            look("insuredperson", resident.pk, by=caseworker)
        browser.get(LOG, {"person": resident.number})

        with assert_statements(15):
            page = browser.get(LOG, {"person": resident.number})

        assert len(page.context["looks"]) == 30

    @pytest.mark.parametrize("number", ["nobody", "\0", "1" * 40])
    def test_of_a_garbled_number_is_empty(self, number: str, caseworker: User, browser: Client) -> None:
        look("insuredperson", 1, by=caseworker)

        assert browser.get(LOG, {"person": number}).context["looks"] == []


class TestExport:
    def test_holds_the_narrowed_rows_and_is_logged_with_its_purpose(
        self, case: Application, resident: InsuredPerson, caseworker: User, browser: Client
    ) -> None:
        look("application", case.pk, by=caseworker, purpose="enquiry", reason="=1+1")
        look("employer", 5, by=caseworker)

        answer = browser.post(f"{EXPORT}?person={resident.number}", PURPOSE)

        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert len(rows) == 2
        assert rows[1][1:6] == [
            "何经办",
            "查看",
            f"申请 {case.number} {mask_name(resident.name)}",
            "答复本人咨询",
            "'=1+1",
        ]
        logged = AccessLog.objects.get(action="export-log")
        assert (logged.purpose, logged.reason) == ("complaint", "答复信访（1条）")

    @pytest.mark.parametrize("given", [{}, {"purpose": "complaint"}, {"purpose": "x", "reason": "y"}])
    def test_needs_a_purpose(self, given: dict[str, str], caseworker: User, browser: Client) -> None:
        look("employer", 5, by=caseworker)

        assert browser.post(EXPORT, given).status_code == 422
        assert not AccessLog.objects.filter(action="export-log").exists()

    def test_is_given_so_many_times_a_day_and_whoever_used_them_up_is_told_of(
        self, area: factories.PoolingArea, caseworker: User, browser: Client, settings: Settings
    ) -> None:
        settings.DAILY_LIMITS = settings.DAILY_LIMITS | {"export-log": 1}
        supervisor = factories.staff(area=area, role="supervisor")
        look("employer", 5, by=caseworker)
        given = browser.post(EXPORT, PURPOSE)

        refused = browser.post(EXPORT, PURPOSE)

        assert (given.status_code, refused.status_code) == (200, 429)
        assert "今天导出访问日志已达到每日上限（1次）" in refused.content.decode()
        assert AccessLog.objects.filter(action="export-log").count() == 1
        assert Message.objects.get().recipient == supervisor

    def test_holds_nothing_of_another_area(self, browser: Client) -> None:
        elsewhere = factories.staff(area=factories.area(code="119902", name="邻市"), name="邻市同事")
        look("employer", 5, by=elsewhere)

        assert "邻市同事" not in browser.post(EXPORT, PURPOSE).content.decode()

    @pytest.mark.parametrize("address", [FIND, EXPORT])
    def test_and_box_are_for_auditors_only_and_never_by_get(
        self, address: str, caseworker: User, browser: Client, client_of
    ) -> None:
        assert client_of(caseworker).post(address, PURPOSE | {"typed": "x"}).status_code == 403
        assert browser.get(address).status_code == 405
