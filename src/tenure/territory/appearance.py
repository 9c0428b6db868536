"""Where a force turns up: grounds that join, new ground away from the old, and reports of it where it holds nothing."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from tenure.model import Event, PlacementStatus, Stance
from tenure.territory.containment import placements_of
from tenure.territory.enclosure import components_of
from tenure.territory.labels import is_actor, labels_on, names_of, steps_with
from tenure.territory.scope import fighting_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from tenure.grid import Cells
    from tenure.model import Claim, Placement, Posterior, Relation
    from tenure.territory.enclosure import Components
    from tenure.territory.testimony import Testimony

__all__ = ["Appearance", "CorridorRules", "Sighting", "appearances", "claimed", "sightings_of"]

_DOING = frozenset({Event.GAIN, Event.HOLD, Event.CLASH, Event.ADVANCE})
_SUFFERING = frozenset({Event.CLASH, Event.HOLD, Event.SIEGE})
"""Events whose target is where they happen; who loses a place to a gain says nothing new of where it is."""
_SETTLE_DAYS = 2  # reports of a force within so many days of the first one after its passage tell where the passage led


@dataclass(frozen=True, slots=True)
class CorridorRules:
    """When a force counts as away from its ground, and which claims of passage fit."""

    besieged_only: bool = True
    """Only forces that were cut off, and grounds of which one was: other grounds join on every day of a moving front."""
    memory_days: int = 30
    """Ground held, or a place where the force was reported, within so many days is no news."""
    recall_days: int = 7
    """The way starts from ground held within so many days: a pocket may fall on the day of the escape."""
    min_gap_km: float = 5.0
    """Ground nearer than this to old ground does not appear; a report must be `reach_km` off."""
    min_places: int = 2
    """Grounds of fewer cells do not count as joined."""
    longest_days: int = 7
    """Claims over a longer interval do not say when a force was where."""
    window_days: int = 10
    """A claim of passage fits when its interval comes this near to the day."""
    reach_km: float = 15.0
    """... and a place of it lies this near to the way; also how vague the place of a sighting may be."""
    unseen: float = 0.05
    """Chance of passing one cell of enemies' ground unseen."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A claim that has a force at a place: the actor and the cell as indices, the day number."""

    actor: int
    day: int
    cell: int
    claim_id: str
    news: bool = True
    """False for a siege: who is surrounded somewhere was there before."""


@dataclass(frozen=True, slots=True, eq=False)
class Appearance:
    """A force that turns up: `origin` and `destination` (cells,) bool, and who held what before."""

    kind: str
    actor: int
    day: int
    origin: NDArray[np.bool_]
    destination: NDArray[np.bool_]
    held: NDArray[np.int64]
    """On the day before."""
    after: NDArray[np.int64]
    past: tuple[NDArray[np.int64], ...]
    """Holders on the days of change before, the latest first, as far as the rules recall."""
    sightings: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class _Watch:
    """What is remembered from day to day."""

    held: NDArray[np.int64]
    last_held: NDArray[np.int64]
    last_seen: NDArray[np.int64]
    past: deque[tuple[int, NDArray[np.int64]]] = field(default_factory=deque)


