"""Three guides as people find them on the web, followed sentence by sentence with their literal labels.

A comment before a step gives the words of the guide: 000 停缴 in the unit hall, 001 线上终止参保, 002 国家平台停用医保.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Visit
from tests.journeys.hall import Hall, Visitor, id_card_picture, in_words
from tests.journeys.newcomer import Newcomer, newcomer

pytestmark = pytest.mark.browser
NOTICE = re.compile("^停缴")
WaitUntil = Callable[[Callable[[], bool]], float]


def menu_above(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("navigation", name="主导航")


def menu_at_left(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("navigation", name="左侧菜单")


def sees(visitor: Visitor, *words: str) -> None:
    """Each of these words in the page's main part."""
    for word in words:
        expect(visitor.page.get_by_role("main")).to_contain_text(word)


def upload_id_card(visitor: Visitor) -> None:
    """A picture in the slot 身份证复印件."""
    picture = {"name": "身份证.png", "mimeType": "image/png", "buffer": id_card_picture()}
    visitor.page.get_by_label(re.compile("^身份证复印件")).first.set_input_files(picture)


def reads_the_notice_and_begins(visitor: Visitor) -> None:
    """The notice page, then 已阅读，开始办理."""
    visitor.sees_heading(NOTICE)
    sees(visitor, "看病费用全部自费", "审核通过之前", "提交后通常无法撤销，仅“待审核”时可撤销", "不收费")
    visitor.click_link("已阅读，开始办理")
    visitor.sees_heading("填写停缴申请")


def fills_in_and_confirms(visitor: Visitor, *, reason: str, identity: str) -> str:
    """The form, 核对 and 确认停缴; the number."""
    visitor.page.get_by_role("radio", name=reason, exact=True).check()
    upload_id_card(visitor)
    visitor.press("下一步，核对信息")
    visitor.sees_heading("核对停缴申请")
    sees(visitor, "姓名", "身份证号", "单位名称", f"{identity[:6]}********{identity[-4:]}", reason)
    return visitor.confirm_stop()


def follows_the_case(visitor: Visitor, *, number: str, id_number: str, phone: str) -> None:
    """办事进度查询 without log-in knowledge of any list: number and two times four digits."""
    visitor.click_link("办事进度查询", inside=menu_above(visitor))
    visitor.sees_heading("办事进度查询")
    visitor.page.get_by_role("textbox", name=re.compile("^受理编号")).fill(number)
    visitor.page.get_by_role("textbox", name=re.compile("^身份证号后四位")).fill(id_number[-4:])
    visitor.page.get_by_role("textbox", name=re.compile("^手机号后四位")).fill(phone[-4:])
    visitor.press("查询进度")
    expect(visitor.region(f"受理编号 {number}")).to_contain_text("待审核")


def is_approved(desk: Visitor, *, number: str) -> None:
    """A caseworker takes the case and approves it."""
    desk.takes(number)
    desk.decides("审核通过")


