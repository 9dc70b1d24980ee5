"""窗口登记代办同意: for somebody without an account, found by the ID card before."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from insured.models import FamilyRelation, InsuredPerson
from insured.services.family import accept_at_counter, end_at_counter
from portal.accounts.adapters import account_of
from suspension.admin.walk_in import FOUND
from suspension.views.stop import check_same_person


@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest) -> HttpResponse:
    """The invitations that wait for the person at the counter, and the consents they gave."""
    by = account_of(request)
    person = InsuredPerson.objects.in_charge_of(by).filter(number=request.session.get(FOUND, "")).first()
    if person is None:
        return HttpResponseRedirect(reverse("admin:suspension_application_walk_in"))
    if request.method == "POST":
        check_same_person(request, person)
        other, is_checked = request.POST.get("other", ""), "is_checked" in request.POST
        if "end" in request.POST:
            end_at_counter(actor_number=other, relative_number=person.number, is_identity_checked=is_checked, by=by)
        else:
            accept_at_counter(
                inviter_number=other, relative_number=person.number, is_identity_checked=is_checked, by=by
            )
        return HttpResponseRedirect(f"{request.path}?done=1")
    mine = FamilyRelation.objects.filter(relative=person).select_related("person").order_by("id")
    context = {
        **admin.site.each_context(request),
        "section": "queue",
        "title": "窗口登记代办同意",
        "person": person,
        "asked": mine.pending(),
        "running": mine.consented(),
        "is_done": "done" in request.GET,
    }
    return TemplateResponse(request, "admin/suspension/application/family.html", context)
