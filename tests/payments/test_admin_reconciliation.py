"""支付对账 at the desk: finance sees the days and closes differences in two; to everybody else there is nothing."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from payments import labels
from payments.models import BillFile, Difference
from payments.services import reconciliation
from portal.accounts.models import User
from tests import factories
from tests.payments import paying

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("booth", "difference")]
LIST = "/admin/payments/billfile/"
DAY = f"{LIST}alipay/{paying.DAY}/"
Budget = Callable[[int], AbstractContextManager[object]]


@pytest.fixture
def difference(booth: object) -> Difference:
    """Of the only file: a payment that nobody knows."""
    return reconciliation._store("alipay", day=paying.DAY, lines=[paying.strange()]).differences.get()


@pytest.fixture
def browsers(area: factories.PoolingArea) -> tuple[Client, Client]:
    """Two people of finance."""
    first, second = (factories.client_of(factories.staff(area=area, role="finance")) for _ in range(2))
    return first, second


def fields(client: Client, action: str) -> dict[str, str]:
    """The hidden fields of the form that is sent to that address."""
    page = client.get(DAY).content.decode()
    form = page.split(f'action="{action}"')[1].split("</form>")[0]
    return dict(re.findall(r'name="(token|version)" value="([^"]*)"', form))


def address(difference: Difference, action: str) -> str:
    return f"{LIST}differences/{difference.number}/{action}/"


def test_two_persons_close_a_difference_and_then_the_day(
    browsers: tuple[Client, Client], difference: Difference
) -> None:
    first, second = browsers
    explain, close = address(difference, "explain"), address(difference, "close")
    reason = {"reason": "平台测试流水，已与平台确认冲正。"}

    assert first.post(explain, fields(first, explain) | reason).status_code == 302
    assert close not in first.get(DAY).content.decode()
    assert second.post(close, fields(second, close)).status_code == 302
    assert second.post(f"{DAY}close/", fields(second, f"{DAY}close/")).status_code == 302

    page = second.get(DAY).content.decode()
    assert "下面的差异合计" in page
    assert "还没有全部说清" not in page
    assert "已关账" in second.get(LIST).content.decode()
    assert BillFile.objects.get().closed_by is not None


def test_a_form_sent_twice_leads_to_the_same_page(browsers: tuple[Client, Client], difference: Difference) -> None:
    explain = address(difference, "explain")
    form = fields(browsers[0], explain) | {"reason": "平台测试流水，已与平台确认冲正。"}

    answers = [browsers[0].post(explain, form) for _ in range(2)]

    assert [(one.status_code, one["Location"]) for one in answers] == [(302, DAY)] * 2


def test_too_short_a_reason_stays_in_its_field(browsers: tuple[Client, Client], difference: Difference) -> None:
    explain = address(difference, "explain")

    answer = browsers[0].post(explain, fields(browsers[0], explain) | {"reason": "不明"})

    assert answer.status_code == 422
    assert "至少5个字" in answer.content.decode()
    assert 'value="不明"' in answer.content.decode()


def test_a_day_with_an_open_difference_says_why_it_cannot_be_closed(browsers: tuple[Client, Client]) -> None:
    answer = browsers[0].post(f"{DAY}close/", {"token": "t" * 24})

    assert answer.status_code == 422
    assert "还有1笔差异没有核销" in answer.content.decode()


def test_who_explained_cannot_close_by_hand_either(browsers: tuple[Client, Client], difference: Difference) -> None:
    explain, close = address(difference, "explain"), address(difference, "close")
    browsers[0].post(explain, fields(browsers[0], explain) | {"reason": "平台测试流水，已确认。"})

    answer = browsers[0].post(close, {"token": "t" * 24, "version": "2"})

    assert answer.status_code == 422
    assert Difference.objects.open().exists()


@pytest.mark.parametrize("path", [f"{LIST}alipay/2026-01-01/", f"{LIST}alipay/yesterday/", f"{LIST}other/2026-03-09/"])
def test_a_day_that_was_not_imported_is_not_found(browsers: tuple[Client, Client], path: str) -> None:
    assert browsers[0].get(path).status_code == 404


@pytest.mark.parametrize("role", ["caseworker", "reviewer", "supervisor", "auditor", "administrator"])
@pytest.mark.parametrize("path", [LIST, DAY])
def test_other_posts_do_not_get_in(area: factories.PoolingArea, role: str, path: str) -> None:
    assert factories.client_of(factories.staff(area=area, role=role)).get(path).status_code in (403, 404)


@pytest.mark.parametrize("path", [LIST, DAY])
def test_the_insured_do_not_get_in(stranger: User, path: str) -> None:
    assert factories.client_of(stranger).get(path).status_code in (302, 403, 404)


def test_a_day_spends_few_statements(browsers: tuple[Client, Client], assert_statements: Budget) -> None:
    with assert_statements(12):
        browsers[0].get(DAY)


def test_every_kind_says_what_to_do() -> None:
    assert set(labels.reconciliation.NEXT) == set(labels.DIFFERENCE_KINDS)


def test_a_reason_that_came_too_late_stays_in_its_field(
    browsers: tuple[Client, Client], difference: Difference
) -> None:
    explain = address(difference, "explain")
    stale = fields(browsers[1], explain)
    browsers[0].post(explain, fields(browsers[0], explain) | {"reason": "平台测试流水，已冲正。"})

    answer = browsers[1].post(explain, stale | {"reason": "另一个人写的说明"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "刚刚有人处理过" in page
    assert 'value="另一个人写的说明"' in page
