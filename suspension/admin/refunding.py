"""What the rules say about an application for a refund: the conditions, whether the cover can end, the papers."""

from portal.labels import say
from suspension import labels
from suspension.admin.checks import CheckLine
from suspension.models import Application
from suspension.services.filing import request_of
from suspension.services.refunding import KIND, Decision, lacking, slots_of


def refund_lines(application: Application, *, found: Decision) -> tuple[CheckLine, ...]:
    """What keeps an approval from going on; a condition of the money alone refuses the money and not the case."""
    claim, cause = found.claim, application.refund_cause
    ending = CheckLine(
        label=labels.CHECKS["refund-ending"],
        is_ok=not found.not_filed,
        finding=say(claim.ending),
        reasons=found.not_filed,
    )
    slots = slots_of(application)
    missing = lacking(request_of(KIND, application), claim=claim, slots=slots)
    papers = CheckLine(
        label=labels.CHECKS["complete"],
        is_ok=not missing,
        finding="、".join(labels.MATERIALS[slot] for slot in dict.fromkeys(slots)) or "医保电子凭证",
        reasons=missing,
    )
    money = tuple(
        CheckLine(label=labels.CHECKS[one.code], is_ok=True, finding="符合", reasons=())
        for one in claim.checks(cause)
        if one.is_ok
    )
    return (ending, *money, papers)
