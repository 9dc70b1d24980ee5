"""The hash chain of append-only rows: what a link is made of, and what is wrong with a block. Plain Python."""

import hashlib
import hmac
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

GENESIS = bytes(hashlib.sha256().digest_size)
"""What the first link of a table is tied to."""
ENTRY = struct.Struct(">q32s")
Values = Mapping[str, object]


class Fault(StrEnum):
    """What can be wrong with the rows of a table; the wording is labels.FAULTS."""

    CHANGED = "changed"
    DELETED = "deleted"
    MOVED = "moved"
    ADDED = "added"
    SEAL_MISSING = "seal-missing"
    SEAL_BROKEN = "seal-broken"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Entry:
    """A sealed row and its link."""

    row_id: int
    digest: bytes


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One row (or one seal, by its number) and what happened to it."""

    table: str
    row_id: int
    fault: Fault


def canonical(values: Values) -> bytes:
    """The same bytes for the same row on every database: names sorted, moments in UTC."""
    plain = {name: _plain(value) for name, value in values.items()}
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, Mapping | list | tuple):
        return value
    raise TypeError(f"A {type(value).__name__} has no form in the chain.")


def next_link(previous: bytes, *, row_id: int, values: Values, key: bytes) -> bytes:
    """HMAC-SHA-256 of the link before, the row's key and its values; without the key nobody makes a right one."""
    return hmac.digest(key, b"".join((previous, row_id.to_bytes(8, "big"), canonical(values))), "sha256")


def chained(rows: Iterable[tuple[int, Values]], *, previous: bytes, key: bytes) -> list[Entry]:
    """A link for each row, in the order given."""
    entries = []
    for row_id, values in rows:
        previous = next_link(previous, row_id=row_id, values=values, key=key)
        entries.append(Entry(row_id, previous))
    return entries


def pack(entries: Iterable[Entry]) -> bytes:
    """40 bytes for each link."""
    return b"".join(ENTRY.pack(entry.row_id, entry.digest) for entry in entries)


def unpack(data: bytes) -> list[Entry]:
    """What `pack` made. ValueError when the bytes cannot be that."""
    if len(data) % ENTRY.size:
        raise ValueError("not a whole number of links")
    return [Entry(row_id, digest) for row_id, digest in ENTRY.iter_unpack(data)]


def faults_of(entries: Sequence[Entry], *, previous: bytes, rows: Mapping[int, Values], key: bytes) -> dict[int, Fault]:
    """Row id → what is wrong, for the rows of one block. Each row is held against the link before it as sealed.

    A row that holds what another row of the block was sealed with was moved, not merely changed.
    """
    before = dict(zip((one.row_id for one in entries), (previous, *(one.digest for one in entries)), strict=False))
    deleted = {one.row_id: Fault.DELETED for one in entries if one.row_id not in rows}
    changed = {
        one.row_id: one.digest
        for one in entries
        if one.row_id in rows
        and next_link(before[one.row_id], row_id=one.row_id, values=rows[one.row_id], key=key) != one.digest
    }
    moved = {
        row_id
        for row_id, digest in changed.items()
        for other in changed
        if other != row_id and next_link(before[row_id], row_id=row_id, values=rows[other], key=key) == digest
    }
    return deleted | {row_id: Fault.MOVED if row_id in moved else Fault.CHANGED for row_id in changed}
