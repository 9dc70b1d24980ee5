"""Getting in without the password: by a code, or with a new password after one; and the counter's help."""

import hmac
from collections.abc import Callable

from axes.utils import reset as reset_lock
from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

from portal.accounts.models import OneTimeCode, Purpose, User
from portal.accounts.services.account import set_password
from portal.accounts.services.codes import (
    Asker,
    Destination,
    Request,
    issue_counter_code,
    send_code,
    use_counter_code,
)
from portal.accounts.services.limits import Limit, hidden, spend
from portal.accounts.services.telling import tell_owner
from portal.audit.services import record_access, use_form_token
from portal.crypto import blind_index_candidates
from portal.errors import BusinessRuleError, Reason
from portal.identity import normalize_resident_id
from portal.transactions import business_transaction


def send_login_code(*, phone: str, asker: Asker) -> str:
    """A code to log in with. Staff, closed and unknown accounts get a message that says what to do instead."""
    user = User.objects.by_login(phone)
    refusal = ""
    if user is None:
        refusal = "account_none"
    elif user.is_staff or not user.is_active:
        refusal = "account_no_code_login"
    return send_code(
        Request(
            purpose=Purpose.LOGIN,
            destination=Destination("sms", phone),
            asker=asker,
            user=user,
            refusal=refusal,
        )
    )


def send_reset_code(*, resident_id: str, destination: Destination, asker: Asker) -> str:
    """A code for a new password, to the phone or mailbox of the account that also has this ID (T14: a phone number
    may have a new owner). The message to anybody else says that nothing fitted."""
    user = User.objects.by_login(destination.value)
    fits = user is not None and user.is_active and user.id_index in _indexes(resident_id)
    return send_code(
        Request(
            purpose=Purpose.RESET,
            destination=destination,
            asker=asker,
            user=user,
            refusal="" if fits else "account_not_reset",
        )
    )


def use_counter_reset(*, resident_id: str, code: str, address: str) -> User:
    """The account whose code the counter printed. BusinessRuleError says no more than "wrong"."""
    spend(
        Limit("counter-id-hour", hidden(resident_id), settings.CHECK_LIMITS["number_hour"] * 2, 3600),
        Limit("counter-address-hour", hidden(address), settings.CHECK_LIMITS["address_hour"] * 2, 3600),
    )
    row: OneTimeCode = use_counter_code(code, user=User.objects.by_login(resident_id))
    if row.user is None or not row.user.is_active:
        raise BusinessRuleError(Reason("account.code-wrong"))
    return row.user


def reset_mark(user: User) -> str:
    """Changes with the password: whoever holds an old mark cannot set a second password with it."""
    return salted_hmac("accounts.reset", f"{user.pk}|{user.password}", algorithm="sha256").hexdigest()


@business_transaction
def reset_password(user_id: int, *, mark: str, password: str) -> User:
    """A new password after a right code: every session ends, a lock ends, and the owner is told on every channel.

    The second factor stays as it is. BusinessRuleError when the password was changed since the mark was made.
    """
    user = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=user_id)
    if not hmac.compare_digest(reset_mark(user), mark):
        raise BusinessRuleError(Reason("account.reset-over"))
    set_password(user, password=password)
    reset_lock(username=str(user.pk))
    tell_owner(user, template="account_password_changed")
    return user


@business_transaction
def open_counter_reset(*, resident_id: str, reason: str, token: str, again: str, by: User) -> str:
    """The code to print for somebody whose ID card a staff member has checked; logged, and told to the owner.

    BusinessRuleError when there is no such account, when it is a staff member's or one's own, or of another area.
    """
    user = User.objects.by_login(normalize_resident_id(resident_id))
    if user is None:
        raise BusinessRuleError(Reason("account.nobody-with-id"))
    may_reset: Callable[..., bool] = import_string(settings.STAFF_MAY_RESET)
    if user == by or user.is_staff or not user.is_active or not may_reset(by, account=user):
        raise BusinessRuleError(Reason("account.not-yours-to-reset"))
    use_form_token(token, address=again)
    record_access(user=by, action="counter-reset", subject_kind="account", subject_id=user.pk, reason=reason)
    code = issue_counter_code(user)
    tell_owner(user, template="account_counter_reset")
    return code


def _indexes(resident_id: str) -> list[str]:
    return blind_index_candidates(resident_id, purpose="resident-id")
