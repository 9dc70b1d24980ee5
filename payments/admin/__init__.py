"""The desk's pages about money."""

from payments.admin.assessment import AssessmentRunAdmin
from payments.admin.closing import ClosingAdmin
from payments.admin.look_up import LookUpAdmin
from payments.admin.offline import OfflinePaymentAdmin
from payments.admin.proposals import ProposalAdmin
from payments.admin.reconciliation import BillFileAdmin
from payments.admin.refunds import RefundAdmin
from payments.admin.reminders import ReminderRunAdmin

__all__ = [
    "AssessmentRunAdmin",
    "BillFileAdmin",
    "ClosingAdmin",
    "LookUpAdmin",
    "OfflinePaymentAdmin",
    "ProposalAdmin",
    "RefundAdmin",
    "ReminderRunAdmin",
]
