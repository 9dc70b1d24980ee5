"""The middleware around every view."""

import sqlite3
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from portal.accounts.models import User
from portal.errors import AlreadyDone, BusinessRuleError, ConflictError, Reason
from portal.middleware import HallMiddleware
from tests import factories

REFUSAL = Reason("identity.phone", source="示例文件第三条")


def middleware() -> HallMiddleware:
    return HallMiddleware(lambda _request: HttpResponse("body"))


@pytest.fixture
def post(rf: RequestFactory) -> HttpRequest:
    request = rf.post("/stop/form/", {"note": "已参加职工医保", "token": "abc"}, HTTP_REFERER="http://testserver/stop/")
    request.user = AnonymousUser()
    return request


@pytest.mark.parametrize(("user", "header"), [(User(), "no-store"), (AnonymousUser(), None)])
def test_forbids_storing_answers_to_a_logged_in_user_only(
    rf: RequestFactory, user: User | AnonymousUser, header: str | None
) -> None:
    request = rf.get("/")
    request.user = user

    response = middleware()(request)

    assert response.get("Cache-Control") == header


def test_sends_a_repeated_form_to_its_first_result(post: HttpRequest) -> None:
    response = middleware().process_exception(post, AlreadyDone("/applications/TJ1/"))

    assert response is not None
    assert (response.status_code, response["Location"]) == (303, "/applications/TJ1/")


def test_answers_a_lost_race_with_reasons_typed_words_and_a_way_back(post: HttpRequest) -> None:
    response = middleware().process_exception(post, ConflictError(REFUSAL))

    assert response is not None
    page = response.content.decode()
    assert response.status_code == 409
    assert "手机号应为11位数字" in page
    assert "示例文件第三条" in page
    assert "已参加职工医保" in page
    assert "abc" not in page
    assert 'href="http://testserver/stop/"' in page


def test_answers_a_broken_rule_with_its_reasons(post: HttpRequest) -> None:
    response = middleware().process_exception(post, BusinessRuleError(REFUSAL))

    assert response is not None
    assert response.status_code == 422
    assert "手机号应为11位数字" in response.content.decode()


def test_never_links_back_to_another_site(rf: RequestFactory) -> None:
    request = rf.post("/", HTTP_REFERER="https://elsewhere.example/page")
    request.user = AnonymousUser()

    response = middleware().process_exception(request, ConflictError(REFUSAL))

    assert response is not None
    assert "elsewhere" not in response.content.decode()


def test_leaves_every_other_error_alone(post: HttpRequest) -> None:
    assert middleware().process_exception(post, ValueError()) is None


class ServerError(Exception):
    """What the driver of PostgreSQL raises, as far as it is looked at."""

    def __init__(self, pgcode: str) -> None:
        super().__init__(pgcode)
        self.pgcode = pgcode


def raised(cause: Exception) -> OperationalError:
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("code", ["55P03", "57014", "40P01", "40001"])
def test_asks_to_try_again_when_the_rows_are_locked_and_keeps_what_was_typed(post: HttpRequest, code: str) -> None:
    response = middleware().process_exception(post, raised(ServerError(code)))

    assert response is not None
    page = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "再提交一次" in page
    assert "已参加职工医保" in page
    assert 'href="http://testserver/stop/"' in page


def test_asks_to_try_again_when_the_file_is_locked(post: HttpRequest, tmp_path: Path) -> None:
    holder, other = (sqlite3.connect(tmp_path / "a.sqlite3", timeout=0, isolation_level=None) for _ in range(2))
    holder.execute("BEGIN IMMEDIATE")

    with pytest.raises(sqlite3.OperationalError) as locked:
        other.execute("BEGIN IMMEDIATE")
    response = middleware().process_exception(post, raised(locked.value))

    holder.close()
    other.close()
    assert response is not None
    assert response.status_code == 503


@pytest.mark.parametrize("code", ["57P01", "53300", ""])
def test_leaves_a_lost_database_to_the_page_of_faults(post: HttpRequest, code: str) -> None:
    assert middleware().process_exception(post, raised(ServerError(code))) is None


@pytest.mark.django_db
@pytest.mark.parametrize(("accept", "is_page"), [("text/html,*/*;q=0.8", True), ("*/*", False), ("", False)])
def test_shows_a_page_to_whoever_loads_the_address_of_a_form(client: Client, accept: str, is_page: bool) -> None:
    """After a refusal the address bar holds it, and so does the way back from the log-in."""
    client.force_login(factories.user())

    response = client.get("/me/messages/read-all/", headers={"accept": accept, "referer": "http://testserver/me/"})

    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert ("这个网址不能直接打开" in response.content.decode()) is is_page
    assert ('href="http://testserver/me/"' in response.content.decode()) is is_page
