"""重复参保处理: what was found, which record stays and why, and agreeing to it online."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from insured.adapters import acting_person
from insured.models import InsuredPerson
from portal import clock
from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError
from suspension.services import duplicates
from suspension.views.stop import check_same_person


def _person(request: HttpRequest) -> InsuredPerson | None:
    return acting_person(request) or InsuredPerson.objects.visible_to(account_of(request)).first()


@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """Every duplicate with the proposal and its reasons; that nothing was found is said, too."""
    person = _person(request)
    found = duplicates.resolutions_of(person, today=clock.today()) if person else ()
    return render(request, "suspension/duplicate.html", {"person": person, "found": found})


@require_POST
def agree(request: HttpRequest) -> HttpResponse:
    """同意这样处理: on to the filled-in application."""
    person = _person(request)
    if person is None:
        return redirect("duplicate")
    check_same_person(request, person)
    try:
        duplicates.agree(person, record=request.POST.get("record", ""), by=account_of(request))
    except BusinessRuleError as error:
        found = duplicates.resolutions_of(person, today=clock.today())
        context = {"person": person, "found": found, "reasons": error.reasons}
        return render(request, "suspension/duplicate.html", context, status=422)
    return redirect("stop_form")
