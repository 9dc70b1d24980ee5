"""规则草案 at the desk: drafting an area's rules or a holiday, seeing the difference, approving as a second person."""

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insured import labels
from insured.admin.areas import nobody, of_an_area
from insured.forms import DraftDecisionForm, HolidayForm, RulesForm
from insured.models import AreaPolicy, PoolingArea, RuleDraft
from insured.policy.roles import Right, StaffRole
from insured.policy.rules import RULE_FIELDS
from insured.services import drafts
from insured.services.draft_kinds import DraftKind, find_kind
from insured.services.staff import duties_of
from portal import clock, paging
from portal.accounts.adapters import account_of
from portal.errors import AlreadyDone, BusinessRuleError, ConflictError, Reason

if TYPE_CHECKING:
    DraftBase = admin.ModelAdmin[RuleDraft]
else:
    # Django's admin classes are generic for the type checker only.
    DraftBase = admin.ModelAdmin

SHOW, DRAFT = "admin/insured/ruledraft/show.html", "admin/insured/ruledraft/draft.html"
TONES = {
    RuleDraft.KEPT: "neutral",
    RuleDraft.SUBMITTED: "wait",
    RuleDraft.APPROVED: "ok",
    RuleDraft.RETURNED: "bad",
    RuleDraft.WITHDRAWN: "neutral",
}
VERSION = re.compile(r"[0-9]{1,9}")
HOLIDAY_NAMES = {"is_workday": "上班", "note": "说明"}


@dataclass(frozen=True, slots=True)
class Difference:
    """A rule as it is and as it is to be."""

    name: str
    source: str
    now: str
    new: str
    is_changed: bool


def differences(draft: RuleDraft) -> list[Difference]:
    """Every rule of the draft, the changed ones first."""
    now = drafts.now_of(draft)
    kind = find_kind(draft.kind)
    rows = [
        _difference_of(kind, name, now.get(name), value) if kind else _difference(name, now.get(name), value)
        for name, value in draft.values.items()
    ]
    return sorted(rows, key=lambda row: not row.is_changed)


def _difference(name: str, now: object, new: object) -> Difference:
    rule = RULE_FIELDS.get(name)
    shown = (_shown(name, now), _shown(name, new))
    return Difference(rule.name if rule else HOLIDAY_NAMES[name], rule.source if rule else "", *shown, now != new)


def _difference_of(kind: DraftKind, name: str, now: object, new: object) -> Difference:
    before = "—" if now is None else kind.shown(name, now)
    return Difference(kind.names[name], "", before, kind.shown(name, new), now != new)


