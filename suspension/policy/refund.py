"""May what was paid be given back: the conditions of 退费, and how much of each payment. Asked as of the day of filing.

Stop and refund are two results: the cover of the year can be ended while its payment is not given back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from insured.policy.dates import Month, MonthSpan, months_between
from insured.policy.rules import READING
from portal.errors import Reason
from suspension.policy.offer import Offer
from suspension.policy.stop import ACTIVE, SOURCE_AREA, SOURCE_ONE, SOURCE_REFUND, Check

RESIDENT_CAUSES = ("joined-310", "joined-390", "double", "death", "other")
FLEXIBLE_CAUSES = ("employed", "other")
"""What may be chosen for each scheme; `other` is never a cause by itself."""
SOURCE_PRACTICE = "医保办函〔2021〕33号"
SOURCE_AID = "医保办函〔2021〕11号第16条；资助款按原渠道退回"
SOURCE_FORM = "退费申请表（演示取值）"
PROOF, IDENTITY, CARD = "refund-proof", "id-card", "bank-card"
"""The slots of what proves the cause, of the identity card and of the photo of the bank card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidRecord:
    """One payment that stands in the books: what the person gave for these months, in fen."""

    number: str
    first: Month
    last: Month
    personal_fen: int
    aid_fen: int = 0
    is_received: bool = True
    back_fen: int = 0
    """So much of it was given back, or is on its way back."""

    @property
    def months(self) -> tuple[Month, ...]:
        """The months it is for."""
        return months_between(self.first, self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFacts:
    """What the rules need to know, as of the day of filing.

    `year` is the coverage year of a resident's payment. `joined_310_on`, `resident_elsewhere` and `paid_twice_in` are
    what the register itself says of the cause; `employed_from` the first month a unit pays for a flexible worker.
    `stop_reasons` say why a cover that goes on cannot be ended.
    """

    scheme: str
    status: str
    is_through_unit: bool
    asked_on: date
    records: tuple[PaidRecord, ...]
    year: int = 0
    unit_name: str = ""
    is_deceased: bool = False
    joined_310_on: date | None = None
    resident_elsewhere: str = ""
    paid_twice_in: str = ""
    employed_from: Month | None = None
    stop_reasons: tuple[Reason, ...] = ()
    open_number: str = ""

    @property
    def begins_on(self) -> date:
        """待遇期开始: 1 January of the coverage year, for late payers too."""
        return date(self.year, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """What of one payment comes back, in fen, and for which months."""

    number: str
    amount_fen: int
    first: Month
    last: Month
    reason: Reason


def refund_checks(facts: RefundFacts, *, cause: str) -> tuple[Check, ...]:
    """Every condition of the money with its answer; without a cause those that need one are left out."""
    if facts.is_through_unit:
        params = {"unit": facts.unit_name}
        return (Check("refund-own", (Reason("refund.through-unit", params, SOURCE_AREA),)),)
    found = [
        Check("refund-paid", _paid(facts)),
        Check("refund-not-begun" if facts.scheme == "390" else "refund-ahead", _in_time(facts)),
        Check("refund-once", _once(facts)),
    ]
    if cause:
        found.append(Check("refund-cause", _cause(facts, cause=cause)))
    return tuple(found)


def check_refund(facts: RefundFacts, *, cause: str) -> tuple[Reason, ...]:
    """Why no money comes back; empty when it does."""
    return tuple(reason for check in refund_checks(facts, cause=cause) for reason in check.reasons)


def check_ending(facts: RefundFacts) -> tuple[Reason, ...]:
    """Why the cover cannot be ended together with it; empty when it can, or when it is over already."""
    if facts.open_number:
        return (Reason("stop.already-open", {"number": facts.open_number}, READING),)
    if facts.is_through_unit:
        return (Reason("refund.through-unit", {"unit": facts.unit_name}, SOURCE_AREA),)
    return facts.stop_reasons if facts.status == ACTIVE and facts.scheme == "390" else ()


def check_filing(facts: RefundFacts, *, cause: str) -> tuple[Reason, ...]:
    """Why nothing at all can be sent in.

    A resident whose cover can be ended may send the request although the money is certain to stay: one accepted, one
    refused. A flexible worker has stopped before, so that nothing is left without the money.
    """
    if reasons := check_ending(facts):
        return reasons
    refused = check_refund(facts, cause=cause)
    if facts.scheme == "390" and not _paid(facts) and not _once(facts):
        return ()
    return refused


def backs(facts: RefundFacts) -> tuple[Back, ...]:
    """What of each payment comes back where the conditions hold; nothing of one that is back already."""
    found = (_back(facts, record) for record in facts.records if record.is_received)
    return tuple(one for one in found if one is not None)


def evidence(facts: RefundFacts, *, cause: str) -> Reason:
    """What proves the cause: the register, or a material that the desk looks at."""
    known = {
        "joined-310": Reason("refund.known-310", {"on": facts.joined_310_on}, SOURCE_ONE)
        if facts.joined_310_on
        else None,
        "joined-390": Reason("refund.known-390", {"area": facts.resident_elsewhere}, SOURCE_ONE)
        if facts.resident_elsewhere
        else None,
        "double": Reason("refund.known-double", {"area": facts.paid_twice_in}, SOURCE_REFUND)
        if facts.paid_twice_in
        else None,
        "death": Reason("refund.known-death", source=SOURCE_REFUND) if facts.is_deceased else None,
        "employed": Reason("refund.known-employed", {"month": facts.employed_from}, SOURCE_REFUND)
        if facts.employed_from
        else None,
    }.get(cause)
    return known or Reason("refund.needs-proof", source=SOURCE_FORM)


def needs_proof(facts: RefundFacts, *, cause: str) -> bool:
    """Whether a material must prove the cause, since the register does not."""
    return evidence(facts, cause=cause).code == "refund.needs-proof"


def share_of(fen: int, *, months: int, of: int) -> int:
    """The part of an amount that so many of its months are, rounded down: what is given back never exceeds it."""
    return fen * months // of


def _back(facts: RefundFacts, record: PaidRecord) -> Back | None:
    if facts.scheme == "390":
        left = record.personal_fen - record.back_fen
        if left <= 0:
            return None
        params: dict[str, object] = {"year": facts.year, "amount_fen": left}
        code = "refund.whole-year"
        if record.back_fen:
            code, params = "refund.rest-of-year", params | {"back_fen": record.back_fen}
        elif record.aid_fen:
            code, params = "refund.own-part", params | {"aid_fen": record.aid_fen}
        return Back(
            number=record.number,
            amount_fen=left,
            first=record.first,
            last=record.last,
            reason=Reason(code, params, SOURCE_AID if record.aid_fen else SOURCE_REFUND),
        )
    ahead = [month for month in record.months if facts.employed_from and month >= facts.employed_from]
    amount = share_of(record.personal_fen, months=len(ahead), of=len(record.months)) - record.back_fen
    if amount <= 0:
        return None
    params = {"span": MonthSpan(ahead[0], ahead[-1]), "count": len(ahead), "amount_fen": amount}
    return Back(
        number=record.number,
        amount_fen=amount,
        first=ahead[0],
        last=ahead[-1],
        reason=Reason("refund.months-ahead", params, SOURCE_REFUND),
    )


def _paid(facts: RefundFacts) -> tuple[Reason, ...]:
    if not facts.records:
        return (Reason("refund.nothing-paid", source=SOURCE_REFUND),)
    if not any(one.is_received for one in facts.records):
        return (Reason("refund.on-the-way", source=SOURCE_REFUND),)
    if not any(one.personal_fen for one in facts.records):
        return (Reason("refund.aid-only", source=SOURCE_AID),)
    return ()


def _in_time(facts: RefundFacts) -> tuple[Reason, ...]:
    if facts.scheme == "390":
        if facts.asked_on < facts.begins_on:
            return ()
        return (Reason("refund.begun", {"year": facts.year, "begins": facts.begins_on}, SOURCE_REFUND),)
    if facts.employed_from is None:
        return (Reason("refund.not-employed", source=SOURCE_REFUND),)
    if not _months_ahead(facts.records, since=facts.employed_from):
        return (Reason("refund.nothing-ahead", {"month": facts.employed_from}, SOURCE_REFUND),)
    return ()


def _months_ahead(records: Sequence[PaidRecord], *, since: Month) -> bool:
    return any(record.last >= since and record.personal_fen for record in records)


def _once(facts: RefundFacts) -> tuple[Reason, ...]:
    if facts.records and all(one.back_fen and _back(facts, one) is None for one in facts.records):
        return (Reason("refund.asked-already", source=SOURCE_REFUND),)
    return ()


def _cause(facts: RefundFacts, *, cause: str) -> tuple[Reason, ...]:
    offered = RESIDENT_CAUSES if facts.scheme == "390" else FLEXIBLE_CAUSES
    if cause == "other" or cause not in offered:
        return (Reason("refund.no-cause", source=SOURCE_PRACTICE),)
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What a draft has: the filled slots, and what was typed."""

    slots: frozenset[str]
    uses_credential: bool
    cause: str
    contact_phone: str
    has_account: bool


def check_papers(papers: Papers, *, offer: Offer, must_prove: bool, by_account: bool) -> tuple[Reason, ...]:
    """What a draft still lacks; `by_account` when the money cannot go back where it came from.

    A photo of the card is asked for where the area takes one. What else it requires is asked by services.offers.
    """
    needs_id = IDENTITY in offer.required and not papers.uses_credential
    lacking = (
        ("refund.cause-missing", not papers.cause),
        ("refund.phone-missing", not papers.contact_phone),
        ("refund.id-missing", needs_id and IDENTITY not in papers.slots),
        ("refund.proof-missing", must_prove and PROOF not in papers.slots),
        ("refund.account-missing", by_account and not papers.has_account),
        ("refund.card-missing", by_account and CARD in offer.slots and CARD not in papers.slots),
    )
    return tuple(Reason(code, source=SOURCE_FORM) for code, is_lacking in lacking if is_lacking)
