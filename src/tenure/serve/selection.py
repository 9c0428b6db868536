"""Which features a request asks for: the tree of a filter, a box, a span and a knowledge day against a collection's columns.

Three-valued: what an empty cell makes unknown selects nothing, and neither does its opposite.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.errors import InputError
from tenure.serve import tree
from tenure.serve.extent import CRS84, to_crs84
from tenure.serve.instant import parse_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from tenure.serve.collection import Collection

__all__ = ["GEOMETRY", "Selection", "select"]

GEOMETRY = "geometry"
"""Name under which filters speak of a feature's geometry."""

_COMPARE = {
    "=": pc.equal,
    "<>": pc.not_equal,
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
}
_KINDS = {
    "string": "text",
    "number": "number",
    "integer": "number",
    "boolean": "truth",
    "date": "time",
    "datetime": "time",
}
_EPOCH = date(1970, 1, 1)
_ALWAYS = np.iinfo(np.int64)


@dataclass(frozen=True, slots=True)
class Selection:
    """What a request selects; every part narrows the others."""

    box: BaseGeometry | None = None
    span: tuple[date | None, date | None] | None = None
    """First and last day, inclusive; None is open."""
    known_on: date | None = None
    filter: tree.Node | None = None
    filter_crs: str = CRS84
    equals: tuple[tuple[str, str], ...] = field(default=())
    """Column and the text of the value that it must have."""

    @property
    def is_everything(self) -> bool:
        """Whether nothing is narrowed."""
        return self == Selection(filter_crs=self.filter_crs)


def select(collection: Collection, selection: Selection) -> NDArray[np.int64]:
    """Return the rows that a selection leaves, in the collection's order; InputError for a filter that does not fit it.

    A box keeps the features without a geometry, a span those without a time: the standard asks for both.
    """
    rows = collection.rows
    if selection.box is not None:
        met = collection.tree.query(selection.box, predicate="intersects")
        rows = collection.rows_with(met, or_without=True)
    for keep in _conditions(collection, selection):
        rows = rows[keep[rows]]
    return rows


def _conditions(collection: Collection, selection: Selection) -> Iterator[NDArray[np.bool_]]:
    """Yield which features each part of a selection but the box keeps."""
    if selection.span is not None and collection.days is not None:
        yield _in_span(collection, *selection.span)
    if selection.known_on is not None:
        yield _known(collection, selection.known_on)
    for name, text in selection.equals:
        yield _truth(_Evaluation(collection, CRS84).test(_equality(collection, name, text)), collection.size)
    if selection.filter is not None:
        yield _truth(_Evaluation(collection, selection.filter_crs).test(selection.filter), collection.size)


def _truth(values: Any, size: int) -> NDArray[np.bool_]:  # noqa: ANN401 - an Arrow array or scalar
    if isinstance(values, pa.Scalar):
        return np.full(size, bool(values.as_py()))
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    return np.asarray(values.fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)


def _in_span(collection: Collection, first: date | None, last: date | None) -> NDArray[np.bool_]:
    """Return which validity intervals, half-open, share a day with [first, last]."""
    start, end = collection.days or (np.zeros(0, np.int64), np.zeros(0, np.int64))
    keep = np.ones(len(start), dtype=bool)
    if last is not None:
        keep &= start <= (last - _EPOCH).days
    if first is not None:
        keep &= end > (first - _EPOCH).days
    return keep


def _known(collection: Collection, on: date) -> NDArray[np.bool_]:
    """Return which features could be known on a day; those whose table does not say have always been known."""
    if "known_from" not in collection.data.column_names:
        return np.ones(collection.size, dtype=bool)
    limit = pa.scalar(datetime.combine(on, time.max, UTC), pa.timestamp("us", tz="UTC"))
    return _truth(pc.less_equal(collection.data["known_from"], limit).fill_null(True), collection.size)


def _equality(collection: Collection, name: str, text: str) -> tree.Node:
    """Return the filter that a query parameter with a column's name stands for."""
    column = collection.column(name)
    kind = _KINDS[column.type] if column else "text"
    if kind == "time":
        return tree.Comparison("=", tree.Property(name), tree.Literal(parse_instant(text)))
    if kind == "truth":
        if text not in ("true", "false"):
            raise InputError(f"{name} is no truth value", value=text, remedy="write true or false")
        return tree.Comparison("=", tree.Property(name), tree.Literal(text == "true"))
    if kind == "number":
        try:
            return tree.Comparison("=", tree.Property(name), tree.Literal(float(text)))
        except ValueError:
            raise InputError(f"{name} is no number", value=text, remedy="write digits with a decimal point") from None
    return tree.Comparison("=", tree.Property(name), tree.Literal(text))


