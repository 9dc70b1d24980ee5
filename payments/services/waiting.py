"""What waits for people of finance and for who supervises them: the numbers on the first page of the desk."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from insured.models import StaffAssignment
from insured.policy.roles import Right
from payments.models import Difference, OfflinePayment, OrderDoubt, Proposal, Refund
from payments.policy.refunds import STUCK
from portal.accounts.models import User
from portal.paging import COUNTED_ROWS, CountOf

WAITING_REFUNDS = (Refund.ASKED, Refund.MADE, Refund.PAYOUT)
"""Refunds that wait for somebody of finance."""


@dataclass(frozen=True, slots=True)
class FinanceCount:
    """How much waits in one of the lists, counted to a thousand; `is_late` stands for what must not wait."""

    name: str
    address: str
    count: int
    is_late: bool = False

    @property
    def shown(self) -> str:
        return f"{COUNTED_ROWS}+" if self.count >= COUNTED_ROWS else str(self.count)


def finance_counts(user: User) -> tuple[FinanceCount, ...]:
    """What waits for people in the areas where one looks after money, in one statement beside the posts."""
    receipts, refunds = OfflinePayment.objects.in_charge_of(user), Refund.objects.in_charge_of(user)
    lists: list[tuple[str, str, QuerySet[Any], bool]] = [
        ("收款待复核", "offlinepayment_changelist", receipts.waiting(), False),
        ("暂收待查", "offlinepayment_changelist", receipts.in_suspense(), True),
        ("事项待复核", "proposal_changelist", Proposal.objects.in_charge_of(user).waiting(), False),
        ("存疑订单", "proposal_changelist", OrderDoubt.objects.in_charge_of(user).open(), True),
        ("退款待办理", "refund_changelist", refunds.filter(state__in=WAITING_REFUNDS), False),
        ("退款没有办成", "refund_changelist", refunds.filter(state__in=STUCK, replaced_by__isnull=True), True),
    ]
    if StaffAssignment.objects.areas_with(user, Right.SETTLE).exists():
        differences = Difference.objects.in_charge_of(user).open()
        lists.append(("对账差异", "billfile_changelist", differences, True))
    counted = [CountOf(rows.order_by().values("pk")[:COUNTED_ROWS]) for _, _, rows, _ in lists]
    found = User.objects.filter(pk=user.pk).values_list(*counted).get()
    tabs = {"暂收待查": "?tab=suspense", "退款没有办成": "?tab=stuck", "存疑订单": "#doubts"}
    return tuple(
        FinanceCount(name, reverse(f"admin:payments_{page}") + tabs.get(name, ""), count, must_not_wait and count > 0)
        for (name, page, _, must_not_wait), count in zip(lists, found, strict=True)
    )
