"""在线客服: a thread between one resident and one staff member. Written by services only; messages are append-only."""

from collections.abc import Collection
from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from portal.crypto import EncryptedTextField
from portal.help import labels


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """In the hall: one's own."""
        return self.filter(user=user)

    def in_charge_of(self, area_codes: Collection[str]) -> Self:
        """At the desk: those of the areas, and those whose area nobody knows; nothing for who has no area."""
        return self.filter(area_code__in=["", *area_codes]) if area_codes else self.none()

    def unfinished(self) -> Self:
        return self.exclude(state=Consultation.State.CLOSED)

    def waiting(self) -> Self:
        """Somebody waits for an answer."""
        return self.filter(state=Consultation.State.OPEN)


class Consultation(models.Model):
    """One question and what follows. `area_code` is empty when the hall does not know where the person is covered.

    `subject` is what the question is about (受理编号 or the name of a page), a plain text that is never looked up.
    """

    class State(models.TextChoices):
        OPEN = "open", labels.CONSULTATION_STATES["open"]
        ANSWERED = "answered", labels.CONSULTATION_STATES["answered"]
        CLOSED = "closed", labels.CONSULTATION_STATES["closed"]

    number = models.CharField("咨询编号", max_length=20, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="咨询人", related_name="consultations"
    )
    area_code = models.CharField("统筹区", max_length=6, blank=True)
    subject = models.CharField("咨询的业务", max_length=40, blank=True)
    title = models.CharField("标题", max_length=60)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    version = models.PositiveIntegerField("版本", default=1)
    messages_count = models.PositiveIntegerField("消息条数", default=0)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="负责人", related_name="+"
    )
    taken_at = models.DateTimeField("接办时间", null=True)
    identity_verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="身份核实人", related_name="+"
    )
    identity_verified_at = models.DateTimeField("身份核实时间", null=True)
    wants_call = models.BooleanField("请给我回电话", default=False)
    call_phone = EncryptedTextField("回电号码", null=True)
    call_time = models.CharField(
        "方便接听的时间", max_length=10, choices=list(labels.CALL_TIMES.items()), default="any"
    )
    created_at = models.DateTimeField("提出时间", auto_now_add=True)
    changed_at = models.DateTimeField("最近一次变化")
    closed_at = models.DateTimeField("结束时间", null=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "在线咨询"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(labels.CONSULTATION_STATES)), name="consultation_state_known"
            ),
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True, taken_at__isnull=True)
                | Q(taken_by__isnull=False, taken_at__isnull=False),
                name="consultation_taken_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(identity_verified_by__isnull=True, identity_verified_at__isnull=True)
                | Q(identity_verified_by__isnull=False, identity_verified_at__isnull=False),
                name="consultation_verified_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(wants_call=False, call_phone__isnull=True) | Q(wants_call=True, call_phone__isnull=False),
                name="consultation_call_with_phone",
                violation_error_message="需要回电话时请填写号码。",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | Q(~Q(state="closed"), closed_at__isnull=True),
                name="consultation_closed_at",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="consultation_own"),
            models.Index(fields=["area_code", "state", "id"], name="consultation_desk"),
            models.Index(fields=["subject"], name="consultation_subject"),
        ]

    def __str__(self) -> str:
        return self.number


class ConsultationMessage(models.Model):
    """One turn of the thread. Append-only by trigger."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, verbose_name="在线咨询", related_name="messages"
    )
    no = models.PositiveIntegerField("第几条")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="发言人", related_name="+"
    )
    is_from_staff = models.BooleanField("工作人员的回复")
    text = models.TextField("内容")
    request_id = models.CharField("请求编号", max_length=64, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "咨询消息"
        constraints = [models.UniqueConstraint(fields=["consultation", "no"], name="consultation_message_once")]
