"""分期缴费 from the page to the last part: asked for, approved, paid by the ordinary bills, missed and told."""

import secrets
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from insured.models import InsuredPerson, PoolingArea
from insured.policy.dates import Month
from insured.services.benefits import benefit_on
from payments.models import Bill, Instalment, ReminderRun
from payments.policy.amounts import flexible_lines
from payments.services import reminders
from payments.services.bills import NewBill, lock_bills, open_bill, pay_bill
from payments.services.lapse import lapse_unpaid
from portal.errors import AlreadyDone, BusinessRuleError
from portal.notifications.models import Message
from suspension.models import Application
from suspension.services import filing, instalments
from tests import factories
from tests.payments.test_services_dues import rates
from tests.suspension import cases

pytestmark = pytest.mark.django_db
PAGE = "/instalments/"
FORM = {"count": "2", "note": "生病住院，收入减少", "has_agreed": "on"}


@pytest.fixture(autouse=True)
def april() -> Iterator[Any]:
    with time_machine.travel("2026-05-12T02:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def neighbour() -> PoolingArea:
    found = factories.area(code="119902", name="邻州市", instalments_are_open=True)
    rates(found)
    return found


def owing(area: PoolingArea, *, months: int = 3, **more: Any) -> InsuredPerson:
    """A flexible worker, paid through March, who owes the last months up to May."""
    person = factories.flexible(area=area, **more)
    enrollment = person.enrollments.get()
    enrollment.__class__.objects.filter(pk=enrollment.pk).update(last_paid_month=date(2026, 5 - months, 1))
    for no in range(months):
        month = Month(2026, 5) + (no + 1 - months)
        open_bill(
            NewBill(
                person_id=person.pk,
                enrollment_id=enrollment.pk,
                employer_id=enrollment.employer_id,
                area_id=area.pk,
                scheme="310",
                period_starts_on=month.first_day,
                period_ends_on=month.first_day,
                due_on=month.last_day,
                lines=flexible_lines(months=[month], base_fen=443_300, rate=rates_of()),
            )
        )
    return person


def rates_of() -> Decimal:

    return Decimal("0.1")


def asked(person: InsuredPerson, *, count: int = 2) -> Application:
    return instalments.file(
        enrollment_id=person.enrollments.get().pk,
        count=count,
        note="生病",
        token=secrets.token_urlsafe(24),
        by=factories.account_of(person),
    )


def approved(person: InsuredPerson, **more: Any) -> Application:
    desk = factories.staff(area=person.area)
    return cases.decided(cases.taken(asked(person, **more), by=desk), by=desk)


def due_days(person: InsuredPerson) -> list[date]:
    return list(Bill.objects.filter(person=person).order_by("period_starts_on").values_list("due_on", flat=True))


class TestPage:
    def test_is_closed_in_the_first_area_with_what_else_helps(self, area: PoolingArea) -> None:
        person = owing(area)

        text = factories.client_of(factories.account_of(person)).get(PAGE).content.decode()

        assert "示例市：现在不能办理分期缴费" in text
        assert "没有分期缴费的规定" in text
        assert "中断不超过3个月的，补齐费用就能恢复待遇" in text
        assert "提交申请" not in text

    def test_shows_the_plans_side_by_side_in_the_second(self, neighbour: PoolingArea) -> None:
        person = owing(neighbour)

        text = factories.client_of(factories.account_of(person)).get(PAGE).content.decode()

        assert "分2期" in text
        assert "分3期" in text
        assert "886.60" in text
        assert "443.30" in text
        assert "2026年6月30日" in text

    @pytest.mark.parametrize("is_swept", [True, False])
    def test_says_what_each_part_brings_and_nothing_else(self, neighbour: PoolingArea, is_swept: bool) -> None:
        person = owing(neighbour)
        if is_swept:
            assert lapse_unpaid() == 1

        text = factories.client_of(factories.account_of(person)).get(PAGE).content.decode()

        assert text.count("从2026年6月1日起恢复待遇，保到2026年6月30日") == 2
        assert text.count("待遇不断，接着保到2026年7月31日") == 2
        assert text.count("待遇不断，接着保到2026年8月31日") == 1
        assert "各期都缴清以后也不能补报" in text
        assert "一次缴清，从2026年3月1日起就有待遇" in text
        assert "就补齐了" not in text

    @pytest.mark.parametrize("count", [2, 3])
    def test_what_it_says_is_what_the_payments_bring(self, neighbour: PoolingArea, april: Any, count: int) -> None:
        person = owing(neighbour)
        lapse_unpaid()
        approved(person, count=count)

        for no in range(1, count + 1):
            paid_on = date(2026, 4 + no, 20)
            for bill in lock_bills(Bill.objects.filter(instalment__no=no)):
                pay_bill(bill, amount_fen=bill.left_fen, paid_on=paid_on, way="02")
            april.move_to(f"2026-{5 + no:02}-28T02:00:00Z")
            assert lapse_unpaid() == 0
            assert benefit_on(person, day=date(2026, 5 + no, 28)).is_covered

        assert not benefit_on(person, day=date(2026, 5, 31)).is_covered

    def test_sends_an_application_once(self, neighbour: PoolingArea) -> None:
        person = owing(neighbour)
        browser = factories.client_of(factories.account_of(person))
        sent = FORM | {"token": secrets.token_urlsafe(24), "person": person.number}

        first = browser.post(PAGE, sent)
        again = browser.post(PAGE, sent)

        found = Application.objects.get()
        assert first["Location"] == again["Location"] == f"/applications/{found.number}/submitted/"
        assert (found.item, found.instalments, found.state) == ("instalments", 2, "submitted")
        assert not found.is_coverage_changing
        assert "分期缴费申请已提交" in browser.get(first["Location"]).content.decode()

    @pytest.mark.parametrize("wrong", [{"count": "7"}, {"note": ""}, {"has_agreed": ""}])
    def test_keeps_what_was_typed_when_something_is_wrong(self, neighbour: PoolingArea, wrong: dict[str, str]) -> None:
        person = owing(neighbour)
        sent = FORM | {"token": secrets.token_urlsafe(24), "person": person.number} | wrong

        answer = factories.client_of(factories.account_of(person)).post(PAGE, sent)

        assert answer.status_code == 422
        assert not Application.objects.exists()

    def test_a_stranger_sees_nothing_of_it(self, neighbour: PoolingArea) -> None:
        found = asked(owing(neighbour))
        stranger = factories.client_of(factories.user())

        assert stranger.get(f"/applications/{found.number}/").status_code == 404
        assert "没有查到您的参保记录" in stranger.get(PAGE).content.decode()


class TestService:
    def test_refuses_a_second_one_and_a_second_sending(self, neighbour: PoolingArea) -> None:
        person = owing(neighbour)
        token = secrets.token_urlsafe(24)
        call = {"enrollment_id": person.enrollments.get().pk, "count": 2, "note": "", "token": token}
        instalments.file(**call, by=factories.account_of(person))

        with pytest.raises(AlreadyDone):
            instalments.file(**call, by=factories.account_of(person))
        with pytest.raises(BusinessRuleError, match=r"^instalments\.running$"):
            asked(person)

    def test_nobody_asks_for_somebody_else(self, neighbour: PoolingArea) -> None:
        person = owing(neighbour)

        with pytest.raises(PermissionError):
            instalments.file(
                enrollment_id=person.enrollments.get().pk,
                count=2,
                note="",
                token=secrets.token_urlsafe(24),
                by=factories.user(),
            )

    def test_an_approval_puts_the_bills_off_and_changes_no_amount(self, neighbour: PoolingArea) -> None:
        person = owing(neighbour)

        found = approved(person)

        assert found.state == "completed"
        assert due_days(person) == [date(2026, 5, 31), date(2026, 5, 31), date(2026, 6, 30)]
        assert [(one.no, one.count) for one in Instalment.objects.order_by("bill__period_starts_on")] == [
            (1, 2),
            (1, 2),
            (2, 2),
        ]
        assert set(Bill.objects.values_list("payable_fen", flat=True)) == {44_330}
        assert person.enrollments.get().status == "1"

    def test_a_bill_paid_meanwhile_is_looked_at_again(self, neighbour: PoolingArea) -> None:
        person, desk = owing(neighbour), factories.staff(area=neighbour)
        found = cases.taken(asked(person, count=3), by=desk)
        bill = lock_bills(Bill.objects.filter(person=person).order_by("period_starts_on")[:1])[0]
        pay_bill(bill, amount_fen=bill.left_fen, paid_on=date(2026, 5, 12), way="02")

        with pytest.raises(BusinessRuleError, match=r"instalments\.bad-count"):
            cases.decided(found, by=desk)
        assert not Instalment.objects.exists()

    def test_withdrawn_it_leaves_everything_as_it_was(self, neighbour: PoolingArea) -> None:
        person = owing(neighbour)
        before = due_days(person)
        found = asked(person)

        filing.withdraw(number=found.number or "", version=found.version, by=factories.account_of(person))

        assert due_days(person) == before
        asked(person)

    def test_a_part_is_paid_as_any_bill_and_the_plan_says_so(self, neighbour: PoolingArea) -> None:
        person = owing(neighbour)
        found = approved(person)
        browser = factories.client_of(factories.account_of(person))
        assert "已申请" not in browser.get(PAGE).content.decode()

        for bill in lock_bills(Bill.objects.filter(person=person, instalment__no=1)):
            pay_bill(bill, amount_fen=bill.left_fen, paid_on=date(2026, 5, 12), way="02")

        rows = instalments.rows_of(found.number or "", today=date(2026, 5, 12))
        assert [(row.no, row.state, row.amount_fen) for row in rows] == [(1, "paid", 88_660), (2, "open", 44_330)]
        text = browser.get(f"/applications/{found.number}/").content.decode()
        assert "可以分2期缴" in text
        assert "已缴清" in text

    def test_a_missed_part_is_told_and_shown(self, neighbour: PoolingArea, april: Any) -> None:
        person = owing(neighbour)
        found = approved(person)
        april.move_to("2026-06-02T02:00:00Z")

        reminders.open_due_runs()
        while ReminderRun.objects.unfinished().exists():
            reminders.advance_runs()

        overdue = Message.objects.get(dedupe_key__startswith="reminder:overdue:2026-05-31")
        assert "886.60 元" in overdue.body
        rows = instalments.rows_of(found.number or "", today=date(2026, 6, 2))
        assert [row.state for row in rows] == ["late", "open"]


class TestDeferral:
    def test_says_that_it_is_not_open_and_what_helps(self, area: PoolingArea, neighbour: PoolingArea) -> None:
        for place, other in ((area, False), (neighbour, True)):
            person = owing(place)
            text = factories.client_of(factories.account_of(person)).get("/deferral/").content.decode()
            assert f"{place.name}：没有开放缓缴" in text
            assert "医保发〔2022〕21号" in text
            assert ('href="/instalments/"' in text) == other

    def test_says_the_terms_where_it_is_open(self) -> None:
        place = factories.area(code="119903", name="第三市", deferral_is_open=True, deferral_months=2)

        text = factories.client_of(factories.account_of(owing(place))).get("/deferral/").content.decode()

        assert "最多缓2个月" in text
        assert "不收滞纳金" in text


class TestDesk:
    def test_the_review_shows_the_checks_and_the_plan(self, neighbour: PoolingArea) -> None:
        desk = factories.staff(area=neighbour)
        found = cases.taken(asked(owing(neighbour)), by=desk)

        page = factories.client_of(desk).get(f"/admin/suspension/application/{found.number}/review/")

        text = page.content.decode()
        assert page.status_code == 200
        assert "第1期：2026年3月、2026年4月" in text
        assert "3个月没有缴" in text
