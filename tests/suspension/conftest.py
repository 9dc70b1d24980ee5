"""The day on which the cases of domain section 7 begin."""

from collections.abc import Iterator

import pytest
import time_machine


@pytest.fixture
def march_10() -> Iterator[object]:
    """2026-03-10, ten in the morning in Shanghai; the clock stands."""
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller
