"""转移接续 at the desk: the steps of one's areas with their working days, and recording one as done."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from insured.labels import SCHEMES
from insured.models.coverage import BASIC_SCHEMES
from insured.policy.dates import Month, MonthSpan
from insured.policy.years import as_spans
from portal import clock
from portal.accounts.adapters import account_of
from portal.accounts.models import User
from portal.audit.services import record_access
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.workdays import workdays_between
from suspension import labels
from suspension.admin.forms import new_token
from suspension.models import Application, TransferLeg
from suspension.policy.transfer import Leg
from suspension.services import legs, transfer
from suspension.services.facts import holidays

SHOWN_ROWS = 200
DONE_ROWS = 20
SPAN = re.compile(r"(\d{4})[-年./](\d{1,2})月?(?:\s*(?:[-至到—~～]+)\s*(\d{4})[-年./](\d{1,2})月?)?")
"""2015-03 至 2019-08, or one month; years and months as people type them."""


class LegForm(forms.Form):
    """What came of a step; what the record says is asked for where an area outside this hall says it."""

    token = forms.CharField(min_length=16, max_length=64, initial=new_token, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label="办理结果",
        choices=[("done", "已办完"), ("impossible", "办不成，终止这次转移")],
        widget=forms.RadioSelect,
        initial="done",
    )
    scheme = forms.ChoiceField(
        label="险种", choices=[("", "请选择"), *((code, SCHEMES[code]) for code in BASIC_SCHEMES)], required=False
    )
    spans = forms.CharField(
        label="缴费时段",
        required=False,
        max_length=1000,
        help_text="办完的必须填。照信息表一行填一段，例如：2015-03 至 2019-08。只缴一个月的写一个月份。",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    months = forms.IntegerField(
        label="信息表上的合计月数",
        min_value=0,
        max_value=720,
        required=False,
        help_text="办完的必须填。系统会与各段的月数核对，不符的不能登记。",
    )
    balance = forms.DecimalField(
        label="划转的个人账户余额（元）",
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(10_000_000),
        decimal_places=2,
        help_text="没有的填0或不填。居民医保没有个人账户。",
    )
    note = forms.CharField(
        label="办理说明",
        required=False,
        max_length=200,
        help_text="办不成的必须写明原因，申请人会看到。外地办理的，写明来函的单位和日期。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, leg: TransferLeg, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_known = leg.application.transfer_from_id is not None
        if leg.kind == Leg.IN or is_known:
            for name in ("scheme", "spans", "months"):
                del self.fields[name]
        if leg.kind == Leg.IN:
            del self.fields["balance"]

    def clean_spans(self) -> tuple[tuple[Month, Month], ...]:
        """A span a line, from and to."""
        found = []
        for number, line in enumerate(self.cleaned_data["spans"].splitlines(), start=1):
            if not line.strip():
                continue
            typed = SPAN.fullmatch(line.strip())
            try:
                first = Month(int(typed[1]), int(typed[2])) if typed else None
                last = Month(int(typed[3]), int(typed[4])) if typed and typed[3] else first
            except ValueError:
                first = last = None
            if first is None or last is None:
                raise forms.ValidationError(f"第{number}行看不懂，请写成“2015-03 至 2019-08”的样子。")
            found.append((first, last))
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        """A transfer that ends needs a reason."""
        given = super().clean() or {}
        if given.get("outcome") == "impossible" and not given.get("note", "").strip():
            self.add_error("note", "请写明为什么办不成，申请人会看到。")
        return given

    def report(self) -> legs.LegReport:
        """The cleaned form."""
        given = self.cleaned_data
        return legs.LegReport(
            note=given["note"],
            scheme=given.get("scheme") or "",
            months=given.get("months"),
            spans=given.get("spans") or (),
            balance_fen=int((given.get("balance") or Decimal(0)) * 100),
        )


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The steps of one's areas, the most urgent first; late ones are marked."""
    user, today, overrides = account_of(request), clock.today(), holidays()
    mine = TransferLeg.objects.in_charge_of(user).select_related("application__person", "area")
    running = list(mine.running().order_by("due_on", "id")[:SHOWN_ROWS])
    context = {
        "title": "转移接续",
        "section": "queue",
        "running": [
            (leg, leg.due_on < today, workdays_between(today, leg.due_on, overrides=overrides)) for leg in running
        ],
        "late": sum(leg.due_on < today for leg in running),
        "done": list(mine.filter(done_at__isnull=False).order_by("-done_at")[:DONE_ROWS]),
    }
    return _answer(request, "transfers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def leg(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """One step: the person, both sides, what the record says, and its outcome; looking at it is logged."""
    user = account_of(request)
    found = _leg(user, number=number, kind=kind)
    record_access(user=user, action="view", subject_kind="application", subject_id=found.application_id)
    form = LegForm(request.POST if request.method == "POST" else None, leg=found)
    if request.method != "POST" or not form.is_valid():
        return _show(request, found, form=form, status=422 if form.is_bound else 200)
    sent = {"number": number, "token": form.cleaned_data["token"], "by": user}
    try:
        if form.cleaned_data["outcome"] == "impossible":
            legs.give_up_leg(kind, why=form.cleaned_data["note"], **sent)
        else:
            legs.finish_leg(kind, form.report(), **sent)
    except BusinessRuleError as error:
        status = 409 if isinstance(error, ConflictError) else 422
        return _show(request, _leg(user, number=number, kind=kind), form=form, reasons=error.reasons, status=status)
    messages.success(request, f"{labels.LEGS[kind]}已登记：{number}。")
    return HttpResponseRedirect(reverse("admin:suspension_application_transfers"), status=303)


def _leg(user: User, *, number: str, kind: str) -> TransferLeg:
    """Only those of one's areas."""
    mine = TransferLeg.objects.in_charge_of(user).select_related("application__person", "area", "done_by")
    found = mine.filter(application__number=number, kind=kind).first()
    if found is None:
        raise Http404
    return found


def _show(
    request: HttpRequest, found: TransferLeg, *, form: LegForm, reasons: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    today, application = clock.today(), found.application
    is_known = found.kind == Leg.OUT and application.transfer_from_id is not None
    context = {
        "title": f"{labels.LEGS[found.kind]} {application.number}",
        "section": "queue",
        "leg": found,
        "application": application,
        "person": application.person,
        "facts": transfer.facts_of(application, today=today),
        "record": _record(application, today=today) if is_known else None,
        "out": application.legs.filter(kind=Leg.OUT, done_at__isnull=False).first(),
        "is_late": found.done_at is None and found.due_on < today,
        "is_running": found.done_at is None,
        "form": form,
        "reasons": reasons,
    }
    return _answer(request, "transfer_leg.html", context, status=status)


def _record(application: Application, *, today: date) -> tuple[int, list[MonthSpan]]:
    """What the hall's own record says: how many months, and from when to when."""
    _, months = transfer.record_in_hall(application.transfer_from_id or 0, until=today)
    return len(months), [MonthSpan(first, last) for first, last in as_spans(months)]


def _answer(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    shared = admin.site.each_context(request)
    return TemplateResponse(request, f"admin/suspension/application/{name}", shared | context, status=status)
