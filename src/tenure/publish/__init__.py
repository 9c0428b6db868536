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
    from tenure.publish.files.datapackage import data_package
    from tenure.publish.files.formats import export
    from tenure.publish.files.vector import to_csv, to_geojson, to_geoparquet
    from tenure.publish.map.page import render_map, render_site
    from tenure.publish.release import Release, cutoff_date
    from tenure.publish.report.situation import report_pictures, situation_report
    from tenure.publish.tables import columns_of, table, table_names

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
    "data_package": "files.datapackage",
    "export": "files.formats",
    "render_map": "map.page",
    "render_site": "map.page",
    "report_pictures": "report.situation",
    "situation_report": "report.situation",
    "table": "tables",
    "table_names": "tables",
    "to_csv": "files.vector",
    "to_geojson": "files.vector",
    "to_geoparquet": "files.vector",
}


def __getattr__(name: str) -> object:
    """Load the writers where they are first used."""
    if name in _LAZY:
        return getattr(import_module(f"tenure.publish.{_LAZY[name]}"), name)
    raise AttributeError(f"module 'tenure.publish' has no attribute {name!r}")
