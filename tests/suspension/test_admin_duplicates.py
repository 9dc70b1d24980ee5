"""重复参保 at the desk: listed with its proposal, settled at the counter for who agrees, nothing for another area."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.db.models import F
from django.test import Client

from insured.models import Enrollment, InsuredPerson, PoolingArea, StaffAssignment
from portal.accounts.models import User
from portal.audit.models import AccessLog
from portal.notifications.models import Message
from suspension.models import Application, ApplicationEvent, DuplicateFinding
from suspension.policy.transitions import State
from suspension.services import duplicates_at_desk
from suspension.services.duplicates_at_desk import look_for_duplicates
from tests import factories
from tests.suspension import cases, transferring
from tests.suspension.paid_twice import paid_twice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
PAGE = "/admin/suspension/application/duplicates/"


@pytest.fixture
def twice(area: PoolingArea) -> InsuredPerson:
    return found(paid_twice(area))


def found(person: InsuredPerson) -> InsuredPerson:
    """The job has been there."""
    look_for_duplicates()
    return person


@pytest.fixture
def desk(twice: InsuredPerson, caseworker: User) -> Client:
    return factories.client_of(caseworker)


def form_of(browser: Client) -> dict[str, object]:
    """What the first form on the page would send, ticked."""
    found = next(row.form for row in browser.get(PAGE).context["rows"] if row.form)
    return {name: found[name].value() for name in ("end", "stamp", "token")} | {"is_checked": "on"}


def test_shows_which_record_stays_and_why(twice: InsuredPerson, desk: Client) -> None:
    page = desk.get(PAGE)

    (row,) = page.context["rows"]
    assert (row.found.keep.scheme, row.found.end.scheme) == ("310", "390")
    for words in ("裴书航", "邻州市，职工基本医疗保险", "医保发〔2020〕33号", "按建议录入停缴"):
        assert words in page.text
    assert twice.id_number not in page.text


def test_an_employment_that_was_short_and_is_over_does_not_stay(area: PoolingArea, caseworker: User) -> None:
    found(paid_twice(area, since=date(2026, 1, 1)))

    page = factories.client_of(caseworker).get(PAGE)

    (row,) = page.context["rows"]
    assert (row.found.keep.scheme, row.found.end.scheme) == ("390", "310")
    assert "已经停了，不再是在职期间，保留居民医保" in page.text


def test_settles_by_a_stop_that_a_colleague_decides(
    twice: InsuredPerson, desk: Client, caseworker: User, area: PoolingArea
) -> None:
    sent = desk.post(PAGE, form_of(desk))

    found = Application.objects.get()
    event = ApplicationEvent.objects.get(application=found)
    assert sent.headers["Location"] == f"/admin/suspension/application/{found.number}/receipt/"
    assert (found.state, found.reason_code, found.channel) == (State.SUBMITTED, "duplicate", "window")
    assert (event.actor, event.acted_for) == (caseworker, twice)
    assert Message.objects.get().recipient_id == twice.user_id
    assert AccessLog.objects.filter(action="duplicate", subject_id=twice.pk, user=caseworker).count() == 1
    assert found.number in desk.get(PAGE).text
    colleague = factories.staff(area=area, name="许知行")
    done = cases.decided(cases.taken(found, by=colleague), by=colleague)
    assert done.state == State.COMPLETED
    assert Enrollment.objects.get(person=twice, scheme="390").status == Enrollment.PAUSED
    assert "只剩多缴的费用" in desk.get(PAGE).text


def test_a_repeat_goes_to_the_result_even_when_it_is_settled(desk: Client, area: PoolingArea) -> None:
    form = form_of(desk)
    first = desk.post(PAGE, form)
    waiting = desk.post(PAGE, form)
    colleague = factories.staff(area=area, name="许知行")
    cases.decided(cases.taken(Application.objects.get(), by=colleague), by=colleague)

    settled = desk.post(PAGE, form)

    assert first.headers["Location"] == waiting.headers["Location"] == settled.headers["Location"]
    assert Application.objects.count() == 1


def test_a_stale_page_changes_nothing(twice: InsuredPerson, desk: Client) -> None:
    form = form_of(desk)
    Enrollment.objects.filter(person=twice, scheme="310").update(version=7)

    answer = desk.post(PAGE, form)

    assert answer.status_code == 409
    assert "刚刚有变化" in answer.text
    assert not Application.objects.exists()
    assert desk.post(PAGE, form_of(desk)).status_code == 303


def test_nothing_without_the_person_at_the_counter(desk: Client) -> None:
    form = form_of(desk)
    del form["is_checked"]

    answer = desk.post(PAGE, form)

    assert answer.status_code == 422
    assert "请先核对身份证原件" in answer.text
    assert not Application.objects.exists()


def test_the_area_of_the_other_record_sees_and_does_not_settle(twice: InsuredPerson, desk: Client) -> None:
    there = factories.client_of(factories.staff(area=transferring.neighbour(), name="唐书衡"))

    page = there.get(PAGE)

    assert "由示例市的经办人处理" in page.text
    assert [row.form for row in page.context["rows"]] == [None]
    assert there.post(PAGE, form_of(desk)).status_code == 404
    assert not Application.objects.exists()


def test_a_third_area_sees_nothing_and_changes_nothing(twice: InsuredPerson, desk: Client) -> None:
    third = factories.area(code="119903", name="远山市")
    stranger = factories.client_of(factories.staff(area=third, name="远方"))

    assert stranger.get(PAGE).context["rows"] == []
    assert stranger.post(PAGE, form_of(desk)).status_code == 404
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("role", "looks"), [("reviewer", 200), ("supervisor", 200), ("finance", 403), ("auditor", 403)]
)
def test_other_posts_look_at_most(area: PoolingArea, desk: Client, role: str, looks: int) -> None:
    other = factories.client_of(factories.staff(area=area, role=role, name="别岗"))

    assert other.get(PAGE).status_code == looks
    assert other.post(PAGE, form_of(desk)).status_code == 403
    assert not Application.objects.exists()


def test_nobody_settles_their_own(area: PoolingArea, twice: InsuredPerson, desk: Client) -> None:
    colleague = factories.staff(area=area, name="本人")
    InsuredPerson.objects.filter(pk=twice.pk).update(user=colleague)

    answer = factories.client_of(colleague).post(PAGE, form_of(desk))

    assert answer.status_code == 422
    assert not Application.objects.exists()


def test_a_record_whose_money_ends_is_no_duplicate(area: PoolingArea, caseworker: User) -> None:
    factories.resident(area=area)
    over = paid_twice(area)
    Enrollment.objects.filter(person=over, scheme="310").update(last_paid_month=date(2026, 2, 1))
    found(over)

    page = factories.client_of(caseworker).get(PAGE)

    assert page.context["rows"] == []
    assert "没有检测到重复参保" in page.text


def test_pages_are_full_flat_and_complete(
    area: PoolingArea, caseworker: User, assert_statements: Callable[[int], AbstractContextManager[object]]
) -> None:
    names = {f"重复{at:02}" for at in range(23)}
    for name in names:
        paid_twice(area, name=name)
    look_for_duplicates()
    browser = factories.client_of(caseworker)

    with assert_statements(10):
        first = browser.get(PAGE)
    second = browser.get(PAGE, {"page": 2})

    shown = [[row.found.end.person.name for row in page.context["rows"]] for page in (first, second)]
    assert [len(one) for one in shown] == [20, 3]
    assert {name for one in shown for name in one} == names
    assert "下一页" in first.text
    assert "上一页" in second.text


def test_the_job_goes_through_all_and_takes_off_who_pays_once(
    area: PoolingArea, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates_at_desk, "CHUNK", 2)
    people = [paid_twice(area, name=f"重复{at}") for at in range(5)]
    over = people.pop()
    Enrollment.objects.filter(person=over, scheme="310").update(status="0", paused_on=None)
    factories.resident(area=area)

    counts = [look_for_duplicates(), look_for_duplicates()]
    before = set(DuplicateFinding.objects.values_list("person_id", "area__code"))
    settled = people.pop()
    Enrollment.objects.filter(person=settled, scheme="310").update(status="0", paused_on=None)

    assert counts == [8, 8]
    assert before == {(one.pk, code) for one in [*people, settled] for code in ("119901", "119902")}
    DuplicateFinding.objects.update(found_at=F("found_at") - timedelta(minutes=2))
    assert look_for_duplicates() == 6
    assert settled.pk not in DuplicateFinding.objects.values_list("person_id", flat=True)


def test_who_has_a_record_in_two_of_ones_areas_is_listed_once(area: PoolingArea) -> None:
    twice = found(paid_twice(area))
    both = factories.staff(area=area, name="两地")
    StaffAssignment.objects.create(
        user=both, role="caseworker", area=transferring.neighbour(), starts_on=date(2020, 1, 1)
    )

    page = factories.client_of(both).get(PAGE)

    assert [row.found.end.person for row in page.context["rows"]] == [twice]
