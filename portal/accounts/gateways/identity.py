"""The real-name check: signed JSON over HTTP, the same signature as the SMS platform's."""

import hashlib
import hmac
import json
import secrets
import time
from enum import StrEnum

import httpx
import structlog
from django.conf import settings

PATH = "/v1/checks"
TIMEOUT = httpx.Timeout(4, connect=2)
log = structlog.get_logger(__name__)


class Verdict(StrEnum):
    """What the register says of a name and an ID. UNAVAILABLE: it said nothing, try later."""

    MATCH = "match"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"
    UNAVAILABLE = "unavailable"


def check(*, name: str, resident_id: str) -> Verdict:
    """Ask once, within about six seconds; never raises and never inside a transaction."""
    body = json.dumps(
        {"request_ref": secrets.token_hex(16), "name": name, "id_number": resident_id}, ensure_ascii=False
    ).encode()
    try:
        with httpx.Client(
            base_url=settings.IDENTITY_URL, timeout=TIMEOUT, follow_redirects=False, trust_env=False
        ) as client:
            response = client.post(PATH, content=body, headers=_headers(body))
    except httpx.HTTPError as error:
        log.warning("identity_unavailable", error=type(error).__name__)
        return Verdict.UNAVAILABLE
    return _verdict(response)


def signature(method: str, *, target: str, stamp: str, nonce: str, body: bytes) -> str:
    """Hex HMAC-SHA256 over method, path, unix seconds, nonce and the body's SHA-256, one a line."""
    signed = "\n".join([method, target, stamp, nonce, hashlib.sha256(body).hexdigest()])
    return hmac.new(settings.IDENTITY_SECRET.encode(), signed.encode(), hashlib.sha256).hexdigest()


def _headers(body: bytes) -> dict[str, str]:
    stamp, nonce = str(int(time.time())), secrets.token_hex(16)
    return {
        "Content-Type": "application/json",
        "X-Key-Id": settings.IDENTITY_KEY_ID,
        "X-Timestamp": stamp,
        "X-Nonce": nonce,
        "X-Signature": signature("POST", target=PATH, stamp=stamp, nonce=nonce, body=body),
    }


def _verdict(response: httpx.Response) -> Verdict:
    """Anything but a plain answer is no answer."""
    try:
        answer = response.json() if response.status_code == 200 else {}
        return Verdict(answer["verdict"])
    except (ValueError, KeyError, TypeError):
        log.warning("identity_unavailable", status=response.status_code)
        return Verdict.UNAVAILABLE
