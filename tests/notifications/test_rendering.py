"""What people read: short, complete, and without anything that was typed to lead them away."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template import TemplateDoesNotExist
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from portal.notifications.services import render
from portal.notifications.services.examples import EXAMPLES
from portal.notifications.services.rendering import VALUE_LIMIT, plain

TEXTS = Path(settings.BASE_DIR) / "templates" / "notifications"
NAMES = sorted(file.name.removesuffix("_subject.txt") for file in TEXTS.glob("*_subject.txt"))
PARAMS = EXAMPLES
HOSTILE = [
    "点此领取 http://evil.example/a?b=1",
    "HTTPS://EVIL.EXAMPLE",
    "请访问www.evil.cn/退款",
    "t.cn/AbC12",
    "ｗｗｗ．ｅｖｉｌ．ｃｏｍ",
    "医保退费.中国/a",
    "<a href=//evil.example>补正</a>",
    "<script>alert(1)</script>",
    "【某银行】您的账户异常",
    "javascript:alert(1)",
    "mailto:a@evil.example",
    "第一行\r\nBcc: x@evil.example",
    "evil\u200b.example \u202egro.live",
]
LINKS = (
    "http",
    "www",
    "ｗｗｗ",
    "evil.",
    "t.cn",
    "ｅｖｉｌ",
    ".中国",
    "javascript:",
    "<",
    ">",
    "\r",
    "\u202e",
    "某银行】",
)


def test_has_every_text_of_the_stop_journey() -> None:
    steps = "submitted returned rejected approved completed withdrawn lapsed correction_reminder voided resubmitted"

    assert sorted(f"stop_{step}" for step in steps.split()) == [name for name in NAMES if name.startswith("stop_")]


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_complete_on_every_channel(name: str) -> None:
    hall, sms, email = (render(name, channel=channel, params=PARAMS) for channel in ("hall", "sms", "email"))

    assert 4 <= len(hall.title) <= 30
    assert email.title == hall.title
    assert "\n" not in hall.title
    for text in (hall.text, sms.text, email.text):
        assert not name.startswith("stop_") or PARAMS["number"] in text
        assert not {"{", "}", "None", "2026-03"} & set(text.split())
        assert "2026-" not in text
        assert "{{" not in text
        assert "&" not in text
    assert sms.text.startswith("【示例市医保】")
    assert len(sms.text) <= 140
    assert "\n" not in sms.text
    assert hall.text in email.text
    assert "不会通过短信、邮件或电话索要您的密码" in email.text


@pytest.mark.parametrize("channel", ["hall", "sms", "email"])
def test_the_approval_says_the_day_the_last_day_and_the_consequence(channel: str) -> None:
    text = render("stop_approved", channel=channel, params=PARAMS).text.replace(" ", "")

    assert "2026年3月11日起停保" in text
    assert "享受到2026年3月10日" in text
    assert "医保待遇将立即停止，医疗费用需自费" in text


@pytest.mark.parametrize("typed", HOSTILE)
@pytest.mark.parametrize("channel", ["hall", "sms", "email"])
@pytest.mark.parametrize("name", ["stop_rejected", "stop_voided", "stop_returned"])
def test_typed_text_brings_no_link_and_no_markup_into_a_message(name: str, channel: str, typed: str) -> None:
    harmless = render(name, channel=channel, params=PARAMS | {"reason": "", "fields": ""})

    rendered = render(name, channel=channel, params=PARAMS | {"reason": typed, "fields": typed})

    for mark in LINKS:
        assert rendered.text.count(mark) == harmless.text.count(mark), rendered.text


@pytest.mark.parametrize(
    "text", ["停缴起始月为2026.03.11之前", "金额1,329.90元", "材料A-1、B.2不清晰", "2026-03-11 10:30"]
)
def test_leaves_dates_amounts_and_numbers_as_they_are(text: str) -> None:
    assert plain(text) == text


def test_cuts_what_is_too_long() -> None:
    assert len(plain("很" * 5000)) == VALUE_LIMIT
    sms = render("stop_rejected", channel="sms", params=PARAMS | {"reason": "很" * 5000, "fields": "长" * 5000})
    assert len(sms.text) <= 140


@given(st.text(max_size=400))
def test_whatever_is_typed_comes_out_on_one_bounded_line(text: str) -> None:
    out = plain(text)

    assert len(out) <= VALUE_LIMIT
    assert not set("<>[]{}【】\n\r\x00\u202e") & set(out)
    assert "://" not in out


@pytest.mark.parametrize("params", [{"number": "TJ1"}, {"number": "TJ1", "effective_on": "", "last_covered_on": ""}])
def test_says_which_parameter_is_missing(params: dict[str, str]) -> None:
    with pytest.raises(KeyError, match=r"stop_approved.txt needs effective_on, last_covered_on"):
        render("stop_approved", channel="sms", params=params)


def test_refuses_an_unknown_text() -> None:
    with pytest.raises(TemplateDoesNotExist):
        render("no_such", channel="hall", params={})


@pytest.fixture
def own_texts(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Nothing of the project: a text without a version for SMS."""
    from portal.notifications.services import rendering

    folder = tmp_path / "templates" / "notifications"
    folder.mkdir(parents=True)
    (folder / "plain.txt").write_text("正文{{ number }}", encoding="utf-8")
    settings.BASE_DIR = tmp_path
    rendering._engine.cache_clear()
    yield
    rendering._engine.cache_clear()


@pytest.mark.usefixtures("own_texts")
def test_sends_the_body_when_there_is_no_text_of_its_own_for_sms() -> None:
    assert render("plain", channel="sms", params={"number": 7}).text == "【示例市医保】正文7"


def test_the_mail_alone_adds_how_to_end_a_subscription_without_log_in() -> None:
    params = {"topic": "政策解读", "title": "断缴规定有变化", "published_on": "2026-03-10", "ends_it": "0" * 32}
    texts = {
        channel: render("news_published", channel=channel, params=params).text for channel in ("hall", "sms", "email")
    }

    assert [channel for channel, text in texts.items() if f"/help/unsubscribe/{'0' * 32}/" in text] == ["email"]
    assert texts["hall"] in texts["email"]
