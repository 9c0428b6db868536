"""The chain against its own law: it is simulated from stated parameters, and what it says must hold that often.

Simulation-based calibration: truth drawn from the prior, evidence from the likelihood, then the truth's rank among the
posterior must be uniform. Recovery: rates, coverage, false rates and delays are found again within a stated tolerance.
"""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scipy.linalg import expm
from scipy.stats import chi2

from tenure.control import evidence_from_bench, fuse
from tenure.control.kernels.chain import ChainInput
from tenure.control.kernels.smoothing import run_chain

_spec = importlib.util.spec_from_file_location(
    "simulate_control", Path(__file__).resolve().parents[2] / "bench" / "simulate_control.py"
)
maker = importlib.util.module_from_spec(_spec)
sys.modules["simulate_control"] = maker
_spec.loader.exec_module(maker)

KERNEL = np.array([0.2, 0.6, 0.2])  # day of change minus claimed day: -1..1
DAYS, STATES, TOLD, FALSE, SETTLE = 40, 3, 0.6, 0.004, 0.05
RATES = np.array([[0.02], [0.015], [0.05]])
HOLDS = np.array(
    [[0.05, 0.02, 0.02], [0.02, 0.05, 0.02], [0.02, 0.02, 0.05]]
)  # reports a day of state (row) where column holds


def draw_chains(places, rng):
    """Return true states (places, days) and the chain's input with evidence drawn from exactly its likelihood."""
    # settled 0..2, fresh 3..5: who has just come in does not leave at once
    q = np.zeros((2 * STATES, 2 * STATES))
    q[np.arange(3, 6), np.arange(3)] = SETTLE
    for a in range(STATES):
        for b in range(STATES):
            if a != b:
                q[a, b + STATES] = RATES[1 if b == 2 else 2 if a == 2 else 0, 0]
    step = expm(q - np.diag(q.sum(1)))
    micro = np.zeros((places, DAYS), int)
    micro[:, 0] = rng.choice(STATES, places, p=[0.5, 0.3, 0.2])
    for d in range(1, DAYS):
        micro[:, d] = (rng.random((places, 1)) > step[micro[:, d - 1]].cumsum(1)).sum(1)
    truth = micro % STATES
    state_rows, jump_rows = [], []
    for i in range(places):
        for d in range(DAYS):
            # silence counts: each kind of report comes or does not, both are weighed
            logs = np.zeros(STATES)
            for kind in range(STATES):
                came = rng.random() < HOLDS[kind, truth[i, d]]
                logs += np.log(HOLDS[kind] if came else 1 - HOLDS[kind])
            state_rows.append((i, d, logs))
        for d in range(1, DAYS):
            actor = truth[i, d]
            if actor < 2 and actor != truth[i, d - 1]:
                # reports of a change are a Poisson process, as is what is false
                jump_rows += [(i, int(d - lag), actor) for lag in rng.choice(3, rng.poisson(TOLD), p=KERNEL) - 1]
        for actor in range(2):
            jump_rows += [(i, int(d), actor) for d in np.flatnonzero(rng.random(DAYS + 8) < FALSE) - 4]
    jump_rows.sort()
    jump = np.array([r[:2] for r in jump_rows]).reshape(-1, 2)
    silence = np.ones((STATES, STATES))
    silence[:, :2] = np.exp(-TOLD)
    ci = ChainInput(
        days=DAYS, bin_days=DAYS, prior=np.tile([0.5, 0.3, 0.2], (places, 1)),
        state_offsets=np.arange(places + 1, dtype=np.int64) * DAYS,
        state_day=np.array([r[1] for r in state_rows], np.int32), state_log=np.array([r[2] for r in state_rows]),
        jump_offsets=np.searchsorted(jump[:, 0], np.arange(places + 1)).astype(np.int64),
        jump_first=(jump[:, 1] - 1).astype(np.int32), jump_length=np.full(len(jump), 3, np.int32),
        jump_kind=np.zeros(len(jump), np.int8), jump_actor=np.array([r[2] for r in jump_rows], np.int16),
        jump_position=np.zeros(len(jump), np.int64), jump_odds=np.full(len(jump), TOLD / FALSE), kernel=KERNEL,
        to_code=np.zeros((places, 1, STATES), np.int8), con_code=np.zeros((places, 1, STATES), np.int8), rates=RATES,
        silence=silence, tolerance=0.0, drain=np.zeros(STATES), settle_rate=SETTLE, fresh_factor=0.0, stay_cost=1.0,
        from_contested=1.0,
    )  # fmt: skip
    return truth, ci


def dense(out, places):
    p = np.zeros((places, DAYS, STATES))
    starts = np.concatenate([[0], np.cumsum(out[0])])
    for i in range(places):
        day = out[1][starts[i] : starts[i + 1]]
        p[i] = out[2][starts[i] : starts[i + 1]][np.searchsorted(day, np.arange(DAYS), side="right") - 1]
    return p


def rank_statistic(p, truth, rng, bins=10):
    """Return the chi-square statistic of the randomised ranks of the true states in their posteriors."""
    below = np.concatenate([np.zeros((len(p), 1)), p.cumsum(1)], axis=1)
    n = np.arange(len(p))
    rank = below[n, truth] + rng.random(len(p)) * p[n, truth]
    seen = np.bincount(np.minimum((rank * bins).astype(int), bins - 1), minlength=bins)
    return ((seen - len(p) / bins) ** 2 / (len(p) / bins)).sum()


