"""The register's import is killed again and again: in the end each row was taken or refused once, and none is lost."""

import csv
import os
import random
from pathlib import Path

import pytest

from insured.models import ImportRefusal, ImportRun, InsuredPerson, PoolingArea
from tests.faults.processes import Process, python, wait_until
from tests.faults.world import database_url
from tests.insured.test_import_register import persons, table
from tests.results import Report, size

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
WRONG_ID = {"身份证号": "119901198604120027"}
EVERY = 97
"""One row in so many cannot be taken."""


def mark() -> int:
    return ImportRun.objects.values_list("mark", flat=True).first() or 0


def test_an_import_killed_again_and_again_takes_every_row_once(
    report: Report, area: PoolingArea, tmp_path: Path, seed: int
) -> None:
    count, kills = size(plain=6_000, full=40_000), size(plain=3, full=20)
    rows = [row | WRONG_ID if no % EVERY == 0 else row for no, row in enumerate(persons(count))]
    file = table(tmp_path / "people.csv", rows)
    wrong = [no + 2 for no in range(0, count, EVERY)]
    env = os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    work = Process("import", python("manage", "import_register", "persons", str(file)), env=env, folder=tmp_path)
    chance = random.Random(seed)

    for aim in sorted(chance.sample(range(1, count // 2), kills)):
        work.start()
        wait_until(lambda aim=aim: mark() >= aim or not work.is_alive, what=f"the import comes to row {aim}")
        work.kill()
        wait_until(lambda: not work.is_alive, what="the import is dead")
    begun = mark()
    work.start()
    wait_until(lambda: not work.is_alive, what="the import ends", seconds=300)

    run = ImportRun.objects.get()
    with file.with_suffix(".result.csv").open(encoding="utf-8-sig", newline="") as told:
        lines = list(csv.DictReader(told))
    assert 0 < begun < count, f"seed {seed}: killed before it began or after it ended"
    assert run.finished_at is not None, work.log.read_text()
    assert InsuredPerson.objects.count() == run.taken == count - len(wrong)
    assert sorted(InsuredPerson.objects.values_list("number", flat=True)) == sorted(
        row["人员编号"] for no, row in enumerate(rows) if no % EVERY
    )
    assert list(ImportRefusal.objects.order_by("line").values_list("line", flat=True)) == wrong
    assert [int(line["行号"]) for line in lines if line["结果"] == "未导入"] == wrong
    assert len(lines) == count
    what = report.table("Import of a register killed (kill -9) and begun again", "rows", "kills", "twice", "lost")
    what.add(count, kills, 0, 0)
