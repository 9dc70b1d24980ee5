"""People whose payment can come back, and their 退费申请 in the states that tests start from."""

import secrets
from datetime import date
from typing import Any

from insured.models import Enrollment, InsuredPerson, PoolingArea
from suspension.models import Application
from suspension.services import filing, refunding
from suspension.services.refunding import RefundRequest
from tests import factories
from tests.payments import records

ACCOUNT = "6222021199010012345"


def employed_since(*, area: PoolingArea) -> InsuredPerson:
    """程予安 of case T2: 390 paused on 3 November 2025, 2026 paid before, 310 through a unit since."""
    found = factories.person(area=area, user=factories.user(), name="程予安")
    factories.enrollment(of=found, status="2", paused_on=date(2025, 11, 3))
    records.year_of(found, year=2026, paid_on=date(2025, 10, 20))
    unit = factories.employer(area=area)
    factories.enrollment(of=found, scheme="310", employer=unit, category="1101", joined_on=date(2025, 11, 1))
    return found


def request(person: InsuredPerson, **changes: Any) -> RefundRequest:
    """What was paid for 2026, to their own account."""
    plain: dict[str, Any] = {
        "coverage_year": 2026,
        "refund_cause": "joined-310",
        "refund_holder": "程予安",
        "refund_bank": "示例银行",
        "refund_account": ACCOUNT,
        "contact_phone": person.phone or "",
        "contact_email": "",
        "note": "",
        "uses_credential": True,
    }
    return RefundRequest(**plain | changes)


def filed(person: InsuredPerson, **changes: Any) -> Application:
    """待审核, with a photo of the bank card."""
    row, account = Enrollment.objects.get(person=person, scheme="390"), factories.account_of(person)
    draft = filing.save_draft(refunding.KIND, request(person, **changes), enrollment_id=row.pk, by=account)
    draft.attachments.create(slot="bank-card", name="卡.png", content_type="image/png", size=1, sha256="0" * 64)
    return filing.submit(
        refunding.KIND,
        enrollment_id=row.pk,
        revision=draft.revision,
        token=secrets.token_urlsafe(24),
        by=account,
    )
