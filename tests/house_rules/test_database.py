"""The rules that the database keeps are there."""

import pytest
from django.apps import apps
from django.db import connection

from portal import triggers
from portal.triggers import APPEND_ONLY, TRIGGERS

pytestmark = pytest.mark.django_db
APPEND_ONLY_MODELS = {"audit.AccessLog", "notifications.DeliveryAttempt", "suspension.ApplicationEvent"}


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
