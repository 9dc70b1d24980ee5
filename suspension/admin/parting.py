"""What the rules say today about instalments: the checks with their answers, and the plan."""

from portal import clock
from portal.money import yuan
from suspension.admin.checks import CheckLine, line_of
from suspension.models import Application
from suspension.policy.instalments import Part, instalment_checks, split
from suspension.services import instalments


def instalment_lines(application: Application) -> tuple[tuple[CheckLine, ...], tuple[Part, ...]]:
    """Nothing is asked of the plan while a check says no."""
    today = clock.today()
    facts = instalments.facts_of(application.enrollment, today=today, own=application)
    owed = sum(one.amount_fen for one in facts.owed)
    rules = facts.rules
    window = f"{rules.instalments_first_month}月至{rules.instalments_last_month}月"
    findings = {
        "instalments-open": f"{facts.area_name}每年{window}受理",
        "instalments-own": application.enrollment.get_category_display(),
        "instalments-once": "没有其他分期",
        "instalments-owed": f"{len(facts.owed)}个月没有缴，共{yuan(owed)}元，已经中断{facts.interrupted_months}个月",
        "instalments-count": f"申请分{application.instalments}期，最多{rules.instalments_max}期，"
        f"每期至少{yuan(rules.instalment_min_fen)}元",
    }
    checks = tuple(
        line_of(check.code, reasons=check.reasons, finding=findings[check.code])
        for check in instalment_checks(facts, count=application.instalments)
    )
    is_green = all(check.is_ok for check in checks)
    return checks, split(facts.owed, application.instalments, on=today) if is_green else ()
