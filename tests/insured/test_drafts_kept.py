"""Drafts that are put by, gone on with, handed in, taken back: their drafter's alone until then."""

import secrets
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from insured.models import AreaPolicy, RuleDraft
from insured.services import drafts
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError
from tests import factories
from tests.insured.rule_drafts import DAY, decided, drafted, kept

pytestmark = pytest.mark.django_db
LIST = reverse("admin:insured_ruledraft_changelist")
FORM = reverse("admin:insured_ruledraft_draft_area", args=["119901"])
HOLIDAY = reverse("admin:insured_ruledraft_draft_holiday")


def page(name: str, draft: RuleDraft) -> str:
    return reverse(f"admin:insured_ruledraft_{name}", args=[draft.number])


@pytest.fixture(autouse=True)
def march_10() -> object:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def administrator(area: factories.PoolingArea) -> User:
    return factories.staff(area=area, role="administrator", name="叶管理")


@pytest.fixture
def supervisor(area: factories.PoolingArea) -> User:
    return factories.staff(area=area, role="supervisor", name="江主管")


@pytest.fixture
def drafting(administrator: User) -> Client:
    return factories.client_of(administrator)


class TestKept:
    def test_is_seen_by_its_drafter_only(
        self, area: factories.PoolingArea, administrator: User, supervisor: User, drafting: Client, client_of
    ) -> None:
        draft = kept(area=area, by=administrator)
        other = client_of(factories.staff(area=area, role="administrator", name="另一管理"))

        assert draft.number in drafting.get(LIST).content.decode()
        for browser in (client_of(supervisor), other):
            assert draft.number not in browser.get(LIST).content.decode()
            assert browser.get(page("show", draft)).status_code == 404

    def test_may_be_unfinished_and_is_asked_when_handed_in(
        self, area: factories.PoolingArea, administrator: User
    ) -> None:
        draft = kept(area=area, by=administrator, on=date(2026, 3, 1))

        with pytest.raises(BusinessRuleError) as refused:
            drafts.hand_in(draft.number, version=draft.version, by=administrator)

        assert {one.code for one in refused.value.reasons} >= {"draft.past", "draft.no-difference"}
        assert RuleDraft.objects.get().state == RuleDraft.KEPT

    def test_goes_on_where_it_was_left_and_stays_one(
        self, area: factories.PoolingArea, administrator: User, supervisor: User, drafting: Client
    ) -> None:
        draft = kept(area=area, by=administrator, promised_working_days=7)
        form = drafting.get(f"{FORM}?draft={draft.number}").context["form"]
        typed = {name: form[name].value() for name in form.fields}
        assert typed["promised_working_days"] == 7
        given = {name: value for name, value in typed.items() if value is not None and value is not False} | {
            "promised_working_days": 9,
            "token": secrets.token_urlsafe(24),
        }

        answer = drafting.post(f"{FORM}?draft={draft.number}", given | {"keep": "1"})
        assert answer.status_code == 302, answer.context["form"].errors
        draft.refresh_from_db()
        assert (draft.state, draft.values["promised_working_days"], draft.version) == ("kept", 9, 2)
        drafting.post(page("draft_hand_in", draft), {"version": draft.version})
        draft.refresh_from_db()
        assert (RuleDraft.objects.count(), draft.state) == (1, "submitted")

        decided(draft, by=supervisor)
        assert AreaPolicy.objects.get(effective_from=DAY).promised_working_days == 9

    def test_stands_on_the_rules_of_the_day_on_which_it_is_handed_in(
        self, area: factories.PoolingArea, administrator: User, supervisor: User
    ) -> None:
        draft = kept(area=area, by=administrator, on=date(2026, 5, 1), promised_working_days=9)
        decided(drafted(area=area, by=administrator), by=supervisor)

        handed = drafts.hand_in(draft.number, version=draft.version, by=administrator)

        assert handed.base == AreaPolicy.objects.get(effective_from=DAY)

    def test_is_handed_in_once(self, area: factories.PoolingArea, administrator: User) -> None:
        draft = kept(area=area, by=administrator, promised_working_days=9)
        drafts.hand_in(draft.number, version=1, by=administrator)

        for version in (1, 2):
            with pytest.raises(ConflictError):
                drafts.hand_in(draft.number, version=version, by=administrator)

    def test_is_not_decided(self, area: factories.PoolingArea, administrator: User, supervisor: User) -> None:
        draft = kept(area=area, by=administrator, promised_working_days=9)

        with pytest.raises(ConflictError):
            decided(draft, by=supervisor)

        assert not AreaPolicy.objects.filter(effective_from=DAY).exists()

    def test_by_somebody_else_is_left_alone(self, area: factories.PoolingArea, administrator: User, client_of) -> None:
        draft = kept(area=area, by=administrator, promised_working_days=9)
        other = client_of(factories.staff(area=area, role="administrator", name="另一管理"))

        answers = [other.post(page(name, draft), {"version": 1}) for name in ("draft_hand_in", "draft_withdraw")]

        assert [answer.status_code for answer in answers] == [404, 404]
        assert "接着草案" not in other.get(f"{FORM}?draft={draft.number}").content.decode()

    def test_day_off_is_filled_in_again(self, drafting: Client) -> None:
        given = {
            "effective_from": "2026-04-01",
            "is_workday": "yes",
            "note": "调休",
            "ground": "通知",
            "token": secrets.token_urlsafe(24),
        }
        drafting.post(HOLIDAY, given | {"keep": "1"})
        draft = RuleDraft.objects.get()

        form = drafting.get(f"{HOLIDAY}?draft={draft.number}").context["form"]

        assert (form["is_workday"].value(), form["note"].value()) == ("yes", "调休")
        assert "上班" in drafting.get(page("show", draft)).content.decode()


