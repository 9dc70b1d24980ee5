"""At the counter: find the person in front of it by the resident ID, never without a logged reason."""

from insured.models import InsuredPerson
from insured.services.disclosure import disclose
from insured.services.staff import duties_of
from portal.accounts.models import User
from portal.crypto import blind_index_candidates
from portal.errors import BusinessRuleError, Reason
from portal.transactions import business_transaction

ACTION = "find-person"


@business_transaction
def find_person(resident_id: str, *, reason: str, by: User) -> InsuredPerson:
    """The person with this ID in the areas where the staff member is a caseworker; the log names who, whom and why.

    BusinessRuleError when there is none there, or when the day's limit is used up. `resident_id` is normalised.
    """
    indexes = blind_index_candidates(resident_id, purpose="resident-id")
    areas = [area_id for area_id, role in duties_of(by).pairs if role == "caseworker"]
    person = InsuredPerson.objects.in_charge_of(by).filter(id_index__in=indexes, area_id__in=areas).first()
    if person is None:
        raise BusinessRuleError(Reason("counter.not-found"))
    disclose(ACTION, subject_kind="insuredperson", subject_id=person.pk, purpose="case", reason=reason, by=by)
    return person
