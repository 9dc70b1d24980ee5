"""What the worker does for payments; each task is one service call and may run twice, or side by side."""

from celery import shared_task

from payments.services import asking, assessment, reconciliation, refunds


@shared_task(name="payments.tasks.assess")
def assess() -> None:
    """The next chunk of every assessment run; one that was cut off is found again within a minute."""
    assessment.advance_runs()


@shared_task(name="payments.tasks.query_pending")
def query_pending() -> None:
    """Ask the gateways about orders that are due, and close those whose time is over."""
    asking.query_pending()


@shared_task(name="payments.tasks.send_refunds")
def send_refunds() -> None:
    """Ask for the refunds that are due."""
    refunds.send_due()


@shared_task(name="payments.tasks.reconcile")
def reconcile() -> None:
    """Import the bill files that are missing, and compare them with the ledger."""
    reconciliation.import_due()
