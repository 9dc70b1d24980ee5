"""分期缴费: which part of a plan a bill belongs to. The bill itself says what is paid, and by when."""

from django.db import models
from django.db.models import F, Q

from payments.models.bills import Bill


class Instalment(models.Model):
    """第几期: a bill of the plan that the application `basis` brought, with the day on which it was due before."""

    basis = models.CharField("依据（受理编号）", max_length=32)
    bill = models.OneToOneField(Bill, on_delete=models.PROTECT, verbose_name="账单", related_name="instalment")
    no = models.PositiveSmallIntegerField("第几期")
    count = models.PositiveSmallIntegerField("共几期")
    due_on = models.DateField("最迟缴费日")
    was_due_on = models.DateField("原最迟缴费日")
    created_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "分期"
        constraints = [
            models.CheckConstraint(condition=Q(no__gte=1, no__lte=F("count")), name="instalment_no_within_count")
        ]
        indexes = [models.Index(fields=["basis", "no"], name="instalment_plan")]

    def __str__(self) -> str:
        return f"{self.basis} {self.no}/{self.count}"
