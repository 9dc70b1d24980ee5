"""停缴 after the notice: form and check. Each view makes one service call at most and redirects."""

import secrets
from dataclasses import fields
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from insured.adapters import acting_person
from insured.models import InsuredPerson
from insured.policy.dates import Month
from payments.services.settling import arrears_of
from portal import clock
from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.workdays import add_workdays
from suspension import items
from suspension.forms import OutlookForm, StopForm
from suspension.forms.applying import ApplicationForm
from suspension.items import Item
from suspension.models import Application, Attachment
from suspension.policy.stop import check_complete, check_may_draft, check_resume_month, stop_advice
from suspension.policy.transitions import State
from suspension.services import materials, stop
from suspension.services.contacts import unproven
from suspension.services.facts import StopCase, holidays, read_stop_case
from suspension.services.stop import StopRequest


def count_in(request: HttpRequest, name: str) -> int:
    """A version or revision the page was made from; 0, which never matches, when it is missing or garbled."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def check_same_person(request: HttpRequest, person: InsuredPerson) -> None:
    """ConflictError when the page was made for somebody else: whom one acts for has changed in another window."""
    if request.POST.get("person", person.number) != person.number:
        raise ConflictError(Reason("case.other-person"))


def case_of(request: HttpRequest) -> StopCase | None:
    """The enrollment that this person, or the relative acted for, may have stopped, with what the rules need."""
    enrollment = stop.stoppable_enrollment(account_of(request), of=acting_person(request))
    return read_stop_case(enrollment, today=clock.today()) if enrollment else None


def draft_of(request: HttpRequest, item: Item = items.STOP) -> Application | None:
    """What was kept of this item and not sent, of this person or of the relative acted for."""
    of = acting_person(request)
    mine = Application.objects.filter(person=of) if of else Application.objects.about(account_of(request))
    return mine.filter(item=item.code, state=State.DRAFT).first()


def page_of(case: StopCase, **more: Any) -> dict[str, Any]:
    """What every page about this stop shows."""
    enrollment = case.enrollment
    title = items.STOP.title_for(enrollment.scheme, is_through_unit=enrollment.is_through_unit)
    return {
        "case": case,
        "enrollment": enrollment,
        "person": enrollment.person,
        "item_title": title,
        "arrears": arrears_of(enrollment, today=case.today),
    } | more


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest) -> HttpResponse:
    """The application form; what was typed is kept as a draft."""
    case = case_of(request)
    if case is None:
        return redirect("stop")
    check_same_person(request, case.enrollment.person)
    refused = check_may_draft(case.facts)
    draft = draft_of(request)
    if request.method != "POST":
        if refused:
            return redirect("stop")
        initial = _initial(request, case=case, draft=draft)
        return _show_form(request, case=case, draft=draft, form=StopForm(initial=initial, case=case))
    filled = StopForm(
        request.POST, request.FILES, case=case, is_put_aside=bool({"save", "upload"} & request.POST.keys())
    )
    if refused or not filled.is_valid():
        return _show_form(request, case=case, draft=draft, form=filled, reasons=refused, status=422)
    asked = filled.request()
    draft = stop.save_draft(asked, enrollment_id=case.enrollment.pk, by=account_of(request))
    if reasons := (*_resume_refused(asked, case=case), *take_in(filled, application=draft)):
        return _show_form(request, case=case, draft=draft, form=filled, reasons=reasons, status=422)
    if not filled.is_put_aside and (lacks := stop.lacking(asked, draft, case=case)):
        return _show_form(request, case=case, draft=draft, form=filled, reasons=lacks, status=422)
    if "save" in request.POST:
        return redirect(f"{reverse('stop_form')}?saved=1")
    return redirect("stop_form" if "upload" in request.POST else "stop_check")


def _resume_refused(asked: StopRequest, *, case: StopCase) -> tuple[Reason, ...]:
    """Told at once and not only when the draft is sent."""
    month = Month.of(asked.stop_month) if asked.stop_month else None
    resume = Month.of(asked.resume_month) if asked.resume_month else None
    return check_resume_month(resume, month=month, facts=case.facts)


def take_in(form: ApplicationForm, *, application: Application) -> tuple[Reason, ...]:
    """Keep the uploaded files, and say why the others cannot be kept."""
    refused: list[Reason] = []
    for slot, file in form.files_by_slot():
        try:
            materials.attach(materials.read_upload(file), slot=slot, application_id=application.pk)
        except BusinessRuleError as error:
            refused += error.reasons
    return tuple(refused)


def _initial(request: HttpRequest, *, case: StopCase, draft: Application | None) -> dict[str, Any]:
    """The draft, or what is known of the person; the months that were chosen on the notice come before either."""
    chosen = {name: request.GET[name] for name in OutlookForm.base_fields if name in request.GET}
    if draft is None:
        person = case.enrollment.person
        month = "" if case.months.is_optional else Month.of(case.today).iso()
        own = account_of(request) if acting_person(request) else person
        return {"contact_phone": own.phone or "", "contact_email": own.email or "", "stop_month": month} | chosen
    return initial_of(stop.request_of(draft)) | chosen


def initial_of(asked: StopRequest) -> dict[str, Any]:
    """What was asked for, as the form shows it."""
    values = {field.name: getattr(asked, field.name) for field in fields(asked)}
    months = {name: values[name] for name in ("stop_month", "resume_month")}
    return values | {name: Month.of(day).iso() if day else "" for name, day in months.items()}


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
    context = page_of(
        case,
        form=form,
        file_fields=form.file_fields(),
        reasons=reasons,
        draft=draft,
        attachments=attachments,
        is_saved="saved" in request.GET and draft is not None,
    )
    return render(request, "suspension/stop_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """核对信息: everything once more, and 确认停缴."""
    if request.method == "POST":
        return _submit(request)
    case, draft = case_of(request), draft_of(request)
    if case is None or draft is None:
        return redirect("stop")
    asked = stop.request_of(draft)
    if check_complete(reason_code=asked.reason_code, contact_phone=asked.contact_phone) or stop.lacking(
        asked, draft, case=case
    ):
        return redirect("stop_form")
    return _show_check(request, case=case, draft=draft)


def _submit(request: HttpRequest) -> HttpResponse:
    enrollment = stop.stoppable_enrollment(account_of(request), of=acting_person(request))
    if enrollment is None:
        return redirect("stop")
    check_same_person(request, enrollment.person)
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
        draft = draft_of(request)
        if draft is None:
            raise
        case = read_stop_case(enrollment, today=clock.today())
        return _show_check(request, case=case, draft=draft, reasons=error.reasons, status=422)
    return redirect("application_submitted", number=application.number)


def _show_check(
    request: HttpRequest, *, case: StopCase, draft: Application, reasons: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    month = Month.of(draft.stop_month) if draft.stop_month else None
    context = page_of(
        case,
        draft=draft,
        reasons=reasons,
        reason_label=case.offer.reasons.get(draft.reason_code, ""),
        effect=case.effect(month),
        refund=case.refund(month),
        advice=stop_advice(case.facts, reason_code=draft.reason_code, month=month),
        attachments=Attachment.objects.kept().filter(application=draft).order_by("id"),
        due_on=add_workdays(case.today, days=case.rules.promised_working_days, overrides=holidays()),
        unproven={one.channel for one in unproven(draft, by=account_of(request))},
        token=secrets.token_urlsafe(24),
    )
    return render(request, "suspension/stop_check.html", context, status=status)


@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Throw the draft away."""
    if draft := draft_of(request):
        check_same_person(request, draft.person)
        stop.discard_draft(enrollment_id=draft.enrollment_id, by=account_of(request))
    return redirect("stop")


@require_POST
def remove_material(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take one file out of the draft."""
    if draft := draft_of(request):
        materials.remove(public_id, application_id=draft.pk)
    return redirect("stop_form")
