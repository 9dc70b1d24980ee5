"""亲情账户: invite a relative, consent to be acted for, decline, end. Who may act for whom is read here, too."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from insured import labels
from insured.models import FamilyRelation, InsuredPerson
from insured.models.people import FamilyRelationQuerySet
from insured.services.staff import duties_of
from portal import clock
from portal.accounts.models import User
from portal.accounts.services.limits import Limit, spend
from portal.audit.services import record_access, use_form_token
from portal.crypto import blind_index_candidates
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.identity import normalize_phone
from portal.masking import mask_name
from portal.notifications.services import Recipient, tell
from portal.transactions import business_transaction

DAY_SECONDS = 24 * 3600
INVITATIONS_A_DAY = 5
SOURCE = "亲情账户代办规则"
COUNTER_CONSENT = "family-consent"
"""How the access log names a consent given at the counter."""
COUNTER_END = "family-end"
"""And one that was ended there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Whom to invite. `key` is the last four characters of the resident ID, or the phone of the hall's account."""

    name: str
    key: str
    kind: str


def may_act(user: User, *, person: InsuredPerson) -> bool:
    """Whether this person lets the user act for them today. One statement."""
    return FamilyRelation.objects.consented().filter(relative=person, person__user=user).exists()


def invite(invitation: Invitation, *, token: str, address: str, by: User) -> None:
    """Ask a relative for consent; told in the hall and by SMS.

    At most INVITATIONS_A_DAY, found or not: TooOften. BusinessRuleError when nobody is found, or asked already.
    """
    spend(Limit("family-invite", str(by.pk), INVITATIONS_A_DAY, DAY_SECONDS))
    _invite(invitation, token=token, address=address, by=by)


@business_transaction
def _invite(invitation: Invitation, *, token: str, address: str, by: User) -> None:
    use_form_token(token, address=address)
    me = InsuredPerson.objects.visible_to(by).select_related("area").first()
    if me is None:
        raise BusinessRuleError(Reason("family.no-person", source=SOURCE))
    relative = _find(invitation)
    if relative is None:
        raise BusinessRuleError(Reason("family.not-found", source=SOURCE))
    if relative == me:
        raise BusinessRuleError(Reason("family.oneself", source=SOURCE))
    relation = _invited(me, relative=relative, kind=invitation.kind)
    _tell(relation, relative, template="family_invited", who=me.name, at=relation.invited_at)


def _find(invitation: Invitation) -> InsuredPerson | None:
    """The one living person of this name with these four characters or this phone; None for several."""
    people = InsuredPerson.objects.filter(name=invitation.name, is_deceased=False).select_related("user", "area")
    if len(invitation.key) == 4:
        last4 = blind_index_candidates(invitation.key.upper(), purpose="resident-id-last4")
        found = list(people.filter(id_last4_index__in=last4)[:2])
    else:
        phone = blind_index_candidates(normalize_phone(invitation.key), purpose="phone")
        found = list(people.filter(user__phone_index__in=phone)[:2])
    return found[0] if len(found) == 1 else None


def _invited(me: InsuredPerson, *, relative: InsuredPerson, kind: str) -> FamilyRelation:
    """A row that the register knows is asked; a new one is written."""
    now = clock.now()
    known = FamilyRelation.objects.current().filter(person=me, relative=relative).first()
    if known is None:
        try:
            with transaction.atomic():
                return FamilyRelation.objects.create(person=me, relative=relative, kind=kind, invited_at=now)
        except IntegrityError as error:
            raise ConflictError(Reason("family.invited-already", source=SOURCE)) from error
    if known.consented_at is not None:
        raise BusinessRuleError(Reason("family.consented-already", source=SOURCE))
    if not FamilyRelation.objects.current().filter(pk=known.pk, invited_at__isnull=True).update(invited_at=now):
        raise BusinessRuleError(Reason("family.invited-already", source=SOURCE))
    known.invited_at = now
    return known


@business_transaction
def accept(*, inviter_number: str, by: User) -> None:
    """Consent to be acted for by the person who asked, in the wording of labels.FAMILY_CONSENT_VERSION."""
    pending = FamilyRelation.objects.pending().filter(relative__user=by, person__number=inviter_number)
    now = clock.now()
    relation = _changed(pending, consented_at=now, consent_version=labels.FAMILY_CONSENT_VERSION)
    _tell(relation, relation.person, template="family_accepted", who=relation.relative.name, at=now)
    _tell(relation, relation.relative, template="family_consent_given", who=relation.person.name, at=now)


