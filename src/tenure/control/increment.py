"""New claims on a fused study: only the places that they can reach are computed again.

Parameters stay as fused. The chains of the places named are run again, then those whose field their change has moved,
for a few
rounds. What this leaves out is small: parameters that the new claims would have moved, and places first heard of, which feel
their neighbours but are felt by them only after the next full fusion.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tenure.control.kernels.chain import ChainOutput
from tenure.control.kernels.field import bin_posterior
from tenure.control.kernels.filtering import keep_calls
from tenure.control.kernels.smoothing import run_chain
from tenure.control.learning.coupling import refresh
from tenure.control.learning.fitting import Parameters, assemble, encode, place_prior
from tenure.control.learning.reliability import Groups, Rows, prior_groups
from tenure.control.observing.copying import judge_new
from tenure.control.observing.kept_maps import find_keepers, mark_layers
from tenure.control.observing.observations import Observations, read_observations
from tenure.control.observing.repeats import find_news
from tenure.control.observing.stories import merge_stories
from tenure.control.settings import load_priors
from tenure.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from tenure.control.fusion import Fused
    from tenure.control.learning.scene import Scene
    from tenure.model import Posterior

__all__ = ["add_evidence"]

_ROUNDS = 4  # rounds of neighbours after the places named: what moves further is below the knots' tolerance in practice


def add_evidence(fused: Fused, evidence: pa.Table) -> Fused:
    """Return the fused study with more evidence (Evidence schema), recomputing only what it can reach.

    Only the hindsight reading can be extended; a filtered one raises InputError. No rows give the study unchanged.
    """
    if fused.field is None:
        raise InputError("only a hindsight fusion can be extended", value=fused.reading, remedy="fuse again")
    priors = load_priors(fused.settings)
    scene, new_rows, excluded = _extend(fused.scene, evidence, holds=fused.settings.first_holds)
    parameters = _extend_parameters(fused.parameters, fused.scene, scene, new_rows, priors)
    binned, around = fused.field[0].copy(), fused.field[1].copy()
    codes = (fused.chain.to_code.copy(), fused.chain.con_code.copy())
    # the day-0 prior of places without a statement hangs on the field that it was fused with
    chain, _ = assemble(
        scene, parameters, fused.settings, priors, codes, place_prior(scene, parameters.initial_p, around.share)
    )
    dirty = np.unique(scene.rows.obs.place[new_rows])
    if fused.settings.use_recency:
        refresh(around, scene, dirty, chain.bin_days, priors)
    rounds: list[tuple[NDArray[np.int64], ChainOutput]] = []
    for _ in range(_ROUNDS):
        if len(dirty) == 0:
            break
        moving = np.zeros(len(scene.informed) + 1, bool)  # the last stands for no neighbour, which is -1
        moving[dirty] = True
        near = np.flatnonzero(moving[scene.neighbour].any(axis=1) & scene.informed).astype(np.int64)
        fused_codes = codes[0][near], codes[1][near]
        # what the field was worth before, without the damping of the rounds that made it: only real change spreads
        around.mix(scene, binned, places=near)
        encode(around, parameters, priors, places=near, codes=codes)
        before = codes[0][near], codes[1][near]
        codes[0][near], codes[1][near] = fused_codes
        output = ChainOutput(*run_chain(chain, dirty))
        rounds.append((dirty, output))
        offsets = np.concatenate([[0], np.cumsum(output.counts)]).astype(np.int64)
        bin_posterior(dirty, offsets, output.day, output.p, chain.bin_days, scene.days, binned)
        around.mix(scene, binned, places=near)
        encode(around, parameters, priors, places=near, codes=codes)
        moved = (codes[0][near] != before[0]).any(axis=(1, 2)) | (codes[1][near] != before[1]).any(axis=(1, 2))
        still = near[~moved]
        codes[0][still], codes[1][still] = fused_codes[0][~moved], fused_codes[1][~moved]
        dirty = near[moved]
    posterior = _patch(fused.posterior, rounds)
    keep_calls(posterior.offsets, posterior.p, priors["chain"]["lead"])
    return replace(
        fused,
        posterior=posterior,
        excluded=(*fused.excluded, *excluded),
        scene=scene,
        parameters=parameters,
        chain=chain,
        field=(binned, around),
    )


def _extend(scene: Scene, evidence: pa.Table, *, holds: bool) -> tuple[Scene, NDArray[np.int64], tuple[Any, ...]]:
    """Return the scene with the new rows inserted place by place, their positions, and what is excluded of them."""
    obs, excluded = read_observations(
        evidence, scene.place_ids, scene.states, start=scene.start, days=scene.days, sides=dict(scene.sides)
    )
    old = scene.rows.obs
    obs = _recode(obs, old)
    merged, row_of = merge_stories(obs)
    plain = merged
    keepers = find_keepers(merged)
    keepers[: len(scene.keepers)] = np.minimum(keepers[: len(scene.keepers)], scene.keepers)
    merged = mark_layers(merged, keepers)
    copies = _copies(merged, scene)
    fresh = np.flatnonzero(copies < 0)
    at = np.searchsorted(old.place, merged.place[fresh], side="right")
    place_of_new = at + np.arange(len(at))
    followers = scene.followers
    if followers is not None:
        copy = judge_new(old, merged, followers)
        merged = replace(merged, p=merged.p * (1.0 - copy))
        followers = replace(followers, copy=np.insert(followers.copy, at, copy[fresh]))
    place_of_old = np.arange(len(old)) + np.searchsorted(at, np.arange(len(old)), side="right")
    keys, groups = _group(merged.take(fresh), scene.keys)
    target = np.where(copies >= 0, place_of_old[np.maximum(copies, 0)] if len(old) else 0, 0)
    target[fresh] = place_of_new
    rows_obs = _insert(old, at, merged.take(fresh))
    group = np.insert(scene.rows.group, at, groups)
    jump = np.insert(scene.rows.jump, at, find_news(rows_obs, holds=holds, hindsight=True)[place_of_new])
    rows = Rows(rows_obs, group, jump, np.bincount(group, minlength=len(keys)))
    ends = np.searchsorted(scene.evidence.place, obs.place, side="right")
    informed = scene.informed.copy()
    informed[merged.place] = True
    extended = replace(
        scene,
        rows=rows,
        keys=keys,
        informed=informed,
        plain=_insert(scene.plain, at, plain.take(fresh)),
        keepers=keepers,
        evidence=_insert(scene.evidence, ends, obs),
        followers=followers,
        row_of=np.insert(place_of_old[scene.row_of] if len(old) else scene.row_of, ends, target[row_of]),
    )
    return extended, place_of_new, excluded


def _recode(obs: Observations, old: Observations) -> Observations:
    """Return the rows with sources and stories coded by the old tables, new names appended."""
    sources = (*old.sources, *(s for s in obs.sources if s not in old.sources))
    source = np.array([sources.index(s) for s in obs.sources], np.int32)
    wanted = set(obs.story_names)
    known = {name: n for n, name in enumerate(old.story_names) if name in wanted}
    unknown = [s for s in obs.story_names if s not in known]
    known |= {name: n for n, name in enumerate(unknown, len(old.story_names))}
    story = np.array([known[s] for s in obs.story_names], np.int64)
    return replace(
        obs,
        source=source[obs.source] if len(obs) else obs.source,
        sources=sources,
        story=story[obs.story] if len(obs) else obs.story,
        story_names=np.concatenate([old.story_names, np.array(unknown, dtype=object)]),
    )


def _copies(merged: Observations, scene: Scene) -> NDArray[np.int64]:
    """Return for every new row the old row of the same story, place, verb, actor and stance, -1 for none."""
    old = scene.rows.obs
    chosen = np.flatnonzero(np.isin(old.place, merged.place) & np.isin(old.story, merged.story))
    fields = ("place", "verb", "actor", "story", "stance")
    seen = {tuple(int(getattr(old, f)[r]) for f in fields): int(r) for r in chosen}
    return np.array([seen.get(tuple(int(getattr(merged, f)[r]) for f in fields), -1) for r in range(len(merged))], np.int64)


def _group(fresh: Observations, keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the keys with new ones appended, and the group of every new row."""
    known = {tuple(int(x) for x in key): n for n, key in enumerate(keys)}
    fields = zip(fresh.source.tolist(), fresh.verb.tolist(), fresh.interest.tolist(), strict=True)
    groups = [known.setdefault(key, len(known)) for key in fields]
    return np.array(list(known), np.int64).reshape(-1, 3), np.array(groups, np.int64)


