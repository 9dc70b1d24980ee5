"""May this coverage be stopped: one row per rule, without a database."""

from dataclasses import replace
from datetime import date

import pytest

from insured.policy.dates import Month
from insured.policy.effective import stop_month_bounds
from insured.policy.rules import AreaRules
from suspension.policy.desk import ReviewerFacts, check_reviewer
from suspension.policy.stop import StopFacts, check_may_start, check_stop, refund_outlook, stop_checks

TODAY = date(2026, 3, 10)
FREE = StopFacts(
    scheme="390",
    status="1",
    is_through_unit=False,
    unit_name="示例市城乡居民",
    is_deceased=False,
    open_number="",
    pending_number="",
    pending_on=None,
    months=stop_month_bounds("390", rules=AreaRules(), today=TODAY),
)


@pytest.mark.parametrize(
    ("facts", "month", "codes"),
    [
        (FREE, None, []),
        (FREE, Month(2026, 6), []),
        (replace(FREE, status="2"), None, ["stop.not-active"]),
        (replace(FREE, status="4"), None, ["stop.not-active"]),
        (replace(FREE, is_through_unit=True, unit_name="青禾"), None, ["stop.through-unit"]),
        (replace(FREE, is_deceased=True), None, ["stop.deceased"]),
        (replace(FREE, open_number="YB1"), None, ["stop.already-open"]),
        (replace(FREE, pending_number="YB1", pending_on=date(2026, 4, 1)), None, ["stop.already-approved"]),
        (FREE, Month(2026, 2), ["stop-month.too-early"]),
        (FREE, Month(2027, 1), ["stop-month.too-late"]),
        (replace(FREE, status="2", is_deceased=True), None, ["stop.not-active", "stop.deceased"]),
    ],
)
def test_gives_every_reason_and_no_other(facts: StopFacts, month: Month | None, codes: list[str]) -> None:
    assert [reason.code for reason in check_stop(facts, month=month)] == codes


def test_shows_every_check_green_or_red() -> None:
    checks = stop_checks(replace(FREE, is_deceased=True), month=None)

    assert [(check.code, check.is_ok) for check in checks] == [
        ("active", True),
        ("own-account", True),
        ("alive", False),
        ("only-one", True),
        ("month", True),
    ]


def test_asks_nothing_about_the_month_before_one_was_chosen() -> None:
    paid_monthly = replace(FREE, months=stop_month_bounds("310", rules=AreaRules(), today=TODAY))

    assert check_may_start(paid_monthly) == ()


def test_names_a_source_for_every_refusal() -> None:
    everything = replace(FREE, status="2", is_through_unit=True, unit_name="青禾", is_deceased=True, open_number="YB1")

    assert all(reason.source for reason in check_stop(everything, month=Month(2027, 1)))


@pytest.mark.parametrize(
    ("scheme", "covered_from", "code"),
    [
        ("390", date(2026, 1, 1), "stop.no-refund"),
        ("390", date(2027, 1, 1), "stop.refund-possible"),
        ("310", date(2027, 1, 1), "stop.no-refund"),
        ("390", None, "stop.no-refund"),
    ],
)
def test_gives_nothing_back_once_the_benefit_period_began(scheme: str, covered_from: date | None, code: str) -> None:
    assert refund_outlook(scheme, covered_from=covered_from, today=TODAY).code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"has_role": False}, "desk.not-your-area"),
        ({"is_applicant": True}, "desk.own-case"),
        ({"is_relative": True}, "desk.relatives-case"),
        ({"is_colleague": True}, "desk.colleagues-case"),
    ],
)
def test_keeps_the_applicant_relatives_and_colleagues_from_deciding(change: dict[str, bool], code: str) -> None:
    stranger = ReviewerFacts(has_role=True, is_applicant=False, is_relative=False, is_colleague=False)

    assert check_reviewer(stranger) == ()
    assert [reason.code for reason in check_reviewer(replace(stranger, **change))] == [code]
