"""我的申请: the list, one application with its timeline, withdrawing, one's own materials."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from payments.labels import REFUND_STEPS
from payments.services.settling import Settlement
from portal import clock
from portal.accounts.adapters import account_of
from portal.errors import Reason
from portal.templatetags.hall import cn_date
from suspension import items, labels
from suspension.models import Application, ApplicationEvent, Attachment, TransferLeg
from suspension.policy.transfer import Combined, Leg, TransferFacts
from suspension.policy.transitions import Action, Role, State, actions
from suspension.services import filing, instalments, materials, refunding, resume, transfer
from suspension.services.aftercare import (
    CAN_BEGIN_AGAIN,
    DECIDED_WELL,
    WITH_STAFF,
    follow_ups,
    may_urge_again,
    money_outlook,
    settlement_after,
    takes_files_along,
)
from suspension.services.cancel import can_be_cancelled, waiting_cancel
from suspension.services.kinds import KINDS
from suspension.services.receipt import sheet_of
from suspension.services.workflow import reimbursed_from
from suspension.views.stop import count_in

PER_PAGE = 20
STAGES = {
    State.SUBMITTED: 2,
    State.UNDER_REVIEW: 3,
    State.SECOND_REVIEW: 3,
    State.RETURNED: 3,
    State.APPROVED: 4,
    State.COMPLETED: 5,
}
"""How far the row of steps has come; a case that ended otherwise shows no such row."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something that remains to be done after the approval."""

    code: str
    text: str
    is_done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What an approved stop brings with it, and whether it can still be taken back."""

    money: Reason
    settlement: Settlement
    follow_ups: tuple[FollowUp, ...]
    cancel: Application | None
    can_be_cancelled: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the timeline; `at` is None while it is not done."""

    title: str
    at: datetime | None
    text: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferProgress:
    """Both sides of a transfer, their steps with the day each is due, and what the months come to."""

    facts: TransferFacts
    legs: tuple[Step, ...]
    combined: Combined | None


@require_safe
def my_applications(request: HttpRequest) -> HttpResponse:
    """One's applications, newest first."""
    mine = (
        Application.objects.visible_to(account_of(request))
        .submitted()
        .select_related("person")
        .defer("person__id_number", "person__phone", "contact_phone")
        .order_by("-id")
    )
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "suspension/my_applications.html", {"page": page})


def own_application(request: HttpRequest, number: str) -> Application:
    """Only one's own; anybody else's is not there."""
    mine = Application.objects.visible_to(account_of(request)).submitted()
    return get_object_or_404(
        mine.select_related("person", "enrollment__employer", "area", "refers_to"), number=number.upper()
    )


def page_of(application: Application, **more: Any) -> dict[str, Any]:
    """What every page about an application shows."""
    enrollment = application.enrollment
    return {
        "application": application,
        "item_title": items.ITEMS[application.item].title_for(
            enrollment.scheme, is_through_unit=enrollment.is_through_unit
        ),
        "is_stop": application.item == items.STOP.code,
        "is_return": items.ITEMS[application.item].is_paid,
        "is_transfer": application.item == items.TRANSFER.code,
        "is_refund": items.ITEMS[application.item].is_refund,
        "is_instalments": application.item == items.INSTALMENTS.code,
        "reason_label": labels.STOP_REASONS.get(application.reason_code, ""),
        "sheet": sheet_of(application),
        "to_correct": [labels.CORRECTABLE[name] for name in application.returned_fields],
        "decision": _sentence(labels.REJECTIONS.get(application.decision_code, ""), application.decision_text),
        "actions": actions(application.state, role=Role.APPLICANT),
        "is_overdue": application.state in WITH_STAFF
        and application.due_on is not None
        and application.due_on < clock.today(),
    } | more


def _sentence(*parts: str) -> str:
    return "；".join(part for part in parts if part)


@require_safe
def submitted(request: HttpRequest, number: str) -> HttpResponse:
    """The confirmation, at an address of its own."""
    return render(request, "suspension/submitted.html", page_of(own_application(request, number)))


