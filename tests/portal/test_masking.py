import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import masking


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("119901198604120026", "119901********0026"),
        ("11990119900214042X", "119901********042X"),
        ("1199010026", "**********"),
        ("", ""),
    ],
)
def test_shows_six_and_four_of_an_id(text: str, shown: str) -> None:
    assert masking.mask_id(text) == shown


@pytest.mark.parametrize(("text", "shown"), [("13812341234", "138****1234"), ("1234567", "*******"), ("", "")])
def test_shows_three_and_four_of_a_phone(text: str, shown: str) -> None:
    assert masking.mask_phone(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [("张三", "张*"), ("苏文岚", "苏*岚"), ("欧阳文娜", "欧**娜"), ("王", "*"), ("", ""), ("𠮷野家", "𠮷*家")],
)
def test_hides_the_middle_of_a_name(text: str, shown: str) -> None:
    assert masking.mask_name(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("zhang@example.com", "z***@example.com"),
        ("z@example.com", "***@example.com"),
        ("nobody", "******"),
        ("@x", "**"),
        ("", ""),
    ],
)
def test_hides_the_name_of_a_mailbox(text: str, shown: str) -> None:
    assert masking.mask_email(text) == shown


@given(st.text(min_size=1, max_size=40))
def test_never_shows_everything(text: str) -> None:
    for mask in (masking.mask_id, masking.mask_phone, masking.mask_name):
        shown = mask(text)

        assert masking.STAR in shown
        assert len(shown) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "119901198604120026",
        "id=11990119900214042x,",
        "手机13812341234。",
        '{"phone": "13812341234"}',
        "a/119901198604120026/b",
    ],
)
def test_finds_any_id_or_phone(text: str) -> None:
    assert masking.canary_pattern().search(text)


@pytest.mark.parametrize(
    "text",
    [
        "119901********0026",
        "138****1234",
        "1199011986041200260",
        "YB20260311F2GD9X9",
        "119901198613410026",
        "1741600000000",
    ],
)
def test_leaves_masked_and_other_numbers_alone(text: str) -> None:
    assert not masking.canary_pattern().search(text)


@pytest.mark.parametrize("text", ["x11990119900214042x", "119901 19900214 042X", "119901-19900214-042x"])
def test_finds_a_given_value_however_it_is_written(text: str) -> None:
    assert masking.canary_pattern("11990119900214042X", "13812341234").search(text)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("我的号是119901198604120026，电话13812341234。", "我的号是119901********0026，电话138****1234。"),
        ("119901 19860412 0026", "119901********0026"),
        ("11990119900214042x", "119901********042x"),
        ("138-1234-1234", "138****1234"),
        ("138 1234 1234", "138****1234"),
        ("打+8613812341234", "打+138****1234"),
        ("１３８１２３４１２３４", "138****1234"),
    ],
)
def test_masks_what_was_typed_into_a_sentence(typed: str, stored: str) -> None:
    assert masking.mask_text(typed) == stored
    assert masking.mask_text(stored) == stored


@pytest.mark.parametrize(
    "text", ["YB20260311F2GD9X9", "2026-03-10 2026-03-31 12", "订单2026031012345678901", "保到2026年3月31日", "8613"]
)
def test_leaves_other_sentences_alone(text: str) -> None:
    assert masking.mask_text(text) == text
