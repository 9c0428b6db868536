"""What each mechanism of the control model gives on each campaign and on the control benchmark: one line a mechanism.

Usage: python bench/ablate.py [--kept FOLDER] [--campaigns-only] [--leave-out]. Needs ../shared. The first line has Brier
and F1 of `all` (of changes that reports name; on the benchmark of all changes; on sparse simulated studies log loss of days
and of P(taker)), the others how they differ without the mechanism. `--leave-out` fits every prior that was learned from
campaigns on two of them and scores it on the third.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1] / "gates"))

if TYPE_CHECKING:
    from collections.abc import Callable

ABLATIONS: dict[str, dict[str, Any]] = {
    "all": {},
    "no neighbours": {"neighbours": 0},
    "neighbours without evidence count": {"use_recency": False},
    "no doubt where nothing is told": {"doubt": False},
    "no claims on areas": {"use_areas": False},
    "no learning": {"learn": False},
    "precision not shifted by agreement": {"agreement": False},
    "silence tells nothing": {"absence": 0.0},
    "the exact law of silence": {"overrides": (("chain.stay_cost", 1.0),)},
    "no fresh states": {"settle_days": 0.0},
    "first news of a hold is no change": {"first_holds": False},
    "lone reports are like others": {"overrides": (("jump.strength.alone", 0.0),)},
    "contested ground settles as others change": {"overrides": (("chain.from_contested", 1.0),)},
    "false reports fall anywhere": {"overrides": (("field.rumour", 0.0),)},
    "copies as witnesses": {"use_stories": False},
    "followers as witnesses": {"use_followers": False},
    "three rounds": {"sweeps": 3},
}
EVEN = 0.01
"""A loss (Brier + 1 - F1 + .05 a false change) that differs by less is even."""
Figures = dict[str, float]


def loss(got: Figures) -> float:
    """Return what is to be small."""
    if "claim_logloss" in got:
        return got["logloss"] + got["claim_logloss"]
    return got["brier"] + 1.0 - got["f1"] + 0.05 * got.get("false", 0.0)


def pair(got: Figures) -> tuple[float, float]:
    """Return the two figures that are shown."""
    return (got["logloss"], got["claim_logloss"]) if "claim_logloss" in got else (got["brier"], got["f1"])


def table(columns: dict[str, Callable[[dict[str, Any]], Figures]]) -> None:
    """Print a Markdown table: a line a mechanism, two figures on each set, and on which sets it pays or costs."""
    print("| | " + " | ".join(columns) + " | pays on | costs on |")
    print("|---" * (len(columns) + 3) + "|")
    base: dict[str, Figures] = {}
    for title, settings in ABLATIONS.items():
        got = {name: run(settings) for name, run in columns.items()}
        if not base:
            base = got
            print(f"| {title} | " + " | ".join(f"{pair(g)[0]:.3f} / {pair(g)[1]:.3f}" for g in got.values()) + " | | |")
            continue
        cells = [f"{pair(g)[0] - pair(base[n])[0]:+.3f} / {pair(g)[1] - pair(base[n])[1]:+.3f}" for n, g in got.items()]
        worse = {name: loss(g) - loss(base[name]) for name, g in got.items()}
        pays = ", ".join(n for n, w in worse.items() if w > EVEN) or "-"
        costs = ", ".join(n for n, w in worse.items() if w < -EVEN) or "-"
        print(f"| {title} | " + " | ".join(cells) + f" | {pays} | {costs} |", flush=True)


def campaign_runs(kept: Path | None) -> dict[str, Callable[[dict[str, Any]], Figures]]:
    """Return by campaign what gives its figures for some settings, hindsight."""
    from campaigns_bench import NAMES, Chain, fused_figures, read_chain

    from tenure.control import ControlSettings

    def runner(chain: Chain) -> Callable[[dict[str, Any]], Figures]:
        evidence = {use: chain.evidence(use_areas=use) for use in (True, False)}

        def run(settings: dict[str, Any]) -> Figures:
            chosen = ControlSettings(**settings)
            got = fused_figures(chain, evidence[chosen.use_areas], "hindsight", chosen)
            return {"brier": got["brier"], "f1": got["named_f1"], "false": got["false"] or 0}

        return run

    return {name: runner(read_chain(name, kept)) for name in NAMES}


def control_runs() -> dict[str, Callable[[dict[str, Any]], Figures]]:
    """Return by stream of the control benchmark what gives its figures for some settings, hindsight."""
    import pyarrow.parquet as pq

    import control as gate

    scorer = gate.load("score_control", gate.BENCH / "score_control.py")
    bench = scorer.Bench(str(gate.BENCH / "dev"))

    def runner(key: str) -> Callable[[dict[str, Any]], Figures]:
        claims = pq.read_table(gate.BENCH / f"dev/claims_{key}.parquet")
        return lambda settings: gate.figures(scorer, bench, claims, reading="hindsight", **settings)

    seeds = tomllib.loads(gate.FLOORS.read_text(encoding="utf-8"))["sparse_set"]["seeds"]
    sparse = partial(gate.sparse_figures, seeds)
    runs = {"simulated": runner("sim"), "real": runner("isw"), "sparse": lambda settings: sparse(**settings)}
    return runs | {"generated": generated_run()}


def generated_run() -> Callable[[dict[str, Any]], Figures]:
    """Return what gives the mean figures of the generated family for some settings, hindsight."""
    import generated

    plans = tomllib.loads(generated.FLOORS.read_text(encoding="utf-8"))["set"].values()
    sets = [generated.draw_set(generated.Plan(**plan)) for plan in plans]

    def run(settings: dict[str, Any]) -> Figures:
        rows = [generated.figures(made, generated.fused_set(made, "hindsight", **settings)) for made in sets]
        return generated.mean_of(rows)

    return run


def main() -> int:
    """Print the tables."""
    from campaigns_bench import BENCH

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--campaigns-only", action="store_true")
    parser.add_argument("--leave-out", action="store_true")
    options = parser.parse_args()
    if not BENCH.is_dir():
        print(f"skipped: {BENCH} is not here")
        return 0
    if options.leave_out:
        from ablate_priors import leave_out

        def losses(runs: dict[str, Callable[[dict[str, Any]], Figures]]) -> dict[str, Callable[[dict[str, Any]], float]]:
            return {name: lambda settings, run=run: loss(run(settings)) for name, run in runs.items()}  # type: ignore[misc]

        leave_out(options.kept, losses(campaign_runs(options.kept)), losses(control_runs()))
        return 0
    table(campaign_runs(options.kept) | ({} if options.campaigns_only else control_runs()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
