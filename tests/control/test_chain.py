from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from tenure.control.kernels.chain import ChainInput
from tenure.control.kernels.smoothing import run_chain

_spec = importlib.util.spec_from_file_location("control_oracle", Path(__file__).with_name("oracle.py"))
oracle = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(oracle)


def make_input(rng, *, places=2, days=6, states=3, bin_days=2, rows=3, rate=0.05, tolerance=0.0, settle=0.2):
    bins = -(-days // bin_days)
    offsets = np.arange(places + 1, dtype=np.int64) * rows
    kernel = rng.random(40)
    length = rng.integers(1, 5, places * rows).astype(np.int32)
    return ChainInput(
        days=days,
        bin_days=bin_days,
        prior=rng.dirichlet(np.ones(states), places),
        state_offsets=offsets,
        state_day=np.sort(rng.integers(0, days, (places, rows)), axis=1).astype(np.int32).ravel(),
        state_log=rng.normal(0, 1.5, (places * rows, states)),
        jump_offsets=offsets,
        jump_first=rng.integers(-2, days, places * rows).astype(np.int32),
        jump_length=length,
        jump_kind=rng.integers(0, 2, places * rows).astype(np.int8),
        jump_actor=rng.integers(0, states - 1, places * rows).astype(np.int16),
        jump_position=rng.integers(0, 35, places * rows).astype(np.int64),
        jump_odds=rng.exponential(20, places * rows),
        kernel=kernel,
        to_code=rng.integers(0, 4, (places, bins, states)).astype(np.int8),
        con_code=rng.integers(0, 4, (places, bins, states)).astype(np.int8),
        rates=rng.exponential(rate, (3, 4)),
        silence=rng.random((states, states)),
        tolerance=tolerance,
        drain=rng.exponential(0.1, states),
        settle_rate=settle,
        fresh_factor=0.1,
        stay_cost=0.3,
        from_contested=0.4,
    )


def dense(ci, out, n):
    counts, day, p = out[:3]
    start = counts[:n].sum()
    rows = slice(start, start + counts[n])
    where = np.searchsorted(day[rows], np.arange(ci.days), side="right") - 1
    return p[rows][where]


@pytest.mark.parametrize(("states", "settle", "days"), [(2, 0.0, 7), (3, 0.0, 6), (2, 0.3, 5), (3, 0.3, 4)])
@pytest.mark.parametrize("seed", range(3))
def test_smoothing_equals_the_sum_over_every_path(seed, states, settle, days):
    ci = make_input(np.random.default_rng(seed), states=states, settle=settle, days=days)
    out = run_chain(ci, np.arange(2))
    for i in range(2):
        expected, log_likelihood = oracle.smooth_by_paths(ci, i)
        np.testing.assert_allclose(dense(ci, out, i), expected, atol=1e-10)
        assert out[10][i] == pytest.approx(log_likelihood, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_sparse_knots_equal_the_daily_grid(seed):
    ci = make_input(np.random.default_rng(seed), days=200, rows=6, bin_days=17, rate=0.01)
    out = run_chain(ci, np.arange(2))
    for i in range(2):
        np.testing.assert_allclose(dense(ci, out, i), oracle.smooth_by_days(ci, i), atol=1e-9)


def test_expected_counts_add_up_to_the_days_at_risk():
    ci = make_input(np.random.default_rng(5), days=120, rows=4, bin_days=10, settle=0.0)
    out = run_chain(ci, np.arange(2))
    assert out[7].sum() == pytest.approx(2 * 2 * (ci.days - 1))
    assert np.all(out[6] >= 0)
