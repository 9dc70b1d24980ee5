"""At the desk: many looks at once at whole IDs by one colleague keep the limit of the day, and each one is logged."""

from functools import partial

import pytest
from pytest_django.fixtures import Settings

from portal.audit.models import AccessLog
from suspension.services import reveal
from tests import factories
from tests.races.crowd import Outcome, at_most, crowd, shown
from tests.results import Report, size
from tests.suspension import cases

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
AT_ONCE = 32
LIMIT = 5


def test_32_looks_at_once_keep_the_limit(report: Report, settings: Settings) -> None:
    settings.DAILY_LIMITS = {"reveal-id": LIMIT}
    at_once, rounds, total = at_most(AT_ONCE), size(plain=3, full=50), Outcome()
    area = factories.area()
    found = cases.filed(factories.resident(area=area))

    with crowd(at_once) as many:
        for number in range(rounds):
            by = factories.staff(area=area, name=f"经办{number}")
            outcome = many.run([partial(reveal.reveal_id, found, reason="核对", by=by)] * at_once)
            total.add(outcome)
            assert len(outcome.won) == AccessLog.objects.filter(user=by, action="reveal-id").count() == LIMIT

    shown(report, "whole IDs, looked at by one colleague", at_once=at_once, rounds=rounds, outcome=total)
    assert total.reasons == {"disclosure.limit"}
