"""Opening balances that an older hall has imported without posting them: the migration posts each once."""

from importlib import import_module

import pytest
from django.apps import apps

from payments.models import AccountEntry, LedgerEntry, LedgerTransaction
from payments.services import invariants, pooled
from portal import clock
from tests import factories
from tests.payments import refunding

pytestmark = pytest.mark.django_db
post_openings = import_module("payments.migrations.0020_post_openings").post_openings


def older(area: factories.PoolingArea, *, fen: int) -> factories.InsuredPerson:
    """An employee whose opening entry stands alone."""
    person = factories.employee(of=factories.employer(area=area))
    entry = {"position": 1, "kind": "opening", "amount_fen": fen, "balance_fen": fen, "at": clock.now()}
    AccountEntry.objects.bulk_create([AccountEntry(person=person, **entry)])
    return person


def test_each_is_posted_once(area: factories.PoolingArea, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(post_openings.__globals__, "CHUNK", 2)
    people = [older(area, fen=1_000 + no) for no in range(5)]
    pooled.credit({factories.employee(of=factories.employer(area=area)).pk: 7_000}, kind="opening")
    assert invariants.personal_accounts_out_of_line() == [one.number for one in people]

    for _ in range(2):
        post_openings(apps, None)

    assert refunding.money_is_in_order()
    assert LedgerTransaction.objects.filter(kind="opening").count() == 6
    assert refunding.balance("personal") == -(5_010 + 7_000)
    assert refunding.balance("opening") == 5_010 + 7_000
    assert LedgerEntry.objects.count() == 12
