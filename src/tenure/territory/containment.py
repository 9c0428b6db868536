"""Where a claim lies: the probability that its place is inside a polygon, and the polygon that an area claim speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import shapely

from tenure.grid import project_geojson
from tenure.model import PlacementStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from tenure.config import Study
    from tenure.grid import Projection
    from tenure.model import Placement

__all__ = ["Outlines", "p_inside", "placements_of"]

_RINGS, _SPOKES = 16, 32
_R80 = float(np.sqrt(-2 * np.log(0.2)))  # radius, in standard deviations, of the disc that holds 0.8 of a round normal


@cache
def _disc() -> tuple[np.ndarray, np.ndarray]:
    """Return unit offsets (x, y) of equal probability under a round normal whose 80% disc has radius 1."""
    quantile = (np.arange(_RINGS) + 0.5) / _RINGS
    radius = np.sqrt(-2 * np.log(1 - quantile)) / _R80
    angle = 2 * np.pi * (np.arange(_SPOKES) + 0.5) / _SPOKES
    return np.outer(radius, np.cos(angle)).ravel(), np.outer(radius, np.sin(angle)).ravel()


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """The study's admin polygons in kilometres, by area id and by the id of the place that stands for the area."""

    projection: Projection
    polygons: Mapping[str, BaseGeometry]
    points: Mapping[str, tuple[float, float]]

    @classmethod
    def of(cls, study: Study, projection: Projection) -> Outlines:
        """Return the outlines of a study."""
        by_id = {a.area_id: project_geojson(a.geometry, projection, what=f"area {a.area_id}") for a in study.areas}
        polygons = dict(by_id)
        points = {}
        for place in study.places:
            if place.lon is not None and place.lat is not None:
                points[place.place_id] = (place.lon, place.lat)
            elif place.area_id in by_id:
                polygons.setdefault(place.place_id, by_id[str(place.area_id)])
        return cls(projection, polygons, points)

    def polygon(self, placement: Placement) -> BaseGeometry | None:
        """Return the polygon of an area placement, None when it is no area of the study."""
        return self.polygons.get(placement.place_id or "")


def placements_of(placements: Sequence[Placement]) -> dict[str, tuple[Placement, ...]]:
    """Return the placements by claim id, in their order; those of no claim are left out."""
    out: dict[str, list[Placement]] = {}
    for placement in placements:
        if placement.claim_id is not None:
            out.setdefault(placement.claim_id, []).append(placement)
    return {claim_id: tuple(found) for claim_id, found in out.items()}


def p_inside(placement: Placement, zone: BaseGeometry, outlines: Outlines) -> float:
    """Return the probability that the place meant lies inside a polygon (kilometres of the outlines' projection).

    An area counts by the share of its ground inside. A point is a round normal whose 80% disc is the placement's radius;
    where several candidates were left, each counts with its probability. 0 for an unresolved placement.
    """
    if placement.status is PlacementStatus.UNRESOLVED:
        return 0.0
    polygon = outlines.polygon(placement) if placement.status is PlacementStatus.AREA else None
    if polygon is not None and polygon.area > 0:
        return float(shapely.area(shapely.intersection(polygon, zone)) / polygon.area)
    if placement.lon is None or placement.lat is None:
        return 0.0
    own = _share(placement.lon, placement.lat, placement.radius_km or 0.0, zone, outlines.projection)
    total = placement.p * own
    for other in placement.candidates:
        if other.place_id != placement.place_id and other.place_id in outlines.points:
            lon, lat = outlines.points[other.place_id]
            total += other.p * _share(lon, lat, 0.0, zone, outlines.projection)
    return min(float(total), 1.0)


def _share(lon: float, lat: float, radius_km: float, zone: BaseGeometry, projection: Projection) -> float:
    x_km, y_km = projection.forward([lon], [lat])
    if radius_km <= 0:
        return float(shapely.intersects_xy(zone, x_km[0], y_km[0]))
    across, up = _disc()
    return float(np.mean(shapely.intersects_xy(zone, x_km[0] + radius_km * across, y_km[0] + radius_km * up)))
