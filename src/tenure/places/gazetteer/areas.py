"""Admin polygons as rows of a gazetteer: a point inside, the radius of 80% of the polygon, the units above."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tenure.model import FeatureClass
from tenure.places.gazetteer.columns import NO_ROW, Columns, Entry, Licence
from tenure.places.gazetteer.compiled import FEATURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

    from tenure.model import Area

__all__ = ["LEVEL_OF", "add_areas", "spread_of"]

_CLASSES = (FeatureClass.COUNTRY, FeatureClass.GOVERNORATE, FeatureClass.DISTRICT, FeatureClass.SUBDISTRICT)
LEVEL_OF = {number: _CLASSES.index(feature) if feature in _CLASSES else 0 for number, feature in enumerate(FEATURES)}
"""Admin level by the number of a feature class; 0 for a country and for everything that is no unit."""

_GRID = 24
_KM_PER_DEGREE = 111.2


def spread_of(geometry: BaseGeometry) -> tuple[float, float, float]:
    """Return lon and lat of a point inside a polygon and the radius (km) that holds 80% of its area around that point."""
    import shapely

    point = geometry.centroid
    if not geometry.covers(point):
        point = geometry.representative_point()
    west, south, east, north = geometry.bounds
    x, y = np.meshgrid(np.linspace(west, east, _GRID), np.linspace(south, north, _GRID))
    inside = shapely.contains_xy(geometry, x.ravel(), y.ravel())
    scale = np.cos(np.radians(point.y))
    away = np.hypot((x.ravel()[inside] - point.x) * scale, y.ravel()[inside] - point.y) * _KM_PER_DEGREE
    if away.size:
        radius = float(np.quantile(away, 0.8))
    else:  # thinner than the grid: the radius of the box
        radius = float(np.hypot((east - west) * scale, north - south) * _KM_PER_DEGREE / 2)
    return float(point.x), float(point.y), radius


def add_areas(columns: Columns, areas: Sequence[Area]) -> dict[str, int]:
    """Append admin polygons, coarse levels first, and return their rows by area_id."""
    import shapely

    rows: dict[str, int] = {}
    for area in sorted(areas, key=lambda a: (a.level, a.area_id)):
        geometry = shapely.from_geojson(area.geometry)
        lon, lat, radius = spread_of(geometry)
        admins = [NO_ROW, NO_ROW, NO_ROW]
        above = rows.get(area.parent, NO_ROW) if area.parent else NO_ROW
        while above != NO_ROW:
            level = LEVEL_OF[columns.feature[above]]
            if not level:
                break
            admins[level - 1] = above
            above = columns.admin[level - 2][above] if level > 1 else NO_ROW
        row = columns.add(
            Entry(
                area.area_id,
                area.name,
                (lon, lat),
                _CLASSES[min(area.level, 3)],
                country=columns.country_number(area.country),
                source=columns.source_number(area.gazetteer, Licence("not stated", "the study's areas")),
                admins=(admins[0], admins[1], admins[2]),
                radius_km=radius,
                focus=2,
            )
        )
        columns.name_place(row, [area.name], 0)
        columns.name_place(row, list(area.alternate_names), 1)
        rows[area.area_id] = row
    return rows
