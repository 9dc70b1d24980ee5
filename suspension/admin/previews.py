"""What the applicant would read after a decision, rendered by the code that sends it."""

import copy
from dataclasses import dataclass

from portal import clock
from portal.notifications.services import render
from portal.workdays import add_workdays
from suspension.admin.case import CaseFile
from suspension.policy.transitions import Action
from suspension.services.desk import Decision
from suspension.services.facts import holidays
from suspension.services.workflow import TEMPLATES, message_params

CHANNELS = {"hall": "站内消息", "sms": "短信", "email": "电子邮件"}


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as one channel shows it."""

    channel: str
    title: str
    text: str


def preview_of(case: CaseFile, *, decision: Decision) -> tuple[Preview, ...]:
    """The messages of an open case if it were decided like this now; nothing is written."""
    if case.assessment is None or decision.action not in TEMPLATES:
        return ()
    application = copy.copy(case.application)
    effect, stop = case.assessment.effect, case.assessment.case
    if decision.action in (Action.APPROVE, Action.CONFIRM) and effect is not None:
        application.effective_on, application.last_covered_on = effect.effective_on, effect.last_covered_on
    elif decision.action is Action.RETURN and stop is not None:
        application.returned_fields = list(decision.fields)
        days = stop.rules.correction_working_days
        application.correction_due_on = add_workdays(clock.today(), days=days, overrides=holidays())
    params = message_params(application, reason_code=decision.code, text=decision.text)
    template = f"{application.item}_{TEMPLATES[decision.action]}"
    messages = ((name, render(template, channel=channel, params=params)) for channel, name in CHANNELS.items())
    return tuple(Preview(name, message.title, message.text) for name, message in messages)
