"""The simulated cashier as a process of its own, a payer without a browser, and an address for notices."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import httpx

from payments.gateways.alipay import Alipay
from payments.gateways.alipay import Keys as AlipayKeys
from payments.gateways.base import Gateway, Outcome, Prepay, RefundRequest, Started, Trade, Verdict
from payments.gateways.unionpay import Unionpay
from payments.gateways.unionpay.signing import Keys as UnionpayKeys
from payments.gateways.wechatpay import Wechatpay
from payments.gateways.wechatpay.transport import Keys as WechatpayKeys

ROOT = Path(__file__).parents[2]
CODES = ("alipay", "wechat", "unionpay")
numbers = count(int(time.time()) % 10**6 * 10**3)
browser = httpx.Client(timeout=5, trust_env=False)
Notice = tuple[dict[str, str], bytes]


@dataclass
class Sink:
    """Where notices arrive; `answers` are given in turn, the last one for ever."""

    url: str
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    got: list[Notice] = field(default_factory=list)

    def wait(self, amount: int = 1, *, seconds: float = 5) -> list[Notice]:
        """The notices so far, once there are so many."""
        wait_for(lambda: len(self.got) >= amount, seconds=seconds)
        return list(self.got)


@dataclass
class Cashier:
    """A running cashier and the three gateways that talk to it."""

    url: str
    folder: Path
    gateways: dict[str, Gateway]

    def turn(self, **knobs: object) -> None:
        """Set its knobs."""
        assert browser.post(f"{self.url}/control", json=knobs).status_code == 200

    def visit(self, started: Started) -> str:
        """Where the payer's browser ends up: the address of the cashier's page."""
        if started.kind == "form":
            answer = browser.post(started.address, data=dict(started.fields))
        else:
            answer = browser.get(started.address)
        if started.kind == "qr":
            return str(answer.request.url).replace("/scan/", "/pay/")
        assert answer.status_code == 303, answer.text
        return self.url + answer.headers["location"]

    def pay(self, started: Started) -> None:
        """The payer pays."""
        assert "付款成功" in browser.post(self.visit(started), data={"do": "pay"}).text

    def move(self, days: int) -> None:
        """Move the platforms' calendar."""
        (self.folder / "clock").write_text(str(days), encoding="ascii")


def wait_for(condition: Callable[[], object], *, seconds: float = 5) -> None:
    """Fail when it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def hall_env(folder: Path) -> dict[str, str]:
    """The merchant's keys as ./run reads them."""
    lines = (folder / "hall.env").read_text(encoding="ascii").splitlines()
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def gateways_of(url: str, *, env: dict[str, str]) -> dict[str, Gateway]:
    """The three gateways at this address with these keys."""
    union = {"URL": f"{url}/gateway/api", "FILE_URL": f"{url}/file/", **keys_of("UNIONPAY_", env=env)}
    return {
        "alipay": Alipay(AlipayKeys(URL=f"{url}/gateway.do", **keys_of("ALIPAY_", env=env))),
        "wechat": Wechatpay(WechatpayKeys(URL=url, **keys_of("WECHATPAY_", env=env))),
        "unionpay": Unionpay(UnionpayKeys(**union)),
    }


def keys_of(prefix: str, *, env: dict[str, str]) -> dict[str, str]:
    """The keys of one gateway by their short names."""
    found = {name.removeprefix(prefix): value for name, value in env.items() if name.startswith(prefix)}
    return {name: value.removeprefix("demo:") for name, value in found.items()}


def make_keys(folder: Path) -> None:
    """New keys for both sides."""
    command = [sys.executable, "-m", "portal.simulators.cashier.keys", "--folder", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, env={"PATH": os.environ["PATH"]})


@contextmanager
def cashier(folder: Path) -> Iterator[Cashier]:
    """A cashier on a free port, with the keys and the books in the folder."""
    command = [sys.executable, "-m", "portal.simulators.cashier", "--port", "0", "--folder", str(folder)]
    command += ["--clock", str(folder / "clock"), "--time-scale", "0.0002"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={"PATH": os.environ["PATH"]}
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        try:
            yield Cashier(url=url, folder=folder, gateways=gateways_of(url, env=hall_env(folder)))
        finally:
            process.kill()


@contextmanager
def sink(*answers: tuple[int, bytes]) -> Iterator[Sink]:
    """An address that keeps what is posted to it."""

    class Keeper(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append((dict(self.headers.items()), body))
            status, content = found.answers[min(len(found.got), len(found.answers)) - 1]
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keeper)
    found = Sink(url=f"http://127.0.0.1:{server.server_address[1]}/n", answers=list(answers) or [(200, b"success")])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def prepay(*, notify_url: str, fen: int = 38_000, minutes: int = 30) -> Prepay:
    """A new order of 380 yuan."""
    now = datetime.now(UTC).replace(microsecond=0)
    return Prepay(
        order_number=f"PT{next(numbers):012d}",
        begun_at=now,
        amount_fen=fen,
        subject="2026年度居民医保",
        expires_at=now + timedelta(minutes=minutes),
        notify_url=notify_url,
        return_url="http://127.0.0.1:1/back",
    )


def paid(gateway: Gateway, till: Cashier, *, inbox: Sink, fen: int = 38_000) -> tuple[Prepay, Trade]:
    """An order that was paid, and what the query says of it."""
    order = prepay(notify_url=inbox.url, fen=fen)
    till.pay(gateway.create(order))
    return order, gateway.query(order.order_number, begun_at=order.begun_at)


def refund_of(order: Prepay, *, trade_no: str, fen: int = 38_000) -> RefundRequest:
    """A new refund of an order."""
    return RefundRequest(
        order_number=order.order_number,
        trade_no=trade_no,
        refund_number=f"RT{next(numbers):012d}",
        begun_at=order.begun_at,
        total_fen=order.amount_fen,
        refund_fen=fen,
        reason="重复缴费",
        notify_url=order.notify_url,
    )


def closed(gateway: Gateway, order: Prepay, *, is_over: bool = False) -> Outcome:
    """What the gateway answers when an order is to be closed, before its time is over or after."""
    expires_at = datetime.now(UTC) - timedelta(seconds=1) if is_over else order.expires_at
    return gateway.close(order.order_number, begun_at=order.begun_at, expires_at=expires_at)


def judged(gateway: Gateway, notice: Notice) -> Verdict:
    """What the gateway makes of a notice."""
    headers, body = notice
    return gateway.verify(headers, body)


def yesterday() -> date:
    """The last day that is over, in China."""
    return (datetime.now(UTC) + timedelta(hours=8)).date() - timedelta(days=1)
