"""灵活就业人员 are billed every month by the clock: once per area and month; without a standard the desk is told."""

from datetime import date

import pytest
import time_machine

from insured.models import Enrollment, InsuredPerson, PoolingArea
from payments import tasks
from payments.models import AssessmentRun, Bill
from payments.services import assessment, monthly
from portal.accounts.models import User
from portal.notifications.models import Message
from tests import factories
from tests.payments.test_services_dues import rates

pytestmark = pytest.mark.django_db
APRIL = date(2026, 4, 1)


@pytest.fixture
def worker(area: PoolingArea) -> InsuredPerson:
    """Flexible, paid through March 2026."""
    return factories.flexible(area=area)


@pytest.fixture
def finance(area: PoolingArea) -> User:
    return factories.staff(area=area, role="finance")


def begin(day: str = "2026-04-01") -> int:
    """The clock's job, and every chunk of what it began."""
    with time_machine.travel(f"{day}T02:00:00Z", tick=False):
        found = monthly.start_due()
        while AssessmentRun.objects.at_work().exists():
            assessment.advance_runs()
    return found


def test_everybody_who_pays_by_the_month_is_billed_once(area: PoolingArea, worker: InsuredPerson) -> None:
    rates(area)
    ahead = factories.flexible(area=area)
    ahead.enrollments.update(last_paid_month=APRIL)
    factories.flexible(area=area).enrollments.update(category="1203")

    assert [begin(), begin(), begin("2026-04-30")] == [1, 0, 0]

    run = AssessmentRun.objects.get()
    assert (run.kind, run.period_starts_on, run.started_by) == ("flexible", APRIL, None)
    bill = Bill.objects.get()
    assert (bill.person, bill.period_starts_on, bill.due_on) == (worker, APRIL, date(2026, 4, 30))
    assert begin("2026-05-01") == 1


def test_a_run_that_the_desk_began_is_the_one_of_the_month(
    area: PoolingArea, worker: InsuredPerson, finance: User
) -> None:
    rates(area)
    with time_machine.travel("2026-03-28T02:00:00Z", tick=False):
        assessment.start_run(kind="flexible", area=area, period=APRIL, by=finance)

    assert begin() == 0


def test_an_area_without_a_standard_is_told_of_once_and_stops_no_other(
    area: PoolingArea, worker: InsuredPerson, finance: User
) -> None:
    other = factories.area(code="119902", name="邻州市")
    factories.flexible(area=other)
    rates(other)

    assert [begin(), begin("2026-04-02")] == [1, 0]

    assert AssessmentRun.objects.get().area == other
    message = Message.objects.get(dedupe_key__contains="no-standard")
    assert (message.recipient, message.title) == (finance, "没有缴费标准，账单没有开出")
    rates(area)
    assert begin("2026-04-03") == 1


def test_nobody_to_bill_needs_no_run_and_no_standard(area: PoolingArea, finance: User) -> None:
    factories.resident(area=area)

    assert begin() == 0
    assert not Message.objects.exists()


def test_the_clock_asks_once_an_hour(area: PoolingArea, worker: InsuredPerson) -> None:
    rates(area)
    with time_machine.travel("2026-04-01T02:00:00Z", tick=False):
        tasks.start_monthly(is_scheduled=True)
        AssessmentRun.objects.all().delete()
        tasks.start_monthly(is_scheduled=True)

    assert not AssessmentRun.objects.exists()


def test_a_month_that_is_billed_late_can_still_be_paid_in_time(
    area: PoolingArea, worker: InsuredPerson, finance: User
) -> None:
    rates(area)
    with time_machine.travel("2026-05-06T02:00:00Z", tick=False):
        run = assessment.start_run(kind="flexible", area=area, period=APRIL, by=finance)
        while assessment.advance(run.pk):
            pass

    assert Bill.objects.get(enrollment=Enrollment.objects.get()).due_on == date(2026, 5, 31)
