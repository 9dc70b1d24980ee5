"""应缴账单: what a person owes for a period, or a unit for a month, and the lines that explain the amount."""

from collections.abc import Mapping
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from insured.labels import SCHEMES
from insured.models import Employer, Enrollment, InsuredPerson, PoolingArea, StaffAssignment
from payments import labels
from payments.policy.amounts import EXTRA
from portal.accounts.models import User
from portal.errors import Reason


class BillQuerySet(models.QuerySet["Bill"]):
    def visible_to(self, user: User) -> Self:
        """In the hall: one's own, and those of relatives who let one act for them today."""
        return self.filter(person__in=InsuredPerson.objects.within_reach_of(user))

    def in_charge_of(self, user: User) -> Self:
        """At the desk: the bills of the staff member's pooling areas."""
        return self.filter(area__in=StaffAssignment.objects.areas_of(user))

    def payable(self) -> Self:
        """Something is left to pay."""
        return self.filter(status__in=[Bill.OPEN, Bill.PART_PAID])

    def untouched(self) -> Self:
        """Nothing was paid, and neither an order nor money that waits for the second person may pay it: take it back.

        Money that waits to be given back has no bill.
        """
        return self.filter(status=Bill.OPEN, paid_fen=0).unwaited()

    def unwaited(self) -> Self:
        """Neither an order nor money that waits for the second person may pay it."""
        free = self.exclude(order_lines__is_live=True)
        return free.exclude(offline_payments__state__in=["entered", "matching"])

    def late_parts(self, day: date) -> Self:
        """Of applications: paid in part only when their day had passed. The rest cannot be paid any more."""
        return self.filter(status=Bill.PART_PAID, due_on__lt=day, person__isnull=False).exclude(basis="")

    def parts_gone_back(self) -> Self:
        """Paid in part, and all of that was given back."""
        return self.filter(status=Bill.REFUNDED, paid_fen__lt=F("payable_fen"))

    def overdue(self, day: date) -> Self:
        """Payable, and the deadline has passed."""
        return self.payable().filter(due_on__lt=day)


