"""Geometry for the page and the pictures: parsed once, coarse enough to send, whole numbers that compress well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

__all__ = ["delta_line", "delta_lines", "delta_polygons", "parse", "simplified", "simplified_cover", "uniform"]

_SCALE = 10_000  # 1e-4 degrees, about 10 m: finer than any published place
_LINE_POINTS = 2
_RING_POINTS = 3


def parse(text: str) -> BaseGeometry:
    """Return the geometry of a GeoJSON text (WGS 84)."""
    import shapely

    shape: BaseGeometry = shapely.from_geojson(text)
    return shape


def simplified(shape: BaseGeometry, tolerance: float) -> BaseGeometry:
    """Return a geometry simplified to a tolerance in its own units; one that cannot be simplified as it is."""
    import shapely

    try:
        return shape.simplify(tolerance)
    except shapely.errors.GEOSException:
        return shape


def simplified_cover(shapes: NDArray[np.object_], tolerance: float, *, whole: bool = True) -> NDArray[np.object_]:
    """Return polygons that share borders simplified together, so that neighbours keep their common border.

    Where one of them cannot be simplified (a ring without ground), the two halves are taken on their own with their outer
    border as it is, and so on: at the end that one stays as it is, and nothing tears beside it. `whole` says that the
    outer border of all may be simplified too.
    """
    import numpy as np
    import shapely

    try:
        done: NDArray[np.object_] = shapely.coverage_simplify(shapes, tolerance, simplify_boundary=whole)
    except shapely.errors.GEOSException:
        if len(shapes) == 1:
            return shapes
        half = len(shapes) // 2
        parts = (simplified_cover(part, tolerance, whole=False) for part in (shapes[:half], shapes[half:]))
        return np.concatenate(list(parts))
    return done


def uniform(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return geometries of one kind: where single and multi parts of a kind are mixed, all are multi.

    A client that takes a layer's type from its first features then never meets another. Missing ones stay missing; kinds
    that differ otherwise (points beside polygons) stay as they are.
    """
    import numpy as np
    import shapely

    kinds = {int(k) for k in np.unique(shapely.get_type_id(shapes)) if k >= 0}
    for single, multi, join in (
        (3, 6, shapely.multipolygons),
        (1, 5, shapely.multilinestrings),
        (0, 4, shapely.multipoints),
    ):
        if kinds == {single, multi}:
            out = shapes.copy()
            alone = shapely.get_type_id(shapes) == single
            out[alone] = join(shapes[alone], indices=np.arange(int(alone.sum())))
            return out
    return shapes


def delta_line(points: Any, *, ring: bool) -> list[int]:  # noqa: ANN401 - anything that NumPy reads as (points, 2)
    """Return coordinates as whole 1e-4 degrees, each the step from the one before; a ring drops its closing point.

    >>> delta_line([[1.0, 2.0], [1.0, 2.5], [1.0, 2.0]], ring=False)
    [10000, 20000, 0, 5000, 0, -5000]
    """
    import numpy as np

    whole: NDArray[np.int64] = np.round(np.asarray(points, dtype=np.float64)[:, :2] * _SCALE).astype(np.int64)
    moved = np.concatenate([[True], (np.diff(whole, axis=0) != 0).any(axis=1)])
    whole = whole[moved]
    if ring and len(whole) > 1 and (whole[0] == whole[-1]).all():
        whole = whole[:-1]
    steps: list[int] = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel().tolist()
    return steps


def delta_polygons(shape: BaseGeometry) -> list[list[list[int]]]:
    """Return the polygon parts of a geometry as polygons of rings of steps; lines and points in it are left out."""
    out = []
    for part in _parts(shape, "Polygon"):
        rings = [delta_line(ring.coords, ring=True) for ring in (part.exterior, *part.interiors)]
        rings = [r for r in rings if len(r) >= 2 * _RING_POINTS]
        if rings:
            out.append(rings)
    return out


def delta_lines(shape: BaseGeometry) -> list[list[int]]:
    """Return the line parts of a geometry as lines of steps."""
    import shapely

    lines = _parts(shape, "LineString")
    merged = shapely.line_merge(shapely.multilinestrings(lines)) if lines else shapely.MultiLineString()
    steps = (delta_line(p.coords, ring=False) for p in _parts(merged, "LineString"))
    return [line for line in steps if len(line) >= 2 * _LINE_POINTS]


def _parts(shape: BaseGeometry, kind: str) -> Sequence[Any]:
    import shapely

    flat = list(shapely.get_parts(shape))
    while any(g.geom_type.startswith(("Multi", "GeometryColl")) for g in flat):
        flat = [p for g in flat for p in shapely.get_parts(g)]
    return [g for g in flat if g.geom_type == kind and not g.is_empty]