def sightings_of(
    claims: Sequence[Claim],
    placements: Sequence[Placement],
    posterior: Posterior,
    cells: Cells,
    *,
    relations: Sequence[Relation],
    rules: CorridorRules,
) -> tuple[Sighting, ...]:
    """Return where asserted claims have each actor, by day: at the cell nearest to a place that is known to within reach."""
    from scipy.spatial import cKDTree

    grounded = np.flatnonzero((cells.area_km2 > 0) & np.isfinite(cells.x_km))
    if not len(grounded):
        return ()
    tree = cKDTree(np.column_stack((cells.x_km[grounded], cells.y_km[grounded])))
    index = {p.place_id: i for i, p in enumerate(cells.places)}
    placed = placements_of(placements)
    fights = {a: fighting_for(n, relations, posterior.states) for a, n in enumerate(posterior.states) if is_actor(n)}
    out = []
    for claim in claims:
        if claim.stance is not Stance.ASSERTED or (claim.end - claim.start).days > rules.longest_days:
            continue
        there = {*claim.actor_ids} if claim.event in _DOING else set()
        there |= {*claim.target_ids} if claim.event in _SUFFERING else set()
        day = (claim.start - posterior.first_day).days
        for placement in placed.get(claim.claim_id, ()):
            if not 0 <= day < posterior.days or placement.status is not PlacementStatus.RESOLVED:
                continue
            if placement.lon is None or placement.lat is None or (placement.radius_km or 0.0) > rules.reach_km:
                continue
            cell = index.get(placement.place_id or "", -1)
            if cell < 0 or cells.area_km2[cell] <= 0:
                x_km, y_km = cells.projection.forward([placement.lon], [placement.lat])
                cell = int(grounded[tree.query((x_km[0], y_km[0]))[1]])
            news = claim.event is not Event.SIEGE
            out += [Sighting(a, day, cell, claim.claim_id, news) for a, who in fights.items() if who & there]
    return tuple(sorted(out, key=lambda s: (s.day, s.actor, s.cell, s.claim_id)))


def appearances(
    posterior: Posterior, cells: Cells, sightings: Sequence[Sighting], rules: CorridorRules
) -> Iterator[Appearance]:
    """Yield the appearances of all days, by day: ``appeared``, ``joined`` (in control) and ``sighted`` (in claims)."""
    names = names_of(posterior)
    count, places = len(names), len(cells.places)
    never = np.full((count, places), -(10**6), np.int64)
    watch = _Watch(np.full(places, count - 1, np.int64), never, never.copy())
    by_day: dict[int, list[Sighting]] = {}
    for sighting in sightings:
        by_day.setdefault(sighting.day, []).append(sighting)
    before = components_of(watch.held, cells)
    for day, members, new in steps_with(posterior, cells, sorted(by_day)):
        was = watch.held.copy()
        for a in range(count):
            watch.last_held[a, was == a] = day - 1
        watch.past.appendleft((day - 1, was))
        while watch.past[-1][0] < day - rules.recall_days and len(watch.past) > 1:
            watch.past.pop()
        watch.held[members] = new
        after = components_of(watch.held, cells) if len(members) else before
        if day > 0:
            yield from _in_control(day, new, was, (before, after), (watch, cells, names, rules))
        yield from _in_claims(day, by_day.get(day, []), was, (watch, cells, names, rules))
        before = after


_Scene = tuple[_Watch, "Cells", tuple[str, ...], CorridorRules]


def _in_control(
    day: int, new: NDArray[np.int64], was: NDArray[np.int64], parts: tuple[Components, Components], scene: _Scene
) -> Iterator[Appearance]:
    watch, cells, names, rules = scene
    grounded = cells.area_km2 > 0
    past = tuple(held for _, held in watch.past)
    for a in sorted({int(h) for h in new if is_actor(names[h])}):
        gained = (watch.held == a) & (was != a) & grounded
        fresh = gained & (was != len(names) - 1)
        origin = (watch.last_held[a] >= day - rules.recall_days) & grounded
        for destination in _away(fresh, _known(a, day, scene), parts[1], cells, rules):
            yield Appearance("appeared", a, day, origin, destination, was, watch.held.copy(), past)
        for smaller, larger in _joined(a, gained, parts, rules):
            yield Appearance("joined", a, day, smaller, larger, was, watch.held.copy(), past)


