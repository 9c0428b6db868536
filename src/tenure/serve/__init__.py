"""Serve: OGC API - Features over the last finished build, the map, and `why`; read-only, on loopback by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.serve.app import create_app
    from tenure.serve.edition import Edition, Feed, FixedFeed, make_edition
    from tenure.serve.settings import ServeSettings

__all__ = ["Edition", "Feed", "FixedFeed", "ServeSettings", "create_app", "make_edition"]

_HOME = {
    "create_app": "app",
    "Edition": "edition",
    "Feed": "edition",
    "FixedFeed": "edition",
    "make_edition": "edition",
    "ServeSettings": "settings",
}


def __getattr__(name: str) -> object:
    """Load a part where it is first used: the command line must start fast."""
    if name in _HOME:
        from importlib import import_module

        return getattr(import_module(f"tenure.serve.{_HOME[name]}"), name)
    raise AttributeError(f"module 'tenure.serve' has no attribute {name!r}")
