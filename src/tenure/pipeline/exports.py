"""`tenure export`: the study's public tables in the format that a file's suffix names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenure.errors import InputError
from tenure.pipeline.answers import open_built
from tenure.store import write_file

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from tenure.publish import Release

__all__ = ["export_study", "release_built"]

SCHEMAS = ("tenure", "acled", "viina")


def release_built(folder: Path, *, now: datetime) -> Release:
    """Return what of a built study may be published now: the same record that the build's own outputs are made of."""
    from tenure.pipeline.assess import assess
    from tenure.pipeline.outputs import release_of

    built = open_built(folder)
    tables = (built.claims, built.placements, built.reports)
    return release_of(assess(built.study, *tables), *tables, methods=built.methods, now=now)


def export_study(folder: Path, to: Path, *, schema: str, daily: bool, now: datetime) -> list[dict[str, Any]]:
    """Write an export and return one row that says what was written; InputError for a suffix or schema that is none."""
    if schema not in SCHEMAS:
        raise InputError("unknown schema", value=schema, remedy="use " + ", ".join(SCHEMAS))
    writer = _writer(to.suffix.lower(), schema, daily=daily)
    content = writer(release_built(folder, now=now))
    write_file(to, content)
    return [{"file": str(to), "bytes": len(content), "schema": schema, "panel": daily}]


def _writer(suffix: str, schema: str, *, daily: bool) -> Any:  # noqa: ANN401 - a function Release -> bytes
    from tenure import publish

    if schema != "tenure":
        if suffix != ".csv":
            raise InputError(f"the {schema} schema is written as CSV", value=suffix, remedy="name a .csv file")
        return publish.to_acled if schema == "acled" else publish.to_viina
    panels = {".parquet": publish.panel_parquet, ".csv": publish.panel_csv}
    tables = {
        ".geojson": publish.to_geojson,
        ".json": publish.to_geojson,
        ".parquet": publish.to_geoparquet,
        ".csv": publish.to_csv,
        ".fgb": publish.to_flatgeobuf,
        ".gpkg": publish.to_geopackage,
        ".zip": publish.to_datapackage,
        ".pmtiles": publish.to_pmtiles,
    }
    formats = panels if daily else tables
    if suffix not in formats:
        raise InputError("no format of this suffix", value=suffix or "none", remedy="use " + ", ".join(formats))
    return formats[suffix]