class TestUnitHall:
    """000."""

    def test_a_newcomer_gets_from_the_home_page_to_the_stop(
        self, hall: Hall, visit: Visit, wait_until: WaitUntil
    ) -> None:
        visitor = visit()
        person = newcomer(visitor, nth=0)
        self._comes_in(person)
        self._finds_the_option(visitor)
        self._finds_help(visitor)
        number = self._stops(person)
        self._keeps_the_number(visitor, number=number)
        follows_the_case(visitor, number=number, id_number=person.id_number, phone=person.phone)
        # 保险状态会保持不变
        visitor.page.goto("/me/")
        expect(visitor.region("医保信息")).to_contain_text("正常参保")
        is_approved(visit("许知行"), number=number)
        self._hears_the_result(person, hall=hall, number=number, wait_until=wait_until)
        self._forgets_the_password(person)

        assert visitor.complaints == []

    def _comes_in(self, person: Newcomer) -> None:
        visitor, page = person.visitor, person.visitor.page
        # 输入…官方网址，避免进入钓鱼网站
        page.goto("/")
        expect(page).to_have_title(re.compile("医疗保障单位网厅"))
        sees(visitor, "谨防钓鱼网站", visitor.hall.url)
        # “登录”按钮…位于页面的右上角
        box = page.get_by_role("link", name="登录", exact=True).first.bounding_box()
        width = page.evaluate("window.innerWidth")
        assert box is not None
        assert (box["x"] > width / 2, box["y"] < 150) == (True, True)
        # 没有注册账号，需要先进行注册
        visitor.click_link("注册")
        person.register()
        person.log_out()
        # 用户名可以是你的身份证号、手机号
        for login in (person.id_number.lower(), f"+86 {person.phone}"):
            person.log_in(login)
            # 登录成功后，你会进入个人中心页面…查看你的医保信息、缴费记录
            expect(visitor.region("医保信息")).to_be_visible()
            expect(visitor.region("缴费记录")).to_be_visible()
            person.log_out()
        person.log_in(person.id_number)

    def _finds_the_option(self, visitor: Visitor) -> None:
        # 进入个人账户页面…显示您的缴费记录、保障信息
        visitor.click_link("个人账户", inside=visitor.page.get_by_role("main"))
        visitor.sees_heading("个人账户")
        sees(visitor, "缴费记录", "参保状态", "医保信息")
        # 左侧或顶部菜单栏中，‘缴费管理’或‘账户设置’…‘停缴’或‘终止缴费’
        for menu in (menu_at_left, menu_above):
            for hub in ("缴费管理", "账户设置"):
                for option in ("停缴", "终止缴费"):
                    visitor.click_link(hub, inside=menu(visitor))
                    visitor.sees_heading(hub)
                    visitor.click_link(re.compile(f"^{option}"), inside=visitor.page.get_by_role("main"))
                    visitor.sees_heading(NOTICE)
        # 在搜索框中输入‘停缴’或‘终止缴费’…自动匹配相关页面或操作指南
        for words in ("停缴", "终止缴费"):
            box = visitor.page.locator("#site-search")
            box.fill("")
            box.press_sequentially(words)
            expect(visitor.page.get_by_role("listbox", name="搜索建议")).to_contain_text("停缴")
            box.press("Enter")
            visitor.sees_heading("搜索")
            sees(visitor, "停缴", "指南")
            visitor.click_link(re.compile("^停缴"), inside=visitor.page.get_by_role("main"))
            visitor.sees_heading(NOTICE)

    def _finds_help(self, visitor: Visitor) -> None:
        # 查看网厅的帮助中心或常见问题解答
        visitor.click_link("帮助中心", inside=menu_above(visitor))
        visitor.sees_heading("帮助中心")
        visitor.click_link(re.compile("停缴"), inside=visitor.page.get_by_role("main"))
        sees(visitor, "确认停缴")
        visitor.click_link("常见问题")
        visitor.sees_heading("常见问题")
        # 联系网厅的在线客服或拨打客服热线
        expect(visitor.page.get_by_role("link", name=re.compile("12393")).first).to_be_visible()
        visitor.click_link("在线客服")
        visitor.sees_heading("在线客服")
        visitor.page.get_by_role("textbox", name=re.compile("^想问什么")).fill("停缴以后还能恢复吗？")
        visitor.press("提交问题")
        sees(visitor, "停缴以后还能恢复吗？")

    def _stops(self, person: Newcomer) -> str:
        visitor = person.visitor
        visitor.click_link("缴费管理", inside=menu_above(visitor))
        # 点击“停缴”选项后…仔细阅读停缴的相关说明和注意事项
        visitor.click_link(re.compile("^停缴"), inside=visitor.page.get_by_role("main"))
        # 停缴后是否会影响续保、是否需要补缴费用
        sees(visitor, "停缴后会影响续保吗", "需要补缴费用吗")
        # 是否真的需要停缴…缓缴或分期缴费
        sees(visitor, "是否真的需要停缴", "缓缴", "分期缴费")
        visitor.click_link("回答一个问题，看看怎么办合适")
        visitor.sees_heading(re.compile("是否真的需要停缴"))
        visitor.page.get_by_role("radio", name=re.compile("经济困难|困难")).check()
        visitor.press("看看怎么办最合适")
        sees(visitor, "缓缴")
        visitor.click_link("看看停缴对我的影响")
        reads_the_notice_and_begins(visitor)
        # 个人的基本信息、保险账户详情以及停缴的具体原因; 信息有误
        for section in ("个人基本信息", "保险账户信息", "停缴原因"):
            expect(visitor.region(section)).to_be_visible()
        sees(visitor, "信息有误")
        # 停缴原因选项，如离职、退休、单位注销
        for reason in ("离职", "退休", "单位注销"):
            expect(visitor.page.get_by_role("radio", name=reason, exact=True)).to_be_visible()
        # 停缴的具体时间段
        expect(visitor.page.get_by_role("combobox", name=re.compile("^停缴起始月"))).to_be_visible()
        expect(visitor.page.get_by_role("combobox", name=re.compile("^预计恢复月"))).to_be_visible()
        # 在停缴申请中注明转移需求
        visitor.page.get_by_role("checkbox", name=re.compile("^需要转移接续")).check()
        person.fill("转往的单位或地区", "邻州市")
        # 保持通讯畅通
        person.fill("联系电话", person.phone)
        # 上传相关证明文件…点击“确认停缴”按钮，提交停缴申请
        return fills_in_and_confirms(visitor, reason="其他", identity=person.id_number)

    def _keeps_the_number(self, visitor: Visitor, *, number: str) -> None:
        # 保存好相关截图或申请编号
        assert number.startswith("YB")
        sees(visitor, "待审核", number)
        expect(visitor.page.get_by_role("link", name=re.compile("下载停保登记表")).first).to_be_visible()
        # 定期登录网厅查看申请状态
        visitor.page.goto("/me/applications/")
        visitor.click_link(re.compile("待审核"))
        expect(visitor.region("办理进度")).to_be_visible()
        sees(visitor, "邻州市")

    def _hears_the_result(self, person: Newcomer, *, hall: Hall, number: str, wait_until: WaitUntil) -> None:
        visitor, today = person.visitor, in_words(hall.today())
        # 通过网厅或短信的方式通知您，并告知具体的停缴生效日期
        wait_until(lambda: any(number in body and today in body for body in bodies(hall, phone=person.phone)))
        assert today in visitor.opens_message("停缴申请已通过审核")
        visitor.sees_state(number, "已办结")
        # 确认停缴生效日期、处理剩余的保险费用或更新您的保险记录
        after = visitor.region("审核通过以后")
        for words in (f"停缴生效日\n{today}", "已缴的费用", "还要缴的费用", "后续事项"):
            expect(after).to_contain_text(words.replace("\n", ""))
        visitor.page.get_by_role("checkbox", name=re.compile("确认停缴生效日期")).check()
        visitor.press("保存勾选")
        # 确认收到的信息是否准确无误，如有疑问，应及时联系工作人员
        expect(after.get_by_role("link", name="有疑问")).to_be_visible()
        visitor.press("确认无误")
        sees(visitor, "确认结果无误")
        # 关注个人账户的变动情况
        visitor.page.goto("/me/")
        visitor.click_link("个人账户", inside=visitor.page.get_by_role("main"))
        expect(visitor.region("账户变动")).to_contain_text("已停保")
        expect(visitor.region("参保状态和欠费情况")).to_contain_text("暂停参保")
        # 在停缴期间，您将无法享受医疗保障服务
        sees(visitor, "今天不能享受")

    def _forgets_the_password(self, person: Newcomer) -> None:
        visitor = person.visitor
        person.log_out()
        visitor.click_link("登录")
        # 点击“忘记密码”链接，按照提示找回密码
        visitor.click_link("忘记密码")
        person.fill("身份证号", person.id_number)
        person.fill("手机号或邮箱", person.phone)
        person.ask_for_code()
        person.type_code()
        person.password = "Chang-jiang-2027-er"
        visitor.page.get_by_label(re.compile("^新密码|^设置新密码|^登录密码")).first.fill(person.password)
        visitor.page.get_by_label(re.compile("^再输入一次")).fill(person.password)
        visitor.page.get_by_role("main").get_by_role("button").first.click()
        visitor.page.goto("/")
        if visitor.page.get_by_role("button", name="退出", exact=True).count():
            person.log_out()
        person.log_in(person.phone)


