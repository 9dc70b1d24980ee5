"""意见反馈: take what anybody writes, and say what came of it. The only writer of feedback."""

from dataclasses import dataclass

from django.db.models.functions import Now
from django.urls import reverse

from portal import clock, identity, masking
from portal.accounts.models import User
from portal.accounts.services.limits import Limit, hidden, spend
from portal.audit.services import use_form_token
from portal.errors import ConflictError, Reason
from portal.help.models import Feedback
from portal.transactions import business_transaction

PREFIX = "FK"
HOURLY_LIMIT = 5
HOUR = 3600


@dataclass(frozen=True, slots=True)
class NewFeedback:
    """What was written; `contact` and `page` may be empty."""

    kind: str
    page: str
    text: str
    contact: str


@business_transaction
def leave(request: NewFeedback, *, visitor: str, token: str) -> Feedback:
    """Keep it; limits.TooOften after HOURLY_LIMIT of one network address (`visitor`) in an hour.

    BusinessRuleError when the form's token is missing.
    """
    number = identity.public_number(prefix=PREFIX, on=clock.today())
    use_form_token(token, address=reverse("feedback_received", args=[number]))
    spend(Limit("feedback", hidden(visitor), HOURLY_LIMIT, HOUR))
    return Feedback.objects.create(
        number=number,
        kind=request.kind,
        page=masking.mask_text(request.page),
        text=masking.mask_text(request.text),
        contact=request.contact or None,
    )


@business_transaction
def handle(number: str, *, answer: str, by: User) -> None:
    """Say what came of it, once. ConflictError when somebody did before."""
    rows = Feedback.objects.filter(number=number, handled_at__isnull=True)
    if not rows.update(answer=masking.mask_text(answer), handled_by=by, handled_at=Now()):
        raise ConflictError(Reason("feedback.handled-already"))
