"""在线缴费 in the visitor: from what is owed to the result, for oneself and a relative, and for nobody else."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from insured.models import InsuredPerson, PoolingArea
from payments import gateways
from payments.models import Bill, GatewayNotice, PaymentOrder
from payments.services import asking, bills
from portal.accounts.models import User
from tests import factories
from tests.insured import families
from tests.payments import booth as booths
from tests.payments import owed
from tests.payments.booth import Booth
from tests.suspension import returning

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("booth")]
TOKEN = "t" * 32


@pytest.fixture
def visitor(payer: User) -> Client:
    return factories.client_of(payer)


def words(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return str(response.content.decode())


def submitted(visitor: Client, *rows: Bill, token: str = TOKEN) -> PaymentOrder:
    """By the form of the page."""
    total = sum(bill.left_fen for bill in rows)
    answer = visitor.post("/pay/confirm/", {"bill": [bill.number for bill in rows], "shown": total, "token": token})
    assert answer.status_code == 302, answer.content.decode()
    return PaymentOrder.objects.get(number=answer["Location"].split("/")[3])


class TestDues:
    def test_are_listed_with_amount_and_deadline(self, visitor: Client, bill: Bill) -> None:
        page = words(visitor, "/pay/")

        assert "2026年度" in page
        assert "400.00" in page
        assert "2025年12月31日" in page
        assert f'value="{bill.number}"' in page

    def test_that_cannot_be_paid_now_are_disabled_and_say_why(self, visitor: Client, resident: InsuredPerson) -> None:
        later = bills.open_bill(owed.resident_year(resident.enrollments.get(), year=2027))

        page = words(visitor, "/pay/")

        assert re.search(rf'value="{later.number}"[^>]*disabled', page)
        assert "现在不能缴：" in page
        assert visitor.get(f"/pay/confirm/?bill={later.number}").status_code == 422
        forced = {"bill": later.number, "shown": 40_000, "token": TOKEN}
        assert visitor.post("/pay/confirm/", forced).status_code == 422

    def test_that_are_none_say_why_and_what_next(self, visitor: Client) -> None:
        page = words(visitor, "/pay/")

        assert "现在没有要缴的费用" in page
        assert "查看缴费记录" in page

    def test_of_who_has_stopped_lead_to_coming_back(self, area: PoolingArea) -> None:
        person = returning.paused_resident(area=area)

        page = words(factories.client_of(factories.account_of(person)), "/pay/")

        assert "停保以后要续保的" in page
        assert 'href="/resume/"' in page

    def test_of_nobody_insured_lead_on(self) -> None:
        page = words(factories.client_of(factories.user()), "/pay/")

        assert "没有查到您的参保登记" in page

    def test_name_whom_to_ask_and_warn_of_cheats(self, visitor: Client, bill: Bill) -> None:
        for path in ("/pay/", f"/pay/confirm/?bill={bill.number}"):
            page = words(visitor, path)
            assert "12393" in page
            assert bill.area.agency_phone in page
            assert "防诈提醒" in page

    def test_of_another_person_are_not_there(self, bill: Bill, stranger: User) -> None:
        other = factories.client_of(stranger)

        assert bill.number not in words(other, "/pay/")
        assert other.get(f"/pay/confirm/?bill={bill.number}").status_code == 422

    def test_lead_back_to_an_unfinished_order(self, visitor: Client, bill: Bill) -> None:
        order = submitted(visitor, bill)

        page = words(visitor, "/pay/")

        assert order.number in page
        assert "继续支付" in page


class TestConfirm:
    def test_shows_amount_period_insured_payer_deadline_and_consequence(
        self, visitor: Client, bill: Bill, resident: InsuredPerson
    ) -> None:
        page = words(visitor, f"/pay/confirm/?bill={bill.number}")

        for word in ("400.00", "2026年度", resident.name, "付款人", "缴费时间", "逾期的影响", "退费", "提交订单"):
            assert word in page
        assert resident.id_number not in page

    @pytest.mark.parametrize("query", ["", "?bill=", "?bill=ZD-none", "?bill=%00"])
    def test_of_nothing_asks_to_choose(self, visitor: Client, query: str) -> None:
        assert "还不能提交" in words(visitor, f"/pay/confirm/{query}", status=422)

    def test_makes_an_order_with_number_and_expiry(self, visitor: Client, bill: Bill) -> None:
        order = submitted(visitor, bill)

        page = words(visitor, f"/pay/orders/{order.number}/")
        assert order.number in page
        assert "还有 30 分钟" in page
        assert "支付宝" in page
        assert "微信支付" in page

    @pytest.mark.parametrize("account", ["演示银行 1199 0100 0000 0001", ""])
    def test_says_where_a_transfer_goes_and_what_to_write(self, visitor: Client, bill: Bill, account: str) -> None:
        PoolingArea.objects.update(agency_account=account)
        order = submitted(visitor, bill)

        page = words(visitor, f"/pay/orders/{order.number}/")

        assert f"户名“{bill.area.agency_name}”" in page
        assert (account or "开户行和账号请拨打") in page
        assert bill.number in page

    def test_clicked_twice_is_one_order(self, visitor: Client, bill: Bill) -> None:
        assert submitted(visitor, bill) == submitted(visitor, bill)
        assert PaymentOrder.objects.count() == 1

    @pytest.mark.parametrize("shown", ["0", "1", "-1", "0.1", "1e9", "４００００", "", "9" * 40])
    def test_with_another_amount_is_refused(self, visitor: Client, bill: Bill, shown: str) -> None:
        answer = visitor.post("/pay/confirm/", {"bill": bill.number, "shown": shown, "token": TOKEN})

        assert answer.status_code == 409
        assert not PaymentOrder.objects.exists()

    def test_with_another_amount_shows_what_is_owed_now(self, visitor: Client, bill: Bill) -> None:
        answer = visitor.post("/pay/confirm/", {"bill": bill.number, "shown": 39_000, "token": TOKEN})

        page = answer.content.decode()
        assert answer.status_code == 409
        assert "订单没有提交" in page
        assert f'value="{bill.number}"' in page
        assert "400.00 元" in page

    def test_without_a_token_is_refused(self, visitor: Client, bill: Bill) -> None:
        answer = visitor.post("/pay/confirm/", {"bill": bill.number, "shown": 40_000})

        assert answer.status_code == 422


class TestPaying:
    def test_goes_to_the_cashier_and_comes_back(self, visitor: Client, bill: Bill) -> None:
        order = submitted(visitor, bill)

        cashier = visitor.post(f"/pay/orders/{order.number}/start/", {"gateway": "alipay"}).content.decode()
        assert f"https://cashier.example.invalid/{order.number}" in cashier
        back = Client().post(f"/pay/orders/{order.number}/return/", {"whatever": "it says"})
        assert (back.status_code, back["Location"]) == (303, f"/pay/orders/{order.number}/result/")
        waiting = words(visitor, back["Location"])

        assert "正在确认付款结果" in waiting
        assert '<meta http-equiv="refresh"' in waiting
        assert visitor.get(f"/pay/orders/{order.number}/state/").json() == {"state": "paying"}

    def test_ends_in_the_record_after_the_notice(self, visitor: Client, booth: Booth, bill: Bill) -> None:
        order = submitted(visitor, bill)
        visitor.post(f"/pay/orders/{order.number}/start/", {"gateway": "alipay"})
        order.refresh_from_db()

        answer = Client().post(
            "/pay/notices/alipay/", booths.notice_of(booth.pay(order)), content_type="application/octet-stream"
        )

        assert (answer.status_code, answer.content) == (200, b"success")
        page = words(visitor, f"/pay/orders/{order.number}/result/")
        assert "缴费成功" in page
        assert "http-equiv" not in page
        assert "2026年度" in words(visitor, "/me/contributions/")
        assert "医保缴费成功" in words(visitor, "/me/messages/")
        assert "已支付" in words(visitor, "/pay/orders/")

    def test_is_found_when_the_payer_asks(self, visitor: Client, booth: Booth, bill: Bill) -> None:
        order = submitted(visitor, bill)
        visitor.post(f"/pay/orders/{order.number}/start/", {"gateway": "alipay"})
        order.refresh_from_db()
        booth.pay(order)

        answer = visitor.post(f"/pay/orders/{order.number}/ask/", follow=True)

        assert "缴费成功" in answer.content.decode()

    def test_a_silent_gateway_is_no_failure(self, visitor: Client, booth: Booth, bill: Bill) -> None:
        """F15: nobody is told that it failed while nobody knows."""
        order = submitted(visitor, bill)
        booth.is_silent = True

        answer = visitor.post(f"/pay/orders/{order.number}/start/", {"gateway": "alipay"})
        asked = visitor.post(f"/pay/orders/{order.number}/ask/", follow=True).content.decode()

        assert (answer.status_code, "暂时没有回应" in answer.content.decode()) == (422, True)
        assert "正在确认付款结果" in asked
        assert "失败" not in asked

    @pytest.mark.parametrize("deed", ["cancel", "switch"])
    def test_that_a_silent_gateway_keeps_open_stays_on_its_page(
        self, visitor: Client, booth: Booth, bill: Bill, deed: str
    ) -> None:
        order = submitted(visitor, bill)
        visitor.post(f"/pay/orders/{order.number}/start/", {"gateway": "alipay"})
        booth.is_silent = True

        answer = visitor.post(f"/pay/orders/{order.number}/{deed}/", {"token": "another" * 4})

        page = answer.content.decode()
        assert answer.status_code == 409
        assert "还没有说明这张订单的结果" in page
        assert f'action="/pay/orders/{order.number}/start/"' in page

    def test_begun_elsewhere_meanwhile_says_so_on_its_page(self, visitor: Client, bill: Bill) -> None:
        order = submitted(visitor, bill)
        visitor.post(f"/pay/orders/{order.number}/cancel/")

        answer = visitor.post(f"/pay/orders/{order.number}/start/", {"gateway": "alipay"})

        page = answer.content.decode()
        assert answer.status_code == 409
        assert "不能再支付" in page
        assert "重新缴费" in page

    def test_that_was_not_paid_says_that_it_has_asked(self, visitor: Client, bill: Bill) -> None:
        order = submitted(visitor, bill)
        visitor.post(f"/pay/orders/{order.number}/start/", {"gateway": "alipay"})

        page = visitor.post(f"/pay/orders/{order.number}/ask/", follow=True).content.decode()

        assert "向支付宝查询过，还没有查到这笔付款" in page

    @pytest.mark.parametrize("gateway", ["", "unionpay", "paypal", "alipay\x00"])
    def test_a_way_that_is_not_there_is_refused(self, visitor: Client, bill: Bill, gateway: str) -> None:
        order = submitted(visitor, bill)

        answer = visitor.post(f"/pay/orders/{order.number}/start/", {"gateway": gateway})

        assert answer.status_code == 422

    def test_is_cancelled_and_begun_anew(self, visitor: Client, bill: Bill) -> None:
        order = submitted(visitor, bill)
        visitor.post(f"/pay/orders/{order.number}/start/", {"gateway": "alipay"})

        answer = visitor.post(f"/pay/orders/{order.number}/cancel/", follow=True)

        assert "已取消，没有扣款" in answer.content.decode()
        assert submitted(visitor, bill, token="another" * 4).number != order.number

    def test_is_done_another_way(self, visitor: Client, bill: Bill) -> None:
        order = submitted(visitor, bill)
        visitor.post(f"/pay/orders/{order.number}/start/", {"gateway": "alipay"})

        answer = visitor.post(f"/pay/orders/{order.number}/switch/", {"token": "another" * 4}, follow=True)

        page = answer.content.decode()
        assert "原订单已关闭" in page
        assert order.number not in page
        assert "微信支付" in page

    def test_is_over_after_half_an_hour(self, visitor: Client, bill: Bill) -> None:
        order = submitted(visitor, bill)
        with time_machine.travel(order.expires_at + timedelta(seconds=1), tick=False):
            asking.query_pending()

        page = words(visitor, f"/pay/orders/{order.number}/result/")
        assert "超过了支付时间" in page
        assert "重新缴费" in page

    def test_the_page_that_shows_the_result_never_asks_the_gateway(
        self, visitor: Client, booth: Booth, bill: Bill
    ) -> None:
        order = submitted(visitor, bill)
        visitor.post(f"/pay/orders/{order.number}/start/", {"gateway": "alipay"})
        order.refresh_from_db()
        booth.pay(order)

        words(visitor, f"/pay/orders/{order.number}/result/")

        order.refresh_from_db()
        assert (booth.asked, order.state) == (["create"], "paying")


class TestRelative:
    def test_is_paid_for_with_consent(self, bill: Bill, resident: InsuredPerson) -> None:
        parent = factories.resident(area=resident.area, name="王建国")
        families.consented(actor=parent, relative=resident)
        visitor = factories.client_of(factories.account_of(parent))
        visitor.post("/me/family/act/", {"number": resident.number})

        page = words(visitor, f"/pay/confirm/?bill={bill.number}")
        order = submitted(visitor, bill)

        assert "（家人）" in page
        assert resident.name not in page
        assert order.payer == parent.user

    def test_is_not_paid_for_after_the_consent_has_ended(self, bill: Bill, resident: InsuredPerson) -> None:
        parent = factories.resident(area=resident.area, name="王建国")
        families.consented(actor=parent, relative=resident)
        visitor = factories.client_of(factories.account_of(parent))
        families.ended(actor=parent, relative=resident)

        assert visitor.get(f"/pay/confirm/?bill={bill.number}").status_code == 422


ORDER_PAGES = ("", "result/", "state/")
ORDER_DEEDS = ("start/", "ask/", "cancel/", "switch/")


@pytest.mark.parametrize("person", ["stranger", "agent", "caseworker", "reviewer"])
@pytest.mark.parametrize("page", [*ORDER_PAGES, *ORDER_DEEDS])
def test_an_order_is_there_for_its_payer_only(
    person: str, page: str, bill: Bill, payer: User, request: pytest.FixtureRequest
) -> None:
    order = booths.opened(bill, by=payer)
    client = factories.client_of(request.getfixturevalue(person))
    path = f"/pay/orders/{order.number}/{page}"

    answer = client.get(path) if page in ORDER_PAGES else client.post(path, {"gateway": "alipay"})

    assert answer.status_code == 404
    order.refresh_from_db()
    assert order.state == "created"


class TestNotices:
    def test_need_no_token_and_no_session(self) -> None:
        visitor = Client(enforce_csrf_checks=True)

        answer = visitor.post("/pay/notices/alipay/", b"forged", content_type="text/plain")

        assert (answer.status_code, answer.content, answer.cookies) == (500, b"fail", {})

    def test_that_are_too_long_are_not_read(self) -> None:
        answer = Client().post("/pay/notices/alipay/", b"x" * (64 * 1024 + 1), content_type="text/plain")

        assert answer.status_code == 413
        assert not GatewayNotice.objects.exists()

    def test_of_the_longest_length_are_read(self) -> None:
        Client().post("/pay/notices/alipay/", b"x" * (64 * 1024), content_type="text/plain")

        assert GatewayNotice.objects.count() == 1

    def test_of_a_gateway_without_keys_go_nowhere(self) -> None:
        assert Client().post("/pay/notices/unionpay/", b"x", content_type="text/plain").status_code == 404

    @pytest.mark.parametrize("method", ["get", "put", "delete"])
    def test_are_posted(self, method: str) -> None:
        assert getattr(Client(), method)("/pay/notices/alipay/").status_code == 405


def test_both_names_stand_on_the_home_page_and_lead_to_paying(visitor: Client) -> None:
    page = words(visitor, "/")

    for name in ("在线缴费", "医保缴费"):
        assert re.search(rf'href="/pay/"[^>]*>(?:(?!</a>).)*{name}', page, re.DOTALL), name


def test_an_order_of_a_way_without_a_key_keeps_its_page(
    visitor: Client, bill: Bill, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = submitted(visitor, bill)
    visitor.post(f"/pay/orders/{order.number}/start/", {"gateway": "alipay"})
    monkeypatch.setattr(gateways, "gateways", lambda: ())

    for page in ("ask", "cancel"):
        assert visitor.post(f"/pay/orders/{order.number}/{page}/").status_code < 500

    order.refresh_from_db()
    assert order.state == "paying"
