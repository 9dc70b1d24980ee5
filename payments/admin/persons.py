"""The history of one person, read under a purpose that was given first."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from insured.models import InsuredPerson
from payments.admin.pages import (
    REFUSED,
    address_of,
    after_of,
    export,
    open_owner,
    opened_history,
    person_or_404,
    show,
    staff_member,
)
from payments.filters import ContributionFilter
from payments.forms import YearsForm
from payments.services import look_up
from payments.services.history import Amounts, chart, lines_after, narrowed, paid_years_of, span_sums, year_sums
from payments.services.vouchers import proven_records
from payments.views.vouchers import proof_answer
from portal import clock
from portal.audit.models import AccessLog
from portal.errors import BusinessRuleError, Reason
from portal.masking import mask_id

LINES, ALL_LINES = 60, 1000
"""Rows of a page, and of a page to be printed."""
CHARTED_YEARS = 10


@require_safe
@opened_history(person_or_404)
def person_history(request: HttpRequest, person: InsuredPerson, *, look: AccessLog) -> HttpResponse:
    """参保关系 and 缴费记录 of the areas, once the purpose was given; until then the page asks for it."""
    return _person_page(request, person, look=look)


@require_POST
def open_person(request: HttpRequest, number: str) -> HttpResponse:
    """Give the purpose and go to the person's history."""
    user = staff_member(request)
    return open_owner(request, person_or_404(number, by=user), by=user)


@require_POST
@opened_history(person_or_404)
def reveal(request: HttpRequest, person: InsuredPerson, *, look: AccessLog) -> HttpResponse:
    """The whole ID number, once, in the answer to this request."""
    try:
        id_number = look_up.reveal_id(person, look=look, by=look.user)
    except BusinessRuleError as error:
        return _person_page(request, person, look=look, reasons=error.reasons, status=REFUSED)
    return _person_page(request, person, look=look, id_number=id_number)


@require_POST
@opened_history(person_or_404)
def export_person(request: HttpRequest, person: InsuredPerson, *, look: AccessLog) -> HttpResponse:
    """The records as they are narrowed down on the page, as a file."""
    filters = ContributionFilter(request.GET, queryset=look_up.records_of(person, by=look.user))
    filters.is_valid()
    records = filters.filter_queryset(filters.queryset)
    whose = ("参保人", f"{person.name}（{mask_id(person.id_number)}）")
    try:
        return export(request, person, records=records, whose=whose, look=look)
    except BusinessRuleError as error:
        return _person_page(request, person, look=look, reasons=error.reasons, status=REFUSED)


@require_POST
@opened_history(person_or_404)
def print_proof(request: HttpRequest, person: InsuredPerson, *, look: AccessLog) -> HttpResponse:
    """缴费证明 over what lies in one's own areas; it counts as an export."""
    form = YearsForm(request.POST)
    if not form.is_valid():
        return _person_page(request, person, look=look, proof_form=form, status=422)
    try:
        records = proven_records(look_up.records_of(person, by=look.user), years=form.years)
        answer = proof_answer(request, person, records=records, years=form.years)
        look_up.log_export(person, what="缴费证明", look=look, by=look.user)
    except BusinessRuleError as error:
        return _person_page(request, person, look=look, proof_form=form, reasons=error.reasons, status=REFUSED)
    return answer


def _person_page(
    request: HttpRequest,
    person: InsuredPerson,
    *,
    look: AccessLog,
    id_number: str = "",
    proof_form: YearsForm | None = None,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    today = clock.today()
    records = look_up.records_of(person, by=look.user)
    spans = span_sums(records)
    filters = ContributionFilter(request.GET, queryset=records)
    credited = look_up.credits_of(person, by=look.user)
    filters.offer(
        areas={one.area_code: one.area_name for one in spans},
        schemes={one.scheme for one in spans},
        years={one.first.year for one in spans},
    )
    filters.is_valid()
    wanted = filters.form.cleaned_data
    sums = year_sums(
        narrowed(spans, area=wanted.get("area") or "", scheme=wanted.get("scheme") or "", year=wanted.get("year"))
    )
    is_whole = request.GET.get("page") == "all"
    page = lines_after(
        filters.filter_queryset(filters.queryset),
        after=after_of(request),
        rows=ALL_LINES if is_whole else LINES,
    )
    years = sorted({one.first.year for one in spans if one.received.total_fen})
    if years:
        proof_form = proof_form or YearsForm(initial={"first": years[0], "last": years[-1]})
        proof_form.offer(years)
    context = {
        "proof_form": proof_form if years else None,
        "proof_address": address_of(person, action="proof"),
        "title": f"缴费历史 {person.number}",
        "person": person,
        "id_number": id_number,
        "enrollments": look_up.enrollments_of(person, by=look.user),
        "credited": credited,
        "paid_years": paid_years_of(spans, day=today, credited=credited, area_id=person.area_id),
        "form": filters.form,
        "is_narrowed": any(wanted.values()),
        "sums": sums,
        "records": sum(one.records for one in sums),
        "received": sum((one.received for one in sums), Amounts()),
        "chart": chart({one.year: one.received.total_fen for one in sums}, years=CHARTED_YEARS),
        "page": page,
        "is_whole": is_whole,
        "reveal_address": address_of(person, action="reveal") if not id_number else "",
    }
    return show(request, person, "person.html", context, look=look, reasons=reasons, status=status)
