"""Corridors: where a force's way must have led when two of its grounds met, or when it shows up away from all it held.

Rules.
 - ``joined``: on a day two grounds of an actor, apart the day before, are one. The way is looked for over its ground.
 - ``appeared``: ground of an actor that touches nothing that the actor held or was reported at of late, and lies at least
   `min_gap_km` from it, on ground that was not unknown before. ``sighted``: claims have the force at such a place, while
   control sees nothing of it yet. ``claimed``: claims of passage speak of it, and none of the others tells it already.
 - a force was besieged if its ground was a pocket, or if claims say so within `memory_days` and control shows no way out.
 - the way is looked for over all cells, from the ground of the days before. Passing a cell has the probability that the
   actor, an ally, nobody (contested) or nobody known holds it; under enemies' ground lies a small chance of passing unseen,
   and a claim of passage nearby raises it.
 - pinch points and width are those among the cells that are at least as passable as the worst cell of the way.
 - a claim over more than `longest_days` is about one passage in them: the one that dated claims tell of, where there is one.
 - p is the probability that the force passed: that the way was passable, or that what is told of it is true (testimony.py).
 - what fits is listed, never asserted: claims of passage, and the other explanations with what speaks for them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import shapely

from tenure.grid import to_geojson
from tenure.model import Event, Stance
from tenure.territory.allies import allies_on
from tenure.territory.appearance import CorridorRules, appearances, claimed, sightings_of
from tenure.territory.enclosure import components_of
from tenure.territory.findings import Alternative, Corridor
from tenure.territory.labels import drawn_on, is_actor, names_of, probability_on
from tenure.territory.passage import min_cut_km, most_probable_way, pinch_points
from tenure.territory.pocket import snapshots
from tenure.territory.scope import fighting_for, holders_of
from tenure.territory.testimony import clusters_of, fitting_claims, passage_claims, raise_near, testimonies, told_probability

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tenure.grid import Cells
    from tenure.model import Claim, ControlSamples, Placement, Posterior, Relation
    from tenure.territory.appearance import Appearance
    from tenure.territory.passage import Way
    from tenure.territory.pocket import Snapshot
    from tenure.territory.testimony import Testimony, Witness

__all__ = ["CorridorRules", "find_corridors"]

_Control = tuple["Posterior", "ControlSamples | None"]


def find_corridors(  # noqa: PLR0913 - control, ground and the words of the record, each by its name
    posterior: Posterior,
    samples: ControlSamples | None,
    cells: Cells,
    *,
    relations: Sequence[Relation] = (),
    claims: Sequence[Claim] = (),
    placements: Sequence[Placement] = (),
    witnesses: Mapping[str, Witness] | None = None,
    rules: CorridorRules | None = None,
) -> tuple[Corridor, ...]:
    """Return the corridors of all days, by day and actor; the module's head gives the rules.

    `claims` and `placements` lend the sightings and the claims of passage; without them only control is looked at.
    `witnesses` by claim_id say who makes a claim and how often that source is right.
    """
    rules = rules or CorridorRules()
    seen = sightings_of(claims, placements, posterior, cells, relations=relations, rules=rules)
    passages = testimonies(claims, placements)
    record = _Record((posterior, samples), cells, relations, claims, passages, rules)
    out = [c for c in (_found(e, record) for e in appearances(posterior, cells, seen, rules)) if c is not None]
    for a, actor in enumerate(posterior.states):
        force = fighting_for(actor, relations, posterior.states)
        for cluster in clusters_of(passages, force, window_days=rules.window_days) if is_actor(actor) else ():
            ids = {t.claim.claim_id for t in cluster}
            if any(c.actor == actor and ids & {*c.claims, *c.denials} for c in out):
                continue
            event = claimed(cluster, seen, a, posterior, cells, rules=rules)
            found = _found(event, record, cluster) if event is not None else None
            out += [found] if found is not None else []
    weighed = [_weighed(c, record, witnesses or {}) for c in _dated_first(out, record)]
    return tuple(sorted(weighed, key=lambda c: (c.day, c.actor, c.kind, c.destination)))


def _dated_first(corridors: Sequence[Corridor], record: _Record) -> list[Corridor]:
    """Return the corridors with the claims that speak of a long time moved to the one that dated claims place in it."""
    by_id = {c.claim_id: c for c in record.claims}
    vague = {i for c in corridors for i in c.claims if (by_id[i].end - by_id[i].start).days > record.rules.longest_days}
    told = [c for c in corridors if {*c.claims} - vague]
    home = {
        i: next((c for c in told if c.actor == o.actor and by_id[i].start <= c.day < by_id[i].end), o)
        for o in corridors
        for i in o.claims
        if i in vague
    }
    out = []
    for corridor in corridors:
        stays = tuple(i for i in corridor.claims if home.get(i, corridor) is corridor)
        comes = tuple(i for i, at in sorted(home.items()) if at is corridor and i not in stays)
        out.append(replace(corridor, claims=stays + comes))
    return out


def _weighed(corridor: Corridor, record: _Record, witnesses: Mapping[str, Witness]) -> Corridor:
    """Return a corridor with the probability that the force passed: by an open way, or as it is told."""
    about = {*corridor.claims, *corridor.denials}
    told = told_probability([c for c in record.claims if c.claim_id in about], witnesses)
    p = 1.0 - (1.0 - corridor.p) * (1.0 - told)
    # where control sees nothing of the force, the record errs just in so far as nobody passed
    unseen = corridor.kind in {"sighted", "claimed"} and told > 0.0
    others = tuple(
        replace(a, p=1.0 - p if unseen else min(a.p, 1.0 - told)) if a.kind == "record_error" else a
        for a in corridor.alternatives
    )
    return replace(corridor, p=p, alternatives=others)


@dataclass(frozen=True, slots=True, eq=False)
class _Record:
    """Everything that an appearance is explained from."""

    control: _Control
    cells: Cells
    relations: Sequence[Relation]
    claims: Sequence[Claim]
    passages: Sequence[Testimony]
    rules: CorridorRules


def _found(event: Appearance, record: _Record, cluster: Sequence[Testimony] | None = None) -> Corridor | None:
    posterior, rules = record.control[0], record.rules
    actor, day = names_of(posterior)[event.actor], posterior.first_day + timedelta(days=event.day)
    allies = allies_on(record.relations, day)
    force = fighting_for(actor, record.relations, posterior.states)
    told = cluster
    if told is None:
        told = passage_claims(record.passages, force | allies.get(actor, frozenset()), day, window_days=rules.window_days)
    since = day - timedelta(days=rules.memory_days)
    besiegers = {
        holder
        for c in record.claims
        if c.event is Event.SIEGE and c.stance in (Stance.ASSERTED, Stance.POSSIBLE)
        if force & {*c.target_ids} and c.start <= day and c.end > since
        for holder in holders_of(c.actor_ids, posterior.states, record.relations)
    }
    return _explain(event, record.control, record.cells, allies, (told, rules, tuple(sorted(besiegers))))


def _explain(
    event: Appearance,
    control: _Control,
    cells: Cells,
    allies: Mapping[str, frozenset[str]],
    evidence: tuple[Sequence[Testimony], CorridorRules, tuple[str, ...]],
) -> Corridor | None:
    """Return the corridor of an appearance; None where no way leads, or the rules ask for a siege and there was none."""
    posterior, (told, rules, besiegers) = control[0], evidence
    names = names_of(posterior)
    p_pass = _passable(event, posterior, cells, allies, (told, rules))
    way = most_probable_way(cells, p_pass, event.origin, event.destination)
    if way is None:
        return None
    start = _ground_of(event, cells, way.cells[0])
    shut = _siege(event, cells, names, allies, way)
    if shut is None and _has_exit(event, cells, way.cells[0]):
        besiegers = ()  # the siege that claims speak of is not that of this ground
    if shut is None and not besiegers and event.kind != "claimed" and rules.besieged_only:
        return None
    between = [c for c in way.cells if not event.origin[c] and not event.destination[c]]
    open_cells = p_pass >= min((p_pass[c] for c in between), default=1.0)
    line = shapely.LineString([_spot_of(cells, c) for c in way.cells])
    fitting = fitting_claims(told, line, cells, reach_km=np.inf if event.kind == "claimed" else rules.reach_km)
    holders = tuple(names[event.held[c]] for c in between)
    day = posterior.first_day + timedelta(days=event.day)
    last = cells.places[way.cells[-1]].place_id
    return Corridor(
        corridor_id=f"{names[event.actor]}:{day.isoformat()}:{last}",
        kind=event.kind,
        actor=names[event.actor],
        day=day,
        origin=_ids(cells, np.flatnonzero(start)),
        from_pocket=shut is not None or bool(besiegers),
        besieged_by=" + ".join(sorted(names[h] for h in shut.around if is_actor(names[h])) if shut else besiegers),
        destination=_ids(cells, np.flatnonzero(event.destination)),
        path=_ids(cells, between, ordered=True),
        path_holders=holders,
        path_km=way.km,
        p=way.p,
        pinch_points=_ids(cells, pinch_points(cells, open_cells, event.origin, event.destination, way), ordered=True),
        min_cut_km=min_cut_km(cells, open_cells, event.origin, event.destination),
        claims=tuple(c.claim_id for c in fitting if c.stance is not Stance.DENIED),
        denials=tuple(c.claim_id for c in fitting if c.stance is Stance.DENIED),
        sightings=event.sightings,
        alternatives=_alternatives(event, holders, fitting, control, cells),
        geometry=to_geojson(line, cells.projection),
    )


def _passable(
    event: Appearance,
    posterior: Posterior,
    cells: Cells,
    allies: Mapping[str, frozenset[str]],
    evidence: tuple[Sequence[Testimony], CorridorRules],
) -> NDArray[np.float64]:
    """Return the probability that the force could pass each cell, (places,)."""
    names = names_of(posterior)
    day = posterior.first_day + timedelta(days=event.day)
    friends = [event.actor, *(names.index(a) for a in allies.get(names[event.actor], ()) if a in names)]
    if event.kind == "joined":
        own: NDArray[np.float64] = probability_on(posterior, cells, day)[:, friends].sum(axis=1)
        return np.where(event.after == event.actor, own, 0.0)
    told, rules = evidence
    p = probability_on(posterior, cells, day - timedelta(days=1))
    neutral = [h for h, n in enumerate(names) if not is_actor(n)]
    free = np.clip(p[:, friends + neutral].sum(axis=1), rules.unseen, 1.0)
    return raise_near(free, told, cells, reach_km=rules.reach_km)


def _siege(
    event: Appearance, cells: Cells, names: Sequence[str], allies: Mapping[str, frozenset[str]], way: Way
) -> Snapshot | None:
    """Return the pocket that the way starts from (or ends in, when grounds join), as it last was."""
    ends = (way.cells[0], way.cells[-1]) if event.kind == "joined" else (way.cells[0],)
    for end in ends:
        for held in event.past:
            if held[end] == event.actor:
                found = snapshots(held, cells, names, allies)
                shut = next((s for s in found if event.actor in s.holders and (s.members == end).any()), None)
                if shut is not None:
                    return shut
                break
    return None


def _has_exit(event: Appearance, cells: Cells, start: int) -> bool:
    """Return whether the ground that the way starts from, if the force held it, reached the outer boundary."""
    for held in event.past:
        if held[start] == event.actor:
            parts = components_of(held, cells)
            return bool(parts.outside[parts.of[start]])
    return False


def _ground_of(event: Appearance, cells: Cells, start: int) -> NDArray[np.bool_]:
    """Return the connected ground that the way starts from, as it last was."""
    held = next((h for h in event.past if h[start] == event.actor), event.held)
    parts = components_of(held, cells)
    ground: NDArray[np.bool_] = parts.of == parts.of[start]
    return ground & event.origin


def _spot_of(cells: Cells, cell: int) -> tuple[float, float]:
    """Return the place's position in km; for ground that is an admin area a point inside it."""
    if np.isfinite(cells.x_km[cell]):
        return float(cells.x_km[cell]), float(cells.y_km[cell])
    inside = cells.polygons[cell].representative_point()
    return float(inside.x), float(inside.y)


def _ids(cells: Cells, members: Sequence[int] | NDArray[np.int64], *, ordered: bool = False) -> tuple[str, ...]:
    ids = [cells.places[int(i)].place_id for i in members]
    return tuple(ids if ordered else sorted(ids))


def _alternatives(
    event: Appearance,
    holders: tuple[str, ...],
    fitting: Sequence[Claim],
    control: _Control,
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
    if event.kind == "joined":
        out.append(Alternative("own_corridor", "over ground that the force had taken by then", float("nan"), asserted))
    elif hostile:
        through = ", ".join(hostile)
        out.append(Alternative("let_through", f"{through} let the force pass its ground", float("nan"), asserted))
        crossed = sum(is_actor(h) for h in holders)
        out.append(Alternative("infiltration", f"unseen through {crossed} places held by {through}", float("nan")))
    else:
        out.append(Alternative("own_corridor", "over ground that no enemy held", float("nan"), asserted))
    out.append(Alternative("record_error", "the new ground was not held by the force at all", error))
    return tuple(out)
