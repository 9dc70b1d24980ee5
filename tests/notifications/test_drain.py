"""Every row that is due is claimed once, sent once, and ends in a state; doubt is asked about and marked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.db.models import F
from django.db.models.functions import Now

from portal.notifications import channels, services
from portal.notifications.channels.base import Kind, Outcome
from portal.notifications.models import Delivery, DeliveryAttempt, DeliveryState
from portal.notifications.services.breaker import BREAKERS, FAILURES, Breaker
from portal.notifications.services.drain import TRIES, backoff
from tests.notifications import Counted
from tests.notifications.provider import Provider

pytestmark = pytest.mark.django_db
ACCEPTED = Outcome(Kind.ACCEPTED, ref="p-1")
TEMPORARY = Outcome(Kind.TEMPORARY, detail="HTTP 500")
PERMANENT = Outcome(Kind.PERMANENT, detail="HTTP 422 rejected-number")
UNKNOWN = Outcome(Kind.UNKNOWN, detail="ReadTimeout")
Use = Callable[[Provider], Provider]


@pytest.fixture(autouse=True)
def rested_breakers(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test inherits the failures of another."""
    for name in BREAKERS:
        monkeypatch.setitem(BREAKERS, name, Breaker())


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    """Put a provider in the place of the SMS platform."""

    def put(provider: Provider) -> Provider:
        monkeypatch.setitem(channels.OPENERS, "sms", provider.opened)
        return provider

    return put


def queued(count: int = 1, **more: object) -> Delivery:
    """The last of so many SMS that are due."""
    for number in range(count):
        values = {
            "template": "stop_withdrawn",
            "next_at": Now() - timedelta(seconds=60 - number),
            "deadline_at": Now() + timedelta(hours=72),
        }
        row = Delivery.objects.create(
            dedupe_key=f"event:{Delivery.objects.count()}:sms",
            channel="sms",
            address="13800138000",
            params={"number": "TJ1"},
            area_code="119901",
            **values | more,
        )
    return Delivery.objects.get(pk=row.pk)


def left_in_sending(**more: object) -> Delivery:
    """A row whose worker died a while ago."""
    given = {"state": DeliveryState.SENDING, "attempts": 1, "lease_until": Now() - timedelta(seconds=1)} | more
    return queued(**given)


def seconds_until_next(row: Delivery) -> float:
    return (Delivery.objects.values_list(F("next_at") - Now(), flat=True).get(pk=row.pk)).total_seconds()


def test_a_code_goes_before_the_news_and_a_mass_reminder_after_both(use: Use) -> None:
    """Nobody in front of the log-in page waits for an hour of reminders."""
    bulk, news = queued(rank=Delivery.Rank.BULK), queued()
    code = queued(rank=Delivery.Rank.CODE)
    provider = use(Provider(ACCEPTED, ACCEPTED, ACCEPTED))

    services.drain("sms")

    assert [one.key for one in provider.sent] == [code.dedupe_key, news.dedupe_key, bulk.dedupe_key]


@pytest.mark.parametrize(
    ("outcome", "state", "last_error"),
    [
        (ACCEPTED, DeliveryState.ACCEPTED, ""),
        (PERMANENT, DeliveryState.FAILED, "HTTP 422 rejected-number"),
        (TEMPORARY, DeliveryState.QUEUED, "HTTP 500"),
        (UNKNOWN, DeliveryState.UNKNOWN, "ReadTimeout"),
        (RuntimeError("unforeseen"), DeliveryState.UNKNOWN, "channel broke"),
    ],
)
def test_writes_the_state_and_the_try_for_every_outcome(
    use: Use, outcome: Outcome | Exception, state: str, last_error: str
) -> None:
    row = queued()
    provider = use(Provider(outcome))

    count = services.drain("sms")

    row.refresh_from_db()
    assert count == 1
    assert (row.state, row.attempts, row.last_error, row.lease_until) == (state, 1, last_error, None)
    assert row.provider_ref == ("p-1" if outcome is ACCEPTED else "")
    assert not row.is_possible_duplicate
    tries = list(DeliveryAttempt.objects.values_list("delivery", "no", "outcome"))
    assert tries == [(row.pk, 1, outcome.kind if isinstance(outcome, Outcome) else "unknown")]
    assert [(one.key, one.address) for one in provider.sent] == [(row.dedupe_key, "13800138000")]
    assert provider.sent[0].text.startswith("【示例市医保】您的停缴申请TJ1已撤销")
    assert provider.asked == []


