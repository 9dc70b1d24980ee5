"""Invents households: who lives together, how they are related, and what each of them was covered by. No database."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from portal.demo.services.areas import HOME, NEIGHBOUR
from portal.demo.services.lives import (
    FIRST_YEAR,
    PROVISIONAL_YEAR,
    Life,
    employee,
    first_of,
    later,
    months_between,
    paused,
    resident,
    year_of,
    yearly,
)
from portal.demo.services.names import given_name, surname, surname_of

SPOUSE, CHILD, PARENT = "1", "2", "3"
LAST_BIRTH_YEAR = 2025
ADULT, STUDENT_UNTIL, OLD = 18, 22, 60
RETIRES = {"男": 60, "女": 55}
SHARES = {HOME: (0.60, 0.21), NEIGHBOUR: (0.0, 0.30)}
"""Of people of working age: employees, flexible workers; the others are residents."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a household."""

    name: str
    sex: str
    born_on: date


@dataclass(frozen=True, slots=True)
class Household:
    """Members, and triples (index, index of the relative, kind of the relative), every relation in both directions."""

    area: str
    members: tuple[Member, ...]
    relations: tuple[tuple[int, int, str], ...]


def household(rng: Random, *, at_most: int) -> Household:
    """One grown-up, or a couple with children and perhaps parents; never more than `at_most` people."""
    area = NEIGHBOUR if rng.random() < 0.08 else HOME
    head = _member(rng, sex="男", years=(1948, 2001))
    if at_most < 2 or rng.random() < 0.18:
        return Household(area, (_member(rng, sex=rng.choice("男女"), years=(1948, 2001)),), ())
    members, relations = [head], []
    year = head.born_on.year
    members.append(_member(rng, sex="女", years=(year - 3, year + 4)))
    relations += [(0, 1, SPOUSE), (1, 0, SPOUSE)]
    for child in _children(rng, father=head, mother=members[1])[: at_most - len(members)]:
        at = len(members)
        members.append(child)
        relations += [(parent, at, CHILD) for parent in (0, 1)] + [(at, parent, PARENT) for parent in (0, 1)]
    for parent in _parents(rng, of=head)[: at_most - len(members)]:
        at = len(members)
        members.append(parent)
        relations += [(0, at, PARENT), (at, 0, CHILD)]
    return Household(area, tuple(members), tuple(relations))


def _member(rng: Random, *, sex: str, years: tuple[int, int], family: str = "") -> Member:
    year = rng.randint(*years)
    born_on = date(year, rng.randint(1, 9), rng.randint(1, 28))
    return Member((family or surname(rng)) + given_name(rng, sex=sex, year=year), sex, born_on)


def _children(rng: Random, *, father: Member, mother: Member) -> list[Member]:
    family = surname_of(father.name)
    children = []
    year = mother.born_on.year + rng.randint(22, 31)
    for _ in range(rng.choices((0, 1, 2), weights=(2, 5, 3))[0]):
        if year <= LAST_BIRTH_YEAR:
            children.append(_member(rng, sex=rng.choice("男女"), years=(year, year), family=family))
        year += rng.randint(2, 6)
    return children


def _parents(rng: Random, *, of: Member) -> list[Member]:
    if rng.random() > 0.4:
        return []
    year = of.born_on.year - rng.randint(23, 30)
    if year < 1932:
        return []
    family = surname_of(of.name)
    father = _member(rng, sex="男", years=(year, year), family=family)
    mother = _member(rng, sex="女", years=(year, year + 3))
    return [father, mother] if rng.random() < 0.6 else [mother]


def lives_of(rng: Random, *, member: Member, area: str, units: tuple[str, ...], today: date) -> tuple[Life, ...]:
    """What this member was covered by up to `today`; one basic scheme at a time."""
    age = today.year - member.born_on.year
    if age < STUDENT_UNTIL or age >= RETIRES[member.sex]:
        return (_resident(rng, member=member, area=area, today=today),)
    employed, flexible = SHARES[area]
    drawn = rng.random()
    if drawn >= employed + flexible:
        return (_resident(rng, member=member, area=area, today=today),)
    return _worker(rng, member=member, area=area, units=units, is_flexible=drawn >= employed, today=today)


