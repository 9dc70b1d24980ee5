"""What can be proposed: whom it is about, why it may not be, what happens when the second person agrees."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from insured.models import Employer, InsuredPerson
from insured.policy.dates import Month
from insured.services.credits import Deemed, deemed_refused, recognise_deemed, take_back_deemed
from payments.models import Bill, FundingCategory, FundingRecognition, Proposal
from payments.services import closing, doubts, funding, units
from portal import clock
from portal.accounts.models import User
from portal.errors import Reason

About = Iterable[tuple[InsuredPerson | None, Employer | None]]
Reasons = tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind. `before` runs outside of the transaction of the decision, `act` inside it with who agrees."""

    act: Callable[[Proposal, User], object]
    refused: Callable[[Proposal], Reasons] = lambda _proposal: ()
    about: Callable[[Proposal], About] = lambda proposal: [(proposal.person, proposal.employer)]
    before: Callable[[Proposal], None] = lambda _proposal: None


def _order_about(proposal: Proposal) -> About:
    """The payer and everybody whose bills they are."""
    assert proposal.doubt is not None  # noqa: S101 - tells the type; the page hands it in
    order = proposal.doubt.order
    payer = InsuredPerson.objects.filter(user=order.payer_id).first()
    bills = Bill.objects.filter(order_lines__order=order).select_related("person", "employer", "enrollment__employer")
    units_of = [bill.enrollment.employer if bill.enrollment else bill.employer for bill in bills]
    return [(payer, None), *((bill.person, unit) for bill, unit in zip(bills, units_of, strict=True))]


def _doubt_refused(proposal: Proposal) -> Reasons:
    doubt = proposal.doubt
    if doubt is None or doubt.settled_at is None:
        return ()
    return (Reason("doubt.settled", {"number": doubt.number, "how": doubt.get_settled_as_display()}),)


def _ask_first(proposal: Proposal) -> None:
    assert proposal.doubt is not None  # noqa: S101 - tells the type
    doubts.check_with_gateway(proposal.doubt)


def _undeclared_refused(proposal: Proposal) -> Reasons:
    employer, month = proposal.employer, Month.of(date.fromisoformat(proposal.values["month"]))
    assert employer is not None  # noqa: S101 - tells the type
    found = units.undeclared_terms(employer, month=month)
    reasons = list(found.reasons)
    if not reasons and found.amount_fen != proposal.values["amount_fen"]:
        reasons.append(Reason("proposal.changed"))
    return tuple(reasons)


def _assess(proposal: Proposal, by: User) -> None:
    assert proposal.employer is not None  # noqa: S101 - tells the type
    month = Month.of(date.fromisoformat(proposal.values["month"]))
    units.assess_undeclared(proposal.employer, month=month, by=by)


def _category_refused(proposal: Proposal) -> Reasons:
    values = proposal.values
    reasons = []
    if values["is_full"] == bool(values["aid_fen"]):
        reasons.append(Reason("funding.full-or-amount"))
    if values["last_year"] and values["last_year"] < values["first_year"]:
        reasons.append(Reason("funding.years"))
    known = FundingCategory.objects.filter(area=proposal.area_id, name=values["name"], first_year=values["first_year"])
    if known.exclude(pk=values["category"]).exists():
        reasons.append(Reason("funding.category-exists", {"name": values["name"]}))
    return tuple(reasons)


def _save_category(proposal: Proposal, by: User) -> None:
    values = proposal.values
    row = funding.CategoryRow(
        area_id=proposal.area_id,
        name=values["name"],
        is_full=values["is_full"],
        aid_fen=values["aid_fen"],
        first_year=values["first_year"],
        last_year=values["last_year"],
        source=proposal.reason,
    )
    funding.save_category(row, pk=values["category"], by=by)


