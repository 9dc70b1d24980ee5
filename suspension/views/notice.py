"""Before the form: 是否真的需要停缴？ and the notice, calculated for the person and the months that were chosen."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from insured.policy.dates import Month
from insured.services.overview import covered_years
from portal import directory
from portal import labels as wording
from portal.errors import Reason
from portal.workdays import add_workdays
from suspension import labels
from suspension.forms import NeedForm, OutlookForm, month_of
from suspension.policy.comeback import Comeback, back_payment_outlook, promise, renewal_outlook
from suspension.policy.need import Advice, NeedFacts, advise
from suspension.policy.stop import check_may_draft, check_may_start, check_resume_month, resume_months
from suspension.services.facts import StopCase, holidays
from suspension.views.stop import case_of, draft_of, page_of

YEAR = 12


@dataclass(frozen=True, slots=True)
class Answer:
    """What the self-check answers, with the items it names and the words for how well a stop fits."""

    advice: Advice
    title: str
    services: tuple[directory.Service, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """A way to come back, with its name."""

    label: str
    comeback: Comeback


@dataclass(frozen=True, slots=True)
class Chosen:
    """The months the notice is calculated for."""

    stop: Month | None
    returning: Month


@require_safe
def need(request: HttpRequest) -> HttpResponse:
    """是否真的需要停缴？ One question; the answer names the better item."""
    case = case_of(request)
    if case is None:
        return render(request, "suspension/no_enrollment.html")
    form = NeedForm(request.GET if "why" in request.GET else None)
    answer = _answer(form.cleaned_data["why"], case=case) if form.is_valid() else None
    context = page_of(case, form=form, answer=answer)
    return render(request, "suspension/stop_need.html", context)


def _answer(why: str, *, case: StopCase) -> Answer:
    facts = NeedFacts(
        scheme=case.scheme,
        is_through_unit=case.facts.is_through_unit,
        unit_name=case.facts.unit_name,
        area_name=case.enrollment.area.name,
        rules=case.rules,
    )
    advice = advise(why, facts=facts)
    services = tuple(directory.by_code(code) for code in advice.services)
    return Answer(advice, labels.FITS[advice.fit], services)


@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """What will happen to this person, with every number's reason, before anything is asked."""
    case = case_of(request)
    if case is None:
        return render(request, "suspension/no_enrollment.html")
    form, chosen = _chosen(request, case=case)
    effect = case.unit_filing.effect if case.facts.is_through_unit else case.effect(chosen.stop)
    years = covered_years(case.enrollment.person_id, until=effect.last_covered_on)
    comebacks = case.comebacks(chosen.returning, month=chosen.stop, covered_years=years)
    context = page_of(
        case,
        form=form,
        chosen=chosen,
        reasons=check_may_start(case.facts),
        can_draft=not check_may_draft(case.facts),
        effect=effect,
        refund=case.refund(chosen.stop),
        hole=case.hole(effect) if case.scheme == "390" else None,
        interruption=case.interruption(chosen.stop),
        ways=[Way(labels.COMEBACKS[one.code], one) for one in comebacks],
        absences=case.absences(effect, covered_years=years),
        carried=_carried(request),
        alternatives=_answer("no-money", case=case).advice.reasons,
        renewal=renewal_outlook(case.scheme, rules=case.rules),
        back_payment=back_payment_outlook(case.scheme),
        promised=_promised(case),
        draft=draft_of(request),
    )
    return render(request, "suspension/stop_notice.html", context)


def _promised(case: StopCase) -> Reason:
    days = case.rules.promised_working_days
    return promise(days, on=add_workdays(case.today, days=days, overrides=holidays()))


def _chosen(request: HttpRequest, *, case: StopCase) -> tuple[OutlookForm, Chosen]:
    """The months of the address, where they can be chosen; else this month (or at once), and a plain absence."""
    plain = _plain(case)
    typed = {
        "stop_month": request.GET.get("stop_month", plain.stop.iso() if plain.stop else ""),
        "resume_month": request.GET.get("resume_month", plain.returning.iso()),
    }
    form = OutlookForm(typed, case=case)
    form.full_clean()
    stop = month_of(form.cleaned_data.get("stop_month", "")) or plain.stop
    returning = month_of(form.cleaned_data.get("resume_month", "")) or plain.returning
    if reasons := check_resume_month(returning, month=stop, facts=case.facts):
        form.add_error("resume_month", [wording.say(reason) for reason in reasons])
        returning = resume_months(case.facts, month=stop)[0]
    return form, Chosen(stop, returning)


def _plain(case: StopCase) -> Chosen:
    """Residents: at once, and a year left out. People who pay by the month: this month, and a year later."""
    if case.scheme == "390":
        return Chosen(None, Month(case.today.year + 2, 1))
    stop = case.unit_filing.month if case.facts.is_through_unit else Month.of(case.today)
    return Chosen(stop, stop + YEAR)


def _carried(request: HttpRequest) -> str:
    """What was chosen here goes on to the form."""
    return urlencode({name: request.GET[name] for name in OutlookForm.base_fields if name in request.GET})
