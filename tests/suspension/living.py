"""One person's life with the hall as hypothesis plays it: whatever anybody may do, in any order, by services alone."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, ClassVar

import time_machine
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from insured.models import CoveragePeriod, Enrollment
from insured.policy.dates import Month
from insured.services.coverage import lock_enrollment, stop_coverage
from payments.models import Bill, PaymentOrder, Refund
from payments.services import asking, assessment, dropping, giving_back, monthly, orders, refunds, results
from payments.services.lapse import lapse_unpaid
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from portal.transactions import business_transaction
from suspension import items
from suspension.models import Application, ApplicationEvent, TransferLeg
from suspension.policy.transitions import State
from suspension.services import addition, duplicates, effect, filing, legs, refunding, stop, transfer
from suspension.services import refund as claims
from tests import factories
from tests.payments import booth as booths
from tests.payments import receipts
from tests.suspension import cases, returning, transferring
from tests.suspension.living_desk import DETOURS, Decided
from tests.suspension.living_world import World

BEGIN = date(2025, 12, 15)
"""The window of 2026 is open and its cover has not begun: both halves of T2 are a step away."""
TEXT = "按申请人要求办理"


def token() -> str:
    return secrets.token_urlsafe(24)


class Life(Decided):
    """One person of a sequence of days; whatever the rules refuse is passed over.

    A life leaves nothing behind: the next one finds the world as this one did, however many have been before.
    """

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        world = self.world
        self.area, self.there = world.area, world.there
        self.worker, self.neighbour, self.second = world.worker, world.neighbour, world.second
        self.cashiers, self.units, self.agent = world.cashiers, world.units, world.agent
        self.left: dict[int, int] = {}
        """Enrollments that ended with a unit's reduction: pk → the latest event before it."""
        self.steps = 0
        self.rows = transaction.atomic()
        self.rows.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.rows.__exit__(None, None, None)

    @initialize(scheme=st.sampled_from(["310", "390"]), way=st.sampled_from(["", "counter", "online"]))
    def begin(self, scheme: str, way: str) -> None:
        """Covered for this year; with a `way` the bill of the next period is drawn and paid by it at once."""
        self.today = BEGIN
        self.person = (factories.resident if scheme == "390" else factories.flexible)(area=self.area)
        CoveragePeriod.objects.filter(person=self.person, ends_on__isnull=False).update(
            starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31)
        )
        if way:
            self.bills_are_drawn()
            self.pays_at_the_counter(0, 0) if way == "counter" else self.goes_to_the_cashier(0)
            self.the_cashier_says(is_paid=True)

    def has(self, status: str) -> bool:
        """Whether the person has a record like that."""
        return Enrollment.objects.filter(person=self.person, status=status).exists()

    @property
    def account(self) -> User:
        return factories.account_of(self.person)

    def act(self, step: Callable[[], object]) -> None:
        """On the day of the machine; a refusal changes nothing."""
        with time_machine.travel(f"{self.today}T02:00:00Z", tick=False), suppress(BusinessRuleError, StopIteration):
            step()

    def beat(self) -> None:
        """What the clock does by itself."""
        for sweep in (
            asking.query_pending,
            refunds.send_due,
            effect.apply_due_effects,
            effect.void_unpaid,
            lapse_unpaid,
            legs.alarm_late_legs,
            effect.warn_of_corrections,
            effect.close_overdue,
        ):
            self.act(sweep)

    @rule(days=st.integers(1, 120))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)
        self.beat()

    # What the person asks for, and the desk decides.

    @rule(is_decided=st.booleans())
    def stops(self, is_decided: bool) -> None:
        def step() -> None:
            about = stop.stoppable_enrollment(self.account)
            if about is None:
                return
            months = {} if about.scheme == "390" else {"stop_month": self.today.replace(day=1)}
            request = cases.stop_request(contact_phone=self.person.phone, contact_email="", **months)
            draft = stop.save_draft(request, enrollment_id=about.pk, by=self.account)
            filed = stop.submit(enrollment_id=about.pk, revision=draft.revision, token=token(), by=self.account)
            if is_decided:
                self.approve(filed)

        self.act(step)

    @precondition(lambda self: Application.objects.filter(person=self.person, item=items.STOP.code).exists())
    @rule()
    def takes_the_stop_back(self) -> None:
        def step() -> None:
            mine = Application.objects.filter(person=self.person, item=items.STOP.code)
            if waiting := mine.filter(state=State.SUBMITTED).first():
                stop.withdraw(number=waiting.number or "", version=waiting.version, by=self.account)
            elif approved := mine.filter(state=State.APPROVED).first():
                self.approve(cases.cancel_filed(approved))

        self.act(step)

    @precondition(lambda self: self.has(Enrollment.PAUSED))
    @rule(is_paid=st.booleans(), nth=st.integers(0, 2), repaired=st.integers(0, 3), pays_gap=st.booleans())
    def comes_back(self, is_paid: bool, nth: int, repaired: int, pays_gap: bool) -> None:
        def step() -> None:
            paused = list(self.person.enrollments.filter(status=Enrollment.PAUSED, area=self.area).order_by("id"))
            if not paused:
                return
            waiting = returning.approved(
                self.person,
                by=self.worker,
                enrollment=paused[nth % len(paused)],
                contact_phone=self.person.phone,
                repair_years=repaired,
                pays_gap=pays_gap,
            )
            if is_paid and waiting.state == State.APPROVED:
                bill = returning.bill_of(waiting)
                self.counter(bill, paid_on=self.today)

        self.act(step)
        self.act(effect.apply_due_effects)

    @precondition(lambda self: self.has(Enrollment.ACTIVE))
    @rule(is_elsewhere=st.booleans())
    def changes_over_to_a_unit(self, is_elsewhere: bool) -> None:
        """停保 and then 增员, on one day."""
        self.stops(is_decided=True)
        self.joins_a_unit(is_elsewhere)

    @rule(is_elsewhere=st.booleans())
    def joins_a_unit(self, is_elsewhere: bool) -> None:
        newcomer = addition.Newcomer(id_number=self.person.id_number, name=self.person.name, wage_fen=680_000)
        unit = self.units[is_elsewhere]
        self.act(lambda: addition.add(newcomer, employer_id=unit.pk, token=token(), by=self.agent))

    @precondition(lambda self: Enrollment.objects.active().filter(person=self.person, employer__in=self.units).exists())
    @rule()
    def leaves_the_unit(self) -> None:
        """What a unit's reduction does to the register; the reduction itself is not the hall's yet."""

        @business_transaction
        def step() -> None:
            employed = Enrollment.objects.active().filter(person=self.person, employer__in=self.units).first()
            if employed is not None:
                first = self.today.replace(day=1)
                stop_coverage(
                    lock_enrollment(employed.pk),
                    effective_on=first,
                    last_covered_on=first - timedelta(days=1),
                    basis="UNIT",
                )
                self.left[employed.pk] = (
                    ApplicationEvent.objects.order_by("pk").values_list("pk", flat=True).last() or 0
                )

        self.act(step)

    @rule(nth=st.integers(0, 3), is_through=st.booleans(), detour=DETOURS)
    def moves_away(self, nth: int, is_through: bool, detour: str) -> None:
        def step() -> None:
            running = TransferLeg.objects.filter(application__person=self.person, done_at=None).first()
            if running is not None:
                by = self.worker if running.area_id == self.area.pk else self.neighbour
                paper = {"scheme": "310", "months": 20, "spans": ((Month(2023, 11), Month(2025, 6)),)}
                said = paper if running.is_outside else {}
                if is_through:
                    transferring.finished(running.application, running.kind, by=by, **said)
                else:
                    legs.give_up_leg(
                        running.kind, number=running.application.number or "", why=TEXT, token=token(), by=by
                    )
                return
            offers = transfer.offers(self.person, today=self.today)
            offer = offers[nth % len(offers)]
            if offer.about is None:
                return
            source = offer.source
            self.approve(
                transferring.filed(
                    self.person,
                    about=offer.about,
                    contact_phone=self.person.phone,
                    transfer_from_id=source.pk if source else None,
                    transfer_source="" if source else "江苏省昆山市",
                    transfer_target="" if offer.target else "江苏省昆山市",
                ),
                detour=detour,
            )

        self.act(step)

    @precondition(lambda self: bool(duplicates.resolutions_of(self.person, today=self.today)))
    @rule(is_sent=st.booleans())
    def agrees_to_end_a_double_enrolment(self, is_sent: bool) -> None:
        def step() -> None:
            one = next(iter(duplicates.resolutions_of(self.person, today=self.today)))
            draft = duplicates.agree(self.person, record=one.code, by=self.account)
            if not is_sent:
                filing.discard_draft(items.STOP, enrollment_id=draft.enrollment_id, by=self.account)
                return
            request = replace(stop.request_of(draft), contact_phone=self.person.phone or "")
            draft = stop.save_draft(request, enrollment_id=draft.enrollment_id, by=self.account)
            self.approve(
                stop.submit(enrollment_id=draft.enrollment_id, revision=draft.revision, token=token(), by=self.account)
            )

        self.act(step)

    @precondition(lambda self: bool(claims.claims_of(self.person, today=self.today)))
    @rule(nth=st.integers(0, 3), is_honest=st.booleans(), detour=DETOURS)
    def asks_for_money_back(self, nth: int, is_honest: bool, detour: str) -> None:
        """With a cause that counts where there is one, or with any other."""

        def step() -> None:
            mine = claims.claims_of(self.person, today=self.today)
            claim = mine[nth % len(mine)]
            causes = ("joined-310", "joined-390", "double", "employed")
            good = [cause for cause in causes if not claim.refused(cause) and not claim.needs_proof(cause)]
            cause = good[0] if good and is_honest else causes[nth]
            request = refunding.RefundRequest(
                coverage_year=claim.year,
                refund_cause=cause,
                refund_holder=self.person.name,
                refund_bank="示例银行",
                refund_account="6222021199010012345",
                contact_phone=self.person.phone or "",
                contact_email="",
                note="",
                uses_credential=True,
            )
            about = claim.enrollment.pk
            draft = filing.save_draft(refunding.KIND, request, enrollment_id=about, by=self.account)
            for slot in ("bank-card", "refund-proof"):
                draft.attachments.create(slot=slot, name="照片.png", content_type="image/png", size=1, sha256="0" * 64)
            self.approve(
                filing.submit(
                    refunding.KIND, enrollment_id=about, revision=draft.revision, token=token(), by=self.account
                ),
                detour=detour,
            )

        self.act(step)

    # Money.

    @rule()
    def bills_are_drawn(self) -> None:
        def step() -> None:
            monthly.start_due()
            for kind, first in (
                (assessment.RESIDENT, date(self.today.year + (self.today.month >= 9), 1, 1)),
                (assessment.UNIT, self.today.replace(day=1)),
            ):
                with suppress(BusinessRuleError):
                    assessment.start_run(kind=kind, area=self.area, period=first, by=self.cashiers[0])
            assessment.advance_runs()

        self.act(step)

    def counter(self, bill: Bill, *, paid_on: date) -> None:
        """Money at the counter or by transfer: entered by one, confirmed by another."""
        came = receipts.entered(bill, area=bill.area, by=self.cashiers[0], paid_on=paid_on)
        receipts.confirmed(came, by=self.cashiers[1])

    def open_bills(self) -> list[Bill]:
        mine = Bill.objects.payable().filter(person=self.person) | Bill.objects.payable().filter(
            employer__in=self.units, person=None
        )
        return list(mine.order_by("id"))

    @precondition(lambda self: bool(self.open_bills()))
    @rule(nth=st.integers(0, 3), days_ago=st.sampled_from([0, 0, 1, 20]))
    def pays_at_the_counter(self, nth: int, days_ago: int) -> None:
        """A transfer may be written down days after it came."""

        def step() -> None:
            rows = self.open_bills()
            if rows:
                self.counter(rows[nth % len(rows)], paid_on=self.today - timedelta(days=days_ago))

        self.act(step)
        self.act(effect.apply_due_effects)

    @precondition(lambda self: bool(self.open_bills()))
    @rule(nth=st.integers(0, 3))
    def goes_to_the_cashier(self, nth: int) -> None:
        def step() -> None:
            rows = [bill for bill in self.open_bills() if bill.person_id]
            if rows:
                order = booths.opened(rows[nth % len(rows)], by=self.account, key=token())
                orders.start_order(order.number, gateway="alipay", by=self.account)

        self.act(step)

    @precondition(lambda self: PaymentOrder.objects.filter(payer=self.account, gateway="alipay").exists())
    @rule(is_paid=st.booleans())
    def the_cashier_says(self, is_paid: bool) -> None:
        """Of the latest order, whatever became of it: the money may come late, or twice."""

        def step() -> None:
            order = PaymentOrder.objects.filter(payer=self.account, gateway="alipay").order_by("-pk").first()
            if order is None:
                return
            if is_paid:
                paid = booths.paid(order, amount_fen=order.amount_fen)
                results.apply_result(replace(paid, paid_at=clock.now()), gateway="alipay")
            elif order.state == "paying":
                orders.cancel_order(order.number, by=self.account)

        self.act(step)
        self.act(effect.apply_due_effects)

    def refunds(self) -> list[Refund]:
        """Everything that goes back, or went back, to this person."""
        mine = Refund.objects.filter(record__person=self.person) | Refund.objects.filter(order__payer=self.account)
        return list(mine.distinct().order_by("id"))

    @precondition(lambda self: bool(self.refunds()))
    @rule(nth=st.integers(0, 3))
    def finance_goes_on_with_a_refund(self, nth: int) -> None:
        """The plain next step of one that is on its way."""
        rows = [one for one in self.refunds() if one.state in ("asked", "made", "payout")]
        if rows:
            one = rows[nth % len(rows)]
            who = self.cashiers.index(one.made_by) if one.state == "made" and one.made_by in self.cashiers else 0
            action = {"asked": "make", "made": "release", "payout": "pay"}[one.state]
            self.finance_does(action, one=one, who=1 - who)

    @precondition(lambda self: bool(self.refunds()))
    @rule(
        action=st.sampled_from(["make", "release", "pay", "return", "reissue", "drop", "send-back"]),
        nth=st.integers(0, 3),
        who=st.integers(0, 1),
    )
    def finance_moves_a_refund(self, action: str, nth: int, who: int) -> None:
        rows = self.refunds()
        self.finance_does(action, one=rows[nth % len(rows)], who=who)

    def finance_does(self, action: str, *, one: Refund, who: int) -> None:
        """One step at the desk of finance, by one of the two; where it is none, nothing happens."""
        seen: Any = {"version": one.version, "token": token(), "by": self.cashiers[who]}
        account = giving_back.Account(holder="苏文岚", bank="示例银行", number="6222021199010012345")
        steps: dict[str, Callable[[], object]] = {
            "make": lambda: giving_back.make(one.number, **seen),
            "release": lambda: giving_back.release(one.number, **seen),
            "pay": lambda: refunds.confirm_payout(one.number, reference="回单0001", **seen),
            "return": lambda: refunds.take_return(one.number, text=TEXT, **seen),
            "reissue": lambda: giving_back.reissue(one.number, account=account, **seen),
            "drop": lambda: dropping.drop(one.number, text=TEXT, **seen),
            "send-back": lambda: giving_back.send_back(one.number, text=TEXT, **seen),
        }
        self.act(steps[action])
        self.act(refunds.send_due)
        self.act(effect.apply_due_effects)
