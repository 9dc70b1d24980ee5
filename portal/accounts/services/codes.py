"""One-time codes: sent through the outbox, counted, bound to who asked, and good for one use."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from portal.accounts.models import MOST_TRIES, OneTimeCode, Purpose, User
from portal.accounts.services.limits import HALL, Limit, hidden, spend
from portal.crypto import blind_index, blind_index_candidates
from portal.errors import BusinessRuleError, Reason
from portal.identity import FULL_WIDTH
from portal.notifications.services import Recipient, tell
from portal.transactions import business_transaction

LIFE = timedelta(minutes=10)
COUNTER_LIFE = timedelta(minutes=30)
SENT_WITHIN = timedelta(minutes=5)
"""A code that could not be sent by then is given up: its reader has asked for another one."""
DIGITS = 6
COUNTER_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
COUNTER_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a code goes: a normalised phone ("sms") or e-mail address ("email")."""

    channel: str
    value: str


@dataclass(frozen=True, slots=True)
class Asker:
    """Where a wish for a code comes from; `is_proven` when they are logged in or their browser did a proof of work."""

    address: str
    is_proven: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """A wish for a code. `refusal` names the text that is sent instead when there is nothing to open.

    The work is the same in both cases, so that neither the page nor its time tells which one it was.
    """

    purpose: Purpose
    destination: Destination
    asker: Asker
    user: User | None = None
    refusal: str = ""


@business_transaction
def send_code(request: Request) -> str:
    """Write a code and the message that carries it; the token that this code is bound to, for the asker's session.

    TooOften when the number, the asker's address or the whole hall has had enough.
    """
    spend(*_limits(request))
    token, code = secrets.token_urlsafe(24), f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    binding = _binding(token)
    usable = secrets.token_hex(16) if request.refusal else code
    row = OneTimeCode.objects.create(
        purpose=request.purpose,
        binding=binding,
        code_hash=_hash(usable, binding=binding, purpose=request.purpose),
        user=None if request.refusal else request.user,
        destination=request.destination.value,
        destination_index=blind_index(request.destination.value, purpose="code-destination"),
        expires_at=timezone.now() + LIFE,
    )
    by_sms = request.destination.channel == "sms"
    tell(
        event_key=f"code:{row.pk}",
        template=request.refusal or "account_code",
        params={"purpose": Purpose(request.purpose).label, "minutes": LIFE // timedelta(minutes=1)},
        to=Recipient(
            user=None,
            phone=request.destination.value if by_sms else None,
            email=None if by_sms else request.destination.value,
            area_code="",
        ),
        code=code,
        deadline=SENT_WITHIN,
    )
    return token


def use_code(code: str, *, purpose: Purpose, token: str) -> OneTimeCode:
    """Spend a code: the first right use within its life wins, the fifth wrong one ends it.

    Not inside a transaction, because a wrong try must stay counted. BusinessRuleError says no more than "wrong".
    """
    return _spent(code, purpose=purpose, binding=_binding(token))


def use_counter_code(code: str, *, user: User | None) -> OneTimeCode:
    """The same for the code that the counter printed for this account."""
    rows = OneTimeCode.objects.filter(user=user, purpose=Purpose.COUNTER, user__isnull=False)
    binding = rows.order_by("-id").values_list("binding", flat=True).first()
    return _spent(code, purpose=Purpose.COUNTER, binding=binding or "")


def _spent(code: str, *, purpose: Purpose, binding: str) -> OneTimeCode:
    row = OneTimeCode.objects.filter(binding=binding, purpose=purpose)
    live = row.filter(used_at__isnull=True, expires_at__gt=timezone.now())
    if live.filter(tries__lt=MOST_TRIES).update(tries=F("tries") + 1):
        typed = "".join(code.translate(FULL_WIDTH).split()).upper()
        hashes = blind_index_candidates(f"{binding}:{typed}", purpose=f"code-{purpose}")
        if live.filter(code_hash__in=hashes).update(used_at=timezone.now()):
            return row.get()
    raise BusinessRuleError(Reason("account.code-wrong"))


def issue_counter_code(user: User) -> str:
    """A code to be printed at the counter, bound to the account; an earlier one is void. Inside a transaction."""
    code = "".join(secrets.choice(COUNTER_ALPHABET) for _ in range(COUNTER_LENGTH))
    now = timezone.now()
    OneTimeCode.objects.filter(user=user, purpose=Purpose.COUNTER, used_at__isnull=True).update(used_at=now)
    binding = _binding(secrets.token_urlsafe(24))
    OneTimeCode.objects.create(
        purpose=Purpose.COUNTER,
        binding=binding,
        code_hash=_hash(code, binding=binding, purpose=Purpose.COUNTER),
        user=user,
        expires_at=now + COUNTER_LIFE,
    )
    return code


def _limits(request: Request) -> tuple[Limit, ...]:
    """The number first, then the asker, then the hall: one order everywhere."""
    number, limits = hidden(request.destination.value), settings.CODE_LIMITS
    return (
        *(() if request.asker.is_proven else _unproven_limits(request)),
        Limit("code-number-minute", number, limits["number_minute"], 60),
        Limit("code-number-hour", number, limits["number_hour"], 3600),
        Limit("code-number-day", number, limits["number_day"], 86_400),
        Limit("code-address-hour", hidden(request.asker.address), limits["address_hour"], 3600),
        Limit("code-hall-minute", HALL, limits["hall_minute"], 60),
    )


def _unproven_limits(request: Request) -> tuple[Limit, ...]:
    limits = settings.UNPROVEN_CODE_LIMITS
    return (
        Limit("code-unproven-address", hidden(request.asker.address), limits["address_hour"], 3600),
        Limit("code-unproven-hall", HALL, limits["hall_minute"], 60),
    )


def _binding(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _hash(code: str, *, binding: str, purpose: str) -> str:
    return blind_index(f"{binding}:{code}", purpose=f"code-{purpose}")
