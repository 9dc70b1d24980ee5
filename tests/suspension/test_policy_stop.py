"""May this coverage be stopped: one row per rule, without a database."""

from dataclasses import replace
from datetime import date

import pytest

from insured.policy.dates import Month
from insured.policy.effective import stop_month_bounds
from insured.policy.rules import AreaRules
from portal.labels import say
from suspension.policy.desk import ReviewerFacts, check_reviewer
from suspension.policy.stop import (
    StopFacts,
    check_complete,
    check_may_draft,
    check_may_start,
    check_resume_month,
    check_stop,
    named_months,
    refund_outlook,
    resume_months,
    stop_advice,
    stop_checks,
    unit_filing,
)

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
    asked_in=Month.of(TODAY),
)


@pytest.mark.parametrize(
    ("facts", "month", "codes"),
    [
        (FREE, None, []),
        (FREE, Month(2026, 6), []),
        (replace(FREE, status="2"), None, ["stop.not-active"]),
        (replace(FREE, status="0"), None, ["stop.not-active"]),
        (replace(FREE, status="2", paused_on=date(2026, 1, 1)), None, ["stop.already-stopped"]),
        (replace(FREE, status="4"), None, ["stop.ended"]),
        (replace(FREE, is_through_unit=True, unit_name="青禾"), None, ["stop.through-unit"]),
        (replace(FREE, is_deceased=True), None, ["stop.deceased"]),
        (replace(FREE, open_number="YB1"), None, ["stop.already-open"]),
        (replace(FREE, pending_number="YB1", pending_on=date(2026, 4, 1)), None, ["stop.already-approved"]),
        (replace(FREE, elsewhere_number="YB2", elsewhere_area="邻州市"), None, ["stop.open-elsewhere"]),
        (replace(FREE, open_number="YB1", elsewhere_number="YB2"), None, ["stop.already-open"]),
        (replace(FREE, filing_day_to=9, filing_opens_on=date(2026, 4, 1)), None, ["stop.window-closed"]),
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
        ("window", True),
        ("month", True),
        ("resume", True),
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
        ("310", date(2027, 1, 1), "stop.no-refund-monthly"),
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
        ({"is_contact": True}, "desk.own-contact"),
    ],
)
def test_keeps_the_applicant_relatives_and_colleagues_from_deciding(change: dict[str, bool], code: str) -> None:
    stranger = ReviewerFacts(has_role=True, is_applicant=False, is_relative=False, is_colleague=False, is_contact=False)

    assert check_reviewer(stranger) == ()
    assert [reason.code for reason in check_reviewer(replace(stranger, **change))] == [code]


MONTHLY = replace(
    FREE,
    scheme="310",
    months=stop_month_bounds("310", rules=AreaRules(), today=TODAY),
    paid_through=Month(2026, 1),
)
UNIT = replace(FREE, scheme="310", is_through_unit=True, unit_name="青禾")


def test_lets_the_form_be_filled_in_while_the_area_takes_no_stops() -> None:
    closed = replace(FREE, filing_opens_on=date(2026, 4, 1))

    assert check_may_draft(closed) == ()
    assert [reason.code for reason in check_may_draft(replace(closed, status="4"))] == ["stop.ended"]


@pytest.mark.parametrize(
    ("stop", "resume", "codes"),
    [
        (None, None, []),
        (None, Month(2026, 4), []),
        (None, Month(2026, 3), ["resume-month.too-early"]),
        (Month(2026, 6), Month(2026, 7), []),
        (Month(2026, 6), Month(2026, 6), ["resume-month.too-early"]),
        (Month(2026, 1), Month(2026, 2), ["resume-month.too-early"]),
        (None, Month(2031, 3), []),
        (None, Month(2031, 4), ["resume-month.too-late"]),
    ],
)
def test_a_return_lies_after_the_stop_and_within_five_years(
    stop: Month | None, resume: Month | None, codes: list[str]
) -> None:
    assert [reason.code for reason in check_resume_month(resume, month=stop, facts=FREE)] == codes


def test_the_months_of_a_return_are_those_that_are_not_refused() -> None:
    first, last = resume_months(FREE, month=Month(2026, 6))

    assert (first, last) == (Month(2026, 7), Month(2031, 3))
    assert check_resume_month(first, month=Month(2026, 6), facts=FREE) == ()
    assert check_resume_month(last, month=Month(2026, 6), facts=FREE) == ()


