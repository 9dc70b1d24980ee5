"""参保凭证: what somebody is covered for on the day it is printed, and the public answer to its QR code.

Nothing is stored: the code names the person and the day, and proves that the hall printed it.
"""

import re
from dataclasses import dataclass
from datetime import date

from insured.models import Enrollment, InsuredPerson
from insured.services.benefits import BenefitOn, benefit_on
from portal import paper
from portal.labels import say, shown
from portal.masking import mask_id
from suspension.services.receipt import Form, legible

PURPOSE = "certificate"
CODE = re.compile(r"([0-9A-Za-z]{1,20})-([0-9]{8})-([0-9A-Za-z_-]{22})")
TITLE = "基本医疗保险参保凭证"
PLEDGE = "本凭证按打印当天网厅的记录出具，证明上述人员的参保情况。用于转移接续、入学、入职等核验参保状态。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A genuine certificate: whose, of which day, and what holds on the day of the question."""

    person: InsuredPerson
    printed_on: date
    enrollments: tuple[Enrollment, ...]
    benefit: BenefitOn


def certificate_code(person: InsuredPerson, *, on: date) -> str:
    """What the QR code asks about."""
    subject = f"{person.number}-{on:%Y%m%d}"
    return f"{subject}-{paper.proof_of(subject, purpose=PURPOSE)}"


def enrollments_of(person: InsuredPerson) -> tuple[Enrollment, ...]:
    """What the person takes part in, the active first; what was begun and not approved does not count."""
    rows = Enrollment.objects.filter(person=person).exclude(status=Enrollment.NONE).select_related("area", "employer")
    return tuple(rows.order_by("-is_basic", "status", "scheme", "-id"))


def certificate(person: InsuredPerson, *, on: date, address: str) -> Form:
    """The certificate as data; `address` is that of the public verification page."""
    rows: list[tuple[str, str]] = [
        ("姓名", person.name),
        ("身份证号", mask_id(person.id_number)),
        ("人员编号", person.number),
    ]
    for row in enrollments_of(person):
        rows += [
            ("险种", row.get_scheme_display()),
            ("参保地和单位", f"{row.area.name}，{row.employer.name}"),
            ("参保状态", f"{row.get_status_display()}，本次参保日期{shown('', row.joined_on)}"),
        ]
    rows.append(("待遇情况", say(benefit_on(person, day=on).reason)))
    rows.append(("出具日期", shown("", on)))
    return legible(
        Form(
            title=TITLE,
            pledge=PLEDGE,
            rows=tuple(rows),
            qr=paper.qr_code(address),
            address=address,
            lacking="",
            is_signed=False,
        )
    )


def find_certificate(code: str, *, today: date) -> Verified | None:
    """The certificate of a code; None for one that the hall never printed, whatever is wrong with it."""
    match = CODE.fullmatch(code)
    if match is None:
        return None
    number, day, proof = match.groups()
    if not paper.is_proof(proof, subject=f"{number}-{day}", purpose=PURPOSE):
        return None
    person = InsuredPerson.objects.filter(number=number).first()
    if person is None:
        return None
    return Verified(
        person=person,
        printed_on=date(int(day[:4]), int(day[4:6]), int(day[6:])),
        enrollments=enrollments_of(person),
        benefit=benefit_on(person, day=today),
    )
