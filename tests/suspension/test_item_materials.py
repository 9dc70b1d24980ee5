"""What an area requires on the form of a return or an enrolment: from its day on, there and nowhere else."""

from dataclasses import dataclass
from datetime import date

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from insured.models import InsuredPerson, PoolingArea
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from suspension import items
from suspension.items import Item
from suspension.models import Application, ItemSettings
from suspension.services import filing, receipt, resume
from tests import factories
from tests.insured.rule_drafts import decided
from tests.suspension import files, item_drafts, returning
from tests.suspension.pages import hidden

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]
BEFORE, DAY, AFTER = "2026-11-09", date(2026, 11, 10), "2026-11-10"
CHANGED = {"use_household": "required", "hint_household": "首页、本人页，要看得清。", "use_wage-slips": "off"}


@dataclass(frozen=True)
class Form:
    item: Item
    kind: str

    def applicant(self, area: PoolingArea) -> InsuredPerson:
        """Somebody who may file it."""
        if self.item is items.RESUME:
            return returning.paused_resident(area=area)
        return factories.person(area=area, user=factories.user())

    def address(self, step: str = "form") -> str:
        return reverse(f"{self.item.page}_{step}")

    def page(self, browser: Client) -> str:
        return browser.get(self.address()).content.decode()

    def posted(self, browser: Client, **more: object) -> tuple[int, str]:
        """The first way that is offered, with 医保电子凭证 instead of the cards."""
        form = browser.get(self.address()).context["form"]
        typed = {
            "way": form.initial["way"],
            "contact_phone": "13800138000",
            "contact_email": "",
            "note": "",
            "uses_credential": "on",
        }
        answer = browser.post(self.address(), {name: value for name, value in {**typed, **more}.items() if value})
        return answer.status_code, answer.content.decode()


FORMS = [
    Form(items.RESUME, "resume-item"),
    Form(items.RESIDENT_ENROLMENT, "resident-item"),
    Form(items.FLEXIBLE_ENROLMENT, "flexible-item"),
]
EACH = pytest.mark.parametrize("asked", FORMS, ids=lambda form: form.kind)


@pytest.fixture
def autumn(area: PoolingArea):
    returning.standards(area)
    with time_machine.travel("2026-11-05T02:00:00Z", tick=False):
        yield


@pytest.fixture
def there() -> PoolingArea:
    found = factories.area(code="119902", name="邻州市")
    returning.standards(found)
    return found


def browser_of(person: InsuredPerson) -> Client:
    return factories.client_of(factories.account_of(person))


def on(day: str) -> time_machine.travel:
    return time_machine.travel(f"{day}T02:00:00Z", tick=False)


def sent(asked: Form, browser: Client, **more: object) -> Application:
    status, _ = asked.posted(browser, **more)
    assert status == 302
    page = browser.get(asked.address("check")).content.decode()
    shown = {name: hidden(page, name) for name in ("token", "revision")}
    assert browser.post(asked.address("check"), shown).status_code == 302
    return Application.objects.get(item=asked.item.code, number__isnull=False)


def printed(application: Application) -> str:
    """The row of the printed form about what had to be there."""
    sheet = receipt.SHEETS[application.item]
    return dict(receipt.printed_form(application, sheet, address="https://hall.invalid/v/").rows)["必交材料"]


def checks_of(application: Application, *, by: User) -> str:
    """The card of the automatic checks at the desk."""
    address = reverse("admin:suspension_application_review", args=[application.number])
    return factories.client_of(by).get(address).content.decode()


@EACH
def test_is_demanded_from_its_day_on_and_only_there(asked: Form, area: PoolingArea, there: PoolingArea) -> None:
    item_drafts.in_force(area, kind=asked.kind, on=DAY, **CHANGED)
    here, elsewhere = asked.applicant(area), asked.applicant(there)

    with on(BEFORE):
        browser = browser_of(here)
        assert asked.posted(browser)[0] == 302
        assert "要看得清" not in asked.page(browser)
        assert 'name="file_wage_slips"' in asked.page(browser)
    with on(AFTER):
        browser = browser_of(elsewhere)
        assert asked.posted(browser)[0] == 302
        assert 'name="file_wage_slips"' in asked.page(browser)
        browser = browser_of(here)
        status, page = asked.posted(browser)
        assert status == 422
        assert "本地要求上传“户口簿”" in page
        assert "要看得清" in page
        assert 'name="file_wage_slips"' not in page
        assert browser.get(asked.address("check"))["Location"] == asked.address()


@EACH
def test_once_uploaded_lets_the_application_go_on(asked: Form, area: PoolingArea) -> None:
    item_drafts.in_force(area, kind=asked.kind, on=DAY, **CHANGED)
    person = asked.applicant(area)

    with on(AFTER):
        found = sent(asked, browser_of(person), file_household=files.picture("户口簿.png", kind="PNG"))

    assert found.state == "submitted"


