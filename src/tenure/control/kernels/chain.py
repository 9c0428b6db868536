# ruff: noqa: ANN001, ANN201, C901, PLR0912, PLR0917 - compiled kernels: Numba infers types, wants flat loops
"""The continuous-time chain of one place: its generator, its evidence by day, and the days where anything happens.

Rules of this file
 1. The chain lives in continuous time with generator Q; it is observed at whole days. Q is constant over a stretch of field
    bins with equal codes, so a silent gap of n days costs one matrix exponential exp(nQ), not n steps.
 2. State evidence multiplies the states of one day. Jump evidence multiplies the off-diagonal entries of the one-day matrix
    of every day of its window: a change into (took) or out of (lost) an actor on that day explains the claim.
 3. A knot stands on day 0, on every day with evidence, and where Q changes; a gap whose two ends differ is subdivided.
 4. Places are independent given the field, are visited in order, and all sums run in that order: same input, same bits.
 5. A state is held ``fresh`` right after a change and settles at a constant rate; a fresh state hardly changes, and no
    report speaks for its changing. So one report cannot be explained twice by going to and fro within its window.
    Micro-states: settled 0..K-1, fresh K..2K-1.
 6. Vectors are rescaled at every knot; log factors are clipped to +-CLIP. No input gives NaN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "TINY",
    "ChainInput",
    "ChainOutput",
    "build_generator",
    "clear_place",
    "list_knots",
    "load_place",
    "matrix_exponential",
    "step_matrix",
]

CLIP = 60.0  # e^60 dwarfs any prior odds that double precision can hold beside it
_TAYLOR = 11  # terms of exp at norm 1/4: remainder 4^-12 / 12! < 1e-16
TINY = 1e-300


class ChainInput(NamedTuple):
    """Evidence, field and rates of all places, in the layout of the kernel; days are numbers from the study's start.

    `prior` (places, states); `state_*` by place through `state_offsets` (places + 1,): day, log-likelihood (rows, states);
    `jump_*` by place through `jump_offsets`: first day of the window, length, kind (0 took, 1 lost), actor, position in
    `kernel`, odds: the factor of day d is 1 + odds * kernel[position + d - first]; `to_code`, `con_code` (places, bins,
    states) int8: rate code of a change to an actor and of a change from it to contested; `rates` (3, codes) a day: actor
    to actor, actor to contested, contested to actor; `silence` (states, states) the probability that nobody reports such a
    change (each report then multiplies): it scales the rates; `drain` (states,) reports a day that the state would bring
    beyond the others: days without any cost it so much; `settle_rate` a day from fresh to settled (0: no fresh states),
    `fresh_factor` of the rates while fresh; `from_contested` the share of a report's odds that a change out of contested
    (into it, for a loss) has; `stay_cost` 1 is the exact law, in which a day without a change costs the whole
    rate of changes, told of or not; at 0 it costs the rate of those that nobody would tell of.
    """

    days: int
    bin_days: int
    prior: NDArray[np.float64]
    state_offsets: NDArray[np.int64]
    state_day: NDArray[np.int32]
    state_log: NDArray[np.float64]
    jump_offsets: NDArray[np.int64]
    jump_first: NDArray[np.int32]
    jump_length: NDArray[np.int32]
    jump_kind: NDArray[np.int8]
    jump_actor: NDArray[np.int16]
    jump_position: NDArray[np.int64]
    jump_odds: NDArray[np.float64]
    kernel: NDArray[np.float64]
    to_code: NDArray[np.int8]
    con_code: NDArray[np.int8]
    rates: NDArray[np.float64]
    silence: NDArray[np.float64]
    tolerance: float
    drain: NDArray[np.float64]
    settle_rate: float
    fresh_factor: float
    stay_cost: float
    from_contested: float


class ChainOutput(NamedTuple):
    """Smoothed marginals at knots, and the expected counts that the next M-step needs.

    `counts` (places,) knots of each place visited; `day` (knots,), `p` (knots, states);
    `state_p` (state rows, states) marginals on the day of each state row; `jump_mass` (jump rows,) expected number of
    changes that each jump row explains; `kernel_mass` (kernel entries,) the same by kernel entry; `changes`, `exposure`
    (3, codes) expected changes and days at risk; `flows` (states, states) expected changes from row to column; `held_days`
    (states,) expected place-days; `log_likelihood` (places,).
    """

    counts: NDArray[np.int64]
    day: NDArray[np.int32]
    p: NDArray[np.float64]
    state_p: NDArray[np.float64]
    jump_mass: NDArray[np.float64]
    kernel_mass: NDArray[np.float64]
    changes: NDArray[np.float64]
    exposure: NDArray[np.float64]
    flows: NDArray[np.float64]
    held_days: NDArray[np.float64]
    log_likelihood: NDArray[np.float64]


@njit(cache=True, nogil=True)
def build_generator(ci, i, b, out):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Fill `out` (micro-states squared) with the generator of place i in field bin b; the last base state is contested."""
    states = ci.prior.shape[1]
    con = states - 1
    out[:, :] = 0.0
    for m in range(out.shape[0]):
        a = m % states
        total = 0.0
        for s in range(states):
            if a == s:
                continue
            if s == con:
                rate = ci.rates[1, ci.con_code[i, b, a]]
            elif a == con:
                rate = ci.rates[2, ci.to_code[i, b, s]]
            else:
                rate = ci.rates[0, ci.to_code[i, b, s]]
            if m >= states:
                rate *= ci.fresh_factor
            out[m, s + out.shape[0] - states] = rate * ci.silence[a, s]
            total += rate * (ci.stay_cost + (1.0 - ci.stay_cost) * ci.silence[a, s])
        if m >= states:
            out[m, a] = ci.settle_rate
            total += ci.settle_rate
        out[m, m] = -total - ci.drain[a]


