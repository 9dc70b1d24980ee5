"""Where allauth and axes meet the hall: who was named in the box, which words are said, where to go next."""

import base64
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from drf_spectacular.authentication import SessionScheme
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from portal import clock
from portal.accounts.labels import ACCOUNT_ERRORS, CHOOSING_HELP, MFA_ERRORS, TOO_NEAR
from portal.accounts.models import User
from portal.accounts.services import has_authenticator, has_used_second_factor
from portal.accounts.services.limits import hidden
from portal.accounts.services.proof import count_wrong
from portal.accounts.services.signins import record_sign_in
from portal.crypto import blind_index, decrypt, encrypt
from portal.identity import classify_login

MFA_CONTEXT = "mfa_authenticator.data"
UNKNOWN_ADDRESS = "::"
LOOKS_PER_MINUTE = 30
"""At the public pages that say whether a printed paper is genuine."""
HALL_WORDS = ("yibao", "yiliao", "shebao", "12393", "医保", "网厅")


class HallSession(SessionAuthentication):
    """The API knows people by the hall's session; whoever has none is told so (401) and not led to a page."""

    def authenticate_header(self, _request: Request) -> str:
        """Asked for by DRF: without it nobody would get 403."""
        return 'Session realm="hall"'


class HallSessionScheme(SessionScheme):  # type: ignore[no-untyped-call]
    """How the API's description names it: the session's cookie."""

    target_class = "portal.accounts.adapters.HallSession"


class HallBackend(AuthenticationBackend):
    """Finds the account by what was typed; an unknown one costs the same password hash and gets the same answer."""

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> AbstractBaseUser | None:
        user = named_user(request, typed=credentials.get("username") or "")
        return self._check_password(user, credentials["password"])


def named_user(request: HttpRequest | None, *, typed: str) -> User | None:
    """The account somebody typed; looked up once a request, since axes asks several times."""
    if request is None:
        return User.objects.by_login(typed)
    known: dict[str, User | None] = request.__dict__.setdefault("_hall_named_users", {})
    if typed not in known:
        known[typed] = User.objects.by_login(typed)
    return known[typed]


def axes_username(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Whom axes counts failures for: the account's key, or an HMAC of what was typed. Never what was typed.

    The same for ID, phone and e-mail of one account, so that five tries are five whichever is used.
    """
    typed = str((credentials or {}).get("username") or request.POST.get("login") or "")
    user = named_user(request, typed=typed)
    return str(user.pk) if user else blind_index(classify_login(typed).value, purpose="login")


def client_address(request: HttpRequest) -> str:
    """The address the visitor came from. Behind our one proxy it is the last entry, which the proxy itself wrote."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR") or UNKNOWN_ADDRESS


def looks_too_often(request: HttpRequest) -> bool:
    """Whether this address checks papers too fast. A proof cannot be guessed: this only spares the hall."""
    key = f"verify:{hidden(client_address(request))}:{clock.now():%H%M}"
    if cache.add(key, 1, timeout=120):
        return False
    try:
        return cache.incr(key) > LOOKS_PER_MINUTE
    except ValueError:
        return False


def account_of(request: HttpRequest) -> User:
    """Who is logged in; the middleware, and the site of the desk, let nobody else into the pages that ask."""
    if not isinstance(request.user, User):
        raise TypeError("log-in is required")
    return request.user


class HallAccountAdapter(DefaultAccountAdapter):
    """Log-in only: allauth sends nothing, failures are counted by axes, staff go to the desk."""

    error_messages = DefaultAccountAdapter.error_messages | ACCOUNT_ERRORS

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts nothing: allauth would count by name alone, so that a stranger could lock somebody out."""

    def authentication_failed(self, request: HttpRequest, **_: Any) -> None:
        """After wrong log-ins the next one has to be proven."""
        count_wrong(client_address(request))

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        raise NotImplementedError("Messages go through the outbox of portal.notifications.")

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: messages go through the outbox."""

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who gave a password or a code within the last minutes is not asked again (enrolment follows the log-in)."""
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        oldest = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        records = get_authentication_records(context.request, context.request.user)
        return all(record["at"] < oldest for record in records)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        user = request.user
        if isinstance(user, User) and user.is_staff:
            return reverse("admin:index") if has_used_second_factor(request) else reverse("mfa_activate_totp")
        return reverse(settings.LOGIN_REDIRECT_URL)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        """The log-in is noted. Staff without an authenticator are sent to enrol one, wherever they wanted to go."""
        if isinstance(user, User):
            record_sign_in(request, user=user)
            if user.is_staff and not has_authenticator(user):
                kwargs["redirect_url"] = reverse("mfa_activate_totp")
        return super().post_login(request, user, **kwargs)


class HallMFAAdapter(DefaultMFAAdapter):
    """Keeps authenticator secrets encrypted like every other secret of a person."""

    error_messages = DefaultMFAAdapter.error_messages | MFA_ERRORS

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return str(user)

    def encrypt(self, text: str) -> str:
        return base64.b64encode(encrypt(text, context=MFA_CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(base64.b64decode(encrypted_text), context=MFA_CONTEXT)


class ContextWordsValidator:
    """Refuses a password that anybody would try first here: the hall's own words, or the person's own numbers."""

    def validate(self, password: str, user: User | None = None) -> None:
        """`user` need not be saved; its `typed_id` is the resident ID when that is being typed."""
        own = [user.phone, user.display_name, user.email.partition("@")[0] if user.email else ""] if user else []
        typed_id = getattr(user, "typed_id", "")
        own += [typed_id, typed_id[6:14], typed_id[-6:]]
        words = [*HALL_WORDS, *(word for word in own if word and len(word) >= 4)]
        if any(word.lower() in password.lower() for word in words):
            raise ValidationError(TOO_NEAR, code="password_context")

    def get_help_text(self) -> str:
        """What Django shows beside the box, if asked."""
        return CHOOSING_HELP
