"""认定缴费年限: months that count for somebody although nothing was paid for them in this hall."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from insured import labels
from insured.models.areas import PoolingArea, StaffAssignment
from insured.models.people import InsuredPerson
from insured.policy.dates import Length, Month, MonthSpan
from insured.policy.years import DEEMED, TRANSFER, Credit
from portal.accounts.models import User


class CreditedMonthsQuerySet(models.QuerySet["CreditedMonths"]):
    def visible_to(self, user: User) -> Self:
        """In the hall: one's own."""
        return self.filter(person__user=user)

    def in_charge_of(self, user: User) -> Self:
        """At the desk: those of the staff member's pooling areas."""
        return self.filter(area__in=StaffAssignment.objects.areas_of(user))

    def standing(self) -> Self:
        """Not taken back."""
        return self.filter(takes_back__isnull=True, taken_back_by__isnull=True)


class CreditedMonths(models.Model):
    """One span of months, transferred in (转入) or recognised without a payment (视同). Append-only by trigger.

    `reference` is the number of the transfer or of the proposal behind it: the same span comes in once. A mistake is
    taken back by another row, which `takes_back` it.
    """

    person = models.ForeignKey(
        InsuredPerson, on_delete=models.PROTECT, verbose_name="参保人", related_name="credited_months"
    )
    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="计入的统筹区")
    source = models.CharField("来源", max_length=8, choices=list(labels.CREDIT_SOURCES.items()))
    scheme = models.CharField("险种", max_length=3, choices=list(labels.SCHEMES.items()))
    first_month = models.DateField("从哪月起（月首日）")
    last_month = models.DateField("到哪月止（月首日）")
    place = models.CharField("原参保地", max_length=100, blank=True)
    basis = models.CharField("依据", max_length=100)
    reference = models.CharField("受理编号或事项编号", max_length=32)
    takes_back = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, verbose_name="撤销的记录", related_name="taken_back_by"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="登记人", related_name="+"
    )
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="复核人", related_name="+"
    )
    recorded_at = models.DateTimeField("登记时间")

    objects = CreditedMonthsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "认定缴费年限"
        constraints = [
            models.UniqueConstraint(fields=["reference", "first_month"], name="credited_once"),
            models.CheckConstraint(condition=Q(source__in=list(labels.CREDIT_SOURCES)), name="credit_source_known"),
            models.CheckConstraint(
                condition=Q(last_month__gte=F("first_month")),
                name="credit_months_in_order",
            ),
            models.CheckConstraint(
                condition=Q(source=TRANSFER) | (Q(agreed_by__isnull=False) & ~Q(agreed_by=F("recorded_by"))),
                name="deemed_months_need_two_persons",
                violation_error_message="视同缴费年限要由两个人经手。",
            ),
        ]
        indexes = [models.Index(fields=["area", "source", "-id"], name="credits_of_an_area")]

    @property
    def first(self) -> Month:
        """The first month."""
        return Month.of(self.first_month)

    @property
    def last(self) -> Month:
        """The last month."""
        return Month.of(self.last_month)

    @property
    def span(self) -> MonthSpan:
        """The months, to be read."""
        return MonthSpan(self.first, self.last)

    @property
    def length(self) -> Length:
        """How many months it is."""
        return Length(self.last.months_after(self.first) + 1)

    @property
    def is_deemed(self) -> bool:
        """视同, not paid anywhere."""
        return self.source == DEEMED

    def as_credit(self) -> Credit:
        """The same for the policy functions."""
        return Credit(source=self.source, scheme=self.scheme, first=self.first, last=self.last)
