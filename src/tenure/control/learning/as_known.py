"""The filtered reading: each day's belief from what was published by then, with parameters that could be learned by then."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from tenure.control.kernels.field import bin_posterior
from tenure.control.kernels.filtering import keep_calls, run_filter
from tenure.control.learning.coupling import bin_width, surround
from tenure.control.learning.fitting import Parameters, assemble, first_parameters, fit, flat_field, place_prior
from tenure.control.learning.reliability import Rows
from tenure.control.learning.scene import neighbours_by, rows_by
from tenure.model import Posterior

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tenure.control.kernels.chain import ChainInput
    from tenure.control.learning.scene import Scene
    from tenure.control.observing.observations import Observations
    from tenure.control.settings import ControlSettings

__all__ = ["block_edges", "filter_scene"]

_UNHEARD = 1e-6  # share of its coverage that is expected of a source before it has spoken
_PASSES = 3  # rounds of filter and field: the field of a day only uses belief of earlier days, so few settle it


def filter_scene(
    scene: Scene, settings: ControlSettings, priors: dict[str, Any], method: str
) -> tuple[Posterior, Scene, Parameters, ChainInput]:
    """Return the filtered posterior, and the last stretch's scene, parameters and chain.

    The study is cut into `filter_blocks` stretches; the parameters of a stretch are fitted to what was published before it.
    """
    width = bin_width(scene.days, settings)
    edges = [*block_edges(scene.days, settings), scene.days]
    blocks = [(int(a), int(b), *_block(scene, int(a), settings, priors)) for a, b in pairwise(edges)]
    everywhere = np.flatnonzero(scene.informed).astype(np.int64)
    known, orders = _known_days(scene)
    binned = flat_field(scene, blocks[0][3].initial_p, settings)
    around = surround(scene, binned.shape, settings, priors, hindsight=False)
    codes = (np.zeros(binned.shape, np.int8), np.zeros(binned.shape, np.int8))
    doubt = np.ones((2, binned.shape[1]))
    for a, b, _, parameters in blocks:
        doubt[:, a // width : -(-b // width)] = np.array(parameters.untold(priors))[:, None]
    for _ in range(_PASSES):
        for a, b, past, _ in blocks:
            around.mix(past, binned, places=everywhere, span=(a // width, -(-b // width)))
        # a day may only look at what its neighbours were believed to be before it
        around.encode(doubt, priors, places=everywhere, codes=codes, late=1)
        pieces = []
        for begin, until, past, parameters in blocks:
            chain, _ = assemble(past, parameters, settings, priors, codes, place_prior(scene, parameters.initial_p, None))
            pieces.append(run_filter(chain, everywhere, orders, known, begin, until))
        counts, day, p = _join(pieces)
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        bin_posterior(everywhere, offsets, day, p, width, scene.days, binned)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    keep_calls(offsets, p, priors["chain"]["lead"])
    return _posterior(scene, counts, day, p, method), blocks[-1][2], blocks[-1][3], chain


def _block(scene: Scene, begin: int, settings: ControlSettings, priors: dict[str, Any]) -> tuple[Scene, Parameters]:
    """Return the scene and the parameters of a stretch, from what was published before it."""
    past = neighbours_by(rows_by(scene, begin, settings), begin, settings)
    return past, parameters_by(past, begin, settings, priors)


def block_edges(days: int, settings: ControlSettings) -> tuple[int, ...]:
    """Return the first days of the stretches that share their parameters."""
    # a bin of the field has one parameter set
    width = bin_width(max(days, 1), settings)
    edges = np.linspace(0, max(days, 0), settings.filter_blocks + 1).round().astype(np.int64)[:-1] // width * width
    return tuple(int(e) for e in np.unique(edges))


def parameters_by(scene: Scene, day: int, settings: ControlSettings, priors: dict[str, Any]) -> Parameters:
    """Return the parameters learnable from what was published before the day, laid on the whole scene's rows and groups."""
    rows = np.flatnonzero((scene.rows.obs.pub < day) & (scene.rows.obs.t0 < day))
    prior = _unheard(scene, scene.rows.obs.take(rows), settings, priors)
    if day < 2 or len(rows) == 0 or not settings.learn:  # noqa: PLR2004 - one day is no chain
        return prior
    obs = scene.rows.obs.take(rows)
    obs = replace(obs, t1=np.minimum(obs.t1, day).astype(np.int32))
    past = replace(
        scene,
        days=day,
        rows=Rows(
            obs,
            scene.rows.group[rows],
            scene.rows.jump[rows],
            np.bincount(scene.rows.group[rows], minlength=len(scene.keys)),
        ),
    )
    found = fit(past, settings, priors).parameters
    silent = past.rows.stories == 0
    base = _base_by_group(scene, rows, found.base)
    groups = found.groups
    # whoever has not spoken yet keeps the prior odds and is not expected to speak
    heard = ~silent & (groups.keys[:, 1] <= 1)
    odds = groups.coverage / groups.false_rate * (1 - groups.precision) / groups.precision
    typical = float(np.median(odds[heard])) if heard.any() else float(1.0 / priors["jump"]["strength"]["rate"])
    ours = prior.groups.precision / (1 - prior.groups.precision)
    coverage = np.where(silent, prior.groups.coverage, groups.coverage)
    false_rate = np.where(silent, coverage / (ours * typical), groups.false_rate)
    groups = replace(groups, coverage=coverage, false_rate=false_rate)
    return replace(found, base=base, groups=groups)


