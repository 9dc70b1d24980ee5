from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import identity
from portal.errors import BusinessRuleError

KNOWN_IDS = [
    ("119901198604120026", date(1986, 4, 12), "女"),
    ("119901197908250159", date(1979, 8, 25), "男"),
    ("119901199301170311", date(1993, 1, 17), "男"),
    ("119901195411030047", date(1954, 11, 3), "女"),
    ("119901199506090286", date(1995, 6, 9), "女"),
    ("11990119900214042X", date(1990, 2, 14), "女"),
    ("119901198707060572", date(1987, 7, 6), "男"),
    ("119901199909050641", date(1999, 9, 5), "女"),
    ("119901198311110887", date(1983, 11, 11), "女"),
    ("119901196512200193", date(1965, 12, 20), "男"),
]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@st.composite
def resident_ids(draw: st.DrawFn) -> str:
    """Right by GB 11643: any place, any day, any order number."""
    place = draw(st.integers(min_value=110000, max_value=999999))
    day = draw(st.dates(min_value=date(1900, 1, 1), max_value=date(2030, 12, 31)))
    body = f"{place}{day:%Y%m%d}{draw(st.integers(min_value=0, max_value=999)):03d}"
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


@pytest.mark.parametrize(("value", "born_on", "sex"), KNOWN_IDS)
def test_accepts_the_named_people_and_reads_their_ids(value: str, born_on: date, sex: str) -> None:
    assert identity.normalize_resident_id(value) == value
    assert identity.birth_date(value) == born_on
    assert identity.sex(value) == sex


@pytest.mark.parametrize(
    "typed",
    [
        "11990119900214042x",
        " 119901 19900214 042X ",
        "１１９９０１１９９００２１４０４２Ｘ",
        "119901\u300019900214042ｘ",
    ],
)
def test_brings_an_id_to_one_form(typed: str) -> None:
    assert identity.normalize_resident_id(typed) == "11990119900214042X"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "identity.id-shape"),
        ("11990119860412002", "identity.id-shape"),
        ("1199011986041200266", "identity.id-shape"),
        ("119901860412002", "identity.id-shape"),
        ("1199011986O4120026", "identity.id-shape"),
        ("119901198604120026'", "identity.id-shape"),
        ("①19901198604120026", "identity.id-shape"),
        ("11990119860412002Y", "identity.id-shape"),
        ("119901198707060573", "identity.id-check-digit"),
        ("119901198604120062", "identity.id-check-digit"),
        ("119901198602300023", "identity.id-birth-date"),
        ("119901198613120023", "identity.id-birth-date"),
    ],
)
def test_says_what_is_wrong_with_an_id(typed: str, code: str) -> None:
    if code == "identity.id-birth-date":
        body = typed[:17]
        typed = body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]

    with pytest.raises(BusinessRuleError) as refusal:
        identity.normalize_resident_id(typed)

    assert [reason.code for reason in refusal.value.reasons] == [code]


@given(resident_ids())
def test_accepts_every_right_id_whatever_the_place(value: str) -> None:
    assert identity.normalize_resident_id(value.lower()) == value


@given(resident_ids(), st.integers(min_value=0, max_value=16), st.integers(min_value=1, max_value=9))
def test_sees_every_single_wrong_digit(value: str, place: int, step: int) -> None:
    wrong = f"{value[:place]}{(int(value[place]) + step) % 10}{value[place + 1 :]}"

    with pytest.raises(BusinessRuleError):
        identity.normalize_resident_id(wrong)


@pytest.mark.parametrize(
    "typed",
    [
        "13812341234",
        "138 1234 1234",
        "138-1234-1234",
        "+8613812341234",
        "+86 138 1234 1234",
        "008613812341234",
        "１３８１２３４１２３４",
    ],
)
def test_brings_a_phone_to_one_form(typed: str) -> None:
    assert identity.normalize_phone(typed) == "13812341234"


@pytest.mark.parametrize(
    "typed",
    ["", "1381234123", "138123412345", "12812341234", "23812341234", "010-12345678", "13812341234x", "+8513812341234"],
)
def test_refuses_what_is_no_mobile(typed: str) -> None:
    with pytest.raises(BusinessRuleError, match=r"identity\.phone"):
        identity.normalize_phone(typed)


@pytest.mark.parametrize("typed", ["Zhang@Example.COM", " zhang@example.com ", "ｚhang＠example.com"])
def test_brings_an_address_to_one_form(typed: str) -> None:
    assert identity.normalize_email(typed) == "zhang@example.com"


