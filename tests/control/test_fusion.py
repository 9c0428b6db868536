from __future__ import annotations

import importlib.util
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.commands.why import without_source
from tenure.control import (
    ControlSettings,
    add_evidence,
    draw_samples,
    evidence_from_bench,
    fuse,
    leave_out_sources,
    panel,
    panel_chunks,
    sensitivity,
    summarise_areas,
    weigh_claims,
    weigh_claims_on_days,
)
from tenure.control.kernels.smoothing import run_chain
from tenure.control.spells import segment
from tenure.control.why import without_rows
from tenure.errors import InputError, SchemaError, UnknownPlaceError
from tenure.model import ControlStatus, Evidence, EvidenceTier, SourceKind, Stance, Verb, to_table

_spec = importlib.util.spec_from_file_location(
    "simulate_control", Path(__file__).resolve().parents[2] / "bench" / "simulate_control.py"
)
maker = importlib.util.module_from_spec(_spec)
sys.modules["simulate_control"] = maker
_spec.loader.exec_module(maker)

START = date(2031, 1, 1)
DAYS = 60
END = START + timedelta(days=DAYS)
PLACES = pa.table(
    {
        "place_id": [f"p{i}" for i in range(12)],
        "x": [float(i % 4) * 3 for i in range(12)],
        "y": [float(i // 4) * 3 for i in range(12)],
        "area_km2": [9.0] * 12,
    }
)
INITIAL = pa.table({"place_id": [f"p{i}" for i in range(11)], "state": ["A" if i % 4 < 2 else "B" for i in range(11)]})


def row(n, place="p1", source="neutral", *, day=20, pub=None, verb=Verb.TOOK, actor="B", **more):
    when = START + timedelta(days=day)
    values = {
        "claim_id": f"c{n:04d}", "source": source, "side": None, "kind": SourceKind.MEDIA, "verb": verb, "actor": actor,
        "place_id": place, "t0": when, "t1": when + timedelta(days=1),
        "pub": datetime(2031, 1, 1, 12, tzinfo=UTC) + timedelta(days=day if pub is None else pub),
        "p_place": 1.0, "stance": Stance.ASSERTED, "story": f"s{n:04d}",
    }  # fmt: skip
    return Evidence(**(values | more))


def run(rows, *, initial=INITIAL, **options):
    table = rows if isinstance(rows, pa.Table) else to_table(Evidence, rows)
    states = options.pop("states", ("A", "B"))
    return fuse(table, PLACES, initial=initial, start=START, end=START + timedelta(days=DAYS), states=states, **options)


def at(places):
    return fuse(to_table(Evidence, ROWS), places, initial=None, start=START, end=END)


ROWS = [
    row(0, "p1", "neutral", day=20),
    row(1, "p1", "b_army", day=19, side="B"),
    row(2, "p1", "a_army", day=22, side="A", verb=Verb.HELD, actor="A"),
    row(3, "p2", "neutral", day=30, verb=Verb.CLASH, actor="A"),
    row(4, "p5", "a_army", day=35, side="A", verb=Verb.LOST, actor="A"),
    row(5, "p5", "b_army", day=34, side="B", pub=50),
    row(6, "p6", "neutral", day=40, verb=Verb.HELD, actor="B"),
]


@pytest.fixture(scope="module")
def fused():
    return run(ROWS)


def test_marginals_are_probabilities_and_knots_are_in_order(fused):
    posterior = fused.posterior
    assert posterior.states == ("A", "B", "contested")
    np.testing.assert_allclose(posterior.p.sum(axis=1), 1.0)
    for i in range(12):
        day = posterior.day[posterior.offsets[i] : posterior.offsets[i + 1]]
        assert day[0] == 0
        assert (np.diff(day) > 0).all()


def test_a_place_of_which_nothing_is_known_is_flat_and_uninformed(fused):
    p, informed = fused.posterior.on(START)[11], fused.posterior.informed_on(START)
    np.testing.assert_allclose(p, 1 / 3)
    assert informed.tolist() == [True] * 11 + [False]
    assert [s.status for s in fused.spells if s.place_id == "p11"] == [ControlStatus.UNKNOWN]


def test_the_order_of_claims_is_irrelevant(fused):
    again = run(ROWS[::-1])
    np.testing.assert_array_equal(again.posterior.p, fused.posterior.p)
    assert again.method == fused.method


def test_known_on_equals_fusing_only_what_was_published_by_then():
    some = run(ROWS, known_on=START + timedelta(days=40))
    few = run([r for r in ROWS if r.pub.date() <= START + timedelta(days=40)])
    np.testing.assert_array_equal(some.posterior.p, few.posterior.p)
    assert [e.reason for e in some.excluded] == ["not_yet_published"]


def test_the_filtered_reading_knows_nothing_of_later_reports():
    late = [*ROWS, row(7, "p1", "neutral2", day=45, actor="A")]
    one, two = run(ROWS, reading="filtered"), run(late, reading="filtered")
    for day in range(45):
        np.testing.assert_allclose(
            one.posterior.on(START + timedelta(days=day)), two.posterior.on(START + timedelta(days=day)), atol=3e-3
        )
    assert one.posterior.on(START + timedelta(days=10))[1, 0] > 0.8


def test_a_copy_of_a_story_adds_nothing(fused):
    copied = run([*ROWS, row(90, "p1", "wire", day=20, pub=21, story="s0000")])
    np.testing.assert_allclose(copied.posterior.p, fused.posterior.p)
    weights = weigh_claims(copied, "p1", START + timedelta(days=30))
    assert [w.speaks for w in weights if w.story == "s0000"].count(False) == 1


def test_a_claim_that_says_two_things_of_one_state_is_weighed_once():
    both = [row(90, "p1", "wire", day=20, pub=21), row(90, "p1", "wire", day=20, pub=21, verb=Verb.HELD)]
    weights = weigh_claims(run([*ROWS, *both]), "p1", START + timedelta(days=30))
    keys = [(w.claim_id, w.state) for w in weights]
    assert len(keys) == len(set(keys))
    assert sum(claim == both[0].claim_id for claim, _ in keys) == 1


def test_bad_rows_are_listed_with_their_reason():
    bad = [
        row(10, "nowhere"),
        row(11, actor="C"),
        row(12, t0=START + timedelta(days=9), t1=START + timedelta(days=9)),
        row(13, p_place=1.5),
        row(14, day=-9, pub=1),
        row(15, day=DAYS + 3, pub=1),
        row(16, p_place=float("nan")),
    ]
    result = run([*ROWS, *bad])
    assert {e.claim_id: e.reason for e in result.excluded} == {
        "c0010": "unknown_place", "c0011": "unknown_actor", "c0012": "bad_interval", "c0013": "bad_probability",
        "c0014": "before_study", "c0015": "after_study", "c0016": "bad_probability",
    }  # fmt: skip
    assert np.isfinite(result.posterior.p).all()


def test_contradictory_claims_of_the_same_hour_give_finite_doubt():
    both = run([row(k, "p1", f"s{k}", day=20, actor="AB"[k % 2]) for k in range(8)])
    p = both.posterior.on(START + timedelta(days=25))[1]
    assert np.isfinite(p).all()
    assert p.max() < 1.0


def test_thousands_of_claims_on_one_place_stay_finite():
    many = run([row(k, "p1", "one", day=k % DAYS, pub=k % DAYS, verb=Verb.HELD, actor="A") for k in range(3000)])
    assert np.isfinite(many.posterior.p).all()
    assert many.posterior.on(START + timedelta(days=50))[1, 0] > 0.99


def test_no_claims_at_all_leave_the_statements_standing():
    empty = run([])
    assert empty.posterior.on(START + timedelta(days=50))[0].argmax() == 0
    assert run([], initial=None, states=("A",)).posterior.informed.sum() == 0


def test_places_without_coordinates_or_neighbours_are_fused_alone():
    places = pa.table({"place_id": ["a", "b"], "lon": [None, None], "lat": [None, None]}, schema=pa.schema(
        [("place_id", pa.string()), ("lon", pa.float64()), ("lat", pa.float64())]))  # fmt: skip
    rows = [row(1, "a", "n1", day=20), row(2, "a", "n2", day=21)]
    result = fuse(to_table(Evidence, rows), places, initial=None, start=START, end=START + timedelta(days=DAYS))
    assert np.isfinite(result.posterior.p).all()
    samples = draw_samples(result, [START + timedelta(days=30)], count=5, seed=1)
    assert (samples.state[:, :, 1] == -1).all()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda: run(ROWS, reading="tomorrow"), InputError),
        (lambda: fuse(to_table(Evidence, ROWS), PLACES, initial=None, start=START, end=START), InputError),
        (lambda: run(to_table(Evidence, ROWS).drop_columns(["verb"])), SchemaError),
        (lambda: at(PLACES.drop_columns(["x"])), SchemaError),
        (lambda: at(PLACES.drop_columns(["place_id"])), SchemaError),
        (lambda: run(ROWS, initial=PLACES), SchemaError),
        (lambda: run(ROWS, states=()), InputError),
        (lambda: at(pa.concat_tables([PLACES, PLACES])), InputError),
        (lambda: ControlSettings(damping=2.0), InputError),
        (lambda: ControlSettings(sweeps=0), InputError),
        (lambda: run(ROWS, settings=ControlSettings(overrides=(("chain.speed", 1.0),))), InputError),
        (lambda: weigh_claims(run(ROWS), "nowhere", START), UnknownPlaceError),
        (lambda: sensitivity(run(ROWS), "nobody"), InputError),
        (lambda: draw_samples(run(ROWS), [START], count=0, seed=1), InputError),
        (lambda: evidence_from_bench(pa.table({"claim_id": [1]})), SchemaError),
        (lambda: add_evidence(run(ROWS, reading="filtered"), to_table(Evidence, [])), InputError),
    ],
)  # fmt: skip
def test_what_cannot_be_used_raises_a_named_error(change, error):
    with pytest.raises(error):
        change()


