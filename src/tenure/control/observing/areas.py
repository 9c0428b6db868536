"""What is said of an area as evidence about the places in it.

Rules
 1. A count that speaks of at least half of an area's places tells of each as far as it goes.
 2. Words for all or most of an area tell of its places; without an outline or a list of its places nobody knows which.
 3. Only what could have changed hands then did: where a place's own report says that the taker had it before, the area's
    says that it still holds it; where it says that the taker got it later, the area's report was early, and says nothing.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tenure.model import Event, Extent, FeatureClass, PlacementStatus, PlaceRole, QuantityKind, Stance, Verb, unit_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from tenure.config import Study
    from tenure.model import Area, Claim, Evidence, Placement

__all__ = ["Ground", "could_flip", "pocket_share", "share_meant"]

_LEAST_SHARE = 0.5  # of an area's places that a count must speak of
# how likely a place is meant by who speaks of the area: corners stay that no report of a whole tells of, and an area named
# bare is taken by its towns first (.6 for it cost nameable F1 .08 in one of three campaigns); gates: campaigns
_EXTENT = {Extent.WHOLE: 0.75, Extent.PLAIN: 0.3, Extent.MOST: 0.5}
_POCKET = {Extent.PART: 0.0, Extent.MOST: 0.5}  # a pocket named bare is all of it: it is what its ring holds
_TOWNS = frozenset({FeatureClass.SETTLEMENT, FeatureClass.BASE, FeatureClass.FACILITY})
_TOLD = frozenset({Event.GAIN, Event.LOSS, Event.HOLD})


class Ground:
    """The study's places by the areas that they lie in: by code, by name, by outline."""

    def __init__(self, study: Study) -> None:
        """Index the places of a study."""
        self.inside: dict[str, set[str]] = defaultdict(set)
        names = {a.area_id: a.name for a in study.areas}
        for place in study.places:
            admins = (place.admin1, place.admin2, place.admin3)
            keys = {key for key in (*admins, place.area_id) if key}
            keys |= {area_id for area_id, name in names.items() if name in keys}
            keys |= {unit_id(admins[:level]) for level, name in enumerate(admins, start=1) if name}
            for key in keys:
                self.inside[key].add(place.place_id)
        self.names = {
            p.place_id: {n.casefold() for n in (p.name, *p.alternate_names)} for p in study.places if p.feature in _TOWNS
        }
        self.points = [(p.place_id, p.lon, p.lat) for p in study.places if p.lon is not None and p.lat is not None]
        for area_id, place_id in self._outlined(study.areas):
            self.inside[area_id].add(place_id)

    def _outlined(self, areas: Sequence[Area]) -> Iterator[tuple[str, str]]:
        """Yield (area, place) for every place whose point lies in an area's outline; an area may have no outline."""
        import shapely

        tree = shapely.STRtree([shapely.Point(lon, lat) for _, lon, lat in self.points])
        for area in areas:
            outline = shapely.from_geojson(area.geometry, on_invalid="ignore")
            for at in () if outline is None else tree.query(outline, predicate="contains").tolist():
                yield area.area_id, self.points[at][0]

    def candidates_of(self, placement: Placement) -> dict[str, float]:
        """Return place -> probability of the places that a name may mean, empty where the text speaks of an area.

        A unit that only holds all candidates of an unsure name is no area that anybody spoke of; and of a town and a
        province of one name, the bare name is the town.
        """
        options = {c.place_id: c.p for c in placement.candidates}
        if placement.status is PlacementStatus.RESOLVED:
            return options or {str(placement.place_id): placement.p}
        if placement.status is not PlacementStatus.AREA or not options:
            return {}
        if placement.candidates[0].place_id != placement.place_id:
            return options
        towns = {i for i in options if placement.name.casefold() in self.names.get(i, ())}
        # the town has the unit's share too: they are two readings of one name
        share = sum(options[i] for i in towns) + options.get(str(placement.place_id), 0.0)
        return {i: options[i] * share / max(sum(options[t] for t in towns), 1e-9) for i in sorted(towns)}

    def knows(self, placement: Placement) -> bool:
        """Return whether it is known which places lie in an area, not only how far it reaches."""
        return placement.place_id in self.inside

    def places_in(self, placement: Placement) -> list[str]:
        """Return the study's places inside an area placement: those known to lie in it, else those within its radius."""
        if placement.place_id in self.inside:
            return sorted(self.inside[placement.place_id])
        if placement.lon is None or placement.lat is None or not placement.radius_km:
            return []
        from math import cos, radians

        east = 111.32 * cos(radians(placement.lat))
        reach = placement.radius_km**2
        return sorted(
            i
            for i, lon, lat in self.points
            if ((lon - placement.lon) * east) ** 2 + ((lat - placement.lat) * 110.57) ** 2 <= reach
        )


def share_meant(claim: Claim, area: Placement, left: float, size: int) -> float:
    """Return the probability that a place of an area is meant: by a count of `left` over its `size` places, or by words."""
    if any(q.kind in {QuantityKind.VILLAGES, QuantityKind.KM2} for q in claim.quantities):
        counted = claim.event in {Event.GAIN, Event.LOSS} and left > 0 and left >= _LEAST_SHARE * size
        return min(left / size, 0.9) if counted and size else 0.0
    if claim.event not in _TOLD or area.role in {PlaceRole.NEAR, PlaceRole.TO}:
        return 0.0
    said = [p.extent for p in claim.places if p.name == area.name and p.start_char == area.start_char]
    return max((_EXTENT.get(e, 0.0) for e in said if e is not None), default=0.0)


def pocket_share(extent: Extent) -> float:
    """Return the probability that a place of a pocket is meant by words for so much of it."""
    return _POCKET.get(extent, _EXTENT[Extent.WHOLE])


def could_flip(rows: Iterable[Evidence], spread: AbstractSet[tuple[str, str]]) -> list[Evidence]:
    """Return the rows without those of area reports (`spread`: claim, place) that the places' own reports leave nothing to.

    Of a gain that the place's last own report has told already, the holding stays.
    """
    rows = list(rows)
    own: dict[str, list[Evidence]] = defaultdict(list)
    for row in rows:
        if row.verb is Verb.TOOK and row.stance is Stance.ASSERTED and (row.claim_id, row.place_id) not in spread:
            own[row.place_id].append(row)
    return [row for row in rows if (row.claim_id, row.place_id) not in spread or _says_more(row, own[row.place_id])]


def _says_more(row: Evidence, own: Sequence[Evidence]) -> bool:
    if row.stance is not Stance.ASSERTED or row.verb is Verb.CLASH:
        return True
    last = max((r for r in own if r.t1 <= row.t1), key=lambda r: (r.t1, r.claim_id), default=None)
    if row.verb is Verb.LOST:
        return last is None or last.actor == row.actor
    if last is not None and last.actor == row.actor:
        return row.verb is Verb.HELD
    after = min((r for r in own if r.t1 > row.t1), key=lambda r: (r.t1, r.claim_id), default=None)
    return after is None or after.actor != row.actor
