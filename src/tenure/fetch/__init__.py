"""The only network: polite (robots.txt, delays, retries), cached, and replayable offline from the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.fetch.client import FetchSettings
    from tenure.fetch.endpoint import open_endpoint
    from tenure.fetch.fetcher import Fetcher

__all__ = ["FetchSettings", "Fetcher", "open_endpoint"]

_HOMES = {"FetchSettings": "client", "Fetcher": "fetcher", "open_endpoint": "endpoint"}


def __getattr__(name: str) -> object:
    """Load the HTTP library where it is first used, so that importing the package is cheap."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"tenure.fetch.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'tenure.fetch' has no attribute {name!r}")
