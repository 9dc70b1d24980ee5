"""The knobs of a simulator: what goes wrong on purpose, turned by POST /control."""

import json
import random
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from portal.simulators.page import Handler

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

K = TypeVar("K", bound="DataclassInstance")


def turned(knobs: K, wanted: dict[str, Any]) -> K:
    """With the named ones set; raises TypeError or ValueError for anything else, and then nothing is turned."""
    kinds = {item.name: type(getattr(knobs, item.name)) for item in fields(knobs)}
    if not wanted.keys() <= kinds.keys():
        raise ValueError(f"The knobs are {', '.join(kinds)}.")
    return replace(knobs, **{name: kinds[name](value) for name, value in wanted.items()})


class Faulty(Generic[K]):
    """A service with knobs."""

    def __init__(self, knobs: K, *, seed: int | None) -> None:
        self.knobs = knobs
        self._random = random.Random(seed)

    def turn(self, wanted: dict[str, Any]) -> None:
        """Set the knobs that are named; raises TypeError or ValueError for anything else."""
        self.knobs = turned(self.knobs, wanted)

    def happens(self, rate: float) -> bool:
        """Whether a fault of this rate strikes now."""
        return rate > 0 and self._random.random() < rate


class FaultyHandler(Handler):
    """A handler whose service has knobs."""

    def answer_control(self, service: Faulty[Any], *, body: bytes) -> None:
        """Turn the knobs that the body names and show how they stand."""
        try:
            service.turn(json.loads(body))
        except (AttributeError, TypeError, ValueError) as error:
            self.answer_json(400, {"error": str(error)})
        else:
            self.answer_json(200, vars(service.knobs))