def bodies(hall: Hall, *, phone: str) -> list[str]:
    """What the simulated phone shows for this number, newest first."""
    return re.findall(rf'<h2>{phone}</h2><p class="body">([^<]*)</p>', hall.phone_text())


class TestOnlineTermination:
    """001, its part on stopping."""

    def test_every_named_way_leads_to_the_stop_and_one_is_gone_to_the_end(self, visit: Visit) -> None:
        visitor = visit()
        person = newcomer(visitor, nth=1)
        visitor.page.goto("/")
        visitor.click_link("注册")
        # 注册并登录
        person.register()
        self._walks_every_way(visitor)
        self._looks_at_the_account(visitor)
        # 在个人中心找到“停保申请”或“暂停参保”入口
        for name in ("停保申请", "暂停参保"):
            visitor.click_link("个人中心", inside=menu_above(visitor))
            visitor.click_link(re.compile(f"^{name}"), inside=visitor.region("常办业务"))
        # 填写停保原因（如离职、转移等），并上传身份证复印件
        reads_the_notice_and_begins(visitor)
        expect(visitor.page.get_by_role("radio", name="离职", exact=True)).to_be_visible()
        number = fills_in_and_confirms(visitor, reason="转移", identity=person.id_number)
        # “办事进度查询”或个人中心查看审核结果
        is_approved(visit("许知行"), number=number)
        visitor.page.goto("/me/")
        expect(visitor.region("我的申请")).to_contain_text("已办结")
        # 审核通过后医保将立即暂停; 医保待遇将立即停止，医疗费用需自费
        expect(visitor.region("医保信息")).to_contain_text("暂停参保")
        sees(visitor, "今天不能享受", "费用要自己付")
        assert visitor.complaints == []

    def _walks_every_way(self, visitor: Visitor) -> None:
        ways = (
            # “地方专区”选择参保地…办理城乡居民医保暂停参保
            ("地方专区", "示例市", "城乡居民医保暂停参保"),
            ("地方专区", "示例市", "城乡居民暂停参保登记"),
            # “社保服务”模块找到“停保”或“暂停参保”
            ("社保服务", "停保"),
            ("社保服务", "暂停参保"),
            # “社保申报”-“停保”
            ("社保申报", "停保"),
            # “城乡居民服务”中申请
            ("城乡居民服务", "暂停参保"),
            # “参保登记”中的“停保”
            ("参保登记", "停保"),
        )
        for way in ways:
            clicks(visitor, way)
            visitor.sees_heading(NOTICE)
        # 上海、内蒙古; 河南省平台、江苏医保云APP
        for place, channel in (("上海", "国家医保服务平台APP"), ("内蒙古", "国家医保服务平台APP"),
                               ("河南", "河南省平台"), ("江苏", "江苏医保云APP")):  # fmt: skip
            clicks(visitor, ("地方专区", place))
            sees(visitor, channel)

    def _looks_at_the_account(self, visitor: Visitor) -> None:
        # 个人账户信息页面，确认当前参保状态及欠费情况
        visitor.click_link("个人中心", inside=menu_above(visitor))
        visitor.click_link("个人账户", inside=visitor.page.get_by_role("main"))
        expect(visitor.page).to_have_title(re.compile("^个人账户信息"))
        expect(visitor.region("参保状态和欠费情况")).to_contain_text("正常参保")
        expect(visitor.region("参保状态和欠费情况")).to_contain_text("没有欠费")


