"""Speed and memory of fusion on one thread, and its ratio to hmmlearn run place by place on the same input.

    bench/control.py [--places 35000] [--days 1500] [--claims 500000] [--sample 100] [--json FILE]

Prints: compile time, hindsight fusion, one day's 300 claims added to the fused study, peak memory, and ratios.

What is compared: CPU seconds of `fuse` from the Arrow tables to the posterior of every place and day, with all it learns
and with its neighbours, against CPU seconds in which hmmlearn does what it can of the same job on the same places, days and
claims: a CategoricalHMM a place on the daily grid, as many forward-backward passes as fusion makes (seven rounds of EM and
`predict_proba`), symbols (source, verb, actor), the last claim where a day has several. It learns nothing across places,
has no neighbours and no intervals of dates, so it does less. It is timed on a random sample of places and scaled up.

    ratio            the same chain: 6 states (held or contested, fresh or settled), transitions and emissions learned,
                     hmmlearn as it comes (log space)
    ratio_scaling    the same with hmmlearn's faster implementation (scaled probabilities)
    ratio_small      3 states, emissions alone learned, log space: the least that could be called the same job
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402 - one thread is set before
import pyarrow as pa  # noqa: E402 - as above

START = date(2031, 1, 1)
SOURCES = 8
ROUNDS = 8  # of forward-backward, as many as fusion makes


def make_study(places: int, days: int, claims: int, seed: int = 1) -> tuple[pa.Table, pa.Table, pa.Table, np.ndarray]:
    """Return evidence (benchmark columns as Evidence), places, the initial map and the true state (places, days) int8."""
    rng = np.random.default_rng(seed)
    size = 4.2 * np.sqrt(places)
    xy = rng.uniform(0, size, (places, 2))
    line = size * (0.5 + 0.15 * np.sin(np.arange(days) * 6.28 / days) + 0.03 * np.sin(np.arange(days) / 37.0))
    state = (xy[:, :1] > line[None]).astype(np.int8)
    change_place, change_day = np.nonzero(state[:, 1:] != state[:, :-1])
    near = np.abs(xy[:, :1] - line[None, ::5]) < 0.02 * size
    near_place, near_day = np.nonzero(near)
    took = min(claims // 6, 4 * len(change_place))
    pick = rng.integers(0, len(change_place), took)
    rest = claims - took
    calm = rng.integers(0, len(near_place), rest)
    place = np.concatenate([change_place[pick], near_place[calm]])
    day = np.concatenate([change_day[pick] + 1 + rng.integers(-2, 4, took), near_day[calm] * 5])
    day = np.clip(day, 0, days - 1)
    verb = np.concatenate([np.zeros(took, int), rng.choice([2, 3, 0], rest, p=[0.52, 0.44, 0.04])])
    truth = state[place, day]
    truth[:took] = state[change_place[pick], change_day[pick] + 1]
    false = (verb == 0) & (np.arange(claims) >= took)
    actor = np.where(false, 1 - truth, truth)
    source = rng.integers(0, SOURCES, claims)
    start = np.datetime64(START)
    evidence = pa.table(
        {
            "claim_id": np.arange(claims).astype(str),
            "source": np.array([f"source{k}" for k in range(SOURCES)])[source],
            "side": pa.array(np.array(["A", "B", None], dtype=object)[source % 3]),
            "kind": np.full(claims, "unknown"),
            "verb": np.array(["took", "lost", "held", "clash"])[verb],
            "actor": np.array(["A", "B"])[actor],
            "place_id": place.astype(str),
            "t0": start + day,
            "t1": start + day + 1,
            "pub": (start + day + rng.integers(0, 4, claims)).astype("datetime64[s]"),
            "p_place": np.ones(claims),
            "stance": np.full(claims, "asserted"),
            "story": rng.integers(0, int(claims * 0.6), claims).astype(str),
        }
    )
    ids = np.arange(places).astype(str)
    table = pa.table({"place_id": ids, "x": xy[:, 0], "y": xy[:, 1], "area_km2": np.full(places, 17.6)})
    initial = pa.table({"place_id": ids, "state": np.array(["A", "B"])[state[:, 0]]})
    return evidence, table, initial, state


def time_fusion(evidence: pa.Table, places: pa.Table, initial: pa.Table, days: int) -> tuple[float, float, object]:
    """Return CPU seconds of hindsight fusion, and of adding 300 claims of the last day, and the fused study."""
    from tenure.control import add_evidence, fuse

    begin = time.process_time()
    fused = fuse(evidence, places, initial=initial, start=START, end=START + timedelta(days=days))
    whole = time.process_time() - begin
    late = evidence.slice(0, 300)
    rng = np.random.default_rng(3)
    rows = np.arange(late.num_rows)
    fresh = {
        "claim_id": np.char.add("new", rows.astype(str)),
        "story": np.char.add("new", rows.astype(str)),
        "place_id": rng.choice(np.asarray(evidence["place_id"]), len(rows)),
        "t0": np.full(len(rows), np.datetime64(START) + days - 1),
        "t1": np.full(len(rows), np.datetime64(START) + days),
        "pub": np.full(len(rows), (np.datetime64(START) + days - 1).astype("datetime64[s]")),
    }
    for name, values in fresh.items():
        at = late.column_names.index(name)
        late = late.set_column(at, name, pa.array(values))
    begin = time.process_time()
    add_evidence(fused, late)
    return whole, time.process_time() - begin, fused


@dataclass(frozen=True)
class Reference:
    """One way to run hmmlearn: number of states, what is learned, how it computes."""

    states: int
    learned: str
    implementation: str


REFERENCES = {
    "": Reference(6, "te", "log"),
    "_scaling": Reference(6, "te", "scaling"),
    "_small": Reference(3, "e", "log"),
}


def read_symbols(evidence: pa.Table) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Return the rows' places, days and symbols (source, verb, actor), places in order, and the number of symbols."""
    frame = evidence.to_pandas()
    verb = frame["verb"].map({"took": 0, "held": 1, "lost": 2, "clash": 3}).to_numpy()
    source = frame["source"].astype("category").cat.codes.to_numpy()
    symbol = (source * 4 + verb) * 2 + (frame["actor"] == "B").to_numpy()
    day = (evidence["t0"].to_numpy() - np.datetime64(START)) // np.timedelta64(1, "D")
    place = frame["place_id"].astype(int).to_numpy()
    order = np.argsort(place, kind="stable")
    return place[order], day[order], symbol[order], SOURCES * 8 + 1


