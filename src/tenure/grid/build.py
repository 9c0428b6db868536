"""Places and an outline -> cells.

Rules. A located settlement, base, facility or hill owns the ground that is nearer to it than to any other (Voronoi), clipped
to the study area. Places that coincide part their cell. A place known only by its admin area owns ground only where that
area holds no located place: then the area is carved out for it (several such places part it in strips of equal size, marked
`from_area`). Other area-only places, and rivers, regions and admin units, own none: their control is told, and no ground is
made up for it. Ground farther than `populated_within_km` from its place is unpopulated: measured apart and held by nobody.
Neighbours are those whose cells meet inside the study area, also across unpopulated ground.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from tenure.grid.cells import Cells
from tenure.grid.clip import Clipper
from tenure.grid.outline import polygon_parts, project_outline, read_outline
from tenure.grid.projection import project
from tenure.grid.voronoi import spread_coincident, voronoi
from tenure.model import FeatureClass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from tenure.grid.projection import Projection
    from tenure.model import Area, Place

__all__ = ["POINT_FEATURES", "build_cells"]

POINT_FEATURES = frozenset({FeatureClass.SETTLEMENT, FeatureClass.BASE, FeatureClass.FACILITY, FeatureClass.MOUNTAIN})
"""What can own ground around its point."""

_TOUCH_KM = 1e-6  # a millimetre: lines nearer than that are one line
_CORNER_KM = 1e-4  # cells that meet along less than ten centimetres touch in a corner
_SNAP_KM = 1e-6  # union on a grid of a millimetre: without it the union of neighbours can lose slivers
_ARC_SEGMENTS = 16  # a quarter circle around a place, for `populated_within_km`


class _Ground:
    """Cells in the making: arrays over all places and lists of borders."""

    def __init__(self, places: Sequence[Place], outline: BaseGeometry, projection: Projection) -> None:
        count = len(places)
        self.places, self.outline, self.projection = tuple(places), outline, projection
        lon = np.array([np.nan if p.lon is None else p.lon for p in places], np.float64)
        lat = np.array([np.nan if p.lat is None else p.lat for p in places], np.float64)
        self.x_km, self.y_km = projection.forward(lon, lat)
        self.polygons = np.array([shapely.Polygon()] * count + [None], dtype=object)[:count]
        self.outside_km = np.zeros(count)
        self.from_area = np.zeros(count, np.bool_)
        self.clipped = np.ones(count, np.bool_)
        self.edges = np.empty((0, 2), np.int64)
        self.borders = np.empty(0, object)
        self.unpopulated: list[BaseGeometry] = []


def build_cells(
    places: Sequence[Place], areas: Sequence[Area], area: str, *, populated_within_km: float | None = None
) -> Cells:
    """Return the ground of every place inside the study area (GeoJSON text, degrees); the module's head gives the rules.

    The areas of the cells and `unpopulated_km2` add up to `study_area_km2`. No place at all leaves everything unpopulated.
    `populated_within_km` None gives all ground to some place. Raises InputError for an area that is no polygon.

    >>> from tenure.model import FeatureClass, Place
    >>> towns = [Place(str(i), str(i), (), 36.2 + i / 2, 35.5, FeatureClass.SETTLEMENT) for i in range(2)]
    >>> box = '{"type":"Polygon","coordinates":[[[36,35],[37,35],[37,36],[36,36],[36,35]]]}'
    >>> cells = build_cells(towns, (), box)
    >>> cells.area_km2.round().tolist(), cells.border_km.round().tolist()
    ([4530.0, 5536.0], [111.0])
    """
    degrees = read_outline(area)
    corners = shapely.get_coordinates(degrees)
    projection = project(corners[:, 0], corners[:, 1])
    ground = _Ground(places, project_outline(degrees, projection), projection)
    shapely.prepare(ground.outline)
    _give_voronoi(ground)
    _carve_areas(ground, {a.area_id: a for a in areas})
    if populated_within_km is not None:
        _leave_unpopulated(ground, populated_within_km)
    return _finish(ground)


def _finish(ground: _Ground) -> Cells:
    area_km2 = shapely.area(ground.polygons).astype(np.float64)
    border_km = shapely.length(ground.borders).astype(np.float64)
    kept = border_km > _CORNER_KM
    order = np.lexsort((ground.edges[kept, 1], ground.edges[kept, 0]))
    total = float(ground.outline.area)
    populated = bool((area_km2 > 0).any())
    empty = polygon_parts(shapely.union_all(ground.unpopulated, grid_size=_SNAP_KM)) if populated else ground.outline
    return Cells(
        places=ground.places,
        projection=ground.projection,
        x_km=ground.x_km,
        y_km=ground.y_km,
        polygons=ground.polygons,
        area_km2=area_km2,
        from_area=ground.from_area,
        clipped=ground.clipped,
        edges=ground.edges[kept][order],
        border_km=border_km[kept][order],
        borders=ground.borders[kept][order],
        outside_km=ground.outside_km,
        study_area=ground.outline,
        study_area_km2=total,
        unpopulated=empty,
        unpopulated_km2=max(total - float(area_km2.sum()), 0.0) if ground.unpopulated or not populated else 0.0,
    )


def _give_voronoi(ground: _Ground) -> None:
    points = np.array([p.feature in POINT_FEATURES for p in ground.places], np.bool_)
    owners = np.flatnonzero(points & np.isfinite(ground.x_km) & np.isfinite(ground.y_km))
    if not len(owners):
        return
    sites = spread_coincident(np.column_stack((ground.x_km[owners], ground.y_km[owners])))
    diagram = voronoi(sites, ground.outline.bounds)
    clipper = Clipper.of(ground.outline)
    ground.polygons[owners] = clipper.clip(diagram.polygons)
    ground.clipped[owners] = ground.polygons[owners] != diagram.polygons
    near = shapely.intersects(ground.outline, diagram.segments)
    ground.edges = owners[diagram.pairs[near]]
    ground.borders = clipper.clip(diagram.segments[near])
    ground.outside_km[owners] = _along_outside(diagram.polygons, ground.outline)


def _along_outside(shapes: NDArray[np.object_], outline: BaseGeometry) -> NDArray[np.float64]:
    """Return the length in km of the outline's outer rings that lies inside each shape, (shapes,)."""
    rings = shapely.get_exterior_ring(shapely.get_parts(outline))
    coordinates = [shapely.get_coordinates(r) for r in rings]
    pairs = np.concatenate([np.stack((c[:-1], c[1:]), axis=1) for c in coordinates])
    segments = np.asarray(shapely.linestrings(pairs), dtype=object)
    part, shape = shapely.STRtree(shapes).query(segments, predicate="intersects")
    lengths = shapely.length(shapely.intersection(segments[part], shapes[shape]))
    return np.bincount(shape, lengths, minlength=len(shapes)).astype(np.float64)


