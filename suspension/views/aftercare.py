"""After sending in and after the result: 催办, 确认无误, follow-up steps, 重新提交, 生效前取消."""

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from insured.adapters import act_for
from portal import clock
from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, ConflictError, Reason
from suspension import items
from suspension.forms import CancelForm
from suspension.models import Application
from suspension.services import aftercare, cancel
from suspension.views.applications import own_application


@require_POST
def urge(request: HttpRequest, number: str) -> HttpResponse:
    """催办, once per working day after the promised day."""
    found = own_application(request, number)
    aftercare.urge(number=found.number or "", by=account_of(request))
    messages.success(request, "已催办，经办人员会优先看到这件申请。")
    return redirect("application", number=found.number)


@require_POST
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """确认无误."""
    found = own_application(request, number)
    aftercare.confirm_result(number=found.number or "", by=account_of(request))
    messages.success(request, "已记下您的确认。")
    return redirect("application", number=found.number)


@require_POST
def steps(request: HttpRequest, number: str) -> HttpResponse:
    """Keep which follow-up steps are done."""
    found = own_application(request, number)
    aftercare.tick_steps(
        frozenset(request.POST.getlist("step")[:20]), number=found.number or "", by=account_of(request)
    )
    messages.success(request, "已保存。")
    return redirect("application", number=found.number)


@require_POST
def again(request: HttpRequest, number: str) -> HttpResponse:
    """重新提交: the form again, with what the closed application said."""
    found = own_application(request, number)
    aftercare.copy_to_draft(number=found.number or "", by=account_of(request))
    act_for(request, None if found.person.user_id == account_of(request).pk else found.person)
    return redirect(f"{items.ITEMS[found.item].page}_form")


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_stop(request: HttpRequest, number: str) -> HttpResponse:
    """生效前取消: why, and once more what it means."""
    found = own_application(request, number)
    if request.method != "POST":
        if cancel.waiting_cancel(found) or not cancel.can_be_cancelled(found, today=clock.today()):
            return redirect("application", number=found.number)
        return _cancel_page(request, found, form=CancelForm())
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _cancel_page(request, found, form=form, status=422)
    try:
        own = cancel.file_cancel(
            number=found.number or "",
            note=form.cleaned_data["note"],
            token=request.POST.get("token", ""),
            by=account_of(request),
        )
    except ConflictError:
        raise
    except BusinessRuleError as error:
        return _cancel_page(request, found, form=form, reasons=error.reasons, status=422)
    return redirect("application_submitted", number=own.number)


def _cancel_page(
    request: HttpRequest,
    found: Application,
    *,
    form: CancelForm,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    context = {"application": found, "form": form, "reasons": reasons, "token": secrets.token_urlsafe(24)}
    return render(request, "suspension/cancel.html", context, status=status)
