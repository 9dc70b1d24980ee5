"""What goes over the line between the server and the three protocols, and the signatures they share."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key


@dataclass(frozen=True)
class Asked:
    """A request; names of headers are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The target without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The pairs of the query."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """The pairs of the body; {} for bytes that are no form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(frozen=True)
class Reply:
    """An answer."""

    status: int
    content: bytes = b""
    kind: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Letter:
    """A notice, ready to be posted."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Back:
    """The payer's way back to the merchant: an address to open, or to post the fields to."""

    address: str
    fields: Mapping[str, str] = field(default_factory=dict)


def goto(address: str) -> Reply:
    """Send the browser elsewhere."""
    return Reply(303, headers={"Location": address})


def sign(key: str, text: str) -> str:
    """RSA-SHA256 with a private key in base64, itself in base64."""
    return base64.b64encode(_private(key).sign(text.encode(), padding.PKCS1v15(), SHA256())).decode()


def is_signed(key: str, text: str, signature: str) -> bool:
    """Whether the holder of a public key has signed a text."""
    try:
        _public(key).verify(base64.b64decode(signature), text.encode(), padding.PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error):
        return False
    return True


@lru_cache
def _private(key: str) -> rsa.RSAPrivateKey:
    found = load_der_private_key(base64.b64decode(key), password=None)
    if not isinstance(found, rsa.RSAPrivateKey):
        raise TypeError("No RSA key.")
    return found


@lru_cache
def _public(key: str) -> rsa.RSAPublicKey:
    found = load_der_public_key(base64.b64decode(key))
    if not isinstance(found, rsa.RSAPublicKey):
        raise TypeError("No RSA key.")
    return found


def spoiled(signature: str) -> str:
    """Another signature of the same length."""
    return ("B" if signature.startswith("A") else "A") + signature[1:]


def yuan(fen: int) -> str:
    """132990 → "1329.90"."""
    return f"{fen // 100}.{fen % 100:02d}"


def fen_of(text: str) -> int:
    """ "1329.90" → 132990. ValueError for anything else."""
    whole, _, rest = text.partition(".")
    if not (whole + rest).isdigit() or len(rest) > 2:
        raise ValueError("Not an amount.")
    return int(whole) * 100 + int(rest.ljust(2, "0"))
