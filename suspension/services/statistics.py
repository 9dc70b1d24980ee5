"""What supervisors see of the work: open cases by state, age, person and item; how long decisions took, and why not.

All is aggregated in the database, over open cases and those decided in the chosen days; what comes back is small.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from types import MappingProxyType

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from insured.services.staff import duties_of
from portal import clock
from portal.accounts.models import User
from portal.workdays import workdays_between
from suspension import items, labels
from suspension.models import Application
from suspension.policy.ages import AGES, age_of, percent, tenths
from suspension.policy.transitions import OPEN_STATES, Role, State
from suspension.services.aftercare import WITH_STAFF
from suspension.services.facts import holidays
from suspension.services.returns import GROUP, Group, Workdays, count_returns, days_away

DECIDED = (State.APPROVED, State.COMPLETED, State.VOIDED, State.REJECTED)
NOBODY, SUPERVISED = "none", "supervised"
"""Stand for the holder of a case that nobody has taken, and for the areas that one supervises."""
TITLES = dict(items.CHOICES)
Drill = Mapping[str, str]
Cell = int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a figure; the first cell is a count. `drill` are the filters of the queue that show its cases."""

    name: str
    cells: tuple[Cell, ...]
    percent: int
    drill: Drill


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A table that is drawn as well: bars as long as the first cell of each line."""

    code: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def total(self) -> int:
        """All first cells together."""
        return sum(int(row.cells[0]) for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """The figures of some areas; those of decisions are of the days from `since` to `until`."""

    since: date
    until: date
    returned: int
    figures: tuple[Figure, ...]


@dataclass(slots=True)
class _Open:
    count: int = 0
    overdue: int = 0
    days: list[date] = field(default_factory=list)

    def add(self, row: Mapping[str, object]) -> None:
        self.count += int(str(row["cases"]))
        self.overdue += int(str(row["late"]))
        if isinstance(day := row["submitted_on"], date):
            self.days.append(day)


@dataclass(slots=True)
class _Decided:
    count: int = 0
    promised: int = 0
    taken: int = 0
    longest: int = 0
    on_time: int = 0


def areas_of(user: User) -> list[int]:
    """The areas that the user supervises today."""
    return sorted({area_id for area_id, role in duties_of(user).pairs if role == Role.SUPERVISOR})


def supervision(user: User, *, days: int) -> Supervision:
    """All figures of the areas supervised, decisions of the last `days` days; five statements."""
    today = clock.today()
    since = today - timedelta(days=days - 1)
    off = holidays()

    @cache
    def workdays(start: date, end: date) -> int:
        return workdays_between(start, end, overrides=off)

    areas = areas_of(user)
    chosen = f"{since.isoformat()}..{today.isoformat()}"
    span = {"decided": chosen}
    cases = _decided_cases(areas, since=since)
    decided = _decided(cases)
    times_returned, corrections = count_returns(areas, since=_midnight(since))
    return Supervision(
        since=since,
        until=today,
        returned=times_returned,
        figures=(
            *_open_figures(_open(areas, today=today), today=today, workdays=workdays),
            _times(decided, away=days_away(cases, workdays=workdays), span=span, workdays=workdays),
            _rejections(decided, span=span),
            _corrections(corrections, days=chosen),
        ),
    )


def _open(areas: list[int], *, today: date) -> list[dict[str, object]]:
    late = Q(due_on__lt=today, state__in=WITH_STAFF)
    rows = (
        Application.objects.open()
        .filter(area_id__in=areas)
        .annotate(submitted_on=TruncDate("submitted_at"))
        .values("state", "item", "taken_by__handle", "taken_by__display_name", "submitted_on")
        .annotate(cases=Count("pk"), late=Count("pk", filter=late))
        .order_by()
    )
    return [dict(row) for row in rows]


def _decided(cases: QuerySet[Application]) -> list[dict[str, object]]:
    rows = cases.values(*GROUP).annotate(cases=Count("pk")).order_by()
    return [dict(row) for row in rows]


def _decided_cases(areas: list[int], *, since: date) -> QuerySet[Application]:
    return Application.objects.filter(area_id__in=areas, decided_at__gte=_midnight(since), state__in=DECIDED).annotate(
        submitted_on=TruncDate("submitted_at"), decided_on=TruncDate("decided_at")
    )


def _corrections(found: Mapping[str, int], *, days: str) -> Figure:
    """What cases were returned for in these days; a case may name several things."""
    most = sorted(found.items(), key=lambda one: -one[1])
    lines = [(labels.CORRECTABLE[name], (count,), {"correct": f"{name}:{days}"}) for name, count in most]
    return _figure("returns", "退回补正的内容", ("件数",), lines)


def _open_figures(rows: Iterable[Mapping[str, object]], *, today: date, workdays: Workdays) -> tuple[Figure, ...]:
    states: defaultdict[str, _Open] = defaultdict(_Open)
    ages: defaultdict[str, _Open] = defaultdict(_Open)
    holders: defaultdict[tuple[str, str], _Open] = defaultdict(_Open)
    by_item: defaultdict[str, _Open] = defaultdict(_Open)
    for row in rows:
        states[str(row["state"])].add(row)
        by_item[str(row["item"])].add(row)
        holders[(str(row["taken_by__handle"] or NOBODY), str(row["taken_by__display_name"] or "待接办"))].add(row)
        if isinstance(day := row["submitted_on"], date):
            ages[str(age_of(workdays(day, today)))].add(row)
    heads = ("件数", "其中逾期")
    is_open = {"state": "open"}
    most = sorted(holders.items(), key=lambda one: (-one[1].count, one[0]))
    return (
        _figure(
            "states",
            "在办件：按状态",
            heads,
            [
                (labels.STATES[state], _cells(states[state]), {"state": state})
                for state in OPEN_STATES
                if state in states
            ],
        ),
        _figure(
            "ages",
            "在办件：按已受理时间",
            heads,
            [
                (name, _cells(ages[name]), {**is_open, "submitted": _days(ages[name].days)})
                for name in map(str, AGES)
                if name in ages
            ],
        ),
        _figure(
            "holders",
            "在办件：按经办人",
            heads,
            [(name, _cells(one), {**is_open, "holder": handle}) for (handle, name), one in most],
        ),
        _figure(
            "items",
            "在办件：按事项",
            heads,
            [(TITLES[code], _cells(by_item[code]), {**is_open, "item": code}) for code in TITLES if code in by_item],
        ),
    )


def _times(
    rows: Iterable[Mapping[str, object]], *, away: Mapping[Group, list[int]], span: Drill, workdays: Workdays
) -> Figure:
    """Promised against real working days, by item; the days for which a case lay with its applicant are not ours."""
    found: defaultdict[str, _Decided] = defaultdict(_Decided)
    for row in rows:
        submitted, due, decided = row["submitted_on"], row["due_on"], row["decided_on"]
        if not (isinstance(submitted, date) and isinstance(due, date) and isinstance(decided, date)):
            continue
        lying = away.get(tuple(row[name] for name in GROUP), [])
        one, count, taken = found[str(row["item"])], int(str(row["cases"])), workdays(submitted, decided)
        one.count += count
        one.promised += workdays(submitted, due) * count - sum(lying)
        one.taken += taken * count - sum(lying)
        one.longest = max(one.longest, taken - (min(lying) if len(lying) == count else 0))
        one.on_time += count if decided <= due else 0
    lines: list[tuple[str, tuple[Cell, ...], Drill]] = []
    for code in (code for code in TITLES if code in found):
        one = found[code]
        cells = (
            one.count,
            tenths(one.promised, of=one.count),
            tenths(one.taken, of=one.count),
            one.longest,
            percent(one.on_time, of=one.count),
        )
        lines.append((TITLES[code], cells, {**span, "item": code, "state": "decided"}))
    heads = ("审结件数", "平均承诺", "平均实际", "最长", "按时率")
    return _figure("times", "审结：承诺与实际用时（工作日）", heads, lines)


def _rejections(rows: Iterable[Mapping[str, object]], *, span: Drill) -> Figure:
    found: Counter[str] = Counter()
    for row in rows:
        if row["state"] == State.REJECTED:
            found[str(row["decision_code"])] += int(str(row["cases"]))
    lines = [
        (
            labels.REJECTIONS.get(code, "没有注明原因"),
            (count,),
            {**span, "state": "rejected", "decision": code},
        )
        for code, count in found.most_common()
    ]
    return _figure("rejections", "审核不通过的原因", ("件数",), lines)


def _figure(
    code: str, title: str, heads: tuple[str, ...], lines: Iterable[tuple[str, tuple[Cell, ...], Drill]]
) -> Figure:
    rows = list(lines)
    longest = max((int(cells[0]) for _, cells, _ in rows), default=0)
    return Figure(
        code=code,
        title=title,
        heads=heads,
        rows=tuple(
            Row(
                name=name,
                cells=cells,
                percent=int(cells[0]) * 100 // longest if longest else 0,
                drill=MappingProxyType({"queue": "all", "areas": SUPERVISED, **drill}),
            )
            for name, cells, drill in rows
        ),
    )


def _cells(one: _Open) -> tuple[Cell, ...]:
    return one.count, one.overdue


def _days(days: list[date]) -> str:
    return f"{min(days).isoformat()}..{max(days).isoformat()}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.SHANGHAI)
