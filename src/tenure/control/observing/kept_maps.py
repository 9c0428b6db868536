"""Which sources keep a map: they take back what they said, in turn, so each of their claims is a revision.

A reporter says that a place was taken; whoever keeps a layer also says when it no longer holds, and never twice the same.
An unpartisan keeper is weighed as curated even when nobody says what kind it is. The map of what one side claims is another
thing: that it no longer shows a place does not admit a loss, it withdraws a claim.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tenure.control.observing.observations import INTERESTS, VERBS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tenure.control.observing.observations import Observations

__all__ = ["find_keepers", "mark_layers"]

_LEAST_ROWS = 30  # fewer changes tell nothing of a habit
_LEAST_RETRACTIONS = 0.15  # share of "lost" among the changes that a keeper of maps reports
_LEAST_TURNS = 0.9  # share of successive reports of a place and actor that alternate
_TOOK, _LOST, _HELD = VERBS.index("took"), VERBS.index("lost"), VERBS.index("held")
_NEUTRAL, _CURATED = INTERESTS.index("neutral"), INTERESTS.index("curated")


def find_keepers(obs: Observations, day: float = np.inf) -> NDArray[np.float64]:
    """Return for every source the time (days since start) from which it is known to keep a map, infinite where it is not.

    Who has taken back what it said, in turn, before the `day`, is known by that for all that it says; who states at once
    who holds dozens of places, reading off a map, from then on.
    """
    since = np.full(len(obs.sources), np.inf)
    told = np.isin(obs.verb, [_TOOK, _LOST, _HELD]) & (obs.interest != _CURATED)
    for source in np.unique(obs.source[told]):
        rows = np.flatnonzero((obs.source == source) & told)
        since[source] = -np.inf if _takes_back(obs, rows[obs.pub[rows] < day]) else _lists_at_once(obs, rows)
    return since


def _takes_back(obs: Observations, rows: NDArray[np.int64]) -> bool:
    changes = np.isin(obs.verb[rows], [_TOOK, _LOST])
    if changes.sum() < _LEAST_ROWS or (obs.verb[rows] == _LOST).sum() < _LEAST_RETRACTIONS * changes.sum():
        return False
    order = rows[np.lexsort((obs.t1[rows], obs.actor[rows], obs.place[rows]))]
    gone = obs.verb[order] == _LOST
    same = (np.diff(obs.place[order]) == 0) & (np.diff(obs.actor[order]) == 0)
    turns = gone[1:] != gone[:-1]
    return bool(same.sum() and turns[same].mean() >= _LEAST_TURNS)


def _lists_at_once(obs: Observations, rows: NDArray[np.int64]) -> float:
    """Return when a source first stated who holds dozens of places in one breath, and more than on all days before."""
    held = rows[obs.verb[rows] == _HELD]
    if len(held) < _LEAST_ROWS:
        return float("inf")
    days, count = np.unique(np.floor(obs.pub[held]), return_counts=True)
    at_once = (count >= _LEAST_ROWS) & (2 * count >= np.cumsum(count))
    if not at_once.any():
        return float("inf")
    first = float(days[at_once.argmax()])
    return float(obs.pub[held][np.floor(obs.pub[held]) == first].min())


def mark_layers(obs: Observations, since: NDArray[np.float64]) -> Observations:
    """Return the observations as they weigh with sources that keep a map `since` a time, (sources,) from `find_keepers`.

    Changes and holdings that an unpartisan keeper shows are ``curated``; that a partisan one no longer shows a place asserts
    nothing (its `p` is 0).
    """
    theirs = (obs.pub >= since[obs.source]) & np.isin(obs.verb, [_TOOK, _LOST, _HELD])
    curated = theirs & (obs.interest == _NEUTRAL)
    withdraws = theirs & ~np.isin(obs.interest, [_NEUTRAL, _CURATED]) & (obs.verb == _LOST)
    interest = np.where(curated, _CURATED, obs.interest).astype(np.int8)
    return replace(obs, interest=interest, p=np.where(withdraws, 0.0, obs.p))
