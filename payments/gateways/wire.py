"""What the gateways share: one careful HTTP client, strict base64, amounts and moments as texts."""

import base64
import binascii
import re
import ssl
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import httpx
import structlog

from payments.gateways.base import Answer, GatewayError, Verdict
from portal.money import parse_yuan

log = structlog.get_logger(__name__)
SHANGHAI = ZoneInfo("Asia/Shanghai")
TIMEOUT = httpx.Timeout(5, connect=2)
NOTICE_LIMIT = 64 * 1024
ANSWER_LIMIT = 256 * 1024
ANSWER_SECONDS = 7
FILE_SECONDS = 60
FILE_LIMIT = 64 * 1024 * 1024
FIELDS_LIMIT = 100
HIDDEN_FIELD = re.compile(r"&\w+=")
CHUNK = 64 * 1024


class NoticeError(Exception):
    """Why a notice is not genuine, as one of the codes of a Verdict."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def call(
    method: str, url: str, *, content: bytes = b"", headers: Mapping[str, str] | None = None, is_file: bool = False
) -> httpx.Response:
    """One request without redirects or proxies; GatewayError (is_unknown) without a whole answer in time and bounds."""
    limit, seconds = (FILE_LIMIT, FILE_SECONDS) if is_file else (ANSWER_LIMIT, ANSWER_SECONDS)
    give_up_at = time.monotonic() + seconds
    try:
        with (
            httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False, verify=_trust()) as client,
            client.stream(method, url, content=content, headers=dict(headers or {})) as response,
        ):
            body = b""
            for chunk in response.iter_bytes(CHUNK):
                body += chunk
                if len(body) > limit or time.monotonic() > give_up_at:
                    raise GatewayError("The answer is too long.", is_unknown=True)
            plain = {name: value for name, value in response.headers.items() if name != "content-encoding"}
            return httpx.Response(response.status_code, headers=plain, content=body)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise GatewayError(type(error).__name__, is_unknown=True) from error


@lru_cache
def _trust() -> ssl.SSLContext:
    """The certificates of the world, read once: that takes longer than a call."""
    return httpx.create_ssl_context(trust_env=False)


def judged(read: Callable[[], Verdict], *, unreadable: tuple[type[Exception], ...]) -> Verdict:
    """The verdict on a notice: what `read` makes of it, or why it is not genuine. Only `unreadable` may be raised."""
    try:
        return read()
    except NoticeError as refused:
        return Verdict(is_genuine=False, code=refused.code)
    except unreadable:
        return Verdict(is_genuine=False, code="unreadable")


def doubt(gateway: str, asked: str, *, error: Exception) -> None:
    """Note why an answer counts as none; whoever asked is told UNKNOWN."""
    log.warning(
        "gateway_answer_doubtful", gateway=gateway, asked=asked, error=type(error).__name__, said=str(error)[:60]
    )


def form_fields(body: bytes) -> dict[str, str]:
    """The decoded pairs of a form-encoded notice; NoticeError for a repeated field, or one hidden in another's value.

    `&name=` inside a value would read like a field of its own in the text that is signed.
    """
    if len(body) > NOTICE_LIMIT:
        raise NoticeError("unreadable")
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=FIELDS_LIMIT,
        )
    except ValueError as error:
        raise NoticeError("unreadable") from error
    if len({name for name, _ in pairs}) != len(pairs):
        raise NoticeError("repeated-field")
    if any(HIDDEN_FIELD.search(value) for _, value in pairs):
        raise NoticeError("unreadable")
    return dict(pairs)


def from_base64(text: str) -> bytes:
    """The bytes of the one right spelling of themselves; ValueError for any other."""
    try:
        found = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("Not base64.") from error
    if base64.b64encode(found).decode() != text:
        raise ValueError("Not the canonical base64.")
    return found


def yuan_text(fen: int) -> str:
    """132990 → "1329.90", as gateways write it: no thousands separator."""
    return f"{fen // 100}.{fen % 100:02d}"


def fen_of(text: str) -> int:
    """ "1329.9" → 132990. ValueError for anything else than plain yuan."""
    return parse_yuan(text)


def digits_of(text: str) -> int:
    """Fen written as digits. ValueError for a sign, a point, a space or too many."""
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise ValueError("Not an amount in fen.")
    return int(text)


def moment(text: str, form: str) -> datetime:
    """An aware moment from a text in Beijing time. ValueError when it has not that form."""
    return datetime.strptime(text, form).replace(tzinfo=SHANGHAI)


def written(at: datetime, form: str) -> str:
    """A moment in Beijing time, as gateways write it."""
    return at.astimezone(SHANGHAI).strftime(form)


def plain(status: int, text: str) -> Answer:
    """A bare word for an answer to a notice."""
    return Answer(status, "text/plain; charset=utf-8", text.encode())
