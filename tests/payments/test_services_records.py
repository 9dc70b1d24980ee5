"""Payments: records get numbers of their own."""

from datetime import date

import pytest
from django.db import transaction

from insured.models import PoolingArea
from payments.models import ContributionRecord
from payments.services import numbers
from payments.services import records as services
from portal.identity import is_public_number
from tests import factories

pytestmark = pytest.mark.django_db


def contribution(area: PoolingArea, *, paid_on: date = date(2025, 10, 20)) -> services.NewContribution:
    enrollment = factories.enrollment(of=factories.person(area=area))
    return services.NewContribution(
        person_id=enrollment.person_id,
        enrollment_id=enrollment.pk,
        employer_id=enrollment.employer_id,
        area_id=area.pk,
        scheme="390",
        way="02",
        period_starts_on=date(2026, 1, 1),
        period_ends_on=date(2026, 12, 1),
        personal_fen=40_000,
        fiscal_fen=70_000,
        paid_on=paid_on,
    )


def test_each_record_has_a_number_that_can_be_told_by_phone(area: PoolingArea) -> None:
    rows = [contribution(area)] * 20

    records = services.record_contributions(rows)

    assert len({record.number for record in records}) == 20
    assert all(is_public_number(record.number) and record.number.startswith("PZ20251020") for record in records)
    assert {(record.personal_fen, record.fiscal_fen) for record in ContributionRecord.objects.all()} == {
        (40_000, 70_000)
    }


def test_a_number_met_twice_is_drawn_again(area: PoolingArea, monkeypatch: pytest.MonkeyPatch) -> None:
    row = contribution(area)
    drawn = iter(["A", "A", "A", "B", "B", "C"])
    monkeypatch.setattr(numbers, "public_number", lambda **_: next(drawn))
    monkeypatch.setattr(numbers, "public_numbers", lambda count, **_: [next(drawn) for _ in range(count)])
    services.record_contributions([row])

    services.record_contributions([row, row])

    assert sorted(ContributionRecord.objects.values_list("number", flat=True)) == ["A", "B", "C"]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_outside_a_transaction(area: PoolingArea) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        services.record_contributions([contribution(area)])
