"""Rules that are not in force yet: drafted by one person, put in force by another from a day on."""

from typing import Self, cast

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from insured import labels
from insured.models.areas import AreaPolicy, PoolingArea, StaffAssignment
from portal.accounts.models import User


class RuleDraftQuerySet(models.QuerySet["RuleDraft"]):
    def in_charge_of(self, user: User) -> Self:
        """At the desk: drafts for the areas one works for, in any role, and those that hold everywhere.

        What is only kept is its drafter's.
        """
        here = Q(area__isnull=True) | Q(area__in=StaffAssignment.objects.posted_in(user))
        return self.filter(here & (~Q(state=RuleDraft.KEPT) | Q(drafted_by=user)))

    def put_in_force(self, policy: AreaPolicy) -> "RuleDraft | None":
        """The draft that these rules came from: an area has one set of rules a day, and only an approval writes it."""
        of_the_day = self.filter(
            kind="area", state=RuleDraft.APPROVED, area=policy.area_id, effective_from=policy.effective_from
        )
        return of_the_day.select_related("drafted_by", "decided_by").first()

    def kept_by(self, user: User) -> Self:
        """One's own that were not handed in yet."""
        return self.filter(drafted_by=user, state=RuleDraft.KEPT)


class RuleDraft(models.Model):
    """A draft of an area's rules (`base` is what it was copied from) or of a holiday, which holds in every area.

    The other kinds are those of settings.DRAFT_KINDS: `before` is what held when they were drafted.
    """

    KEPT, SUBMITTED, APPROVED, RETURNED, WITHDRAWN = "kept", "submitted", "approved", "returned", "withdrawn"
    ENDED = (APPROVED, RETURNED, WITHDRAWN)

    number = models.CharField("草案编号", max_length=32, unique=True)
    kind = models.CharField("种类", max_length=16, choices=list(labels.DRAFT_KINDS.items()))
    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, null=True, verbose_name="统筹区")
    base = models.ForeignKey(AreaPolicy, on_delete=models.PROTECT, null=True, verbose_name="起草所依据的规则")
    effective_from = models.DateField("生效日期")
    values = models.JSONField("内容")
    before = models.JSONField("起草时的内容", default=dict)
    ground = models.CharField("依据", max_length=200)
    state = models.CharField("状态", max_length=12, choices=list(labels.DRAFT_STATES.items()), default=SUBMITTED)
    version = models.PositiveIntegerField("版本", default=1)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="起草人", related_name="+"
    )
    drafted_at = models.DateTimeField("起草时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="批准人", related_name="+"
    )
    decided_at = models.DateTimeField("批准时间", null=True)
    decision_text = models.CharField("意见", max_length=200, blank=True)

    objects = RuleDraftQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "规则草案"
        constraints = [
            models.CheckConstraint(condition=~Q(decided_by=F("drafted_by")), name="draft_second_person"),
            models.CheckConstraint(condition=Q(state__in=list(labels.DRAFT_STATES)), name="draft_state_known"),
            models.CheckConstraint(
                condition=Q(kind="area", area__isnull=False, base__isnull=False)
                | Q(kind="holiday", area__isnull=True, base__isnull=True)
                | Q(~Q(kind__in=["area", "holiday"]), area__isnull=False, base__isnull=True),
                name="draft_of_an_area_or_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def whose_area(self) -> int:
        """The key of the area, of a kind that is for one: a constraint holds it."""
        return cast(int, self.area_id)
