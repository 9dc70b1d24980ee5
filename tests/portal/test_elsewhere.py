"""What is done elsewhere is found by the words of the texts, and its page says where, in the hall's frame."""

import re
from html import unescape

import pytest
import time_machine
from django.test import Client

from portal import directory
from tests import factories

TAG = re.compile(r"<[^>]+>")
ANY_TIME = "不受时间和地点限制"
pytestmark = pytest.mark.django_db


def words_of(client: Client, address: str) -> str:
    """What a reader sees of the page between header and footer."""
    page = client.get(address, follow=True).content.decode()
    return unescape(TAG.sub("", page.partition("<main")[2].partition("</main")[0]))


def first_found(client: Client, words: str) -> str:
    """The page behind the first answer of the search."""
    found = client.get("/search/", {"q": words}).content.decode().partition("<main")[2]
    address = re.search(r'<ul class="rows"><li><a href="([^"]+)"', found)
    assert address, f"{words} finds nothing"
    return unescape(address[1])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("在线报销", ("医疗单据", "参保地医保经办窗口", "国家医保服务平台APP")),
        ("报销查询", ("进度和结果", "参保地医保经办窗口")),
        ("定期更新APP", ("本网厅在浏览器里打开", "应用商店", "不要从短信")),
        ("医保电子凭证", ("不用带实体卡", "国家医保服务平台APP")),
        ("电子医保卡", ("医保电子凭证", "激活")),
        ("移动支付", ("医保移动支付", "就诊医院")),
        ("电子处方流转", ("电子处方", "国家医保服务平台APP")),
        ("经办管理", ("经办管理", "智能监控", "宏观决策", "医保电子凭证", "移动支付", "电子处方流转")),
        ("智能监控", ("基金监管",)),
        ("宏观决策", ("数据和政策",)),
        ("异地就医备案", ("在外地可以用医保码直接结算", "国家异地就医备案小程序")),
        ("消费记录", ("消费记录", "没有您的看病记录", "国家医保服务平台APP")),
        ("年度费用明细", ("年度费用明细", "本网厅没有这些数据", "国家医保服务平台APP")),
        ("为家人申领", ("医保电子凭证", "为他们申领、激活", "国家医保服务平台APP的“亲情账户”")),
        ("家人的年度医疗费用", ("查家人的", "国家医保服务平台APP的“亲情账户”", "两边要分别绑定")),
        ("医疗待遇申请", ("门诊慢特病病种待遇认定申请表", "参保地定点医院的医保办")),
        ("移动就诊购药", ("挂号、看病和买药", "国家医保服务平台APP")),
        ("医疗保障处方下载", ("医疗保障处方下载", "开处方的医院")),
    ],
)
def test_a_search_for_the_words_ends_where_it_is_said(client: Client, words: str, told: tuple[str, ...]) -> None:
    seen = words_of(client, first_found(client, words))

    for one in (*told, "12393"):
        assert one in seen


@pytest.mark.parametrize("item", [one for one in directory.SERVICES if one.elsewhere], ids=lambda one: one.code)
def test_other_platforms_are_named_and_never_linked(client: Client, item: directory.Service) -> None:
    page = client.get(f"/services/{item.code}/").content.decode()

    assert "以该平台页面为准" in page
    assert [
        one for one in re.findall(r'<a\b[^>]*?href="([^"]+)"', page) if not one.startswith(("/", "#", "tel:"))
    ] == []


def test_lists_say_beside_the_name_that_it_is_done_elsewhere(client: Client) -> None:
    listed = client.get("/services/").content.decode()

    assert re.search(r'<b>异地就医备案<span class="tag(?:(?!</b>).)*在别处办理', listed, re.DOTALL)
    assert not re.search(r'<b>缴费记录<span class="tag', listed)


@pytest.mark.parametrize(("words", "region"), [("河北医保公共服务平台", "河北"), ("冀时办", "河北")])
def test_a_named_local_channel_is_found_with_its_way(client: Client, words: str, region: str) -> None:
    seen = words_of(client, first_found(client, words))

    assert region in seen
    assert words in seen
    assert "进入“参保登记”，选“停保”" in seen


@pytest.mark.parametrize("words", ["支付宝", "微信城市服务", "国家医保服务平台"])
def test_the_official_ways_to_pay_are_found_by_name(client: Client, words: str) -> None:
    assert first_found(client, words) == "/channels/"

    seen = words_of(client, "/channels/")
    for one in (words, "都是官方认可的渠道", "选择正规、安全的渠道", "以该平台页面为准", "怎样认出假网站"):
        assert one in seen


def test_the_official_ways_to_pay_are_reached_where_one_pays() -> None:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
        payer = factories.client_of(factories.account_of(factories.resident(area=factories.area())))

        page = payer.get("/pay/").content.decode()

    assert '<a href="/channels/">官方缴费渠道</a>' in page
    assert ANY_TIME in page
    assert "节假日都可以提交申请和缴费" in page
    assert "从下一个工作日开始审核" in page
    assert "确保缴费成功，以免影响就医报销等业务办理" in page


def test_the_four_enquiries_stand_together_under_their_names() -> None:
    """个人参保信息、缴费记录 are answered here; 消费记录、年度费用明细 say where they are."""
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
        person = factories.resident(area=factories.area())
        client = factories.client_of(factories.account_of(person))
        menu = client.get(first_found(client, "参保信息服务")).content.decode()
        seen = {}
        for label in ("个人参保信息", "缴费记录", "消费记录", "年度费用明细"):
            address = re.search(rf'href="([^"]+)"[^>]*>(?:(?!</a>).)*?{label}', menu, re.DOTALL)
            assert address, f"{label} is not on the menu"
            assert first_found(client, label) == address[1]
            seen[label] = words_of(client, address[1])

    assert person.name in seen["个人参保信息"]
    assert "参保状态" in seen["个人参保信息"]
    assert "您本人历年的医保缴费" in seen["缴费记录"]
    assert "不在本网厅办理" in seen["消费记录"]
    assert "不在本网厅办理" in seen["年度费用明细"]


def test_the_family_account_names_where_cards_and_costs_of_relatives_are() -> None:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
        client = factories.client_of(factories.account_of(factories.resident(area=factories.area())))

        page = client.get("/me/family/").content.decode()

    for address in ("/services/e-card/", "/services/yearly-spending/"):
        assert f'href="{address}"' in page
        assert "国家医保服务平台APP的“亲情账户”" in words_of(client, address)
