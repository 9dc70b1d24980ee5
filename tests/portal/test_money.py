from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.money import parse_yuan, share, yuan


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (100, "1.00"),
        (132990, "1,329.90"),
        (123456789, "1,234,567.89"),
        (-5, "-0.05"),
        (-132990, "-1,329.90"),
    ],
)
def test_shows_fen_as_yuan(fen: int, text: str) -> None:
    assert yuan(fen) == text


@pytest.mark.parametrize(
    ("text", "fen"),
    [("0", 0), ("400", 40000), ("1329.9", 132990), ("1329.90", 132990), ("0.05", 5), ("999999999.99", 99999999999)],
)
def test_reads_an_amount(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    ["", " ", "1,329.90", "-1", "+1", "1.", ".5", "1.234", "1e3", "NaN", "１２", "1234567890", "1.0\n", " 1", "٣"],
)
def test_refuses_anything_else_as_an_amount(text: str) -> None:
    with pytest.raises(ValueError, match="Not an amount"):
        parse_yuan(text)


@given(st.integers(min_value=0, max_value=99_999_999_999))
def test_reads_back_what_it_shows(fen: int) -> None:
    assert parse_yuan(yuan(fen).replace(",", "")) == fen


@pytest.mark.parametrize(
    ("base_fen", "rate", "fen"),
    [
        (443300, "0.075", 33248),
        (2216500, "0.075", 166238),
        (680000, "0.02", 13600),
        (443300, "0.10", 44330),
        (1, "0.5", 1),
        (3, "0.5", 2),
        (1, "0.49", 0),
        (-1, "0.5", -1),
        (3876000, "0.0225", 87210),
    ],
)
def test_rounds_a_share_half_up_to_the_fen(base_fen: int, rate: str, fen: int) -> None:
    assert share(base_fen, rate=Decimal(rate)) == fen


@given(st.integers(min_value=0, max_value=10**12), st.decimals(min_value=0, max_value=1, places=4))
def test_is_never_off_by_more_than_half_a_fen(base_fen: int, rate: Decimal) -> None:
    assert abs(share(base_fen, rate=rate) - base_fen * rate) <= Decimal("0.5")
