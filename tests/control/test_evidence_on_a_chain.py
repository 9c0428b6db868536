"""Every verb, stance, interest and width of dates, from a claim to a posterior, against the sum over all paths."""

from __future__ import annotations

import importlib.util
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tenure.control import ControlSettings, fuse
from tenure.control.kernels.smoothing import run_chain
from tenure.control.settings import load_priors

_spec = importlib.util.spec_from_file_location("control_oracle", Path(__file__).with_name("oracle.py"))
oracle = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(oracle)

START, DAYS = date(2031, 1, 1), 5
SETTINGS = ControlSettings(sweeps=1, learn=False, neighbours=0, tolerance=0.0, bin_days=5)
ASSERTED, POSSIBLE, DENIED = "asserted", "possible", "denied"


def fused_claim(verb, stance, width, side, p=0.8):
    first = np.datetime64(START, "D") + 1
    claim = pa.table({
        "claim_id": ["c"], "source": ["s"], "side": pa.array([side], pa.string()), "kind": ["media"], "verb": [verb],
        "actor": ["A"], "place_id": ["x"], "t0": np.array([first]), "t1": np.array([first + width]),
        "pub": np.array([first + 1]).astype("datetime64[s]"), "p_place": [p], "stance": [stance], "story": ["s"],
    })  # fmt: skip
    where = pa.table({"place_id": ["x"], "x": [0.0], "y": [0.0]})
    initial = pa.table({"place_id": ["x"], "state": ["A" if verb == "lost" else "B"]})
    return fuse(claim, where, initial=initial, start=START, end=START + timedelta(days=DAYS), states=("A", "B"),
                settings=SETTINGS)  # fmt: skip


def dense(fused):
    # the chain's own output: what is shown lets a call stand a little longer
    _, day, p = run_chain(fused.chain, np.arange(1))[:3]
    return p[np.searchsorted(day, np.arange(DAYS), side="right") - 1]


@pytest.mark.parametrize(
    ("verb", "stance", "width", "side"),
    list(product(["took", "lost", "held", "clash"], [ASSERTED, POSSIBLE, DENIED], [1, 3], ["A", "B", None])),
)
def test_a_claims_posterior_is_the_sum_over_every_path_of_its_likelihood(verb, stance, width, side):
    fused = fused_claim(verb, stance, width, side)
    # the chain that fusion built, summed path by path
    np.testing.assert_allclose(dense(fused), oracle.smooth_by_days(fused.chain, 0), atol=1e-9)
    # and the claim's factors themselves, written out from the theory
    k, priors, groups = fused.chain, load_priors(SETTINGS), fused.parameters.groups
    u = 0.8 * (priors["stance"]["possible"] if stance == POSSIBLE else 1.0)
    # that an actor holds a place is first news here, since nobody spoke of it before
    jumps = verb != "clash" and stance != DENIED
    assert len(k.jump_odds) == int(jumps)
    if jumps:
        lags = np.arange(-priors["kernel"]["before"], priors["kernel"]["after"] + 1)
        late = groups.ratio[0, 2] / groups.ratio[0, 0]
        # false reports follow the field as changes do
        code = k.to_code[0, 0, 0] if verb != "lost" else k.con_code[0, 0, 0]
        alone = 1.0 / fused.parameters.rumour[code]
        for o in range(k.jump_length[0]):
            tau = k.jump_first[0] + o
            # mean over the claimed days 1..width of the kernel at the lag from that day to the change
            w = np.mean([groups.kernel[0][lags == tau - t].sum() for t in range(1, 1 + width)])
            w *= late if tau <= width else 1.0
            expected = u * alone * groups.coverage[0] / groups.false_rate[0] * w
            assert k.jump_odds[0] * k.kernel[k.jump_position[0] + o] == pytest.approx(expected, rel=1e-9)
    # state factor on the last claimed day: 1 - u + u e(relation) / mean e, a denial as stated log-odds
    assert k.state_day[0] == width
    relation = {"took": [0, 2, 1], "held": [0, 2, 1], "lost": [2, 0, 1], "clash": [2, 2, 0]}[verb]
    if stance == DENIED:
        same = side == "A"
        interest = "neutral" if side is None or verb == "clash" else "own" if same != (verb == "lost") else "against"
        weight = {"own": "denied_against", "against": "denied_own", "neutral": "denied_neutral"}[interest]
        expected = np.where(np.array(relation) == 0, -priors["stance"][weight] * 0.8, 0.0)
    else:
        e = groups.ratio[0] / groups.ratio[0].mean()
        expected = np.log(1 - u + u * e[relation])
    np.testing.assert_allclose(k.state_log[0], expected, atol=1e-9)


@pytest.mark.parametrize("width", [1, 3])
@pytest.mark.parametrize("verb", ["took", "lost"])
def test_the_day_wise_oracle_is_the_sum_over_every_path(verb, width):
    fused = fused_claim(verb, ASSERTED, width, None)
    by_paths, _ = oracle.smooth_by_paths(fused.chain, 0)
    np.testing.assert_allclose(by_paths, oracle.smooth_by_days(fused.chain, 0), atol=1e-10)
    np.testing.assert_allclose(dense(fused), by_paths, atol=1e-9)


def test_what_is_claimed_moves_belief_its_way_and_hedging_moves_it_less():
    for verb in ("took", "held"):
        told, hedged, denied = (dense(fused_claim(verb, s, 1, None))[-1, 0] for s in (ASSERTED, POSSIBLE, DENIED))
        assert denied < hedged < told
    told, hedged = (dense(fused_claim("lost", s, 1, None))[-1, 0] for s in (ASSERTED, POSSIBLE))
    assert told < hedged
