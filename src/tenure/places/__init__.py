"""Places: from a name in a sentence to a point, an area, or an honest "unresolved"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.places.build import build_gazetteer, gazetteer_digest
    from tenure.places.gazetteer import Gazetteer
    from tenure.places.locate import Locator

__all__ = ["Gazetteer", "Locator", "build_gazetteer", "gazetteer_digest"]

_LAZY = {
    "Gazetteer": "tenure.places.gazetteer",
    "Locator": "tenure.places.locate",
    "build_gazetteer": "tenure.places.build",
    "gazetteer_digest": "tenure.places.build",
}


def __getattr__(name: str) -> object:
    """Load a part where it is first used: the base import stays cheap."""
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'tenure.places' has no attribute {name!r}")
