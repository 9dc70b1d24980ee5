"""What a unit declared and was in force at once."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from insured import labels
from insured.models.areas import StaffAssignment
from insured.models.coverage import Enrollment
from insured.models.people import Employer, InsuredPerson
from portal.accounts.models import User


class UnitDeclarationQuerySet(models.QuerySet["UnitDeclaration"]):
    def visible_to(self, user: User) -> Self:
        """In the hall: those of the units whose agent this user is today."""
        return self.filter(employer__in=Employer.objects.visible_to(user))

    def in_charge_of(self, user: User) -> Self:
        """At the desk: those of the staff member's pooling areas."""
        return self.filter(employer__area__in=StaffAssignment.objects.areas_of(user))


class UnitDeclaration(models.Model):
    """单位申报: one person whom a unit added, by which agent and when. Append-only by trigger."""

    number = models.CharField("受理编号", max_length=24, unique=True)
    kind = models.CharField("申报类型", max_length=12, choices=list(labels.DECLARATION_KINDS.items()))
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, verbose_name="参保单位", related_name="declarations"
    )
    person = models.ForeignKey(InsuredPerson, on_delete=models.PROTECT, verbose_name="参保人", related_name="+")
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, verbose_name="参保关系", related_name="+")
    month = models.DateField("参保年月（月首日）")
    wage_fen = models.BigIntegerField("月工资（分）")
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="经办人", related_name="+"
    )
    filed_at = models.DateTimeField("申报时间")

    objects = UnitDeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位申报"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(labels.DECLARATION_KINDS)), name="declaration_kind_known"),
            models.CheckConstraint(condition=Q(wage_fen__gt=0), name="declared_wage_positive"),
        ]
        indexes = [models.Index(fields=["employer", "-id"], name="declaration_newest")]

    def __str__(self) -> str:
        return self.number
