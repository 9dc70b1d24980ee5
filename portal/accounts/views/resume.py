"""After a session's end: staying a little longer, and going on with what was typed before it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.accounts.services.typed import keep_typed, typed_before


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


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A form that was open too long. One of the hall's own, by somebody who has logged in again, is kept and offered.

    The browser names the page a form came from, so nobody else's page can put words into this person's mouth.
    """
    is_own_page = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    user = request.user
    is_of_the_door = request.path.startswith(reverse("account_login").removesuffix("login/"))
    if is_own_page and not is_of_the_door and user.is_authenticated and keep_typed(request, user_id=user.pk):
        return redirect("resume_typed")
    return render(request, "csrf.html", status=403)
