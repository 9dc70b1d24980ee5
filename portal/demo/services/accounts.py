"""The demo's accounts: opening them, their second factor, the list on the panel and in var/."""

import base64
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.crypto import salted_hmac

from portal.accounts.models import User
from portal.accounts.services import create_user, enrol_totp, has_authenticator
from portal.demo.services.cast import CAST, PASSWORD, Character

TOTP_PERIOD_SECONDS = 30
KIND_TITLES = {"resident": "居民", "agent": "单位经办人", "staff": "工作人员"}


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Somebody one can log in as. `code` is the six digits valid now, for staff only; a card has who is insured."""

    handle: str
    kind: str
    name: str
    id_number: str
    phone: str
    email: str
    note: str
    code: str
    card_number: str
    card_password: str


def totp_secret(key: str) -> str:
    """The authenticator secret of a staff account: the same for this installation, another one elsewhere."""
    digest = salted_hmac("portal.demo.totp", key, algorithm="sha256").digest()
    return base64.b32encode(digest[:20]).decode()


def current_code(key: str) -> str:
    """The six digits an authenticator app would show now."""
    return str(format_hotp_value(hotp_value(totp_secret(key), int(time.time()) // TOTP_PERIOD_SECONDS)))


@cache
def password_hash() -> str:
    """Made once: the password is printed on the panel, and a hash for each account would delay the first start."""
    return make_password(PASSWORD)


def open_account(who: Character) -> User:
    """The account of a character, opened once; whatever was changed later stays."""
    user = User.objects.filter(email=who.email).first()
    if user is None:
        user = create_user(
            who.name,
            resident_id=who.id_number,
            phone=who.phone,
            email=who.email,
            is_staff=who.kind == "staff",
            is_superuser=who.role == "administrator",
        )
        if who.can_log_in:
            user.password = password_hash()
            user.save(update_fields=["password"])
    if who.kind == "staff" and not has_authenticator(user):
        enrol_totp(user, secret=totp_secret(who.email))
    return user


def accounts() -> list[DemoAccount]:
    """Those one can log in as, in the order of the cast."""
    handles = dict(User.objects.filter(email__in=[who.email for who in CAST]).values_list("email", "handle"))
    return [
        DemoAccount(
            handle=handles[who.email],
            kind=who.kind or "",
            name=who.name,
            id_number=who.id_number,
            phone=who.phone,
            email=who.email,
            note=who.note,
            code=current_code(who.email) if who.kind == "staff" else "",
            card_number=who.card_number if who.lives else "",
            card_password=who.card_password if who.lives else "",
        )
        for who in CAST
        if who.can_log_in and who.email in handles
    ]


def account_of(handle: str) -> User | None:
    """The account of that handle if it is one of the demo's, else None."""
    emails = [who.email for who in CAST if who.can_log_in]
    return User.objects.filter(handle=handle, email__in=emails, is_active=True).first()


def write_register() -> None:
    """The named people for the simulated real-name check, and their cards for the simulated card service."""
    people = ({"id_number": who.id_number, "name": who.name} for who in CAST)
    cards = (
        {
            "number": who.card_number,
            "password": who.card_password,
            "holder": who.name,
            "id_number": who.id_number,
            "state": "normal",
        }
        for who in CAST
        if who.lives
    )
    _write_lines(Path(settings.VAR_DIR) / "identity" / "people.jsonl", rows=people)
    _write_lines(Path(settings.VAR_DIR) / "card" / "cards.jsonl", rows=cards)


def _write_lines(target: Path, *, rows: Iterable[dict[str, str]]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".new")
    draft.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    draft.replace(target)


def write_list() -> Path:
    """A plain table for the terminal, readable by its owner only."""
    target = Path(settings.VAR_DIR) / "demo-accounts.txt"
    target.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        f"演示账号 demo accounts    密码 password: {PASSWORD}",
        "用身份证号、手机号或邮箱登录；工作人员的 6 位验证码见演示面板。",
        "Log in by ID number, phone or e-mail; the 6-digit codes of staff are on the demo panel.",
        "",
    ]
    for one in accounts():
        lines.append(f"  {one.id_number}  {one.phone}  {one.email}  {one.name}  {KIND_TITLES[one.kind]}：{one.note}")
    target.touch(mode=0o600)
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target
