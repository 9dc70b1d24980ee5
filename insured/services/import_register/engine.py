"""Takes a file chunk by chunk; a row is taken or refused once, whenever the machine dies."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from django.db import DataError, IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from insured.models import ImportRefusal, ImportRun
from insured.services.import_register.loader import Loader, Row, Verdict
from insured.spreadsheet import Line, read_table
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.labels import say
from portal.transactions import business_transaction

CHUNK = 500
REFUSED_BY_THE_DATABASE = (IntegrityError, DataError)
"""An overlap of periods, say, or a text that is longer than its column."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row: `reasons` is empty when it was (or, in a dry run, would be) taken."""

    line: int
    reasons: str


def run_import(loader: Loader[Row], path: Path) -> Iterator[ImportRun]:
    """Take what of the file was not taken yet, 500 rows in each transaction; yields how far it has come.

    The file is known by its content: begun again after a crash it goes on, and done it says so and takes nothing.
    Raises BusinessRuleError when the file cannot be read, ConflictError when somebody else takes it just now.
    """
    lines = _readable(loader, path)
    run = open_run(loader.kind, file_hash=_hash(path), file_name=path.name[:200])
    if run.finished_at:
        yield run
        return
    left = (line for line in lines if line.no > run.mark)
    for chunk in _chunks(left):
        run = take_chunk(run, loader=loader, lines=chunk)
        yield run
    yield close_run(run)


def try_import(loader: Loader[Row], path: Path) -> Iterator[Outcome]:
    """What would become of each row; nothing stays written.

    Rows that refer to others which stand in a file that was not loaded yet are judged as the register is.
    """
    claimed: set[int] = set()
    for chunk in _chunks(_readable(loader, path)):
        for verdict in try_chunk(loader, chunk):
            reasons = verdict.reasons
            if verdict.new:
                claims = {hash(one): code for one, code in loader.claims(verdict.new).items()}
                taken = next((code for one, code in claims.items() if one in claimed), "")
                reasons = (Reason(taken),) if taken else ()
                claimed.update(() if taken else claims)
            yield Outcome(verdict.line.no, _words(reasons))


def refusals_of(run: ImportRun) -> dict[int, str]:
    """Line → why it was refused."""
    return dict(ImportRefusal.objects.filter(run=run).order_by("line").values_list("line", "reasons"))


def _readable(loader: Loader[Row], path: Path) -> Iterator[Line]:
    titles, lines = read_table(path)
    if missing := loader.missing(titles):
        raise BusinessRuleError(Reason("import.headings", {"titles": "、".join(missing)}))
    return lines


def _chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    rest = iter(lines)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _words(reasons: Sequence[Reason]) -> str:
    return "".join(say(reason) for reason in reasons)


@business_transaction
def open_run(kind: str, *, file_hash: str, file_name: str) -> ImportRun:
    """The run of this file, begun now or earlier."""
    run, _ = ImportRun.objects.get_or_create(kind=kind, file_hash=file_hash, defaults={"file_name": file_name})
    return run


@business_transaction
def try_chunk(loader: Loader[Row], lines: Sequence[Line]) -> list[Verdict[Row]]:
    """The verdicts of take_chunk, the database's own included; then everything is taken back."""
    with transaction.atomic():
        verdicts = _written(loader, loader.judge(lines))
        transaction.set_rollback(True)
    return verdicts


@business_transaction
def take_chunk(run: ImportRun, *, loader: Loader[Row], lines: Sequence[Line]) -> ImportRun:
    """Judge and write these rows and move the mark behind them, all or nothing."""
    last = lines[-1].no
    moved = ImportRun.objects.filter(pk=run.pk, mark=run.mark, finished_at__isnull=True).update(mark=last)
    if not moved:
        raise ConflictError(Reason("import.running"))
    verdicts = _written(loader, loader.judge(lines))
    refused = [one for one in verdicts if one.reasons]
    ImportRefusal.objects.bulk_create(
        [ImportRefusal(run=run, line=one.line.no, reasons=_words(one.reasons)) for one in refused], batch_size=CHUNK
    )
    ImportRun.objects.filter(pk=run.pk).update(
        taken=F("taken") + len(verdicts) - len(refused), refused=F("refused") + len(refused)
    )
    run.refresh_from_db()
    return run


def _written(loader: Loader[Row], verdicts: list[Verdict[Row]]) -> list[Verdict[Row]]:
    """All at once; what the database refuses (an overlap of periods, say) is found row by row."""
    try:
        with transaction.atomic():
            loader.write([one.new for one in verdicts if one.new])
    except REFUSED_BY_THE_DATABASE:
        return [_written_alone(loader, one) for one in verdicts]
    return verdicts


def _written_alone(loader: Loader[Row], verdict: Verdict[Row]) -> Verdict[Row]:
    if verdict.new is None:
        return verdict
    try:
        with transaction.atomic():
            loader.write([verdict.new])
    except REFUSED_BY_THE_DATABASE:
        return replace(verdict, new=None, reasons=(Reason("import.contradiction"),))
    return verdict


@business_transaction
def close_run(run: ImportRun) -> ImportRun:
    """Every row has its verdict."""
    ImportRun.objects.filter(pk=run.pk, finished_at__isnull=True).update(finished_at=Now())
    run.refresh_from_db()
    return run
