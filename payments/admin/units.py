"""The history of one unit by month, read under a purpose that was given first."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from insured.models import Employer
from payments.admin.forms import UnitForm
from payments.admin.pages import (
    REFUSED,
    after_of,
    employer_or_404,
    export,
    open_owner,
    opened_history,
    show,
    staff_member,
)
from payments.models.records import ContributionRecordQuerySet
from payments.services import look_up
from payments.services.history import Amounts, lines_after, month_sums
from portal import clock
from portal.audit.models import AccessLog
from portal.errors import BusinessRuleError, Reason

LINES = 100


@dataclass(frozen=True, slots=True)
class Chosen:
    """The year or the month of the page, and the form it was chosen with."""

    form: UnitForm
    year: int
    month: int | None

    def within(self, records: ContributionRecordQuerySet, *, is_whole_year: bool = False) -> ContributionRecordQuerySet:
        """The records whose period begins in the month, or in the year."""
        month = None if is_whole_year else self.month
        span = (date(self.year, month or 1, 1), date(self.year, month or 12, 1))
        return records.filter(period_starts_on__range=span)


def chosen_of(request: HttpRequest) -> Chosen:
    """What the address asks for; this year where that is nothing known."""
    this_year = clock.today().year
    form = UnitForm(request.GET if "year" in request.GET else {"year": this_year}, this_year=this_year)
    given = form.cleaned_data if form.is_valid() else {}
    return Chosen(form=form, year=given.get("year") or this_year, month=given.get("month"))


@require_safe
@opened_history(employer_or_404)
def unit_history(request: HttpRequest, unit: Employer, *, look: AccessLog) -> HttpResponse:
    """A unit's records by month, once the purpose was given."""
    return _unit_page(request, unit, look=look)


@require_POST
def open_unit(request: HttpRequest, number: str) -> HttpResponse:
    """Give the purpose and go to the unit's history."""
    user = staff_member(request)
    return open_owner(request, employer_or_404(number, by=user), by=user)


@require_POST
@opened_history(employer_or_404)
def export_unit(request: HttpRequest, unit: Employer, *, look: AccessLog) -> HttpResponse:
    """The unit's records of the month or the year on the page, as a file; names are masked."""
    chosen = chosen_of(request)
    records = chosen.within(look_up.records_of(unit, by=look.user))
    try:
        return export(request, unit, records=records, whose=("参保单位", unit.name), look=look)
    except BusinessRuleError as error:
        return _unit_page(request, unit, look=look, reasons=error.reasons, status=REFUSED)


def _unit_page(
    request: HttpRequest,
    unit: Employer,
    *,
    look: AccessLog,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    chosen = chosen_of(request)
    records = look_up.records_of(unit, by=look.user)
    months = month_sums(chosen.within(records, is_whole_year=True))
    page = None
    if chosen.month:
        page = lines_after(chosen.within(records), after=after_of(request), rows=LINES)
    context = {
        "title": f"单位缴费历史 {unit.number}",
        "unit": unit,
        "form": chosen.form,
        "year": chosen.year,
        "month": chosen.month,
        "months": months,
        "received": sum((one.received for one in months), Amounts()),
        "page": page,
    }
    return show(request, unit, "unit.html", context, look=look, reasons=reasons, status=status)
