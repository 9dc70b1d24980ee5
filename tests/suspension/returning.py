"""People who come back, and their cases in the states that tests start from, brought there by the services alone."""

import secrets
from datetime import date
from decimal import Decimal
from typing import Any

from insured.models import Enrollment, InsuredPerson, PoolingArea
from payments.models import Bill, ContributionStandard, EmployeeStandard
from payments.services.bills import pay_bill
from portal.accounts.models import User
from suspension import items
from suspension.items import Item
from suspension.models import Application
from suspension.services import effect, filing, resume
from tests import factories
from tests.suspension import cases


def standards(area: PoolingArea, *, years: tuple[int, ...] = (2025, 2026, 2027)) -> None:
    """390 costs 400 a year and is given 700; 310 costs 443.30 a month."""
    for year in years:
        ContributionStandard.objects.create(
            area=area, scheme="390", coverage_year=year, personal_fen=40_000, fiscal_fen=70_000, source="演示数据"
        )
    EmployeeStandard.objects.create(
        area=area,
        starts_on=date(2020, 1, 1),
        floor_fen=443_300,
        cap_fen=2_216_500,
        unit_rate=Decimal("0.075"),
        personal_rate=Decimal("0.02"),
        flexible_rate=Decimal("0.10"),
        source="演示数据",
    )


def paused_resident(*, area: PoolingArea, last: date = date(2024, 12, 31), **more: Any) -> InsuredPerson:
    """A resident with an account, covered from 2021 until that day and paused since."""
    found = factories.person(area=area, user=factories.user(), **more)
    row = factories.enrollment(of=found, status="2", paused_on=date.fromordinal(last.toordinal() + 1))
    for year in range(2021, last.year):
        factories.period(of=row, starts_on=date(year, 1, 1), ends_on=date(year, 12, 31))
    factories.period(of=row, starts_on=date(last.year, 1, 1), ends_on=last)
    return found


def paused_flexible(*, area: PoolingArea, last_paid: date, **more: Any) -> InsuredPerson:
    """A flexible worker with an account, covered from 2024 until the end of the last paid month and paused since."""
    found = factories.person(area=area, user=factories.user(), **more)
    end = date.fromordinal(date(last_paid.year + last_paid.month // 12, last_paid.month % 12 + 1, 1).toordinal() - 1)
    row = factories.enrollment(
        of=found,
        scheme="310",
        status="2",
        paused_on=date.fromordinal(end.toordinal() + 1),
        last_paid_month=last_paid.replace(day=1),
    )
    factories.period(of=row, starts_on=date(2024, 1, 1), ends_on=end)
    return found


def request(**changes: Any) -> resume.ResumeRequest:
    """A return with 医保电子凭证 instead of uploads."""
    plain: dict[str, Any] = {
        "coverage_year": None,
        "repair_years": 0,
        "pays_gap": True,
        "contact_phone": "13800138000",
        "contact_email": "",
        "note": "",
        "uses_credential": True,
    }
    return resume.ResumeRequest(**plain | changes)


def enrollment_of(person: InsuredPerson) -> Enrollment:
    """The only one."""
    return person.enrollments.get()


def filed(
    person: InsuredPerson, *, item: Item = items.RESUME, enrollment: Enrollment | None = None, **changes: Any
) -> Application:
    """待审核."""
    account, about = factories.account_of(person), enrollment or enrollment_of(person)
    kind = resume.KINDS[item.code]
    draft = filing.save_draft(kind, request(**changes), enrollment_id=about.pk, by=account)
    return filing.submit(
        kind, enrollment_id=about.pk, revision=draft.revision, token=secrets.token_urlsafe(24), by=account
    )


def approved(person: InsuredPerson, *, by: User, **more: Any) -> Application:
    """审核通过, with a bill to pay."""
    return cases.decided(cases.taken(filed(person, **more), by=by), by=by)


def bill_of(application: Application) -> Bill:
    """The bill of an approval."""
    return Bill.objects.get(basis=application.number)


def paid(application: Application, *, on: date) -> Application:
    """Paid in full at the counter, and what the worker makes of it."""
    bill = bill_of(application)
    pay_bill(bill, amount_fen=bill.left_fen, paid_on=on, way="11")
    effect.apply_due_effects()
    application.refresh_from_db()
    return application
