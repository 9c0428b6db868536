"""Land, borders and their names round a study, from Natural Earth's first-level units (`tenure.config.outlines`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenure.config.outlines import units_near

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["Basemap", "make_basemap", "surroundings"]

_MARGIN = 1.2  # of the study's larger side, drawn round it on each side
_MIN_MARGIN_DEG = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Basemap:
    """What is drawn under a study, clipped to `bounds` (west, south, east, north)."""

    bounds: tuple[float, float, float, float]
    land: BaseGeometry
    admin0: BaseGeometry
    """Borders between countries."""
    admin1: BaseGeometry
    """Borders between first-level units of one country."""
    labels: tuple[tuple[str, float, float, int], ...]
    """Name, lon, lat and level (0 country, 1 unit)."""


def surroundings(bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Return the bounds of what is drawn round a study, inside the world.

    >>> surroundings((36.0, 35.0, 38.0, 36.0))
    (33.6, 32.6, 40.4, 38.4)
    """
    west, south, east, north = bounds
    margin = max(_MIN_MARGIN_DEG, _MARGIN * max(east - west, north - south))
    box = (max(west - margin, -180.0), max(south - margin, -85.0), min(east + margin, 180.0), min(north + margin, 85.0))
    return (round(box[0], 4), round(box[1], 4), round(box[2], 4), round(box[3], 4))


def _units(box: tuple[float, float, float, float]) -> list[tuple[str, str, BaseGeometry]]:
    import shapely

    out: list[tuple[str, str, BaseGeometry]] = []
    for country, name, shape in units_near(box):
        clipped = shapely.clip_by_rect(shape, *box)
        if not clipped.is_empty:
            out.append((country, name, clipped))
    return out


def make_basemap(bounds: tuple[float, float, float, float]) -> Basemap:
    """Return land, borders and names inside bounds; open sea gives empty shapes and no names."""
    import shapely

    units = _units(bounds)
    by_country: dict[str, list[BaseGeometry]] = {}
    for country, _, shape in units:
        by_country.setdefault(country, []).append(shape)
    countries = {c: shapely.union_all(shapes) for c, shapes in sorted(by_country.items())}
    land = shapely.union_all(list(countries.values()))
    if land.is_empty:
        return Basemap(bounds, land, land, land, ())
    coast = shapely.box(*bounds).exterior.union(land.boundary).buffer(1e-6)
    outer = shapely.union_all([s.boundary for s in countries.values()])
    admin0 = outer.difference(coast)
    inner = shapely.union_all([s.boundary for _, _, s in units])
    admin1 = inner.difference(shapely.union_all([coast, outer.buffer(1e-6)]))
    labels = [(c, *_inside(s), 0) for c, s in countries.items()] + [(n, *_inside(s), 1) for _, n, s in units if n]
    return Basemap(bounds, land, admin0, admin1, tuple(labels))


def _inside(shape: BaseGeometry) -> tuple[float, float]:
    """Return the pole of inaccessibility of the largest part: a name stands where it has room."""
    import shapely

    part = max(shapely.get_parts(shape), key=lambda g: g.area)
    if part.geom_type != "Polygon":
        part = shape
    line = shapely.maximum_inscribed_circle(part, tolerance=0.05) if part.geom_type == "Polygon" else None
    x, y = line.coords[0] if line is not None and not line.is_empty else part.representative_point().coords[0]
    return round(float(x), 3), round(float(y), 3)
