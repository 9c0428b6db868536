# ruff: noqa: ANN001, ANN202 - a compiled kernel: Numba infers types
"""Which claims can tell of a change: news does, what a source says again does not.

Rules
 1. A gain or loss tells of a change, unless its source has said the same of the place within 45 days and nobody has said
    otherwise since: then it is told again, and speaks for the state only. (A chain that may explain each retelling by a
    change of its own finds it worth while to go to and fro.)
 2. That an actor holds a place tells of a change where it is the first news of it: no claim of 45 days before says who
    holds or took the place, and none says otherwise within the ten days after. When the change was stays open.
 3. A holding that its own claim gives beside a gain tells of no second change.
 4. As known then, only what was published before a claim can make it a repeat, and nothing that follows bears on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tenure.control.observing.observations import Observations

__all__ = ["find_news"]

_AGAIN_DAYS = 45  # wider than the lags of a claim (30 days); gates: campaigns
_CONTRADICTED_DAYS = 10  # a side that has lost nothing says so within days; gates: control (false holdings), campaigns
_TOOK, _LOST, _HELD, _CLASH = range(4)
_ASSERTED, _POSSIBLE, _DENIED = range(3)


def find_news(obs: Observations, *, holds: bool, hindsight: bool) -> NDArray[np.bool_]:
    """Return which rows can tell of a change, (rows,); `holds`: whether first news of a holding may."""
    import pandas as pd

    claim = pd.factorize(obs.claim_id)[0].astype(np.int64)
    return np.asarray(
        mark_news(
            (obs.place, obs.t1, obs.pub),
            (obs.verb, obs.actor, obs.source, obs.stance),
            claim,
            np.bool_(holds),
            np.bool_(hindsight),
        )
    )


@njit(cache=True, nogil=True)
def mark_news(when, what, claim, holds, hindsight):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Return the mask of `find_news`; rows are sorted by place and last claimed day."""
    place, t1, _ = when
    verb, _, _, stance = what
    out = np.zeros(len(place), np.bool_)
    for r in range(len(place)):
        if verb[r] == _CLASH or stance[r] == _DENIED or (verb[r] == _HELD and not holds):
            continue
        out[r] = not told_before(r, when, what, hindsight)
        if verb[r] != _HELD or not out[r]:
            continue
        q = r + 1
        while hindsight and out[r] and q < len(place) and place[q] == place[r] and t1[q] - t1[r] <= _CONTRADICTED_DAYS:
            out[r] = relation(q, r, what) != 2  # noqa: PLR2004 - contradicts
            q += 1
        first = r
        while first > 0 and place[first - 1] == place[r] and t1[first - 1] == t1[r]:
            first -= 1
        q = first
        while out[r] and q < len(place) and place[q] == place[r] and t1[q] == t1[r]:
            out[r] = not (claim[q] == claim[r] and verb[q] == _TOOK)
            q += 1
    return out


@njit(cache=True, nogil=True)
def told_before(r, when, what, hindsight):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Return whether the news of row r was told before: by its source, or for a holding by anybody on the place."""
    place, t1, pub = when
    verb, _, source, _ = what
    q = r - 1
    while q >= 0 and place[q] == place[r] and t1[r] - t1[q] <= _AGAIN_DAYS:
        if hindsight or pub[q] <= pub[r]:
            found = relation(q, r, what)
            if found > 0 and verb[r] == _HELD:
                return True
            if found == 1 and source[q] == source[r]:
                return True
            if found == 2:  # noqa: PLR2004 - contradicts
                return False
        q -= 1
    return False


@njit(cache=True, nogil=True)
def relation(q, r, what):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Return 1 where row q says what row r says, 2 where it says otherwise, 0 where it bears on neither."""
    verb, actor, _, stance = what
    if verb[q] == _CLASH or stance[q] == _POSSIBLE:
        return 0
    same, lost = actor[q] == actor[r], verb[r] == _LOST
    holds = (verb[q] != _LOST) == (stance[q] == _ASSERTED)  # q says that its actor has the place
    if same:
        return 1 if holds != lost else 2
    if lost:
        return 0
    return 2 if holds else 0