class Bill(models.Model):
    """One amount to pay, in fen. `payable_fen` is personal + unit + late fee; fiscal and aid come from elsewhere.

    `basis` names the application (受理编号) that a bill belongs to. A period has at most one bill that counts.
    The days of benefits are written when it is paid; without a last day they go on month by month.
    """

    OPEN, PART_PAID, PAID, REFUNDED, VOID = "open", "part_paid", "paid", "refunded", "void"

    number = models.CharField("账单号", max_length=32, unique=True)
    person = models.ForeignKey(
        InsuredPerson, on_delete=models.PROTECT, null=True, blank=True, verbose_name="参保人", related_name="bills"
    )
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, null=True, blank=True, verbose_name="参保关系", related_name="bills"
    )
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, null=True, blank=True, verbose_name="参保单位", related_name="bills"
    )
    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="统筹区")
    scheme = models.CharField("险种", max_length=3, choices=list(SCHEMES.items()))
    kind = models.CharField("缴费类型", max_length=3, choices=list(labels.CONTRIBUTION_KINDS.items()), default="10")
    period_starts_on = models.DateField("费款所属期起（月首日）")
    period_ends_on = models.DateField("费款所属期止（月首日）")
    base_fen = models.BigIntegerField("缴费基数（分）", null=True, blank=True)
    personal_fen = models.BigIntegerField("个人缴费（分）", default=0)
    unit_fen = models.BigIntegerField("单位缴费（分）", default=0)
    fiscal_fen = models.BigIntegerField("财政补助（分）", default=0)
    aid_fen = models.BigIntegerField("医疗救助资助（分）", default=0)
    late_fee_fen = models.BigIntegerField("滞纳金（分）", default=0)
    payable_fen = models.BigIntegerField("应缴合计（分）")
    paid_fen = models.BigIntegerField("已缴（分）", default=0)
    refunded_fen = models.BigIntegerField("已退或在退（分）", default=0)
    due_on = models.DateField("最迟缴费日")
    status = models.CharField("状态", max_length=12, choices=list(labels.BILL_STATUS.items()), default=OPEN)
    arrears_cause = models.CharField(
        "欠费原因", max_length=16, choices=list(labels.ARREARS_CAUSES.items()), blank=True, default=""
    )
    basis = models.CharField("依据", max_length=32, blank=True, default="")
    repair_years = models.PositiveSmallIntegerField("补缴断保年度数", default=0)
    benefit_starts_on = models.DateField("待遇开始日", null=True, blank=True)
    benefit_ends_on = models.DateField("待遇截止日", null=True, blank=True)
    created_at = models.DateTimeField("生成时间", auto_now_add=True)
    paid_at = models.DateTimeField("缴清时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = BillQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "应缴账单"
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "kind", "period_starts_on", "period_ends_on"],
                condition=~Q(status__in=["void", "refunded"]) & Q(enrollment__isnull=False),
                name="one_bill_per_person_period",
            ),
            models.UniqueConstraint(
                fields=["employer", "scheme", "kind", "period_starts_on"],
                condition=~Q(status="void") & Q(enrollment__isnull=True),
                name="one_bill_per_unit_month",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, enrollment__isnull=False)
                | Q(person__isnull=True, enrollment__isnull=True, employer__isnull=False),
                name="bill_of_person_or_unit",
            ),
            models.CheckConstraint(
                condition=Q(
                    personal_fen__gte=0, unit_fen__gte=0, fiscal_fen__gte=0, aid_fen__gte=0, late_fee_fen__gte=0
                ),
                name="bill_parts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(payable_fen=F("personal_fen") + F("unit_fen") + F("late_fee_fen")),
                name="bill_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(paid_fen__gte=0, paid_fen__lte=F("payable_fen")), name="bill_not_overpaid"
            ),
            models.CheckConstraint(
                condition=Q(refunded_fen__gte=0, refunded_fen__lte=F("paid_fen")),
                name="bill_not_over_refunded",
                violation_error_message="退款合计不能超过付过的金额。",
            ),
            models.CheckConstraint(condition=Q(status__in=list(labels.BILL_STATUS)), name="bill_status_known"),
            models.CheckConstraint(condition=Q(period_ends_on__gte=F("period_starts_on")), name="bill_period_order"),
        ]
        indexes = [
            models.Index(fields=["person", "status"], name="bill_person_status"),
            models.Index(fields=["area", "status", "due_on"], name="bill_area_due"),
            models.Index(
                fields=["area", "due_on", "person"],
                condition=Q(status__in=["open", "part_paid"], person__isnull=False),
                name="bill_due_person",
            ),
            models.Index(fields=["basis"], condition=~Q(basis=""), name="bill_basis"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def period(self) -> str:
        """费款所属期 in words."""
        return labels.period_text(first=self.period_starts_on, last=self.period_ends_on)

    @property
    def left_fen(self) -> int:
        """What is still to be paid."""
        return self.payable_fen - self.paid_fen


class BillLine(models.Model):
    """账单明细: one part of a bill with its formula as a reason code, so that the page can say why."""

    bill = models.ForeignKey(Bill, on_delete=models.CASCADE, verbose_name="账单", related_name="lines")
    position = models.PositiveSmallIntegerField("顺序")
    person = models.ForeignKey(InsuredPerson, on_delete=models.PROTECT, null=True, blank=True, verbose_name="参保人")
    part = models.CharField("项目", max_length=12, choices=list(labels.BILL_PARTS.items()))
    base_fen = models.BigIntegerField("缴费基数（分）", null=True, blank=True)
    rate = models.DecimalField("费率", max_digits=8, decimal_places=6, null=True, blank=True)
    amount_fen = models.BigIntegerField("金额（分）")
    reason_code = models.CharField("计算依据代码", max_length=60)
    reason_params = models.JSONField("计算依据参数", default=dict)
    reason_source = models.CharField("来源", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "账单明细"
        constraints = [models.UniqueConstraint(fields=["bill", "position"], name="bill_line_order")]

    @property
    def item(self) -> str:
        """What the line is for: the basic or the additional contribution, or what its part says."""
        if self.reason_code == EXTRA:
            return labels.EXTRA_ITEM
        return labels.BASIC_ITEM if self.part in {"personal", "unit"} else self.get_part_display()

    @property
    def reason(self) -> Reason:
        """The formula again, as it was when the bill was opened."""
        return Reason(self.reason_code, read_params(self.reason_params), self.reason_source)


def stored_params(reason: Reason) -> dict[str, object]:
    """Parameters as JSON keeps them: whole numbers as they are, everything else as its text."""
    return {key: value if isinstance(value, int) else str(value) for key, value in reason.params.items()}


def read_params(stored: Mapping[str, object]) -> dict[str, object]:
    """The same parameters again; names that end in _on are days."""
    return {
        key: date.fromisoformat(value) if key.endswith("_on") and isinstance(value, str) else value
        for key, value in stored.items()
    }
