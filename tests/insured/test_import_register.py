"""The register of the first day: every row once, whatever happens, and a reason for each that is not taken."""

import csv
import tracemalloc
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from insured.models import (
    CoveragePeriod,
    Employer,
    Enrollment,
    ImportRefusal,
    ImportRun,
    InsuredPerson,
)
from insured.services import import_register
from insured.services.import_register import PERSONS, engine
from payments.models import ContributionRecord
from portal.errors import ConflictError
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("area")]
PERSON = {"人员编号": "P1", "姓名": "苏文岚", "身份证号": "", "统筹区": "119901", "手机号": "138 0013 8000"}
ENROLLMENT = {
    "人员编号": "P1",
    "险种": "390",
    "统筹区": "119901",
    "单位编号": "119901-08",
    "人员类别": "1501",
    "参保状态": "正常参保",
    "本次参保日期": "2024/1/1",
    "首次参保日期": "",
    "暂停参保日期": "",
    "已缴至": "2026-12",
    "待遇开始日": "2026-01-01",
    "待遇截止日": "20261231",
}
PAYMENT = {
    "人员编号": "P1",
    "险种": "城乡居民基本医疗保险",
    "统筹区": "119901",
    "费款所属期起": "2026-01",
    "费款所属期止": "202612",
    "个人缴费": "400.00",
    "缴费日期": "2025-10-20",
    "缴费方式": "02",
    "财政补助": "1,000",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def table(path: Path, rows: Iterable[dict[str, str]]) -> Path:
    listed = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)
    return path


def person(no: int = 1, **more: str) -> dict[str, str]:
    return PERSON | {"人员编号": f"P{no}", "身份证号": factories.resident_id(serial=no % 1000)} | more


def persons(count: int) -> list[dict[str, str]]:
    """So many, each with an ID of their own."""
    return [
        PERSON
        | {
            "人员编号": f"P{no}",
            "身份证号": factories.resident_id(born_on=date(1950, 1, 1) + timedelta(no // 1000), serial=no % 1000),
        }
        for no in range(count)
    ]


def load(kind: str, path: Path, **options: object) -> tuple[str, dict[int, tuple[str, str]]]:
    """What the command says, and its report: line → (verdict, reason)."""
    out = StringIO()
    call_command("import_register", kind, str(path), stdout=out, **options)
    with path.with_suffix(".result.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return out.getvalue(), {int(no): (verdict, reason) for no, verdict, reason in rows}


def test_the_first_day_of_a_hall(folder: Path) -> None:
    unit = {"单位编号": "U1", "单位名称": "青禾", "单位类型": "01", "统筹区": "119901", "统一社会信用代码": ""}
    load("units", table(folder / "units.csv", [unit]))
    load("persons", table(folder / "persons.csv", [person()]))
    load("enrollments", table(folder / "enrollments.csv", [ENROLLMENT]))
    load("contributions", table(folder / "contributions.csv", [PAYMENT]))

    found = InsuredPerson.objects.get()
    record = ContributionRecord.objects.get()
    assert Employer.objects.filter(number="U1", kind="01").exists()
    assert (found.number, found.phone, found.born_on.isoformat()) == ("P1", "13800138000", "1980-01-01")
    assert (found.enrollments.get().status, found.enrollments.get().last_paid_month.isoformat()) == ("1", "2026-12-01")
    assert CoveragePeriod.objects.get().ends_on.isoformat() == "2026-12-31"
    assert (record.person, record.personal_fen, record.fiscal_fen) == (found, 40_000, 100_000)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"姓名": ""}, "“姓名”没有填写"),
        ({"身份证号": "119901198604120027"}, "身份证号校验不通过"),
        ({"身份证号": "1101"}, "身份证号应为18位"),
        ({"统筹区": "000000"}, "没有这个统筹区"),
        ({"手机号": "123"}, "手机号应为11位"),
        ({"人员编号": "P" * 21}, "超过20个字符"),
        ({"电子邮箱": f"{'a' * 60}@{'.'.join(['b' * 60] * 4)}.com"}, "超过254个字符"),
    ],
)
def test_a_person_that_cannot_be_is_refused_with_its_reason(more: dict[str, str], words: str, folder: Path) -> None:
    _, report = load("persons", table(folder / "a.csv", [person(1) | more, person(2)]))

    assert words in report[2][1]
    assert report[3] == ("已导入", "")
    assert InsuredPerson.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"人员编号": "P9"}, "没有这个人员编号"),
        ({"单位编号": "X"}, "没有这个单位编号"),
        ({"险种": "999"}, "“险种”不是可用的代码"),
        ({"本次参保日期": "2026-02-30"}, "“本次参保日期”不是日期"),
        ({"已缴至": "2026-13"}, "“已缴至”不是年月"),
        ({"暂停参保日期": "2026-01-01"}, "只有暂停、终止参保的"),
        ({"参保状态": "2", "暂停参保日期": "2023-12-31"}, "“暂停参保日期”早于“本次参保日期”"),
        ({"首次参保日期": "2024-01-02"}, "“首次参保日期”晚于“本次参保日期”"),
        ({"单位编号": "119902-08"}, "不属于所填的统筹区"),
        ({"待遇截止日": "2025-01-01"}, "早于“待遇开始日”"),
    ],
)
def test_an_enrollment_that_cannot_be_is_refused(more: dict[str, str], words: str, folder: Path) -> None:
    factories.area(code="119902", name="邻州市")
    load("persons", table(folder / "p.csv", [person()]))

    _, report = load("enrollments", table(folder / "e.csv", [ENROLLMENT | more]))

    assert words in report[2][1]
    assert not Enrollment.objects.exists()


