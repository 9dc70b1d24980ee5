"""What the rules say today about a case: the automatic checks, the advice, the days of an approval."""

from collections.abc import Sequence
from dataclasses import dataclass

from insured.policy.dates import Month, MonthSpan
from insured.policy.effective import Hole, StopEffect
from insured.services.overview import Span
from portal import clock
from portal.errors import Reason
from portal.templatetags.hall import cn_date
from suspension import items, labels
from suspension.admin.checks import CheckLine, line_of
from suspension.admin.parting import instalment_lines
from suspension.admin.refunding import refund_lines
from suspension.admin.returning import return_lines
from suspension.admin.transferring import transfer_lines
from suspension.models import Application
from suspension.policy.cancel import cancel_checks
from suspension.policy.instalments import Part
from suspension.policy.planner import Option
from suspension.policy.stop import stop_advice, stop_checks
from suspension.services.cancel import facts_of
from suspension.services.duplicates import duplicates_of
from suspension.services.facts import StopCase, read_stop_case
from suspension.services.handling import handling_of, second_review_of
from suspension.services.refunding import Decision, decision_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What the rules say today about a case that lies with the staff; only a stop has days and a hole."""

    checks: tuple[CheckLine, ...]
    advice: tuple[Reason, ...] = ()
    second_review: tuple[Reason, ...] = ()
    case: StopCase | None = None
    effect: StopEffect | None = None
    hole: Hole | None = None
    plan: Option | None = None
    """What a return or an enrolment costs and brings."""
    is_transfer: bool = False
    money: Decision | None = None
    """What a refund ends and gives back."""
    parts: tuple[Part, ...] = ()
    """The plan of instalments, as an approval of today would open it."""

    @property
    def is_green(self) -> bool:
        """Nothing stands in the way of an approval."""
        return all(check.is_ok for check in self.checks)


def assess(application: Application, *, spans: Sequence[Span] | None = None) -> Assessment:
    """The checks with their answers; a stop has days and a hole, too. `spans` as for read_stop_case."""
    if application.refers_to is not None and application.item == items.CANCEL_STOP.code:
        return Assessment(checks=_cancel_lines(application, stop=application.refers_to))
    if application.item == items.INSTALMENTS.code:
        lines, parts = instalment_lines(application)
        return Assessment(checks=lines, parts=parts)
    if items.ITEMS[application.item].is_refund:
        found = decision_of(application, today=clock.today())
        return Assessment(
            checks=refund_lines(application, found=found),
            advice=found.refused,
            second_review=handling_of(application).propose(application, clock.today()).second_review,
            money=found,
        )
    if items.ITEMS[application.item].has_legs:
        return Assessment(checks=transfer_lines(application), is_transfer=True)
    if items.ITEMS[application.item].is_paid:
        lines, plan = return_lines(application)
        return Assessment(checks=lines, plan=plan, advice=_duplicate_advice(application))
    case = read_stop_case(application.enrollment, today=clock.today(), own=application, spans=spans)
    month = Month.of(application.stop_month) if application.stop_month else None
    resume = Month.of(application.resume_month) if application.resume_month else None
    enrollment = application.enrollment
    findings = {
        "active": f"{enrollment.get_scheme_display()}：{enrollment.get_status_display()}",
        "own-account": f"{enrollment.get_category_display()}，参保单位：{enrollment.employer.name}",
        "alive": "没有死亡登记",
        "only-one": "没有其他在办或待生效的停保申请",
        "window": f"本地每月{case.facts.filing_day_from}日至{case.facts.filing_day_to}日受理",
        "resume": f"预计{resume}恢复" if resume else "没有填写预计恢复月",
        "month": f"{MonthSpan(case.months.earliest, case.months.latest)}可选，申请的是{month or '审核通过后尽快'}",
    }
    checks = tuple(
        line_of(check.code, reasons=check.reasons, finding=findings[check.code])
        for check in stop_checks(case.facts, month=month, resume=resume)
    )
    effect = case.effect(month)
    advice = stop_advice(case.facts, reason_code=application.reason_code, month=month)
    if application.reason_code == "duplicate":
        advice = (*advice, *_duplicate_advice(application))
    return Assessment(
        case=case,
        checks=checks,
        advice=advice,
        second_review=second_review_of(application, case=case, effect=effect),
        effect=effect,
        hole=case.hole(effect),
    )


def _duplicate_advice(application: Application) -> tuple[Reason, ...]:
    """Which record stays, and why, where the person is paid for twice."""
    return tuple(reason for one in duplicates_of(application.person, today=clock.today()) for reason in one.reasons)


def _cancel_lines(own: Application, *, stop: Application) -> tuple[CheckLine, ...]:
    facts = facts_of(own)
    findings = {
        "still-approved": f"{stop.number}：{labels.STATES[stop.state]}",
        "in-time": f"停缴生效日：{cn_date(stop.effective_on)}，取消申请日：{cn_date(facts.filed_on)}",
    }
    return tuple(
        line_of(check.code, reasons=check.reasons, finding=findings[check.code]) for check in cancel_checks(facts)
    )
