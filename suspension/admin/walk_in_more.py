"""窗口代录 of a return and of a transfer, for the person who was found; one service call each."""

import secrets
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from insured.models import Enrollment, InsuredPerson
from insured.services.staff import duties_of
from portal import clock
from portal.accounts.adapters import account_of
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError, Reason
from suspension import items
from suspension.admin.counter_forms import ResumeWalkInForm, TransferWalkInForm
from suspension.admin.walk_in import counter_page, others, person_at_counter
from suspension.forms.resume import way_code, ways_open
from suspension.forms.transfer import offer_label
from suspension.models import Application
from suspension.policy.desk import SOURCE
from suspension.policy.resume import check_resume
from suspension.policy.transitions import Role
from suspension.services import materials, transfer, walk_in
from suspension.services.comeback import ResumeCase, case_for, record_code
from suspension.services.transfer import Offer
from suspension.views.stop import check_same_person

Show = Callable[[tuple[Reason, ...], int], HttpResponse]


@require_http_methods(["GET", "HEAD", "POST"])
def resume_form(request: HttpRequest) -> HttpResponse:
    """个人医保续保申请表 of a paused record of one's areas, or why there is nothing to enter."""
    person = person_at_counter(request)
    if person is None:
        return HttpResponseRedirect(reverse("admin:suspension_application_walk_in"))
    case = _case(person, by=account_of(request), record=request.GET.get("record", ""))
    refused = check_resume(case.facts, chosen=None) if case else (Reason("resume.never-joined"),)
    if case is not None and not refused and not ways_open(case):
        refused = (Reason("counter.no-way-back"),)
    if case is None or refused:
        return _refused(request, person=person, code=items.RESUME.code, reasons=refused)
    first = next(iter(ways_open(case)))
    initial = {"way": way_code(first), "contact_phone": person.phone or "", "contact_email": person.email}
    form = ResumeWalkInForm(*_typed(request), case=case, initial=initial)
    enrollment = case.enrollment

    def show(reasons: tuple[Reason, ...] = (), status: int = 200) -> HttpResponse:
        return counter_page(
            request,
            "admin/suspension/application/walk_in_resume.html",
            title="窗口代录：恢复参保",
            case=case,
            person=person,
            others=others(items.RESUME.code),
            form=form,
            reasons=reasons,
            token=secrets.token_urlsafe(24),
            status=status,
        )

    def enter() -> Application:
        return walk_in.enter(
            form.request(),
            item=items.RESUME,
            enrollment_id=enrollment.pk if enrollment else 0,
            uploads=[(slot, materials.read_upload(file)) for slot, file in form.files_by_slot()],
            is_identity_checked=form.cleaned_data["is_checked"],
            token=request.POST.get("token", ""),
            by=account_of(request),
        )

    return _answer(request, person=person, form=form, show=show, enter=enter)


def _case(person: InsuredPerson, *, by: User, record: str) -> ResumeCase | None:
    """The return of a record in one's areas: the one chosen, else the one the hall would take."""
    found = case_for(person, item=items.RESUME, today=clock.today(), record=record)
    if found is None or found.enrollment is None:
        return None
    mine = set(Enrollment.objects.in_charge_of(by).filter(person=person).values_list("pk", flat=True))
    if found.enrollment.pk in mine:
        return found
    other = next((one for one in found.records if one.pk in mine), None)
    return case_for(person, item=items.RESUME, today=clock.today(), record=record_code(other)) if other else None


@require_http_methods(["GET", "HEAD", "POST"])
def transfer_form(request: HttpRequest) -> HttpResponse:
    """转移接续申请表 with the ways that one's areas take in; for the others, what stands in the way."""
    person, user = person_at_counter(request), account_of(request)
    if person is None:
        return HttpResponseRedirect(reverse("admin:suspension_application_walk_in"))
    found = _offers(person, by=user)
    possible = [one for one in found if not one.reasons]
    if not possible:
        reasons = tuple({reason.code: reason for one in found for reason in one.reasons}.values())
        return _refused(request, person=person, code=items.TRANSFER.code, reasons=reasons)
    initial = {"contact_phone": person.phone or "", "contact_email": person.email}
    if len(possible) == 1:
        initial["way"] = possible[0].code
    form = TransferWalkInForm(*_typed(request)[:1], offers=found, initial=initial)

    def show(reasons: tuple[Reason, ...] = (), status: int = 200) -> HttpResponse:
        return counter_page(
            request,
            "admin/suspension/application/walk_in_transfer.html",
            title="窗口代录：转移接续",
            person=person,
            others=others(items.TRANSFER.code),
            blocked=[(offer_label(one), one.reasons) for one in found if one.reasons],
            form=form,
            reasons=reasons,
            token=secrets.token_urlsafe(24),
            status=status,
        )

    def enter() -> Application:
        about = form.offer.about
        return walk_in.enter(
            form.request(),
            item=items.TRANSFER,
            enrollment_id=about.pk if about else 0,
            is_identity_checked=form.cleaned_data["is_checked"],
            token=request.POST.get("token", ""),
            by=user,
        )

    return _answer(request, person=person, form=form, show=show, enter=enter)


def _offers(person: InsuredPerson, *, by: User) -> list[Offer]:
    """The ways to transfer that an area takes in where one is a caseworker."""
    duties = duties_of(by)
    known = transfer.offers(person, today=clock.today())
    return [one for one in known if one.about and duties.has(Role.CASEWORKER, area_id=one.about.area_id)]


def _typed(request: HttpRequest) -> tuple[Any, ...]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _answer(
    request: HttpRequest,
    *,
    person: InsuredPerson,
    form: ResumeWalkInForm | TransferWalkInForm,
    show: Show,
    enter: Callable[[], Application],
) -> HttpResponse:
    """Show the form, or enter what was typed and go to the receipt."""
    if request.method != "POST":
        return show((), 200)
    check_same_person(request, person)
    if not form.is_valid():
        return show((), 422)
    try:
        entered = enter()
    except ConflictError:
        raise
    except BusinessRuleError as error:
        return show(error.reasons, 422)
    return HttpResponseRedirect(reverse("admin:suspension_application_walk_in_receipt", args=[entered.number]))


def _refused(request: HttpRequest, *, person: InsuredPerson, code: str, reasons: tuple[Reason, ...]) -> HttpResponse:
    """Who was found, why this cannot be entered, and what else can."""
    return counter_page(
        request,
        "admin/suspension/application/walk_in_refused.html",
        title="窗口代录",
        person=person,
        others=others(code),
        why=reasons or (Reason("counter.elsewhere", source=SOURCE),),
        status=200 if request.method in ("GET", "HEAD") else 422,
    )
