"""What the rules say about an application for a refund: the conditions, whether the cover can end, the papers."""

from portal.labels import say
from suspension import labels
from suspension.admin.checks import CheckLine, line_of
from suspension.models import Application
from suspension.services.filing import request_of
from suspension.services.refunding import KIND, Decision, lacking, slots_of


def refund_lines(application: Application, *, found: Decision) -> tuple[CheckLine, ...]:
    """What keeps an approval from going on; a condition of the money alone refuses the money and not the case."""
    claim, cause = found.claim, application.refund_cause
    ending = line_of("refund-ending", reasons=found.not_filed, finding=say(claim.ending))
    slots = slots_of(application)
    missing = lacking(request_of(KIND, application), claim=claim, slots=slots)
    named = "、".join(labels.MATERIALS[slot] for slot in dict.fromkeys(slots))
    papers = line_of("refund-complete", reasons=missing, finding=named or "医保电子凭证")
    money = tuple(line_of(one.code, reasons=(), finding="符合") for one in claim.checks(cause) if one.is_ok)
    return (ending, *money, papers)
