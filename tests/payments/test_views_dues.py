"""缴费标准, 账单, 补缴欠费: what is asked for, what is owed and why, and what costs nothing."""

import secrets
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client

from insured.models import CoveragePeriod, InsuredPerson, PoolingArea
from insured.policy.dates import Month
from payments.models import Bill, FundingCategory
from payments.policy.amounts import resident_lines
from payments.services.bills import open_bill
from payments.services.opening import employee_month, open_flexible_month
from payments.services.standards import Standard, set_standard
from portal.accounts.models import User
from tests import factories
from tests.payments import owed
from tests.payments.test_services_dues import rates

pytestmark = pytest.mark.django_db
NOVEMBER_5 = "2026-11-05T02:00:00Z"


@pytest.fixture(autouse=True)
def in_the_window() -> Iterator[None]:
    with time_machine.travel(NOVEMBER_5, tick=False):
        yield


def text_of(client: Client, address: str, *, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture
def client(resident: InsuredPerson) -> Client:
    return factories.client_of(factories.account_of(resident))


class TestStandards:
    def test_shows_both_parts_and_the_total_of_a_year_to_everybody(self, area: PoolingArea) -> None:
        set_standard(Standard(area.pk, "390", 2024, 38_000, 64_000, source="国家标准"))
        set_standard(Standard(area.pk, "390", 2027, 40_000, 70_000, source="演示", is_provisional=True))

        text = text_of(Client(), "/standards/")

        assert all(f">{amount}</td>" in text for amount in ("380.00", "640.00", "1,020.00", "1,100.00"))
        assert "个人不缴费，政府补助也没有" in text
        assert "演示暂定，非官方" in text
        assert "现在可以缴费" in text

    def test_says_that_a_year_is_not_set_yet(self, area: PoolingArea) -> None:
        set_standard(Standard(area.pk, "390", 2026, 40_000, 70_000, source="国家标准"))

        assert "2027年度：尚未公布" in text_of(Client(), "/standards/?area=119901")

    def test_lists_full_and_partial_funding_with_what_is_left(self, area: PoolingArea) -> None:
        set_standard(Standard(area.pk, "390", 2027, 40_000, 70_000, source="演示"))
        FundingCategory.objects.create(area=area, name="特困人员", is_full=True, first_year=2026, source="演示")
        FundingCategory.objects.create(area=area, name="低保对象", aid_fen=34_500, first_year=2026, source="演示")
        FundingCategory.objects.create(
            area=area, name="旧类别", aid_fen=100, first_year=2020, last_year=2025, source="旧"
        )

        text = text_of(Client(), "/standards/")

        assert text.index("特困人员") < text.index("低保对象")
        assert "全额资助" in text
        assert ">55.00</td>" in text
        assert "旧类别" not in text

    def test_shows_bases_and_rates_with_their_dates(self, area: PoolingArea) -> None:
        rates(area)

        text = text_of(Client(), "/standards/")

        assert all(part in text for part in ("2021年1月1日起", "4,433.00", "22,165.00", "7.5%", "443.30"))

    @pytest.mark.usefixtures("area")
    def test_names_every_channel(self) -> None:
        text = text_of(Client(), "/standards/")

        assert all(f">{name}</th>" in text for name in ("税务部门", "支付宝", "微信", "银行", "经办机构窗口"))

    def test_shows_what_one_owes_oneself(self, resident: InsuredPerson, client: Client) -> None:
        bill = open_bill(owed.resident_year(resident.enrollments.get()))

        text = text_of(client, "/standards/")

        assert "我的应缴" in text
        assert f"/me/bills/{bill.number}/" in text
        assert "2026年12月31日" in text

    @pytest.mark.parametrize("query", ["area=", "area=999999", "area=%00", "area[]=x"])
    @pytest.mark.usefixtures("area")
    def test_an_unknown_area_is_the_first(self, query: str) -> None:
        assert "示例市城乡居民医保" in text_of(Client(), f"/standards/?{query}")


class TestBill:
    def test_shows_the_formula_the_deadline_and_what_it_gives(self, resident: InsuredPerson, client: Client) -> None:
        bill = open_bill(owed.resident_year(resident.enrollments.get()))

        text = text_of(client, f"/me/bills/{bill.number}/")

        assert "2027年度居民医保个人缴费标准400.00元。" in text
        assert "最迟2026年12月31日缴清" in text
        assert "不缴费，政府补助的700.00元也不会到账" in text
        assert "1,100.00" in text
        assert resident.id_number not in text

    def test_is_nobody_elses(
        self, resident: InsuredPerson, agent: User, caseworker: User, reviewer: User, stranger: User
    ) -> None:
        bill = open_bill(owed.resident_year(resident.enrollments.get()))

        for user in (agent, caseworker, reviewer, stranger):
            client = factories.client_of(user)
            assert client.get(f"/me/bills/{bill.number}/").status_code == 404
            assert client.post(f"/me/bills/{bill.number}/confirm/").status_code == 404

    def test_what_is_fully_funded_is_confirmed_once(self, resident: InsuredPerson, client: Client) -> None:
        lines = resident_lines(year=2027, personal_fen=40_000, fiscal_fen=70_000, aid_fen=40_000, category="特困人员")
        bill = open_bill(owed.resident_year(resident.enrollments.get(), lines=lines))
        token = secrets.token_urlsafe(24)
        assert "确认参保" in text_of(client, f"/me/bills/{bill.number}/")

        answers = [client.post(f"/me/bills/{bill.number}/confirm/", {"token": token}) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [302, 302]
        bill.refresh_from_db()
        assert (bill.status, bill.paid_fen, bill.benefit_starts_on) == (Bill.PAID, 0, date(2027, 1, 1))
        assert CoveragePeriod.objects.filter(opened_by=bill.number, ends_on=date(2027, 12, 31)).count() == 1

    def test_one_of_a_year_that_is_over_is_not_confirmed(self, resident: InsuredPerson, client: Client) -> None:
        lines = resident_lines(year=2025, personal_fen=40_000, fiscal_fen=70_000, aid_fen=40_000, category="特困人员")
        bill = open_bill(owed.resident_year(resident.enrollments.get(), year=2025, lines=lines))

        answer = client.post(f"/me/bills/{bill.number}/confirm/", {"token": secrets.token_urlsafe(24)})

        bill.refresh_from_db()
        assert (answer.status_code, bill.status) == (409, Bill.OPEN)
        assert "2025年度到2025年12月31日已经结束" in answer.content.decode()

    def test_a_bill_with_something_to_pay_is_not_confirmed(self, resident: InsuredPerson, client: Client) -> None:
        bill = open_bill(owed.resident_year(resident.enrollments.get()))

        answer = client.post(f"/me/bills/{bill.number}/confirm/", {"token": secrets.token_urlsafe(24)})

        assert answer.status_code == 409
        assert "这笔账单不是全额资助" in answer.content.decode()

    def test_confirming_is_a_post(self, resident: InsuredPerson, client: Client) -> None:
        bill = open_bill(owed.resident_year(resident.enrollments.get()))

        assert client.get(f"/me/bills/{bill.number}/confirm/").status_code == 405


class TestArrears:
    def test_names_cause_amount_and_what_catching_up_brings(self, area: PoolingArea) -> None:
        rates(area)
        person = factories.flexible(area=area)
        person.enrollments.update(last_paid_month=date(2026, 8, 1))
        for month, cause in ((9, "information"), (10, "")):
            open_flexible_month(
                person.enrollments.get(), terms=employee_month(area.pk, month=Month(2026, month)), arrears_cause=cause
            )

        client = factories.client_of(factories.account_of(person))
        text = text_of(client, "/me/arrears/")

        assert "信息有误，扣款不成功" in text
        assert "到期未缴费" in text
        assert '<b class="money">886.60</b>' in text
        assert "个人欠缴不收滞纳金" in text
        assert "一共中断2个月" in text
        assert "886.60 元" in text_of(client, "/me/account/")

    def test_nobody_else_sees_them(self, stranger: User, agent: User, caseworker: User) -> None:
        for user in (stranger, agent, caseworker):
            assert "没有" in text_of(factories.client_of(user), "/me/arrears/")

    def test_an_agent_sees_the_late_fee_of_the_unit(self, area: PoolingArea) -> None:
        rates(area)
        agent = factories.agent(area=area)
        employer = agent.agencies.get().employer
        person = factories.employee(of=employer)
        bill = open_bill(owed.unit_month(employer, people=[person], month=Month(2026, 9)))

        text = text_of(factories.client_of(agent), "/me/arrears/")

        assert bill.due_on == date(2026, 9, 25)
        assert "欠缴874.00元×每天0.05%×41天＝17.92元" in text
        assert "891.92" in text
        assert "没有欠费" in text_of(factories.client_of(factories.account_of(person)), "/me/arrears/")


@pytest.mark.usefixtures("area")
def test_home_and_region_say_whether_residents_can_pay() -> None:
    for address in ("/", "/regions/119901/"):
        text = text_of(Client(), address)
        assert "2027年度居民医保集中缴费期：2026年9月1日至2026年12月31日，现在可以缴费。" in text

    with time_machine.travel("2026-06-01T02:00:00Z", tick=False):
        assert "2027年度从2026年9月1日开始缴费" in text_of(Client(), "/")
    with time_machine.travel("2027-02-01T02:00:00Z", tick=False):
        assert "2027年2月28日以前还可以缴" in text_of(Client(), "/")
