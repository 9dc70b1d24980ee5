"""Drafts of rules, as an administrator hands them in and a supervisor decides."""

import secrets
from datetime import date
from typing import Any

from insured.models import AreaPolicy, PoolingArea, RuleDraft
from insured.services import drafts
from portal.accounts.models import User
from tests import factories

DAY = date(2026, 4, 1)


def drafted(
    *, area: PoolingArea, by: User | None = None, on: date = DAY, today: date = date(2026, 3, 10), **changes: Any
) -> RuleDraft:
    """The rules of the area with these changes from a day on; eight working days are promised if nothing is said."""
    now = AreaPolicy.objects.in_force(area_id=area.pk, on=today)
    values = drafts.values_of(now.as_rules()) | (changes or {"promised_working_days": 8})
    new = drafts.NewDraft(area_id=area.pk, effective_from=on, values=values, ground="示医保〔2026〕3号")
    administrator = by or factories.staff(area=area, role="administrator", name="叶管理")
    return drafts.draft_rules(new, token=secrets.token_urlsafe(24), by=administrator)


def holiday(*, by: User, on: date = DAY, is_workday: bool = False) -> RuleDraft:
    """A day off."""
    values = {"is_workday": is_workday, "note": "调休"}
    new = drafts.NewDraft(area_id=None, effective_from=on, values=values, ground="通知")
    return drafts.draft_rules(new, token=secrets.token_urlsafe(24), by=by)


def decided(draft: RuleDraft, *, by: User, is_approved: bool = True, text: str = "") -> RuleDraft:
    """Decided on the version as it was read."""
    return drafts.decide_draft(draft.number, version=draft.version, is_approved=is_approved, text=text, by=by)


def kept(*, area: PoolingArea, by: User, on: date = DAY, **changes: Any) -> RuleDraft:
    """The same, put by and not handed in."""
    now = AreaPolicy.objects.in_force(area_id=area.pk, on=date(2026, 3, 10))
    values = drafts.values_of(now.as_rules()) | changes
    new = drafts.NewDraft(area_id=area.pk, effective_from=on, values=values, ground="示医保〔2026〕3号")
    return drafts.keep_draft(new, token=secrets.token_urlsafe(24), by=by)