def test_a_second_basic_scheme_and_an_overlap_are_refused_alone(folder: Path) -> None:
    load("persons", table(folder / "p.csv", [person(1), person(2)]))
    second = ENROLLMENT | {"险种": "310", "人员类别": "1103", "单位编号": "119901-02"}
    overlap = second | {"参保状态": "2", "本次参保日期": "2023-01-01"}
    rows = [ENROLLMENT, second, overlap, ENROLLMENT | {"人员编号": "P2"}]

    _, report = load("enrollments", table(folder / "e.csv", rows))

    assert [verdict for verdict, _ in report.values()] == ["已导入", "未导入", "未导入", "已导入"]
    assert "已有一个正常状态的基本医疗保险" in report[3][1]
    assert "待遇时段重叠" in report[4][1]
    assert Enrollment.objects.count() == CoveragePeriod.objects.count() == 2


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"险种": "310"}, "没有这个险种的参保关系"),
        ({"费款所属期止": "2025-12"}, "早于“费款所属期起”"),
        ({"个人缴费": "abc"}, "“个人缴费”不是金额"),
        ({"缴费方式": ""}, "“缴费方式”没有填写"),
    ],
)
def test_a_payment_that_cannot_be_is_refused(more: dict[str, str], words: str, folder: Path) -> None:
    load("persons", table(folder / "p.csv", [person()]))
    load("enrollments", table(folder / "e.csv", [ENROLLMENT]))

    _, report = load("contributions", table(folder / "c.csv", [PAYMENT | more]))

    assert words in report[2][1]


def test_repeats_inside_a_file_and_against_the_register_are_refused(folder: Path) -> None:
    load("persons", table(folder / "a.csv", [person(1)]))
    twin = person(3) | {"身份证号": person(2)["身份证号"]}

    _, report = load("persons", table(folder / "b.csv", [person(1), person(2), person(2), twin]))

    assert [reason for _, reason in report.values()] == [
        "名册中已有，没有再次导入。",
        "",
        "与文件中前面的一行重复。",
        "与文件中前面的一行重复。",
    ]


