"""How much of what happens is told: a change that several stories tell is one that few others escape (capture-recapture).

Counting the reports of believed changes alone would take a thin press for a complete one: changes of which nobody tells are
hardly believed, so that those believed all have a report. How often a told change is told again does not hang on them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tenure.control.learning.reliability import Groups, Rows

__all__ = ["count_changes", "group_tellings", "mean_tellings", "share_retold", "silence_matrix"]

_TOGETHER = 14  # days between reports of one change
_LEAST_RETOLD = 0.05  # tellings beyond the first below which they do not say how many changes there were
_SILENT = 1e-4  # reports a change below which nobody's silence tells anything


def group_tellings(rows: Rows, states: int) -> NDArray[np.int64]:
    """Return for every row that tells of a change the number of the change that it may tell of, (jump rows,).

    Gains of an actor at a place whose claimed days follow each other within 14 days are one change; with two actors the
    other's losses are too.
    """
    chosen = np.flatnonzero(rows.jump)
    obs = rows.obs
    actor = obs.actor[chosen].astype(np.int64)
    # with more than two actors a loss is a change of its own: nobody says whose gain it is
    into = np.where(obs.verb[chosen] != 1, actor, (states - 2 - actor) if states == 3 else states + actor)  # noqa: PLR2004
    order = np.lexsort((obs.t1[chosen], into, obs.place[chosen]))
    place, way, day = obs.place[chosen][order], into[order], obs.t1[chosen][order]
    new = np.ones(len(order), bool)
    new[1:] = (np.diff(place) != 0) | (np.diff(way) != 0) | (np.diff(day) > _TOGETHER)
    out = np.empty(len(order), np.int64)
    out[order] = np.cumsum(new) - 1
    return out


def mean_tellings(telling: NDArray[np.int64], mass: NDArray[np.float64], prior: float, strength: float) -> float:
    """Return how many stories tell of a change of which any does, 1 or more; the prior counts as `strength` told changes.

    `mass` (jump rows,) the probability that the row tells of a change. Places are covered unequally: reports of a change are
    Poisson with a mean that is exponential over changes, hence geometric, and one over the returned mean go untold.
    """
    told = np.zeros(int(telling.max(initial=-1)) + 1)
    np.maximum.at(told, telling, mass)
    return max(float((mass.sum() + strength * prior) / (told.sum() + strength)), 1.0)


def count_changes(telling: NDArray[np.int64], mass: NDArray[np.float64], told: float, mapped: float) -> float:
    """Return how many changes there were, told of or not, from those told of and the mean tellings (geometric law).

    One in `told` of those that no keeper of maps shows goes untold; `mapped` is the share that keepers show.
    """
    heard = np.zeros(int(telling.max(initial=-1)) + 1)
    np.maximum.at(heard, telling, mass)
    return float(heard.sum() * (1.0 + (1.0 - mapped) / max(told - 1.0, _LEAST_RETOLD)))


def share_retold(
    telling: NDArray[np.int64], mass: NDArray[np.float64], curated: NDArray[np.bool_], strength: float
) -> float:
    """Return the share of the changes that others tell of which the keepers of maps tell too, 0 without any.

    What a map does not show is news by as much, however rarely others tell a change twice. `strength` told changes of which
    the map shows none join in.
    """
    size = int(telling.max(initial=-1)) + 1
    shown, told = np.zeros(size), np.zeros(size)
    np.maximum.at(shown, telling[curated], mass[curated])
    np.maximum.at(told, telling[~curated], mass[~curated])
    return float((shown * told).sum() / (told.sum() + strength))


def silence_matrix(rows: Rows, groups: Groups, states: int, log_told: float) -> NDArray[np.float64]:
    """Return the probability that nobody tells of a change from row to column state, (states, states).

    That is exp(-log_told) for the change that the mean report tells of; the logarithm goes with the coverage of the change.
    0 turns it off.
    """
    expected = np.zeros((states, states))
    obs, chosen = rows.obs, rows.jump & (rows.obs.verb <= 1)
    key = np.stack([rows.group[chosen], obs.actor[chosen].astype(np.int64), obs.verb[chosen].astype(np.int64)], axis=1)
    pairs = np.unique(key, axis=0)
    for g, actor, verb in pairs:
        if verb == 0:
            expected[:, actor] += groups.coverage[g]
        else:
            expected[actor] += groups.coverage[g]
    others = ~np.eye(states, dtype=bool)
    others[-1] = others[:, -1] = states == 2  # noqa: PLR2004 - a lone actor changes with contested only
    total = weight = 1e-12
    for g, actor, verb in pairs:
        way = expected[:, actor][others[:, actor]] if verb == 0 else expected[actor][others[actor]]
        total, weight = total + groups.coverage[g] * float(way.mean()), weight + groups.coverage[g]
    # who is hardly expected to speak at all is not expected more because others are expected less
    return _even(np.exp(-log_told * expected / max(total / weight, _SILENT)))


def _even(silence: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the matrix with the mean between actors, from them to contested, and back.

    Were the changes of one actor told more often than another's, silence alone would in time hand places to the other.
    """
    out, actors = silence.copy(), len(silence) - 1
    between = ~np.eye(actors, dtype=bool)
    if between.any():
        out[:-1, :-1][between] = silence[:-1, :-1][between].mean()
    out[:-1, -1], out[-1, :-1] = silence[:-1, -1].mean(), silence[-1, :-1].mean()
    return out
