"""The account at the door: how a person logs in, and nothing of what they are covered for."""

import secrets
from collections.abc import Iterator
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portal.crypto import BlindIndexField, EncryptedTextField, blind_index_candidates
from portal.identity import classify_login


def new_handle() -> str:
    """A random name for the account; it tells nothing of the person, so it may stand in logs and tables."""
    return f"u-{secrets.token_hex(8)}"


class UserManager(BaseUserManager["User"]):
    """Reads accounts; they are made by portal.accounts.services.create_user."""

    def by_login(self, typed: str) -> "User | None":
        """The account of an ID number, phone, e-mail (or handle, for allauth's own calls), however it was typed."""
        key = classify_login(typed)
        if key.kind == "id":
            found = self.filter(id_index__in=blind_index_candidates(key.value, purpose="resident-id"))
        elif key.kind == "phone":
            found = self.filter(phone_index__in=blind_index_candidates(key.value, purpose="phone"))
        elif key.kind == "email":
            found = self.filter(email=key.value)
        else:
            found = self.filter(handle=key.value)
        return found.first()


class User(AbstractBaseUser, PermissionsMixin):
    """A log-in by resident ID, phone or e-mail. The ID itself is not kept here, only its blind index."""

    handle = models.CharField("账号", max_length=32, unique=True, default=new_handle, editable=False)
    display_name = models.CharField("姓名", max_length=64)
    phone = EncryptedTextField("手机号", null=True, blank=True)
    phone_index = BlindIndexField("手机号索引", source="phone", purpose="phone", null=True, blank=True, unique=True)
    email = models.EmailField("电子邮箱", max_length=254, null=True, blank=True, unique=True)
    id_index = BlindIndexField("身份证号索引", purpose="resident-id", null=True, blank=True, unique=True)
    is_staff = models.BooleanField("工作人员", default=False)
    is_active = models.BooleanField("可登录", default=True)
    sessions_ended = models.PositiveIntegerField("会话作废次数", default=0, editable=False)
    created_at = models.DateTimeField("开通时间", default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "handle"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "账号"
        verbose_name_plural = "账号"
        constraints = [
            models.CheckConstraint(
                name="accounts_user_phone_with_index",
                condition=models.Q(phone__isnull=True, phone_index__isnull=True)
                | models.Q(phone__isnull=False, phone_index__isnull=False),
                violation_error_message="手机号和它的索引必须同时填写或同时为空。",
            ),
            models.CheckConstraint(
                name="accounts_user_email_lower_case",
                condition=models.Q(email__isnull=True) | models.Q(email=Lower("email")),
                violation_error_message="电子邮箱须为小写。",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_session_auth_hash(self) -> str:
        """Changes with the password and with `sessions_ended`, so that one UPDATE ends every session of the account."""
        return self._session_hash(secret=None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same hash under each retired SECRET_KEY."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret=secret)

    def _session_hash(self, *, secret: str | bytes | None) -> str:
        value = f"{self.password}|{self.sessions_ended}"
        return salted_hmac("accounts.User.session", value, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        """The name shown beside the log-out button."""
        return self.display_name
