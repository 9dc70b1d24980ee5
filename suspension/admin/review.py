"""The review page of a case: what it shows, the previews, and the looks that are logged."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib import admin, messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from insured.services.disclosure import disclose
from portal import clock
from portal.accounts.adapters import account_of
from portal.accounts.models import User
from portal.audit.services import record_access
from portal.errors import BusinessRuleError, Reason
from portal.help.services.phone import NewCall, note_call
from suspension import labels
from suspension.admin.buttons import counter_actions, next_number, passed_over
from suspension.admin.case import CaseFile, find_case, is_overdue, is_urged, read_case
from suspension.admin.forms import DecisionForm, PhoneNoteForm, RevealForm
from suspension.admin.previews import APPROVALS, Preview, preview_of, silence_of
from suspension.models import Application, Attachment, CannedText
from suspension.policy.transitions import Action
from suspension.services import materials
from suspension.services.desk import DECISIONS, Decision
from suspension.services.reveal import reveal_id

REFUSED = 429
"""A limit of the day is reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a review page shows besides the case."""

    form: DecisionForm | None = None
    reveal_form: RevealForm | None = None
    phone_form: PhoneNoteForm | None = None
    id_number: str = ""
    reasons: tuple[Reason, ...] = ()
    typed: str = ""
    previewed: Action | None = None
    previews: tuple[Preview, ...] = ()
    status: int = 200


@require_safe
def review(request: HttpRequest, number: str) -> HttpResponse:
    """The case with everything that is needed to decide it; looking at it is logged."""
    return review_page(request, case=_case(request, number=number))


@require_POST
def preview(request: HttpRequest, number: str) -> HttpResponse:
    """The page again, with the messages that the chosen decision would send; nothing is decided.

    A script asks for the messages alone (X-Fragment); the look at the case was logged with its page.
    """
    user = account_of(request)
    case = read_case(case_of(number, user=user), user=user)
    form = decision_form(case.application, data=request.POST)
    if "X-Fragment" in request.headers:
        return answer(request, "review_previews.html", fragment_of(case, form=form), status=200)
    if not form.is_valid():
        return review_page(request, case=case, shown=Shown(form=form, status=422))
    decision = form.decision()
    return review_page(
        request,
        case=case,
        shown=Shown(form=form, previewed=decision.action, previews=preview_of(case, decision=decision)),
    )


def fragment_of(case: CaseFile, *, form: DecisionForm) -> dict[str, Any]:
    """The messages of what is chosen so far, or what is still lacking."""
    if not form.is_valid():
        return {"lacking": [error for errors in form.errors.values() for error in errors]}
    decision = form.decision()
    if decision.action in APPROVALS and not (case.assessment and case.assessment.is_green):
        return {"lacking": ["自动核对有未通过项，不能审核通过。"]}
    return {
        "previewed": labels.ACTIONS[decision.action],
        "previews": preview_of(case, decision=decision),
        "silence": silence_of(case, action=decision.action),
        "is_asked": True,
    }


@require_POST
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """The whole ID number, once, in the answer to this request; the log says why."""
    user, form = account_of(request), RevealForm(request.POST)
    application = case_of(number, user=user)
    if not form.is_valid():
        return review_page(request, case=read_case(application, user=user), shown=Shown(reveal_form=form, status=422))
    try:
        found = reveal_id(application, reason=form.cleaned_data["reason"], by=user)
    except BusinessRuleError as error:
        case = read_case(application, user=user)
        return review_page(request, case=case, shown=Shown(reveal_form=form, reasons=error.reasons, status=422))
    return review_page(request, case=read_case(application, user=user), shown=Shown(id_number=found))


@require_POST
def phone_note(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what was said on the phone about this case."""
    user, form = account_of(request), PhoneNoteForm(request.POST, auto_id="phone_%s")
    application = case_of(number, user=user)
    if not form.is_valid():
        return review_page(request, case=read_case(application, user=user), shown=Shown(phone_form=form, status=422))
    address = reverse("admin:suspension_application_review", args=[number])
    call = NewCall(
        subject=number,
        area_code=application.area.code,
        direction=form.cleaned_data["direction"],
        text=form.cleaned_data["text"],
    )
    note_call(call, token=form.cleaned_data["token"], address=address, by=user)
    messages.success(request, "电话记录已保存。")
    return HttpResponseRedirect(f"{address}#talks", status=303)


