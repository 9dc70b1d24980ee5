"""What the worker does for the door; one service call that may run twice."""

from celery import shared_task

from portal import clock
from portal.accounts.services.retention import forget
from portal.audit.services import claim_slot, finish_slot

JOB = "forget"


@shared_task(name="portal.accounts.tasks.forget_old")
def forget_old() -> None:
    """Delete what is past its days; once a night."""
    slot = clock.today().isoformat()
    if claim_slot(JOB, slot=slot):
        finish_slot(JOB, slot=slot, note=f"{forget()}")
