"""The queue: which cases, in which order, at what cost."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from insured.models import InsuredPerson
from portal.accounts.models import User
from portal.paging import BoundedPaginator
from suspension.admin.queue import queue_condition, queue_counts
from suspension.models import Application
from tests import factories
from tests.suspension.cases import decided, filed, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
QUEUE = reverse("admin:suspension_application_changelist")


@pytest.fixture
def cases(area: factories.PoolingArea, caseworker: User) -> dict[str, str]:
    """One case of each kind: name → number."""
    colleague = factories.staff(area=area, name="孙经办")
    found = {name: filed(factories.resident(area=area)) for name in ("waiting", "mine", "colleagues", "back", "done")}
    for name, by in (("mine", caseworker), ("colleagues", colleague), ("back", caseworker), ("done", colleague)):
        found[name] = taken(found[name], by=by)
    decided(found["back"], by=caseworker, action="return", fields=("note",), text="请写明单位")
    decided(found["done"], by=colleague)
    return {name: case.number or "" for name, case in found.items()}


class TestLists:
    @pytest.mark.parametrize(
        ("queue", "expected"),
        [
            ("", {"waiting"}),
            ("?queue=nonsense", {"waiting"}),
            ("?queue=unassigned", {"waiting"}),
            ("?queue=mine", {"mine"}),
            ("?queue=overdue", set()),
            ("?queue=returned", {"back"}),
            ("?queue=done", {"done"}),
            ("?queue=all", {"waiting", "mine", "colleagues", "back", "done"}),
        ],
    )
    def test_hold_what_their_name_says(
        self, queue: str, expected: set[str], cases: dict[str, str], caseworker: User, client_of
    ) -> None:
        page = client_of(caseworker).get(f"{QUEUE}{queue}")

        shown = {row.application.number for row in page.context["rows"]}
        assert shown == {cases[name] for name in expected}

    def test_begin_for_a_reviewer_with_what_waits_for_one(
        self, cases: dict[str, str], caseworker: User, reviewer: User, client_of
    ) -> None:
        referred = decided(Application.objects.get(number=cases["mine"]), by=caseworker, action="refer", text="请复核")

        page = client_of(reviewer).get(QUEUE)

        assert page.context["queue"] == "second"
        assert [row.application for row in page.context["rows"]] == [referred]

    def test_call_overdue_what_still_lies_with_the_staff(self, cases: dict[str, str], caseworker: User) -> None:
        with time_machine.travel("2026-04-10T02:00:00Z"):
            late = Application.objects.filter(queue_condition("overdue", user=caseworker))

            assert set(late.values_list("number", flat=True)) == {
                cases["waiting"],
                cases["mine"],
                cases["colleagues"],
            }

    def test_begin_with_what_is_due_first(self, area: factories.PoolingArea, caseworker: User, client_of) -> None:
        with time_machine.travel("2026-03-12T02:00:00Z"):
            later = filed(factories.resident(area=area))
        sooner = filed(factories.resident(area=area))

        page = client_of(caseworker).get(QUEUE)

        assert [row.application.number for row in page.context["rows"]] == [sooner.number, later.number]

    def test_show_names_whole_and_ids_masked(self, resident: InsuredPerson, caseworker: User, client_of) -> None:
        filed(resident)

        text = client_of(caseworker).get(QUEUE).content.decode()

        assert resident.name in text
        assert resident.id_number not in text
        assert resident.id_number[-4:] in text


class TestBoxes:
    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            ("item=stop", {"waiting", "mine", "colleagues", "back", "done", "counter"}),
            ("item=", {"waiting", "mine", "colleagues", "back", "done", "counter"}),
            ("item=resume", set()),
            ("item=nonsense", set()),
            ("channel=window", {"counter"}),
            ("channel=window&item=stop", {"counter"}),
            ("channel=nonsense", set()),
            ("due=late", set()),
            ("due=2", set()),
            ("age=2", set()),
            ("age=x", set()),
        ],
    )
    def test_narrow_the_list_down(
        self,
        asked: str,
        expected: set[str],
        cases: dict[str, str],
        area: factories.PoolingArea,
        caseworker: User,
        client_of,
    ) -> None:
        cases["counter"] = filed(factories.resident(area=area)).number or ""
        Application.objects.filter(number=cases["counter"]).update(channel="window")

        page = client_of(caseworker).get(f"{QUEUE}?queue=all&{asked}")

        shown = {row.application.number for row in page.context["rows"]}
        assert shown == {cases[name] for name in expected}

    @pytest.mark.parametrize(
        ("day", "asked", "number"),
        [
            ("2026-03-12", "age=2", 1),
            ("2026-03-11", "age=2", 0),
            ("2026-03-17", "age=5", 1),
            ("2026-04-10", "due=late", 1),
            ("2026-04-10", "due=0", 1),
        ],
    )
    def test_count_working_days(
        self, day: str, asked: str, number: int, resident: InsuredPerson, caseworker: User, client_of
    ) -> None:
        filed(resident)

        with time_machine.travel(f"{day}T02:00:00Z"):
            page = client_of(caseworker).get(f"{QUEUE}?{asked}")

        assert len(page.context["rows"]) == number

    def test_show_what_is_due_on_its_last_day(self, resident: InsuredPerson, caseworker: User, client_of) -> None:
        due_on = filed(resident).due_on

        with time_machine.travel(f"{due_on}T02:00:00Z"):
            shown = client_of(caseworker).get(f"{QUEUE}?due=0").context["rows"]
            late = client_of(caseworker).get(f"{QUEUE}?due=late").context["rows"]

        assert (len(shown), len(late)) == (1, 0)

    @pytest.mark.usefixtures("cases")
    def test_say_how_many_lie_in_this_list(self, caseworker: User, client_of) -> None:
        text = client_of(caseworker).get(f"{QUEUE}?queue=all&item=stop").content.decode()

        assert "停缴（暂停参保）（5）</option>" in text
        assert "只看：" in text

    @pytest.mark.usefixtures("cases")
    def test_count_nothing_of_another_area(self, caseworker: User, client_of) -> None:
        filed(factories.resident(area=factories.area(code="429999")))

        text = client_of(caseworker).get(f"{QUEUE}?queue=all").content.decode()

        assert "网厅（5）" in text

    def test_are_left_out_of_a_search(self, cases: dict[str, str], caseworker: User, client_of) -> None:
        page = client_of(caseworker).post(f"{QUEUE}search/", {"q": cases["waiting"]})

        assert page.context["boxes"] == ()


class TestTake:
    def test_leads_from_the_row_to_the_case(self, resident: InsuredPerson, caseworker: User, client_of) -> None:
        application = filed(resident)
        browser = client_of(caseworker)

        response = browser.post(
            reverse("admin:suspension_application_take", args=[application.number]), {"version": application.version}
        )

        assert response.status_code == 303
        assert application.number in response["Location"]
        application.refresh_from_db()
        assert application.taken_by == caseworker

    def test_is_offered_to_caseworkers_only(
        self, resident: InsuredPerson, caseworker: User, reviewer: User, client_of
    ) -> None:
        filed(resident)

        assert client_of(caseworker).get(QUEUE).context["rows"][0].can_take
        assert not client_of(reviewer).get(f"{QUEUE}?queue=unassigned").context["rows"][0].can_take


class TestCost:
    def test_of_a_hundred_rows_is_at_most_ten_statements(
        self, area: factories.PoolingArea, caseworker: User, client_of, assert_statements
    ) -> None:
        for _ in range(100):
            filed(factories.resident(area=area))
        browser = client_of(caseworker)
        browser.get(QUEUE)

        with assert_statements(10):
            page = browser.get(QUEUE)

        assert len(page.context["rows"]) == 100

    def test_of_counting_ends_at_a_thousand(self, django_assert_num_queries) -> None:
        with django_assert_num_queries(1) as counted:
            assert BoundedPaginator(Application.objects.order_by("id"), 100).count == 0

        assert "LIMIT 1000" in counted.captured_queries[0]["sql"]


@pytest.mark.parametrize("route", ["add/", "1/change/", "1/delete/", "1/history/", "1/"])
def test_has_none_of_django_s_forms(route: str, resident: InsuredPerson, caseworker: User, client_of) -> None:
    filed(resident)

    assert client_of(caseworker).get(f"{QUEUE}{route}").status_code == 404


def test_the_lists_are_counted_in_the_order_in_which_they_stand(caseworker: User) -> None:
    """Ordered by state, a count of several states would go through every case that was ever done."""
    with CaptureQueriesContext(connection) as sent:
        queue_counts(caseworker)

    counted = sent.captured_queries[-1]["sql"]
    orders = [part.split(" LIMIT")[0] for part in counted.split("ORDER BY ")[1:]]
    assert orders
    assert all("due_on" in order.split(",")[0] for order in orders)
