"""补充医疗保险费: an area that asks for it shows it beside 基本医疗保险费 on bill, check page, record and voucher."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from insured.models import InsuredPerson, PoolingArea
from insured.policy.dates import Month
from payments.models import Bill, ContributionRecord
from payments.policy.amounts import ExtraLine
from payments.services import bills, vouchers
from payments.services.opening import employee_month, open_flexible_month
from payments.services.pooled import balance_of
from payments.services.standards import EmployeeRates, set_employee_standard
from tests import factories
from tests.payments import owed
from tests.payments.records import contribution

pytestmark = pytest.mark.django_db
NOW = date(2026, 11, 23)
BASIC_FEN, EXTRA_FEN = 44_330, 700


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def payer(area: PoolingArea) -> InsuredPerson:
    person = factories.flexible(area=area)
    person.enrollments.update(last_paid_month=date(2026, 10, 1))
    return person


@pytest.fixture
def bill(area: PoolingArea, payer: InsuredPerson) -> Bill:
    """November of somebody in flexible employment, where 大额 costs 7 yuan a month."""
    set_employee_standard(
        EmployeeRates(
            area_id=area.pk,
            starts_on=date(2026, 11, 1),
            floor_fen=443_300,
            cap_fen=2_216_500,
            unit_rate=Decimal("0.075"),
            personal_rate=Decimal("0.02"),
            flexible_rate=Decimal("0.10"),
            extra_personal_fen=EXTRA_FEN,
            source="本地缴费标准〔2026〕",
        )
    )
    terms = employee_month(area.pk, month=Month(2026, 11))
    return open_flexible_month(payer.enrollments.get(), terms=terms)


@pytest.fixture
def client(payer: InsuredPerson) -> Client:
    return factories.client_of(factories.account_of(payer))


def paid(bill: Bill, *, of: InsuredPerson | None = None) -> ContributionRecord:
    (locked,) = bills.lock_bills(Bill.objects.filter(pk=bill.pk))
    bills.pay_bill(locked, amount_fen=locked.payable_fen, paid_on=NOW, way="02")
    return ContributionRecord.objects.get(person=of or bill.person, period_starts_on=bill.period_starts_on)


def test_the_bill_has_a_line_for_each_with_its_rule(bill: Bill, client: Client) -> None:
    page = client.get(reverse("bill", args=[bill.number])).content.decode()

    assert bill.payable_fen == BASIC_FEN + EXTRA_FEN
    for item, rule, amount in (
        ("基本医疗保险费", "2026年11月：缴费基数4,433.00元×费率10%", ">443.30<"),
        ("补充医疗保险费", "2026年11月：大额医疗费用补助每人每月7.00元", ">7.00<"),
    ):
        row = page[page.index(f"<span>{item}") :]
        row = row[: row.index("</tr>")]
        assert rule in row
        assert amount in row
    assert "依据：本地缴费标准〔2026〕" in page


def test_the_check_page_parts_the_amount_and_says_how_each_comes_about(bill: Bill, client: Client) -> None:
    page = client.get(reverse("pay_confirm"), {"bill": bill.number}).content.decode()

    assert "基本医疗保险费 443.30 元" in page
    assert "补充医疗保险费 7.00 元" in page
    assert "大额医疗费用补助每人每月7.00元" in page


def test_the_record_keeps_both(bill: Bill, client: Client) -> None:
    record = paid(bill)

    page = client.get(reverse("contributions")).content.decode()

    assert (record.personal_fen, record.extra_personal_fen) == (BASIC_FEN + EXTRA_FEN, EXTRA_FEN)
    assert "基本医疗保险费 443.30 元" in page
    assert "补充医疗保险费 7.00 元" in page


def test_the_voucher_names_both(bill: Bill) -> None:
    document = pypdfium2.PdfDocument(vouchers.voucher(paid(bill), address="https://example.org/"))

    words = "".join(document[0].get_textpage().get_text_bounded().split())

    assert "其中：基本医疗保险费443.30元" in words
    assert "其中：补充医疗保险费7.00元" in words


def test_what_a_unit_pays_is_parted_and_never_credited_to_the_account(area: PoolingArea) -> None:
    unit = factories.employer(area=area)
    person = factories.employee(of=unit)
    plain = owed.unit_month(unit, people=[person], month=Month(2026, 11))
    more = [ExtraLine(name="大额医疗费用补助", part=part, amount_fen=EXTRA_FEN) for part in ("unit", "personal")]
    lines = [*plain.lines, *(bills.for_person(one.line(month=Month(2026, 11)), person_id=person.pk) for one in more)]

    record = paid(bills.open_bill(replace(plain, lines=lines)), of=person)

    assert (record.personal_fen, record.extra_personal_fen) == (18_400 + EXTRA_FEN, EXTRA_FEN)
    assert (record.unit_fen, record.extra_unit_fen) == (69_000 + EXTRA_FEN, EXTRA_FEN)
    assert balance_of(person) == 18_400


def test_where_nothing_more_is_asked_for_nothing_is_parted(area: PoolingArea, payer: InsuredPerson) -> None:
    contribution(of=payer, first=date(2026, 10, 1), personal_fen=BASIC_FEN)

    page = factories.client_of(factories.account_of(payer)).get(reverse("contributions")).content.decode()

    assert "补充医疗保险费" not in page
