"""The card service (医保卡服务): whose a card is and whether its password is right. RSA-signed JSON, both ways.

The password goes out sealed for the service's key, together with the number of the question, so that nothing on the
way can read it or use it again.
"""

import base64
import json
import secrets
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpx
import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key
from django.conf import settings

TIMEOUT = httpx.Timeout(4, connect=2)
SEAL = padding.OAEP(mgf=padding.MGF1(SHA256()), algorithm=SHA256(), label=None)
log = structlog.get_logger(__name__)


class Result(StrEnum):
    """What the service says. NOT_YOURS: no such card under this name and ID. UNAVAILABLE: no answer, try later."""

    OK = "ok"
    NOT_YOURS = "not-yours"
    WRONG = "wrong"
    LOCKED = "locked"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card and who is said to hold it."""

    number: str
    holder: str
    id_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`state` is one of labels.CARD_STATES; `check_no` proves that the service was asked. Both only with OK."""

    result: Result
    state: str = ""
    check_no: str = ""


def is_connected() -> bool:
    """Whether this hall has keys for a card service."""
    return bool(settings.CARD)


def check(card: Card, *, password: str) -> Answer:
    """Ask once whether it is theirs and the password is right; never raises and never inside a transaction."""
    return _asked("/v1/cards/check", card=card, password=password)


def state(card: Card) -> Answer:
    """How the card stands now, without a password."""
    return _asked("/v1/cards/state", card=card, password="")


def _asked(path: str, *, card: Card, password: str) -> Answer:
    reference = secrets.token_hex(16)
    asked = {
        "agency": settings.CARD["AGENCY_ID"],
        "request_ref": reference,
        "at": int(time.time()),
        "card_number": card.number,
        "holder": card.holder,
        "id_number": card.id_number,
    }
    if password:
        asked["sealed"] = _sealed(password, reference=reference)
    body = json.dumps(asked, ensure_ascii=False).encode()
    signature = _private().sign(path.encode() + b"\n" + body, padding.PKCS1v15(), SHA256())
    headers = {"Content-Type": "application/json", "X-Signature": base64.b64encode(signature).decode()}
    try:
        with httpx.Client(
            base_url=settings.CARD["URL"], timeout=TIMEOUT, follow_redirects=False, trust_env=False
        ) as client:
            response = client.post(path, content=body, headers=headers)
        return _answer(response, reference=reference)
    except (httpx.HTTPError, InvalidSignature, ValueError, KeyError, TypeError) as error:
        log.warning("card_service_unavailable", error=type(error).__name__)
        return Answer(result=Result.UNAVAILABLE)


def _answer(response: httpx.Response, *, reference: str) -> Answer:
    """Anything but a signed answer to this very question is no answer; it raises."""
    signature = base64.b64decode(response.headers.get("x-signature", ""), validate=True)
    _public().verify(signature, response.content, padding.PKCS1v15(), SHA256())
    said: dict[str, Any] = json.loads(response.content)
    if response.status_code != 200 or said["request_ref"] != reference:
        raise ValueError("No answer to this question.")
    result = Result(said["result"])
    if result != Result.OK:
        return Answer(result=result)
    return Answer(result=result, state=str(said["state"]), check_no=str(said["check_no"]))


def _sealed(password: str, *, reference: str) -> str:
    return base64.b64encode(_public().encrypt(f"{reference}:{password}".encode(), SEAL)).decode()


def _private() -> rsa.RSAPrivateKey:
    found = load_der_private_key(base64.b64decode(settings.CARD["KEY"]), password=None)
    if not isinstance(found, rsa.RSAPrivateKey):
        raise TypeError("No RSA key.")
    return found


def _public() -> rsa.RSAPublicKey:
    found = load_der_public_key(base64.b64decode(settings.CARD["PUBLIC_KEY"]))
    if not isinstance(found, rsa.RSAPublicKey):
        raise TypeError("No RSA key.")
    return found
