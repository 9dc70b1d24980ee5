"""Workers are killed, Redis is wiped, hints are lost: no message is, and what may have gone out twice says so."""

import random
import time
from collections import Counter
from typing import Any

import pytest
from django.db import connection

from insured.models import PoolingArea
from portal.accounts.models import User
from portal.notifications.channels.email import message_id
from portal.notifications.models import Delivery, DeliveryState, Message
from suspension.models import ApplicationEvent
from tests.faults.driver import resident
from tests.faults.processes import wait_until
from tests.faults.world import Nemesis, World, read_lines
from tests.results import Report, size
from tests.suspension.cases import filed, taken

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
SUPPRESSED = 0.02
TOLD = ("submit", "approve", "reject", "return")
HEALING_SECONDS = 180


def jobs(area: PoolingArea, *, by: User, count: int, chance: random.Random) -> list[tuple[str, int, str]]:
    """Cases under review, and what will be decided."""
    actions = chance.choices(["approve", "reject", "return"], weights=[3, 1, 1], k=count)
    cases = [taken(filed(resident(area)), by=by) for _ in range(count)]
    return [(case.number or "", case.version, action) for case, action in zip(cases, actions, strict=True)]


def torment(world: World, *, nemesis: Nemesis, driver: Any, kills: int, wipes: int) -> None:
    """One strike a second until all is decided and there were as many strikes as wanted; wipes in between."""
    strikes, is_down = 0, False
    every = max(kills // (wipes + 1), 1)
    while driver.poll() is None or strikes < kills:
        time.sleep(1)
        nemesis.strike()
        nemesis.supervise()
        strikes = nemesis.counts["child"] + nemesis.counts["worker"]
        if is_down:
            world.broker.start()
            is_down = False
        elif strikes >= every * (nemesis.counts["wipe"] + 1) and nemesis.counts["wipe"] < wipes:
            nemesis.wipe()
            is_down = True
    if is_down:
        world.broker.start()
    assert driver.returncode == 0


def heal(world: World, *, nemesis: Nemesis) -> float:
    """Everything runs again; how long until nothing waits to be sent."""

    def is_settled() -> bool:
        nemesis.supervise()
        return not Delivery.objects.unsent().exists()

    return wait_until(is_settled, what="nothing waits to be sent", seconds=HEALING_SECONDS)


def test_no_message_is_lost_when_workers_die_and_redis_forgets(
    report: Report, world: World, seed: int, area: PoolingArea, caseworker: User
) -> None:
    count, kills, wipes = size(plain=60, full=500), size(plain=6, full=40), size(plain=2, full=6)
    chance = random.Random(seed)
    plan = {
        "jobs": jobs(area, by=caseworker, count=count, chance=chance),
        "by": caseworker.pk,
        "seed": seed,
        "suppressed": SUPPRESSED,
        "threads": 4,
        "pause": size(plain=0.3, full=0.2),
    }
    world.start()
    world.turn_phone(latency_ms=40, fail_rate=0.03, drop_after_accept=0.03)
    nemesis = Nemesis(world, chance)

    started = time.monotonic()
    torment(world, nemesis=nemesis, driver=world.people("decide", plan, name="decide"), kills=kills, wipes=wipes)
    tormented = time.monotonic() - started
    healing = heal(world, nemesis=nemesis)

    check_and_show(report, world, nemesis=nemesis, seed=seed, decisions=count, seconds=(tormented, healing))


def check_and_show(
    report: Report, world: World, *, nemesis: Nemesis, seed: int, decisions: int, seconds: tuple[float, float]
) -> None:
    """Set differences between the history, the business rows, the deliveries and the books outside."""
    events = ApplicationEvent.objects.filter(action__in=TOLD).values_list("application__number", "version", "action")
    keys = {f"application:{number}:{version}" for number, version, _ in events}
    decided = {number for number, _, action in events if action != "submit"}
    history = read_lines(world.history("decide"))
    said_ok = {line["key"] for line in history if line.get("state") == "ok"}
    suppressed = sum(line["op"] == "hint-suppressed" for line in history)
    in_hall = Counter(Message.objects.values_list("dedupe_key", flat=True))
    table = report.table(
        f"Kills, wipes and lost hints (seed {seed})",
        *("channel", "told", "rows", "lost", "sends", "sends − distinct", "bound", "not marked", "stray"),
    )
    table.add("in the hall", len(keys), sum(in_hall.values()), len({f"{key}:hall" for key in keys} - set(in_hall)),
              "–", 0, 0, 0, len(set(in_hall) - {f"{key}:hall" for key in keys}))  # fmt: skip

    sends = {
        "sms": Counter(line["client_ref"] for line in read_lines(world.sms_book)),
        "email": Counter(line["message_id"] for line in read_lines(world.mail_book)),
    }
    for channel, sent in sends.items():
        rows = {row.dedupe_key: row for row in Delivery.objects.filter(channel=channel)}
        told = {f"{key}:{channel}" for key in keys}
        outside = {message_id(key) if channel == "email" else key: key for key in told}
        twice = sum(sent.values()) - len(sent)
        unmarked = [ref for ref, times in sent.items() if times > 1 and not rows[outside[ref]].is_possible_duplicate]
        lost, stray = set(outside) - set(sent), set(sent) - set(outside)
        table.add(channel, len(told), len(rows), len(lost), sum(sent.values()), twice, nemesis.bound, len(unmarked),
                  len(stray))  # fmt: skip
        assert set(rows) == told
        assert {row.state for row in rows.values()} == {DeliveryState.ACCEPTED}
        assert not lost
        assert not stray
        assert twice <= nemesis.bound
        assert not unmarked
    broken = ", ".join(f"{name} {times}" for name, times in sorted(nemesis.counts.items()))
    marked = Delivery.objects.filter(is_possible_duplicate=True).count()
    again = Delivery.objects.filter(attempts__gt=1).count()
    report.note(f"{decisions} decisions, {len(said_ok)} answered ok; broken: {broken}; {suppressed} hints suppressed.")
    report.note(
        f"{again} deliveries tried more than once, {marked} marked as possibly sent twice; "
        f"{seconds[0]:.0f} s of faults, healed after {seconds[1]:.0f} s."
    )
    assert said_ok == decided
    assert len(decided) == decisions
    assert in_hall == Counter({f"{key}:hall": 1 for key in keys})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM notifications_deliveryattempt WHERE outcome = 'accepted'")
        assert cursor.fetchone()[0] >= len(keys) * 2 - nemesis.bound
