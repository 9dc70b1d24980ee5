"""转移接续: conditions, form and check. Each view makes one service call at most and redirects."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insured.adapters import acting_person
from insured.models import Enrollment, InsuredPerson
from portal import clock
from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.workdays import add_workdays
from suspension import items
from suspension.forms.transfer import TransferForm, initial_of, offer_label
from suspension.models import Application
from suspension.policy.transfer import IN_WORKING_DAYS, OUT_WORKING_DAYS, Way
from suspension.policy.transitions import State
from suspension.services import filing, transfer
from suspension.services.contacts import unproven
from suspension.services.facts import holidays
from suspension.services.transfer import Offer
from suspension.views.stop import check_same_person, count_in, draft_of


def _person(request: HttpRequest) -> InsuredPerson | None:
    return acting_person(request) or InsuredPerson.objects.visible_to(account_of(request)).first()


def _page(person: InsuredPerson | None, **more: Any) -> dict[str, Any]:
    return {
        "item": items.TRANSFER,
        "person": person,
        "out_days": OUT_WORKING_DAYS,
        "in_days": IN_WORKING_DAYS,
    } | more


@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """Which transfers the records allow today, what to do first for the others, and how long it takes."""
    person, today = _person(request), clock.today()
    found = transfer.offers(person, today=today) if person else ()
    wish = Application.objects.filter(person=person, wants_transfer=True).exclude(state=State.DRAFT).order_by("-id")
    out_by = add_workdays(today, days=OUT_WORKING_DAYS, overrides=holidays())
    context = _page(
        person,
        ways=[(offer_label(one), one) for one in found],
        can_start=any(not one.reasons for one in found),
        is_paused=any(one.source and one.source.status == Enrollment.PAUSED for one in found),
        running=transfer.running_number(person.pk, own=None) if person else "",
        wish=wish.first() if person else None,
        draft=draft_of(request, items.TRANSFER),
        out_by=out_by,
        in_by=add_workdays(out_by, days=IN_WORKING_DAYS, overrides=holidays()),
    )
    return render(request, "suspension/transfer_notice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest) -> HttpResponse:
    """转移接续申请表; what was typed is kept as a draft."""
    person = _person(request)
    if person is None:
        return redirect("transfer")
    check_same_person(request, person)
    found = transfer.offers(person, today=clock.today())
    if all(one.reasons for one in found):
        return redirect("transfer")
    draft = draft_of(request, items.TRANSFER)
    if request.method != "POST":
        initial = _initial(request, person=person, draft=draft, offers=found)
        return _show_form(request, person=person, form=TransferForm(initial=initial, offers=found), draft=draft)
    filled = TransferForm(request.POST, offers=found)
    if not filled.is_valid():
        return _show_form(request, person=person, form=filled, draft=draft, status=422)
    about = filled.offer.about
    if about is None:
        return redirect("transfer")
    transfer.save_draft(filled.request(), enrollment_id=about.pk, by=account_of(request))
    return redirect("transfer_form" if "save" in request.POST else "transfer_check")


def _initial(
    request: HttpRequest, *, person: InsuredPerson, draft: Application | None, offers: tuple[Offer, ...]
) -> dict[str, Any]:
    """The draft, or what is known of the person and wished for with the stop."""
    chosen = {"way": request.GET["way"]} if "way" in request.GET else {}
    if draft is not None:
        asked = filing.request_of(transfer.KIND, draft)
        return initial_of(asked, offers=offers, about_id=draft.enrollment_id) | chosen
    possible = [one for one in offers if not one.reasons]
    own = account_of(request) if acting_person(request) else person
    wishes = Application.objects.filter(person=person, wants_transfer=True).exclude(transfer_target="")
    wished = wishes.order_by("-id").values_list("transfer_target", flat=True).first() or ""
    return {
        "way": possible[0].code if len(possible) == 1 or possible[0].way is Way.BETWEEN else "",
        "place": wished,
        "contact_phone": own.phone or "",
        "contact_email": own.email or "",
    } | chosen


def _show_form(
    request: HttpRequest, *, person: InsuredPerson, form: TransferForm, draft: Application | None, status: int = 200
) -> HttpResponse:
    return render(request, "suspension/transfer_form.html", _page(person, form=form, draft=draft), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """核对信息: everything once more, and 确认提交."""
    draft = draft_of(request, items.TRANSFER)
    if draft is None:
        return redirect("transfer")
    if request.method != "POST":
        return _show_check(request, draft=draft)
    check_same_person(request, draft.person)
    try:
        application = filing.submit(
            transfer.KIND,
            enrollment_id=draft.enrollment_id,
            revision=count_in(request, "revision"),
            token=request.POST.get("token", ""),
            by=account_of(request),
        )
    except ConflictError:
        raise
    except BusinessRuleError as error:
        return _show_check(request, draft=draft, reasons=error.reasons, status=422)
    return redirect("application_submitted", number=application.number)


def _show_check(
    request: HttpRequest, *, draft: Application, reasons: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    facts = transfer.facts_of(draft, today=clock.today())
    context = _page(
        draft.person,
        draft=draft,
        facts=facts,
        reasons=reasons,
        unproven=[one.channel for one in unproven(draft, by=account_of(request))],
        token=secrets.token_urlsafe(24),
    )
    return render(request, "suspension/transfer_check.html", context, status=status)


@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Throw the draft away."""
    if draft := draft_of(request, items.TRANSFER):
        check_same_person(request, draft.person)
        filing.discard_draft(items.TRANSFER, enrollment_id=draft.enrollment_id, by=account_of(request))
    return redirect("transfer")
