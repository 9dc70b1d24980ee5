"""实名认证: whether name and ID are confirmed, and the form that has them confirmed."""

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal.accounts.adapters import account_of, client_address
from portal.errors import AlreadyDone, BusinessRuleError, Reason
from suspension.forms.real_name import RealNameForm
from suspension.models import RealNameReview
from suspension.services.real_name import prove

REFUSED = 422


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def real_name(request: HttpRequest) -> HttpResponse:
    """What is known; for an account without a name the form, or the review that waits."""
    if request.method != "POST":
        return _page(request, RealNameForm())
    form = RealNameForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=REFUSED)
    here = reverse("real_name")
    try:
        sent = prove(
            form.claim(),
            token=request.POST.get("token", ""),
            page=here,
            address=client_address(request),
            by=account_of(request),
        )
    except AlreadyDone as done:
        return redirect(done.address)
    except BusinessRuleError as error:
        return _page(request, form, reasons=error.reasons, status=REFUSED)
    messages.success(request, "已提交，等待工作人员审核。" if sent else "实名认证已完成，姓名和身份证号核对一致。")
    return redirect(here)


def _page(
    request: HttpRequest, form: RealNameForm, *, reasons: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    user = account_of(request)
    last = None if user.id_index else RealNameReview.objects.visible_to(user).order_by("-id").first()
    context = {
        "account": user,
        "last": last,
        "form": form,
        "reasons": reasons,
        "token": secrets.token_urlsafe(24),
    }
    return render(request, "suspension/real_name.html", context, status=status)
