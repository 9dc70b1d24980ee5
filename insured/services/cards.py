"""绑定医保卡: the card service is asked outside of any transaction; the password is passed on and kept nowhere."""

from django.db import IntegrityError, transaction

from insured import labels
from insured.gateways import card as gateway
from insured.gateways.card import Answer, Card, Result
from insured.models import CardBinding, InsuredPerson
from insured.policy.cards import SHOWN, check_typed, masked, plain_number
from portal import clock
from portal.accounts.models import User
from portal.accounts.services.limits import Limit, TooOften, give_back, hidden, spend, used
from portal.audit.services import record_access
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.notifications.services import Recipient, tell
from portal.transactions import business_transaction

WRONG_A_DAY = 5
"""Wrong passwords for one card; the card service locks a card later, so that nobody here can lock it there."""
QUESTIONS_A_DAY = 20
DAY_SECONDS = 24 * 3600


def card_of(user: User) -> CardBinding | None:
    """The bound card of the account's own person, if any. One statement."""
    return CardBinding.objects.visible_to(user).bound().first()


def shown(binding: CardBinding) -> str:
    """The masked number."""
    return masked(binding.number)


def bind(typed: str, *, password: str, by: User) -> CardBinding:
    """Bind one's own card, once the service has said that it is, with this password. BusinessRuleError says why not.

    WRONG_A_DAY wrong passwords lock a card here for a day, whichever account types them. A silent service costs no try.
    """
    number = plain_number(typed)
    if reasons := check_typed(number, password=password):
        raise BusinessRuleError(*reasons)
    person = InsuredPerson.objects.select_related("area").filter(user=by).first()
    if person is None:
        raise BusinessRuleError(Reason("card.no-person"))
    if card_of(by):
        raise ConflictError(Reason("card.bound-already"))
    _check_connected()
    answer = _counted(number, password=password, person=person, by=by)
    if answer.result != Result.OK:
        raise BusinessRuleError(_refusal(answer, number=number))
    if answer.state != labels.CARD_NORMAL:
        raise BusinessRuleError(Reason("card.not-normal", {"state": labels.CARD_STATES.get(answer.state, "异常")}))
    return _bind(person, number=number, answer=answer, by=by)


def _check_connected() -> None:
    if not gateway.is_connected():
        raise BusinessRuleError(Reason("card.absent"))


def _counted(number: str, *, password: str, person: InsuredPerson, by: User) -> Answer:
    """Ask, the try counted before it is made, so that many at once are no more than allowed."""
    asking, wrong = Limit("card-ask", str(by.pk), QUESTIONS_A_DAY, DAY_SECONDS), _wrong(number)
    spend(asking)
    try:
        spend(wrong)
    except TooOften:
        record_access(user=by, action="card-locked", subject_kind="person", subject_id=person.pk)
        raise BusinessRuleError(_locked()) from None
    answer = gateway.check(_card(person, number=number), password=password)
    if answer.result != Result.WRONG:
        give_back(wrong)
    if answer.result == Result.UNAVAILABLE:
        give_back(asking)
    return answer


def _card(person: InsuredPerson, *, number: str) -> Card:
    return Card(number=number, holder=person.name, id_number=person.id_number)


def _wrong(number: str) -> Limit:
    return Limit("card-wrong", hidden(number), WRONG_A_DAY, DAY_SECONDS)


def _locked() -> Reason:
    return Reason("card.locked-here", {"most": WRONG_A_DAY})


def _refusal(answer: Answer, *, number: str) -> Reason:
    if answer.result == Result.WRONG:
        left = WRONG_A_DAY - used(_wrong(number))
        return Reason("card.wrong-password", {"left": left}) if left > 0 else _locked()
    code = {Result.NOT_YOURS: "card.not-yours", Result.LOCKED: "card.locked-there"}.get(answer.result, "card.silent")
    return Reason(code)


@business_transaction
def _bind(person: InsuredPerson, *, number: str, answer: Answer, by: User) -> CardBinding:
    now = clock.now()
    try:
        with transaction.atomic():
            made = CardBinding.objects.create(
                person=person,
                number=number,
                number_index=CardBinding._meta.get_field("number_index").index_of(number),
                check_no=answer.check_no[:40],
                state=answer.state,
                checked_at=now,
                bound_at=now,
            )
    except IntegrityError:
        raise ConflictError(Reason("card.bound-already")) from None
    record_access(user=by, action="card-bound", subject_kind="person", subject_id=person.pk)
    _tell(made, person=person, template="card_bound")
    return made


@business_transaction
def end_binding(*, by: User) -> bool:
    """解除绑定; False when nothing was bound."""
    found = CardBinding.objects.visible_to(by).bound().select_related("person__area", "person__user").first()
    if found is None or not CardBinding.objects.bound().filter(pk=found.pk).update(ended_at=clock.now()):
        return False
    record_access(user=by, action="card-ended", subject_kind="person", subject_id=found.person_id)
    _tell(found, person=found.person, template="card_ended")
    return True


def refresh(*, by: User) -> CardBinding:
    """Ask how the bound card stands now, and keep it. BusinessRuleError when there is none or nobody answers."""
    binding = CardBinding.objects.visible_to(by).bound().select_related("person").first()
    if binding is None:
        raise BusinessRuleError(Reason("card.not-bound"))
    _check_connected()
    asking = Limit("card-ask", str(by.pk), QUESTIONS_A_DAY, DAY_SECONDS)
    spend(asking)
    answer = gateway.state(_card(binding.person, number=binding.number))
    if answer.result == Result.UNAVAILABLE:
        give_back(asking)
    if answer.result != Result.OK or answer.state not in labels.CARD_STATES:
        raise BusinessRuleError(Reason("card.gone" if answer.result == Result.NOT_YOURS else "card.silent"))
    return _refreshed(binding, state=answer.state)


@business_transaction
def _refreshed(binding: CardBinding, *, state: str) -> CardBinding:
    binding.state, binding.checked_at = state, clock.now()
    CardBinding.objects.bound().filter(pk=binding.pk).update(state=state, checked_at=binding.checked_at)
    return binding


def _tell(binding: CardBinding, *, person: InsuredPerson, template: str) -> None:
    user = person.user
    tell(
        event_key=f"{template}:{binding.pk}",
        template=template,
        params={"ending": binding.number[-SHOWN:]},
        to=Recipient(
            user=user,
            phone=(user.phone if user else "") or person.phone or None,
            email=(user.email if user else "") or person.email or None,
            area_code=person.area.code,
        ),
        url_name="medical_card",
    )
