"""Show a whole resident ID to staff: never without a logged reason, and not without end."""

from insured.services.disclosure import disclose
from portal.accounts.models import User
from portal.errors import BusinessRuleError, Reason
from portal.transactions import business_transaction
from suspension.models import Application

ACTION = "reveal-id"


@business_transaction
def reveal_id(application: Application, *, reason: str, by: User) -> str:
    """The person's ID number; the log names who, whose, and why.

    BusinessRuleError without a reason, and beyond the limit of the day.
    """
    if not reason.strip():
        raise BusinessRuleError(Reason("desk.reveal-reason"))
    disclose(
        ACTION, subject_kind="application", subject_id=application.pk, purpose="case", reason=reason.strip(), by=by
    )
    return application.person.id_number
