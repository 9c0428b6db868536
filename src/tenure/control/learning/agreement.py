"""How far a study's claims bear each other out: the level of precision that its sources show by their contradictions.

Two sources that speak of one place within days agree when both are right, and often when neither is. With precisions p and q
they agree in p q + (1 - p)(1 - q) of cases (two holders). The shipped precisions are those of campaigns whose claims are
mostly true; all are shifted together, on the scale of log-odds, until the agreement expected of the study's pairs is the one
seen. Twenty pairs of the shipped precision join in, so a study without pairs keeps it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tenure.control.observing.observations import INTERESTS, STANCES, VERBS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tenure.control.observing.observations import Observations

__all__ = ["agreement_shift"]

_PAIRS = 20.0  # weight of the shipped precision, in pairs; gates: campaigns (about 50 pairs), control (about 20,000)
_APART_DAYS = 5  # claims further apart may both be true
_LOOK_AHEAD = 8  # later claims on the place that a claim is compared with
_LEAST_P = 0.3  # placements below it say little of the place
_NEUTRAL, _CURATED = INTERESTS.index("neutral"), INTERESTS.index("curated")
_HIGHEST = 1.5  # claims that never contradict each other may come from one desk: no more log-odds than this


def agreement_shift(obs: Observations, precision: NDArray[np.float64]) -> float:
    """Return by how much the log-odds of all precisions are shifted; `precision` (interests,). No pairs: 0."""
    agreed, told = _pairs(obs)
    kinds = np.array(list(np.ndindex(agreed.shape)))
    own, other = kinds[:, 0], kinds[:, 1]
    logit = np.log(precision / (1.0 - precision))

    def agreement(shift: float) -> tuple[float, float]:
        p = 1.0 / (1.0 + np.exp(-logit - shift))
        both = p[own] * p[other] + (1.0 - p[own]) * (1.0 - p[other])
        return float((told.ravel() * both).sum()), float(p[_NEUTRAL] ** 2 + (1.0 - p[_NEUTRAL]) ** 2)

    wanted = agreed.sum() + _PAIRS * agreement(0.0)[1]
    low, high = -float(logit[_NEUTRAL]), _HIGHEST
    for _ in range(40):
        middle = 0.5 * (low + high)
        pairs, prior = agreement(middle)
        low, high = (middle, high) if pairs + _PAIRS * prior < wanted else (low, middle)
    return low if told.any() else 0.0


def _pairs(obs: Observations) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return weights of the pairs that agree and of all, by interest of the two, (interests, interests)."""
    speaks = np.isin(obs.verb, [VERBS.index("took"), VERBS.index("held")]) & (obs.interest != _CURATED)
    rows = np.flatnonzero(speaks & (obs.stance != STANCES.index("possible")) & (obs.p >= _LEAST_P))
    order = rows[np.lexsort((obs.t1[rows], obs.place[rows]))]
    agreed, told = np.zeros((2, len(INTERESTS), len(INTERESTS)))
    denied = obs.stance == STANCES.index("denied")
    for step in range(1, _LOOK_AHEAD + 1):
        a, b = order[:-step], order[step:]
        near = (obs.place[a] == obs.place[b]) & (obs.t1[b] - obs.t1[a] <= _APART_DAYS)
        near &= (obs.story[a] != obs.story[b]) & (obs.source[a] != obs.source[b])
        a, b = a[near], b[near]
        agree = (obs.actor[a] == obs.actor[b]) == (denied[a] == denied[b])
        weight = obs.p[a] * obs.p[b]
        np.add.at(told, (obs.interest[a], obs.interest[b]), weight)
        np.add.at(agreed, (obs.interest[a], obs.interest[b]), weight * agree)
    return agreed, told
