"""The contact addresses of a request are known or proven before it is sent in (seed row 48)."""

import pytest
from django.test import Client
from django.urls import reverse

from insured.models import InsuredPerson, PoolingArea
from portal.errors import BusinessRuleError
from suspension.models import Application
from suspension.policy.transitions import State
from suspension.services import stop
from tests import factories
from tests.accounts import letters
from tests.suspension import cases, pages

pytestmark = pytest.mark.django_db
OTHER_PHONE = "13712345678"


@pytest.fixture
def resident(area: PoolingArea) -> InsuredPerson:
    return factories.resident(area=area)


@pytest.fixture
def visitor(resident: InsuredPerson) -> Client:
    return factories.client_of(factories.account_of(resident))


def fill(visitor: Client, **changes: str) -> str:
    """Fill in the form; the text of the check page."""
    page = visitor.post(
        reverse("stop_form"), pages.typed(contact_email="wenlan@example.invalid") | changes, follow=True
    )
    return page.content.decode()


def test_an_address_of_the_register_needs_no_code(visitor: Client) -> None:
    text = fill(visitor)

    assert "还差一步" not in text
    assert text.count("已验证") == 2


def test_another_phone_is_proven_by_a_code_before_the_button_appears(visitor: Client) -> None:
    assert "确认停缴</button>" not in fill(visitor, contact_phone=OTHER_PHONE)

    visitor.post(reverse("stop_contact"))
    page = visitor.post(reverse("stop_contact_code"), {"code": letters.last_code()}, follow=True).content.decode()

    assert "确认停缴</button>" in page
    assert letters.last().address == OTHER_PHONE


def test_another_mailbox_is_proven_by_mail(visitor: Client) -> None:
    fill(visitor, contact_email="New@Example.invalid")

    visitor.post(reverse("stop_contact"))
    visitor.post(reverse("stop_contact_code"), {"code": letters.last_code("email")})

    assert "还差一步" not in visitor.get(reverse("stop_check")).content.decode()


def test_a_wrong_code_proves_nothing(visitor: Client) -> None:
    fill(visitor, contact_phone=OTHER_PHONE)
    visitor.post(reverse("stop_contact"))

    refused = visitor.post(reverse("stop_contact_code"), {"code": "000000"})

    assert refused.status_code == 422
    assert "还差一步" in visitor.get(reverse("stop_check")).content.decode()


def test_the_service_refuses_what_nobody_has_proven(resident: InsuredPerson) -> None:
    with pytest.raises(BusinessRuleError) as refused:
        cases.filed(resident, contact_phone=OTHER_PHONE)

    assert [reason.code for reason in refused.value.reasons] == ["stop.contact-unproven"]
    assert Application.objects.get().state == State.DRAFT


def test_a_proof_is_of_one_person_only(area: PoolingArea, resident: InsuredPerson) -> None:
    stranger = factories.resident(area=area, phone="13600000001", email="")
    cases.prove(OTHER_PHONE, by=factories.account_of(stranger))

    with pytest.raises(BusinessRuleError):
        cases.filed(resident, contact_phone=OTHER_PHONE)


def test_asking_for_codes_too_often_is_refused(visitor: Client) -> None:
    fill(visitor, contact_phone=OTHER_PHONE)
    visitor.post(reverse("stop_contact"))

    assert visitor.post(reverse("stop_contact")).status_code in {422, 429}


class TestCorrection:
    @pytest.fixture
    def number(self, resident: InsuredPerson, area: PoolingArea) -> str:
        """A case that was returned because of its contact."""
        by = factories.staff(area=area)
        taken = cases.taken(cases.filed(resident), by=by)
        cases.decided(taken, by=by, action="return", fields=("contact_phone",), text="电话打不通。")
        return taken.number or ""

    def send(self, visitor: Client, number: str, *, phone: str) -> str:
        page = visitor.get(reverse("application_correct", args=[number])).content.decode()
        sent = {name: pages.hidden(page, name) for name in ("token", "version")}
        answer = visitor.post(reverse("application_correct", args=[number]), sent | {"contact_phone": phone})
        return str(answer["Location"])

    def test_another_phone_is_proven_and_the_correction_goes_on(self, visitor: Client, number: str) -> None:
        after = self.send(visitor, number, phone=OTHER_PHONE)
        assert after == reverse("application_contact_code", args=[number])
        assert Application.objects.get().state == State.RETURNED

        kept = visitor.post(after, {"code": letters.last_code()}, follow=True).content.decode()
        assert f'name="contact_phone" value="{OTHER_PHONE}"' in kept
        self.send(visitor, number, phone=OTHER_PHONE)

        found = Application.objects.get()
        assert (found.state, found.contact_phone) == (State.SUBMITTED, OTHER_PHONE)

    def test_a_known_phone_needs_no_code(self, visitor: Client, number: str) -> None:
        assert self.send(visitor, number, phone="13800138000") == reverse("application", args=[number])

    def test_the_service_refuses_what_nobody_has_proven(self, resident: InsuredPerson, number: str) -> None:
        found = Application.objects.get()

        with pytest.raises(BusinessRuleError):
            stop.resubmit(
                cases.stop_request(contact_phone=OTHER_PHONE),
                number=number,
                version=found.version,
                token="t" * 24,
                by=factories.account_of(resident),
            )

        assert Application.objects.get().state == State.RETURNED
