"""The public pages, and what is said when something fails."""

import gzip
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from portal import directory, views
from portal.errors import BusinessRuleError, ConflictError, Reason

PUBLIC = ("home", "search", "services", "payment_management", "account_settings")
HOME_BUDGET_BYTES = 20_000


@pytest.mark.parametrize("name", PUBLIC)
def test_shows_a_public_page_without_log_in(client: Client, name: str) -> None:
    response = client.get(reverse(name))

    assert response.status_code == 200
    page = response.content.decode()
    assert "<title>" in page
    assert "医疗保障单位网厅</title>" in page
    assert ">登录</a>" in page
    assert page.count("<h1") == 1


@pytest.mark.parametrize("name", PUBLIC)
def test_refuses_to_be_posted_to(client: Client, name: str) -> None:
    assert client.post(reverse(name)).status_code == 405


def test_asks_the_database_nothing_for_the_home_page(client: Client) -> None:
    # No django_db mark: a statement would fail this test.
    page = client.get("/").content.decode()

    for words in (
        "停缴",
        "在线缴费",
        "医保缴费",
        "缴费管理",
        "账户设置",
        "12393",
        settings.BASE_URL,
        "钓鱼",
        "忘记密码",
    ):
        assert words in page


def test_keeps_the_home_page_small(client: Client) -> None:
    parts = [client.get("/").content]
    parts += [(settings.BASE_DIR / "static" / name).read_bytes() for name in ("hall.css", "hall.js", "icons.svg")]

    assert sum(len(gzip.compress(part)) for part in parts) <= HOME_BUDGET_BYTES


def test_writes_no_inline_script_or_style(client: Client) -> None:
    page = client.get("/").content.decode()

    assert "<style" not in page
    assert " style=" not in page
    assert "<script>" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["停缴", "终止缴费", "停保"])
def test_finds_the_stop_page_first_under_its_names(client: Client, query: str) -> None:
    response = client.get(reverse("search"), {"q": query})

    assert response.context["found"][0].code == "stop"


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["火星探测", "<script>alert(1)</script>"])
def test_says_plainly_that_nothing_was_found(client: Client, query: str) -> None:
    page = client.get(reverse("search"), {"q": query}).content.decode()

    assert "没有找到" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("audience", "shown", "hidden"),
    [("unit", "人员减少", "亲情账户"), ("personal", "亲情账户", "人员减少"), ("nonsense", "人员减少", "忘记密码。")],
)
def test_lists_the_items_of_an_audience(client: Client, audience: str, shown: str, hidden: str) -> None:
    page = client.get(reverse("services"), {"audience": audience}).content.decode()

    assert shown in page
    assert hidden not in page


@pytest.mark.parametrize("item", directory.SERVICES, ids=lambda item: item.code)
def test_gives_every_item_a_page(client: Client, item: directory.Service) -> None:
    response = client.get(reverse("service", args=[item.code]))

    if item.is_built:
        assert response["Location"] == reverse(item.url_name, args=item.address_args)
    else:
        page = response.content.decode()
        if item.elsewhere is None:
            assert f"“{item.name}”暂未上线" in page
        else:
            assert f"“{item.name}”不在本网厅办理" in page
            assert all(place.name in page for place in item.elsewhere.places)
        assert "12393" in page


def test_knows_no_other_item(client: Client) -> None:
    assert client.get("/services/no-such-item/").status_code == 404


@pytest.mark.parametrize("name", ["payment_management", "account_settings"])
def test_offers_stopping_under_both_names_on_each_hub(client: Client, name: str) -> None:
    page = client.get(reverse(name)).content.decode()

    assert "<b>停缴</b>" in page
    assert "<b>终止缴费</b>" in page


def test_turns_elder_mode_on_and_off_and_returns_to_the_page(client: Client) -> None:
    response = client.post(reverse("elder_mode"), {"mode": "elder", "next": "/services/?audience=unit"})

    assert (response.status_code, response["Location"]) == (302, "/services/?audience=unit")
    assert 'data-mode="elder"' in client.get("/").content.decode()

    client.post(reverse("elder_mode"), {"mode": "standard", "next": "/"})

    assert 'data-mode="elder"' not in client.get("/").content.decode()


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_returns_to_this_site_only(client: Client, target: str) -> None:
    response = client.post(reverse("elder_mode"), {"mode": "elder", "next": target})

    assert response["Location"] == "/"


def test_switches_nothing_on_get(client: Client) -> None:
    assert client.get(reverse("elder_mode")).status_code == 405


def test_says_that_the_process_lives(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")


def test_shows_the_page_for_an_expired_form() -> None:
    response = Client(enforce_csrf_checks=True).post(reverse("elder_mode"))

    assert response.status_code == 403
    assert "页面打开太久" in response.content.decode()


@pytest.mark.parametrize(
    ("handler", "status", "words"),
    [
        (views.bad_request, 400, "不完整或有误"),
        (views.forbidden, 403, "没有权限"),
        (views.not_found, 404, "没有找到"),
    ],
)
def test_words_each_failure(rf: RequestFactory, handler: Callable[..., HttpResponse], status: int, words: str) -> None:
    request = rf.get("/somewhere/")
    request.user = AnonymousUser()

    response = handler(request, exception=ValueError())

    assert response.status_code == status
    assert words in response.content.decode()


def test_reports_a_crash_without_touching_request_or_database(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.COOKIES["elder"] = "1"

    response = views.server_error(request)

    assert response.status_code == 500
    assert 'href="tel:12393"' in response.content.decode()
    assert 'data-mode="elder"' in response.content.decode()


@pytest.mark.parametrize(("error", "status"), [(BusinessRuleError, 422), (ConflictError, 409)])
def test_tells_the_api_why(error: type[BusinessRuleError], status: int) -> None:
    response = views.api_error(error(Reason("identity.phone", source="甲")), {})

    assert response is not None
    assert response.status_code == status
    [reason] = response.data["reasons"]
    assert reason["code"] == "identity.phone"
    assert reason["text"].startswith("手机号应为11位数字")
    assert reason["source"] == "甲"


def test_leaves_other_api_errors_to_the_framework() -> None:
    assert views.api_error(ValueError(), {}) is None


def test_tells_the_api_that_the_database_is_busy() -> None:
    class Locked(Exception):
        pgcode = "55P03"

    error = OperationalError("canceling statement due to lock timeout")
    error.__cause__ = Locked()

    response = views.api_error(error, {})

    assert response is not None
    assert response.status_code == 503
    assert response.data["reasons"][0]["code"] == "hall.busy"