def test_why_tells_which_stories_moved_the_posterior(fused):
    weights = weigh_claims(fused, "p1", START + timedelta(days=30))
    assert {w.claim_id for w in weights} == {"c0000", "c0001", "c0002"}
    taken = next(w for w in weights if w.claim_id == "c0000")
    assert taken.state == "B"
    assert taken.log_odds > 0
    assert weigh_claims(fused, "p0", START) == ()


def test_a_story_weighs_what_the_place_s_chain_loses_when_it_runs_alone_without_it(fused):
    days = [START + timedelta(days=d) for d in (3, 12, 30)]
    obs, jump, i = fused.scene.rows.obs, fused.scene.rows.jump, fused.posterior.place_ids.index("p1")
    found = weigh_claims_on_days(fused, "p1", dict.fromkeys(days))
    assert {on: weights for on, weights in found.items() if weights} == {on: weigh_claims(fused, "p1", on) for on in days}
    for on, weights in found.items():
        for w in weights:
            drop = np.array([obs.story_names[s] == w.story for s in obs.story]) & (obs.place == i)
            _, day, p = run_chain(without_rows(fused.chain, drop, jump), np.array([i]))[:3]
            k = np.searchsorted(day, fused.posterior.index_of(on), side="right") - 1
            assert p[k, fused.posterior.states.index(w.state)] == w.p_without


