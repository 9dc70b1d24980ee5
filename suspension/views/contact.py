"""验证联系方式: a code to the phone or mailbox typed into a draft, before it is sent in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.adapters import account_of, client_address
from portal.accounts.models import OneTimeCode, Purpose
from portal.accounts.services.codes import Destination
from portal.accounts.services.contacts import send_contact_code
from portal.accounts.services.sealed import drop
from portal.accounts.services.typed import keep_typed, typed_before
from portal.accounts.views.codes import CodeStep, begin, code_page
from portal.accounts.views.codes import State as Typed
from suspension import items
from suspension.models import Application
from suspension.services.contacts import unproven
from suspension.views.stop import draft_of

STEPS = {
    item.code: CodeStep(Purpose.CONTACT, "验证联系方式", f"{item.page}_form", "核对申请", f"{item.page}_check")
    for item in items.ITEMS.values()
    if item.page
}
"""The step of each item that has a form."""


@require_POST
def send(request: HttpRequest, code: str = items.STOP.code) -> HttpResponse:
    """Send a code to the first address of the draft that is not proven yet; BusinessRuleError when too often."""
    item, draft = items.ITEMS[code], draft_of(request, items.ITEMS[code])
    if draft is None:
        return redirect(item.page)
    left = unproven(draft, by=account_of(request))
    if not left:
        return redirect(f"{item.page}_check")
    begin(request, step=STEPS[code], token=_send(request, destination=left[0]), destination=left[0])
    return redirect(f"{item.page}_contact_code")


def begin_for_correction(request: HttpRequest, *, number: str, destination: Destination) -> HttpResponse:
    """A corrected application names an address that is not proven: keep what was typed, and send a code there."""
    keep_typed(request, user_id=account_of(request).pk)
    step = _step_of_correction()
    begin(request, step=step, token=_send(request, destination=destination), destination=destination, number=number)
    return redirect("application_contact_code", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
def code_of_correction(request: HttpRequest, number: str) -> HttpResponse:
    """The code that came; then the correction goes on with what was typed. Somebody else's number is not there."""
    get_object_or_404(Application.objects.visible_to(account_of(request)).submitted(), number=number)

    def resend(_state: Typed, destination: Destination) -> str:
        return _send(request, destination=destination)

    def then(_code: OneTimeCode, _state: Typed) -> HttpResponse:
        drop(request.session, Purpose.CONTACT)
        return redirect("resume_typed" if typed_before(request) else reverse("application_correct", args=[number]))

    return code_page(request, step=_step_of_correction(), resend=resend, then=then)


def _step_of_correction() -> CodeStep:
    return CodeStep(Purpose.CONTACT, "验证联系方式", "my_applications", "我的申请", "my_applications")


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, code: str = items.STOP.code) -> HttpResponse:
    """The code that came; then the check page once more."""
    step = STEPS[code]

    def resend(_state: Typed, destination: Destination) -> str:
        return _send(request, destination=destination)

    def then(_code: OneTimeCode, _state: Typed) -> HttpResponse:
        drop(request.session, step.purpose)
        return redirect(f"{items.ITEMS[code].page}_check")

    return code_page(request, step=step, resend=resend, then=then)


def _send(request: HttpRequest, *, destination: Destination) -> str:
    return send_contact_code(destination, user=account_of(request), address=client_address(request))
