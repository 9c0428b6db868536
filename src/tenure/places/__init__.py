"""Places: from a name in a sentence to a point, an area, or an honest "unresolved"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.places.gazetteer.build import build_gazetteer, gazetteer_digest
    from tenure.places.gazetteer.compiled import Gazetteer, SourceInfo
    from tenure.places.gazetteer.find import Found, find_places
    from tenure.places.gazetteer.importers import (
        Imported,
        read_csv,
        read_gazetteer_file,
        read_geojson,
        read_geonames_dump,
        read_jsonl,
    )
    from tenure.places.toponyms.entities import entity_parser
    from tenure.places.toponyms.locator import Locator

_LAZY = {
    "Coverage": "tenure.places.coverage",
    "CoverageRow": "tenure.places.coverage",
    "Found": "tenure.places.gazetteer.find",
    "Gazetteer": "tenure.places.gazetteer.compiled",
    "Imported": "tenure.places.gazetteer.importers",
    "Issue": "tenure.places.gazetteer.checks",
    "Licence": "tenure.places.gazetteer.columns",
    "Locator": "tenure.places.toponyms.locator",
    "SourceInfo": "tenure.places.gazetteer.compiled",
    "build_gazetteer": "tenure.places.gazetteer.build",
    "check_places": "tenure.places.gazetteer.checks",
    "entity_parser": "tenure.places.toponyms.entities",
    "find_places": "tenure.places.gazetteer.find",
    "gazetteer_digest": "tenure.places.gazetteer.build",
    "read_csv": "tenure.places.gazetteer.importers",
    "read_gazetteer_file": "tenure.places.gazetteer.importers",
    "read_geojson": "tenure.places.gazetteer.importers",
    "read_geonames_dump": "tenure.places.gazetteer.importers",
    "read_jsonl": "tenure.places.gazetteer.importers",
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
