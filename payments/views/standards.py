"""缴费标准: what an area asks for, for everybody; and what oneself owes, for who is logged in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from insured.models import InsuredPerson, PoolingArea
from payments import labels
from payments.services.dues import Dues, dues_of
from payments.services.prices import prices_of
from portal import clock
from portal.accounts.models import User


@login_not_required
@require_safe
def standards(request: HttpRequest) -> HttpResponse:
    """One area's standards: the one asked for, else one's own, else the first."""
    today = clock.today()
    person = _person(request)
    areas = list(PoolingArea.objects.order_by("code"))
    wanted = request.GET.get("area", "") or (person.area.code if person else "")
    area = next((one for one in areas if one.code == wanted), areas[0] if areas else None)
    dues: Dues | None = dues_of(person, today) if person else None
    context = {
        "areas": areas,
        "area": area,
        "prices": prices_of(area, today=today) if area else None,
        "person": person,
        "dues": dues,
        "channels": labels.CHANNELS,
        "today": today,
    }
    return render(request, "payments/standards.html", context)


def _person(request: HttpRequest) -> InsuredPerson | None:
    if not isinstance(request.user, User):
        return None
    return InsuredPerson.objects.visible_to(request.user).select_related("area").first()
