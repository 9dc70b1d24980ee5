"""Contribution records as rows of a file, for import_register."""

from collections.abc import Sequence

from django.db.models import Q

from insured.labels import SCHEMES
from insured.models import Enrollment
from insured.services.import_register import Line, Loader, Verdict
from insured.services.import_register.loader import (
    area_ids,
    area_of,
    chosen,
    day,
    fen,
    first_of_month,
    judged,
    may,
    must,
    needed,
    once_each,
    refusal,
    without,
)
from payments import labels
from payments.models import ContributionRecord
from payments.services.records import NewContribution, record_contributions

Place = tuple[str, str, int]
"""人员编号, scheme, area."""


def _key(row: NewContribution) -> tuple[object, ...]:
    """Nobody pays twice for one period of one enrollment by the same kind on one day."""
    return row.enrollment_id, row.kind, row.period_starts_on, row.period_ends_on, row.paid_on


def _read(line: Line, *, areas: dict[str, int], enrollments: dict[Place, Enrollment]) -> NewContribution:
    scheme, area_id = chosen(line, "险种", among=SCHEMES), area_of(line, areas=areas)
    if (enrollment := enrollments.get((needed(line, "人员编号"), scheme, area_id))) is None:
        raise refusal("import.enrollment")
    starts_on, ends_on = first_of_month(line, "费款所属期起"), first_of_month(line, "费款所属期止")
    if ends_on < starts_on:
        raise refusal("import.months")
    return NewContribution(
        person_id=enrollment.person_id,
        enrollment_id=enrollment.pk,
        employer_id=enrollment.employer_id,
        area_id=area_id,
        scheme=scheme,
        way=chosen(line, "缴费方式", among=labels.CONTRIBUTION_WAYS),
        kind=chosen(line, "缴费类型", among=labels.CONTRIBUTION_KINDS) if line.get("缴费类型") else "10",
        period_starts_on=starts_on,
        period_ends_on=ends_on,
        base_fen=fen(line, "缴费基数") if line.get("缴费基数") else None,
        personal_fen=fen(line, "个人缴费"),
        unit_fen=fen(line, "单位缴费"),
        fiscal_fen=fen(line, "财政补助"),
        aid_fen=fen(line, "医疗救助资助"),
        paid_on=day(line, "缴费日期"),
    )


def _judge(lines: Sequence[Line]) -> list[Verdict[NewContribution]]:
    areas = area_ids()
    found = Enrollment.objects.filter(person__number__in={line.get("人员编号") for line in lines})
    enrollments = {
        (one.person.number, one.scheme, one.area_id): one
        for one in found.select_related("person").defer("person__id_number", "person__phone").order_by("pk")
    }
    verdicts = once_each(judged(lines, lambda line: _read(line, areas=areas, enrollments=enrollments)), _key)
    rows = [one.new for one in verdicts if one.new]
    there: set[tuple[object, ...]] = set()
    if rows:
        first, last = min(row.period_starts_on for row in rows), max(row.period_starts_on for row in rows)
        same = Q(enrollment__in={row.enrollment_id for row in rows}, period_starts_on__range=(first, last))
        there = set(
            ContributionRecord.objects.filter(same).values_list(
                "enrollment_id", "kind", "period_starts_on", "period_ends_on", "paid_on"
            )
        )
    return without(verdicts, lambda new: "import.there" if _key(new) in there else "")


CONTRIBUTIONS = Loader(
    kind="contributions",
    columns=(
        must("人员编号", "已导入参保关系的人"),
        must("险种", "310、320、330、390、392，或写全称"),
        must("统筹区", "医保区划"),
        must("费款所属期起", "2026-01"),
        must("费款所属期止", "2026-12；一个月的与“起”相同"),
        must("个人缴费", "元"),
        must("缴费日期", "2026-03-10"),
        must("缴费方式", "例如 02 税务征收、31 个人账户代扣"),
        may("缴费类型", "不填为 10 正常缴费"),
        may("缴费基数", "元"),
        may("单位缴费", "元"),
        may("财政补助", "元"),
        may("医疗救助资助", "元"),
    ),
    judge=_judge,
    write=record_contributions,
    claims=lambda row: {_key(row): "import.repeated"},
)
