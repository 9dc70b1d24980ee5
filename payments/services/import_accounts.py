"""Balances of personal accounts as rows of a file, for import_register: what each held when the hall took it over."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from insured.models import Enrollment
from insured.services.import_register import Line, Loader, Verdict
from insured.services.import_register.loader import day, fen, judged, must, needed, once_each, refusal, without
from payments.models import AccountEntry
from payments.services.pooled import credit
from portal import clock

EMPLOYEE_SCHEME = "310"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What a person's account held at the end of a day, in fen."""

    person_id: int
    balance_fen: int
    on: date


def _read(line: Line, *, persons: dict[str, int]) -> NewAccount:
    """Somebody who is, or was, in the employee scheme; a balance above nothing; a day that is over."""
    person_id = persons.get(needed(line, "人员编号"))
    if person_id is None:
        raise refusal("import.no-employee")
    needed(line, "余额")
    balance_fen, on = fen(line, "余额"), day(line, "余额日期")
    if balance_fen <= 0:
        raise refusal("import.no-balance")
    if on > clock.today():
        raise refusal("import.balance-day")
    return NewAccount(person_id=person_id, balance_fen=balance_fen, on=on)


def _judge(lines: Sequence[Line]) -> list[Verdict[NewAccount]]:
    """Two statements."""
    found = Enrollment.objects.filter(
        person__number__in={line.get("人员编号") for line in lines}, scheme=EMPLOYEE_SCHEME
    )
    persons = dict(found.values_list("person__number", "person_id"))
    verdicts = once_each(judged(lines, lambda line: _read(line, persons=persons)), lambda row: row.person_id)
    wanted = [one.new.person_id for one in verdicts if one.new]
    there = set(AccountEntry.objects.filter(person__in=wanted).values_list("person_id", flat=True).distinct())
    return without(verdicts, lambda new: "import.account-there" if new.person_id in there else "")


def _write(rows: Sequence[NewAccount]) -> None:
    """The first entry of each account, and its posting: a few statements for each day that is named."""
    of_day: dict[date, dict[int, int]] = defaultdict(dict)
    for row in rows:
        of_day[row.on][row.person_id] = row.balance_fen
    for on, amounts in sorted(of_day.items()):
        credit(amounts, kind="opening", text=f"{on.isoformat()}余额转入")


ACCOUNTS = Loader(
    kind="accounts",
    columns=(
        must("人员编号", "已导入职工医保参保关系的人"),
        must("余额", "元，大于0；没有余额的不用导入"),
        must("余额日期", "2026-03-10，这一天结束时的余额"),
    ),
    judge=_judge,
    write=_write,
    claims=lambda row: {("account", row.person_id): "import.repeated"},
)
