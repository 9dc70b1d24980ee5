"""Drafts that nobody touched for 90 days."""

import pytest
import time_machine

from insured.models import InsuredPerson
from portal.audit.models import JobRun
from suspension import tasks
from suspension.models import Application
from suspension.policy.transitions import State
from suspension.services import effect, stop
from tests import factories
from tests.suspension.cases import filed, stop_request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]


def _saved(person: InsuredPerson) -> Application:
    return stop.save_draft(stop_request(), enrollment_id=person.enrollments.get().pk, by=factories.account_of(person))


@pytest.mark.parametrize(
    ("today", "state"), [("2026-06-08T01:59:00Z", State.DRAFT), ("2026-06-08T02:01:00Z", State.DISCARDED)]
)
def test_are_discarded_after_90_days(today: str, state: State, resident: InsuredPerson) -> None:
    draft = _saved(resident)

    with time_machine.travel(today, tick=False):
        assert effect.discard_old_drafts() == (state == State.DISCARDED)
        assert effect.discard_old_drafts() == 0

    draft.refresh_from_db()
    assert draft.state == state
    assert draft.events.filter(role="system").count() == (state == State.DISCARDED)


def test_live_on_from_the_last_change(resident: InsuredPerson) -> None:
    draft = _saved(resident)
    with time_machine.travel("2026-05-20T02:00:00Z", tick=False):
        _saved(resident)

    with time_machine.travel("2026-06-20T02:00:00Z", tick=False):
        assert effect.discard_old_drafts() == 0
        assert not effect.discard_old_draft(draft.pk)

    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_from_before_the_day_was_kept_count_from_their_beginning(resident: InsuredPerson) -> None:
    draft = _saved(resident)
    Application.objects.filter(pk=draft.pk).update(kept_at=None)

    with time_machine.travel("2026-06-20T02:00:00Z", tick=False):
        assert effect.discard_old_drafts() == 1


def test_that_were_sent_are_no_drafts(resident: InsuredPerson) -> None:
    filed(resident)

    with time_machine.travel("2026-12-20T02:00:00Z", tick=False):
        assert effect.discard_old_drafts() == 0


def test_are_looked_at_once_an_hour_by_the_clock(resident: InsuredPerson) -> None:
    draft = _saved(resident)

    with time_machine.travel("2026-06-20T02:00:00Z", tick=False):
        tasks.discard_old_drafts(is_scheduled=True)
        tasks.discard_old_drafts(is_scheduled=True)

    draft.refresh_from_db()
    assert draft.state == State.DISCARDED
    assert JobRun.objects.get(job="discard-old-drafts").note == "1"
