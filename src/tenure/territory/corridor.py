"""Corridors: where a force's way must have led when two of its grounds met, or when it shows up away from all it held.

Rules.
 - ``joined``: on a day two grounds of an actor, apart the day before, are one. The way is looked for over the actor's
   ground.
 - ``appeared``: ground of an actor that does not touch anything the actor held within `memory_days`, at least `min_gap_km`
   from it, on ground that was not unknown before. The way is looked for over all cells, from the ground of the day before;
   passing a cell has the probability that the actor, an ally, nobody (contested) or nobody known holds it; under enemies'
   ground lies a small chance of passing unseen, and a claim of passage nearby raises it.
 - pinch points and width are those among the cells that are at least as passable as the worst cell of the way.
 - what fits is listed, never asserted: claims of passage, and the other explanations with what speaks for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import shapely

from tenure.grid import to_geojson
from tenure.model import Stance
from tenure.territory.allies import allies_on
from tenure.territory.enclosure import components_of
from tenure.territory.findings import Alternative, Corridor
from tenure.territory.labels import drawn_on, is_actor, label_steps, names_of, probability_on
from tenure.territory.passage import min_cut_km, most_probable_way, pinch_points
from tenure.territory.pocket import snapshots
from tenure.territory.scope import fighting_for
from tenure.territory.testimony import fitting_claims, passage_claims, raise_near

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from tenure.grid import Cells
    from tenure.model import Claim, ControlSamples, Placement, Posterior, Relation
    from tenure.territory.enclosure import Components

__all__ = ["CorridorRules", "find_corridors"]


@dataclass(frozen=True, slots=True)
class CorridorRules:
    """When new ground counts as away from the old, and which claims of passage fit."""

    memory_days: int = 30
    """Ground held within so many days is still a force's own."""
    min_gap_km: float = 5.0
    """New ground nearer than this to old ground is no appearance."""
    min_places: int = 2
    """Grounds of fewer cells do not count as joined."""
    window_days: int = 10
    """A claim of passage fits when its interval comes this near to the day."""
    reach_km: float = 15.0
    """... and a place of it lies this near to the way."""
    unseen: float = 0.05
    """Chance of passing one cell of enemies' ground unseen."""


@dataclass(frozen=True, slots=True, eq=False)
class _Event:
    kind: str
    actor: int
    day: int
    origin: NDArray[np.bool_]
    destination: NDArray[np.bool_]
    held: NDArray[np.int64]
    """Holders before."""
    after: NDArray[np.int64]


def find_corridors(
    posterior: Posterior,
    samples: ControlSamples | None,
    cells: Cells,
    *,
    relations: Sequence[Relation] = (),
    claims: Sequence[Claim] = (),
    placements: Sequence[Placement] = (),
    rules: CorridorRules | None = None,
) -> tuple[Corridor, ...]:
    """Return the corridors of all days, by day and actor; the module's head gives the rules.

    `claims` and `placements` lend the claims of passage. Days are those on which the most probable holders change.
    """
    rules = rules or CorridorRules()
    out = []
    for event in _events(posterior, cells, rules):
        found = _explain(event, (posterior, samples), cells, relations, (claims, placements, rules))
        if found is not None:
            out.append(found)
    return tuple(sorted(out, key=lambda c: (c.day, c.actor, c.kind, c.destination)))


def _events(posterior: Posterior, cells: Cells, rules: CorridorRules) -> Iterator[_Event]:
    names = names_of(posterior)
    actors = [a for a, n in enumerate(names) if is_actor(n)]
    held = np.full(len(cells.places), len(names) - 1, np.int64)
    last_held = np.full((len(names), len(cells.places)), -(10**6), np.int64)
    grounded = cells.area_km2 > 0
    before = components_of(held, cells)
    for day, members, new in label_steps(posterior, cells):
        was = held.copy()
        for a in actors:
            last_held[a, was == a] = day - 1
        held[members] = new
        after = components_of(held, cells)
        if day > 0:
            for a in sorted({int(h) for h in new} & set(actors)):
                gained = (held == a) & (was != a) & grounded
                recent = (last_held[a] >= day - rules.memory_days) & grounded
                fresh = gained & (was != len(names) - 1)
                for destination in _appeared(fresh, recent, after, cells, rules):
                    yield _Event("appeared", a, day, (was == a) & grounded, destination, was, held.copy())
                for origin, destination in _joined(a, gained, before, after, rules):
                    yield _Event("joined", a, day, origin, destination, was, held.copy())
        before = after


