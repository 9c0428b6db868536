"""Boxes, coordinate reference systems and stretches of time, as the service's parameters give them."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

from tenure.errors import InputError
from tenure.serve.instant import parse_day

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

__all__ = ["CRS84", "CRS_LIST", "box_shape", "crs_code", "parse_box", "parse_crs", "parse_span", "to_crs84", "transformer"]

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS_LIST = (CRS84, f"{_EPSG}4326", f"{_EPSG}3857", f"{_EPSG}6933")
"""Coordinate reference systems of requests and answers: longitude latitude, latitude longitude, web Mercator, equal-area."""

_BOX_SIZES = (4, 6)
_FAR = 1e9  # beyond every coordinate of CRS_LIST


def parse_crs(text: str, *, parameter: str = "crs") -> str:
    """Return the coordinate reference system that a parameter names, one of CRS_LIST; else InputError."""
    if text in CRS_LIST:
        return text
    raise InputError(f"{parameter} is not offered", value=text, remedy="use one of " + ", ".join(CRS_LIST))


def crs_code(crs: str) -> str:
    """Return the code that projection libraries know a coordinate reference system by."""
    return "OGC:CRS84" if crs == CRS84 else "EPSG:" + crs.rsplit("/", 1)[1]


@cache
def transformer(source: str, target: str) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Return a function of coordinates (points, 2) from one system to another, axes in the order of each authority."""
    from pyproj import Transformer

    change = Transformer.from_crs(crs_code(source), crs_code(target))

    def transform(points: NDArray[np.float64]) -> NDArray[np.float64]:
        import numpy as np

        x, y = change.transform(points[:, 0], points[:, 1])
        return np.column_stack([x, y])

    return transform


def to_crs84(shape: BaseGeometry, crs: str) -> BaseGeometry:
    """Return a geometry of another system in longitude and latitude; what has no place there raises InputError."""
    import shapely

    if crs == CRS84:
        return shape
    moved = shapely.transform(shape, transformer(crs, CRS84))
    if not all(math.isfinite(v) for v in moved.bounds):
        raise InputError("geometry lies outside its coordinate reference system", value=shape.bounds, remedy="mend it")
    return moved


def box_shape(numbers: Sequence[float]) -> BaseGeometry:
    """Return a box from west, south, east, north (heights are dropped); west above east crosses 180 degrees."""
    import shapely

    if len(numbers) not in _BOX_SIZES or not all(abs(n) < _FAR for n in numbers):
        raise InputError("a box has four or six numbers", value=numbers, remedy="give west, south, east, north")
    half = len(numbers) // 2
    (west, south), (east, north) = numbers[:2], numbers[half : half + 2]
    if south > north:
        raise InputError("a box has its south above its north", value=numbers, remedy="give west, south, east, north")
    if west > east:
        return shapely.union(shapely.box(west, south, 180, north), shapely.box(-180, south, east, north))
    return shapely.box(west, south, east, north)


def parse_box(text: str, crs: str = CRS84) -> BaseGeometry:
    """Return the box of a `bbox` parameter in longitude and latitude; InputError when it is none.

    >>> parse_box("36,35,37,36").bounds
    (36.0, 35.0, 37.0, 36.0)
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise InputError("bbox is not numbers", value=text, remedy="give west,south,east,north") from None
    if not all(math.isfinite(n) for n in numbers):
        raise InputError("bbox is not finite", value=text, remedy="give west,south,east,north")
    if crs != CRS84:
        half = len(numbers) // 2
        if len(numbers) in _BOX_SIZES and any(low > high for low, high in zip(numbers[:2], numbers[half:], strict=False)):
            raise InputError("bbox has a lower corner above the upper one", value=text, remedy="swap them")
    return to_crs84(box_shape(numbers), crs)


def parse_span(text: str) -> tuple[date | None, date | None]:
    """Return the first and the last day (both inclusive, None open) that a `datetime` parameter asks for.

    An instant is its own day; ``..`` or nothing on a side of ``/`` is open. InputError when it is neither.

    >>> parse_span("2018-01-01/..")
    (datetime.date(2018, 1, 1), None)
    """
    parts = text.split("/")
    if len(parts) == 1:
        day = parse_day(text)
        return day, day
    if len(parts) != 2:  # noqa: PLR2004 - a start and an end
        raise InputError("datetime is not an interval", value=text, remedy="write start/end")
    first, last = (None if part in ("", "..") else parse_day(part) for part in parts)
    if first is not None and last is not None and first > last:
        raise InputError("datetime ends before it starts", value=text, remedy="swap start and end")
    return first, last
