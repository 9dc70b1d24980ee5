"""停缴, page by page: notice, form, check. Each view makes one service call at most and redirects."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insured.policy.dates import Month
from insured.policy.waiting import Waiting
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.workdays import add_workdays
from suspension import items, labels
from suspension.forms import StopForm
from suspension.models import Application, Attachment
from suspension.policy.stop import check_may_start
from suspension.policy.transitions import State
from suspension.services import materials, stop
from suspension.services.facts import StopCase, holidays, read_stop_case

GAP_YEARS = (0, 1, 2, 4)
"""The absences the notice calculates through."""


@dataclass(frozen=True, slots=True)
class Return:
    """One row of "if I come back": after how many skipped years, and what then."""

    gap_years: int
    waiting: Waiting


def account_of(request: HttpRequest) -> User:
    """Who is logged in; the middleware lets nobody else in here."""
    if not isinstance(request.user, User):
        raise TypeError("log-in is required")
    return request.user


def count_in(request: HttpRequest, name: str) -> int:
    """A version or revision the page was made from; 0, which never matches, when it is missing or garbled."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _case(request: HttpRequest) -> StopCase | None:
    enrollment = stop.stoppable_enrollment(account_of(request))
    return read_stop_case(enrollment, today=clock.today()) if enrollment else None


def _draft(request: HttpRequest) -> Application | None:
    mine = Application.objects.visible_to(account_of(request))
    return mine.filter(item=items.STOP.code, state=State.DRAFT).first()


def _page(case: StopCase, **more: Any) -> dict[str, Any]:
    enrollment = case.enrollment
    title = items.STOP.title_for(enrollment.scheme, is_through_unit=enrollment.is_through_unit)
    return {"case": case, "enrollment": enrollment, "person": enrollment.person, "item_title": title} | more


@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """What will happen to this person, with every number's reason, before anything is asked."""
    case = _case(request)
    if case is None:
        return render(request, "suspension/no_enrollment.html")
    effect = case.effect(None if case.months.is_optional else Month.of(case.today))
    returns = [Return(gap, waiting) for gap in GAP_YEARS if (waiting := case.waiting(effect, gap_years=gap))]
    context = _page(
        case,
        reasons=check_may_start(case.facts),
        effect=effect,
        hole=case.hole(effect) if case.scheme == "390" else None,
        interruption=case.interruption(effect),
        returns=returns,
        due_on=add_workdays(case.today, days=case.rules.promised_working_days, overrides=holidays()),
        draft=_draft(request),
    )
    return render(request, "suspension/stop_notice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest) -> HttpResponse:
    """The application form; what was typed is kept as a draft."""
    case = _case(request)
    if case is None or check_may_start(case.facts):
        return redirect("stop")
    draft = _draft(request)
    if request.method != "POST":
        return _show_form(
            request, case=case, draft=draft, form=StopForm(initial=_initial(case, draft=draft), case=case)
        )
    filled = StopForm(request.POST, request.FILES, case=case)
    if not filled.is_valid():
        return _show_form(request, case=case, draft=draft, form=filled, status=422)
    draft = stop.save_draft(filled.request(), enrollment_id=case.enrollment.pk, by=account_of(request))
    if reasons := take_in(filled, application=draft):
        return _show_form(request, case=case, draft=draft, form=filled, reasons=reasons, status=422)
    return redirect("stop_form" if "upload" in request.POST else "stop_check")


def take_in(form: StopForm, *, application: Application) -> tuple[Reason, ...]:
    """Keep the uploaded file, or say why it cannot be kept."""
    file = form.cleaned_data.get("material")
    if not file:
        return ()
    try:
        upload = materials.read_upload(file)
        materials.attach(upload, slot=form.cleaned_data.get("slot") or "other", application_id=application.pk)
    except BusinessRuleError as error:
        return error.reasons
    return ()


def _initial(case: StopCase, *, draft: Application | None) -> dict[str, Any]:
    if draft is None:
        person = case.enrollment.person
        month = "" if case.months.is_optional else Month.of(case.today).iso()
        return {"contact_phone": person.phone or "", "contact_email": person.email, "stop_month": month}
    request = stop.request_of(draft)
    month = Month.of(request.stop_month).iso() if request.stop_month else ""
    return {name: getattr(request, name) for name in request.__dataclass_fields__} | {"stop_month": month}


def _show_form(
    request: HttpRequest,
    *,
    case: StopCase,
    draft: Application | None,
    form: StopForm,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    attachments = Attachment.objects.kept().filter(application=draft).order_by("id") if draft else ()
    context = _page(case, form=form, reasons=reasons, draft=draft, attachments=attachments)
    return render(request, "suspension/stop_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """核对信息: everything once more, and 确认停缴."""
    if request.method == "POST":
        return _submit(request)
    case, draft = _case(request), _draft(request)
    if case is None or draft is None:
        return redirect("stop")
    return _show_check(request, case=case, draft=draft)


def _submit(request: HttpRequest) -> HttpResponse:
    enrollment = stop.stoppable_enrollment(account_of(request))
    if enrollment is None:
        return redirect("stop")
    try:
        application = stop.submit(
            enrollment_id=enrollment.pk,
            revision=count_in(request, "revision"),
            token=request.POST.get("token", ""),
            by=account_of(request),
        )
    except ConflictError:
        raise
    except BusinessRuleError as error:
        draft = _draft(request)
        if draft is None:
            raise
        case = read_stop_case(enrollment, today=clock.today())
        return _show_check(request, case=case, draft=draft, reasons=error.reasons, status=422)
    return redirect("application_submitted", number=application.number)


def _show_check(
    request: HttpRequest, *, case: StopCase, draft: Application, reasons: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    context = _page(
        case,
        draft=draft,
        reasons=reasons,
        reason_label=labels.STOP_REASONS[draft.reason_code],
        effect=case.effect(Month.of(draft.stop_month) if draft.stop_month else None),
        attachments=Attachment.objects.kept().filter(application=draft).order_by("id"),
        due_on=add_workdays(case.today, days=case.rules.promised_working_days, overrides=holidays()),
        token=secrets.token_urlsafe(24),
    )
    return render(request, "suspension/stop_check.html", context, status=status)


@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Throw the draft away."""
    if draft := _draft(request):
        stop.discard_draft(enrollment_id=draft.enrollment_id, by=account_of(request))
    return redirect("stop")


@require_POST
def remove_material(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take one file out of the draft."""
    if draft := _draft(request):
        materials.remove(public_id, application_id=draft.pk)
    return redirect("stop_form")
