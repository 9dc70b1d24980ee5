"""What the worker does for the help centre; it may run twice, or side by side."""

from celery import shared_task

from portal.help.services import subscriptions


@shared_task(name="portal.help.tasks.tell_news")
def tell_news() -> None:
    """Begin what was published, then the next chunk of every run; one that was cut off is found within a minute."""
    subscriptions.open_due_runs()
    subscriptions.advance_runs()
