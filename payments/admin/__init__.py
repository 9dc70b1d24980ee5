"""The desk's pages about money."""

from payments.admin.look_up import LookUpAdmin
from payments.admin.offline import OfflinePaymentAdmin
from payments.admin.reconciliation import BillFileAdmin
from payments.admin.refunds import RefundAdmin
from payments.admin.reminders import ReminderRunAdmin

__all__ = ["BillFileAdmin", "LookUpAdmin", "OfflinePaymentAdmin", "RefundAdmin", "ReminderRunAdmin"]
