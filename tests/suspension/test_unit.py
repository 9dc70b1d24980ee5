"""单位网厅 and 人员增加: whom a unit may add, and what stands in the way (seed rows 109, 110, case T8's person)."""

import secrets
from datetime import date

import pytest
import time_machine
from django.test import Client

from insured.models import Employer, EmployerAgent, Enrollment, InsuredPerson, PoolingArea, UnitDeclaration
from portal.accounts.models import User
from portal.errors import AlreadyDone, BusinessRuleError
from portal.notifications.models import Delivery, Message
from suspension.services import addition
from tests import factories
from tests.accounts.conftest import Register, register
from tests.suspension import cases

__all__ = ["register"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10", "register")]
NEW_ID = factories.resident_id(born_on=date(1990, 2, 14), serial=42)


@pytest.fixture
def march_10() -> object:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def unit(area: PoolingArea) -> Employer:
    return factories.employer(area=area)


@pytest.fixture
def agent(unit: Employer) -> User:
    account = factories.user(name="钟以和")
    EmployerAgent.objects.create(user=account, employer=unit, starts_on=date(2020, 1, 1))
    return account


@pytest.fixture
def visitor(agent: User) -> Client:
    return factories.client_of(agent)


def newcomer(person: InsuredPerson | None = None, **changes: object) -> addition.Newcomer:
    known = {"id_number": person.id_number, "name": person.name} if person else {"id_number": NEW_ID, "name": "方以宁"}
    values: dict[str, object] = {"wage_fen": 680_000} | known | changes
    return addition.Newcomer(**values)


def add(who: addition.Newcomer, *, unit: Employer, by: User, token: str = "") -> UnitDeclaration:
    return addition.add(who, employer_id=unit.pk, token=token or secrets.token_urlsafe(24), by=by)


def codes(refused: pytest.ExceptionInfo[BusinessRuleError]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


class TestAdd:
    def test_enrols_somebody_nobody_knew(self, unit: Employer, agent: User) -> None:
        found = add(newcomer(), unit=unit, by=agent)

        enrollment = found.enrollment
        assert (enrollment.scheme, enrollment.status, enrollment.employer) == ("310", Enrollment.ACTIVE, unit)
        assert (found.person.name, found.month, found.wage_fen) == ("方以宁", date(2026, 3, 1), 680_000)
        assert not enrollment.periods.exists()

    def test_refuses_a_resident_who_has_not_stopped(self, area: PoolingArea, unit: Employer, agent: User) -> None:
        resident = factories.resident(area=area)

        with pytest.raises(BusinessRuleError) as refused:
            add(newcomer(resident), unit=unit, by=agent)

        assert codes(refused) == ["addition.resident-active"]
        assert not UnitDeclaration.objects.exists()
        assert Enrollment.objects.active().filter(person=resident).count() == 1

    def test_takes_the_resident_after_the_stop(self, area: PoolingArea, unit: Employer, agent: User) -> None:
        resident = factories.resident(area=area)
        by = factories.staff(area=area)
        cases.decided(cases.taken(cases.filed(resident), by=by), by=by)

        add(newcomer(resident), unit=unit, by=agent)

        assert Enrollment.objects.active().get(person=resident).scheme == "310"

    def test_says_from_when_a_stop_that_is_approved_takes_effect(
        self, area: PoolingArea, unit: Employer, agent: User
    ) -> None:
        resident = factories.resident(area=area)
        cases.approved(resident, by=factories.staff(area=area))

        with pytest.raises(BusinessRuleError) as refused:
            add(newcomer(resident), unit=unit, by=agent)

        assert codes(refused) == ["addition.stop-pending"]
        assert refused.value.reasons[0].params["on"] == date(2026, 5, 1)

    def test_refuses_an_employee_of_another_unit(self, area: PoolingArea, unit: Employer, agent: User) -> None:
        other = factories.employee(of=factories.employer(area=area, name="示例市澄江精密制造有限公司"))

        with pytest.raises(BusinessRuleError) as refused:
            add(newcomer(other), unit=unit, by=agent)

        assert codes(refused) == ["addition.other-unit"]
        assert "澄江" not in str(refused.value.reasons[0].params)

    def test_refuses_whoever_is_no_agent_today(self, area: PoolingArea, unit: Employer) -> None:
        with pytest.raises(PermissionError):
            add(newcomer(), unit=unit, by=factories.agent(area=area))

    def test_refuses_an_agent_whose_agency_has_ended(self, unit: Employer, agent: User) -> None:
        EmployerAgent.objects.update(ends_on=date(2026, 3, 9))

        with pytest.raises(PermissionError):
            add(newcomer(), unit=unit, by=agent)

    def test_sent_twice_adds_once(self, unit: Employer, agent: User) -> None:
        token = secrets.token_urlsafe(24)
        first = add(newcomer(), unit=unit, by=agent, token=token)

        with pytest.raises(AlreadyDone) as repeated:
            add(newcomer(), unit=unit, by=agent, token=token)

        assert repeated.value.address == f"/unit/declarations/{first.number}/"
        assert UnitDeclaration.objects.count() == 1

    def test_tells_the_person(self, area: PoolingArea, unit: Employer, agent: User) -> None:
        person = factories.person(area=area, user=factories.user())

        add(newcomer(person), unit=unit, by=agent)

        assert Message.objects.get(recipient=person.user_id).title == "单位已为您办理职工医保参保"
        assert set(Delivery.objects.values_list("channel", "template")) >= {("sms", "unit_added")}


class TestPages:
    def typed(self, **changes: str) -> dict[str, str]:
        return {"id_number": NEW_ID, "name": "方以宁", "wage": "6,800.00"} | changes

    def test_lead_from_the_unit_to_the_result(self, visitor: Client, unit: Employer) -> None:
        assert unit.name in visitor.get("/unit/").content.decode()

        check = visitor.post("/unit/add/", self.typed(check="1")).content.decode()
        token = check.split('name="token" value="')[1].split('"')[0]
        done = visitor.post("/unit/add/", self.typed(submit="1", token=token), follow=True).content.decode()

        assert "提交申报" in check
        assert "人员增加已办结" in done
        assert UnitDeclaration.objects.get().number in done
        assert NEW_ID not in done

    def test_the_row_error_says_what_to_do_first(self, visitor: Client, area: PoolingArea) -> None:
        resident = factories.resident(area=area)

        page = visitor.post("/unit/add/", self.typed(id_number=resident.id_number, name=resident.name, check="1"))

        assert page.status_code == 422
        assert "不能同时参加职工医保" in page.content.decode()
        assert "城乡居民暂停参保登记" in page.content.decode()

    def test_a_name_that_does_not_fit_tells_nothing(
        self, visitor: Client, area: PoolingArea, register: Register
    ) -> None:
        resident = factories.resident(area=area)
        register.verdict = type(register.verdict).MISMATCH

        page = visitor.post("/unit/add/", self.typed(id_number=resident.id_number, name="别人", check="1"))

        text = page.content.decode()
        assert "姓名与身份证号不一致" in text
        assert "正在示例市参加" not in text

    @pytest.mark.parametrize("wage", ["", "0", "-5", "六千", "1.234", "1e9", "9" * 20])
    def test_a_wage_that_is_none_is_refused_at_its_field(self, visitor: Client, wage: str) -> None:
        page = visitor.post("/unit/add/", self.typed(wage=wage, check="1"))

        assert page.status_code == 422
        assert "月工资" in page.content.decode()

    def test_an_agent_of_two_units_chooses_first(self, visitor: Client, agent: User, area: PoolingArea) -> None:
        second = factories.employer(area=area, name="示例市澄江精密制造有限公司")
        EmployerAgent.objects.create(user=agent, employer=second, starts_on=date(2020, 1, 1))

        assert "请选择要办理的单位" in visitor.get("/unit/").content.decode()
        visitor.post("/unit/choose/", {"number": second.number})

        assert "澄江精密制造" in visitor.get("/unit/add/").content.decode()

    def test_a_page_made_for_another_unit_is_refused(self, visitor: Client) -> None:
        assert visitor.post("/unit/add/", self.typed(unit="other", check="1")).status_code == 409

    def test_another_units_agent_finds_nothing(self, unit: Employer, agent: User, area: PoolingArea) -> None:
        found = add(newcomer(), unit=unit, by=agent)
        stranger = factories.client_of(factories.agent(area=area))

        assert stranger.get(f"/unit/declarations/{found.number}/").status_code == 404
        assert stranger.post("/unit/choose/", {"number": unit.number}).status_code == 404

    def test_a_resident_is_told_how_to_become_an_agent(self, area: PoolingArea) -> None:
        client = factories.client_of(factories.account_of(factories.resident(area=area)))

        assert "还不是单位经办人" in client.get("/unit/").content.decode()
        assert client.get("/unit/add/")["Location"] == "/unit/"
