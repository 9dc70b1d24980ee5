"""Every reason the policy can give has a wording that fits it, and every rule of an area has a name and a source."""

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta
from itertools import product

from insured.labels import EXEMPT_GROUPS, REASONS
from insured.policy.dates import Month, months_between
from insured.policy.effective import (
    Scheme,
    check_stop_month,
    first_employee_cover,
    hole_before,
    stop_effect,
    stop_month_bounds,
)
from insured.policy.interruption import interruption_outlook, payment_effect, switch_treatment
from insured.policy.rules import RULE_FIELDS, AreaRules
from insured.policy.waiting import WaitingFacts, waiting_period
from portal.errors import Reason

TODAY = date(2026, 3, 11)
TOPICS = ("stop.", "stop-month.", "cover.", "hole.", "interruption.", "outlook.", "switch.", "waiting.")
SCHEMES: tuple[Scheme, ...] = ("310", "390")
THIS_MONTH = Month.of(TODAY)
RULE_SETS = (
    AreaRules(),
    AreaRules(
        resident_stop_effect="next_day",
        employee_stop_effect="fifteenth",
        employee_start_effect="after_30_days",
        extension_start="next_day",
        gap_count="A",
        interruption_is_retroactive=False,
        interruption_start="next_day",
        useless_payment_is_refused=False,
    ),
    AreaRules(resident_stop_effect="next_month", flexible_first_waiting_months=3, fixed_waiting_months=1),
)


def reasons_of_stops() -> Iterator[Reason]:
    months = (None, *(THIS_MONTH + n for n in range(-2, 6)))
    bounds_of_periods = ((None, None), (date(2026, 5, 1), None), (None, date(2025, 12, 31)))
    for scheme, rules, month, (begins, ends) in product(SCHEMES, RULE_SETS, months, bounds_of_periods):
        effect = stop_effect(
            scheme, rules=rules, approved_on=TODAY, stop_month=month, covered_from=begins, covered_until=ends
        )
        bounds = stop_month_bounds(scheme, rules=rules, today=TODAY)
        yield from (*effect.reasons, *bounds.reasons, *check_stop_month(month, bounds=bounds))
        for is_flexible in (True, False):
            cover = first_employee_cover(TODAY, rules=rules, is_flexible=is_flexible)
            yield from cover.reasons
            yield from hole_before(cover.begins_on, last_covered_on=effect.last_covered_on).reasons


def reasons_of_interruptions() -> Iterator[Reason]:
    for rules, ago in product(RULE_SETS, range(8)):
        last_paid = THIS_MONTH + -ago
        yield from interruption_outlook(rules=rules, last_paid=last_paid).reasons
        for paid in ((), months_between(last_paid, THIS_MONTH)):
            effect = payment_effect(rules=rules, last_paid=last_paid, paid_on=TODAY, months_paid=paid)
            yield from effect.reasons
        for covered in (12, 24):
            treatment = switch_treatment(rules=rules, covered_months=covered, last_covered=last_paid, paid_on=TODAY)
            yield from treatment.reasons


def reasons_of_waiting() -> Iterator[Reason]:
    days = [date(2026, 8, 1) + timedelta(days=45 * n) for n in range(13)]
    for rules, day, gap, repaired in product(RULE_SETS, days, (0, 2, 5), (0, 1, 9)):
        for is_first_time, born, group in ((False, None, ""), (True, date(2026, 11, 1), ""), (False, None, "aided")):
            facts = WaitingFacts(
                coverage_year=2027,
                paid_on=day,
                gap_years=gap,
                repaired_years=repaired,
                is_first_time=is_first_time,
                birth_on=born,
                exempt_group=group,
            )
            yield from waiting_period(facts, rules=rules).reasons
    yield from waiting_period(WaitingFacts(coverage_year=2024, paid_on=date(2024, 5, 1)), rules=RULE_SETS[0]).reasons


def every_reason() -> list[Reason]:
    return [*reasons_of_stops(), *reasons_of_interruptions(), *reasons_of_waiting()]


def test_every_reason_fills_its_wording_and_names_its_source() -> None:
    for reason in every_reason():
        sentence = REASONS[reason.code].format(**reason.params)

        assert "{" not in sentence
        assert "None" not in sentence
        assert reason.source


def test_every_wording_of_the_policy_is_used() -> None:
    assert {code for code in REASONS if code.startswith(TOPICS)} == {reason.code for reason in every_reason()}


def test_every_wording_is_a_whole_sentence_without_codes() -> None:
    for code, wording in REASONS.items():
        if not code.startswith(TOPICS):
            continue
        assert wording.endswith("。")
        assert not re.search(r"[A-Za-z]", re.sub(r"\{[a-z]+\}", "", wording))


def test_every_rule_of_an_area_has_a_name_and_a_source() -> None:
    assert list(RULE_FIELDS) == [field.name for field in fields(AreaRules)]
    assert all(row.name and row.source for row in RULE_FIELDS.values())


def test_rules_are_values_a_column_can_hold() -> None:
    assert {type(getattr(AreaRules(), field.name)) for field in fields(AreaRules)} == {int, bool, str}


def test_the_exempt_groups_of_the_default_are_known() -> None:
    assert AreaRules().exempt_group_codes == {"newborn", "aided", "discharged_soldier"}
    assert AreaRules().exempt_group_codes <= set(EXEMPT_GROUPS)
