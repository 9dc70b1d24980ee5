"""缴费历史查询 at the desk: who may, for whom, under which purpose, how often, and what is in the log."""

import re
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as hall
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from insured.models import Employer, InsuredPerson, PoolingArea
from insured.policy.dates import Month
from payments.models import ContributionRecord
from payments.services.bills import open_bill
from portal.accounts.models import User
from portal.audit.models import AccessLog
from tests import factories
from tests.payments import booth as booths
from tests.payments import owed
from tests.payments.records import year_of
from tests.suspension.cases import filed

pytestmark = pytest.mark.django_db
BOX = reverse("admin:payments_contributionrecord_changelist")
PURPOSE = {"purpose": "enquiry", "reason": "本人来电，核对断缴月份"}


@pytest.fixture(autouse=True)
def march_10() -> object:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(caseworker: User) -> Client:
    return factories.client_of(caseworker)


@pytest.fixture
def neighbour() -> PoolingArea:
    return factories.area(code="119902", name="邻市")


def of(owner: InsuredPerson | Employer, action: str = "") -> str:
    kind = "person" if isinstance(owner, InsuredPerson) else "unit"
    name = f"{action}_{kind}" if action else kind
    return reverse(f"admin:payments_contributionrecord_{name}", args=[owner.number])


def search(client: Client, typed: str) -> HttpResponse:
    return client.post(f"{BOX}search/", {"typed": typed})


def opened(client: Client, owner: InsuredPerson | Employer, **more: Any) -> HttpResponse:
    return client.post(of(owner, "open"), PURPOSE | more)


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


class TestBox:
    @pytest.fixture
    def found_by(self, resident: InsuredPerson) -> dict[str, str]:
        record, case = year_of(resident, year=2025), filed(resident)
        return {
            "人员编号": resident.number,
            "身份证号": resident.id_number,
            "身份证号，分组": f"{resident.id_number[:6]} {resident.id_number[6:14]} {resident.id_number[14:]}",
            "姓名加后四位": f"{resident.name} {resident.id_number[-4:]}",
            "后四位加姓名": f"{resident.id_number[-4:]}{resident.name}",
            "凭证号": record.number,
            "凭证号，小写": f" {record.number.lower()} ",
            "受理编号": case.number or "",
        }

    @pytest.mark.parametrize(
        "kind",
        [
            "人员编号",
            "身份证号",
            "身份证号，分组",
            "姓名加后四位",
            "后四位加姓名",
            "凭证号",
            "凭证号，小写",
            "受理编号",
        ],
    )
    def test_leads_to_the_one_who_fits(
        self, kind: str, found_by: dict[str, str], resident: InsuredPerson, desk: Client
    ) -> None:
        response = search(desk, found_by[kind])

        assert response.status_code == 303
        assert response["Location"].split("?")[0] == of(resident)

    @pytest.mark.parametrize(
        "typed", ["", "苏文岚", "   ", "0026", "=1+1", "%", "' OR 1=1 --", "P\0", "没有这个人 0026", "9" * 61, "ZZZZ"]
    )
    def test_says_what_can_be_typed_when_it_finds_nobody(self, typed: str, desk: Client) -> None:
        response = search(desk, typed)

        assert response.status_code in {200, 422}
        assert "Location" not in response
        assert "身份证号" in text_of(response)

    def test_shows_several_masked_and_lets_one_choose(self, area: PoolingArea, desk: Client) -> None:
        ids = [factories.resident_id(born_on=date(1980, month, 1), serial=2) for month in range(1, 13)]
        ending = Counter(one[-4:] for one in ids).most_common(1)[0][0]
        same = [factories.person(area=area, name="张三", id_number=one) for one in ids if one.endswith(ending)]
        factories.person(area=area, name="张四", id_number=factories.resident_id(serial=2))
        assert len(same) > 1

        text = text_of(search(desk, f"张三 {ending}"))

        assert text.count("张*") == len(same)
        assert all(of(one) in text and one.id_number not in text for one in same)

    def test_finds_the_insured_by_a_bill_and_by_an_order_of_it(self, resident: InsuredPerson, desk: Client) -> None:
        """A transfer names the bill, a complaint the order: no other number is in the clerk's hands."""
        bill = open_bill(owed.resident_year(resident.enrollments.get(), year=2026))
        order = booths.opened(bill, by=factories.account_of(resident))

        for typed in (bill.number, order.number.lower()):
            assert search(desk, typed)["Location"] == of(resident), typed

    def test_finds_a_unit_by_its_bill(self, area: PoolingArea, resident: InsuredPerson, desk: Client) -> None:
        unit = factories.employer(area=area)
        bill = open_bill(owed.unit_month(unit, people=[resident], month=Month(2026, 2)))

        assert search(desk, bill.number)["Location"] == of(unit)

    def test_finds_nobody_by_a_bill_of_another_area(self, neighbour: PoolingArea, desk: Client) -> None:
        other = factories.resident(area=neighbour)
        bill = open_bill(owed.resident_year(other.enrollments.get(), year=2026))

        assert "没有查到" in text_of(search(desk, bill.number))

    def test_finds_a_unit_by_number_and_by_code(self, area: PoolingArea, desk: Client) -> None:
        unit = factories.employer(area=area)
        Employer.objects.filter(pk=unit.pk).update(unit_code="91119901MADEM00119")

        assert search(desk, unit.number)["Location"] == of(unit)
        assert search(desk, "91119901MADEM00119")["Location"] == of(unit)

    def test_finds_no_virtual_unit(self, resident: InsuredPerson, desk: Client) -> None:
        virtual = Employer.objects.get(area=resident.area, kind="08")

        assert search(desk, virtual.number).status_code == 200
        assert desk.get(of(virtual)).status_code == 404

    def test_finds_who_has_moved_on_by_what_was_left_here(
        self, resident: InsuredPerson, neighbour: PoolingArea, desk: Client
    ) -> None:
        InsuredPerson.objects.filter(pk=resident.pk).update(area=neighbour)

        assert search(desk, resident.number)["Location"] == of(resident)

    def test_keeps_what_was_typed_out_of_every_address(self, resident: InsuredPerson, desk: Client) -> None:
        assert resident.id_number not in search(desk, resident.id_number)["Location"]
        assert desk.get(f"{BOX}search/").status_code == 405

    @pytest.mark.parametrize("kind", ["人员编号", "身份证号", "姓名加后四位", "凭证号"])
    def test_asks_one_predicate(
        self, kind: str, found_by: dict[str, str], desk: Client, assert_statements: Any
    ) -> None:
        desk.get(BOX)

        with assert_statements(SESSION_USER_DUTIES + 1):
            search(desk, found_by[kind])