def test_sends_each_row_once_oldest_first_and_leaves_what_is_not_due(use: Use) -> None:
    queued(3)
    queued(next_at=Now() + timedelta(minutes=5))
    queued(state=DeliveryState.CANCELLED)
    queued(state=DeliveryState.SENDING, lease_until=Now() + timedelta(seconds=30))
    provider = use(Provider())

    count = services.drain("sms")
    again = services.drain("sms")

    assert (count, again) == (3, 0)
    assert [one.key for one in provider.sent] == ["event:0:sms", "event:1:sms", "event:2:sms"]


def test_spends_a_handful_of_statements_on_each_row(use: Use, assert_statements: Counted) -> None:
    queued(4)
    use(Provider())

    with assert_statements(1 + 4 * 5 + 1):
        services.drain("sms")


@pytest.mark.django_db(transaction=True)
def test_holds_no_transaction_while_the_provider_is_called(use: Use) -> None:
    queued()
    seen = []
    use(Provider(meanwhile=lambda: seen.append(connection.in_atomic_block)))

    services.drain("sms")

    assert seen == [False]


def test_a_worker_whose_lease_ran_out_cannot_overwrite_the_next_one(use: Use) -> None:
    row = queued()

    def taken_over() -> None:
        Delivery.objects.update(lease_until=Now() - timedelta(seconds=1))
        use(Provider(ACCEPTED))
        services.drain("sms")

    use(Provider(PERMANENT, meanwhile=taken_over))

    services.drain("sms")

    row.refresh_from_db()
    assert (row.state, row.attempts, row.provider_ref) == (DeliveryState.ACCEPTED, 2, "p-1")
    tries = dict(DeliveryAttempt.objects.values_list("no", "detail"))
    assert tries == {1: "after the lease: HTTP 422 rejected-number", 2: ""}


def test_a_late_worker_leaves_the_row_to_the_one_who_sends_it_now(use: Use) -> None:
    row = queued()
    use(Provider(PERMANENT, meanwhile=lambda: Delivery.objects.update(attempts=F("attempts") + 1)))

    services.drain("sms")

    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == (DeliveryState.SENDING, 2, "")


def test_does_not_touch_a_row_that_was_cancelled_while_it_was_sent(use: Use) -> None:
    row = queued()
    use(Provider(TEMPORARY, meanwhile=lambda: Delivery.objects.update(state=DeliveryState.CANCELLED)))

    services.drain("sms")

    row.refresh_from_db()
    assert row.state == DeliveryState.CANCELLED


def test_asks_about_a_row_whose_worker_died_and_does_not_send_what_was_taken(use: Use) -> None:
    row = left_in_sending()
    provider = use(Provider(known=Outcome(Kind.ACCEPTED, ref="p-0")))

    services.drain("sms")

    row.refresh_from_db()
    assert (row.state, row.provider_ref, row.is_possible_duplicate) == (DeliveryState.ACCEPTED, "p-0", False)
    assert provider.asked == [row.dedupe_key]
    assert provider.sent == []


@pytest.mark.parametrize("state", [DeliveryState.SENDING, DeliveryState.UNKNOWN])
def test_sends_a_doubtful_row_with_the_same_key_and_marks_it_first(use: Use, state: str) -> None:
    row = left_in_sending(state=state)
    marks = []
    provider = use(Provider(meanwhile=lambda: marks.append(Delivery.objects.get().is_possible_duplicate)))

    services.drain("sms")

    row.refresh_from_db()
    assert (row.state, row.attempts, row.is_possible_duplicate) == (DeliveryState.ACCEPTED, 2, True)
    assert marks == [True]
    assert (provider.asked, [one.key for one in provider.sent]) == ([row.dedupe_key], [row.dedupe_key])


def test_stays_in_doubt_and_sends_nothing_when_the_provider_cannot_be_asked(use: Use) -> None:
    row = left_in_sending()
    provider = use(Provider(known=Outcome(Kind.UNKNOWN, detail="query: ReadTimeout")))

    services.drain("sms")

    row.refresh_from_db()
    assert (row.state, row.is_possible_duplicate) == (DeliveryState.UNKNOWN, False)
    assert provider.sent == []


@pytest.mark.parametrize("outcome", [TEMPORARY, UNKNOWN])
def test_gives_up_after_eight_tries(use: Use, outcome: Outcome) -> None:
    row = queued(attempts=TRIES - 1)
    use(Provider(outcome))

    services.drain("sms")

    row.refresh_from_db()
    assert (row.state, row.attempts) == (DeliveryState.DEAD, TRIES)


