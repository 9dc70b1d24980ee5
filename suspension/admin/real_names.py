"""实名审核 at the desk: the accounts that the register could not name, with the photos of their IDs."""

from pathlib import Path

from django import forms
from django.contrib import admin, messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from insured.services.staff import duties_of
from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.paging import BoundedPaginator
from suspension.models import RealNameReview
from suspension.policy.transitions import Role
from suspension.services.real_name import decide, look, open_review

PAGE_ROWS = 1
"""One at a time: whoever sees a whole ID number has been logged for this one."""


class RealNameDecisionForm(forms.Form):
    """通过, or 不通过 with a reason."""

    number = forms.CharField(max_length=20, widget=forms.HiddenInput)
    action = forms.ChoiceField(
        label="审核结果",
        choices=[("approve", "照片与填写的一致，通过"), ("reject", "不通过")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择通过或不通过。", "invalid_choice": "请选择通过或不通过。"},
    )
    note = forms.CharField(
        label="不通过的原因",
        max_length=200,
        required=False,
        help_text="不通过时必填，写明哪里不对、怎么改；申请人会看到。",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "原因最多200个字。"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The oldest one with its photos and a form, the others behind it; what is sent decides one of them."""
    if request.method != "POST":
        return _show(request)
    form, user = RealNameDecisionForm(request.POST), account_of(request)
    if not RealNameReview.objects.in_charge_of(user).filter(number=request.POST.get("number", "")).exists():
        raise Http404
    if not form.is_valid():
        return _show(request, sent=form, status=422)
    given = form.cleaned_data
    try:
        done = decide(given["number"], is_approved=given["action"] == "approve", note=given["note"], by=user)
    except BusinessRuleError as error:
        return _show(request, sent=form, reasons=error.reasons, status=409 if isinstance(error, ConflictError) else 422)
    messages.success(request, f"实名审核 {done.number}：{done.get_state_display()}，已通知申请人，照片已删除。")
    return HttpResponseRedirect(reverse("admin:suspension_application_realnames"), status=303)


def _show(
    request: HttpRequest,
    *,
    sent: RealNameDecisionForm | None = None,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    user = account_of(request)
    waiting = RealNameReview.objects.in_charge_of(user).waiting().select_related("area").order_by("id")
    listed = BoundedPaginator(waiting, PAGE_ROWS).get_page(request.GET.get("page"))
    for one in listed.object_list:
        open_review(one, by=user)
    deciding = {area_id for area_id, role in duties_of(user).pairs if role == Role.CASEWORKER}
    sent_number = sent.data.get("number", "") if sent else ""
    context = {
        **admin.site.each_context(request),
        "title": "实名审核",
        "section": "queue",
        "sent": sent,
        "reasons": reasons,
        "rows": [
            (
                one,
                (sent if one.number == sent_number else RealNameDecisionForm(auto_id=f"id_{one.pk}_%s"))
                if one.area_id in deciding and one.applicant_id != user.pk
                else None,
            )
            for one in listed.object_list
        ],
        "waiting_count": listed.paginator.count,
        "later_page": listed.next_page_number() if listed.has_next() else None,
        "earlier_page": listed.previous_page_number() if listed.has_previous() else None,
    }
    return TemplateResponse(request, "admin/suspension/application/real_names.html", context, status=status)


@require_safe
def photo(request: HttpRequest, number: str, kind: str) -> FileResponse:
    """One side of the ID as it was drawn anew; every look is logged."""
    place = look(number, side=kind, by=account_of(request))
    if not place or not Path(place).is_file():
        raise Http404
    return FileResponse(Path(place).open("rb"), content_type="image/png")
