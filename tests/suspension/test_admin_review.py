"""The review page and its buttons."""

import secrets
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from insured.models import EmployerAgent, Enrollment, InsuredPerson
from portal.accounts.models import User
from portal.audit.models import AccessLog
from portal.notifications.models import Message
from suspension.admin.forms import DecisionForm
from suspension.models import Application, ApplicationEvent, Attachment
from suspension.policy.transitions import State
from suspension.services import desk, materials, reveal, stop
from tests import factories
from tests.suspension.cases import decided, filed, stop_request, taken
from tests.suspension.files import picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]


@pytest.fixture
def mine(resident: InsuredPerson, caseworker: User) -> Application:
    """A case that the caseworker has taken."""
    return taken(filed(resident), by=caseworker)


def url(name: str, application: Application, *more: object) -> str:
    return reverse(f"admin:suspension_application_{name}", args=[application.number, *more])


def send(client: Client, application: Application, name: str = "decide", **more: Any) -> HttpResponse:
    """The decision form, approved unless said otherwise."""
    plain = {"version": application.version, "token": secrets.token_urlsafe(24), "action": "approve", "text": ""}
    return client.post(url(name, application), plain | more)


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def state_of(application: Application) -> str:
    return Application.objects.get(pk=application.pk).state


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
        assert offered(caseworker) == {"release", "approve", "return", "reject"}
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


