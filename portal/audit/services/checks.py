"""Walks along the chains and names every row that was changed, deleted, moved or added; the only writer of checks."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import structlog
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models.functions import Now

from portal import clock
from portal.audit import policy
from portal.audit.models import AuditCheck, AuditSeal
from portal.audit.policy import Fault, Finding
from portal.audit.services.chain import key_of, read_rows, seal_all, sealed_models, sealed_rows
from portal.audit.services.records import claim_slot
from portal.hints import hint
from portal.transactions import business_transaction

BLOCKS_A_STEP = 20
"""10,000 rows: about half a second of the worker, then it looks whether there is something else to do."""
KEPT_FAULTS = 200
"""So many are shown one by one; the others are counted."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a walk stands: the seals of `table` up to `seal_no` were looked at.

    `suspects` have no link although their neighbours do; a later block may still hold it.
    """

    table: str
    seal_no: int = 0
    rows: int = 0
    suspects: frozenset[int] = frozenset()
    findings: tuple[Finding, ...] = field(default=())
    is_done: bool = False


def walk() -> Iterator[Progress]:
    """All chains from their first row, block by block; memory does not grow with the tables."""
    now: Progress | None = _start()
    while now and not now.is_done:
        now = step(now)
        yield now
        now = replace(now, findings=(), rows=0)


def step(before: Progress) -> Progress:
    """Look at the next block, or go over to the next table."""
    earlier = AuditSeal.objects.filter(table=before.table, no=before.seal_no).first()
    seal = AuditSeal.objects.filter(table=before.table, no__gt=before.seal_no).order_by("no").first()
    if seal is None:
        return _next_table(before)
    model = sealed_models()[before.table]
    entries = _links(seal)
    ids = [entry.row_id for entry in entries]
    findings = [*_faults_of_seal(seal, entries=entries, earlier=earlier, wanted_no=before.seal_no + 1)]
    findings += _faults_of_rows(model, seal=seal, entries=entries)
    since = earlier.last_id if earlier else 0
    there = model._base_manager.filter(pk__gt=since, pk__lte=seal.last_id).values_list("pk", flat=True)
    suspects = (before.suspects | set(there)) - set(ids)
    return Progress(
        table=before.table,
        seal_no=seal.no,
        rows=before.rows + len(ids),
        suspects=frozenset(suspects),
        findings=(*before.findings, *findings),
    )


def _start() -> Progress | None:
    tables = list(sealed_models())
    return Progress(tables[0]) if tables else None


def _next_table(before: Progress) -> Progress:
    added = tuple(Finding(before.table, one, Fault.ADDED) for one in sorted(before.suspects))
    tables = list(sealed_models())
    at = tables.index(before.table) + 1
    is_done = at == len(tables)
    return Progress(
        table=before.table if is_done else tables[at],
        seal_no=before.seal_no if is_done else 0,
        rows=before.rows,
        findings=(*before.findings, *added),
        is_done=is_done,
    )


def _links(seal: AuditSeal) -> list[policy.Entry]:
    try:
        return policy.unpack(bytes(seal.links))
    except ValueError:
        return []


def _faults_of_seal(
    seal: AuditSeal, *, entries: list[policy.Entry], earlier: AuditSeal | None, wanted_no: int
) -> Iterator[Finding]:
    """A seal that is gone is named by its number; one that does not fit is, too."""
    for missing in range(wanted_no, seal.no):
        yield Finding(seal.table, missing, Fault.SEAL_MISSING)
    previous = bytes(earlier.head) if earlier else policy.GENESIS
    fits = (
        bool(entries)
        and len(entries) == seal.row_count
        and entries[-1].digest == bytes(seal.head)
        and seal.last_id == max(*(entry.row_id for entry in entries), earlier.last_id if earlier else 0)
        and (seal.no != wanted_no or bytes(seal.previous) == previous)
    )
    if seal.no == wanted_no and not fits:
        yield Finding(seal.table, seal.no, Fault.SEAL_BROKEN)


def _faults_of_rows(model: type[models.Model], *, seal: AuditSeal, entries: list[policy.Entry]) -> Iterator[Finding]:
    """What is wrong with the rows of a block. Its key or a column may be gone: then nothing can be said of them."""
    names = {one.attname for one in model._meta.local_concrete_fields}
    try:
        key = key_of(seal.key_id)
    except KeyError:
        key = b""
    if not key or not names.issuperset(seal.columns):
        yield Finding(seal.table, seal.no, Fault.UNREADABLE)
        return
    rows = read_rows(model, ids=(entry.row_id for entry in entries), columns=seal.columns)
    found = policy.faults_of(entries, previous=bytes(seal.previous), rows=rows, key=key)
    for row_id, fault in sorted(found.items()):
        yield Finding(seal.table, row_id, fault)


@business_transaction
def start_check(*, by: AbstractBaseUser | None) -> AuditCheck:
    """Ask for a walk along all chains; the one that is under way is kept. The bulk worker does it in steps."""
    under_way = AuditCheck.objects.filter(finished_at__isnull=True).order_by("id").first()
    if under_way:
        return under_way
    start = _start()
    check = AuditCheck.objects.create(
        started_by_id=by.pk if by else None, table=start.table if start else "", rows_total=sealed_rows()
    )
    hint("audit")
    return check


@business_transaction
def start_nightly_check() -> bool:
    """Ask for the walk of this day, once whoever asks and however often; claim and request stand or fall together."""
    if not claim_slot("audit-nightly", slot=clock.today().isoformat()):
        return False
    start_check(by=None)
    return True


def run_checks() -> int:
    """Do one step of the check that waits longest; how many rows. A repeat or a second worker does no harm."""
    check = AuditCheck.objects.filter(finished_at__isnull=True).order_by("id").first()
    if check is None:
        return 0
    now = Progress(check.table, check.seal_no, suspects=frozenset(check.suspects))
    if not check.step:
        seal_all()
    for _ in range(BLOCKS_A_STEP):
        now = step(now)
        if now.is_done:
            break
    note_progress(check, now)
    return now.rows


@business_transaction
def note_progress(check: AuditCheck, now: Progress) -> bool:
    """Write how far a check has come, unless somebody else did meanwhile; its end is told to the log."""
    faults = [[one.table, one.row_id, str(one.fault)] for one in now.findings]
    written = AuditCheck.objects.filter(pk=check.pk, step=check.step, finished_at__isnull=True).update(
        table=now.table,
        seal_no=now.seal_no,
        step=check.step + 1,
        rows_done=check.rows_done + now.rows,
        rows_total=max(check.rows_total, check.rows_done + now.rows),
        suspects=sorted(now.suspects),
        fault_count=check.fault_count + len(faults),
        faults=[*check.faults, *faults][:KEPT_FAULTS],
        finished_at=Now() if now.is_done else None,
    )
    if written and now.is_done:
        faults_found = check.fault_count + len(faults)
        (log.error if faults_found else log.info)("audit_checked", check=check.pk, faults=faults_found)
    if written and not now.is_done:
        hint("audit")
    return bool(written)
