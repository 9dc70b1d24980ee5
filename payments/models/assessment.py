"""应缴核定: one run opens the bills of an area and period, in chunks, and says how far it has come."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from insured.models import Employer, Enrollment, PoolingArea, StaffAssignment
from insured.policy.roles import Right
from payments import labels
from portal.accounts.models import User


class AssessmentRunQuerySet(models.QuerySet["AssessmentRun"]):
    def in_charge_of(self, user: User) -> Self:
        """At the desk: those of the areas where one looks after money, or supervises who does."""
        areas = StaffAssignment.objects.areas_with
        return self.filter(Q(area__in=areas(user, Right.MONEY)) | Q(area__in=areas(user, Right.SUPERVISE)))

    def unfinished(self) -> Self:
        """Those with something left to do."""
        return self.filter(finished_at__isnull=True)

    def at_work(self) -> Self:
        """Those that go on by themselves."""
        return self.unfinished().filter(paused_at__isnull=True)


class AssessmentRun(models.Model):
    """One run. `cursor` is the key of the last enrollment or unit that is done; a chunk moves it in its transaction."""

    number = models.CharField("核定批次号", max_length=32, unique=True)
    kind = models.CharField("范围", max_length=16, choices=list(labels.ASSESSMENT_KINDS.items()))
    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="统筹区")
    period_starts_on = models.DateField("费款所属期起（月首日）")
    total = models.PositiveIntegerField("应核定", default=0)
    done = models.PositiveIntegerField("已核定", default=0)
    opened = models.PositiveIntegerField("新开账单", default=0)
    payable_fen = models.BigIntegerField("应缴合计（分）", default=0)
    skipped = models.JSONField("没有开账单的，按原因", default=dict)
    cursor = models.BigIntegerField("做到哪里", default=0)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, verbose_name="发起人"
    )
    started_at = models.DateTimeField("发起时间")
    chunk_at = models.DateTimeField("最近进展", null=True, blank=True)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="暂停人", related_name="+"
    )
    paused_at = models.DateTimeField("暂停时间", null=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    objects = AssessmentRunQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "应缴核定"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "area", "period_starts_on"],
                condition=Q(finished_at__isnull=True),
                name="one_assessment_at_a_time",
                violation_error_message="这个统筹区、这个费款所属期的核定正在进行。",
            ),
            models.CheckConstraint(condition=Q(kind__in=list(labels.ASSESSMENT_KINDS)), name="assessment_kind_known"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="assessment_done_within_total"),
            models.CheckConstraint(
                condition=Q(paused_by__isnull=True, paused_at__isnull=True)
                | Q(paused_by__isnull=False, paused_at__isnull=False, finished_at__isnull=True),
                name="assessment_paused_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class AssessmentSkip(models.Model):
    """Somebody, or a unit, whom a run has opened no bill for, and why; written with the chunk and never changed."""

    run = models.ForeignKey(AssessmentRun, on_delete=models.PROTECT, verbose_name="核定批次", related_name="skips")
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, null=True, blank=True, verbose_name="参保关系", related_name="+"
    )
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, null=True, blank=True, verbose_name="参保单位", related_name="+"
    )
    why = models.CharField("原因", max_length=16, choices=list(labels.ASSESSMENT_SKIPS.items()))

    class Meta:
        verbose_name = verbose_name_plural = "核定中没有开账单的"
        constraints = [
            models.UniqueConstraint(
                fields=["run", "enrollment"], condition=Q(enrollment__isnull=False), name="person_left_out_once"
            ),
            models.UniqueConstraint(
                fields=["run", "employer"], condition=Q(employer__isnull=False), name="unit_left_out_once"
            ),
            models.CheckConstraint(
                condition=Q(enrollment__isnull=False, employer__isnull=True)
                | Q(enrollment__isnull=True, employer__isnull=False),
                name="left_out_is_one",
            ),
            models.CheckConstraint(condition=Q(why__in=list(labels.ASSESSMENT_SKIPS)), name="left_out_why_known"),
        ]
        indexes = [models.Index(fields=["run", "why", "id"], name="left_out_by_reason")]

    def __str__(self) -> str:
        return f"{self.run} {self.why}"
