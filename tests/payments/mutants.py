"""Genuine notices of each platform, and many ways to bend one; keyed by what was done to it."""

import base64
import json
import random
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import load_der_private_key

from portal.simulators.book import Book
from portal.simulators.cashier import alipay, keys, unionpay, wechat
from portal.simulators.cashier.exchange import sign
from portal.simulators.cashier.knobs import Knobs
from portal.simulators.cashier.till import Till
from tests.payments.cashier import Notice

BITS = 12
STALE_SECONDS = (-100_000, -301, 302, 100_000)
AMOUNTS = ("-380.00", "1e3", "380.001", "NaN", "", "３８０.00", " 380.00", "1,380.00", "0x17c", "380.", "9999999999.00")
FEN = ("-1", "380.00", "1e3", "", "３８０", "9999999999999")


@dataclass(frozen=True)
class World:
    """Both sides' keys and a till, in one folder."""

    folder: Path
    theirs: dict[str, str]
    till: Till

    def notice(self, code: str) -> Notice:
        """The notice of a payment of 380 yuan."""
        classes = {"alipay": alipay.Alipay, "wechat": wechat.Wechat, "unionpay": unionpay.Unionpay}
        platform = classes[code](keys=self.theirs, till=self.till, base="http://cashier", tell=print)
        now = self.till.now()
        sale = self.till.open(
            code,
            number=f"PT{secrets.token_hex(6).upper()}",
            fen=38_000,
            subject="2026年度居民医保",
            expires_at=(now + timedelta(minutes=30)).isoformat(),
            notify_url="http://hall/notice",
            return_url="",
            begun=f"{now:%Y%m%d%H%M%S}",
        )
        letter = platform.notice(self.till.pay(sale.token), about="", knobs=Knobs())
        return dict(letter.headers), letter.body


def world(folder: Path) -> World:
    """New keys and an empty till."""
    keys.make(folder)
    theirs = json.loads((folder / keys.THEIRS).read_text(encoding="ascii"))
    return World(folder=folder, theirs=theirs, till=Till(book=Book(folder / "books.jsonl"), seed=1))


def of(code: str, *, here: World, elsewhere: World) -> dict[str, Notice]:
    """Every mutant of a platform's notice; `elsewhere` is another environment with keys of its own."""
    if code == "wechat":
        return _of_wechat(here, elsewhere=elsewhere)
    found = _of_form(code, here=here, elsewhere=elsewhere)
    return found | (_of_alipay(here) if code == "alipay" else _of_unionpay(here, elsewhere=elsewhere))


