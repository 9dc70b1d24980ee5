"""Writes many bills of a few distinct statements: policy made each statement once, one statement joins them to rows.

No rate is computed in SQL: it copies the amounts that policy gave.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from payments.models.bills import Bill, stored_params
from payments.policy.amounts import Line, total
from payments.services.numbers import free_numbers
from portal import clock

PARTS = ("personal", "unit", "fiscal", "aid", "late_fee")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What all bills of a chunk have in common."""

    area_id: int
    scheme: str
    period_starts_on: date
    period_ends_on: date
    due_on: date
    base_fen: int | None = None
    kind: str = "10"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One bill to write: whose it is, and which of the distinct statements it gets."""

    person_id: int
    enrollment_id: int
    employer_id: int
    case: int


HEADS = """
INSERT INTO payments_bill (
    number, person_id, enrollment_id, employer_id, area_id, scheme, kind, period_starts_on, period_ends_on, base_fen,
    personal_fen, unit_fen, fiscal_fen, aid_fen, late_fee_fen, payable_fen, paid_fen, refunded_fen,
    due_on, status, arrears_cause, basis, repair_years, created_at, version
)
WITH cases(case_no, personal, unit, fiscal, aid, late_fee, payable) AS (VALUES {cases}),
     wanted(number, person_id, enrollment_id, employer_id, case_no) AS ({rows})
SELECT wanted.number, wanted.person_id, wanted.enrollment_id, wanted.employer_id, %s, %s, %s, {day}, {day},
    CAST(%s AS bigint), personal, unit, fiscal, aid, late_fee, payable, 0, 0, {day}, 'open', '', '', 0, {moment}, 1
FROM wanted JOIN cases ON cases.case_no = wanted.case_no
"""
LINES = """
INSERT INTO payments_billline (
    bill_id, position, part, base_fen, rate, amount_fen, reason_code, reason_params, reason_source
)
WITH lines(case_no, position, part, base_fen, rate, amount_fen, code, params, source) AS (VALUES {lines}),
     wanted(number, case_no) AS ({rows})
SELECT bill.id, lines.position, lines.part, CAST(lines.base_fen AS bigint), CAST(lines.rate AS numeric),
    lines.amount_fen, lines.code, {params}, lines.source
FROM wanted JOIN lines ON lines.case_no = wanted.case_no JOIN payments_bill bill ON bill.number = wanted.number
"""

UNNEST = "SELECT * FROM unnest({arrays})"


def write_bills(rows: Sequence[Row], *, head: Head, statements: Mapping[int, Sequence[Line]]) -> list[str]:
    """The bills and their lines, in two statements beside the check of the numbers. Inside the caller's transaction.

    A period that has a bill already breaks a constraint. Returns the numbers in the order of `rows`.
    """
    if not rows:
        return []
    numbers = free_numbers(Bill, prefix="ZD", days=[clock.today()] * len(rows))
    with connection.cursor() as cursor:
        _write_heads(cursor, rows, numbers=numbers, head=head, statements=statements)
        _write_lines(cursor, rows, numbers=numbers, statements=statements)
    return numbers


def _write_heads(
    cursor: CursorWrapper,
    rows: Sequence[Row],
    *,
    numbers: Sequence[str],
    head: Head,
    statements: Mapping[int, Sequence[Line]],
) -> None:
    cases = [(case, *(total(lines, part) for part in PARTS), total(lines)) for case, lines in statements.items()]
    wanted = [
        (number, row.person_id, row.enrollment_id, row.employer_id, row.case)
        for number, row in zip(numbers, rows, strict=True)
    ]
    is_postgresql = connection.vendor == "postgresql"
    table, columns = _table(wanted, types=("text", "bigint", "bigint", "bigint", "integer"))
    sql = HEADS.format(
        cases=_places(cases),
        rows=table,
        day="CAST(%s AS date)" if is_postgresql else "%s",
        moment="CAST(%s AS timestamptz)" if is_postgresql else "%s",
    )
    common: list[Any] = [head.area_id, head.scheme, head.kind, _text(head.period_starts_on), _text(head.period_ends_on)]
    now = clock.now().replace(tzinfo=None).isoformat(sep=" ") + ("+00" if is_postgresql else "")
    values: list[Any] = [*_flat(cases), *columns, *common, head.base_fen, _text(head.due_on), now]
    cursor.execute(sql, values)


def _write_lines(
    cursor: CursorWrapper, rows: Sequence[Row], *, numbers: Sequence[str], statements: Mapping[int, Sequence[Line]]
) -> None:
    lines = [
        (
            case,
            position,
            line.part,
            line.base_fen,
            None if line.rate is None else str(line.rate),
            line.amount_fen,
            line.reason.code,
            json.dumps(stored_params(line.reason)),
            line.reason.source,
        )
        for case, found in statements.items()
        for position, line in enumerate(found, start=1)
    ]
    wanted = [(number, row.case) for number, row in zip(numbers, rows, strict=True)]
    table, columns = _table(wanted, types=("text", "integer"))
    params = "CAST(lines.params AS jsonb)" if connection.vendor == "postgresql" else "lines.params"
    sql = LINES.format(lines=_places(lines), rows=table, params=params)
    cursor.execute(sql, [*_flat(lines), *columns])


def _text(day: date) -> str:
    return day.isoformat()


def _table(rows: Sequence[tuple[str | int, ...]], *, types: Sequence[str]) -> tuple[str, list[Any]]:
    """Numbers and keys as a table: an array for each column, which costs nearly nothing to parse; VALUES on SQLite."""
    if connection.vendor != "postgresql":
        return f"VALUES {_places(rows)}", _flat(rows)
    arrays = ", ".join(f"CAST(%s AS {one}[])" for one in types)
    columns = ["{" + ",".join(map(str, column)) + "}" for column in zip(*rows, strict=True)]
    return UNNEST.format(arrays=arrays), columns


def _places(rows: Sequence[tuple[Any, ...]]) -> str:
    """Placeholders only: every value goes as a parameter."""
    one = f"({', '.join(['%s'] * len(rows[0]))})"
    return ", ".join([one] * len(rows))


def _flat(rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    return [value for row in rows for value in row]
