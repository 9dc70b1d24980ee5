"""The review page of a case and its buttons; each button is one service call."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib import admin, messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from portal import clock
from portal.accounts.adapters import account_of
from portal.accounts.models import User
from portal.audit.services import record_access
from portal.errors import BusinessRuleError, ConflictError, Reason
from suspension import labels
from suspension.admin.case import CaseFile, find_case, is_overdue, is_urged, read_case
from suspension.admin.forms import DecisionForm, RevealForm, VersionForm
from suspension.admin.previews import Preview, preview_of
from suspension.models import Application, Attachment
from suspension.policy.transitions import Action, State
from suspension.services import desk, materials
from suspension.services.desk import DECISIONS, Decision
from suspension.services.reveal import reveal_id
from suspension.services.workflow import TEMPLATES

REFUSED = frozenset(
    {"desk.not-your-area", "desk.own-case", "desk.relatives-case", "desk.colleagues-case", "desk.second-reviewer"}
)
"""Reasons that lie in the person at the desk: answered with 403."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a review page shows besides the case."""

    form: DecisionForm | None = None
    reveal_form: RevealForm | None = None
    id_number: str = ""
    reasons: tuple[Reason, ...] = ()
    typed: str = ""
    previewed: Action | None = None
    previews: tuple[Preview, ...] = ()
    status: int = 200


@require_safe
def review(request: HttpRequest, number: str) -> HttpResponse:
    """The case with everything that is needed to decide it; looking at it is logged."""
    return _page(request, case=_case(request, number=number))


@require_POST
def take(request: HttpRequest, number: str) -> HttpResponse:
    """Put one's name on the case."""
    return _change(request, number=number, service=desk.take, done=Action.TAKE)


@require_POST
def release(request: HttpRequest, number: str) -> HttpResponse:
    """Put the case back into the queue."""
    return _change(request, number=number, service=desk.release, done=Action.RELEASE)


@require_POST
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Approve, return or reject; a repeat of the same form leads to the result of the first."""
    user, form = account_of(request), DecisionForm(request.POST)
    application = _application(number, user=user)
    if not form.is_valid():
        return _page(request, case=read_case(application, user=user), shown=Shown(form=form, status=422))
    decision = form.decision()
    try:
        decided = desk.decide(
            decision,
            number=number,
            version=form.cleaned_data["version"],
            token=form.cleaned_data["token"],
            by=user,
        )
    except BusinessRuleError as error:
        return _refusal(request, number=number, error=error, form=form)
    messages.success(request, _outcome(decided, decision=decision))
    return _to_review(number)


@require_POST
def preview(request: HttpRequest, number: str) -> HttpResponse:
    """The page again, with the messages that the chosen decision would send; nothing is decided."""
    user, form = account_of(request), DecisionForm(request.POST)
    case = read_case(_application(number, user=user), user=user)
    if not form.is_valid():
        return _page(request, case=case, shown=Shown(form=form, status=422))
    decision = form.decision()
    return _page(
        request,
        case=case,
        shown=Shown(form=form, previewed=decision.action, previews=preview_of(case, decision=decision)),
    )


@require_POST
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """The whole ID number, once, in the answer to this request; the log says why."""
    user, form = account_of(request), RevealForm(request.POST)
    application = _application(number, user=user)
    if not form.is_valid():
        return _page(request, case=read_case(application, user=user), shown=Shown(reveal_form=form, status=422))
    try:
        found = reveal_id(application, reason=form.cleaned_data["reason"], by=user)
    except BusinessRuleError as error:
        case = read_case(application, user=user)
        return _page(request, case=case, shown=Shown(reveal_form=form, reasons=error.reasons, status=422))
    return _page(request, case=read_case(application, user=user), shown=Shown(id_number=found))


@require_safe
def material_page(request: HttpRequest, number: str, public_id: str, page: int) -> FileResponse:
    """One page as our worker drew it; the uploaded file itself never reaches the reviewer's browser to be run."""
    attachment = _attachment(request, number=number, public_id=public_id)
    if attachment.state != "ready" or not 1 <= page <= attachment.pages:
        raise Http404
    return _file(materials.page_of(public_id, page=page), content_type="image/png")


@require_safe
def material_original(request: HttpRequest, number: str, public_id: str) -> FileResponse:
    """The file as it was uploaded, to be saved and not opened here."""
    attachment = _attachment(request, number=number, public_id=public_id)
    response = _file(
        materials.folder_of(public_id) / "original", content_type=attachment.content_type, name=attachment.name
    )
    record_access(
        user=account_of(request), action="download", subject_kind="attachment", subject_id=attachment.pk, reason=number
    )
    response["Content-Security-Policy"] = "sandbox"
    return response


def _application(number: str, *, user: User) -> Application:
    try:
        return find_case(number, user=user)
    except Application.DoesNotExist:
        raise Http404 from None


