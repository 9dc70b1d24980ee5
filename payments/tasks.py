"""What the worker does for payments; each task is one service call and may run twice, or side by side."""

from celery import shared_task

from payments.services import asking, assessment, lapse, monthly, reconciliation, refunds, reminders
from payments.services import debit as debits
from portal import clock
from portal.audit.services import claim_slot, finish_slot


@shared_task(name="payments.tasks.assess")
def assess() -> None:
    """The next chunk of every assessment run; one that was cut off is found again within a minute."""
    assessment.advance_runs()


@shared_task(name="payments.tasks.start_monthly")
def start_monthly(*, is_scheduled: bool = False) -> None:
    """Begin the month's bills of 灵活就业; from the clock at most once an hour, until every area has its run."""
    slot = f"{clock.now():%Y-%m-%dT%H}"
    if is_scheduled and not claim_slot("start-monthly", slot=slot):
        return
    done = monthly.start_due()
    if is_scheduled:
        finish_slot("start-monthly", slot=slot, note=f"{done}")


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
    """Import the bill files that are missing, compare them with the ledger, and say what is still open."""
    reconciliation.import_due()
    reconciliation.tell_differences()


@shared_task(name="payments.tasks.lapse_unpaid")
def lapse_unpaid(*, is_scheduled: bool = False) -> None:
    """End the cover of months that nobody paid; from the clock at most once an hour."""
    slot = f"{clock.now():%Y-%m-%dT%H}"
    if is_scheduled and not claim_slot("lapse-unpaid", slot=slot):
        return
    done = lapse.lapse_unpaid()
    if is_scheduled:
        finish_slot("lapse-unpaid", slot=slot, note=f"{done}")


@shared_task(name="payments.tasks.open_reminders")
def open_reminders(*, is_scheduled: bool = False) -> None:
    """Begin the reminder runs of the day; from the clock at most once an hour, in the daytime."""
    slot = f"{clock.now():%Y-%m-%dT%H}"
    if is_scheduled and not claim_slot("open-reminders", slot=slot):
        return
    done = reminders.open_due_runs()
    if is_scheduled:
        finish_slot("open-reminders", slot=slot, note=f"{done}")


@shared_task(name="payments.tasks.remind")
def remind() -> None:
    """The next chunk of every reminder run; one that was cut off is found again within a minute."""
    reminders.advance_runs()


@shared_task(name="payments.tasks.debit")
def debit() -> None:
    """Today's debit runs, the unfinished ones, and what came of them; one that was cut off goes on."""
    debits.run_due()