def test_without_a_source_a_place_is_what_its_chain_says_without_its_rows(fused):
    on = START + timedelta(days=30)
    obs, jump, i = fused.scene.rows.obs, fused.scene.rows.jump, fused.posterior.place_ids.index("p1")
    found = leave_out_sources(fused, "p1", on)
    assert set(found) == {obs.sources[s] for s in obs.source[obs.place == i]}
    for source, p in found.items():
        drop = (obs.source == obs.sources.index(source)) & (obs.place == i)
        _, day, alone = run_chain(without_rows(fused.chain, drop, jump), np.array([i]))[:3]
        np.testing.assert_array_equal(p, alone[np.searchsorted(day, 30, side="right") - 1])
        assert without_source(fused, "p1", on, source, listed=())["posterior"]["B"] == round(float(p[1]), 4)
    assert leave_out_sources(fused, "p0", on) == {}
    with pytest.raises(InputError, match="nobody"):
        without_source(fused, "p1", on, "nobody", listed=found)


def test_only_the_wanted_claims_are_weighed_and_each_as_among_all(fused):
    on = START + timedelta(days=30)
    (one,) = weigh_claims_on_days(fused, "p1", {on: {"c0001", "elsewhere"}})[on]
    assert one == next(w for w in weigh_claims(fused, "p1", on) if w.claim_id == "c0001")
    assert weigh_claims_on_days(fused, "p1", {on: set()}) == {on: ()}


