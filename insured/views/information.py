"""基本信息变更: what stands in the register, what one changes oneself, and what the agency changes with papers."""

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from insured.forms import InformationForm
from insured.models import InsuredPerson
from insured.services.information import Contacts, change_contacts
from portal.accounts.adapters import account_of
from portal.errors import AlreadyDone, BusinessRuleError, Reason

REFUSED = 422


@require_http_methods(["GET", "HEAD", "POST"])
def information(request: HttpRequest) -> HttpResponse:
    """The register's data beside the account's; address and contacts can be sent."""
    user, here = account_of(request), reverse("information_change")
    person = InsuredPerson.objects.visible_to(user).select_related("area").first()
    form = InformationForm(
        request.POST if request.method == "POST" else None, initial={"address": person.address if person else ""}
    )
    reasons: tuple[Reason, ...] = ()
    if form.is_valid():
        wanted = Contacts(address=form.cleaned_data["address"], follows_account=form.cleaned_data["follows_account"])
        try:
            changed = change_contacts(wanted, token=request.POST.get("token", ""), page=here, by=user)
        except AlreadyDone as done:
            return redirect(done.address)
        except BusinessRuleError as error:
            reasons = error.reasons
        else:
            messages.success(request, f"已变更：{'、'.join(changed)}。" if changed else "没有需要变更的内容。")
            return redirect(here)
    context = {
        "person": person,
        "account": user,
        "form": form,
        "reasons": reasons,
        "token": secrets.token_urlsafe(24),
        "differs": bool(person and ((user.phone or "") != (person.phone or "") or (user.email or "") != person.email)),
    }
    return render(request, "insured/information.html", context, status=REFUSED if form.is_bound else 200)
