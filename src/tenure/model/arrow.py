"""Arrow schemas derived from the records, and tables made of them: one definition for the disk, the files and the stages."""

from __future__ import annotations

import dataclasses
import sys
import types
import typing
from datetime import date, datetime
from enum import IntEnum, StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args, get_origin, get_type_hints

from tenure.errors import SchemaError
from tenure.model import records

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    import pyarrow as pa

__all__ = ["arrow_schema", "from_table", "to_table"]

_NAMESPACE = {"date": date, "datetime": datetime}
_Record = TypeVar("_Record")


@cache
def _hints(record: Hashable) -> dict[str, Any]:
    return get_type_hints(
        cast("type", record), globalns={**vars(records), **_NAMESPACE, **vars(sys.modules[str(record.__module__)])}
    )


def _unwrap(hint: Any) -> tuple[Any, bool]:  # noqa: ANN401 - typing's own objects have no narrower type
    """Return the hint without None, and whether None was allowed."""
    if get_origin(hint) in (types.UnionType, typing.Union):
        inner = [a for a in get_args(hint) if a is not type(None)]
        return inner[0], True
    return hint, False


def _arrow_type(hint: Any) -> pa.DataType:  # noqa: ANN401 - as above
    import pyarrow as pa

    if get_origin(hint) is tuple:
        return pa.list_(_arrow_type(get_args(hint)[0]))
    if dataclasses.is_dataclass(hint):
        return pa.struct(_fields(cast("type", hint)))
    if issubclass(hint, StrEnum):
        return pa.string()
    if issubclass(hint, IntEnum):
        return pa.int32()
    simple = {
        str: pa.string(),
        float: pa.float64(),
        bool: pa.bool_(),
        int: pa.int64(),
        bytes: pa.binary(),
        datetime: pa.timestamp("us", tz="UTC"),
        date: pa.date32(),
    }
    return simple[hint]


def _fields(record: type) -> list[pa.Field[Any]]:
    import pyarrow as pa

    out = []
    for name, hint in _hints(record).items():
        inner, nullable = _unwrap(hint)
        out.append(pa.field(name, _arrow_type(inner), nullable=nullable))
    return out


def arrow_schema(record: type) -> pa.Schema:
    """Return the Arrow schema of a record: its fields in order, nested records as structs, tuples as lists.

    >>> arrow_schema(records.Candidate).names
    ['place_id', 'p']
    """
    import pyarrow as pa

    return pa.schema(_fields(record))


def _plain(value: Any) -> Any:  # noqa: ANN401 - any field value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, StrEnum | IntEnum):
        return value.value
    return value


def to_table(record: type, rows: Iterable[Any]) -> pa.Table:
    """Return an Arrow table of records, one column a field; no rows give an empty table with the schema."""
    import pyarrow as pa

    rows = list(rows)
    schema = arrow_schema(record)
    columns = [pa.array([_plain(getattr(r, f.name)) for r in rows], type=f.type) for f in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def _build(hint: Any, value: Any) -> Any:  # noqa: ANN401 - any field value
    hint, _ = _unwrap(hint)
    if value is None:
        return None
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return tuple(_build(inner, v) for v in value)
    if dataclasses.is_dataclass(hint):
        hints = _hints(cast("type", hint))
        return hint(**{k: _build(h, value[k]) for k, h in hints.items()})  # type: ignore[operator] # a class, checked above
    if isinstance(hint, type) and issubclass(hint, StrEnum | IntEnum):
        return hint(value)
    return value


def from_table(record: type[_Record], table: pa.Table) -> Sequence[_Record]:
    """Return the records of a table made by `to_table`; a missing column raises SchemaError naming it."""
    hints = _hints(cast("Any", record))
    missing = [name for name in hints if name not in table.column_names]
    if missing:
        raise SchemaError(f"table of {record.__name__} lacks columns", value=", ".join(missing), remedy="rebuild it")
    columns = {name: table[name].to_pylist() for name in hints}
    return [record(**{k: _build(h, columns[k][i]) for k, h in hints.items()}) for i in range(table.num_rows)]
