"""Voronoi cells of distinct sites, whole (not yet clipped), with the border between every two of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Diagram", "spread_coincident", "voronoi"]

_FRAME_SITES = 8
_FRAME = 4.0  # radius of the frame in extents: its cells then never reach the study area
_SPLIT_KM = 0.01  # coinciding sites part their ground as if they stood ten metres around their point


@dataclass(frozen=True, slots=True, eq=False)
class Diagram:
    """`polygons` (sites,) convex; `pairs` (ridges, 2) int64 lower first; `segments` (ridges,) LineStrings."""

    polygons: NDArray[np.object_]
    pairs: NDArray[np.int64]
    segments: NDArray[np.object_]


def spread_coincident(sites: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return sites (sites, 2) in km with coinciding ones moved apart on a small circle, in their order.

    The circle is ten metres wide, or a third of the way to the nearest other site if that is less.
    """
    points, inverse, counts = np.unique(sites[:, 0] + 1j * sites[:, 1], return_inverse=True, return_counts=True)
    distinct = np.column_stack((points.real, points.imag))
    crowded = np.flatnonzero(counts > 1)
    if not len(crowded):
        return sites
    from scipy.spatial import cKDTree

    radius = np.full(len(distinct), _SPLIT_KM)
    if len(distinct) > 1:
        radius = np.minimum(radius, cKDTree(distinct).query(distinct, k=2)[0][:, 1] / 3)
    out = sites.copy()
    for point in crowded:
        members = np.flatnonzero(inverse == point)
        angle = 2 * np.pi * np.arange(len(members)) / len(members)
        out[members] += radius[point] * np.column_stack((np.cos(angle), np.sin(angle)))
    return out


def voronoi(sites: NDArray[np.float64], bounds: tuple[float, float, float, float]) -> Diagram:
    """Return the Voronoi diagram of distinct sites (sites, 2), each cell covering its ground at least within `bounds`."""
    from scipy.spatial import Voronoi

    count = len(sites)
    low = np.minimum(sites.min(axis=0), bounds[:2])
    high = np.maximum(sites.max(axis=0), bounds[2:])
    middle, extent = (low + high) / 2, max(float(np.hypot(*(high - low))), 1.0)
    angle = 2 * np.pi * (np.arange(_FRAME_SITES) + 0.5) / _FRAME_SITES
    frame = _FRAME * extent * np.column_stack((np.cos(angle), np.sin(angle)))
    diagram = Voronoi(np.concatenate((sites - middle, frame)))
    points = np.asarray(diagram.ridge_points, np.int64)
    ends = np.asarray(diagram.ridge_vertices, np.int64)
    real = (points < count).any(axis=1)
    points, ends, vertices = points[real], ends[real], diagram.vertices + middle
    polygons = _polygons(count, points, ends, vertices, sites)
    inner = (points < count).all(axis=1) & (ends[:, 0] != ends[:, 1])
    pairs = np.sort(points[inner], axis=1)
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    return Diagram(polygons, pairs[order], shapely.linestrings(vertices[ends[inner][order]]))


def _polygons(
    count: int, points: NDArray[np.int64], ends: NDArray[np.int64], vertices: NDArray[np.float64], sites: NDArray[np.float64]
) -> NDArray[np.object_]:
    """Return the convex polygon of every site from the ridges around it."""
    owner = np.repeat(points.T.ravel(), 2)
    vertex = np.tile(ends, (2, 1)).ravel()
    mine = owner < count
    corners = np.sort(owner[mine] * len(vertices) + vertex[mine])
    owner, vertex = np.divmod(corners[np.diff(corners, prepend=-1) > 0], len(vertices))
    away = vertices[vertex] - sites[owner]
    order = np.lexsort((np.arctan2(away[:, 1], away[:, 0]), owner))
    rings = shapely.linearrings(vertices[vertex[order]], indices=owner[order])
    return np.asarray(shapely.polygons(rings), dtype=object)
