"""Stop, cancel, return, unit addition, transfer, payment, double enrolment and time, in any order, as one machine."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from insured.models import CoveragePeriod, EmployerAgent, Enrollment
from payments.models import Bill
from payments.services.bills import pay_bill
from payments.services.lapse import lapse_unpaid
from portal.errors import BusinessRuleError
from suspension import items
from suspension.models import Application, TransferLeg
from suspension.policy.transitions import OPEN_STATES, State
from suspension.services import addition, duplicates, effect, filing, legs, stop
from tests import factories
from tests.suspension import cases, returning, transferring

pytestmark = pytest.mark.django_db
BEGIN = date(2026, 1, 15)
YEARS = (2025, 2026, 2027, 2028, 2029)


class Life(RuleBasedStateMachine):
    """One person of a sequence of days; whatever the rules refuse is passed over."""

    @initialize(scheme=st.sampled_from(["310", "390"]))
    def begin(self, scheme: str) -> None:
        self.today = BEGIN
        self.area = factories.area()
        if not self.area.contributionstandard_set.exists():
            returning.standards(self.area, years=YEARS)
        self.there = transferring.neighbour()
        self.worker = factories.staff(area=self.area)
        self.neighbour = factories.staff(area=self.there)
        self.person = (factories.resident if scheme == "390" else factories.flexible)(area=self.area)
        self.unit = factories.employer(area=self.area, name=f"单位{secrets.token_hex(4)}")
        self.agent = factories.user()
        EmployerAgent.objects.create(user=self.agent, employer=self.unit, starts_on=date(2020, 1, 1))

    def act(self, step: Callable[[], object]) -> None:
        """On the day of the machine; a refusal changes nothing."""
        with time_machine.travel(f"{self.today}T02:00:00Z", tick=False), suppress(BusinessRuleError, StopIteration):
            step()

    @rule(days=st.integers(1, 120))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)
        self.act(effect.apply_due_effects)
        self.act(effect.void_unpaid)
        self.act(lapse_unpaid)
        self.act(legs.alarm_late_legs)

    @rule(is_decided=st.booleans())
    def stops(self, is_decided: bool) -> None:
        def step() -> None:
            about = stop.stoppable_enrollment(factories.account_of(self.person))
            if about is None:
                return
            months = {} if about.scheme == "390" else {"stop_month": self.today.replace(day=1)}
            request = cases.stop_request(contact_phone=self.person.phone, contact_email="", **months)
            by = factories.account_of(self.person)
            draft = stop.save_draft(request, enrollment_id=about.pk, by=by)
            filed = stop.submit(enrollment_id=about.pk, revision=draft.revision, token=secrets.token_urlsafe(24), by=by)
            if is_decided:
                cases.decided(cases.taken(filed, by=self.worker), by=self.worker)

        self.act(step)

    @rule()
    def takes_the_stop_back(self) -> None:
        def step() -> None:
            mine = Application.objects.filter(person=self.person, item=items.STOP.code)
            if waiting := mine.filter(state=State.SUBMITTED).first():
                stop.withdraw(
                    number=waiting.number or "", version=waiting.version, by=factories.account_of(self.person)
                )
            elif approved := mine.filter(state=State.APPROVED).first():
                cases.decided(cases.taken(cases.cancel_filed(approved), by=self.worker), by=self.worker)

        self.act(step)

    @rule(is_paid=st.booleans(), nth=st.integers(0, 2))
    def comes_back(self, is_paid: bool, nth: int) -> None:
        def step() -> None:
            paused = list(self.person.enrollments.filter(status=Enrollment.PAUSED, area=self.area).order_by("id"))
            if not paused:
                return
            waiting = returning.approved(
                self.person, by=self.worker, enrollment=paused[nth % len(paused)], contact_phone=self.person.phone
            )
            if is_paid and waiting.state == State.APPROVED:
                returning.paid(waiting, on=self.today)

        self.act(step)

    @rule()
    def joins_a_unit(self) -> None:
        newcomer = addition.Newcomer(id_number=self.person.id_number, name=self.person.name, wage_fen=680_000)
        token = secrets.token_urlsafe(24)
        self.act(lambda: addition.add(newcomer, employer_id=self.unit.pk, token=token, by=self.agent))

    @rule(is_through=st.booleans())
    def moves_away(self, is_through: bool) -> None:
        def step() -> None:
            old = self.person.enrollments.filter(status=Enrollment.PAUSED, area=self.area).order_by("id").first()
            running = TransferLeg.objects.filter(application__person=self.person, done_at=None).first()
            if running is not None:
                if is_through:
                    transferring.finished(running.application, running.kind, by=self.worker)
                return
            if old is not None:
                transferring.accepted(
                    transferring.filed(self.person, about=old, transfer_from_id=old.pk, transfer_target="江苏省昆山市"),
                    by=self.worker,
                )

        self.act(step)

    @rule()
    def agrees_to_end_a_double_enrolment(self) -> None:
        def step() -> None:
            account = factories.account_of(self.person)
            one = next(iter(duplicates.resolutions_of(self.person, today=self.today)))
            draft = duplicates.agree(self.person, record=one.code, by=account)
            filing.discard_draft(items.STOP, enrollment_id=draft.enrollment_id, by=account)

        self.act(step)

    @rule()
    def pays_what_is_open(self) -> None:
        def step() -> None:
            for bill in Bill.objects.filter(person=self.person, status=Bill.OPEN, due_on__gte=self.today):
                pay_bill(bill, amount_fen=bill.left_fen, paid_on=self.today, way="11")

        self.act(step)

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
    def one_case_at_a_time(self) -> None:
        if not hasattr(self, "person"):
            return
        cases_open = Application.objects.filter(person=self.person, state__in=OPEN_STATES)
        changing = list(cases_open.filter(is_coverage_changing=True).values_list("enrollment_id", flat=True))
        assert len(changing) == len(set(changing))
        moving = Application.objects.filter(person=self.person, item__in=items.LEGGED)
        assert moving.filter(state__in=[*OPEN_STATES, State.APPROVED]).count() <= 1

    @invariant()
    def what_was_paid_covers_or_is_held_for_the_desk(self) -> None:
        if not hasattr(self, "person"):
            return
        for bill in Bill.objects.filter(person=self.person, status=Bill.PAID).exclude(basis=""):
            case = Application.objects.get(number=bill.basis)
            has_cover = CoveragePeriod.objects.filter(opened_by=bill.basis).exists()
            assert has_cover == (case.state == State.COMPLETED)
            assert has_cover or case.state == State.APPROVED


def test_whatever_is_done_in_whatever_order() -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=6, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
