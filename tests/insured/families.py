"""Invitations into a family account, brought there by the services alone."""

import secrets

from insured.models import InsuredPerson
from insured.services import family
from portal.accounts.models import User
from tests import factories


def invited(*, by: User, relative: InsuredPerson, kind: str = "3", **changes: str) -> None:
    """Asked by name and the last four characters of the ID, if nothing else is said."""
    typed = {"name": relative.name, "key": relative.id_number[-4:], "kind": kind} | changes
    family.invite(family.Invitation(**typed), token=secrets.token_urlsafe(24), address="/me/family/", by=by)


def accepted(*, inviter: InsuredPerson, relative: InsuredPerson) -> None:
    """The relative consents."""
    family.accept(inviter_number=inviter.number, by=factories.account_of(relative))


def declined(*, inviter: InsuredPerson, relative: InsuredPerson) -> None:
    """The relative does not consent."""
    family.decline(inviter_number=inviter.number, by=factories.account_of(relative))


def ended(*, actor: InsuredPerson, relative: InsuredPerson) -> None:
    """The one who acted ends it."""
    family.end(other_number=relative.number, is_actor=True, by=factories.account_of(actor))


def consented(*, actor: InsuredPerson, relative: InsuredPerson) -> None:
    """From asking to consent."""
    invited(by=factories.account_of(actor), relative=relative)
    accepted(inviter=actor, relative=relative)
