"""Fusion: rounds of evidence -> field -> chains -> parameters, until nothing moves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tenure.control.chain import ChainInput, ChainOutput
from tenure.control.field import bin_posterior, encode_field, mix_neighbours, nearest_neighbours
from tenure.control.exclusion import Exclusion
from tenure.control.observations import Observations, read_observations
from tenure.control.reliability import (
    Groups,
    Rows,
    SourceReliability,
    group_rows,
    kernel_table,
    learn_fighting,
    learn_groups,
    prior_groups,
    silence_matrix,
    state_logs,
)
from tenure.control.settings import ControlSettings, load_priors, method_identity
from tenure.control.smoothing import run_chain
from tenure.control.spells import find_spells
from tenure.control.stories import merge_stories
from tenure.errors import InputError, SchemaError
from tenure.model import CONTESTED, Posterior

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pyarrow as pa
    from numpy.typing import NDArray

    from tenure.model import ControlSpell

__all__ = ["Fused", "fuse"]


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


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """What EM moves: groups, base rates of relations, rates of change, reliability of the initial statements."""

    groups: Groups
    base: NDArray[np.float64]
    rates: NDArray[np.float64]
    drain: NDArray[np.float64]
    """(states,) reports of fighting a day that a state brings beyond the others."""
    initial_p: float


@dataclass(frozen=True, eq=False)
class Fused:
    """The result of fusion, with what `why`, samples and increments need."""

    posterior: Posterior
    reliabilities: tuple[SourceReliability, ...]
    excluded: tuple[Exclusion, ...]
    method: str
    reading: str
    settings: ControlSettings
    scene: Scene
    parameters: Parameters
    chain: ChainInput

    @cached_property
    def spells(self) -> tuple[ControlSpell, ...]:
        """Spells of control of every place, made when first asked for."""
        return find_spells(self.posterior, self.scene.rows.obs)


def fuse(  # noqa: PLR0913 - the seam that the pipeline calls
    evidence: pa.Table,
    places: pa.Table,
    *,
    initial: pa.Table | None,
    start: date,
    end: date,
    states: Sequence[str] | None = None,
    settings: ControlSettings | None = None,
    reading: str = "hindsight",
    known_on: date | None = None,
    sides: Mapping[str, str] | None = None,
) -> Fused:
    """Return P(controller | place, day) for [start, end) from evidence (Evidence schema) at places.

    `places` needs place_id and lon, lat (or x, y in km), optionally area_km2; `initial` place_id and state, optionally p.
    `states` actor ids (contested is added; None: those named); `sides` actor id -> side (default: each its own side).
    `reading` is ``hindsight`` or ``filtered``; `known_on` leaves out claims published after that day.
    """
    settings = settings or ControlSettings()
    if reading not in {"hindsight", "filtered"}:
        raise InputError("unknown reading", value=reading, remedy="use hindsight or filtered")
    priors = load_priors(settings)
    scene, excluded = build_scene(evidence, places, initial, start, end, states, settings, known_on, sides or {})
    parameters, chain, output, _ = fit(scene, settings, priors)
    posterior = to_posterior(scene, output, method_identity(settings, reading))
    return Fused(posterior, (), excluded, posterior.method, reading, settings, scene, parameters, chain)


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
) -> tuple[Scene, tuple[Exclusion, ...]]:
    days = (end - start).days
    if days < 1:
        raise InputError(
            "the study ends before it starts", value=f"{start} to {end}", remedy="end is the day after the last one"
        )
    ids, xy, area = _read_places(places)
    stated = _read_initial(initial, ids)
    names = _state_names(evidence, stated, states)
    where = {s: k for k, s in enumerate(names)}
    initial_state = np.array([where.get(_as_state(stated.get(i, ("", 1.0))[0]), -1) for i in ids], np.int64)
    initial_p = np.array([stated.get(i, ("", np.nan))[1] for i in ids])
    obs, excluded = read_observations(evidence, ids, names, start=start, days=days, sides=sides, known_on=known_on)
    if settings.use_stories:
        merged, row_of = merge_stories(obs)
    else:
        merged, row_of = obs, np.arange(len(obs))
    rows, keys = group_rows(merged)
    informed = initial_state >= 0
    informed[merged.place] = True
    neighbour, weight = nearest_neighbours(xy, informed, settings.neighbours, settings.neighbour_km)
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
    )
    return scene, excluded


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


def _read_initial(initial: pa.Table | None, ids: list[str]) -> dict[str, tuple[str, float]]:
    if initial is None:
        return {}
    for column in ("place_id", "state"):
        if column not in initial.column_names:
            raise SchemaError("the initial map lacks a column", value=column, remedy="give place_id and state")
    known = set(ids)
    p = initial["p"].to_pylist() if "p" in initial.column_names else [None] * initial.num_rows
    out = {}
    for place, state, prob in zip(initial["place_id"].to_pylist(), initial["state"].to_pylist(), p, strict=True):
        if str(place) in known and state is not None:
            out[str(place)] = (_as_state(str(state)), np.nan if prob is None else float(prob))
    return out


def prior_rates(priors: dict[str, Any]) -> NDArray[np.float64]:
    """Return the prior rates (3, codes): share factor times surge factor times the kind's rate."""
    c, f = priors["chain"], priors["field"]
    factor = np.outer(f["share_factor"], f["surge_factor"]).ravel()
    return np.outer([c["actor_to_actor"], c["actor_to_contested"], c["contested_to_actor"]], factor)


