"""The ground, measured with its uncertainty: areas, changes, fronts, pockets, corridors, incidents, checks of figures."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.territory.appearance import CorridorRules
    from tenure.territory.area import UNPOPULATED, area_by_day, areas_by_actor
    from tenure.territory.change import captures_between, change_between
    from tenure.territory.check import check_quantities, dates_to_sample
    from tenure.territory.corridor import find_corridors
    from tenure.territory.findings import (
        Alternative,
        Capture,
        ChangeBetween,
        Check,
        Corridor,
        Flip,
        Front,
        Incident,
        IncidentCount,
        Incidents,
        Movement,
        Pocket,
        Stay,
    )
    from tenure.territory.front import FrontSeries, front_lengths, front_lines, front_movement
    from tenure.territory.grouping import Grouping, by_admin, by_polygon, by_zone, whole_area
    from tenure.territory.incident import incident_counts, zone_incidents
    from tenure.territory.pocket import find_pockets, follow_pockets
    from tenure.territory.series import weekly_change
    from tenure.territory.testimony import Witness

_HOME = {
    "UNPOPULATED": "area",
    "area_by_day": "area",
    "areas_by_actor": "area",
    "captures_between": "change",
    "change_between": "change",
    "weekly_change": "series",
    "check_quantities": "check",
    "dates_to_sample": "check",
    "CorridorRules": "appearance",
    "find_corridors": "corridor",
    "Witness": "testimony",
    "incident_counts": "incident",
    "zone_incidents": "incident",
    "Alternative": "findings",
    "Capture": "findings",
    "ChangeBetween": "findings",
    "Check": "findings",
    "Corridor": "findings",
    "Flip": "findings",
    "Front": "findings",
    "Incident": "findings",
    "IncidentCount": "findings",
    "Incidents": "findings",
    "Movement": "findings",
    "Pocket": "findings",
    "Stay": "findings",
    "FrontSeries": "front",
    "front_lengths": "front",
    "front_lines": "front",
    "front_movement": "front",
    "Grouping": "grouping",
    "by_admin": "grouping",
    "by_polygon": "grouping",
    "by_zone": "grouping",
    "whole_area": "grouping",
    "find_pockets": "pocket",
    "follow_pockets": "pocket",
}

_OLD = {"Change": "ChangeBetween", "CheckRow": "Check"}
"""Names that were these records' before; imports of them go on to work."""

__all__ = [
    "UNPOPULATED",
    "Alternative",
    "Capture",
    "ChangeBetween",
    "Check",
    "Corridor",
    "CorridorRules",
    "Flip",
    "Front",
    "FrontSeries",
    "Grouping",
    "Incident",
    "IncidentCount",
    "Incidents",
    "Movement",
    "Pocket",
    "Stay",
    "Witness",
    "area_by_day",
    "areas_by_actor",
    "by_admin",
    "by_polygon",
    "by_zone",
    "captures_between",
    "change_between",
    "check_quantities",
    "dates_to_sample",
    "find_corridors",
    "find_pockets",
    "follow_pockets",
    "front_lengths",
    "front_lines",
    "front_movement",
    "incident_counts",
    "weekly_change",
    "whole_area",
    "zone_incidents",
]


def __getattr__(name: str) -> object:
    """Load shapely and scipy where they are first used."""
    name = _OLD.get(name, name)
    if name in _HOME:
        return getattr(import_module(f"tenure.territory.{_HOME[name]}"), name)
    raise AttributeError(f"module 'tenure.territory' has no attribute {name!r}")
