"""`tenure fuse`: Parquet claims and places to Parquet control."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import orjson

from tenure.commands.days import day
from tenure.errors import InputError
from tenure.pipeline.assessment import DAILY_DRAWS
from tenure.store import read_document, write_file

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from tenure.control import Fused

__all__ = ["FuseRequest", "fuse_files", "read_parquet"]


@dataclass(frozen=True, slots=True)
class FuseRequest:
    """What `tenure fuse` is asked for; dates as the user typed them, `end` inclusive."""

    claims: Path
    places: Path
    out: Path
    initial: Path | None = None
    start: str | None = None
    end: str | None = None
    daily: bool = False
    filtered: bool = False
    as_known_on: str | None = None
    intervals: Path | None = None
    excluded: Path | None = None


def read_parquet(path: Path) -> pa.Table:
    """Return the table of a Parquet file; InputError when it is missing or none."""
    import pyarrow as pa
    from pyarrow import parquet

    content = read_document(path).content
    try:
        return parquet.read_table(io.BytesIO(content))
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError("not a Parquet file", value=path, remedy="write it with pandas, DuckDB or Arrow") from error


def parquet_bytes(table: pa.Table) -> bytes:
    """Return a table as Parquet bytes, the same for the same rows."""
    from pyarrow import parquet

    sink = io.BytesIO()
    parquet.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def fuse_files(request: FuseRequest) -> list[dict[str, Any]]:
    """Fuse files, write the asked-for tables, and return one row that says what was written, counted and excluded."""
    from tenure.control import evidence_from_bench, fuse, panel
    from tenure.model import ControlSpell, to_table

    evidence = evidence_from_bench(read_parquet(request.claims))
    places = read_parquet(request.places)
    initial = read_parquet(request.initial) if request.initial else None
    start, end = _span(request, evidence)
    fused = fuse(
        evidence,
        places,
        initial=initial,
        start=start,
        end=end,
        reading="filtered" if request.filtered else "hindsight",
        known_on=day(request.as_known_on, name="--as-known-on"),
    )
    table = _with_ids_of(panel(fused) if request.daily else to_table(ControlSpell, fused.spells), places)
    write_file(request.out, parquet_bytes(table))
    if request.intervals:
        write_file(request.intervals, parquet_bytes(_intervals(fused)))
    if request.excluded:
        lines = (orjson.dumps(asdict(e), option=orjson.OPT_APPEND_NEWLINE) for e in fused.excluded)
        write_file(request.excluded, b"".join(lines))
    return [
        {
            "out": str(request.out),
            "rows": table.num_rows,
            "places": len(fused.posterior.place_ids),
            "evidence": evidence.num_rows,
            "excluded": len(fused.excluded),
            "reasons": dict(sorted(Counter(e.reason for e in fused.excluded).items())),
            "method": fused.method,
        }
    ]


def _with_ids_of(table: pa.Table, places: pa.Table) -> pa.Table:
    """Return the table with place ids of the type that the given places have: joined back, numbers must meet numbers."""
    import pyarrow as pa

    kind = places.schema.field("place_id").type
    if not pa.types.is_integer(kind):
        return table
    at = table.schema.get_field_index("place_id")
    return table.set_column(at, "place_id", table["place_id"].cast(kind))


INTERVAL_DRAWS = 200
"""Joint draws behind an interval: the 5% and 95% quantiles of the area are then known to a few per cent of its width."""


def _intervals(fused: Fused) -> pa.Table:
    """Return date, actor, lo, hi: the 90% interval of the area, every day or, of a large set, every seventh."""
    from tenure.control import draw_samples, summarise_areas

    dates = fused.posterior.dates
    draws = INTERVAL_DRAWS * len(dates) * len(fused.posterior.place_ids)
    days = dates if draws <= DAILY_DRAWS else dates[::7]
    return summarise_areas(fused, draw_samples(fused, days, count=INTERVAL_DRAWS, seed=1))


def _span(request: FuseRequest, evidence: pa.Table) -> tuple[date, date]:
    import pyarrow.compute as pc

    start, end = day(request.start, name="--start"), day(request.end, name="--end")
    if (start is None or end is None) and evidence.num_rows == 0:
        raise InputError("no claims and no dates", value=request.claims, remedy="give --start and --end")
    first = start or pc.min(evidence["t0"]).as_py()
    last = end + timedelta(days=1) if end else pc.max(evidence["t1"]).as_py()
    if last <= first:
        raise InputError("--end lies before --start", value=f"{first} to {last}", remedy="swap them")
    return first, last
