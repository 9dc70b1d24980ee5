"""Every item that has a form, by its code: how its request looks and what the rules say to it."""

from typing import Any

from suspension import items
from suspension.services import refunding, resume, stop, transfer
from suspension.services.filing import Kind

KINDS: dict[str, Kind[Any]] = {
    items.STOP.code: stop.KIND,
    **resume.KINDS,
    items.TRANSFER.code: transfer.KIND,
    items.REFUND.code: refunding.KIND,
}
