"""Drafts of the reasons and materials of a stop."""

import secrets
from datetime import date

from insured.models import PoolingArea, RuleDraft
from insured.services.drafts import NewDraft, draft_rules
from portal.accounts.models import User
from suspension.services.offers import DEFAULT
from tests import factories
from tests.insured.rule_drafts import decided

DAY = date(2026, 4, 1)


def drafted(*, area: PoolingArea, by: User, on: date = DAY, **changes: str) -> RuleDraft:
    """What everybody asks for, with these changes from a day on."""
    new = NewDraft(kind="stop-item", area_id=area.pk, effective_from=on, values=DEFAULT | changes, ground="文号")
    return draft_rules(new, token=secrets.token_urlsafe(24), by=by)


def in_force(area: PoolingArea, **changes: str) -> None:
    """Drafted and approved, from the first of April on."""
    draft = drafted(area=area, by=factories.staff(area=area, role="administrator"), **changes)
    decided(draft, by=factories.staff(area=area, role="supervisor"))