SESSION_USER_DUTIES = 3
LOOK_AND_LOG = 2


class TestPurpose:
    def test_comes_before_the_history_and_shows_whose_it_is_masked(self, resident: InsuredPerson, desk: Client) -> None:
        record = year_of(resident, year=2025)

        text = text_of(desk.get(of(resident)))

        assert "查询用途" in text
        assert resident.name not in text
        assert resident.id_number not in text
        assert record.number not in text
        assert not AccessLog.objects.exists()

    @pytest.mark.parametrize(
        "given", [{"purpose": ""}, {"purpose": "curious"}, {"reason": ""}, {"reason": " "}, {"reason": "x" * 101}]
    )
    def test_must_be_chosen_and_said(self, given: dict[str, str], resident: InsuredPerson, desk: Client) -> None:
        response = opened(desk, resident, **given)

        assert response.status_code == 422
        assert not AccessLog.objects.exists()

    def test_is_logged_with_the_look_and_with_every_page_shown(
        self, resident: InsuredPerson, desk: Client, caseworker: User
    ) -> None:
        assert opened(desk, resident).status_code == 303
        desk.get(of(resident))
        desk.get(f"{of(resident)}?year=2025")

        rows = AccessLog.objects.filter(user=caseworker, subject_kind="insuredperson", subject_id=resident.pk)
        assert list(rows.order_by("pk").values_list("action", "purpose", "reason")) == [
            ("look-up", "enquiry", PURPOSE["reason"]),
            ("view-history", "enquiry", PURPOSE["reason"]),
            ("view-history", "enquiry", PURPOSE["reason"]),
        ]

    def test_is_filled_in_by_the_case_one_comes_from(self, resident: InsuredPerson, desk: Client) -> None:
        number = filed(resident).number or ""

        text = text_of(desk.get(search(desk, number)["Location"]))

        assert f"办理{number}" in text
        assert re.search(r'<option value="case" selected>', text)

    def test_is_filled_in_from_the_review_page_too(self, resident: InsuredPerson, desk: Client) -> None:
        number = filed(resident).number or ""

        review = text_of(desk.get(reverse("admin:suspension_application_review", args=[number])))

        address = f"{of(resident)}?about={number}"
        assert f'href="{address}"' in review
        assert f"办理{number}" in text_of(desk.get(address))

    def test_holds_for_half_an_hour_and_for_oneself_only(
        self, resident: InsuredPerson, desk: Client, reviewer: User, march_10: time_machine.Traveller
    ) -> None:
        opened(desk, resident)

        assert "参保关系" in text_of(desk.get(of(resident)))
        assert "参保关系" not in text_of(factories.client_of(reviewer).get(of(resident)))
        for _ in range(2):
            march_10.shift(timedelta(minutes=14))
            assert "参保关系" in text_of(desk.get(of(resident)))
        march_10.shift(timedelta(minutes=3))
        assert "查询用途" in text_of(desk.get(of(resident)))

    def test_given_twice_counts_one_look(self, resident: InsuredPerson, desk: Client) -> None:
        opened(desk, resident)

        assert opened(desk, resident).status_code == 303
        assert AccessLog.objects.filter(action="look-up").count() == 1