@EACH
def test_stands_in_the_notice_beforehand(asked: Form, area: PoolingArea) -> None:
    item_drafts.in_force(area, kind=asked.kind, on=DAY, **CHANGED)
    person, notices = asked.applicant(area), []

    for day in (BEFORE, AFTER):
        with on(day):
            notices.append(browser_of(person).get(reverse(asked.item.page)).content.decode())

    assert "必须有身份证复印件（正面）、医保卡或社保卡" in notices[0]
    assert "必须有身份证复印件（正面）、户口簿、医保卡或社保卡" in notices[1]


@EACH
def test_is_asked_for_again_when_it_is_sent(asked: Form, area: PoolingArea) -> None:
    item_drafts.in_force(area, kind=asked.kind, on=DAY, **CHANGED)
    person = asked.applicant(area)
    with on(BEFORE):
        asked.posted(browser_of(person))

    with on(AFTER):
        row = Application.objects.get(item=asked.item.code)
        with pytest.raises(BusinessRuleError) as caught, transaction.atomic():
            filing.submit(
                resume.KINDS[asked.item.code],
                enrollment_id=row.enrollment_id,
                revision=row.revision,
                token="t" * 24,
                by=factories.account_of(person),
            )

    assert [reason.code for reason in caught.value.reasons] == ["stop.material-missing"]


@EACH
def test_at_the_desk_the_day_of_filing_counts(asked: Form, area: PoolingArea, caseworker: User) -> None:
    item_drafts.in_force(area, kind=asked.kind, on=DAY, **CHANGED)
    with on(BEFORE):
        found = sent(asked, browser_of(asked.applicant(area)))

    with on(AFTER):
        assert "本地要求上传“户口簿”" not in checks_of(found, by=caseworker)
        Application.objects.filter(pk=found.pk).update(submitted_at=timezone.now())
        assert "本地要求上传“户口簿”" in checks_of(found, by=caseworker)


@EACH
def test_the_printed_form_names_what_was_required_on_that_day(asked: Form, area: PoolingArea) -> None:
    item_drafts.in_force(area, kind=asked.kind, on=DAY, **CHANGED)
    with on(BEFORE):
        found = sent(asked, browser_of(asked.applicant(area)))

    with on(AFTER):
        old = printed(found)
        found.submitted_at = timezone.now()
        new = printed(found)

    assert "户口簿" not in old
    assert "户口簿" in new


@EACH
def test_needs_a_second_person(asked: Form, area: PoolingArea) -> None:
    administrator = factories.staff(area=area, role="administrator")
    draft = item_drafts.drafted(area=area, by=administrator, kind=asked.kind, on=DAY, **CHANGED)
    administrator.assignments.update(role="supervisor")

    with pytest.raises(BusinessRuleError) as caught:
        decided(draft, by=User.objects.get(pk=administrator.pk))
    assert [reason.code for reason in caught.value.reasons] == ["draft.same-person"]
    assert not ItemSettings.objects.exists()

    decided(draft, by=factories.staff(area=area, role="supervisor"))
    assert ItemSettings.objects.get().item == asked.item.code


@EACH
def test_is_drafted_on_a_page(asked: Form, area: PoolingArea, client_of) -> None:
    address = reverse("admin:insured_ruledraft_draft_kind", args=[asked.kind, area.code])
    drafting = client_of(factories.staff(area=area, role="administrator"))
    typed = drafting.get(address).context["form"].initial | CHANGED
    typed |= {"effective_from": DAY.isoformat(), "ground": "文号", "token": "t" * 24}

    shown = drafting.post(address, typed, follow=True).content.decode()

    assert "改动3项" in shown
    assert "必须上传" in shown


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, ["还缺身份证复印件", "还缺医保卡或社保卡"]),
        ({"use_id-card": "optional"}, ["还缺医保卡或社保卡"]),
        ({"use_medical-card": "off"}, ["还缺身份证复印件", "还缺医保卡或社保卡"]),
        ({"use_medical-card": "off", "use_social-card": "off"}, ["还缺身份证复印件"]),
        ({"use_social-card": "required"}, ["还缺身份证复印件", "本地要求上传“社保卡”"]),
    ],
)
def test_without_the_credential_the_cards_are_asked_for_as_the_area_says(
    changes: dict[str, str], missing: list[str], area: PoolingArea
) -> None:
    asked = FORMS[0]
    if changes:
        item_drafts.in_force(area, kind=asked.kind, on=DAY, **changes)
    with on(AFTER):
        _, page = asked.posted(browser_of(asked.applicant(area)), uses_credential="")

    every = ["还缺身份证复印件", "还缺医保卡或社保卡", "本地要求上传“社保卡”", "本地要求上传“医保卡”"]
    assert [one for one in every if one in page] == missing
