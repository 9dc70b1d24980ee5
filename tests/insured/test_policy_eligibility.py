"""Who may take part, with the sentence for everybody who may not."""

from datetime import date

import pytest

from insured.policy.eligibility import (
    PersonFacts,
    age_on,
    check_age,
    check_alive,
    check_one_scheme,
    check_qualified,
)
from insured.policy.rules import AreaRules

ADULT = PersonFacts(born_on=date(1990, 5, 1))


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(2010, 3, 10), date(2026, 3, 9), 15),
        (date(2010, 3, 10), date(2026, 3, 10), 16),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_a_year_of_age_begins_on_the_birthday(born_on: date, day: date, age: int) -> None:
    assert age_on(day, born_on=born_on) == age


@pytest.mark.parametrize(
    ("least", "scheme", "codes"), [(16, "310", []), (18, "310", ["join.too-young"]), (18, "390", [])]
)
def test_the_least_age_is_the_areas_and_asked_of_flexible_employment_only(
    least: int, scheme: str, codes: list[str]
) -> None:
    young = PersonFacts(born_on=date(2009, 1, 1))

    found = check_age(young, scheme=scheme, today=date(2026, 3, 10), rules=AreaRules(flexible_min_age=least))

    assert [reason.code for reason in found] == codes


def test_the_dead_and_the_disqualified_are_refused() -> None:
    assert [one.code for one in check_alive(PersonFacts(born_on=ADULT.born_on, is_deceased=True))] == ["join.deceased"]
    assert [one.code for one in check_qualified(PersonFacts(born_on=ADULT.born_on, is_disqualified=True))] == [
        "join.disqualified"
    ]
    assert check_alive(ADULT) == check_qualified(ADULT) == ()


@pytest.mark.parametrize(
    ("active", "unit", "wanted", "code"),
    [
        ("310", "青禾", "390", "join.employed-already"),
        ("310", "", "390", "join.flexible-already"),
        ("390", "", "310", "join.resident-already"),
        ("390", "", "390", "join.elsewhere-already"),
    ],
)
def test_one_basic_scheme_at_a_time_and_what_to_do_first(active: str, unit: str, wanted: str, code: str) -> None:
    facts = PersonFacts(born_on=ADULT.born_on, active_scheme=active, active_unit=unit)

    assert [one.code for one in check_one_scheme(facts, scheme=wanted)] == [code]
    assert check_one_scheme(ADULT, scheme=wanted) == ()
