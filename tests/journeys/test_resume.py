"""恢复参保 by the names of the seed guides: planned, asked for with its papers, approved, paid, in force."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.hall import Visitor, id_card_picture

pytestmark = pytest.mark.browser
PATIENCE = 45
"""So many looks at a page until the worker has done its part."""
PAPERS = ("身份证复印件（正面）", "医保卡", "申请表")
MORE_PAPERS = ("户口簿", "社保卡", "社保缴费证明", "工资流水")


def attach(visitor: Visitor, *, slots: tuple[str, ...]) -> None:
    """One picture in each named slot."""
    for slot in slots:
        field = visitor.page.get_by_label(re.compile(f"^{re.escape(slot)}"))
        field.set_input_files({"name": f"{slot}.png", "mimeType": "image/png", "buffer": id_card_picture()})


def pays(visitor: Visitor) -> None:
    """From the application to the simulated cashier and through it."""
    visitor.click_link("去缴费")
    visitor.press("下一步：确认缴费信息")
    visitor.press("提交订单")
    visitor.page.get_by_role("button", name=re.compile("支付宝")).first.click()
    visitor.page.get_by_role("button", name=re.compile("付款|支付")).first.click()


def test_a_return_is_planned_asked_for_paid_and_in_force(visit: Visit) -> None:
    person, desk = visit("季念慈"), visit("许知行")

    for last in ("恢复参保", "取消暂停参保"):
        person.page.goto("/services/")
        person.click_link(re.compile("^医保服务专区"))
        person.click_link(re.compile("^参保信息服务"))
        person.click_link(re.compile(f"^{last}"))
        person.sees_heading("恢复参保（取消暂停参保）")
    plan = person.page.get_by_role("region", name=re.compile("起能报销，共缴"))
    plain = plan.inner_text()
    person.page.get_by_label(re.compile("补缴断保年度")).select_option(label="补缴1年")
    person.press("重新计算")
    assert plan.inner_text() != plain
    person.check_page(is_narrow=True)

    person.click_link("已阅读，开始办理")
    person.sees_heading("个人医保续保申请表")
    person.press("下一步，核对信息")
    expect(person.page.get_by_role("alert")).to_contain_text("还缺身份证复印件")
    for slot in MORE_PAPERS:
        expect(person.page.get_by_label(re.compile(f"^{slot}"))).to_be_visible()
    attach(person, slots=PAPERS)
    person.check_page(is_narrow=True)
    person.press("下一步，核对信息")
    person.sees_heading("核对续保申请")
    person.check_page(is_narrow=True)
    person.press("确认提交")
    person.sees_heading("续保申请已提交")
    number = person.page.locator("#public-number").inner_text().strip()

    desk.takes(number)
    expect(desk.page.get_by_text("没有另一份正常参保的基本医保")).to_be_visible()
    desk.check_page(is_narrow=True)
    desk.decides("审核通过")

    person.sees_state(number, "等待缴费：还没有生效")
    person.check_page(is_narrow=True)
    assert "缴费以后才生效" in person.opens_message("参保申请已通过审核")
    person.page.goto("/resume/")
    expect(person.page.get_by_role("main")).to_contain_text("正在等待缴费")
    person.click_link("查看这件申请和账单")
    pays(person)
    for _ in range(PATIENCE):
        person.page.goto(f"/applications/{number}/")
        if person.page.get_by_text("已恢复正常参保").count():
            break
        person.page.wait_for_timeout(2_000)
    person.sees_state(number, "已恢复正常参保")
    assert "起享受医保待遇" in person.opens_message("医保已恢复参保")
    assert [one for one in person.complaints + desk.complaints if "422" not in one] == []
