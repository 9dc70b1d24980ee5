"""单位网厅: which unit, its people in numbers, and 人员增加. Each view makes one service call and redirects."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insured.adapters import unit_of, work_for
from insured.models import AreaPolicy, Employer, Enrollment, UnitDeclaration
from insured.policy.dates import Month
from insured.policy.effective import first_employee_cover
from payments.models import EmployeeStandard
from payments.policy.amounts import employee_lines
from portal import clock
from portal.accounts.adapters import account_of, client_address
from portal.errors import BusinessRuleError, ConflictError, Reason
from suspension.forms.unit import AdditionForm
from suspension.services import addition
from suspension.services.addition import Newcomer

NEWEST = 20


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Which unit, what it has, and what was declared lately; whoever acts for none is told how to begin."""
    user = account_of(request)
    unit = unit_of(request)
    units = Employer.objects.visible_to(user).select_related("area").order_by("number")
    if unit is None:
        return render(request, "suspension/unit_choose.html", {"units": units})
    people = Enrollment.objects.active().filter(employer=unit, is_basic=True)
    declared = UnitDeclaration.objects.visible_to(user).filter(employer=unit).select_related("person", "filed_by")
    context = {
        "unit": unit,
        "count": people.count(),
        "has_several": units.count() > 1,
        "declared": declared.order_by("-id")[:NEWEST],
    }
    return render(request, "suspension/unit_home.html", context)


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Work for this unit from now on."""
    mine = Employer.objects.visible_to(account_of(request))
    work_for(request, get_object_or_404(mine, number=request.POST.get("number", "")))
    return redirect("unit")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Choose again."""
    work_for(request, None)
    return redirect("unit")


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """人员增加: the form, the check page, and 提交申报."""
    unit = unit_of(request)
    if unit is None:
        return redirect("unit")
    if request.POST.get("unit", unit.number) != unit.number:
        raise ConflictError(Reason("unit.other-unit"))
    form = AdditionForm(request.POST if request.method == "POST" else None)
    if not form.is_valid() or "back" in request.POST:
        status = 422 if form.is_bound and "back" not in request.POST else 200
        return render(request, "suspension/unit_add.html", {"unit": unit, "form": form, "reasons": ()}, status=status)
    newcomer = form.newcomer()
    try:
        reasons = addition.look(newcomer, employer=unit, address=client_address(request))
        if not reasons and "submit" in request.POST:
            token = request.POST.get("token", "")
            done = addition.add(newcomer, employer_id=unit.pk, token=token, by=account_of(request))
            return redirect("unit_declaration", number=done.number)
    except ConflictError:
        raise
    except BusinessRuleError as error:
        reasons = error.reasons
    if reasons:
        context = {"unit": unit, "form": form, "reasons": reasons}
        return render(request, "suspension/unit_add.html", context, status=422)
    return _check(request, unit=unit, form=form, newcomer=newcomer)


def _check(request: HttpRequest, *, unit: Employer, form: AdditionForm, newcomer: Newcomer) -> HttpResponse:
    today = clock.today()
    standard = EmployeeStandard.objects.valid_on(today).filter(area=unit.area_id).order_by("-starts_on").first()
    lines = (
        employee_lines(
            month=Month.of(today),
            wage_fen=newcomer.wage_fen,
            floor_fen=standard.floor_fen,
            cap_fen=standard.cap_fen,
            unit_rate=standard.unit_rate,
            personal_rate=standard.personal_rate,
            source=standard.source,
        )
        if standard
        else ()
    )
    rules = AreaPolicy.objects.in_force(area_id=unit.area_id, on=today).as_rules()
    context = {
        "unit": unit,
        "form": form,
        "newcomer": newcomer,
        "month": Month.of(today),
        "lines": lines,
        "total_fen": sum(line.amount_fen for line in lines),
        "cover": first_employee_cover(today, rules=rules),
        "token": secrets.token_urlsafe(24),
    }
    return render(request, "suspension/unit_add_check.html", context)


@require_safe
def declaration(request: HttpRequest, number: str) -> HttpResponse:
    """What was declared."""
    rows = UnitDeclaration.objects.visible_to(account_of(request)).select_related("person", "employer", "filed_by")
    found = get_object_or_404(rows, number=number)
    return render(request, "suspension/unit_declaration.html", {"found": found, "again": reverse("unit_add")})
