"""待遇查询."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from insured.adapters import acting_person
from insured.forms import BenefitForm
from insured.models import InsuredPerson
from insured.services.benefits import benefit_on
from portal import clock
from portal.accounts.adapters import account_of


@require_safe
def benefit_query(request: HttpRequest) -> HttpResponse:
    """待遇查询: yes or no for a day, today without one, and why."""
    person = acting_person(request) or InsuredPerson.objects.visible_to(account_of(request)).first()
    form = BenefitForm({"on": request.GET.get("on") or clock.today().isoformat()})
    day = form.cleaned_data["on"] if form.is_valid() else None
    answer = benefit_on(person, day=day) if person and day else None
    return render(request, "insured/benefit_query.html", {"person": person, "form": form, "answer": answer})
