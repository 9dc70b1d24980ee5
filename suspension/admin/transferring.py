"""What the rules say today about a transfer: the checks with their answers."""

from portal import clock
from suspension.admin.checks import CheckLine, line_of
from suspension.models import Application
from suspension.policy.transfer import Way, transfer_checks
from suspension.services import transfer


def transfer_lines(application: Application) -> tuple[CheckLine, ...]:
    """The checks; what an area outside this hall must say is asked in its step."""
    facts = transfer.facts_of(application, today=clock.today())
    findings = {
        "transfer-alive": "没有死亡登记",
        "transfer-working": application.enrollment.get_category_display(),
        "transfer-places": f"{facts.source.area} → {facts.target.area}",
        "transfer-stopped": "外地的记录，由对方转出时核对" if facts.way is Way.IN else f"{facts.source.area}：暂停参保",
        "transfer-joined": "外地的记录，由对方转入时核对" if facts.way is Way.OUT else f"{facts.target.area}：正常参保",
        "transfer-once": "没有其他转移申请",
    }
    return tuple(
        line_of(check.code, reasons=check.reasons, finding=findings[check.code]) for check in transfer_checks(facts)
    )
