"""What the worker does for the audit chain; each task is one service call and may run twice."""

from celery import shared_task

from portal.audit import services


@shared_task(name="portal.audit.tasks.seal")
def seal() -> None:
    """Give the newest rows of every append-only table their links."""
    services.seal_all()


@shared_task(name="portal.audit.tasks.check")
def check() -> None:
    """One step of the check under way; the next is hinted at, so that other work of the bulk worker goes between."""
    services.run_checks()


@shared_task(name="portal.audit.tasks.nightly")
def nightly() -> None:
    """The check of the day; asked for every hour, so that a night on which nothing ran is made up for."""
    services.start_nightly_check()
