"""Answers to questions that lower apps ask by a name in the settings."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from insured.models import Employer, Enrollment, InsuredPerson, StaffAssignment
from insured.policy.roles import Right
from insured.services.search import person_predicate
from portal.accounts.models import User
from portal.help.models import Consultation
from portal.identity import is_public_number, normalize_public_number
from portal.masking import mask_name
from portal.notifications.models import Delivery
from suspension.models import Application, Attachment

PERSON_KINDS = frozenset({"insuredperson", "person"})


def person_of_case(number: str, *, by: User) -> str:
    """人员编号 behind a 受理编号 of the staff member's areas; empty when there is none (settings.PERSON_OF_CASE)."""
    found = Application.objects.in_charge_of(by).filter(number=number).values_list("person__number", flat=True)
    return found.first() or ""


def person_looked_at(typed: str, *, by: User) -> InsuredPerson | None:
    """Whom an auditor means by 受理编号, 人员编号, a whole resident ID, or its last four with the name.

    Of the areas where they are auditor; None where nobody fits, or more than one does (settings.ACCESS_PERSON).
    """
    text = " ".join(typed.split())
    if is_public_number(text):
        cases = Application.objects.submitted().filter(number=normalize_public_number(text))
        predicate = Q(pk__in=cases.values("person"))
    else:
        predicate = person_predicate(text) or Q(number=text)
    found = list(_audited(by).filter(predicate).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


def _audited(user: User) -> QuerySet[InsuredPerson]:
    areas = StaffAssignment.objects.areas_with(user, Right.AUDIT)
    enrolled = Enrollment.objects.filter(person=OuterRef("pk"), area__in=areas)
    return InsuredPerson.objects.filter(Q(area__in=areas) | Exists(enrolled))


def looked_at_as(number: str, *, by: User) -> list[tuple[str, list[int]]]:
    """Kinds and keys under which the access log names a person: themselves, what is theirs (settings.ACCESS_SUBJECTS).

    Nothing for somebody of another area.
    """
    person = _audited(by).filter(number=number).first()
    if person is None:
        return []
    cases = dict(Application.objects.filter(person=person).values_list("pk", "number"))
    files = Attachment.objects.filter(application__in=cases).values_list("pk", flat=True)
    sent = Delivery.objects.filter(subject_number__in=[one for one in cases.values() if one])
    asked = Consultation.objects.filter(user=person.user_id) if person.user_id else Consultation.objects.none()
    own = Enrollment.objects.filter(person=person).values_list("pk", flat=True)
    return [
        *((kind, [person.pk]) for kind in sorted(PERSON_KINDS)),
        ("account", [person.user_id] if person.user_id else []),
        ("application", list(cases)),
        ("attachment", list(files)),
        ("consultation", list(asked.values_list("pk", flat=True))),
        ("delivery", list(sent.values_list("pk", flat=True))),
        ("enrollment", list(own)),
    ]


def names_of(subjects: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """What the access log names, as people know it: a number, with a masked name (settings.ACCESS_NAMES)."""
    keys: dict[str, set[int]] = {}
    for kind, key in subjects:
        keys.setdefault("person" if kind in PERSON_KINDS else kind, set()).add(key)
    found: dict[tuple[str, int], str] = {}
    for pk, number, name in _rows(InsuredPerson.objects, keys.get("person"), "number", "name"):
        found |= {(kind, pk): f"{number} {mask_name(name)}" for kind in PERSON_KINDS}
    for pk, number, name in _rows(Application.objects, keys.get("application"), "number", "person__name"):
        found["application", pk] = f"{number} {mask_name(name)}"
    for pk, number, name in _rows(Attachment.objects, keys.get("attachment"), "application__number", "name"):
        found["attachment", pk] = f"{number} {name}"
    for pk, number, name in _rows(Employer.objects, keys.get("employer"), "number", "name"):
        found["employer", pk] = f"{number} {name}"
    return found


def _rows(rows: object, keys: set[int] | None, *names: str) -> list[tuple[int, str, str]]:
    return list(rows.filter(pk__in=keys).values_list("pk", *names)) if keys else []  # type: ignore[attr-defined]
