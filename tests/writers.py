"""Watches every statement: a guarded table may be written by a service, a migration or a test's own arrangement."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection

from portal.guarded import GUARDED

ROOT = f"{Path(__file__).resolve().parent.parent}/"
WRITE = re.compile(
    r"""\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?)\s+["`]?(\w+)""",
    re.IGNORECASE,
)
MAY_WRITE = re.compile(r"(^|/)services(/|\.py$)|(^|/)migrations/|(^|/)rotate_keys\.py$|^tests/")
DOORS = re.compile(
    r"(^|/)(views|api|admin|tasks|management|forms|serializers|filters|adapters|middleware|templatetags|urls)(/|\.py$)"
)
Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


@cache
def guarded_tables() -> frozenset[str]:
    """Names of the guarded tables."""
    return frozenset(apps.get_model(label)._meta.db_table for label in GUARDED)


def table_written(sql: object) -> str:
    """The table a statement writes; empty when it only reads."""
    found = WRITE.match(str(sql))
    return found[1] if found else ""


def writer(files: Iterator[str]) -> str:
    """Empty when the innermost of our files that counts may write; else the file that asked for it."""
    for name in files:
        if name.startswith(f"{ROOT}.venv/") or not name.startswith(ROOT):
            continue
        path = name.removeprefix(ROOT)
        if path == "tests/writers.py":
            continue
        if MAY_WRITE.search(path):
            return ""
        if DOORS.search(path):
            return path
    return "no file of ours"


def stack() -> Iterator[str]:
    """The files on the stack, innermost first."""
    frame = sys._getframe(1)
    while frame is not None:
        yield frame.f_code.co_filename
        frame = frame.f_back


@contextmanager
def only_services_write() -> Iterator[list[str]]:
    """Refuse a write of a guarded table without a service on the stack; what was refused is told again at the end."""
    breaches: list[str] = []

    def watch(execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        table = table_written(sql)
        if table in guarded_tables() and (culprit := writer(stack())):
            breaches.append(f"{table} written by {culprit}")
            raise AssertionError(breaches[-1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield breaches


@contextmanager
def nothing_written(*, besides: frozenset[str]) -> Iterator[list[str]]:
    """Refuse every write but to the named tables."""
    breaches: list[str] = []

    def watch(execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        table = table_written(sql)
        if table and table not in besides:
            breaches.append(f"{table}: {sql[:120]}")
            raise AssertionError(breaches[-1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield breaches