@business_transaction
def accept_at_counter(*, inviter_number: str, relative_number: str, is_identity_checked: bool, by: User) -> None:
    """The consent of somebody without an account, given at the counter with the ID card and a signed form; logged.

    BusinessRuleError when the card was not checked, or when a caseworker would decide about their own family.
    """
    if not is_identity_checked:
        raise BusinessRuleError(Reason("counter.identity"))
    asked = FamilyRelation.objects.pending().filter(
        relative__in=InsuredPerson.objects.in_charge_of(by),
        relative__number=relative_number,
        person__number=inviter_number,
    )
    now = clock.now()
    relation = _changed(asked, consented_at=now, consent_version=labels.FAMILY_CONSENT_VERSION)
    _check_counter(relation, by=by)
    _log_counter(relation, action=COUNTER_CONSENT, reason="窗口核对身份证原件和签字的同意书", by=by)
    _tell(relation, relation.person, template="family_accepted", who=relation.relative.name, at=now)
    _tell(relation, relation.relative, template="family_consent_given", who=relation.person.name, at=now)


@business_transaction
def end_at_counter(*, actor_number: str, relative_number: str, is_identity_checked: bool, by: User) -> None:
    """End a consent for the person in front of the counter, who gave it; logged, and told to both."""
    if not is_identity_checked:
        raise BusinessRuleError(Reason("counter.identity"))
    running = FamilyRelation.objects.consented().filter(
        relative__in=InsuredPerson.objects.in_charge_of(by),
        relative__number=relative_number,
        person__number=actor_number,
    )
    relation, now = _changed(running, ended_on=clock.today()), clock.now()
    _check_counter(relation, by=by)
    _log_counter(relation, action=COUNTER_END, reason="窗口核对身份证原件，本人要求解除", by=by)
    _tell(relation, relation.person, template="family_ended", who=relation.relative.name, at=now)
    _tell(relation, relation.relative, template="family_ended", who=relation.person.name, at=now)


def _check_counter(relation: FamilyRelation, *, by: User) -> None:
    if not duties_of(by).has("caseworker", area_id=relation.relative.area_id):
        raise BusinessRuleError(Reason("counter.not-found"))
    if by.pk in (relation.person.user_id, relation.relative.user_id):
        raise BusinessRuleError(Reason("counter.own-family"))


def _log_counter(relation: FamilyRelation, *, action: str, reason: str, by: User) -> None:
    record_access(
        user=by,
        action=action,
        subject_kind="insuredperson",
        subject_id=relation.relative_id,
        purpose="case",
        reason=reason,
    )


@business_transaction
def decline(*, inviter_number: str, by: User) -> None:
    """Say no; who asked is told in the hall."""
    pending = FamilyRelation.objects.pending().filter(relative__user=by, person__number=inviter_number)
    now = clock.now()
    relation = _changed(pending, declined_at=now, ended_on=clock.today())
    _tell(relation, relation.person, template="family_declined", who=relation.relative.name, at=now, channels=())


@business_transaction
def end(*, other_number: str, is_actor: bool, by: User) -> None:
    """End acting for somebody (`is_actor`) or being acted for, or take an invitation back; it holds at once.

    Both are told, unless nobody had consented yet.
    """
    mine = FamilyRelation.objects.current().exclude(invited_at__isnull=True, consented_at__isnull=True)
    if is_actor:
        mine = mine.filter(person__user=by, relative__number=other_number)
    else:
        mine = mine.filter(relative__user=by, person__number=other_number).consented()
    relation = _changed(mine, ended_on=clock.today())
    if relation.consented_at is None:
        return
    now = clock.now()
    _tell(relation, relation.person, template="family_ended", who=relation.relative.name, at=now)
    _tell(relation, relation.relative, template="family_ended", who=relation.person.name, at=now)


def _changed(wanted: FamilyRelationQuerySet, **changes: object) -> FamilyRelation:
    """The one row, changed if it is still as wanted; ConflictError when somebody was first or it never was."""
    relation = wanted.select_related("person__user", "person__area", "relative__user", "relative__area").first()
    if relation is None:
        raise ConflictError(Reason("family.gone", source=SOURCE))
    same = FamilyRelation.objects.current().filter(pk=relation.pk, consented_at=relation.consented_at)
    if not same.update(**changes):
        raise ConflictError(Reason("family.gone", source=SOURCE))
    return relation


def _tell(
    relation: FamilyRelation,
    to: InsuredPerson,
    *,
    template: str,
    who: str,
    at: datetime | None,
    channels: tuple[str, ...] = ("sms",),
) -> None:
    moment = f"{at:%Y%m%d%H%M%S%f}" if at else ""
    tell(
        event_key=f"family:{relation.pk}:{template}:{moment}:{to.pk}",
        template=template,
        params={"who": mask_name(who), "kind": relation.get_kind_display()},
        to=Recipient(user=to.user, phone=to.phone, email=to.email or None, area_code=to.area.code),
        url_name="family",
        channels=channels,
    )