@njit(cache=True, nogil=True)
def matrix_exponential(generator, span, out, work, power):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Fill `out` with exp(span * generator) by scaling and squaring; `work` and `power` are scratch of the same shape."""
    states = generator.shape[0]
    if span == 0.0:
        for a in range(states):
            for b in range(states):
                out[a, b] = 1.0 if a == b else 0.0
        return
    norm = 0.0
    for a in range(states):
        norm = max(norm, 2.0 * abs(generator[a, a]) * span)
    squarings = 0
    while norm > 0.25:  # noqa: PLR2004 - Taylor radius, see _TAYLOR
        norm *= 0.5
        squarings += 1
    scale = span / 2.0**squarings
    for a in range(states):
        for b in range(states):
            out[a, b] = 1.0 if a == b else 0.0
            power[a, b] = out[a, b]
    for term in range(1, _TAYLOR + 1):
        largest = 0.0
        for a in range(states):
            for b in range(states):
                total = 0.0
                for c in range(states):
                    total += power[a, c] * generator[c, b]
                work[a, b] = total * scale / term
                largest = max(largest, abs(work[a, b]))
        for a in range(states):
            for b in range(states):
                power[a, b] = work[a, b]
                out[a, b] += work[a, b]
        if largest < 1e-17:  # noqa: PLR2004 - below the last bit of 1
            break
    for _ in range(squarings):
        for a in range(states):
            for b in range(states):
                total = 0.0
                for c in range(states):
                    total += out[a, c] * out[c, b]
                work[a, b] = total
        for a in range(states):
            for b in range(states):
                out[a, b] = work[a, b]
    for a in range(states):
        for b in range(states):
            out[a, b] = max(out[a, b], 0.0)


@njit(cache=True, nogil=True)
def load_place(ci, i, took, lost, emit, active):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Add place i's log factors to the day buffers (days, states) and mark its active days (2 with jump evidence)."""
    days = ci.days
    for r in range(ci.state_offsets[i], ci.state_offsets[i + 1]):
        d = ci.state_day[r]
        active[d] = max(active[d], 1)
        for s in range(emit.shape[1]):
            emit[d, s] = min(max(emit[d, s] + ci.state_log[r, s], -CLIP), CLIP)
    for r in range(ci.jump_offsets[i], ci.jump_offsets[i + 1]):
        first = ci.jump_first[r]
        actor = ci.jump_actor[r]
        for o in range(ci.jump_length[r]):
            d = first + o
            if d < 1 or d >= days:
                continue
            factor = np.log1p(ci.jump_odds[r] * ci.kernel[ci.jump_position[r] + o])
            active[d] = 2
            if ci.jump_kind[r] == 0:
                took[d, actor] = min(max(took[d, actor] + factor, -CLIP), CLIP)
            else:
                lost[d, actor] = min(max(lost[d, actor] + factor, -CLIP), CLIP)


@njit(cache=True, nogil=True)
def list_knots(ci, i, active, knots):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Fill `knots` with place i's knot days in order and return their number: day 0, active days, changes of the field."""
    bins = ci.to_code.shape[1]
    count = 0
    for b in range(bins):
        first = b * ci.bin_days
        new = b == 0
        if b > 0:
            for s in range(ci.to_code.shape[2]):
                if ci.to_code[i, b, s] != ci.to_code[i, b - 1, s] or ci.con_code[i, b, s] != ci.con_code[i, b - 1, s]:
                    new = True
                    break
        for d in range(first, min(first + ci.bin_days, ci.days)):
            if active[d] > 0 or (new and d == first):
                knots[count] = d
                count += 1
    if knots[count - 1] != ci.days - 1:
        knots[count] = ci.days - 1
        count += 1
    return count


@njit(cache=True, nogil=True)
def clear_place(active, knots, count, took, lost, emit):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Zero the buffers at the days that were used."""
    for k in range(count):
        d = knots[k]
        if active[d] > 0:
            took[d, :] = 0.0
            lost[d, :] = 0.0
            emit[d, :] = 0.0
            active[d] = 0


@njit(cache=True, nogil=True)
def step_matrix(one_day, active, d, jumps, share, out):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Fill `out` with the weights of the change into day d: the one-day matrix, its off-diagonal times the jump factors.

    `jumps`: log factors of changes into and out of each actor, (days, states) each. What has just changed is fresh: no
    report is explained by its changing again at once. Contested ground is settled at a higher rate than ground changes
    hands, so a report's odds are lower there by `share`.
    """
    took, lost = jumps
    micro, states = out.shape[0], took.shape[1]
    for a in range(micro):
        for b in range(micro):
            out[a, b] = one_day[a, b]
    if active[d] < 2:  # noqa: PLR2004 - mark of jump evidence
        return
    # an exponential a state and direction, not one an entry
    for s in range(states):
        if took[d, s] == 0.0 and lost[d, s] == 0.0:
            continue
        into, out_of = np.exp(took[d, s]), np.exp(lost[d, s])
        for a in range(states):
            if a == s:
                continue
            gain, loss = into, out_of
            if a == states - 1:
                gain, loss = 1.0 + (into - 1.0) * share, 1.0 + (out_of - 1.0) * share
            for n in range(s, micro, states):
                out[a, n] *= gain
            for n in range(a, micro, states):
                out[s, n] *= loss
