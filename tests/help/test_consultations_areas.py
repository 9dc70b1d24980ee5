"""在线客服: a role counts in the area where it is held."""

from datetime import date

import pytest
from django.urls import reverse

from insured.models import InsuredPerson, PoolingArea, StaffAssignment
from portal.accounts.models import User
from portal.help.services import consultations as services
from tests import factories
from tests.help import rows

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("thread_area", "status"), [("119901", 422), ("119902", 302), ("", 302)])
def test_a_supervisor_gives_back_only_threads_of_the_area_or_of_none(
    thread_area: str, status: int, resident: InsuredPerson, reviewer: User, area: PoolingArea
) -> None:
    """Caseworker in the first area, supervisor in the second: the role counts where it is held."""
    account = factories.account_of(resident)
    elsewhere = factories.area(code="119902", name="邻市")
    helper = factories.staff(area=area, role="caseworker")
    StaffAssignment.objects.create(user=helper, area=elsewhere, role="supervisor", starts_on=date(2020, 1, 1))
    colleague = factories.staff(area=elsewhere, role="caseworker") if thread_area == "119902" else reviewer
    found = services.take(rows.asked(by=account, area_code=thread_area).number, by=colleague)
    client = factories.client_of(helper)

    page = client.get(reverse("admin:help_consultation_thread", args=[found.number]))
    answer = client.post(reverse("admin:help_consultation_act", args=[found.number, "release"]))

    assert page.context["can_release"] is (status == 302)
    assert answer.status_code == status
    found.refresh_from_db()
    assert (found.taken_by is None) is (status == 302)
