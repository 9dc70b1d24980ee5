"""Rows of the access log by the hundred, and ways to tamper with them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from portal import triggers
from portal.accounts.models import User
from portal.audit.models import AccessLog


def looks(count: int, *, by: User, first: int = 1) -> None:
    """So many looks at persons first, first + 1, …"""
    rows = (
        AccessLog(user_id=by.pk, action="view", subject_kind="person", subject_id=one)
        for one in range(first, first + count)
    )
    AccessLog.objects.bulk_create(rows, batch_size=5_000)


def id_of(subject_id: int) -> int:
    """The key of the look at this person."""
    return AccessLog.objects.values_list("pk", flat=True).get(subject_id=subject_id)


@contextmanager
def by_hand() -> Iterator[None]:
    """As somebody who may do anything in the database."""
    with triggers.suspended(connection):
        yield


def change(subject_id: int) -> set[int]:
    """Somebody else is made to have looked; the rows that are no longer as they were."""
    with by_hand():
        AccessLog.objects.filter(subject_id=subject_id).update(reason="另一个理由")
    return {id_of(subject_id)}


def delete(subject_id: int) -> set[int]:
    row_id = id_of(subject_id)
    with by_hand():
        AccessLog.objects.filter(pk=row_id)._raw_delete("default")
    return {row_id}


def swap(subject_id: int) -> set[int]:
    """This look and the next one change places."""
    one, other = id_of(subject_id), id_of(subject_id + 1)
    first, second = (AccessLog.objects.filter(pk=pk).values("at", "subject_id").get() for pk in (one, other))
    with by_hand():
        AccessLog.objects.filter(pk=one).update(**second)
        AccessLog.objects.filter(pk=other).update(**first)
    return {one, other}


TAMPERS: dict[str, Callable[[int], set[int]]] = {"changed": change, "deleted": delete, "moved": swap}