def _insert(old: Observations, at: NDArray[np.int64], new: Observations) -> Observations:
    names = [n for n in old.__slots__ if n not in {"sources", "story_names"}]
    columns = {n: np.insert(getattr(old, n), at, getattr(new, n)) for n in names}
    return replace(old, sources=new.sources, story_names=new.story_names, **columns)


def _extend_parameters(
    parameters: Parameters, old: Scene, scene: Scene, new_rows: NDArray[np.int64], priors: dict[str, Any]
) -> Parameters:
    """Return the parameters for the extended scene: new groups get the prior at the odds that the study has."""
    groups, had = parameters.groups, len(old.keys)
    added = prior_groups(scene.rows, scene.keys, priors, shift=0.0)
    jumps = groups.keys[:, 1] <= 1
    scale = groups.coverage / groups.false_rate * (1 - groups.precision) / groups.precision
    typical = float(np.median(scale[jumps])) if jumps.any() else 1.0 / float(priors["jump"]["strength"]["rate"])
    coverage = np.minimum(added.coverage, float(np.median(groups.coverage[jumps])) if jumps.any() else 1.0)
    false_rate = coverage / (typical * added.precision / (1 - added.precision))
    ratio = added.ratio.copy()
    known = groups.keys[:, 1] == 3  # noqa: PLR2004 - clash
    if known.any():
        ratio[scene.keys[:, 1] == 3] = groups.ratio[known][0]  # noqa: PLR2004 - clash
    joined = {
        "precision": added.precision,
        "coverage": coverage,
        "false_rate": false_rate,
        "kernel": added.kernel,
        "ratio": ratio,
    }
    merged = Groups(scene.keys, **{n: np.concatenate([getattr(groups, n), v[had:]]) for n, v in joined.items()})
    base = np.empty((len(scene.rows.obs), 3))
    is_old = np.ones(len(base), bool)
    is_old[new_rows] = False
    base[is_old] = parameters.base
    key = scene.rows.obs.verb.astype(np.int64) * 1000 + scene.rows.obs.actor
    mean = parameters.base.mean(axis=0) if len(parameters.base) else np.full(3, 1 / 3)
    kinds, first = np.unique(key[is_old], return_index=True)
    values = dict(zip(kinds.tolist(), parameters.base[first], strict=True))
    for row in new_rows:
        base[row] = values.get(int(key[row]), mean)
    return replace(parameters, groups=merged, base=base)


