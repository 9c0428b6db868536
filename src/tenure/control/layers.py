"""Which unpartisan sources keep a map: they take back what they said, in turn, so each of their claims is a revision.

A reporter says that a place was taken; whoever keeps a layer also says when it no longer holds, and never twice the same.
Such a source is weighed as curated even when nobody says what kind it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tenure.control.observations import INTERESTS, VERBS

if TYPE_CHECKING:
    from tenure.control.observations import Observations

__all__ = ["mark_layers"]

_LEAST_ROWS = 30  # fewer changes tell nothing of a habit
_LEAST_RETRACTIONS = 0.15  # share of "lost" among the changes that a keeper of maps reports
_LEAST_TURNS = 0.9  # share of successive reports of a place and actor that alternate


def mark_layers(obs: Observations) -> Observations:
    """Return the observations with the rows of map-keeping unpartisan sources set to the interest ``curated``."""
    neutral, curated = INTERESTS.index("neutral"), INTERESTS.index("curated")
    took, lost, held = VERBS.index("took"), VERBS.index("lost"), VERBS.index("held")
    interest = obs.interest.copy()
    for source in np.unique(obs.source[obs.interest == neutral]):
        rows = np.flatnonzero((obs.source == source) & np.isin(obs.verb, [took, lost, held]) & (obs.interest == neutral))
        changes = np.isin(obs.verb[rows], [took, lost])
        if changes.sum() < _LEAST_ROWS or (obs.verb[rows] == lost).sum() < _LEAST_RETRACTIONS * changes.sum():
            continue
        order = rows[np.lexsort((obs.t1[rows], obs.actor[rows], obs.place[rows]))]
        gone = obs.verb[order] == lost
        same = (np.diff(obs.place[order]) == 0) & (np.diff(obs.actor[order]) == 0)
        turns = gone[1:] != gone[:-1]
        if same.sum() and turns[same].mean() >= _LEAST_TURNS:
            interest[rows] = curated
    return replace(obs, interest=interest)
