"""A broken chain is told to those who watch, once, with the row."""

import pytest
from django.utils import timezone

from insured.services import chain_alarm
from insured.tasks import tell_of_chain_faults
from portal.accounts.models import User
from portal.audit.models import AuditCheck
from portal.audit.services import run_checks, seal_all, start_nightly_check
from portal.notifications.models import Delivery, Message
from tests import factories
from tests.audit import chains

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(area: factories.PoolingArea) -> User:
    return factories.staff(area=area, role="auditor")


@pytest.fixture
def administrator(area: factories.PoolingArea) -> User:
    return factories.staff(area=area, role="administrator")


def night() -> AuditCheck:
    """The check of the day, from the beginning to its end."""
    start_nightly_check()
    while AuditCheck.objects.filter(finished_at__isnull=True).exists():
        run_checks()
    return AuditCheck.objects.latest("id")


@pytest.mark.parametrize("way", chains.TAMPERS)
def test_tells_auditors_and_administrators_which_row_was_tampered_with(
    way: str, auditor: User, administrator: User, caseworker: User
) -> None:
    chains.looks(20, by=caseworker)
    seal_all()
    row = min(chains.TAMPERS[way](7))
    check = night()

    for _ in range(3):
        tell_of_chain_faults()

    messages = Message.objects.filter(dedupe_key__startswith=f"audit-check:{check.pk}:")
    assert set(messages.values_list("recipient", flat=True)) == {auditor.pk, administrator.pk}
    assert all(f"audit_accesslog 第{row}行" in one.body for one in messages)


def test_says_nothing_of_a_chain_that_is_whole(auditor: User, caseworker: User) -> None:
    chains.looks(20, by=caseworker)
    night()

    assert chain_alarm.tell_of_faults() == 0
    assert not Message.objects.filter(recipient=auditor).exists()


def test_waits_for_the_end_of_the_walk(auditor: User) -> None:
    check = AuditCheck.objects.create(fault_count=1, faults=[["audit_accesslog", 7, "deleted"]])
    assert chain_alarm.tell_of_faults() == 0

    AuditCheck.objects.filter(pk=check.pk).update(finished_at=timezone.now())

    assert chain_alarm.tell_of_faults() == 1


def test_writes_a_mail_to_who_has_an_address(auditor: User) -> None:
    User.objects.filter(pk=auditor.pk).update(email="audit@example.com")
    AuditCheck.objects.create(fault_count=1, faults=[["audit_accesslog", 7, "deleted"]], finished_at=timezone.now())

    chain_alarm.tell_of_faults()

    assert Delivery.objects.get().address == "audit@example.com"


def test_tells_nobody_whose_post_has_ended(auditor: User) -> None:
    auditor.assignments.update(ends_on="2020-02-01")
    AuditCheck.objects.create(fault_count=1, faults=[["audit_accesslog", 7, "deleted"]], finished_at=timezone.now())

    chain_alarm.tell_of_faults()

    assert not Message.objects.exists()
