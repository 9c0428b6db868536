"""Every prior that was learned from campaigns, fitted on two of them and scored on the third; for ablate.py --leave-out.

A prior is fitted by itself: the value of its grid with the lowest loss over the two campaigns (the shipped one where none
is better by .002); precisions are the shares of named claims that hold on the two. Last, all that was fitted together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from statistics import fmean
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from campaigns_bench import Chain

BETTER = 0.002
HOLDS_WITHIN_DAYS = 10
LEAST_P = 0.4
SHRINK = 20.0
"""Claims of the shipped precision that join in: a kind with few claims keeps it."""
GRIDS: dict[str, tuple[float, ...]] = {
    "setting absence": (0.75, 1.0, 1.25, 1.5),
    "setting settle_days": (0.0, 12.0, 24.0, 36.0),
    "agreement _PAIRS": (5.0, 20.0, 80.0),
    "recency.days": (10.0, 21.0, 40.0),
    "recency.stated": (0.03, 0.1, 0.3),
    "recency.activity_days": (30.0, 60.0, 120.0),
    "recency.spacings": (1.5, 3.0, 6.0),
    "doubt.changes": (10.0, 20.0, 40.0),
    "doubt.most": (4.0, 8.0, 16.0),
    "doubt.power": (1.0, 2.0, 3.0),
    "doubt.quiet": (2.0, 3.0, 4.0),
    "jump.strength.told": (1.1, 1.25, 1.5),
    "jump.strength.alone": (0.8, 1.2, 1.6),
    "chain.from_contested": (0.1, 0.3, 1.0),
    "chain.stay_cost": (0.0, 0.3, 1.0),
}
Values = dict[str, float]
Loss = Callable[[dict[str, Any]], float]


@contextmanager
def applied(values: Values) -> Iterator[dict[str, Any]]:
    """Yield the settings that have the values; constants of the code are changed while it lasts."""
    from tenure.control.learning import agreement

    shipped = agreement._PAIRS  # noqa: SLF001 - the constant that is tried
    agreement._PAIRS = values.get("agreement _PAIRS", shipped)  # noqa: SLF001
    settings = {k.removeprefix("setting "): v for k, v in values.items() if k.startswith("setting ")}
    overrides = tuple((k, v) for k, v in values.items() if "." in k)
    try:
        yield {**settings, "overrides": overrides}
    finally:
        agreement._PAIRS = shipped  # noqa: SLF001


def shipped_value(name: str) -> float:
    """Return the value of a prior as it ships."""
    from tenure.control import ControlSettings
    from tenure.control.learning import agreement
    from tenure.control.settings import load_priors

    kind, _, last = name.partition(" ")
    if kind == "setting":
        return float(getattr(ControlSettings(), last))
    if kind == "agreement":
        return float(getattr(agreement, last))
    node: Any = load_priors(ControlSettings())
    for part in name.split("."):
        node = node[part]
    return float(node)


def held_claims(chain: Chain) -> dict[str, tuple[int, int]]:
    """Return by interest how many named claims of a holder there are where the truth is known, and how many of them hold."""
    from campaigns_bench import fuse_chain, scored

    from tenure.control.observing.observations import INTERESTS, STANCES, VERBS

    seen, fused = scored(chain.name, None), fuse_chain(chain, chain.evidence(use_areas=False), "hindsight")
    obs, posterior = fused.scene.evidence, fused.posterior
    states = {str(place): seen["S"][i] for i, place in enumerate(seen["ids"])}
    if "si" in seen:
        states |= {str(p): np.full(seen["T"], s) for p, s in zip(seen["si"], seen["s0"], strict=True)}
    shift = (posterior.first_day - seen["d0"].date()) // timedelta(days=1)
    out = {interest: [0, 0] for interest in INTERESTS}
    told: set[tuple[str, str, int]] = set()
    for e in np.flatnonzero(np.isin(obs.verb, [VERBS.index("took"), VERBS.index("held")]) & (obs.p >= LEAST_P)):
        place, key = (
            posterior.place_ids[obs.place[e]],
            (str(obs.claim_id[e]), posterior.place_ids[obs.place[e]], int(obs.actor[e])),
        )
        if obs.stance[e] != STANCES.index("asserted") or place not in states or key in told or obs.actor[e] < 0:
            continue
        told.add(key)
        truth = states[place][max(obs.t0[e] + shift, 0) : obs.t1[e] + shift + HOLDS_WITHIN_DAYS]
        if (truth >= 0).any():
            count = out[INTERESTS[obs.interest[e]]]
            count[0] += 1
            count[1] += bool((truth == seen["ix"][posterior.states[obs.actor[e]]]).any())
    return {interest: (n, hits) for interest, (n, hits) in out.items()}


def fitted_precision(counts: list[dict[str, tuple[int, int]]]) -> Values:
    """Return the precisions that the claims of some campaigns show, drawn to the shipped ones where claims are few."""
    out = {}
    for interest in counts[0]:
        name = f"jump.{interest}.precision"
        n, hits = (sum(c[interest][k] for c in counts) for k in (0, 1))
        share = (hits + SHRINK * shipped_value(name)) / (n + SHRINK)
        out[name] = round(min(max(share, 0.6), 0.98), 3)
    return out


def leave_out(kept: Path | None, runs: dict[str, Loss], dense: dict[str, Loss]) -> None:
    """Print what each campaign's claims show, and each prior fitted on two campaigns beside the shipped one on the third.

    `runs` give a campaign's loss for some settings, `dense` that of the other sets, on which the fits' choice is tried.
    """
    from campaigns_bench import NAMES, read_chain

    counts = {name: held_claims(read_chain(name, kept)) for name in NAMES}
    print("| named claims that hold | " + " | ".join(NAMES) + " |")
    print("|---" * (len(NAMES) + 1) + "|")
    for interest in counts[NAMES[0]]:
        cells = (f"{hits / n:.2f} of {n}" if n else "none" for n, hits in (counts[name][interest] for name in NAMES))
        print(f"| {interest} | " + " | ".join(cells) + " |", flush=True)
    shipped = {name: score(run, {}) for name, run in (runs | dense).items()}
    titles = [*(f"{name} left out" for name in NAMES), *(f"{name} claims" for name in dense)]
    print("\n| prior | shipped | " + " | ".join(titles) + " |")
    print("|---" * (len(titles) + 2) + "|")
    print("| loss as shipped | | " + " | ".join(f"{value:.3f}" for value in shipped.values()) + " |", flush=True)
    together: dict[str, Values] = {name: {} for name in NAMES}
    for prior, grid in GRIDS.items():
        value = shipped_value(prior)
        losses = {
            v: {n: shipped[n] if v == value else score(runs[n], {prior: v}) for n in NAMES} for v in sorted({*grid, value})
        }
        cells = []
        for left in NAMES:
            best = chosen(losses, value, [n for n in NAMES if n != left])
            together[left][prior] = best
            cells.append(f"{best:g}: {losses[best][left] - shipped[left]:+.3f}")
        # what two folds and more agree on is tried where claims are dense
        picks = Counter(together[left][prior] for left in NAMES)
        best, votes = picks.most_common(1)[0]
        agreed = best != value and votes > 1
        cells += [f"{best:g}: {score(run, {prior: best}) - shipped[n]:+.3f}" if agreed else "-" for n, run in dense.items()]
        print(f"| {prior.removeprefix('setting ')} | {value:g} | " + " | ".join(cells) + " |", flush=True)
    precisions = {left: fitted_precision([counts[n] for n in NAMES if n != left]) for left in NAMES}
    cells = [
        f"{'/'.join(f'{v:g}' for v in p.values())}: {score(runs[n], p) - shipped[n]:+.3f}" for n, p in precisions.items()
    ]
    print(
        "| precision (" + "/".join(counts[NAMES[0]]) + ") | | " + " | ".join([*cells, *("-" for _ in dense)]) + " |",
        flush=True,
    )
    cells = [f"{score(runs[n], together[n] | precisions[n]) - shipped[n]:+.3f}" for n in NAMES]
    print("| all of these together | | " + " | ".join([*cells, *("-" for _ in dense)]) + " |", flush=True)


def score(loss: Loss, values: Values) -> float:
    """Return the loss on a set with some priors changed."""
    with applied(values) as settings:
        return loss(settings)


def chosen(losses: dict[float, dict[str, float]], shipped: float, names: list[str]) -> float:
    """Return the value with the lowest mean loss over some campaigns; the shipped one unless another is better by BETTER."""
    mean = {value: fmean(by[n] for n in names) for value, by in losses.items()}
    best = min(mean, key=lambda v: (mean[v], v))
    return best if mean[best] < mean[shipped] - BETTER else shipped
