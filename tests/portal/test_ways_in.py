"""Every name and path by which texts tell people to stop leads into the one flow, label by label and by search."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.shortcuts import render
from django.test import Client, RequestFactory

from insured.models import InsuredPerson, PoolingArea
from portal import directory
from portal.accounts.models import User
from tests import factories

LINK = re.compile(r'<a\b[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
BOLD = re.compile(r"<b>(.*?)(?=</b>|<span class=\"tag)", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
HOME, STOP = "/", "/stop/"
STOP_PATHS = directory.by_code("stop").paths
CHOSEN_REGION = "参保地"
ONLINE = [item for item in directory.SERVICES if item.is_built]
MENUS = {"缴费管理", "账户设置", *(item.name for item in directory.group("办事专区"))}
AREAS = {"119901": "示例市", "119902": "邻州市"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Iterator[Client]:
    """Somebody who may stop, in a hall of two areas."""
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
        areas = {code: factories.area(code=code, name=name) for code, name in AREAS.items()}
        yield factories.client_of(factories.account_of(factories.resident(area=areas["119901"])))


def links(page: str) -> dict[str, str]:
    """What each link is called → where it leads; a row is called by its bold words."""
    found: dict[str, str] = {}
    for address, inside in LINK.findall(page):
        bold = BOLD.search(inside)
        found.setdefault(unescape(TAG.sub("", bold[1] if bold else inside)).strip(), unescape(address))
    return found


def follow(client: Client, labels: tuple[str, ...], *, start: str = HOME) -> str:
    """Click the labels one after the other; the last page."""
    page = client.get(start, follow=True).content.decode()
    for label in labels:
        assert label in links(page), f"{label} is not offered on the way {'→'.join(labels)}"
        answer = client.get(links(page)[label], follow=True)
        assert answer.status_code == 200
        page = answer.content.decode()
    return page


def is_start_of_the_stop(page: str) -> bool:
    return "已阅读，开始办理" in links(page) and links(page)["已阅读，开始办理"] == "/stop/form/"


def literal(path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The path as it is clicked: once for every region that is served here."""
    if CHOSEN_REGION not in path:
        return [path]
    return [tuple(name if label == CHOSEN_REGION else label for label in path) for name in AREAS.values()]


@pytest.mark.parametrize("path", [one for path in STOP_PATHS for one in literal(path)], ids="→".join)
def test_every_path_of_stopping_can_be_clicked_label_by_label(client: Client, path: tuple[str, ...]) -> None:
    assert is_start_of_the_stop(follow(client, path))


@pytest.mark.parametrize("name", [directory.by_code("stop").name, *directory.by_code("stop").aliases])
def test_search_leads_from_every_name_of_stopping_into_the_flow(client: Client, name: str) -> None:
    page = client.get("/search/", {"q": name}).content.decode()

    assert is_start_of_the_stop(client.get(links(page)["停缴"]).content.decode())


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("医保断交后如何重新参保", "恢复参保"),
        ("怎么取消暂停医保参保状态", "恢复参保"),
        ("职工医保终止后还能续交吗", "恢复参保"),
        ("新农合断交续交后多久生效", "待遇等待期"),
        ("职工医保暂停参保怎么退钱", "退费申请"),
    ],
)
def test_a_headline_about_coming_back_finds_its_item(client: Client, question: str, name: str) -> None:
    assert name in [one.name for one in client.get("/search/", {"q": question}).context["found"]]


@pytest.mark.parametrize("item", directory.SERVICES, ids=lambda item: item.code)
def test_search_finds_every_item_first_under_each_of_its_names(client: Client, item: directory.Service) -> None:
    for name in (item.name, *item.aliases):
        assert client.get("/search/", {"q": name}).context["found"][0] == item


@pytest.mark.parametrize("path", [path for item in ONLINE for path in item.paths if path[0] in MENUS], ids="→".join)
def test_other_items_that_are_online_are_reached_in_the_same_way(client: Client, path: tuple[str, ...]) -> None:
    assert "暂未上线" not in follow(client, path).partition("<h1")[2].partition("</h1")[0]