def _body_mutants(notice: Notice) -> dict[str, Notice]:
    """What can be done to bytes without knowing what they mean."""
    headers, body = notice
    places = random.Random(5).sample(range(len(body)), BITS)
    found = {f"bit at {place}": body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :] for place in places}
    found |= {
        "nothing": b"",
        "one byte": b"x",
        "half": body[: len(body) // 2],
        "without the last byte": body[:-1],
        "huge": body + b"&x=" + b"y" * 70_000,
        "not UTF-8": body.replace(b"2026", b"\xff\xfe26", 1) + b"\xff",
        "NUL": body + b"\0",
        "twice": body + body,
        "a page": b"<html>",
        "a list": b"[]",
        "deep": b"[" * 60_000,
    }
    return {name: (headers, bent) for name, bent in found.items()}


def _of_form(code: str, *, here: World, elsewhere: World) -> dict[str, Notice]:
    headers, body = here.notice(code)
    name = {"alipay": "sign", "unionpay": "signature"}[code]
    amount, number = {"alipay": ("total_amount", "out_trade_no"), "unionpay": ("txnAmt", "orderId")}[code]
    pairs = parse_qsl(body.decode(), keep_blank_values=True)
    fields = dict(pairs)
    other = dict(parse_qsl(here.notice(code)[1].decode(), keep_blank_values=True))
    raw = base64.b64decode(fields[name])
    key = load_der_private_key(base64.b64decode(here.theirs[f"{code}_key"]), password=None)
    text = signed_text(code, fields).encode()
    odd, pss = fields[name].removesuffix("=="), padding.PSS(padding.MGF1(SHA256()), 32)
    own, crowd = here.theirs[f"{code}_key"], {f"x{place}": "1" for place in range(101)}
    bent: dict[str, dict[str, str]] = {
        "no signature": _without(fields, name),
        "an empty signature": fields | {name: ""},
        "a short signature": fields | {name: base64.b64encode(raw[:-1]).decode()},
        "a line break in the signature": fields | {name: fields[name][:40] + "\n" + fields[name][40:]},
        "another spelling of the signature": fields | {name: f"{odd[:-1]}{chr(ord(odd[-1]) + 1)}=="},
        "not base64": fields | {name: "*" * 344},
        "the signature of another notice": fields | {name: other[name]},
        "the key of another environment": resigned(code, fields, key=elsewhere.theirs[f"{code}_key"]),
        "SHA-384": fields | {name: base64.b64encode(key.sign(text, padding.PKCS1v15(), SHA384())).decode()},
        "PSS": fields | {name: base64.b64encode(key.sign(text, pss, SHA256())).decode()},
        "another amount": fields | {amount: fields[amount].replace("3", "4")},
        "another order": fields | {number: other[number]},
        "one more field": fields | {"extra": "1"},
        "one more empty field": fields | {"extra": ""},
        "a field less": _without(fields, "version"),
        "two fields become one": _merged(fields),
        "101 fields": resigned(code, fields | crowd, key=own),
    }
    found = {what: (headers, urlencode(one).encode()) for what, one in bent.items()}
    for place, repeated in (("first", [(amount, "1"), *pairs]), ("last", [*pairs, (amount, "1")])):
        found[f"the amount again, {place}"] = (headers, urlencode(repeated).encode())
    found["the signature again"] = (headers, urlencode([*pairs, (name, fields[name])]).encode())
    for value in AMOUNTS if code == "alipay" else FEN:
        changed = resigned(code, fields | {amount: value}, key=own)
        found[f"an amount of {value!r}"] = (headers, urlencode(changed).encode())
    return found | _body_mutants((headers, body))


def _without(fields: Mapping[str, str], name: str) -> dict[str, str]:
    return {one: value for one, value in fields.items() if one != name}


def _merged(fields: Mapping[str, str]) -> dict[str, str]:
    """The same signed text from other pairs: a value that holds the separator."""
    names = sorted(one for one in fields if one not in {"sign", "sign_type", "signature"})
    first, second = names[0], names[1]
    left = _without(fields, second)
    return left | {first: f"{fields[first]}&{second}={fields[second]}"}


def _of_alipay(here: World) -> dict[str, Notice]:
    headers, body = here.notice("alipay")
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    key = here.theirs["alipay_key"]
    bent = {
        "another app": resigned("alipay", fields | {"app_id": "2021000000000000"}, key=key),
        "another seller": resigned("alipay", fields | {"seller_id": "2088000000000000"}, key=key),
        "no app": resigned("alipay", _without(fields, "app_id"), key=key),
        "no seller": resigned("alipay", _without(fields, "seller_id"), key=key),
        "no trade": resigned("alipay", _without(fields, "trade_no"), key=key),
        "no status": resigned("alipay", _without(fields, "trade_status"), key=key),
        "dollars": resigned("alipay", fields | {"trans_currency": "USD"}, key=key),
        "a day that is none": resigned("alipay", fields | {"gmt_payment": "2026-02-30 00:00:00"}, key=key),
        "RSA": fields | {"sign_type": "RSA"},
        "no algorithm": _without(fields, "sign_type"),
        "GBK": resigned("alipay", fields | {"charset": "GBK"}, key=key),
    }
    return {what: (headers, urlencode(one).encode()) for what, one in bent.items()}


def _of_unionpay(here: World, *, elsewhere: World) -> dict[str, Notice]:
    headers, body = here.notice("unionpay")
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    key, foreign = here.theirs["unionpay_key"], elsewhere.theirs
    stranger = {"signPubKeyCert": foreign["unionpay_certificate"]}
    half = {"signPubKeyCert": fields["signPubKeyCert"][:300]}
    bent = {
        "another merchant": resigned("unionpay", fields | {"merId": "777290058110048"}, key=key),
        "no merchant": resigned("unionpay", _without(fields, "merId"), key=key),
        "dollars": resigned("unionpay", fields | {"currencyCode": "840"}, key=key),
        "a stranger's certificate and key": resigned("unionpay", fields | stranger, key=foreign["unionpay_key"]),
        "a stranger's certificate": resigned("unionpay", fields | stranger, key=key),
        "no certificate": resigned("unionpay", fields | {"signPubKeyCert": ""}, key=key),
        "half a certificate": resigned("unionpay", fields | half, key=key),
        "another way to sign": resigned("unionpay", fields | {"signMethod": "11"}, key=key),
        "an old version": resigned("unionpay", fields | {"version": "5.0.0"}, key=key),
        "an unknown kind": resigned("unionpay", fields | {"txnType": "31"}, key=key),
        "no kind": resigned("unionpay", _without(fields, "txnType"), key=key),
        "a second that is none": resigned("unionpay", fields | {"txnTime": "20260230000000"}, key=key),
    }
    return {what: (headers, urlencode(one).encode()) for what, one in bent.items()}


def _of_wechat(here: World, *, elsewhere: World) -> dict[str, Notice]:
    headers, body = here.notice("wechat")
    key, foreign = here.theirs["wechat_key"], elsewhere.theirs["wechat_key"]
    notice = json.loads(body)
    found = _body_mutants((headers, body))
    for name in ("Serial", "Timestamp", "Nonce", "Signature"):
        left = {one: value for one, value in headers.items() if one != f"Wechatpay-{name}"}
        found[f"no {name}"] = (left, body)
        found[f"another {name}"] = (headers | {f"Wechatpay-{name}": "x" + headers[f"Wechatpay-{name}"][1:]}, body)
    found["SM2"] = (headers | {"Wechatpay-Signature-Type": "WECHATPAY2-SM2-WITH-SM3"}, body)
    found["the probe"] = (
        headers | {"Wechatpay-Signature": "WECHATPAY/SIGNTEST/" + headers["Wechatpay-Signature"]},
        body,
    )
    found["a line break"] = (headers | {"Wechatpay-Signature": headers["Wechatpay-Signature"] + "\n"}, body)
    for off in STALE_SECONDS:
        found[f"{off} seconds off"] = _sealed(notice, key=key, headers=headers, off=off)
    found["an endless time"] = (headers | {"Wechatpay-Timestamp": "9" * 5000}, body)
    found["a time in other digits"] = (headers | {"Wechatpay-Timestamp": "１７００００００００"}, body)
    found["the key of another environment"] = _sealed(notice, key=foreign, headers=headers)
    found["the headers of another notice"] = (here.notice("wechat")[0], body)
    said = opened(notice, key=here.theirs["wechat_api_key"])
    for what, bent in _wechat_contents(said).items():
        sealed = _with_resource(notice, said=bent, key=here.theirs["wechat_api_key"])
        found[what] = _sealed(sealed, key=key, headers=headers)
    strange = _with_resource(notice, said=said, key=elsewhere.theirs["wechat_api_key"])
    found["sealed with the key of another environment"] = _sealed(strange, key=key, headers=headers)
    for what, part in (
        ("another algorithm", {"algorithm": "AEAD_SM4_GCM"}),
        ("another purpose", {"associated_data": "refund"}),
        ("a short nonce", {"nonce": "x"}),
        ("a number for a nonce", {"nonce": 12}),
        ("no ciphertext", {"ciphertext": ""}),
        ("a ciphertext that is none", {"ciphertext": "*"}),
    ):
        changed = notice | {"resource": notice["resource"] | part}
        found[what] = _sealed(changed, key=key, headers=headers)
    for what, text in (
        ("a name twice", body.decode().replace('"event_type"', '"event_type": "REFUND.SUCCESS", "event_type"')),
        ("no event", json.dumps({one: value for one, value in notice.items() if one != "event_type"})),
        ("no resource", json.dumps({one: value for one, value in notice.items() if one != "resource"})),
        ("a text", '"SUCCESS"'),
        ("deep and signed", "[" * 60_000),
    ):
        found[what] = _signed(text, key=key, headers=headers)
    return found


def _wechat_contents(said: dict[str, Any]) -> dict[str, Any]:
    bent: dict[str, Any] = {
        "another merchant": said | {"mchid": "1600000000"},
        "another app": said | {"appid": "wx0000000000000000"},
        "no merchant": {one: value for one, value in said.items() if one != "mchid"},
        "dollars": said | {"amount": said["amount"] | {"currency": "USD"}},
        "no amount": {one: value for one, value in said.items() if one != "amount"},
        "a time without a zone": said | {"success_time": "2026-03-10T10:00:00"},
        "a list inside": [said],
    }
    for value in ("380.00", 380.0, True, -1, None, 10**13):
        bent[f"an amount of {value!r}"] = said | {"amount": said["amount"] | {"total": value}}
    return bent


def signed_text(code: str, fields: Mapping[str, str]) -> str:
    """What a form's signature is over."""
    if code == "alipay":
        left = {one: value for one, value in fields.items() if one not in {"sign", "sign_type"}}
        return alipay._sorted(left)
    return unionpay._digest(_without(fields, "signature"))


def resigned(code: str, fields: dict[str, str], *, key: str) -> dict[str, str]:
    """The fields with a signature that fits them."""
    return fields | {{"alipay": "sign", "unionpay": "signature"}[code]: sign(key, signed_text(code, fields))}


def opened(notice: dict[str, Any], *, key: str) -> dict[str, Any]:
    """What is sealed in a notice."""
    part = notice["resource"]
    data, kind = base64.b64decode(part["ciphertext"]), part["associated_data"].encode()
    said: dict[str, Any] = json.loads(AESGCM(key.encode()).decrypt(part["nonce"].encode(), data, kind))
    return said


def _with_resource(notice: dict[str, Any], *, said: object, key: str) -> dict[str, Any]:
    part = notice["resource"]
    kind = part["associated_data"].encode()
    data = AESGCM(key.encode()).encrypt(part["nonce"].encode(), json.dumps(said).encode(), kind)
    return notice | {"resource": part | {"ciphertext": base64.b64encode(data).decode()}}


def _sealed(notice: dict[str, Any], *, key: str, headers: Mapping[str, str], off: int = 0) -> Notice:
    return _signed(json.dumps(notice), key=key, headers=headers, off=off)


def _signed(text: str, *, key: str, headers: Mapping[str, str], off: int = 0) -> Notice:
    stamp, nonce = str(int(time.time()) + off), headers["Wechatpay-Nonce"]
    signature = sign(key, f"{stamp}\n{nonce}\n{text}\n")
    return {**headers, "Wechatpay-Timestamp": stamp, "Wechatpay-Signature": signature}, text.encode()
