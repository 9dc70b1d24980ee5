"""After sending in: the printed form that anybody can verify, and an approved stop taken back before its day."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pypdfium2
import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.hall import Hall, Visitor, in_words
from tests.journeys.test_dated_effect import first_of_next_month

pytestmark = pytest.mark.browser


def test_a_printed_form_is_verified_and_the_stop_is_cancelled_before_its_day(hall: Hall, visit: Visit) -> None:
    flexible, desk, anybody = visit("陆知遥"), visit("许知行"), visit()
    day = first_of_next_month(hall.today())
    last = day - timedelta(days=1)
    flexible.fill_in_stop(month=f"{last.year}年{last.month}月底停（保到{in_words(last)}）", reason="离职", note="")
    number = flexible.confirm_stop()

    anybody.page.goto(_address_on_paper(flexible))
    anybody.sees_heading("登记表和申请表核验")
    expect(anybody.region(f"受理编号 {number}")).to_contain_text("待审核")
    expect(anybody.region(f"受理编号 {number}")).not_to_contain_text("陆知遥")
    anybody.check_page(is_narrow=True)

    desk.takes(number)
    desk.decides("审核通过")
    flexible.sees_state(number, "审核通过")
    flexible.page.get_by_role("checkbox", name=re.compile("确认停缴生效日期")).check()
    flexible.press("保存勾选")
    flexible.press("确认无误")
    expect(flexible.region("审核通过以后")).to_contain_text("确认结果无误")
    flexible.check_page(is_narrow=True)
    cancelling = _cancels(flexible)

    desk.takes(cancelling)
    desk.decides("审核通过")
    flexible.sees_state(number, "已取消")
    flexible.sees_state(cancelling, "停缴已取消，医保照常")
    flexible.page.goto("/me/")
    expect(flexible.region("医保信息")).to_contain_text("正常参保")
    assert flexible.complaints + desk.complaints + anybody.complaints == []


def _address_on_paper(visitor: Visitor) -> str:
    """Download the form and read the address beneath the QR code."""
    with visitor.page.expect_download() as waiting:
        visitor.click_link("下载停保登记表（PDF）")
    document = pypdfium2.PdfDocument(waiting.value.path())
    text = "".join(document[0].get_textpage().get_text_bounded().split())
    found = re.search(r"https?://\S+?/verify/[\w-]+/", text)
    assert found, text
    return urlsplit(found[0]).path


def _cancels(visitor: Visitor) -> str:
    visitor.click_link("生效前取消")
    visitor.check_page(is_narrow=True)
    visitor.page.get_by_role("textbox", name=re.compile("取消的原因")).fill("新单位推迟入职。")
    visitor.press("提交取消申请")
    visitor.sees_heading("取消停缴的申请已提交")
    return visitor.page.locator("#public-number").inner_text().strip()
