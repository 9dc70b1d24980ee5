"""Without JavaScript, and without a mouse."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Visit
from tests.journeys.hall import PASSWORD, Visitor

pytestmark = pytest.mark.browser
MANY_TABS = 80


def test_a_stop_is_filed_followed_and_withdrawn_without_javascript(visit: Visit) -> None:
    flexible = visit(is_scripted=False)
    today = flexible.hall.today()

    flexible.log_in("demo02@example.com")
    flexible.sees_heading("个人中心")
    flexible.fill_in_stop(
        month=_month_that_starts_with(f"{today.year}年{today.month}月底停", flexible), reason="转移", note=""
    )
    number = flexible.confirm_stop()
    flexible.sees_state(number, "待审核")
    flexible.click_link("撤销申请")
    flexible.press("确认撤销")

    expect(flexible.region(f"受理编号 {number}")).to_contain_text("已撤销")
    expect(flexible.region("办理进度").get_by_role("listitem")).to_have_count(2)


def _month_that_starts_with(words: str, visitor: Visitor) -> str:
    visitor.page.goto("/stop/form/")
    options = visitor.page.get_by_role("combobox", name=re.compile("停缴起始月")).get_by_role("option")
    return next(text for text in options.all_inner_texts() if text.startswith(words))


def test_log_in_and_notice_need_the_keyboard_only(visit: Visit) -> None:
    guest = visit()
    guest.page.goto("/")
    guest.page.keyboard.press("Tab")
    expect(guest.page.get_by_role("link", name="跳到主要内容")).to_be_focused()

    _tab_to(guest, guest.page.get_by_role("link", name="登录", exact=True))
    guest.page.keyboard.press("Enter")
    box = guest.page.get_by_role("textbox", name="身份证号 / 手机号 / 邮箱")
    expect(box).to_be_focused()
    guest.page.keyboard.type("119901199506090286")
    _tab_to(guest, guest.page.get_by_role("textbox", name="密码"))
    guest.page.keyboard.type(PASSWORD)
    guest.page.keyboard.press("Enter")
    guest.sees_heading("个人中心")
    _tab_to(guest, guest.region("常办业务").get_by_role("link", name=re.compile("^停缴")))
    guest.page.keyboard.press("Enter")
    guest.sees_heading(re.compile("^停缴"))
    _tab_to(guest, guest.page.get_by_role("link", name="已阅读，开始办理"))
    guest.page.keyboard.press("Enter")

    guest.sees_heading("填写停缴申请")
    assert guest.complaints == []


def _tab_to(visitor: Visitor, target: Locator) -> None:
    """Tab until it has the focus, and see that one can see it."""
    for _ in range(MANY_TABS):
        visitor.page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            assert target.evaluate("one => getComputedStyle(one).outlineStyle") != "none"
            return
    raise AssertionError(f"{target} is not reached by the Tab key")
