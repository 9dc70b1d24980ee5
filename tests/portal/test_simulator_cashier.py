"""The cashier keeps its books, believes nobody, and shows a payer what is paid to whom."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine

from portal.simulators.book import SHANGHAI, Book
from portal.simulators.cashier.exchange import fen_of
from portal.simulators.cashier.knobs import Knobs
from portal.simulators.cashier.till import Refused, Sale, Till
from tests.payments.cashier import CODES, Cashier, browser, cashier, make_keys, paid, prepay, refund_of, sink, wait_for


@pytest.fixture(scope="module")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    make_keys(folder)
    return folder


@pytest.fixture(scope="module")
def running(keys_folder: Path) -> Iterator[Cashier]:
    with cashier(keys_folder) as found:
        yield found


@pytest.fixture
def books(tmp_path: Path) -> Path:
    return tmp_path / "books.jsonl"


def opened(till: Till, *, number: str = "PT000001", fen: int = 38_000) -> Sale:
    now = till.now()
    return till.open(
        "alipay",
        number=number,
        fen=fen,
        subject="2026年度居民医保",
        expires_at=(now + timedelta(minutes=30)).isoformat(),
        notify_url="",
        return_url="",
        begun="",
    )


class TestTill:
    def test_reads_its_books_back(self, books: Path) -> None:
        till = Till(book=Book(books))
        sale = till.pay(opened(till).token)
        till.refund(sale, number="RT000001", fen=10_000, is_returned=False)
        till.refund(sale, number="RT000002", fen=5_000, is_returned=True)
        till.told(sale, about="", attempt=1, answer="200", is_taken=True)
        till.close("alipay", opened(till, number="PT000002").number)
        till.fail(opened(till, number="PT000003").token)

        again = Till(book=Book(books))

        assert again.sales() == till.sales()
        assert [(about, tries) for _, about, tries in again.untold()] == [("RT000001", 0), ("RT000002", 0)]

    def test_only_adds_lines(self, books: Path) -> None:
        till = Till(book=Book(books))
        sale = opened(till)
        before = books.read_text(encoding="utf-8")

        till.pay(sale.token)

        assert books.read_text(encoding="utf-8").startswith(before)

    def test_is_paid_once(self, books: Path) -> None:
        till = Till(book=Book(books))
        sale = till.pay(opened(till).token)

        with pytest.raises(Refused, match="paid"):
            till.pay(sale.token)

    def test_takes_the_same_order_again_but_not_with_another_amount(self, books: Path) -> None:
        till = Till(book=Book(books))
        sale = opened(till)

        assert opened(till) is sale
        with pytest.raises(Refused, match="used"):
            opened(till, fen=1)

    def test_a_refund_that_was_returned_can_be_given_again(self, books: Path) -> None:
        till = Till(book=Book(books))
        sale = till.pay(opened(till).token)
        till.refund(sale, number="RT000001", fen=38_000, is_returned=True)

        till.refund(sale, number="RT000002", fen=38_000, is_returned=False)

        assert sale.refunded_fen == 38_000
        with pytest.raises(Refused, match="too-much"):
            till.refund(sale, number="RT000003", fen=1, is_returned=False)

    def test_an_order_whose_time_is_over_is_closed(self, books: Path, tmp_path: Path) -> None:
        till = Till(book=Book(books), clock=tmp_path / "clock")
        sale = opened(till)
        (tmp_path / "clock").write_text("1", encoding="ascii")

        with pytest.raises(Refused, match="closed"):
            till.pay(sale.token)
        assert till.now().tzinfo is SHANGHAI


@pytest.mark.parametrize("text", ["", "x", "1.234", "-1", "1,000.00", "."])
def test_an_amount_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"amount|invalid"):
        fen_of(text)


@pytest.mark.parametrize("wanted", [{"unknown": 1}, {"late_seconds": "many"}, {"statement_faults": ["none"]}])
def test_a_knob_that_is_none_is_refused(running: Cashier, wanted: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"knobs|float|faults"):
        Knobs().turned(wanted)
    assert browser.post(f"{running.url}/control", json=wanted).status_code == 400


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/gateway.do?method=alipay.trade.query&app_id=1&sign=AAAA", "POST"),
        ("/v3/pay/transactions/out-trade-no/PT000001?mchid=1", "GET"),
        ("/gateway/api/queryTrans.do", "POST"),
        ("/file/", "POST"),
    ],
)
def test_answers_nobody_without_a_signature(running: Cashier, path: str, method: str) -> None:
    answer = browser.request(method, running.url + path)

    assert "PT000001" not in answer.text
    assert answer.status_code == 401 or "signature" in answer.text


def test_sends_after_a_restart_what_nobody_has_accepted(keys_folder: Path, tmp_path: Path) -> None:
    for name in ("hall.env", "cashier.json"):
        (tmp_path / name).write_bytes((keys_folder / name).read_bytes())
    with sink((500, b""), (200, b"success")) as inbox, cashier(tmp_path) as first:
        first.turn(time_scale=1000)
        order, _ = paid(first.gateways["alipay"], first, inbox=inbox)
        inbox.wait(1)

        with cashier(tmp_path) as second:
            inbox.wait(2)
            wait_for(lambda: '"is_taken": true' in (tmp_path / "books.jsonl").read_text(encoding="utf-8"))
            trade = second.gateways["alipay"].query(order.order_number, begun_at=order.begun_at)

    assert trade.amount_fen == 38_000


def test_shows_a_paid_order_as_paid_however_often_it_is_clicked(running: Cashier) -> None:
    with sink() as inbox:
        order = prepay(notify_url=inbox.url)
        page = running.visit(running.gateways["alipay"].create(order))
        texts = [browser.post(page, data={"do": "pay"}).text for _ in range(3)]
        inbox.wait(1)

        running.turn(late_seconds=0)

    assert ["付款成功" in text for text in texts] == [True, False, False]
    assert "不会再扣款" in texts[-1]
    assert len(inbox.got) == 1


def test_sends_the_payer_back_as_each_platform_does(running: Cashier) -> None:
    with sink() as inbox:
        pages = {}
        for code in CODES:
            page = running.visit(running.gateways[code].create(prepay(notify_url=inbox.url)))
            pages[code] = browser.post(page, data={"do": "pay"})
        inbox.wait(3)

    assert "http://127.0.0.1:1/back?charset=utf-8" in pages["alipay"].headers["refresh"]
    assert '<form method="post" action="http://127.0.0.1:1/back"' in pages["unionpay"].text
    assert "请回到网厅的页面查看结果" in pages["wechat"].text
    assert "refresh" not in pages["unionpay"].headers
    assert "refresh" not in pages["wechat"].headers


def test_shows_what_the_merchant_says_as_text(running: Cashier) -> None:
    with sink() as inbox:
        order = prepay(notify_url=inbox.url)
        bad = type(order)(**{name: getattr(order, name) for name in order.__slots__} | {"subject": "<script>alert(1)"})
        page = browser.get(running.visit(running.gateways["wechat"].create(bad))).text

    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_shows_the_code_of_a_wechat_order(running: Cashier) -> None:
    started = running.gateways["wechat"].create(prepay(notify_url="http://127.0.0.1:1/"))

    page = browser.get(started.address.replace("/scan/", "/qr/")).text

    assert "<svg" in page
    assert started.address.removeprefix(running.url) in page


def test_lists_orders_notices_and_refunds(running: Cashier) -> None:
    with sink() as inbox:
        order, trade = paid(running.gateways["unionpay"], running, inbox=inbox)
        running.gateways["unionpay"].refund(refund_of(order, trade_no=trade.trade_no, fen=1_000))
        inbox.wait(2)
        wait_for(lambda: "退款通知第 1 次" in browser.get(running.url).text)

    page = browser.get(running.url).text
    assert order.order_number in page
    assert "已退款 10.00 元" in page


def test_the_switches_of_the_page_are_the_knobs(running: Cashier) -> None:
    form = {"no_notice": "1", "late_seconds": "2.5", "wrong_amount_fen": "-1", "time_scale": "0.5"}
    saved = browser.post(f"{running.url}/switches", data=form | {"statement_faults": ["late"]}, follow_redirects=True)
    knobs = browser.get(f"{running.url}/control").json()
    refused = browser.post(f"{running.url}/switches", data={"late_seconds": "soon"})
    browser.post(f"{running.url}/switches", data={"time_scale": "1"})

    assert "已保存" in saved.text
    assert (knobs["no_notice"], knobs["late_seconds"], knobs["wrong_amount_fen"]) == (True, 2.5, -1)
    assert (knobs["time_scale"], knobs["statement_faults"], knobs["twice_at_once"]) == (0.5, ["late"], False)
    assert "已保存" not in refused.text
    assert browser.get(f"{running.url}/control").json() == Knobs().as_json()


def test_pays_and_tells_again_without_a_browser(running: Cashier) -> None:
    with sink() as inbox:
        order = prepay(notify_url=inbox.url)
        running.visit(running.gateways["alipay"].create(order))
        running.turn(pay=order.order_number, gateway="alipay")
        inbox.wait(1)
        running.turn(again=order.order_number, gateway="alipay")
        inbox.wait(2)

    unknown = browser.post(f"{running.url}/control", json={"pay": "PT999999", "gateway": "alipay"})
    assert (unknown.status_code, unknown.json()) == (409, {"error": "missing"})


@pytest.mark.parametrize("path", ["/pay/none", "/scan/none", "/qr/none", "/nothing"])
def test_an_order_that_is_none_has_a_page(running: Cashier, path: str) -> None:
    answer = browser.get(running.url + path)

    assert answer.status_code == 404
    assert "没有这笔订单" in answer.text


def test_no_side_holds_the_others_private_keys(keys_folder: Path) -> None:
    ours = (keys_folder / "hall.env").read_text(encoding="ascii")
    theirs = json.loads((keys_folder / "cashier.json").read_text(encoding="ascii"))

    assert [
        name for name, value in theirs.items() if name.endswith("_key") and name != "wechat_api_key" and value in ours
    ] == []


@pytest.mark.parametrize(("gateway", "day"), [("alipay", 10), ("wechat", 10), ("unionpay", 11)])
def test_the_day_of_a_bill_file_begins_at_unionpay_the_evening_before(tmp_path: Path, gateway: str, day: int) -> None:
    with time_machine.travel("2026-03-10T15:30:00Z", tick=False):
        till = Till(book=Book(tmp_path / "books.jsonl"))
        ends = (till.now() + timedelta(minutes=5)).isoformat()
        order = {"number": "N1", "fen": 100, "subject": "", "notify_url": "", "return_url": "", "begun": ""}
        sale = till.pay(till.open(gateway, **order, expires_at=ends).token)

    found = {day: till.on(date(2026, 3, day), gateway=gateway) for day in (10, 11)}

    assert found == {10: [], 11: []} | {day: [(sale, None)]}