class TestTakenBack:
    @pytest.mark.parametrize("is_kept", [True, False])
    def test_before_anybody_decided(
        self, is_kept: bool, area: factories.PoolingArea, administrator: User, supervisor: User, drafting: Client
    ) -> None:
        draft = (kept if is_kept else drafted)(area=area, by=administrator, promised_working_days=9)

        answer = drafting.post(page("draft_withdraw", draft), {"version": draft.version})

        draft.refresh_from_db()
        assert (answer.status_code, draft.state) == (302, "withdrawn")
        with pytest.raises(ConflictError):
            decided(draft, by=supervisor)

    def test_not_after_somebody_did(
        self, area: factories.PoolingArea, administrator: User, supervisor: User, drafting: Client
    ) -> None:
        draft = drafted(area=area, by=administrator)
        decided(draft, by=supervisor)

        answer = drafting.post(page("draft_withdraw", draft), {"version": 1})

        draft.refresh_from_db()
        assert (answer.status_code, draft.state) == (409, "approved")

    @pytest.mark.parametrize("version", ["", "x", "99", "9" * 30])
    def test_not_from_a_stale_page(
        self, version: str, area: factories.PoolingArea, administrator: User, drafting: Client
    ) -> None:
        draft = drafted(area=area, by=administrator)

        assert drafting.post(page("draft_withdraw", draft), {"version": version}).status_code == 409

    def test_and_sent_back_is_drafted_anew_from_its_words(
        self, area: factories.PoolingArea, administrator: User, supervisor: User, drafting: Client
    ) -> None:
        draft = drafted(area=area, by=administrator, promised_working_days=9)
        decided(draft, by=supervisor, is_approved=False, text="依据不全")

        text = drafting.get(page("show", draft)).content.decode()
        form = drafting.get(f"{FORM}?draft={draft.number}").context["form"]

        assert "修改后重新提交" in text
        assert form["promised_working_days"].value() == 9


def test_list_is_narrowed_by_state(
    area: factories.PoolingArea, administrator: User, supervisor: User, drafting: Client
) -> None:
    done, waiting = drafted(area=area, by=administrator), drafted(area=area, by=administrator, promised_working_days=9)
    decided(done, by=supervisor)

    text = drafting.get(LIST, {"state__exact": "approved"}).content.decode()

    assert done.number in text
    assert waiting.number not in text
    assert "江主管" in text
