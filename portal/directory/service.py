"""What the hall knows of one service item."""

from dataclasses import dataclass
from typing import Literal

ARROW = "→"
NOT_BUILT = "service"
"""Url name of the page that says an item is not online yet and where the counter is."""
GUIDE = "guide"
"""Url name of 办事指南; the item's code is the guide's slug and "-guide"."""
REGION = "region"
"""Url name of the page of a 参保地; the item's code is the region's code and "-channels"."""
ZONE = "zone"
"""Url name of a page that is nothing but the entries under a menu label."""


@dataclass(frozen=True, slots=True)
class Channel:
    """An official channel by its name, and the labels to follow there."""

    name: str
    way: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Why an item is not done in this hall, where it is, what to have at hand, and codes of items here that help."""

    why: str
    places: tuple[Channel, ...]
    bring: tuple[str, ...] = ()
    here: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """One item of the 事项目录, with every name and menu path by which people know it."""

    code: str
    name: str
    aliases: tuple[str, ...]
    paths: tuple[tuple[str, ...], ...]
    audience: Literal["personal", "unit", "everyone"]
    group: str
    url_name: str
    summary: str
    icon: str
    elsewhere: Elsewhere | None = None

    @property
    def is_built(self) -> bool:
        """Whether it can be done here; otherwise its page says where it is done instead."""
        return self.url_name != NOT_BUILT

    @property
    def standing(self) -> str:
        """What a list adds to the name of an item that cannot be done here."""
        if self.is_built:
            return ""
        return "在别处办理" if self.elsewhere else "暂未上线"

    @property
    def address_args(self) -> tuple[str, ...]:
        """What its url name needs: pages that serve many items ask for the code."""
        if self.url_name == GUIDE:
            return (self.code.removesuffix("-guide"),)
        if self.url_name == REGION:
            return (self.code.removesuffix("-channels"),)
        return (self.code,) if self.url_name in {NOT_BUILT, ZONE} else ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """Services of one audience and group, so that a line of the directory says only what is its own."""

    audience: Literal["personal", "unit", "everyone"]
    group: str
    icon: str

    def item(
        self,
        code: str,
        name: str,
        summary: str,
        *,
        aliases: str = "",
        paths: str = "",
        url: str = NOT_BUILT,
        icon: str = "",
        elsewhere: Elsewhere | None = None,
    ) -> Service:
        """`aliases` and `paths` are parted by spaces, the steps of a path by arrows."""
        return Service(
            code=code,
            name=name,
            aliases=tuple(aliases.split()),
            paths=((self.group, name), *(tuple(path.split(ARROW)) for path in paths.split())),
            audience=self.audience,
            group=self.group,
            url_name=url,
            summary=summary,
            icon=icon or self.icon,
            elsewhere=elsewhere,
        )