@pytest.mark.parametrize(
    "label", sorted({label for item in directory.SERVICES for path in item.paths for label in path})
)
def test_no_menu_page_is_a_dead_end(client: Client, label: str) -> None:
    page = next((one for one in directory.SERVICES if one.url_name == directory.ZONE and one.name == label), None)

    assert page is None or directory.entries(page)


@pytest.mark.parametrize("path", ["/", "/payment-management/", "/zones/social-insurance/", "/regions/"])
def test_both_hubs_stand_in_the_menu_above_without_log_in(path: str) -> None:
    above = Client().get(path).content.decode().partition('aria-label="主导航"')[2].partition("</nav>")[0]

    assert {"缴费管理", "账户设置"} <= set(links(above))


@pytest.mark.parametrize("path", ["/payment-management/", "/account-settings/", "/zones/social-insurance/"])
def test_both_hubs_stand_in_the_menu_at_the_left_without_log_in(path: str) -> None:
    left = Client().get(path).content.decode().partition('aria-label="左侧菜单"')[2].partition("</nav>")[0]

    assert {"缴费管理", "账户设置"} <= set(links(left))


class TestRegions:
    def test_offers_31_provinces_the_corps_and_the_areas_served_here(self, client: Client) -> None:
        names = set(links(client.get("/regions/").content.decode()))

        assert {*AREAS.values(), *(one.name for one in directory.REGIONS)} <= names
        assert len(directory.REGIONS) == 32
        assert {"上海", "内蒙古", "新疆生产建设兵团"} <= names

    @pytest.mark.parametrize(
        ("code", "channel"),
        [
            ("henan", "河南省平台"),
            ("jiangsu", "江苏医保云APP"),
            ("hebei", "河北医保公共服务平台"),
            ("hebei", "冀时办"),
            ("guangdong", "穗好办"),
            ("shandong", "日照市"),
            ("inner-mongolia", "国家医保服务平台APP"),
        ],
    )
    def test_names_the_channel_of_a_place_and_leads_nobody_away(self, client: Client, code: str, channel: str) -> None:
        page = client.get(f"/regions/{code}/").content.decode()

        assert channel in page
        assert "由当地网厅办理" in page
        assert [address for address in links(page).values() if not address.startswith(("/", "#", "tel:"))] == []

    @pytest.mark.parametrize("address", ["/regions/atlantis/", "/zones/atlantis/", "/zones/stop/"])
    def test_knows_no_other_place(self, client: Client, address: str) -> None:
        assert client.get(address).status_code == 404


class TestDisplay:
    def test_text_grows_and_shrinks_between_its_ends(self, client: Client) -> None:
        sizes = []
        for step in ["larger"] * 4 + ["smaller"] * 4:
            client.post("/display/", {"text": step, "next": "/regions/"})
            found = re.search(r'<html[^>]* data-text="(\d)"', client.get("/").content.decode())
            sizes.append(found[1] if found else "")

        assert sizes == ["1", "2", "3", "3", "2", "1", "", ""]

    def test_contrast_is_switched_and_one_comes_back(self, client: Client) -> None:
        answer = client.post("/display/", {"contrast": "high", "next": "/regions/"})

        assert answer["Location"] == "/regions/"
        assert 'data-contrast="high"' in client.get("/").content.decode()
        client.post("/display/", {"contrast": "normal"})
        assert 'data-contrast="high"' not in client.get("/").content.decode()

    def test_a_cookie_from_elsewhere_is_not_believed(self, client: Client) -> None:
        client.cookies["text"] = '9" onload="x'

        assert "onload" not in client.get("/").content.decode()

    def test_elder_mode_begins_with_log_in_and_four_services(self) -> None:
        guest = Client()
        guest.cookies["elder"] = "1"

        page = guest.get("/").content.decode().partition("<main")[2]

        headings = [TAG.sub("", one) for one in re.findall(r"<h2[^>]*>(.*?)</h2>", page)]
        assert headings[:2] == ["账号登录", "主要服务"]
        main = page.partition("主要服务")[2].partition("</ul>")[0]
        assert list(links(main)) == ["停缴", "恢复参保", "办事进度查询", "缴费记录"]