@pytest.mark.parametrize(
    ("reason_code", "phone", "codes"),
    [
        ("leave", "13800138000", []),
        ("", "13800138000", ["stop.reason-missing"]),
        ("leave", "", ["stop.phone-missing"]),
        ("", "", ["stop.reason-missing", "stop.phone-missing"]),
    ],
)
def test_a_draft_that_was_put_aside_must_be_completed(reason_code: str, phone: str, codes: list[str]) -> None:
    found = check_complete(reason_code=reason_code, contact_phone=phone)

    assert [reason.code for reason in found] == codes
    assert all(reason.source for reason in found)


@pytest.mark.parametrize(
    ("facts", "reason_code", "month", "codes"),
    [
        (FREE, "joined-310", None, []),
        (FREE, "retire", None, ["advice.retire-resident"]),
        (MONTHLY, "retire", Month(2026, 1), ["advice.retire-employee"]),
        (FREE, "unit-closed", None, ["advice.no-unit"]),
        (UNIT, "unit-closed", None, []),
        (MONTHLY, "joined-310", Month(2026, 1), ["advice.already-employee"]),
        (MONTHLY, "other", Month(2026, 1), []),
        (MONTHLY, "other", Month(2026, 3), ["advice.unpaid"]),
        (replace(MONTHLY, paid_through=None), "other", Month(2026, 3), []),
    ],
)
def test_warns_of_what_does_not_fit_and_stops_nobody(
    facts: StopFacts, reason_code: str, month: Month | None, codes: list[str]
) -> None:
    found = stop_advice(facts, reason_code=reason_code, month=month)

    assert [reason.code for reason in found] == codes
    assert all(reason.source for reason in found)


def test_names_the_months_nobody_paid() -> None:
    assert named_months((Month(2026, 2), Month(2026, 3))) == "2026年2月、2026年3月"
    assert named_months(tuple(Month(2025, n) for n in range(1, 7))) == "2025年1月至6月（共6个月）"


@pytest.mark.parametrize(
    ("filed_on", "code", "month", "last"),
    [
        (date(2025, 4, 21), "unit.this-month", Month(2025, 4), date(2025, 4, 30)),
        (date(2025, 4, 25), "unit.this-month", Month(2025, 4), date(2025, 4, 30)),
        (date(2025, 4, 26), "unit.next-month", Month(2025, 5), date(2025, 5, 31)),
        (date(2025, 12, 31), "unit.next-month", Month(2026, 1), date(2026, 1, 31)),
    ],
)
def test_a_unit_that_files_late_stops_for_the_next_month(filed_on: date, code: str, month: Month, last: date) -> None:
    """T8."""
    filing = unit_filing(filed_on, rules=AreaRules())

    assert (filing.reason.code, filing.month, filing.effect.last_covered_on) == (code, month, last)
    assert filing.reason.params["day"] == 25


@pytest.mark.parametrize(
    ("paid", "code"),
    [
        (Month(2027, 12), "stop.refund-next-year"),
        (Month(2026, 12), "stop.no-refund"),
        (Month(2025, 12), "stop.no-refund"),
    ],
)
def test_a_year_paid_ahead_can_come_back_until_it_begins(paid: Month, code: str) -> None:
    found = refund_outlook("390", covered_from=date(2026, 1, 1), today=date(2026, 11, 23), paid_through=paid)

    assert found.code == code
    assert ("2027年1月1日以前可以申请退费" in say(found)) == (code == "stop.refund-next-year")


@pytest.mark.parametrize(
    ("paid", "stop", "code"),
    [
        (Month(2026, 3), Month(2026, 3), "stop.no-refund-monthly"),
        (Month(2026, 12), Month(2026, 3), "stop.refund-ahead"),
        (Month(2026, 12), None, "stop.refund-ahead"),
        (None, Month(2026, 3), "stop.no-refund-monthly"),
    ],
)
def test_months_paid_ahead_can_come_back(paid: Month | None, stop: Month | None, code: str) -> None:
    found = refund_outlook("310", covered_from=date(2024, 1, 1), today=TODAY, paid_through=paid, stop_month=stop)

    assert found.code == code
    assert found.source
