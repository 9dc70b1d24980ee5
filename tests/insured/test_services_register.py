"""Register: rows arrive whole, indexed and constrained."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from insured.models import CoveragePeriod, Employer, Enrollment, InsuredPerson, PoolingArea
from insured.services import register
from portal.errors import BusinessRuleError
from tests import factories

pytestmark = pytest.mark.django_db
ID = "119901198604120026"


def new_person(area: PoolingArea, **more: object) -> register.NewPerson:
    fields: dict[str, object] = {"number": "P1", "name": "苏文岚", "id_number": ID, "area_id": area.pk}
    return register.NewPerson(**(fields | more))


def new_enrollment(person: InsuredPerson, **more: object) -> register.NewEnrollment:
    fields: dict[str, object] = {
        "person_id": person.pk,
        "scheme": "390",
        "area_id": person.area_id,
        "employer_id": Employer.objects.get(area=person.area_id, kind="08").pk,
        "category": "1501",
        "status": "1",
        "joined_on": date(2020, 1, 1),
        "first_joined_on": date(2020, 1, 1),
    }
    return register.NewEnrollment(**(fields | more))


def test_a_person_is_found_by_the_index_of_the_id_and_of_its_end(area: PoolingArea) -> None:
    field, last4 = InsuredPerson._meta.get_field("id_index"), InsuredPerson._meta.get_field("id_last4_index")

    register.register_people([new_person(area, id_number=ID.lower(), phone="19900000001")])

    found = InsuredPerson.objects.get(id_index__in=field.candidates_of(ID))
    assert found.id_last4_index in last4.candidates_of("0026")
    assert (found.id_number, found.phone, found.born_on, found.sex) == (ID, "19900000001", date(1986, 4, 12), "女")


def test_an_impossible_id_is_refused_with_a_reason(area: PoolingArea) -> None:
    with pytest.raises(BusinessRuleError) as refusal:
        register.register_people([new_person(area, id_number=ID[:-1] + "7")])

    assert [reason.code for reason in refusal.value.reasons] == ["identity.id-check-digit"]
    assert not InsuredPerson.objects.exists()


def test_people_come_back_in_order_with_their_keys(area: PoolingArea) -> None:
    rows = [new_person(area, number=f"P{at}", id_number=factories.resident_id(serial=at)) for at in range(5)]

    people = register.register_people(rows)

    assert [person.number for person in people] == ["P0", "P1", "P2", "P3", "P4"]
    assert all(person.pk for person in people)


@pytest.mark.parametrize(("scheme", "is_basic"), [("310", True), ("390", True), ("320", False)])
def test_a_scheme_tells_whether_it_is_basic(area: PoolingArea, scheme: str, is_basic: bool) -> None:
    [person] = register.register_people([new_person(area)])

    [enrollment] = register.register_enrollments([new_enrollment(person, scheme=scheme)])

    assert enrollment.is_basic is is_basic


def test_a_second_active_basic_scheme_is_refused_by_the_database(area: PoolingArea) -> None:
    [person] = register.register_people([new_person(area)])

    with pytest.raises(IntegrityError), transaction.atomic():
        register.register_enrollments([new_enrollment(person), new_enrollment(person, scheme="310")])

    assert not Enrollment.objects.exists()


def test_overlapping_basic_periods_are_refused_by_the_database(area: PoolingArea) -> None:
    [person] = register.register_people([new_person(area)])
    [enrollment] = register.register_enrollments([new_enrollment(person)])
    rows = [
        register.NewPeriod(enrollment.pk, person.pk, is_basic=True, starts_on=start, ends_on=end)
        for start, end in ((date(2026, 1, 1), date(2026, 12, 31)), (date(2026, 12, 31), None))
    ]

    with pytest.raises(DatabaseError), transaction.atomic():
        register.register_periods(rows)

    assert not CoveragePeriod.objects.exists()


def test_an_area_begins_with_its_own_rules() -> None:
    row = register.NewArea(
        code="119902",
        name="邻州市",
        agency_name="邻州市医疗保障事务中心",
        agency_address="安康大道8号",
        agency_phone="12393",
        office_hours="工作日",
        rules_from=date(2020, 1, 1),
        rules={"gap_count": "A"},
    )

    area = register.register_area(row)

    policy = area.policies.get()
    assert (policy.effective_from, policy.gap_count, policy.resident_stop_effect) == (
        date(2020, 1, 1),
        "A",
        "on_approval",
    )


def test_agents_relations_and_posts_are_written(area: PoolingArea) -> None:
    one, other = register.register_people(
        [new_person(area), new_person(area, number="P2", id_number=factories.resident_id())]
    )
    [unit] = register.register_employers([register.NewEmployer("U1", "示例市青禾软件有限公司", "01", area.pk)])
    account = factories.user()

    register.register_relations([register.NewRelation(one.pk, other.pk, "1")])
    register.register_agents([register.NewAgent(account.pk, unit.pk, starts_on=date(2020, 1, 1))])
    register.register_assignments(
        [register.NewAssignment(account.pk, area.pk, "caseworker", starts_on=date(2020, 1, 1))]
    )

    assert one.relations.get().relative == other
    assert account.agencies.get().employer == unit
    assert account.assignments.get().role == "caseworker"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_registered_outside_a_transaction(area: PoolingArea) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        register.register_people([new_person(area)])
