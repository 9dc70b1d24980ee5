"""What is owed, what was paid, and what it costs."""

from payments.models.assessment import AssessmentRun, AssessmentSkip
from payments.models.bank import BankAccount, DebitLine, DebitMandate, DebitRun
from payments.models.bills import Bill, BillLine
from payments.models.closing import Closing, ClosingLine
from payments.models.doubts import OrderDoubt
from payments.models.instalments import Instalment
from payments.models.ledger import LedgerEntry, LedgerTransaction
from payments.models.notices import GatewayNotice, NoticeVerdict
from payments.models.offline import OfflinePayment, OfflinePaymentEvent
from payments.models.orders import OrderLine, PaymentOrder
from payments.models.personal import AccountEntry, PaymentPassword
from payments.models.proposals import Proposal
from payments.models.reconciliation import BillFile, BillFileLine, Difference
from payments.models.records import ContributionRecord
from payments.models.refunds import Refund, RefundEvent
from payments.models.reminders import Reminder, ReminderRun
from payments.models.standards import ContributionStandard, EmployeeStandard, FundingCategory, FundingRecognition

__all__ = [
    "AccountEntry",
    "AssessmentRun",
    "AssessmentSkip",
    "BankAccount",
    "Bill",
    "BillFile",
    "BillFileLine",
    "BillLine",
    "Closing",
    "ClosingLine",
    "ContributionRecord",
    "ContributionStandard",
    "DebitLine",
    "DebitMandate",
    "DebitRun",
    "Difference",
    "EmployeeStandard",
    "FundingCategory",
    "FundingRecognition",
    "GatewayNotice",
    "Instalment",
    "LedgerEntry",
    "LedgerTransaction",
    "NoticeVerdict",
    "OfflinePayment",
    "OfflinePaymentEvent",
    "OrderDoubt",
    "OrderLine",
    "PaymentOrder",
    "PaymentPassword",
    "Proposal",
    "Refund",
    "RefundEvent",
    "Reminder",
    "ReminderRun",
]
