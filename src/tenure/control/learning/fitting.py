"""Rounds of evidence -> field -> chains -> parameters, until their number is up: mean field and EM."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tenure.control.kernels.chain import ChainInput, ChainOutput
from tenure.control.kernels.field import bin_posterior
from tenure.control.kernels.smoothing import run_chain
from tenure.control.learning.agreement import agreement_shift
from tenure.control.learning.coupling import Surroundings, bin_width, field_levels, surround, untold_doubt
from tenure.control.learning.reliability import Groups, kernel_table, learn_fighting, learn_groups, prior_groups, state_logs
from tenure.control.learning.untold import count_changes, group_tellings, mean_tellings, share_retold, silence_matrix
from tenure.control.observing.observations import INTERESTS, VERBS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tenure.control.learning.scene import Scene
    from tenure.control.observing.observations import Observations
    from tenure.control.settings import ControlSettings

__all__ = ["Fit", "Parameters", "assemble", "fit", "place_prior"]


_FRONT = 0.2  # of the rate of a mixed neighbourhood: below it nobody fights near


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """What EM moves: groups, base rates of relations, rates of change, reliability of the initial statements."""

    groups: Groups
    base: NDArray[np.float64]
    rates: NDArray[np.float64]
    drain: NDArray[np.float64]
    """(states,) reports of fighting a day that a state brings beyond the others."""
    initial_p: float
    rumour: NDArray[np.float64]
    """(codes,) how often false reports of a change come where the field has the code, relative to a mixed neighbourhood."""
    told: float
    """Stories that tell of a change of which any does: one over it go untold."""
    mapped: float
    """Share of the changes that the keepers of maps show."""
    doubt: float = 1.0
    """How many times the reference rate the untold changes make where nobody speaks."""

    def untold(self, priors: dict[str, Any]) -> tuple[float, float]:
        """Return the rate where nobody speaks and the least share of it, as in `untold_doubt`."""
        return untold_doubt(self.told, self.mapped, self.doubt, priors)


def prior_rumour(priors: dict[str, Any]) -> NDArray[np.float64]:
    """Return the prior of `Parameters.rumour`: the levels of the rates, up to 1."""
    f = priors["field"]
    return np.repeat(np.minimum(np.exp(field_levels(priors)), 1.0) ** f["rumour"], len(f["surge_factor"]))


def prior_rates(priors: dict[str, Any]) -> NDArray[np.float64]:
    """Return the prior rates (3, codes): level times surge factor times the kind's rate."""
    c, f = priors["chain"], priors["field"]
    factor = np.outer(np.exp(field_levels(priors)), f["surge_factor"]).ravel()
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
    odds = odds / parameters.rumour[jump_codes(scene, chosen, codes)]
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
        jump_kind=(obs.verb[chosen] == 1).astype(np.int8),
        jump_actor=obs.actor[chosen].astype(np.int16),
        jump_position=table.position,
        jump_odds=odds,
        kernel=table.flat,
        to_code=codes[0],
        con_code=codes[1],
        # a change of hands goes to one of the others
        rates=parameters.rates / np.array([[max(states - 2, 1)], [1], [1]]),
        silence=silence_matrix(rows, groups, states, settings.absence * float(np.log(parameters.told))),
        tolerance=settings.tolerance,
        drain=parameters.drain,
        settle_rate=1.0 / settings.settle_days if settings.settle_days > 0 else 0.0,
        fresh_factor=priors["chain"]["fresh_factor"],
        stay_cost=priors["chain"]["stay_cost"],
        from_contested=priors["chain"]["from_contested"],
    )
    return chain, table.pairs


