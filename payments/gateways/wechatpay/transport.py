"""The SDK's transport with our own HTTP client, and the signature of everything that comes from the platform."""

import base64
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key
from wechatpayv3.type import RequestType
from wechatpayv3.utils import build_authorization, rsa_verify

from payments.gateways import wire
from payments.gateways.base import GatewayError

WINDOW_SECONDS = 300
"""How far a signature's time may be from ours; the SDK takes one of any age."""
SIGNATURE_TYPE = "WECHATPAY2-SHA256-RSA2048"


@dataclass(frozen=True, slots=True)
class Keys:
    """The settings of this gateway, by their names in the environment."""

    URL: str
    APP_ID: str
    MERCHANT_ID: str
    KEY: str
    KEY_SERIAL: str
    API_KEY: str
    PUBLIC_KEY: str
    PUBLIC_KEY_ID: str


class Transport:
    """Stands where the SDK's own core stood: it follows redirects and fetches the keys a stranger names."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._private_key = load_der_private_key(base64.b64decode(keys.KEY), password=None)
        self._public_key = load_der_public_key(base64.b64decode(keys.PUBLIC_KEY))
        self._gate_way = keys.URL.rstrip("/")

    def request(
        self, path: str, *, method: RequestType = RequestType.GET, data: Any = None, skip_verify: bool = False
    ) -> tuple[int, bytes]:
        """Status and bytes; GatewayError (is_unknown) without an answer or with one that is not the platform's.

        As in the platform's own libraries only a success is signed; a file is vouched for by its hash.
        """
        body = json.dumps(data) if data else ""
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Wechatpay-Serial": self._keys.PUBLIC_KEY_ID,
            "Authorization": build_authorization(
                path, method.value, self._keys.MERCHANT_ID, self._keys.KEY_SERIAL, self._private_key, data=body
            ),
        }
        answer = wire.call(
            method.value, self._gate_way + path, content=body.encode(), headers=headers, is_file=skip_verify
        )
        is_signed = answer.status_code < 300 and not skip_verify
        if is_signed and (why := self.refusal(answer.headers, body=answer.content)):
            raise GatewayError(f"HTTP {answer.status_code} {why}", is_unknown=True)
        return answer.status_code, answer.content

    def refusal(self, headers: Mapping[str, str], *, body: bytes) -> str:
        """Why these headers do not vouch for these bytes now, or an empty text."""
        lower = {name.lower(): value for name, value in headers.items()}
        signature, stamp = lower.get("wechatpay-signature", ""), lower.get("wechatpay-timestamp", "")
        if lower.get("wechatpay-serial") != self._keys.PUBLIC_KEY_ID:
            return "bad-signature"
        if lower.get("wechatpay-signature-type", SIGNATURE_TYPE) != SIGNATURE_TYPE:
            return "bad-signature"
        if not re.fullmatch(r"[0-9]{1,12}", stamp) or abs(int(time.time()) - int(stamp)) > WINDOW_SECONDS:
            return "stale"
        try:
            wire.from_base64(signature)
            nonce, text = lower.get("wechatpay-nonce", ""), body.decode()
            is_right = rsa_verify(stamp, nonce, text, signature, self._public_key)
        except ValueError:
            return "unreadable"
        return "" if is_right else "bad-signature"
