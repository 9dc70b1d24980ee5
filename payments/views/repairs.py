"""补缴断保年度: what each number of years costs and brings, and choosing one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from payments.models import Bill
from payments.services.repairs import choose_repairs, repairs_of
from portal import clock
from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.identity import normalize_public_number

DIGITS_AT_MOST = 9


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, number: str) -> HttpResponse:
    """The ways side by side; a bill without this choice is shown as it is."""
    found = _found(request, number)
    if request.method != "POST":
        return _page(request, found)
    try:
        choose_repairs(
            found.number, years=_count(request, "years"), version=_count(request, "version"), by=account_of(request)
        )
    except ConflictError as error:
        return _page(request, _found(request, number), reasons=error.reasons, status=409)
    except BusinessRuleError as error:
        return _page(request, _found(request, number), reasons=error.reasons, status=422)
    return redirect("bill", found.number)


def _found(request: HttpRequest, number: str) -> Bill:
    mine = Bill.objects.visible_to(account_of(request)).select_related("person__area", "area", "enrollment")
    return get_object_or_404(mine, number=normalize_public_number(number))


def _count(request: HttpRequest, name: str) -> int:
    """A whole number of the form; -1, which nothing has, for anything else."""
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= DIGITS_AT_MOST else -1


def _page(request: HttpRequest, bill: Bill, *, reasons: tuple[Reason, ...] = (), status: int = 200) -> HttpResponse:
    try:
        found = repairs_of(bill, today=clock.today())
    except BusinessRuleError as error:
        found, reasons = None, (*reasons, *error.reasons)
    if found is None and not reasons:
        return redirect("bill", bill.number)
    context = {"bill": bill, "found": found, "reasons": reasons}
    return render(request, "payments/repairs.html", context, status=status)
