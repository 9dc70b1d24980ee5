"""退休年限: what is still missing for the benefits after retirement, and why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from insured.adapters import acting_person
from insured.models import InsuredPerson
from payments.services.retirement import retirement_of
from portal import clock
from portal.accounts.adapters import account_of


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """One's own, or that of the relative one acts for."""
    person = acting_person(request) or InsuredPerson.objects.visible_to(account_of(request)).first()
    found = retirement_of(person, today=clock.today()) if person else None
    return render(request, "payments/retirement.html", {"person": person, "found": found, "today": clock.today()})
