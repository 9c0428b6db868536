"""The cells: which ground belongs to which place, and across how long a border it meets its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from tenure.grid.outline import polygon_parts, project_geojson, to_geojson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from tenure.grid.projection import Projection
    from tenure.model import Place

__all__ = ["Cells"]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Disjoint ground of places that fills the study area, together with `unpopulated`.

    Geometries are shapely, in kilometres of `projection`. Shapes: `x_km`, `y_km`, `area_km2`, `outside_km`, `polygons`
    (places,); a place without ground has area 0 and an empty polygon; without coordinates its x_km and y_km are NaN. `edges`
    (edges, 2) int64 are pairs of places, lower index first, whose ground meets along `border_km` (edges,) inside the study
    area, and `borders` (edges,) are these lines. `outside_km` is the length along the outer boundary of the study area (the
    boundary of a hole is no way out). `from_area` (places,) bool marks ground that is an admin polygon and no Voronoi cell;
    `clipped` (places,) bool what is not a whole Voronoi cell.
    """

    places: tuple[Place, ...]
    projection: Projection
    x_km: NDArray[np.float64]
    y_km: NDArray[np.float64]
    polygons: NDArray[np.object_]
    area_km2: NDArray[np.float64]
    from_area: NDArray[np.bool_]
    clipped: NDArray[np.bool_]
    edges: NDArray[np.int64]
    border_km: NDArray[np.float64]
    borders: NDArray[np.object_]
    outside_km: NDArray[np.float64]
    study_area: BaseGeometry
    study_area_km2: float
    unpopulated: BaseGeometry
    unpopulated_km2: float

    @property
    def place_ids(self) -> tuple[str, ...]:
        """Ids of the places, in order."""
        return tuple(p.place_id for p in self.places)

    def align(self, place_ids: Sequence[str]) -> NDArray[np.int64]:
        """Return for every cell the index of its place in `place_ids`, -1 where it is not among them, (places,)."""
        where = {place_id: i for i, place_id in enumerate(place_ids)}
        return np.array([where.get(p.place_id, -1) for p in self.places], np.int64)

    def ground_in(self, geojson: str, *, what: str = "polygon") -> NDArray[np.float64]:
        """Return the km2 of every cell that lie inside a GeoJSON polygon, (places,); raises InputError for a bad polygon."""
        polygon = project_geojson(geojson, self.projection, what=what)
        shapely.prepare(polygon)
        out = np.zeros(len(self.places))
        near = np.flatnonzero(shapely.intersects(polygon, self.polygons))
        whole = near[shapely.covers(polygon, self.polygons[near])]
        out[whole] = self.area_km2[whole]
        cut = np.setdiff1d(near, whole)
        out[cut] = shapely.area(shapely.intersection(polygon, self.polygons[cut]))
        return out

    def within(self, geojson: str, *, what: str = "polygon") -> NDArray[np.bool_]:
        """Return which located places lie inside a GeoJSON polygon, (places,); places without coordinates do not."""
        polygon = project_geojson(geojson, self.projection, what=what)
        shapely.prepare(polygon)
        located = np.isfinite(self.x_km)
        out = np.zeros(len(self.places), np.bool_)
        out[located] = shapely.intersects_xy(polygon, self.x_km[located], self.y_km[located])
        return out

    def union(self, members: NDArray[np.bool_] | NDArray[np.int64]) -> BaseGeometry:
        """Return the joint ground of some places in kilometres; no place gives an empty polygon."""
        polygons, clipped = self.polygons[members], self.clipped[members]
        joined = shapely.coverage_union_all(polygons[~clipped]) if not clipped.all() else shapely.Polygon()
        if clipped.any():
            # whole cells share their corners exactly, clipped ones only up to rounding: snap those to a millimetre
            joined = shapely.union_all([joined, *polygons[clipped]], grid_size=1e-6)
        return polygon_parts(joined)

    def geojson_of(self, members: NDArray[np.bool_] | NDArray[np.int64]) -> str:
        """Return the joint ground of some places as GeoJSON geometry text in degrees."""
        return to_geojson(self.union(members), self.projection)
