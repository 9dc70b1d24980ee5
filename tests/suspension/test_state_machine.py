"""Stop, cancel, return, addition, transfer, payment, refund, double enrolment, time: in any order, as one machine."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from insured.models import CoveragePeriod, Enrollment
from payments.models import Bill, Refund
from payments.policy.refunds import UNDER_WAY
from suspension import items
from suspension.models import Application, ApplicationEvent
from suspension.policy.transitions import OPEN_STATES, State
from suspension.services.invariants import INVARIANTS, TOLD
from tests.payments.booth import open_booths
from tests.results import IS_FULL
from tests.suspension import living
from tests.suspension.living_world import World

pytestmark = pytest.mark.django_db
ASKED = ("I1", "I3", "I4", "I5", "I6", "I7", "I8")
"""Of check_invariants, all but what is about messages that nobody sends here (I2, I10) and files on a disk (I9)."""
EXAMPLES, STEPS = (200, 30) if IS_FULL else (6, 12)


class Watched(living.Life):
    """The same life; after every step it is looked at."""

    @invariant()
    def no_day_is_covered_twice(self) -> None:
        if not hasattr(self, "person"):
            return
        rows = CoveragePeriod.objects.counting().filter(person=self.person, is_basic=True).order_by("starts_on")
        for (_, end), (start, _) in pairwise(rows.values_list("starts_on", "ends_on")):
            assert end is not None
            assert end < start

    @invariant()
    def at_most_one_basic_scheme_is_active(self) -> None:
        if hasattr(self, "person"):
            assert Enrollment.objects.active().filter(person=self.person, is_basic=True).count() <= 1

    @invariant()
    def a_stopped_record_covers_nothing_ahead(self) -> None:
        if not hasattr(self, "person"):
            return
        for one in self.person.enrollments.filter(status=Enrollment.PAUSED):
            assert one.paused_on is not None
            ends = one.periods.filter(cancelled_at=None).values_list("ends_on", flat=True)
            assert all(end is not None and end < one.paused_on for end in ends)

    @invariant()
    def every_state_is_the_fold_of_its_events(self) -> None:
        if not hasattr(self, "person"):
            return
        for case in Application.objects.filter(person=self.person).exclude(state=State.DRAFT):
            events = list(case.events.order_by("version").values_list("version", "from_state", "to_state"))
            for (_, _, to), (_, start, _) in pairwise(events):
                assert to == start
            assert (events[-1][0], events[-1][2]) == (case.version, case.state)

    @invariant()
    def every_status_is_the_fold_of_what_happened(self) -> None:
        if not hasattr(self, "person"):
            return
        for one in self.person.enrollments.all():
            assert one.status == self.folded(one)

    def folded(self, enrollment: Enrollment) -> str:
        """Everybody begins 正常参保; each effect since then says what the record is after it."""
        effects = {self.left[enrollment.pk]: Enrollment.PAUSED} if enrollment.pk in self.left else {}
        for event in ApplicationEvent.objects.filter(application__enrollment=enrollment).order_by("pk"):
            item = items.ITEMS[event.application.item]
            if item == items.STOP and event.to_state == State.COMPLETED:
                effects[event.pk] = Enrollment.PAUSED
            if item in items.COMEBACK_ITEMS and event.to_state == State.COMPLETED:
                effects[event.pk] = Enrollment.ACTIVE
            if item.is_refund and event.action in TOLD and event.to_state in (State.APPROVED, State.COMPLETED):
                effects[event.pk] = Enrollment.PAUSED if enrollment.scheme == "390" else Enrollment.ACTIVE
        return effects[max(effects)] if effects else Enrollment.ACTIVE

    @invariant()
    def one_case_at_a_time(self) -> None:
        if not hasattr(self, "person"):
            return
        cases_open = Application.objects.filter(person=self.person, state__in=OPEN_STATES)
        changing = list(cases_open.filter(is_coverage_changing=True).values_list("enrollment_id", flat=True))
        assert len(changing) == len(set(changing))
        moving = Application.objects.filter(person=self.person, item__in=items.LEGGED)
        assert moving.filter(state__in=[*OPEN_STATES, State.APPROVED]).count() <= 1

    @invariant()
    def what_was_paid_covers_or_comes_back(self) -> None:
        if not hasattr(self, "person"):
            return
        for bill in Bill.objects.filter(person=self.person, status__in=[Bill.PAID, Bill.REFUNDED]):
            assert self.is_accounted_for(bill), f"{bill.number} {bill.period} was paid for nothing"

    def is_accounted_for(self, bill: Bill) -> bool:
        """It has opened cover or was owed for cover, it is on its way back or there, or the desk holds it."""
        if bill.refunded_fen or Refund.objects.filter(bill=bill, state__in=[*UNDER_WAY, "returned", "dropped"]):
            return True
        if bill.basis:
            case = Application.objects.get(number=bill.basis)
            has_cover = CoveragePeriod.objects.filter(opened_by=bill.basis).exists()
            assert has_cover == (case.state == State.COMPLETED)
            return has_cover or case.state == State.APPROVED
        enrollment = bill.enrollment
        is_of_before = enrollment and enrollment.paused_on and bill.period_starts_on < enrollment.paused_on
        return bill.benefit_starts_on is not None or bool(bill.scheme == "310" and is_of_before)

    @invariant()
    def what_always_holds_holds(self) -> None:
        """One question after each step, in turn: what is broken stays so until the end, where all are asked."""
        if hasattr(self, "person"):
            self.steps += 1
            assert INVARIANTS[ASKED[self.steps % len(ASKED)]]() == []

    def teardown(self) -> None:
        try:
            assert {name: found for name in ASKED if (found := INVARIANTS[name]())} == {}
        finally:
            super().teardown()


@pytest.fixture
def booth(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A cashier that lives in the test."""
    with open_booths(monkeypatch):
        yield


@pytest.mark.usefixtures("booth")
def test_whatever_is_done_in_whatever_order() -> None:
    class Here(Watched):
        world = World.create()

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
