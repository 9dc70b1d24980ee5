"""实名认证: the register decides at once; where it cannot, a caseworker compares the photos with what was typed.

The register is asked, and photos are written and removed, outside of any transaction.
"""

import shutil
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from insured.models import PoolingArea
from portal import clock
from portal.accounts.gateways.identity import Verdict
from portal.accounts.models import User
from portal.accounts.services.account import set_identity
from portal.accounts.services.registration import REFUSALS, ask_register
from portal.accounts.services.telling import tell_owner
from portal.audit.services import record_access, use_form_token
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.identity import public_number
from portal.transactions import business_transaction
from suspension.models import RealNameReview
from suspension.services.materials import Upload, folder_of, page_of, stored
from suspension.services.rendering import RefusedError, read_pages

PREFIX = "SM"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who somebody says to be. `asks_staff`: a caseworker may look when the register does not confirm."""

    name: str
    resident_id: str
    area: PoolingArea
    front: Upload
    back: Upload
    asks_staff: bool


def prove(claim: Claim, *, token: str, page: str, address: str, by: User) -> RealNameReview | None:
    """Name the account: at once (None) when the register confirms, else by a review. BusinessRuleError says why not.

    `page` is where a repeated form is led, `address` whose tries are counted.
    """
    if by.id_index:
        raise BusinessRuleError(Reason("real-name.done"))
    if RealNameReview.objects.visible_to(by).waiting().exists():
        raise ConflictError(Reason("real-name.waiting"))
    verdict = ask_register(name=claim.name, resident_id=claim.resident_id, address=address)
    if verdict == Verdict.MATCH:
        _confirm(by, name=claim.name, resident_id=claim.resident_id, token=token, page=page)
        return None
    if not claim.asks_staff:
        raise BusinessRuleError(Reason(REFUSALS[verdict]))
    with stored(claim.front) as front, stored(claim.back) as back:
        for public_id, upload in ((front, claim.front), (back, claim.back)):
            _draw(public_id, upload=upload)
        return _send(claim, front=front, back=back, said=verdict, token=token, page=page, by=by)


def _draw(public_id: str, *, upload: Upload) -> None:
    """Staff see only what was drawn anew; the original goes."""
    try:
        read_pages(upload.data, is_pdf=False, into=folder_of(public_id))
    except RefusedError as refused:
        raise BusinessRuleError(Reason("material.unreadable", {"name": upload.name})) from refused
    (folder_of(public_id) / "original").unlink()


@business_transaction
def _confirm(user: User, *, name: str, resident_id: str, token: str, page: str) -> None:
    use_form_token(token, address=page)
    set_identity(user, name=name, resident_id=resident_id)
    tell_owner(user, template="account_named")


@business_transaction
def _send(claim: Claim, *, front: str, back: str, said: Verdict, token: str, page: str, by: User) -> RealNameReview:
    use_form_token(token, address=page)
    try:
        with transaction.atomic():
            return RealNameReview.objects.create(
                number=public_number(prefix=PREFIX, on=clock.today()),
                applicant=by,
                area=claim.area,
                name=claim.name,
                id_number=claim.resident_id,
                front=front,
                back=back,
                said=said,
                sent_at=clock.now(),
            )
    except IntegrityError:
        raise ConflictError(Reason("real-name.waiting")) from None


def decide(number: str, *, is_approved: bool, note: str, by: User) -> RealNameReview:
    """A caseworker of the area decides once; then the photos go. BusinessRuleError says why not."""
    decided = _decide(number, is_approved=is_approved, note=note, by=by)
    for public_id in (decided.front, decided.back):
        shutil.rmtree(folder_of(public_id), ignore_errors=True)
    return decided


@business_transaction
def _decide(number: str, *, is_approved: bool, note: str, by: User) -> RealNameReview:
    review = RealNameReview.objects.in_charge_of(by).select_related("applicant").filter(number=number).first()
    if review is None or review.state != RealNameReview.WAITING:
        raise ConflictError(Reason("real-name.decided"))
    if review.applicant_id == by.pk:
        raise BusinessRuleError(Reason("real-name.own"))
    if not is_approved and not note.strip():
        raise BusinessRuleError(Reason("real-name.note-needed"))
    review.state = RealNameReview.APPROVED if is_approved else RealNameReview.REJECTED
    review.note = "" if is_approved else note.strip()[:200]
    review.decided_at, review.decided_by = clock.now(), by
    changed = {name: getattr(review, name) for name in ("state", "note", "decided_at", "decided_by")}
    if not RealNameReview.objects.waiting().filter(pk=review.pk).update(**changed):
        raise ConflictError(Reason("real-name.decided"))
    if is_approved:
        set_identity(review.applicant, name=review.name, resident_id=review.id_number)
        tell_owner(review.applicant, template="account_named")
    else:
        tell_owner(review.applicant, template="account_not_named", params={"note": review.note})
    record_access(user=by, action="verify-identity", subject_kind="account", subject_id=review.applicant_id)
    return review


@business_transaction
def open_review(review: RealNameReview, *, by: User) -> None:
    """A caseworker is shown the whole number that was typed, to compare it with the photos: logged, always."""
    record_access(
        user=by, action="reveal-id", subject_kind="account", subject_id=review.applicant_id, reason=review.number
    )


@business_transaction
def look(number: str, *, side: str, by: User) -> str:
    """The file of a photo of a waiting review; every look is logged. Empty when there is none for this caseworker."""
    review = RealNameReview.objects.in_charge_of(by).waiting().filter(number=number).first()
    if review is None or side not in {"front", "back"}:
        return ""
    record_access(user=by, action="view", subject_kind="account", subject_id=review.applicant_id)
    return str(page_of(getattr(review, side), page=1))
