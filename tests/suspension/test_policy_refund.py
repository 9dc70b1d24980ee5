"""The conditions of 退费: domain 2.7 and case T2, line by line, and what of each payment comes back."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insured.policy.dates import Month
from portal.errors import Reason
from portal.labels import say
from suspension.labels import CHECKS
from suspension.labels.refund import CAUSES
from suspension.policy.offer import Offer, Slot
from suspension.policy.refund import (
    PaidRecord,
    Papers,
    RefundFacts,
    backs,
    check_ending,
    check_filing,
    check_papers,
    check_refund,
    evidence,
    needs_proof,
    refund_checks,
    share_of,
)

YEAR = PaidRecord(number="PZ1", first=Month(2026, 1), last=Month(2026, 12), personal_fen=40_000)
T2 = RefundFacts(
    scheme="390",
    status="2",
    is_through_unit=False,
    asked_on=date(2025, 12, 15),
    year=2026,
    records=(YEAR,),
    joined_310_on=date(2025, 11, 1),
)
"""程予安: paid 400 for 2026, joined 310 in November 2025, asks on 15 December."""
AHEAD = RefundFacts(
    scheme="310",
    status="2",
    is_through_unit=False,
    asked_on=date(2026, 5, 20),
    records=(replace(YEAR, personal_fen=531_960),),
    employed_from=Month(2026, 6),
)
"""A flexible worker who paid the whole year and whom a unit covers from June on."""
STOPPED = (Reason("stop.window-closed", {"first": 1, "last": 10, "opens": date(2026, 1, 1)}),)


@pytest.mark.parametrize(
    ("facts", "cause", "money", "filing"),
    [
        (T2, "joined-310", [], []),
        (replace(T2, asked_on=date(2025, 12, 31)), "joined-310", [], []),
        # The year has begun: never, for late payers too; the stop is the other result.
        (replace(T2, asked_on=date(2026, 1, 1)), "joined-310", ["refund.begun"], []),
        (replace(T2, asked_on=date(2026, 1, 5)), "joined-310", ["refund.begun"], []),
        (replace(T2, asked_on=date(2026, 1, 5), status="1"), "joined-390", ["refund.begun"], []),
        (T2, "joined-390", [], []),
        (T2, "double", [], []),
        (replace(T2, is_deceased=True), "death", [], []),
        (T2, "other", ["refund.no-cause"], []),
        (T2, "employed", ["refund.no-cause"], []),
        (replace(T2, records=()), "double", ["refund.nothing-paid"], ["refund.nothing-paid"]),
        (
            replace(T2, records=(replace(YEAR, is_received=False),)),
            "double",
            ["refund.on-the-way"],
            ["refund.on-the-way"],
        ),
        (
            replace(T2, records=(replace(YEAR, back_fen=40_000),)),
            "double",
            ["refund.asked-already"],
            ["refund.asked-already"],
        ),
        (replace(T2, records=(replace(YEAR, back_fen=39_999),)), "double", [], []),
        (
            replace(T2, records=(replace(YEAR, personal_fen=0, aid_fen=40_000),)),
            "double",
            ["refund.aid-only"],
            ["refund.aid-only"],
        ),
        (replace(T2, status="1", stop_reasons=STOPPED), "joined-390", [], ["stop.window-closed"]),
        (replace(T2, open_number="YB1"), "joined-310", [], ["stop.already-open"]),
        (AHEAD, "employed", [], []),
        (AHEAD, "other", ["refund.no-cause"], ["refund.no-cause"]),
        (AHEAD, "joined-310", ["refund.no-cause"], ["refund.no-cause"]),
        (replace(AHEAD, employed_from=None), "employed", ["refund.not-employed"], ["refund.not-employed"]),
        (replace(AHEAD, employed_from=Month(2027, 1)), "employed", ["refund.nothing-ahead"], ["refund.nothing-ahead"]),
        (
            replace(AHEAD, is_through_unit=True, unit_name="青禾"),
            "employed",
            ["refund.through-unit"],
            ["refund.through-unit"],
        ),
    ],
)
def test_decides_money_and_cover_apart(facts: RefundFacts, cause: str, money: list[str], filing: list[str]) -> None:
    refused, not_filed = check_refund(facts, cause=cause), check_filing(facts, cause=cause)

    assert [reason.code for reason in refused] == money
    assert [reason.code for reason in not_filed] == filing
    assert all(say(reason) and reason.source for reason in (*refused, *not_filed) if reason not in STOPPED)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (T2, [("refund.whole-year", 40_000)]),
        # Case T13's amounts: 345 of 400 were aid; that part goes back to whoever gave it.
        (replace(T2, records=(replace(YEAR, personal_fen=5_500, aid_fen=34_500),)), [("refund.own-part", 5_500)]),
        (replace(T2, records=(replace(YEAR, back_fen=40_000),)), []),
        # One fen given back takes one fen away, not the right.
        (replace(T2, records=(replace(YEAR, back_fen=1),)), [("refund.rest-of-year", 39_999)]),
        (replace(AHEAD, records=(replace(AHEAD.records[0], back_fen=310_310),)), []),
        (replace(AHEAD, records=(replace(AHEAD.records[0], back_fen=310),)), [("refund.months-ahead", 310_000)]),
        # June to December: seven of twelve months.
        (AHEAD, [("refund.months-ahead", 310_310)]),
        (replace(AHEAD, employed_from=Month(2026, 12)), [("refund.months-ahead", 44_330)]),
        (
            replace(
                AHEAD,
                records=tuple(
                    PaidRecord(number=f"PZ{n}", first=Month(2026, n), last=Month(2026, n), personal_fen=44_330)
                    for n in (5, 6, 7)
                ),
            ),
            [("refund.months-ahead", 44_330), ("refund.months-ahead", 44_330)],
        ),
    ],
)
def test_gives_back_what_the_person_paid_for_what_has_not_begun(
    facts: RefundFacts, expected: list[tuple[str, int]]
) -> None:
    found = backs(facts)

    assert [(one.reason.code, one.amount_fen) for one in found] == expected
    assert all(say(one.reason) and one.reason.source for one in found)


@pytest.mark.parametrize(
    ("facts", "cause", "code"),
    [
        (T2, "joined-310", "refund.known-310"),
        (replace(T2, joined_310_on=None), "joined-310", "refund.needs-proof"),
        (replace(T2, resident_elsewhere="临江市"), "joined-390", "refund.known-390"),
        (T2, "joined-390", "refund.needs-proof"),
        (replace(T2, paid_twice_in="临江市"), "double", "refund.known-double"),
        (replace(T2, is_deceased=True), "death", "refund.known-death"),
        (AHEAD, "employed", "refund.known-employed"),
    ],
)
def test_asks_for_a_proof_only_of_what_the_register_does_not_say(facts: RefundFacts, cause: str, code: str) -> None:
    found = evidence(facts, cause=cause)

    assert found.code == code
    assert needs_proof(facts, cause=cause) == (code == "refund.needs-proof")
    assert say(found)


def test_a_paused_cover_needs_no_end() -> None:
    assert check_ending(replace(T2, stop_reasons=STOPPED)) == ()
    assert check_ending(replace(T2, status="1", stop_reasons=STOPPED)) == STOPPED


def test_names_every_check_and_cause() -> None:
    for facts in (T2, AHEAD, replace(AHEAD, is_through_unit=True, unit_name="青禾")):
        for cause in ("", *CAUSES):
            assert all(CHECKS[one.code] for one in refund_checks(facts, cause=cause))


@given(
    fen=st.integers(0, 10_000_000),
    of=st.integers(1, 36),
    data=st.data(),
)
def test_the_parts_of_a_payment_never_exceed_it(fen: int, of: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, of))

    assert 0 <= share_of(fen, months=first, of=of) <= fen
    assert share_of(fen, months=first, of=of) + share_of(fen, months=of - first, of=of) <= fen
    assert share_of(fen, months=of, of=of) == fen


@given(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.sampled_from(sorted(CAUSES)))
def test_nothing_comes_back_once_the_year_has_begun(asked_on: date, cause: str) -> None:
    refused = check_refund(replace(T2, asked_on=asked_on), cause=cause)

    assert bool(refused) or asked_on < date(2026, 1, 1)


TAKEN = Offer(
    reasons={},
    slots={
        "refund-proof": Slot(hint=""),
        "id-card": Slot(hint="", is_required=True),
        "bank-card": Slot(hint=""),
    },
)
FULL = Papers(
    slots=frozenset({"id-card", "refund-proof", "bank-card"}),
    uses_credential=False,
    cause="double",
    contact_phone="13800138000",
    has_account=True,
)


@pytest.mark.parametrize(
    ("papers", "must_prove", "by_account", "codes"),
    [
        (FULL, True, True, []),
        (replace(FULL, slots=frozenset({"id-card"}), has_account=False), False, False, []),
        (replace(FULL, slots=frozenset(), uses_credential=True, has_account=False), False, False, []),
        (replace(FULL, slots=frozenset({"id-card"})), True, True, ["refund.proof-missing", "refund.card-missing"]),
        (replace(FULL, has_account=False), True, True, ["refund.account-missing"]),
        (
            replace(FULL, cause="", contact_phone="", slots=frozenset()),
            False,
            False,
            ["refund.cause-missing", "refund.phone-missing", "refund.id-missing"],
        ),
    ],
)
def test_says_what_a_draft_lacks(papers: Papers, must_prove: bool, by_account: bool, codes: list[str]) -> None:
    found = check_papers(papers, offer=TAKEN, must_prove=must_prove, by_account=by_account)

    assert [one.code for one in found] == codes


def test_asks_for_nothing_that_the_area_does_not_take() -> None:
    bare = replace(FULL, slots=frozenset({"refund-proof"}))
    offer = Offer(reasons={}, slots={"refund-proof": Slot(hint="")})

    assert check_papers(bare, offer=offer, must_prove=True, by_account=True) == ()
