# ruff: noqa: ANN001, ANN201, PLR0913, PLR0917 - compiled kernels: Numba infers types, wants flat loops
"""The neighbours' belief as a coarse field: who surrounds a place, and who is surging there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["bin_posterior", "encode_field", "mix_neighbours", "nearest_neighbours", "spacing_km"]


_LEAST_KM = 0.5  # two places in one village are neighbours of a third, not a spacing
_ALONE_KM = 5.0  # of a study with fewer than two places that have coordinates


def spacing_km(xy: NDArray[np.float64]) -> float:
    """Return the median distance from a place to its nearest other, in km; `xy` (places, 2), NaN for no coordinates."""
    from scipy.spatial import cKDTree

    located = xy[np.isfinite(xy).all(axis=1)]
    if len(located) < 2:  # noqa: PLR2004 - a lone place has nobody beside it
        return _ALONE_KM
    return float(max(np.median(cKDTree(located).query(located, k=2)[0][:, 1]), _LEAST_KM))


def nearest_neighbours(
    xy: NDArray[np.float64], informed: NDArray[np.bool_], count: int, reach_km: float
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return for every place its nearest informed others (places, count), -1 where there is none, and weights exp(-d/reach).

    `xy` (places, 2) kilometres, NaN where a place has no coordinates (it then has no neighbours). Weights of a row sum
    to 1, to less where the nearest is far, to 0 without neighbours.
    """
    from scipy.spatial import cKDTree

    n = len(xy)
    index = np.full((n, max(count, 1)), -1, np.int32)
    weight = np.zeros((n, max(count, 1)), np.float32)
    located = np.isfinite(xy).all(axis=1)
    donors = np.flatnonzero(located & informed)
    takers = np.flatnonzero(located)
    if count == 0 or len(donors) < 2 or len(takers) == 0:  # noqa: PLR2004 - a lone place has nobody beside it
        return index, weight
    k = min(count + 1, len(donors))
    distance, found = cKDTree(xy[donors]).query(xy[takers], k=k)
    found = donors[found]
    other = found != takers[:, None]
    # a place is its own nearest donor: drop it, else the farthest
    drop = np.where(other.all(axis=1), k - 1, np.argmin(other, axis=1))
    rows = np.arange(len(takers))
    keep = np.ones_like(other)
    keep[rows, drop] = False
    found, distance = found[keep].reshape(len(takers), k - 1), distance[keep].reshape(len(takers), k - 1)
    w = np.exp(-(distance - distance[:, :1]) / reach_km)
    index[takers, : k - 1] = found
    # beyond three reaches the nearest neighbour is no neighbour any more: what is left open speaks for nobody
    near = np.exp(-np.maximum(distance[:, :1] - 3.0 * reach_km, 0.0) / (5.0 * reach_km))
    weight[takers, : k - 1] = near * w / w.sum(axis=1, keepdims=True)
    return index, weight


@njit(cache=True, nogil=True)
def bin_posterior(places, offsets, day, p, bin_days, days, out):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Write each place's mean posterior by bin into `out` (places, bins, states) float32; knots are those of `places`."""
    bins, states = out.shape[1], out.shape[2]
    for n in range(places.shape[0]):
        i = places[n]
        k, last = offsets[n], offsets[n + 1] - 1
        for b in range(bins):
            low, high = b * bin_days, min((b + 1) * bin_days, days)
            while k < last and day[k + 1] <= low:
                k += 1
            if k == last or day[k + 1] >= high:
                for s in range(states):
                    out[i, b, s] = p[k, s]
                continue
            for s in range(states):
                out[i, b, s] = 0.0
            d = low
            while d < high:
                while k < last and day[k + 1] <= d:
                    k += 1
                until = high
                if k < last and day[k + 1] < high:
                    until = day[k + 1]
                for s in range(states):
                    out[i, b, s] += p[k, s] * (until - d) / (high - low)
                d = until


@njit(cache=True, nogil=True)
def mix_neighbours(belief, recency, around, window, span, keep, places, field):  # type: ignore[no-untyped-def] # compiled
    """Blend what the neighbours with evidence of their own say into the field of the places.

    `belief` (places, bins, states); `recency` (places, bins); `around`: index and weight of the neighbours; `window` of bins
    (back, ahead) over which belief rises; only bins of `span` (first, end) are touched; `keep` is the share of the old field
    that stays. `field`: share (places, bins, states), the weighted belief; rise, of the same shape, its change over the
    window; open (places, bins), the weight of which nobody speaks.
    """
    index, weight = around
    share, rise, left = field
    (back, ahead), (first, end) = window, span
    _, bins, states = belief.shape
    new = np.float32(1.0) - keep
    said = np.empty(bins, np.float32)
    for n in range(places.shape[0]):
        i = places[n]
        for b in range(first, end):
            left[i, b] = left[i, b] * keep + new
            for s in range(states):
                share[i, b, s] *= keep
                rise[i, b, s] *= keep
        for j in range(index.shape[1]):
            other = index[i, j]
            if other < 0 or weight[i, j] <= 0.0:
                continue
            for b in range(first, end):
                said[b] = weight[i, j] * recency[other, b] * new
                left[i, b] -= said[b]
            for b in range(first, end):
                front, behind = min(b + ahead, bins - 1), max(b - back, 0)
                for s in range(states):
                    share[i, b, s] += said[b] * belief[other, b, s]
                    rise[i, b, s] += said[b] * (belief[other, front, s] - belief[other, behind, s])


@njit(cache=True, nogil=True)
def encode_field(field, quiet, table, edges, levels, places, codes):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Fill the rate codes, level * surges + surge, of changes to a state and away from one to contested.

    `quiet` (places, bins): the logarithm of the rate where nobody speaks, relative to a mixed neighbourhood; `table` that of
    the share factors; `edges` of shares and of surges; `levels` log-spaced, ascending. What the neighbours say and what is
    open are averaged by their weights.
    """
    share, rise, left = field
    share_edges, surge_edges = edges
    _, bins, states = share.shape
    surges, step, most = surge_edges.shape[0] + 1, levels[1] - levels[0], levels.shape[0] - 1
    for n in range(places.shape[0]):
        i = places[n]
        for b in range(bins):
            rest = min(max(left[i, b], np.float32(0.0)), np.float32(1.0))
            trust = np.float32(1.0) - rest
            for s in range(states):
                x, r = share[i, b, s] / max(trust, np.float32(1e-6)), rise[i, b, s]
                to, away, up, down = 0, 0, 0, 0
                for edge in share_edges:
                    to += x > edge
                    away += np.float32(1.0) - x > edge
                for edge in surge_edges:
                    up += r > edge
                    down += -r > edge
                base = rest * quiet[i, b] - levels[0]
                codes[0][i, b, s] = min(max(round((trust * table[to] + base) / step), 0), most) * surges + up
                codes[1][i, b, s] = min(max(round((trust * table[away] + base) / step), 0), most) * surges + down
