"""Two posts in two areas: what one allows holds in its own area only."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from insured.models import InsuredPerson, PoolingArea, StaffAssignment
from portal.accounts.models import User
from portal.notifications.models import Delivery
from suspension.models import CannedText
from tests import factories
from tests.help import rows
from tests.notifications.test_admin import delivery
from tests.suspension import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
DELIVERIES = "admin:notifications_delivery"
THREAD = "admin:help_consultation_thread"


@pytest.fixture
def elsewhere() -> PoolingArea:
    return factories.area(code="119902", name="邻州市")


@pytest.fixture
def bookkeeper(area: PoolingArea, elsewhere: PoolingArea) -> User:
    """Finance in the first area, caseworker in the other one."""
    account = factories.staff(area=area, role="finance", name="苗双岗")
    StaffAssignment.objects.create(user=account, area=elsewhere, role="caseworker", starts_on=date(2020, 1, 1))
    return account


@pytest.fixture
def desk(bookkeeper: User) -> Client:
    return factories.client_of(bookkeeper)


def test_messages_of_the_area_where_one_keeps_the_books_stay_closed(desk: Client) -> None:
    here, there = delivery(key="here"), delivery(key="there", area_code="119902")
    chosen = {"action": "send_again", "_selected_action": [here.pk, there.pk], "index": "0"}

    pages = {one.pk: desk.get(reverse(f"{DELIVERIES}_change", args=[one.pk])).status_code for one in (here, there)}
    desk.post(reverse(f"{DELIVERIES}_changelist"), chosen)

    assert pages == {here.pk: 404, there.pk: 200}
    assert list(Delivery.objects.filter(resend_of__isnull=False).values_list("resend_of", flat=True)) == [there.pk]


def test_consultations_of_that_area_stay_closed(desk: Client, resident: InsuredPerson) -> None:
    account = factories.account_of(resident)
    here, there = rows.asked(by=account), rows.asked(by=account, area_code="119902")

    pages = [desk.get(reverse(THREAD, args=[one.number])).status_code for one in (here, there)]
    listed = desk.get(reverse("admin:help_consultation_changelist")).context["cl"].result_list

    assert pages == [404, 200]
    assert list(listed) == [there]


def test_the_first_page_counts_neither(desk: Client, resident: InsuredPerson) -> None:
    delivery()
    rows.asked(by=factories.account_of(resident))

    index = desk.get(reverse("admin:index")).context

    assert (index["undelivered_rows"], index["questions"]) == (0, 0)


def test_nor_does_one_read_its_canned_texts_or_begin_its_reminders(
    desk: Client, area: PoolingArea, elsewhere: PoolingArea
) -> None:
    for place in (area, elsewhere):
        CannedText.objects.create(action="return", area=place, text=f"{place.name}的话")

    texts = desk.get(reverse("admin:suspension_cannedtext_changelist")).content.decode()
    reminders = desk.get(reverse("admin:payments_reminderrun_changelist")).context["today"]

    assert ("邻州市的话" in texts, "示例市的话" in texts) == (True, False)
    assert [one.area for one in reminders] == [elsewhere]


def test_a_figure_and_its_list_are_of_the_same_cases(area: PoolingArea, elsewhere: PoolingArea) -> None:
    account = factories.staff(area=area, role="supervisor")
    StaffAssignment.objects.create(user=account, area=elsewhere, role="caseworker", starts_on=date(2020, 1, 1))
    here = cases.filed(factories.resident(area=area))
    cases.filed(factories.resident(area=elsewhere))
    desk = factories.client_of(account)

    pictures = desk.get(reverse("admin:suspension_application_supervision")).context["pictures"]
    address = next(line.address for one in pictures for line in one.lines if one.figure.code == "states")

    assert [row.application for row in desk.get(address).context["rows"]] == [here]
    assert "没有办件" in desk.get(f"{address}&areas=all").content.decode()
