"""Pockets through time: who was cut off where, since when, against whom, and how sure that is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from tenure.model import FeatureClass
from tenure.territory.allies import allies_on, change_dates
from tenure.territory.enclosure import components_of, enclosed
from tenure.territory.enclosure_draws import cut_off
from tenure.territory.findings import Pocket, Stay
from tenure.territory.labels import drawn_on, is_actor, names_of, steps_with

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from tenure.grid import Cells
    from tenure.model import ControlSamples, Posterior, Relation

__all__ = ["Snapshot", "find_pockets", "follow_pockets", "pocket_days"]


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """One pocket on one day: `actor` index of its holder, `members` (cells,) ascending, the holders around it."""

    actor: int
    members: NDArray[np.int64]
    holders: tuple[int, ...]
    around: tuple[int, ...]
    main_body: bool
    area_km2: float


@dataclass(slots=True)
class _Spell:
    start: int
    best: Snapshot
    best_day: int
    connected: int
    """Last day number on which part of it was held with a way out, -1 when there was none."""
    end: int = -1
    wanted: Snapshot | None = None
    shots: list[tuple[int, Snapshot]] = field(default_factory=list)
    """How it looked from each day number on, as long as it looked so."""


def find_pockets(
    posterior: Posterior,
    samples: ControlSamples | None,
    cells: Cells,
    *,
    on: date | None = None,
    relations: Sequence[Relation] = (),
    border_is_outside: bool = True,
    min_places: int = 1,
) -> tuple[Pocket, ...]:
    """Return the pockets of a date, or with `on` None all of the posterior's days, by start, actor and first place.

    The rules of being cut off are those of `tenure.territory.enclosure`. A pocket goes on from day to day as long as it
    shares a cell with itself on the day before. Its places, area and geometry are those of `on`, or of the day of its
    largest extent. `p` is the share of joint draws in which at least half of its ground is held and cut off on that day, or
    on the sampled day of its life that is nearest to it; NaN when none was sampled. Pockets of fewer than `min_places` cells
    are left out.
    """
    rules = (tuple(relations), border_is_outside)
    found = _find(posterior, samples, cells, rules, on=on, min_places=min_places)
    return tuple(pocket for pocket, _ in found)


def follow_pockets(
    posterior: Posterior,
    samples: ControlSamples | None,
    cells: Cells,
    *,
    relations: Sequence[Relation] = (),
    border_is_outside: bool = True,
) -> tuple[tuple[Pocket, ...], tuple[Stay, ...]]:
    """Return the pockets of all days as `find_pockets` does, and on which days each of their places lay inside.

    The stays are in order of pocket, place and day; those of one place in one pocket neither touch nor overlap.
    """
    found = _find(posterior, samples, cells, (tuple(relations), border_is_outside), on=None, min_places=1)
    stays = [stay for pocket, spell in found for stay in _stays(pocket, spell, posterior, cells)]
    return tuple(pocket for pocket, _ in found), tuple(stays)


def _stays(pocket: Pocket, spell: _Spell, posterior: Posterior, cells: Cells) -> list[Stay]:
    """Return the days on which each place lay in a pocket, runs that touch joined, by place and day."""
    runs: dict[int, list[list[int]]] = {}
    ends = [day for day, _ in spell.shots[1:]] + [spell.end]
    for (day, shot), end in zip(spell.shots, ends, strict=True):
        for cell in shot.members.tolist():
            mine = runs.setdefault(cell, [])
            if mine and mine[-1][1] == day:
                mine[-1][1] = end
            else:
                mine.append([day, end])
    first = posterior.first_day
    return [
        Stay(pocket.pocket_id, cells.places[cell].place_id, first + timedelta(days=a), first + timedelta(days=b))
        for cell, days in sorted(runs.items())
        for a, b in days
    ]


def _find(
    posterior: Posterior,
    samples: ControlSamples | None,
    cells: Cells,
    rules: tuple[Sequence[Relation], bool],
    *,
    on: date | None,
    min_places: int,
) -> list[tuple[Pocket, _Spell]]:
    """Return the pockets, by start, actor and first place, each with how it was followed."""
    relations, border_is_outside = rules
    wanted = None if on is None else posterior.index_of(on)
    spells = _spells(posterior, cells, relations, border_is_outside=border_is_outside, wanted=wanted)
    chosen: list[tuple[_Spell, int, Snapshot]] = []
    for spell in spells:
        snapshot = spell.best if wanted is None else spell.wanted
        if snapshot is not None and len(snapshot.members) >= min_places:
            chosen.append((spell, spell.best_day if wanted is None else wanted, snapshot))
    pockets = [_describe(spell, (day, shot), posterior, cells, relations) for spell, day, shot in chosen]
    if samples is not None:
        shots = [c[2] for c in chosen]
        pockets = _with_p(pockets, shots, samples, cells, rules)
    found = zip(pockets, (c[0] for c in chosen), strict=True)
    return sorted(found, key=lambda f: (f[0].start, f[0].actor, f[0].places))


def pocket_days(
    posterior: Posterior, cells: Cells, relations: Sequence[Relation] = (), *, border_is_outside: bool = True
) -> Iterator[tuple[int, NDArray[np.int64], tuple[Snapshot, ...]]]:
    """Yield (day number, holders (places,), pockets) for every day on which a holder or an alliance changes, day 0 first.

    The array of holders is the same one throughout: copy it to keep it.
    """
    names = names_of(posterior)
    turns = {(d - posterior.first_day).days for d in change_dates(relations)}
    turns = {d for d in turns if 0 < d < posterior.days}
    held = np.full(len(cells.places), len(names) - 1, np.int64)
    for day, members, new in steps_with(posterior, cells, sorted(turns)):
        held[members] = new
        allies = allies_on(relations, posterior.first_day + timedelta(days=day))
        yield day, held, snapshots(held, cells, names, allies, border_is_outside=border_is_outside)


def snapshots(
    held: NDArray[np.int64],
    cells: Cells,
    names: Sequence[str],
    allies: Mapping[str, frozenset[str]],
    *,
    border_is_outside: bool = True,
) -> tuple[Snapshot, ...]:
    """Return the pockets under the holders (places,) of one day; what two allies share is told once, under the first."""
    parts = components_of(held, cells)
    found = enclosed(parts, names, allies=allies, border_is_outside=border_is_outside)
    order = np.argsort(parts.of, kind="stable")
    starts = np.searchsorted(parts.of[order], np.arange(len(parts.holder) + 1))
    bounds, holder, km2 = starts.tolist(), parts.holder.tolist(), parts.area_km2.tolist()
    seen: set[tuple[int, ...]] = set()
    out = []
    for enclosure in found:
        if enclosure.components in seen:
            continue
        seen.add(enclosure.components)
        pieces = [order[bounds[c] : bounds[c + 1]] for c in enclosure.components]
        members = pieces[0] if len(pieces) == 1 else np.sort(np.concatenate(pieces))
        holders = tuple(sorted({holder[c] for c in enclosure.components}))
        ground = sum(km2[c] for c in enclosure.components)
        out.append(Snapshot(enclosure.actor, members, holders, enclosure.around, enclosure.main_body, ground))
    return tuple(out)


def _spells(
    posterior: Posterior, cells: Cells, relations: Sequence[Relation], *, border_is_outside: bool, wanted: int | None
) -> list[_Spell]:
    """Follow every pocket from day to day; on the day number `wanted` keep how each open one looks."""
    spells: list[_Spell] = []
    active = np.full(len(cells.places), -1, np.int64)
    latest: dict[int, Snapshot] = {}
    noted = wanted is None
    held_before = np.full(len(cells.places), -1, np.int64)
    for day, held, shots in pocket_days(posterior, cells, relations, border_is_outside=border_is_outside):
        if not noted and wanted is not None and day > wanted:
            noted = _note(spells, latest)
        now = np.full(len(cells.places), -1, np.int64)
        still: dict[int, Snapshot] = {}
        for shot in sorted(shots, key=lambda s: (-s.area_km2, s.actor, s.members[0])):
            number = _continued(shot, active, latest, still)
            if number < 0:
                number = len(spells)
                spells.append(_Spell(day, shot, day, _connected(shot, day, held_before, active, spells)))
            elif shot.area_km2 > spells[number].best.area_km2:
                spells[number].best, spells[number].best_day = shot, day
            still[number] = shot
            spells[number].shots.append((day, shot))
            now[shot.members] = number
        for number in latest.keys() - still.keys():
            spells[number].end = day
        active, latest, held_before = now, still, held.copy()
    for number in latest:
        spells[number].end = posterior.days
    if not noted:
        _note(spells, latest)
    return spells


def _connected(
    shot: Snapshot, day: int, held_before: NDArray[np.int64], active: NDArray[np.int64], spells: Sequence[_Spell]
) -> int:
    """Return the last day on which some of a new pocket had a way out; what splits off from a pocket inherits its day."""
    mine = shot.members[np.isin(held_before[shot.members], shot.holders)]
    before = active[mine]
    if (before < 0).any():
        return day - 1
    return max((spells[n].connected for n in np.unique(before).tolist()), default=-1)


def _note(spells: list[_Spell], latest: Mapping[int, Snapshot]) -> bool:
    for number, shot in latest.items():
        spells[number].wanted = shot
    return True


def _continued(
    shot: Snapshot, active: NDArray[np.int64], latest: Mapping[int, Snapshot], taken: Mapping[int, Snapshot]
) -> int:
    """Return the spell of the same actor that shares most cells with the pocket and is not yet continued, or -1."""
    shared = Counter(active[shot.members].tolist())
    for number, _ in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        if number >= 0 and number not in taken and latest[number].actor == shot.actor:
            return int(number)
    return -1


def _describe(
    spell: _Spell, shown: tuple[int, Snapshot], posterior: Posterior, cells: Cells, relations: Sequence[Relation]
) -> Pocket:
    day, shot = shown
    names = names_of(posterior)
    first = posterior.first_day
    places = [cells.places[i] for i in shot.members.tolist()]
    adversaries = tuple(sorted(names[h] for h in shot.around if is_actor(names[h])))
    allies = allies_on(relations, first + timedelta(days=day))
    one_side = all(b in allies.get(a, ()) for a in adversaries for b in adversaries if a != b)
    start = first + timedelta(days=spell.start)
    return Pocket(
        pocket_id=f"{names[shot.actor]}:{start.isoformat()}:{places[0].place_id}",
        actor=names[shot.actor],
        holders=tuple(sorted(names[h] for h in shot.holders)),
        start=start,
        end=first + timedelta(days=spell.end),
        last_connected=first + timedelta(days=spell.connected) if spell.connected >= 0 else None,
        besieged_by=" + ".join(adversaries) if one_side else "",
        adversaries=adversaries,
        main_body=shot.main_body,
        on=first + timedelta(days=day),
        places=tuple(sorted(p.place_id for p in places)),
        area_km2=shot.area_km2,
        population=sum(p.population or 0 for p in places),
        population_unknown=sum(p.population is None and p.feature is FeatureClass.SETTLEMENT for p in places),
        p=float("nan"),
        geometry=cells.geojson_of(shot.members),
    )


def _with_p(
    pockets: Sequence[Pocket],
    shots: Sequence[Snapshot],
    samples: ControlSamples,
    cells: Cells,
    rules: tuple[Sequence[Relation], bool],
) -> list[Pocket]:
    """Return the pockets with the share of draws in which half of their ground is cut off, on a sampled day of theirs."""
    out = list(pockets)
    tested = [_sampled_day(p, samples.dates) for p in pockets]
    for day in sorted({d for d in tested if d is not None}):
        mine = [i for i, d in enumerate(tested) if d == day]
        hits = np.zeros(len(mine))
        drawn = drawn_on(samples, cells, day)
        allies = allies_on(rules[0], day)
        cut = cut_off(drawn, cells, names_of(samples), allies=allies, border_is_outside=rules[1])
        for k, i in enumerate(mine):
            members = shots[i].members
            ground = cells.area_km2[members]
            shut = np.isin(cut[:, members], shots[i].holders)
            hits[k] = (shut @ ground >= ground.sum() / 2).sum()
        for k, i in enumerate(mine):
            out[i] = replace(pockets[i], p=float(hits[k] / len(drawn)))
    return out


def _sampled_day(pocket: Pocket, sampled: Sequence[date]) -> date | None:
    """Return the sampled day of a pocket's life that is nearest to the day on which it is shown, the earlier of two."""
    return min((d for d in sampled if pocket.start <= d < pocket.end), key=lambda d: (abs(d - pocket.on), d), default=None)
