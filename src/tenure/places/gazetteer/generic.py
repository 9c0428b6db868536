"""Names that are words: what names a place somewhere but means itself in almost every text."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["generic_names"]


@cache
def generic_names() -> frozenset[str]:
    """Return words that name a place somewhere but mean themselves in almost every text (data/generic_names.txt)."""
    text = files("tenure.places").joinpath("data/generic_names.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())
