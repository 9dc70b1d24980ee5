"""Contact addresses that are not the account's own: a code that comes back proves that messages arrive there."""

from portal.accounts.models import OneTimeCode, Purpose, User
from portal.accounts.services.codes import Asker, Destination, Request, send_code
from portal.crypto import blind_index_candidates


def is_verified(destination: Destination, *, user: User) -> bool:
    """Whether it is the account's own, which a code has proven, or one that this person has proven since."""
    if destination.value in {user.phone, user.email}:
        return True
    indexes = blind_index_candidates(destination.value, purpose="code-destination")
    proven = OneTimeCode.objects.filter(user=user, purpose=Purpose.CONTACT, used_at__isnull=False)
    return proven.filter(destination_index__in=indexes).exists()


def send_contact_code(destination: Destination, *, user: User, address: str) -> str:
    """A code to the address; the token it is bound to. TooOften when a limit is reached."""
    asker = Asker(address, is_proven=True)
    return send_code(Request(purpose=Purpose.CONTACT, destination=destination, asker=asker, user=user))
