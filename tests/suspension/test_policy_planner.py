"""What a way back costs: the aid of the year that is paid, not of another."""

from datetime import date

import pytest

from insured.policy.comeback import History
from insured.policy.rules import AreaRules
from payments.policy.funding import Funding
from suspension.policy.planner import Prices, Wish, YearPrice, option

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
