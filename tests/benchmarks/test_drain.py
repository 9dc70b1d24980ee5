"""How fast a worker empties the outbox, against tasks that find nothing to do."""

import time
from pathlib import Path

import pytest
import redis
from celery import Celery

from insured.models import PoolingArea
from portal.notifications.models import Delivery
from portal.notifications.services import Recipient, tell
from tests.faults.processes import wait_until
from tests.faults.world import CONCURRENCY, PREFIX, World
from tests.results import Report, size

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
TASK = "portal.notifications.tasks.drain_sms"


def queue_messages(count: int) -> None:
    """Rows as a submission writes them; SMS only."""
    to = Recipient(user=None, phone="13800138000", email=None, area_code="119901")
    params = {"number": "YB20260310ABCDEFG", "item": "停保", "due_on": "2026-03-17"}
    for number in range(count):
        tell(event_key=f"bench:{number}", template="stop_submitted", params=params, to=to)


def hint(world: World, *, times: int) -> None:
    """Empty hints, as the hall sends them."""
    app = Celery("bench", broker=world.broker.url)
    app.conf.broker_transport_options = {"global_keyprefix": PREFIX}
    with app.connection_for_write() as opened:
        for _ in range(times):
            app.send_task(TASK, queue="sms", connection=opened, retry=False, ignore_result=True)
    app.close()


def test_the_outbox_is_emptied(report: Report, tmp_path: Path, area: PoolingArea) -> None:
    rows, tasks, world = size(plain=100, full=2000), size(plain=100, full=1000), World(tmp_path)
    try:
        world.start(with_workers=False)
        world.worker.start()
        hint(world, times=1)
        wait_until(lambda: is_idle(world), what="the worker is there", seconds=120)
        rates = {}

        started = time.monotonic()
        hint(world, times=tasks)
        wait_until(lambda: is_idle(world), what="no hint is left", seconds=180)
        rates["task that finds nothing"] = tasks / (time.monotonic() - started)

        queue_messages(rows)
        started = time.monotonic()
        hint(world, times=CONCURRENCY)
        world.beat.start()
        wait_until(lambda: not Delivery.objects.unsent().exists(), what="the outbox is empty", seconds=300)
        rates["SMS, platform answers at once"] = rows / (time.monotonic() - started)
    finally:
        world.close()

    table = report.table("Drain rate", "work", "count", "worker processes", "a second")
    table.add("task that finds nothing", tasks, CONCURRENCY, rates["task that finds nothing"])
    table.add("SMS, platform answers at once", rows, CONCURRENCY, rates["SMS, platform answers at once"])


def is_idle(world: World) -> bool:
    """No hint waits, and none is being worked on."""
    with redis.from_url(world.broker.url, socket_timeout=5) as client:
        return not client.llen(f"{PREFIX}sms") and not client.hlen(f"{PREFIX}unacked")
