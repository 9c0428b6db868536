# ruff: noqa: ANN001, ANN201, PLR0917 - compiled kernels: Numba infers types, wants flat loops
"""The neighbours' belief as a coarse field: who surrounds a place, and who is surging there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["add_agnostic", "bin_posterior", "encode_field", "find_unheard", "mix_neighbours", "nearest_neighbours"]


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


def find_unheard(index: NDArray[np.int32], weight: NDArray[np.float32], heard: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which neighbours, (places, count), nobody names although some place beside them is named.

    That nobody names them is no news that their old holder is still there, unless every change would have been told. A
    silent place with no place told of beside it, deep in the rear, is not meant. `heard` (places,).
    """
    told = np.append(heard, False)
    among = np.append((told[index] & (weight > 0)).any(axis=1), False)
    return np.asarray(~told[index] & among[index])


_AGNOSTIC = 0.3  # share whose rates hold among neighbours of whom nothing is known: those of a mixed neighbourhood
_ALONE = 0.3  # share that stands for the neighbours of a place that has none: the rates of a mixed neighbourhood


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


def add_agnostic(mixed: NDArray[np.float32], weight: NDArray[np.float32], places: NDArray[np.int64], keep: float) -> None:
    """Give every state its share of the neighbourhood weight that discounting left open."""
    total = weight[places].sum(axis=1)
    some = (total > 0) & (total < 0.999)  # noqa: PLR2004 - rounding of float32 weights
    left = (1.0 - keep) * _AGNOSTIC * (1.0 - total[some])
    mixed[places[some]] += left[:, None, None].astype(np.float32)


@njit(cache=True, nogil=True)
def mix_neighbours(binned, index, weight, keep, places, out):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Blend the weighted mean of the neighbours' binned posteriors (zero without any) into `out` (places, bins, states).

    `keep` is the share of the old value that stays; only `places` are touched.
    """
    # one flat row a place: the compiler makes vectors of it
    belief, field = binned.reshape(binned.shape[0], -1), out.reshape(out.shape[0], -1)
    for n in range(places.shape[0]):
        row = field[places[n]]
        for c in range(row.shape[0]):
            row[c] *= keep
        for j in range(index.shape[1]):
            other = index[places[n], j]
            if other < 0:
                continue
            w = weight[places[n], j] * (np.float32(1.0) - keep)
            told = belief[other]
            for c in range(row.shape[0]):
                row[c] += w * told[c]


@njit(cache=True, nogil=True)
def encode_field(mixed, share_edges, surge_edges, window, places, codes):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Fill the rate codes, share * surges + surge, from the field and its rise in a window of bins (back, ahead)."""
    _, bins, states = mixed.shape
    back, ahead = window
    cells = bins * states
    field = mixed.reshape(mixed.shape[0], cells)
    to_code, con_code = codes[0].reshape(-1, cells), codes[1].reshape(-1, cells)
    surges = np.int8(surge_edges.shape[0] + 1)
    share, away, rise = np.empty(cells), np.empty(cells), np.empty(cells)
    # cell by cell without branches, an edge at a time: the compiler makes vectors of it
    for n in range(places.shape[0]):
        i = places[n]
        row, to, con = field[i], to_code[i], con_code[i]
        for c in range(cells):
            share[c] = row[c]
            away[c] = 1.0 - share[c]
            to[c], con[c] = 0, 0
        for b in range(bins):
            if mixed[i, b].sum() == 0.0:
                share[b * states : (b + 1) * states] = _ALONE
                away[b * states : (b + 1) * states] = _ALONE
            front, behind = min(b + ahead, bins - 1) * states, max(b - back, 0) * states
            for s in range(states):
                rise[b * states + s] = row[front + s] - row[behind + s]
        for edge in share_edges:
            for c in range(cells):
                to[c] += surges if share[c] > edge else np.int8(0)
                con[c] += surges if away[c] > edge else np.int8(0)
        for edge in surge_edges:
            for c in range(cells):
                to[c] += np.int8(rise[c] > edge)
                con[c] += np.int8(-rise[c] > edge)