def _patch(posterior: Posterior, rounds: Sequence[tuple[NDArray[np.int64], ChainOutput]]) -> Posterior:
    """Return the posterior with the knots of some places replaced by those of the last round that each was in."""
    old = np.diff(posterior.offsets)
    counts, last = old.copy(), np.full(len(old), -1)
    for number, (places, output) in enumerate(rounds):
        counts[places], last[places] = output.counts, number
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    day, informed = np.empty(offsets[-1], posterior.day.dtype), np.ones(offsets[-1], bool)
    p = np.empty((offsets[-1], posterior.p.shape[1]))
    every = np.arange(len(old))
    at, to = _spans(posterior.offsets[:-1], old, offsets, every, last < 0)
    day[to], p[to], informed[to] = posterior.day[at], posterior.p[at], posterior.informed[at]
    for number, (places, output) in enumerate(rounds):
        starts = np.cumsum(output.counts) - output.counts
        at, to = _spans(starts, output.counts, offsets, places, last[places] == number)
        day[to], p[to] = output.day[at], output.p[at]
    return replace(posterior, offsets=offsets, day=day, p=p, informed=informed)


def _spans(
    starts: NDArray[np.int64],
    counts: NDArray[np.int64],
    offsets: NDArray[np.int64],
    places: NDArray[np.int64],
    chosen: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the knots of the chosen places stand, and where they go; `starts`, `counts` by place of `places`."""
    counts = counts[chosen]
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(starts[chosen], counts) + within, np.repeat(offsets[places[chosen]], counts) + within
