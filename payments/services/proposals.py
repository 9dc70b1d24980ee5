"""财务复核事项: proposed by one person, decided by another; what is then done is in proposal_kinds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from insured.models import Employer, InsuredPerson, StaffAssignment
from insured.policy.roles import StaffRole
from insured.services.distance import too_close
from insured.services.staff import duties_of
from payments import labels
from payments.models import OrderDoubt, Proposal
from payments.services.proposal_kinds import KINDS
from portal import clock, masking
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.identity import public_number
from portal.notifications.services import Recipient, tell
from portal.transactions import business_transaction

NUMBER_PREFIX = "FH"
"""事项编号 begin with 复核's initials."""
MAKERS, DECIDERS = (StaffRole.FINANCE,), (StaffRole.FINANCE, StaffRole.SUPERVISOR)
SHORTEST_REASON = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProposal:
    """What is proposed; `values` in fen and ISO days, `subject` names what it is about."""

    kind: str
    area_id: int
    subject: str
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)
    doubt: OrderDoubt | None = None
    employer: Employer | None = None
    person: InsuredPerson | None = None


def proposal_page(number: str) -> str:
    """Where the desk shows one."""
    return reverse("admin:payments_proposal_show", args=[number])


@business_transaction
def propose(new: NewProposal, *, token: str, by: User) -> Proposal:
    """Hand it in for the second person, who is told. Refused: of another area, for one's own, against the rules."""
    number = public_number(prefix=NUMBER_PREFIX, on=clock.today())
    use_form_token(token, address=proposal_page(number))
    if not _has_post(by, roles=MAKERS, area_id=new.area_id):
        raise BusinessRuleError(Reason("proposal.not-yours"))
    if len(new.reason.strip()) < SHORTEST_REASON:
        raise BusinessRuleError(Reason("proposal.reason-needed"))
    made = Proposal(
        number=number,
        kind=new.kind,
        area_id=new.area_id,
        subject=new.subject,
        doubt=new.doubt,
        employer=new.employer,
        person=new.person,
        values=dict(new.values),
        reason=masking.mask_text(new.reason.strip())[:200],
        made_by=by,
        made_at=clock.now(),
    )
    _check(made, by=by)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise BusinessRuleError(Reason("proposal.waiting-already")) from None
    _tell_deciders(made)
    return made


def decide(number: str, *, version: int, is_approved: bool, text: str, by: User) -> Proposal:
    """The second person's yes or no; the first one may take it back. ConflictError when somebody was first.

    A gateway is asked before the transaction where the kind wants it. Everything is checked again.
    """
    proposal = Proposal.objects.in_charge_of(by).get(number=number)
    if is_approved:
        _check_second(proposal, by=by)
        KINDS[proposal.kind].before(proposal)
    return _decide(number, version=version, is_approved=is_approved, text=text, by=by)


@business_transaction
def _decide(number: str, *, version: int, is_approved: bool, text: str, by: User) -> Proposal:
    proposal = Proposal.objects.select_related("made_by", "person", "employer", "doubt__order").get(number=number)
    is_own = proposal.made_by_id == by.pk
    if is_approved or not is_own:
        _check_second(proposal, by=by)
    if not is_approved and not is_own and len(text.strip()) < SHORTEST_REASON:
        raise BusinessRuleError(Reason("proposal.text-needed"))
    if is_approved:
        _check(proposal, by=by)
    seen = Proposal.objects.waiting().filter(pk=proposal.pk, version=version)
    decided = {
        "state": Proposal.APPROVED if is_approved else Proposal.RETURNED,
        "decided_by": by,
        "decided_at": clock.now(),
        "decision_text": masking.mask_text(text.strip())[:200],
    }
    if not seen.update(version=F("version") + 1, **decided):
        raise ConflictError(Reason("proposal.decided-already"))
    if is_approved:
        KINDS[proposal.kind].act(proposal, by)
    proposal.refresh_from_db()
    if not is_own:
        _tell_maker(proposal)
    return proposal


def may_decide(proposal: Proposal, *, by: User) -> bool:
    """Whether the page offers the decision."""
    return (
        proposal.state == Proposal.SUBMITTED
        and proposal.made_by_id != by.pk
        and _has_post(by, roles=DECIDERS, area_id=proposal.area_id)
    )


def _has_post(by: User, *, roles: tuple[StaffRole, ...], area_id: int) -> bool:
    duties = duties_of(by)
    return any(duties.has(role, area_id=area_id) for role in roles)


def _check_second(proposal: Proposal, *, by: User) -> None:
    if proposal.made_by_id == by.pk:
        raise BusinessRuleError(Reason("proposal.second-person"))
    if not _has_post(by, roles=DECIDERS, area_id=proposal.area_id):
        raise BusinessRuleError(Reason("proposal.not-yours-to-decide"))


def _check(proposal: Proposal, *, by: User) -> None:
    """Too close, or against the rules of its kind."""
    kind = KINDS[proposal.kind]
    today = clock.today()
    close = {
        reason.code: reason
        for person, employer in kind.about(proposal)
        for reason in too_close(by=by, on=today, person=person, employer=employer)
    }
    if reasons := (*close.values(), *kind.refused(proposal)):
        raise BusinessRuleError(*reasons)


def _tell_deciders(proposal: Proposal) -> None:
    """Whoever may decide in the area, in the hall's own inbox."""
    posts = StaffAssignment.objects.valid_on(clock.today()).filter(area=proposal.area_id, role__in=DECIDERS)
    for post in posts.exclude(user=proposal.made_by).select_related("user", "area").order_by("pk"):
        _tell(proposal, to=post.user, template="payment_proposal", who=proposal.made_by.display_name)


def _tell_maker(proposal: Proposal) -> None:
    state, text = labels.PROPOSAL_STATES[proposal.state], proposal.decision_text
    _tell(proposal, to=proposal.made_by, template="payment_proposal_decided", state=state, text=text)


def _tell(proposal: Proposal, *, to: User, template: str, **params: str) -> None:
    tell(
        event_key=f"proposal:{proposal.number}:{template}:{to.pk}",
        template=template,
        params={"number": proposal.number, "what": proposal.get_kind_display(), **params},
        to=Recipient(user=to, phone=None, email=None, area_code=proposal.area.code),
        subject_number=proposal.number,
        url_name="admin:payments_proposal_show",
        channels=(),
    )
