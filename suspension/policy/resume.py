"""May this person come back, or join, now: asked at the notice, at submission, approval and when the bill is paid."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from insured.policy.eligibility import (
    PersonFacts,
    check_age,
    check_alive,
    check_one_scheme,
    check_qualified,
)
from insured.policy.rules import AREA, READING, RULE_FIELDS, AreaRules
from portal.errors import Reason
from suspension.policy.offer import Offer
from suspension.policy.planner import Option, check_payable, check_priced
from suspension.policy.stop import ACTIVE, ENDED, PAUSED, SOURCE_ONE, SOURCE_UNIT, Check

NONE = "0"
SOURCE_FORM = "个人医保续保申请表（演示取值）"
IDENTITY_SLOT = "id-card"
CARD_SLOTS = frozenset({"medical-card", "social-card"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeFacts:
    """What the rules need to know on the day.

    `status` is that of the enrollment this is about; NONE where there is none yet. `is_joining` when a first or new
    enrolment is asked for, not the return to an old one. `is_lapsed` means 正常参保 whose cover is over and unpaid.
    `open_number`, `unpaid_number` and `elsewhere_number` name another application in the way; `unpaid_number` is
    approved and waits for its payment.
    """

    person: PersonFacts
    scheme: str
    status: str
    is_joining: bool
    today: date
    rules: AreaRules
    area_name: str
    is_through_unit: bool = False
    unit_name: str = ""
    is_lapsed: bool = False
    covered_until: date | None = None
    open_number: str = ""
    unpaid_number: str = ""
    elsewhere_number: str = ""
    elsewhere_area: str = ""
    is_sent_in: bool = False
    """The months in which applications are taken were asked when it was."""


def resume_checks(facts: ResumeFacts, *, chosen: Option | None) -> tuple[Check, ...]:
    """Every check with its answer, in the order the desk shows them; without a choice the last ones are left out."""
    person = facts.person
    found = (
        Check("resumable", _resumable(facts)),
        Check("own-account-join", _own_account(facts)),
        Check("alive", check_alive(person)),
        Check("qualified", check_qualified(person)),
        Check("age", check_age(person, scheme=facts.scheme, today=facts.today, rules=facts.rules)),
        Check("one-scheme", check_one_scheme(person, scheme=facts.scheme)),
        Check("only-one", _only_one(facts)),
    )
    if chosen is None:
        return found
    return (
        *found,
        Check("payable", check_payable(chosen)),
        Check("priced", check_priced(chosen, area=facts.area_name)),
    )


def check_resume(facts: ResumeFacts, *, chosen: Option | None) -> tuple[Reason, ...]:
    """Why this cannot go on; empty when it can."""
    return tuple(reason for check in resume_checks(facts, chosen=chosen) for reason in check.reasons)


def check_after_payment(facts: ResumeFacts, *, chosen: Option) -> tuple[Reason, ...]:
    """Why a payment brings no cover: as check_resume, but nobody asks any more what it costs."""
    checks = resume_checks(facts, chosen=chosen)
    return tuple(reason for check in checks if check.code != "priced" for reason in check.reasons)


def check_materials(
    slots: Collection[str], *, offer: Offer, contact_phone: str, uses_credential: bool
) -> tuple[Reason, ...]:
    """What a draft still lacks: of the cards that the area takes one is enough, if it does not ask for a certain one.

    医保电子凭证 stands for ID card and insurance card. What else the area requires is asked by services.offers.
    """
    cards = CARD_SLOTS & offer.slots.keys()
    missing: list[Reason] = []
    if not contact_phone:
        missing.append(Reason("resume.phone-missing", source=SOURCE_FORM))
    if not uses_credential:
        if IDENTITY_SLOT in offer.required and IDENTITY_SLOT not in slots:
            missing.append(Reason("resume.id-missing", source=SOURCE_FORM))
        if cards and not cards & {*slots, *offer.required}:
            missing.append(Reason("resume.card-missing", source=SOURCE_FORM))
    return tuple(missing)


def _resumable(facts: ResumeFacts) -> tuple[Reason, ...]:
    """Whether there is something to return to; then, whether flexible workers may come back in this month."""
    return _kind_of_return(facts) or _in_season(facts)


def _in_season(facts: ResumeFacts) -> tuple[Reason, ...]:
    months = facts.rules.renewal_months
    if facts.scheme != "310" or facts.is_sent_in or facts.is_through_unit or facts.today.month in months:
        return ()
    named = "、".join(f"{month}月" for month in months)
    return (Reason("resume.out-of-season", {"months": named}, RULE_FIELDS["flexible_renewal_months"].source),)


def _kind_of_return(facts: ResumeFacts) -> tuple[Reason, ...]:
    if facts.is_joining:
        return (Reason("resume.instead-of-joining", source=AREA),) if facts.status == PAUSED else ()
    if facts.status == NONE:
        return (Reason("resume.never-joined", source=AREA),)
    if facts.status == ENDED:
        return (Reason("resume.ended", source=AREA),)
    if facts.status == ACTIVE and not facts.is_lapsed:
        code = "resume.still-covered" if facts.covered_until else "resume.still-active"
        return (Reason(code, {"until": facts.covered_until} if facts.covered_until else {}, AREA),)
    return ()


def _own_account(facts: ResumeFacts) -> tuple[Reason, ...]:
    if facts.is_through_unit:
        return (Reason("resume.through-unit", {"unit": facts.unit_name}, SOURCE_UNIT),)
    return ()


def _only_one(facts: ResumeFacts) -> tuple[Reason, ...]:
    if facts.open_number:
        return (Reason("stop.already-open", {"number": facts.open_number}, READING),)
    if facts.unpaid_number:
        return (Reason("resume.awaiting-payment", {"number": facts.unpaid_number}, READING),)
    if facts.elsewhere_number:
        params = {"number": facts.elsewhere_number, "area": facts.elsewhere_area}
        return (Reason("resume.open-elsewhere", params, SOURCE_ONE),)
    return ()
