"""The scene of a fusion: places, states, days, checked evidence and neighbours; nothing in it is learned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tenure.control.kernels.field import nearest_neighbours, spacing_km
from tenure.control.learning.reliability import Rows, group_rows
from tenure.control.observing.copying import Followers, discount_copies, learn_following
from tenure.control.observing.exclusion import Exclusion
from tenure.control.observing.kept_maps import find_keepers, mark_layers
from tenure.control.observing.observations import Observations, read_observations
from tenure.control.observing.stories import merge_stories
from tenure.errors import InputError, SchemaError
from tenure.model import CONTESTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pyarrow as pa
    from numpy.typing import NDArray

    from tenure.control.settings import ControlSettings

__all__ = ["Scene", "build_scene", "neighbours_by", "rows_by"]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What does not change between rounds: places, states, days, rows, neighbours, priors."""

    place_ids: tuple[str, ...]
    states: tuple[str, ...]
    start: date
    days: int
    initial: NDArray[np.int64]
    """(places,) index of the stated initial controller, -1 for none."""
    initial_p: NDArray[np.float64]
    informed: NDArray[np.bool_]
    neighbour: NDArray[np.int32]
    weight: NDArray[np.float32]
    rows: Rows
    keys: NDArray[np.int64]
    row_of: NDArray[np.int64]
    """For every usable evidence row its index into `rows`."""
    evidence: Observations
    area_km2: NDArray[np.float64]
    xy: NDArray[np.float64]
    sides: tuple[tuple[str, str], ...]
    followers: Followers | None
    """Who follows whom, None where it was not learned."""
    plain: Observations
    """The rows before sources were found to keep maps."""
    keepers: NDArray[np.float64]
    """(sources,) since when each is known to keep a map (`kept_maps`)."""


def build_scene(  # noqa: PLR0913, PLR0917 - private part of fuse
    evidence: pa.Table,
    places: pa.Table,
    initial: pa.Table | None,
    start: date,
    end: date,
    states: Sequence[str] | None,
    settings: ControlSettings,
    known_on: date | None,
    sides: Mapping[str, str],
    edges: Sequence[float] = (),
) -> tuple[Scene, tuple[Exclusion, ...]]:
    """Return the scene of the arguments of `fuse`, and what is excluded of the evidence; `edges` as in `learn_following`."""
    days = (end - start).days
    if days < 1:
        raise InputError(
            "the study ends before it starts", value=f"{start} to {end}", remedy="end is the day after the last one"
        )
    ids, xy, area = _read_places(places)
    stated, unstated = _read_initial(initial, ids, states)
    names = _state_names(evidence, stated, states)
    where = {s: k for k, s in enumerate(names)}
    initial_state = np.array([where.get(_as_state(stated.get(i, ("", 1.0))[0]), -1) for i in ids], np.int64)
    initial_p = np.array([stated.get(i, ("", np.nan))[1] for i in ids])
    obs, excluded = read_observations(evidence, ids, names, start=start, days=days, sides=sides, known_on=known_on)
    merged, row_of = merge_stories(obs) if settings.use_stories else (obs, np.arange(len(obs)))
    followers = None
    if settings.use_followers and len(merged):
        followers = learn_following(merged, edges)
        merged = discount_copies(merged, followers)
    keepers = find_keepers(merged)
    rows, keys = group_rows(mark_layers(merged, keepers), holds=settings.first_holds, hindsight=not edges)
    informed = (initial_state >= 0) | np.isin(np.arange(len(ids)), merged.place)
    neighbour, weight = nearest_neighbours(xy, informed, settings.neighbours, settings.spacings * spacing_km(xy))
    scene = Scene(
        tuple(ids),
        names,
        start,
        days,
        initial_state,
        initial_p,
        informed,
        neighbour,
        weight,
        rows,
        keys,
        row_of,
        obs,
        area,
        xy,
        tuple(sorted(sides.items())),
        followers,
        merged,
        keepers,
    )
    return scene, (*unstated, *excluded)


def rows_by(scene: Scene, day: int, settings: ControlSettings) -> Scene:
    """Return the scene with the groups of its rows as they could be known before the day: who keeps a map shows by then."""
    marked = mark_layers(scene.plain, find_keepers(scene.plain, day))
    rows, keys = group_rows(marked, holds=settings.first_holds, hindsight=False)
    return replace(scene, rows=rows, keys=keys)