class TestAccount:
    @pytest.mark.parametrize("path", [("个人中心", "个人账户"), ("账户设置", "个人账户"), ("市民中心", "医保查询服务")])
    def test_is_found_where_texts_say(self, client: Client, path: tuple[str, ...]) -> None:
        page = follow(client, path)

        assert "<title>个人账户信息 - " in page
        for words in ("参保状态", "正常参保", "欠费情况", "没有欠费", "缴费记录", "账户变动", "开始有保障"):
            assert words in page

    @time_machine.travel("2026-06-10T02:00:00Z", tick=False)
    def test_says_which_months_are_owed(self, area: PoolingArea) -> None:
        flexible = factories.flexible(area=area)

        page = factories.client_of(factories.account_of(flexible)).get("/me/account/").content.decode()

        assert "有 2 个月没有缴费：2026年4月、2026年5月。" in page

    @time_machine.travel("2026-03-12T02:00:00Z", tick=False)
    def test_shows_the_stop_among_the_movements(self, resident: InsuredPerson) -> None:
        resident.periods.update(ends_on="2026-03-10", closed_by="YB20260310ABCDEF0")
        resident.enrollments.update(status="2", paused_on="2026-03-11")

        page = factories.client_of(factories.account_of(resident)).get("/me/account/").content.decode()

        assert "已停保，保障到2026年3月10日为止。" in page
        assert "YB20260310ABCDEF0" in page
        assert "暂停参保" in page

    def test_whoever_stopped_owes_nothing_and_is_led_back(self, resident: InsuredPerson) -> None:
        resident.enrollments.update(status="2", paused_on="2026-03-11")

        page = factories.client_of(factories.account_of(resident)).get("/me/account/").content.decode()
        owed = page.partition("欠费情况</dt>")[2].partition("</dl>")[0]

        assert "没有欠费" in owed
        assert "停保期间不用缴费" in owed
        assert links(owed)["恢复参保"] == "/resume/"

    def test_whoever_a_unit_stopped_is_sent_to_the_unit(self, area: PoolingArea) -> None:
        employee = factories.employee(of=factories.employer(area=area))
        employee.enrollments.update(status="2", paused_on="2026-03-11")

        page = factories.client_of(factories.account_of(employee)).get("/me/account/").content.decode()
        owed = page.partition("欠费情况</dt>")[2].partition("</dl>")[0]

        assert "请问单位" in owed
        assert "停保期间不用缴费" not in owed

    def test_an_account_without_a_person_is_told_so(self, agent: User) -> None:
        page = factories.client_of(agent).get("/me/account/").content.decode()

        assert "没有关联参保人" in page


class TestFrame:
    @pytest.mark.parametrize("path", ["/", "/accounts/login/"])
    def test_names_the_only_address_and_warns_of_false_halls(self, path: str) -> None:
        page = Client().get(path).content.decode()

        for words in ("谨防钓鱼网站", settings.BASE_URL, "不会索要您的密码或短信验证码"):
            assert words in page

    @pytest.mark.parametrize("path", ["/", "/payment-management/", "/regions/henan/", "/accounts/login/", "/nowhere/"])
    def test_leads_home_to_the_top_to_support_and_to_the_hotline(self, path: str) -> None:
        offered = links(Client().get(path).content.decode())

        assert (offered["返回首页"], offered["回到顶部"]) == ("/", "#top")
        assert offered["在线客服"] == "/help/consult/"
        assert offered["热线 12393"] == "tel:12393"

    def test_the_stop_page_leads_to_support_and_guide(self, client: Client) -> None:
        page = client.get(STOP).content.decode().partition("<main")[2].partition("</main")[0]

        assert "/help/consult/" in links(page)["在线客服"]
        assert "/help/guides/stop/" in links(page).values()

    @pytest.mark.parametrize("status", [400, 403, 404, 409, 429])
    def test_every_failure_has_a_way_on(self, status: int) -> None:
        context = {"reasons": (), "again": "/stop/", "typed": ()}
        request = RequestFactory().get("/somewhere/")
        request.user = AnonymousUser()

        page = render(request, f"{status}.html", context).content.decode().partition("<main")[2]

        assert "/" in links(page.partition("</main")[0]).values()
