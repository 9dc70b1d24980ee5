"""An application that staff enter for the person at the counter (channel 窗口); then the same states as any other."""

from dataclasses import asdict

from django.db.models import F
from django.urls import reverse

from insured.services.coverage import lock_enrollment
from insured.services.staff import duties_of
from portal import clock
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.errors import BusinessRuleError, Reason
from portal.identity import public_number
from portal.transactions import business_transaction
from suspension import items
from suspension.models import Application
from suspension.policy.desk import SOURCE
from suspension.policy.transitions import Role, State
from suspension.services.one_open import one_open_application
from suspension.services.stop import NUMBER_PREFIX, StopRequest, send_in, storable
from suspension.services.workflow import Actor

CHANNEL = "window"


@one_open_application()
@business_transaction
def enter(request: StopRequest, *, enrollment_id: int, is_identity_checked: bool, token: str, by: User) -> Application:
    """Enter and submit a stop for the person at the counter; a draft of theirs is taken over.

    Whoever enters it is its applicant, so that somebody else decides. AlreadyDone when this form was sent before;
    ConflictError when another application was opened at the same moment; BusinessRuleError with the reasons why it
    cannot be.
    """
    if not is_identity_checked:
        raise BusinessRuleError(Reason("counter.identity"))
    request, today = storable(request), clock.today()
    number = public_number(prefix=NUMBER_PREFIX, on=today)
    use_form_token(token, address=reverse("admin:suspension_application_walk_in_receipt", args=[number]))
    enrollment = lock_enrollment(enrollment_id)
    if not duties_of(by).has(Role.CASEWORKER, area_id=enrollment.area_id):
        raise BusinessRuleError(Reason("desk.not-your-area", source=SOURCE))
    if enrollment.person.user_id == by.pk:
        raise BusinessRuleError(Reason("desk.own-case", source=SOURCE))
    values = {"enrollment": enrollment, "area": enrollment.area, "applicant": by, "channel": CHANNEL}
    drafts = Application.objects.filter(person=enrollment.person, item=items.STOP.code, state=State.DRAFT)
    if drafts.update(revision=F("revision") + 1, **values, **asdict(request)):
        draft = drafts.get()
    else:
        draft = Application.objects.create(item=items.STOP.code, person=enrollment.person, **values, **asdict(request))
    draft.enrollment, draft.person, draft.area = enrollment, enrollment.person, enrollment.area
    send_in(draft, number=number, by=Actor(by, Role.APPLICANT, acted_for=enrollment.person), today=today)
    return draft