@pytest.mark.parametrize(
    ("more", "is_asked"),
    [
        ({"deadline_at": Now() - timedelta(seconds=1)}, False),
        ({"attempts": TRIES, "state": DeliveryState.UNKNOWN}, True),
    ],
)
def test_sends_nothing_after_the_deadline_or_the_last_try(use: Use, more: dict[str, object], is_asked: bool) -> None:
    row = queued(**more)
    provider = use(Provider())

    services.drain("sms")

    row.refresh_from_db()
    assert (row.state, row.last_error) == (DeliveryState.DEAD, "deadline or tries used up")
    assert provider.sent == []
    assert bool(provider.asked) == is_asked


@pytest.mark.parametrize(("tries", "least", "most"), [(1, 15, 45), (2, 30, 90), (4, 120, 360), (8, 1800, 5400)])
def test_waits_longer_after_every_try_with_jitter(tries: int, least: float, most: float) -> None:
    waits = [backoff(tries) for _ in range(200)]

    assert least <= min(waits) < max(waits) <= most
    assert len(set(waits)) > 100


def test_waits_as_long_as_the_provider_asks(use: Use) -> None:
    row = queued()
    use(Provider(Outcome(Kind.TEMPORARY, detail="HTTP 429", retry_after=600)))

    services.drain("sms")

    assert 595 < seconds_until_next(row) <= 720


def test_puts_off_a_failed_row_so_that_it_is_not_tried_at_once(use: Use) -> None:
    row = queued()
    use(Provider(TEMPORARY))

    services.drain("sms")

    assert 14 < seconds_until_next(row) <= 45


def test_lets_a_failing_provider_rest_and_keeps_the_tries_of_the_rows(use: Use) -> None:
    queued(FAILURES + 5)
    provider = use(Provider(TEMPORARY))

    services.drain("sms")
    services.drain("sms")

    assert len(provider.sent) == FAILURES
    assert Delivery.objects.filter(attempts=0).count() == 5


def test_goes_on_after_permanent_refusals(use: Use) -> None:
    queued(FAILURES + 2)
    provider = use(Provider(PERMANENT))

    services.drain("sms")

    assert len(provider.sent) == FAILURES + 2


def test_one_row_that_cannot_be_read_stops_no_other(use: Use) -> None:
    broken = queued()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notifications_delivery SET address = %s", [b"not a ciphertext of this hall at all"])
    unworded = queued(template="no_such_template")
    fine = queued()
    provider = use(Provider())

    count = services.drain("sms")

    states = dict(Delivery.objects.defer("address").values_list("pk", "state"))
    assert count == 3
    assert states == {
        broken.pk: DeliveryState.QUEUED,
        unworded.pk: DeliveryState.QUEUED,
        fine.pk: DeliveryState.ACCEPTED,
    }
    assert [one.key for one in provider.sent] == [fine.dedupe_key]


@pytest.mark.django_db(transaction=True)
def test_stops_at_the_cap_and_hints_at_itself_once(use: Use, sent_hints: list[str]) -> None:
    queued(5)
    use(Provider())

    count = services.drain("sms", limit=3)
    hints_at_cap = list(sent_hints)
    rest = services.drain("sms", limit=3)

    assert (count, hints_at_cap) == (3, ["sms"])
    assert (rest, sent_hints) == (2, ["sms"])


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_send_every_row_once(use: Use) -> None:
    queued(40)
    provider = use(Provider())

    def work() -> int:
        try:
            return services.drain("sms", limit=100)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: work(), range(4)))

    assert sum(counts) == 40
    assert sorted(one.key for one in provider.sent) == sorted(f"event:{number}:sms" for number in range(40))
    assert set(Delivery.objects.values_list("state", "attempts")) == {(DeliveryState.ACCEPTED, 1)}
    assert DeliveryAttempt.objects.count() == 40


def test_a_row_that_somebody_claimed_in_between_is_left_to_them(use: Use) -> None:
    row = queued()
    provider = use(Provider())

    def somebody_first(execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:
        if sql.startswith("UPDATE"):
            execute("UPDATE notifications_delivery SET attempts = attempts + 1", (), many, context)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(somebody_first):
        count = services.drain("sms")

    row.refresh_from_db()
    assert count == 0
    assert provider.sent == []
    assert (row.state, row.attempts) == (DeliveryState.QUEUED, 1)