@pytest.mark.parametrize(
    "typed", ["", "zhang", "zhang@", "@example.com", "a@b", "a@b@example.com", "zhang@example..com"]
)
def test_refuses_what_is_no_address(typed: str) -> None:
    with pytest.raises(BusinessRuleError, match=r"identity\.email"):
        identity.normalize_email(typed)


@pytest.mark.parametrize(
    ("typed", "value", "right"),
    [
        ("91119901MADEM00119", "91119901MADEM00119", True),
        ("91119901madem002x1", "91119901MADEM002X1", True),
        (" 91110000 600037341L", "91110000600037341L", True),
        ("91119901MADEM00118", "91119901MADEM00118", False),
    ],
)
def test_warns_of_a_unit_code_with_a_wrong_check_character(typed: str, value: str, right: bool) -> None:
    assert identity.check_uscc(typed) == identity.UnitCode(value, is_checksum_right=right)


@pytest.mark.parametrize(
    "typed", ["", "91119901MADEM0011", "91119901MADEM001199", "91119901MADEM0011I", "91119901MADEM0011*"]
)
def test_refuses_what_cannot_be_a_unit_code(typed: str) -> None:
    with pytest.raises(BusinessRuleError, match=r"identity\.uscc-shape"):
        identity.check_uscc(typed)


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("11990119900214042x", "id", "11990119900214042X"),
        ("+86 138-1234-1234", "phone", "13812341234"),
        ("Zhang@Example.com", "email", "zhang@example.com"),
        ("119901198707060573", "unknown", "119901198707060573"),
        ("u-0123", "unknown", "u-0123"),
        ("", "unknown", ""),
        ("' OR 1=1 --", "unknown", "'OR1=1--"),
    ],
)
def test_tells_what_was_typed_into_the_log_in_box(typed: str, kind: str, value: str) -> None:
    key = identity.classify_login(typed)

    assert (key.kind, key.value) == (kind, value)


@given(st.text(max_size=60))
def test_never_fails_on_what_was_typed(typed: str) -> None:
    assert identity.classify_login(typed).kind in {"id", "phone", "email", "unknown"}
    assert identity.is_public_number(typed) in {True, False}


@given(st.sampled_from(["YB", "T", "ZF", "PZXX"]), st.dates(min_value=date(2000, 1, 1)))
def test_makes_numbers_it_recognises_however_they_are_typed(prefix: str, on: date) -> None:
    number = identity.public_number(prefix=prefix, on=on)
    spoken = f" {number[:4]} {number[4:9]}-{number[9:]} ".lower().replace("0", "o").replace("1", "l")

    assert number.startswith(f"{prefix}{on:%Y%m%d}")
    assert len(number) == len(prefix) + 15
    assert identity.is_public_number(number)
    assert identity.is_public_number(spoken)
    assert identity.normalize_public_number(spoken) == number


@given(st.data())
def test_sees_every_wrong_character_and_every_swap_in_a_number(data: st.DataObject) -> None:
    number = identity.public_number(prefix="YB", on=date(2026, 3, 11))
    place = data.draw(st.integers(min_value=0, max_value=len(number) - 1))
    other = data.draw(st.sampled_from([char for char in identity.NUMBER_ALPHABET if char != number[place]]))
    second = data.draw(st.integers(min_value=0, max_value=len(number) - 1))
    swapped = list(number)
    swapped[place], swapped[second] = swapped[second], swapped[place]

    assert not identity.is_public_number(f"{number[:place]}{other}{number[place + 1 :]}")
    assert identity.is_public_number("".join(swapped)) is ("".join(swapped) == number)


@pytest.mark.parametrize("prefix", ["", "yb", "LY", "OU", "ABCDE", "Y1"])
def test_refuses_a_prefix_that_could_be_misread(prefix: str) -> None:
    with pytest.raises(ValueError, match=r"cannot begin|not found"):
        identity.public_number(prefix=prefix, on=date(2026, 3, 11))


@pytest.mark.parametrize("is_in_bulk", [False, True])
def test_does_not_repeat_or_count_up(is_in_bulk: bool) -> None:
    wanted: dict[str, Any] = {"prefix": "YB", "on": date(2026, 3, 11)}
    one_by_one = [identity.public_number(**wanted) for _ in range(500)]
    numbers = identity.public_numbers(**wanted, count=500) if is_in_bulk else one_by_one

    assert all(identity.is_public_number(one) for one in numbers)
    assert {char for one in numbers for char in one[10:16]} == set(identity.NUMBER_ALPHABET)
    assert len(set(numbers)) == 500
    assert numbers != sorted(numbers)
