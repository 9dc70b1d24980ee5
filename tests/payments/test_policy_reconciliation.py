"""Cases of rule 6.7: every difference of a day's bill file has one kind, and together they explain every fen."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.policy.reconciliation import (
    Difference,
    Key,
    Line,
    Posting,
    agrees,
    classify,
    day_of,
    net_fen,
    span_of,
)
from portal.clock import SHANGHAI

DAY, BEFORE = date(2026, 3, 10), date(2026, 3, 9)


def pay(number: str) -> Key:
    return Key("payment", number)


def back(number: str) -> Key:
    return Key("refund", number)


def ours(key: Key, fen: int = 40_000, day: date = DAY) -> Posting:
    return Posting(key=key, fen=fen, day=day)


def line(key: Key, fen: int = 40_000, order: str = "") -> Line:
    return Line(key=key, fen=fen, order_number=order)


def kinds(found: list[Difference]) -> list[tuple[str, str]]:
    return [(str(one.kind), one.key.number) for one in found]


@pytest.mark.parametrize(
    ("postings", "lines", "expected"),
    [
        ([], [], []),
        ([ours(pay("a"))], [line(pay("a"))], []),
        ([ours(pay("a")), ours(back("a"))], [line(pay("a")), line(back("a"))], []),
        ([ours(pay("a"))], [], [("ours_only", "a")]),
        ([ours(back("r"))], [], [("ours_only", "r")]),
        ([], [line(pay("x"))], [("theirs_only", "x")]),
        ([], [line(pay("x"), order="DD1")], [("state", "x")]),
        ([], [line(pay("x"), order="nobody's")], [("theirs_only", "x")]),
        ([ours(pay("a"))], [line(pay("a"), 39_999)], [("amount", "a")]),
        ([ours(pay("a"))], [line(pay("a")), line(pay("a"))], [("duplicate", "a")]),
        ([ours(pay("a"))], [line(pay("a"))] * 3, [("duplicate", "a"), ("duplicate", "a")]),
        ([ours(pay("a"))], [line(pay("a"), 1), line(pay("a"))], [("amount", "a"), ("duplicate", "a")]),
        ([ours(pay("a"), day=BEFORE)], [line(pay("a"))], [("other_day", "a")]),
        ([ours(pay("a"), day=BEFORE)], [line(pay("a"), 1)], [("other_day", "a")]),
        ([ours(pay("a"), day=BEFORE)], [], []),
        ([ours(pay("late"))], [], [("other_day", "late")]),
        # A refund and a payment may share a number; they are two movements.
        ([ours(pay("a"))], [line(back("a"))], [("theirs_only", "a"), ("ours_only", "a")]),
    ],
)
def test_a_difference_has_one_kind(postings: list[Posting], lines: list[Line], expected: list[tuple[str, str]]) -> None:
    found = classify(lines, day=DAY, postings=postings, orders={"DD1"}, elsewhere={pay("late")})

    assert kinds(found) == expected


def test_one_missing_extra_wrong_doubled_and_late_line_are_five_differences() -> None:
    """F23."""
    right = [ours(pay(f"right-{one}"), one) for one in range(1, 50)]
    wrong = [ours(pay("missing")), ours(pay("wrong")), ours(pay("doubled")), ours(pay("late"), day=BEFORE)]
    lines = [
        *(line(one.key, one.fen) for one in right),
        *(line(pay("wrong"), 40_100), line(pay("doubled")), line(pay("doubled"))),
        *(line(pay("extra")), line(pay("late"))),
    ]

    found = classify(lines, day=DAY, postings=[*right, *wrong])

    assert sorted(kinds(found)) == [
        ("amount", "wrong"),
        ("duplicate", "doubled"),
        ("other_day", "late"),
        ("ours_only", "missing"),
        ("theirs_only", "extra"),
    ]


KEYS = st.builds(Key, st.sampled_from(["payment", "refund"]), st.sampled_from("abcdef"))
FEN = st.integers(min_value=1, max_value=10**9)
POSTINGS = st.lists(
    st.builds(Posting, key=KEYS, fen=FEN, day=st.sampled_from([DAY, BEFORE])), unique_by=lambda one: one.key
)


@given(postings=POSTINGS, lines=st.lists(st.builds(Line, key=KEYS, fen=FEN)))
def test_the_differences_explain_every_fen(postings: list[Posting], lines: list[Line]) -> None:
    found = classify(lines, day=DAY, postings=postings)
    sums = {"ours_fen": net_fen([one for one in postings if one.day == DAY]), "theirs_fen": net_fen(lines)}

    assert agrees(**sums, differences=found)


@given(fen=FEN)
def test_a_sum_that_no_difference_names_does_not_agree(fen: int) -> None:
    assert not agrees(ours_fen=0, theirs_fen=fen, differences=[])


@pytest.mark.parametrize(
    ("gateway", "moment", "day"),
    [
        ("alipay", datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC), BEFORE),
        ("alipay", datetime(2026, 3, 9, 16, 0, tzinfo=UTC), DAY),
        ("unionpay", datetime(2026, 3, 9, 14, 59, 59, tzinfo=UTC), BEFORE),
        ("unionpay", datetime(2026, 3, 9, 15, 0, tzinfo=UTC), DAY),
    ],
)
def test_the_settlement_day_begins_where_the_gateway_says(gateway: str, moment: datetime, day: date) -> None:
    start, end = span_of(day, gateway=gateway, zone=SHANGHAI)

    assert day_of(moment, gateway=gateway, zone=SHANGHAI) == day
    assert start <= moment < end
