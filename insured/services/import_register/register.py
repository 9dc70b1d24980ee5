"""Persons, units and enrollments as rows of a file."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

from insured import labels
from insured.models import Employer, Enrollment, InsuredPerson
from insured.models.coverage import BASIC_SCHEMES
from insured.services import register
from insured.services.import_register.loader import (
    Loader,
    Verdict,
    area_ids,
    area_of,
    chosen,
    day,
    first_of_month,
    judged,
    may,
    must,
    needed,
    once_each,
    refusal,
    short,
    without,
)
from insured.spreadsheet import Line
from portal.crypto import blind_index_candidates
from portal.identity import check_uscc, normalize_email, normalize_phone, normalize_resident_id

NUMBER_LENGTH, NAME_LENGTH, UNIT_NAME_LENGTH, EMAIL_LENGTH = 20, 50, 100, 254
REPEATED, SECOND_BASIC = "import.repeated", "import.second-basic"


# --- persons ----------------------------------------------------------------------------------------------------
def _person(line: Line, *, areas: dict[str, int]) -> register.NewPerson:
    phone, email = line.get("手机号"), line.get("电子邮箱")
    return register.NewPerson(
        number=short(line, "人员编号", limit=NUMBER_LENGTH),
        name=short(line, "姓名", limit=NAME_LENGTH),
        id_number=normalize_resident_id(needed(line, "身份证号")),
        area_id=area_of(line, areas=areas),
        phone=normalize_phone(phone) if phone else None,
        email=normalize_email(short(line, "电子邮箱", limit=EMAIL_LENGTH)) if email else "",
    )


def _judge_persons(lines: Sequence[Line]) -> list[Verdict[register.NewPerson]]:
    areas = area_ids()
    verdicts = judged(lines, lambda line: _person(line, areas=areas))
    verdicts = once_each(verdicts, lambda new: new.number)
    verdicts = once_each(verdicts, lambda new: new.id_number)
    rows = [one.new for one in verdicts if one.new]
    indexes = {row.number: blind_index_candidates(row.id_number, purpose="resident-id") for row in rows}
    wanted = [index for some in indexes.values() for index in some]
    numbers = set(InsuredPerson.objects.filter(number__in=indexes).values_list("number", flat=True))
    ids = set(InsuredPerson.objects.filter(id_index__in=wanted).values_list("id_index", flat=True))

    def is_there(row: register.NewPerson) -> str:
        return "import.there" if row.number in numbers or not ids.isdisjoint(indexes[row.number]) else ""

    return without(verdicts, is_there)


PERSONS = Loader(
    kind="persons",
    columns=(
        must("人员编号", "不超过20个字符，不能重复"),
        must("姓名", "与身份证一致"),
        must("身份证号", "18位；出生日期和性别由它得出"),
        must("统筹区", "医保区划，例如 119901"),
        may("手机号", "11位"),
        may("电子邮箱", ""),
    ),
    judge=_judge_persons,
    write=register.register_people,
    claims=lambda new: dict.fromkeys([("number", new.number), ("id", new.id_number)], REPEATED),
)


SMALL, YES_NO = "中小微或个体", {"1": "是", "0": "否"}


# --- units ------------------------------------------------------------------------------------------------------
def _unit(line: Line, *, areas: dict[str, int]) -> register.NewEmployer:
    code = line.get("统一社会信用代码")
    return register.NewEmployer(
        number=short(line, "单位编号", limit=NUMBER_LENGTH),
        name=short(line, "单位名称", limit=UNIT_NAME_LENGTH),
        kind=chosen(line, "单位类型", among=labels.EMPLOYER_KINDS),
        area_id=area_of(line, areas=areas),
        unit_code=check_uscc(code).value if code else "",
        phone=line.get("联系电话")[:20],
        is_small=bool(line.get(SMALL)) and chosen(line, SMALL, among=YES_NO) == "1",
    )


def _judge_units(lines: Sequence[Line]) -> list[Verdict[register.NewEmployer]]:
    areas = area_ids()
    verdicts = once_each(judged(lines, lambda line: _unit(line, areas=areas)), lambda new: new.number)
    verdicts = once_each(verdicts, lambda new: new.unit_code or new.number)
    rows = [one.new for one in verdicts if one.new]
    numbers = set(Employer.objects.filter(number__in=[row.number for row in rows]).values_list("number", flat=True))
    wanted = [row.unit_code for row in rows if row.unit_code]
    codes = set(Employer.objects.filter(unit_code__in=wanted).values_list("unit_code", flat=True))

    def is_there(row: register.NewEmployer) -> str:
        return "import.there" if row.number in numbers or row.unit_code in codes else ""

    return without(verdicts, is_there)


UNITS = Loader(
    kind="units",
    columns=(
        must("单位编号", "不超过20个字符，不能重复"),
        must("单位名称", ""),
        must("单位类型", "01 普通单位、02 灵活就业虚拟单位、08 居民虚拟单位"),
        must("统筹区", "医保区划"),
        may("统一社会信用代码", "18位，不能重复"),
        may("联系电话", ""),
        may(SMALL, "1 是、0 否；可以缓缴的单位"),
    ),
    judge=_judge_units,
    write=register.register_employers,
    claims=lambda new: dict.fromkeys([("number", new.number), ("code", new.unit_code or new.number)], REPEATED),
)


# --- enrollments ------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class EnrollmentRow:
    """参保关系 and the period it covers, if it names one."""

    enrollment: register.NewEnrollment
    period: register.NewPeriod | None

    @property
    def key(self) -> tuple[object, ...]:
        """Nobody joins one scheme of one area twice on one day."""
        row = self.enrollment
        return row.person_id, row.scheme, row.area_id, row.joined_on

    @property
    def claims(self) -> dict[Hashable, str]:
        """What no other row may have: the same enrollment, and one active basic scheme of a person."""
        found: dict[Hashable, str] = {self.key: REPEATED}
        if self.is_active_basic:
            found["basic", self.enrollment.person_id] = SECOND_BASIC
        return found

    @property
    def is_active_basic(self) -> bool:
        """Of these a person has one."""
        return self.enrollment.scheme in BASIC_SCHEMES and self.enrollment.status == Enrollment.ACTIVE


def _enrollment(
    line: Line, *, areas: dict[str, int], persons: dict[str, int], units: Mapping[str, tuple[int, int]]
) -> EnrollmentRow:
    if (person_id := persons.get(needed(line, "人员编号"))) is None:
        raise refusal("import.person")
    if (unit := units.get(needed(line, "单位编号"))) is None:
        raise refusal("import.unit")
    employer_id, unit_area_id = unit
    scheme, joined_on = chosen(line, "险种", among=labels.SCHEMES), day(line, "本次参保日期")
    status = chosen(line, "参保状态", among=labels.ENROLLMENT_STATUS)
    enrollment = register.NewEnrollment(
        person_id=person_id,
        scheme=scheme,
        area_id=area_of(line, areas=areas),
        employer_id=employer_id,
        category=chosen(line, "人员类别", among=labels.PERSON_CATEGORIES),
        status=status,
        joined_on=joined_on,
        first_joined_on=day(line, "首次参保日期") if line.get("首次参保日期") else joined_on,
        paused_on=day(line, "暂停参保日期") if line.get("暂停参保日期") else None,
        last_paid_month=first_of_month(line, "已缴至") if line.get("已缴至") else None,
    )
    if unit_area_id != enrollment.area_id:
        raise refusal("import.unit-elsewhere")
    if enrollment.first_joined_on > joined_on:
        raise refusal("import.first-joined")
    if enrollment.paused_on and enrollment.paused_on < joined_on:
        raise refusal("import.paused-before")
    if enrollment.paused_on and status in {Enrollment.ACTIVE, Enrollment.NONE}:
        raise refusal("import.paused")
    period = None
    if line.get("待遇开始日"):
        ends_on = day(line, "待遇截止日") if line.get("待遇截止日") else None
        period = register.NewPeriod(0, person_id, scheme in BASIC_SCHEMES, day(line, "待遇开始日"), ends_on, "import")
        if ends_on and ends_on < period.starts_on:
            raise refusal("import.period")
    return EnrollmentRow(enrollment, period)


def _judge_enrollments(lines: Sequence[Line]) -> list[Verdict[EnrollmentRow]]:
    areas = area_ids()
    persons = InsuredPerson.objects.filter(number__in={line.get("人员编号") for line in lines})
    person_ids = dict(persons.values_list("number", "pk"))
    units = Employer.objects.filter(number__in={line.get("单位编号") for line in lines})
    places = {number: (pk, area_id) for number, pk, area_id in units.values_list("number", "pk", "area_id")}
    verdicts = judged(lines, lambda line: _enrollment(line, areas=areas, persons=person_ids, units=places))
    verdicts = once_each(verdicts, lambda new: new.key)
    there = set(
        Enrollment.objects.filter(person__in=person_ids.values()).values_list(
            "person_id", "scheme", "area_id", "joined_on"
        )
    )
    verdicts = without(verdicts, lambda new: "import.there" if new.key in there else "")
    active = set(
        Enrollment.objects.active()
        .filter(person__in=person_ids.values(), is_basic=True)
        .values_list("person_id", flat=True)
    )

    def second(row: EnrollmentRow) -> str:
        is_second = row.is_active_basic and row.enrollment.person_id in active
        if row.is_active_basic:
            active.add(row.enrollment.person_id)
        return SECOND_BASIC if is_second else ""

    return without(verdicts, second)


def _write_enrollments(rows: Sequence[EnrollmentRow]) -> None:
    written = register.register_enrollments(row.enrollment for row in rows)
    register.register_periods(
        replace(row.period, enrollment_id=enrollment.pk)
        for row, enrollment in zip(rows, written, strict=True)
        if row.period
    )


ENROLLMENTS = Loader(
    kind="enrollments",
    columns=(
        must("人员编号", "已导入的参保人"),
        must("险种", "310、320、330、390、392，或写全称"),
        must("统筹区", "医保区划"),
        must("单位编号", "已导入的单位；居民和灵活就业人员填虚拟单位"),
        must("人员类别", "例如 1101 在职职工、1103 灵活就业人员、1501 成年居民"),
        must("参保状态", "0 未参保、1 正常参保、2 暂停参保、4 终止参保"),
        must("本次参保日期", "2026-01-01"),
        may("首次参保日期", "不填与本次相同"),
        may("暂停参保日期", "暂停、终止的才填"),
        may("已缴至", "2026-03"),
        may("待遇开始日", "填了就登记这一段待遇"),
        may("待遇截止日", "不填表示一直有效"),
    ),
    judge=_judge_enrollments,
    write=_write_enrollments,
    claims=lambda new: new.claims,
)
