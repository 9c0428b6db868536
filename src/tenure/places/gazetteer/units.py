"""Who lies in what: the admin units of a study's places, by their area, their columns, or the polygon round their point."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from tenure.model import FeatureClass, unit_id
from tenure.places.gazetteer.columns import NO_ROW, Columns, Entry
from tenure.places.gazetteer.names import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenure.model import Area, Place

__all__ = ["Units", "points_of_units"]

_CLASSES = (FeatureClass.GOVERNORATE, FeatureClass.DISTRICT, FeatureClass.SUBDISTRICT)
_KM_PER_DEGREE = 111.2
_LEAST_RADIUS_KM = 5.0


class Units:
    """The admin units that a study knows: its polygons, and units that only columns of places name (made when needed)."""

    def __init__(self, columns: Columns, areas: Sequence[Area], rows: Mapping[str, int]) -> None:
        """Index the polygons by level and name, and for points."""
        import shapely

        self.columns = columns
        self.rows = rows
        self.made: list[int] = []
        self._by_path: dict[tuple[int, int, str], int] = {}
        self._polygons = [area for area in areas if 1 <= area.level <= len(_CLASSES)]
        self._tree = shapely.STRtree([shapely.from_geojson(area.geometry) for area in self._polygons])
        for area in self._polygons:
            row = rows[area.area_id]
            above = columns.admin[area.level - 2][row] if area.level > 1 else NO_ROW
            for name in (area.name, *area.alternate_names):
                self._by_path.setdefault((area.level, above, normalise(name)), row)

    def of(self, place: Place) -> tuple[int, int, int]:
        """Return the rows of a place's units, coarse to fine; -1 where unknown."""
        found = self._by_area(place)
        if place.lon is not None and place.lat is not None and NO_ROW in found:
            found = [a if a != NO_ROW else b for a, b in zip(found, self.at(place.lon, place.lat), strict=True)]
        for level, name in enumerate((place.admin1, place.admin2, place.admin3), start=1):
            if name and found[level - 1] == NO_ROW:
                found[level - 1] = self._named(level, name, found, place)
        return found[0], found[1], found[2]

    def _by_area(self, place: Place) -> list[int]:
        found = [NO_ROW] * len(_CLASSES)
        row = self.rows.get(place.area_id, NO_ROW) if place.area_id else NO_ROW
        if row != NO_ROW:
            found = [column[row] for column in self.columns.admin]
            level = next((a.level for a in self._polygons if a.area_id == place.area_id), 0)
            if level:
                found[level - 1] = row
        return found

    def at(self, lon: float, lat: float) -> list[int]:
        """Return the rows of the polygons round a point, coarse to fine."""
        import shapely

        found = [NO_ROW] * len(_CLASSES)
        for index in self._tree.query(shapely.Point(lon, lat), predicate="intersects").tolist():
            area = self._polygons[index]
            found[area.level - 1] = self.rows[area.area_id]
        return found

    def _named(self, level: int, name: str, found: Sequence[int], place: Place) -> int:
        """Return the unit that a place's column names, making one (without a polygon) when the study has none."""
        above = found[level - 2] if level > 1 else NO_ROW
        path = (level, above, normalise(name))
        if path not in self._by_path:
            columns = self.columns
            parents = [*found[: level - 1], *[NO_ROW] * (len(_CLASSES) - level + 1)]
            row = columns.add(
                Entry(
                    unit_id((place.admin1, place.admin2, place.admin3)[:level]),
                    name,
                    (float("nan"), float("nan")),
                    _CLASSES[level - 1],
                    country=columns.country_number(place.country),
                    source=list(columns.sources).index(place.gazetteer),
                    admins=(parents[0], parents[1], parents[2]),
                    focus=2,
                )
            )
            columns.name_place(row, [name], 0)
            self.made.append(row)
            self._by_path[path] = row
        return self._by_path[path]


def points_of_units(columns: Columns, units: Sequence[int]) -> None:
    """Give units without a polygon the mean point of their places and the distance that holds 80% of them as radius."""
    wanted, members = set(units), defaultdict(list)
    for row, admins in enumerate(zip(*columns.admin, strict=True)):
        for admin in admins:
            if admin in wanted and not np.isnan(columns.lon[row]):
                members[admin].append(row)
    for unit, rows in members.items():
        lon, lat = np.array([columns.lon[r] for r in rows]), np.array([columns.lat[r] for r in rows])
        x, y = float(lon.mean()), float(lat.mean())
        away = np.hypot((lon - x) * np.cos(np.radians(y)), lat - y) * _KM_PER_DEGREE
        columns.lon[unit], columns.lat[unit] = x, y
        columns.radius_km[unit] = max(float(np.quantile(away, 0.8)), _LEAST_RADIUS_KM)
