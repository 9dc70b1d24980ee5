"""Paying as the guide of the seed texts says it (医保网上缴费的步骤), once by each way, at the simulated cashier."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.hall import Hall, Visitor, in_words

pytestmark = pytest.mark.browser
PAYERS = (("支付宝", "柏予安"), ("微信支付", "白清和"), ("银联", "苏文岚"))


WITH_CARD = "苏文岚"
"""Who follows the step 绑定医保卡, too; her card is on the demo panel."""


@pytest.mark.parametrize(("way", "name"), PAYERS, ids=("alipay", "wechat", "unionpay"))
def test_a_payer_follows_the_guide_from_the_home_page_to_the_record(
    hall: Hall, visit: Visit, way: str, name: str
) -> None:
    payer = visit(name)
    payer.page.goto("/")
    payer.click_link(re.compile("^医保缴费|^在线缴费"))
    payer.sees_heading("在线缴费")
    payer.check_page(is_narrow=True)
    if name == WITH_CARD:
        _binds_the_card(payer)

    payer.press("下一步：确认缴费信息")
    payer.sees_heading("确认缴费信息")
    expect(payer.region("要缴的费用")).to_contain_text("合计应付")
    expect(payer.region("有疑问，先问再付")).to_contain_text("12393")
    payer.check_page(is_narrow=True)

    payer.press("提交订单")
    payer.sees_heading("支付订单")
    number = re.search(r"orders/(\w+)/", payer.page.url)
    assert number is not None
    payer.check_page(is_narrow=True)
    payer.press(way)
    _pays(payer, way)

    payer.page.wait_for_url(re.compile(r"/result/$"))
    payer.sees_heading("缴费成功")
    payer.check_page(is_narrow=True)
    payer.page.goto("/pay/orders/")
    expect(payer.page.get_by_role("row", name=re.compile(number[1]))).to_contain_text("已支付")
    payer.page.goto("/me/contributions/")
    paid_today = payer.page.get_by_role("row", name=re.compile(in_words(hall.today())))
    expect(paid_today.first).to_contain_text("已到账")
    payer.page.goto("/me/messages/")
    expect(payer.page.get_by_role("main")).to_contain_text("医保缴费成功")
    expect_on_phone(hall, number[1])
    assert payer.complaints == []


def _binds_the_card(payer: Visitor) -> None:
    """Step 4 of the guide; number and password from the demo panel, and back to the payment."""
    payer.page.goto("/demo/")
    payer.page.get_by_text("查看卡号和密码").click()
    row = payer.page.get_by_role("row", name=re.compile(WITH_CARD))
    number, password = (row.get_by_role("cell").nth(place).inner_text() for place in (0, 1))
    payer.page.goto("/pay/")
    payer.click_link("绑定医保卡")
    payer.click_link("绑定医保卡")
    payer.page.get_by_label("医保卡号").fill(number)
    payer.page.get_by_label("密码").fill(password)
    payer.check_page(is_narrow=True)
    payer.press("绑定")
    expect(payer.page.get_by_role("main")).to_contain_text(f"已绑定医保卡 **** {number[-4:]}")
    payer.check_page(is_narrow=True)
    payer.click_link("去缴费")
    payer.sees_heading("在线缴费")


def _pays(payer: Visitor, way: str) -> None:
    """At the cashier, and back; with WeChat on the phone, while the page of the hall waits."""
    sure = re.compile("^确认付款")
    if way == "微信支付":
        payer.sees_heading("扫码付款")
        payer.check_page(is_narrow=True)
        with payer.page.expect_popup() as opened:
            payer.click_link("用模拟手机扫一扫（演示）")
        opened.value.get_by_role("button", name=sure).click()
        return
    if way == "银联":
        payer.press("去付款")
    payer.page.get_by_role("button", name=sure).click()
    back = "返回网厅查看结果"
    payer.page.get_by_role("button", name=back).or_(payer.page.get_by_role("link", name=back)).click()


def expect_on_phone(hall: Hall, number: str) -> None:
    """The SMS has arrived."""
    for _ in range(30):
        if number in hall.phone_text():
            return
        time.sleep(1)
    pytest.fail("no SMS about the payment")
