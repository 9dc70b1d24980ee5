"""What the worker does for applications; each task is one service call and may run twice."""

from celery import shared_task

from portal import clock
from portal.audit.services import claim_slot, finish_slot
from suspension.services import effect, materials


@shared_task(name="suspension.tasks.apply_due")
def apply_due(*, is_scheduled: bool = False) -> None:
    """Write the effects whose day has come; from the clock at most once a minute, from a hint at any time."""
    slot = f"{clock.now():%Y-%m-%dT%H:%M}"
    if is_scheduled and not claim_slot("apply-due", slot=slot):
        return
    done = effect.apply_due_effects()
    if is_scheduled:
        finish_slot("apply-due", slot=slot, note=f"{done}")


@shared_task(name="suspension.tasks.close_overdue")
def close_overdue() -> None:
    """Close returned cases that were not corrected in time."""
    slot = f"{clock.now():%Y-%m-%dT%H}"
    if claim_slot("close-overdue", slot=slot):
        finish_slot("close-overdue", slot=slot, note=f"{effect.close_overdue()}")


@shared_task(name="suspension.tasks.render_materials")
def render_materials() -> None:
    """Turn uploaded files into the pages that reviewers see."""
    materials.render_pending()
