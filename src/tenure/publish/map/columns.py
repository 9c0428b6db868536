"""Parts of the map as bytes: a head of JSON, then whole-number columns that the page reads without parsing.

A part is the head's length (u32), the head (JSON: `values`, and `columns` as name, kind, length), then the columns one after
another, little endian, the widest first so that each begins at a multiple of its width. A step function is three columns or
more: how many steps each owner has, the day that each step begins, and what holds from then on.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Steps", "narrow", "pack", "ring_columns", "steps_in", "unpack"]

_KINDS = ("u1", "i1", "u2", "i2", "i4")
_DEGREE = 10_000  # 1e-4 degrees, about 10 m: finer than any published place


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """A posterior as a step function of quantised rows, sorted by owner, then day."""

    owner: NDArray[np.int64]
    day: NDArray[np.int64]
    informed: NDArray[np.uint8]
    p: NDArray[np.uint8]
    """(steps, states), 255 is certainty."""


def narrow(values: Any) -> NDArray[Any]:  # noqa: ANN401 - anything that NumPy reads as whole numbers
    """Return whole numbers in the narrowest kind that holds them all; an empty column is u1.

    >>> narrow([0, 300]).dtype.str, narrow([-1, 5]).dtype.str
    ('<u2', '|i1')
    """
    import numpy as np

    column = np.asarray(values, dtype=np.int64).ravel()
    low, high = (int(column.min()), int(column.max())) if column.size else (0, 0)
    fits = (np.dtype("<" + k) for k in _KINDS)
    return column.astype(next(k for k in fits if np.iinfo(k).min <= low and high <= np.iinfo(k).max))


def pack(values: Mapping[str, Any], columns: Mapping[str, NDArray[Any]]) -> bytes:
    """Return a part: values as JSON, columns as they are (i1, u1, i2, u2, i4, f4)."""
    order = sorted(columns, key=lambda name: (-columns[name].dtype.itemsize, name))
    kinds = [[name, columns[name].dtype.str[1:], len(columns[name])] for name in order]
    head = {"values": values, "columns": kinds}
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    return struct.pack("<I", len(text)) + text + b"".join(columns[name].tobytes() for name in order)


def unpack(content: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the values and the columns of a part.

    >>> values, columns = unpack(pack({"a": 1}, {"x": narrow([1, 2, 700])}))
    >>> values, columns["x"].tolist()
    ({'a': 1}, [1, 2, 700])
    """
    import numpy as np

    size = struct.unpack_from("<I", content)[0]
    head, at, columns = json.loads(content[4 : 4 + size]), 4 + size, {}
    for name, kind, length in head["columns"]:
        columns[name] = np.frombuffer(content, np.dtype("<" + kind), length, at)
        at += columns[name].nbytes
    return head["values"], columns


def steps_in(
    owner: NDArray[np.int64], day: NDArray[np.int64], *, count: int, start: int, stop: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows of a step function that speak of days [start, stop), their days, and how many each owner has.

    Rows are sorted by owner, then day. What holds when the span begins counts from its first day.

    >>> import numpy as np
    >>> rows, days, sizes = steps_in(np.array([0, 0, 0, 1]), np.array([0, 4, 9, 2]), count=2, start=5, stop=12)
    >>> rows.tolist(), days.tolist(), sizes.tolist()
    ([1, 2, 3], [5, 9, 5], [2, 1])
    """
    import numpy as np

    before = np.flatnonzero(day <= start)
    held = np.full(count, -1, dtype=np.int64)
    np.maximum.at(held, owner[before], before)
    rows = np.sort(np.concatenate([held[held >= 0], np.flatnonzero((day > start) & (day < stop))]))
    return rows, np.maximum(day[rows], start), np.bincount(owner[rows], minlength=count)


def ring_columns(shapes: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Return polygons (Polygon, MultiPolygon or None, one an owner) as columns of whole 1e-4 degrees.

    `cellPolys` polygons an owner, `cellRings` rings a polygon, `cellPoints` points a ring without the closing one, `cellX`
    and `cellY` where each ring begins, `cellDx` and `cellDy` the steps to its other points.
    """
    import numpy as np
    import shapely

    shapes = shapes.copy()
    for i in np.flatnonzero(~np.isin(shapely.get_type_id(shapes), (3, 6))):  # neither Polygon nor MultiPolygon
        shapes[i] = shapely.MultiPolygon(
            [p for p in shapely.get_parts(shapes[i]) if p is not None and p.geom_type == "Polygon"]
        )
    owner_of_part = np.repeat(np.arange(len(shapes)), shapely.get_num_geometries(shapes))
    parts = shapely.get_parts(shapes)
    parts, owner_of_part = parts[~shapely.is_empty(parts)], owner_of_part[~shapely.is_empty(parts)]
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    points, ring_of_point = shapely.get_coordinates(rings, return_index=True)
    last = np.append(ring_of_point[1:] != ring_of_point[:-1], True) if len(points) else np.zeros(0, dtype=bool)
    whole = np.round(points[~last] * _DEGREE).astype(np.int64)
    ring = ring_of_point[~last]
    first = np.append(True, ring[1:] != ring[:-1]) if len(ring) else np.zeros(0, dtype=bool)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))[~first]
    return {
        "cellPolys": narrow(np.bincount(owner_of_part, minlength=len(shapes))),
        "cellRings": narrow(np.bincount(part_of_ring, minlength=len(parts))),
        "cellPoints": narrow(np.bincount(ring, minlength=len(rings))),
        "cellX": narrow(whole[first, 0]),
        "cellY": narrow(whole[first, 1]),
        "cellDx": narrow(steps[:, 0]),
        "cellDy": narrow(steps[:, 1]),
    }
