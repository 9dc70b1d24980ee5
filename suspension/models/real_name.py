"""实名审核: who somebody says to be, when the register could not say it, with photos of the ID until it is decided."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from insured.models import PoolingArea, StaffAssignment
from portal.accounts.models import User
from portal.crypto import EncryptedTextField
from suspension import labels


class RealNameReviewQuerySet(models.QuerySet["RealNameReview"]):
    def visible_to(self, user: User) -> Self:
        """In the hall: one's own."""
        return self.filter(applicant=user)

    def in_charge_of(self, user: User) -> Self:
        """At the desk: those sent to the staff member's pooling areas."""
        return self.filter(area__in=StaffAssignment.objects.areas_of(user))

    def waiting(self) -> Self:
        """Not decided."""
        return self.filter(state=RealNameReview.WAITING)


class RealNameReview(models.Model):
    """`front` and `back` name the folders of the photos, which are removed when it is decided."""

    WAITING, APPROVED, REJECTED = "waiting", "approved", "rejected"

    number = models.CharField("审核编号", max_length=20, unique=True)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="账号", related_name="real_name_reviews"
    )
    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="参保地")
    name = models.CharField("姓名", max_length=50)
    id_number = EncryptedTextField("身份证号")
    front = models.CharField("人像面", max_length=32)
    back = models.CharField("国徽面", max_length=32)
    said = models.CharField("自动核对结果", max_length=12, choices=list(labels.REGISTER_SAID.items()))
    state = models.CharField("状态", max_length=8, choices=list(labels.REAL_NAME_STATES.items()), default=WAITING)
    sent_at = models.DateTimeField("提交时间")
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name="审核人",
        related_name="+",
    )
    note = models.CharField("不通过的原因", max_length=200, blank=True)

    objects = RealNameReviewQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "实名审核"
        constraints = [
            models.UniqueConstraint(
                fields=["applicant"],
                condition=Q(state="waiting"),
                name="one_waiting_real_name",
                violation_error_message="已经有一件实名审核正在办理。",
            ),
            models.CheckConstraint(condition=Q(state__in=list(labels.REAL_NAME_STATES)), name="real_name_state_known"),
            models.CheckConstraint(condition=Q(said__in=list(labels.REGISTER_SAID)), name="real_name_said_known"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True, decided_by__isnull=True)
                | Q(~Q(state="waiting"), decided_at__isnull=False, decided_by__isnull=False),
                name="real_name_decided_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(state="rejected", note=""), name="real_name_rejected_with_reason"),
        ]
        indexes = [models.Index(fields=["area", "id"], condition=Q(state="waiting"), name="real_name_waiting")]

    def __str__(self) -> str:
        return self.number
