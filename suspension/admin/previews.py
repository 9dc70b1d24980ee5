"""What the applicant would read after a decision, rendered by the code that sends it."""

import copy
from dataclasses import dataclass

from insured.models import AreaPolicy
from portal import clock, masking
from portal.money import yuan
from portal.notifications.services import render
from portal.workdays import add_workdays
from suspension import items
from suspension.admin.case import CaseFile
from suspension.models import Application
from suspension.policy.planner import Option, pay_by
from suspension.policy.transitions import Action
from suspension.services.desk import Decision
from suspension.services.facts import holidays
from suspension.services.resume import period_of
from suspension.services.workflow import TEMPLATES, message_params

CHANNELS = {"hall": "站内消息", "sms": "短信", "email": "电子邮件"}
APPROVALS = (Action.APPROVE, Action.CONFIRM)


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as one channel shows it."""

    channel: str
    title: str
    text: str


def preview_of(case: CaseFile, *, decision: Decision) -> tuple[Preview, ...]:
    """The messages of an open case if it were decided like this now; nothing is written. Empty where silence_of."""
    if case.assessment is None or silence_of(case, action=decision.action):
        return ()
    application, bill = copy.copy(case.application), dict[str, str | int]()
    effect, plan = case.assessment.effect, case.assessment.plan
    if decision.action in APPROVALS and effect is not None:
        application.effective_on, application.last_covered_on = effect.effective_on, effect.last_covered_on
    elif decision.action in APPROVALS and plan is not None:
        application.effective_on = plan.back.begins_on or clock.today()
        bill = _bill_of(plan, application=application)
    elif decision.action in APPROVALS and (money := case.assessment.money) is not None:
        application.effective_on, application.last_covered_on = money.effective_on, money.last_covered_on
        application.refund_fen = money.amount_fen
    elif decision.action in APPROVALS and case.assessment.is_transfer:
        application.effective_on = clock.today()
    elif decision.action is Action.RETURN:
        rules = AreaPolicy.objects.in_force(area_id=application.area_id, on=clock.today()).as_rules()
        application.returned_fields = list(decision.fields)
        application.correction_due_on = add_workdays(
            clock.today(), days=rules.correction_working_days, overrides=holidays()
        )
    params = message_params(application, reason_code=decision.code, text=masking.mask_text(decision.text)) | bill
    template = f"{items.ITEMS[application.item].template}_{TEMPLATES[decision.action]}"
    messages = ((name, render(template, channel=channel, params=params)) for channel, name in CHANNELS.items())
    return tuple(Preview(name, message.title, message.text) for name, message in messages)


def silence_of(case: CaseFile, *, action: Action) -> str:
    """Why the applicant would hear nothing of this decision; empty when they would."""
    if action is Action.APPROVE and case.assessment is not None and case.assessment.second_review:
        return "先转复核，申请人暂不收到消息。"
    if action is Action.RETURN and not items.ITEMS[case.application.item].is_correctable:
        return "这类申请没有可以补正的内容，不能退回补正。"
    return "" if action in TEMPLATES else "这一步只告知同事，申请人不会收到消息。"


def _bill_of(plan: Option, *, application: Application) -> dict[str, str | int]:
    """The amount and the last day to pay it, as the bill of an approval will say, or that nothing is due."""
    if plan.amount_fen is None:
        return {}
    if period_of(plan) is None:
        return {"is_paid": 1}
    today = clock.today()
    rules = AreaPolicy.objects.in_force(area_id=application.area_id, on=today).as_rules()
    return {
        "amount": yuan(plan.amount_fen),
        "payable_until_on": pay_by(plan, today=today, rules=rules).isoformat(),
        "is_paid": int(not plan.amount_fen),
    }