def test_sensitivity_names_places_that_hang_on_one_source():
    rows = [row(1, "p1", "only", day=20, kind=SourceKind.CURATED), row(2, "p5", "only", day=21, kind=SourceKind.CURATED)]
    flips = sensitivity(run(rows), "only")
    assert {(f.place_id, f.with_source, f.without_source) for f in flips} == {("p1", "B", "A"), ("p5", "B", "A")}


def test_a_spell_carries_its_evidence():
    rows = [row(k, "p1", f"n{k}", day=20) for k in range(3)]
    spells = [s for s in run(rows).spells if s.place_id == "p1"]
    assert [s.controller for s in spells] == ["A", "B"]
    second = spells[1]
    assert second.start_lo <= second.start < second.start_hi
    assert second.p_change > 0.5
    assert second.sources == 3
    assert second.tier is EvidenceTier.ASSESSED
    assert second.known_from == datetime(2031, 1, 21, 12, tzinfo=UTC)
    assert second.last_evidence == date(2031, 1, 21)


def test_a_change_only_its_own_side_tells_of_is_claimed_and_a_denied_one_disputed():
    own = [row(k, "p1", f"b{k}", day=20, side="B") for k in range(4)]
    spells = {s.controller: s for s in run(own).spells if s.place_id == "p1"}
    assert spells["B"].tier is EvidenceTier.CLAIMED
    denied = [row(k, "p1", f"a{k}", day=21, side="A", stance=Stance.DENIED) for k in range(10, 14)]
    spells = {s.controller: s for s in run([*own, *denied]).spells if s.place_id == "p1"}
    assert "B" not in spells or spells["B"].tier is EvidenceTier.DISPUTED


@given(st.lists(st.tuples(st.floats(0.05, 0.95), st.integers(1, 20)), min_size=1, max_size=6))
def test_segmentation_finds_the_best_path(parts):
    p = np.array([[x, 1 - x] for x, _ in parts])
    length = np.array([n for _, n in parts])

    def worth(path):
        return (length * np.log(p[np.arange(len(p)), path])).sum() - 2.0 * np.count_nonzero(np.diff(path))

    paths = [[(k >> i) & 1 for i in range(len(p))] for k in range(2 ** len(p))]
    assert worth(segment(p, length)) == pytest.approx(max(worth(x) for x in paths))


def test_the_panel_has_a_row_for_every_place_and_day_in_chunks_or_whole(fused):
    table = panel(fused)
    assert table.num_rows == 12 * DAYS
    assert table.column_names == ["place_id", "date", "p_A", "p_B", "p_contested", "informed"]
    assert pa.concat_tables(list(panel_chunks(fused, rows=100))).equals(table.combine_chunks())
    on = START + timedelta(days=33)
    day = table.filter(pa.compute.equal(table["date"], on))
    np.testing.assert_array_equal(day["p_A"].to_numpy(), fused.posterior.on(on)[:, 0])
    assert panel(fused, daily=False).num_rows == fused.posterior.offsets[-1]


def test_samples_keep_the_marginals_and_their_seed(fused):
    dates = [START + timedelta(days=d) for d in (18, 21)]
    samples = draw_samples(fused, dates, count=400, seed=4)
    share = (samples.state[:, 1, 1] == 1).mean()
    assert share == pytest.approx(fused.posterior.on(dates[1])[1, 1], abs=0.08)
    np.testing.assert_array_equal(samples.state, draw_samples(fused, dates, count=400, seed=4).state)
    areas = summarise_areas(fused, samples).to_pylist()
    assert all(a["lo"] <= a["hi"] <= 99.0 for a in areas)


def test_added_evidence_moves_the_study_as_fusing_it_would():
    before = run(ROWS)
    new = [
        row(50, "p2", "fresh", day=45, actor="A"),
        row(51, "p2", "neutral", day=46, actor="A"),
        row(52, "p1", "wire", day=20, story="s0000"),
    ]
    new += [row(53, "p11", "fresh", day=46, actor="A"), row(54, "nowhere")]
    added = add_evidence(before, to_table(Evidence, new))
    whole = run([*ROWS, *new])
    on = START + timedelta(days=50)
    assert added.posterior.on(on)[2, 0] > before.posterior.on(on)[2, 0] + 0.2
    # parameters stay as fused, and a third more claims move those of so small a study
    np.testing.assert_allclose(added.posterior.on(on), whole.posterior.on(on), atol=0.2)
    assert [e.reason for e in added.excluded] == ["unknown_place"]
    assert {w.claim_id for w in weigh_claims(added, "p1", on)} == {"c0000", "c0001", "c0002", "c0052"}
    assert len(added.spells) >= 12
    np.testing.assert_array_equal(add_evidence(before, to_table(Evidence, [])).posterior.p, before.posterior.p)


