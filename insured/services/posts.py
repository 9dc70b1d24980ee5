"""Gives posts to staff and takes them away; every change leaves a row that nobody can alter."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse

from insured import labels
from insured.models import PostEvent, StaffAssignment
from insured.policy.posts import PostFacts, check_post
from insured.policy.roles import StaffRole
from insured.services.staff import duties_of
from portal import clock, masking
from portal.accounts.models import User
from portal.accounts.services import make_staff
from portal.audit.services import current_request_id, use_form_token
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.transactions import business_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPost:
    """What an administrator typed: who (log-in and name must belong together), which post, from when to when."""

    login: str
    name: str
    area_id: int
    role: str
    starts_on: date
    ends_on: date | None = None
    reason: str


@business_transaction
def give_post(new: NewPost, *, token: str, by: User) -> StaffAssignment:
    """任命. The person needs an account; it becomes one of staff, and asks for a second factor from now on.

    Refused: oneself, outside one's area, in the past, and a post that clashes with another one of that person there.
    """
    use_form_token(token, address=reverse("admin:insured_staffassignment_changelist"))
    return _give(new, by=by)


@business_transaction
def appoint_from_shell(new: NewPost) -> StaffAssignment:
    """The first administrator of an area: whoever runs the hall appoints them, and the row says that nobody did."""
    if new.role != StaffRole.ADMINISTRATOR:
        raise ValueError("the shell appoints administrators only")
    return _give(new, by=None)


def _give(new: NewPost, *, by: User | None) -> StaffAssignment:
    if not new.reason.strip():
        raise BusinessRuleError(Reason("post.reason-needed"))
    found = User.objects.by_login(new.login)
    if found is None or not found.is_active or found.display_name != new.name.strip():
        raise BusinessRuleError(Reason("post.no-account"))
    # The lock lets two administrators pass one after the other, so that clashing posts with an end are seen, too.
    person = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=found.pk)
    facts = PostFacts(
        role=new.role,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        is_administrator=by is None or duties_of(by).has(StaffRole.ADMINISTRATOR, area_id=new.area_id),
        is_oneself=by is not None and by.pk == person.pk,
        is_superuser=person.is_superuser,
        held=_held(new, person=person),
    )
    if reasons := check_post(facts, today=clock.today()):
        raise BusinessRuleError(*(_worded(reason) for reason in reasons))
    post = StaffAssignment.objects.create(
        user=person, area_id=new.area_id, role=new.role, starts_on=new.starts_on, ends_on=new.ends_on
    )
    make_staff(person)
    _note(post, action="given", reason=new.reason, by=by)
    return post


def _worded(reason: Reason) -> Reason:
    role = reason.params.get("role")
    return Reason(reason.code, {"role": labels.STAFF_ROLES[str(role)]}, source=reason.source) if role else reason


def _held(new: NewPost, *, person: User) -> list[str]:
    """Roles the person has there on any day of the new post."""
    rows = StaffAssignment.objects.filter(user=person, area_id=new.area_id, ended_at__isnull=True)
    rows = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=new.starts_on))
    if new.ends_on:
        rows = rows.filter(starts_on__lte=new.ends_on)
    return list(rows.values_list("role", flat=True))


@business_transaction
def end_post(post_id: int, *, reason: str, by: User) -> StaffAssignment:
    """终止 at once: the next request of that person is refused. ConflictError when it has ended already."""
    post = StaffAssignment.objects.select_related("user").get(pk=post_id)
    if not duties_of(by).has(StaffRole.ADMINISTRATOR, area_id=post.area_id):
        raise BusinessRuleError(Reason("post.not-your-area"))
    if post.user_id == by.pk:
        raise BusinessRuleError(Reason("post.oneself"))
    if not reason.strip():
        raise BusinessRuleError(Reason("post.reason-needed"))
    running = StaffAssignment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today()), pk=post_id)
    if not running.filter(ended_at__isnull=True).update(ended_at=clock.now()):
        raise ConflictError(Reason("post.ended-already"))
    _note(post, action="ended", reason=reason, by=by)
    return post


def _note(post: StaffAssignment, *, action: str, reason: str, by: User | None) -> None:
    PostEvent.objects.create(
        assignment=post,
        action=action,
        by=by,
        ends_on=post.ends_on,
        reason=masking.mask_text(reason.strip())[:200],
        request_id=current_request_id(),
    )
