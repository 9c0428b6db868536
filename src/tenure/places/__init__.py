"""Places: from a name in a sentence to a point, an area, or an honest "unresolved"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.places.build import build_gazetteer, gazetteer_digest
    from tenure.places.entities import entity_parser
    from tenure.places.find import Found, find_places
    from tenure.places.gazetteer import Gazetteer, SourceInfo
    from tenure.places.importers import Imported, read_csv, read_gazetteer_file, read_geojson, read_geonames_dump, read_jsonl
    from tenure.places.locate import Locator

_LAZY = {
    "Coverage": "tenure.places.coverage",
    "CoverageRow": "tenure.places.coverage",
    "Found": "tenure.places.find",
    "Gazetteer": "tenure.places.gazetteer",
    "Imported": "tenure.places.importers",
    "Issue": "tenure.places.checks",
    "Licence": "tenure.places.columns",
    "Locator": "tenure.places.locate",
    "SourceInfo": "tenure.places.gazetteer",
    "build_gazetteer": "tenure.places.build",
    "check_places": "tenure.places.checks",
    "entity_parser": "tenure.places.entities",
    "find_places": "tenure.places.find",
    "gazetteer_digest": "tenure.places.build",
    "read_csv": "tenure.places.importers",
    "read_gazetteer_file": "tenure.places.importers",
    "read_geojson": "tenure.places.importers",
    "read_geonames_dump": "tenure.places.importers",
    "read_jsonl": "tenure.places.importers",
}

__all__ = [
    "Coverage",
    "CoverageRow",
    "Found",
    "Gazetteer",
    "Imported",
    "Issue",
    "Licence",
    "Locator",
    "SourceInfo",
    "build_gazetteer",
    "check_places",
    "entity_parser",
    "find_places",
    "gazetteer_digest",
    "read_csv",
    "read_gazetteer_file",
    "read_geojson",
    "read_geonames_dump",
    "read_jsonl",
]


def __getattr__(name: str) -> object:
    """Load a part where it is first used: the base import stays cheap."""
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'tenure.places' has no attribute {name!r}")
