"""The gate on control: fused claims against known truth, with pinned floors.

Simulated claims of the benchmark, its real claims, and a set that the project makes of the benchmark's truth with
another seed and other sources, which nothing was tuned on; hindsight, and the reading of what was known then.

Usage: python gates/control.py [--figures]. Exit code 0 when all floors hold (or ../shared is not here), else 1.
`--figures` writes what accuracy.py needs. What each part of the model is worth: bench/ablate.py.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import figures as kept_figures
import numpy as np

if TYPE_CHECKING:
    from types import ModuleType

    import pyarrow as pa

HERE = Path(__file__).resolve()
BENCH = HERE.parents[2] / "shared" / "bench" / "control"
FLOORS = HERE.with_name("control_floors.toml")
STATES = ("UA", "RU", "contested")
CEILINGS = frozenset({"brier", "date", "area", "ece", "logloss", "claim_logloss", "claim_bias"})


def load(name: str, path: Path) -> ModuleType:
    """Return a script as a module."""
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def held_back(parameters: dict[str, Any]) -> pa.Table:
    """Return claims simulated from the benchmark's truth with a seed, number of sources and noise of our own."""
    import pandas as pd
    import pyarrow as pa

    maker = load("simulate_control", HERE.parents[1] / "bench" / "simulate_control.py")
    truth, places = pd.read_parquet(BENCH / "dev/truth.parquet"), pd.read_parquet(BENCH / "places.parquet")
    world, ids, names = maker.load_world(truth, places)
    rng = np.random.default_rng([parameters["seed"], 0])
    sources = maker.make_sources(parameters["sources"], noise=parameters["noise"], rng=rng)
    claims = maker.bench_claims(maker.simulate(world, sources, seed=parameters["seed"]), ids, names)
    shift = np.datetime64(truth["date"].min(), "D") - maker.START
    for column in ("t0", "t1", "pub"):
        claims[column] += shift
    return pa.Table.from_pandas(claims, preserve_index=False)


def figures(scorer: ModuleType, bench: Any, claims: pa.Table, *, reading: str, **settings: Any) -> dict[str, float]:  # noqa: ANN401 - the scorer's class
    """Return the table's figures of one fusion."""
    return measured(scorer, bench, claims, reading=reading, **settings)[0]


def measured(
    scorer: ModuleType,
    bench: Any,  # noqa: ANN401 - the scorer's class
    claims: pa.Table,
    *,
    reading: str,
    **settings: Any,  # noqa: ANN401 - settings of the control stage
) -> tuple[dict[str, float], dict[str, list[float]]]:
    """Return the table's figures of one fusion, and place-days by band of the highest P."""
    import pandas as pd
    import pyarrow.parquet as pq

    from tenure.control import ControlSettings, draw_samples, evidence_from_bench, fuse, summarise_areas

    start = pd.Timestamp(bench.dates[0]).date()
    fused = fuse(
        evidence_from_bench(claims),
        pq.read_table(BENCH / "places.parquet"),
        initial=pq.read_table(BENCH / "dev/initial.parquet"),
        start=start,
        end=start + timedelta(days=len(bench.dates)),
        settings=ControlSettings(**settings),
        reading=reading,
    )
    posterior = fused.posterior
    where = {p: i for i, p in enumerate(posterior.place_ids)}
    rows = np.array([where[str(i)] for i in bench.ids])
    knots = np.array([posterior.knots_on(d)[rows] for d in range(posterior.days)]).T
    p = posterior.p[knots][:, :, [posterior.states.index(s) for s in STATES]]
    weeks = [start + timedelta(days=int(d)) for d in np.arange(3, posterior.days, 7)]
    areas = summarise_areas(fused, draw_samples(fused, weeks, count=100, seed=1)).to_pandas()
    m = scorer.metrics(bench, p, areas)
    names = {
        "accuracy": "acc_all",
        "front": "acc_front",
        "brier": "brier_all",
        "logloss": "logloss_all",
        "f1": "ev_f1",
        "date": "date_mae7",
        "area": "area_err_km2",
        "ece": "ece_all",
        "coverage": "area_cov90",
    }
    # a date error is undefined when no change is found: that is worse than any
    found = {ours: float("inf") if m[theirs] is None else float(m[theirs]) for ours, theirs in names.items()}
    right = p.argmax(-1) == bench.S
    return found, kept_figures.bands(
        zip(p.max(-1).ravel().tolist(), right.ravel().tolist(), strict=True), kept_figures.EDGES
    )


