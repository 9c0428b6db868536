"""P(controller | place, day) as a step function of the day, and joint samples of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ControlSamples", "Posterior"]


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Posterior of the controller: per place a row of knots, each valid from its day until the next (forward fill).

    Shapes: `offsets` (places + 1,) int64: knots of place i are offsets[i]:offsets[i + 1], at least one, the first on day 0;
    `day` (knots,) int32, days since `first_day`, increasing in a place; `p` (knots, states) float64, rows sum to 1.
    `states` are actor ids and, last, ``contested``. `informed` (knots,) bool: False where nothing at all bears on the place
    (a flat row: unknown, which is a state of its own and never drawn as control).
    """

    place_ids: tuple[str, ...]
    states: tuple[str, ...]
    first_day: date
    days: int
    offsets: NDArray[np.int64]
    day: NDArray[np.int32]
    p: NDArray[np.float64]
    informed: NDArray[np.bool_]
    method: str

    @property
    def dates(self) -> tuple[date, ...]:
        """All days covered, (days,)."""
        return tuple(self.first_day + timedelta(days=d) for d in range(self.days))

    def index_of(self, on: date) -> int:
        """Return the day number of a date, clipped into [0, days - 1]."""
        return min(max((on - self.first_day).days, 0), self.days - 1)

    def knots_on(self, day: int) -> NDArray[np.int64]:
        """Return for every place the index of the knot that is valid on the day number, (places,)."""
        # knots are sorted by (place, day): one search over a combined key finds all places at once
        place = np.repeat(np.arange(len(self.place_ids), dtype=np.int64), np.diff(self.offsets))
        key = place * (self.days + 1) + self.day
        wanted = np.arange(len(self.place_ids), dtype=np.int64) * (self.days + 1) + day
        return np.searchsorted(key, wanted, side="right") - 1

    def on(self, on: date) -> NDArray[np.float64]:
        """Return P(state) of every place on a date, (places, states)."""
        return self.p[self.knots_on(self.index_of(on))]

    def informed_on(self, on: date) -> NDArray[np.bool_]:
        """Return for every place whether any evidence bears on it on a date, (places,)."""
        return self.informed[self.knots_on(self.index_of(on))]


@dataclass(frozen=True, slots=True, eq=False)
class ControlSamples:
    """Joint draws of the state of every place on given days, correlated over places and time.

    `state` (samples, days, places) int8: index into `states`; -1 where the place is uninformed.
    """

    place_ids: tuple[str, ...]
    states: tuple[str, ...]
    dates: tuple[date, ...]
    state: NDArray[np.int8]
    method: str