@pytest.fixture(scope="module")
def chains():
    rng = np.random.default_rng(2024)
    truth, ci = draw_chains(1500, rng)
    return truth, ci, rng


def test_ranks_of_the_truth_are_uniform_on_every_day(chains):
    truth, ci, rng = chains
    p = dense(run_chain(ci, np.arange(1500)), 1500)
    limit = chi2.ppf(0.999, 9)
    for day in (0, 1, 13, 26, 39):
        assert rank_statistic(p[:, day], truth[:, day], rng) < limit


@pytest.mark.parametrize(
    "wrong",
    [
        {"jump_odds": 40.0},  # what is false is thought much rarer
        {"state_log": 4.0},  # each report of who holds counts four times
        {"rates": 0.1},  # places are thought to change hands less
        {"rates": 6.0},  # places are thought to change hands more
    ],
)
def test_ranks_of_a_wrong_model_are_not_uniform(chains, wrong):
    truth, ci, rng = chains
    ((name, factor),) = wrong.items()
    p = dense(run_chain(ci._replace(**{name: getattr(ci, name) * factor}), np.arange(1500)), 1500)
    worst = max(rank_statistic(p[:, day], truth[:, day], rng) for day in (13, 26, 39))
    assert worst > chi2.ppf(0.999, 9)


def test_expected_counts_of_the_chain_find_its_rates_and_false_reports(chains):
    truth, ci, _ = chains
    _, _, _, _, mass, kernel, changes, exposure, _, _, _ = run_chain(ci, np.arange(1500))
    # silence scales the rates of changes into actors: expected changes over exposure give the rate itself back
    np.testing.assert_allclose((changes / exposure).ravel(), RATES.ravel(), rtol=0.12)
    assert 1 - mass.sum() / len(mass) == pytest.approx(
        FALSE * 2 * (DAYS + 8) * 1500 / len(mass), rel=0.12
    )  # share of reports that no change explains
    np.testing.assert_allclose(kernel / kernel.sum(), KERNEL, atol=0.03)
    assert (truth[:, 1:] != truth[:, :-1]).sum() == pytest.approx(changes.sum(), rel=0.05)


START, SPAN = date(2031, 1, 1), 200
COVERAGE, DELAY, LIES = (0.3, 0.6, 0.9, 0.5), (0, 3, 6, 1), (0.0005, 0.0005, 0.0005, 0.004)


@pytest.fixture(scope="module")
def told():
    """Four neutral sources of stated coverage, delay (days) and false reports (a place-day), and what is learned."""
    rng, places = np.random.default_rng(5), 500
    world = maker.invent_world(places, SPAN, 5)
    plain = replace(maker.make_sources(3, noise=1.0, rng=rng)[2], delay=0.0, misplaced=0.0, vague=1.0, p_early=0.0)
    sources = [replace(plain, id=f"n{k}", coverage=COVERAGE[k], false_gain=LIES[k]) for k in range(4)]
    claims = maker.simulate(world, sources, seed=5, syndicated=0.0)
    late = claims["source"].map({f"n{k}": d for k, d in enumerate(DELAY)}) * (claims["verb"] == "took")
    for column in ("t0", "t1", "pub"):
        claims[column] += late
    claims = claims[claims["t1"] < SPAN]
    ids = [str(i) for i in range(places)]
    fused = fuse(
        evidence_from_bench(pa.Table.from_pandas(maker.bench_claims(claims, ids, maker.SIDES), preserve_index=False)),
        pa.table({"place_id": ids, "x": world.xy[:, 0], "y": world.xy[:, 1]}),
        initial=pa.table({"place_id": ids, "state": np.array(["A", "B", "contested"])[world.state[:, 0]]}),
        start=START, end=START + timedelta(days=SPAN),
    )  # fmt: skip
    learned = {r.source: r for r in fused.reliabilities if r.verb == "took"}
    number = claims[claims["verb"] == "took"]["source"].value_counts()
    risk = (world.near & (world.state < 2)).sum()
    true = {f"n{k}": 1 - LIES[k] * risk / number[f"n{k}"] for k in range(4)}
    return learned, true


def test_the_precision_of_sources_is_recovered(told):
    learned, true = told
    for name in ("n0", "n1", "n2"):
        assert learned[name].precision == pytest.approx(true[name], abs=0.12)
    # odds are held within a factor of their prior: a liar is found out, not written off
    assert true["n3"] < 0.55
    assert learned["n3"].precision < min(learned[n].precision for n in ("n0", "n1", "n2"))


def test_false_reports_a_day_are_recovered(told):
    learned, _ = told
    assert learned["n3"].false_rate == pytest.approx(LIES[3], rel=0.45)
    for name in ("n0", "n1", "n2"):
        assert LIES[0] / 2.5 < learned[name].false_rate < LIES[0] * 2.5


def test_coverage_is_recovered_in_order_and_roughly_in_size(told):
    learned, _ = told
    found = [learned[n].coverage for n in ("n0", "n1", "n2")]
    assert found == sorted(found)
    np.testing.assert_allclose(found, COVERAGE[:3], rtol=0.55)


def test_a_late_source_is_found_out_against_its_prior(told):
    learned, _ = told
    found = [learned[n].delay_days for n in ("n0", "n1", "n2")]
    assert max(found) == found[2]
    # ninety reports against a prior of forty that knows few so late
    assert found[2] > found[0] + 1.5