@require_safe
def material_page(request: HttpRequest, number: str, public_id: str, page: int) -> FileResponse:
    """One page as our worker drew it; the uploaded file itself never reaches the reviewer's browser to be run."""
    attachment = _attachment(request, number=number, public_id=public_id)
    if attachment.state != "ready" or not 1 <= page <= attachment.pages:
        raise Http404
    return _file(materials.page_of(public_id, page=page), content_type="image/png")


@require_safe
def material_original(request: HttpRequest, number: str, public_id: str) -> HttpResponse | FileResponse:
    """The file as it was uploaded, to be saved and not opened here; so many a day."""
    attachment, user = _attachment(request, number=number, public_id=public_id), account_of(request)
    try:
        disclose("download", subject_kind="attachment", subject_id=attachment.pk, reason=number, by=user)
    except BusinessRuleError as error:
        case = read_case(case_of(number, user=user), user=user)
        return review_page(request, case=case, shown=Shown(reasons=error.reasons, status=REFUSED))
    response = _file(
        materials.folder_of(public_id) / "original", content_type=attachment.content_type, name=attachment.name
    )
    response["Content-Security-Policy"] = "sandbox"
    return response


def decision_form(
    application: Application,
    *,
    data: Mapping[str, Any] | None = None,
    initial: dict[str, Any] | None = None,
    has_texts: bool = True,
) -> DecisionForm:
    """The form of a case with the canned texts of its item and area; without `has_texts` nobody chooses one."""
    texts = CannedText.objects.offered_for(item=application.item, area_id=application.area_id) if has_texts else ()
    return DecisionForm(data, initial=initial, item=application.item, texts=texts)


def case_of(number: str, *, user: User) -> Application:
    try:
        return find_case(number, user=user)
    except Application.DoesNotExist:
        raise Http404 from None


def _case(request: HttpRequest, *, number: str) -> CaseFile:
    user = account_of(request)
    return read_case(case_of(number, user=user), user=user)


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


def review_page(request: HttpRequest, *, case: CaseFile, shown: Shown | None = None) -> HttpResponse:
    """The review page; every time it is shown somebody looked at the case."""
    shown = shown or Shown()
    application = case.application
    record_access(user=account_of(request), action="view", subject_kind="application", subject_id=application.pk)
    approval = next((action for action in (Action.APPROVE, Action.CONFIRM) if action in case.actions), None)
    can_approve = case.assessment is not None and case.assessment.is_green and approval is not None
    can_decide = bool(case.actions.intersection(DECISIONS))
    form = shown.form or decision_form(application, initial={"version": application.version}, has_texts=can_decide)
    form.offer(case.actions)
    likely = shown.previewed or approval or Action.APPROVE
    previews = shown.previews
    if shown.previewed is None and can_approve:
        previews = preview_of(case, decision=Decision(action=likely))
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
        "can_decide": can_decide,
        "next_number": "" if can_decide else _next(request, besides=application),
        "has_counter": bool(counter_actions(application, user=account_of(request))),
        "can_return": Action.RETURN in case.actions,
        "can_reject": Action.REJECT in case.actions,
        "is_urged": is_urged(application),
        "form": form,
        "reveal_form": shown.reveal_form or RevealForm(),
        "phone_form": shown.phone_form or PhoneNoteForm(auto_id="phone_%s"),
        "previewed": labels.ACTIONS[likely],
        "previews": previews,
        "silence": silence_of(case, action=likely) if shown.previewed or can_approve else "",
    }
    return answer(request, "review.html", context, status=shown.status)


def _next(request: HttpRequest, *, besides: Application) -> str:
    """The case to go on with; none that this person was refused."""
    return next_number(account_of(request), besides=passed_over(request, besides.number or ""))


def answer(request: HttpRequest, name: str, context: dict[str, Any], *, status: int) -> HttpResponse:
    return TemplateResponse(
        request,
        f"admin/suspension/application/{name}",
        admin.site.each_context(request) | context,
        status=status,
    )
