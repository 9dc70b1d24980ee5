"""Rules change in two pairs of hands, and never backwards."""

from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from insured.models import AreaPolicy, HolidayOverride, InsuredPerson, RuleDraft
from insured.policy.drafts import DraftFacts, check_draft
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError
from suspension.services.facts import holidays
from tests import factories
from tests.insured import rule_drafts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
TODAY = date(2026, 3, 10)


@pytest.fixture
def march_10():
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
        yield


@pytest.fixture
def administrator(area: factories.PoolingArea) -> User:
    return factories.staff(area=area, role="administrator", name="叶管理")


@pytest.fixture
def supervisor(area: factories.PoolingArea) -> User:
    return factories.staff(area=area, role="supervisor", name="江主管")


def refusal(call, *args, **kwargs) -> list[str]:
    with pytest.raises(BusinessRuleError) as caught, transaction.atomic():
        call(*args, **kwargs)
    return [reason.code for reason in caught.value.reasons]


def rules_on(area: factories.PoolingArea, day: date) -> int:
    return AreaPolicy.objects.in_force(area_id=area.pk, on=day).promised_working_days


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ({}, []),
        ({"effective_from": TODAY}, ["draft.past"]),
        ({"effective_from": date(2026, 3, 9)}, ["draft.past"]),
        ({"effective_from": date(2026, 3, 11)}, []),
        ({"is_day_taken": True}, ["draft.day-taken"]),
        ({"is_base_changed": True}, ["draft.base-changed"]),
        ({"values": {"a": 1}}, ["draft.no-difference"]),
    ],
)
def test_says_why_a_draft_may_not_go_on(more: dict[str, object], codes: list[str]) -> None:
    plain = {"effective_from": date(2026, 4, 1), "values": {"a": 2}, "now": {"a": 1}, "is_day_taken": False}

    assert [one.code for one in check_draft(DraftFacts(**(plain | more)), today=TODAY)] == codes


