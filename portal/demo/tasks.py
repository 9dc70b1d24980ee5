"""The bulk worker's part of the demo: writes the invented people chunk by chunk."""

from celery import shared_task

from portal import clock
from portal.demo.services.invented import missing_chunks, seed_chunk, seed_units
from portal.hints import hint


@shared_task(name="portal.demo.tasks.seed_invented")
def seed_invented() -> None:
    """Write one chunk and hint at the next, so that uploaded documents wait for a chunk and not for all of them."""
    missing = missing_chunks()
    if not missing:
        return
    seed_units()
    seed_chunk(missing[0], today=clock.today())
    hint("demo")
