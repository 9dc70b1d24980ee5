"""Where the result is sent to must be an address that is known or proven, so that no typing error swallows it."""

from insured.models import InsuredPerson
from portal.accounts.models import User
from portal.accounts.services.codes import Destination
from portal.accounts.services.contacts import is_verified
from suspension.models import Application


def unproven(application: Application, *, by: User) -> tuple[Destination, ...]:
    """The contact addresses of an application that nobody knows and no code has proven."""
    return unproven_of(
        application.person, phone=application.contact_phone or "", email=application.contact_email, by=by
    )


def unproven_of(person: InsuredPerson, *, phone: str, email: str, by: User) -> tuple[Destination, ...]:
    """Those that neither the register nor the account knows and no code has proven."""
    wanted = [one for one in (Destination("sms", phone), Destination("email", email.lower())) if one.value]
    known = _registered(person, by=by) if wanted else set()
    return tuple(one for one in wanted if one.value not in known and not is_verified(one, user=by))


def _registered(person: InsuredPerson, *, by: User) -> set[str]:
    """What the register holds for the person and for the relative who acts for them."""
    actors = [person] if person.user_id == by.pk else [person, *InsuredPerson.objects.filter(user=by)]
    return {value for one in actors for value in (one.phone, one.email.lower()) if value}
