"""Neighbours among points: the Delaunay graph, also where points coincide or lie on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["delaunay_neighbours"]

_TRIANGLE = 3
_FLAT = 1e-9  # ratio of the extents under which points count as lying on one line


def delaunay_neighbours(x_km: ArrayLike, y_km: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the edges (edges, 2) of the Delaunay graph, each once, lower index first, and their length in km (edges,).

    Points with a missing coordinate (NaN) have no edge. Points that coincide form a chain of length 0 whose first member
    stands for them in the graph; points on one line are joined in their order. Fewer than two points give no edge.

    >>> edges, distance_km = delaunay_neighbours([0.0, 3.0, 0.0], [0.0, 0.0, 4.0])
    >>> edges.tolist(), distance_km.tolist()
    ([[0, 1], [0, 2], [1, 2]], [3.0, 4.0, 5.0])
    """
    points = np.column_stack((np.asarray(x_km, np.float64), np.asarray(y_km, np.float64)))
    located = np.flatnonzero(~np.isnan(points).any(axis=1))
    if len(located) < 2:  # noqa: PLR2004 - an edge has two ends
        return np.empty((0, 2), np.int64), np.empty(0)
    distinct, first, inverse = np.unique(points[located], axis=0, return_index=True, return_inverse=True)
    edges = [located[first[_edges_of(distinct)]], _chains(located, inverse.ravel())]
    pairs = np.sort(np.concatenate(edges), axis=1)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].astype(np.int64)
    return pairs, np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T)


def _edges_of(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the Delaunay edges of distinct points sorted by (x, y)."""
    from scipy.spatial import Delaunay

    count = len(points)
    spread = np.linalg.svd(points - points.mean(axis=0), compute_uv=False) if count >= _TRIANGLE else np.zeros(2)
    if count < _TRIANGLE or spread[1] <= _FLAT * spread[0]:
        order = np.arange(count)  # np.unique sorted them along the line already
        return np.column_stack((order[:-1], order[1:])).astype(np.int64)
    triangulation = Delaunay(points - points.mean(axis=0))
    sides = np.concatenate([triangulation.simplices[:, s] for s in ([0, 1], [1, 2], [0, 2])]).astype(np.int64)
    # Qhull leaves out points that it takes to lie on others within rounding: they hang on the vertex it names
    sides = np.concatenate((sides, triangulation.coplanar[:, [0, 2]].astype(np.int64)))
    unique: NDArray[np.int64] = np.unique(np.sort(sides, axis=1), axis=0)
    return unique


def _chains(located: NDArray[np.int64], group: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return edges between successive points that coincide."""
    order = np.lexsort((located, group))
    same = group[order][1:] == group[order][:-1]
    return np.column_stack((located[order[:-1][same]], located[order[1:][same]])).astype(np.int64)
