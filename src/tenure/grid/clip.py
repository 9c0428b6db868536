"""Clipping of many small shapes by one large outline: whole where inside, cut by the nearest tiles of it where not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from tenure.grid.outline import polygon_parts

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

__all__ = ["Clipper"]

_TILE_VERTICES = 200  # an outline is halved until its pieces have no more: measured best of 50 to 1,000 (bench/territory.py)
_TILE_DEPTH = 12


def _tiles(outline: BaseGeometry, depth: int = 0) -> list[BaseGeometry]:
    if outline.is_empty:
        return []
    if depth >= _TILE_DEPTH or shapely.get_num_coordinates(outline) <= _TILE_VERTICES:
        return [outline]
    west, south, east, north = outline.bounds
    if east - west > north - south:
        middle = (west + east) / 2
        boxes = [(west, south, middle, north), (middle, south, east, north)]
    else:
        middle = (south + north) / 2
        boxes = [(west, south, east, middle), (west, middle, east, north)]
    return [t for b in boxes for t in _tiles(polygon_parts(shapely.intersection(outline, shapely.box(*b))), depth + 1)]


@dataclass(frozen=True, slots=True, eq=False)
class Clipper:
    """An outline prepared for clipping many shapes."""

    outline: BaseGeometry
    tiles: NDArray[np.object_]

    @classmethod
    def of(cls, outline: BaseGeometry) -> Clipper:
        """Return the clipper of a polygon."""
        shapely.prepare(outline)
        return cls(outline, np.array(_tiles(outline), dtype=object))

    def clip(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return the part of every shape (shapes,) inside the outline; of polygons the polygons, of lines the lines."""
        out = shapes.copy()
        cut = np.flatnonzero(~shapely.covers(self.outline, shapes))
        if not len(cut):
            return out
        of, tile = shapely.STRtree(self.tiles).query(shapes[cut], predicate="intersects")
        order = np.lexsort((tile, of))
        of, tile = of[order], tile[order]
        pieces = shapely.intersection(shapes[cut][of], self.tiles[tile])
        starts = np.searchsorted(of, np.arange(len(cut) + 1))
        for i, index in enumerate(cut):
            mine = pieces[starts[i] : starts[i + 1]]
            joined = mine[0] if len(mine) == 1 else shapely.union_all(mine)
            out[index] = polygon_parts(joined) if shapes[index].geom_type == "Polygon" else _lines(joined)
        return out


def _lines(geometry: BaseGeometry) -> BaseGeometry:
    parts = [p for p in shapely.get_parts(geometry) if p.geom_type == "LineString"]
    return shapely.MultiLineString(parts)
