"""The account itself: opening one, its phone, e-mail and password, its sessions, and which factors a session used."""

from collections.abc import Callable

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.module_loading import import_string

from portal.accounts.models import User
from portal.crypto import blind_index, blind_index_candidates
from portal.errors import BusinessRuleError, Reason
from portal.identity import normalize_email, normalize_phone, normalize_resident_id

BACKEND = "portal.accounts.adapters.HallBackend"


def create_user(
    display_name: str,
    *,
    password: str | None = None,
    resident_id: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    is_staff: bool = False,
    is_superuser: bool = False,
) -> User:
    """Open an account that is found by the given ID, phone and e-mail; without a password nobody can log in to it.

    Raises BusinessRuleError when an identifier is malformed, taken, or when none is given.
    """
    if not (resident_id or phone or email):
        raise BusinessRuleError(Reason("account.no-way-to-log-in"))
    user = User(display_name=display_name, is_staff=is_staff, is_superuser=is_superuser)
    if resident_id:
        number = normalize_resident_id(resident_id)
        if User.objects.filter(id_index__in=blind_index_candidates(number, purpose="resident-id")).exists():
            raise BusinessRuleError(Reason("account.id-taken"))
        user.id_index = blind_index(number, purpose="resident-id")
    if phone:
        user.phone = _free_phone(phone)
        user.phone_index = blind_index(user.phone, purpose="phone")
    if email:
        user.email = normalize_email(email)
        if User.objects.filter(email=user.email).exists():
            raise BusinessRuleError(Reason("account.email-taken"))
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise BusinessRuleError(Reason("account.taken")) from error
    return user


def make_staff(user: User) -> None:
    """From now on the account may enter the desk, as far as its posts go, and is asked for a second factor."""
    User.objects.filter(pk=user.pk, is_staff=False).update(is_staff=True)


def set_phone(user: User, *, phone: str) -> None:
    """Change the phone of an account; the number must not belong to another one."""
    user.phone = _free_phone(phone, besides=user)
    user.phone_index = blind_index(user.phone, purpose="phone")
    try:
        with transaction.atomic():
            user.save(update_fields=["phone", "phone_index"])
    except IntegrityError as error:
        raise BusinessRuleError(Reason("account.phone-taken")) from error


def set_email(user: User, *, email: str) -> None:
    """Change the e-mail address of an account; it must not belong to another one."""
    user.email = normalize_email(email)
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
    except IntegrityError as error:
        raise BusinessRuleError(Reason("account.email-taken")) from error


def set_identity(user: User, *, name: str, resident_id: str) -> None:
    """Name an account that was opened without an ID, and link it to its insured person. Inside a transaction.

    BusinessRuleError when the ID has another account, or this one has an ID already.
    """
    number = normalize_resident_id(resident_id)
    if User.objects.filter(id_index__in=blind_index_candidates(number, purpose="resident-id")).exists():
        raise BusinessRuleError(Reason("account.id-taken"))
    index = blind_index(number, purpose="resident-id")
    try:
        with transaction.atomic():
            named = User.objects.filter(pk=user.pk, id_index__isnull=True).update(id_index=index, display_name=name)
    except IntegrityError as error:
        raise BusinessRuleError(Reason("account.id-taken")) from error
    if not named:
        raise BusinessRuleError(Reason("account.taken"))
    user.id_index, user.display_name = index, name
    opened: Callable[..., None] = import_string(settings.ACCOUNT_OPENED)
    opened(user, name=name, resident_id=number)


def set_password(user: User, *, password: str) -> None:
    """Change the password, which ends every session of the account. The caller has validated the password."""
    user.set_password(password)
    user.save(update_fields=["password"])


def end_sessions(user: User) -> None:
    """Every session of this account, on whatever device, asks for a new log-in at its next click."""
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)


def enrol_totp(user: User, *, secret: str) -> Authenticator:
    """Give the account a TOTP authenticator with a known base-32 secret (demo staff, tests); replaces an older one."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
        return TOTP.activate(user, secret).instance


def record_factor(request: HttpRequest) -> None:
    """Note in the session that the account's TOTP authenticator was used just now, the way allauth notes it."""
    if request.user.is_authenticated:
        totp = Authenticator.objects.get(user=request.user, type=Authenticator.Type.TOTP)
        record_authentication(request, request.user, method="mfa", id=totp.pk, type=totp.type)


def log_in_with_factor(request: HttpRequest, *, user: User) -> None:
    """The demo's one-click log-in: as after password and, where enrolled, TOTP. Refused in production."""
    if settings.PRODUCTION:
        raise PermissionDenied
    login(request, user, backend=BACKEND)
    record_authentication(request, user, method="password")
    if has_authenticator(user):
        record_factor(request)


def has_authenticator(user: User) -> bool:
    """Whether a TOTP authenticator is enrolled."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def has_used_second_factor(request: HttpRequest) -> bool:
    """Whether this very session was opened, or confirmed later, with the second factor."""
    if not request.user.is_authenticated:
        return False
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def _free_phone(phone: str, *, besides: User | None = None) -> str:
    number = normalize_phone(phone)
    taken = User.objects.filter(phone_index__in=blind_index_candidates(number, purpose="phone"))
    if besides is not None:
        taken = taken.exclude(pk=besides.pk)
    if taken.exists():
        raise BusinessRuleError(Reason("account.phone-taken"))
    return number
