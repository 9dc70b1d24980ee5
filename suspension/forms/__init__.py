"""Shape of what the applicant types; whether it is allowed is asked of the rules by the service."""

from suspension.forms.refund import RefundForm
from suspension.forms.resume import PlannerForm, ResumeForm
from suspension.forms.stop import (
    CancelForm,
    NeedForm,
    OutlookForm,
    StopForm,
    month_of,
)
from suspension.forms.transfer import TransferForm

__all__ = [
    "CancelForm",
    "NeedForm",
    "OutlookForm",
    "PlannerForm",
    "RefundForm",
    "ResumeForm",
    "StopForm",
    "TransferForm",
    "month_of",
]