def _in_claims(day: int, seen: Sequence[Sighting], was: NDArray[np.int64], scene: _Scene) -> Iterator[Appearance]:
    """Yield sightings of forces where they neither hold nor lately held or were seen at anything near."""
    watch, cells, names, rules = scene
    past = tuple(held for _, held in watch.past)
    for a in sorted({s.actor for s in seen}):
        mine = [s for s in seen if s.actor == a]
        spots = np.zeros(len(cells.places), np.bool_)
        spots[[s.cell for s in mine if s.news]] = True
        known = _known(a, day, scene)
        origin = (watch.last_held[a] >= day - rules.recall_days) & (cells.area_km2 > 0)
        if not origin.any():  # nothing held: then from where it was last reported
            origin = known.copy()
        watch.last_seen[a, [s.cell for s in mine]] = day
        spots &= (watch.held != a) & (watch.held != len(names) - 1)
        # each sighted cell stands for itself, joined to the sighted cells that it touches
        parts = components_of(np.where(spots, 0, 1), cells)
        for destination in _away(spots, known, parts, cells, replace(rules, min_gap_km=rules.reach_km)):
            ids = tuple(sorted({s.claim_id for s in mine if destination[s.cell]}))
            yield Appearance("sighted", a, day, origin, destination, was, watch.held.copy(), past, ids)


def claimed(
    told: Sequence[Testimony],
    sightings: Sequence[Sighting],
    actor: int,
    posterior: Posterior,
    cells: Cells,
    *,
    rules: CorridorRules,
) -> Appearance | None:
    """Return the passage that claims of one time and actor speak of, as an appearance of kind ``claimed``.

    The day is the first of the claims that say when. The way starts from ground held of late, else from where the force was
    reported, and of that from the part nearest to the place that the claims have it passing; it leads to where the force
    is reported next, else to the places that the claims have it going to. None where one of the two ends is not known.
    """
    sure = [t.claim for t in told if t.claim.stance is not Stance.DENIED]
    dated = [c for c in sure if (c.end - c.start).days <= rules.longest_days] or sure
    if not dated:
        return None
    day = min(max((min(c.start for c in dated) - posterior.first_day).days, 1), posterior.days - 1)
    dates = [posterior.first_day + timedelta(days=max(day - k, 0)) for k in range(rules.recall_days + 1)]
    held = [labels_on(posterior, cells, on) for on in dates]
    grounded = cells.area_km2 > 0
    origin = np.logical_or.reduce([h == actor for h in held[1:]]) & grounded
    mine = [s for s in sightings if s.actor == actor]
    if not origin.any():
        origin[[s.cell for s in mine if day - rules.memory_days <= s.day < day]] = True
    through = sorted((s for t in told for s in t.through if s[2] <= rules.reach_km), key=lambda s: (s[2], s))
    if through and origin.any():
        origin = _nearest_ground(cells, origin, through[0])
    near = _within(cells, np.flatnonzero(origin), rules.min_gap_km)
    latest = max(day + rules.window_days, (max(c.end for c in dated) - posterior.first_day).days)
    after = [s for s in mine if (day - 1 if s.news else day + 1) <= s.day <= latest and not near[s.cell]]
    seen = [s for s in after if s.day <= after[0].day + _SETTLE_DAYS]
    destination = np.zeros(len(grounded), np.bool_)
    destination[[s.cell for s in seen]] = True
    if not destination.any():
        spots = sorted({s for t in told for s in t.bound_for}, key=lambda s: (s[2], s))
        for spot in spots[:1]:  # the least vague of the places that it is said to have gone to
            destination |= _disc(cells, spot) & ~near
    if not origin.any() or not destination.any():
        return None
    ids = tuple(sorted({s.claim_id for s in seen}))
    return Appearance("claimed", actor, day, origin, destination, held[1], held[0], tuple(held[1:]), ids)


def _nearest_ground(cells: Cells, ground: NDArray[np.bool_], spot: tuple[float, float, float]) -> NDArray[np.bool_]:
    """Return the connected part of some ground that lies nearest to a spot."""
    x_km, y_km = cells.projection.forward([spot[0]], [spot[1]])
    away = np.where(ground, np.hypot(cells.x_km - x_km[0], cells.y_km - y_km[0]), np.inf)
    parts = components_of(np.where(ground, 0, 1), cells)
    part: NDArray[np.bool_] = parts.of == parts.of[int(np.nan_to_num(away, nan=np.inf).argmin())]
    return part & ground


