"""What a way back costs: the aid of the year that is paid, and of each month what holds in it."""

from datetime import date
from decimal import Decimal

import pytest

from insured.policy.comeback import History
from insured.policy.dates import Month
from insured.policy.rules import AreaRules
from payments.policy.amounts import ExtraLine
from payments.policy.funding import Funding
from suspension.policy.planner import MonthPrice, Prices, Wish, YearPrice, option, pay_by

PAID_ON = date(2026, 11, 5)
YEAR = YearPrice(personal_fen=40_000, fiscal_fen=70_000, source="公告", is_provisional=False)


@pytest.mark.parametrize(
    ("years", "amount"),
    [
        ({"first_year": 2026}, 5_500),
        ({"first_year": 2026, "last_year": 2027}, 5_500),
        ({"first_year": 2026, "last_year": 2026}, 40_000),
        ({"first_year": 2028}, 40_000),
    ],
)
def test_an_aid_counts_in_the_years_of_its_category(years: dict[str, int], amount: int) -> None:
    aid = Funding(category="低保对象", recognised_on=date(2026, 1, 1), aid_fen=34_500, **years)
    wish = Wish(scheme="390", paid_on=PAID_ON, coverage_year=2027)

    found = option(wish, history=History(), prices=Prices(years={2027: YEAR}, fundings=(aid,)), rules=AreaRules())

    assert found.amount_fen == amount


TEN = Decimal("0.10")
OLD = MonthPrice(starts_on=date(2021, 1, 1), base_fen=443_300, rate=TEN)
EXTRA = ExtraLine(name="大额医疗费用补助", part="personal", amount_fen=700)
NEW = MonthPrice(starts_on=date(2026, 12, 1), base_fen=443_300, rate=TEN, extra=(EXTRA,))
RAISED = MonthPrice(starts_on=date(2027, 7, 1), base_fen=451_100, rate=TEN)


@pytest.mark.parametrize(
    ("last_paid", "paid_on", "parts"),
    [
        (Month(2026, 10), date(2026, 11, 30), [44_330]),
        (Month(2026, 10), date(2026, 12, 1), [44_330, 44_330, 700]),
        (Month(2026, 11), date(2026, 12, 31), [44_330, 700]),
        (Month(2027, 4), date(2027, 7, 20), [44_330, 700, 44_330, 700, 45_110]),
    ],
)
def test_each_month_costs_what_holds_in_it(last_paid: Month, paid_on: date, parts: list[int]) -> None:
    """The fixed amount beside the rate counts, too, as it does on the bill of a month."""
    history = History(last_scheme="310", covered_until=last_paid.last_day, last_paid=last_paid)
    wish = Wish(scheme="310", paid_on=paid_on, coverage_year=paid_on.year)

    found = option(wish, history=history, prices=Prices(months=(RAISED, OLD, NEW)), rules=AreaRules())

    assert [line.amount_fen for line in found.lines or ()] == parts
    assert found.amount_fen == sum(parts)


def test_a_month_in_which_nothing_holds_has_no_price_yet() -> None:
    over = MonthPrice(starts_on=date(2021, 1, 1), ends_on=date(2026, 12, 31), base_fen=443_300, rate=TEN)
    history = History(last_scheme="310", covered_until=date(2026, 11, 30), last_paid=Month(2026, 11))
    wish = Wish(scheme="310", paid_on=date(2027, 1, 5), coverage_year=2027)

    assert option(wish, history=history, prices=Prices(months=(over,)), rules=AreaRules()).amount_fen is None


NEWBORN = History(birth_on=date(2026, 5, 1))
AIDED = History(covered_years={2025}, exempt_group="aided", group_since=date(2026, 4, 8))


@pytest.mark.parametrize(
    ("history", "today", "due"),
    [
        (NEWBORN, date(2026, 5, 20), date(2026, 6, 4)),
        (NEWBORN, date(2026, 7, 25), date(2026, 7, 30)),
        (NEWBORN, date(2026, 7, 30), date(2026, 7, 30)),
        (NEWBORN, date(2026, 7, 31), date(2026, 8, 15)),
        (AIDED, date(2026, 4, 15), date(2026, 4, 30)),
        (AIDED, date(2026, 7, 1), date(2026, 7, 7)),
        (AIDED, date(2026, 7, 8), date(2026, 7, 23)),
    ],
)
def test_a_bill_is_due_before_the_days_without_waiting_are_over(history: History, today: date, due: date) -> None:
    """90 days: whoever pays on the last day of the bill has what the approval said."""
    wish = Wish(scheme="390", paid_on=today, coverage_year=2026)

    found = option(wish, history=history, prices=Prices(), rules=AreaRules())

    assert pay_by(found, today=today, rules=AreaRules()) == due
