"""支付密码: asked when an order is submitted.

It is set after the log-in password was asked again. To change or end one takes the old one, too, or a code that has
come to the account's own phone or mailbox: the log-in password alone does not open it.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F
from django.utils import timezone

from payments.models import PaymentPassword
from payments.services.telling import tell_account
from portal import clock
from portal.accounts.models import OneTimeCode, Purpose, User
from portal.accounts.services import codes
from portal.accounts.services.codes import Asker, Destination, Request
from portal.errors import BusinessRuleError, Reason
from portal.transactions import business_transaction

TRIES = 5
LOCKED = timedelta(minutes=30)
PROVEN = timedelta(minutes=10)
"""So long the code that came lets one set a new one."""
SETTLED = timedelta(hours=24)
"""So long a phone or mailbox must have been the account's: whoever has the log-in password could change it."""
SHAPE = re.compile(r"[0-9]{6}")
RUNS = ("01234567890", "09876543210")


def is_set(user: User) -> bool:
    """Whether this account has one."""
    return PaymentPassword.objects.filter(user=user).exists()


@dataclass(frozen=True, slots=True)
class Proof:
    """That it is the owner who changes or ends it: the old one, or the key of the code that came and was right."""

    old: str = ""
    code_id: str = ""


def own_address(user: User) -> Destination | None:
    """Where a code for a forgotten one goes: the account's phone, else its mailbox."""
    if user.phone:
        return Destination("sms", user.phone)
    return Destination("email", user.email) if user.email else None


def send_code(user: User, *, address: str) -> str:
    """A code to the account's own phone; the token it is bound to. BusinessRuleError where the phone is new."""
    destination = own_address(user)
    if destination is None:
        raise BusinessRuleError(Reason("paypass.no-address"))
    changed = OneTimeCode.objects.filter(user=user, purpose__in=[Purpose.PHONE, Purpose.EMAIL])
    if changed.filter(used_at__gt=timezone.now() - SETTLED).exists():
        raise BusinessRuleError(Reason("paypass.new-address", {"hours": int(SETTLED.total_seconds() // 3600)}))
    asker = Asker(address, is_proven=True)
    return codes.send_code(Request(purpose=Purpose.PAYMENT, destination=destination, asker=asker, user=user))


def _check_proof(user: User, proof: Proof) -> None:
    """Nothing where none is set. Not inside a transaction, because a wrong try must stay counted."""
    if not is_set(user):
        return
    if proof.code_id.isascii() and proof.code_id.isdigit():
        came = OneTimeCode.objects.filter(pk=int(proof.code_id), user=user, purpose=Purpose.PAYMENT)
        if came.filter(used_at__gt=timezone.now() - PROVEN).exists():
            return
    if not proof.old:
        raise BusinessRuleError(Reason("paypass.old-needed"))
    require(user, typed=proof.old)


def set_password(typed: str, *, by: User, proof: Proof | None = None) -> None:
    """Set or change it; wrong tries are forgotten. Only from a page that has asked for the log-in password again."""
    _check_shape(typed)
    _check_proof(by, proof or Proof())
    _write(typed, by=by)


def _check_shape(typed: str) -> None:
    if not SHAPE.fullmatch(typed):
        raise BusinessRuleError(Reason("paypass.shape"))
    if len(set(typed)) == 1 or any(typed in run for run in RUNS):
        raise BusinessRuleError(Reason("paypass.too-simple"))


@business_transaction
def _write(typed: str, *, by: User) -> None:
    now = clock.now()
    row = {"password": make_password(typed), "set_at": now, "failures": 0, "locked_until": None}
    if not PaymentPassword.objects.filter(user=by).update(**row):
        PaymentPassword.objects.create(user=by, **row)
    tell_account(by, template="payment_password_set", key=secrets.token_hex(8))


def end(*, by: User, proof: Proof | None = None) -> None:
    """Ask for it no more; as to change it."""
    _check_proof(by, proof or Proof())
    _end(by=by)


@business_transaction
def _end(*, by: User) -> None:
    if PaymentPassword.objects.filter(user=by).delete()[0]:
        tell_account(by, template="payment_password_ended", key=secrets.token_hex(8))


def require(user: User, *, typed: str) -> None:
    """Nothing when none is set or it is right. BusinessRuleError otherwise; TRIES wrong ones lock it for a while."""
    row = _try(user)
    if row is None:
        return
    if check_password(typed, row.password):
        _forgive(user)
        return
    left = TRIES - row.failures
    raise BusinessRuleError(Reason("paypass.wrong", {"left": left}) if left > 0 else _locked())


def _locked() -> Reason:
    return Reason("paypass.locked", {"minutes": int(LOCKED.total_seconds() // 60)})


@business_transaction
def _try(user: User) -> PaymentPassword | None:
    """Count a try before it is made, so that many at once are no more than TRIES; None when none is set."""
    now = clock.now()
    mine = PaymentPassword.objects.filter(user=user)
    mine.filter(failures__gte=TRIES, locked_until__lte=now).update(failures=0, locked_until=None)
    counted = mine.filter(failures__lt=TRIES).update(failures=F("failures") + 1)
    row = mine.first()
    if row is not None and not counted:
        raise BusinessRuleError(_locked())
    if row is not None and row.failures >= TRIES:
        mine.update(locked_until=now + LOCKED)
    return row


@business_transaction
def _forgive(user: User) -> None:
    PaymentPassword.objects.filter(user=user).update(failures=0, locked_until=None)
