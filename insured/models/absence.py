"""When staff are away: their cases are worked on by others."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal.accounts.models import User


class StaffAbsenceQuerySet(models.QuerySet["StaffAbsence"]):
    def covering(self, day: date) -> Self:
        """In force on that day: not ended before its time."""
        return self.filter(starts_on__lte=day, ends_on__gte=day, ended_at__isnull=True)

    def of(self, user: User) -> Self:
        """One's own."""
        return self.filter(user=user)

    def ahead(self, day: date) -> Self:
        """In force on that day or later, and not ended."""
        return self.filter(ends_on__gte=day, ended_at__isnull=True)


class StaffAbsence(models.Model):
    """离岗: a staff member is away from a day to a day; `ended_at` when they came back earlier.

    They say so themselves; where a supervisor did, `marked_by` and `ended_by` name them.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="工作人员", related_name="absences"
    )
    starts_on = models.DateField("离岗第一天")
    ends_on = models.DateField("离岗最后一天")
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="代为登记的主管", related_name="+"
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="代为结束的主管", related_name="+"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    ended_at = models.DateTimeField("提前回岗时间", null=True)

    objects = StaffAbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "离岗"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "starts_on", "ends_on"], condition=Q(ended_at__isnull=True), name="absence_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="absence_dates",
                violation_error_message="离岗的最后一天不能早于第一天。",
            ),
        ]
