"""Counting an interruption, and what a payment after it gives."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insured.policy.dates import Month, MonthSpan, months_between
from insured.policy.interruption import (
    interrupted_months,
    interruption_outlook,
    payment_effect,
    switch_treatment,
)
from insured.policy.rules import AreaRules

RULES = AreaRules()
SHORT_WAIT = AreaRules(interruption_waiting_months=3)
CHANGZHOU = AreaRules(interruption_start="next_day", interruption_is_retroactive=False, interruption_waiting_months=3)
NEXT_MONTH = AreaRules(interruption_start="next_month")
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 12, 31))


@pytest.mark.parametrize(
    ("last_paid", "paid_on", "expected"),
    [
        ("2025-01", date(2025, 4, 12), 2),
        ("2025-02", date(2025, 5, 9), 2),
        ("2025-03", date(2025, 4, 30), 0),
        ("2025-03", date(2025, 5, 1), 1),
        ("2025-04", date(2025, 4, 12), 0),
        ("2025-12", date(2025, 4, 12), 0),
        ("2024-11", date(2025, 3, 31), 3),
        ("2024-11", date(2025, 4, 1), 4),
    ],
)
def test_months_are_counted_from_the_first_unpaid_to_the_one_before_the_payment(
    last_paid: str, paid_on: date, expected: int
) -> None:
    assert interrupted_months(last_paid=Month.parse(last_paid), paid_on=paid_on) == expected


def test_lu_zhiyao_pays_up_and_is_reimbursed_for_february_and_march() -> None:
    """T6: last paid 2025-01, pays on 2025-04-12 for February, March and April."""
    due = months_between(Month(2025, 2), Month(2025, 4))

    result = payment_effect(rules=RULES, last_paid=Month(2025, 1), paid_on=date(2025, 4, 12), months_paid=due)

    assert (result.interrupted_months, result.months_due, result.is_paid_up) == (2, due, True)
    assert result.benefit_start == date(2025, 4, 1)
    assert (result.retroactive_from, result.covered_from) == (Month(2025, 2), date(2025, 2, 1))
    assert result.waiting_months == 0
    assert [r.code for r in result.reasons] == [
        "interruption.count",
        "interruption.paid-up",
        "interruption.retroactive",
    ]
    assert result.reasons[2].params == {"span": MonthSpan(Month(2025, 2), Month(2025, 3))}


@pytest.mark.parametrize(
    ("rules", "benefit_start", "covered_from", "retroactive_from"),
    [
        (RULES, date(2025, 4, 1), date(2025, 2, 1), "2025-02"),
        (NEXT_MONTH, date(2025, 5, 1), date(2025, 2, 1), "2025-02"),
        (CHANGZHOU, date(2025, 4, 13), date(2025, 4, 13), None),
    ],
)
def test_a_short_interruption_ends_as_the_area_says(
    rules: AreaRules, benefit_start: date, covered_from: date, retroactive_from: str | None
) -> None:
    result = payment_effect(
        rules=rules,
        last_paid=Month(2025, 1),
        paid_on=date(2025, 4, 12),
        months_paid=months_between(Month(2025, 2), Month(2025, 4)),
    )

    assert (result.benefit_start, result.covered_from) == (benefit_start, covered_from)
    assert result.retroactive_from == (Month.parse(retroactive_from) if retroactive_from else None)


@pytest.mark.parametrize("paid", [["2025-04"], ["2025-02", "2025-04"], ["2025-02", "2025-03"]])
def test_arrears_that_are_not_paid_up_give_cover_from_next_month_only(paid: list[str]) -> None:
    result = payment_effect(
        rules=RULES,
        last_paid=Month(2025, 1),
        paid_on=date(2025, 4, 12),
        months_paid=[Month.parse(text) for text in paid],
    )

    assert not result.is_paid_up
    assert (result.benefit_start, result.covered_from) == (date(2025, 5, 1), date(2025, 5, 1))
    assert result.retroactive_from is None
    assert result.reasons[-1].code == "interruption.not-paid-up"


@pytest.mark.parametrize(
    ("rules", "paid_on", "benefit_start"),
    [
        (RULES, date(2025, 6, 10), date(2025, 12, 1)),
        (RULES, date(2025, 8, 31), date(2026, 2, 1)),
        (SHORT_WAIT, date(2025, 6, 10), date(2025, 9, 1)),
        (CHANGZHOU, date(2025, 6, 10), date(2025, 9, 1)),
    ],
)
def test_a_long_interruption_brings_whole_months_of_waiting(
    rules: AreaRules, paid_on: date, benefit_start: date
) -> None:
    due = months_between(Month(2025, 2), Month.of(paid_on))

    result = payment_effect(rules=rules, last_paid=Month(2025, 1), paid_on=paid_on, months_paid=due)

    assert result.waiting_months == rules.interruption_waiting_months
    assert (result.benefit_start, result.retroactive_from) == (benefit_start, None)
    assert result.reasons[-1].code == "interruption.too-long"


@pytest.mark.parametrize(
    ("last_paid", "start"),
    [("2025-03", date(2025, 4, 1)), ("2025-04", date(2025, 5, 1)), ("2025-06", date(2025, 7, 1))],
)
def test_paying_without_a_break_continues_cover(last_paid: str, start: date) -> None:
    result = payment_effect(rules=RULES, last_paid=Month.parse(last_paid), paid_on=date(2025, 4, 12), months_paid=[])

    assert (result.interrupted_months, result.benefit_start, result.waiting_months) == (0, start, 0)


@pytest.mark.parametrize(
    ("rules", "by", "code"),
    [
        (RULES, date(2026, 7, 31), "outlook.retroactive"),
        (CHANGZHOU, date(2026, 7, 31), "outlook.not-retroactive"),
        (AreaRules(interruption_grace_months=0), date(2026, 4, 30), "outlook.retroactive"),
    ],
)
def test_the_notice_names_the_last_day_to_pay_up(rules: AreaRules, by: date, code: str) -> None:
    outlook = interruption_outlook(rules=rules, last_paid=Month(2026, 3))

    assert outlook.pay_up_by == by
    assert [r.code for r in outlook.reasons] == ["outlook.no-benefits", code, "outlook.waiting"]


@pytest.mark.parametrize(
    ("covered_months", "paid_on", "code"),
    [
        (24, date(2026, 4, 1), "switch.continuous"),
        (24, date(2026, 7, 31), "switch.continuous"),
        (24, date(2026, 8, 1), "switch.too-long"),
        (23, date(2026, 4, 1), "switch.too-short"),
    ],
)
def test_a_change_of_scheme_is_continuous_after_two_years_and_within_three_months(
    covered_months: int, paid_on: date, code: str
) -> None:
    result = switch_treatment(rules=RULES, covered_months=covered_months, last_covered=Month(2026, 3), paid_on=paid_on)

    assert [r.code for r in result.reasons] == [code]
    assert result.is_continuous is (code == "switch.continuous")


@given(DAYS, st.integers(-12, 60))
def test_an_interruption_is_never_negative_and_grows_by_one_a_month(paid_on: date, ago: int) -> None:
    last_paid = Month.of(paid_on) + -ago

    count = interrupted_months(last_paid=last_paid, paid_on=paid_on)

    assert count >= 0
    assert interrupted_months(last_paid=last_paid + -1, paid_on=paid_on) - count in (0, 1)


@given(DAYS, st.integers(-2, 12), st.sampled_from([RULES, SHORT_WAIT, CHANGZHOU, NEXT_MONTH]))
def test_a_longer_interruption_never_gives_benefits_earlier(paid_on: date, ago: int, rules: AreaRules) -> None:
    def start(last_paid: Month) -> date:
        due = months_between(last_paid + 1, Month.of(paid_on))
        return payment_effect(rules=rules, last_paid=last_paid, paid_on=paid_on, months_paid=due).covered_from

    last_paid = Month.of(paid_on) + -ago
    longer = payment_effect(
        rules=rules,
        last_paid=last_paid + -1,
        paid_on=paid_on,
        months_paid=months_between(last_paid, Month.of(paid_on)),
    )

    is_retroactive = longer.retroactive_from is not None or longer.interrupted_months == 0
    assert is_retroactive or longer.covered_from >= start(last_paid)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 12, 31)), st.integers(0, 6))
def test_paying_on_the_named_last_day_is_in_time_and_the_day_after_is_not(day: date, grace: int) -> None:
    rules = AreaRules(interruption_grace_months=grace)
    last_paid = Month.of(day)

    by = interruption_outlook(rules=rules, last_paid=last_paid).pay_up_by

    assert interrupted_months(last_paid=last_paid, paid_on=by) == grace
    assert interrupted_months(last_paid=last_paid, paid_on=(Month.of(by) + 1).first_day) == grace + 1
