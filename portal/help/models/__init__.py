"""What the help centre keeps: content written by staff, consultations, calls, feedback."""

from portal.help.models.consultations import Consultation, ConsultationMessage
from portal.help.models.content import Guide, Notice, Question, Term
from portal.help.models.feedback import Feedback
from portal.help.models.phone import PhoneNote
from portal.help.models.subscriptions import NoticeRun, Subscription

__all__ = [
    "Consultation",
    "ConsultationMessage",
    "Feedback",
    "Guide",
    "Notice",
    "NoticeRun",
    "PhoneNote",
    "Question",
    "Subscription",
    "Term",
]
