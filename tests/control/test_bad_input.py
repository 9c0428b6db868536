"""Whatever comes in: a named error, or an exclusion that is listed; never NaN, never silence."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.control import draw_samples, evidence_from_bench, fuse, weigh_claims
from tenure.errors import InputError

START, DAYS = date(2031, 1, 1), 40
END = START + timedelta(days=DAYS)
PLACES = pa.table({"place_id": ["p0", "p1", "p2", "lone", "lost"], "x": [0.0, 3.0, 6.0, 900.0, float("nan")],
                   "y": [0.0, 0.0, 3.0, 900.0, float("nan")], "area_km2": [9.0] * 5})  # fmt: skip
INITIAL = pa.table({"place_id": ["p0", "p1", "lone"], "state": ["A", "B", "B"]})
GOOD = {
    "claim_id": "c", "source": "s", "side": "NEU", "verb": "took", "actor": "A", "place_id": "p1",
    "t0": datetime(2031, 1, 10, tzinfo=UTC), "t1": datetime(2031, 1, 10, tzinfo=UTC),
    "pub": datetime(2031, 1, 11, tzinfo=UTC), "p_place": 1.0, "story": "s",
}  # fmt: skip


def claims(rows):
    frame = pd.DataFrame(
        [GOOD | {"claim_id": f"c{n}", "story": f"s{n}"} | row for n, row in enumerate(rows)], columns=list(GOOD)
    )
    return evidence_from_bench(pa.Table.from_pandas(frame, preserve_index=False))


def run(rows, *, places=PLACES, initial=INITIAL, **options):
    options.setdefault("states", ("A", "B"))
    return fuse(
        rows if isinstance(rows, pa.Table) else claims(rows), places, initial=initial, start=START, end=END, **options
    )


def proper(fused):
    p = fused.posterior.p
    return bool(np.isfinite(p).all()) and bool((p >= 0).all()) and np.allclose(p.sum(axis=1), 1.0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"place_id": "nowhere"}, "unknown_place"),
        ({"place_id": None}, "unknown_place"),
        ({"actor": "C"}, "unknown_actor"),
        ({"actor": None}, "unknown_actor"),
        ({"verb": "bought"}, "unknown_verb"),
        ({"verb": None}, "unknown_verb"),
        ({"source": None}, "no_source"),
        ({"t0": datetime(2031, 1, 15, tzinfo=UTC)}, "bad_interval"),
        ({"t0": datetime(2030, 1, 1, tzinfo=UTC), "t1": datetime(2030, 1, 1, tzinfo=UTC)}, "before_study"),
        ({"t0": datetime(2032, 1, 1, tzinfo=UTC), "t1": datetime(2032, 1, 1, tzinfo=UTC)}, "after_study"),
        ({"t1": datetime(9999, 12, 31, tzinfo=UTC)}, "no_date"),
        ({"pub": None}, "no_date"),
        ({"p_place": 1.4}, "bad_probability"),
        ({"p_place": -0.1}, "bad_probability"),
        ({"p_place": float("nan")}, "bad_probability"),
    ],
)
def test_a_claim_that_cannot_be_used_is_listed_with_its_reason(change, reason):
    fused = run([{}, change])
    assert [(e.claim_id, e.reason) for e in fused.excluded] == [("c1", reason)]
    assert proper(fused)
    np.testing.assert_array_equal(fused.posterior.p, run([{}]).posterior.p)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"place_id": "nowhere"}, "unknown_place"),
        ({"state": "C"}, "unknown_actor"),
        ({"p": 2.0}, "bad_probability"),
        ({"place_id": "p0", "state": "B"}, "stated_twice"),
    ],
)
def test_a_statement_that_cannot_be_used_is_listed_with_its_reason(change, reason):
    rows = [{"place_id": "p0", "state": "A", "p": None}, {"place_id": "p1", "state": "B", "p": 0.9}]
    extra = {"place_id": "p2", "state": "B", "p": None} | change
    fused = run([{}], initial=pa.Table.from_pylist([*rows, extra]))
    assert [(e.claim_id, e.reason) for e in fused.excluded] == [(f"initial {extra['place_id']}", reason)]
    assert proper(fused)


def test_an_empty_statement_states_nothing():
    fused = run([{}], initial=pa.table({"place_id": ["p0", "p1"], "state": ["", "B"]}), states=None)
    assert fused.posterior.states == ("A", "B", "contested")
    assert not fused.posterior.informed_on(START)[0]


def test_no_places_is_a_named_error():
    with pytest.raises(InputError, match="no places"):
        run([{}], places=PLACES.slice(0, 0), initial=None)


def test_contradictory_claims_of_the_same_hour_are_doubt_and_not_nan():
    fused = run([{"actor": "AB"[k % 2], "source": f"s{k}"} for k in range(40)])
    assert proper(fused)


def test_all_claims_from_one_source_stay_finite():
    fused = run(
        [{"place_id": f"p{k % 3}", "t0": d, "t1": d} for k in range(30) for d in [GOOD["t0"] + timedelta(days=k % 9)]]
    )
    assert proper(fused)


def test_places_far_from_all_others_or_without_coordinates_are_fused_alone():
    fused = run([{"place_id": "lone"}, {"place_id": "lost"}])
    assert proper(fused)
    assert fused.posterior.informed_on(END - timedelta(days=1))[[3, 4]].all()


@pytest.mark.slow
@pytest.mark.parametrize("reading", ["hindsight", pytest.param("filtered", marks=pytest.mark.slow)])
def test_a_hundred_thousand_claims_on_one_place_take_seconds_and_stay_finite(reading):
    n = 100_000
    day = np.datetime64(START) + np.arange(n) % DAYS
    table = pa.table({
        "claim_id": np.arange(n).astype(str), "source": np.array(["s0", "s1", "s2"])[np.arange(n) % 3],
        "side": pa.nulls(n, pa.string()), "kind": np.full(n, "unknown"),
        "verb": np.array(["took", "held", "lost", "clash"])[np.arange(n) % 4],
        "actor": np.array(["A", "B"])[np.arange(n) // 7 % 2],
        "place_id": np.full(n, "p1"), "t0": day, "t1": day + 1, "pub": day.astype("datetime64[s]"),
        "p_place": np.ones(n), "stance": np.full(n, "asserted"), "story": np.arange(n).astype(str),
    })  # fmt: skip
    run([{}], reading=reading)
    begin = time.process_time()
    fused = run(table, reading=reading)
    assert time.process_time() - begin < 15.0
    assert proper(fused)


ROW = st.fixed_dictionaries({
    "source": st.sampled_from(["a", "b", "c", "", None]),
    "side": st.sampled_from(["A", "B", "NEU", "martians", None]),
    "verb": st.sampled_from(["took", "took", "lost", "held", "clash", "ate"]),
    "actor": st.sampled_from(["A", "B", "CON", "C", None]),
    "place_id": st.sampled_from(["p0", "p1", "p2", "lone", "lost", "nowhere"]),
    "p_place": st.sampled_from([0.0, 1e-300, 0.3, 1.0, 1.0 + 1e-9, float("nan"), float("inf")]),
    "story": st.sampled_from(["s1", "s2", "s3", None]),
    "from": st.integers(-50, 90), "width": st.sampled_from([-3, 0, 0, 0, 5, 200]), "late": st.integers(-20, 60),
})  # fmt: skip


@pytest.mark.slow
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROW, max_size=25), st.sampled_from(["hindsight", "filtered"]))
def test_whatever_the_claims_rows_sum_to_one_and_every_claim_is_used_or_listed(rows, reading):
    made = []
    for row in rows:
        first = datetime(2031, 1, 1, tzinfo=UTC) + timedelta(days=row["from"])
        dates = {"t0": first, "t1": first + timedelta(days=row["width"]), "pub": first + timedelta(days=row["late"])}
        made.append({k: v for k, v in row.items() if k in GOOD} | dates)
    fused = run(made, reading=reading)
    assert proper(fused)
    used = {str(c) for c in fused.scene.evidence.claim_id}
    listed = {e.claim_id for e in fused.excluded}
    assert used | listed == {f"c{n}" for n in range(len(rows))}
    assert not used & listed
    on = START + timedelta(days=20)
    assert all(np.isfinite(w.log_odds) for w in weigh_claims(fused, "p1", on))
    assert draw_samples(fused, [on], count=3, seed=1).state.shape == (3, 1, 5)
    assert all(s.start_lo <= s.start_hi and 0.0 <= s.p <= 1.0 + 1e-12 for s in fused.spells)
