"""意见反馈: take what anybody writes, and say what came of it. The only writer of feedback."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from portal import clock, identity
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.crypto import blind_index, blind_index_candidates
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.help.models import Feedback
from portal.transactions import business_transaction

PREFIX = "FK"
HOURLY_LIMIT = 5
PURPOSE = "feedback-visitor"


@dataclass(frozen=True, slots=True)
class NewFeedback:
    """What was written; `contact` and `page` may be empty."""

    kind: str
    page: str
    text: str
    contact: str


class TooOften(BusinessRuleError):
    """One address wrote HOURLY_LIMIT times within an hour; answered with 429."""


@business_transaction
def leave(request: NewFeedback, *, visitor: str, token: str) -> Feedback:
    """Keep it; TooOften after HOURLY_LIMIT of one network address (`visitor`, which is not kept) in an hour."""
    number = identity.public_number(prefix=PREFIX, on=clock.today())
    use_form_token(token, address=reverse("feedback_received", args=[number]))
    same = Feedback.objects.filter(visitor_index__in=blind_index_candidates(visitor, purpose=PURPOSE))
    if same.filter(created_at__gt=timezone.now() - timedelta(hours=1)).count() >= HOURLY_LIMIT:
        raise TooOften(Reason("feedback.too-many", {"limit": HOURLY_LIMIT}))
    return Feedback.objects.create(
        number=number,
        kind=request.kind,
        page=request.page,
        text=request.text,
        contact=request.contact or None,
        visitor_index=blind_index(visitor, purpose=PURPOSE),
    )


@business_transaction
def handle(number: str, *, answer: str, by: User) -> None:
    """Say what came of it, once. ConflictError when somebody did before."""
    rows = Feedback.objects.filter(number=number, handled_at__isnull=True)
    if not rows.update(answer=answer, handled_by=by, handled_at=Now()):
        raise ConflictError(Reason("feedback.handled-already"))
