"""重复参保 at the desk: who of one's areas is paid for twice, what is proposed, and settling it at the counter."""

from dataclasses import dataclass

from django import forms
from django.contrib import admin
from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from insured.models import Enrollment
from insured.services.staff import duties_of
from portal import clock
from portal.accounts.adapters import account_of
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.paging import BoundedPaginator
from suspension.admin.forms import new_token
from suspension.models import Application, DuplicateFinding
from suspension.policy.transitions import Role
from suspension.services.duplicates import Resolution, Step, resolutions_for
from suspension.services.duplicates_at_desk import open_cases, paid_twice, settle

PAGE_ROWS = 20


class SettleForm(forms.Form):
    """The person stands at the counter and agrees to what is proposed."""

    end = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    stamp = forms.CharField(max_length=80, widget=forms.HiddenInput)
    token = forms.CharField(min_length=16, max_length=64, initial=new_token, widget=forms.HiddenInput)
    is_checked = forms.BooleanField(
        label="已核对身份证原件，本人到场，同意这样处理",
        error_messages={"required": "请先核对身份证原件，并问过本人。"},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One duplicate: what is proposed, the application that waits, or the form where one may settle it."""

    found: Resolution
    application: Application | None
    form: SettleForm | None
    is_elsewhere: bool


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The duplicates of one's areas, a page at a time; what is sent settles one of them."""
    if request.method != "POST":
        return _show(request)
    form, user = SettleForm(request.POST), account_of(request)
    end = form.data.get("end", "")
    if not end.isdecimal() or not Enrollment.objects.in_charge_of(user).filter(pk=end).exists():
        raise Http404
    if not form.is_valid():
        return _show(request, sent=form, status=422)
    given = form.cleaned_data
    try:
        entered = settle(
            given["end"],
            stamp=given["stamp"],
            is_identity_checked=given["is_checked"],
            token=given["token"],
            by=user,
        )
    except BusinessRuleError as error:
        status = 409 if isinstance(error, ConflictError) else 422
        return _show(request, reasons=error.reasons, status=status)
    return HttpResponseRedirect(
        reverse("admin:suspension_application_walk_in_receipt", args=[entered.number]), status=303
    )


def _show(
    request: HttpRequest, *, sent: SettleForm | None = None, reasons: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    user, today = account_of(request), clock.today()
    listed = BoundedPaginator(paid_twice(user), PAGE_ROWS).get_page(request.GET.get("page"))
    found = resolutions_for([row.person for row in listed.object_list], today=today)
    context = {
        **admin.site.each_context(request),
        "title": "重复参保",
        "section": "queue",
        "rows": _rows(found, user=user, sent=sent),
        "sent": sent,
        "reasons": reasons,
        **_around(listed),
    }
    return TemplateResponse(request, "admin/suspension/application/duplicates.html", context, status=status)


def _around(listed: "Page[DuplicateFinding]") -> dict[str, int | None]:
    return {
        "earlier_page": listed.previous_page_number() if listed.has_previous() else None,
        "later_page": listed.next_page_number() if listed.has_next() else None,
    }


def _rows(found: tuple[Resolution, ...], *, user: User, sent: SettleForm | None) -> list[Row]:
    duties, waiting = duties_of(user), open_cases(found)
    rows = []
    for at, one in enumerate(found, start=1):
        is_mine = duties.has(Role.CASEWORKER, area_id=one.end.area_id)
        application, form = waiting.get(one.end.pk), None
        if is_mine and application is None and one.step is Step.STOP:
            is_sent = sent is not None and sent.data.get("end") == str(one.end.pk)
            initial = {"end": one.end.pk, "stamp": one.stamp}
            form = sent if is_sent else SettleForm(initial=initial, auto_id=f"id_{at}_%s")
        is_elsewhere = one.end.area_id not in duties.area_ids
        rows.append(Row(found=one, application=application, form=form, is_elsewhere=is_elsewhere))
    return rows