def _recognition_refused(proposal: Proposal) -> Reasons:
    reasons = []
    if date.fromisoformat(proposal.values["recognised_on"]) > clock.today():
        reasons.append(Reason("funding.not-in-the-future"))
    standing = FundingRecognition.objects.filter(
        person=proposal.person, category=proposal.values["category"], ended_on__isnull=True
    )
    if standing.exists():
        reasons.append(Reason("funding.recognised-already", {"name": proposal.values["name"]}))
    if proposal.person is None or proposal.person.area_id != proposal.area_id:
        reasons.append(Reason("funding.other-area"))
    return tuple(reasons)


def _recognise(proposal: Proposal, by: User) -> None:
    category = FundingCategory.objects.get(pk=proposal.values["category"], area=proposal.area_id)
    assert proposal.person is not None  # noqa: S101 - tells the type
    on = date.fromisoformat(proposal.values["recognised_on"])
    funding.recognise(proposal.person, category=category, on=on, by=by)


def _end_recognition(proposal: Proposal, by: User) -> None:
    funding.end_recognition(proposal.values["recognition"], on=date.fromisoformat(proposal.values["ended_on"]), by=by)


def _months_of(proposal: Proposal) -> tuple[Month, Month]:
    return Month.parse(proposal.values["first_month"]), Month.parse(proposal.values["last_month"])


def _deemed_refused(proposal: Proposal) -> Reasons:
    assert proposal.person is not None  # noqa: S101 - tells the type
    first, last = _months_of(proposal)
    return deemed_refused(proposal.person, first=first, last=last)


def _deem(proposal: Proposal, by: User) -> None:
    assert proposal.person is not None  # noqa: S101 - tells the type
    first, last = _months_of(proposal)
    new = Deemed(first=first, last=last, basis=proposal.values["basis"], reference=proposal.number)
    recognise_deemed(new, person=proposal.person, area_id=proposal.area_id, maker=proposal.made_by, by=by)


def _take_back_deemed(proposal: Proposal, by: User) -> None:
    take_back_deemed(
        proposal.values["credit"],
        reference=proposal.number,
        basis=proposal.values["basis"],
        maker=proposal.made_by,
        by=by,
    )


def _closing_refused(proposal: Proposal) -> Reasons:
    return closing.why_not_close(
        proposal.area_id,
        kind=proposal.kind.removeprefix("close-"),
        starts_on=date.fromisoformat(proposal.values["starts_on"]),
        digest=proposal.values["digest"],
    )


def _close(proposal: Proposal, by: User) -> None:
    closing.close_period(
        proposal.area_id,
        kind=proposal.kind.removeprefix("close-"),
        starts_on=date.fromisoformat(proposal.values["starts_on"]),
        prepared_by=proposal.made_by,
        by=by,
    )


def _of_doubt(proposal: Proposal) -> str:
    assert proposal.doubt is not None  # noqa: S101 - tells the type
    return proposal.doubt.number


KINDS: dict[str, Kind] = {
    "give-back": Kind(
        act=lambda proposal, _by: doubts.give_back(_of_doubt(proposal)),
        refused=_doubt_refused,
        about=_order_about,
        before=_ask_first,
    ),
    "close-doubt": Kind(
        act=lambda proposal, _by: doubts.close_doubt(_of_doubt(proposal)),
        refused=_doubt_refused,
        about=_order_about,
        before=_ask_first,
    ),
    "undeclared": Kind(act=_assess, refused=_undeclared_refused),
    "category": Kind(act=_save_category, refused=_category_refused),
    "recognition": Kind(act=_recognise, refused=_recognition_refused),
    "recognition-end": Kind(act=_end_recognition),
    "deemed": Kind(act=_deem, refused=_deemed_refused),
    "deemed-end": Kind(act=_take_back_deemed),
    "close-day": Kind(act=_close, refused=_closing_refused),
    "close-month": Kind(act=_close, refused=_closing_refused),
}
"""Code of labels.PROPOSAL_KINDS → what it does."""
