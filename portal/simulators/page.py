"""The plain HTML pages of the simulators and the small web server under them."""

import json
from collections.abc import Mapping
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

REFRESH_SECONDS = 5
BODY_LIMIT = 65_536
STYLE = """
*{box-sizing:border-box}
body{margin:0;background:#e9eef4;color:#1b2733;
font:1.0625rem/1.7 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
header{background:#0b3570;color:#fff;padding:.9rem 1rem;text-align:center}
h1{font-size:1.25rem;margin:0}
main{max-width:30rem;margin:1rem auto;padding:1rem;background:#fff;
border:.6rem solid #22364d;border-radius:1.6rem;min-height:70vh}
main.wide{max-width:56rem;border-width:1px;border-radius:.4rem}
form{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end;margin-bottom:1rem}
label{display:block;font-weight:600}
input{min-height:2.75rem;border:1.5px solid #5b6c7e;border-radius:.4rem;padding:0 .7rem;font:inherit;max-width:100%}
button{min-height:2.75rem;border:0;border-radius:.4rem;background:#1456a8;color:#fff;padding:0 1.2rem;font:inherit}
a{color:#0c3f80}
ol{list-style:none;margin:0;padding:0;display:grid;gap:.9rem}
article{background:#eaf2fc;border-radius:.8rem;padding:.8rem 1rem;overflow-wrap:anywhere}
h2{font-size:1.0625rem;margin:0}
p{margin:.3rem 0}
.body{white-space:pre-wrap}
.stack{flex-direction:column;align-items:stretch}
.plain{background:#fff;color:#0c3f80;border:1.5px solid #5b6c7e}
.button{display:block;min-height:2.75rem;line-height:2.75rem;border-radius:.4rem;background:#1456a8;color:#fff;
text-align:center;text-decoration:none;padding:0 1.2rem}
.amount{text-align:center;font-size:1.25rem}
.amount b{font-size:2.25rem;font-variant-numeric:tabular-nums}
.outcome{background:#eaf2fc;border-left:.35rem solid #1456a8;padding:.6rem .9rem;font-weight:600}
.qr{text-align:center}
.qr svg{max-width:100%;height:auto}
dl{display:grid;grid-template-columns:auto 1fr;gap:.3rem 1rem;margin:1rem 0}
dt{color:#44525f}
dd{margin:0;overflow-wrap:anywhere}
fieldset{border:1px solid #b9c4d0;border-radius:.4rem;margin:0}
legend{font-weight:600}
.box label{display:flex;gap:.6rem;align-items:center;font-weight:400;min-height:2.75rem}
input[type=checkbox]{min-height:0;width:1.4rem;height:1.4rem;flex:none}
.note{color:#44525f;font-size:.9375rem}
:focus-visible{outline:3px solid #b25e00;outline-offset:2px}
"""


def page(*, title: str, main: str, is_wide: bool = False) -> str:
    """A whole page; `main` is HTML that has been escaped by the caller."""
    wide = ' class="wide"' if is_wide else ""
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<link rel="icon" href="data:,"><style>{STYLE}</style></head>'
        f"<body><header><h1>{escape(title)}</h1></header><main{wide}>{main}</main></body></html>"
    )


def filter_form(*, name: str, label: str, value: str, is_refreshing: bool) -> str:
    """The search box of a page and the link that stops or starts its refreshing."""
    other = "?refresh=off" if is_refreshing else "?"
    words = f"本页每{REFRESH_SECONDS}秒自动刷新。" if is_refreshing else "自动刷新已停止。"
    link = "停止自动刷新" if is_refreshing else "开始自动刷新"
    return (
        f'<form method="get" action="/"><div><label for="filter">{escape(label)}</label>'
        f'<input id="filter" name="{name}" value="{escape(value)}" autocomplete="off"></div>'
        f'<button type="submit">查看</button></form><p class="note">{words} <a href="{other}">{link}</a></p>'
    )


class Handler(BaseHTTPRequestHandler):
    """A request handler that answers whole bodies and never prints what was asked."""

    protocol_version = "HTTP/1.1"
    server_version = "Simulator"
    timeout = 30
    disable_nagle_algorithm = True
    """Else a kept connection waits 40 ms for the client's acknowledgement between the headers and the body."""

    @property
    def url(self) -> str:
        """The path without the query."""
        return urlsplit(self.path).path

    def query(self, name: str) -> str:
        """The first value of one field of the query, or an empty text."""
        return parse_qs(urlsplit(self.path).query).get(name, [""])[0]

    def body(self) -> bytes:
        """The body as sent; one over the limit is cut, so that its signature cannot be right."""
        length = self.headers.get("Content-Length", "0")
        return self.rfile.read(min(int(length), BODY_LIMIT)) if length.isdigit() else b""

    def answer(self, status: int, content: bytes, *, kind: str, headers: Mapping[str, str]) -> None:
        """Send one whole answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Content-Type-Options", "nosniff")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def answer_json(self, status: int, value: object, **headers: str) -> None:
        """Send a JSON answer."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        self.answer(status, json.dumps(value, ensure_ascii=False).encode(), kind="application/json", headers=named)

    def answer_page(self, text: str) -> None:
        """Send a page; it asks to be fetched again unless its reader has stopped that."""
        headers = {} if self.query("refresh") == "off" else {"Refresh": str(REFRESH_SECONDS)}
        self.answer(200, text.encode(), kind="text/html; charset=utf-8", headers=headers)

    def log_message(self, *args: Any) -> None:
        """Say nothing: the book is the record."""


class Server(ThreadingHTTPServer):
    """One thread per request; loopback only."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that hangs up is no news."""