def _relates(collection: Collection, op: str, shape: BaseGeometry) -> NDArray[np.bool_]:
    """Return which features' geometries stand in a relation to a shape, geometry first; those without one do not."""
    import shapely

    west, south, east, north = shape.bounds
    bounds = collection.bounds
    near = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    holds = np.full(len(bounds), op == "disjoint")
    candidates = np.flatnonzero(near)
    shapely.prepare(shape)
    holds[candidates] = getattr(shapely, op)(collection.shapes[candidates], shape)
    return np.asarray(np.append(holds, False)[collection.shape_of])  # -1 takes the False at the end


class _Evaluation:
    """A tree over one collection; each method returns an Arrow array of truth values with nulls, or one scalar."""

    def __init__(self, collection: Collection, crs: str) -> None:
        self.collection, self.crs = collection, crs

    def test(self, node: tree.Node) -> Any:  # noqa: ANN401, PLR0911 - Arrow arrays; one line a node type
        match node:
            case tree.And(parts):
                return self.joined(parts, pc.and_kleene)
            case tree.Or(parts):
                return self.joined(parts, pc.or_kleene)
            case tree.Not(of):
                return pc.invert(self.test(of))
            case tree.Comparison(op, left, right):
                return self.compare(op, left, right)
            case tree.Between(of, low, high):
                return pc.and_kleene(self.compare(">=", of, low), self.compare("<=", of, high))
            case tree.In(of, values):
                return self.joined(tuple(tree.Comparison("=", of, v) for v in values), pc.or_kleene)
            case tree.Like(of, pattern):
                return self.like(of, pattern)
            case tree.IsNull(of):
                return self.is_null(of)
            case tree.Constant(of):
                return self.compare("=", of, tree.Literal(True))
            case tree.Spatial(op, left, right):
                return self.spatial(op, left, right)
            case tree.Temporal(op, left, right):
                return self.temporal(op, left, right)

    def joined(self, parts: tuple[tree.Node, ...], join: Any) -> Any:  # noqa: ANN401 - an Arrow function
        out = self.test(parts[0])
        for part in parts[1:]:
            out = join(out, self.test(part))
        return out

    def kind(self, operand: tree.Operand) -> str:
        if isinstance(operand, tree.Property):
            column = self.collection.column(operand.name)
            if column is None:
                names = ", ".join([c.name for c in self.collection.columns] + [GEOMETRY])
                raise InputError("filter names an unknown property", value=operand.name, remedy=f"known: {names}")
            return _KINDS[column.type]
        if isinstance(operand, tree.Fold):
            if self.kind(operand.of) != "text":
                raise InputError("CASEI and ACCENTI take a text", remedy="leave them out")
            return "text"
        if isinstance(operand.value, bool):
            return "truth"
        return "text" if isinstance(operand.value, str) else "number" if isinstance(operand.value, float) else "time"

    def value(self, operand: tree.Operand) -> Any:  # noqa: ANN401 - an Arrow array or scalar
        if isinstance(operand, tree.Fold):
            return _fold(self.value(operand.of), operand.kind)
        if isinstance(operand, tree.Property):
            values = self.collection.data[operand.name]
            return values.cast(pa.timestamp("us", tz="UTC")) if pa.types.is_date(values.type) else values
        if isinstance(operand.value, date):
            return pa.scalar(_moment(operand.value), pa.timestamp("us", tz="UTC"))
        return pa.scalar(operand.value)

    def compare(self, op: str, left: tree.Operand, right: tree.Operand) -> Any:  # noqa: ANN401 - as above
        kinds = self.kind(left), self.kind(right)
        if kinds[0] != kinds[1]:
            raise InputError("filter compares a " + " with a ".join(kinds), value=op, remedy="compare values of one kind")
        if kinds[0] == "truth" and op not in ("=", "<>"):
            raise InputError("truth values have no order", value=op, remedy="use = or <>")
        return _COMPARE[op](self.value(left), self.value(right))

    def like(self, of: tree.Operand, pattern: tree.Operand) -> Any:  # noqa: ANN401 - as above
        if self.kind(of) != "text" or self.kind(pattern) != "text":
            raise InputError("LIKE compares texts", remedy="use = for numbers and days")
        text = self.value(pattern)
        if not isinstance(text, pa.Scalar):
            raise InputError("LIKE takes a text in quotes as its pattern", remedy="write 'Abu%'")
        given = self.value(of)
        if isinstance(given, pa.Scalar):  # match_like takes arrays
            return pc.match_like(pa.array([given.as_py()], pa.string()), text.as_py())[0]
        return pc.match_like(given, text.as_py())

    def is_null(self, of: tree.Operand) -> Any:  # noqa: ANN401 - as above
        if isinstance(of, tree.Property) and of.name == GEOMETRY:
            return pa.array(self.collection.shape_of < 0)
        self.kind(of)
        return pc.is_null(self.value(of))

    def shape(self, operand: tree.Property | tree.Geometry) -> BaseGeometry | None:
        """Return a literal in longitude and latitude, None for the feature's own geometry."""
        if isinstance(operand, tree.Geometry):
            return to_crs84(operand.shape, self.crs)
        if operand.name != GEOMETRY:
            raise InputError("filter names an unknown geometry", value=operand.name, remedy=f"use {GEOMETRY}")
        return None

    def spatial(self, op: str, left: tree.Property | tree.Geometry, right: tree.Property | tree.Geometry) -> Any:  # noqa: ANN401 - an Arrow array
        import shapely

        first, second = self.shape(left), self.shape(right)
        if first is not None and second is not None:
            return pa.scalar(bool(getattr(shapely, op)(first, second)))
        there = self.collection.shape_of >= 0
        if first is None and second is None:
            same = getattr(shapely, op)(self.collection.shapes, self.collection.shapes)
            return pa.array(np.append(same, False)[self.collection.shape_of], mask=~there)
        turned = {"within": "contains", "contains": "within"}.get(op, op) if first is not None else op
        holds = _relates(self.collection, turned, second if first is None else first)  # type: ignore[arg-type] # one is a shape
        return pa.array(holds, mask=~there)

    def edges(self, operand: tree.Property | tree.Literal | tree.TimeSpan) -> tuple[Any, Any, Any]:
        """Return the start and end in microseconds, open ends at the far ends of int64, and where they are known."""
        if not isinstance(operand, tree.TimeSpan):
            values, known = self.instants(operand)
            return values, values, known
        start, _ = self.instants(operand.start, empty=_ALWAYS.min)
        end, _ = self.instants(operand.end, empty=_ALWAYS.max)
        return start, end, np.True_

    def instants(self, operand: tree.Property | tree.Literal | None, empty: int = 0) -> tuple[Any, Any]:
        if operand is None:
            return np.int64(empty), np.True_
        if self.kind(operand) != "time":
            raise InputError("filter takes a time from a property that is none", value=operand, remedy="use a date column")
        values = self.value(operand)
        if isinstance(values, pa.Scalar):
            return np.int64(values.cast(pa.int64()).as_py()), np.True_
        numbers = values.cast(pa.int64())
        return numbers.fill_null(empty).to_numpy(), ~numbers.is_null().to_numpy()

    def temporal(self, op: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - operands of a time relation
        (a, b, known_left), (c, d, known_right) = self.edges(left), self.edges(right)
        holds = _ALLEN[op](a, b, c, d)
        known = np.broadcast_to(known_left & known_right, np.shape(holds))
        if np.ndim(holds) == 0:
            return pa.scalar(bool(holds))
        return pa.array(holds, mask=~known)


_ALLEN: dict[str, Any] = {
    "after": lambda a, b, c, d: a > d,  # noqa: ARG005 - all relations take both intervals
    "before": lambda a, b, c, d: b < c,  # noqa: ARG005 - as above
    "contains": lambda a, b, c, d: (a < c) & (b > d),
    "disjoint": lambda a, b, c, d: (b < c) | (a > d),
    "during": lambda a, b, c, d: (a > c) & (b < d),
    "equals": lambda a, b, c, d: (a == c) & (b == d),
    "finishedby": lambda a, b, c, d: (a < c) & (b == d),
    "finishes": lambda a, b, c, d: (a > c) & (b == d),
    "intersects": lambda a, b, c, d: (a <= d) & (b >= c),
    "meets": lambda a, b, c, d: b == c,  # noqa: ARG005 - as above
    "metby": lambda a, b, c, d: a == d,  # noqa: ARG005 - as above
    "overlappedby": lambda a, b, c, d: (a > c) & (a < d) & (b > d),
    "overlaps": lambda a, b, c, d: (a < c) & (b > c) & (b < d),
    "startedby": lambda a, b, c, d: (a == c) & (b > d),
    "starts": lambda a, b, c, d: (a == c) & (b < d),
}
"""Relations of two intervals [a, b] and [c, d], an instant being both its ends: Allen (1983), doi:10.1145/182.358434."""


def _moment(value: date | datetime) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time.min, UTC)


def _fold(values: Any, kind: str) -> Any:  # noqa: ANN401 - an Arrow array or scalar
    if kind == "case":
        return pc.utf8_lower(values)
    return pc.replace_substring_regex(pc.utf8_normalize(values, form="NFD"), pattern=r"\p{Mn}", replacement="")
