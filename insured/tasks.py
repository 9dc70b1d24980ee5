"""What the worker does for the area's staff; each task is one service call and may run twice."""

from celery import shared_task

from insured.services import chain_alarm


@shared_task(name="insured.tasks.tell_of_chain_faults")
def tell_of_chain_faults() -> None:
    """Look for checks of the audit chain that found something and were not told."""
    chain_alarm.tell_of_faults()
