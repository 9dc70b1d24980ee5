"""Eight looks at once by one colleague keep the limit of the day; each is logged, and the alarm sounds once."""

from functools import partial

import pytest
from django.conf import settings as hall
from pytest_django.fixtures import Settings

from insured.services.disclosure import ALARM, disclose
from portal.audit.models import AccessLog
from portal.notifications.models import Message
from tests import factories
from tests.races.crowd import Outcome, crowd, shown
from tests.results import Report, size

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
AT_ONCE, LIMIT = 8, 5


def test_8_looks_at_once_keep_the_limit_and_sound_one_alarm(report: Report, settings: Settings) -> None:
    settings.DAILY_LIMITS = dict.fromkeys(hall.DAILY_LIMITS, LIMIT)
    rounds, total = size(plain=3, full=50), Outcome()
    area = factories.area()
    person, supervisor = factories.resident(area=area), factories.staff(area=area, role="supervisor")

    with crowd(AT_ONCE) as many:
        for number in range(rounds):
            by = factories.staff(area=area, name=f"经办{number}")
            look = partial(disclose, "look-up", subject_kind="insuredperson", subject_id=person.pk, by=by)
            outcome = many.run([look] * AT_ONCE)
            total.add(outcome)
            logged = AccessLog.objects.filter(user=by)
            assert len(outcome.won) == logged.filter(action="look-up").count() == LIMIT
            assert logged.filter(action=ALARM).count() == 1

    shown(report, "histories, opened by one colleague", at_once=AT_ONCE, rounds=rounds, outcome=total)
    assert total.reasons == {"disclosure.limit"}
    assert Message.objects.filter(recipient=supervisor).count() == rounds
