"""Of which ground, which actors and which days a claim speaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import shapely

from tenure.grid import to_geojson
from tenure.model import PlacementStatus, PlaceRole, RelationKind
from tenure.territory.grouping import countable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from tenure.grid import Cells
    from tenure.model import Claim, Placement, Relation
    from tenure.territory.containment import Outlines

__all__ = ["Scope", "fighting_for", "holders_of", "scope_of", "span_of"]

_MOSTLY = 0.8  # share of an area of unknown outline that must lie in the study area for it to be measured
_FIGHT_FOR = (RelationKind.PARENT, RelationKind.ALLIANCE)


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """The area of a claim: its name, km2 of each cell inside, which places count; `kind` of knowledge."""

    name: str
    km2: NDArray[np.float64]
    counted: NDArray[np.bool_]
    kind: str
    """``area``: the claim's own; ``study``: it names no place; ``larger``: it names places, of which none is an area."""


def scope_of(placements: Sequence[Placement], cells: Cells, outlines: Outlines) -> Scope:
    """Return the union of the areas that a claim is placed in; without one the whole study area."""
    polygons, names = [], []
    for placement in placements:
        if placement.status is not PlacementStatus.AREA or placement.role in (PlaceRole.FROM, PlaceRole.TO):
            continue
        polygon = outlines.polygon(placement) or _unit_named(placement, cells) or _disc(placement, cells)
        if polygon is not None:
            polygons.append(polygon)
            names.append(placement.name)
    if not polygons:
        kind = "larger" if placements else "study"
        return Scope("study area", cells.area_km2, countable(cells), kind)
    area = shapely.union_all(polygons)
    text = to_geojson(area, cells.projection, decimals=9)
    shapely.prepare(area)
    unlocated = np.array(
        [_area_inside(p.area_id, area, outlines) if p.lon is None else False for p in cells.places], np.bool_
    )
    inside = (cells.within(text) | unlocated) & countable(cells)
    return Scope(", ".join(dict.fromkeys(names)), cells.ground_in(text), inside, "area")


def _unit_named(placement: Placement, cells: Cells) -> shapely.Geometry | None:
    """Return the ground of the places that the gazetteer has in a unit of that name, for a unit without an outline."""
    wanted = placement.name.casefold()
    mine = [
        i
        for i, p in enumerate(cells.places)
        if cells.area_km2[i] > 0 and any(n is not None and n.casefold() == wanted for n in (p.admin1, p.admin2, p.admin3))
    ]
    return cells.union(np.isin(np.arange(len(cells.places)), mine)) if mine else None


def _disc(placement: Placement, cells: Cells) -> shapely.Geometry | None:
    """Return the disc that an area without an outline is known by, None where the study holds too little of it."""
    if placement.lon is None or placement.lat is None or not placement.radius_km:
        return None
    x_km, y_km = cells.projection.forward([placement.lon], [placement.lat])
    disc = shapely.Point(x_km[0], y_km[0]).buffer(placement.radius_km)
    ground = cells.union(cells.area_km2 > 0)
    inside = shapely.intersection(disc, ground)
    return inside if inside.area >= _MOSTLY * disc.area else None


def _area_inside(area_id: str | None, area: shapely.Geometry, outlines: Outlines) -> bool:
    """Return whether a place that is known only by its area counts in a larger area: by a point inside its own."""
    polygon = outlines.polygons.get(area_id or "")
    return polygon is not None and bool(shapely.intersects(area, polygon.representative_point()))


def holders_of(ids: Sequence[str], states: Sequence[str], relations: Sequence[Relation]) -> tuple[str, ...]:
    """Return the states of the control model that actors hold ground as: themselves, or those for whom they fight.

    A group that holds no ground of its own takes it for its parent (the first actor of the relation), or for its ally.

    >>> from tenure.model import Relation, RelationKind
    >>> part = Relation(RelationKind.PARENT, ("army", "division"), None, None, "handbook")
    >>> holders_of(("division", "rebels"), ("army", "rebels", "contested"), (part,))
    ('army', 'rebels')
    """
    out = set(ids) & set(states)
    for actor in set(ids) - out:
        for relation in relations:
            if relation.kind in _FIGHT_FOR and actor in relation.actors:
                out |= set(relation.actors) & set(states)
    return tuple(sorted(out))


def fighting_for(actor: str, relations: Sequence[Relation], states: Sequence[str]) -> frozenset[str]:
    """Return the actor and the groups that hold no ground of their own and fight for it."""
    groups = {a for r in relations if r.kind in _FIGHT_FOR and actor in r.actors for a in r.actors}
    return frozenset({actor} | (groups - set(states)))


def span_of(claim: Claim, first: date, last: date) -> tuple[date, date]:
    """Return the day before a claim's interval and its last day, clipped to the study's first and last day."""
    before = min(max(claim.start - timedelta(days=1), first), last)
    return before, min(max(claim.end - timedelta(days=1), first), last)


def nearest(dates: Iterable[date], wanted: date) -> date:
    """Return the date nearest to the wanted one, the earlier of two."""
    return min(dates, key=lambda d: (abs((d - wanted).days), d))
