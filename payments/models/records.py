"""What was paid, one row for each payment and period."""

from typing import Self

from django.db import models
from django.db.models import Q

from insured.labels import SCHEMES
from insured.models import Employer, Enrollment, InsuredPerson, PoolingArea, StaffAssignment
from payments import labels
from portal.accounts.models import User


class ContributionRecordQuerySet(models.QuerySet["ContributionRecord"]):
    def visible_to(self, user: User) -> Self:
        """In the hall: one's own."""
        return self.filter(person__user=user)

    def within_reach_of(self, user: User) -> Self:
        """One's own, and those of relatives who let one act for them today."""
        return self.filter(person__in=InsuredPerson.objects.within_reach_of(user))

    def in_charge_of(self, user: User) -> Self:
        """At the desk: the records of the staff member's pooling areas."""
        return self.filter(area__in=StaffAssignment.objects.areas_of(user))


class ContributionRecord(models.Model):
    """缴费记录: one payment for one period, with its four parts in fen.

    `extra_personal_fen` and `extra_unit_fen` are what of those parts was 补充医疗保险费; money that went back has none.
    """

    number = models.CharField("凭证号", max_length=32, unique=True)
    person = models.ForeignKey(
        InsuredPerson, on_delete=models.PROTECT, verbose_name="参保人", related_name="contributions"
    )
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, verbose_name="参保关系")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, verbose_name="参保单位")
    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="统筹区")
    scheme = models.CharField("险种", max_length=3, choices=list(SCHEMES.items()))
    kind = models.CharField("缴费类型", max_length=3, choices=list(labels.CONTRIBUTION_KINDS.items()), default="10")
    way = models.CharField("缴费方式", max_length=2, choices=list(labels.CONTRIBUTION_WAYS.items()))
    is_received = models.BooleanField("已到账", default=True)
    period_starts_on = models.DateField("费款所属期起（月首日）")
    period_ends_on = models.DateField("费款所属期止（月首日）")
    base_fen = models.BigIntegerField("缴费基数（分）", null=True)
    personal_fen = models.BigIntegerField("个人缴费（分）")
    unit_fen = models.BigIntegerField("单位缴费（分）", default=0)
    fiscal_fen = models.BigIntegerField("财政补助（分）", default=0)
    aid_fen = models.BigIntegerField("医疗救助资助（分）", default=0)
    extra_personal_fen = models.BigIntegerField("个人缴费中的补充医疗保险费（分）", default=0)
    extra_unit_fen = models.BigIntegerField("单位缴费中的补充医疗保险费（分）", default=0)
    paid_on = models.DateField("缴费日期")

    objects = ContributionRecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "缴费记录"
        constraints = [
            models.CheckConstraint(
                condition=Q(period_ends_on__gte=models.F("period_starts_on")), name="contribution_period_order"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(labels.CONTRIBUTION_KINDS)), name="contribution_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(extra_personal_fen=0)
                | Q(extra_personal_fen__gt=0, extra_personal_fen__lte=models.F("personal_fen")),
                name="contribution_extra_personal_within",
            ),
            models.CheckConstraint(
                condition=Q(extra_unit_fen=0) | Q(extra_unit_fen__gt=0, extra_unit_fen__lte=models.F("unit_fen")),
                name="contribution_extra_unit_within",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-period_starts_on", "-id"], name="contribution_history"),
            models.Index(fields=["employer", "-period_starts_on", "-id"], name="contribution_unit"),
        ]

    def __str__(self) -> str:
        return self.number
