"""Writes the named people of the demo, their units, relations and posts; what is there already stays as it is."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from insured.models import Employer, InsuredPerson
from insured.services.register import (
    NewAgent,
    NewAssignment,
    NewEmployer,
    NewRelation,
    register_agents,
    register_assignments,
    register_employers,
    register_relations,
)
from portal.accounts.models import User
from portal.demo.services.accounts import open_account
from portal.demo.services.areas import HOME, RULES_FROM, Places, places, seed_areas
from portal.demo.services.cast import CAST, RELATIONS, UNITS, Character
from portal.demo.services.people import Plan, write_people

UNIT_PHONE = "0000-5550100"


@transaction.atomic
def seed_named(*, today: date) -> None:
    """Areas, units, people, accounts and posts, as of `today` the first time; a second time nothing changes."""
    seed_areas()
    _seed_units()
    known = set(InsuredPerson.objects.filter(number__in=[who.number for who in CAST]).values_list("number", flat=True))
    here = places()
    users = {who.name: open_account(who) for who in CAST if who.kind}
    new = [who for who in CAST if who.lives and who.number not in known]
    write_people([_plan(who, user=users.get(who.name), today=today) for who in new], places=here)
    _seed_relations()
    _seed_posts(users, places=here)


def _seed_units() -> None:
    known = set(Employer.objects.values_list("number", flat=True))
    areas = places().areas
    register_employers(
        NewEmployer(number=code, name=name, kind="01", area_id=areas[HOME], unit_code=code, phone=UNIT_PHONE)
        for code, name in UNITS
        if code not in known
    )


def _plan(who: Character, *, user: User | None, today: date) -> Plan:
    return Plan(
        number=who.number,
        name=who.name,
        id_number=who.id_number,
        phone=who.phone,
        email=who.email,
        area=who.area,
        lives=who.lives(today) if who.lives else (),
        user_id=user.pk if user else None,
    )


def _seed_relations() -> None:
    numbers = {who.name: who.number for who in CAST}
    people = {person.number: person for person in InsuredPerson.objects.filter(number__in=numbers.values())}
    for name, relative_name, kind in RELATIONS:
        person, relative = people[numbers[name]], people[numbers[relative_name]]
        if not person.relations.filter(relative=relative).exists():
            register_relations([NewRelation(person.pk, relative.pk, kind, consented_at=timezone.now())])


def _seed_posts(users: dict[str, User], *, places: Places) -> None:
    for who in CAST:
        if who.role and not users[who.name].assignments.exists():
            row = NewAssignment(users[who.name].pk, places.areas[who.area], who.role, starts_on=RULES_FROM)
            register_assignments([row])
        if who.acts_for and not users[who.name].agencies.exists():
            register_agents([NewAgent(users[who.name].pk, places.units[who.acts_for], starts_on=RULES_FROM)])
