"""转移接续: what each of the two areas has to do, by when, and what came of it."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from insured.models import PoolingArea, StaffAssignment
from insured.policy.dates import Month, MonthSpan, months_between
from insured.policy.roles import Right
from portal.accounts.models import User
from suspension import labels
from suspension.models.applications import Application


class TransferLegQuerySet(models.QuerySet["TransferLeg"]):
    def in_charge_of(self, user: User) -> Self:
        """At the desk: the legs that the staff member's pooling areas do or record."""
        return self.filter(area__in=StaffAssignment.objects.areas_with(user, Right.CASES))

    def running(self) -> Self:
        """Not done yet."""
        return self.filter(done_at__isnull=True)

    def overdue(self, day: date) -> Self:
        """Still running after their day."""
        return self.running().filter(due_on__lt=day)


class TransferLeg(models.Model):
    """转出 or 转入 of one approved transfer.

    `area` does it, or records it where `is_outside`: then `place` is an area that is not in this hall. What the leg out
    says of the record stands in `months`, `last_month`, `spans` (pairs of "2025-01") and `balance_fen`.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, verbose_name="办件", related_name="legs")
    kind = models.CharField("步骤", max_length=4, choices=list(labels.LEGS.items()))
    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="办理的统筹区")
    place = models.CharField("办理地", max_length=100)
    is_outside = models.BooleanField("外地办理，由本地登记", default=False)
    starts_on = models.DateField("受理日")
    due_on = models.DateField("最晚办结日")
    scheme = models.CharField("险种", max_length=3, blank=True)
    months = models.PositiveSmallIntegerField("实际缴费月数", null=True)
    last_month = models.DateField("最后缴费月（月首日）", null=True)
    spans = models.JSONField("缴费时段（起止月）", default=list, blank=True)
    balance_fen = models.BigIntegerField("划转的个人账户余额（分）", default=0)
    note = models.CharField("办理说明", max_length=200, blank=True)
    done_at = models.DateTimeField("办结时间", null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="登记人", related_name="+"
    )
    alarmed_at = models.DateTimeField("超期提醒时间", null=True)

    objects = TransferLegQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "转移接续步骤"
        constraints = [
            models.UniqueConstraint(fields=["application", "kind"], name="one_leg_of_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=list(labels.LEGS)), name="leg_kind_known"),
            models.CheckConstraint(condition=Q(due_on__gte=F("starts_on")), name="leg_due_after_start"),
            models.CheckConstraint(condition=Q(balance_fen__gte=0), name="leg_balance_not_negative"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="leg_done_at_and_by",
            ),
        ]
        indexes = [models.Index(fields=["area", "due_on", "id"], name="leg_running", condition=Q(done_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def paid_months(self) -> frozenset[Month]:
        """Every month that the record names."""
        return frozenset(
            month for first, last in self.spans for month in months_between(Month.parse(first), Month.parse(last))
        )

    @property
    def periods(self) -> tuple[MonthSpan, ...]:
        """The spans, to be read."""
        return tuple(MonthSpan(Month.parse(first), Month.parse(last)) for first, last in self.spans)
