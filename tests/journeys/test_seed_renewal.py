"""The guide 个人续医保怎么交 (004) as people find it on the web, followed sentence by sentence with its literal labels.

A comment before a step gives the words of the guide.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.hall import Visitor
from tests.journeys.test_resume import PATIENCE, attach
from tests.journeys.test_seed_guides import menu_above, sees

pytestmark = pytest.mark.browser
PAPERS = ("身份证复印件（正面）", "医保卡", "社保缴费证明")
MORE_PAPERS = ("户口簿", "社保卡", "工资流水")


def test_the_guide_is_followed_from_the_policy_to_the_benefits(visit: Visit) -> None:
    person, desk = visit("卓闻笛"), visit("许知行")
    for one in (person, desk):
        # Three pictures are made safe while one waits; on a busy machine that takes a while.
        one.page.set_default_timeout(60_000)

    _learns_the_policy(person)
    _looks_at_the_ways_to_pay(person)
    number = _applies(person)
    again = _is_refused_and_applies_again(person, desk, number=number)
    _is_approved_and_pays(person, desk, number=again)
    _keeps_the_papers(person, number=again)

    assert [one for one in person.complaints + desk.complaints if "422" not in one] == []


def _learns_the_policy(person: Visitor) -> None:
    # 个人续医保怎么交: the words themselves lead to the item and its guide
    for words in ("续医保", "个人续医保", "续保"):
        box = person.page.locator("#site-search")
        box.fill(words)
        box.press("Enter")
        person.sees_heading("搜索")
        sees(person, "恢复参保", "指南")
    # 了解医保政策…续医保的条件、流程、费用
    person.page.goto("/resume/")
    person.sees_heading("恢复参保（取消暂停参保）")
    sees(person, "条件", "流程", "费用", "材料")
    # 年满16周岁（部分地区需年满18周岁）; 没有因违反规定而被取消参保资格
    sees(person, "年满 16 周岁", "没有被取消参保资格")
    # 不同地区的医保缴费标准可能有所不同: the amount and why, before anything is asked for
    expect(person.page.get_by_role("region", name=re.compile("起能报销，共缴"))).to_be_visible()
    sees(person, "中断的月份全部补缴", "只缴恢复的那个月，不补缴")
    person.check_page(is_narrow=True)
    # 拨打医保热线进行咨询
    expect(person.page.get_by_role("link", name=re.compile("12393")).first).to_be_visible()


def _looks_at_the_ways_to_pay(person: Visitor) -> None:
    # 线上缴费; 线下缴费; 银行代缴
    person.page.goto("/services/")
    for name in ("在线缴费", "银行代缴"):
        expect(person.page.get_by_role("link", name=re.compile(f"^{name}")).first).to_be_visible()
    # 需要注意医保缴费时间，避免逾期影响医保待遇
    person.click_link("缴费管理", inside=menu_above(person))
    person.sees_heading("缴费管理")


def _applies(person: Visitor) -> str:
    # 个人续保医保的流程: 登录…; 准备相关材料; 填写申请表
    person.page.goto("/resume/")
    person.click_link("已阅读，开始办理")
    person.sees_heading("个人医保续保申请表")
    # 确保材料齐全且符合要求
    person.press("下一步，核对信息")
    expect(person.page.get_by_role("alert")).to_contain_text("还缺身份证复印件")
    # 身份证、医保卡、社保缴费证明、工资流水; 身份证、户口本、社保卡
    for slot in MORE_PAPERS:
        expect(person.page.get_by_label(re.compile(f"^{slot}"))).to_be_visible()
    attach(person, slots=PAPERS)
    person.page.get_by_role("radio", name=re.compile("中断的月份全部补缴")).check()
    person.press("下一步，核对信息")
    person.sees_heading("核对续保申请")
    sees(person, "1,329.90")
    person.press("确认提交")
    # 等待审核结果
    person.sees_heading("续保申请已提交")
    return person.page.locator("#public-number").inner_text().strip()


def _is_refused_and_applies_again(person: Visitor, desk: Visitor, *, number: str) -> str:
    # 如果审核不通过，您需要按照社保局的要求进行整改后再次提交申请
    desk.takes(number)
    desk.page.get_by_role("radio", name="审核不通过", exact=True).check()
    desk.page.get_by_role("combobox", name=re.compile("不通过的原因")).select_option(label="材料无效或与本人不符")
    desk.decides("审核不通过", text="医保卡照片看不清卡号，请重新拍照。")
    person.sees_state(number, "审核不通过")
    sees(person, "医保卡照片看不清卡号")
    person.press("重新提交")
    person.sees_heading("个人医保续保申请表")
    attach(person, slots=PAPERS[:2])
    person.press("下一步，核对信息")
    person.sees_heading("核对续保申请")
    person.press("确认提交")
    person.sees_heading("续保申请已提交")
    return person.page.locator("#public-number").inner_text().strip()


def _is_approved_and_pays(person: Visitor, desk: Visitor, *, number: str) -> None:
    desk.takes(number)
    desk.decides("审核通过")
    # 因为欠费而导致续医保中断: unpaid, it is not in force and says so
    person.sees_state(number, "等待缴费：还没有生效")
    # 缴纳相应的费用…通过当地医保网站、支付宝、微信
    person.click_link("去缴费")
    person.press("下一步：确认缴费信息")
    person.press("提交订单")
    expect(person.page.get_by_role("button", name=re.compile("微信")).first).to_be_visible()
    person.page.get_by_role("button", name=re.compile("支付宝")).first.click()
    person.page.get_by_role("button", name=re.compile("付款|支付")).first.click()
    for _ in range(PATIENCE):
        person.page.goto(f"/applications/{number}/")
        if person.page.get_by_text("已恢复正常参保").count():
            break
        person.page.wait_for_timeout(2_000)
    # 审核通过后，您的医保关系将自动延续; 在续医保成功后，个人就可以继续享受医保待遇
    person.sees_state(number, "已恢复正常参保")
    assert "起享受医保待遇" in person.opens_message("医保已恢复参保")
    person.page.goto("/me/")
    expect(person.region("医保信息")).to_contain_text("正常参保")


def _keeps_the_papers(person: Visitor, *, number: str) -> None:
    # 保留好相关凭证和记录，以便在需要时能够提供证明
    person.page.goto("/me/contributions/")
    sees(person, "1,329.90")
    person.page.goto(f"/applications/{number}/")
    expect(person.page.get_by_role("link", name=re.compile("下载续保申请表")).first).to_be_visible()
    person.page.goto("/me/certificate/")
    sees(person, "参保凭证")
