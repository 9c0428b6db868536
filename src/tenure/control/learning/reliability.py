"""What is believed of each source, by verb and interest: precision, coverage, false rates, lags, ratios; the M-step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tenure.control.observing.copying import describe_following
from tenure.control.observing.observations import INTERESTS, VERBS, Observations
from tenure.control.observing.repeats import find_news

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tenure.control.observing.copying import Followers

__all__ = [
    "Groups", "Rows", "SourceReliability", "group_rows", "kernel_table", "learn_fighting", "learn_groups", "prior_groups",
    "state_logs",
]  # fmt: skip

_TOOK, _LOST, _HELD, _CLASH = range(4)
_ASSERTED, _POSSIBLE, _DENIED = range(3)


@dataclass(frozen=True, slots=True)
class SourceReliability:
    """What was learned about one kind of report of one source, with its uncertainty."""

    source: str
    verb: str
    interest: str
    """``own``, ``against``, ``neutral`` or ``curated``."""
    stories: int
    precision: float
    """Share of its reports of a change that a change explains (jump verbs), else NaN."""
    coverage: float
    """Its reports per true change (jump verbs), else NaN."""
    coverage_lo: float
    coverage_hi: float
    false_rate: float
    """False reports per place and day at risk (jump verbs), else NaN."""
    false_lo: float
    false_hi: float
    agree: float
    """How much likelier the report is where the asserted state holds than where another actor holds, beside the jump."""
    contested: float
    delay_days: float
    """Mean of claimed day minus day of change (jump verbs), else NaN."""
    copied: float = 0.0
    """Share of all its claims that are taken for copies of another source's."""
    follows: str = ""
    """The source that it copies most, empty for none."""


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Parameters by (source, verb, interest): `kernel` (groups, lags), `ratio` (groups, 3) of agree, contested, other."""

    keys: NDArray[np.int64]
    """(groups, 3): source, verb, interest."""
    precision: NDArray[np.float64]
    coverage: NDArray[np.float64]
    false_rate: NDArray[np.float64]
    kernel: NDArray[np.float64]
    ratio: NDArray[np.float64]


class Rows(NamedTuple):
    """Rows of the model: one a story at a place, with its group; `jump` marks those that assert a change."""

    obs: Observations
    group: NDArray[np.int64]
    jump: NDArray[np.bool_]
    stories: NDArray[np.int64]


def group_rows(obs: Observations, *, holds: bool, hindsight: bool) -> tuple[Rows, NDArray[np.int64]]:
    """Return the rows with their group codes, and the group keys (groups, 3); the rest as in `find_news`."""
    key = (obs.source.astype(np.int64) * 4 + obs.verb) * 4 + obs.interest
    unique, group = np.unique(key, return_inverse=True)
    keys = np.stack([unique // 16, unique // 4 % 4, unique % 4], axis=1)
    jump = find_news(obs, holds=holds, hindsight=hindsight)
    return Rows(obs, group.astype(np.int64), jump, np.bincount(group, minlength=len(keys))), keys


def prior_groups(rows: Rows, keys: NDArray[np.int64], priors: dict[str, Any], *, shift: float) -> Groups:
    """Return the shipped beliefs for every group, before anything is learned but how much it reports.

    The log-odds of all precisions but the curated are shifted by `shift` (agreement.py).
    """
    k = priors["kernel"]
    lags = np.arange(-k["before"], k["after"] + 1)
    late = k["decay_after"] ** np.abs(lags)
    shape = np.where(lags <= 0, k["decay_before"] ** np.abs(lags), late) + k["floor"]
    held = np.where(lags <= 0, k["decay_held"] ** np.abs(lags), late) + k["floor"]
    jump, state = priors["jump"], priors["state"]
    shipped = np.array([jump[i]["precision"] for i in INTERESTS])
    odds = shipped / (1.0 - shipped) * np.exp(np.where(np.array(INTERESTS) == "curated", 0.0, shift))
    precision = (odds / (1.0 + odds))[keys[:, 2]]
    changes = _places_told_of(rows, len(keys))
    ratio = np.ones((len(keys), 3))
    for g, (_, verb, interest) in enumerate(keys):
        word = VERBS[verb]
        table = state["clash"]["any"] if word == "clash" else state["took" if word == "lost" else word][INTERESTS[interest]]
        ratio[g] = table["agree"], table["contested"], table["other"]
    return Groups(
        keys=keys,
        precision=precision,
        coverage=precision * np.maximum(rows.stories, 1) / changes,
        false_rate=(1.0 - precision) * np.maximum(rows.stories, 1) * jump["strength"]["rate"] / changes,
        kernel=np.where(keys[:, 1, None] == _HELD, held / held.sum(), shape / shape.sum()),
        ratio=ratio,
    )


def relation_matrix(verb: int, actor: int, states: int) -> NDArray[np.int8]:
    """Return for every state 0 agree, 1 contested, 2 other, seen from what a report of the verb asserts."""
    out = np.full(states, 2, np.int8)
    if verb == _LOST:
        out[:] = 0
        out[actor] = 2
    elif verb != _CLASH:
        out[actor] = 0
    out[states - 1] = 0 if verb == _CLASH else 1
    return out


def _relations(obs: Observations, states: int) -> NDArray[np.int8]:
    """Return (rows, states) relation codes."""
    table = np.array([[relation_matrix(v, a, states) for a in range(states)] for v in range(4)], np.int8)
    return table[obs.verb, np.where(obs.actor < 0, 0, obs.actor)]


def state_logs(
    rows: Rows, groups: Groups, base: NDArray[np.float64], priors: dict[str, Any], states: int
) -> NDArray[np.float64]:
    """Return the log-likelihood of every row's state factor, (rows, states).

    `base` (rows, 3): how often each relation holds at all for such a row; the ratios are normalised against it so that a
    report that tells nothing has factor 1, also where the placement is uncertain: log(1 - u + u e / sum(base e)).
    """
    obs, stance = rows.obs, priors["stance"]
    ratio = groups.ratio[rows.group]
    ratio = ratio / np.maximum((base * ratio).sum(axis=1, keepdims=True), 1e-12)
    relation = _relations(obs, states)
    u = obs.p * np.where(obs.stance == _POSSIBLE, stance["possible"], 1.0)
    log = np.log(
        np.maximum(1.0 - u[:, None] + u[:, None] * np.take_along_axis(ratio, relation.astype(np.int64), axis=1), 1e-9)
    )
    # a denial by whom the change would hurt is weak, by a neutral stronger, by whom it would serve strongest
    weight = np.array([stance["denied_against"], stance["denied_own"], stance["denied_neutral"], stance["denied_neutral"]])
    denied = np.where(relation == 0, -(weight[obs.interest] * obs.p)[:, None], 0.0)
    return np.asarray(np.where((obs.stance == _DENIED)[:, None], denied, log))


class KernelTable(NamedTuple):
    """The flat kernels of every (group, width), and by jump row where its window starts in them and in days."""

    flat: NDArray[np.float64]
    position: NDArray[np.int64]
    first: NDArray[np.int32]
    length: NDArray[np.int32]
    pairs: NDArray[np.int64]
    """(pairs, 2): group and width in days, in the order of `flat`."""


_UNFELT = 0.03  # a factor this close to 1 is left out of the window: it would make a knot for nothing


def kernel_table(rows: Rows, groups: Groups, before: int) -> KernelTable:
    """Return the kernels by row; that of an interval of several claimed days is the mean of the single days' kernels."""
    chosen = np.flatnonzero(rows.jump)
    width = (rows.obs.t1 - rows.obs.t0)[chosen].astype(np.int64)
    span = int(width.max(initial=0)) + 1
    unique, inverse = np.unique(rows.group[chosen] * span + width, return_inverse=True)
    pairs = np.stack([unique // span, unique % span], axis=1)
    lags = groups.kernel.shape[1]
    starts = np.concatenate([[0], np.cumsum(lags + pairs[:, 1] - 1)]).astype(np.int64)
    flat, low, high = np.zeros(int(starts[-1])), np.zeros(len(pairs), np.int64), np.zeros(len(pairs), np.int64)
    late, odds = groups.ratio[:, 2] / groups.ratio[:, 0], groups.coverage / groups.false_rate
    for n, ((g, w), at) in enumerate(zip(pairs, starts[:-1], strict=True)):
        table = np.convolve(groups.kernel[g], np.full(w, 1.0 / w))
        # a change up to the last claimed day meets the state factor of agreement there: what explains the claim is not a
        # false report at all, so that factor is taken out again
        table[: before + w] *= late[g]
        flat[at : at + lags + w - 1] = table
        felt = np.flatnonzero(table * odds[g] > _UNFELT)
        low[n], high[n] = (felt[0], felt[-1] + 1) if len(felt) else (before, before + w)
    first = rows.obs.t0[chosen] - before + low[inverse]
    return KernelTable(
        flat, starts[:-1][inverse] + low[inverse], first.astype(np.int32), (high - low)[inverse].astype(np.int32), pairs
    )


def learn_groups(  # noqa: PLR0917 - one step of EM takes all that it moves
    rows: Rows,
    old: Groups,
    prior: Groups,
    priors: dict[str, Any],
    counts: dict[str, NDArray[np.float64]],
    fights: NDArray[np.float64],
) -> tuple[Groups, NDArray[np.float64], NDArray[np.float64]]:
    """Return the groups after one M-step under their priors, the base rates of relations (rows, 3), each row's falsehood.

    `counts`: ``state_p`` (rows, states), ``jump_mass`` (jump rows,), ``kernel_mass`` with ``pairs``, ``flows``, ``at_risk``.
    """
    obs, states = rows.obs, counts["state_p"].shape[1]
    size = len(old.keys)
    relation = _relations(obs, states)
    by_relation = np.stack([(counts["state_p"] * (relation == r)).sum(axis=1) for r in range(3)], axis=1)
    mass = np.zeros(len(obs))
    mass[rows.jump] = np.minimum(counts["jump_mass"], 1.0)
    base = _base_rates(obs, counts["state_p"], states)
    used = obs.stance != _DENIED
    weight = np.where(used, obs.p * obs.unit, 0.0)
    rest = weight * (1.0 - mass)
    # state ratios: reports beside a change, against how often the relation holds at all where anybody reports
    seen = np.stack([np.bincount(rows.group, rest * by_relation[:, r], size) for r in range(3)], axis=1)
    expected = np.stack([np.bincount(rows.group, rest * base[:, r], size) for r in range(3)], axis=1)
    mean_base = (
        np.stack([np.bincount(rows.group, base[:, r], size) for r in range(3)], axis=1)
        / np.maximum(rows.stories, 1)[:, None]
    )
    strength = priors["state"]["strength"]["claims"]
    prior_ratio = prior.ratio / np.maximum((mean_base * prior.ratio).sum(axis=1, keepdims=True), 1e-12)
    ratio = (seen + strength * mean_base * prior_ratio) / np.maximum(expected + strength * mean_base, 1e-9)
    ratio = np.clip(ratio, 0.02, 50.0)
    ratio[old.keys[:, 1] == _CLASH] = fights
    jumps = old.keys[:, 1] <= _LOST
    # a report of a change is never believed likelier where it is wrong
    ratio[jumps] = np.clip(ratio[jumps] / ratio[jumps, 2:], [1.0, 0.5, 1.0], [10.0, 10.0, 1.0])
    # jumps: explained reports over the changes there were; the unexplained where the state contradicts over the days at risk
    explained = np.bincount(rows.group, weight * mass, size)
    falsehood = rest * (1.0 - by_relation[:, 0])
    false = np.bincount(rows.group, falsehood, size)
    strong = priors["jump"]["strength"]
    changes, risk = _chances(rows, size, counts, strong)
    odds = (explained + strong["reports"] * prior.precision) / (false + strong["reports"] * (1.0 - prior.precision))
    expected_odds = prior.precision / (1.0 - prior.precision)
    odds = np.clip(odds, expected_odds / strong["run_away"], expected_odds * strong["run_away"])
    precision = odds / (1.0 + odds)
    told = np.maximum(explained + false, 1e-9)
    kernel = _learn_kernel(old, prior, counts, priors["kernel"])
    groups = Groups(
        old.keys, precision, np.clip(precision * told / changes, 1e-9, 3.0), (1.0 - precision) * told / risk, kernel, ratio
    )
    return groups, base, falsehood


def _places_told_of(rows: Rows, size: int) -> NDArray[np.float64]:
    """Return per group a first guess of the changes that it could tell of: places of which such a change is told at all."""
    out = np.ones(size)
    obs = rows.obs
    for verb in (_TOOK, _LOST):
        for actor in np.unique(obs.actor[rows.jump & (obs.verb == verb)]):
            chosen = rows.jump & (obs.verb == verb) & (obs.actor == actor)
            groups = np.unique(rows.group[chosen])
            out[groups] += len(np.unique(obs.place[chosen]))
    return out


def _base_rates(obs: Observations, state_p: NDArray[np.float64], states: int) -> NDArray[np.float64]:
    """Return for every row how often its three relations hold at the places and days where anybody reports anything."""
    mean = state_p.mean(axis=0) if len(state_p) else np.full(states, 1.0 / states)
    relation = _relations(obs, states)
    return np.stack([(mean[None] * (relation == r)).sum(axis=1) for r in range(3)], axis=1)


def _chances(
    rows: Rows, size: int, counts: dict[str, NDArray[np.float64]], strong: dict[str, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return per group the expected changes that it could have reported, and the place-days at which it could have erred."""
    into, out_of = counts["flows"].sum(axis=0), counts["flows"].sum(axis=1)
    changes, risk = np.full(size, strong["changes"]), np.full(size, strong["changes"] / strong["rate"])
    obs = rows.obs
    at_risk = counts["at_risk"].sum() / max(len(into) - 1, 1)
    for verb, flow in ((_TOOK, into), (_LOST, out_of)):
        chosen = obs.verb == verb
        pairs = np.unique(np.stack([rows.group[chosen], obs.actor[chosen].astype(np.int64)], axis=1), axis=0)
        for g, actor in pairs:
            changes[g] += flow[actor]
            risk[g] += at_risk
    return changes, risk


def _learn_kernel(
    old: Groups, prior: Groups, counts: dict[str, NDArray[np.float64]], k: dict[str, float]
) -> NDArray[np.float64]:
    """Return kernels of two geometric flanks and a floor, with the flanks' weights and decays from the explained lags.

    A free histogram would learn combs: only the shape's few moments are moved.
    """
    lags = old.kernel.shape[1]
    total = k["strength"] * prior.kernel
    at = 0
    for g, w in counts["pairs"].astype(np.int64):
        length = lags + w - 1
        mass = counts["kernel_mass"][at : at + length]
        full = np.convolve(old.kernel[g], np.full(w, 1.0 / w))
        # mass of a day goes back to the lags that could have put it there
        share = mass / np.maximum(full, 1e-300)
        total[g] += old.kernel[g] * np.convolve(share, np.full(w, 1.0 / w), mode="valid")
        at += length
    return np.array([_flanks(t, k) for t in total]).reshape(-1, lags)


def _flanks(mass: NDArray[np.float64], k: dict[str, float]) -> NDArray[np.float64]:
    lag = np.arange(len(mass)) - int(k["before"])
    mass = np.maximum(mass - mass.sum() * k["floor"], 0.0)
    early, late = mass[lag <= 0], mass[lag > 0]
    mean_early = (early * -lag[lag <= 0]).sum() / max(early.sum(), 1e-12)
    mean_late = (late * (lag[lag > 0] - 1)).sum() / max(late.sum(), 1e-12)
    share = late.sum() / max(mass.sum(), 1e-12)
    # mean of a geometric law on 0, 1, ... is q / (1 - q)
    q_early, q_late = mean_early / (1 + mean_early), mean_late / (1 + mean_late)
    out = np.where(
        lag <= 0,
        (1 - share) * (1 - q_early) * q_early ** np.abs(lag),
        share * (1 - q_late) * q_late ** np.maximum(lag - 1, 0),
    )
    out = out / out.sum() + k["floor"]
    return np.asarray(out / out.sum())


def learn_fighting(
    rows: Rows, counts: dict[str, NDArray[np.float64]], priors: dict[str, Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the state ratios (3,) of a report of fighting and the drain (states,) of days without one.

    Where a place is contested, fighting is reported at one rate a day, at a place near the front that somebody holds at
    another; their ratio weighs each report, their difference each silent day.
    """
    f, states = priors["fighting"], counts["state_p"].shape[1]
    chosen = (rows.obs.verb == _CLASH) & (rows.obs.stance != _DENIED)
    weight = rows.obs.p[chosen]
    contested = (counts["state_p"][chosen, states - 1] * weight).sum()
    other = weight.sum() - contested
    quiet = (other + f["strength"] * f["rate"]) / (counts["near_days"] + f["strength"])
    loud = (contested + f["reports"]) / (counts["held_days"][states - 1] + f["reports"] / (f["ratio"] * quiet))
    ratio = max(loud / quiet, 1.0)
    drain = np.zeros(states)
    drain[states - 1] = max(loud - quiet, 0.0)
    return np.array([ratio, ratio, 1.0]), drain


def describe(
    rows: Rows, groups: Groups, priors: dict[str, Any], followers: Followers | None = None
) -> tuple[SourceReliability, ...]:
    """Return what was learned of every kind of report of every source, sorted; 90% intervals from its stories."""
    from scipy.stats import beta

    lags = np.arange(groups.kernel.shape[1]) - int(priors["kernel"]["before"])
    weight = priors["jump"]["strength"]["reports"]
    out = []
    for g, (source, verb, interest) in enumerate(groups.keys):
        changes = verb <= _LOST
        told, precision = float(rows.stories[g]), float(groups.precision[g])
        lo, hi = beta.ppf([0.05, 0.95], precision * (told + weight), (1.0 - precision) * (told + weight))
        low, high = lo / precision, hi / precision
        wrong = (1.0 - hi) / (1.0 - precision), (1.0 - lo) / (1.0 - precision)
        nan = float("nan")
        coverage, false_rate = float(groups.coverage[g]), float(groups.false_rate[g])
        out.append(
            SourceReliability(
                source=rows.obs.sources[source],
                verb=VERBS[verb],
                interest=INTERESTS[interest],
                stories=int(told),
                precision=precision if changes else nan,
                coverage=coverage if changes else nan,
                coverage_lo=coverage * float(low) if changes else nan,
                coverage_hi=coverage * float(high) if changes else nan,
                false_rate=false_rate if changes else nan,
                false_lo=false_rate * float(wrong[0]) if changes else nan,
                false_hi=false_rate * float(wrong[1]) if changes else nan,
                agree=float(groups.ratio[g, 0] / groups.ratio[g, 2]),
                contested=float(groups.ratio[g, 1] / groups.ratio[g, 2]),
                delay_days=float(-(groups.kernel[g] * lags).sum()) if changes else nan,
                **describe_following(rows.obs, int(source), followers),
            )
        )
    return tuple(sorted(out, key=lambda r: (r.source, r.verb, r.interest)))
