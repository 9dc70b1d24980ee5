"""A relative without an account consents at the counter."""

import pytest
from django.test import Client

from insured.models import FamilyRelation, InsuredPerson, PoolingArea
from insured.services import family
from portal.accounts.models import User
from portal.audit.models import AccessLog
from portal.errors import BusinessRuleError, ConflictError
from portal.notifications.models import Delivery
from tests import factories
from tests.insured import families

pytestmark = pytest.mark.django_db
FIND, PAGE = (f"/admin/suspension/application/walk-in/{name}" for name in ("", "family/"))


@pytest.fixture
def mother(area: PoolingArea) -> InsuredPerson:
    return factories.person(area=area, name="周慧兰", phone="13800138077")


@pytest.fixture
def daughter(area: PoolingArea, mother: InsuredPerson) -> InsuredPerson:
    found = factories.resident(area=area)
    families.invited(by=factories.account_of(found), relative=mother)
    return found


def consent(mother: InsuredPerson, daughter: InsuredPerson, *, by: User, is_checked: bool = True) -> None:
    family.accept_at_counter(
        inviter_number=daughter.number, relative_number=mother.number, is_identity_checked=is_checked, by=by
    )


def may_act(daughter: InsuredPerson, mother: InsuredPerson) -> bool:
    return family.may_act(factories.account_of(daughter), person=mother)


def test_the_page_leads_from_the_card_to_the_consent(
    mother: InsuredPerson, daughter: InsuredPerson, caseworker: User
) -> None:
    desk = factories.client_of(caseworker)
    desk.post(FIND, {"resident_id": mother.id_number, "reason": "本人到窗口", "item": "stop"})

    page = desk.get(PAGE).content.decode()
    sent = {"person": mother.number, "other": daughter.number, "is_checked": "on"}
    done = desk.post(PAGE, sent, follow=True).content.decode()

    assert daughter.name in page
    assert mother.id_number not in page
    assert "已登记" in done
    assert may_act(daughter, mother)
    assert AccessLog.objects.get(action="family-consent").subject_id == mother.pk
    assert set(Delivery.objects.filter(channel="sms").values_list("template", flat=True)) >= {
        "family_accepted",
        "family_consent_given",
    }


def test_nothing_happens_without_the_card(mother: InsuredPerson, daughter: InsuredPerson, caseworker: User) -> None:
    with pytest.raises(BusinessRuleError):
        consent(mother, daughter, by=caseworker, is_checked=False)

    assert not may_act(daughter, mother)


def test_another_areas_caseworker_finds_nothing(mother: InsuredPerson, daughter: InsuredPerson) -> None:
    elsewhere = factories.staff(area=factories.area(code="119902", name="邻市"))

    with pytest.raises(ConflictError):
        consent(mother, daughter, by=elsewhere)


def test_a_reviewer_may_not(mother: InsuredPerson, daughter: InsuredPerson, reviewer: User) -> None:
    with pytest.raises(BusinessRuleError):
        consent(mother, daughter, by=reviewer)

    assert not may_act(daughter, mother)


def test_nobody_registers_a_consent_to_themselves(mother: InsuredPerson, area: PoolingArea) -> None:
    staff = factories.staff(area=area)
    own = factories.person(area=area, name="何经办", user=staff)
    families.invited(by=staff, relative=mother)

    with pytest.raises(BusinessRuleError):
        consent(mother, own, by=staff)

    assert FamilyRelation.objects.consented().count() == 0


def test_begins_with_the_card(caseworker: User) -> None:
    assert factories.client_of(caseworker).get(PAGE)["Location"] == FIND
    assert Client().get(PAGE).status_code == 302


def test_ends_what_was_given_at_the_counter(mother: InsuredPerson, daughter: InsuredPerson, caseworker: User) -> None:
    consent(mother, daughter, by=caseworker)
    desk = factories.client_of(caseworker)
    desk.post(FIND, {"resident_id": mother.id_number, "reason": "本人到窗口", "item": "stop"})

    assert "可以替本人代办的家人" in desk.get(PAGE).content.decode()
    desk.post(PAGE, {"person": mother.number, "other": daughter.number, "is_checked": "on", "end": "1"})

    assert not may_act(daughter, mother)
    assert AccessLog.objects.get(action="family-end").subject_id == mother.pk


def test_a_page_made_for_somebody_else_is_refused(
    mother: InsuredPerson, daughter: InsuredPerson, caseworker: User
) -> None:
    desk = factories.client_of(caseworker)
    desk.post(FIND, {"resident_id": mother.id_number, "reason": "本人到窗口", "item": "stop"})

    sent = {"person": daughter.number, "other": daughter.number, "is_checked": "on"}

    assert desk.post(PAGE, sent).status_code == 409
    assert not may_act(daughter, mother)
