"""Rounds of evidence -> field -> chains -> parameters, until their number is up: mean field and EM."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tenure.control.chain import ChainInput, ChainOutput
from tenure.control.field import add_agnostic, bin_posterior, encode_field, mix_neighbours
from tenure.control.reliability import (
    Groups,
    kernel_table,
    learn_fighting,
    learn_groups,
    prior_groups,
    silence_matrix,
    state_logs,
)
from tenure.control.smoothing import run_chain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tenure.control.scene import Scene
    from tenure.control.settings import ControlSettings

__all__ = ["Fit", "Parameters", "assemble", "fit", "place_prior"]


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """What EM moves: groups, base rates of relations, rates of change, reliability of the initial statements."""

    groups: Groups
    base: NDArray[np.float64]
    rates: NDArray[np.float64]
    drain: NDArray[np.float64]
    """(states,) reports of fighting a day that a state brings beyond the others."""
    initial_p: float


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


def assemble(  # noqa: PLR0917 - one step of EM takes all that it moves
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
    table = kernel_table(rows, parameters.groups, priors["kernel"]["before"])
    chosen = np.flatnonzero(rows.jump)
    possible = np.where(obs.stance[chosen] == 1, priors["stance"]["possible"], 1.0)
    groups = parameters.groups
    odds = obs.p[chosen] * possible * (groups.coverage / groups.false_rate)[rows.group[chosen]]
    odds = odds * unheard_odds(scene, chosen, parameters, codes, reference=priors["jump"]["strength"]["rate"])
    chain = ChainInput(
        days=scene.days,
        bin_days=bin_width(scene.days, settings),
        prior=prior,
        state_offsets=np.searchsorted(obs.place, np.arange(n + 1)).astype(np.int64),
        state_day=(obs.t1 - 1).astype(np.int32),
        state_log=state_logs(rows, groups, parameters.base, priors, states),
        jump_offsets=np.searchsorted(obs.place[chosen], np.arange(n + 1)).astype(np.int64),
        jump_first=table.first,
        jump_length=table.length,
        jump_kind=obs.verb[chosen].astype(np.int8),
        jump_actor=obs.actor[chosen].astype(np.int16),
        jump_position=table.position,
        jump_odds=odds,
        kernel=table.flat,
        to_code=codes[0],
        con_code=codes[1],
        rates=parameters.rates,
        silence=silence_matrix(rows, groups, states, settings.absence),
        tolerance=settings.tolerance,
        drain=parameters.drain,
        settle_rate=1.0 / settings.settle_days if settings.settle_days > 0 else 0.0,
        fresh_factor=priors["chain"]["fresh_factor"],
        stay_cost=priors["chain"]["stay_cost"],
    )
    return chain, table.pairs


def unheard_odds(
    scene: Scene,
    chosen: NDArray[np.int64],
    parameters: Parameters,
    codes: tuple[NDArray[np.int8], NDArray[np.int8]],
    *,
    reference: float,
) -> NDArray[np.float64]:
    """Return the factor (jump rows,), 1 or more, by which a report counts more where the neighbourhood is silent.

    The precision of reports is stated at the `reference` rate of change. Where neighbours of whom nobody tells make the rate
    low, false reports are as much rarer as true ones: the odds rise by the share of the neighbourhood that is unheard.
    """
    obs = scene.rows.obs
    bins = codes[0].shape[1]
    width = -(-scene.days // bins)
    middle = np.clip((obs.t0[chosen] + obs.t1[chosen] - 1) // 2 // width, 0, bins - 1)
    place, actor, took = obs.place[chosen], obs.actor[chosen], obs.verb[chosen] == 0
    rate = np.where(
        took, parameters.rates[0][codes[0][place, middle, actor]], parameters.rates[1][codes[1][place, middle, actor]]
    )
    unheard = 1.0 - np.clip(scene.weight.sum(axis=1), 0.0, 1.0)
    return np.asarray(np.clip(rate / reference, 1e-3, 1.0) ** -unheard[place], dtype=float)


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """What the rounds leave: parameters, the last round's input, output and field, and the binned posterior."""

    parameters: Parameters
    chain: ChainInput
    output: ChainOutput
    binned: NDArray[np.float32]
    mixed: NDArray[np.float32]


def first_parameters(scene: Scene, settings: ControlSettings, priors: dict[str, Any]) -> Parameters:
    """Return what is believed before anything is learned."""
    groups = prior_groups(scene.rows, scene.keys, priors)
    stated = settings.initial_p if settings.initial_p is not None else float(priors["initial"]["p"])
    base = np.full((len(scene.rows.obs), 3), 1 / 3)
    return Parameters(groups, base, prior_rates(priors), np.zeros(len(scene.states)), stated)


