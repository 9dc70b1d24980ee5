from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from pytest_django import Settings

from portal import clock


@pytest.fixture
def demo(settings: Settings, tmp_path: Path) -> Path:
    settings.DEMO = True
    settings.VAR_DIR = tmp_path / "var"
    return tmp_path / "var"


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-10T15:59:59+00:00", date(2026, 3, 10)),
        ("2026-03-10T16:00:00+00:00", date(2026, 3, 11)),
        ("2026-12-31T16:00:00+00:00", date(2027, 1, 1)),
    ],
)
def test_begins_the_day_at_midnight_in_shanghai(moment: str, day: date) -> None:
    with time_machine.travel(moment, tick=False):
        assert clock.today() == day


def test_knows_the_moment_in_utc() -> None:
    with time_machine.travel("2026-03-10T15:59:59+00:00", tick=False):
        assert clock.now() == datetime(2026, 3, 10, 15, 59, 59, tzinfo=UTC)


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("day", [date(2026, 3, 11), date(2026, 3, 9), date(2028, 2, 29)])
def test_moves_day_and_moment_together_in_the_demo(day: date) -> None:
    with time_machine.travel("2026-03-10T01:00:00+00:00", tick=False):
        clock.move_to(day)

        assert clock.today() == day
        assert clock.now() == datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
        assert clock.offset_days() == (day - date(2026, 3, 10)).days


@pytest.mark.usefixtures("demo")
def test_goes_on_from_the_day_it_was_moved_to() -> None:
    with time_machine.travel("2026-03-10T01:00:00+00:00", tick=False) as traveller:
        clock.move_to(date(2026, 4, 1))
        traveller.move_to("2026-03-12T01:00:00+00:00")

        assert clock.today() == date(2026, 4, 3)


def test_goes_back_to_the_real_day(demo: Path) -> None:
    with time_machine.travel("2026-03-10T01:00:00+00:00", tick=False):
        clock.move_to(date(2026, 4, 1))
        clock.reset()
        clock.reset()

        assert clock.today() == date(2026, 3, 10)
    assert not list(demo.iterdir())


def test_leaves_no_half_written_file(demo: Path) -> None:
    clock.move_to(date(2026, 4, 1))
    clock.move_to(date(2026, 5, 1))

    assert [path.name for path in demo.iterdir()] == ["demo-clock"]


def test_cannot_be_moved_outside_the_demo(demo: Path, settings: Settings) -> None:
    clock.move_to(date(2099, 1, 1))
    settings.DEMO = False

    assert clock.offset_days() == 0
    for change in (lambda: clock.move_to(date(2026, 4, 1)), clock.reset):
        with pytest.raises(RuntimeError, match="demo mode only"):
            change()
    assert (demo / "demo-clock").exists()
