"""The buttons of a case: take, release, decide. Each is one service call, and says what came of it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, ConflictError, Reason
from suspension import labels
from suspension.admin.buttons import desk_actions, next_number, pass_over, passed_over
from suspension.admin.case import read_case
from suspension.admin.forms import DecisionForm, HandOverForm, VersionForm
from suspension.admin.review import Shown, answer, case_of, decision_form, review_page
from suspension.models import Application
from suspension.policy.transitions import Action, State
from suspension.services import assigning, desk
from suspension.services.desk import Decision
from suspension.services.workflow import TEMPLATES

REFUSED = frozenset(
    {
        *("desk.not-your-area", "desk.own-case", "desk.relatives-case", "desk.colleagues-case"),
        *("desk.own-contact", "desk.second-reviewer"),
    }
)
"""Reasons that lie in the person at the desk: answered with 403."""


@require_POST
def take(request: HttpRequest, number: str) -> HttpResponse:
    """Put one's name on the case."""
    return _change(request, number=number, service=desk.take, done=Action.TAKE)


@require_POST
def release(request: HttpRequest, number: str) -> HttpResponse:
    """Put the case back into the queue."""
    return _change(request, number=number, service=desk.release, done=Action.RELEASE)


@require_POST
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Approve, return or reject; a repeat of the same form leads to the result of the first."""
    user = account_of(request)
    application = case_of(number, user=user)
    form = decision_form(application, data=request.POST)
    if not form.is_valid():
        return review_page(request, case=read_case(application, user=user), shown=Shown(form=form, status=422))
    decision = form.decision()
    try:
        decided = desk.decide(
            decision,
            number=number,
            version=form.cleaned_data["version"],
            token=form.cleaned_data["token"],
            by=user,
        )
    except BusinessRuleError as error:
        return _refusal(request, number=number, error=error, form=form)
    messages.success(request, _outcome(decided, decision=decision))
    return _to_next(request, besides=number) if request.POST.get("next") else _to_review(number)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, number: str) -> HttpResponse:
    """Choose a colleague of the area, and give the case to them."""
    user = account_of(request)
    application = case_of(number, user=user)
    if Action.HAND_OVER not in desk_actions(application, user=user):
        return _to_review(number)
    form = HandOverForm(
        request.POST if request.method == "POST" else None,
        initial={"version": application.version},
        colleagues=assigning.colleagues_of(application),
    )
    if not form.is_valid():
        return _hand_over_page(request, application=application, form=form, status=422 if form.is_bound else 200)
    try:
        assigning.hand_over(
            number=number,
            version=form.cleaned_data["version"],
            to=form.colleague,
            text=form.cleaned_data["text"],
            by=user,
        )
    except ConflictError as error:
        return _refusal(request, number=number, error=error, typed=form.cleaned_data["text"])
    except BusinessRuleError as error:
        return _hand_over_page(request, application=application, form=form, reasons=error.reasons, status=422)
    messages.success(request, f"已转交给{form.colleague.display_name}：{number}。")
    return _to_next(request, besides=number)


def _hand_over_page(
    request: HttpRequest,
    *,
    application: Application,
    form: HandOverForm,
    reasons: tuple[Reason, ...] = (),
    status: int,
) -> HttpResponse:
    context = {"title": "转交办件", "section": "queue", "application": application, "form": form, "reasons": reasons}
    return answer(request, "hand_over.html", context, status=status)


def _to_next(request: HttpRequest, *, besides: str) -> HttpResponseRedirect:
    """The case to go on with, or the list when none is left."""
    if following := next_number(account_of(request), besides=passed_over(request, besides)):
        return _to_review(following)
    messages.info(request, "没有等待您办理的申请了。")
    return HttpResponseRedirect(reverse("admin:suspension_application_changelist"), status=303)


def _to_review(number: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:suspension_application_review", args=[number]), status=303)


def _change(request: HttpRequest, *, number: str, service: Callable[..., Application], done: Action) -> HttpResponse:
    """Take or release, and show the case; a double click by the one who was first is no conflict."""
    user, form = account_of(request), VersionForm(request.POST)
    application = case_of(number, user=user)
    if not form.is_valid():
        return review_page(request, case=read_case(application, user=user), shown=Shown(status=422))
    try:
        service(number=number, version=form.cleaned_data["version"], by=user)
    except ConflictError as error:
        if done is Action.TAKE and (application.state, application.taken_by_id) == (State.UNDER_REVIEW, user.pk):
            return _to_review(number)
        return _refusal(request, number=number, error=error)
    except BusinessRuleError as error:
        return _refusal(request, number=number, error=error)
    messages.success(request, f"{labels.ACTIONS[done]}成功：{number}。")
    return _to_review(number)


def _refusal(
    request: HttpRequest, *, number: str, error: BusinessRuleError, form: DecisionForm | None = None, typed: str = ""
) -> HttpResponse:
    """The case as it is now, why nothing was done, and what was typed, ready to be sent for what is shown now."""
    user = account_of(request)
    typed = form.cleaned_data["text"] if form else typed
    if any(reason.code in REFUSED for reason in error.reasons):
        pass_over(request, number)
        context = {
            "title": "按回避规定不能办理",
            "section": "queue",
            "number": number,
            "reasons": error.reasons,
            "typed": typed,
            "application": case_of(number, user=user),
            "next_number": next_number(user, besides=passed_over(request, number)),
        }
        return answer(request, "refused.html", context, status=403)
    case = read_case(case_of(number, user=user), user=user)
    again = None
    if form is not None:
        names = ("action", "fields_to_correct", "canned", "code", "text")
        kept = {name: form.cleaned_data[name] for name in names}
        again = decision_form(case.application, initial=kept | {"version": case.application.version})
    status = 409 if isinstance(error, ConflictError) else 422
    return review_page(request, case=case, shown=Shown(form=again, reasons=error.reasons, typed=typed, status=status))


def _outcome(application: Application, *, decision: Decision) -> str:
    """What was done and how the applicant is told; no name and no address, since it travels in a cookie."""
    ways = ["站内消息"] if application.person.user_id else []
    ways += ["短信"] if application.contact_phone else []
    ways += ["电子邮件"] if application.contact_email else []
    if decision.action is Action.APPROVE and application.state == State.SECOND_REVIEW:
        why = "这件须经另一位复核人复核，原因见办理过程；申请人暂时不会收到结果。"
        return f"{labels.ACTIONS[Action.REFER]}：{application.number}。{why}"
    if decision.action not in TEMPLATES:
        return f"{labels.ACTIONS[decision.action]}：{application.number}。"
    told = f"已通过{'、'.join(ways)}告知申请人。" if ways else "申请人没有留下联系方式，请另行告知。"
    return f"{labels.ACTIONS[decision.action]}：{application.number}。{told}"
