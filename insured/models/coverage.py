"""Enrollments and the days they cover."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from insured import labels
from insured.models.areas import PoolingArea, StaffAssignment
from insured.models.people import Employer, InsuredPerson
from portal.accounts.models import User

BASIC_SCHEMES = ("310", "390")


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    def visible_to(self, user: User) -> Self:
        """In the hall: one's own."""
        return self.filter(person__user=user)

    def in_charge_of(self, user: User) -> Self:
        """At the desk: the enrollments of the staff member's pooling areas."""
        return self.filter(area__in=StaffAssignment.objects.areas_of(user))

    def active(self) -> Self:
        """正常参保."""
        return self.filter(status=Enrollment.ACTIVE)


class Enrollment(models.Model):
    """参保关系 of one person in one scheme and pooling area; the status uses the national codes."""

    NONE, ACTIVE, PAUSED, ENDED = "0", "1", "2", "4"

    person = models.ForeignKey(
        InsuredPerson, on_delete=models.PROTECT, verbose_name="参保人", related_name="enrollments"
    )
    scheme = models.CharField("险种", max_length=3, choices=list(labels.SCHEMES.items()))
    is_basic = models.BooleanField("基本医保")
    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="统筹区")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, verbose_name="参保单位")
    category = models.CharField("人员类别", max_length=4, choices=list(labels.PERSON_CATEGORIES.items()))
    status = models.CharField("参保状态", max_length=1, choices=list(labels.ENROLLMENT_STATUS.items()))
    joined_on = models.DateField("本次参保日期")
    first_joined_on = models.DateField("首次参保日期")
    paused_on = models.DateField("暂停参保日期", null=True, blank=True)
    last_paid_month = models.DateField("已缴至（月首日）", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参保关系"
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(status="1", is_basic=True),
                name="one_active_basic_scheme",
                violation_error_message="同一时间只能参加一种基本医疗保险。",
            ),
            models.UniqueConstraint(
                fields=["person", "scheme", "area"],
                condition=Q(status="0"),
                name="one_beginning",
                violation_error_message="这个险种已经有一份未生效的参保登记。",
            ),
            models.CheckConstraint(
                condition=Q(is_basic=True, scheme__in=BASIC_SCHEMES)
                | (Q(is_basic=False) & ~Q(scheme__in=BASIC_SCHEMES)),
                name="basic_scheme_flag",
            ),
            models.CheckConstraint(
                condition=Q(status__in=list(labels.ENROLLMENT_STATUS)), name="enrollment_status_known"
            ),
            models.CheckConstraint(condition=Q(scheme__in=list(labels.SCHEMES)), name="enrollment_scheme_known"),
            models.CheckConstraint(
                condition=Q(status__in=["2", "4"]) | Q(paused_on__isnull=True), name="paused_on_only_when_stopped"
            ),
        ]
        indexes = [
            models.Index(fields=["area", "status"], name="enrollment_area_status"),
            models.Index(
                fields=["last_paid_month", "id"],
                condition=Q(is_basic=True, status__in=["2", "4"]),
                name="enrollment_stopped_paid",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.pk}"

    @property
    def is_flexible(self) -> bool:
        """灵活就业: pays 职工医保 on one's own account."""
        return self.category in labels.FLEXIBLE_CATEGORIES

    @property
    def is_through_unit(self) -> bool:
        """Stopped and resumed by the employer only."""
        return self.scheme == "310" and not self.is_flexible


class CoveragePeriodQuerySet(models.QuerySet["CoveragePeriod"]):
    def visible_to(self, user: User) -> Self:
        """In the hall: one's own."""
        return self.filter(person__user=user)

    def counting(self) -> Self:
        """Periods that were not cancelled before they began."""
        return self.filter(cancelled_at__isnull=True)

    def covering(self, day: date) -> Self:
        """Periods that cover this day."""
        return self.counting().filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class CoveragePeriod(models.Model):
    """参保时段, closed: [first covered day, last covered day]; no two of a person's basic schemes overlap."""

    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, verbose_name="参保关系", related_name="periods"
    )
    person = models.ForeignKey(InsuredPerson, on_delete=models.PROTECT, verbose_name="参保人", related_name="periods")
    is_basic = models.BooleanField("基本医保")
    starts_on = models.DateField("待遇开始日")
    ends_on = models.DateField("待遇截止日", null=True, blank=True)
    opened_by = models.CharField("开始依据", max_length=32, blank=True)
    closed_by = models.CharField("截止依据", max_length=32, blank=True)
    cancelled_at = models.DateTimeField("取消时间", null=True, blank=True)

    objects = CoveragePeriodQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参保时段"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="period_not_empty"
            )
        ]
        indexes = [models.Index(fields=["person", "starts_on"], name="period_person")]
