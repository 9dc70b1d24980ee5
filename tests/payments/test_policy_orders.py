"""The life of an order: every edge, ways out, and the schedule of questions."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.labels import ORDER_STATES
from payments.policy.orders import LIVE, STEPS, Event, State, next_query, next_refund_try, step

START = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
EXPIRY = START + timedelta(minutes=30)
ENDS = {State.PAID, State.CLOSED, State.REFUNDED}


@pytest.mark.parametrize(
    ("state", "event", "to"),
    [
        (State.CREATED, Event.STARTED, State.PAYING),
        (State.CREATED, Event.SUCCEEDED, State.PAID),
        (State.PAYING, Event.STARTED, None),
        (State.PAYING, Event.SUCCEEDED, State.PAID),
        (State.PAYING, Event.UNNEEDED, State.PAID_LATE),
        (State.PAYING, Event.MISMATCHED, State.REVIEW),
        (State.PAYING, Event.CLOSED, State.CLOSED),
        (State.REVIEW, Event.SUCCEEDED, State.PAID),
        (State.REVIEW, Event.MISMATCHED, None),
        (State.REVIEW, Event.STARTED, None),
        (State.PAID, Event.CLOSED, None),
        (State.PAID, Event.SUCCEEDED, None),
        (State.PAID, Event.STARTED, None),
        (State.PAID, Event.MISMATCHED, None),
        (State.CLOSED, Event.SUCCEEDED, State.PAID),
        (State.CLOSED, Event.UNNEEDED, State.PAID_LATE),
        (State.CLOSED, Event.STARTED, None),
        (State.CLOSED, Event.MISMATCHED, None),
        (State.PAID_LATE, Event.SUCCEEDED, None),
        (State.PAID_LATE, Event.CLOSED, None),
        (State.PAID_LATE, Event.REFUNDED, State.REFUNDED),
        (State.REFUNDED, Event.SUCCEEDED, None),
        (State.REFUNDED, Event.REFUNDED, None),
    ],
)
def test_an_event_leads_where_the_table_says(state: State, event: Event, to: State | None) -> None:
    assert step(state, event) == to


@pytest.mark.parametrize("state", [state for state in State if state not in ENDS])
def test_a_state_has_a_way_out(state: State) -> None:
    assert any(before == state for before, _ in STEPS)


@pytest.mark.parametrize("state", State)
def test_no_state_is_reached_twice_by_one_event(state: State) -> None:
    assert all(to != before for (before, _), to in STEPS.items() if before == state)


def test_every_state_has_words() -> None:
    assert set(ORDER_STATES) == set(State)


def test_what_is_over_never_becomes_live_again() -> None:
    over = set(State) - set(LIVE)

    assert [edge for edge, to in STEPS.items() if edge[0] in over and to in LIVE] == []


@pytest.mark.parametrize(
    ("seconds", "after"),
    [(0, 30), (30, 60), (61, 120), (121, 221), (300, 400), (1750, 1800), (1800, 5400), (4000, 7600)],
)
def test_the_gateway_is_asked_as_long_as_it_can_be_paid_and_hourly_after_that(seconds: int, after: int) -> None:
    now = START + timedelta(seconds=seconds)

    assert next_query(START, now=now, expires_at=EXPIRY) == START + timedelta(seconds=after)


def test_the_expiry_is_a_moment_to_ask_too() -> None:
    expiry = START + timedelta(minutes=15)

    assert next_query(START, now=START + timedelta(minutes=14), expires_at=expiry) == expiry


def test_whenever_it_is_paid_the_next_question_comes_within_two_minutes() -> None:
    """G7, with a clock that looks every ten seconds for what is due."""
    asked, due = [], next_query(START, now=START, expires_at=EXPIRY)
    for seconds in range(0, 1810, 10):
        if (now := START + timedelta(seconds=seconds)) >= due:
            asked.append(seconds)
            due = next_query(START, now=now, expires_at=EXPIRY)

    assert asked[-1] == 1800
    assert max(later - earlier for earlier, later in zip([0, *asked], asked, strict=False)) <= 120


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=2)), st.integers(1, 200))
def test_the_next_question_lies_ahead_and_within_the_hour(elapsed: timedelta, minutes: int) -> None:
    now = START + elapsed

    due = next_query(START, now=now, expires_at=START + timedelta(minutes=minutes))

    assert now < due <= now + timedelta(hours=1)


@pytest.mark.parametrize(("tries", "seconds"), [(1, 30), (2, 120), (3, 600), (4, 3600), (50, 3600)])
def test_a_refund_is_tried_again_ever_more_rarely(tries: int, seconds: int) -> None:
    assert next_refund_try(tries, now=START) == START + timedelta(seconds=seconds)
