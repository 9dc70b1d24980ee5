"""The SMS platform: signed JSON over HTTP."""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

import httpx
from django.conf import settings

from portal.notifications.channels.base import Kind, Outcome, Outgoing

PATH = "/v1/messages"
TIMEOUT = httpx.Timeout(5, connect=2)
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
DOUBTFUL_STATUS = {502, 504}
"""A gateway in between gave up; the platform may have taken the message."""
OUR_FAULT_STATUS = {401, 403, 404, 405}
"""Key, clock or address of ours is wrong: mended by us, and no reason to give a message up."""
LATER_STATUS = {408, 425, 429}
RETRY_AFTER_LIMIT = 3600.0


class SmsChannel:
    """The platform behind settings.SMS_URL."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand one SMS over; the platform keeps one message per client_ref."""
        body = {"client_ref": outgoing.key, "phone": outgoing.address, "text": outgoing.text}
        try:
            response = self._call("POST", PATH, body=json.dumps(body, ensure_ascii=False).encode())
        except NOT_SENT as error:
            return Outcome(Kind.TEMPORARY, detail=type(error).__name__)
        except httpx.HTTPError as error:
            return Outcome(Kind.UNKNOWN, detail=type(error).__name__)
        return _outcome(response)

    def query(self, key: str) -> Outcome | None:
        """Ask what became of a client_ref; None when the platform never saw it."""
        try:
            response = self._call("GET", f"{PATH}?{urlencode({'client_ref': key})}")
        except httpx.HTTPError as error:
            return Outcome(Kind.UNKNOWN, detail=f"query: {type(error).__name__}")
        if response.status_code == 404:
            return None
        found = _outcome(response)
        return found if found.kind == Kind.ACCEPTED else Outcome(Kind.UNKNOWN, detail=f"query: {found.detail}")

    def _call(self, method: str, target: str, *, body: bytes = b"") -> httpx.Response:
        stamp, nonce = str(int(time.time())), secrets.token_hex(16)
        headers = {
            "Content-Type": "application/json",
            "X-Key-Id": settings.SMS_KEY_ID,
            "X-Timestamp": stamp,
            "X-Nonce": nonce,
            "X-Signature": signature(method, target=target, stamp=stamp, nonce=nonce, body=body),
        }
        return self._client.request(method, target, content=body, headers=headers)


def signature(method: str, *, target: str, stamp: str, nonce: str, body: bytes) -> str:
    """Hex HMAC-SHA256 over method, path with query, unix seconds, nonce and the body's SHA-256, one a line."""
    signed = "\n".join([method, target, stamp, nonce, hashlib.sha256(body).hexdigest()])
    return hmac.new(settings.SMS_SECRET.encode(), signed.encode(), hashlib.sha256).hexdigest()


def _outcome(response: httpx.Response) -> Outcome:
    status, answer = response.status_code, _answer(response)
    if status in {200, 202}:
        ref = str(answer.get("id") or "")
        return Outcome(Kind.ACCEPTED, ref=ref[:64]) if ref else Outcome(Kind.UNKNOWN, detail="answer without id")
    code = str(answer.get("code") or answer.get("error") or "")[:60]
    detail = f"HTTP {status} {code}".strip()
    if status in DOUBTFUL_STATUS:
        return Outcome(Kind.UNKNOWN, detail=detail)
    if 400 <= status < 500 and code and status not in LATER_STATUS | OUR_FAULT_STATUS:
        return Outcome(Kind.PERMANENT, detail=detail)
    wait = _seconds(response.headers.get("Retry-After", "")) if status in {429, 503} else None
    return Outcome(Kind.TEMPORARY, detail=detail, retry_after=wait)


def _answer(response: httpx.Response) -> dict[str, object]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _seconds(text: str) -> float | None:
    """Retry-After in its two forms, seconds or a date; None when it is neither."""
    if text.strip().isdigit():
        return min(float(text), RETRY_AFTER_LIMIT)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max((at - datetime.now(UTC)).total_seconds(), 0.0), RETRY_AFTER_LIMIT)


@contextmanager
def opened() -> Iterator[SmsChannel]:
    """The platform with one kept connection, for one run of the worker."""
    with httpx.Client(base_url=settings.SMS_URL, timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
        yield SmsChannel(client)
