"""What an area asks for on the form of a refund: from its day on, for payments of that area, beside the rules."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from insured.models import Enrollment, InsuredPerson, PoolingArea
from payments.models import ContributionRecord
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from suspension.models import Application
from suspension.services import receipt, refunding
from suspension.services.refunding import claim_in, lacking
from tests import factories
from tests.payments import records
from tests.suspension import asking_back, item_drafts
from tests.suspension.correcting import again, returned

pytestmark = pytest.mark.django_db
DAY = date(2025, 12, 10)
CHANGED = {"use_other": "required", "hint_other": "单位出具的参保证明，要盖章。", "use_bank-card": "off"}
BEFORE, AFTER = "2025-12-09T02:00:00Z", "2025-12-15T02:00:00Z"


@pytest.fixture
def yuan(area: PoolingArea) -> InsuredPerson:
    return asking_back.employed_since(area=area)


def browser_of(person: InsuredPerson) -> Client:
    return factories.client_of(factories.account_of(person))


@pytest.fixture
def asked(area: PoolingArea) -> None:
    with time_machine.travel("2025-12-01T02:00:00Z", tick=False):
        item_drafts.in_force(area, kind="refund-item", on=DAY, **CHANGED)


def typed(person: InsuredPerson, **changes: str) -> dict[str, str]:
    plain = {
        "paid": ContributionRecord.objects.filter(person=person).latest("id").number,
        "cause": "joined-310",
        "holder": "程予安",
        "bank": "示例银行",
        "account": asking_back.ACCOUNT,
        "contact_phone": person.phone or "",
        "contact_email": "",
        "note": "",
        "uses_credential": "on",
    }
    return plain | changes


def lacks(application: Application, on: date) -> list[str]:
    request = refunding.KIND.request(
        **{name: getattr(application, name) for name in refunding.RefundRequest.__dataclass_fields__}
    )
    found = lacking(request, claim=claim_in(application, today=on), slots=refunding.slots_of(application))
    return [one.code for one in found]


@pytest.mark.usefixtures("asked")
def test_is_demanded_from_its_day_on(yuan: InsuredPerson) -> None:
    with time_machine.travel(BEFORE, tick=False):
        early = browser_of(yuan).post("/refund/form/", typed(yuan)).content.decode()
    with time_machine.travel(AFTER, tick=False):
        browser = browser_of(yuan)
        late = browser.post("/refund/form/", typed(yuan)).content.decode()
        notice = browser.get("/refund/", {"paid": typed(yuan)["paid"], "cause": "joined-310"}).content.decode()

    assert "还缺银行卡照片" in early
    assert "本地要求上传" not in early
    assert "本地要求上传“其他材料”" in late
    assert "要盖章" in late
    assert "file_bank_card" not in late
    assert "还缺银行卡照片" not in late
    assert "示例市要求必须有：身份证复印件（正面）、其他材料" in notice


@pytest.mark.usefixtures("asked")
def test_is_of_the_payments_area_and_no_other(yuan: InsuredPerson) -> None:
    there = factories.area(code="119902", name="邻州市")
    row = factories.enrollment(of=yuan, status="2", paused_on=date(2025, 11, 3))
    Enrollment.objects.filter(pk=row.pk).update(area=there)
    row.refresh_from_db()
    records.contribution(of=yuan, enrollment=row, first=date(2026, 1, 1), last=date(2026, 12, 1))

    with time_machine.travel(AFTER, tick=False):
        page = browser_of(yuan).post("/refund/form/", typed(yuan)).content.decode()

    assert "还缺银行卡照片" in page
    assert "本地要求上传" not in page


@pytest.mark.usefixtures("asked")
def test_the_day_of_filing_counts_at_the_desk_and_in_a_correction(yuan: InsuredPerson, caseworker: User) -> None:
    with time_machine.travel(BEFORE, tick=False):
        found = asking_back.filed(yuan)
    with time_machine.travel(AFTER, tick=False):
        sent = again(returned(found, "note", by=caseworker), note="补充")
        form = receipt.printed_form(sent, receipt.SHEETS["refund"], address="https://hall.invalid/v/")

    assert (sent.state, lacks(sent, date(2025, 12, 15))) == ("submitted", [])
    assert dict(form.rows)["必交材料"] == "身份证复印件（正面）（2025年12月9日的办理要求）"


@pytest.mark.usefixtures("asked")
def test_without_money_only_the_identity_is_asked_for(yuan: InsuredPerson) -> None:
    with time_machine.travel("2026-01-05T02:00:00Z", tick=False):
        found = asking_back.filed(yuan)

    assert lacks(found, date(2026, 1, 5)) == []


def test_the_proof_cannot_be_left_off(area: PoolingArea) -> None:
    administrator = factories.staff(area=area, role="administrator")
    changes = {"use_refund-proof": "off"}

    with time_machine.travel("2025-12-01T02:00:00Z", tick=False), pytest.raises(BusinessRuleError) as refused:
        item_drafts.drafted(area=area, by=administrator, kind="refund-item", on=DAY, **changes)

    assert [one.code for one in refused.value.reasons] == ["offer.slot-needed"]


@time_machine.travel("2025-12-01T02:00:00Z", tick=False)
def test_is_drafted_on_a_page(area: PoolingArea) -> None:
    browser = factories.client_of(factories.staff(area=area, role="administrator"))

    page = browser.get(reverse("admin:insured_ruledraft_draft_kind", args=["refund-item", area.code]))

    text = page.content.decode()
    assert page.status_code == 200
    assert "退费原因网厅查不到的，不管怎么设都要上传" in text
