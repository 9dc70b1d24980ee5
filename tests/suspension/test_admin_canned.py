"""常用语: who writes them, and how they become part of a decision."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from insured.models import PoolingArea
from portal.accounts.models import User
from portal.notifications.models import Message
from suspension import items
from suspension.models import Application, CannedText
from suspension.policy.transitions import State
from tests import factories
from tests.suspension.cases import filed, taken
from tests.suspension.desk_pages import send, state_of, text_of, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
LIST = "admin:suspension_cannedtext_changelist"
ADD = "admin:suspension_cannedtext_add"
CHANGE = "admin:suspension_cannedtext_change"
DELETE = "admin:suspension_cannedtext_delete"


def canned(text: str = "请补上传离职证明。", **more: Any) -> CannedText:
    """A common sentence for a return."""
    return CannedText.objects.create(**{"action": "return", "text": text} | more)


def offered(client: Client, application: Application) -> str:
    return str(client.get(url("review", application)).context["form"]["canned"])


@pytest.fixture
def elsewhere() -> PoolingArea:
    return factories.area(code="119902", name="邻市")


@pytest.fixture
def supervisor(area: PoolingArea) -> User:
    return factories.staff(area=area, role="supervisor", name="江主管")


class TestChoice:
    def test_is_of_the_item_the_area_and_in_use(
        self, mine: Application, area: PoolingArea, elsewhere: PoolingArea, caseworker: User, client_of
    ) -> None:
        canned("通用的话")
        canned("本区停缴的话", item="stop", area=area)
        canned("邻市的话", area=elsewhere)
        canned("取消停缴的话", item="cancel-stop")
        canned("停用的话", is_in_use=False)

        shown = offered(client_of(caseworker), mine)

        assert "通用的话" in shown
        assert "本区停缴的话" in shown
        assert "邻市的话" not in shown
        assert "取消停缴的话" not in shown
        assert "停用的话" not in shown

    def test_stands_before_what_was_typed(self, mine: Application, caseworker: User, client_of) -> None:
        one = canned("请补上传离职证明")

        send(
            client_of(caseworker),
            mine,
            action="return",
            fields_to_correct=["material"],
            canned=one.pk,
            text="证明上要有单位公章。",
        )

        mine.refresh_from_db()
        assert (mine.state, mine.decision_text) == (State.RETURNED, "请补上传离职证明。证明上要有单位公章。")

    def test_is_enough_for_a_rejection(self, mine: Application, caseworker: User, client_of) -> None:
        one = canned("请到窗口办理。", action="reject")

        send(client_of(caseworker), mine, action="reject", code="other", canned=one.pk)

        mine.refresh_from_db()
        assert (mine.state, mine.decision_text) == (State.REJECTED, "请到窗口办理。")

    def test_is_previewed_as_it_is_sent(self, mine: Application, caseworker: User, client_of) -> None:
        browser = client_of(caseworker)
        given = {
            "action": "reject",
            "code": "other",
            "canned": canned("请到窗口办理", action="reject").pk,
            "text": "谢谢",
        }

        previewed = send(browser, mine, "preview", **given).context["previews"][0]
        send(browser, mine, **given)

        sent = Message.objects.latest("id")
        assert "请到窗口办理。谢谢" in previewed.text
        assert sent.body == previewed.text

    def test_is_a_sentence_and_no_template(self, mine: Application, caseworker: User, client_of) -> None:
        one = canned("{{ number }}{% now 'Y' %}${7*7}", action="reject")

        send(client_of(caseworker), mine, action="reject", code="other", canned=one.pk)

        body = Message.objects.latest("id").body
        assert "number" in body
        assert "now 'Y'" in body
        assert "49" not in body.replace(mine.number or "", "")

    def test_for_another_decision_is_refused_and_everything_kept(
        self, mine: Application, caseworker: User, client_of
    ) -> None:
        one = canned(action="reject")

        response = send(
            client_of(caseworker), mine, action="return", fields_to_correct=["note"], canned=one.pk, text="请补充"
        )

        assert response.status_code == 422
        assert "选中的常用语是“审核不通过”用的" in text_of(response)
        assert "请补充" in text_of(response)
        assert state_of(mine) == State.UNDER_REVIEW

    def test_says_nothing_in_an_approval(self, mine: Application, caseworker: User, client_of) -> None:
        send(client_of(caseworker), mine, action="approve", canned=canned().pk)

        mine.refresh_from_db()
        assert (mine.state, mine.decision_text) == (State.COMPLETED, "")

    def test_of_another_area_cannot_be_slipped_in(
        self, mine: Application, elsewhere: PoolingArea, caseworker: User, client_of
    ) -> None:
        one = canned("邻市的话", area=elsewhere)

        response = send(client_of(caseworker), mine, action="return", fields_to_correct=["note"], canned=one.pk)

        assert response.status_code == 422
        assert "请重新选择" in text_of(response)
        assert state_of(mine) == State.UNDER_REVIEW

    def test_with_the_typed_text_has_one_limit(self, mine: Application, caseworker: User, client_of) -> None:
        one = canned("长" * 200)

        response = send(
            client_of(caseworker), mine, action="return", fields_to_correct=["note"], canned=one.pk, text="长" * 400
        )

        assert response.status_code == 422
        assert "加起来最多500个字" in text_of(response)

    def test_is_kept_on_a_stale_page(self, mine: Application, caseworker: User, client_of) -> None:
        one = canned()
        Application.objects.filter(pk=mine.pk).update(version=mine.version + 1)

        response = send(client_of(caseworker), mine, action="return", fields_to_correct=["note"], canned=one.pk)

        assert response.status_code == 409
        assert response.context["form"]["canned"].value() == str(one.pk)

    def test_is_not_read_for_who_cannot_decide(
        self, resident: factories.InsuredPerson, area: PoolingArea, caseworker: User, client_of
    ) -> None:
        canned("只给审核的人看")
        application = taken(filed(resident), by=factories.staff(area=area, name="孙经办"))

        assert "只给审核的人看" not in text_of(client_of(caseworker).get(url("review", application)))


class TestEditing:
    def given(self, **more: Any) -> dict[str, Any]:
        return {
            "action": "return",
            "item": "stop",
            "area": "",
            "text": "新的话",
            "position": 1,
            "is_in_use": "on",
        } | more

    def test_lists_those_of_the_area_and_the_common_ones(
        self, area: PoolingArea, elsewhere: PoolingArea, caseworker: User, client_of
    ) -> None:
        shown = {canned("通用的话"), canned("本区的话", area=area)}
        canned("邻市的话", area=elsewhere)

        response = client_of(caseworker).get(reverse(LIST))

        assert set(response.context["cl"].queryset) == shown

    @pytest.mark.parametrize("is_common", [True, False])
    def test_is_a_supervisors(self, is_common: bool, area: PoolingArea, supervisor: User, client_of) -> None:
        browser = client_of(supervisor)

        response = browser.post(reverse(ADD), self.given(area="" if is_common else area.pk))
        one = CannedText.objects.get()
        changed = browser.post(reverse(CHANGE, args=[one.pk]), self.given(text="改过的话", area=one.area_id or ""))

        one.refresh_from_db()
        assert (response.status_code, changed.status_code) == (302, 302)
        assert (one.text, one.item, one.area) == ("改过的话", "stop", None if is_common else area)

    @pytest.mark.parametrize("role", ["caseworker", "reviewer", "auditor", "administrator"])
    def test_is_nobody_elses(self, role: str, area: PoolingArea, client_of) -> None:
        one = canned(area=area)
        browser = client_of(factories.staff(area=area, role=role))

        looked = browser.get(reverse(CHANGE, args=[one.pk]))
        answers = [
            browser.post(reverse(ADD), self.given()),
            browser.post(reverse(CHANGE, args=[one.pk]), self.given()),
            browser.post(reverse(DELETE, args=[one.pk]), {"post": "yes"}),
        ]

        assert looked.status_code == (200 if role in ("caseworker", "reviewer") else 403)
        assert [answer.status_code for answer in answers] == [403, 403, 403]
        assert CannedText.objects.get().text == one.text

    def test_reaches_no_other_area(
        self, area: PoolingArea, elsewhere: PoolingArea, supervisor: User, client_of
    ) -> None:
        foreign, own = canned(area=elsewhere), canned("本区的话", area=area)
        browser = client_of(supervisor)

        answers: list[HttpResponse] = [
            browser.post(reverse(CHANGE, args=[foreign.pk]), self.given()),
            browser.post(reverse(DELETE, args=[foreign.pk]), {"post": "yes"}),
            browser.post(reverse(LIST), {"action": "delete_selected", "_selected_action": foreign.pk, "post": "yes"}),
        ]
        moved = browser.post(reverse(CHANGE, args=[own.pk]), self.given(area=elsewhere.pk))
        added = browser.post(reverse(ADD), self.given(area=elsewhere.pk))

        foreign.refresh_from_db()
        own.refresh_from_db()
        assert foreign.text == "请补上传离职证明。"
        assert (own.area, own.text) == (area, "本区的话")
        assert {answer.status_code for answer in answers} <= {200, 302, 403}
        assert (moved.status_code, added.status_code) == (200, 200)
        assert CannedText.objects.count() == 2

    @pytest.mark.parametrize("who", ["resident", "agent", "stranger"])
    def test_is_closed_to_everybody_outside(self, who: str, request: pytest.FixtureRequest, client_of) -> None:
        found = request.getfixturevalue(who)
        account = found if isinstance(found, User) else factories.account_of(found)

        assert client_of(account).get(reverse(LIST)).status_code == 403


class TestList:
    def test_stands_in_the_order_of_the_desk_by_decision_and_item(
        self, area: PoolingArea, elsewhere: PoolingArea, supervisor: User, client_of
    ) -> None:
        canned("二", position=20)
        canned("一", position=10, item="stop", area=area)
        canned("别的事项", item="resume")
        canned("邻市", area=elsewhere)
        canned("不通过", action="reject")
        browser = client_of(supervisor)

        groups = browser.get(reverse(LIST), {"item": "stop"}).context["groups"]
        every = browser.get(reverse(LIST)).context["groups"]

        assert [[line.row.text for line in lines] for _, lines in groups] == [["一", "二"], ["不通过"]]
        assert [[line.row.text for line in lines] for _, lines in every] == [["一", "二", "别的事项"], ["不通过"]]

    @pytest.mark.parametrize(
        ("which", "to", "item", "expected"),
        [
            ("乙", "up", "", "乙甲丙"),
            ("乙", "down", "", "甲丙乙"),
            ("甲", "up", "", "甲乙丙"),
            ("丙", "down", "", "甲乙丙"),
            ("丙", "up", "stop", "丙甲乙"),
        ],
    )
    def test_is_moved_by_its_buttons(
        self, which: str, to: str, item: str, expected: str, supervisor: User, client_of
    ) -> None:
        rows = {"甲": canned("甲"), "乙": canned("乙", item="resume"), "丙": canned("丙", item="stop")}
        address = reverse("admin:suspension_cannedtext_move", args=[rows[which].pk])

        answer = client_of(supervisor).post(f"{address}?item={item}", {"to": to})

        assert answer.status_code == 303
        texts = CannedText.objects.order_by("position", "id").values_list("text", flat=True)
        assert "".join(texts) == expected

    def test_takes_out_of_use_and_back(self, mine: Application, supervisor: User, caseworker: User, client_of) -> None:
        one, browser = canned("会停用的话"), client_of(supervisor)
        address = reverse("admin:suspension_cannedtext_use", args=[one.pk])

        browser.post(address, {"to": "off"})
        assert "会停用的话" not in offered(client_of(caseworker), mine)
        browser.post(address, {"to": "on"})
        assert "会停用的话" in offered(client_of(caseworker), mine)

    @pytest.mark.parametrize("name", ["move", "use"])
    def test_has_buttons_for_supervisors_of_the_area_only(
        self, name: str, elsewhere: PoolingArea, caseworker: User, supervisor: User, client_of
    ) -> None:
        foreign, shared = canned("邻市", area=elsewhere), canned("通用")
        browser = client_of(supervisor)

        def address(row: CannedText) -> str:
            return reverse(f"admin:suspension_cannedtext_{name}", args=[row.pk])

        assert browser.post(address(foreign), {"to": "off"}).status_code == 404
        assert client_of(caseworker).post(address(shared), {"to": "off"}).status_code == 403
        assert browser.get(address(shared)).status_code == 405
        assert CannedText.objects.filter(is_in_use=True, position=100).count() == 2


class TestPreview:
    ADDRESS = reverse("admin:suspension_cannedtext_preview")

    @pytest.mark.parametrize("action", ["return", "reject"])
    @pytest.mark.parametrize("item", ["", *(one.code for one in items.ITEMS.values() if one.is_correctable)])
    def test_shows_an_example_case_and_keeps_nothing(self, action: str, item: str, supervisor: User, client_of) -> None:
        given = {"action": action, "item": item, "area": "", "text": "请补上离职证明。", "position": 1}

        page = client_of(supervisor).post(self.ADDRESS, given)

        assert "请补上离职证明。" in page.context["previews"][0][1].text
        assert not CannedText.objects.exists()

    def test_of_a_change_leaves_the_row_as_it_is(self, supervisor: User, client_of) -> None:
        one = canned("原来的话")
        given = {"action": "return", "item": "", "area": "", "text": "改过的话", "position": 1}

        page = client_of(supervisor).post(f"{self.ADDRESS}?row={one.pk}", given)

        one.refresh_from_db()
        assert "改过的话" in text_of(page)
        assert one.text == "原来的话"

    @pytest.mark.parametrize("item", [one.code for one in items.ITEMS.values() if not one.is_correctable])
    def test_of_a_return_where_nothing_is_corrected_is_refused(self, item: str, supervisor: User, client_of) -> None:
        given = {"action": "return", "item": item, "area": "", "text": "请补上离职证明。", "position": 1}

        page = client_of(supervisor).post(self.ADDRESS, given)

        assert page.status_code == 422
        assert "不会退回补正" in text_of(page)

    def test_says_what_is_lacking(self, supervisor: User, client_of) -> None:
        assert client_of(supervisor).post(self.ADDRESS, {"action": "return"}).status_code == 422

    def test_is_the_supervisors(self, caseworker: User, supervisor: User, client_of) -> None:
        assert client_of(caseworker).post(self.ADDRESS, {}).status_code == 403
        assert client_of(supervisor).get(self.ADDRESS).status_code == 405
