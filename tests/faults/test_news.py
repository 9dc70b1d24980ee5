"""The run of a notice is killed again and again, with two at work: each subscriber has one message."""

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from portal import clock
from portal.accounts.models import User
from portal.help.models import NoticeRun
from portal.help.services.subscriptions import Wish, open_due_runs, subscribe
from portal.notifications.models import Delivery, Message
from tests import factories
from tests.faults.crews import CHUNK, killed_until, workers
from tests.help import rows
from tests.results import Report, size

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]


def readers(*, count: int) -> set[int]:
    """Accounts that want to hear of policies by SMS, too."""
    found = set()
    for no in range(count):
        account = factories.user()
        account.phone = f"139{no:08d}"
        account.phone_index = User._meta.get_field("phone_index").index_of(account.phone)
        account.save()
        subscribe(Wish(kinds=["policy"], area_code="", by_sms=True, by_email=False), by=account)
        found.add(account.pk)
    return found


def test_a_killed_run_goes_on_and_tells_each_subscriber_once(report: Report, tmp_path: Path, seed: int) -> None:
    count, kills, chance = size(plain=300, full=5_000), size(plain=4, full=20), random.Random(seed)
    everybody = readers(count=count)
    rows.notice(slug="news", kind="policy", published_at=clock.now())
    open_due_runs()

    started = time.monotonic()
    killed = killed_until(
        lambda: not NoticeRun.objects.unfinished().exists(),
        crew=lambda: workers(tmp_path, names=("a", "b"), mode="news"),
        book=tmp_path / "a.jsonl",
        kills=kills,
        chance=chance,
        pause=(0.05, 0.4),
    )

    run = NoticeRun.objects.get()
    in_hall = Counter(Message.objects.filter(url_name="notice").values_list("recipient_id", flat=True))
    report.note(
        f"News (seed {seed}): {count} subscribers in chunks of {CHUNK}, two workers, "
        f"{killed.total()} killed with SIGKILL; {sum(in_hall.values())} messages, {time.monotonic() - started:.0f} s."
    )
    assert killed.total() > 0
    assert in_hall == dict.fromkeys(everybody, 1)
    assert (run.seen, run.told, Delivery.objects.filter(channel="sms").count()) == (count, count, count)
