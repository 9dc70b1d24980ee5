"""The chain itself: every row hangs on the one before, and what happened to a row is told apart."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.audit import policy
from portal.audit.policy import Fault

KEY = b"k" * 32
VALUES = st.dictionaries(
    st.sampled_from(["a", "b", "c"]), st.none() | st.booleans() | st.integers() | st.text(), min_size=1
)


def block(*texts: str, key: bytes = KEY) -> tuple[list[policy.Entry], dict[int, policy.Values]]:
    """Rows 10, 20, 30 … with these texts, and their links."""
    rows: dict[int, policy.Values] = {10 * at: {"text": text} for at, text in enumerate(texts, start=1)}
    return policy.chained(rows.items(), previous=policy.GENESIS, key=key), rows


def faults(entries: list[policy.Entry], rows: dict[int, policy.Values]) -> dict[int, Fault]:
    return policy.faults_of(entries, previous=policy.GENESIS, rows=rows, key=KEY)


def test_a_block_as_it_was_sealed_has_no_fault() -> None:
    assert faults(*block("a", "b", "c")) == {}


@pytest.mark.parametrize("row_id", [10, 20, 30])
def test_names_a_changed_row_and_not_its_neighbours(row_id: int) -> None:
    entries, rows = block("a", "b", "c")

    assert faults(entries, rows | {row_id: {"text": "x"}}) == {row_id: Fault.CHANGED}


@pytest.mark.parametrize("row_id", [10, 20, 30])
def test_names_a_deleted_row(row_id: int) -> None:
    entries, rows = block("a", "b", "c")
    del rows[row_id]

    assert faults(entries, rows) == {row_id: Fault.DELETED}


def test_names_both_rows_that_changed_places() -> None:
    entries, rows = block("a", "b", "c")
    rows[10], rows[30] = rows[30], rows[10]

    assert faults(entries, rows) == {10: Fault.MOVED, 30: Fault.MOVED}


def test_nobody_makes_a_right_link_without_the_key() -> None:
    forged, rows = block("a", "b", key=b"x" * 32)

    assert faults(forged, rows) == {10: Fault.CHANGED, 20: Fault.CHANGED}


def test_a_link_that_was_changed_is_found_at_the_next_row_at_the_latest() -> None:
    entries, rows = block("a", "b", "c")
    entries[1] = policy.Entry(20, bytes(32))

    assert set(faults(entries, rows)) == {20, 30}


@given(rows=st.dictionaries(st.integers(1, 10**9), VALUES, min_size=1, max_size=8), data=st.data())
def test_any_single_change_is_found(rows: dict[int, policy.Values], data: st.DataObject) -> None:
    entries = policy.chained(rows.items(), previous=policy.GENESIS, key=KEY)
    row_id = data.draw(st.sampled_from(sorted(rows)))
    other = data.draw(VALUES.filter(lambda values: policy.canonical(values) != policy.canonical(rows[row_id])))

    found = policy.faults_of(entries, previous=policy.GENESIS, rows=rows | {row_id: other}, key=KEY)

    assert set(found) == {row_id}


@given(st.lists(st.tuples(st.integers(0, 2**62), st.binary(min_size=32, max_size=32)), max_size=5))
def test_links_come_back_as_they_were_packed(pairs: list[tuple[int, bytes]]) -> None:
    entries = [policy.Entry(*pair) for pair in pairs]

    assert policy.unpack(policy.pack(entries)) == entries


def test_half_a_link_is_no_link() -> None:
    with pytest.raises(ValueError, match="whole number"):
        policy.unpack(b"x" * 41)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (datetime(2026, 3, 10, 2, tzinfo=UTC), datetime(2026, 3, 10, 10, tzinfo=timezone(timedelta(hours=8)))),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (b"\x01", memoryview(b"\x01")),
    ],
)
def test_the_same_value_is_the_same_on_every_database(one: object, other: object) -> None:
    assert policy.canonical({"x": one}) == policy.canonical({"x": other})


@pytest.mark.parametrize(
    ("one", "other"),
    [(None, ""), (1, "1"), (True, 1), (Decimal("1.10"), Decimal("1.20")), (date(2026, 1, 1), date(2026, 1, 2))],
)
def test_different_values_are_different(one: object, other: object) -> None:
    assert policy.canonical({"x": one}) != policy.canonical({"x": other})


def test_refuses_a_value_without_a_form() -> None:
    with pytest.raises(TypeError):
        policy.canonical({"x": object()})