class TestDecision:
    def test_approves_and_leads_to_the_next_case(
        self, mine: Application, caseworker: User, area: factories.PoolingArea, client_of
    ) -> None:
        waiting = filed(factories.resident(area=area))
        browser = client_of(caseworker)

        response = send(browser, mine)
        page = text_of(browser.get(response["Location"]))

        assert response.status_code == 303
        assert state_of(mine) == State.COMPLETED
        assert "已通过站内消息、短信、电子邮件告知申请人" in page
        assert "办理下一件" in page
        assert url("review", waiting) in page

    def test_returns_with_named_fields(self, mine: Application, caseworker: User, client_of) -> None:
        send(
            client_of(caseworker),
            mine,
            action="return",
            fields_to_correct=["note", "material"],
            code="other",
            text="请补离职证明",
        )

        mine.refresh_from_db()
        assert (mine.state, mine.returned_fields) == (State.RETURNED, ["note", "material"])
        assert mine.decision_code == ""
        page = text_of(client_of(caseworker).get(url("review", mine)))
        assert "补充说明、证明材料（2026年3月31日前）" in page
        assert "返回办件队列" in page

    def test_rejects_with_a_reason(self, mine: Application, caseworker: User, client_of) -> None:
        send(client_of(caseworker), mine, action="reject", code="not-eligible", text="不符合条件")

        mine.refresh_from_db()
        assert (mine.state, mine.decision_code, mine.decision_text) == (State.REJECTED, "not-eligible", "不符合条件")

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"action": ""}, "请先选择审核结论"),
            ({"action": "return", "text": "请补"}, "请至少勾选一项需要补正的内容"),
            ({"action": "return", "fields_to_correct": ["note"]}, "请写明原因"),
            ({"action": "return", "fields_to_correct": ["person"], "text": "请补"}, "person"),
            ({"action": "reject", "text": "不行"}, "请选择不通过的原因"),
            ({"action": "reject", "code": "other"}, "请写明原因"),
            ({"action": "take"}, "take"),
            ({"action": "refer"}, "refer"),
            ({"text": "长" * 501}, "500"),
        ],
    )
    def test_says_what_is_missing_and_keeps_what_was_typed(
        self, given: dict[str, Any], said: str, mine: Application, caseworker: User, client_of
    ) -> None:
        response = send(client_of(caseworker), mine, **given)

        assert response.status_code == 422
        assert said in text_of(response)
        assert given.get("text", "") in text_of(response)
        assert state_of(mine) == State.UNDER_REVIEW

    def test_sent_twice_has_one_outcome(self, mine: Application, caseworker: User, client_of) -> None:
        browser, token = client_of(caseworker), secrets.token_urlsafe(24)
        told_before = Message.objects.count()

        answers = [send(browser, mine, token=token) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [303, 303]
        assert {answer["Location"] for answer in answers} == {url("review", mine)}
        assert ApplicationEvent.objects.filter(action="approve").count() == 1
        assert Message.objects.count() == told_before + 1

    def test_on_a_stale_page_gets_409_and_keeps_the_text(
        self, mine: Application, caseworker: User, area: factories.PoolingArea, client_of
    ) -> None:
        desk.release(number=mine.number or "", version=mine.version, by=caseworker)
        taken(Application.objects.get(), by=factories.staff(area=area, name="孙经办"))

        response = send(client_of(caseworker), mine, action="reject", code="other", text="写了很久的意见")

        assert response.status_code == 409
        assert "孙经办" in text_of(response)
        assert "写了很久的意见" in text_of(response)
        assert state_of(mine) == State.UNDER_REVIEW

    def test_on_a_stale_page_of_one_s_own_case_can_be_sent_again(
        self, mine: Application, caseworker: User, client_of
    ) -> None:
        browser = client_of(caseworker)
        desk.release(number=mine.number or "", version=mine.version, by=caseworker)
        again = taken(Application.objects.get(), by=caseworker)

        response = send(browser, mine, action="reject", code="other", text="写了很久的意见")
        form = response.context["form"]

        assert response.status_code == 409
        assert (form["version"].value(), form["text"].value()) == (again.version, "写了很久的意见")

    def test_is_refused_when_the_rules_no_longer_allow_it(
        self, mine: Application, resident: InsuredPerson, caseworker: User, client_of
    ) -> None:
        Enrollment.objects.filter(person=resident).update(status="2", paused_on="2026-03-01")

        response = send(client_of(caseworker), mine, text="同意")

        assert response.status_code == 422
        assert "目前不是“正常参保”状态" in text_of(response)
        assert "同意" in text_of(response)
        assert state_of(mine) == State.UNDER_REVIEW

    def test_costs_at_most_25_statements(
        self, mine: Application, caseworker: User, client_of, assert_statements
    ) -> None:
        browser = client_of(caseworker)
        browser.get(url("review", mine))

        with assert_statements(25):
            assert send(browser, mine).status_code == 303

    def test_offers_a_new_token_each_time(self) -> None:
        assert DecisionForm()["token"].value() != DecisionForm()["token"].value()


class TestFourEyes:
    @pytest.mark.parametrize(
        ("how", "said"), [("own", "您本人的申请"), ("relative", "您的亲属"), ("colleague", "同属一个单位")]
    )
    def test_own_relatives_and_colleagues_cases_are_refused(
        self, how: str, said: str, area: factories.PoolingArea, caseworker: User, client_of
    ) -> None:
        if how == "own":
            person = factories.person(area=area, user=caseworker)
            factories.period(of=factories.enrollment(of=person))
        elif how == "relative":
            person = factories.resident(area=area)
            factories.relation(person=person, relative=factories.person(area=area, user=caseworker))
        else:
            unit = factories.employer(area=area)
            EmployerAgent.objects.create(user=caseworker, employer=unit, starts_on="2020-01-01")
            person = factories.resident(area=area)
        application = filed(person)
        if how == "colleague":
            Enrollment.objects.filter(person=person).update(employer=unit)

        response = client_of(caseworker).post(url("take", application), {"version": application.version})

        assert response.status_code == 403
        assert said in text_of(response)
        assert state_of(application) == State.SUBMITTED

    def test_a_relation_found_after_taking_stops_the_decision(
        self, mine: Application, resident: InsuredPerson, area: factories.PoolingArea, caseworker: User, client_of
    ) -> None:
        factories.relation(person=resident, relative=factories.person(area=area, user=caseworker))

        response = send(client_of(caseworker), mine, text="同意停保")

        assert response.status_code == 403
        assert "同意停保" in text_of(response)
        assert state_of(mine) == State.UNDER_REVIEW


class TestPreview:
    def test_shows_the_message_of_the_choice_and_writes_no_decision(
        self, mine: Application, caseworker: User, client_of
    ) -> None:
        response = send(
            client_of(caseworker), mine, "preview", action="return", fields_to_correct=["material"], text="请补离职证明"
        )

        assert response.status_code == 200
        assert [one.channel for one in response.context["previews"]] == ["站内消息", "短信", "电子邮件"]
        assert "请修改：证明材料" in response.context["previews"][0].text
        assert "请补离职证明" in response.context["previews"][0].text
        assert "2026年3月31日" in response.context["previews"][0].text
        assert state_of(mine) == State.UNDER_REVIEW

    def test_is_what_is_then_sent(self, mine: Application, caseworker: User, client_of) -> None:
        browser = client_of(caseworker)
        given = {"action": "reject", "code": "not-eligible", "text": "不符合条件"}
        previewed = send(browser, mine, "preview", **given).context["previews"][0]

        send(browser, mine, **given)

        sent = Message.objects.latest("id")
        assert (sent.title, sent.body) == (previewed.title, previewed.text)


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
        for _ in range(reveal.DAILY_LIMIT):
            reveal.reveal_id(application, reason="核对", by=caseworker)

        response = client_of(caseworker).post(url("reveal", mine), {"reason": "再核对一次"})

        assert response.status_code == 422
        assert "每日上限" in text_of(response)
        assert resident.id_number not in text_of(response)


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