def jump_codes(
    scene: Scene, chosen: NDArray[np.int64], codes: tuple[NDArray[np.int8], NDArray[np.int8]]
) -> NDArray[np.int64]:
    """Return the field's rate code of the change that each chosen row tells of, in the middle of its claimed days."""
    obs = scene.rows.obs
    bins = codes[0].shape[1]
    width = -(-scene.days // bins)
    middle = np.clip((obs.t0[chosen] + obs.t1[chosen] - 1) // 2 // width, 0, bins - 1)
    place, actor = obs.place[chosen], obs.actor[chosen]
    took = obs.verb[chosen] != 1
    return np.asarray(np.where(took, codes[0][place, middle, actor], codes[1][place, middle, actor]), dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """What the rounds leave: parameters, the last round's input and output, the binned posterior and what is around it."""

    parameters: Parameters
    chain: ChainInput
    output: ChainOutput
    binned: NDArray[np.float32]
    around: Surroundings


def first_parameters(
    scene: Scene, settings: ControlSettings, priors: dict[str, Any], *, heard: Observations | None = None
) -> Parameters:
    """Return what is believed before anything is learned but how far claims, `heard` or all, bear each other out."""
    shipped = np.array([priors["jump"][i]["precision"] for i in INTERESTS])
    obs = scene.rows.obs if heard is None else heard
    shift = agreement_shift(obs, shipped) if settings.agreement else 0.0
    groups = prior_groups(scene.rows, scene.keys, priors, shift=shift)
    stated = settings.initial_p if settings.initial_p is not None else float(priors["initial"]["p"])
    base = np.full((len(scene.rows.obs), 3), 1 / 3)
    return Parameters(
        groups,
        base,
        prior_rates(priors),
        np.zeros(len(scene.states)),
        stated,
        prior_rumour(priors),
        priors["jump"]["strength"]["told"],
        0.0,
    )


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
    around = surround(scene, binned.shape, settings, priors, hindsight=True)
    codes = (np.zeros(binned.shape, np.int8), np.zeros(binned.shape, np.int8))
    everywhere = np.flatnonzero(scene.informed).astype(np.int64)
    telling = group_tellings(scene.rows, len(scene.states))
    for sweep in range(sweeps):
        around.mix(scene, binned, keep=settings.damping if sweep else 0.0, places=everywhere)
        encode(around, parameters, priors, places=everywhere, codes=codes)
        prior = place_prior(scene, parameters.initial_p, around.share)
        chain, pairs = assemble(scene, parameters, settings, priors, codes, prior)
        output = ChainOutput(*run_chain(chain, everywhere))
        offsets = np.concatenate([[0], np.cumsum(output.counts)]).astype(np.int64)
        bin_posterior(everywhere, offsets, output.day, output.p, chain.bin_days, scene.days, binned)
        if settings.learn and sweep + 1 < sweeps:
            parameters = learn(scene, parameters, first, priors, chain, output, pairs, telling, settings)
    return Fit(parameters, chain, output, binned, around)


def encode(
    around: Surroundings,
    parameters: Parameters,
    priors: dict[str, Any],
    *,
    places: NDArray[np.int64],
    codes: tuple[NDArray[np.int8], NDArray[np.int8]],
) -> None:
    """Fill the rate codes of the places from what is around them, with one doubt for all days."""
    bins = around.open.shape[1]
    doubt = np.repeat(np.array(parameters.untold(priors))[:, None], bins, axis=1)
    around.encode(doubt, priors, places=places, codes=codes)


def learn(  # noqa: PLR0913, PLR0917 - one step of EM takes all that it moves
    scene: Scene,
    parameters: Parameters,
    first: Parameters,
    priors: dict[str, Any],
    chain: ChainInput,
    output: ChainOutput,
    pairs: NDArray[np.int64],
    telling: NDArray[np.int64],
    settings: ControlSettings,
) -> Parameters:
    """Return the parameters after one M-step."""
    surges = len(priors["field"]["surge_factor"])
    # where the rate is less than a fifth of a mixed neighbourhood's is no front
    near = surges * int(np.searchsorted(field_levels(priors), np.log(_FRONT)))
    codes = (chain.to_code, chain.con_code)
    counts = {
        "state_p": output.state_p,
        "jump_mass": output.jump_mass,
        "kernel_mass": output.kernel_mass,
        "pairs": pairs,
        "flows": output.flows,
        "at_risk": output.exposure[0] * parameters.rumour,
        "held_days": output.held_days,
        "near_days": output.exposure[0, near:].sum() / max(len(scene.states) - 2, 1),
    }
    fights, drain = learn_fighting(scene.rows, counts, priors)
    groups, base, false = learn_groups(scene.rows, parameters.groups, first.groups, priors, counts, fights)
    rumour = learn_rumour(scene, first.rumour, output.exposure[0], false, codes, priors)
    strong, mass = priors["jump"]["strength"], np.minimum(output.jump_mass, 1.0)
    mass *= scene.rows.obs.verb[scene.rows.jump] != VERBS.index("held")
    told = mean_tellings(telling, mass, strong["told"], strong["retold"])
    curated = scene.rows.obs.interest[scene.rows.jump] == INTERESTS.index("curated")
    mapped = share_retold(telling, mass, curated, strong["retold"])
    rates = learn_rates(first.rates, output, priors)
    doubt = 1.0
    if settings.doubt:
        total = count_changes(telling, mass, told, mapped)
        doubt = learn_doubt(total, parameters, first.rates, output, priors)
    stated_p = parameters.initial_p
    informed = np.flatnonzero(scene.informed)
    stated = scene.initial[informed] >= 0
    if settings.initial_p is None and stated.any():
        starts = np.concatenate([[0], np.cumsum(output.counts)])[:-1]
        right = output.p[starts[stated], scene.initial[informed][stated]].sum()
        weight = priors["initial"]["strength"]
        stated_p = float((right + weight * priors["initial"]["p"]) / (stated.sum() + weight))
    odds = groups.precision / (1.0 - groups.precision) * lone_odds(scene, groups, rates, rumour, codes, priors)
    # of true reports one in `told` stands alone, of false ones each: the odds of a lone report are lower by it
    odds = odds / told ** strong["alone"]
    # told of again and again or once: the mean tellings say how many changes there were, told of or not (geometric)
    into = output.flows[:, :-1].sum()
    coverage = np.minimum(groups.coverage * into * max(told - 1.0, 0.01) / max(mass.sum(), 1.0), 3.0)
    groups = replace(groups, coverage=coverage, false_rate=coverage / odds)
    return Parameters(groups, base, rates, drain, stated_p, rumour, told, mapped, doubt)


def lone_odds(  # noqa: PLR0917 - a part of the M-step
    scene: Scene,
    groups: Groups,
    rates: NDArray[np.float64],
    rumour: NDArray[np.float64],
    codes: tuple[NDArray[np.int8], NDArray[np.int8]],
    priors: dict[str, Any],
) -> float:
    """Return the factor s such that coverage over false rate is s times the odds of a group's precision.

    Before other evidence speaks, reports are to be believed as often as their precision says, wherever the field has them
    come from: the mean of sigma(logit precision + log(s rate / rumour)) over them is their mean precision. A prior of
    `changes` reports at the reference rate joins in.
    """
    strong, chosen = priors["jump"]["strength"], np.flatnonzero(scene.rows.jump)
    code = jump_codes(scene, chosen, codes)
    rate = np.where(scene.rows.obs.verb[chosen] != 1, rates[0][code], rates[1][code]) / rumour[code]
    precision = np.append(groups.precision[scene.rows.group[chosen]], priors["jump"]["neutral"]["precision"])
    logit = np.log(precision / (1.0 - precision)) + np.log(np.append(rate, strong["rate"]))
    weight = np.append(scene.rows.obs.p[chosen], strong["changes"])
    low, high = -5.0, 25.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        short = (weight / (1.0 + np.exp(-logit - middle))).sum() < (weight * precision).sum()
        low, high = (middle, high) if short else (low, middle)
    return float(np.exp(low))


def learn_doubt(
    total: float, parameters: Parameters, prior: NDArray[np.float64], output: ChainOutput, priors: dict[str, Any]
) -> float:
    """Return how many times the reference rate (`prior` (3, codes)) the changes make, told of or not, `total` of them."""
    d, states = priors["doubt"], output.flows.shape[0]
    expected = float((output.exposure[0] * prior[0]).sum()) / max(states - 2, 1) / parameters.doubt
    return float(np.clip((total + d["changes"]) / (expected + d["changes"]), d["least"], d["most"]))


def learn_rates(prior: NDArray[np.float64], output: ChainOutput, priors: dict[str, Any]) -> NDArray[np.float64]:
    """Return the rates (3, codes): only the three levels are learned, the shape over codes feeds back through the field."""
    strength = priors["chain"]["strength"]
    expected = (output.exposure * prior).sum(axis=1)
    rates = prior * ((output.changes.sum(axis=1) + strength) / (expected + strength))[:, None]
    return np.asarray(np.clip(rates, 1e-8, priors["chain"]["ceiling"]))


def learn_rumour(  # noqa: PLR0917 - a part of the M-step
    scene: Scene,
    prior: NDArray[np.float64],
    exposure: NDArray[np.float64],
    false: NDArray[np.float64],
    codes: tuple[NDArray[np.int8], NDArray[np.int8]],
    priors: dict[str, Any],
) -> NDArray[np.float64]:
    """Return how false reports follow the field, (codes,), from the expected falsehood of every row."""
    f = priors["field"]
    surges = len(f["surge_factor"])
    chosen = np.flatnonzero(scene.rows.jump)
    code = jump_codes(scene, chosen, codes)
    seen = np.bincount(code, false[chosen], len(prior)).reshape(-1, surges).sum(axis=1)
    expected = (prior * exposure).reshape(-1, surges).sum(axis=1)
    expected *= seen.sum() / max(expected.sum(), 1e-12)
    factor = (seen + f["rumour_strength"]) / (expected + f["rumour_strength"])
    return np.asarray(prior * np.repeat(factor, surges))
