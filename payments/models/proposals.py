"""财务复核事项: what one person of finance proposes and another one decides."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from insured.models import Employer, InsuredPerson, PoolingArea, StaffAssignment
from insured.policy.roles import Right
from payments import labels
from payments.models.doubts import OrderDoubt
from portal.accounts.models import User


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def in_charge_of(self, user: User) -> Self:
        """At the desk: of the areas where one looks after money, or supervises who does."""
        areas = StaffAssignment.objects.areas_with
        return self.filter(Q(area__in=areas(user, Right.MONEY)) | Q(area__in=areas(user, Right.SUPERVISE)))

    def waiting(self) -> Self:
        """A second person has to decide."""
        return self.filter(state=Proposal.SUBMITTED)


class Proposal(models.Model):
    """One act that needs two people. `values` is what the second one sees and what is then done, amounts in fen.

    `subject` names what it is about: there is one waiting proposal for it at a time.
    """

    SUBMITTED, APPROVED, RETURNED = "submitted", "approved", "returned"

    number = models.CharField("事项编号", max_length=32, unique=True)
    kind = models.CharField("事项", max_length=16, choices=list(labels.PROPOSAL_KINDS.items()))
    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="统筹区")
    subject = models.CharField("对象", max_length=80)
    doubt = models.ForeignKey(
        OrderDoubt, on_delete=models.PROTECT, null=True, verbose_name="存疑订单", related_name="proposals"
    )
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, null=True, verbose_name="参保单位", related_name="+"
    )
    person = models.ForeignKey(
        InsuredPerson, on_delete=models.PROTECT, null=True, verbose_name="参保人", related_name="+"
    )
    values = models.JSONField("内容", default=dict)
    reason = models.CharField("理由和依据", max_length=200)
    state = models.CharField("状态", max_length=12, choices=list(labels.PROPOSAL_STATES.items()), default=SUBMITTED)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="提交人", related_name="+"
    )
    made_at = models.DateTimeField("提交时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="复核人", related_name="+"
    )
    decided_at = models.DateTimeField("复核时间", null=True)
    decision_text = models.CharField("复核意见", max_length=200, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "财务复核事项"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(labels.PROPOSAL_KINDS)), name="proposal_kind_known"),
            models.CheckConstraint(condition=Q(state__in=list(labels.PROPOSAL_STATES)), name="proposal_state_known"),
            models.CheckConstraint(
                condition=Q(state="submitted", decided_by__isnull=True, decided_at__isnull=True)
                | Q(state__in=["approved", "returned"], decided_by__isnull=False, decided_at__isnull=False),
                name="proposal_decided_at_and_by",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("made_by")) | Q(state="returned"),
                name="proposal_needs_two_persons",
                violation_error_message="提交人不能复核自己提交的事项。",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(state="submitted"), name="one_proposal_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["area", "state", "-id"], name="proposal_by_state")]

    def __str__(self) -> str:
        return self.number
