"""Money from outside: however many enter what is left of one bill at the same moment, it is entered once."""

from functools import partial

import pytest

from insured.models import PoolingArea
from payments.models import OfflinePayment
from payments.services import offline
from portal import clock
from tests import factories
from tests.payments import booth as booths
from tests.payments import receipts
from tests.races.crowd import Outcome, at_most, crowd, shown
from tests.results import Report, size

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]


def test_many_who_enter_the_same_bill_enter_it_once(report: Report, area: PoolingArea) -> None:
    at_once, rounds, total = at_most(size(plain=8, full=64)), size(plain=2, full=50), Outcome()
    people = [receipts.finance(area) for _ in range(at_once)]

    with crowd(at_once) as threads:
        for _ in range(rounds):
            bill = booths.bill_of(factories.resident(area=area).enrollments.get())
            day = clock.today()
            calls = [
                partial(offline.enter, receipts.receipt(bill, area=area, paid_on=day), token=receipts.token(), by=one)
                for one in people
            ]
            total.add(threads.run(calls))

    assert (len(total.won), total.broken) == (rounds, {})
    assert total.reasons == {"offline.entered-already"}
    assert OfflinePayment.objects.count() == rounds
    shown(report, "receipts entered for one bill", at_once=at_once, rounds=rounds, outcome=total)
