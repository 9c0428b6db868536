# ruff: noqa: ANN001, ANN201, ANN202, C901, PLR0912, PLR0913, PLR0917 - compiled kernels: Numba infers types, wants flat
# loops
"""Hindsight: exact forward-backward of each place's chain from knot to knot, compiled; the rules are in chain.py."""

from __future__ import annotations

import numpy as np
from numba import njit

from tenure.control.kernels.chain import TINY, clear_place, list_knots, load_place, step_matrix
from tenure.control.kernels.propagators import copy_propagator, find_generator, find_propagator, make_propagators

__all__ = ["emit_knot", "grow_knots", "run_chain"]


@njit(cache=True, nogil=True)
def carry(vector, matrix, moves, out):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Fill `out` with vector @ matrix, or with the vector where no day passes."""
    if not moves:
        for s in range(out.shape[0]):
            out[s] = vector[s]
        return
    for s in range(out.shape[0]):
        out[s] = 0.0
    for a in range(out.shape[0]):
        for s in range(out.shape[0]):
            out[s] += vector[a] * matrix[a, s]


@njit(cache=True, nogil=True)
def forward(ci, i, knots, count, scratch, buffers, props):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Filter place i: fill alpha, gap and step matrices at its knots; return the log-likelihood."""
    alpha, gap, step, one_day, passed, like, bin_of = scratch
    active, took, lost, emit = buffers
    micro, states = alpha.shape[1], emit.shape[1]
    total, slot = 0.0, np.int64(0)  # a typed number: Numba compiles anew for each literal
    for k in range(count):
        d = knots[k]
        if k > 0 and d - knots[k - 1] > 1:
            copy_propagator(slot, d - knots[k - 1] - 1, props, gap[k])
        if k == 0 or bin_of[knots[k - 1]] != bin_of[d]:
            slot = find_generator(ci, i, bin_of[d], props)
            copy_propagator(slot, np.int64(1), props, one_day)
        if k == 0:
            for s in range(micro):
                alpha[0, s] = ci.prior[i, s] if s < states else 0.0
        else:
            step_matrix(one_day, active, d, (took, lost), ci.from_contested, step[k])
            carry(alpha[k - 1], gap[k], d - knots[k - 1] > 1, passed)
            carry(passed, step[k], k > 0, alpha[k])
        for s in range(states):
            like[k, s] = np.exp(emit[d, s]) if active[d] > 0 and emit[d, s] != 0.0 else 1.0
            if micro > states:
                like[k, s + states] = like[k, s]
        norm = 0.0
        for s in range(micro):
            alpha[k, s] = max(alpha[k, s] * like[k, s], TINY)
            norm += alpha[k, s]
        for s in range(micro):
            alpha[k, s] /= norm
        total += np.log(norm)
    return total


@njit(cache=True, nogil=True)
def backward(knots, count, scratch, beta, before):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Fill beta (knots, states) and `before`: the backward message on the day before each knot."""
    gap, step, like, work = scratch[1], scratch[2], scratch[5], scratch[3]
    states = beta.shape[1]
    for s in range(states):
        beta[count - 1, s] = 1.0
    for k in range(count - 1, 0, -1):
        for s in range(states):
            work[1, s] = like[k, s] * beta[k, s]
        norm = 0.0
        for a in range(states):
            before[k, a] = 0.0
            for s in range(states):
                before[k, a] += step[k, a, s] * work[1, s]
            before[k, a] = max(before[k, a], TINY)
            norm += before[k, a]
        for a in range(states):
            before[k, a] /= norm
        norm = 0.0
        for a in range(states):
            work[0, a] = 0.0
            if knots[k] - knots[k - 1] > 1:
                for s in range(states):
                    work[0, a] += gap[k, a, s] * before[k, s]
            else:
                work[0, a] = before[k, a]
            norm += work[0, a]
        for a in range(states):
            beta[k - 1, a] = max(work[0, a] / norm, TINY)


@njit(cache=True, nogil=True)
def pair_masses(alpha_day, step, right, out):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Fill `out` (states, states) with P(state on the day before = a, on the day = b | all evidence), fresh or settled.

    `right` (micro-states,) is the backward message of the day with its evidence.
    """
    micro, states = step.shape[0], out.shape[0]
    out[:, :] = 0.0
    norm = 0.0
    for first in range(0, micro, states):
        for second in range(0, micro, states):
            for a in range(states):
                for b in range(states):
                    x = alpha_day[first + a] * step[first + a, second + b] * right[second + b]
                    out[a, b] += x
                    norm += x
    norm = 1.0 / max(norm, TINY)
    for a in range(states):
        for b in range(states):
            out[a, b] *= norm


