"""How the services of payments are called, for the comparison of lock orders."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from insured.models import PoolingArea
from insured.policy.dates import Month
from payments.models import AssessmentRun, Bill, FundingCategory, ReminderRun
from payments.policy.amounts import resident_lines
from payments.services import arrears, assessment, bills, funding, lapse, look_up, monthly, reminders, repairs, units
from payments.services.opening import employee_month, open_flexible_month
from payments.services.standards import EmployeeRates, Standard, set_employee_standard, set_standard
from tests import factories
from tests.payments import (
    locking_debit,
    locking_offline,
    locking_orders,
    locking_personal,
    locking_reconciliation,
    locking_refunds,
    owed,
)

Call = Callable[[], object]
B, E = "payments_bill", "insured_enrollment"


def _open_bill(scene: Any) -> Call:
    return lambda: bills.open_bill(owed.resident_year(scene.person.enrollments.get()))


def _pay_bill(scene: Any) -> Call:
    bill = bills.open_bill(owed.resident_year(scene.person.enrollments.get()))
    return lambda: bills.pay_bill(bill, amount_fen=bill.payable_fen, paid_on=date(2026, 3, 10), way="02")


def _confirm_free(scene: Any) -> Call:
    lines = resident_lines(year=2026, personal_fen=40_000, fiscal_fen=70_000, aid_fen=40_000)
    bill = bills.open_bill(owed.resident_year(scene.person.enrollments.get(), lines=lines, year=2026))
    return lambda: bills.confirm_free(bill.number, token=secrets.token_urlsafe(24), by=scene.account)


def _choose_repairs(scene: Any) -> Call:
    set_standard(Standard(scene.person.area.pk, "390", 2026, 40_000, 70_000, source="演示"))
    bill = bills.open_bill(owed.resident_year(scene.person.enrollments.get(), year=2026))
    Bill.objects.filter(pk=bill.pk).update(repair_years=1)
    choice = partial(repairs.choose_repairs, version=bill.version, by=scene.account)
    return lambda: choice(bill.number, years=0)


def _category(scene: Any) -> FundingCategory:
    row = funding.CategoryRow(
        area_id=scene.person.area_id, name="低保对象", first_year=2026, source="演示", aid_fen=34_500
    )
    return funding.save_category(row)


def _save_category(scene: Any) -> Call:
    return lambda: _category(scene)


def _recognise(scene: Any) -> Call:
    category = _category(scene)
    return lambda: funding.recognise(scene.person, category=category, on=date(2026, 3, 1), by=scene.by)


def _end_recognition(scene: Any) -> Call:
    made = funding.recognise(scene.person, category=_category(scene), on=date(2026, 3, 1))
    return lambda: funding.end_recognition(made.pk, on=date(2026, 3, 10), by=scene.by)


def _void_bill(scene: Any) -> Call:
    bill = bills.open_bill(owed.resident_year(scene.person.enrollments.get()))
    return lambda: bills.void_bill(bill)


def _open_history(scene: Any) -> Call:
    return lambda: look_up.open_history(scene.person, purpose="case", reason="核对", by=scene.by)


def _reveal_id(scene: Any) -> Call:
    look_up.open_history(scene.person, purpose="case", reason="核对", by=scene.by)
    look = look_up.opened(scene.person, by=scene.by)
    assert look is not None
    return lambda: look_up.reveal_id(scene.person, look=look, by=scene.by)


def _rates(scene: Any) -> PoolingArea:
    area: PoolingArea = scene.person.area
    set_standard(Standard(area.pk, "390", 2027, 40_000, 70_000, source="演示"))
    rate = Decimal("0.1")
    set_employee_standard(
        EmployeeRates(
            area_id=area.pk,
            starts_on=date(2021, 1, 1),
            floor_fen=443_300,
            cap_fen=2_216_500,
            unit_rate=rate,
            personal_rate=rate,
            flexible_rate=rate,
            source="演示",
        )
    )
    return area


def start_run(scene: Any) -> Callable[[], AssessmentRun]:
    area, by = _rates(scene), factories.staff(area=scene.person.area, role="finance")
    return lambda: assessment.start_run(kind="resident", area=area, period=date(2027, 1, 1), by=by)


def _advance(scene: Any) -> Call:
    run = start_run(scene)()
    return lambda: assessment.advance(run.pk)


def unit_bill(scene: Any) -> Bill:
    employer = factories.employer(area=scene.person.area)
    people = [factories.employee(of=employer)]
    return bills.open_bill(owed.unit_month(employer, people=people, month=Month(2026, 1)))


def _assess_undeclared(scene: Any) -> Call:
    bill = unit_bill(scene)
    by = factories.staff(area=_rates(scene), role="finance")
    assert bill.employer
    employer = bill.employer
    return lambda: units.assess_undeclared(employer, month=Month(2026, 2), by=by)


def _start_month(scene: Any) -> Call:
    factories.flexible(area=scene.person.area)
    return partial(monthly.start_month, _rates(scene).pk)


def _charge_late_fee(scene: Any) -> Call:
    bill = unit_bill(scene)
    return lambda: arrears.charge_late_fee(bill, on=date(2026, 3, 10))


def _lapse_one(scene: Any) -> Call:
    person = factories.flexible(area=scene.person.area)
    person.enrollments.update(last_paid_month=date(2026, 1, 1))
    open_flexible_month(person.enrollments.get(), terms=employee_month(_rates(scene).pk, month=Month(2026, 2)))
    return lambda: lapse.lapse_one(person.enrollments.get().pk)


def _start_reminders(scene: Any) -> Call:
    area, by = _rates(scene), factories.staff(area=scene.person.area, role="supervisor")
    return lambda: reminders.start_now(area, by=by)


def _open_reminders(scene: Any) -> Call:
    area = _rates(scene)
    bill = owed.resident_year(scene.person.enrollments.get(), basis="XB1")
    bills.open_bill(replace(bill, due_on=date(2026, 3, 12)))
    return lambda: reminders._open_runs(area, by=None)


def _advance_reminders(scene: Any) -> Call:
    _open_reminders(scene)()
    pk = ReminderRun.objects.get().pk
    return lambda: reminders.advance(pk)


SERVICES: dict[str, tuple[Callable[[Any], Call], list[str]]] = {
    **locking_debit.SERVICES,
    **locking_offline.SERVICES,
    **locking_orders.SERVICES,
    **locking_personal.SERVICES,
    **locking_reconciliation.SERVICES,
    **locking_refunds.SERVICES,
    "payments.services.bills.open_bill": (_open_bill, []),
    "payments.services.bills.pay_bill": (_pay_bill, []),
    "payments.services.lapse.lapse_one": (_lapse_one, [E]),
    "payments.services.assessment.start_run": (start_run, []),
    "payments.services.monthly.start_month": (_start_month, []),
    "payments.services.assessment.advance": (_advance, []),
    "payments.services.reminders.start_now": (_start_reminders, []),
    "payments.services.reminders._open_runs": (_open_reminders, []),
    "payments.services.reminders.advance": (_advance_reminders, []),
    "payments.services.units.assess_undeclared": (_assess_undeclared, []),
    "payments.services.arrears.charge_late_fee": (_charge_late_fee, []),
    "payments.services.bills.confirm_free": (_confirm_free, [E, B]),
    "payments.services.repairs.choose_repairs": (_choose_repairs, [E, B]),
    "payments.services.funding.save_category": (_save_category, []),
    "payments.services.funding.recognise": (_recognise, []),
    "payments.services.funding.end_recognition": (_end_recognition, []),
    "payments.services.bills.void_bill": (_void_bill, []),
    "payments.services.look_up.open_history": (_open_history, []),
    "payments.services.look_up.reveal_id": (_reveal_id, []),
}
"""Service → how it is called, and the tables it locks."""