class TestRules:
    def test_change_nothing_until_a_second_person_approved_and_the_day_has_come(
        self, area: factories.PoolingArea, administrator: User, supervisor: User
    ) -> None:
        draft = rule_drafts.drafted(area=area, by=administrator)
        before = rules_on(area, rule_drafts.DAY)

        rule_drafts.decided(draft, by=supervisor)

        assert before == 5
        assert (rules_on(area, date(2026, 3, 31)), rules_on(area, rule_drafts.DAY)) == (5, 8)

    def test_are_what_the_hall_shows_from_that_day_on(
        self, area: factories.PoolingArea, administrator: User, supervisor: User, resident: InsuredPerson, client_of
    ) -> None:
        draft = rule_drafts.drafted(area=area, by=administrator, stop_filing_day_from=5, stop_filing_day_to=7)
        rule_drafts.decided(draft, by=supervisor)
        pages = {}

        for day in ("2026-03-31", "2026-04-01"):
            with time_machine.travel(f"{day}T02:00:00Z", tick=False):
                browser = client_of(factories.account_of(resident))
                pages[day] = browser.get(reverse("stop")).content.decode()

        assert "每月5日至7日" not in pages["2026-03-31"]
        assert "每月5日至7日" in pages["2026-04-01"]

    def test_are_drafted_by_administrators_of_the_area_only(
        self, area: factories.PoolingArea, supervisor: User, caseworker: User
    ) -> None:
        elsewhere = factories.staff(area=factories.area(code="119902", name="邻市"), role="administrator")

        for somebody in (supervisor, caseworker, elsewhere):
            assert refusal(rule_drafts.drafted, area=area, by=somebody) == ["draft.not-administrator"]

    def test_are_not_approved_by_who_drafted_them(
        self, area: factories.PoolingArea, administrator: User, supervisor: User
    ) -> None:
        draft = rule_drafts.drafted(area=area, by=administrator)
        administrator.assignments.update(role="supervisor")
        same_again = User.objects.get(pk=administrator.pk)

        assert refusal(rule_drafts.decided, draft, by=same_again) == ["draft.same-person"]
        assert rule_drafts.decided(draft, by=supervisor).state == RuleDraft.APPROVED

    def test_the_database_asks_for_a_second_person_too(self, area: factories.PoolingArea, administrator: User) -> None:
        draft = rule_drafts.drafted(area=area, by=administrator)

        with pytest.raises(IntegrityError), transaction.atomic():
            RuleDraft.objects.filter(pk=draft.pk).update(decided_by=administrator)

    @pytest.mark.parametrize("role", ["caseworker", "reviewer", "finance", "auditor", "administrator"])
    def test_are_approved_by_supervisors_only(
        self, role: str, area: factories.PoolingArea, administrator: User
    ) -> None:
        draft = rule_drafts.drafted(area=area, by=administrator)

        assert refusal(rule_drafts.decided, draft, by=factories.staff(area=area, role=role)) == ["draft.not-yours"]

    def test_are_not_approved_across_the_border(self, area: factories.PoolingArea, administrator: User) -> None:
        draft = rule_drafts.drafted(area=area, by=administrator)
        elsewhere = factories.staff(area=factories.area(code="119902", name="邻市"), role="supervisor")

        assert refusal(rule_drafts.decided, draft, by=elsewhere) == ["draft.not-yours"]

    @pytest.mark.parametrize(("on", "code"), [(date(2026, 3, 10), "draft.past"), (date(2026, 3, 9), "draft.past")])
    def test_never_begin_today_or_earlier(
        self, on: date, code: str, area: factories.PoolingArea, administrator: User
    ) -> None:
        assert refusal(rule_drafts.drafted, area=area, by=administrator, on=on) == [code]

    def test_are_not_approved_when_their_day_has_come_meanwhile(
        self, area: factories.PoolingArea, administrator: User, supervisor: User
    ) -> None:
        draft = rule_drafts.drafted(area=area, by=administrator)

        with time_machine.travel("2026-04-01T02:00:00Z", tick=False):
            assert refusal(rule_drafts.decided, draft, by=supervisor) == ["draft.past"]

    def test_that_begin_are_never_edited(
        self, area: factories.PoolingArea, administrator: User, supervisor: User
    ) -> None:
        first = rule_drafts.drafted(area=area, by=administrator)
        second = rule_drafts.drafted(area=area, by=administrator, promised_working_days=9)
        rule_drafts.decided(first, by=supervisor)

        assert refusal(rule_drafts.decided, second, by=supervisor) == ["draft.day-taken"]
        assert refusal(rule_drafts.drafted, area=area, by=administrator) == ["draft.day-taken", "draft.no-difference"]
        assert rules_on(area, rule_drafts.DAY) == 8

    def test_drafted_on_what_is_no_longer_in_force_go_back(
        self, area: factories.PoolingArea, administrator: User, supervisor: User
    ) -> None:
        later = rule_drafts.drafted(area=area, by=administrator, on=date(2026, 5, 1))
        rule_drafts.decided(rule_drafts.drafted(area=area, by=administrator), by=supervisor)

        assert refusal(rule_drafts.decided, later, by=supervisor) == ["draft.base-changed"]
        assert rule_drafts.decided(later, by=supervisor, is_approved=False, text="请重起").state == RuleDraft.RETURNED

    def test_are_sent_back_with_a_reason(
        self, area: factories.PoolingArea, administrator: User, supervisor: User
    ) -> None:
        draft = rule_drafts.drafted(area=area, by=administrator)

        assert refusal(rule_drafts.decided, draft, by=supervisor, is_approved=False) == ["draft.reason-needed"]
        rule_drafts.decided(draft, by=supervisor, is_approved=False, text="缺文号")
        assert rules_on(area, rule_drafts.DAY) == 5

    def test_are_decided_once(self, area: factories.PoolingArea, administrator: User, supervisor: User) -> None:
        draft = rule_drafts.drafted(area=area, by=administrator)
        rule_drafts.decided(draft, by=supervisor, is_approved=False, text="缺文号")

        with pytest.raises(ConflictError):
            rule_drafts.decided(draft, by=supervisor, is_approved=False, text="缺文号")

    def test_without_a_difference_are_not_handed_in(self, area: factories.PoolingArea, administrator: User) -> None:
        assert refusal(rule_drafts.drafted, area=area, by=administrator, promised_working_days=5) == [
            "draft.no-difference"
        ]


class TestHolidays:
    def test_hold_from_their_approval_on(self, administrator: User, supervisor: User) -> None:
        draft = rule_drafts.holiday(by=administrator)
        before = holidays()

        rule_drafts.decided(draft, by=supervisor)

        assert (before, holidays()) == ({}, {rule_drafts.DAY: False})

    def test_may_be_changed_by_a_later_draft(self, administrator: User, supervisor: User) -> None:
        rule_drafts.decided(rule_drafts.holiday(by=administrator), by=supervisor)
        rule_drafts.decided(rule_drafts.holiday(by=administrator, is_workday=True), by=supervisor)

        assert HolidayOverride.objects.get().is_workday

    def test_of_the_past_stay_as_they_are(self, administrator: User) -> None:
        assert refusal(rule_drafts.holiday, by=administrator, on=TODAY) == ["draft.past"]


