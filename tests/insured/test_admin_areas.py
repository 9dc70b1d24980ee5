"""统筹区规则: read by every post, of one's own areas."""

import pytest
from django.urls import reverse

from insured.models import PoolingArea
from insured.policy.roles import StaffRole
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", StaffRole)
def test_every_post_reads_the_rules_of_its_own_area(role: str, area: PoolingArea) -> None:
    factories.area(code="119902", name="邻州市")
    client = factories.client_of(factories.staff(area=area, role=role))

    listed = client.get(reverse("admin:insured_areapolicy_changelist")).context["cl"].result_list

    assert [policy.area for policy in listed] == [area]
