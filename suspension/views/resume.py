"""恢复参保 and 参保登记: planner, form and check. Each view makes one service call at most and redirects."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insured.adapters import acting_person
from insured.models import Enrollment, InsuredPerson
from portal import clock
from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.templatetags.hall import cn_date
from portal.workdays import add_workdays
from suspension import items, labels
from suspension.forms import PlannerForm, ResumeForm
from suspension.forms.resume import initial_of, way_code, ways_open
from suspension.items import Item
from suspension.models import Application, Attachment
from suspension.policy.planner import Option, years_on
from suspension.policy.resume import check_resume
from suspension.services import filing, materials, resume
from suspension.services.comeback import ResumeCase, case_for, record_code
from suspension.services.contacts import unproven
from suspension.services.facts import holidays
from suspension.services.offers import slots_of
from suspension.views.stop import check_same_person, count_in, draft_of, take_in


def case_of(request: HttpRequest, item: Item) -> ResumeCase | None:
    """The return, or the enrolment, of this person or of the relative acted for."""
    person = acting_person(request) or InsuredPerson.objects.visible_to(account_of(request)).first()
    if person is None:
        return None
    record, draft = request.GET.get("record", ""), None if item.scheme else draft_of(request, item)
    about_id = draft.enrollment_id if draft else None
    return case_for(person, item=item, today=clock.today(), record=record, about_id=about_id)


def _choice_of(case: ResumeCase) -> tuple[str, list[tuple[str, str, bool]]]:
    """The record that is shown, as its address says it, and every one to choose from: its code, name, whether shown."""
    if len(case.records) < 2 or case.enrollment is None:
        return "", []
    chosen = record_code(case.enrollment)
    return chosen, [(record_code(one), _record_name(one), record_code(one) == chosen) for one in case.records]


def _record_name(one: Enrollment) -> str:
    since = f"，{cn_date(one.paused_on)}起暂停" if one.paused_on else ""
    return f"{one.area.name}，{one.get_scheme_display()}（{one.get_category_display()}{since}）"


def page_of(case: ResumeCase, **more: Any) -> dict[str, Any]:
    """What every page of this journey shows."""
    item = case.item
    addresses = {step: f"{item.page}_{step}" for step in ("form", "check", "discard", "contact")}
    return {
        "case": case,
        "item": item,
        "item_title": case.title,
        "person": case.person,
        "start_url": item.page,
        "urls": addresses,
    } | more


@require_safe
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """恢复参保测算: whether, how much and from when, for the payment day that was chosen; nothing is asked for yet."""
    item = items.ITEMS[code]
    case = case_of(request, item)
    if case is None:
        reason = Reason("resume.never-joined")
        return render(
            request, "suspension/resume_none.html", {"item": item, "item_title": item.title, "reason": reason}
        )
    form = _planner(request, case=case)
    wish = form.wish() if form.is_valid() else None
    chosen = case.option(wish) if wish else None
    reasons = check_resume(case.facts, chosen=None)
    record, records = _choice_of(case)
    context = page_of(
        case,
        record=record,
        records=records,
        form=form,
        wish=wish,
        chosen=chosen,
        ways=[(way_code(one), labels.COMEBACKS[one.code], one) for one in case.options(wish)] if wish else [],
        can_choose=bool(wish and wish.paid_on == case.today and not reasons),
        reasons=reasons,
        can_start=not reasons and bool(ways_open(case)),
        carried=_carried(request, case=case, chosen=chosen),
        draft=draft_of(request, item),
    )
    return render(request, "suspension/resume_notice.html", context)


def _carried(request: HttpRequest, *, case: ResumeCase, chosen: Option | None) -> str:
    """The way somebody has reckoned with goes on to the form, where it can be chosen today."""
    if chosen is None or not {"coverage_year", "repair_years"} & request.GET.keys():
        return ""
    return way_code(chosen) if way_code(chosen) in map(way_code, ways_open(case)) else ""


def _planner(request: HttpRequest, *, case: ResumeCase) -> PlannerForm:
    """What the address says; what it leaves out is today, the best year of that day, and no repair."""
    typed = {name: request.GET[name] for name in PlannerForm.base_fields if name in request.GET}
    plain: dict[str, Any] = {"pay_on": case.today.isoformat(), "coverage_year": case.best_year, "repair_years": 0}
    form = PlannerForm(plain | typed, case=case)
    if form.is_valid() and "coverage_year" in form.fields:
        day, year = form.cleaned_data["pay_on"], form.cleaned_data["coverage_year"]
        if "coverage_year" not in typed and year not in years_on(day, rules=case.rules):
            return PlannerForm(plain | typed | {"coverage_year": day.year}, case=case)
    return form


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, code: str) -> HttpResponse:
    """个人医保续保申请表; what was typed is kept as a draft."""
    item = items.ITEMS[code]
    case = case_of(request, item)
    if case is None:
        return redirect(item.page)
    check_same_person(request, case.person)
    refused = check_resume(case.facts, chosen=None)
    draft = draft_of(request, item)
    if request.method != "POST":
        if refused or not ways_open(case):
            return redirect(item.page)
        initial = _initial(request, case=case, draft=draft)
        return _show_form(request, case=case, draft=draft, form=ResumeForm(initial=initial, case=case))
    is_put_aside = bool({"save", "upload"} & request.POST.keys())
    filled = ResumeForm(request.POST, request.FILES, case=case, is_put_aside=is_put_aside)
    if refused or not filled.is_valid():
        return _show_form(request, case=case, draft=draft, form=filled, reasons=refused, status=422)
    draft = resume.save_draft(filled.request(), case=case, by=account_of(request))
    reasons = take_in(filled, application=draft)
    if not reasons and not is_put_aside:
        reasons = _lacking(draft, case=case)
    if reasons:
        return _show_form(request, case=case, draft=draft, form=filled, reasons=reasons, status=422)
    if "save" in request.POST:
        return redirect(f"{reverse(f'{item.page}_form')}?saved=1")
    return redirect(f"{item.page}_form" if "upload" in request.POST else f"{item.page}_check")


def _lacking(draft: Application, *, case: ResumeCase) -> tuple[Reason, ...]:
    """Which materials are still missing; told at once and not only when the draft is sent."""
    asked = filing.request_of(resume.KINDS[draft.item], draft)
    return resume.lacking(asked, draft, case=case, slots=slots_of(draft))


def _initial(request: HttpRequest, *, case: ResumeCase, draft: Application | None) -> dict[str, Any]:
    """The draft, or what is known of the person; the way that was chosen on the planner comes before either."""
    chosen = {"way": request.GET["way"]} if "way" in request.GET else {}
    if draft is not None:
        kind = resume.KINDS[case.item.code]
        return initial_of(filing.request_of(kind, draft), scheme=case.scheme) | chosen
    own = account_of(request) if acting_person(request) else case.person
    first = next(iter(ways_open(case)), None)
    way = {"way": way_code(first)} if first else {}
    return {"contact_phone": own.phone or "", "contact_email": own.email or ""} | way | chosen


def _show_form(
    request: HttpRequest,
    *,
    case: ResumeCase,
    draft: Application | None,
    form: ResumeForm,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    context = page_of(
        case,
        form=form,
        file_fields=form.file_fields(),
        reasons=reasons,
        draft=draft,
        attachments=Attachment.objects.kept().filter(application=draft).order_by("id") if draft else (),
        remove_url=f"{case.item.page}_material_remove",
        is_saved="saved" in request.GET and draft is not None,
    )
    return render(request, "suspension/resume_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, code: str) -> HttpResponse:
    """核对信息: everything once more, and 确认提交."""
    item = items.ITEMS[code]
    case, draft = case_of(request, item), draft_of(request, item)
    if request.method != "POST":
        if case is None or draft is None:
            return redirect(item.page)
        if _lacking(draft, case=case):
            return redirect(f"{item.page}_form")
        return _show_check(request, case=case, draft=draft)
    if case is None or case.enrollment is None:
        return redirect(item.page)
    check_same_person(request, case.person)
    try:
        application = filing.submit(
            resume.KINDS[code],
            enrollment_id=draft.enrollment_id if draft else case.enrollment.pk,
            revision=count_in(request, "revision"),
            token=request.POST.get("token", ""),
            by=account_of(request),
        )
    except ConflictError:
        raise
    except BusinessRuleError as error:
        if draft is None:
            raise
        return _show_check(request, case=case, draft=draft, reasons=error.reasons, status=422)
    return redirect("application_submitted", number=application.number)


def _show_check(
    request: HttpRequest,
    *,
    case: ResumeCase,
    draft: Application,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    context = page_of(
        case,
        draft=draft,
        reasons=reasons,
        chosen=resume.chosen_in(draft, case=case, paid_on=case.today),
        attachments=Attachment.objects.kept().filter(application=draft).order_by("id"),
        unproven=[one.channel for one in unproven(draft, by=account_of(request))],
        due_on=add_workdays(case.today, days=case.rules.promised_working_days, overrides=holidays()),
        token=secrets.token_urlsafe(24),
    )
    return render(request, "suspension/resume_check.html", context, status=status)


@require_POST
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Throw the draft away."""
    item = items.ITEMS[code]
    if draft := draft_of(request, item):
        check_same_person(request, draft.person)
        filing.discard_draft(item, enrollment_id=draft.enrollment_id, by=account_of(request))
    return redirect(item.page)


@require_POST
def remove_material(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """Take one file out of the draft."""
    item = items.ITEMS[code]
    if draft := draft_of(request, item):
        materials.remove(public_id, application_id=draft.pk)
    return redirect(f"{item.page}_form")
