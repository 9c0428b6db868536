"""Publish: a study's tables into bytes (map, files, situation report), all through one release rule.

`tenure.publish.release.release(publication, now=...)` makes the `Release` that every writer takes.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from tenure.publish.publication import (
    CellRow,
    ChangeRow,
    CheckRow,
    ComplianceRow,
    CorridorRow,
    FrontRow,
    GapRow,
    IncidentRow,
    PocketRow,
    Publication,
    ReliabilityRow,
    SeriesRow,
    WeekRow,
    WeightRow,
)

if TYPE_CHECKING:
    from tenure.publish.datapackage import data_package
    from tenure.publish.formats import export
    from tenure.publish.map import render_map, render_site
    from tenure.publish.release import Release, cutoff_date
    from tenure.publish.report import report_pictures, situation_report
    from tenure.publish.tables import columns_of, table, table_names
    from tenure.publish.vector import to_csv, to_geojson, to_geoparquet

__all__ = [
    "CellRow",
    "ChangeRow",
    "CheckRow",
    "ComplianceRow",
    "CorridorRow",
    "FrontRow",
    "GapRow",
    "IncidentRow",
    "PocketRow",
    "Publication",
    "Release",
    "ReliabilityRow",
    "SeriesRow",
    "WeekRow",
    "WeightRow",
    "columns_of",
    "cutoff_date",
    "data_package",
    "export",
    "render_map",
    "render_site",
    "report_pictures",
    "situation_report",
    "table",
    "table_names",
    "to_csv",
    "to_geojson",
    "to_geoparquet",
]

_LAZY = {
    "Release": "release",
    "columns_of": "tables",
    "cutoff_date": "release",
    "data_package": "datapackage",
    "export": "formats",
    "render_map": "map",
    "render_site": "map",
    "report_pictures": "report",
    "situation_report": "report",
    "table": "tables",
    "table_names": "tables",
    "to_csv": "vector",
    "to_geojson": "vector",
    "to_geoparquet": "vector",
}


def __getattr__(name: str) -> object:
    """Load the writers where they are first used."""
    if name in _LAZY:
        return getattr(import_module(f"tenure.publish.{_LAZY[name]}"), name)
    raise AttributeError(f"module 'tenure.publish' has no attribute {name!r}")
