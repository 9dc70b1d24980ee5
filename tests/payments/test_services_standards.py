"""Payments: standards are set once per year."""

import pytest

from insured.models import PoolingArea
from payments.models import ContributionStandard
from payments.services import standards as services

pytestmark = pytest.mark.django_db


def test_setting_a_standard_again_replaces_it(area: PoolingArea) -> None:
    for personal_fen in (38_000, 40_000):
        services.set_standard(services.Standard(area.pk, "390", 2026, personal_fen, 70_000, source="演示"))

    standard = ContributionStandard.objects.get()
    assert (standard.personal_fen, standard.coverage_year, standard.is_provisional) == (40_000, 2026, False)
