"""绑定银行账户: the bank is asked first, and only an account that is the person's own is kept; ending it."""

import secrets

from django.db import IntegrityError, transaction

from insured.models import InsuredPerson
from payments import gateways
from payments.gateways.base import GatewayError
from payments.gateways.debit import Account
from payments.models import BankAccount, DebitMandate
from payments.policy.debit import check_number, masked, plain_number
from payments.services.telling import tell_holder
from portal import clock
from portal.accounts.models import User
from portal.accounts.services.limits import Limit, spend
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.transactions import business_transaction

TRIES_A_DAY = 5
NO_ACCOUNT, HOLDER_DIFFERS = Reason("bank.no-account"), Reason("bank.holder-differs")


def account_of_person(person: InsuredPerson) -> BankAccount | None:
    """The bound account of a person, if any."""
    return BankAccount.objects.bound().filter(person=person).first()


def shown(account: BankAccount) -> str:
    """The bank and the masked number."""
    return f"{account.get_bank_display()} {masked(account.number)}"


def bind(typed: str, *, bank: str, by: User) -> BankAccount:
    """Bind one's own account, once the bank has said that it is. BusinessRuleError says why not.

    At most TRIES_A_DAY questions a day go to the bank for one account of the hall.
    """
    number = plain_number(typed)
    if reasons := check_number(number):
        raise BusinessRuleError(*reasons)
    person = InsuredPerson.objects.filter(user=by).first()
    if person is None:
        raise BusinessRuleError(Reason("bank.no-person"))
    if account_of_person(person):
        raise ConflictError(Reason("bank.bound-already"))
    collecting = gateways.bank()
    if collecting is None:
        raise BusinessRuleError(Reason("bank.absent"))
    spend(Limit("bank-check", str(by.pk), TRIES_A_DAY, 86400))
    try:
        said = collecting.check(
            Account(number=number, holder=person.name, id_number=person.id_number), number=secrets.token_hex(12)
        )
    except GatewayError as error:
        raise BusinessRuleError(Reason("bank.silent")) from error
    if said.result != "ok":
        raise BusinessRuleError(NO_ACCOUNT if said.result == "no-account" else HOLDER_DIFFERS)
    return _bind(person, number=number, bank=bank, check_no=said.check_no)


@business_transaction
def _bind(person: InsuredPerson, *, number: str, bank: str, check_no: str) -> BankAccount:
    try:
        with transaction.atomic():
            made = BankAccount.objects.create(
                person=person,
                bank=bank,
                number=number,
                number_index=BankAccount._meta.get_field("number_index").index_of(number),
                check_no=check_no,
                bound_at=clock.now(),
            )
    except IntegrityError:
        raise ConflictError(Reason("bank.bound-already")) from None
    tell_holder(person, template="bank_bound", key=str(made.pk), ending=number[-4:])
    return made


@business_transaction
def end_binding(*, by: User) -> None:
    """End one's binding, and with it the mandates on it. Nothing happens when there is none."""
    account = BankAccount.objects.visible_to(by).bound().held().first()
    if account is None:
        return
    BankAccount.objects.filter(pk=account.pk).update(ended_at=clock.now())
    DebitMandate.objects.active().filter(account=account).update(ended_at=clock.now(), ended_because="account")
    tell_holder(account.person, template="bank_ended", key=str(account.pk), ending=account.number[-4:])
