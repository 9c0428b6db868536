"""Brute force: the sum over every path of a tiny chain, day by day, in plain Python."""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy.linalg import expm


def generator(ci, i, b):
    """Return the generator of bin b written out from its definition, micro-states: settled, then fresh."""
    k = ci.prior.shape[1]
    fresh = k if ci.settle_rate > 0 else 0
    q = np.zeros((k + fresh, k + fresh))
    leave = np.zeros(k + fresh)
    for a, s in product(range(k), range(k)):
        if a == s:
            continue
        kind = 1 if s == k - 1 else 2 if a == k - 1 else 0
        rate = ci.rates[kind, ci.con_code[i, b, a] if kind == 1 else ci.to_code[i, b, s]]
        cost = rate * (ci.stay_cost + (1 - ci.stay_cost) * ci.silence[a, s])
        q[a, s + fresh] = rate * ci.silence[a, s]
        leave[a] += cost
        if fresh:
            q[a + k, s + k] = rate * ci.silence[a, s] * ci.fresh_factor
            leave[a + k] += cost * ci.fresh_factor
    if fresh:
        q[np.arange(k, 2 * k), np.arange(k)] = ci.settle_rate
        leave[k:] += ci.settle_rate
    return q - np.diag(leave) - np.diag(np.tile(ci.drain, 2)[: len(q)])


def step_weights(ci, i):
    """Return the weight of every one-day step, (days, micro, micro), of every day's states, (days, micro), and the prior."""
    k = ci.prior.shape[1]
    steps = np.array([expm(generator(ci, i, d // ci.bin_days)) for d in range(ci.days)])
    base = np.arange(steps.shape[1]) % k
    off = base[:, None] != base[None]
    settled = np.arange(len(base))[:, None] < k  # no report speaks for the going of what has just come
    jumps = np.ones((2, ci.days, k))
    for r in range(ci.jump_offsets[i], ci.jump_offsets[i + 1]):
        for o in range(ci.jump_length[r]):
            d = ci.jump_first[r] + o
            if not 1 <= d < ci.days:
                continue
            jumps[ci.jump_kind[r], d, ci.jump_actor[r]] *= 1 + ci.jump_odds[r] * ci.kernel[ci.jump_position[r] + o]
    for kind, d, actor in product(range(2), range(1, ci.days), range(k)):
        factor = jumps[kind, d, actor]
        here, other = (base[None], base[:, None]) if kind == 0 else (base[:, None], base[None])
        hit = off & settled & (here == actor)
        steps[d][hit & (other < k - 1)] *= factor
        steps[d][hit & (other == k - 1)] *= 1 + (factor - 1) * ci.from_contested
    emission = np.ones((ci.days, k))
    for r in range(ci.state_offsets[i], ci.state_offsets[i + 1]):
        emission[ci.state_day[r]] *= np.exp(ci.state_log[r])
    prior = np.where(np.arange(len(base)) < k, ci.prior[i][base], 0.0)
    return steps, emission[:, base], prior, base


def smooth_by_paths(ci, i):
    """Return P(state | all evidence), (days, states), and the log-likelihood, by summing over every path."""
    steps, emission, prior, base = step_weights(ci, i)
    p = np.zeros((ci.days, ci.prior.shape[1]))
    for path in product(range(len(base)), repeat=ci.days):
        w = prior[path[0]] * emission[0, path[0]]
        for d in range(1, ci.days):
            w *= steps[d, path[d - 1], path[d]] * emission[d, path[d]]
        for d, s in enumerate(path):
            p[d, base[s]] += w
    return p / p.sum(1, keepdims=True), np.log(p[0].sum())


def smooth_by_days(ci, i):
    """Return the same by an independent dense forward-backward over all days."""
    steps, emission, prior, base = step_weights(ci, i)
    alpha = [prior * emission[0]]
    for d in range(1, ci.days):
        alpha.append((alpha[-1] / alpha[-1].sum()) @ steps[d] * emission[d])
    beta = [np.ones(len(base))]
    for d in range(ci.days - 1, 0, -1):
        back = steps[d] @ (emission[d] * beta[0])
        beta.insert(0, back / back.sum())
    p = np.array(alpha) * np.array(beta)
    p /= p.sum(1, keepdims=True)
    return np.stack([p[:, base == s].sum(1) for s in range(ci.prior.shape[1])], axis=1)