def neighbours_by(scene: Scene, day: int, settings: ControlSettings) -> Scene:
    """Return the scene with the neighbours as they could be known before the day: who is stated or told of by then."""
    known = scene.initial >= 0
    known[scene.rows.obs.place[scene.rows.obs.pub < day]] = True
    reach = settings.spacings * spacing_km(scene.xy)
    neighbour, weight = nearest_neighbours(scene.xy, known, settings.neighbours, reach)
    return replace(scene, neighbour=neighbour, weight=weight)


def _as_state(name: str) -> str:
    return CONTESTED if name in {"CON", CONTESTED} else name


def _state_names(evidence: pa.Table, stated: dict[str, tuple[str, float]], states: Sequence[str] | None) -> tuple[str, ...]:
    if states is None:
        import pyarrow.compute as pc

        names = {str(a) for a in pc.unique(evidence["actor"]).to_pylist() if a} | {s for s, _ in stated.values()}
        actors = sorted(n for n in names if _as_state(n) != CONTESTED)
    else:
        actors = [s for s in dict.fromkeys(states) if _as_state(s) != CONTESTED]
    if not actors:
        raise InputError("no actor to give places to", remedy="name the states, or give evidence or an initial map")
    return (*actors, CONTESTED)


def _read_places(places: pa.Table) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]]:
    if "place_id" not in places.column_names:
        raise SchemaError("places lack a column", value="place_id", remedy="see tenure.model.Place")
    ids = [str(i) for i in places["place_id"].to_pylist()]
    if not ids:
        raise InputError("no places to fuse claims over", value=0, remedy="give a table with a row a place")
    if len(set(ids)) != len(ids):
        twice = next(i for i in ids if ids.count(i) > 1)
        raise InputError("two places have one id", value=twice, remedy="make place ids unique")
    columns = {
        c: places[c].to_numpy(zero_copy_only=False).astype(float)
        for c in ("x", "y", "lon", "lat", "area_km2")
        if c in places.column_names
    }
    if "x" in columns and "y" in columns:
        xy = np.stack([columns["x"], columns["y"]], axis=1)
    elif "lon" in columns and "lat" in columns:
        lat0 = np.nanmean(columns["lat"]) if np.isfinite(columns["lat"]).any() else 0.0
        # neighbourhoods are a few kilometres wide: a plane at the mean latitude is exact enough
        xy = np.stack([columns["lon"] * 111.32 * np.cos(np.radians(lat0)), columns["lat"] * 110.57], axis=1)
    else:
        raise SchemaError(
            "places lack coordinates", value=", ".join(places.column_names), remedy="give lon and lat, or x and y in km"
        )
    return ids, xy, columns.get("area_km2", np.full(len(ids), np.nan))


def _read_initial(
    initial: pa.Table | None, ids: list[str], states: Sequence[str] | None
) -> tuple[dict[str, tuple[str, float]], tuple[Exclusion, ...]]:
    """Return place -> (state, stated p or NaN), and the statements that bear no weight; an empty state states nothing."""
    if initial is None:
        return {}, ()
    for column in ("place_id", "state"):
        if column not in initial.column_names:
            raise SchemaError("the initial map lacks a column", value=column, remedy="give place_id and state")
    known, names = set(ids), None if states is None else {CONTESTED, *(_as_state(s) for s in states)}
    p = initial["p"].to_pylist() if "p" in initial.column_names else [None] * initial.num_rows
    out: dict[str, tuple[str, float]] = {}
    excluded = []
    for place, state, prob in zip(initial["place_id"].to_pylist(), initial["state"].to_pylist(), p, strict=True):
        name = f"initial {place}"
        if state is None or state == "":
            continue
        if str(place) not in known:
            excluded.append(Exclusion(name, "unknown_place", f"place_id = {place}"))
        elif names is not None and _as_state(str(state)) not in names:
            excluded.append(Exclusion(name, "unknown_actor", f"state = {state}"))
        elif prob is not None and (prob < 0.0 or prob > 1.0):
            excluded.append(Exclusion(name, "bad_probability", f"p = {prob}"))
        elif str(place) in out and out[str(place)][0] != _as_state(str(state)):
            excluded.append(Exclusion(name, "stated_twice", f"state = {state} after {out[str(place)][0]}"))
        else:
            out[str(place)] = (_as_state(str(state)), np.nan if prob is None else float(prob))
    return out, tuple(excluded)