def place_prior(scene: Scene, stated_p: float, mixed: NDArray[np.float32] | None) -> NDArray[np.float64]:
    """Return P(state on day 0) before any claim, (places, states): the statement where there is one, else flat."""
    n, k = len(scene.place_ids), len(scene.states)
    prior = np.full((n, k), 1.0 / k)
    rows = np.flatnonzero(scene.initial >= 0)
    p = np.where(np.isnan(scene.initial_p[rows]), stated_p, scene.initial_p[rows])
    p = np.clip(p, 1e-6, 1 - 1e-6)
    prior[rows] = ((1 - p) / (k - 1))[:, None]
    prior[rows, scene.initial[rows]] = p
    if mixed is not None:
        open_rows = np.flatnonzero((scene.initial < 0) & (mixed[:, 0].sum(axis=1) > 0))
        prior[open_rows] = 0.9 * mixed[open_rows, 0] / mixed[open_rows, 0].sum(axis=1, keepdims=True) + 0.1 / k
    return prior


def assemble(
    scene: Scene,
    parameters: Parameters,
    settings: ControlSettings,
    priors: dict[str, Any],
    codes: tuple[NDArray[np.int8], NDArray[np.int8]],
    prior: NDArray[np.float64],
) -> tuple[ChainInput, NDArray[np.int64]]:
    """Return the kernel's input for the current parameters and field, and the (group, width) pairs of its kernel table."""
    rows, states = scene.rows, len(scene.states)
    obs, n = rows.obs, len(scene.place_ids)
    kernel, position, length, pairs = kernel_table(rows, parameters.groups, priors["kernel"]["before"])
    chosen = np.flatnonzero(rows.jump)
    possible = np.where(obs.stance[chosen] == 1, priors["stance"]["possible"], 1.0)
    groups = parameters.groups
    odds = obs.p[chosen] * possible * (groups.coverage / groups.false_rate)[rows.group[chosen]]
    chain = ChainInput(
        days=scene.days,
        bin_days=settings.bin_days,
        prior=prior,
        state_offsets=np.searchsorted(obs.place, np.arange(n + 1)).astype(np.int64),
        state_day=(obs.t1 - 1).astype(np.int32),
        state_log=state_logs(rows, groups, parameters.base, priors, states),
        jump_offsets=np.searchsorted(obs.place[chosen], np.arange(n + 1)).astype(np.int64),
        jump_first=(obs.t0[chosen] - priors["kernel"]["before"]).astype(np.int32),
        jump_length=length,
        jump_kind=obs.verb[chosen].astype(np.int8),
        jump_actor=obs.actor[chosen].astype(np.int16),
        jump_position=position,
        jump_odds=odds,
        kernel=kernel,
        to_code=codes[0],
        con_code=codes[1],
        rates=parameters.rates,
        silence=silence_matrix(rows, groups, states, settings.absence),
        tolerance=settings.tolerance,
        drain=parameters.drain,
        settle_rate=1.0 / settings.settle_days if settings.settle_days > 0 else 0.0,
        fresh_factor=priors["chain"]["fresh_factor"],
    )
    return chain, pairs