def _base_by_group(scene: Scene, rows: NDArray[np.int64], known: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return base rates for every row: those of a known row with the same verb and actor, else the mean."""
    obs = scene.rows.obs
    key = obs.verb.astype(np.int64) * 1000 + obs.actor
    out = np.tile(known.mean(axis=0), (len(obs), 1))
    for k in np.unique(key[rows]):
        out[key == k] = known[key[rows] == k][0]
    return out


def _unheard(scene: Scene, heard: Observations, settings: ControlSettings, priors: dict[str, Any]) -> Parameters:
    """Return the priors as they stand when only `heard` was said: nobody's silence tells anything yet."""
    quiet = scene.rows._replace(stories=np.ones_like(scene.rows.stories))
    first = first_parameters(replace(scene, rows=quiet), settings, priors, heard=heard)
    # odds stay, what is expected of them vanishes
    groups = replace(first.groups, coverage=first.groups.coverage * _UNHEARD, false_rate=first.groups.false_rate * _UNHEARD)
    return replace(first, groups=groups)


def _known_days(
    scene: Scene,
) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64]], tuple[NDArray[np.int64], NDArray[np.int64]]]:
    obs = scene.rows.obs
    day = np.clip(np.floor(obs.pub), 0, None).astype(np.int64)
    jump = np.flatnonzero(scene.rows.jump)
    state_order = np.lexsort((np.arange(len(obs)), day, obs.place)).astype(np.int64)
    jump_order = np.lexsort((np.arange(len(jump)), day[jump], obs.place[jump])).astype(np.int64)
    return (day, day[jump]), (state_order, jump_order)


def _join(
    pieces: list[tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]],
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Return the knots of all blocks by place."""
    place = np.concatenate([np.repeat(np.arange(len(c)), c) for c, _, _ in pieces])
    order = np.argsort(place, kind="stable")
    day = np.concatenate([d for _, d, _ in pieces])[order]
    p = np.concatenate([x for _, _, x in pieces])[order]
    return np.sum([c for c, _, _ in pieces], axis=0), day, p


def _posterior(
    scene: Scene, counts: NDArray[np.int64], day: NDArray[np.int32], p: NDArray[np.float64], method: str
) -> Posterior:
    """Return the Posterior; a place without a statement is uninformed until its first claim is published."""
    first = np.full(len(scene.place_ids), scene.days, np.int64)
    np.minimum.at(first, scene.rows.obs.place, np.clip(np.floor(scene.rows.obs.pub), 0, scene.days).astype(np.int64))
    first[scene.initial >= 0] = 0
    states = len(scene.states)
    places = np.flatnonzero(scene.informed)
    place = np.repeat(places, counts)
    known = day >= first[place]
    flat = np.full(states, 1.0 / states)
    rows = [(place[known], day[known], p[known], np.ones(int(known.sum()), bool))]
    dark = np.flatnonzero(first > 0)
    rows.append((dark, np.zeros(len(dark), np.int32), np.tile(flat, (len(dark), 1)), np.zeros(len(dark), bool)))
    # the knot valid on the day of the first publication may stand before it: it is repeated there
    late = np.flatnonzero((first > 0) & (first < scene.days))
    offsets = np.searchsorted(place, late), np.searchsorted(place, late, side="right")
    at = [lo + np.searchsorted(day[lo:hi], first[i], side="right") - 1 for i, lo, hi in zip(late, *offsets, strict=True)]
    need = np.array([day[k] < first[i] for i, k in zip(late, at, strict=True)], bool)
    k = np.array(at, np.int64)[need]
    rows.append((late[need], first[late[need]].astype(np.int32), p[k], np.ones(int(need.sum()), bool)))
    all_place, all_day, all_p, informed = (np.concatenate([r[c] for r in rows]) for c in range(4))
    order = np.lexsort((all_day, all_place))
    return Posterior(
        place_ids=scene.place_ids,
        states=scene.states,
        first_day=scene.start,
        days=scene.days,
        offsets=np.searchsorted(all_place[order], np.arange(len(scene.place_ids) + 1)).astype(np.int64),
        day=all_day[order].astype(np.int32),
        p=all_p[order],
        informed=informed[order],
        method=method,
    )
