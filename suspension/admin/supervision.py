"""督办统计: the figures of the supervisor's areas as pictures, tables and CSV files; each line leads to its cases."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from payments.spreadsheet import CSV, Column, Table, as_csv
from portal.accounts.adapters import account_of
from portal.accounts.models import User
from suspension.services.statistics import Cell, Figure, Supervision, areas_of, supervision

USUAL_DAYS = 30
PERIODS = {7: "最近7天", 30: "最近30天", 90: "最近90天", 365: "最近一年"}
EM_PER_BAR = 3


class PeriodForm(forms.Form):
    """The days of the figures about decisions."""

    days = forms.TypedChoiceField(
        label="审结和退回的统计时间",
        coerce=int,
        choices=list(PERIODS.items()),
        error_messages={"invalid_choice": "没有这个时间范围，请重新选择。"},
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A line, its cells under their heads, its place in the picture in em, and the address of its cases."""

    name: str
    cells: tuple[tuple[str, Cell], ...]
    percent: int
    top: int
    address: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure as it is drawn; `height` is in em."""

    figure: Figure
    lines: tuple[Line, ...]
    height: int


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All figures of the areas one supervises."""
    user = _supervisor(request)
    form, found = _found(request, user=user)
    context = {
        "title": "督办统计",
        "section": "supervision",
        "form": form,
        "found": found,
        "pictures": [_picture(figure) for figure in found.figures],
        "days": (found.until - found.since).days + 1,
    }
    shared = admin.site.each_context(request)
    return TemplateResponse(request, "admin/suspension/supervision/figures.html", shared | context)


@require_safe
def export(request: HttpRequest, code: str) -> HttpResponse:
    """One figure as a CSV file: counts, and nobody's name but the colleagues'."""
    _, found = _found(request, user=_supervisor(request))
    figure = next((one for one in found.figures if one.code == code), None)
    if figure is None:
        raise Http404
    columns = (Column("项目"), *(Column(head) for head in figure.heads))
    rows = [(row.name, *(str(cell) for cell in row.cells)) for row in figure.rows]
    response = HttpResponse(as_csv(Table(title=figure.title, columns=columns, rows=rows)), content_type=CSV)
    name = f"{figure.title}-{found.until.isoformat()}.csv"
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return response


def _supervisor(request: HttpRequest) -> User:
    user = account_of(request)
    if not areas_of(user):
        raise PermissionDenied
    return user


def _found(request: HttpRequest, *, user: User) -> tuple[PeriodForm, Supervision]:
    form = PeriodForm(request.GET if "days" in request.GET else {"days": USUAL_DAYS})
    days = form.cleaned_data["days"] if form.is_valid() else USUAL_DAYS
    return form, supervision(user, days=days)


def _picture(figure: Figure) -> Picture:
    queue = reverse("admin:suspension_application_changelist")
    lines = tuple(
        Line(
            row.name,
            tuple(zip(figure.heads, row.cells, strict=True)),
            row.percent,
            EM_PER_BAR * place,
            f"{queue}?{urlencode(row.drill)}",
        )
        for place, row in enumerate(figure.rows)
    )
    return Picture(figure, lines, EM_PER_BAR * len(lines))