def _shown(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or value == "":
        return "—"
    choices = getattr(AreaPolicy._meta.get_field(name), "choices", None) if name in RULE_FIELDS else None
    return str(dict(choices).get(value, value)) if choices else str(value)


def drafts_of(request: HttpRequest) -> QuerySet[RuleDraft]:
    """The drafts of one's own areas and of the days."""
    rows = RuleDraft.objects.in_charge_of(account_of(request))
    return rows.select_related("area", "base", "drafted_by", "decided_by").order_by("-id")


def administered(request: HttpRequest) -> list[PoolingArea]:
    """The areas whose rules one may draft."""
    pairs = duties_of(account_of(request)).pairs
    areas = [area_id for area_id, role in pairs if role == StaffRole.ADMINISTRATOR]
    return list(PoolingArea.objects.filter(pk__in=areas).order_by("code"))


def _page(
    request: HttpRequest, template: str, *, reasons: tuple[Reason, ...] = (), status: int = 200, **more: object
) -> HttpResponse:
    context = {**admin.site.each_context(request), "section": "rules", "reasons": reasons, **more}
    return TemplateResponse(request, template, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_area(request: HttpRequest, code: str) -> HttpResponse:
    """A copy of the rules in force, to be changed and handed in."""
    area = get_object_or_404(PoolingArea, pk__in=[one.pk for one in administered(request)], code=code)
    now = AreaPolicy.objects.in_force(area_id=area.pk, on=clock.today())
    before = earlier(request, kind="area", area_id=area.pk)
    initial = drafts.values_of(now.as_rules()) | typed_before(before)
    form = RulesForm(request.POST if request.method == "POST" else None, initial=initial)
    title = f"起草{area.name}规则"
    return _drafted(request, form, title=title, before=before, ask=lambda: form.request(area_id=area.pk))


@require_http_methods(["GET", "HEAD", "POST"])
def draft_holiday(request: HttpRequest) -> HttpResponse:
    """A day that is otherwise than the calendar says."""
    before = earlier(request, kind="holiday", area_id=None)
    initial = typed_before(before)
    if initial:
        initial["is_workday"] = "yes" if initial["is_workday"] else "no"
    form = HolidayForm(request.POST if request.method == "POST" else None, initial=initial)
    return _drafted(request, form, title="起草节假日调整", before=before, ask=form.request)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_kind(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """A copy of what another app keeps and is in force."""
    area = get_object_or_404(PoolingArea, pk__in=[one.pk for one in administered(request)], code=code)
    found = find_kind(kind)
    if found is None:
        raise Http404
    before = earlier(request, kind=kind, area_id=area.pk)
    now = found.now(area.pk, clock.today()) | (before.values if before else {})
    form = import_string(settings.DRAFT_FORMS[kind])(request.POST if request.method == "POST" else None, now=now)
    for name in ("effective_from", "ground") if before else ():
        form.initial[name] = getattr(before, name)
    title = f"起草{area.name}{labels.DRAFT_KINDS[kind]}"
    return _drafted(request, form, title=title, before=before, ask=lambda: form.request(area_id=area.pk))


def earlier(request: HttpRequest, *, kind: str, area_id: int | None) -> RuleDraft | None:
    """The own draft that the address names: one that was kept goes on, one that came back is drafted anew."""
    number = request.GET.get("draft", "").replace("\0", "")
    return drafts_of(request).filter(drafted_by=account_of(request), number=number, kind=kind, area=area_id).first()


def typed_before(before: RuleDraft | None) -> dict[str, Any]:
    """What the form is filled with."""
    return {**before.values, "effective_from": before.effective_from, "ground": before.ground} if before else {}


def _drafted(
    request: HttpRequest,
    form: BaseForm,
    *,
    title: str,
    before: RuleDraft | None,
    ask: Callable[[], drafts.NewDraft],
) -> HttpResponse:
    reasons: tuple[Reason, ...] = ()
    is_kept = "keep" in request.POST
    if form.is_valid():
        service = drafts.keep_draft if is_kept else drafts.draft_rules
        number = before.number if before and before.state == RuleDraft.KEPT else ""
        try:
            draft = service(ask(), number=number, token=request.POST.get("token", ""), by=account_of(request))
        except AlreadyDone as done:
            return redirect(done.address)
        except BusinessRuleError as error:
            reasons = error.reasons
        else:
            messages.success(request, "已暂存，只有您能看到。" if is_kept else "草案已提交，等待主管批准。")
            return redirect("admin:insured_ruledraft_show", number=draft.number)
    status = 422 if form.is_bound else 200
    token = secrets.token_urlsafe(24)
    return _page(request, DRAFT, title=title, form=form, before=before, token=token, reasons=reasons, status=status)


def _shown_draft(
    request: HttpRequest,
    draft: RuleDraft,
    *,
    form: DraftDecisionForm | None = None,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    user = account_of(request)
    rows = differences(draft)
    can_decide = (
        draft.state == RuleDraft.SUBMITTED
        and draft.drafted_by_id != user.pk
        and Right.APPROVE_RULES in duties_of(user).rights
    )
    return _page(
        request,
        SHOW,
        title=f"{draft.get_kind_display()}草案",
        draft=draft,
        tone=TONES[draft.state],
        rows=rows,
        changed=sum(row.is_changed for row in rows),
        can_decide=can_decide,
        overtaken_on=_overtaken_on(draft),
        is_mine=draft.drafted_by_id == user.pk,
        edit_address=_form_of(draft),
        form=form or DraftDecisionForm(initial={"version": draft.version}),
        reasons=reasons,
        status=status,
    )


def _overtaken_on(draft: RuleDraft) -> date | None:
    """The first day of rules that are approved already and end those of the draft, without what it changes."""
    if draft.kind != "area" or draft.state in RuleDraft.ENDED:
        return None
    later = AreaPolicy.objects.filter(area=draft.area_id, effective_from__gt=draft.effective_from)
    return later.order_by("effective_from").values_list("effective_from", flat=True).first()


def _form_of(draft: RuleDraft) -> str:
    """Where its drafter goes on with it."""
    if draft.kind == "holiday" or draft.area is None:
        address = reverse("admin:insured_ruledraft_draft_holiday")
    elif draft.kind == "area":
        address = reverse("admin:insured_ruledraft_draft_area", args=[draft.area.code])
    else:
        address = reverse("admin:insured_ruledraft_draft_kind", args=[draft.kind, draft.area.code])
    return f"{address}?draft={draft.number}"


@require_POST
def hand_in(request: HttpRequest, number: str) -> HttpResponse:
    """提交 what was kept."""
    return _changed(request, number, service=drafts.hand_in, done="草案已提交，等待主管批准。")


@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """撤回 before anybody decided."""
    return _changed(request, number, service=drafts.withdraw_draft, done="已撤回，不会再交给主管批准。")


def _changed(request: HttpRequest, number: str, *, service: Callable[..., object], done: str) -> HttpResponse:
    user = account_of(request)
    draft = get_object_or_404(drafts_of(request), number=number, drafted_by=user)
    version = request.POST.get("version", "")
    try:
        service(number, version=int(version) if VERSION.fullmatch(version) else 0, by=user)
    except BusinessRuleError as error:
        fresh = get_object_or_404(drafts_of(request), pk=draft.pk)
        status = 409 if isinstance(error, ConflictError) else 422
        return _shown_draft(request, fresh, reasons=error.reasons, status=status)
    messages.success(request, done)
    return redirect("admin:insured_ruledraft_show", number=number)


@require_safe
def show(request: HttpRequest, number: str) -> HttpResponse:
    """The draft against what is in force."""
    return _shown_draft(request, get_object_or_404(drafts_of(request), number=number))


@require_POST
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """批准 or 退回."""
    draft = get_object_or_404(drafts_of(request), number=number)
    form = DraftDecisionForm(request.POST)
    if not form.is_valid():
        return _shown_draft(request, draft, form=form, status=422)
    typed = form.cleaned_data
    try:
        drafts.decide_draft(
            number,
            version=typed["version"],
            is_approved=typed["action"] == "approve",
            text=typed["text"],
            by=account_of(request),
        )
    except BusinessRuleError as error:
        status = 409 if isinstance(error, ConflictError) else 422
        fresh = get_object_or_404(drafts_of(request), number=number)
        return _shown_draft(request, fresh, form=form, reasons=error.reasons, status=status)
    messages.success(request, "已批准，从生效日期起执行。" if typed["action"] == "approve" else "已退回起草人。")
    return redirect("admin:insured_ruledraft_show", number=number)


def chosen_state(request: HttpRequest) -> str:
    """Which drafts are listed; empty for all of them."""
    state = request.GET.get("state__exact", "")
    return state if state in labels.DRAFT_STATES else ""


@admin.register(RuleDraft)
class RuleDraftAdmin(DraftBase):
    """The newest first."""

    list_display = ("number", "kind", "area", "effective_from", "state")
    list_filter = ("state",)
    list_per_page = 50
    show_full_result_count = False
    actions = None

    has_module_permission = has_view_permission = of_an_area
    has_add_permission = has_change_permission = has_delete_permission = nobody

    def get_queryset(self, request: HttpRequest) -> QuerySet[RuleDraft]:
        found, state = drafts_of(request), chosen_state(request)
        return found.filter(state=state) if state else found

    def get_urls(self) -> list[URLPattern]:
        """The list, two forms, the draft with its difference; none of Django's forms."""
        pages: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("", self.changelist_view, "changelist"),
            ("area/<str:code>/", draft_area, "draft_area"),
            ("of/<str:kind>/<str:code>/", draft_kind, "draft_kind"),
            ("holiday/", draft_holiday, "draft_holiday"),
            ("<str:number>/", show, "show"),
            ("<str:number>/decide/", decide, "decide"),
            ("<str:number>/hand-in/", hand_in, "draft_hand_in"),
            ("<str:number>/withdraw/", withdraw, "draft_withdraw"),
        ]
        wrap = self.admin_site.admin_view
        return [path(route, wrap(view), name=f"insured_ruledraft_{name}") for route, view, name in pages]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        context = {
            "title": "规则草案",
            "states": [("", "全部"), *labels.DRAFT_STATES.items()],
            "state": chosen_state(request),
            "section": "rules",
            "areas": administered(request),
            "kinds": [(code, labels.DRAFT_KINDS[code]) for code in settings.DRAFT_KINDS],
            **(extra_context or {}),
        }
        response = super().changelist_view(request, context)
        paging.complete(response, lambda rows: {"rows": list(_rows(rows))})
        return response


def _rows(found: QuerySet[RuleDraft]) -> Iterator[tuple[RuleDraft, str]]:
    for draft in found:
        yield draft, TONES[draft.state]
