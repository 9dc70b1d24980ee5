"""What the audit asks of the apps above by a name in the settings: whose looks an auditor sees, and of whom."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.module_loading import import_string


def audited_by(user: AbstractBaseUser | AnonymousUser) -> QuerySet[Any]:
    """The accounts that hold or held a post in the areas of this auditor; settings.STAFF_AUDITED names who knows."""
    found: Callable[[AbstractBaseUser | AnonymousUser], QuerySet[Any]] = import_string(settings.STAFF_AUDITED)
    return found(user)


class Person(Protocol):
    """Somebody whose data was looked at."""

    pk: int
    number: str


def person_looked_at(typed: str, *, by: AbstractBaseUser | AnonymousUser) -> Person | None:
    """Whom the auditor means; None where nobody fits, or more than one does. settings.ACCESS_PERSON knows."""
    found: Person | None = import_string(settings.ACCESS_PERSON)(typed, by=by)
    return found


def looked_at_as(number: str, *, by: AbstractBaseUser | AnonymousUser) -> list[tuple[str, list[int]]]:
    """Kinds and keys under which the log names a person; settings.ACCESS_SUBJECTS knows."""
    found: list[tuple[str, list[int]]] = import_string(settings.ACCESS_SUBJECTS)(number, by=by)
    return found


def names_of(subjects: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """How people know what the log names; settings.ACCESS_NAMES knows, as far as anybody does."""
    found: dict[tuple[str, int], str] = import_string(settings.ACCESS_NAMES)(subjects)
    return found


def disclose(kind: str, *, subject_kind: str, subject_id: int, purpose: str, reason: str, by: object) -> None:
    """Log a file that leaves the hall; BusinessRuleError beyond the limit of the day. settings.DISCLOSE counts."""
    import_string(settings.DISCLOSE)(
        kind, subject_kind=subject_kind, subject_id=subject_id, purpose=purpose, reason=reason, by=by
    )


def as_csv(title: str, *, heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> bytes:
    """A file without formulas; settings.CSV_WRITER makes it."""
    file: bytes = import_string(settings.CSV_WRITER)(title, heads=heads, rows=rows)
    return file
