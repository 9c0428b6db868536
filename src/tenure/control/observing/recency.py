"""How near evidence is, in time and place: what a place's belief rests on, and where changes are told of at all.

A neighbour speaks for a place only as far as it has evidence of its own, near in time: a place of which nobody has spoken
for months says nothing of the one beside it. And where no change is told of far and wide, a place is quieter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tenure.control.observing.observations import STANCES, VERBS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tenure.control.observing.observations import Observations

__all__ = ["activity", "recency"]

_CHANGES = (VERBS.index("took"), VERBS.index("lost"))


def recency(
    obs: Observations, shape: tuple[int, int], bin_days: int, *, days: float, least: float, hindsight: bool
) -> NDArray[np.float32]:
    """Return how far each place's belief rests on evidence of its own near each bin, (places, bins), `least` to 1.

    The weight of the nearest claim that is not of mere fighting, exp(-days apart / `days`); as known then, the nearest one
    published before. A place without claims has `least`.
    """
    out = _nearest(obs, obs.verb != VERBS.index("clash"), shape, bin_days, days=days, hindsight=hindsight)
    return np.maximum(out, np.float32(least))


def activity(  # noqa: PLR0913 - a map over places and time, with its reach in both
    obs: Observations,
    index: NDArray[np.int32],
    distance_km: NDArray[np.float64],
    shape: tuple[int, int],
    bin_days: int,
    *,
    days: float,
    reach_km: float,
    steps: int,
    hindsight: bool,
) -> NDArray[np.float32]:
    """Return how near changes are told of, (places, bins), 0 to 1: exp(-days / `days`) exp(-km / reach), along neighbours.

    `index` (places, neighbours) with -1 for none, `distance_km` of the same shape; up to `steps` neighbours away.
    """
    chosen = np.isin(obs.verb, _CHANGES) & (obs.stance == STANCES.index("asserted"))
    out = _nearest(obs, chosen, shape, bin_days, days=days, hindsight=hindsight)
    fall = np.where(index >= 0, np.exp(-np.nan_to_num(distance_km, nan=np.inf) / reach_km), 0.0).astype(np.float32)
    for _ in range(steps):
        spread = out.copy()
        for j in range(index.shape[1]):
            np.maximum(spread, out[np.maximum(index[:, j], 0)] * fall[:, j, None], out=spread)
        out = spread
    return out


def _nearest(
    obs: Observations,
    chosen: NDArray[np.bool_],
    shape: tuple[int, int],
    bin_days: int,
    *,
    days: float,
    hindsight: bool,
) -> NDArray[np.float32]:
    """Return the weight of the nearest chosen row, (places, bins); without hindsight only of rows known by then."""
    out = np.zeros(shape, np.float32)
    day = obs.t1 - 1 if hindsight else np.maximum(obs.t1 - 1, np.floor(obs.pub))
    rows = np.flatnonzero(chosen & (day < shape[1] * bin_days))
    np.maximum.at(out, (obs.place[rows], day[rows].astype(np.int64) // bin_days), obs.p[rows].astype(np.float32))
    decay = np.float32(np.exp(-bin_days / days))
    for b in range(1, shape[1]):
        np.maximum(out[:, b], out[:, b - 1] * decay, out=out[:, b])
    for b in range(shape[1] - 2, -1, -1) if hindsight else ():
        np.maximum(out[:, b], out[:, b + 1] * decay, out=out[:, b])
    return out
