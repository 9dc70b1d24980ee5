"""After a session's end: staying a little longer, and going on with what was typed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.accounts.services.typed import typed_before


@require_safe
def still_here(_request: HttpRequest) -> HttpResponse:
    """The button of the notice: this click alone keeps the session."""
    return HttpResponse(status=204)


@require_safe
def resume(request: HttpRequest) -> HttpResponse:
    """The form that came too late, to be sent again with one click; nothing is written here."""
    typed = typed_before(request)
    if typed is None:
        return redirect("me")
    return render(request, "account/resume.html", {"typed": typed})
