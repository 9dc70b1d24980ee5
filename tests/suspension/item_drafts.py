"""Drafts of what the form of an item asks for."""

import secrets
from datetime import date

from insured.models import PoolingArea, RuleDraft
from insured.services.drafts import NewDraft, draft_rules
from portal.accounts.models import User
from suspension.services.offers import OF_DRAFTS
from tests import factories
from tests.insured.rule_drafts import decided

DAY = date(2026, 4, 1)


def drafted(*, area: PoolingArea, by: User, on: date = DAY, kind: str = "stop-item", **changes: str) -> RuleDraft:
    """What everybody asks for, with these changes from a day on."""
    values = OF_DRAFTS[kind].default | changes
    new = NewDraft(kind=kind, area_id=area.pk, effective_from=on, values=values, ground="文号")
    return draft_rules(new, token=secrets.token_urlsafe(24), by=by)


def in_force(area: PoolingArea, *, kind: str = "stop-item", on: date = DAY, **changes: str) -> None:
    """Drafted and approved, from that day on."""
    draft = drafted(area=area, by=factories.staff(area=area, role="administrator"), kind=kind, on=on, **changes)
    decided(draft, by=factories.staff(area=area, role="supervisor"))
