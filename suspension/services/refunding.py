"""退费申请: its request, what the rules say to it, and what an approval does: ends the cover and gives money back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from insured.models import AreaPolicy
from insured.services.coverage import stop_coverage
from payments.models import Refund
from payments.models.bills import read_params, stored_params
from payments.services import refundable
from payments.services.giving_back import Account, Part, ask_back
from portal import clock
from portal.errors import Reason
from suspension import items
from suspension.models import Application, Attachment
from suspension.policy.refund import CARD, IDENTITY, PROOF, Papers, check_papers
from suspension.policy.transitions import Action
from suspension.services.filing import Kind, Verdict
from suspension.services.offers import missing_in
from suspension.services.refund import Claim, claim_of
from suspension.services.workflow import SYSTEM, move


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    """What the form asks for; `coverage_year` names the payment of a resident. The account may be empty."""

    coverage_year: int | None
    refund_cause: str
    refund_holder: str
    refund_bank: str
    refund_account: str
    contact_phone: str
    contact_email: str
    note: str
    uses_credential: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The two results of an approval today: the days of the cover, and the money or why there is none."""

    claim: Claim
    not_filed: tuple[Reason, ...]
    refused: tuple[Reason, ...]
    amount_fen: int
    effective_on: date
    last_covered_on: date | None


def claim_in(application: Application, *, today: date) -> Claim:
    """What the application asks back."""
    return claim_of(application.enrollment, year=application.coverage_year, today=today, own=application)


def decision_of(application: Application, *, today: date) -> Decision:
    """What an approval today would bring; the conditions are those of the day on which it was sent in."""
    claim = claim_in(application, today=today)
    cause = application.refund_cause
    refused = claim.refused(cause)
    effect = claim.stop.effect(None) if claim.stop is not None and claim.facts.scheme == "390" else None
    return Decision(
        claim=claim,
        not_filed=claim.not_filed(cause),
        refused=refused,
        amount_fen=0 if refused else claim.amount_fen,
        effective_on=effect.effective_on if effect else today,
        last_covered_on=effect.last_covered_on if effect else None,
    )


def needs_account(claim: Claim) -> bool:
    """Whether some of the money cannot go back the way it came."""
    wanted = {one.number for one in claim.backs}
    return not refundable.goes_back_by_itself(one for one in claim.records if one.number in wanted)


def lacking(request: RefundRequest, *, claim: Claim, slots: Iterable[str]) -> tuple[Reason, ...]:
    """What a draft still lacks; where no money comes back nothing has to prove it, and no account is needed."""
    has_money = bool(request.refund_cause) and not claim.refused(request.refund_cause)
    given = frozenset(slots)
    must_prove = has_money and claim.needs_proof(request.refund_cause)
    by_account = has_money and needs_account(claim)
    papers = Papers(
        slots=given,
        uses_credential=request.uses_credential,
        cause=request.refund_cause,
        contact_phone=request.contact_phone,
        has_account=all((request.refund_holder, request.refund_bank, request.refund_account)),
    )
    lacks = check_papers(papers, offer=claim.offer, must_prove=must_prove, by_account=by_account)
    if not has_money:
        return lacks
    told = {IDENTITY, *([PROOF] if must_prove else ()), *([CARD] if by_account else ())}
    return (*lacks, *missing_in(claim.offer, given, uses_credential=request.uses_credential, besides=told))


def slots_of(application: Application) -> list[str]:
    """The filled slots."""
    return list(Attachment.objects.kept().filter(application=application).values_list("slot", flat=True))


def _judge(request: RefundRequest, application: Application, today: date) -> Verdict:
    claim = claim_of(application.enrollment, year=request.coverage_year, today=today, own=application)
    rules = AreaPolicy.objects.in_force(area_id=application.area_id, on=today).as_rules()
    lacks = lacking(request, claim=claim, slots=slots_of(application))
    return Verdict((*lacks, *claim.not_filed(request.refund_cause)), rules)


KIND = Kind(items.REFUND, RefundRequest, _judge)


def end_and_give_back(application: Application, today: date) -> None:
    """At the approval: the cover ends, finance is asked to give the money back. The enrollment and case are locked."""
    found = decision_of(application, today=today)
    if found.claim.facts.scheme == "390" and found.last_covered_on is not None:
        stop_coverage(
            application.enrollment,
            effective_on=found.effective_on,
            last_covered_on=found.last_covered_on,
            basis=application.number or "",
        )
    if found.amount_fen:
        records = {one.number: one for one in found.claim.records}
        parts = [
            Part(
                record=records[one.number],
                amount_fen=one.amount_fen,
                first=one.first.first_day,
                last=one.last.first_day,
            )
            for one in found.claim.backs
        ]
        ask_back(parts, basis=application.number or "", account=_account(application))
    why_not = [[one.code, stored_params(one), one.source] for one in found.refused]
    Application.objects.filter(pk=application.pk).update(refund_fen=found.amount_fen, refund_refused=why_not)
    application.refund_fen, application.refund_refused = found.amount_fen, why_not


def _account(application: Application) -> Account | None:
    if not application.refund_account:
        return None
    return Account(holder=application.refund_holder, bank=application.refund_bank, number=application.refund_account)


def refused_of(application: Application) -> tuple[Reason, ...]:
    """Why no money comes back, as it was decided."""
    return tuple(Reason(code, read_params(params), source) for code, params, source in application.refund_refused)


def refunds_of(application: Application) -> list[Refund]:
    """The money of an approved application and how far it is."""
    return refundable.of_application(application.number or "")


def is_settled(application: Application, _today: date) -> bool:
    """Nothing of it is under way any more."""
    return refundable.is_settled(application.number or "")


def complete(application: Application, *, is_silent: bool) -> None:
    """已办结, in the caller's transaction; a refund that finance has dropped is not told as paid."""
    out_fen = refundable.given_back_fen(application.number or "")
    if out_fen < (application.refund_fen or 0):
        why_not = [*application.refund_refused, ["refund.dropped", {}, ""]]
        Application.objects.filter(pk=application.pk).update(refund_fen=out_fen, refund_refused=why_not)
        application.refund_fen, application.refund_refused = out_fen, why_not
    move(application, action=Action.COMPLETE, by=SYSTEM, is_silent=is_silent, completed_at=clock.now())
