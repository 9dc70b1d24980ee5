"""Reasons and materials of a stop follow the area from a day on, and nobody else's form changes."""

from datetime import date

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from insured.models import InsuredPerson, RuleDraft
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from suspension.models import Application, ItemSettings
from suspension.policy.offer import Offer, Slot, check_offer, check_reason, missing_slots
from suspension.policy.transitions import State
from suspension.services.offers import STOP
from tests import factories
from tests.insured.rule_drafts import decided
from tests.suspension import files, item_drafts
from tests.suspension.cases import filed
from tests.suspension.pages import confirm, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
CHANGED = {"reason_retire": "", "reason_leave": "从单位离职", "use_household": "required", "use_other": "off"}
OFFER = Offer(
    reasons={"leave": "离职"},
    slots={"id-card": Slot(hint="", is_required=True), "household": Slot(hint="", is_required=True)},
)


@pytest.fixture
def march_10():
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
        yield


def refusal(call, *args, **kwargs) -> list[str]:
    with pytest.raises(BusinessRuleError) as caught, transaction.atomic():
        call(*args, **kwargs)
    return [reason.code for reason in caught.value.reasons]


def form_of(person: InsuredPerson) -> str:
    browser = factories.client_of(factories.account_of(person))
    return browser.get(reverse("stop_form")).content.decode()


@pytest.mark.parametrize(
    ("given", "uses_credential", "missing"),
    [
        ((), False, ("id-card", "household")),
        (("id-card",), False, ("household",)),
        (("household",), True, ()),
        ((), True, ("household",)),
        (("id-card", "household", "other"), False, ()),
    ],
)
def test_names_the_materials_that_are_missing(
    given: tuple[str, ...], uses_credential: bool, missing: tuple[str, ...]
) -> None:
    assert missing_slots(OFFER, given, uses_credential=uses_credential) == missing


@pytest.mark.parametrize(("code", "refused"), [("leave", []), ("", []), ("retire", ["stop.reason-not-offered"])])
def test_takes_only_the_reasons_of_the_area(code: str, refused: list[str]) -> None:
    assert [one.code for one in check_reason(OFFER, reason_code=code)] == refused


def test_an_area_offers_at_least_one_reason() -> None:
    assert [one.code for one in check_offer(Offer(reasons={}, slots={}))] == ["offer.no-reason"]


class TestForm:
    def test_changes_on_the_day_and_in_the_area_only(self, area: factories.PoolingArea) -> None:
        here = factories.resident(area=area)
        there = factories.resident(area=factories.area(code="119902", name="邻市"))
        item_drafts.in_force(area, **CHANGED)
        pages = {}

        for day in ("2026-03-31", "2026-04-01"):
            with time_machine.travel(f"{day}T02:00:00Z", tick=False):
                pages[day] = form_of(here), form_of(there)

        for old in (*pages["2026-03-31"], pages["2026-04-01"][1]):
            assert 'value="retire"' in old
            assert "从单位离职" not in old
            assert 'name="file_other"' in old
            assert "必须上传" not in old
        new = pages["2026-04-01"][0]
        assert 'value="retire"' not in new
        assert "从单位离职" in new
        assert 'name="file_other"' not in new
        assert "带 * 的材料必须上传" in new


class TestRequiredMaterials:
    @pytest.fixture
    def visitor(self, march_10: None, area: factories.PoolingArea, resident: InsuredPerson):
        item_drafts.in_force(area, **CHANGED)
        with time_machine.travel("2026-04-02T02:00:00Z", tick=False):
            yield factories.client_of(factories.account_of(resident))

    def test_are_asked_for_before_the_check_page(self, visitor: Client) -> None:
        answer = visitor.post("/stop/form/", typed())

        assert answer.status_code == 422
        assert "本地要求上传“户口簿”" in answer.content.decode()
        assert visitor.get("/stop/check/")["Location"] == "/stop/form/"

    def test_may_wait_while_the_form_is_put_aside(self, visitor: Client) -> None:
        assert visitor.post("/stop/form/", typed(save="1")).status_code == 302

    def test_once_uploaded_let_the_stop_go_on(self, visitor: Client) -> None:
        household = files.picture("户口簿.png", kind="PNG")
        visitor.post("/stop/form/", typed(reason_code="leave", file_household=household))
        page = visitor.get("/stop/check/").content.decode()

        confirm(visitor, page)

        assert "从单位离职" in page
        assert Application.objects.get().state == State.SUBMITTED

    @pytest.mark.usefixtures("visitor")
    def test_are_asked_for_by_the_service_too(self, resident: InsuredPerson) -> None:
        assert refusal(filed, resident) == ["stop.material-missing"]
        assert refusal(filed, resident, reason_code="retire", uses_credential=True) == [
            "stop.reason-not-offered",
            "stop.material-missing",
        ]

    def test_show_a_reason_no_longer_offered_as_an_error_of_the_form(self, visitor: Client) -> None:
        answer = visitor.post("/stop/form/", typed(reason_code="retire"))

        assert answer.status_code == 422
        assert "请从列表中选一个停缴原因" in answer.content.decode()


class TestDrafts:
    @pytest.fixture
    def administrator(self, area: factories.PoolingArea) -> User:
        return factories.staff(area=area, role="administrator", name="叶管理")

    @pytest.fixture
    def supervisor(self, area: factories.PoolingArea) -> User:
        return factories.staff(area=area, role="supervisor", name="江主管")

    def test_are_not_approved_by_who_drafted_them(
        self, area: factories.PoolingArea, administrator: User, supervisor: User
    ) -> None:
        draft = item_drafts.drafted(area=area, by=administrator, reason_retire="")
        administrator.assignments.update(role="supervisor")

        assert refusal(decided, draft, by=User.objects.get(pk=administrator.pk)) == ["draft.same-person"]
        decided(draft, by=supervisor)
        assert ItemSettings.objects.get().content["reason_retire"] == ""

    def test_never_begin_in_the_past(self, area: factories.PoolingArea, administrator: User) -> None:
        on = date(2026, 3, 10)

        assert refusal(item_drafts.drafted, area=area, by=administrator, on=on, reason_retire="") == ["draft.past"]

    def test_offer_at_least_one_reason(self, area: factories.PoolingArea, administrator: User) -> None:
        nothing = {name: "" for name in STOP.default if name.startswith("reason_")}

        assert refusal(item_drafts.drafted, area=area, by=administrator, **nothing) == ["offer.no-reason"]

    def test_leave_what_begins_that_day_as_it_is(self, area: factories.PoolingArea, administrator: User) -> None:
        item_drafts.in_force(area, **CHANGED)

        assert refusal(item_drafts.drafted, area=area, by=administrator) == ["draft.day-taken"]

    def test_go_from_the_form_to_the_second_person(
        self, area: factories.PoolingArea, administrator: User, supervisor: User, client_of
    ) -> None:
        address = reverse("admin:insured_ruledraft_draft_kind", args=["stop-item", area.code])
        drafting = client_of(administrator)
        now = drafting.get(address).context["form"].initial
        typed_in = now | CHANGED | {"effective_from": "2026-04-01", "ground": "文号", "token": "t" * 24}

        drafting.post(address, typed_in)
        draft = RuleDraft.objects.get()
        page = client_of(supervisor).get(reverse("admin:insured_ruledraft_show", args=[draft.number]))

        assert "改动4项" in page.content.decode()
        assert "必须上传" in page.content.decode()
        assert "不提供" in page.content.decode()