class TestNationalPlatform:
    """002, its part on stopping."""

    def test_both_named_ways_lead_through_the_stop(self, visit: Visit) -> None:
        visitor = visit()
        person = newcomer(visitor, nth=2)
        visitor.page.goto("/")
        # 身份证号、人脸识别或支付宝等方式登录
        visitor.click_link("登录")
        for way in ("人脸识别", "支付宝登录"):
            expect(visitor.page.get_by_role("link", name=re.compile(way))).to_be_visible()
        visitor.click_link("注册")
        person.register()
        # 支付宝…“社保”…“居民医保停保”…“已阅读，开始办理”
        clicks(visitor, ("社保", "居民医保停保"))
        reads_the_notice_and_begins(visitor)
        # 在线服务中的“个人医保停保申报”
        clicks(visitor, ("在线服务", "个人医保停保申报"))
        visitor.sees_heading(NOTICE)
        # “地方专区”，选择您所在地区…“城乡居民暂停参保登记”
        clicks(visitor, ("地方专区", "示例市", "城乡居民暂停参保登记"))
        sees(visitor, "城乡居民暂停参保登记")
        reads_the_notice_and_begins(visitor)
        # 仔细核对所有信息，确保无误
        number = fills_in_and_confirms(visitor, reason="参加职工医保", identity=person.id_number)
        desk = visit("许知行")
        # 如果审核未通过，根据提示进行修改或重新提交申请
        desk.takes(number)
        desk.page.get_by_role("radio", name="审核不通过", exact=True).check()
        desk.page.get_by_role("combobox", name=re.compile("不通过的原因")).select_option(label="停缴原因不符")
        desk.decides("审核不通过", text="请在补充说明中写明新单位。")
        visitor.sees_state(number, "审核不通过")
        sees(visitor, "请在补充说明中写明新单位。")
        visitor.press("重新提交")
        visitor.sees_heading("填写停缴申请")
        visitor.page.get_by_role("textbox", name=re.compile("^补充说明")).fill("新单位是澄江精密。")
        assert fills_in_and_confirms(visitor, reason="参加职工医保", identity=person.id_number) != number
        assert visitor.complaints == []


def clicks(visitor: Visitor, labels: tuple[str, ...]) -> None:
    """From the home page, label by label."""
    visitor.page.goto("/")
    for label in labels:
        visitor.click_link(re.compile(rf"^{label}(\s|$)"), inside=visitor.page.get_by_role("main"))