class TestLimit:
    def test_refuses_the_fifty_first_look_with_a_page_that_helps(self, area: PoolingArea, desk: Client) -> None:
        people = [factories.person(area=area) for _ in range(hall.DAILY_LIMITS["look-up"] + 1)]
        answers = [opened(desk, one).status_code for one in people[:-1]]

        refused = opened(desk, people[-1])

        assert set(answers) == {303}
        assert refused.status_code == 429
        assert "今天查询缴费历史已达到每日上限（50次）" in text_of(refused)
        assert PURPOSE["reason"] in text_of(refused)
        assert "查询用途" in text_of(desk.get(of(people[-1])))
        assert AccessLog.objects.filter(action="look-up").count() == 50
        assert AccessLog.objects.filter(action="limit-reached").count() == 1

    def test_of_exports_and_reveals_is_said_on_the_page_one_is_on(
        self, resident: InsuredPerson, desk: Client, settings: Settings
    ) -> None:
        settings.DAILY_LIMITS = hall.DAILY_LIMITS | {"export": 1, "reveal-id": 1}
        year_of(resident, year=2025)
        opened(desk, resident)
        desk.post(of(resident, "export"), {"format": "csv"})
        assert resident.id_number in text_of(desk.post(of(resident, "reveal")))

        for action in ("export", "reveal"):
            refused = desk.post(of(resident, action), {"format": "csv"})

            assert refused.status_code == 429
            assert "已达到每日上限（1次）" in text_of(refused)
            assert resident.id_number not in text_of(refused)


class TestAccess:
    @pytest.mark.parametrize(
        ("role", "status"),
        [
            ("caseworker", 200),
            ("reviewer", 200),
            ("supervisor", 200),
            ("finance", 200),
            ("auditor", 403),
            ("administrator", 403),
        ],
    )
    def test_follows_the_duty(self, role: str, status: int, resident: InsuredPerson, area: PoolingArea) -> None:
        client = factories.client_of(factories.staff(area=area, role=role))

        assert client.get(BOX).status_code == client.get(of(resident)).status_code == status
        assert ("缴费历史" in text_of(client.get(reverse("admin:index")))) == (status == 200)

    def test_is_refused_to_everybody_who_is_no_staff(
        self, resident: InsuredPerson, agent: User, stranger: User
    ) -> None:
        for account in (factories.account_of(resident), agent, stranger):
            client = factories.client_of(account)
            for path in (BOX, of(resident)):
                assert client.get(path).status_code == 403
            for path in (f"{BOX}search/", of(resident, "open"), of(resident, "export"), of(resident, "reveal")):
                assert client.post(path, PURPOSE | {"typed": resident.number, "format": "csv"}).status_code == 403
        assert not AccessLog.objects.exists()

    def test_ends_at_the_border_of_the_area(
        self, resident: InsuredPerson, neighbour: PoolingArea, area: PoolingArea
    ) -> None:
        record, unit = year_of(resident, year=2025), factories.employer(area=area)
        elsewhere = factories.client_of(factories.staff(area=neighbour))

        for typed in (resident.number, resident.id_number, record.number, filed(resident).number or "", unit.number):
            assert "没有查到" in text_of(search(elsewhere, typed))
        for owner in (resident, unit):
            assert elsewhere.get(of(owner)).status_code == 404
            assert elsewhere.post(of(owner, "open"), PURPOSE).status_code == 404
            assert elsewhere.post(of(owner, "export"), {"format": "csv"}).status_code == 404
        assert elsewhere.post(of(resident, "reveal")).status_code == 404
        assert not AccessLog.objects.exists()

    def test_shows_and_exports_what_lies_in_one_s_own_area_only(
        self, resident: InsuredPerson, neighbour: PoolingArea, desk: Client
    ) -> None:
        here, there = year_of(resident, year=2025), year_of(resident, year=2024)
        ContributionRecord.objects.filter(pk=there.pk).update(area=neighbour)
        opened(desk, resident)

        for response in (desk.get(of(resident)), desk.post(of(resident, "export"), {"format": "csv"})):
            assert here.number in text_of(response)
            assert there.number not in text_of(response)

    @pytest.mark.parametrize("action", ["export", "reveal"])
    def test_of_the_buttons_needs_the_purpose_first(self, action: str, resident: InsuredPerson, desk: Client) -> None:
        year_of(resident, year=2025)

        response = desk.post(of(resident, action), {"format": "csv"})

        assert "查询用途" in text_of(response)
        assert "attachment" not in response.headers.get("Content-Disposition", "")
        assert not AccessLog.objects.exists()
