"""What is kept at the door: one-time codes, counters of tries, consents, and when somebody came in."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.accounts.models.user import User
from portal.crypto import BlindIndexField, EncryptedTextField

MOST_TRIES = 5


class Purpose(models.TextChoices):
    """What a code is for; one for log-in opens nothing else."""

    REGISTER = "register", "注册"
    LOGIN = "login", "登录"
    RESET = "reset", "重设密码"
    PHONE = "phone", "更换手机号"
    EMAIL = "email", "更换邮箱"
    COUNTER = "counter", "窗口重设密码"
    CONTACT = "contact", "验证联系方式"
    PAYMENT = "payment", "重设支付密码"


class OneTimeCode(models.Model):
    """A code of a few characters, kept as an HMAC and bound to the session or the person that asked for it.

    `destination` is the phone or e-mail it was sent to; `user` is whose account it opens, if it does.
    """

    purpose = models.CharField("用途", max_length=10, choices=Purpose.choices)
    binding = models.CharField("绑定", max_length=64, unique=True)
    code_hash = models.CharField("验证码摘要", max_length=64)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, verbose_name="账号", related_name="+")
    destination = EncryptedTextField("接收地址", null=True)
    destination_index = BlindIndexField(
        "接收地址索引", source="destination", purpose="code-destination", null=True, db_index=True
    )
    tries = models.PositiveSmallIntegerField("已试次数", default=0)
    expires_at = models.DateTimeField("失效时间")
    used_at = models.DateTimeField("使用时间", null=True)
    created_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "一次性验证码"
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=MOST_TRIES), name="code_tries_limited"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="code_purpose_known"),
        ]
        indexes = [models.Index(fields=["user", "purpose", "-id"], name="code_of_user")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"


class RateCounter(models.Model):
    """How often something was done since its window began. One statement counts; nobody reads first."""

    kind = models.CharField("种类", max_length=24)
    subject = models.CharField("对象", max_length=64)
    count = models.PositiveIntegerField("次数")
    capacity = models.PositiveIntegerField("上限")
    resets_at = models.DateTimeField("清零时间")

    class Meta:
        verbose_name = verbose_name_plural = "次数限制"
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="counter_once")]


class Consent(models.Model):
    """Who agreed to which version of which document, and when. Append-only by trigger."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, verbose_name="账号", related_name="consents")
    document = models.CharField("文件", max_length=16)
    version = models.CharField("版本", max_length=16)
    given_at = models.DateTimeField("同意时间")
    request_id = models.CharField("请求编号", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "同意记录"
        constraints = [models.UniqueConstraint(fields=["user", "document", "version"], name="consent_once")]


class SignInQuerySet(models.QuerySet["SignIn"]):
    def visible_to(self, user: User) -> Self:
        """One's own."""
        return self.filter(user=user)


class SignIn(models.Model):
    """One log-in: when, how and from what kind of device. The session is named so that its owner can end it."""

    class Method(models.TextChoices):
        PASSWORD = "password", "密码"
        CODE = "code", "短信验证码"

    user = models.ForeignKey(User, on_delete=models.PROTECT, verbose_name="账号", related_name="sign_ins")
    session_key = models.CharField("会话", max_length=40)
    method = models.CharField("方式", max_length=10, choices=Method.choices)
    has_second_factor = models.BooleanField("已用第二因素", default=False)
    device = models.CharField("设备", max_length=40, blank=True)
    at = models.DateTimeField("时间", default=timezone.now)

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "登录记录"
        indexes = [models.Index(fields=["user", "-id"], name="sign_in_newest")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d %H:%M}"