def category(age: int) -> str:
    """人员类别 of a resident of that age."""
    limits = ((1, "1401"), (6, "1402"), (ADULT, "1403"), (STUDENT_UNTIL, "1404"), (OLD, "1501"))
    return next((code for limit, code in limits if age < limit), "1601")


def _resident(rng: Random, *, member: Member, area: str, today: date) -> Life:
    life = _years(rng, member=member, first=FIRST_YEAR, last=_last_year(area, today=today), today=today)
    drawn = rng.random()
    if drawn < 0.05 and len(life.periods) > 2:
        kept = rng.randint(1, len(life.periods) - 1)
        stopped_on = date(life.periods[kept - 1][0].year + 1, 1, 1)
        return paused(
            replace(
                life,
                periods=life.periods[:kept],
                payments=life.payments[:kept],
                last_paid_month=life.payments[kept - 1].ends_on,
            ),
            on=stopped_on,
        )
    if drawn < 0.08 and today.month > 2:
        return paused(life, on=date(today.year, rng.randint(2, today.month), 1))
    return life


def _last_year(area: str, *, today: date) -> int:
    return min(today.year, PROVISIONAL_YEAR if area == HOME else PROVISIONAL_YEAR - 1)


def _years(rng: Random, *, member: Member, first: int, last: int, today: date) -> Life:
    """Whole years from `first` on; somebody born later begins with the day of birth, paid within 90 days."""
    born = member.born_on
    years = list(range(max(first, born.year), last + 1))
    joined_on = max(born, date(years[0], 1, 1)) if years else born
    life = resident(
        category=category(today.year - born.year),
        years=years,
        pay_month=rng.randint(10, 12),
        pay_day=rng.randint(1, 28),
        joined_on=joined_on,
    )
    if not years or born.year != years[0]:
        return life
    birth_year = yearly(born.year, paid_on=born + timedelta(days=rng.randint(10, 80)))
    return replace(
        life,
        periods=(year_of(born.year, starts_on=born), *life.periods[1:]),
        payments=(birth_year, *life.payments[1:]),
    )


def _worker(
    rng: Random, *, member: Member, area: str, units: tuple[str, ...], is_flexible: bool, today: date
) -> tuple[Life, ...]:
    """职工医保, some of it stopped, some of it after years as a resident or before them."""
    until = later(first_of(today), months=-1)
    since = date(rng.randint(min(max(2010, member.born_on.year + 20), 2025), 2025), rng.randint(1, 12), 1)
    is_paused = rng.random() < 0.06
    if is_paused:
        until = rng.choice(months_between(later(since, months=1), until))
    life = employee(
        unit="02" if is_flexible else rng.choices(units, weights=[1000 / (at + 8) for at in range(len(units))])[0],
        since=since,
        until=until,
        wage_fen=_wage(rng),
        is_flexible=is_flexible,
        is_paused=is_paused,
        pay_day=rng.randint(8, 25),
        raise_percent=3,
    )
    if is_paused and until.year < _last_year(area, today=today) and rng.random() < 0.6:
        later_years = _years(
            rng, member=member, first=max(until.year + 1, FIRST_YEAR), last=_last_year(area, today=today), today=today
        )
        return life, later_years
    if not is_paused and since.year > FIRST_YEAR and rng.random() < 0.25:
        before = _years(rng, member=member, first=FIRST_YEAR, last=since.year, today=today)
        return paused(before, on=later(since, months=1)), life
    return (life,)


def _wage(rng: Random) -> int:
    """A monthly wage in fen, whole tens of yuan: many small ones, few big ones."""
    return int(min(max(rng.lognormvariate(8.75, 0.42), 2_600), 36_000)) // 10 * 1000
