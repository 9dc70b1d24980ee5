"""Ties an account of the hall to the insured person it belongs to."""

from insured.models import InsuredPerson
from portal.accounts.models import User
from portal.crypto import blind_index_candidates


def link_account(user: User, *, name: str, resident_id: str) -> bool:
    """The person with this ID and name is the account's from now on; False when there is none, or it has one.

    A person who is written with another name in the register stays apart until the counter has looked at it.
    """
    indexes = blind_index_candidates(resident_id, purpose="resident-id")
    people = InsuredPerson.objects.filter(id_index__in=indexes, name=name, user__isnull=True)
    return bool(people.update(user=user))
