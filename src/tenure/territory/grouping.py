"""Groups of ground: the whole area, admin units, zones, or any polygon; a cell belongs to a group by its share of km2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tenure.errors import InputError
from tenure.model import FeatureClass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tenure.grid import Cells
    from tenure.model import Area, Zone

__all__ = ["Grouping", "by_admin", "by_polygon", "by_zone", "countable", "whole_area"]

_LEVELS = {"admin1": 1, "admin2": 2, "admin3": 3}


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """`km2` (groups, places) ground of each cell in each group; `counted` (groups, places) bool which places count there."""

    names: tuple[str, ...]
    km2: NDArray[np.float64]
    counted: NDArray[np.bool_]


def countable(cells: Cells) -> NDArray[np.bool_]:
    """Return which places count as populated places: settlements with ground, or known only by their area, (places,)."""
    settlement = np.array([p.feature is FeatureClass.SETTLEMENT for p in cells.places], np.bool_)
    return settlement & ((cells.area_km2 > 0) | np.isnan(cells.x_km))


def whole_area(cells: Cells) -> Grouping:
    """Return the single group of everything, named by the empty string."""
    return Grouping(("",), cells.area_km2[None, :], countable(cells)[None, :])


def by_admin(cells: Cells, level: str, areas: Sequence[Area] = ()) -> Grouping:
    """Return one group an admin unit of `level` (``admin1`` to ``admin3``), by name.

    With polygons of that level among `areas` the cells are cut by them; else a cell belongs whole to its place's unit.
    Places count in the unit that the gazetteer names for them. A place without the unit is in the group ``unknown``.
    """
    if level not in _LEVELS:
        raise InputError("unknown admin level", value=level, remedy="use admin1, admin2 or admin3")
    unit = np.array([getattr(p, level) or "unknown" for p in cells.places], object)
    polygons = {a.name: a.geometry for a in areas if a.level == _LEVELS[level]}
    names = sorted({str(u) for u in unit} | set(polygons))
    counted = np.array([unit == name for name in names], np.bool_).reshape(len(names), len(unit))
    if polygons:
        zero = np.zeros(len(unit))
        km2 = np.array([cells.ground_in(polygons[n], what=f"area {n}") if n in polygons else zero for n in names])
    else:
        km2 = counted * cells.area_km2
    kept = (km2.sum(axis=1) > 0) | counted.any(axis=1)
    return Grouping(tuple(n for n, k in zip(names, kept, strict=True) if k), km2[kept], counted[kept] & countable(cells))


def by_zone(cells: Cells, zones: Sequence[Zone]) -> Grouping:
    """Return one group a zone, by id; zones may overlap."""
    return by_polygon(cells, {z.zone_id: z.geometry for z in zones})


def by_polygon(cells: Cells, polygons: Mapping[str, str]) -> Grouping:
    """Return one group a GeoJSON polygon, by its key; raises InputError for a bad polygon."""
    names = tuple(sorted(polygons))
    km2 = np.array([cells.ground_in(polygons[n], what=n) for n in names]).reshape(len(names), len(cells.places))
    inside = np.array([cells.within(polygons[n], what=n) for n in names], np.bool_).reshape(km2.shape)
    return Grouping(names, km2, inside & countable(cells))