def _appeared(
    gained: NDArray[np.bool_], recent: NDArray[np.bool_], after: Components, cells: Cells, rules: CorridorRules
) -> list[NDArray[np.bool_]]:
    """Return new grounds of an actor that lie away from all its recent ground; those near each other are one."""
    if not gained.any() or not recent.any():
        return []
    old = set(after.of[recent & (after.of >= 0)].tolist())
    touched = cells.edges[recent[cells.edges].any(axis=1)]
    beside = np.zeros(len(gained), np.bool_)
    beside[touched] = True
    away = np.zeros(len(gained), np.bool_)
    for component in sorted(set(after.of[gained].tolist()) - old):
        ground = after.of == component
        if not (ground & beside).any() and _gap_km(cells, recent, ground) >= rules.min_gap_km:
            away |= ground & gained
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
    pairs = cKDTree(np.column_stack((cells.x_km[members], cells.y_km[members]))).query_pairs(reach_km, output_type="ndarray")
    graph = coo_matrix((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(len(members),) * 2)
    count, label = connected_components(graph, directed=False)
    return [np.isin(np.arange(len(chosen)), members[label == k]) for k in range(count)]


def _joined(
    actor: int, gained: NDArray[np.bool_], before: Components, after: Components, rules: CorridorRules
) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Yield (smaller, larger) grounds of an actor that were apart before and are one after."""
    size = np.bincount(before.of[before.of >= 0], minlength=len(before.holder))
    old = (before.holder == actor) & (size >= rules.min_places)
    for component in sorted(set(after.of[gained].tolist())):
        inside = before.of[(after.of == component) & (before.of >= 0)]
        met = [c for c in np.unique(inside).tolist() if old[c]]
        met.sort(key=lambda c: (-before.area_km2[c], c))
        for smaller in met[1:]:
            yield before.of == smaller, before.of == met[0]


def _explain(
    event: _Event,
    control: tuple[Posterior, ControlSamples | None],
    cells: Cells,
    relations: Sequence[Relation],
    evidence: tuple[Sequence[Claim], Sequence[Placement], CorridorRules],
) -> Corridor | None:
    (posterior, samples), (claims, placements, rules) = control, evidence
    names = names_of(posterior)
    actor, day = names[event.actor], posterior.first_day + timedelta(days=event.day)
    allies = allies_on(relations, day)
    friends = [event.actor, *(names.index(a) for a in allies.get(actor, ()) if a in names)]
    who = fighting_for(actor, relations, posterior.states) | allies.get(actor, frozenset())
    spots = passage_claims(claims, placements, who, day, window_days=rules.window_days)
    if event.kind == "joined":
        p_pass = probability_on(posterior, cells, day)[:, friends].sum(axis=1) * (event.after == event.actor)
    else:
        p = probability_on(posterior, cells, day - timedelta(days=1))
        neutral = [h for h, n in enumerate(names) if not is_actor(n)]
        p_pass = raise_near(
            np.clip(p[:, friends + neutral].sum(axis=1), rules.unseen, 1.0), spots, cells, reach_km=rules.reach_km
        )
    way = most_probable_way(cells, p_pass, event.origin, event.destination)
    if way is None:
        return None
    between = [c for c in way.cells if not event.origin[c] and not event.destination[c]]
    floor = min((p_pass[c] for c in between), default=1.0)
    open_cells = p_pass >= floor
    pinches = pinch_points(cells, open_cells, event.origin, event.destination, way)
    pockets = snapshots(event.held, cells, names, allies)
    shut = next((s for s in pockets if way.cells[0] in s.members.tolist() and event.actor in s.holders), None)
    line = shapely.LineString([_spot_of(cells, c) for c in way.cells])
    fitting = fitting_claims(spots, line, cells, reach_km=rules.reach_km)
    by_stance = [tuple(c.claim_id for c in fitting if (c.stance is Stance.DENIED) is denied) for denied in (False, True)]
    holders = tuple(names[event.held[c]] for c in between)
    return Corridor(
        corridor_id=f"{actor}:{day.isoformat()}:{cells.places[way.cells[-1]].place_id}",
        kind=event.kind,
        actor=actor,
        day=day,
        origin=_ids(cells, np.flatnonzero(_ground_of(event, cells, way.cells[0]))),
        from_pocket=shut is not None,
        besieged_by=" + ".join(sorted(names[h] for h in shut.around if is_actor(names[h]))) if shut else "",
        destination=_ids(cells, np.flatnonzero(event.destination)),
        path=_ids(cells, between, ordered=True),
        path_holders=holders,
        path_km=way.km,
        p=way.p,
        pinch_points=_ids(cells, pinches, ordered=True),
        min_cut_km=min_cut_km(cells, open_cells, event.origin, event.destination),
        claims=by_stance[0],
        denials=by_stance[1],
        alternatives=_alternatives(event, holders, fitting, (posterior, samples), cells),
        geometry=to_geojson(line, cells.projection),
    )


def _spot_of(cells: Cells, cell: int) -> tuple[float, float]:
    """Return the place's position in km; for ground that is an admin area a point inside it."""
    if np.isfinite(cells.x_km[cell]):
        return float(cells.x_km[cell]), float(cells.y_km[cell])
    inside = cells.polygons[cell].representative_point()
    return float(inside.x), float(inside.y)


def _ids(cells: Cells, members: Sequence[int] | NDArray[np.int64], *, ordered: bool = False) -> tuple[str, ...]:
    ids = [cells.places[int(i)].place_id for i in members]
    return tuple(ids if ordered else sorted(ids))


def _ground_of(event: _Event, cells: Cells, start: int) -> NDArray[np.bool_]:
    """Return the connected ground of the day before that the way starts from."""
    parts = components_of(event.held, cells)
    ground: NDArray[np.bool_] = parts.of == parts.of[start]
    return ground & event.origin


def _alternatives(
    event: _Event,
    holders: tuple[str, ...],
    fitting: Sequence[Claim],
    control: tuple[Posterior, ControlSamples | None],
    cells: Cells,
) -> tuple[Alternative, ...]:
    """Return the explanations that the record leaves open, with what speaks for each; p is NaN where nothing measures it."""
    posterior, samples = control
    names = names_of(posterior)
    on = posterior.first_day + timedelta(days=event.day)
    if samples is not None and on in samples.dates:
        # in no place at once: the joint draws know how far the places stand or fall together
        error = float(1.0 - (drawn_on(samples, cells, on)[:, event.destination] == event.actor).any(axis=1).mean())
    else:
        error = float(1.0 - probability_on(posterior, cells, on)[event.destination, event.actor].max(initial=0.0))
    hostile = tuple(sorted({h for h in holders if is_actor(h)} - {names[event.actor]}))
    asserted = tuple(c.claim_id for c in fitting if c.stance is not Stance.DENIED)
    out = []
    if hostile:
        through = ", ".join(hostile)
        out.append(Alternative("let_through", f"{through} let the force pass its ground", float("nan"), asserted))
        crossed = sum(is_actor(h) for h in holders)
        out.append(Alternative("infiltration", f"unseen through {crossed} places held by {through}", float("nan")))
    else:
        out.append(Alternative("own_corridor", "over ground that no enemy held", float("nan"), asserted))
    out.append(Alternative("record_error", "the new ground was not held by the force at all", error))
    return tuple(out)
