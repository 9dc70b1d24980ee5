"""The auditor's pages."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.audit import services
from portal.audit.models import AccessLog, AuditCheck
from portal.audit.tasks import check as check_task
from tests import factories
from tests.audit import chains

pytestmark = pytest.mark.django_db
LOG = "admin:audit_accesslog_changelist"
CHAIN = "admin:audit_auditcheck_changelist"


@pytest.fixture
def browser(area: factories.PoolingArea, client_of) -> Client:
    return client_of(factories.staff(area=area, role="auditor", name="宋审计"))


def look(*, by: User, **more: object) -> AccessLog:
    values = {"action": "reveal-id", "subject_kind": "application", "subject_id": 7, "purpose": "enquiry"} | more
    return AccessLog.objects.create(user=by, **values)


class TestAccessLog:
    def test_says_in_words_who_looked_at_what_and_what_for(self, caseworker: User, browser: Client) -> None:
        look(by=caseworker, reason="电话核对")

        page = browser.get(reverse(LOG)).content.decode()

        for words in ("何经办", "查看完整证件号码", "申请 7", "答复本人咨询", "电话核对"):
            assert words in page

    def test_shows_the_looks_of_ones_own_areas(self, caseworker: User, browser: Client) -> None:
        elsewhere = factories.staff(area=factories.area(code="119902", name="邻市"), name="邻市同事")
        look(by=elsewhere)
        look(by=caseworker)

        page = browser.get(reverse(LOG))

        assert [one.row.user for one in page.context["looks"]] == [caseworker]
        assert "邻市同事" not in page.content.decode()

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({}, [1, 2, 3]),
            ({"action": "view"}, [2]),
            ({"purpose": "complaint"}, [3]),
            ({"since": "2026-03-11"}, [3]),
            ({"until": "2026-03-10"}, [1, 2]),
            ({"since": "2026-03-11", "until": "2026-03-10"}, []),
            ({"since": "nonsense"}, []),
            ({"since": "0001-01-01"}, []),
            ({"until": "9999-12-31"}, []),
            ({"action": "no such"}, []),
        ],
    )
    def test_is_narrowed(
        self, asked: dict[str, str], found: list[int], caseworker: User, browser: Client, time_machine
    ) -> None:
        time_machine.move_to("2026-03-10T15:59:00Z", tick=False)
        look(by=caseworker, subject_id=1)
        look(by=caseworker, subject_id=2, action="view")
        time_machine.move_to("2026-03-10T16:00:00Z", tick=False)
        look(by=caseworker, subject_id=3, purpose="complaint")

        page = browser.get(reverse(LOG), asked)

        assert sorted(one.row.subject_id for one in page.context["looks"]) == found

    def test_is_narrowed_to_a_person(self, caseworker: User, reviewer: User, browser: Client) -> None:
        look(by=caseworker)
        look(by=reviewer)

        page = browser.get(reverse(LOG), {"who": reviewer.handle})

        assert [one.row.user for one in page.context["looks"]] == [reviewer]

    def test_takes_as_many_statements_for_a_hundred_rows_as_for_one(
        self, caseworker: User, browser: Client, assert_statements
    ) -> None:
        chains.looks(120, by=caseworker)
        browser.get(reverse(LOG))

        with assert_statements(7):
            page = browser.get(reverse(LOG))

        assert len(page.context["looks"]) == 100

    def test_is_only_read(self, browser: Client) -> None:
        assert browser.post(reverse(LOG)).status_code == 405


class TestChain:
    def test_is_checked_at_a_button(self, caseworker: User, browser: Client) -> None:
        chains.looks(10, by=caseworker)
        services.seal_all()
        (row,) = chains.change(5)

        started = browser.post(reverse("admin:audit_auditcheck_start"), follow=True)
        running = started.content.decode()
        check_task()
        done = browser.get(reverse(CHAIN))

        assert "核对中" in running
        assert started["Refresh"]
        assert "Refresh" not in done
        assert f"audit_accesslog 第{row}行" in done.content.decode()
        assert "内容与封存时不同，被修改过" in done.content.decode()
        assert AuditCheck.objects.get().started_by is not None

    def test_shows_the_newest_links(self, caseworker: User, browser: Client) -> None:
        chains.looks(3, by=caseworker)
        services.seal_all()

        page = browser.get(reverse(CHAIN)).content.decode()

        assert next(one.digest for one in services.heads() if one.table == "audit_accesslog") in page

    def test_a_second_press_starts_nothing_new(self, browser: Client) -> None:
        for _ in range(2):
            browser.post(reverse("admin:audit_auditcheck_start"))

        assert AuditCheck.objects.count() == 1

    def test_is_not_started_by_looking(self, browser: Client) -> None:
        assert browser.get(reverse("admin:audit_auditcheck_start")).status_code == 405
