"""结账: however a bill is paid, its shares come to what it settles."""

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from payments.policy.closing import Parts, next_month, settled, share_of

FEN = st.integers(0, 10**9)
WHOLE = Parts(personal_fen=18_400, unit_fen=69_000, fiscal_fen=70_000, aid_fen=34_500, late_fee_fen=500)


def test_principal_comes_before_the_late_fee_and_public_money_at_the_end() -> None:
    first = share_of(20_000, before_fen=0, whole=WHOLE)
    last = share_of(67_900, before_fen=20_000, whole=WHOLE)

    assert first == Parts(personal_fen=18_400, unit_fen=1_600)
    assert last == Parts(unit_fen=67_400, late_fee_fen=500, fiscal_fen=70_000, aid_fen=34_500)


def test_what_is_given_back_takes_public_money_with_it() -> None:
    back = share_of(-87_900, before_fen=87_900, whole=WHOLE)

    assert back == Parts() - WHOLE


@given(parts=st.tuples(FEN, FEN, FEN, FEN, FEN), cuts=st.lists(st.integers(0, 10**9), max_size=6))
def test_shares_come_to_the_whole(parts: tuple[int, int, int, int, int], cuts: list[int]) -> None:
    personal, unit, fiscal, aid, fee = parts
    whole = Parts(personal_fen=personal, unit_fen=unit, fiscal_fen=fiscal, aid_fen=aid, late_fee_fen=fee)
    payable = personal + unit + fee
    stops = sorted({0, payable, *(min(cut, payable) for cut in cuts)})

    total = Parts()
    for before, after in pairwise(stops):
        total += share_of(after - before, before_fen=before, whole=whole)

    if payable:
        assert total == whole
        assert total.received_fen == payable
    assert settled(payable, whole=whole) == whole


def test_the_month_after_december_is_january() -> None:
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert next_month(date(2026, 3, 1)) == date(2026, 4, 1)
