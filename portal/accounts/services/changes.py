"""What the owner changes: password, phone and e-mail; each change is told to the old and the new address."""

from django.conf import settings
from django.http import HttpRequest

from portal import masking
from portal.accounts.models import Purpose, User
from portal.accounts.services.account import set_email, set_password, set_phone
from portal.accounts.services.codes import Asker, Destination, Request, send_code
from portal.accounts.services.limits import Limit, hidden, spend
from portal.accounts.services.signins import keep_session
from portal.accounts.services.telling import tell_owner
from portal.errors import BusinessRuleError, Reason
from portal.transactions import business_transaction


def change_password(request: HttpRequest, *, user: User, old: str, password: str) -> None:
    """A new password for whoever knows the old one; this session goes on, every other one ends.

    TooOften for guesses, BusinessRuleError for a wrong old password. The caller has validated the new one.
    """
    spend(Limit("old-password-hour", hidden(str(user.pk)), settings.CHECK_LIMITS["address_hour"], 3600))
    if not user.check_password(old):
        raise BusinessRuleError(Reason("account.old-password-wrong"))
    _write_password(user, password=password)
    keep_session(request, user=user)


@business_transaction
def _write_password(user: User, *, password: str) -> None:
    set_password(user, password=password)
    tell_owner(user, template="account_password_changed")


def send_change_code(*, user: User, destination: Destination, address: str) -> str:
    """A code to the new phone or mailbox; when it has another account, the message there says so."""
    purpose = Purpose.PHONE if destination.channel == "sms" else Purpose.EMAIL
    other = User.objects.by_login(destination.value)
    is_taken = other is not None and other != user
    return send_code(
        Request(
            purpose=purpose,
            destination=destination,
            asker=Asker(address, is_proven=True),
            user=user,
            refusal="account_address_taken" if is_taken else "",
        )
    )


@business_transaction
def change_phone(user: User, *, phone: str) -> None:
    """The phone whose code was right; the old one is told. BusinessRuleError when it was taken meanwhile."""
    old = user.phone
    set_phone(user, phone=phone)
    tell_owner(user, template="account_phone_changed", params={"ending": masking.mask_phone(phone)[-4:]}, old_phone=old)


@business_transaction
def change_email(user: User, *, email: str) -> None:
    """The mailbox whose code was right; the old one is told. BusinessRuleError when it was taken meanwhile."""
    old = user.email
    set_email(user, email=email)
    tell_owner(user, template="account_email_changed", old_email=old)