def test_the_same_file_again_takes_nothing_and_reports_the_same(folder: Path) -> None:
    path = table(folder / "a.csv", [person(1), person(2) | {"姓名": ""}])
    _, first = load("persons", path)

    said, second = load("persons", path)

    assert "已导入 1 行，未导入 1 行" in said
    assert first == second
    assert InsuredPerson.objects.count() == 1


def test_a_run_that_died_goes_on_and_takes_each_row_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = table(folder / "a.csv", persons(1_300))
    write, calls = PERSONS.write, []

    def dies(rows: object) -> None:
        calls.append(rows)
        write(rows)
        if len(calls) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(import_register.run_import(_with(dies), path))
    half = InsuredPerson.objects.count(), ImportRun.objects.get().mark

    load("persons", path)

    assert half == (500, 501)
    assert InsuredPerson.objects.count() == ImportRun.objects.get().taken == 1_300


def _with(write: object) -> import_register.Loader:
    return replace(PERSONS, write=write)


def test_two_at_once_take_each_row_once(folder: Path) -> None:
    path = table(folder / "a.csv", [person(1)])
    stale = engine.open_run("persons", file_hash=engine._hash(path), file_name="a.csv")
    list(import_register.run_import(PERSONS, path))

    with pytest.raises(ConflictError):
        engine.take_chunk(stale, loader=PERSONS, lines=list(engine._readable(PERSONS, path)))

    assert InsuredPerson.objects.count() == 1


def test_a_chunk_that_another_has_taken_is_not_taken_again_while_the_run_goes_on(folder: Path) -> None:
    path = table(folder / "a.csv", [person(1), person(2)])
    first, second = (engine.open_run("persons", file_hash=engine._hash(path), file_name="a.csv") for _ in range(2))
    lines = list(engine._readable(PERSONS, path))
    engine.take_chunk(first, loader=PERSONS, lines=lines)

    with pytest.raises(ConflictError):
        engine.take_chunk(second, loader=PERSONS, lines=lines)

    assert InsuredPerson.objects.count() == 2
    assert not ImportRefusal.objects.exists()


def test_a_dry_run_writes_nothing_and_finds_the_same(folder: Path) -> None:
    path = table(folder / "a.csv", [*persons(600), PERSON | {"姓名": ""}, persons(1)[0]])

    said, tried = load("persons", path, dry_run=True)
    assert not InsuredPerson.objects.exists()
    assert not ImportRun.objects.exists()
    _, taken = load("persons", path)

    assert "2 行不能导入" in said
    assert {no for no, (verdict, _) in tried.items() if verdict == "未导入"} == {602, 603}
    assert {no for no, (verdict, _) in taken.items() if verdict == "未导入"} == {602, 603}
    assert ImportRefusal.objects.count() == 2


def test_a_dry_run_finds_what_rows_of_different_chunks_both_want(folder: Path) -> None:
    twin = persons(700)[699] | {"人员编号": "P0"}
    _, people = load("persons", table(folder / "p.csv", [*persons(600), twin]), dry_run=True)
    load("persons", table(folder / "q.csv", persons(600)))
    units = [{"单位编号": f"U{no}", "单位名称": "青禾", "单位类型": "01", "统筹区": "119901"} for no in range(600)]
    coded = [one | {"统一社会信用代码": "91119901MADEM00119" if at in (0, 599) else ""} for at, one in enumerate(units)]
    _, employers = load("units", table(folder / "u.csv", coded), dry_run=True)
    basic = [ENROLLMENT | {"人员编号": f"P{no}"} for no in range(600)]
    second = ENROLLMENT | {"人员编号": "P0", "险种": "310", "人员类别": "1103", "单位编号": "119901-02"}
    path = table(folder / "e.csv", [*basic, second])
    _, tried = load("enrollments", path, dry_run=True)
    _, taken = load("enrollments", path)

    assert {no: reason for no, (_, reason) in people.items() if reason} == {602: "与文件中前面的一行重复。"}
    assert {no: reason for no, (_, reason) in employers.items() if reason} == {601: "与文件中前面的一行重复。"}
    assert {no: reason for no, (_, reason) in tried.items() if reason} == {
        602: "这个人已有一个正常状态的基本医疗保险，不能再有第二个。"
    }
    assert {no for no, (_, reason) in taken.items() if reason} == {602}


