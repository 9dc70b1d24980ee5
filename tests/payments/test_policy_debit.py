"""Card numbers and debit days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.policy.debit import (
    check_number,
    first_months,
    is_debit_day,
    is_taken,
    masked,
    next_debit_day,
    plain_number,
)

DAYS = (10, 20, 25)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("6228480402564890018", ""),
        ("4111111111111111", ""),
        ("6228480402564890019", "bank.number-check"),
        ("411111111111111", "bank.number-shape"),
        ("62284804025648900181", "bank.number-shape"),
        ("622848040256489001X", "bank.number-shape"),
        ("", "bank.number-shape"),
    ],
)
def test_a_card_number_is_checked(number: str, code: str) -> None:
    assert "".join(reason.code for reason in check_number(number)) == code


@given(st.text(alphabet="0123456789", min_size=15, max_size=18))
def test_exactly_one_last_digit_is_right(head: str) -> None:
    assert sum(not check_number(f"{head}{digit}") for digit in range(10)) == 1


@given(st.text(alphabet="0123456789", min_size=16, max_size=19), st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(number: str, place: int, more: int) -> None:
    if not check_number(number):
        other = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
        assert check_number(other)


def test_what_is_typed_in_groups_is_read() -> None:
    assert plain_number("6228 4804-0256 ４８９０018") == "6228480402564890018"


def test_only_the_ends_of_a_number_are_shown() -> None:
    assert masked("6228480402564890018") == "6228 **** **** 0018"


@pytest.mark.parametrize(
    ("after", "until", "expected"),
    [
        (date(2026, 3, 10), None, date(2026, 3, 20)),
        (date(2026, 3, 25), None, date(2026, 4, 10)),
        (date(2026, 12, 25), None, date(2027, 1, 10)),
        (date(2026, 3, 20), date(2026, 3, 25), date(2026, 3, 25)),
        (date(2026, 3, 25), date(2026, 3, 25), None),
    ],
)
def test_the_next_debit_day(after: date, until: date | None, expected: date | None) -> None:
    assert next_debit_day(after, days=DAYS, until=until) == expected


@pytest.mark.parametrize(
    ("due_on", "is_part", "expected"),
    [
        (date(2026, 3, 10), False, True),
        (date(2026, 3, 9), False, False),
        (date(2026, 12, 31), False, True),
        (date(2026, 3, 31), True, True),
        (date(2026, 4, 30), True, False),
        (date(2026, 4, 5), True, False),
        (date(2026, 3, 9), True, False),
    ],
)
def test_what_is_debited_on_the_tenth_of_march(due_on: date, is_part: bool, expected: bool) -> None:
    assert is_taken(due_on, on=date(2026, 3, 10), days=DAYS, is_part=is_part) is expected


def test_a_part_whose_month_has_no_debit_day_in_time_is_taken_on_the_last_one_before() -> None:
    assert is_taken(date(2026, 4, 5), on=date(2026, 3, 25), days=DAYS, is_part=True)


def test_debit_days_are_days_of_the_month() -> None:
    assert [day for day in range(1, 29) if is_debit_day(date(2026, 2, day), days=DAYS)] == [10, 20, 25]


def test_a_mandate_may_begin_this_month_or_soon() -> None:
    assert first_months(date(2026, 11, 30))[0] == date(2026, 11, 1)
    assert first_months(date(2026, 11, 30))[-1] == date(2027, 2, 1)