class TestPages:
    def test_show_the_difference_to_the_second_person(
        self, area: factories.PoolingArea, administrator: User, supervisor: User, client_of
    ) -> None:
        drafting, deciding = client_of(administrator), client_of(supervisor)
        form = drafting.get(reverse("admin:insured_ruledraft_draft_area", args=["119901"])).context["form"]
        typed = {name: value for name, value in form.initial.items() if value is not None and value is not False}
        typed |= {"promised_working_days": 8, "effective_from": "2026-04-01", "ground": "文号", "token": "t" * 24}

        sent = drafting.post(reverse("admin:insured_ruledraft_draft_area", args=["119901"]), typed, follow=True)
        again = drafting.post(reverse("admin:insured_ruledraft_draft_area", args=["119901"]), typed)
        draft = RuleDraft.objects.get()
        page = deciding.get(reverse("admin:insured_ruledraft_show", args=[draft.number])).content.decode()
        done = deciding.post(
            reverse("admin:insured_ruledraft_decide", args=[draft.number]),
            {"version": 1, "action": "approve"},
            follow=True,
        )

        assert "草案已提交，等待主管批准" in sent.content.decode()
        assert again.status_code == 302
        assert "改动1项" in page
        assert "承诺办理时限（工作日）" in page
        assert "已批准，从生效日期起执行" in done.content.decode()
        assert rules_on(area, rule_drafts.DAY) == 8

    def test_stand_with_their_origin_on_the_page_of_the_rules(
        self, area: factories.PoolingArea, administrator: User, supervisor: User, client_of
    ) -> None:
        first = area.policies.get()
        draft = rule_drafts.decided(rule_drafts.drafted(area=area, by=administrator), by=supervisor)
        RuleDraft.objects.create(
            number="GZ-BACK",
            kind="area",
            area=area,
            base=first,
            effective_from=rule_drafts.DAY,
            values={},
            ground="退回的",
            state=RuleDraft.RETURNED,
            drafted_by=administrator,
        )
        made = area.policies.get(effective_from=rule_drafts.DAY)
        browser = client_of(factories.staff(area=area))

        pages = [
            browser.get(reverse("admin:insured_areapolicy_change", args=[one.pk])).content.decode()
            for one in (made, first)
        ]

        assert f'href="{reverse("admin:insured_ruledraft_show", args=[draft.number])}"' in pages[0]
        assert f"{administrator.display_name}起草，{supervisor.display_name}于2026-03-10 10:00批准" in pages[0]
        assert "依据：示医保〔2026〕3号" in pages[0]
        assert "GZ-BACK" not in pages[0]
        assert "建区时设定，没有草案" in pages[1]

    def test_say_that_later_rules_are_approved_already(
        self, area: factories.PoolingArea, administrator: User, supervisor: User, client_of
    ) -> None:
        april, may = (rule_drafts.drafted(area=area, by=administrator, on=date(2026, month, 1)) for month in (4, 5))
        address, browser = reverse("admin:insured_ruledraft_show", args=[april.number]), client_of(supervisor)
        before = browser.get(address).content.decode()
        rule_drafts.decided(may, by=supervisor)

        after = browser.get(address).content.decode()

        words = "2026年5月1日起另有一套已经批准的规则"
        assert (words in before, words in after) == (False, True)

    def test_offer_no_decision_to_who_drafted(
        self, administrator: User, area: factories.PoolingArea, client_of
    ) -> None:
        draft = rule_drafts.drafted(area=area, by=administrator)
        browser = client_of(administrator)

        page = browser.get(reverse("admin:insured_ruledraft_show", args=[draft.number])).content.decode()
        sent = browser.post(
            reverse("admin:insured_ruledraft_decide", args=[draft.number]), {"version": 1, "action": "approve"}
        )

        assert "批准，从生效日期起执行" not in page
        assert sent.status_code == 403

    def test_keep_what_was_typed_when_the_day_is_past(self, administrator: User, client_of) -> None:
        browser = client_of(administrator)
        typed = {
            "effective_from": "2026-03-10",
            "is_workday": "no",
            "note": "调休",
            "ground": "通知",
            "token": "t" * 24,
        }

        response = browser.post(reverse("admin:insured_ruledraft_draft_holiday"), typed)

        assert response.status_code == 422
        assert "不能追溯" in response.content.decode()
        assert 'value="调休"' in response.content.decode()

    def test_of_another_area_are_not_there(self, administrator: User, area: factories.PoolingArea, client_of) -> None:
        draft = rule_drafts.drafted(area=area, by=administrator)
        browser = client_of(factories.staff(area=factories.area(code="119902", name="邻市"), role="supervisor"))
        args = [draft.number]

        assert browser.get(reverse("admin:insured_ruledraft_show", args=args)).status_code == 404
        assert browser.post(reverse("admin:insured_ruledraft_decide", args=args)).status_code == 404
        assert draft.number not in browser.get(reverse("admin:insured_ruledraft_changelist")).content.decode()
