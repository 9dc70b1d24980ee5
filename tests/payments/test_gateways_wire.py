"""Texts of the line: amounts, base64, pairs. What is not spelled as it should be is refused."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.gateways import wire


@given(st.integers(0, 99_999_999_999))
def test_an_amount_survives_being_written(fen: int) -> None:
    text = wire.yuan_text(fen)

    assert wire.fen_of(text) == fen
    assert "," not in text


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "1.", ".5", "1.234", "1e3", "1,000.00", " 1", "1\n", "NaN", "٣", "１", "1000000000"]
)
def test_an_amount_in_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        wire.fen_of(text)


@pytest.mark.parametrize("text", ["", "-1", "1.0", "1e3", "1 ", "１", "1" * 13])
def test_fen_are_digits(text: str) -> None:
    with pytest.raises(ValueError, match="fen"):
        wire.digits_of(text)


@given(st.binary(max_size=60))
def test_bytes_have_one_base64(raw: bytes) -> None:
    assert wire.from_base64(base64.b64encode(raw).decode()) == raw


@pytest.mark.parametrize("text", ["AA", "AB==", "AA==\n", " AA==", "AA-_", "A===", "*"])
def test_any_other_base64_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base64"):
        wire.from_base64(text)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"a", "unreadable"),
        (b"a=1&a=1", "repeated-field"),
        (b"a=1&b=2&a=", "repeated-field"),
        (b"a=1%26b%3D2", "unreadable"),
        (b"a=%ff", "unreadable"),
        ("a=元".encode(), "unreadable"),
        (b"a=" + b"1" * wire.NOTICE_LIMIT, "unreadable"),
        (b"&".join(b"a%d=1" % place for place in range(101)), "unreadable"),
    ],
)
def test_a_form_is_read_strictly(body: bytes, code: str) -> None:
    with pytest.raises(wire.NoticeError) as refused:
        wire.form_fields(body)

    assert refused.value.code == code


def test_a_form_is_decoded() -> None:
    assert wire.form_fields(b"a=1+2%2B%E5%85%83&b=&c=x%26y") == {"a": "1 2+元", "b": "", "c": "x&y"}


def test_moments_are_of_beijing() -> None:
    at = datetime(2026, 3, 9, 17, 30, tzinfo=UTC)

    assert wire.written(at, "%Y-%m-%d %H:%M:%S") == "2026-03-10 01:30:00"
    assert wire.moment("2026-03-10 01:30:00", "%Y-%m-%d %H:%M:%S") == at
