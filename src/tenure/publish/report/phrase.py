"""How the situation report writes figures, names and days; nothing here knows what a finding is."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from tenure.model import CONTESTED, UNKNOWN

if TYPE_CHECKING:
    from datetime import date

    from tenure.publish.release import Release

__all__ = ["chance", "doers", "holder_name", "last_day", "named_places", "span"]

_NAMED = 6  # places that a cell names; the rest is counted


def span(value: float, low: float, high: float, *, least: float = 0.0) -> str:
    """Return a figure with its interval; no end lies below `least`, and what is no number was not measured.

    >>> span(1204.2, -3.0, 1410.0)
    '1,204 (0 to 1,410)'
    """
    if not math.isfinite(value):
        return "not measured"
    shown = f"{value:,.0f}"
    if not (math.isfinite(low) and math.isfinite(high)) or low >= high:
        return shown
    return f"{shown} ({max(low, least):,.0f} to {high:,.0f})"


def holder_name(released: Release, state: str) -> str:
    """Return the name of an actor or state; what acts together comes as ids joined by a plus, other words stay."""
    known = {a.actor_id: a.name for a in released.publication.actors} | {CONTESTED: "Contested", UNKNOWN: "Unknown"}
    return " + ".join(known.get(part, part) for part in state.split(" + "))


def doers(released: Release, actors: tuple[str, ...]) -> str:
    """Return the names of those who are said to act; ``not stated`` for nobody."""
    return " + ".join(holder_name(released, a) for a in actors if a) or "not stated"


def chance(p: float) -> str:
    """Return a probability with two decimals."""
    return f"{p:.2f}" if math.isfinite(p) else "not measured"


def last_day(end: date | None) -> str:
    """Return the last day of a half-open interval: the report's days are inclusive."""
    return "open" if end is None else (end - timedelta(days=1)).isoformat()


def named_places(released: Release, ids: tuple[str, ...]) -> str:
    """Return the names of places and areas, the first few by name; an id that no list names is left out."""
    names = {pl.place_id: pl.name for pl in released.publication.placements if pl.place_id is not None and pl.name}
    names |= {a.area_id: a.name for a in released.publication.areas}
    names |= {p.place_id: p.name for p in released.publication.places}
    shown = [names[i] for i in ids if i in names]
    return ", ".join(shown[:_NAMED]) + (f" and {len(shown) - _NAMED} more" if len(shown) > _NAMED else "")
