"""One door to all files: by suffix, schema and table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.errors import InputError
from tenure.publish.files import exchange, geopackage, panel, tiles, vector
from tenure.publish.files.datapackage import data_package, zip_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenure.publish.release import Release

__all__ = ["SCHEMAS", "SUFFIXES", "export"]

SUFFIXES = (".geojson", ".parquet", ".csv", ".gpkg", ".fgb", ".pmtiles", ".zip")
SCHEMAS = ("tenure", "acled", "viina")


def export(
    released: Release,
    suffix: str,
    *,
    schema: str = "tenure",
    table: str = "control",
    step: str | None = None,
    filtered: bool = False,
) -> bytes:
    """Return the bytes of a file of a release, by its suffix (with its dot, any case).

    `table` names the published table (GeoPackage and .zip, the data package, hold all of them). `step` ``day`` or ``week``
    asks for the panel instead (.csv or .parquet), `filtered` for its as-known-then series. `schema` ``acled`` or ``viina``
    gives their columns as .csv. Raises InputError for a suffix, schema or table that there is not, or a mix of them.
    """
    suffix = suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError("no such kind of file", value=suffix, remedy="use one of " + ", ".join(SUFFIXES))
    if schema not in SCHEMAS:
        raise InputError("no such schema", value=schema, remedy="use one of " + ", ".join(SCHEMAS))
    if schema != "tenure":
        return _foreign(released, suffix, schema)
    if step is not None:
        return _panel(released, suffix, step, filtered=filtered)
    if suffix == ".gpkg":
        return geopackage.to_geopackage(released)
    if suffix == ".zip":
        return zip_files(data_package(released))
    writers: dict[str, Callable[[Release, str], bytes]] = {
        ".geojson": vector.to_geojson,
        ".parquet": vector.to_geoparquet,
        ".csv": vector.to_csv,
        ".fgb": vector.to_flatgeobuf,
        ".pmtiles": tiles.to_pmtiles,
    }
    return writers[suffix](released, table)


def _foreign(released: Release, suffix: str, schema: str) -> bytes:
    if suffix != ".csv":
        raise InputError(f"schema {schema} is written as CSV only", value=suffix, remedy="name the file .csv")
    return exchange.to_acled(released) if schema == "acled" else exchange.to_viina(released)


def _panel(released: Release, suffix: str, step: str, *, filtered: bool) -> bytes:
    writers = {".csv": panel.panel_csv, ".parquet": panel.panel_parquet}
    if suffix not in writers:
        raise InputError("the panel is written as .csv or .parquet", value=suffix, remedy="choose one of them")
    return writers[suffix](released, step=step, filtered=filtered)
