"""Opening one's own account: the real-name check, the code, and the account with its consents."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from portal.accounts.gateways import identity
from portal.accounts.gateways.identity import Verdict
from portal.accounts.items import CONSENTS
from portal.accounts.models import Consent, Purpose, User
from portal.accounts.services.account import create_user
from portal.accounts.services.codes import Asker, Destination, Request, send_code
from portal.accounts.services.limits import HALL, Limit, hidden, spend
from portal.accounts.services.telling import tell_owner
from portal.audit.services import current_request_id, use_form_token
from portal.errors import BusinessRuleError, Reason
from portal.transactions import business_transaction

REFUSALS = {
    Verdict.MISMATCH: "account.name-mismatch",
    Verdict.UNKNOWN: "account.id-unknown",
    Verdict.UNAVAILABLE: "account.check-unavailable",
}


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who registers: the name and ID that the register has confirmed, the phone whose code was right, the consent.

    Without an ID the account belongs to nobody yet; 实名认证 names it later.
    """

    name: str
    resident_id: str
    phone: str
    consented_at: datetime


def check_identity(*, name: str, resident_id: str, address: str) -> None:
    """Ask the register; BusinessRuleError when it does not confirm, TooOften for somebody who tries pairs."""
    verdict = ask_register(name=name, resident_id=resident_id, address=address)
    if verdict != Verdict.MATCH:
        raise BusinessRuleError(Reason(REFUSALS[verdict]))


def ask_register(*, name: str, resident_id: str, address: str) -> Verdict:
    """What the register says; TooOften for somebody who tries pairs."""
    limits = settings.CHECK_LIMITS
    spend(
        Limit("check-id-hour", hidden(resident_id), limits["number_hour"], 3600),
        Limit("check-address-hour", hidden(address), limits["address_hour"], 3600),
        Limit("check-hall-minute", HALL, limits["hall_minute"], 60),
    )
    return identity.check(name=name, resident_id=resident_id)


@business_transaction
def send_registration_code(*, resident_id: str, phone: str, asker: Asker) -> str:
    """A code for a new account; the token it is bound to.

    When ID or phone have an account already, the page is the same, and the message tells the phone's owner what to
    do; the owner of the account is told when it is another phone.
    """
    of_id = User.objects.by_login(resident_id) if resident_id else None
    of_phone = User.objects.by_login(phone)
    refusal = ""
    if of_phone is not None:
        refusal = "account_known_phone"
    elif of_id is not None:
        refusal = "account_not_registered"
    token = send_code(
        Request(
            purpose=Purpose.REGISTER,
            destination=Destination("sms", phone),
            asker=asker,
            refusal=refusal,
        )
    )
    if of_id is not None and of_id != of_phone:
        tell_owner(of_id, template="account_registered_again")
    return token


@business_transaction
def register(applicant: Applicant, *, password: str, token: str) -> User:
    """The account, its consents, its link to the insured person, and the welcome.

    AlreadyDone for a repeated form, BusinessRuleError when somebody was faster with the same ID or phone. The caller
    has validated the password.
    """
    use_form_token(token, address=reverse("register_done"))
    resident_id = applicant.resident_id or None
    user = create_user(applicant.name, password=password, resident_id=resident_id, phone=applicant.phone)
    Consent.objects.bulk_create(
        Consent(
            user=user,
            document=document.code,
            version=document.version,
            given_at=applicant.consented_at,
            request_id=current_request_id(),
        )
        for document in CONSENTS
    )
    if resident_id:
        opened: Callable[..., None] = import_string(settings.ACCOUNT_OPENED)
        opened(user, name=applicant.name, resident_id=resident_id)
    tell_owner(user, template="account_opened" if resident_id else "account_opened_unnamed")
    return user
