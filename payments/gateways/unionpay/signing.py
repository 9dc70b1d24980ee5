"""Signatures over the sorted pairs, and the certificate that every message of the gateway carries."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key
from cryptography.x509.oid import NameOID

from payments.gateways import wire

VERSION, RSA_METHOD = "5.1.0", "01"
COMMON = {"version": VERSION, "encoding": "UTF-8", "signMethod": RSA_METHOD, "accessType": "0"}


@dataclass(frozen=True, slots=True)
class Keys:
    """The settings of this gateway, by their names in the environment."""

    URL: str
    FILE_URL: str
    MERCHANT_ID: str
    KEY: str
    CERT_ID: str
    ROOTS: str
    SIGNER: str


class Signer:
    """Signs as the merchant, and knows what the gateway has signed."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        key = load_der_private_key(base64.b64decode(keys.KEY), password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("UNIONPAY_KEY is no RSA key.")
        self._key = key
        self._issuers = [x509.load_der_x509_certificate(base64.b64decode(one)) for one in keys.ROOTS.split(",")]

    def signed(self, **fields: str) -> dict[str, str]:
        """A whole request."""
        whole = {**COMMON, **fields, "merId": self._keys.MERCHANT_ID, "certId": self._keys.CERT_ID}
        signature = self._key.sign(_digest(whole), padding.PKCS1v15(), SHA256())
        return {**whole, "signature": base64.b64encode(signature).decode()}

    def check(self, fields: Mapping[str, str]) -> None:
        """NoticeError unless a certificate that our roots vouch for has signed these pairs."""
        signed = {name: value for name, value in fields.items() if name != "signature"}
        if signed.get("signMethod") != RSA_METHOD or signed.get("version") != VERSION:
            raise wire.NoticeError("bad-signature")
        try:
            certificate = x509.load_pem_x509_certificate(signed["signPubKeyCert"].encode())
            self._check_signer(certificate)
            key = certificate.public_key()
            if not isinstance(key, rsa.RSAPublicKey):
                raise wire.NoticeError("bad-signature")
            key.verify(wire.from_base64(fields["signature"]), _digest(signed), padding.PKCS1v15(), SHA256())
        except (InvalidSignature, ValueError, TypeError, KeyError, IndexError) as error:
            raise wire.NoticeError("bad-signature") from error

    def _check_signer(self, certificate: x509.Certificate) -> None:
        """NoticeError or InvalidSignature unless it has UnionPay's name, is of today and leads to a root of ours."""
        name = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        if self._keys.SIGNER not in str(name).split("@"):
            raise wire.NoticeError("bad-signature")
        now, current = datetime.now(UTC), certificate
        for _ in range(len(self._issuers)):
            if not current.not_valid_before_utc <= now <= current.not_valid_after_utc:
                raise wire.NoticeError("bad-signature")
            issuer = next((one for one in self._issuers if one.subject == current.issuer), None)
            if issuer is None:
                raise wire.NoticeError("bad-signature")
            current.verify_directly_issued_by(issuer)
            if issuer.subject == issuer.issuer:
                return
            current = issuer
        raise wire.NoticeError("bad-signature")


def _digest(fields: Mapping[str, str]) -> bytes:
    """What is signed: the hex SHA-256 of the sorted, decoded pairs."""
    text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()))
    return hashlib.sha256(text.encode()).hexdigest().encode()
