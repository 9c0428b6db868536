"""Serve: OGC API - Features over the last finished build, the map, and `why`; read-only, on loopback by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.serve.app import create_app
    from tenure.serve.edition import Edition, Feed, FixedFeed, make_edition
    from tenure.serve.server import serve_study
    from tenure.serve.settings import ServeSettings
    from tenure.serve.study import StudyFeed

__all__ = ["Edition", "Feed", "FixedFeed", "ServeSettings", "StudyFeed", "create_app", "make_edition", "serve_study"]

_HOME = {
    "create_app": "app",
    "Edition": "edition",
    "Feed": "edition",
    "FixedFeed": "edition",
    "make_edition": "edition",
    "serve_study": "server",
    "ServeSettings": "settings",
    "StudyFeed": "study",
}


def __getattr__(name: str) -> object:
    """Load a part where it is first used: the command line must start fast."""
    if name in _HOME:
        from importlib import import_module

        return getattr(import_module(f"tenure.serve.{_HOME[name]}"), name)
    raise AttributeError(f"module 'tenure.serve' has no attribute {name!r}")
