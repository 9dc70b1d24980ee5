"""Sealing and walking: what was tampered with is named among 100,000 rows, and nothing else is."""

import time
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.audit import services
from portal.audit.models import AccessLog, AuditCheck, AuditSeal
from portal.audit.policy import Fault, Finding
from portal.audit.services import chain, checks
from portal.audit.tasks import check as check_task
from portal.audit.tasks import nightly as nightly_task
from portal.audit.tasks import seal as seal_task
from portal.triggers import APPEND_ONLY, TRIGGERS
from tests.audit import chains
from tests.results import Report, size

pytestmark = pytest.mark.django_db
TABLE = "audit_accesslog"


def found() -> list[Finding]:
    """What a walk along all chains finds."""
    return [finding for progress in services.walk() for finding in progress.findings]


def checked() -> AuditCheck:
    """A check asked for on the page and done by the worker."""
    check = services.start_check(by=None)
    for _ in range(200):
        check_task()
        check.refresh_from_db()
        if check.finished_at:
            return check
    raise AssertionError("the check never ends")


@pytest.mark.parametrize("way", chains.TAMPERS)
@pytest.mark.parametrize("place", [1, 498, 777, 1100])
def test_names_what_was_tampered_with(way: str, place: int, caseworker: User) -> None:
    chains.looks(1_200, by=caseworker)
    services.seal_all()

    rows = chains.TAMPERS[way](place)

    assert found() == sorted(Finding(TABLE, row, Fault(way)) for row in rows)


