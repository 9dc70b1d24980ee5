"""The hall's addresses, and a view that does nothing behind the same middleware."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal import urls

handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


@login_not_required
def nothing(request: HttpRequest) -> HttpResponse:
    """The yardstick for pages anybody may see."""
    return HttpResponse("ok")


def nothing_for(request: HttpRequest) -> HttpResponse:
    """The yardstick for pages behind the door: session and account are read."""
    return HttpResponse(request.user.pk)


urlpatterns = [path("nothing/", nothing), path("nothing/for-me/", nothing_for), *urls.urlpatterns]
