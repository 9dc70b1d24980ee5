"""批量审核: cases whose every check is green, approved in one go; a random share is kept back for a look at each."""

from collections.abc import Iterable
from dataclasses import dataclass
from secrets import SystemRandom

from django.urls import reverse

from insured.models import AreaPolicy
from portal import clock
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.errors import AlreadyDone, BusinessRuleError, ConflictError, Reason
from portal.identity import public_number
from portal.labels import say
from portal.transactions import business_transaction
from suspension.models import Application, Attachment, BulkApproval, BulkApprovalLine
from suspension.policy.desk import sample_size
from suspension.policy.transitions import Action, Role, State
from suspension.services import desk
from suspension.services.handling import handling_of
from suspension.services.standing import check_holder
from suspension.services.workflow import Actor, check_version, lock_application, move

NUMBER_PREFIX = "PS"
MAX_CASES = 50


@dataclass(frozen=True, slots=True)
class Pick:
    """A case as it stood in the list."""

    number: str
    version: int


def obstacles(application: Application, *, by: User) -> tuple[Reason, ...]:
    """Why a case cannot be approved together with others; empty when everything about it is green."""
    if application.state != State.UNDER_REVIEW or application.taken_by_id != by.pk:
        return (Reason("bulk.not-yours"),)
    if application.kept_back_at:
        return (Reason("desk.kept-back"),)
    proposal = handling_of(application).propose(application, clock.today())
    reasons = (*proposal.reasons, *proposal.second_review)
    if not reasons and proposal.advice:
        reasons = (Reason("bulk.advice"),)
    if not reasons and Attachment.objects.kept().filter(application=application).exclude(state="ready").exists():
        reasons = (Reason("bulk.material"),)
    return reasons


@business_transaction
def prepare(picks: Iterable[Pick], *, token: str, by: User) -> BulkApproval:
    """Write down which cases are to be approved together; nothing is decided.

    Cases outside of one's areas are passed over. AlreadyDone when this form was sent before.
    """
    versions = {pick.number: pick.version for pick in picks}
    number = public_number(prefix=NUMBER_PREFIX, on=clock.today())
    use_form_token(token, address=reverse("admin:suspension_application_bulk", args=[number]))
    found = Application.objects.in_charge_of(by).filter(number__in=versions).order_by("due_on", "id")
    cases = list(found.values_list("pk", "number")[: MAX_CASES + 1])
    if not cases:
        raise BusinessRuleError(Reason("desk.nothing-chosen"))
    if len(cases) > MAX_CASES:
        raise BusinessRuleError(Reason("desk.too-many", {"limit": MAX_CASES}))
    bulk = BulkApproval.objects.create(number=number, made_by=by)
    BulkApprovalLine.objects.bulk_create(
        BulkApprovalLine(bulk=bulk, application_id=pk, version=versions[number or ""]) for pk, number in cases
    )
    return bulk


@business_transaction
def start(number: str, *, by: User) -> None:
    """Draw the share that is kept back, once: area by area, among the cases without an obstacle."""
    bulk = BulkApproval.objects.by(by).get(number=number)
    if not BulkApproval.objects.filter(pk=bulk.pk, started_at__isnull=True).update(started_at=clock.now()):
        return
    green: dict[int, list[int]] = {}
    for line in lines_of(bulk):
        if not obstacles(line.application, by=by):
            green.setdefault(line.application.area_id, []).append(line.pk)
    for area_id, keys in green.items():
        rules = AreaPolicy.objects.in_force(area_id=area_id, on=clock.today()).as_rules()
        drawn = SystemRandom().sample(keys, sample_size(len(keys), percent=rules.bulk_check_percent))
        BulkApprovalLine.objects.filter(pk__in=drawn).update(is_sample=True)


def lines_of(bulk: BulkApproval) -> list[BulkApprovalLine]:
    """Its cases in their order, with what the rules ask for."""
    lines = bulk.lines.select_related(
        "application__person", "application__enrollment__employer", "application__area", "application__refers_to"
    ).order_by("id")
    found = list(lines)
    for line in found:
        case = line.application
        case.enrollment.person, case.enrollment.area = case.person, case.area
    return found


@business_transaction
def settle(line: BulkApprovalLine, *, by: User) -> None:
    """Decide one case of a bulk that was started: the decision and its outcome are one transaction, and happen once."""
    outcome, reasons = _settled(line, by=by)
    written = BulkApprovalLine.objects.filter(pk=line.pk, outcome="waiting")
    written.update(outcome=outcome, text="".join(say(reason) for reason in reasons)[:500])


def _settled(line: BulkApprovalLine, *, by: User) -> tuple[str, tuple[Reason, ...]]:
    number = line.application.number or ""
    try:
        if line.is_sample:
            keep_back(number=number, version=line.version, by=by)
            return "kept_back", (Reason("desk.kept-back"),)
        if line.application.version == line.version and (reasons := obstacles(line.application, by=by)):
            return "refused", reasons
        decided = desk.decide(
            desk.Decision(action=Action.APPROVE),
            number=number,
            version=line.version,
            token=f"bulk-{line.bulk.number}-{line.pk}",
            by=by,
        )
    except AlreadyDone:
        return "approved", ()
    except ConflictError as error:
        return "lost", error.reasons
    except BusinessRuleError as error:
        return "refused", error.reasons
    return ("referred" if decided.state == State.SECOND_REVIEW else "approved"), ()


def run(number: str, *, by: User) -> None:
    """Start, and settle what has no outcome yet, one transaction each; called again it goes on where it was left."""
    start(number, by=by)
    for line in lines_of(BulkApproval.objects.by(by).get(number=number)):
        if line.outcome == "waiting":
            settle(line, by=by)


@business_transaction
def keep_back(*, number: str, version: int, by: User) -> Application:
    """Mark a case as one of the share that is looked at on its own; it stays with its holder."""
    application = lock_application(number)
    check_version(application, version=version)
    check_holder(application, by=by)
    move(application, action=Action.KEEP_BACK, by=Actor(by, Role.CASEWORKER), kept_back_at=clock.now())
    return application