def fit(
    scene: Scene, settings: ControlSettings, priors: dict[str, Any]
) -> tuple[Parameters, ChainInput, ChainOutput, NDArray[np.float32]]:
    """Return fitted parameters, the last round's input and output, and the binned posterior."""
    n, k = len(scene.place_ids), len(scene.states)
    bins = -(-scene.days // settings.bin_days)
    first_groups = prior_groups(scene.rows, scene.keys, priors)
    prior0 = prior_rates(priors)
    stated = settings.initial_p if settings.initial_p is not None else priors["initial"]["p"]
    parameters = Parameters(first_groups, np.full((len(scene.rows.obs), 3), 1 / 3), prior0, np.zeros(k), stated)
    binned = np.repeat(place_prior(scene, stated, None)[:, None].astype(np.float32), bins, axis=1)
    binned[~scene.informed] = 0.0
    mixed = np.zeros_like(binned)
    codes = (np.zeros(binned.shape, np.int8), np.zeros(binned.shape, np.int8))
    everywhere = np.flatnonzero(scene.informed).astype(np.int64)
    for sweep in range(settings.sweeps):
        fresh = np.zeros_like(binned)
        mix_neighbours(binned, scene.neighbour, scene.weight, fresh)
        mixed = fresh if sweep == 0 else (settings.damping * mixed + (1 - settings.damping) * fresh).astype(np.float32)
        reach = max(1, round(settings.surge_days / settings.bin_days))
        encode_field(
            mixed, np.array(priors["field"]["share_edges"]), np.array(priors["field"]["surge_edges"]), reach, reach, *codes
        )
        prior = place_prior(scene, parameters.initial_p, mixed)
        chain, pairs = assemble(scene, parameters, settings, priors, codes, prior)
        output = ChainOutput(*run_chain(chain, everywhere))
        offsets = np.concatenate([[0], np.cumsum(output.counts)]).astype(np.int64)
        bin_posterior(everywhere, offsets, output.day, output.p, settings.bin_days, scene.days, binned)
        if settings.learn and sweep + 1 < settings.sweeps:
            parameters = learn(scene, parameters, first_groups, prior0, priors, output, pairs, settings)
    return parameters, chain, output, binned


def learn(
    scene: Scene,
    parameters: Parameters,
    first: Groups,
    prior0: NDArray[np.float64],
    priors: dict[str, Any],
    output: ChainOutput,
    pairs: NDArray[np.int64],
    settings: ControlSettings,
) -> Parameters:
    """Return the parameters after one M-step."""
    surges = len(priors["field"]["surge_factor"])
    counts = {
        "state_p": output.state_p,
        "jump_mass": output.jump_mass,
        "kernel_mass": output.kernel_mass,
        "pairs": pairs,
        "flows": output.flows,
        "at_risk": output.exposure[0, surges:],
        "held_days": output.held_days,
        "near_days": output.exposure[0, surges:].sum() / max(len(scene.states) - 2, 1),
    }
    fights, drain = learn_fighting(scene.rows, counts, priors)
    groups, base = learn_groups(scene.rows, parameters.groups, first, priors, counts, fights)
    strength = priors["chain"]["strength"]
    # only the three levels are learned: the shape over codes feeds back on itself through the field
    expected = (output.exposure * prior0).sum(axis=1)
    rates = prior0 * ((output.changes.sum(axis=1) + strength) / (expected + strength))[:, None]
    stated_p = parameters.initial_p
    informed = np.flatnonzero(scene.informed)
    stated = scene.initial[informed] >= 0
    if settings.initial_p is None and stated.any():
        starts = np.concatenate([[0], np.cumsum(output.counts)])[:-1]
        right = output.p[starts[stated], scene.initial[informed][stated]].sum()
        weight = priors["initial"]["strength"]
        stated_p = float((right + weight * priors["initial"]["p"]) / (stated.sum() + weight))
    return Parameters(groups, base, np.clip(rates, 1e-8, priors["chain"]["ceiling"]), drain, stated_p)


def to_posterior(scene: Scene, output: ChainOutput, method: str) -> Posterior:
    """Return the model's Posterior; `output` has the knots of the informed places, the others get one flat knot."""
    counts = np.ones(len(scene.place_ids), np.int64)
    counts[scene.informed] = output.counts
    known = np.repeat(scene.informed, counts)
    day = np.zeros(len(known), np.int32)
    p = np.full((len(known), len(scene.states)), 1.0 / len(scene.states))
    day[known], p[known] = output.day, output.p
    return Posterior(
        place_ids=scene.place_ids,
        states=scene.states,
        first_day=scene.start,
        days=scene.days,
        offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        day=day,
        p=p,
        informed=known,
        method=method,
    )
