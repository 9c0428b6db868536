"""Outlines of the world's first-level units and of its countries, from Natural Earth (public domain, data/NATURAL_EARTH.md).

The packed file is a Parquet table: `admin` (country), `name` (first-level unit), `codes` (ISO 3166-1 of all states that hold
or claim it), its bounds, and `rings`: polygons of rings of whole 1e-3 degrees, each the step from the one before. Countries
and land are unions of the units: all lines agree. The borders are a de facto view and imply no endorsement.
"""

from __future__ import annotations

import io
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

__all__ = ["country_outline", "units_near"]

_UNITS_PER_DEGREE = 1000


@cache
def _packed() -> pa.Table:
    import pyarrow.parquet as pq

    return pq.read_table(io.BytesIO(files("tenure.config").joinpath("data/natural_earth_admin1.parquet").read_bytes()))


def _ring(flat: list[int]) -> NDArray[np.float64]:
    import numpy as np

    points = np.cumsum(np.array(flat, dtype=np.int64).reshape(-1, 2), axis=0)
    return points / _UNITS_PER_DEGREE


def _shape(rings: list[list[list[int]]]) -> BaseGeometry:
    import shapely

    return shapely.union_all([shapely.make_valid(shapely.Polygon(_ring(p[0]), [_ring(h) for h in p[1:]])) for p in rings])


def units_near(box: tuple[float, float, float, float]) -> list[tuple[str, str, BaseGeometry]]:
    """Return country, name and shape of every first-level unit whose bounds meet a box (west, south, east, north)."""
    table = _packed()
    edges = {side: table[side].to_numpy() / _UNITS_PER_DEGREE for side in ("west", "south", "east", "north")}
    near = (edges["west"] < box[2]) & (edges["east"] > box[0]) & (edges["south"] < box[3]) & (edges["north"] > box[1])
    columns = (table.filter(near)[c].to_pylist() for c in ("admin", "name", "rings"))
    return [(country, name, _shape(rings)) for country, name, rings in zip(*columns, strict=True)]


def country_outline(code: str) -> str | None:
    """Return the outline of a country (ISO alpha-2) as GeoJSON geometry text, None for a code that is no country's.

    >>> country_outline("SD").startswith('{"type":"Polygon"')
    True
    """
    import shapely

    table = _packed()
    members = [code in codes.split() for codes in table["codes"].to_pylist()]
    shapes = [_shape(rings) for rings in table.filter(members)["rings"].to_pylist()]
    return str(shapely.to_geojson(shapely.union_all(shapes))) if shapes else None