def _case(request: HttpRequest, *, number: str) -> CaseFile:
    user = account_of(request)
    return read_case(_application(number, user=user), user=user)


def _attachment(request: HttpRequest, *, number: str, public_id: str) -> Attachment:
    found = Attachment.objects.in_charge_of(account_of(request)).filter(application__number=number, public_id=public_id)
    if (attachment := found.first()) is None:
        raise Http404
    return attachment


def _file(place: Path, *, content_type: str, name: str = "") -> FileResponse:
    try:
        return FileResponse(place.open("rb"), content_type=content_type, as_attachment=bool(name), filename=name)
    except FileNotFoundError:
        raise Http404 from None


def _to_review(number: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:suspension_application_review", args=[number]), status=303)


def _change(request: HttpRequest, *, number: str, service: Callable[..., Application], done: Action) -> HttpResponse:
    """Take or release, and show the case; a double click by the one who was first is no conflict."""
    user, form = account_of(request), VersionForm(request.POST)
    application = _application(number, user=user)
    if not form.is_valid():
        return _page(request, case=read_case(application, user=user), shown=Shown(status=422))
    try:
        service(number=number, version=form.cleaned_data["version"], by=user)
    except ConflictError as error:
        if done is Action.TAKE and (application.state, application.taken_by_id) == (State.UNDER_REVIEW, user.pk):
            return _to_review(number)
        return _refusal(request, number=number, error=error)
    except BusinessRuleError as error:
        return _refusal(request, number=number, error=error)
    messages.success(request, f"{labels.ACTIONS[done]}成功：{number}。")
    return _to_review(number)


def _refusal(
    request: HttpRequest, *, number: str, error: BusinessRuleError, form: DecisionForm | None = None
) -> HttpResponse:
    """The case as it is now, why nothing was done, and what was typed, ready to be sent for what is shown now."""
    typed = form.cleaned_data["text"] if form else ""
    if any(reason.code in REFUSED for reason in error.reasons):
        context = {"title": "按回避规定不能办理", "number": number, "reasons": error.reasons, "typed": typed}
        return _answer(request, "refused.html", context, status=403)
    case = _case(request, number=number)
    again = None
    if form is not None:
        names = ("action", "fields_to_correct", "code", "text")
        again = DecisionForm(
            initial={name: form.cleaned_data[name] for name in names} | {"version": case.application.version}
        )
    status = 409 if isinstance(error, ConflictError) else 422
    return _page(request, case=case, shown=Shown(form=again, reasons=error.reasons, typed=typed, status=status))


def _page(request: HttpRequest, *, case: CaseFile, shown: Shown | None = None) -> HttpResponse:
    """The review page; every time it is shown somebody looked at the case."""
    shown = shown or Shown()
    application = case.application
    record_access(user=account_of(request), action="view", subject_kind="application", subject_id=application.pk)
    approval = next((action for action in (Action.APPROVE, Action.CONFIRM) if action in case.actions), None)
    can_approve = case.assessment is not None and case.assessment.is_green and approval is not None
    form = shown.form or DecisionForm(initial={"version": application.version})
    form.offer(case.actions)
    context = {
        "title": f"办件 {application.number}",
        "section": "queue",
        "case": case,
        "application": application,
        "person": case.person,
        "state_tone": labels.STATE_TONES.get(application.state, "neutral"),
        "is_overdue": is_overdue(application, today=clock.today()),
        "shown": shown,
        "can_take": Action.TAKE in case.actions,
        "can_release": Action.RELEASE in case.actions,
        "can_decide": bool(case.actions.intersection(DECISIONS)),
        "can_return": Action.RETURN in case.actions,
        "can_reject": Action.REJECT in case.actions,
        "is_urged": is_urged(application),
        "form": form,
        "reveal_form": shown.reveal_form or RevealForm(),
        "previewed": labels.ACTIONS[shown.previewed or approval or Action.APPROVE],
        "previews": shown.previews
        or (preview_of(case, decision=Decision(action=Action.APPROVE)) if can_approve else ()),
    }
    return _answer(request, "review.html", context, status=shown.status)


def _answer(request: HttpRequest, name: str, context: dict[str, Any], *, status: int) -> HttpResponse:
    return TemplateResponse(
        request,
        f"admin/suspension/application/{name}",
        admin.site.each_context(request) | context,
        status=status,
    )


def _outcome(application: Application, *, decision: Decision) -> str:
    """What was done and how the applicant is told; no name and no address, since it travels in a cookie."""
    ways = ["站内消息"] if application.person.user_id else []
    ways += ["短信"] if application.contact_phone else []
    ways += ["电子邮件"] if application.contact_email else []
    if decision.action not in TEMPLATES:
        return f"{labels.ACTIONS[decision.action]}：{application.number}。"
    told = f"已通过{'、'.join(ways)}告知申请人。" if ways else "申请人没有留下联系方式，请另行告知。"
    return f"{labels.ACTIONS[decision.action]}：{application.number}。{told}"
