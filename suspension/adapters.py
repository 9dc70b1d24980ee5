"""Answers to questions that lower apps ask by a name in the settings."""

from portal.accounts.models import User
from suspension.models import Application


def person_of_case(number: str, *, by: User) -> str:
    """人员编号 behind a 受理编号 of the staff member's areas; empty when there is none (settings.PERSON_OF_CASE)."""
    found = Application.objects.in_charge_of(by).filter(number=number).values_list("person__number", flat=True)
    return found.first() or ""
