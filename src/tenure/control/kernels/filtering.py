# ruff: noqa: ANN001, ANN201, ANN202, PLR0917 - compiled kernels: Numba infers types, wants flat loops
"""As it was known: each day's belief from what was published by then, compiled; the rules are in chain.py.

A report that arrives on day D changes the factors of earlier days: the forward pass is taken up again from the first of
them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from tenure.control.kernels.chain import CLIP, TINY, build_generator, matrix_exponential, step_matrix
from tenure.control.kernels.smoothing import emit_knot, grow_knots

__all__ = ["keep_calls", "run_filter"]


@njit(cache=True, nogil=True)
def add_known(ci, i, d, pointers, orders, known, buffers):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Add the rows of place i known by day d to the buffers; return the first day whose factors changed (or d)."""
    active, took, lost, emit = buffers
    first = d
    while pointers[0] < ci.state_offsets[i + 1] and known[0][orders[0][pointers[0]]] <= d:
        r = orders[0][pointers[0]]
        pointers[0] += 1
        first = min(first, ci.state_day[r])
        for s in range(emit.shape[1]):
            emit[ci.state_day[r], s] = min(max(emit[ci.state_day[r], s] + ci.state_log[r, s], -CLIP), CLIP)
    while pointers[1] < ci.jump_offsets[i + 1] and known[1][orders[1][pointers[1]]] <= d:
        r = orders[1][pointers[1]]
        pointers[1] += 1
        first = min(first, max(ci.jump_first[r], 1))
        actor = ci.jump_actor[r]
        for o in range(ci.jump_length[r]):
            t = ci.jump_first[r] + o
            if t < 1 or t >= ci.days:
                continue
            factor = np.log1p(ci.jump_odds[r] * ci.kernel[ci.jump_position[r] + o])
            active[t] = 2
            if ci.jump_kind[r] == 0:
                took[t, actor] = min(max(took[t, actor] + factor, -CLIP), CLIP)
            else:
                lost[t, actor] = min(max(lost[t, actor] + factor, -CLIP), CLIP)
    return first


@njit(cache=True, nogil=True)
def advance(ci, i, d, alpha, one_day, buffers, step):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Fill alpha[d] from alpha[d - 1]; day 0 from the prior."""
    active, took, lost, emit = buffers
    micro, states = alpha.shape[1], emit.shape[1]
    if d > 0:
        step_matrix(one_day[d // ci.bin_days], active, d, (took, lost), ci.from_contested, step)
    norm = 0.0
    for s in range(micro):
        if d == 0:
            alpha[0, s] = ci.prior[i, s] if s < states else 0.0
        else:
            alpha[d, s] = 0.0
            for a in range(micro):
                alpha[d, s] += alpha[d - 1, a] * step[a, s]
        alpha[d, s] = max(alpha[d, s] * np.exp(emit[d, s % states]), TINY)
        norm += alpha[d, s]
    for s in range(micro):
        alpha[d, s] /= norm


@njit(cache=True, nogil=True)
def fill_days(ci, i, one_day, mats):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Fill the one-day matrices of every field bin of place i."""
    generator, work, power = mats
    for b in range(one_day.shape[0]):
        same = b > 0
        if same:
            for s in range(ci.to_code.shape[2]):
                if ci.to_code[i, b, s] != ci.to_code[i, b - 1, s] or ci.con_code[i, b, s] != ci.con_code[i, b - 1, s]:
                    same = False
                    break
        if same:
            for a in range(one_day.shape[1]):
                for s in range(one_day.shape[2]):
                    one_day[b, a, s] = one_day[b - 1, a, s]
        else:
            build_generator(ci, i, b, generator)
            matrix_exponential(generator, 1.0, one_day[b], work, power)


@njit(cache=True, nogil=True)
def run_filter(ci, places, orders, known, begin, until):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Return knots (counts, day, p) of the belief on each day of [begin, until) from the rows known by that day.

    `orders` row indices of state and jump rows by place and known day; `known` the known day of each row. A place's
    first knot
    stands on `begin`.
    """
    states, days = ci.prior.shape[1], ci.days
    micro = 2 * states if ci.settle_rate > 0.0 else states
    buffers = (np.zeros(days, np.int8), np.zeros((days, states)), np.zeros((days, states)), np.zeros((days, states)))
    alpha, small = np.zeros((days, micro)), np.zeros((4, micro, micro))
    one_day = np.zeros((ci.to_code.shape[1], micro, micro))
    pointers = np.zeros(2, np.int64)
    counts = np.zeros(places.shape[0], np.int64)
    room = 16 * places.shape[0] + days + 1
    day_out, p_out = np.zeros(room, np.int32), np.zeros((room, states))
    used = np.int64(0)
    for n in range(places.shape[0]):
        i = places[n]
        if used + days + 1 > day_out.shape[0]:
            day_out, p_out = grow_knots(day_out, p_out, used)
        for b in buffers[1:]:
            b[:, :] = 0.0
        buffers[0][:] = 0
        fill_days(ci, i, one_day, (small[0], small[1], small[2]))
        pointers[0], pointers[1] = ci.state_offsets[i], ci.jump_offsets[i]
        start = used
        for d in range(until):
            for t in range(add_known(ci, i, d, pointers, orders, known, buffers), d + 1):
                advance(ci, i, t, alpha, one_day, buffers, small[3])
            if d >= begin:
                used = emit_knot(d, alpha[d], start, ci.tolerance, day_out, p_out, used)
        counts[n] = used - start
    return counts, day_out[:used].copy(), p_out[:used].copy()


@njit(cache=True, nogil=True)
def keep_calls(offsets, p, lead):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Let the likeliest state of a place's last knot stand until another leads it by odds of `lead`; changes `p` in place.

    Until then it is shown even with those that lead it, ahead by a millionth: what was known then does not flip on the toss
    of a coin. `p` (knots, states), `offsets` (places + 1,).
    """
    for i in range(offsets.shape[0] - 1):
        call = -1
        for k in range(offsets[i], offsets[i + 1]):
            best = p[k].argmax()
            if call < 0 or p[k, best] >= lead * p[k, call]:
                call = best
            elif best != call:
                ahead = p[k] >= p[k, call]
                even = p[k][ahead].mean()
                for s in range(p.shape[1]):
                    if ahead[s]:
                        p[k, s] = even * (1.0 - 1e-6)
                p[k, call] += even * 1e-6 * ahead.sum()
