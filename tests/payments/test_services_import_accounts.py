"""Balances of personal accounts from a file: each once, in the account and in the ledger; refusals with reasons."""

import csv
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from insured.models import ImportRun, InsuredPerson, PoolingArea
from insured.services.import_register import engine, try_import
from insured.spreadsheet import Line
from payments.models import AccountEntry, LedgerEntry, LedgerTransaction
from payments.services import invariants, pooled
from payments.services.import_accounts import ACCOUNTS
from tests import factories
from tests.payments import refunding

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def march_10() -> Any:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def worker(area: PoolingArea) -> InsuredPerson:
    return factories.employee(of=factories.employer(area=area))


def row(person: InsuredPerson, **more: str) -> dict[str, str]:
    return {"人员编号": person.number, "余额": "1,234.50", "余额日期": "2026-03-09"} | more


def file_of(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "accounts.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["人员编号", "余额", "余额日期"])
        writer.writeheader()
        writer.writerows(rows)
    return path


def loaded(path: Path, **options: Any) -> dict[str, tuple[str, str]]:
    call_command("import_register", "accounts", str(path), stdout=StringIO(), **options)
    with path.with_suffix(".result.csv").open(encoding="utf-8-sig", newline="") as file:
        return {no: (verdict, reason) for no, verdict, reason in list(csv.reader(file))[1:]}


def test_a_balance_is_an_entry_and_a_posting(worker: InsuredPerson, tmp_path: Path) -> None:
    report = loaded(file_of(tmp_path, row(worker)))

    entry = AccountEntry.objects.get()
    assert report == {"2": ("已导入", "")}
    assert (entry.person, entry.kind, entry.balance_fen) == (worker, "opening", 123_450)
    assert entry.text == "2026-03-09余额转入"
    assert LedgerTransaction.objects.get().key == f"opening:account:{worker.number}"
    assert dict(LedgerEntry.objects.values_list("account", "fen")) == {"opening": 123_450, "personal": -123_450}
    assert refunding.money_is_in_order()


def test_the_same_file_and_another_one_take_it_once(worker: InsuredPerson, tmp_path: Path) -> None:
    path = file_of(tmp_path, row(worker))
    assert loaded(path) == loaded(path)

    again = loaded(file_of(tmp_path, row(worker, 余额="1")))

    assert again["2"][0] == "未导入"
    assert "已经有明细" in again["2"][1]
    assert pooled.balance_of(worker) == 123_450


def test_each_row_has_its_own_verdict(worker: InsuredPerson, area: PoolingArea, tmp_path: Path) -> None:
    other, resident = factories.employee(of=factories.employer(area=area)), factories.resident(area=area)
    rows = [
        row(worker, 余额="0"),
        row(worker, 余额="-1"),
        row(worker, 余额="1.005"),
        row(worker, 余额=""),
        row(worker, 余额日期="2026-03-11"),
        row(worker, 人员编号="P-nobody"),
        row(resident),
        row(worker),
        row(worker, 余额="7"),
        row(other, 余额="0.01", 余额日期="2026-02-28"),
    ]

    report = loaded(file_of(tmp_path, *rows))

    taken = [no for no, (verdict, _) in report.items() if verdict == "已导入"]
    assert taken == ["9", "11"]
    assert "大于0" in report["2"][1]
    assert "不能晚于今天" in report["6"][1]
    assert "没有查到" in report["7"][1]
    assert "没有查到" in report["8"][1]
    assert "重复" in report["10"][1]
    assert (pooled.balance_of(worker), pooled.balance_of(other)) == (123_450, 1)
    assert invariants.personal_accounts_out_of_line() == []


def test_a_dry_run_says_the_same_and_leaves_nothing(worker: InsuredPerson, tmp_path: Path) -> None:
    path = file_of(tmp_path, row(worker), row(worker))

    found = [(one.line, one.reasons) for one in try_import(ACCOUNTS, path)]

    assert [no for no, reasons in found if not reasons] == [2]
    assert loaded(path, dry_run=True)["2"] == ("可以导入", "")
    assert not AccountEntry.objects.exists()
    assert not LedgerTransaction.objects.exists()
    assert not ImportRun.objects.exists()


def test_a_chunk_takes_few_statements(
    area: PoolingArea, assert_statements: Callable[[int], AbstractContextManager[Any]]
) -> None:
    unit = factories.employer(area=area)
    people = [factories.employee(of=unit) for _ in range(20)]
    lines = [Line(no, row(one)) for no, one in enumerate(people, start=2)]
    run = engine.open_run("accounts", file_hash="0" * 64, file_name="a.csv")

    with assert_statements(16):
        engine.take_chunk(run, loader=ACCOUNTS, lines=lines)

    assert AccountEntry.objects.count() == 20


class TestTheInvariantFinds:
    def test_an_opening_that_the_ledger_does_not_say(self, worker: InsuredPerson) -> None:
        pooled._entry(worker.pk, after={}, fen=5, kind="opening").save(force_insert=True)

        assert invariants.personal_accounts_out_of_line() == [worker.number]

    def test_a_posting_without_its_opening(self, worker: InsuredPerson) -> None:
        pooled.ledger.post_openings({worker.number: 5}, channel="account")

        assert invariants.personal_accounts_out_of_line() == [f"opening:account:{worker.number}"]
