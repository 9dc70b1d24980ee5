"""What a hint wakes. Arguments are none: the facts are rows."""

from celery import shared_task

from portal.notifications import services


@shared_task(name="portal.notifications.tasks.drain_sms")
def drain_sms() -> None:
    """Send the SMS that are due."""
    services.drain("sms")


@shared_task(name="portal.notifications.tasks.drain_email")
def drain_email() -> None:
    """Send the e-mails that are due."""
    services.drain("email")


@shared_task(name="portal.notifications.tasks.sweep")
def sweep() -> None:
    """Find what a lost hint left."""
    services.sweep()
