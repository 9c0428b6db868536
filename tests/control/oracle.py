"""Brute force: the sum over every path of a tiny chain, day by day, in plain Python."""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy.linalg import expm


def generator(ci, i, b):
    """Return the generator of bin b written out from its definition."""
    k = ci.prior.shape[1]
    q = np.zeros((k, k))
    for a, s in product(range(k), range(k)):
        if a == s:
            continue
        kind = 1 if s == k - 1 else 2 if a == k - 1 else 0
        q[a, s] = ci.rates[kind, ci.con_code[i, b, a] if kind == 1 else ci.to_code[i, b, s]] * ci.silence[a, s]
    return q - np.diag(q.sum(1))


def step_weights(ci, i):
    """Return the weight of every one-day step, (days, states, states), and of every day's states, (days, states)."""
    k = ci.prior.shape[1]
    steps = np.array([expm(generator(ci, i, d // ci.bin_days)) for d in range(ci.days)])
    off = ~np.eye(k, dtype=bool)
    for r in range(ci.jump_offsets[i], ci.jump_offsets[i + 1]):
        for o in range(ci.jump_length[r]):
            d = ci.jump_first[r] + o
            if not 1 <= d < ci.days:
                continue
            factor = 1 + ci.jump_odds[r] * ci.kernel[ci.jump_position[r] + o]
            hit = np.zeros((k, k), bool)
            if ci.jump_kind[r] == 0:
                hit[:, ci.jump_actor[r]] = True
            else:
                hit[ci.jump_actor[r]] = True
            steps[d][hit & off] *= factor
    emission = np.ones((ci.days, k))
    for r in range(ci.state_offsets[i], ci.state_offsets[i + 1]):
        emission[ci.state_day[r]] *= np.exp(ci.state_log[r])
    return steps, emission


def smooth_by_paths(ci, i):
    """Return P(state | all evidence), (days, states), and the log-likelihood, by summing over all states ** days paths."""
    k = ci.prior.shape[1]
    steps, emission = step_weights(ci, i)
    p = np.zeros((ci.days, k))
    for path in product(range(k), repeat=ci.days):
        w = ci.prior[i, path[0]] * emission[0, path[0]]
        for d in range(1, ci.days):
            w *= steps[d, path[d - 1], path[d]] * emission[d, path[d]]
        for d, s in enumerate(path):
            p[d, s] += w
    return p / p.sum(1, keepdims=True), np.log(p[0].sum())


def smooth_by_days(ci, i):
    """Return the same by an independent dense forward-backward over all days."""
    steps, emission = step_weights(ci, i)
    alpha = [ci.prior[i] * emission[0]]
    for d in range(1, ci.days):
        alpha.append((alpha[-1] / alpha[-1].sum()) @ steps[d] * emission[d])
    beta = [np.ones(ci.prior.shape[1])]
    for d in range(ci.days - 1, 0, -1):
        back = steps[d] @ (emission[d] * beta[0])
        beta.insert(0, back / back.sum())
    p = np.array(alpha) * np.array(beta)
    return p / p.sum(1, keepdims=True)