def test_a_dry_run_asks_the_database_as_well(folder: Path) -> None:
    load("persons", table(folder / "p.csv", [person(1)]))
    load("enrollments", table(folder / "e.csv", [ENROLLMENT]))
    overlap = ENROLLMENT | {"险种": "310", "人员类别": "1103", "单位编号": "119901-02", "参保状态": "2"}

    _, tried = load("enrollments", table(folder / "o.csv", [overlap]), dry_run=True)

    assert "待遇时段重叠" in tried[2][1]
    assert Enrollment.objects.count() == CoveragePeriod.objects.count() == 1


def test_a_nul_in_a_cell_stops_nothing(folder: Path) -> None:
    load("persons", table(folder / "a.csv", [person(1) | {"姓名": "苏文\0岚"}, person(2)]))

    assert list(InsuredPerson.objects.order_by("pk").values_list("name", flat=True)) == ["苏文岚", "苏文岚"]


def test_what_only_the_database_refuses_is_refused_alone(folder: Path) -> None:
    def write(rows: Sequence[object]) -> None:
        PERSONS.write(replace(row, name="岚" * 51) if row.number == "P1" else row for row in rows)

    list(import_register.run_import(_with(write), table(folder / "a.csv", [person(1), person(2)])))

    assert list(ImportRefusal.objects.values_list("line", flat=True)) == (
        [2] if connection.vendor == "postgresql" else []
    )
    assert InsuredPerson.objects.filter(number="P2").exists()


def test_says_which_columns_are_missing(folder: Path) -> None:
    path = folder / "a.csv"
    path.write_text("姓名\n苏文岚\n", encoding="utf-8")

    with pytest.raises(CommandError, match="缺少这些列：人员编号、身份证号、统筹区"):
        call_command("import_register", "persons", str(path))


def test_a_file_that_is_not_there_is_said(folder: Path) -> None:
    with pytest.raises(CommandError, match="没有文件"):
        call_command("import_register", "persons", str(folder / "a.csv"))


@pytest.mark.parametrize("kind", ["units", "persons", "enrollments", "contributions", "accounts"])
def test_a_template_has_the_headings_that_the_import_asks_for(kind: str, folder: Path) -> None:
    out = StringIO()
    call_command("import_register", kind, str(folder / "t.csv"), template=True, stdout=out)

    said, report = load(kind, folder / "t.csv")

    assert "必填" in out.getvalue()
    assert "已导入 0 行，未导入 0 行" in said
    assert report == {}


def test_no_number_of_a_person_stands_in_the_report_or_the_refusals(folder: Path) -> None:
    row = person(1) | {"统筹区": "0"}
    load("persons", table(folder / "a.csv", [row]))

    written = (folder / "a.result.csv").read_text(encoding="utf-8-sig") + ImportRefusal.objects.get().reasons

    assert row["身份证号"] not in written
    assert row["姓名"] not in written


def test_a_chunk_takes_few_statements(folder: Path, assert_statements) -> None:
    path = table(folder / "a.csv", persons(500))
    run = engine.open_run("persons", file_hash="0" * 64, file_name="a.csv")
    lines = list(engine._readable(PERSONS, path))

    with assert_statements(20):
        engine.take_chunk(run, loader=PERSONS, lines=lines)


def test_memory_does_not_grow_with_the_file(folder: Path) -> None:
    path = table(folder / "a.csv", persons(3_000))
    runs = import_register.run_import(PERSONS, path)
    next(runs)
    next(runs)
    tracemalloc.start()
    try:
        next(runs)
        early = tracemalloc.get_traced_memory()[0]
        list(runs)
        late = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert late - early < 2_000_000
