"""支付密码: set and ended after the log-in password was asked again, and asked when an order is submitted."""

import re
import secrets
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F

from payments.models import PaymentPassword
from payments.services.telling import tell_account
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError, Reason
from portal.transactions import business_transaction

TRIES = 5
LOCKED = timedelta(minutes=30)
SHAPE = re.compile(r"[0-9]{6}")
RUNS = ("01234567890", "09876543210")


def is_set(user: User) -> bool:
    """Whether this account has one."""
    return PaymentPassword.objects.filter(user=user).exists()


@business_transaction
def set_password(typed: str, *, by: User) -> None:
    """Set or change it; wrong tries are forgotten. Only from a page that has asked for the log-in password again."""
    if not SHAPE.fullmatch(typed):
        raise BusinessRuleError(Reason("paypass.shape"))
    if len(set(typed)) == 1 or any(typed in run for run in RUNS):
        raise BusinessRuleError(Reason("paypass.too-simple"))
    now = clock.now()
    row = {"password": make_password(typed), "set_at": now, "failures": 0, "locked_until": None}
    if not PaymentPassword.objects.filter(user=by).update(**row):
        PaymentPassword.objects.create(user=by, **row)
    tell_account(by, template="payment_password_set", key=secrets.token_hex(8))


@business_transaction
def end(*, by: User) -> None:
    """Ask for it no more."""
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
