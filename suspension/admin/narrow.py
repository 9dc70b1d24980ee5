"""筛选 of the queue: item, channel, days left, days waited. A form of four boxes that works by its address alone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.http import HttpRequest

from portal import clock
from portal.workdays import add_workdays, subtract_workdays
from suspension import items, labels
from suspension.admin.drill import ItemFilter, LinkFilter, midnight
from suspension.models import ApplicationQuerySet
from suspension.policy.transitions import OPEN_STATES
from suspension.services.aftercare import WITH_STAFF
from suspension.services.facts import holidays

DUE = {"late": "已逾期", "0": "今天到期", "2": "2个工作日内到期", "5": "5个工作日内到期"}
AGES = {"2": "已等2个工作日以上", "5": "已等5个工作日以上", "10": "已等10个工作日以上"}
MOST_COUNTED = 1000


class ChannelFilter(LinkFilter):
    """Where it was filed."""

    title, parameter_name = "渠道", "channel"

    def condition(self, value: str) -> Q | None:
        return Q(channel=value) if value in labels.CHANNELS else _all_when_empty(value)


class DueFilter(LinkFilter):
    """Due within so many working days, today and what is late included; only what lies with the staff has days left."""

    title, parameter_name = "剩余期限", "due"

    def condition(self, value: str) -> Q | None:
        today = clock.today()
        if value == "late":
            return Q(state__in=WITH_STAFF, due_on__lt=today)
        if value not in DUE:
            return _all_when_empty(value)
        last = add_workdays(today, days=int(value), overrides=holidays())
        return Q(state__in=WITH_STAFF, due_on__lte=last)


class AgeFilter(LinkFilter):
    """Here for so many working days or longer, and still open."""

    title, parameter_name = "已等待", "age"

    def condition(self, value: str) -> Q | None:
        if value not in AGES:
            return _all_when_empty(value)
        last = subtract_workdays(clock.today(), days=int(value), overrides=holidays())
        return Q(state__in=OPEN_STATES, submitted_at__lt=midnight(last + timedelta(days=1)))


NARROWING = (ChannelFilter, DueFilter, AgeFilter)
"""Besides ItemFilter, which the figures of supervision lead to as well."""


@dataclass(frozen=True, slots=True)
class Option:
    """A line of a box."""

    value: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the form."""

    name: str
    label: str
    options: tuple[Option, ...]


def boxes(request: HttpRequest, *, cases: ApplicationQuerySet, queue: str) -> tuple[Box, ...]:
    """The boxes with what was chosen; items and channels say how many lie in this list, as far as that is cheap."""
    by_item, by_channel = counts(cases)
    kinds = {code: f"{one.title}{by_item.get(code, '')}" for code, one in items.ITEMS.items()}
    channels = {code: f"{name}{by_channel.get(code, '')}" for code, name in labels.CHANNELS.items()}
    found: list[tuple[type[LinkFilter], Mapping[str, str]]] = [(ItemFilter, kinds), (ChannelFilter, channels)]
    if queue != "done":
        found += [(DueFilter, DUE), (AgeFilter, AGES)]
    return tuple(_box(request, kind, names) for kind, names in found)


def counts(cases: ApplicationQuerySet) -> tuple[dict[str, str], dict[str, str]]:
    """`（12）` by item and by channel, in one statement; nothing where there are more than anybody counts."""
    first = cases.by_due_day().values("pk")[: MOST_COUNTED + 1]
    pairs = cases.model.objects.filter(pk__in=first).values_list("item", "channel").annotate(Count("pk")).order_by()
    by_item, by_channel = Counter[str](), Counter[str]()
    for item, channel, number in pairs:
        by_item[item] += number
        by_channel[channel] += number
    if by_item.total() > MOST_COUNTED:
        return {}, {}
    return _shown(by_item, items.ITEMS), _shown(by_channel, labels.CHANNELS)


def _shown(found: Counter[str], names: Iterable[str]) -> dict[str, str]:
    return {name: f"（{found[name]}）" for name in names}


def in_words(request: HttpRequest) -> list[str]:
    """What the boxes narrow the list down to."""
    given, names = request.GET, {"channel": labels.CHANNELS, "due": DUE, "age": AGES}
    found = [known.get(given.get(name, "")) for name, known in names.items()]
    return [words for words in found if words]


def _box(request: HttpRequest, kind: type[LinkFilter], names: Mapping[str, str]) -> Box:
    chosen = request.GET.get(str(kind.parameter_name), "")
    options = [Option(value, name, value == chosen) for value, name in names.items()]
    return Box(str(kind.parameter_name), str(kind.title), (Option("", "全部", not chosen), *options))


def _all_when_empty(value: str) -> Q | None:
    """A box left at 全部 narrows nothing down; a value that means nothing shows nothing."""
    return None if value else Q()
