"""Two supervisors approve two drafts of one area at once: the second is compared with what the first put in force."""

from datetime import date
from functools import partial

import pytest
import time_machine

from insured.models import AreaPolicy
from tests import factories
from tests.insured.rule_drafts import decided, drafted
from tests.races.crowd import Outcome, crowd, shown
from tests.results import Report, size

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
AT_ONCE = 2
APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


@pytest.mark.parametrize("days", [(APRIL, APRIL), (APRIL, MAY)], ids=["one day", "two days"])
def test_two_drafts_of_the_same_rules_never_pass_each_other(days: tuple[date, date], report: Report) -> None:
    rounds, total = size(plain=5, full=50), Outcome()

    with time_machine.travel("2026-03-10T02:00:00Z", tick=False), crowd(AT_ONCE) as many:
        for number in range(rounds):
            area = factories.area(code=f"1199{number:02d}", name=f"第{number}市")
            administrator = factories.staff(area=area, role="administrator")
            supervisors = [factories.staff(area=area, role="supervisor", name=name) for name in "甲乙"]
            both = [drafted(area=area, by=administrator, on=day, promised_working_days=8) for day in days]
            outcome = many.run([partial(decided, one, by=who) for one, who in zip(both, supervisors, strict=True)])
            total.add(outcome)
            begun = AreaPolicy.objects.filter(area=area, effective_from__gte=APRIL).order_by("pk")
            assert outcome.broken == {}
            assert list(begun.values_list("effective_from", flat=True)) in ([APRIL], [MAY], [MAY, APRIL])

    shown(
        report,
        f"drafts of one area for {' and '.join(str(day) for day in days)}, approved",
        at_once=AT_ONCE,
        rounds=rounds,
        outcome=total,
    )
    assert total.reasons <= {"draft.day-taken", "draft.base-changed"}
