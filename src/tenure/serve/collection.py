"""One collection of features in memory: columns to select by, and each feature's GeoJSON ready to be joined."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray
    from shapely import STRtree
    from shapely.geometry.base import BaseGeometry

    from tenure.publish.tables import Column, Table

__all__ = ["Collection", "collection_names", "make_collection"]

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC
OPEN_END = np.iinfo(np.int64).max
"""Day number of an end that is open."""


@cache
def _catalogue() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("tenure.serve").joinpath("data/collections.toml").read_text(encoding="utf-8"))


def collection_names() -> tuple[str, ...]:
    """Return the names of the collections that the service offers.

    >>> collection_names()[:2]
    ('control', 'places')
    """
    return tuple(_catalogue())


@dataclass(frozen=True, eq=False)
class Collection:
    """A published table made ready to be served.

    `heads` and `tails` are the GeoJSON of each feature before and after its geometry, (features,); `shape_of` (features,)
    is the index of its geometry in `geometries`, -1 for none: spells of one place share its cell.
    """

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    data: pa.Table
    ids: tuple[str, ...]
    start: str | None
    end: str | None
    heads: tuple[bytes, ...] = field(repr=False)
    tails: tuple[bytes, ...] = field(repr=False)
    geometries: tuple[bytes, ...] = field(repr=False)
    shapes: NDArray[np.object_] = field(repr=False)
    """The distinct geometries as shapely objects, in the order of `geometries`, not rounded."""
    shape_of: NDArray[np.int64] = field(repr=False)

    @property
    def size(self) -> int:
        """Number of features."""
        return len(self.ids)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Row of each feature by its id."""
        return {identifier: row for row, identifier in enumerate(self.ids)}

    @cached_property
    def bounds(self) -> NDArray[np.float64]:
        """West, south, east, north of each distinct geometry, (geometries, 4)."""
        import shapely

        return np.asarray(shapely.bounds(self.shapes), dtype=np.float64).reshape(-1, 4)

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """All rows in order."""
        return np.arange(self.size, dtype=np.int64)

    @cached_property
    def tree(self) -> STRtree:
        """Index of the distinct geometries."""
        import shapely

        return shapely.STRtree(self.shapes)

    @cached_property
    def _rows_of_shapes(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows sorted by their geometry, those without one first, and where each geometry's begin."""
        order = np.argsort(self.shape_of, kind="stable")
        return order, np.searchsorted(self.shape_of[order], np.arange(-1, len(self.shapes) + 1))

    def rows_with(self, shapes: NDArray[np.int64], *, or_without: bool) -> NDArray[np.int64]:
        """Return the rows whose geometry is one of the distinct ones, in order; `or_without` adds those that have none."""
        order, begins = self._rows_of_shapes
        wanted = np.append(shapes, -1) if or_without else shapes
        parts = [order[begins[s + 1] : begins[s + 2]] for s in wanted.tolist()]
        return np.sort(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)

    @cached_property
    def box(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of all features; None when none has a geometry."""
        if not len(self.bounds):
            return None
        low, high = self.bounds.min(axis=0), self.bounds.max(axis=0)
        return float(low[0]), float(low[1]), float(high[2]), float(high[3])

    @cached_property
    def days(self) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
        """First day and day after the last of each feature as day numbers since 1970; None when it holds at all times."""
        if self.start is None or self.end is None:
            return None
        start = self.data[self.start].cast("int32").fill_null(-(2**31)).to_numpy().astype(np.int64)
        end = self.data[self.end].cast("int32").fill_null(2**31 - 1).to_numpy().astype(np.int64)
        return start, np.where(end == 2**31 - 1, OPEN_END, np.maximum(end, start + 1))

    @cached_property
    def span(self) -> tuple[date, date | None] | None:
        """First and last day (inclusive) that some feature holds; an open end is None."""
        if self.days is None or not self.size:
            return None
        first, last = int(self.days[0].min()), int(self.days[1].max())
        epoch = date(1970, 1, 1)
        return epoch + timedelta(days=first), None if last == OPEN_END else epoch + timedelta(days=last - 1)

    def column(self, name: str) -> Column | None:
        """Return the description of a column, None when there is none of that name."""
        return next((c for c in self.columns if c.name == name), None)

    def pieces(self, rows: Sequence[int] | NDArray[np.int64]) -> list[bytes]:
        """Return the GeoJSON of features as pieces to join, with commas between the features."""
        heads, tails, geometries, shape_of = self.heads, self.tails, self.geometries, self.shape_of
        out: list[bytes] = []
        for row in np.asarray(rows, dtype=np.int64).tolist():
            shape = shape_of[row]
            out += (heads[row], geometries[shape] if shape >= 0 else b"null", tails[row], b",")
        return out[:-1]

    def moved_pieces(self, rows: NDArray[np.int64], crs: str) -> list[bytes]:
        """Return the GeoJSON of features as `pieces` does, with their coordinates in another reference system."""
        import shapely

        from tenure.serve.extent import CRS84, transformer

        wanted = self.shape_of[rows]
        distinct = np.unique(wanted[wanted >= 0])
        moved = shapely.transform(self.shapes[distinct], transformer(CRS84, crs))
        texts = dict(zip(distinct.tolist(), geojson_texts(moved, _DECIMALS), strict=True))
        out: list[bytes] = []
        for row, shape in zip(rows.tolist(), wanted.tolist(), strict=True):
            out += (self.heads[row], texts[shape] if shape >= 0 else b"null", self.tails[row], b",")
        return out[:-1]

    def item_pieces(self, row: int, crs: str) -> list[bytes]:
        """Return the GeoJSON of one feature as pieces to join, in a coordinate reference system."""
        from tenure.serve.extent import CRS84

        rows = np.array([row])
        return self.pieces(rows) if crs == CRS84 else self.moved_pieces(rows, crs)

    def properties(self, row: int) -> dict[str, Any]:
        """Return the properties of one feature."""
        return dict(orjson.loads(self.tails[row][len(_BEFORE_PROPERTIES) : -1]))

    def shape_text(self, row: int) -> str | None:
        """Return the geometry of one feature as GeoJSON text, None where it has none."""
        shape = int(self.shape_of[row])
        return self.geometries[shape].decode() if shape >= 0 else None

    def shape(self, row: int) -> BaseGeometry | None:
        """Return the geometry of one feature, None where it has none."""
        index = int(self.shape_of[row])
        return self.shapes[index] if index >= 0 else None


_BEFORE_PROPERTIES = b',"properties":'
_DECIMALS = 6  # of a degree: a tenth of a metre


def geojson_texts(shapes: NDArray[np.object_], decimals: int) -> tuple[bytes, ...]:
    """Return geometries as GeoJSON without blanks: rounded coordinates, outer rings counterclockwise (RFC 7946)."""
    import shapely

    rounded = shapely.transform(shapely.orient_polygons(shapes), lambda points: np.round(points, decimals))
    return tuple(text.replace(", ", ",").replace(": ", ":").encode() for text in shapely.to_geojson(rounded))


def _unique(names: Iterator[str]) -> tuple[str, ...]:
    """Return ids that differ: a second of one name gets ``~2``."""
    seen: Counter[str] = Counter()
    out = []
    for name in names:
        seen[name] += 1
        out.append(name if seen[name] == 1 else f"{name}~{seen[name]}")
    return tuple(out)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its numbers free of noise: six decimals are a square metre, or a millionth of a probability."""
    return {name: round(value, _DECIMALS) if type(value) is float else value for name, value in row.items()}


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def make_collection(table: Table) -> Collection:
    """Return a published table as a collection; the features keep the table's order."""
    import shapely

    from tenure.publish.geometry import uniform
    from tenure.publish.tables import to_arrow

    about = _catalogue()[table.name]
    ids = _unique(".".join(_text(row[c]) for c in about["id"]) for row in table.rows)
    distinct: dict[str, int] = {}
    shape_of = [-1 if g is None else distinct.setdefault(g, len(distinct)) for g in table.geometry]
    shapes = uniform(np.asarray(shapely.from_geojson(np.array(list(distinct), dtype=object)), dtype=object).reshape(-1))
    return Collection(
        name=table.name,
        title=about["title"],
        description=about["description"],
        columns=table.columns,
        data=to_arrow(table).combine_chunks(),
        ids=ids,
        start=about.get("start"),
        end=about.get("end"),
        heads=tuple(b'{"type":"Feature","id":' + orjson.dumps(i) + b',"geometry":' for i in ids),
        tails=tuple(_BEFORE_PROPERTIES + orjson.dumps(_shown(row), option=_OPTIONS) + b"}" for row in table.rows),
        geometries=geojson_texts(shapes, _DECIMALS),
        shapes=shapes,
        shape_of=np.array(shape_of, dtype=np.int64),
    )
