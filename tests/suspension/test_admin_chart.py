"""The timeline picture as numbers."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from insured.policy.dates import Month
from insured.services.overview import Span
from suspension.admin import chart
from suspension.admin.chart import chart_of

TODAY = date(2026, 3, 10)
DAYS = st.dates(min_value=date(2015, 1, 1), max_value=date(2030, 12, 31))


def test_draws_a_year_of_cover_as_twelve_months() -> None:
    drawn = chart_of([Span(date(2026, 1, 1), date(2026, 12, 31))], [], today=TODAY)

    (year,) = drawn.years
    assert (year.year, [(bar.x, bar.width) for bar in year.covered]) == (2026, [(chart.LEFT, 12 * chart.MONTH)])


def test_parts_a_period_at_the_turn_of_the_year() -> None:
    drawn = chart_of([Span(date(2025, 12, 1), date(2026, 1, 31))], [], today=TODAY)

    assert [(year.year, [bar.text for bar in year.covered]) for year in drawn.years] == [
        (2025, ["2025-12-01 至 2025-12-31"]),
        (2026, ["2026-01-01 至 2026-01-31"]),
    ]


def test_lets_a_period_without_an_end_go_on_to_the_end_of_the_picture() -> None:
    drawn = chart_of([Span(date(2025, 7, 1), None)], [], today=TODAY)

    assert [bar.text for year in drawn.years for bar in year.covered] == [
        "2025-07-01 至 2025-12-31",
        "2026-01-01 至 2026-12-31",
    ]


def test_shows_payments_by_their_months() -> None:
    drawn = chart_of([], [(Month(2026, 1), Month(2026, 1)), (Month(2026, 3), Month(2026, 3))], today=TODAY)

    assert [bar.text for bar in drawn.years[0].paid] == ["2026-01-01 至 2026-01-31", "2026-03-01 至 2026-03-31"]


def test_reaches_six_years_back_and_as_far_as_was_paid_ahead() -> None:
    drawn = chart_of([Span(date(2010, 1, 1), date(2026, 12, 31))], [(Month(2027, 1), Month(2027, 12))], today=TODAY)

    assert [year.year for year in drawn.years] == [2021, 2022, 2023, 2024, 2025, 2026, 2027]


def test_marks_today_and_the_day_of_the_stop() -> None:
    drawn = chart_of([], [], today=TODAY, marks=[("停保生效日", date(2027, 1, 1))])

    assert [(mark.text, mark.x, mark.y) for mark in drawn.marks] == [
        ("今天", chart.LEFT + 2 * chart.MONTH + 9 * chart.MONTH // 31, chart.TOP),
        ("停保生效日", chart.LEFT, chart.TOP + chart.ROW),
    ]


def test_says_in_words_what_it_shows_and_joins_what_goes_on() -> None:
    drawn = chart_of(
        [Span(date(2026, 1, 1), date(2026, 2, 28)), Span(date(2026, 3, 1), date(2026, 3, 31))],
        [],
        today=TODAY,
    )

    assert drawn.summary == "2026年有待遇：01-01 至 03-31，已缴费：无"


@given(days=st.lists(st.tuples(DAYS, DAYS), max_size=8), today=DAYS)
def test_never_leaves_its_frame(days: list[tuple[date, date]], today: date) -> None:
    spans = [Span(min(pair), max(pair)) for pair in days]

    drawn = chart_of(
        spans, [(Month.of(span.starts_on), Month.of(span.ends_on or today)) for span in spans], today=today
    )

    assert len(drawn.years) <= 2030 - 2015 + chart.YEARS
    for year in drawn.years:
        assert chart.TOP <= year.y <= drawn.height - chart.ROW
        for bar in (*year.covered, *year.paid):
            assert bar.width >= 1
            assert chart.LEFT <= bar.x < bar.x + bar.width <= drawn.width