def _disc(cells: Cells, spot: tuple[float, float, float]) -> NDArray[np.bool_]:
    x_km, y_km = cells.projection.forward([spot[0]], [spot[1]])
    away = np.nan_to_num(np.hypot(cells.x_km - x_km[0], cells.y_km - y_km[0]), nan=np.inf)
    inside: NDArray[np.bool_] = away <= max(spot[2], float(away.min(initial=np.inf)))
    return inside & (cells.area_km2 > 0)


def _within(cells: Cells, members: NDArray[np.int64], km: float) -> NDArray[np.bool_]:
    """Return which cells have their place within some km of a member's, members included."""
    out = np.zeros(len(cells.places), np.bool_)
    out[members] = True
    for member in members.tolist():
        out |= np.nan_to_num(np.hypot(cells.x_km - cells.x_km[member], cells.y_km - cells.y_km[member]), nan=np.inf) < km
    return out


def _known(actor: int, day: int, scene: _Scene) -> NDArray[np.bool_]:
    """Return where the actor lately held ground or was reported, (cells,)."""
    watch, cells, _, rules = scene
    since = day - rules.memory_days
    known: NDArray[np.bool_] = (watch.last_held[actor] >= since) | (watch.last_seen[actor] >= since)
    return known & (cells.area_km2 > 0)


def _away(
    fresh: NDArray[np.bool_], known: NDArray[np.bool_], parts: Components, cells: Cells, rules: CorridorRules
) -> list[NDArray[np.bool_]]:
    """Return the fresh grounds that lie away from all that is known; those near each other are one."""
    if not fresh.any() or not known.any():
        return []
    old = set(parts.of[known & (parts.of >= 0)].tolist())
    beside = np.zeros(len(fresh), np.bool_)
    beside[cells.edges[known[cells.edges].any(axis=1)]] = True
    away = np.zeros(len(fresh), np.bool_)
    for component in sorted(set(parts.of[fresh].tolist()) - old):
        ground = parts.of == component
        if not (ground & beside).any() and _gap_km(cells, known, ground) >= rules.min_gap_km:
            away |= ground & fresh
    return _clusters(cells, away, rules.reach_km)


def _gap_km(cells: Cells, one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Return the least distance between places of two sets of cells; 0 where none has coordinates."""
    from scipy.spatial import cKDTree

    points = np.column_stack((cells.x_km, cells.y_km))
    located = ~np.isnan(points).any(axis=1)
    if not (one & located).any() or not (other & located).any():
        return 0.0
    return float(cKDTree(points[one & located]).query(points[other & located])[0].min())


def _clusters(cells: Cells, chosen: NDArray[np.bool_], reach_km: float) -> list[NDArray[np.bool_]]:
    """Return the chosen cells in clusters: within `reach_km` of each other."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    members = np.flatnonzero(chosen & ~np.isnan(cells.x_km))
    if not len(members):
        return []
    points = np.column_stack((cells.x_km[members], cells.y_km[members]))
    pairs = cKDTree(points).query_pairs(reach_km, output_type="ndarray")
    graph = coo_matrix((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(len(members),) * 2)
    count, label = connected_components(graph, directed=False)
    return [np.isin(np.arange(len(chosen)), members[label == k]) for k in range(count)]


def _joined(
    actor: int, gained: NDArray[np.bool_], parts: tuple[Components, Components], rules: CorridorRules
) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Yield (smaller, larger) grounds of an actor that were apart before and are one after."""
    before, after = parts
    size = np.bincount(before.of[before.of >= 0], minlength=len(before.holder))
    old = (before.holder == actor) & (size >= rules.min_places)
    for component in sorted(set(after.of[gained].tolist())):
        inside = before.of[(after.of == component) & (before.of >= 0)]
        met = [c for c in np.unique(inside).tolist() if old[c]]
        met.sort(key=lambda c: (-before.area_km2[c], c))
        for smaller in met[1:]:
            yield before.of == smaller, before.of == met[0]
