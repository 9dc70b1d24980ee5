"""常用语: sentences for a return or a rejection, written by supervisors, chosen at the desk."""

from typing import Self

from django.db import models
from django.db.models import Q

from insured.models import PoolingArea, StaffAssignment
from insured.policy.roles import Right
from portal.accounts.models import User
from suspension import labels

CANNED_LIMIT = 200


class CannedTextQuerySet(models.QuerySet["CannedText"]):
    def in_charge_of(self, user: User) -> Self:
        """At the desk: those of one's own areas, and those that every area shares."""
        return self.filter(Q(area__isnull=True) | Q(area__in=StaffAssignment.objects.areas_with(user, Right.CASES)))

    def for_item(self, item: str) -> Self:
        """Those of this item, and those of every item."""
        return self.filter(Q(item="") | Q(item=item))

    def offered_for(self, *, item: str, area_id: int) -> Self:
        """What may be chosen for a case of this item and area, in the order of the list."""
        here = Q(area__isnull=True) | Q(area=area_id)
        return self.for_item(item).filter(here, is_in_use=True).order_by("action", "position", "id")


class CannedText(models.Model):
    """A sentence as it is: it is put before what the caseworker writes, and is never a template.

    Without an item it is offered for every item, without an area in every area.
    """

    action = models.CharField("用于", max_length=16, choices=list(labels.CANNED_ACTIONS.items()))
    item = models.CharField("事项", max_length=32, blank=True, help_text="不选就用于所有事项。")
    area = models.ForeignKey(
        PoolingArea,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name="统筹区",
        help_text="不选就是各统筹区通用。",
    )
    text = models.CharField("内容", max_length=CANNED_LIMIT, help_text="申请人会看到这段话，请写明要怎么做。")
    position = models.PositiveSmallIntegerField("顺序", default=100)
    is_in_use = models.BooleanField("使用中", default=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = CannedTextQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "常用语"
        constraints = [
            models.CheckConstraint(condition=Q(action__in=list(labels.CANNED_ACTIONS)), name="canned_text_action_known")
        ]

    def __str__(self) -> str:
        return self.text
