"""What a year or a month costs in an area, and whose contribution is paid by medical aid."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from insured.labels import SCHEMES
from insured.models import InsuredPerson, PoolingArea, StaffAssignment
from insured.models.areas import ValidityQuerySet
from payments.policy.funding import Funding, aid
from portal.accounts.models import User
from portal.money import share


class ContributionStandard(models.Model):
    """缴费标准 of one area, scheme and coverage year; a year without a row has no standard yet."""

    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="统筹区")
    scheme = models.CharField("险种", max_length=3, choices=list(SCHEMES.items()))
    coverage_year = models.PositiveSmallIntegerField("参保年度")
    personal_fen = models.BigIntegerField("个人缴费（分）")
    fiscal_fen = models.BigIntegerField("财政补助（分）")
    source = models.CharField("依据", max_length=200)
    is_provisional = models.BooleanField("演示暂定", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "缴费标准"
        constraints = [
            models.UniqueConstraint(fields=["area", "scheme", "coverage_year"], name="one_standard_per_year"),
            models.CheckConstraint(condition=Q(personal_fen__gte=0, fiscal_fen__gte=0), name="standard_not_negative"),
        ]

    @property
    def total_fen(self) -> int:
        """What is raised for one person in the year."""
        return self.personal_fen + self.fiscal_fen


class EmployeeStandard(models.Model):
    """职工医保 bases and rates of an area from a day on; the flexible base is a share of the floor."""

    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="统筹区")
    starts_on = models.DateField("执行开始日")
    ends_on = models.DateField("执行截止日", null=True, blank=True)
    floor_fen = models.BigIntegerField("缴费基数下限（分）")
    cap_fen = models.BigIntegerField("缴费基数上限（分）")
    unit_rate = models.DecimalField("单位费率", max_digits=8, decimal_places=6)
    personal_rate = models.DecimalField("个人费率", max_digits=8, decimal_places=6)
    flexible_rate = models.DecimalField("灵活就业费率", max_digits=8, decimal_places=6)
    flexible_base_share = models.DecimalField(
        "灵活就业基数占下限的比例", max_digits=6, decimal_places=4, default=Decimal(1)
    )
    extra_unit_fen = models.BigIntegerField("大额补助单位部分（分/人/月）", default=0)
    extra_personal_fen = models.BigIntegerField("大额补助个人部分（分/人/月）", default=0)
    late_fee_rate = models.DecimalField("滞纳金日费率", max_digits=8, decimal_places=6, default=Decimal("0.0005"))
    is_late_fee_capped = models.BooleanField("滞纳金不超过本金", default=True)
    undeclared_factor = models.DecimalField(
        "未申报按上月的倍数核定", max_digits=4, decimal_places=2, default=Decimal("1.10")
    )
    due_day = models.PositiveSmallIntegerField("每月最迟缴费日", default=25)
    source = models.CharField("依据", max_length=200)

    objects = ValidityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "职工医保缴费标准"
        constraints = [
            models.UniqueConstraint(
                fields=["area", "starts_on"],
                name="one_employee_standard_per_day",
                violation_error_message="这个统筹区在这一天已经有一条标准。",
            ),
            models.CheckConstraint(
                condition=Q(floor_fen__gt=0, cap_fen__gte=F("floor_fen")), name="employee_floor_under_cap"
            ),
            models.CheckConstraint(
                condition=Q(
                    unit_rate__gte=0,
                    unit_rate__lte=1,
                    personal_rate__gte=0,
                    personal_rate__lte=1,
                    flexible_rate__gte=0,
                    flexible_rate__lte=1,
                ),
                name="employee_rates_are_shares",
            ),
            models.CheckConstraint(condition=Q(due_day__gte=1, due_day__lte=28), name="employee_due_day_in_any_month"),
        ]

    @property
    def flexible_base_fen(self) -> int:
        """The base of somebody in flexible employment."""
        return share(self.floor_fen, rate=self.flexible_base_share)


class FundingCategoryQuerySet(models.QuerySet["FundingCategory"]):
    def in_charge_of(self, user: User) -> Self:
        """At the desk: those of the staff member's pooling areas."""
        return self.filter(area__in=StaffAssignment.objects.areas_of(user))

    def for_year(self, year: int) -> Self:
        """Those that count for a coverage year."""
        return self.filter(Q(last_year__isnull=True) | Q(last_year__gte=year), first_year__lte=year)


class FundingCategory(models.Model):
    """资助参保对象 of an area: the aid is stored, never what is left to pay; full funding pays the whole standard."""

    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="统筹区")
    name = models.CharField("类别", max_length=60)
    is_full = models.BooleanField("全额资助", default=False)
    aid_fen = models.BigIntegerField("定额资助（分）", default=0)
    first_year = models.PositiveSmallIntegerField("从哪个年度起")
    last_year = models.PositiveSmallIntegerField("到哪个年度止", null=True, blank=True)
    source = models.CharField("依据", max_length=200)

    objects = FundingCategoryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "资助参保类别"
        constraints = [
            models.UniqueConstraint(
                fields=["area", "name", "first_year"],
                name="one_funding_category_per_year",
                violation_error_message="这个统筹区已经有同名、同年度开始的类别。",
            ),
            models.CheckConstraint(
                condition=Q(is_full=True, aid_fen=0) | Q(is_full=False, aid_fen__gt=0),
                name="funding_full_or_amount",
                violation_error_message="全额资助不填金额；定额资助要填大于0的金额。",
            ),
            models.CheckConstraint(
                condition=Q(last_year__isnull=True) | Q(last_year__gte=F("first_year")), name="funding_years"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def aid_of(self, personal_fen: int) -> int:
        """What is paid for the person of a standard, in fen."""
        return aid(personal_fen, is_full=self.is_full, aid_fen=self.aid_fen)


class FundingRecognitionQuerySet(models.QuerySet["FundingRecognition"]):
    def in_charge_of(self, user: User) -> Self:
        """At the desk: those of the staff member's pooling areas."""
        return self.filter(category__area__in=StaffAssignment.objects.areas_of(user))

    def standing_on(self, day: date) -> Self:
        """Recognised by that day and not ended before it."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day), recognised_on__lte=day)


class FundingRecognition(models.Model):
    """困难身份认定: since when a person belongs to a category, and who recorded it."""

    person = models.ForeignKey(
        InsuredPerson, on_delete=models.PROTECT, verbose_name="参保人", related_name="recognitions"
    )
    category = models.ForeignKey(FundingCategory, on_delete=models.PROTECT, verbose_name="类别")
    recognised_on = models.DateField("认定日期")
    ended_on = models.DateField("终止日期", null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, verbose_name="登记人"
    )
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = FundingRecognitionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "困难身份认定"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "category"],
                condition=Q(ended_on__isnull=True),
                name="one_standing_recognition",
                violation_error_message="这位参保人已经认定为这个类别。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("recognised_on")), name="recognition_dates"
            ),
        ]

    def as_funding(self) -> Funding:
        """As the policy reckons with it; its category is read, too."""
        return Funding(
            category=self.category.name,
            recognised_on=self.recognised_on,
            is_full=self.category.is_full,
            aid_fen=self.category.aid_fen,
            first_year=self.category.first_year,
            last_year=self.category.last_year,
        )
