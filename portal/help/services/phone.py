"""电话记录: keep what was said on the phone. The only writer of phone notes."""

from dataclasses import dataclass

from portal import masking
from portal.accounts.models import User
from portal.audit.services import current_request_id, use_form_token
from portal.help.models import PhoneNote
from portal.transactions import business_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCall:
    """A call about a case of this area; `direction` is a code of labels.CALL_DIRECTIONS."""

    subject: str
    area_code: str
    direction: str
    text: str


@business_transaction
def note_call(call: NewCall, *, token: str, address: str, by: User) -> PhoneNote:
    """Keep it for good; what identifies somebody in the text is masked. The caller has seen that the case is theirs.

    AlreadyDone, which leads to `address`, when this form was sent before.
    """
    use_form_token(token, address=address)
    return PhoneNote.objects.create(
        subject=call.subject,
        area_code=call.area_code,
        direction=call.direction,
        text=masking.mask_text(call.text).strip(),
        author=by,
        request_id=current_request_id(),
    )
