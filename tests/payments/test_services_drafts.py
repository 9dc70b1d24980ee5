"""Standards change in two pairs of hands, and never under a bill."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from insured.models import InsuredPerson, RuleDraft
from insured.policy.dates import Month
from payments.models import ContributionStandard, EmployeeStandard
from payments.policy.standards import EmployeeTerms, check_employee_standard, check_resident_standard
from payments.services import bills
from payments.services.opening import employee_standard
from payments.services.standards import Standard, set_standard
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from tests import factories
from tests.insured.rule_drafts import decided
from tests.payments import owed, standard_drafts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
SHARE = Decimal("0.08")


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


@pytest.mark.parametrize(
    ("personal_fen", "is_billed", "codes"),
    [(40_000, False, []), (0, False, ["standard.no-amount"]), (40_000, True, ["standard.billed"])],
)
def test_says_why_a_year_may_not_cost_that(personal_fen: int, is_billed: bool, codes: list[str]) -> None:
    assert [one.code for one in check_resident_standard(personal_fen=personal_fen, is_billed=is_billed)] == codes


@pytest.mark.parametrize(
    ("more", "is_billed", "codes"),
    [
        ({}, False, []),
        ({"starts_on": date(2026, 5, 2)}, False, ["standard.not-first-day"]),
        ({"floor_fen": 0}, False, ["standard.no-amount"]),
        ({"cap_fen": 99_999}, False, ["standard.cap-below-floor"]),
        ({"cap_fen": 100_000}, False, []),
        ({"shares": (SHARE, Decimal("1.01"))}, False, ["standard.not-a-share"]),
        ({"shares": (Decimal("-0.01"),)}, False, ["standard.not-a-share"]),
        ({"due_day": 29}, False, ["standard.due-day"]),
        ({"due_day": 0}, False, ["standard.due-day"]),
        ({}, True, ["standard.billed"]),
    ],
)
def test_says_why_rates_may_not_hold(more: dict[str, object], is_billed: bool, codes: list[str]) -> None:
    plain = {
        "starts_on": date(2026, 5, 1),
        "floor_fen": 100_000,
        "cap_fen": 500_000,
        "shares": (SHARE,),
        "due_day": 25,
    }

    assert [one.code for one in check_employee_standard(EmployeeTerms(**(plain | more)), is_billed=is_billed)] == codes


class TestResidents:
    def test_pay_the_new_standard_once_a_second_person_approved(
        self, area: factories.PoolingArea, administrator: User, supervisor: User, client_of
    ) -> None:
        browser = client_of(administrator)
        address = f"{reverse('standards')}?area={area.code}"
        draft = standard_drafts.resident(area=area, by=administrator)
        before = browser.get(address).content.decode()

        decided(draft, by=supervisor)

        assert "400.00" not in before
        assert "400.00" in browser.get(address).content.decode()
        found = ContributionStandard.objects.get()
        assert (found.coverage_year, found.personal_fen, found.source) == (2027, 40_000, standard_drafts.GROUND)

    def test_are_not_charged_by_who_drafted(
        self, area: factories.PoolingArea, administrator: User, supervisor: User
    ) -> None:
        draft = standard_drafts.resident(area=area, by=administrator)
        administrator.assignments.update(role="supervisor")

        assert refusal(decided, draft, by=User.objects.get(pk=administrator.pk)) == ["draft.same-person"]
        assert decided(draft, by=supervisor).state == RuleDraft.APPROVED

    def test_keep_the_standard_of_a_year_that_has_begun(self, area: factories.PoolingArea, administrator: User) -> None:
        assert refusal(standard_drafts.resident, area=area, by=administrator, year=2026) == ["draft.past"]

    def test_keep_the_standard_that_a_bill_was_made_by(
        self, area: factories.PoolingArea, administrator: User, supervisor: User, resident: InsuredPerson
    ) -> None:
        set_standard(Standard(area.pk, "390", 2027, 38_000, 70_000, source="演示"))
        draft = standard_drafts.resident(area=area, by=administrator)
        bill = bills.open_bill(owed.resident_year(resident.enrollments.get(), year=2027))

        assert refusal(decided, draft, by=supervisor) == ["standard.billed"]
        bills.void_bill(bill)
        decided(draft, by=supervisor)
        assert ContributionStandard.objects.get().personal_fen == 40_000

    def test_are_asked_again_when_another_standard_came_meanwhile(
        self, area: factories.PoolingArea, administrator: User, supervisor: User
    ) -> None:
        first, second = (standard_drafts.resident(area=area, by=administrator, fiscal_fen=fen) for fen in (1, 2))
        decided(first, by=supervisor)

        assert refusal(decided, second, by=supervisor) == ["draft.base-changed"]

    def test_need_no_draft_for_what_holds_anyway(self, area: factories.PoolingArea, administrator: User) -> None:
        set_standard(Standard(area.pk, "390", 2027, 40_000, 70_000, source="演示"))

        assert refusal(standard_drafts.resident, area=area, by=administrator) == ["draft.no-difference"]

    def test_pay_the_same_as_last_year_when_that_is_decided(
        self, area: factories.PoolingArea, administrator: User, supervisor: User
    ) -> None:
        set_standard(Standard(area.pk, "390", 2026, 40_000, 70_000, source="演示"))

        decided(standard_drafts.resident(area=area, by=administrator), by=supervisor)

        assert [one.coverage_year for one in ContributionStandard.objects.order_by("coverage_year")] == [2026, 2027]


class TestEmployees:
    def test_pay_by_the_new_rates_from_their_month_on(
        self, area: factories.PoolingArea, administrator: User, supervisor: User
    ) -> None:
        standard_drafts.old_rates(area)
        decided(standard_drafts.employee(area=area, by=administrator), by=supervisor)

        floors = [employee_standard(area.pk, month=Month(2026, month)) for month in (4, 5)]

        assert [one.floor_fen for one in floors if one] == [443_300, 450_000]

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"cap_fen": 100}, "standard.cap-below-floor"),
            ({"unit_rate": "8.000000"}, "standard.not-a-share"),
            ({"on": date(2026, 5, 2)}, "standard.not-first-day"),
            ({"on": date(2026, 3, 1)}, "draft.past"),
        ],
    )
    def test_are_asked_for_nothing_that_breaks_a_rule(
        self, changes: dict[str, object], code: str, area: factories.PoolingArea, administrator: User
    ) -> None:
        assert refusal(standard_drafts.employee, area=area, by=administrator, **changes) == [code]


class TestPages:
    def test_take_a_year_from_the_form_to_the_second_person(
        self, area: factories.PoolingArea, administrator: User, supervisor: User, client_of
    ) -> None:
        set_standard(Standard(area.pk, "390", 2026, 38_000, 67_000, source="演示"))
        address = reverse("admin:insured_ruledraft_draft_kind", args=["resident", area.code])
        drafting = client_of(administrator)
        shown = drafting.get(address).content.decode()
        typed = {"coverage_year": 2027, "personal_fen": "400", "fiscal_fen": "670.00", "ground": "文号"}

        sent = drafting.post(address, typed | {"token": "t" * 24}, follow=True)
        draft = RuleDraft.objects.get()
        page = client_of(supervisor).get(reverse("admin:insured_ruledraft_show", args=[draft.number]))

        assert 'value="380.00"' in shown
        assert "草案已提交，等待主管批准" in sent.content.decode()
        assert "改动2项" in page.content.decode()
        assert "400.00元" in page.content.decode()

    def test_take_rates_from_the_form_as_they_stand(
        self, area: factories.PoolingArea, administrator: User, supervisor: User, client_of
    ) -> None:
        standard_drafts.old_rates(area)
        address = reverse("admin:insured_ruledraft_draft_kind", args=["employee", area.code])
        drafting = client_of(administrator)
        initial = drafting.get(address).context["form"].initial
        typed = initial | {"starts_on": "2026-05-01", "unit_rate": "8.5", "ground": "文号", "token": "t" * 24}

        drafting.post(address, typed)
        draft = RuleDraft.objects.get()
        page = client_of(supervisor).get(reverse("admin:insured_ruledraft_show", args=[draft.number]))
        decided(draft, by=supervisor)

        assert "改动2项" in page.content.decode()
        assert "8.5%" in page.content.decode()
        assert EmployeeStandard.objects.get(starts_on=date(2026, 5, 1)).unit_rate == Decimal("0.085")

    def test_say_what_is_wrong_and_keep_what_was_typed(
        self, area: factories.PoolingArea, administrator: User, client_of
    ) -> None:
        address = reverse("admin:insured_ruledraft_draft_kind", args=["resident", area.code])
        typed = {"coverage_year": 2027, "personal_fen": "四百", "fiscal_fen": "670", "ground": "文号"}

        response = client_of(administrator).post(address, typed | {"token": "t" * 24})

        assert response.status_code == 422
        assert "单位是元" in response.content.decode()
        assert 'value="四百"' in response.content.decode()

    @pytest.mark.parametrize("kind", ["area", "nonsense"])
    def test_of_kinds_that_are_none_are_not_there(
        self, kind: str, area: factories.PoolingArea, administrator: User, client_of
    ) -> None:
        address = reverse("admin:insured_ruledraft_draft_kind", args=[kind, area.code])

        assert client_of(administrator).get(address).status_code == 404

    @pytest.mark.parametrize(
        ("role", "elsewhere", "status"),
        [
            ("administrator", True, 404),
            ("supervisor", False, 403),
            ("caseworker", False, 403),
            ("reviewer", False, 403),
        ],
    )
    def test_are_for_administrators_of_the_area(
        self, role: str, elsewhere: bool, status: int, area: factories.PoolingArea, client_of
    ) -> None:
        home = factories.area(code="119902", name="邻市") if elsewhere else area
        address = reverse("admin:insured_ruledraft_draft_kind", args=["resident", area.code])

        assert client_of(factories.staff(area=home, role=role)).get(address).status_code == status
