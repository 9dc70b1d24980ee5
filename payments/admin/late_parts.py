"""逾期未足额 at the desk: bills of applications that were paid in part only, and giving back what was paid."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from payments.admin import desk
from payments.admin.refund_forms import LatePartForm
from payments.models import Bill
from payments.services import late_parts
from portal.accounts.adapters import account_of
from portal.errors import Reason
from portal.identity import normalize_public_number

SHOWN = 100
PAGE = "admin/payments/refund/late.html"


@require_http_methods(["GET", "HEAD", "POST"])
def late(request: HttpRequest) -> HttpResponse:
    """The list, and for the bill that is chosen the form of the first person."""
    user = account_of(request)
    given = request.POST if request.method == "POST" else request.GET
    number = normalize_public_number(given.get("bill", "")[:32])
    bill = late_parts.late_parts(user).filter(number=number).first() if number else None
    if request.method != "POST":
        return _shown(request, bill=bill, form=_form(None, bill=bill))
    if bill is None:
        return _shown(request, reasons=(Reason("refund.no-late-part", {"number": number}),), status=422)
    form = _form(request, bill=bill)
    if form is None or not form.is_valid():
        return _shown(request, bill=bill, form=form, status=422)
    typed = {"account": form.typed_account(), "text": form.cleaned_data["text"], "token": request.POST.get("token", "")}

    def act() -> str:
        late_parts.give_back(number, by=user, **typed)
        return late_parts.page()

    return desk.done(
        request,
        act,
        words="已经办，等另一位财务人员在“退款”里放款。",
        again=lambda reasons, status: _shown(request, bill=bill, form=form, reasons=reasons, status=status),
    )


def _form(request: HttpRequest | None, *, bill: Bill | None) -> LatePartForm | None:
    if bill is None:
        return None
    has_account = late_parts.needs_account(bill) and late_parts.bound_account(bill) is None
    return LatePartForm(request.POST if request else None, has_account=has_account)


def _shown(
    request: HttpRequest,
    *,
    bill: Bill | None = None,
    form: LatePartForm | None = None,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    user = account_of(request)
    if not desk.may_settle(user):
        raise PermissionDenied
    return desk.page(
        request,
        PAGE,
        status=status,
        section="refunds",
        title="逾期未足额",
        bills=late_parts.late_parts(user)[:SHOWN],
        bill=bill,
        bound=late_parts.bound_account(bill) if bill else None,
        needs_account=late_parts.needs_account(bill) if bill else False,
        form=form,
        reasons=reasons,
    )
