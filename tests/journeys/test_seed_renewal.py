"""Two guides as people find them on the web, followed sentence by sentence with their literal labels.

004 个人续医保怎么交, and what 001 says on coming back: 恢复参保, 重新参保, 取消暂停参保.
A comment before a step gives the words of the guide.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.hall import Visitor
from tests.journeys.newcomer import Newcomer, newcomer
from tests.journeys.test_resume import PATIENCE, attach, pays
from tests.journeys.test_seed_guides import clicks, follows_the_case, menu_above, sees

pytestmark = pytest.mark.browser
COMEBACK = "恢复参保（取消暂停参保）"
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
    person.sees_heading(COMEBACK)
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


class TestComingBackAfterTheStop:
    """001, its part on coming back."""

    def test_every_named_way_leads_back_and_one_is_gone_to_the_benefits(self, visit: Visit) -> None:
        visitor, desk = visit(), visit("许知行")
        person = newcomer(visitor, nth=2, status="2")
        for one in (visitor, desk):
            one.page.set_default_timeout(60_000)
        visitor.page.goto("/")
        visitor.click_link("注册")
        person.register()
        self._asks_as_the_headlines_do(visitor)
        self._walks_every_way(visitor)
        self._looks_at_the_account(visitor)
        begins, amount = self._reads_what_it_costs(visitor)
        number = self._applies(visitor)
        follows_the_case(visitor, number=number, id_number=person.id_number, phone=person.phone)
        self._is_approved_and_pays(person, desk, number=number, amount=amount)
        self._is_covered_from(visitor, begins=begins, number=number)

        assert [one for one in visitor.complaints + desk.complaints if "422" not in one] == []

    def _asks_as_the_headlines_do(self, visitor: Visitor) -> None:
        for words, name, heading in (
            ("医保断交后如何重新参保", "恢复参保", COMEBACK),
            ("怎么取消暂停医保参保状态", "恢复参保", COMEBACK),
            ("职工医保终止后还能续交吗", "恢复参保", COMEBACK),
            ("新农合断交续交后多久生效", "待遇等待期", "断缴后多久生效"),
            ("职工医保暂停参保怎么退钱", "退费申请", re.compile("退费")),
        ):
            box = visitor.page.locator("#site-search")
            box.fill(words)
            box.press("Enter")
            visitor.sees_heading("搜索")
            visitor.click_link(re.compile(rf"^{name}(\s|$)"), inside=visitor.page.get_by_role("main"))
            visitor.sees_heading(heading)

    def _walks_every_way(self, visitor: Visitor) -> None:
        for way in (
            # 进入医保服务专区，选择“参保信息服务”中的“取消暂停参保”或“恢复参保”选项
            ("医保服务专区", "参保信息服务", "取消暂停参保"),
            ("医保服务专区", "参保信息服务", "恢复参保"),
            # 恢复参保：需重新办理参保登记，部分平台支持线上重新参保申请
            ("参保登记", "恢复参保"),
            ("参保登记", "重新参保"),
            # 在“个人中心”或“社保服务”模块; “社保申报”; “城乡居民服务”; 通过“地方专区”选择参保地
            ("社保服务", "恢复参保"),
            ("社保申报", "恢复参保"),
            ("城乡居民服务", "恢复参保"),
            ("地方专区", "示例市", "恢复参保"),
            # 通过支付宝
            ("社保", "居民医保恢复参保"),
        ):
            clicks(visitor, way)
            visitor.sees_heading(COMEBACK)
        visitor.click_link("个人中心", inside=menu_above(visitor))
        visitor.click_link(re.compile("^恢复参保"), inside=visitor.region("常办业务"))
        visitor.sees_heading(COMEBACK)
        # 登录当地社保机构官网或官方APP（如“穗好办”）
        clicks(visitor, ("地方专区", "广东"))
        sees(visitor, "穗好办", "医保服务专区", "参保信息服务", "取消暂停参保")

    def _looks_at_the_account(self, visitor: Visitor) -> None:
        # 在“市民中心”界面找到“医保查询服务”模块
        clicks(visitor, ("市民中心", "医保查询服务"))
        visitor.sees_heading("个人账户")
        # 首先需了解医保断缴原因; 确认当前参保状态及欠费情况
        expect(visitor.region("参保状态和欠费情况")).to_contain_text("暂停参保")
        expect(visitor.region("参保状态和欠费情况")).to_contain_text("没有欠费")

    def _reads_what_it_costs(self, visitor: Visitor) -> tuple[str, str]:
        """The first day of benefits and the amount, as the planner says them."""
        clicks(visitor, ("医保服务专区", "参保信息服务", "取消暂停参保"))
        plan = visitor.page.get_by_role("region", name=re.compile("起能报销，共缴")).inner_text()
        found = re.search(r"(\d+年\d+月\d+日)起能报销，共缴 ([\d,.]+) 元", plan)
        assert found is not None
        # 一般需要等待1-3个月才能生效
        assert "等待期" in plan
        return found[1], found[2]

    def _applies(self, visitor: Visitor) -> str:
        visitor.click_link("已阅读，开始办理")
        visitor.sees_heading("个人医保续保申请表")
        # 按提示提交身份证明、医保卡及申请表
        visitor.press("下一步，核对信息")
        expect(visitor.page.get_by_role("alert")).to_contain_text("还缺身份证复印件")
        attach(visitor, slots=("身份证复印件（正面）", "医保卡", "申请表"))
        visitor.press("下一步，核对信息")
        visitor.sees_heading("核对续保申请")
        visitor.press("确认提交")
        visitor.sees_heading("续保申请已提交")
        number = visitor.page.locator("#public-number").inner_text().strip()
        assert number.startswith("YB")
        return number

    def _is_approved_and_pays(self, person: Newcomer, desk: Visitor, *, number: str, amount: str) -> None:
        visitor = person.visitor
        desk.takes(number)
        desk.decides("审核通过")
        visitor.sees_state(number, "等待缴费：还没有生效")
        sees(visitor, amount)
        visitor.page.goto("/me/")
        expect(visitor.region("医保信息")).to_contain_text("暂停参保")
        visitor.page.goto(f"/applications/{number}/")
        pays(visitor)

    def _is_covered_from(self, visitor: Visitor, *, begins: str, number: str) -> None:
        for _ in range(PATIENCE):
            visitor.page.goto(f"/applications/{number}/")
            if visitor.page.get_by_text("已恢复正常参保").count():
                break
            visitor.page.wait_for_timeout(2_000)
        visitor.sees_state(number, "已恢复正常参保")
        # 新农合断交后续交后…才能生效: the day is the one that was promised
        assert f"{begins}起享受医保待遇" in visitor.opens_message("医保已恢复参保")
        visitor.page.goto("/me/")
        expect(visitor.region("医保信息")).to_contain_text("正常参保")
        clicks(visitor, ("市民中心", "医保查询服务"))
        expect(visitor.region("参保状态和欠费情况")).to_contain_text("正常参保")
