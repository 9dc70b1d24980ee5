"""What a staff member may do today, read once per request."""

from collections.abc import Mapping
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db.models import Exists

from insured.models import StaffAssignment
from insured.policy.roles import Right, rights_of
from portal import clock
from portal.accounts.models import User


@dataclass(frozen=True, slots=True)
class Duties:
    """The (area id, role) pairs of today and the areas' codes; `has_authenticator` says nothing when there are none."""

    pairs: frozenset[tuple[int, str]]
    codes: Mapping[int, str]
    has_authenticator: bool

    @property
    def roles(self) -> frozenset[str]:
        """The roles held anywhere."""
        return frozenset(role for _, role in self.pairs)

    @property
    def rights(self) -> frozenset[Right]:
        """What the posts of today allow together."""
        return rights_of(self.roles)

    @property
    def area_ids(self) -> list[int]:
        """The areas of today, in any role."""
        return sorted({area_id for area_id, _ in self.pairs})

    def codes_with(self, right: Right) -> frozenset[str]:
        """Codes of the areas in which a post gives this right."""
        return frozenset(self.codes[area_id] for area_id, role in self.pairs if right in rights_of({role}))

    def has(self, role: str, *, area_id: int) -> bool:
        """Whether the role is held in this area."""
        return (area_id, role) in self.pairs


def duties_of(user: User) -> Duties:
    """One statement for the assignments of today and the second factor; kept with the user as loaded for a request."""
    known: Duties | None = user.__dict__.get("_duties")
    if known is None:
        factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
        rows = list(
            StaffAssignment.objects.held_by(user, on=clock.today()).values_list(
                "area_id", "area__code", "role", Exists(factor)
            )
        )
        known = Duties(
            pairs=frozenset((area, role) for area, _, role, _ in rows),
            codes={area: code for area, code, *_ in rows},
            has_authenticator=any(has for *_, has in rows),
        )
        user.__dict__["_duties"] = known
    return known