def test_the_benchmarks_columns_become_evidence():
    table = pa.table(
        {
            "claim_id": [1, 2], "source": ["a", "b"], "side": ["NEU", "A"], "verb": ["took", "clash"], "actor": ["A", "CON"],
            "place_id": [7, 8], "t0": [datetime(2031, 1, 2, tzinfo=UTC), None], "t1": [datetime(2031, 1, 3, tzinfo=UTC)] * 2,
            "pub": [datetime(2031, 1, 4, tzinfo=UTC)] * 2, "prec_km": [1.0, 1.0], "story": [3, 3],
        }
    )  # fmt: skip
    rows = evidence_from_bench(table).to_pylist()
    assert rows[0]["t1"] == date(2031, 1, 4)
    assert rows[0]["side"] is None
    assert rows[1]["t0"] is None
    assert [e.reason for e in run(evidence_from_bench(table)).excluded] == ["unknown_place", "no_date"]


def simulated(seed=21, places=150, days=100):
    world = maker.invent_world(places, days, seed)
    sources = maker.make_sources(6, noise=1.0, rng=np.random.default_rng([seed, 0]))
    ids = list(range(places))
    claims = maker.bench_claims(maker.simulate(world, sources, seed=seed), ids, maker.SIDES)
    table = pa.table(
        {"place_id": [str(i) for i in ids], "x": world.xy[:, 0], "y": world.xy[:, 1], "area_km2": world.area_km2}
    )
    initial = pa.table({"place_id": [str(i) for i in ids], "state": np.array(["A", "B", "contested"])[world.state[:, 0]]})
    start = date(2031, 1, 1)
    evidence = evidence_from_bench(pa.Table.from_pandas(claims, preserve_index=False))
    return world, fuse(evidence, table, initial=initial, start=start, end=start + timedelta(days=days))


def test_simulated_truth_is_recovered_and_reliabilities_are_told():
    world, result = simulated()
    days = np.arange(0, 100, 5)
    right = [(result.posterior.on(START + timedelta(days=int(d))).argmax(1) == world.state[:, d]).mean() for d in days]
    assert np.mean(right) > 0.93
    changes = [r for r in result.reliabilities if r.verb == "took" and r.stories > 20]
    assert changes
    for r in changes:
        assert 0 < r.precision < 1
        assert r.coverage_lo <= r.coverage <= r.coverage_hi
        assert r.false_lo <= r.false_rate <= r.false_hi
        assert -10 < r.delay_days < 10


@pytest.mark.slow
def test_posterior_probabilities_are_calibrated_on_simulated_sets():
    said, hit = [], []
    for seed in range(31, 37):
        world, result = simulated(seed)
        for d in range(0, 100, 7):
            p = result.posterior.on(START + timedelta(days=d))
            said.append(p.max(axis=1))
            hit.append(p.argmax(axis=1) == world.state[:, d])
    said, hit = np.concatenate(said), np.concatenate(hit)
    bins = np.minimum((said * 10).astype(int), 9)
    error = sum(abs((said[bins == b] - hit[bins == b]).sum()) for b in range(10)) / len(said)
    assert error < 0.03


_ANY = st.tuples(
    st.integers(0, 11), st.sampled_from(list(Verb)), st.sampled_from(["A", "B"]), st.integers(-5, 70),
    st.integers(-3, 30), st.floats(0, 1), st.sampled_from(list(Stance)),
)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(st.lists(_ANY, max_size=25))
def test_no_claims_whatever_give_nan(parts):
    rows = [
        row(n, f"p{place}", f"s{n % 3}", day=day, verb=verb, actor=actor, p_place=p, stance=stance,
            side=("A", "B", None)[n % 3], t1=START + timedelta(days=day + span))
        for n, (place, verb, actor, day, span, p, stance) in enumerate(parts)
    ]  # fmt: skip
    result = run(rows, settings=ControlSettings(sweeps=3))
    assert np.isfinite(result.posterior.p).all()
    np.testing.assert_allclose(result.posterior.p.sum(axis=1), 1.0)
