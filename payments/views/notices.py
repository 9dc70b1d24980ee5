"""Where gateways knock: their notices, and payers whom they send back. No session and no form token here."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from payments.services.notices import receive

MAX_BYTES = 64 * 1024
SEE_OTHER = 303


@csrf_exempt
@login_not_required
@require_POST
def notice(request: HttpRequest, gateway: str) -> HttpResponse:
    """An asynchronous notice; answered when what it says is committed."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
        return HttpResponse(status=413)
    try:
        answer = receive(gateway, headers=request.headers, body=request.body)
    except KeyError as error:
        raise Http404 from error
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def came_back(_request: HttpRequest, number: str) -> HttpResponse:
    """The payer comes back, by GET or by a form of the gateway's; what it carries is not read: notices tell."""
    answer = redirect("payment_result", number=number)
    answer.status_code = SEE_OTHER
    return answer
