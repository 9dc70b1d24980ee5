"""Decisions at the desk: approve, return, reject, who may, and what would be told."""

import secrets
from typing import Any

import pytest

from insured.models import EmployerAgent, Enrollment, InsuredPerson
from portal.accounts.models import User
from portal.notifications.models import Message
from suspension.admin.forms import DecisionForm
from suspension.models import Application, ApplicationEvent
from suspension.policy.transitions import State
from suspension.services import desk
from tests import factories
from tests.suspension.cases import filed, taken
from tests.suspension.desk_pages import send, state_of, text_of, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]


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
            ({"action": "send_back"}, "请写明原因"),
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
        assert "已经从2026年" in text_of(response)
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
