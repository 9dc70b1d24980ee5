"""Ties the rows of every append-only table into a chain, block by block; the only writer of seals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import structlog
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import Subquery
from django.utils import timezone

from portal.audit import policy
from portal.audit.models import AuditSeal
from portal.crypto import BlindIndexField, DecryptionError, current_index_key, derived_key
from portal.transactions import business_transaction
from portal.triggers import APPEND_ONLY, TRIGGERS

BLOCK = 500
LATE = timedelta(minutes=15)
"""A row whose transaction ends so long after its neighbours were sealed still gets a link; later it is an addition."""
NOT_SEALED = frozenset({"audit_auditseal"})
"""The seals themselves: each holds the head of the one before."""
log = structlog.get_logger(__name__)


@cache
def sealed_models() -> dict[str, type[models.Model]]:
    """Table → model of everything that is append-only, by name; a new such table is sealed from its first row on."""
    wanted = {table for table, kinds in TRIGGERS.items() if APPEND_ONLY in kinds} - NOT_SEALED
    found = {model._meta.db_table: model for model in apps.get_models() if model._meta.db_table in wanted}
    return dict(sorted(found.items()))


def columns_of(model: type[models.Model]) -> list[str]:
    """What is sealed of a row; blind indexes are made anew when keys are rotated and follow from other columns."""
    fields = model._meta.local_concrete_fields
    return [one.attname for one in fields if not one.primary_key and not isinstance(one, BlindIndexField)]


def read_rows(model: type[models.Model], *, ids: Iterable[int], columns: list[str]) -> dict[int, policy.Values]:
    """Row id → its values, of those rows that are there. What cannot be deciphered reads as nothing known."""
    wanted = list(ids)
    rows = model._base_manager.filter(pk__in=wanted).values_list("pk", *columns)
    try:
        return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in rows}
    except DecryptionError:
        if len(wanted) == 1:
            return {wanted[0]: {"undecipherable": True}}
        found: dict[int, policy.Values] = {}
        for one in wanted:
            found |= read_rows(model, ids=[one], columns=columns)
        return found


def key_of(key_id: int) -> bytes:
    """The chain's key, made from an index key; that one stays in INDEX_KEYS as long as its links are to be checked."""
    return derived_key(key_id, purpose="audit-chain")


def seal_all() -> int:
    """Seal whatever is not sealed yet; how many rows. Two at once are harmless: each block has one number."""
    sealed = 0
    for table in sealed_models():
        for is_late in (True, False):
            while count := seal_block(table, is_late=is_late):
                sealed += count
    return sealed


@business_transaction
def seal_block(table: str, *, is_late: bool = False) -> int:
    """Give up to 500 new rows of the table their links, or those that came to light behind the last block.

    0 when there are none, or when somebody else just did it.
    """
    model = sealed_models()[table]
    last = AuditSeal.objects.filter(table=table).order_by("-no").first()
    ids = _late(model, last=last) if is_late else _new(model, last=last)
    if not ids:
        return 0
    key_id, columns = current_index_key(), columns_of(model)
    previous = bytes(last.head) if last else policy.GENESIS
    rows = read_rows(model, ids=ids, columns=columns)
    entries = policy.chained(((one, rows[one]) for one in ids), previous=previous, key=key_of(key_id))
    no = last.no + 1 if last else 1
    try:
        with transaction.atomic():
            AuditSeal.objects.create(
                table=table,
                no=no,
                row_count=len(entries),
                last_id=max(ids[-1], last.last_id if last else 0),
                columns=columns,
                links=policy.pack(entries),
                previous=previous,
                head=entries[-1].digest,
                key_id=key_id,
            )
    except IntegrityError:
        return 0
    # The log leaves the machine: a head that stands there cannot be unmade with the table.
    log.info("audit_sealed", table=table, no=no, rows=len(entries), head=entries[-1].digest.hex())
    return len(entries)


def _new(model: type[models.Model], *, last: AuditSeal | None) -> list[int]:
    rows = model._base_manager.filter(pk__gt=last.last_id) if last else model._base_manager.all()
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BLOCK])


def _late(model: type[models.Model], *, last: AuditSeal | None) -> list[int]:
    """Rows that were not to be seen yet when their neighbours were sealed a short while ago."""
    if last is None or last.sealed_at < timezone.now() - LATE:
        return []
    seals = AuditSeal.objects.filter(table=last.table)
    recent = list(seals.filter(sealed_at__gte=timezone.now() - LATE).order_by("no").values_list("no", "links"))
    before = seals.filter(no=recent[0][0] - 1).values_list("last_id", flat=True).first() or 0
    known = {entry.row_id for _, links in recent for entry in policy.unpack(bytes(links))}
    between = model._base_manager.filter(pk__gt=before, pk__lt=last.last_id).order_by("pk")
    return [one for one in between.values_list("pk", flat=True) if one not in known][:BLOCK]


@dataclass(frozen=True, slots=True)
class Head:
    """The newest link of a table: written down elsewhere, it proves that the end of the chain was not cut off."""

    table: str
    no: int
    rows: int
    digest: str
    sealed_at: datetime


def heads() -> list[Head]:
    """One for each table that has a sealed row."""
    total = dict(AuditSeal.objects.values_list("table").annotate(rows=models.Sum("row_count")))
    newest = AuditSeal.objects.filter(no=Subquery(_newest_no()))
    return [
        Head(one.table, one.no, total[one.table], bytes(one.head).hex(), one.sealed_at)
        for one in newest.defer("links").order_by("table")
    ]


def _newest_no() -> models.QuerySet[AuditSeal, int]:
    same = AuditSeal.objects.filter(table=models.OuterRef("table")).order_by("-no")
    return same.values_list("no", flat=True)[:1]


def sealed_rows() -> int:
    """How many rows have a link."""
    return AuditSeal.objects.aggregate(total=models.Sum("row_count"))["total"] or 0
