"""Drafts of rules: kept by an administrator, put in force by a supervisor; the only writer of rules and holidays.

What another app keeps (draft_kinds) is written by that app.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db.models import F
from django.urls import reverse

from insured.models import AreaPolicy, HolidayOverride, PoolingArea, RuleDraft
from insured.policy.drafts import DraftFacts, check_draft, check_second_person
from insured.policy.roles import StaffRole
from insured.policy.rules import AreaRules
from insured.services.draft_kinds import find_kind
from insured.services.staff import duties_of
from portal import clock, masking
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.identity import public_number
from portal.transactions import business_transaction

NUMBER_PREFIX = "GZ"
"""草案编号 begin with 规则's initials."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDraft:
    """Rules of an area from a day on, or (without an area) what a day is: {"is_workday": …, "note": …}.

    `kind` names one of settings.DRAFT_KINDS; empty for an area's rules and for a day.
    """

    area_id: int | None
    effective_from: date
    values: Mapping[str, Any]
    ground: str
    kind: str = ""


def values_of(rules: AreaRules) -> dict[str, Any]:
    """The rules by name."""
    return {field.name: getattr(rules, field.name) for field in fields(AreaRules)}


def now_of(draft: RuleDraft) -> dict[str, Any]:
    """What holds on the day before the draft, field by field."""
    if find_kind(draft.kind):
        return dict(draft.before)
    if draft.base:
        return values_of(draft.base.as_rules())
    found = HolidayOverride.objects.filter(day=draft.effective_from).first()
    return {"is_workday": found.is_workday, "note": found.note} if found else {}


@business_transaction
def draft_rules(new: NewDraft, *, number: str = "", token: str, by: User) -> RuleDraft:
    """Hand a draft in, the one kept under `number` or a new one.

    Refused: in the past, on a day that has rules, without a difference.
    """
    draft = _drafted(new, number=number, token=token, by=by)
    _check(draft)
    _write(draft, state=RuleDraft.SUBMITTED)
    return draft


@business_transaction
def keep_draft(new: NewDraft, *, number: str = "", token: str, by: User) -> RuleDraft:
    """Put it by to go on later; only its drafter sees it, and nothing is asked yet but the shape."""
    draft = _drafted(new, number=number, token=token, by=by)
    _write(draft, state=RuleDraft.KEPT)
    return draft


@business_transaction
def hand_in(number: str, *, version: int, by: User) -> RuleDraft:
    """Hand a kept draft in as it is. ConflictError when it was changed or handed in meanwhile."""
    draft = RuleDraft.objects.kept_by(by).filter(number=number).select_related("base").first()
    if draft is None or draft.version != version:
        raise ConflictError(Reason("draft.not-kept"))
    _check_drafter(draft.area_id, by=by)
    _stand_on_today(draft)
    _check(draft)
    _write(draft, state=RuleDraft.SUBMITTED)
    return draft


@business_transaction
def withdraw_draft(number: str, *, version: int, by: User) -> None:
    """Its drafter takes it back before anybody decided. ConflictError when somebody did."""
    open_states = (RuleDraft.KEPT, RuleDraft.SUBMITTED)
    mine = RuleDraft.objects.filter(number=number, drafted_by=by, version=version, state__in=open_states)
    if not mine.update(state=RuleDraft.WITHDRAWN, version=F("version") + 1):
        raise ConflictError(Reason("draft.decided-already"))


def _drafted(new: NewDraft, *, number: str, token: str, by: User) -> RuleDraft:
    """The row with what was typed, not written yet."""
    found = RuleDraft.objects.kept_by(by).filter(number=number).first() if number else None
    draft = found or RuleDraft(number=public_number(prefix=NUMBER_PREFIX, on=clock.today()), drafted_by=by)
    use_form_token(token, address=reverse("admin:insured_ruledraft_show", args=[draft.number]))
    _check_drafter(new.area_id, by=by)
    kind = find_kind(new.kind)
    is_area = new.area_id is not None and kind is None
    draft.kind = new.kind if kind else "area" if is_area else "holiday"
    draft.area_id = new.area_id
    draft.effective_from = new.effective_from
    draft.values = dict(new.values)
    draft.ground = masking.mask_text(new.ground.strip())[:200]
    _stand_on_today(draft)
    return draft


