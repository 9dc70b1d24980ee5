"""没有开账单的: whom an assessment run has left out, why, and what is to be done about it; as a list and as a file."""

from typing import NamedTuple

from django.db.models import Count

from insured.models import Employer, Enrollment
from payments import labels
from payments.models import AssessmentRun, AssessmentSkip
from payments.services.closing_files import area_file
from payments.services.export import MOST_ROWS, ExportedFile
from payments.spreadsheet import Column, Value
from portal.accounts.models import User
from portal.errors import BusinessRuleError, Reason
from portal.masking import mask_name

COLUMNS = (
    Column("编号", width=22),
    Column("姓名或单位", width=30),
    Column("没有开账单的原因", width=30),
    Column("下一步", width=60),
)


class Skip(NamedTuple):
    """Whom a chunk has left out: an enrollment or a unit by its key, and why (labels.ASSESSMENT_SKIPS)."""

    why: str
    enrollment_id: int | None = None
    employer_id: int | None = None


class LeftOut(NamedTuple):
    """A row in words; people are shown masked."""

    key: int
    number: str
    name: str
    why: str
    next_step: str


def keep(run: AssessmentRun, *, skips: list[Skip]) -> None:
    """Write what a chunk has left out, in its transaction. One statement."""
    AssessmentSkip.objects.bulk_create(
        AssessmentSkip(run=run, why=one.why, enrollment_id=one.enrollment_id, employer_id=one.employer_id)
        for one in skips
    )


def counts_of(run: AssessmentRun) -> dict[str, int]:
    """Why → how many of them the list has. One statement."""
    rows = AssessmentSkip.objects.filter(run=run).values_list("why").annotate(Count("pk")).order_by("why")
    return dict(rows)


def page_of(run: AssessmentRun, *, why: str, after: int, size: int) -> list[LeftOut]:
    """So many in the order in which they were met, behind a key. One statement."""
    found = AssessmentSkip.objects.filter(run=run, pk__gt=after).order_by("pk")
    if why:
        found = found.filter(why=why)
    return [_row(one) for one in found.select_related("enrollment__person", "employer")[:size]]


def _row(one: AssessmentSkip) -> LeftOut:
    number, name = _whose(one.enrollment, one.employer)
    return LeftOut(one.pk, number, name, labels.ASSESSMENT_SKIPS[one.why], labels.ASSESSMENT_NEXT[one.why])


def _whose(enrollment: Enrollment | None, employer: Employer | None) -> tuple[str, str]:
    if enrollment is not None:
        return enrollment.person.number, mask_name(enrollment.person.name)
    return (employer.unit_code, employer.name) if employer is not None else ("", "")


def left_out_file(run: AssessmentRun, *, why: str, format_code: str, by: User) -> ExportedFile:
    """The same as a file, which the log notes. BusinessRuleError for more than MOST_ROWS."""
    found = page_of(run, why=why, after=0, size=MOST_ROWS + 1)
    if len(found) > MOST_ROWS:
        raise BusinessRuleError(Reason("export.too-many", {"limit": MOST_ROWS}))
    rows: list[tuple[Value, ...]] = [(one.number, one.name, one.why, one.next_step) for one in found]
    title = f"{run.area.name}核定{run.number}没有开账单的"
    return area_file(run.area, title=title, columns=COLUMNS, rows=rows, format_code=format_code, by=by)
