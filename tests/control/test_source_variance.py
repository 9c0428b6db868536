from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from tenure.control import draw_samples, fuse
from tenure.control.kernels.smoothing import run_chain
from tenure.control.samples import reach_km
from tenure.control.source_variance import source_variance
from tenure.control.why import without_rows
from tenure.model import Evidence, SourceKind, Stance, Verb, to_table

START, DAYS, SIDE = date(2031, 1, 1), 60, 12
COUNT = SIDE * SIDE
PLACES = pa.table(
    {
        "place_id": [f"p{i:03d}" for i in range(COUNT)],
        "x": [float(i % SIDE) * 8 for i in range(COUNT)],
        "y": [float(i // SIDE) * 8 for i in range(COUNT)],
        "area_km2": [64.0] * COUNT,
    }
)
INITIAL = pa.table({"place_id": PLACES["place_id"], "state": ["A" if i % SIDE < 6 else "B" for i in range(COUNT)]})


def told(source_of, *, day=30):
    """B takes two columns of A's places, each as one source has it."""
    rows = []
    for n, i in enumerate(i for i in range(COUNT) if i % SIDE in {4, 5}):
        when = START + timedelta(days=day)
        rows.append(
            Evidence(
                f"c{n}",
                source_of(n),
                None,
                SourceKind.MEDIA,
                Verb.TOOK,
                "B",
                f"p{i:03d}",
                when,
                when + timedelta(days=1),
                datetime(2031, 2, 1, tzinfo=UTC),
                1.0,
                Stance.ASSERTED,
                f"s{n}",
            )
        )
    return rows


def fused(rows, states=("A", "B")):
    end = START + timedelta(days=DAYS)
    return fuse(to_table(Evidence, rows), PLACES, initial=INITIAL, start=START, end=end, states=states)


def test_the_variance_is_the_sum_of_squares_of_what_each_source_left_out_changes():
    found = fused(told(lambda n: f"source{n % 3}"))
    weights, day = np.full(COUNT, 64.0), 45
    obs, jump = found.scene.rows.obs, found.scene.rows.jump
    changes = []
    for source in np.unique(obs.source):
        drop = obs.source == source
        change = np.zeros(3)
        for i in np.unique(obs.place[drop]):
            without, whole = (run_chain(c, np.array([i])) for c in (without_rows(found.chain, drop, jump), found.chain))
            change += 64.0 * np.subtract(*(o[2][np.searchsorted(o[1], day, side="right") - 1] for o in (without, whole)))
        changes.append(change)
    expected = (np.array(changes) ** 2).sum(axis=0)
    np.testing.assert_allclose(source_variance(found, [day], weights)[0], expected, rtol=1e-9)


def test_what_hangs_on_one_source_errs_more_than_what_hangs_on_many():
    one, many = fused(told(lambda _: "one")), fused(told(lambda n: f"source{n}"))
    weights = np.full(COUNT, 64.0)
    assert source_variance(one, [45], weights)[0, 1] > 3 * source_variance(many, [45], weights)[0, 1]
    assert reach_km(one) > reach_km(many)
    on = START + timedelta(days=45)
    spread = [(draw_samples(f, [on], count=300, seed=2).state == 1).sum(axis=2).std() for f in (one, many)]
    assert spread[0] > spread[1]


def test_without_evidence_or_areas_there_are_still_draws():
    bare = fused([])
    assert not source_variance(bare, [10], np.ones(COUNT)).any()
    assert reach_km(bare) == pytest.approx(5.0, abs=5.0)
    assert draw_samples(bare, [START], count=3, seed=1).state.shape == (3, 1, COUNT)
    end = START + timedelta(days=DAYS)
    places = PLACES.drop_columns(["area_km2"])
    unmeasured = fuse(
        to_table(Evidence, told(lambda _: "one")), places, initial=INITIAL, start=START, end=end, states=("A", "B")
    )
    assert 5.0 <= reach_km(unmeasured) <= 160.0


def test_marginals_stay_those_of_the_posterior():
    found = fused(told(lambda n: f"source{n % 2}"))
    on = START + timedelta(days=30)
    state = draw_samples(found, [on], count=600, seed=3).state[:, 0]
    share = np.stack([(state == s).mean(axis=0) for s in range(3)], axis=1)
    assert np.abs(share - found.posterior.on(on)).max() < 0.09


def test_the_order_of_the_states_does_not_matter():
    a, b = (fused(told(lambda n: f"source{n % 2}"), states) for states in (("A", "B"), ("B", "A")))
    on = [START + timedelta(days=d) for d in (5, 25)]
    one, two = draw_samples(a, on, count=20, seed=3), draw_samples(b, on, count=20, seed=3)
    names = [np.array(s.states, object)[s.state] for s in (one, two)]
    assert (names[0] == names[1]).all()
    assert len(np.unique(names[0])) > 1