def _stand_on_today(draft: RuleDraft) -> None:
    """What holds now is what it is compared with."""
    kind = find_kind(draft.kind)
    if kind:
        draft.before = kind.now(draft.whose_area, draft.effective_from)
    elif draft.area_id is not None:
        draft.base = AreaPolicy.objects.in_force(area_id=draft.area_id, on=draft.effective_from)


def _write(draft: RuleDraft, *, state: str) -> None:
    """Insert it, or change the kept row if nobody else did."""
    before, draft.state = draft.version, state
    if draft.pk is None:
        draft.save(force_insert=True)
        return
    names = ("kind", "area_id", "base_id", "effective_from", "values", "before", "ground", "state")
    kept = RuleDraft.objects.filter(pk=draft.pk, version=before, state=RuleDraft.KEPT)
    if not kept.update(version=before + 1, **{name: getattr(draft, name) for name in names}):
        raise ConflictError(Reason("draft.not-kept"))
    draft.version = before + 1


@business_transaction
def decide_draft(number: str, *, version: int, is_approved: bool, text: str, by: User) -> RuleDraft:
    """A second person puts it in force from its day on, or sends it back with a reason.

    ConflictError when somebody decided meanwhile. Everything is asked again: the day may have come, or other rules.
    One draft of an area after the other: each is compared with what the one before has put in force.
    """
    _lock_area_of(number)
    draft = RuleDraft.objects.select_related("base").get(number=number)
    reasons = check_second_person(is_drafter=draft.drafted_by_id == by.pk, has_right=_may_decide(draft, by=by))
    if reasons:
        raise BusinessRuleError(*reasons)
    if not is_approved and not text.strip():
        raise BusinessRuleError(Reason("draft.reason-needed"))
    if is_approved:
        _check(draft)
    changed = RuleDraft.objects.filter(pk=draft.pk, version=version, state=RuleDraft.SUBMITTED).update(
        state=RuleDraft.APPROVED if is_approved else RuleDraft.RETURNED,
        version=F("version") + 1,
        decided_by=by,
        decided_at=clock.now(),
        decision_text=masking.mask_text(text.strip())[:200],
    )
    if not changed:
        raise ConflictError(Reason("draft.decided-already"))
    if is_approved:
        _put_in_force(draft)
    draft.refresh_from_db()
    return draft


def _lock_area_of(number: str) -> None:
    """Lock the area of a draft until the end of the transaction; a holiday has none."""
    PoolingArea.objects.select_for_update(no_key=True, of=("self",)).filter(
        pk__in=RuleDraft.objects.filter(number=number, area__isnull=False).values("area")
    ).first()


def _put_in_force(draft: RuleDraft) -> None:
    if kind := find_kind(draft.kind):
        kind.put_in_force(draft)
    elif draft.area_id is None:
        HolidayOverride.objects.update_or_create(day=draft.effective_from, defaults=draft.values)
    else:
        AreaPolicy.objects.create(area_id=draft.area_id, effective_from=draft.effective_from, **draft.values)


def _check(draft: RuleDraft) -> None:
    is_taken = is_changed = False
    kind = find_kind(draft.kind)
    if kind and draft.area_id is not None:
        is_changed = kind.now(draft.area_id, draft.effective_from) != draft.before
    elif draft.area_id is not None:
        current = AreaPolicy.objects.in_force(area_id=draft.area_id, on=draft.effective_from)
        is_taken = current.effective_from == draft.effective_from
        is_changed = not is_taken and current.pk != draft.base_id
    facts = DraftFacts(
        effective_from=draft.effective_from,
        values=draft.values,
        now=now_of(draft),
        is_day_taken=is_taken,
        is_base_changed=is_changed,
    )
    own = kind.refused(draft) if kind else ()
    if reasons := (*check_draft(facts, today=clock.today()), *own):
        raise BusinessRuleError(*reasons)


def _check_drafter(area_id: int | None, *, by: User) -> None:
    duties = duties_of(by)
    role = StaffRole.ADMINISTRATOR
    if not (duties.has(role, area_id=area_id) if area_id is not None else role in duties.roles):
        raise BusinessRuleError(Reason("draft.not-administrator"))


def _may_decide(draft: RuleDraft, *, by: User) -> bool:
    duties = duties_of(by)
    if draft.area_id is None:
        return StaffRole.SUPERVISOR in duties.roles
    return duties.has(StaffRole.SUPERVISOR, area_id=draft.area_id)