def sparse_figures(seeds: list[int], **settings: Any) -> dict[str, float]:  # noqa: ANN401 - settings of the control stage
    """Return log loss of place-days and of P(taker) two days after each claim of a capture, and that P against the truth."""
    from datetime import date

    import pandas as pd
    import pyarrow as pa

    from tenure.control import ControlSettings, evidence_from_bench, fuse

    maker = load("simulate_sparse", HERE.parents[1] / "bench" / "simulate_sparse.py")
    start, days_loss, p_claim, true = date(2031, 1, 1), [], [], []
    for seed in seeds:
        study = maker.draw_study(seed)
        days, known = study.state.shape[1], np.flatnonzero(study.stated)
        claims = study.claims[~study.claims["area"]]
        fused = fuse(
            evidence_from_bench(pa.Table.from_pandas(claims, preserve_index=False)),
            pa.table({"place_id": study.ids, "x": study.xy[:, 0], "y": study.xy[:, 1]}),
            initial=pa.table(
                {
                    "place_id": pa.array([study.ids[i] for i in known], pa.string()),
                    "state": pa.array([maker.SIDES[study.state[i, 0]] for i in known], pa.string()),
                }
            ),
            start=start,
            end=start + timedelta(days=days),
            states=maker.SIDES,
            settings=ControlSettings(**settings),
        )
        posterior = fused.posterior
        p = posterior.p[np.array([posterior.knots_on(d) for d in range(days)]).T]
        informed = posterior.informed[np.array([posterior.knots_on(d) for d in range(days)]).T]
        right = np.take_along_axis(p, study.state[:, :, None].astype(int), axis=2)[:, :, 0]
        days_loss.append(float(-np.log(np.maximum(right[informed], 1e-6)).mean()))
        told = claims[(claims["verb"] == "took") & (claims["stance"] == "asserted")]
        on = np.minimum((told["t1"] - pd.Timestamp(start)).dt.days.to_numpy() + 2, days - 1)
        place, actor = told["place_id"].str[1:].to_numpy(dtype=int), told["actor"].map({"A": 0, "B": 1}).to_numpy(dtype=int)
        p_claim.append(p[place, on, actor])
        true.append(study.state[place, on] == actor)
    believed, held = np.clip(np.concatenate(p_claim), 1e-6, 1 - 1e-6), np.concatenate(true)
    return {
        "logloss": float(np.mean(days_loss)),
        "claim_logloss": float(-np.where(held, np.log(believed), np.log1p(-believed)).mean()),
        "claim_bias": float(abs(believed.mean() - held.mean())),
    }


def check(name: str, got: dict[str, float], floors: dict[str, float]) -> list[str]:
    """Return the broken floors of one row."""
    broken = []
    for figure, floor in floors.items():
        if figure.endswith("_max"):
            ok, figure = got[figure[:-4]] <= floor, figure[:-4]  # noqa: PLW2901 - the figure that the bound is on
        else:
            ok = got[figure] <= floor if figure in CEILINGS else got[figure] >= floor
        if not ok:
            broken.append(f"{name}: {figure} {got[figure]:.4f} against {floor}")
    return broken


def digest() -> str:
    """Return the digest of the files that the floors were measured on."""
    total = hashlib.sha256()
    for name in ("places", "dev/truth", "dev/initial", "dev/claims_sim", "dev/claims_isw"):
        total.update((BENCH / f"{name}.parquet").read_bytes())
    return total.hexdigest()[:16]


def show(name: str, got: dict[str, float]) -> None:
    """Print one row of the table."""
    print(f"{name:28s}" + " ".join(f"{k} {v:.4g}" for k, v in got.items()), flush=True)


def main() -> int:
    """Run the gate."""
    import pyarrow.parquet as pq

    if not BENCH.is_dir():
        print(f"skipped: {BENCH} is not here")
        return 0
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))
    if digest() != floors["digest"]:
        print(f"the benchmark has changed: digest {digest()}, floors are for {floors['digest']}")
        return 1
    scorer = load("score_control", BENCH / "score_control.py")
    bench = scorer.Bench(str(BENCH / "dev"))
    sets = {
        "sim": pq.read_table(BENCH / "dev/claims_sim.parquet"),
        "real": pq.read_table(BENCH / "dev/claims_isw.parquet"),
        "held_back": held_back(floors["held_back_set"]),
    }
    got = sparse_figures(floors["sparse_set"]["seeds"])
    show("sparse-hindsight", got)
    broken = check("sparse-hindsight", got, floors["sparse_floor"])
    rows, judged = {"sparse-hindsight": got}, {}
    for name, bounds in floors["floor"].items():
        key, reading = name.rsplit("-", 1)
        rows[name], judged[name] = measured(scorer, bench, sets[key], reading=reading)
        show(name, rows[name])
        broken += check(name, rows[name], bounds)
    broken += kept_figures.keep("control", {"digest": digest(), "figures": rows, "bands": judged})
    print("\n".join(broken) or "all floors hold")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
