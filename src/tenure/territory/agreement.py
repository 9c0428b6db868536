"""What holds in a zone: its own terms and, where it is a part of another and says nothing of its own, those of the whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tenure.model import Zone

__all__ = ["share_in_force", "terms_of"]

_TERMS = ("parties", "guarantors", "prohibited", "exemptions")


def terms_of(zones: Sequence[Zone]) -> tuple[Zone, ...]:
    """Return the zones by id; one that names no parties, guarantors, prohibited events or exemptions has its parent's.

    A parent that is not among the zones, or that leads back to the zone itself, adds nothing.
    """
    by_id = {z.zone_id: z for z in zones}
    return tuple(_with_terms(by_id[zone_id], by_id) for zone_id in sorted(by_id))


def _with_terms(zone: Zone, by_id: dict[str, Zone]) -> Zone:
    seen = {zone.zone_id}
    parent = by_id.get(zone.parent or "")
    while parent is not None and parent.zone_id not in seen:
        seen.add(parent.zone_id)
        missing = {name: getattr(parent, name) for name in _TERMS if not getattr(zone, name)}
        zone = replace(zone, **missing)
        parent = by_id.get(parent.parent or "")
    return zone


def share_in_force(zone: Zone, start: date, end: date) -> float:
    """Return the share of the days [start, end) on which the zone's agreement holds: a claim does not say on which of them.

    >>> from datetime import date
    >>> from types import SimpleNamespace
    >>> share_in_force(SimpleNamespace(valid_from=date(2030, 5, 4), valid_to=None), date(2030, 5, 1), date(2030, 5, 7))
    0.5
    """
    first, last = max(start, zone.valid_from), end if zone.valid_to is None else min(end, zone.valid_to)
    days = (end - start).days
    return max((last - first).days, 0) / days if days > 0 else 0.0