def test_names_each_of_three_tampers_among_very_many_rows(caseworker: User) -> None:
    count = size(plain=10_000, full=100_000)
    chains.looks(count, by=caseworker)
    started = time.perf_counter()
    seal_task()
    sealed = time.perf_counter() - started
    assert chain.sealed_rows() == count

    wanted = [
        Finding(TABLE, row, Fault(way))
        for way, place in (
            ("changed", count * 314 // 1000),
            ("deleted", count * 592 // 1000),
            ("moved", count * 926 // 1000),
        )
        for row in chains.TAMPERS[way](place)
    ]
    started = time.perf_counter()
    check = checked()
    walked = time.perf_counter() - started

    assert [Finding(table, row, Fault(fault)) for table, row, fault in check.faults] == sorted(wanted)
    assert (check.fault_count, check.rows_done, check.rows_total) == (4, count, count)
    report = Report("audit_chain", "The audit chain: what was tampered with is named")
    report.table("A changed, a deleted and two exchanged rows", "rows", "named", "seconds to seal", "to check").add(
        count, check.fault_count, sealed, walked
    )
    report.finish()


def test_finds_nothing_in_rows_that_nobody_touched(caseworker: User) -> None:
    chains.looks(1_200, by=caseworker)
    services.seal_all()

    assert found() == []
    assert checked().fault_count == 0


def test_numbers_that_a_rollback_left_out_are_no_fault(caseworker: User) -> None:
    chains.looks(3, by=caseworker)
    with transaction.atomic():
        chains.looks(40, by=caseworker, first=100)
        transaction.set_rollback(True)
    AccessLog.objects.create(pk=chains.id_of(3) + 1000, user=caseworker, action="view", subject_kind="x", subject_id=4)
    services.seal_all()

    assert found() == []


def test_a_row_of_a_late_transaction_still_gets_its_link(caseworker: User) -> None:
    chains.looks(3, by=caseworker)
    middle = AccessLog.objects.get(subject_id=2)
    with chains.by_hand():
        AccessLog.objects.filter(pk=middle.pk)._raw_delete("default")
    services.seal_all()
    middle.save(force_insert=True)

    services.seal_all()

    assert chain.sealed_rows() == 3
    assert found() == []


def test_names_a_row_that_was_put_between_long_afterwards(caseworker: User) -> None:
    chains.looks(3, by=caseworker)
    middle = AccessLog.objects.get(subject_id=2)
    with chains.by_hand():
        AccessLog.objects.filter(pk=middle.pk)._raw_delete("default")
    services.seal_all()
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        middle.save(force_insert=True)
        services.seal_all()

        assert found() == [Finding(TABLE, middle.pk, Fault.ADDED)]
        assert checked().faults == [[TABLE, middle.pk, "added"]]


class TestSeals:
    @pytest.fixture(autouse=True)
    def sealed(self, caseworker: User) -> None:
        chains.looks(1_200, by=caseworker)
        services.seal_all()

    def test_hold_every_row_once_in_blocks(self) -> None:
        seals = AuditSeal.objects.filter(table=TABLE).order_by("no")

        assert [(one.no, one.row_count) for one in seals] == [(1, 500), (2, 500), (3, 200)]
        assert [bytes(one.previous) for one in seals[1:]] == [bytes(one.head) for one in seals[:2]]

    def test_are_not_made_twice(self) -> None:
        assert services.seal_all() == 0
        with pytest.raises(IntegrityError), transaction.atomic():
            AuditSeal.objects.filter(no=3).update(no=2)

    def test_cannot_be_changed_or_removed(self) -> None:
        for tamper in (lambda: AuditSeal.objects.update(no=9), lambda: AuditSeal.objects.all()._raw_delete("default")):
            with pytest.raises(IntegrityError), transaction.atomic():
                tamper()

    def test_that_are_gone_are_named_by_number(self) -> None:
        with chains.by_hand():
            AuditSeal.objects.filter(no=2)._raw_delete("default")

        assert Finding(TABLE, 2, Fault.SEAL_MISSING) in found()

    def test_that_changed_places_are_named(self) -> None:
        with chains.by_hand():
            AuditSeal.objects.filter(no=1).update(no=9)
            AuditSeal.objects.filter(no=2).update(no=1)
            AuditSeal.objects.filter(no=9).update(no=2)

        assert {one.row_id for one in found() if one.fault is Fault.SEAL_BROKEN} >= {1, 2}

    def test_whose_head_was_changed_are_named(self) -> None:
        with chains.by_hand():
            AuditSeal.objects.filter(no=2).update(head=bytes(32))

        assert [one.row_id for one in found() if one.fault is Fault.SEAL_BROKEN] == [2, 3]

    def test_whose_key_left_the_ring_cannot_be_checked(self, settings) -> None:
        settings.INDEX_KEYS = {2: b"2" * 32}

        assert {one.fault for one in found()} == {Fault.UNREADABLE}

    def test_go_on_under_a_new_key(self, settings, caseworker: User) -> None:
        settings.INDEX_KEYS = settings.INDEX_KEYS | {2: b"2" * 32}
        chains.looks(10, by=caseworker, first=5_000)
        services.seal_all()

        assert found() == []

    def test_tell_the_newest_link_of_each_table(self) -> None:
        head = next(one for one in services.heads() if one.table == TABLE)

        assert (head.no, head.rows) == (3, 1_200)
        assert head.digest == bytes(AuditSeal.objects.get(table=TABLE, no=3).head).hex()


class TestCheck:
    def test_is_one_at_a_time(self, caseworker: User, reviewer: User) -> None:
        first = services.start_check(by=caseworker)

        assert services.start_check(by=reviewer) == first

    def test_hints_until_it_is_done(
        self, caseworker: User, sent_hints: list[str], django_capture_on_commit_callbacks
    ) -> None:
        chains.looks(30_000, by=caseworker)
        seal_task()
        with django_capture_on_commit_callbacks(execute=True):
            check = services.start_check(by=None)
        assert sent_hints == ["audit"]
        connection.run_on_commit.clear()  # the test's own transaction keeps what was sent
        with django_capture_on_commit_callbacks(execute=True):
            check_task()
        check.refresh_from_db()

        assert sent_hints == ["audit", "audit"]
        assert 0 < check.rows_done < 30_000
        assert check.finished_at is None

    def test_goes_on_where_a_worker_died(self, caseworker: User) -> None:
        chains.looks(12_000, by=caseworker)
        seal_task()
        services.start_check(by=None)
        check_task()
        chains.change(11_111)

        assert checked().fault_count == 1

    def test_a_late_worker_writes_nothing(self, caseworker: User) -> None:
        chains.looks(10, by=caseworker)
        stale = services.start_check(by=None)
        checked()

        assert not checks.note_progress(stale, checks.Progress(TABLE))

    def test_nothing_asked_for_is_nothing_done(self) -> None:
        assert services.run_checks() == 0

    def test_ends_in_a_hall_without_a_row(self) -> None:
        assert checked().rows_done == 0


class TestCommand:
    def test_says_that_all_is_well_and_tells_the_heads(self, caseworker: User) -> None:
        chains.looks(10, by=caseworker)
        out = StringIO()

        call_command("verify_audit", stdout=out)

        assert "核对 10 行，没有问题" in out.getvalue()
        assert f"{TABLE} 第1块，共10行，末链值" in out.getvalue()

    def test_names_the_row_and_fails(self, caseworker: User) -> None:
        chains.looks(10, by=caseworker)
        services.seal_all()
        (row,) = chains.delete(7)
        out = StringIO()

        with pytest.raises(CommandError, match="发现 1 处问题"):
            call_command("verify_audit", stdout=out)

        assert f"{TABLE} 第{row}行：已封存的行不在了，被删除" in out.getvalue()


def test_every_append_only_table_but_the_seals_is_in_a_chain() -> None:
    wanted = {table for table, kinds in TRIGGERS.items() if APPEND_ONLY in kinds}

    assert set(chain.sealed_models()) == wanted - {"audit_auditseal"}


def test_a_block_takes_few_statements(caseworker: User, assert_statements) -> None:
    chains.looks(500, by=caseworker)

    with assert_statements(5):
        assert chain.seal_block(TABLE) == 500


class TestNight:
    def test_asks_for_one_check_a_day(self) -> None:
        for _ in range(3):
            nightly_task()
        assert AuditCheck.objects.count() == 1

        AuditCheck.objects.update(finished_at=timezone.now())
        nightly_task()
        assert AuditCheck.objects.count() == 1

        with time_machine.travel(timezone.now() + timedelta(days=1)):
            nightly_task()
        assert AuditCheck.objects.filter(started_by=None).count() == 2

    def test_claims_nothing_when_it_could_not_ask(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*, by: None) -> None:
            raise RuntimeError("killed")

        with monkeypatch.context() as patch:
            patch.setattr(checks, "start_check", broken)
            with pytest.raises(RuntimeError):
                nightly_task()

        nightly_task()

        assert AuditCheck.objects.count() == 1

    def test_is_on_the_clock(self, settings) -> None:
        planned = {one["task"] for one in settings.CELERY_BEAT_SCHEDULE.values()}

        assert {nightly_task.name, "insured.tasks.tell_of_chain_faults"} <= planned