@njit(cache=True, nogil=True)
def count_field(ci, i, b, moved, spent, tallies):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Add what happened to place i in the field of bin b to the tallies, and zero it.

    `moved` (states, states) expected changes; `spent` (micro-states,) expected days.
    """
    changes, exposure, flows, _, held = tallies
    states = flows.shape[0]
    con = states - 1
    for a in range(states):
        time = spent[a]
        held[a] += spent[a]
        if spent.shape[0] > states:
            held[a] += spent[a + states]
            time += spent[a + states] * ci.fresh_factor
        for s in range(states):
            if a == s:
                continue
            flows[a, s] += moved[a, s]
            if s == con:
                kind, code = 1, ci.con_code[i, b, a]
            else:
                kind, code = 2 if a == con else 0, ci.to_code[i, b, s]
            changes[kind, code] += moved[a, s]
            exposure[kind, code] += time
    moved[:, :] = 0.0
    spent[:] = 0.0


@njit(cache=True, nogil=True)
def fill_gap(slot, n, left, right, tolerance, p_ends, sub_day, sub_p, props):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Fill day offsets (1..n) and marginals inside a silent gap of n days; return how many; none where its ends agree.

    `slot` holds the gap's generator, `left` is alpha at the knot before, `right` the message on the gap's last day,
    `p_ends` (2, states) the marginals outside.
    """
    states = left.shape[0]
    apart = 0.0
    for s in range(states):
        apart = max(apart, abs(p_ends[0, s] - p_ends[1, s]))
    if apart <= tolerance and tolerance > 0.0:
        return 0
    pieces = n if tolerance <= 0.0 else min(n, 1 + int(apart / (10.0 * tolerance)))
    h = n // pieces
    pieces = n // h
    work = props.scratch[0]
    rest = props.power[find_propagator(slot, n - pieces * h, props)]
    for s in range(states):
        sub_p[pieces - 1, s] = 0.0
        for b in range(states):
            sub_p[pieces - 1, s] += rest[s, b] * right[b]
    hop = props.power[find_propagator(slot, h, props)]
    for m in range(pieces - 2, -1, -1):
        for s in range(states):
            sub_p[m, s] = 0.0
            for b in range(states):
                sub_p[m, s] += hop[s, b] * sub_p[m + 1, b]
    for s in range(states):
        work[0, s] = left[s]
    for m in range(pieces):
        sub_day[m] = (m + 1) * h
        norm = 0.0
        for s in range(states):
            work[1, s] = 0.0
            for a in range(states):
                work[1, s] += work[0, a] * hop[a, s]
        for s in range(states):
            work[0, s] = work[1, s]
            sub_p[m, s] = max(sub_p[m, s] * work[1, s], TINY)
            norm += sub_p[m, s]
        for s in range(states):
            sub_p[m, s] /= norm
    return pieces


@njit(cache=True, nogil=True)
def explain_jumps(ci, i, steps, jump_mass, kernel_mass):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Add to each jump row of place i the expected changes that it explains; `steps` (days, 2, states): into, out of."""
    for r in range(ci.jump_offsets[i], ci.jump_offsets[i + 1]):
        for o in range(ci.jump_length[r]):
            d = ci.jump_first[r] + o
            if d < 1 or d >= ci.days:
                continue
            x = ci.jump_odds[r] * ci.kernel[ci.jump_position[r] + o]
            mass = steps[d, ci.jump_kind[r], ci.jump_actor[r]] * x / (1.0 + x)
            jump_mass[r] += mass
            kernel_mass[ci.jump_position[r] + o] += mass


@njit(cache=True, nogil=True)
def emit_knot(d, p, place_start, tolerance, day_out, p_out, used):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Append a knot when it is the place's first or differs from the last; return the new number of knots."""
    states = p_out.shape[1]
    for s in range(states):
        p_out[used, s] = p[s]
        if p.shape[0] > states:
            p_out[used, s] += p[s + states]
    day_out[used] = d
    if used > place_start:
        apart = 0.0
        for s in range(states):
            apart = max(apart, abs(p_out[used, s] - p_out[used - 1, s]))
        if apart <= tolerance:
            return used
    return used + 1


@njit(cache=True, nogil=True)
def grow_knots(day_out, p_out, used):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Return the arrays of knots with twice their room, the first `used` rows kept."""
    room, states = 2 * day_out.shape[0], p_out.shape[1]
    grown_day, grown_p = np.zeros(room, np.int32), np.zeros((room, states))
    for k in range(used):
        grown_day[k] = day_out[k]
        for s in range(states):
            grown_p[k, s] = p_out[k, s]
    return grown_day, grown_p


@njit(cache=True, nogil=True)
def make_tallies(states, days, codes):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Return zeros for the expected changes, exposure (3, codes), flows, daily steps (days, 2, states) and days held."""
    return (
        np.zeros((3, codes)),
        np.zeros((3, codes)),
        np.zeros((states, states)),
        np.zeros((days, 2, states)),
        np.zeros(states),
    )