def time_hmmlearn(
    symbols: tuple[np.ndarray, np.ndarray, np.ndarray, int], size: tuple[int, int], reference: Reference
) -> float:
    """Return CPU seconds a place that hmmlearn takes: a chain a place over `size` (days, sampled places)."""
    from hmmlearn import hmm

    place, day, symbol, kinds = symbols
    days, sample = size
    rng = np.random.default_rng(5)
    k = reference.states
    transitions = np.full((k, k), 0.004 / (k - 1))
    np.fill_diagonal(transitions, 0.996)
    begin = time.process_time()
    for i in rng.choice(int(place.max()) + 1, sample, replace=False):
        rows = slice(np.searchsorted(place, i), np.searchsorted(place, i, side="right"))
        seen = np.full(days, kinds - 1)
        seen[day[rows]] = symbol[rows]
        model = hmm.CategoricalHMM(
            n_components=k,
            n_iter=ROUNDS - 1,
            tol=-np.inf,
            init_params="",
            params=reference.learned,
            n_features=kinds,
            implementation=reference.implementation,
        )
        model.startprob_ = np.full(k, 1 / k)
        model.transmat_ = transitions
        model.emissionprob_ = rng.dirichlet(np.full(kinds, 5.0), k)
        model.fit(seen[:, None])
        model.predict_proba(seen[:, None])
    return (time.process_time() - begin) / sample


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--places", type=int, default=35_000)
    parser.add_argument("--days", type=int, default=1_500)
    parser.add_argument("--claims", type=int, default=500_000)
    parser.add_argument("--sample", type=int, default=100, help="places that hmmlearn is timed on")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    begin = time.perf_counter()
    small = make_study(200, 100, 1000)
    time_fusion(*small[:3], 100)
    compiled = time.perf_counter() - begin
    evidence, places, initial, state = make_study(asked.places, asked.days, asked.claims)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    whole, added, fused = time_fusion(evidence, places, initial, asked.days)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    symbols, size = read_symbols(evidence), (asked.days, asked.sample)
    other = {name: time_hmmlearn(symbols, size, reference) * asked.places for name, reference in REFERENCES.items()}
    names = [fused.posterior.states.index(a) for a in ("A", "B")]
    days = np.arange(10, asked.days, max(asked.days // 20, 1))
    right = [np.mean(fused.posterior.on(START + timedelta(days=int(d)))[:, names].argmax(1) == state[:, d]) for d in days]
    figures = {
        "places": asked.places,
        "days": asked.days,
        "claims": asked.claims,
        "compile_s": round(compiled, 1),
        "hindsight_s": round(whole, 1),
        "add_300_claims_s": round(added, 2),
        "peak_gb": round(peak, 2),
        "input_gb": round(before, 2),
        **{f"hmmlearn{name}_s": round(seconds, 1) for name, seconds in other.items()},
        **{f"ratio{name}": round(seconds / whole, 1) for name, seconds in other.items()},
        "accuracy": round(float(np.mean(right)), 4),
        "knots": int(fused.posterior.offsets[-1]),
    }
    print("\n".join(f"{k:18s} {v}" for k, v in figures.items()))
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
