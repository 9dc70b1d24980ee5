"""The review page and its buttons."""

import secrets
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from insured.models import InsuredPerson
from portal.accounts.models import RateCounter, User
from portal.audit.models import AccessLog
from portal.errors import BusinessRuleError
from suspension.models import Application, ApplicationEvent, Attachment
from suspension.policy.transitions import State
from suspension.services import materials, reveal, stop
from tests import factories
from tests.suspension.cases import decided, filed, prove, stop_request, taken
from tests.suspension.desk_pages import send, state_of, text_of, url
from tests.suspension.files import picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
LIMIT = 50


class TestPage:
    def test_shows_person_checks_request_and_preview(
        self, mine: Application, resident: InsuredPerson, caseworker: User, client_of
    ) -> None:
        page = text_of(client_of(caseworker).get(url("review", mine)))

        assert resident.name in page
        assert "当前为正常参保" in page
        assert "全部通过" in page
        assert "2026年3月10日" in page
        assert "2026年3月9日" in page
        assert "已通过审核" in page
        assert "【示例市医保】" in page

    def test_never_holds_the_whole_id_or_phone(
        self, mine: Application, resident: InsuredPerson, caseworker: User, client_of
    ) -> None:
        page = text_of(client_of(caseworker).get(url("review", mine)))

        assert resident.id_number not in page
        assert "13800138000" not in page
        assert "138****8000" in page

    def test_shows_a_red_check_with_its_reason_and_source(
        self, mine: Application, resident: InsuredPerson, caseworker: User, client_of
    ) -> None:
        InsuredPerson.objects.filter(pk=resident.pk).update(is_deceased=True)

        page = text_of(client_of(caseworker).get(url("review", mine)))

        assert "有未通过项" in page
        assert "参保人已登记死亡" in page
        assert "依据：本统筹区规则" in page

    def test_shows_what_a_green_check_rests_on(self, mine: Application, caseworker: User, client_of) -> None:
        shown = client_of(caseworker).get(url("review", mine))

        checks = shown.context["case"].assessment.checks
        assert [check.is_ok for check in checks] == [True] * len(checks)
        assert all(f"依据：{check.source}" in text_of(shown) for check in checks)

    def test_a_return_foreseen_before_the_stop_is_red_and_refuses_the_approval(
        self, mine: Application, caseworker: User, client_of
    ) -> None:
        Application.objects.filter(pk=mine.pk).update(stop_month="2026-03-01", resume_month="2026-03-01")
        browser = client_of(caseworker)

        checks = browser.get(url("review", mine)).context["case"].assessment.checks
        answer = send(browser, mine)

        assert [check.label for check in checks if not check.is_ok] == ["预计恢复月在停缴之后"]
        assert answer.status_code == 422
        assert state_of(mine) == State.UNDER_REVIEW

    def test_logs_who_looked(self, mine: Application, caseworker: User, client_of) -> None:
        client_of(caseworker).get(url("review", mine))

        row = AccessLog.objects.get()
        assert (row.user, row.action, row.subject_kind, row.subject_id) == (
            caseworker,
            "view",
            "application",
            mine.pk,
        )

    def test_costs_at_most_twelve_statements(
        self, mine: Application, caseworker: User, client_of, assert_statements
    ) -> None:
        browser = client_of(caseworker)
        browser.get(url("review", mine))

        with assert_statements(12):
            browser.get(url("review", mine))

    def test_costs_no_more_when_it_was_sent_again_or_is_decided(
        self, mine: Application, resident: InsuredPerson, caseworker: User, client_of, assert_statements
    ) -> None:
        browser = client_of(caseworker)
        back = decided(mine, by=caseworker, action="return", fields=("note", "contact_phone"), text="请写明单位")
        prove("13900139000", by=factories.account_of(resident))
        again = stop.resubmit(
            stop_request(note="新单位：青禾软件", contact_phone="13900139000"),
            number=back.number or "",
            version=back.version,
            token=secrets.token_urlsafe(24),
            by=factories.account_of(resident),
        )
        browser.get(url("review", again))

        with assert_statements(12):
            page = text_of(browser.get(url("review", again)))
        done = decided(taken(again, by=caseworker), by=caseworker)
        with assert_statements(12):
            result = text_of(browser.get(url("review", done)))

        assert "与上次提交相比" in page
        assert "新单位：青禾软件" in page
        assert "139****9000" in page
        assert "13900139000" not in page
        assert "短信：" in result

    def test_names_earlier_cases_of_the_person(
        self, mine: Application, resident: InsuredPerson, caseworker: User, client_of
    ) -> None:
        decided(mine, by=caseworker, action="reject", code="other", text="请到窗口")
        later = filed(resident)

        page = client_of(caseworker).get(url("review", later))

        assert [case.number for case in page.context["case"].earlier] == [mine.number]


