"""The rules that the database keeps are there."""

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from insured.models import InsuredPerson
from portal import triggers
from portal.triggers import APPEND_ONLY, TRIGGERS
from suspension.models import ApplicationEvent
from tests import factories
from tests.suspension import cases

pytestmark = pytest.mark.django_db
APPEND_ONLY_MODELS = {
    "accounts.Consent",
    "audit.AccessLog",
    "audit.AuditSeal",
    "help.ConsultationMessage",
    "help.PhoneNote",
    "insured.CreditedMonths",
    "insured.PostEvent",
    "insured.UnitDeclaration",
    "notifications.DeliveryAttempt",
    "suspension.ApplicationEvent",
    "payments.AccountEntry",
    "payments.BillFileLine",
    "payments.ClosingLine",
    "payments.GatewayNotice",
    "payments.LedgerEntry",
    "payments.LedgerTransaction",
    "payments.NoticeVerdict",
    "payments.OfflinePaymentEvent",
    "payments.RefundEvent",
    "payments.Reminder",
}


def test_every_trigger_is_present() -> None:
    assert triggers.expected(connection.vendor) - triggers.installed(connection) == set()


def test_the_append_only_tables_are_those_of_the_house() -> None:
    tables = {table for table, kinds in TRIGGERS.items() if APPEND_ONLY in kinds}

    assert tables == {apps.get_model(label)._meta.db_table for label in APPEND_ONLY_MODELS}


def test_basic_coverage_cannot_overlap() -> None:
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, "insured_coverageperiod")

    if connection.vendor == "postgresql":
        assert [name for name in constraints if "overlap" in name]
    else:
        assert ("insured_coverageperiod", "insured_coverageperiod_no_overlap_insert") in triggers.installed(connection)


def test_a_person_has_one_active_basic_scheme(resident: InsuredPerson) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.enrollment(of=resident, scheme="310")

    factories.enrollment(of=resident, scheme="310", status="2")
    assert resident.enrollments.count() == 2


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [(date(2026, 12, 31), None), (date(2025, 6, 1), date(2026, 1, 1)), (date(2026, 3, 1), date(2026, 4, 1))],
)
def test_two_basic_periods_of_a_person_never_overlap(
    starts_on: date, ends_on: date | None, resident: InsuredPerson
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.period(of=resident.enrollments.get(), starts_on=starts_on, ends_on=ends_on)


def test_an_event_is_neither_changed_nor_removed(resident: InsuredPerson) -> None:
    found = cases.filed(resident)
    events = ApplicationEvent.objects.filter(application=found)

    for change in (lambda: events.update(text="x"), lambda: events._raw_delete("default")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
