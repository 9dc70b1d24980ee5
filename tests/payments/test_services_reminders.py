"""批量提醒: everybody who has to pay once per occasion, nobody else, whatever is cut off in between."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine

from insured.models import Enrollment, InsuredPerson, PoolingArea
from payments.models import Bill, ContributionStandard, FundingCategory, Reminder, ReminderRun
from payments.services import funding, reminded, reminders
from payments.services.bills import NewBill, open_bill
from payments.services.standards import Standard, set_standard
from portal.errors import BusinessRuleError, ConflictError
from portal.notifications.models import Delivery, Message
from portal.notifications.services import choices_of, choose
from tests import factories
from tests.payments import owed
from tests.payments.records import year_of

pytestmark = pytest.mark.django_db
OPEN_DAY = "2026-09-01T02:00:00Z"


@pytest.fixture(autouse=True)
def on_the_first_day() -> Iterator[Any]:
    with time_machine.travel(OPEN_DAY, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def standard(area: PoolingArea) -> None:
    set_standard(Standard(area.pk, "390", 2027, 40_000, 70_000, source="演示"))


windows = pytest.mark.parametrize(
    ("day", "kind"), [("2026-09-01", "opening"), ("2026-12-20", "closing"), ("2027-02-20", "extension")]
)
"""续保通知 when the window opens, and the two reminders before it, and its extension, closes."""


def insured(area: PoolingArea, *, has_account: bool = False, **more: Any) -> Enrollment:
    user = factories.user() if has_account else None
    return factories.enrollment(of=factories.person(area=area, user=user), **more)


def finish() -> None:
    """Chunk after chunk until nobody is left."""
    reminders.open_due_runs()
    while ReminderRun.objects.unfinished().exists():
        reminders.advance_runs()


def told_of(kind: str) -> set[int]:
    return set(Reminder.objects.filter(kind=kind).values_list("person_id", flat=True))


def flexible_month(enrollment: Enrollment, *, due_on: date, basis: str = "") -> Bill:
    month = due_on.replace(day=1)
    lines = owed.resident_year(enrollment).lines
    return open_bill(
        NewBill(
            person_id=enrollment.person_id,
            enrollment_id=enrollment.pk,
            employer_id=enrollment.employer_id,
            area_id=enrollment.area_id,
            scheme="310",
            period_starts_on=month,
            period_ends_on=month,
            due_on=due_on,
            lines=lines,
            basis=basis,
        )
    )


def test_the_opening_tells_whoever_has_to_pay_and_nobody_else(area: PoolingArea) -> None:
    active, paused = insured(area), insured(area, status="2")
    paid, dead, employed = insured(area), insured(area), insured(area, status="2")
    year_of(paid.person, year=2027)
    InsuredPerson.objects.filter(pk=dead.person_id).update(is_deceased=True)
    factories.enrollment(of=employed.person, scheme="310")
    insured(factories.area(code="119902", name="邻州市", window_start_month=10))

    finish()

    run = ReminderRun.objects.get()
    assert told_of("opening") == {active.person_id, paused.person_id}
    assert (run.window, run.told, run.by_sms, run.by_email, run.in_hall, run.unreached) == ("2027", 2, 2, 2, 0, 0)
    assert run.seen == 5


def test_the_message_names_amount_deadline_place_and_what_being_late_means(area: PoolingArea) -> None:
    insured(area, has_account=True)

    finish()

    text = Message.objects.get().body
    assert "2026年9月1日至2026年12月31日" in text
    assert "您个人应缴 400.00 元" in text
    assert "缴费管理→在线缴费" in text
    assert "要等3个月才能报销" in text
    assert "账户设置→提醒设置" in text
    assert all(len(one.params["consequence"]) < 200 for one in Delivery.objects.all())


def test_aid_is_taken_off_and_a_free_year_says_so(area: PoolingArea) -> None:
    helped, free = insured(area, has_account=True), insured(area, has_account=True)
    for row, aid, is_full in ((helped, 34_500, False), (free, 0, True)):
        funding.recognise(row.person, category=_category(area, aid=aid, is_full=is_full), on=date(2026, 1, 1))

    finish()

    texts = {one.recipient_id: one.body for one in Message.objects.all()}
    assert "您个人应缴 55.00 元" in texts[factories.account_of(helped.person).pk]
    assert "个人不用缴费" in texts[factories.account_of(free.person).pk]


def _category(area: PoolingArea, *, aid: int, is_full: bool) -> FundingCategory:
    return funding.save_category(
        funding.CategoryRow(
            area_id=area.pk,
            name="特困人员" if is_full else "低保对象",
            first_year=2026,
            source="演示",
            aid_fen=aid,
            is_full=is_full,
        )
    )


def test_a_year_without_a_standard_says_that_it_is_not_known_yet(area: PoolingArea) -> None:
    ContributionStandard.objects.filter(coverage_year=2027).delete()
    insured(area, has_account=True, status="2")

    finish()

    text = Message.objects.get().body
    assert "标准还没有公布" in text
    assert "恢复参保" in text


def test_a_second_look_on_the_same_day_tells_nobody_again(area: PoolingArea) -> None:
    insured(area)
    finish()

    finish()

    assert ReminderRun.objects.count() == 1
    assert Delivery.objects.count() == 2


@windows
def test_a_cut_off_run_goes_on_and_tells_each_once(
    area: PoolingArea, monkeypatch: pytest.MonkeyPatch, on_the_first_day: Any, day: str, kind: str
) -> None:
    on_the_first_day.move_to(f"{day}T02:00:00Z")
    monkeypatch.setattr(reminded, "CHUNK", 2)
    everybody = {insured(area).person_id for _ in range(5)}
    reminders.open_due_runs()
    run = ReminderRun.objects.get()
    reminders.advance(run.pk)
    cut_off = told_of(kind)

    with monkeypatch.context() as patch:
        patch.setattr(reminders, "tell_many", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            reminders.advance(run.pk)

    assert cut_off < everybody
    assert told_of(kind) == cut_off
    finish()
    assert told_of(kind) == everybody
    assert Delivery.objects.filter(channel="sms").count() == 5


def _interrupted(_: object) -> int:
    raise KeyboardInterrupt


def test_a_chunk_that_another_worker_has_told_is_taken_back(area: PoolingArea, monkeypatch: pytest.MonkeyPatch) -> None:
    insured(area)
    reminders.open_due_runs()
    run = ReminderRun.objects.get()

    def told_meanwhile(*args: Any) -> int:
        ReminderRun.objects.filter(pk=run.pk).update(cursor=10**9)
        return 0

    monkeypatch.setattr(reminders, "tell_many", told_meanwhile)

    with pytest.raises(ConflictError):
        reminders.advance(run.pk)
    assert not Reminder.objects.exists()


def test_bills_before_and_after_their_day_are_told_of_in_one_message(area: PoolingArea, on_the_first_day: Any) -> None:
    row = insured(area, has_account=True, scheme="310", last_paid_month=date(2026, 7, 1))
    flexible_month(row, due_on=date(2026, 8, 31))
    flexible_month(row, due_on=date(2026, 9, 5))
    flexible_month(insured(area, scheme="310"), due_on=date(2026, 9, 30))

    finish()

    titles = sorted(Message.objects.values_list("title", flat=True))
    assert titles == ["有一笔医保费已经逾期", "有一笔医保费快到期"]
    assert told_of("due") == told_of("overdue") == {row.person_id}
    assert "400.00 元，最迟 2026年9月5日 缴清" in Message.objects.get(title=titles[1]).body


def test_a_bill_that_comes_after_the_run_was_done_is_told_of_too_and_nobody_twice(area: PoolingArea) -> None:
    first, late, dead = (insured(area, scheme="310", has_account=True) for _ in range(3))
    flexible_month(first, due_on=date(2026, 9, 3))
    finish()
    flexible_month(factories.enrollment(of=first.person, status="2"), due_on=date(2026, 9, 3), basis="XB1")
    flexible_month(late, due_on=date(2026, 9, 3))
    flexible_month(dead, due_on=date(2026, 9, 3))
    InsuredPerson.objects.filter(pk=dead.person_id).update(is_deceased=True)

    finish()
    finish()

    assert told_of("due") == {first.person_id, late.person_id}
    assert Message.objects.count() == 2
    run = ReminderRun.objects.get(kind="due")
    assert (run.told, run.seen) == (2, 2)
    assert run.finished_at is not None


def test_nobody_is_reminded_of_what_they_cannot_pay(area: PoolingArea) -> None:
    flexible_month(insured(area, scheme="310", status="2"), due_on=date(2026, 9, 3))
    paid = flexible_month(insured(area, scheme="310"), due_on=date(2026, 9, 3))
    Bill.objects.filter(pk=paid.pk).update(status=Bill.VOID)

    finish()

    assert told_of("due") == set()


def test_several_bills_of_a_person_are_never_parted(area: PoolingArea, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminded, "CHUNK", 2)
    rows = [insured(area, scheme="310") for _ in range(3)]
    for row in rows:
        flexible_month(row, due_on=date(2026, 9, 3))
        flexible_month(factories.enrollment(of=row.person, status="2"), due_on=date(2026, 9, 3), basis="XB1")

    finish()

    assert {one.params["count"] for one in Delivery.objects.all()} == {2}
    assert {one.params["amount"] for one in Delivery.objects.all()} == {"800.00"}
    assert told_of("due") == {row.person_id for row in rows}


@windows
@pytest.mark.parametrize(("refused", "other"), [("sms", "email"), ("email", "sms")])
def test_what_was_refused_is_not_sent_and_the_hall_still_tells(
    area: PoolingArea, on_the_first_day: Any, day: str, kind: str, refused: str, other: str
) -> None:
    on_the_first_day.move_to(f"{day}T02:00:00Z")
    row = insured(area, has_account=True)
    account = factories.account_of(row.person)
    choose(choices_of(account) - {("renewal" if kind == "opening" else "deadline", refused)}, by=account)

    finish()

    run = ReminderRun.objects.get()
    assert [one.channel for one in Delivery.objects.all()] == [other]
    assert (run.kind, run.in_hall, run.by_sms + run.by_email) == (kind, 1, 1)
    assert Reminder.objects.get().channels == f"hall,{other}"


def test_whoever_cannot_be_reached_is_counted(area: PoolingArea) -> None:
    factories.enrollment(of=factories.person(area=area, phone=None, email=""))

    finish()

    assert ReminderRun.objects.get().unreached == 1


def test_a_chunk_costs_the_same_however_many_people_are_in_it(
    area: PoolingArea, assert_statements: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(30):
        insured(area, has_account=True)
    reminders.open_due_runs()
    run = ReminderRun.objects.get()

    with assert_statements(14):
        assert reminders.advance(run.pk)


def test_only_a_supervisor_of_the_area_starts_it_by_hand(area: PoolingArea) -> None:
    insured(area)
    for stranger in (factories.staff(area=area), factories.user()):
        with pytest.raises(BusinessRuleError, match=r"^reminder\.not-yours$"):
            reminders.start_now(area, by=stranger)

    supervisor = factories.staff(area=area, role="supervisor")
    assert reminders.start_now(area, by=supervisor) == 1
    assert ReminderRun.objects.get().started_by == supervisor
