"""What the rules say to everybody follows the rules: every row of the pages is what the rules give one person."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insured.policy.eligibility import PersonFacts
from insured.policy.rules import AreaRules
from portal.labels import say
from suspension.policy import rulebook
from suspension.policy.resume import ResumeFacts, check_resume

HOME = AreaRules()
NEIGHBOUR = AreaRules(
    window_start_month=10,
    window_start_day=15,
    extension_start="next_day",
    gap_count="A",
    interruption_waiting_months=3,
    interruption_start="next_day",
    interruption_is_retroactive=False,
    flexible_min_age=18,
    flexible_renewal_months="4,10",
)
DAY = date(2026, 11, 5)


@pytest.mark.parametrize(
    ("rules", "gap", "plain", "repaired"),
    [
        (HOME, 0, date(2027, 1, 1), None),
        (HOME, 1, date(2027, 4, 1), None),
        (HOME, 2, date(2027, 5, 1), date(2027, 4, 1)),
        (NEIGHBOUR, 1, date(2027, 5, 1), date(2027, 4, 1)),
        (NEIGHBOUR, 2, date(2027, 6, 1), date(2027, 4, 1)),
    ],
)
def test_the_published_example_stands_in_the_table(
    rules: AreaRules, gap: int, plain: date, repaired: date | None
) -> None:
    row = rulebook.resident_rows(rules, coverage_year=2027)[gap]

    assert (row.gap_years, row.plain.benefit_start) == (gap, plain)
    assert (row.repaired.benefit_start if row.repaired else None) == repaired


def test_there_are_no_more_gap_years_than_the_count_allows() -> None:
    assert [row.gap_years for row in rulebook.resident_rows(HOME, coverage_year=2027)] == [0, 1, 2]
    assert len(rulebook.resident_rows(HOME, coverage_year=2040)) == 7


@pytest.mark.parametrize(
    ("rules", "phase", "starts"),
    [
        (HOME, "window", date(2027, 1, 1)),
        (HOME, "extension", date(2027, 2, 28)),
        (NEIGHBOUR, "extension", date(2027, 3, 1)),
        (HOME, "late", date(2027, 6, 1)),
    ],
)
def test_a_continuous_member_waits_only_when_late(rules: AreaRules, phase: str, starts: date) -> None:
    rows = {row.phase: row for row in rulebook.phase_rows(rules, coverage_year=2027)}

    assert rows[phase].continuous.benefit_start == starts  # type: ignore[index]


def test_an_area_without_extension_has_no_row_for_it() -> None:
    rows = rulebook.phase_rows(AreaRules(extension_ends_month=0), coverage_year=2027)

    assert [row.phase for row in rows] == ["window", "late"]


def test_missing_months_can_be_caught_up_within_the_grace_only() -> None:
    rows = rulebook.employee_rows(HOME, day=DAY)

    assert [row.months for row in rows] == [1, 2, 3, 4]
    assert [row.unpaid is None for row in rows] == [False, False, False, True]
    assert rows[0].paid_up.benefit_start == date(2026, 11, 1)
    assert rows[-1].paid_up.benefit_start == date(2027, 5, 1)
    assert rulebook.employee_rows(NEIGHBOUR, day=DAY)[-1].paid_up.benefit_start == date(2027, 2, 1)


def test_two_areas_say_different_times_and_ages() -> None:
    home = "".join(say(one) for one in (*rulebook.times(HOME, day=DAY), *rulebook.conditions(HOME)))
    neighbour = "".join(say(one) for one in (*rulebook.times(NEIGHBOUR, day=DAY), *rulebook.conditions(NEIGHBOUR)))

    assert "2026年9月1日至2026年12月31日" in home
    assert "2026年10月15日至2026年12月31日" in neighbour
    assert "全年受理" in home
    assert "每年4月、10月受理" in neighbour
    assert "年满16周岁" in home
    assert "年满18周岁" in neighbour


@given(day=st.dates(date(2025, 1, 1), date(2035, 12, 31)), gap=st.integers(0, 6))
def test_the_wait_never_gets_shorter_as_the_gap_grows(day: date, gap: int) -> None:
    rows = rulebook.resident_rows(HOME, coverage_year=day.year + 1)
    months = [row.plain.months for row in rows]

    assert months == sorted(months)
    assert all(row.repaired.months <= row.plain.months for row in rows if row.repaired)
    assert all(row.paid_up.benefit_start <= row.unpaid.benefit_start
               for row in rulebook.employee_rows(HOME, day=day) if row.unpaid)  # fmt: skip


def test_every_sentence_can_be_said() -> None:
    for rules in (HOME, NEIGHBOUR):
        found = [
            *rulebook.why_renew(rules, fiscal_fen=70_000),
            *rulebook.conditions(rules),
            *rulebook.times(rules, day=DAY),
            *rulebook.steps(rules),
            *rulebook.waiting_rules(rules),
            *(one.answer for one in rulebook.renewal_claims(rules, day=DAY)),
            *(one.answer for one in rulebook.waiting_claims(rules)),
        ]
        assert all("{" not in say(one) and one.source for one in found)


@pytest.mark.parametrize(
    ("rules", "month", "scheme", "is_sent_in", "codes"),
    [
        (HOME, 11, "310", False, []),
        (NEIGHBOUR, 4, "310", False, []),
        (NEIGHBOUR, 10, "310", False, []),
        (NEIGHBOUR, 11, "310", False, ["resume.out-of-season"]),
        (NEIGHBOUR, 11, "310", True, []),
        (NEIGHBOUR, 11, "390", False, []),
    ],
)
def test_flexible_workers_come_back_in_the_months_of_the_area(
    rules: AreaRules, month: int, scheme: str, is_sent_in: bool, codes: list[str]
) -> None:
    facts = ResumeFacts(
        person=PersonFacts(born_on=date(1990, 1, 1)),
        scheme=scheme,
        status="2",
        is_joining=False,
        today=date(2026, month, 5),
        rules=rules,
        area_name="邻州市",
        is_sent_in=is_sent_in,
    )

    assert [reason.code for reason in check_resume(facts, chosen=None)] == codes
