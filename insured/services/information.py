"""基本信息变更: by which phone, mailbox and address the agency reaches a person. Name and ID are not changed here."""

from dataclasses import dataclass

from insured.models import InsuredPerson
from portal.accounts.models import User
from portal.accounts.services.telling import tell_owner
from portal.audit.services import record_access, use_form_token
from portal.errors import BusinessRuleError, Reason
from portal.transactions import business_transaction

WORDS = {"address": "通讯地址", "phone": "手机号码", "email": "电子邮箱"}
"""What was changed, as the person is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """What is wanted. `follows_account`: phone and mailbox become those that a code has proven for the account."""

    address: str
    follows_account: bool


@business_transaction
def change_contacts(wanted: Contacts, *, token: str, page: str, by: User) -> tuple[str, ...]:
    """Write what differs; the names of what was changed, () when nothing was. The owner of the account is told.

    BusinessRuleError for an account without a person; AlreadyDone for a repeated form, which is led to `page`.
    """
    use_form_token(token, address=page)
    person = InsuredPerson.objects.visible_to(by).first()
    if person is None:
        raise BusinessRuleError(Reason("information.no-person"))
    new: dict[str, str | None] = {"address": wanted.address or None}
    if wanted.follows_account:
        new |= {"phone": by.phone or person.phone, "email": by.email or person.email}
    changed = {name: value for name, value in new.items() if (getattr(person, name) or "") != (value or "")}
    if not changed:
        return ()
    InsuredPerson.objects.filter(pk=person.pk).update(**changed)
    record_access(user=by, action="information-changed", subject_kind="person", subject_id=person.pk)
    names = tuple(WORDS[name] for name in changed)
    tell_owner(by, template="account_information", params={"what": "、".join(names)})
    return names
