"""更正退款 while the cover stands: what the cover costs stays paid, in however many parts the rest goes back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from payments.models import Bill, Refund
from payments.policy.corrections import Paid, check_correction
from payments.services import funding, giving_back, late_parts
from payments.services.standards import Standard, set_standard
from portal.accounts.models import User
from portal.errors import BusinessRuleError, Reason
from tests import factories
from tests.payments import refunding

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("booth")]


@pytest.fixture
def makers(bill: Bill) -> tuple[User, User]:
    return refunding.two(bill)


def costs(bill: Bill, *, personal_fen: int) -> None:
    """What the area asks for that year."""
    row: dict[str, Any] = {"area_id": bill.area_id, "scheme": "390", "coverage_year": 2026, "source": "示例"}
    set_standard(Standard(personal_fen=personal_fen, fiscal_fen=70_000, **row))


class TestWhileTheCoverStands:
    """Corrections together leave what the cover costs; the way to the rest is an application, which ends it."""

    @pytest.fixture
    def covered(self, bill: Bill, payer: User) -> Bill:
        """Paid with 400, and covered for the whole year."""
        refunding.paid_order(bill, by=payer)
        assert bill.enrollment is not None
        bill.enrollment.periods.all().delete()
        year = bill.period_starts_on
        factories.period(of=bill.enrollment, starts_on=year, ends_on=year.replace(month=12, day=31))
        bill.refresh_from_db()
        return bill

    def correct(self, bill: Bill, *, fen: int, by: User) -> Refund:
        given: dict[str, Any] = {"bill_number": bill.number, "text": "多收退还差额", "by": by}
        order = bill.order_lines.get().order
        return giving_back.propose(order.number, amount_fen=fen, token=refunding.token(), **given)

    def refused(self, bill: Bill, *, fen: int, by: User) -> Reason:
        with pytest.raises(BusinessRuleError) as error:
            self.correct(bill, fen=fen, by=by)
        return error.value.reasons[0]

    @pytest.mark.parametrize("fen", [1, 39_999, 40_000])
    def test_nothing_goes_back_of_what_was_owed(self, covered: Bill, makers: tuple[User, User], fen: int) -> None:
        reason = self.refused(covered, fen=fen, by=makers[0])

        assert (reason.code, reason.params["owed_fen"]) == ("refund.cover-needs-all", 40_000)
        assert reason.source

    def test_of_a_lower_standard_the_difference_goes_back_once(self, covered: Bill, makers: tuple[User, User]) -> None:
        costs(covered, personal_fen=38_000)

        self.correct(covered, fen=1_500, by=makers[0])
        reason = self.refused(covered, fen=501, by=makers[0])
        self.correct(covered, fen=500, by=makers[0])

        assert (reason.code, reason.params["most_fen"]) == ("refund.cover-stands", 500)
        assert self.refused(covered, fen=1, by=makers[0]).code == "refund.cover-needs-all"
        covered.refresh_from_db()
        assert covered.refunded_fen == 2_000

    def test_an_aid_that_was_known_on_the_day_counts(self, covered: Bill, makers: tuple[User, User]) -> None:
        assert covered.person is not None
        assert covered.paid_at is not None
        costs(covered, personal_fen=40_000)
        day = covered.paid_at.date()
        given: dict[str, Any] = {"area_id": covered.area_id, "first_year": 2026, "source": "示例"}
        small = funding.save_category(funding.CategoryRow(name="监测对象", aid_fen=20_000, **given))
        big = funding.save_category(funding.CategoryRow(name="低保", aid_fen=34_500, **given))
        funding.recognise(covered.person, category=small, on=day)
        funding.recognise(covered.person, category=big, on=day + timedelta(days=1))

        assert self.refused(covered, fen=20_001, by=makers[0]).params["most_fen"] == 20_000
        assert self.correct(covered, fen=20_000, by=makers[0]).amount_fen == 20_000


@pytest.mark.parametrize(
    ("left", "fee", "billed", "cost", "most"),
    [
        (40_000, 0, 40_000, 40_000, 0),
        (40_000, 0, 40_000, 38_000, 2_000),
        (38_500, 0, 40_000, 38_000, 500),
        (40_000, 0, 40_000, 45_000, 0),
        (40_000, 0, 40_000, None, 0),
        (41_000, 1_000, 40_000, None, 1_000),
        (41_000, 1_000, 40_000, 0, 41_000),
        (10_000, 0, 40_000, 40_000, 0),
    ],
)
def test_how_much_may_go_back(left: int, fee: int, billed: int, cost: int | None, most: int) -> None:
    paid = Paid(left_fen=left, late_fee_fen=fee, billed_fen=billed, cost_fen=cost)

    assert paid.most_fen == most
    assert bool(check_correction(paid, amount_fen=most + 1))
    assert not check_correction(paid, amount_fen=most)


def test_what_came_by_an_order_goes_back_the_way_it_came(bill: Bill, makers: tuple[User, User]) -> None:
    """An order pays all that is left; what was put on the bill later keeps it a part."""
    person = bill.person
    assert person is not None
    order = refunding.paid_order(bill, by=factories.account_of(person))
    Bill.objects.filter(pk=bill.pk).update(
        status=Bill.PART_PAID, payable_fen=50_000, personal_fen=50_000, basis="YB1", due_on=date(2026, 3, 1)
    )

    (made,) = late_parts.give_back(bill.number, account=None, text="逾期未缴足", token=refunding.token(), by=makers[0])

    assert (made.order, made.way, made.amount_fen) == (order, "original", 40_000)
    bill.refresh_from_db()
    assert bill.refunded_fen == 40_000


def test_nothing_goes_back_when_the_rest_has_come_before_the_lock(bill: Bill, makers: tuple[User, User]) -> None:
    """A payment that was made in time is told while the first person of finance waits for the bill."""
    assert bill.person is not None
    refunding.paid_order(bill, by=factories.account_of(bill.person))
    late = {"basis": "YB1", "due_on": date(2026, 3, 1)}
    Bill.objects.filter(pk=bill.pk).update(status=Bill.PART_PAID, payable_fen=50_000, personal_fen=50_000, **late)
    told: list[int] = []

    def rest_comes(execute: Any, sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if not told and sql.startswith("SELECT") and '"payments_bill"."employer_id"' in sql:
            told.append(1)
            Bill.objects.filter(pk=bill.pk).update(status=Bill.PAID, paid_fen=50_000)
        return found

    with connection.execute_wrapper(rest_comes), pytest.raises(BusinessRuleError) as error:
        late_parts.give_back(bill.number, account=None, text="逾期未缴足", token=refunding.token(), by=makers[0])

    assert told
    assert error.value.reasons[0].code == "refund.no-late-part"
    assert not Refund.objects.filter(bill=bill).exists()
