"""What the staff do: take, release, decide. Each call is one transaction with one outcome, however many try."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from insured.models import AreaPolicy
from portal import clock, masking
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.errors import BusinessRuleError, Reason
from portal.transactions import business_transaction
from portal.workdays import add_workdays
from suspension import items, labels
from suspension.models import Application
from suspension.policy.transitions import Action, Role
from suspension.services.facts import holidays
from suspension.services.handling import handling_of
from suspension.services.standing import check_holder, check_may_handle, has_role
from suspension.services.workflow import Actor, check_version, lock_application, move


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided: a return names fields of labels.CORRECTABLE_IN, a rejection a code of labels.REJECTIONS."""

    action: Action
    fields: tuple[str, ...] = ()
    code: str = ""
    text: str = ""


@business_transaction
def take(*, number: str, version: int, by: User) -> Application:
    """Put one's name on a waiting case; ConflictError when somebody was first."""
    application = lock_application(number)
    check_version(application, version=version)
    check_may_handle(application, by=by, role=Role.CASEWORKER, on=clock.today())
    move(application, action=Action.TAKE, by=Actor(by, Role.CASEWORKER), taken_by=by, taken_at=clock.now())
    return application


@business_transaction
def release(*, number: str, version: int, by: User) -> Application:
    """Put a case back into the queue: whoever took it, or a supervisor of the area."""
    application = lock_application(number)
    check_version(application, version=version)
    role = Role.CASEWORKER
    if application.taken_by_id != by.pk and has_role(application, by=by, role=Role.SUPERVISOR, on=clock.today()):
        role = Role.SUPERVISOR
    else:
        check_holder(application, by=by)
    move(application, action=Action.RELEASE, by=Actor(by, role), taken_by=None, taken_at=None)
    return application


@business_transaction
def decide(decision: Decision, *, number: str, version: int, token: str, by: User) -> Application:
    """Approve, return, reject, refer, or (as a reviewer) confirm or send back.

    An approval that one person may not give alone (policy.desk.needs_second_review) refers the case instead.
    The rules are asked again under the lock; an effect that is due is written at once. AlreadyDone when this form was
    sent before, ConflictError when the case moved since the page was shown, BusinessRuleError when the rules or the
    four-eyes principle forbid it.
    """
    if (step := DECISIONS.get(decision.action)) is None:
        raise ValueError(f"{decision.action} is no decision")
    use_form_token(token, address=reverse("admin:suspension_application_review", args=[number]))
    today = clock.today()
    application = lock_application(number)
    check_version(application, version=version)
    if decision.action in SECOND_DECISIONS:
        if application.taken_by_id == by.pk:
            raise BusinessRuleError(Reason("desk.second-reviewer"))
        check_may_handle(application, by=by, role=Role.REVIEWER, on=today)
    else:
        check_holder(application, by=by)
        check_may_handle(application, by=by, role=Role.CASEWORKER, on=today)
    step(application, decision, by, today)
    return application


def _approve(application: Application, decision: Decision, by: User, today: date) -> None:
    handling = handling_of(application)
    proposal = handling.propose(application, today)
    if proposal.reasons:
        raise BusinessRuleError(*proposal.reasons)
    if decision.action is Action.APPROVE and proposal.second_review:
        _refer(application, decision, by, today, code=proposal.second_review[0].code)
        return
    handling.prepare(application, today)
    move(
        application,
        action=decision.action,
        by=Actor(by, Role.REVIEWER if decision.action is Action.CONFIRM else Role.CASEWORKER),
        text=decision.text,
        effective_on=proposal.effective_on,
        last_covered_on=proposal.last_covered_on,
        **_decided(by, decision=decision),
    )
    if handling.is_due(application, today):
        handling.write(application, is_silent=True)


def _return(application: Application, decision: Decision, by: User, today: date) -> None:
    if not items.ITEMS[application.item].is_correctable:
        raise BusinessRuleError(Reason("desk.not-correctable"))
    if not decision.fields or not set(decision.fields) <= labels.CORRECTABLE_IN[application.item].keys():
        raise BusinessRuleError(Reason("desk.fields-needed"))
    if not decision.text:
        raise BusinessRuleError(Reason("desk.reason-needed"))
    rules = AreaPolicy.objects.in_force(area_id=application.area_id, on=today).as_rules()
    move(
        application,
        action=Action.RETURN,
        by=Actor(by, Role.CASEWORKER),
        text=decision.text,
        returned_fields=list(decision.fields),
        correction_due_on=add_workdays(today, days=rules.correction_working_days, overrides=holidays()),
        warned_at=None,
        **_decided(by, decision=decision),
    )


def _reject(application: Application, decision: Decision, by: User, _today: date) -> None:
    if decision.code not in labels.REJECTIONS or not decision.text:
        raise BusinessRuleError(Reason("desk.reason-needed"))
    move(
        application,
        action=Action.REJECT,
        by=Actor(by, Role.CASEWORKER),
        code=decision.code,
        text=decision.text,
        **_decided(by, decision=decision),
    )


def _refer(application: Application, decision: Decision, by: User, _today: date, code: str = "") -> None:
    move(application, action=Action.REFER, by=Actor(by, Role.CASEWORKER), code=code, text=decision.text)


def _send_back(application: Application, decision: Decision, by: User, _today: date) -> None:
    if not decision.text:
        raise BusinessRuleError(Reason("desk.reason-needed"))
    move(application, action=Action.SEND_BACK, by=Actor(by, Role.REVIEWER), text=decision.text)


DECISIONS: dict[Action, Callable[[Application, Decision, User, date], None]] = {
    Action.APPROVE: _approve,
    Action.RETURN: _return,
    Action.REJECT: _reject,
    Action.REFER: _refer,
    Action.CONFIRM: _approve,
    Action.SEND_BACK: _send_back,
}
SECOND_DECISIONS = frozenset({Action.CONFIRM, Action.SEND_BACK})
"""Taken by a reviewer, and never by the caseworker who referred the case."""


def _decided(by: User, *, decision: Decision) -> dict[str, Any]:
    return {
        "decided_by": by,
        "decided_at": clock.now(),
        "decision_code": decision.code,
        "decision_text": masking.mask_text(decision.text),
    }
