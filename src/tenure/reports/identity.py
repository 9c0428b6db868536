"""The identity of this stage's method: its name and a hash of its rules' version, data, limits and libraries."""

from __future__ import annotations

import hashlib
from dataclasses import astuple
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.reports.drafts import Limits

__all__ = ["method_identity"]

_RULES = 2
"""Raise it when a rule in the code changes what is read from the same bytes."""
_LIBRARIES = ("brotli", "charset-normalizer", "feedparser", "htmldate", "py3langid", "trafilatura", "warcio")


@cache
def method_identity(limits: Limits) -> str:
    """Return the method's name and the first 12 hex digits of its configuration's SHA-256.

    >>> from tenure.reports.drafts import Limits
    >>> method_identity(Limits()).split("-")[0]
    'reports'
    """
    digest = hashlib.sha256(repr((_RULES, astuple(limits))).encode())
    for name in ("calendar", "evidence", "numbers", "page", "records"):
        digest.update(files("tenure.reports").joinpath(f"data/{name}.toml").read_bytes())
    for library in _LIBRARIES:
        digest.update(f"{library}={version(library)}\n".encode())
    return f"reports-{digest.hexdigest()[:12]}"
