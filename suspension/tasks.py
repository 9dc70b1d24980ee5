"""What the worker does for applications; each task is one service call and may run twice."""

from collections.abc import Callable

from celery import shared_task

from portal import clock
from portal.audit.services import claim_slot, finish_slot
from suspension.services import assigning, duplicates_at_desk, effect, legs, materials


@shared_task(name="suspension.tasks.apply_due")
def apply_due(*, is_scheduled: bool = False) -> None:
    """Write the effects whose day has come; from the clock at most once a minute, from a hint at any time."""
    slot = f"{clock.now():%Y-%m-%dT%H:%M}"
    if is_scheduled and not claim_slot("apply-due", slot=slot):
        return
    done = effect.apply_due_effects()
    if is_scheduled:
        finish_slot("apply-due", slot=slot, note=f"{done}")


@shared_task(name="suspension.tasks.warn_of_corrections")
def warn_of_corrections(*, is_scheduled: bool = False) -> None:
    """Remind of corrections that are due soon; from the clock at most once an hour, from a hint at any time."""
    _once(effect.warn_of_corrections, job="warn-of-corrections", is_scheduled=is_scheduled)


@shared_task(name="suspension.tasks.close_overdue")
def close_overdue(*, is_scheduled: bool = False) -> None:
    """Close returned cases that were not corrected in time; as often as the reminders."""
    _once(effect.close_overdue, job="close-overdue", is_scheduled=is_scheduled)


@shared_task(name="suspension.tasks.void_unpaid")
def void_unpaid(*, is_scheduled: bool = False) -> None:
    """Void approved cases whose bill was not paid in time; as often as the reminders."""
    _once(effect.void_unpaid, job="void-unpaid", is_scheduled=is_scheduled)


@shared_task(name="suspension.tasks.discard_old_drafts")
def discard_old_drafts(*, is_scheduled: bool = False) -> None:
    """Throw away drafts that nobody changed for 90 days; from the clock once a day."""
    _once(effect.discard_old_drafts, job="discard-old-drafts", is_scheduled=is_scheduled)


@shared_task(name="suspension.tasks.alarm_late_legs")
def alarm_late_legs(*, is_scheduled: bool = False) -> None:
    """Tell the desk about transfers whose working days are over; from the clock once an hour."""
    _once(legs.alarm_late_legs, job="alarm-late-legs", is_scheduled=is_scheduled)


@shared_task(name="suspension.tasks.look_for_duplicates")
def look_for_duplicates(*, is_scheduled: bool = False) -> None:
    """Keep the desk's list of people who pay twice; from the clock at most every other minute."""
    now = clock.now()
    slot = f"{now:%Y-%m-%dT%H}:{now.minute // 2 * 2:02}"
    if is_scheduled and not claim_slot("look-for-duplicates", slot=slot):
        return
    done = duplicates_at_desk.look_for_duplicates()
    if is_scheduled:
        finish_slot("look-for-duplicates", slot=slot, note=f"{done}")


@shared_task(name="suspension.tasks.free_cases_of_absent")
def free_cases_of_absent(*, is_scheduled: bool = False) -> None:
    """Put the cases of staff who are away back into the queue; from the clock once an hour."""
    _once(assigning.free_cases_of_absent, job="free-cases", is_scheduled=is_scheduled)


def _once(service: Callable[[], int], *, job: str, is_scheduled: bool) -> None:
    slot = f"{clock.now():%Y-%m-%dT%H}"
    if is_scheduled and not claim_slot(job, slot=slot):
        return
    done = service()
    if is_scheduled:
        finish_slot(job, slot=slot, note=f"{done}")


@shared_task(name="suspension.tasks.render_materials")
def render_materials() -> None:
    """Turn uploaded files into the pages that reviewers see."""
    materials.render_pending()
