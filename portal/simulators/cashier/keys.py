"""The keys of both sides, made once: `python -m portal.simulators.cashier.keys --folder FOLDER`.

`cashier.json` is the platforms' side and `hall.env` the merchant's; each holds its own private keys and only the public
ones of the other. Production refuses the merchant's, for they begin with "demo:".
"""

import argparse
import base64
import json
import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

MARK = "demo:"
OURS, THEIRS = "hall.env", "cashier.json"
SIGNER = "SIMULATED UNIONPAY"
YEARS = 20


def make(folder: Path) -> None:
    """Write both files, readable by their owner only; nothing when they are there."""
    if (folder / OURS).exists() and (folder / THEIRS).exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    ours, theirs = _alipay()
    for both in (_wechat(), _unionpay(), _bank()):
        ours |= both[0]
        theirs |= both[1]
    write_secret(folder / THEIRS, json.dumps(theirs, indent=1))
    write_secret(folder / OURS, "".join(f"{name}={value}\n" for name, value in ours.items()))


def _alipay() -> tuple[dict[str, str], dict[str, str]]:
    merchant, platform = _key(), _key()
    app_id, seller_id = "2021" + _digits(12), "2088" + _digits(12)
    ours = {
        "ALIPAY_APP_ID": app_id,
        "ALIPAY_SELLER_ID": seller_id,
        "ALIPAY_KEY": MARK + private_text(merchant),
        "ALIPAY_PUBLIC_KEY": public_text(platform.public_key()),
    }
    theirs = {
        "alipay_app_id": app_id,
        "alipay_seller_id": seller_id,
        "alipay_key": private_text(platform),
        "alipay_merchant": public_text(merchant.public_key()),
    }
    return ours, theirs


def _wechat() -> tuple[dict[str, str], dict[str, str]]:
    merchant, platform = _key(), _key()
    shared = {"APP_ID": "wx" + secrets.token_hex(8), "MERCHANT_ID": "16" + _digits(8)}
    shared |= {"KEY_SERIAL": secrets.token_hex(20).upper(), "API_KEY": secrets.token_hex(16)}
    shared |= {"PUBLIC_KEY_ID": "PUB_KEY_ID_0" + _digits(20)}
    ours = {f"WECHATPAY_{name}": value for name, value in shared.items()}
    ours["WECHATPAY_API_KEY"] = MARK + shared["API_KEY"]
    ours["WECHATPAY_KEY"] = MARK + private_text(merchant)
    ours["WECHATPAY_PUBLIC_KEY"] = public_text(platform.public_key())
    theirs = {f"wechat_{name.lower()}": value for name, value in shared.items()}
    return ours, theirs | {
        "wechat_key": private_text(platform),
        "wechat_merchant": public_text(merchant.public_key()),
    }


def _unionpay() -> tuple[dict[str, str], dict[str, str]]:
    merchant, root, signer = _key(), _key(), _key()
    root_name = _name("SIMULATED UNIONPAY ROOT")
    root_certificate = _certificate(root_name, key=root.public_key(), issuer=root_name, by=root, is_root=True)
    subject = _name(f"041@Z12@{SIGNER}@00000001")
    certificate = _certificate(subject, key=signer.public_key(), issuer=root_name, by=root, is_root=False)
    merchant_id, cert_id = "7" + _digits(14), _digits(30)
    ours = {
        "UNIONPAY_MERCHANT_ID": merchant_id,
        "UNIONPAY_KEY": MARK + private_text(merchant),
        "UNIONPAY_CERT_ID": cert_id,
        "UNIONPAY_ROOTS": base64.b64encode(root_certificate.public_bytes(Encoding.DER)).decode(),
        "UNIONPAY_SIGNER": SIGNER,
    }
    theirs = {
        "unionpay_merchant_id": merchant_id,
        "unionpay_cert_id": cert_id,
        "unionpay_key": private_text(signer),
        "unionpay_certificate": certificate.public_bytes(Encoding.PEM).decode().strip(),
        "unionpay_merchant": public_text(merchant.public_key()),
    }
    return ours, theirs


def _bank() -> tuple[dict[str, str], dict[str, str]]:
    agency, bank = _key(), _key()
    agency_id = "BK" + _digits(10)
    ours = {
        "BANK_AGENCY_ID": agency_id,
        "BANK_KEY": MARK + private_text(agency),
        "BANK_PUBLIC_KEY": public_text(bank.public_key()),
    }
    theirs = {
        "bank_agency": agency_id,
        "bank_key": private_text(bank),
        "bank_merchant": public_text(agency.public_key()),
    }
    return ours, theirs


def private_text(key: RSAPrivateKey) -> str:
    """PKCS #8 as one line of base64."""
    return base64.b64encode(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode()


def public_text(key: RSAPublicKey) -> str:
    """SubjectPublicKeyInfo as one line of base64."""
    return base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def _certificate(
    subject: x509.Name, *, key: RSAPublicKey, issuer: x509.Name, by: RSAPrivateKey, is_root: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=2)).not_valid_after(now + timedelta(days=365 * YEARS))
    return builder.add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True).sign(by, SHA256())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def _digits(count: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(count))


def write_secret(path: Path, text: str) -> None:
    """For the owner only, whole or not at all."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text)
    draft.replace(path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("var/cashier"))
    make(parser.parse_args().folder)
