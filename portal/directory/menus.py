"""The menus as pages: every label on the way to an item has a page, and that page lists the next label."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from portal.directory.service import Service


@dataclass(frozen=True, slots=True)
class Entry:
    """A label of a menu page and the item it leads to, which may be the next menu page."""

    label: str
    item: Service


def page_of(label: str, *, services: Iterable[Service]) -> Service | None:
    """The item that goes by exactly this label."""
    return next((one for one in services if label == one.name or label in one.aliases), None)


def entries(page: Service, *, services: tuple[Service, ...]) -> tuple[Entry, ...]:
    """The labels that follow this page's own names in the paths of the directory; what can be done here first."""
    found: dict[str, Service] = {}
    for service in services:
        for path in service.paths:
            for here, label in pairwise(path):
                if here == page.name or here in page.aliases:
                    item = service if label == path[-1] else page_of(label, services=services)
                    if item is not None and item is not page:
                        found.setdefault(label, item)
    return tuple(sorted((Entry(label, item) for label, item in found.items()), key=lambda one: not one.item.is_built))
