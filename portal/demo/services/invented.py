"""3,000 invented people in chunks, each written whole or not at all; the chunks already written are left alone."""

from dataclasses import dataclass
from datetime import date
from random import Random

from django.db import transaction

from insured.services.register import NewEmployer, NewRelation, register_employers, register_relations
from portal.audit.models import JobRun
from portal.audit.services import claim_slot, finish_slot
from portal.demo.services.areas import HOME, places
from portal.demo.services.families import ADULT, Member, household, lives_of
from portal.demo.services.names import unit_name
from portal.demo.services.people import Plan, resident_id, unit_code, write_people

PEOPLE, CHUNK, UNITS = 3_000, 250, 60
CHUNKS = PEOPLE // CHUNK
SEED = "hall-119901"
JOB = "demo-people"
UNITS_SLOT = "units"
FIRST_NUMBER, FIRST_PHONE = 10_000, 1_000
FIRST_SERIAL, SERIALS = 100, 75
"""ID serials under 100 belong to the named people; each chunk has its own 75, so that no two chunks meet."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """People to be written together, and their relations as (index, index of the relative, kind)."""

    plans: tuple[Plan, ...]
    relations: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the worker has come."""

    done: int
    total: int

    @property
    def is_complete(self) -> bool:
        """All are there."""
        return self.done >= self.total

    def __str__(self) -> str:
        return f"{self.done:,} / {self.total:,}"


def unit_codes() -> tuple[str, ...]:
    """Codes of the invented units, the biggest unit first."""
    return tuple(unit_code(f"91119901MADE{index:05d}") for index in range(1, UNITS + 1))


def invent(index: int, *, today: date) -> Chunk:
    """Chunk `index`: the same people every time; their histories reach up to `today`."""
    rng = Random(f"{SEED}-{index}")
    numbers = _Numbers(first=FIRST_SERIAL + index * SERIALS)
    plans: list[Plan] = []
    relations: list[tuple[int, int, str]] = []
    units = unit_codes()
    while len(plans) < CHUNK:
        home = household(rng, at_most=CHUNK - len(plans))
        start = len(plans)
        relations += [(start + one, start + other, kind) for one, other, kind in home.relations]
        for member in home.members:
            at = index * CHUNK + len(plans)
            is_adult = today.year - member.born_on.year >= ADULT
            plans.append(
                Plan(
                    number=f"{HOME}{FIRST_NUMBER + at:08d}",
                    name=member.name,
                    id_number=numbers.next_for(member),
                    phone=f"1990000{FIRST_PHONE + at:04d}" if is_adult else None,
                    area=home.area,
                    lives=lives_of(rng, member=member, area=home.area, units=units, today=today),
                )
            )
    return Chunk(tuple(plans), tuple(relations))


class _Numbers:
    """Hands out resident IDs of one chunk, none twice."""

    def __init__(self, *, first: int) -> None:
        self._first = first
        self._given: dict[tuple[date, str], int] = {}

    def next_for(self, member: Member) -> str:
        """The next free serial of that day and sex; odd is 男."""
        key = (member.born_on, member.sex)
        given = self._given.get(key, 0)
        self._given[key] = given + 1
        parity = 1 if member.sex == "男" else 0
        serial = self._first + given * 2 + (self._first + parity) % 2
        if serial >= self._first + SERIALS:
            raise ValueError("too many people of one chunk born on one day")
        return resident_id(f"119901{member.born_on:%Y%m%d}{serial:03d}")


def missing_chunks() -> list[int]:
    """Chunks nobody has written yet."""
    done = set(JobRun.objects.filter(job=JOB).values_list("slot", flat=True))
    return [index for index in range(CHUNKS) if _slot(index) not in done]


def progress() -> Progress:
    """Read from the slots, so that it is never ahead of what was committed."""
    done = JobRun.objects.filter(job=JOB).exclude(slot=UNITS_SLOT).count()
    return Progress(done=done * CHUNK, total=PEOPLE)


@transaction.atomic
def seed_units() -> None:
    """The invented units, once."""
    if not claim_slot(JOB, slot=UNITS_SLOT):
        return
    area_id = places().areas[HOME]
    register_employers(
        NewEmployer(
            number=code, name=unit_name(at), kind="01", area_id=area_id, unit_code=code, phone=f"0000-555{at:04d}"
        )
        for at, code in enumerate(unit_codes(), start=1)
    )
    finish_slot(JOB, slot=UNITS_SLOT, note=f"{UNITS} 个单位")


def seed_chunk(index: int, *, today: date) -> bool:
    """Write one chunk in one short transaction; False when it is there already."""
    chunk = invent(index, today=today)
    with transaction.atomic():
        if not claim_slot(JOB, slot=_slot(index)):
            return False
        people = write_people(chunk.plans, places=places())
        register_relations(NewRelation(people[one].pk, people[other].pk, kind) for one, other, kind in chunk.relations)
        finish_slot(JOB, slot=_slot(index), note=f"{len(people)} 人")
    return True


def _slot(index: int) -> str:
    return f"people-{index:02d}"
