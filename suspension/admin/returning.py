"""What the rules say today about a return or an enrolment: the checks, what it costs, from when it covers."""

from portal import clock
from portal.templatetags.hall import cn_date
from suspension import labels
from suspension.admin.checks import CheckLine, line_of
from suspension.models import Application
from suspension.policy.planner import Option
from suspension.policy.resume import resume_checks
from suspension.services import resume
from suspension.services.comeback import ResumeCase
from suspension.services.filing import request_of
from suspension.services.offers import slots_of


def return_lines(application: Application) -> tuple[tuple[CheckLine, ...], Option]:
    """The checks with their answers, and the way that was asked for as it is when it is paid today."""
    today = clock.today()
    case = resume.case_of(application, today=today)
    found = resume.chosen_in(application, case=case, paid_on=today)
    findings = _findings(case, found=found)
    lines = [
        line_of(check.code, reasons=check.reasons, finding=findings[check.code])
        for check in resume_checks(case.facts, chosen=found)
    ]
    return (*lines, _complete(application, case=case)), found


def _findings(case: ResumeCase, *, found: Option) -> dict[str, str]:
    """What was found when all is well."""
    enrollment, until = case.enrollment, case.history.covered_until
    return {
        "resumable": f"{enrollment.get_scheme_display()}：{enrollment.get_status_display()}" if enrollment else "",
        "own-account-join": enrollment.get_category_display() if enrollment else "",
        "alive": "没有死亡登记",
        "qualified": "没有取消资格的登记",
        "age": f"出生日期：{cn_date(case.person.born_on)}",
        "one-scheme": f"上次保到{cn_date(until)}" if until else "没有参保记录",
        "only-one": "没有其他在办、待生效或待缴费的申请",
        "payable": f"今天缴费，{cn_date(found.back.begins_on)}起享受待遇",
        "priced": "演示暂定标准" if found.is_provisional else "标准已公布",
    }


def _complete(application: Application, *, case: ResumeCase) -> CheckLine:
    slots = slots_of(application)
    request = request_of(resume.KINDS[application.item], application)
    reasons = resume.lacking(request, application, case=case, slots=slots)
    names = "、".join(labels.MATERIALS[slot] for slot in dict.fromkeys(slots))
    finding = "医保电子凭证" if request.uses_credential else names or "窗口已核对原件"
    return line_of("complete", reasons=reasons, finding=finding)