@njit(cache=True, nogil=True)
def collect_place(ci, i, knots, count, scratch, messages, buffers, tallies):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Fill the smoothed marginals `post` at the knots and add the expected changes and days at risk of place i."""
    alpha, gap, step, _, passed, like, bin_of = scratch
    beta, before, post, right, pair, moved, spent = messages
    active, _, _, _ = buffers
    steps = tallies[3]
    micro, states = alpha.shape[1], ci.prior.shape[1]
    field = np.int64(0)
    for k in range(count):
        norm = 0.0
        for s in range(micro):
            post[k, s] = max(alpha[k, s] * beta[k, s], TINY)
            norm += post[k, s]
        for s in range(micro):
            post[k, s] /= norm
        if k == 0:
            continue
        d, silent = knots[k], knots[k] - knots[k - 1] - 1
        if silent > 0:
            # the silent days before a knot are still in the field of the knot before them
            pair_masses(alpha[k - 1], gap[k], before[k], pair)
            for a in range(states):
                for s in range(states):
                    moved[a, s] += pair[a, s]
            for s in range(micro):
                spent[s] += silent * 0.5 * (post[k - 1, s] + post[k, s])
        if bin_of[d] != field:
            count_field(ci, i, field, moved, spent, tallies)
            field = bin_of[d]
        carry(alpha[k - 1], gap[k], silent > 0, passed)
        for s in range(micro):
            right[s] = like[k, s] * beta[k, s]
            spent[s] += post[k, s]
        pair_masses(passed, step[k], right, pair)
        for a in range(states):
            for s in range(states):
                moved[a, s] += pair[a, s]
        if active[d] > 1:
            steps[d, :, :] = 0.0
            for a in range(states):
                for s in range(states):
                    if a != s:
                        steps[d, 0, s] += pair[a, s]
                        steps[d, 1, a] += pair[a, s]
    count_field(ci, i, field, moved, spent, tallies)


@njit(cache=True, nogil=True)
def run_chain(ci, places):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Return the ChainOutput fields for the given place indices, in their order."""
    states, days = ci.prior.shape[1], ci.days
    micro = 2 * states if ci.settle_rate > 0.0 else states
    buffers = (np.zeros(days, np.int8), np.zeros((days, states)), np.zeros((days, states)), np.zeros((days, states)))
    active, took, lost, emit = buffers
    knots = np.zeros(days + 1, np.int32)
    large = np.zeros((2, days, micro, micro))
    one_day, passed = np.zeros((micro, micro)), np.zeros(micro)
    bin_of = np.arange(days) // ci.bin_days
    scratch = (np.zeros((days, micro)), large[0], large[1], one_day, passed, np.ones((days, micro)), bin_of)
    props = make_propagators(states, micro)
    messages = (
        np.zeros((days, micro)),
        np.zeros((days, micro)),
        np.zeros((days, micro)),
        np.zeros(micro),
        np.zeros((states, states)),
        np.zeros((states, states)),
        np.zeros(micro),
    )
    beta, before, post = messages[0], messages[1], messages[2]
    tallies = make_tallies(states, days, ci.rates.shape[1])
    sub_day, sub_p, ends = np.zeros(days, np.int32), np.zeros((days, micro)), np.zeros((2, micro))
    jump_mass, kernel_mass = np.zeros(ci.jump_odds.shape[0]), np.zeros(ci.kernel.shape[0])
    state_p = np.zeros(ci.state_log.shape)
    counts, total = np.zeros(places.shape[0], np.int64), np.zeros(places.shape[0])
    room = 16 * places.shape[0] + days + 1
    day_out, p_out = np.zeros(room, np.int32), np.zeros((room, states))
    used = np.int64(0)
    for n in range(places.shape[0]):
        i = places[n]
        if used + days + 1 > day_out.shape[0]:
            day_out, p_out = grow_knots(day_out, p_out, used)
        load_place(ci, i, took, lost, emit, active)
        count = list_knots(ci, i, active, knots)
        total[n] = forward(ci, i, knots, count, scratch, buffers, props)
        backward(knots, count, scratch, beta, before)
        collect_place(ci, i, knots, count, scratch, messages, buffers, tallies)
        start = used
        for k in range(count):
            silent = knots[k] - knots[k - 1] - 1 if k > 0 else 0
            if silent > 0:
                ends[0], ends[1] = post[k - 1], post[k]
                slot = find_generator(ci, i, bin_of[knots[k - 1]], props)
                found = fill_gap(slot, silent, scratch[0][k - 1], before[k], ci.tolerance, ends, sub_day, sub_p, props)
                for m in range(found):
                    used = emit_knot(
                        np.int64(knots[k - 1] + sub_day[m]), sub_p[m], start, ci.tolerance, day_out, p_out, used
                    )
            used = emit_knot(np.int64(knots[k]), post[k], start, ci.tolerance, day_out, p_out, used)
        for r in range(ci.state_offsets[i], ci.state_offsets[i + 1]):
            k = np.searchsorted(knots[:count], ci.state_day[r])
            for s in range(states):
                state_p[r, s] = post[k, s] + post[k, s + states] if micro > states else post[k, s]
        explain_jumps(ci, i, tallies[3], jump_mass, kernel_mass)
        clear_place(active, knots, count, took, lost, emit)
        counts[n] = used - start
    out = (counts, day_out[:used].copy(), p_out[:used].copy(), state_p, jump_mass, kernel_mass)
    return (*out, tallies[0], tallies[1], tallies[2], tallies[4], total)
