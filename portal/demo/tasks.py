"""The bulk worker's part of the demo: writes the invented people chunk by chunk."""

import time

from celery import shared_task

from portal import clock
from portal.demo.services.invented import missing_chunks, seed_chunk, seed_units

PAUSE_SECONDS = 0.3
"""Between two chunks, so that SQLite's other writers get their turn."""
STOP_AFTER_SECONDS = 60


@shared_task(name="portal.demo.tasks.seed_invented")
def seed_invented() -> None:
    """Go on where the last run stopped; what is left after a minute is found by the next hint or beat."""
    stop_at = time.monotonic() + STOP_AFTER_SECONDS
    missing = missing_chunks()
    if missing:
        seed_units()
    for index in missing:
        seed_chunk(index, today=clock.today())
        if time.monotonic() > stop_at:
            return
        time.sleep(PAUSE_SECONDS)