def bin_width(days: int, settings: ControlSettings) -> int:
    """Return the field's bin width in days: the setting, wider for long studies so that memory stays bounded."""
    return max(settings.bin_days, -(-days // settings.most_bins))


def encode(
    mixed: NDArray[np.float32],
    days: int,
    settings: ControlSettings,
    priors: dict[str, Any],
    *,
    places: NDArray[np.int64],
    codes: tuple[NDArray[np.int8], NDArray[np.int8]],
    ahead: bool = True,
) -> None:
    """Fill the rate codes of the places; without `ahead` a surge is what rose up to the bin, as it could be known then."""
    f = priors["field"]
    reach = max(1, round(settings.surge_days / bin_width(days, settings)))
    window = (reach, reach) if ahead else (2 * reach, 0)
    encode_field(mixed, np.array(f["share_edges"]), np.array(f["surge_edges"]), window, places, codes)


def flat_field(scene: Scene, stated: float, settings: ControlSettings) -> NDArray[np.float32]:
    """Return the binned belief (places, bins, states) that only knows the statements; uninformed places are 0."""
    bins = -(-scene.days // bin_width(scene.days, settings))
    binned = np.repeat(place_prior(scene, stated, None)[:, None].astype(np.float32), bins, axis=1)
    binned[~scene.informed] = 0.0
    return binned


def fit(scene: Scene, settings: ControlSettings, priors: dict[str, Any], *, sweeps: int | None = None) -> Fit:
    """Return fitted parameters and posteriors after the settings' sweeps (or so many)."""
    first = first_parameters(scene, settings, priors)
    parameters, sweeps = first, sweeps or settings.sweeps
    binned = flat_field(scene, first.initial_p, settings)
    mixed = np.zeros_like(binned)
    codes = (np.zeros(binned.shape, np.int8), np.zeros(binned.shape, np.int8))
    everywhere = np.flatnonzero(scene.informed).astype(np.int64)
    for sweep in range(sweeps):
        mix(scene, binned, mixed, settings.damping if sweep else 0.0, everywhere)
        encode(mixed, scene.days, settings, priors, places=everywhere, codes=codes)
        chain, pairs = assemble(scene, parameters, settings, priors, codes, place_prior(scene, parameters.initial_p, mixed))
        output = ChainOutput(*run_chain(chain, everywhere))
        offsets = np.concatenate([[0], np.cumsum(output.counts)]).astype(np.int64)
        bin_posterior(everywhere, offsets, output.day, output.p, chain.bin_days, scene.days, binned)
        if settings.learn and sweep + 1 < sweeps:
            parameters = learn(scene, parameters, first, priors, output, pairs, settings)
    return Fit(parameters, chain, output, binned, mixed)


def mix(
    scene: Scene, binned: NDArray[np.float32], mixed: NDArray[np.float32], keep: float, places: NDArray[np.int64]
) -> None:
    """Blend the neighbours' mean belief into the field of the places; `keep` is the share of the old field that stays."""
    mix_neighbours(binned, scene.neighbour, scene.weight, np.float32(keep), places, mixed)
    add_agnostic(mixed, scene.weight, places, keep)


def learn(  # noqa: PLR0917 - one step of EM takes all that it moves
    scene: Scene,
    parameters: Parameters,
    first: Parameters,
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
    groups, base = learn_groups(scene.rows, parameters.groups, first.groups, priors, counts, fights)
    strength = priors["chain"]["strength"]
    # only the three levels are learned: the shape over codes feeds back on itself through the field
    expected = (output.exposure * first.rates).sum(axis=1)
    rates = first.rates * ((output.changes.sum(axis=1) + strength) / (expected + strength))[:, None]
    stated_p = parameters.initial_p
    informed = np.flatnonzero(scene.informed)
    stated = scene.initial[informed] >= 0
    if settings.initial_p is None and stated.any():
        starts = np.concatenate([[0], np.cumsum(output.counts)])[:-1]
        right = output.p[starts[stated], scene.initial[informed][stated]].sum()
        weight = priors["initial"]["strength"]
        stated_p = float((right + weight * priors["initial"]["p"]) / (stated.sum() + weight))
    return Parameters(groups, base, np.clip(rates, 1e-8, priors["chain"]["ceiling"]), drain, stated_p)
