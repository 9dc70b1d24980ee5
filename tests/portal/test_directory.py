import re

import pytest
from django.urls import reverse

from portal import directory

ALIASES = {
    "stop": "停缴 终止缴费 停保 停保申请 暂停参保 城乡居民暂停参保登记 居民医保停保 个人医保停保申报"
    " 城乡居民医保暂停参保 缴费管理→停缴 账户设置→停缴 个人中心→停保申请 社保服务→停保 社保申报→停保"
    " 城乡居民服务→暂停参保 参保登记→停保 地方专区→参保地→城乡居民暂停参保登记 在线服务→个人医保停保申报",
    "resume": "恢复参保 取消暂停参保 重新参保 续保 医保服务专区→参保信息服务→取消暂停参保"
    " 医保服务专区→参保信息服务→恢复参保",
    "pay": "在线缴费 医保缴费 缴费 续保缴费",
    "payment-management": "缴费管理",
    "bank-debit": "银行代缴",
    "contributions": "缴费记录 个人中心→缴费记录 个人账户→缴费记录 缴费→缴费记录 缴费管理→缴费记录",
    "my-applications": "我的申请 申请状态",
    "progress": "办事进度查询 办理进度 受理编号查询 申请编号 个人中心→办事进度查询",
    "me": "个人中心 我的",
    "my-insurance": "我的医保 医保信息 个人中心→我的医保 我的→我的医保",
    "account": "个人账户 个人账户信息 医保查询服务 市民中心→医保查询服务 欠费情况 账户变动",
    "social-insurance": "社保服务",
    "declarations": "社保申报",
    "enrolment": "参保登记",
    "resident-services": "城乡居民服务",
    "online-services": "在线服务",
    "insurance-services": "医保服务专区",
    "coverage-information": "参保信息服务",
    "citizen-centre": "市民中心",
    "staff-changes": "人员增减",
    "real-name": "实名认证 我的→实名认证",
    "bind-card": "绑定医保卡 我的医保→绑定医保卡 我的→我的医保→绑定医保卡",
    "payment-password": "支付密码",
    "account-settings": "账户设置",
    "unit-login": "单位登录",
    "reduction": "人员增减→人员减少→提交申报 人员减少 减员",
    "addition": "人员增减→人员增加 人员增加 增员",
    "help": "帮助中心",
    "faq": "常见问题",
    "online-support": "在线客服",
    "hotline": "客服热线 12393",
    "feedback": "问题反馈",
    "policies": "政策解读",
    "news": "新闻动态",
    "contribution-standards": "缴费标准",
    "family-account": "亲情账户",
    "family-sharing": "家庭共济",
    "login": "登录",
    "register": "注册",
    "forgotten-password": "忘记密码",
    "arrears": "补缴 滞纳金",
    "deferral": "缓缴",
    "instalments": "分期缴费",
    "refund": "退费申请",
    "voucher": "缴费凭证 缴费证明",
    "payment-problem": "异常申诉",
    "transfer": "转移接续",
    "information-change": "基本信息变更 信息变更",
    "certificate": "参保凭证打印",
    "account-balance": "个人账户余额",
    "bank-account": "绑定银行卡",
    "security": "账号安全",
    "e-card": "电子医保卡 医保电子凭证",
    "reimbursement": "在线报销",
    "reimbursement-query": "报销查询",
    "remote-care": "异地就医备案",
    "benefits": "医疗待遇申请",
    "spending": "消费记录 参保信息服务→消费记录",
    "yearly-spending": "年度费用明细 年度医疗费用 参保信息服务→年度费用明细",
    "regions": "地方专区",
    "forms": "基本医疗保险停保登记表",
    "home": "返回首页",
    "accessibility": "无障碍说明",
    "privacy": "隐私政策",
}


@pytest.mark.parametrize(("code", "name"), [(code, name) for code, names in ALIASES.items() for name in names.split()])
def test_leads_every_name_and_path_to_its_item_first(code: str, name: str) -> None:
    assert directory.find(name)[0].code == code


@pytest.mark.parametrize(
    "query",
    [
        "停 缴",
        "“停缴”",
        " 停缴\n",
        "社保申报 -> 停保",
        "“社保申报”-“停保”",
        "社保申报＞停保",
        "社保申报/停保",
        "网厅怎么停缴",
    ],
)
def test_understands_how_people_type(query: str) -> None:
    assert directory.find(query)[0].code == "stop"


@pytest.mark.parametrize("query", ["停缴", "终止缴费"])
def test_finds_the_page_and_its_guide(query: str) -> None:
    assert [service.code for service in directory.find(query)[:2]] == ["stop", "stop-guide"]


@pytest.mark.parametrize("query", ["", "  ", "→", "xyzzy", "%", "' OR 1=1"])
def test_finds_nothing_for_nonsense(query: str) -> None:
    assert [service.code for service in directory.find(query) if query.strip(" →")] == []


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("续保", ["resume", "pay", "resume-guide", "renewal-rules", "messages"]),
        ("停保", ["stop", "stop-guide", "forms", "reduction"]),
    ],
)
def test_puts_equal_before_beginning_before_containing(query: str, codes: list[str]) -> None:
    assert [service.code for service in directory.find(query)] == codes


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("缴费管理", "stop"),
        ("账户设置", "stop"),
        ("个人中心", "stop"),
        ("社保服务", "stop"),
        ("社保申报", "stop"),
        ("参保登记", "stop"),
        ("城乡居民服务", "stop"),
        ("在线服务", "stop"),
        ("地方专区", "stop"),
        ("医保服务专区", "resume"),
        ("参保信息服务", "resume"),
        ("缴费管理", "contributions"),
        ("个人中心", "contributions"),
        ("人员增减", "reduction"),
        ("人员增减", "addition"),
        ("帮助中心", "faq"),
    ],
)
def test_lists_an_item_under_every_heading(heading: str, code: str) -> None:
    assert code in [service.code for service in directory.group(heading)]


def test_gives_every_item_one_code_and_every_name_one_item() -> None:
    names = [name for service in directory.SERVICES for name in (service.name, *service.aliases)]

    assert len(names) == len(set(names))
    assert len(directory.SERVICES) == len({service.code for service in directory.SERVICES})
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", service.code) for service in directory.SERVICES)
    assert all(directory.by_code(service.code) is service for service in directory.SERVICES)


def test_does_not_know_other_codes() -> None:
    with pytest.raises(KeyError):
        directory.by_code("nothing")


@pytest.mark.parametrize("service", directory.SERVICES, ids=lambda service: service.code)
def test_gives_every_item_a_page_a_summary_and_an_icon(service: directory.Service) -> None:
    address = reverse(service.url_name, args=service.address_args)

    assert address.startswith("/")
    assert service.summary.endswith("。")
    assert service.icon
