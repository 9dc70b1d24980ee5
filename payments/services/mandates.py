"""代缴协议: signed and ended by the person, online; ending stops the next debit."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse

from insured.models import Enrollment
from insured.policy.dates import Month, MonthSpan
from payments.models import BankAccount, DebitMandate
from payments.policy.debit import first_months
from payments.services.telling import tell_holder
from portal import clock
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.identity import public_number
from portal.transactions import business_transaction

NUMBER_PREFIX = "DK"
"""协议号 begin with 代扣's initials."""
TERMS = "2025-01"
"""The version of the text in templates/payments/_mandate_terms.html."""


def signable(user: User) -> QuerySet[Enrollment]:
    """What one pays oneself: the resident scheme, and 职工医保 without a unit, while active."""
    mine = Enrollment.objects.active().filter(person__user=user, is_basic=True, employer__kind__in=["02", "08"])
    return mine.select_related("employer", "area").order_by("pk")


@business_transaction
def sign(enrollment_id: int, *, starts_on: date, has_agreed: bool, token: str, by: User) -> DebitMandate:
    """Let the bank take what this enrollment owes, from a month on. BusinessRuleError says why not."""
    use_form_token(token, address=reverse("bank_debit"))
    account = BankAccount.objects.visible_to(by).bound().held().first()
    if account is None:
        raise BusinessRuleError(Reason("bank.not-bound"))
    enrollment = signable(by).filter(pk=enrollment_id).first()
    if enrollment is None:
        raise BusinessRuleError(Reason("mandate.not-yours"))
    months = first_months(clock.today())
    if starts_on not in months:
        offered = MonthSpan(Month.of(months[0]), Month.of(months[-1]))
        raise BusinessRuleError(Reason("mandate.month", {"months": offered}))
    if not has_agreed:
        raise BusinessRuleError(Reason("mandate.consent-needed"))
    try:
        with transaction.atomic():
            made = DebitMandate.objects.create(
                number=public_number(prefix=NUMBER_PREFIX, on=clock.today()),
                account=account,
                enrollment=enrollment,
                starts_on=starts_on,
                terms=TERMS,
                signed_by=by,
                signed_at=clock.now(),
            )
    except IntegrityError:
        raise ConflictError(Reason("mandate.signed-already")) from None
    tell_holder(
        account.person, template="mandate_signed", key=made.number, ending=account.number[-4:], number=made.number
    )
    return made


@business_transaction
def end(number: str, *, by: User) -> None:
    """解约: no debit begins any more; one that the bank has already been asked for is not called back."""
    mine = DebitMandate.objects.visible_to(by).select_related("account__person")
    mandate = mine.get(number=number)
    ended = DebitMandate.objects.active().filter(pk=mandate.pk)
    if not ended.update(ended_at=clock.now(), ended_because="person"):
        raise ConflictError(Reason("mandate.ended-already"))
    tell_holder(
        mandate.account.person,
        template="mandate_ended",
        key=mandate.number,
        ending=mandate.account.number[-4:],
        number=mandate.number,
    )
