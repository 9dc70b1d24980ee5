"""Numbers that name people, units and cases: what was typed → one normal form, or a reason why not."""

import re
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError as NumberError

from portal.errors import BusinessRuleError, Reason

GB_11643 = "GB 11643-1999"
GB_32100 = "GB 32100-2015"
NUMBER_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER_VALUES = {char: value for value, char in enumerate(NUMBER_ALPHABET)}
DOUBLED = [value << 1 if value < 16 else value << 1 ^ 0b100101 for value in range(32)]
"""Each element of GF(32) times x."""
NUMBER_SHAPE = re.compile(rf"[A-HJKMNP-TV-Z]{{1,4}}([0-9]{{8}})[{NUMBER_ALPHABET}]{{7}}")
RANDOM_LENGTH = 6
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
READ_AS_DIGITS = str.maketrans("ILO", "110")


@dataclass(frozen=True, slots=True)
class UnitCode:
    """A 统一社会信用代码 of the right shape; real codes exist whose check character is wrong, so warn only."""

    value: str
    is_checksum_right: bool


@dataclass(frozen=True, slots=True)
class LoginKey:
    """What was typed into the log-in box, in its normal form."""

    kind: Literal["id", "phone", "email", "unknown"]
    value: str


def _plain(text: str) -> str:
    """Full-width characters become ASCII and all white space goes."""
    return "".join(text.translate(FULL_WIDTH).split())


def _refuse(code: str, *, source: str = "") -> BusinessRuleError:
    return BusinessRuleError(Reason(code, source=source))


def normalize_resident_id(text: str) -> str:
    """18 characters with a right check character and a real birth date; the place is only a hint and not checked."""
    value = _plain(text).upper()
    if not re.fullmatch(r"[0-9]{17}[0-9X]", value):
        raise _refuse("identity.id-shape", source=GB_11643)
    if ric.calc_check_digit(value) != value[-1]:
        raise _refuse("identity.id-check-digit", source=GB_11643)
    try:
        ric.get_birth_date(value)
    except NumberError as error:
        raise _refuse("identity.id-birth-date", source=GB_11643) from error
    return value


def birth_date(resident_id: str) -> date:
    """The birth date inside a normalised resident ID."""
    return date(int(resident_id[6:10]), int(resident_id[10:12]), int(resident_id[12:14]))


def sex(resident_id: str) -> Literal["男", "女"]:
    """Told by the 17th digit: odd is 男."""
    return "男" if int(resident_id[16]) % 2 else "女"


def normalize_phone(text: str) -> str:
    """11 digits of a mainland mobile; spaces, dashes, +86 and 0086 are taken off."""
    value = re.sub(r"^(\+86|0086)", "", _plain(text).replace("-", ""))
    if not re.fullmatch(r"1[3-9][0-9]{9}", value):
        raise _refuse("identity.phone")
    return value


def normalize_email(text: str) -> str:
    """An address in lower case, so that one mailbox is one account."""
    value = _plain(text).lower()
    try:
        validate_email(value)
    except ValidationError as error:
        raise _refuse("identity.email") from error
    return value


def check_uscc(text: str) -> UnitCode:
    """Refuse only a wrong length or alphabet; a wrong check character is told, not refused."""
    value = _plain(text).upper()
    if not re.fullmatch(r"[0-9ABCDEFGHJKLMNPQRTUWXY]{18}", value):
        raise _refuse("identity.uscc-shape", source=GB_32100)
    return UnitCode(value, is_checksum_right=uscc.calc_check_digit(value[:-1]) == value[-1])


def classify_login(text: str) -> LoginKey:
    """One box takes ID number, mobile or e-mail; anything else is unknown and is nobody."""
    try:
        return LoginKey("id", normalize_resident_id(text))
    except BusinessRuleError:
        pass
    try:
        return LoginKey("phone", normalize_phone(text))
    except BusinessRuleError:
        pass
    try:
        return LoginKey("email", normalize_email(text))
    except BusinessRuleError:
        return LoginKey("unknown", _plain(text))


def public_number(*, prefix: str, on: date) -> str:
    """A number to be told by phone: prefix, day, 6 random characters, check character; unguessable, not in order.

    `prefix` is 1 to 4 capital letters without I, L, O and U. The caller's unique constraint meets the rare repeat.
    """
    return public_numbers(prefix=prefix, on=on, count=1)[0]


def public_numbers(*, prefix: str, on: date, count: int) -> list[str]:
    """So many of them; the head they share is looked at once, and a repeat among them is as rare as ever."""
    head = f"{prefix}{on:%Y%m%d}"
    draws = secrets.token_bytes(RANDOM_LENGTH * count)
    # A byte has eight times as many values as the alphabet has characters, so that each is as likely.
    bodies = ["".join(NUMBER_ALPHABET[byte % 32] for byte in draws[at : at + RANDOM_LENGTH]) for at in _steps(count)]
    if not NUMBER_SHAPE.fullmatch(f"{head}{NUMBER_ALPHABET[:7]}"):
        raise ValueError(f"{prefix!r} cannot begin a public number.")
    begun = _check_sum(head)
    return [f"{head}{body}{NUMBER_ALPHABET[_check_sum(body, begun=begun)]}" for body in bodies]


def _steps(count: int) -> range:
    return range(0, RANDOM_LENGTH * count, RANDOM_LENGTH)


def normalize_public_number(text: str) -> str:
    """Capitals without spaces and dashes; I and L are read as 1, O as 0. Says nothing about being right."""
    return _plain(text).upper().replace("-", "").translate(READ_AS_DIGITS)


def is_public_number(text: str) -> bool:
    """Whether the shape, the day and the check character are right, however it was typed."""
    number = normalize_public_number(text)
    shape = NUMBER_SHAPE.fullmatch(number)
    if shape is None or NUMBER_ALPHABET[_check_sum(number[:-1])] != number[-1]:
        return False
    day = shape[1]
    try:
        date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return False
    return True


def _check_sum(text: str, *, begun: int = 0) -> int:
    """A weighted sum over GF(32), x⁵+x²+1: every wrong character and every swap of two is seen."""
    total = begun
    for char in text:
        total = DOUBLED[total ^ NUMBER_VALUES[char]]
    return total
