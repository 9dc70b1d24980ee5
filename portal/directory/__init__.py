"""The 事项目录: every service item under every name people know it by, built or not."""

import re
import unicodedata
from collections.abc import Callable

from portal.directory import menus
from portal.directory.care import CARE_SERVICES
from portal.directory.channels import PAY_CHANNELS, PayChannel
from portal.directory.everyone import EVERYONE
from portal.directory.menus import Entry
from portal.directory.personal import PERSONAL
from portal.directory.regions import LOCAL_CHANNELS, NATIONAL, REGIONS, Region
from portal.directory.service import ARROW, ZONE, Service
from portal.directory.unit import UNIT_SERVICES

__all__ = [
    "NATIONAL",
    "PAY_CHANNELS",
    "REGIONS",
    "SERVICES",
    "ZONE",
    "Entry",
    "PayChannel",
    "Region",
    "Service",
    "by_code",
    "entries",
    "find",
    "group",
]

SERVICES: tuple[Service, ...] = (*PERSONAL, *CARE_SERVICES, *UNIT_SERVICES, *EVERYONE, *LOCAL_CHANNELS)
CODES = {service.code: service for service in SERVICES}
SEPARATORS = re.compile(r"-+>?|[>/›»]")
MATCHES: tuple[Callable[[str, str], bool], ...] = (
    lambda key, wanted: key == wanted,
    lambda key, wanted: key.startswith(wanted),
    lambda key, wanted: wanted in key,
)
IGNORED = re.compile(r"[\s“”‘’\"'「」【】]")


def plain(text: str) -> str:
    """What is compared: one width, one case, no spaces and quotes, one kind of arrow."""
    return SEPARATORS.sub(ARROW, IGNORED.sub("", unicodedata.normalize("NFKC", text))).casefold()


NAMES = {service: tuple(plain(name) for name in (service.name, *service.aliases)) for service in SERVICES}
STEPS = {
    service: tuple(plain(key) for path in service.paths for key in (ARROW.join(path), *path)) for service in SERVICES
}


def by_code(code: str) -> Service:
    """The item of a code; KeyError for an unknown one."""
    return CODES[code]


def find(query: str) -> list[Service]:
    """Items whose names or menu paths match: equal before beginning before containing, own names before paths.

    A question that matches nothing ("网厅怎么停缴") finds the items whose name it contains.
    """
    wanted = plain(query)
    if not wanted:
        return []
    ranked = {service: _rank(service, wanted=wanted) for service in SERVICES}
    found = sorted((service for service in SERVICES if ranked[service] is not None), key=lambda one: ranked[one] or 0)
    return found or [service for service in SERVICES if any(name in wanted for name in NAMES[service])]


def group(name: str) -> list[Service]:
    """Items that stand under a menu heading, in the order of the directory."""
    return [one for one in SERVICES if one.group == name or any(name in path[:-1] for path in one.paths)]


def entries(page: Service) -> tuple[Entry, ...]:
    """The labels on the page of this item: what follows its names in the paths of other items."""
    return menus.entries(page, services=SERVICES)


def _rank(service: Service, *, wanted: str) -> int | None:
    """0 is best; None is no match."""
    for strength, match in enumerate(MATCHES):
        for place, keys in enumerate((NAMES[service], STEPS[service])):
            if any(match(key, wanted) for key in keys):
                return strength * 2 + place
    return None