class TestButtons:
    def test_are_those_of_the_table(
        self, resident: InsuredPerson, caseworker: User, area: factories.PoolingArea, client_of
    ) -> None:
        colleague = factories.staff(area=area, name="孙经办")
        application = filed(resident)

        def offered(who: User) -> set[str]:
            return set(client_of(who).get(url("review", application)).context["case"].actions)

        waiting = offered(caseworker)
        taken(application, by=caseworker)

        assert waiting == {"take"}
        assert offered(caseworker) == {"release", "approve", "return", "reject", "refer", "hand_over"}
        assert offered(colleague) == set()
        assert "正由何经办办理" in text_of(client_of(colleague).get(url("review", application)))

    def test_put_a_case_back(self, mine: Application, caseworker: User, client_of) -> None:
        response = client_of(caseworker).post(url("release", mine), {"version": mine.version})

        assert response.status_code == 303
        assert state_of(mine) == State.SUBMITTED

    def test_take_twice_by_the_same_hand_is_no_conflict(
        self, resident: InsuredPerson, caseworker: User, client_of
    ) -> None:
        application, browser = filed(resident), client_of(caseworker)

        answers = [browser.post(url("take", application), {"version": application.version}) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [303, 303]
        assert ApplicationEvent.objects.filter(action="take").count() == 1

    def test_take_after_a_colleague_says_who_was_first(
        self, resident: InsuredPerson, caseworker: User, area: factories.PoolingArea, client_of
    ) -> None:
        application = filed(resident)
        taken(application, by=factories.staff(area=area, name="孙经办"))

        response = client_of(caseworker).post(url("take", application), {"version": application.version})

        assert response.status_code == 409
        assert "孙经办于2026年3月10日 10:00“接办”" in text_of(response)

    @pytest.mark.parametrize("name", ["take", "release", "decide", "preview", "reveal"])
    def test_answer_posts_only(self, name: str, mine: Application, caseworker: User, client_of) -> None:
        assert client_of(caseworker).get(url(name, mine)).status_code == 405

    @pytest.mark.parametrize("name", ["take", "release", "decide", "preview", "reveal"])
    def test_refuse_an_empty_form_and_an_unknown_number(
        self, name: str, mine: Application, caseworker: User, client_of
    ) -> None:
        browser = client_of(caseworker)
        unknown = reverse(f"admin:suspension_application_{name}", args=["YB20260310AAAAAAA"])

        assert browser.post(url(name, mine), {}).status_code == 422
        assert browser.post(unknown, {"version": 1}).status_code == 404
        assert state_of(mine) == State.UNDER_REVIEW

    def test_want_the_token_of_the_form(self, mine: Application, caseworker: User) -> None:
        browser = Client(enforce_csrf_checks=True)
        browser.cookies = factories.client_of(caseworker).cookies

        assert send(browser, mine).status_code == 403


class TestReveal:
    def test_shows_the_whole_id_once_and_logs_why(
        self, mine: Application, resident: InsuredPerson, caseworker: User, client_of
    ) -> None:
        browser = client_of(caseworker)

        shown = text_of(browser.post(url("reveal", mine), {"reason": "核对户口簿"}))
        after = text_of(browser.get(url("review", mine)))

        assert resident.id_number in shown
        assert resident.id_number not in after
        row = AccessLog.objects.get(action="reveal-id")
        assert (row.user, row.subject_id, row.reason) == (caseworker, mine.pk, "核对户口簿")

    @pytest.mark.parametrize("reason", ["", "  ", "看"])
    def test_wants_a_reason(
        self, reason: str, mine: Application, resident: InsuredPerson, caseworker: User, client_of
    ) -> None:
        response = client_of(caseworker).post(url("reveal", mine), {"reason": reason})

        assert response.status_code == 422
        assert resident.id_number not in text_of(response)
        assert not AccessLog.objects.filter(action="reveal-id").exists()

    def test_ends_after_fifty_a_day(
        self, mine: Application, resident: InsuredPerson, caseworker: User, client_of
    ) -> None:
        application = Application.objects.select_related("person").get()
        for _ in range(LIMIT):
            reveal.reveal_id(application, reason="核对", by=caseworker)

        response = client_of(caseworker).post(url("reveal", mine), {"reason": "再核对一次"})

        assert response.status_code == 422
        assert "每日上限" in text_of(response)
        assert resident.id_number not in text_of(response)

    def test_counts_where_it_compares(self, mine: Application, caseworker: User) -> None:
        """The limit is one statement: looks at the same moment, not yet in anybody's log, count as well."""
        reveal.reveal_id(mine, reason="核对", by=caseworker)
        RateCounter.objects.filter(kind="reveal-id").update(count=LIMIT)

        with pytest.raises(BusinessRuleError) as refused:
            reveal.reveal_id(mine, reason="核对", by=caseworker)

        assert [reason.code for reason in refused.value.reasons] == ["disclosure.limit"]
        assert AccessLog.objects.filter(action="reveal-id").count() == 1

    def test_begins_anew_at_midnight_and_for_each_colleague(
        self, mine: Application, caseworker: User, reviewer: User
    ) -> None:
        with time_machine.travel("2026-03-10T15:59:58Z", tick=False) as traveller:
            for _ in range(LIMIT):
                reveal.reveal_id(mine, reason="核对", by=caseworker)
            assert reveal.reveal_id(mine, reason="核对", by=reviewer)
            traveller.shift(timedelta(seconds=1))
            with pytest.raises(BusinessRuleError):
                reveal.reveal_id(mine, reason="核对", by=caseworker)
            traveller.shift(timedelta(seconds=1))

            assert reveal.reveal_id(mine, reason="核对", by=caseworker)


class TestMaterials:
    @pytest.fixture
    def attachment(self, resident: InsuredPerson) -> Attachment:
        enrollment = resident.enrollments.get()
        account = factories.account_of(resident)
        draft = stop.save_draft(stop_request(), enrollment_id=enrollment.pk, by=account)
        found = materials.attach(materials.read_upload(picture()), slot="id-card", application_id=draft.pk)
        stop.submit(enrollment_id=enrollment.pk, revision=draft.revision, token=secrets.token_urlsafe(24), by=account)
        materials.render_pending()
        found.refresh_from_db()
        return found

    def test_are_shown_as_the_pages_we_drew(self, attachment: Attachment, caseworker: User, client_of) -> None:
        browser, application = client_of(caseworker), attachment.application
        application.refresh_from_db()
        place = url("material_page", application, attachment.public_id, 1)

        page = text_of(browser.get(url("review", application)))
        image = browser.get(place)

        assert f'src="{place}"' in page
        assert image["Content-Type"] == "image/png"
        assert image["X-Content-Type-Options"] == "nosniff"
        assert b"".join(image.streaming_content).startswith(b"\x89PNG")

    def test_are_downloaded_as_they_came_into_a_sandbox_and_logged(
        self, attachment: Attachment, caseworker: User, client_of
    ) -> None:
        attachment.application.refresh_from_db()

        file = client_of(caseworker).get(url("material_original", attachment.application, attachment.public_id))

        assert file["Content-Disposition"].startswith("attachment")
        assert file["Content-Security-Policy"] == "sandbox"
        assert file["X-Content-Type-Options"] == "nosniff"
        assert b"".join(file.streaming_content)
        assert AccessLog.objects.get(action="download").subject_id == attachment.pk

    def test_are_downloaded_so_many_times_a_day(
        self, attachment: Attachment, caseworker: User, client_of, settings: Settings
    ) -> None:
        settings.DAILY_LIMITS = settings.DAILY_LIMITS | {"download": 1}
        attachment.application.refresh_from_db()
        browser, place = client_of(caseworker), url("material_original", attachment.application, attachment.public_id)
        b"".join(browser.get(place).streaming_content)

        refused = browser.get(place)

        assert refused.status_code == 429
        assert "今天下载材料原件已达到每日上限（1次）" in text_of(refused)
        assert AccessLog.objects.filter(action="download").count() == 1

    def test_of_another_area_another_case_or_a_page_too_many_are_not_found(
        self, attachment: Attachment, caseworker: User, area: factories.PoolingArea, client_of
    ) -> None:
        elsewhere = factories.staff(area=factories.area(code="119902", name="另一市"))
        other = filed(factories.resident(area=area))
        own = attachment.application
        own.refresh_from_db()

        for browser, application, page in (
            (client_of(elsewhere), own, 1),
            (client_of(caseworker), other, 1),
            (client_of(caseworker), own, 0),
            (client_of(caseworker), own, 2),
        ):
            response = browser.get(url("material_page", application, attachment.public_id, page))

            assert response.status_code == 404
        assert client_of(elsewhere).get(url("material_original", own, attachment.public_id)).status_code == 404

    def test_that_were_taken_out_or_lost_are_not_found(
        self, attachment: Attachment, caseworker: User, client_of
    ) -> None:
        browser, application = client_of(caseworker), attachment.application
        application.refresh_from_db()
        materials.page_of(attachment.public_id, page=1).unlink()

        lost = browser.get(url("material_page", application, attachment.public_id, 1))
        Attachment.objects.update(removed_at="2026-03-10T02:00:00Z")
        removed = browser.get(url("material_original", application, attachment.public_id))

        assert (lost.status_code, removed.status_code) == (404, 404)
