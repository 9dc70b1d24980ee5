"""Who holds a case: handed to a colleague, by its holder or a supervisor; freed when the holder is away."""

from datetime import date

from django.db.models import QuerySet

from insured.models import AreaPolicy, StaffAbsence, StaffAssignment
from portal import clock, masking
from portal.accounts.models import SignIn, User
from portal.errors import BusinessRuleError, Reason
from portal.notifications.services import Recipient, tell
from portal.transactions import business_transaction
from portal.workdays import workdays_between
from suspension.models import Application
from suspension.policy.desk import AwayFacts, is_away
from suspension.policy.transitions import Action, Role, State
from suspension.services.facts import holidays
from suspension.services.standing import check_holder, check_may_handle, has_role, reviewer_reasons
from suspension.services.workflow import SYSTEM, Actor, check_version, lock_application, move


def colleagues_of(application: Application) -> QuerySet[User]:
    """The caseworkers of the area of today who are there and do not hold the case already, by name."""
    today = clock.today()
    there = StaffAssignment.objects.valid_on(today).filter(area=application.area_id, role=Role.CASEWORKER)
    away = StaffAbsence.objects.covering(today)
    found = User.objects.filter(is_active=True, pk__in=there.values("user")).exclude(pk__in=away.values("user"))
    return found.exclude(pk=application.taken_by_id or 0).order_by("display_name", "id")


@business_transaction
def hand_over(*, number: str, version: int, to: User, text: str = "", by: User) -> Application:
    """Give a case to a named colleague of the area, who is told. Its holder may, and a supervisor of the area.

    BusinessRuleError when the colleague cannot have it: not a caseworker there, away, or too close to the applicant.
    """
    today = clock.today()
    application = lock_application(number)
    check_version(application, version=version)
    role = _role_of_giver(application, by=by, on=today)
    if application.taken_by_id == to.pk:
        raise BusinessRuleError(Reason("desk.same-person", {"who": to.display_name}))
    reasons = reviewer_reasons(application, by=to, role=Role.CASEWORKER, on=today)
    if reasons or not colleagues_of(application).filter(pk=to.pk).exists():
        raise BusinessRuleError(Reason("desk.cannot-receive", {"who": to.display_name}))
    text = masking.mask_text(text)
    said = f"转交给{to.display_name}" + (f"：{text}" if text else "")
    move(application, action=Action.HAND_OVER, by=Actor(by, role), text=said, taken_by=to, taken_at=clock.now())
    tell(
        event_key=f"application:{number}:{application.version}:handed-over",
        template="case_handed_over",
        params={"number": number, "who": by.display_name, "text": text},
        to=Recipient(user=to, phone=None, email=None, area_code=application.area.code),
        subject_number=number,
        url_name="admin:suspension_application_review",
    )
    return application


def _role_of_giver(application: Application, *, by: User, on: date) -> Role:
    if application.taken_by_id == by.pk:
        return Role.CASEWORKER
    if not has_role(application, by=by, role=Role.SUPERVISOR, on=on):
        check_holder(application, by=by)
    check_may_handle(application, by=by, role=Role.SUPERVISOR, on=on)
    return Role.SUPERVISOR


@business_transaction
def free(number: str) -> bool:
    """Put one case back into the queue whose holder is away; False when they are there, or it moved meanwhile."""
    application = lock_application(number)
    if application.state != State.UNDER_REVIEW or not _is_holder_away(application, on=clock.today()):
        return False
    move(application, action=Action.RELEASE, by=SYSTEM, code="desk.absent", taken_by=None, taken_at=None)
    return True


def _is_holder_away(application: Application, *, on: date) -> bool:
    """Everything is asked under the lock, of the holder of this moment."""
    holder = application.taken_by
    if holder is None or application.taken_at is None:
        return False
    came = SignIn.objects.filter(user=holder).order_by("-id").values_list("at", flat=True).first()
    seen_at = max(application.taken_at, came) if came else application.taken_at
    rules = AreaPolicy.objects.in_force(area_id=application.area_id, on=on).as_rules()
    return is_away(
        AwayFacts(
            has_role=holder.is_active and has_role(application, by=holder, role=Role.CASEWORKER, on=on),
            is_marked_absent=StaffAbsence.objects.covering(on).of(holder).exists(),
            idle_workdays=workdays_between(seen_at.astimezone(clock.SHANGHAI).date(), on, overrides=holidays()),
            limit=rules.absence_release_working_days,
        )
    )


def free_cases_of_absent(*, limit: int = 500) -> int:
    """Free every case whose holder is away, one transaction each; how many were freed."""
    held = Application.objects.filter(state=State.UNDER_REVIEW, taken_by__isnull=False)
    freed = 0
    for holder in held.order_by().values_list("taken_by", flat=True).distinct():
        numbers = held.filter(taken_by=holder).order_by("due_on", "id").values_list("number", flat=True)[:limit]
        freed += sum(free(number) for number in numbers if number)
    return freed
