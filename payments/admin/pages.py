"""What the pages of the look-up share: who may see them, whose history it is, the purpose, and the log of the look."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from insured.models import Employer, InsuredPerson
from payments.admin.forms import ExportForm, PurposeForm
from payments.models.records import ContributionRecordQuerySet
from payments.services import look_up
from payments.views.contributions import as_download
from portal import clock
from portal.accounts.adapters import account_of
from portal.accounts.models import User
from portal.audit.labels import PURPOSES
from portal.audit.models import AccessLog
from portal.audit.services import record_access
from portal.errors import BusinessRuleError, Reason

PREFIX = "admin:payments_contributionrecord"
SEEN = "view-history"
REFUSED = 429
"""A limit of the day is reached."""
Owner = InsuredPerson | Employer
OwnerT = TypeVar("OwnerT", InsuredPerson, Employer)


def staff_member(request: HttpRequest) -> User:
    """Who is asking; 403 for staff whose work needs no histories."""
    user = account_of(request)
    if not look_up.areas_of(user):
        raise PermissionDenied
    return user


def person_or_404(number: str, *, by: User) -> InsuredPerson:
    """The person, if insured in one of the areas now or before."""
    found = look_up.persons_of(by).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def employer_or_404(number: str, *, by: User) -> Employer:
    """The unit, if of one of the areas."""
    found = look_up.employers_of(by).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def address_of(owner: Owner, *, action: str = "") -> str:
    """The page of a history, or one of its buttons."""
    kind = "person" if isinstance(owner, InsuredPerson) else "unit"
    return reverse(f"{PREFIX}_{action}_{kind}" if action else f"{PREFIX}_{kind}", args=[owner.number])


def answer(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of the desk."""
    shared = admin.site.each_context(request) | {"title": "缴费历史查询", "section": "look-up"}
    return TemplateResponse(request, f"admin/payments/look_up/{name}", shared | context, status=status)


def after_of(request: HttpRequest) -> str:
    """The 凭证号 behind which the wanted lines begin."""
    return request.GET.get("after", "").replace("\0", "")[:32]


def opened_history(
    find: Callable[..., OwnerT],
) -> Callable[[Callable[..., HttpResponse]], Callable[[HttpRequest, str], HttpResponse]]:
    """Make a page out of what is shown of an owner under `look`; the purpose is asked for where none was given yet."""

    def as_page(view: Callable[..., HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
        @wraps(view)
        def page(request: HttpRequest, number: str) -> HttpResponse:
            user = staff_member(request)
            owner = find(number, by=user)
            if (look := look_up.opened(owner, by=user)) is None:
                return ask(request, owner)
            look.user = user
            return view(request, owner, look=look)

        return page

    return as_page


def open_owner(request: HttpRequest, owner: Owner, *, by: User) -> HttpResponse:
    """Give the purpose and go to the history."""
    form = PurposeForm(request.POST)
    if not form.is_valid():
        return ask(request, owner, form=form, status=422)
    try:
        look_up.open_history(owner, purpose=form.cleaned_data["purpose"], reason=form.cleaned_data["reason"], by=by)
    except BusinessRuleError as error:
        return ask(request, owner, form=form, reasons=error.reasons, status=REFUSED)
    return HttpResponseRedirect(address_of(owner), status=303)


def ask(
    request: HttpRequest,
    owner: Owner,
    *,
    form: PurposeForm | None = None,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """The purpose first; whose history it would be stands there masked."""
    about = request.GET.get("about", "")[:24]
    initial = {"purpose": "case", "reason": f"办理{about}"} if about else {}
    context = {
        "owner": owner,
        "is_person": isinstance(owner, InsuredPerson),
        "form": form or PurposeForm(initial=initial),
        "reasons": reasons,
        "open_address": address_of(owner, action="open"),
        "limit": settings.DAILY_LIMITS[look_up.LOOK_UP],
        "minutes": look_up.LASTS.seconds // 60,
    }
    return answer(request, "purpose.html", context, status=status)


def show(
    request: HttpRequest,
    owner: Owner,
    name: str,
    context: dict[str, Any],
    *,
    look: AccessLog,
    reasons: tuple[Reason, ...],
    status: int,
) -> HttpResponse:
    """The page of a history; every time it is shown somebody looked at it."""
    record_access(
        user=look.user,
        action=SEEN,
        subject_kind=look.subject_kind,
        subject_id=owner.pk,
        purpose=look.purpose,
        reason=look.reason,
    )
    shared = {
        "look": look,
        "reasons": reasons,
        "export_form": ExportForm(),
        "export_address": address_of(owner, action="export"),
        "exports": settings.DAILY_LIMITS[look_up.EXPORT],
        "now": clock.now(),
    }
    return answer(request, name, shared | context, status=status)


def export(
    request: HttpRequest,
    owner: Owner,
    *,
    records: ContributionRecordQuerySet,
    look: AccessLog,
    whose: tuple[str, str],
) -> HttpResponse:
    """The records as a file that says who took it when and what for; BusinessRuleError beyond the limit of the day."""
    form = ExportForm(request.POST)
    notes = (
        whose,
        ("导出人", look.user.display_name),
        ("导出时间", f"{clock.now().astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"),
        ("用途", f"{PURPOSES[look.purpose]}：{look.reason}"),
        ("说明", "内部资料，只能用于上述用途，用后及时删除。"),
    )
    format_code = form.cleaned_data["format"] if form.is_valid() else "xlsx"
    file = look_up.export_history(owner, records=records, look=look, notes=notes, format_code=format_code, by=look.user)
    return as_download(file)
