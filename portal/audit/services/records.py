"""The only writer of the access log, of form tokens and of job slots."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from structlog.contextvars import get_contextvars

from portal import masking
from portal.audit.models import AccessLog, FormToken, JobRun
from portal.errors import AlreadyDone, BusinessRuleError, Reason


def current_request_id() -> str:
    """The id of the request or task at work, as it stands on every log line; empty outside of one."""
    bound = get_contextvars()
    return str(bound.get("request_id") or bound.get("task_id") or "")


def record_access(
    *,
    user: AbstractBaseUser,
    action: str,
    subject_kind: str,
    subject_id: int,
    purpose: str = "",
    reason: str = "",
) -> None:
    """Log one look at personal data. It stands in the caller's transaction: no log, no look.

    `purpose` is one of labels.PURPOSES, the reason says it in words; what identifies somebody in it is masked.
    """
    AccessLog.objects.create(
        user_id=user.pk,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        purpose=purpose,
        reason=masking.mask_text(reason),
        request_id=current_request_id(),
    )


def use_form_token(token: str, *, address: str) -> None:
    """Spend a form's token inside the caller's transaction.

    Raises AlreadyDone with the first result's address when the form was sent before; a missing or garbled token is
    refused.
    """
    if not 16 <= len(token) <= 64:
        raise BusinessRuleError(Reason("form.token-missing"))
    try:
        with transaction.atomic():
            FormToken.objects.create(token=token, address=address)
    except IntegrityError:
        raise AlreadyDone(FormToken.objects.get(token=token).address) from None


def forget_tokens(*, before: datetime) -> int:
    """Delete the tokens of forms that were sent before that moment; how many."""
    return FormToken.objects.filter(created_at__lt=before).delete()[0]


def claim_slot(job: str, *, slot: str) -> bool:
    """True for the one caller that may do this job in this slot."""
    _, is_mine = JobRun.objects.get_or_create(job=job, slot=slot)
    return is_mine


def finish_slot(job: str, *, slot: str, note: str) -> None:
    """Say that the claimed work is done, and what came of it."""
    JobRun.objects.filter(job=job, slot=slot).update(finished_at=Now(), note=note[:200])