def _carve_areas(ground: _Ground, areas: dict[str, Area]) -> None:
    """Give the admin polygons that hold no located place to the area-only places inside them."""
    waiting: dict[str, list[int]] = {}
    for i, place in enumerate(ground.places):
        if place.lon is None and place.area_id in areas:
            waiting.setdefault(str(place.area_id), []).append(i)
    located = np.flatnonzero(~shapely.is_empty(ground.polygons))
    points = shapely.points(ground.x_km[located], ground.y_km[located])
    for area_id in sorted(waiting):
        outline = read_outline(areas[area_id].geometry, what=f"area {area_id}")
        polygon = _cut(shapely.intersection, project_outline(outline, ground.projection), ground.outline)
        shapely.prepare(polygon)
        taken = ground.from_area & shapely.intersects(polygon, ground.polygons)
        if taken.any():  # areas of two levels may overlap: what is carved stays carved
            polygon = _cut(shapely.difference, polygon, shapely.union_all(ground.polygons[taken], grid_size=_SNAP_KM))
        if polygon.is_empty or shapely.intersects(polygon, points).any():
            continue
        for owner, strip in zip(waiting[area_id], _strips(polygon, len(waiting[area_id])), strict=True):
            _carve(ground, owner, strip)


def _cut(operation: Callable[..., Any], one: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    """Return the polygons of an overlay on a grid of a millimetre: outlines that nearly coincide leave no slivers."""
    return polygon_parts(operation(one, other, grid_size=_SNAP_KM))


def _strips(polygon: BaseGeometry, count: int) -> list[BaseGeometry]:
    """Cut a polygon from west to east into strips of equal area."""
    west, south, east, north = polygon.bounds
    strips, left = [], west
    for i in range(count):
        low, high = left, east
        for _ in range(60 if i < count - 1 else 0):  # bisection to double precision
            middle = (low + high) / 2
            part = shapely.intersection(polygon, shapely.box(west, south, middle, north)).area
            low, high = (middle, high) if part < polygon.area * (i + 1) / count else (low, middle)
        strips.append(_cut(shapely.intersection, polygon, shapely.box(left, south, high, north)))
        left = high
    return strips


def _carve(ground: _Ground, owner: int, polygon: BaseGeometry) -> None:
    """Take a polygon from the cells that it covers, and record where it meets them."""
    if polygon.is_empty:
        return
    hit = np.flatnonzero(shapely.intersects(polygon, ground.polygons))
    rim = shapely.difference(polygon.boundary, shapely.buffer(ground.outline.boundary, _TOUCH_KM))
    for index in hit:
        ground.polygons[index] = _cut(shapely.difference, ground.polygons[index], polygon)
        ground.clipped[index] = True
    meet = shapely.intersection(rim, shapely.buffer(ground.polygons[hit], _TOUCH_KM))
    if len(ground.borders):
        # with a millimetre's margin: older borders along the new ground's own boundary are gone too
        ground.borders = shapely.difference(ground.borders, shapely.buffer(polygon, _TOUCH_KM))
    ground.polygons[owner] = polygon
    ground.from_area[owner] = True
    ground.edges = np.concatenate((ground.edges, np.sort(np.column_stack((np.full(len(hit), owner), hit)), axis=1)))
    ground.borders = np.concatenate((ground.borders, meet))
    touching = hit[ground.outside_km[hit] > 0]
    ground.outside_km[touching] = _along_outside(shapely.buffer(ground.polygons[touching], _CORNER_KM), ground.outline)
    ground.outside_km[owner] = _along_outside(shapely.buffer(np.array([polygon], object), _CORNER_KM), ground.outline)[0]


def _leave_unpopulated(ground: _Ground, within_km: float) -> None:
    """Cut the ground beyond `within_km` of its place off the Voronoi cells."""
    far = np.flatnonzero(~ground.from_area & ~shapely.is_empty(ground.polygons))
    points = shapely.points(np.column_stack((ground.x_km[far], ground.y_km[far])))
    discs = np.asarray(shapely.buffer(points, within_km, quad_segs=_ARC_SEGMENTS), dtype=object)
    beyond = far[~shapely.covers(discs, ground.polygons[far])]
    discs = discs[np.searchsorted(far, beyond)]
    ground.unpopulated += list(shapely.difference(ground.polygons[beyond], discs))
    ground.polygons[beyond] = [polygon_parts(p) for p in shapely.intersection(ground.polygons[beyond], discs)]
    ground.clipped[beyond] = True
