"""The in-hall message and the outbox: what is to be sent is a row, written with the change it tells of."""

import secrets
from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portal.crypto import EncryptedTextField
from portal.notifications import labels


def public_id() -> str:
    """An address nobody can guess: 128 bits."""
    return secrets.token_hex(16)


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """A message is read by its recipient only."""
        return self.filter(recipient=user)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Message(models.Model):
    """A message in the hall, exactly once per (event, recipient): it is written in the event's own transaction."""

    public_id = models.CharField("编号", max_length=32, unique=True, default=public_id)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="收件人", related_name="hall_messages"
    )
    dedupe_key = models.CharField("去重键", max_length=120, unique=True)
    title = models.CharField("标题", max_length=100)
    body = models.TextField("正文")
    subject_number = models.CharField("业务编号", max_length=60, blank=True)
    url_name = models.CharField("页面", max_length=64, blank=True)
    request_id = models.CharField("请求编号", max_length=64, blank=True)
    created_at = models.DateTimeField("时间", auto_now_add=True)
    read_at = models.DateTimeField("已读时间", null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "站内消息"
        indexes = [models.Index(fields=["recipient", "-id"], name="message_inbox")]

    def __str__(self) -> str:
        return self.title


class DeliveryState(models.TextChoices):
    QUEUED = "queued", "待发送"
    SENDING = "sending", "发送中"
    UNKNOWN = "unknown", "结果未知"
    ACCEPTED = "accepted", "已受理"
    DELIVERED = "delivered", "已送达"
    FAILED = "failed", "永久失败"
    DEAD = "dead", "多次失败，已停止"
    CANCELLED = "cancelled", "已取消"


OPEN_DELIVERY_STATES = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNKNOWN)
UNDELIVERED_STATES = (DeliveryState.UNKNOWN, DeliveryState.FAILED, DeliveryState.DEAD)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self) -> Self:
        """Rows a worker may take by the database's clock: waiting and due, or left behind when a lease ran out."""
        return self.filter(
            Q(state__in=[DeliveryState.QUEUED, DeliveryState.UNKNOWN])
            | Q(state=DeliveryState.SENDING, lease_until__lt=Now()),
            state__in=OPEN_DELIVERY_STATES,
            next_at__lte=Now(),
        )

    def unsent(self) -> Self:
        """Not yet at an end, due or not."""
        return self.filter(state__in=OPEN_DELIVERY_STATES)

    def undelivered(self) -> Self:
        """What staff should look at: doubtful, refused or given up, and not sent again since."""
        return self.filter(state__in=UNDELIVERED_STATES, resent__isnull=True)


class Delivery(models.Model):
    """One SMS or e-mail to one recipient, from queued to a final state.

    `attempts` is the fencing token: a worker completes only the attempt it claimed. `params` hold references and
    public values, never a name, a phone or a resident ID; the address is encrypted. So is a one-time code, which goes
    when the delivery has come to an end, and which nobody sends again.
    """

    class Channel(models.TextChoices):
        SMS = "sms", "短信"
        EMAIL = "email", "电子邮件"

    class Rank(models.IntegerChoices):
        """What goes first: somebody waits for a code in front of the page; a mass reminder can wait for everything."""

        CODE = 0, "验证码"
        NEWS = 1, "通知"
        BULK = 2, "批量提醒"

    dedupe_key = models.CharField("去重键", max_length=120, unique=True)
    channel = models.CharField("渠道", max_length=8, choices=Channel.choices)
    address = EncryptedTextField("接收地址")
    template = models.CharField("模板", max_length=64)
    params = models.JSONField("参数", default=dict)
    code = EncryptedTextField("验证码", null=True)
    can_be_resent = models.BooleanField("可重新发送", default=True)
    subject_number = models.CharField("业务编号", max_length=32, blank=True)
    area_code = models.CharField("统筹区", max_length=6, blank=True)
    state = models.CharField("状态", max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    rank = models.PositiveSmallIntegerField("先后", choices=Rank, default=Rank.NEWS)
    attempts = models.PositiveIntegerField("尝试次数", default=0)
    next_at = models.DateTimeField("下次时间")
    lease_until = models.DateTimeField("占用至", null=True)
    deadline_at = models.DateTimeField("截止时间")
    provider_ref = models.CharField("平台编号", max_length=64, blank=True)
    last_error = models.CharField("最近错误", max_length=200, blank=True)
    is_possible_duplicate = models.BooleanField("可能重复", default=False)
    resend_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, verbose_name="重发自", related_name="resent"
    )
    request_id = models.CharField("请求编号", max_length=64, blank=True)
    created_at = models.DateTimeField("时间", auto_now_add=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "短信与邮件"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_known"),
            models.CheckConstraint(condition=Q(channel__in=["sms", "email"]), name="delivery_channel_known"),
        ]
        indexes = [
            models.Index(
                fields=["channel", "rank", "next_at"],
                name="delivery_open",
                condition=Q(state__in=["queued", "sending", "unknown"]),
            ),
            models.Index(
                fields=["area_code", "-id"],
                name="delivery_undelivered",
                condition=Q(state__in=["unknown", "failed", "dead"]),
            ),
            models.Index(fields=["subject_number"], name="delivery_subject"),
        ]

    def __str__(self) -> str:
        return self.dedupe_key


class DeliveryAttempt(models.Model):
    """What one try came to. Append-only by trigger."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, verbose_name="短信或邮件", related_name="tries")
    no = models.PositiveIntegerField("第几次")
    outcome = models.CharField("结果", max_length=16)
    detail = models.CharField("说明", max_length=200, blank=True)
    latency_ms = models.PositiveIntegerField("耗时（毫秒）")
    ended_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "发送记录"


class ReminderRefusal(models.Model):
    """提醒设置: this kind of reminder is not wanted on this channel. News of one's own cases cannot be refused."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, verbose_name="账号", related_name="reminder_refusals"
    )
    kind = models.CharField("提醒", max_length=16, choices=list(labels.REMINDERS.items()))
    channel = models.CharField("渠道", max_length=8, choices=Delivery.Channel.choices)
    created_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "不接收的提醒"
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "channel"], name="refusal_once"),
            models.CheckConstraint(
                condition=Q(kind__in=list(labels.REMINDERS), channel__in=["sms", "email"]), name="refusal_known"
            ),
        ]
