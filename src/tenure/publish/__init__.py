"""Publish: a study's tables into bytes (map, files, situation report), all through one release rule."""

from __future__ import annotations

from tenure.publish.publication import (
    CellRow,
    ChangeRow,
    CheckRow,
    CorridorRow,
    FrontRow,
    GapRow,
    IncidentRow,
    PocketRow,
    Publication,
    ReliabilityRow,
    SeriesRow,
    WeightRow,
)

__all__ = [
    "CellRow",
    "ChangeRow",
    "CheckRow",
    "CorridorRow",
    "FrontRow",
    "GapRow",
    "IncidentRow",
    "PocketRow",
    "Publication",
    "ReliabilityRow",
    "SeriesRow",
    "WeightRow",
]