@require_safe
def application(request: HttpRequest, number: str) -> HttpResponse:
    """One application: where it stands, what can be done, what happened."""
    found = own_application(request, number)
    context = page_of(
        found,
        stage=STAGES.get(State(found.state)),
        steps=[_step(event) for event in found.events.order_by("version")],
        attachments=Attachment.objects.kept().filter(application=found).order_by("id"),
        takes_files_along=takes_files_along(found),
        can_begin_again=found.state in CAN_BEGIN_AGAIN and found.item in KINDS,
        bill=resume.bill_of(found) if items.ITEMS[found.item].is_paid else None,
        reimbursed_from=reimbursed_from(found) if items.ITEMS[found.item].is_paid else None,
        today=clock.today(),
        result=_result(found) if found.state in DECIDED_WELL and found.item == items.STOP.code else None,
    )
    if context["is_instalments"]:
        context["plan"] = instalments.rows_of(found.number or "", today=clock.today())
    if context["is_refund"]:
        context |= {
            "refunds": [(REFUND_STEPS.get(one.state, ""), one) for one in refunding.refunds_of(found)],
            "not_refunded": refunding.refused_of(found),
        }
    if context["is_transfer"]:
        context["transfer"] = progress_of(found)
    context["can_urge"] = context["is_overdue"] and may_urge_again(found)
    return render(request, "suspension/application.html", context)


def _result(found: Application) -> Result:
    done = set(found.done_steps)
    waiting = waiting_cancel(found)
    return Result(
        money=money_outlook(found),
        settlement=settlement_after(found),
        follow_ups=tuple(FollowUp(code, text, code in done) for code, text in follow_ups(found).items()),
        cancel=waiting,
        can_be_cancelled=waiting is None and can_be_cancelled(found, today=clock.today()),
    )


def progress_of(found: Application) -> TransferProgress:
    """What the person sees of a transfer."""
    today = clock.today()
    legs = list(found.legs.order_by("id"))
    out = next((leg for leg in legs if leg.kind == Leg.OUT), None)
    is_done = found.state == State.COMPLETED
    return TransferProgress(
        facts=transfer.facts_of(found, today=today),
        legs=tuple(_leg_step(leg) for leg in legs),
        combined=transfer.combined_of(found, out=out, today=today) if out and is_done else None,
    )


def _leg_step(leg: TransferLeg) -> Step:
    title = f"{labels.LEGS[leg.kind]}：{leg.place}"
    if leg.done_at is not None:
        return Step(title, leg.done_at, f"已办完。{labels.LEG_WORK[leg.kind]}。", "ok")
    is_late = leg.due_on < clock.today()
    due = f"最晚{cn_date(leg.due_on)}办完" + ("，已经超过时限，请拨打 12393 催办。" if is_late else "。")
    return Step(title, None, f"{labels.LEG_WORK[leg.kind]}，{due}", "bad" if is_late else "now")


def _step(event: ApplicationEvent) -> Step:
    reason = labels.REJECTIONS.get(event.reason_code) or labels.REASONS.get(event.reason_code, "")
    is_for_staff = event.action in (Action.REFER, Action.SEND_BACK)
    text = _sentence(reason, "" if is_for_staff else event.text)
    is_counter = event.application.channel == "window" and event.actor_id == event.application.applicant_id
    by_whom = "（由窗口工作人员录入）" if is_counter else "（由家人代办）"
    title = labels.ACTIONS[event.action] + (by_whom if event.acted_for_id else "")
    return Step(title, event.at, text, labels.STATE_TONES.get(event.to_state, ""))


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """撤销申请, while nobody has taken it: asked once more before it is done."""
    found = own_application(request, number)
    if request.method != "POST":
        if Action.WITHDRAW not in actions(found.state, role=Role.APPLICANT):
            return redirect("application", number=found.number)
        return render(request, "suspension/withdraw.html", page_of(found))
    filing.withdraw(number=found.number or "", version=count_in(request, "version"), by=account_of(request))
    return redirect("application", number=found.number)


@require_safe
def material(request: HttpRequest, public_id: str, page: int) -> FileResponse:
    """One rendered page of one's own material."""
    mine = Attachment.objects.visible_to(account_of(request))
    attachment = get_object_or_404(mine, public_id=public_id, state="ready")
    if not 1 <= page <= attachment.pages:
        raise Http404
    return FileResponse(materials.page_of(public_id, page=page).open("rb"), content_type="image/png")
