"""One bill with its formula, the confirmation of one that costs nothing, and 补缴欠费."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from insured.adapters import acting_person
from insured.models import InsuredPerson
from payments.models import Bill
from payments.services.arrears import unit_arrears
from payments.services.bills import confirm_free
from payments.services.dues import Due, dues_of
from portal import clock
from portal.accounts.adapters import account_of
from portal.errors import AlreadyDone, BusinessRuleError, Reason
from portal.identity import normalize_public_number


@require_safe
def bill(request: HttpRequest, number: str) -> HttpResponse:
    """账单: what it is for, how it adds up, until when, and what it gives or gave."""
    return _bill_page(request, _found(request, number))


@require_POST
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """确认参保: a bill that aid pays in full needs no order."""
    found = _found(request, number)
    try:
        confirm_free(found.number, token=request.POST.get("token", ""), by=account_of(request))
    except AlreadyDone:
        return redirect("bill", found.number)
    except BusinessRuleError as error:
        return _bill_page(request, _found(request, number), reasons=error.reasons, status=409)
    return redirect("bill", found.number)


def _found(request: HttpRequest, number: str) -> Bill:
    mine = Bill.objects.visible_to(account_of(request)).select_related("person__area", "area", "enrollment")
    return get_object_or_404(mine, number=normalize_public_number(number))


def _bill_page(
    request: HttpRequest, found: Bill, *, reasons: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    person = found.person
    due: Due | None = None
    if person is not None and found.status in (Bill.OPEN, Bill.PART_PAID):
        due = next((one for one in dues_of(person, clock.today()).items if one.number == found.number), None)
    context = {
        "bill": found,
        "due": due,
        "lines": found.lines.order_by("position"),
        "total_fen": found.payable_fen + found.fiscal_fen + found.aid_fen,
        "reasons": reasons,
        "token": secrets.token_urlsafe(24),
    }
    return render(request, "payments/bill.html", context, status=status)


@require_safe
def arrears(request: HttpRequest) -> HttpResponse:
    """补缴欠费: what is past its deadline and why, with the late fee; one's own, a relative's, or one's unit's."""
    today = clock.today()
    mine = InsuredPerson.objects.visible_to(account_of(request)).select_related("area")
    person = acting_person(request) or mine.first()
    context = {
        "person": person,
        "dues": dues_of(person, today) if person else None,
        "units": unit_arrears(account_of(request), today=today),
        "today": today,
        "no_late_fee": Reason("arrears.no-late-fee"),
    }
    return render(request, "payments/arrears.html", context)
