"""Sources that keep a map: known by what they take back or list at once; a side's own map withdraws, it admits no loss."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from tenure.control import ControlSettings, add_evidence, fuse
from tenure.control.kernels.filtering import keep_calls
from tenure.control.observing.kept_maps import find_keepers, mark_layers
from tenure.control.observing.observations import INTERESTS, VERBS, read_observations
from tenure.model import Evidence, SourceKind, Stance, Verb, to_table

START, DAYS = date(2031, 1, 1), 80
PLACES = [f"p{i:02d}" for i in range(40)]


def row(n, source, verb, place, day, *, side=None, actor="A", published=None):
    on = START + timedelta(days=day)
    return Evidence(
        claim_id=f"{source}-{n}", source=source, side=side, kind=SourceKind.UNKNOWN, verb=verb, actor=actor, place_id=place,
        t0=on, t1=on + timedelta(days=1), p_place=1.0, stance=Stance.ASSERTED, story=f"{source}-{n}",
        pub=datetime(2031, 1, 1, 12, tzinfo=UTC) + timedelta(days=day if published is None else published),
    )  # fmt: skip


def in_turn(source, side=None, actor="A"):
    """Return rows of a source that shows places, and some weeks later shows them no longer."""
    rows = [row(2 * n, source, Verb.TOOK, place, n, side=side, actor=actor) for n, place in enumerate(PLACES)]
    return rows + [
        row(2 * n + 1, source, Verb.LOST, p, n + 30, side=side, actor=actor) for n, p in enumerate(PLACES) if n % 2
    ]


def observed(rows):
    return read_observations(to_table(Evidence, rows), PLACES, ("A", "B", "contested"), start=START, days=DAYS, sides={})[0]


def ground():
    return pa.table({"place_id": PLACES, "x": [i % 8 * 4.0 for i in range(40)], "y": [i // 8 * 4.0 for i in range(40)]})


def fused(rows, reading="hindsight", **settings):
    initial = pa.table({"place_id": PLACES, "state": ["B"] * 40})
    return fuse(to_table(Evidence, rows), ground(), initial=initial, start=START, end=START + timedelta(days=DAYS),
                states=("A", "B"), reading=reading, settings=ControlSettings(**settings))  # fmt: skip


def test_who_takes_back_what_it_said_keeps_a_map():
    obs = observed(in_turn("layer") + [row(n, "wire", Verb.TOOK, p, n) for n, p in enumerate(PLACES)])
    since = dict(zip(obs.sources, find_keepers(obs), strict=True))
    assert since == {"layer": -np.inf, "wire": np.inf}
    marked = mark_layers(obs, find_keepers(obs))
    theirs = marked.source == obs.sources.index("layer")
    assert (marked.interest[theirs] == INTERESTS.index("curated")).all()
    assert (marked.interest[~theirs] == INTERESTS.index("neutral")).all()


def test_who_lists_dozens_of_places_at_once_keeps_a_map_from_then_on():
    before = [row(n, "layer", Verb.TOOK, PLACES[n], n) for n in range(3)]
    listed = [row(100 + n, "layer", Verb.HELD, p, 10) for n, p in enumerate(PLACES)]
    obs = observed(before + listed)
    assert find_keepers(obs).tolist() == [pytest.approx(10.5)]
    marked = mark_layers(obs, find_keepers(obs))
    assert ((marked.interest == INTERESTS.index("curated")) == (marked.pub >= 10.5)).all()


def test_holdings_told_one_by_one_are_no_map():
    obs = observed([row(n, "wire", Verb.HELD, p, n) for n, p in enumerate(PLACES)])
    assert np.isinf(find_keepers(obs)).all()


def test_what_a_side_s_own_map_no_longer_shows_is_not_lost():
    """The same words of a reporter of that side would admit a loss, which weighs much."""
    obs = observed(in_turn("claims of A", side="A"))
    marked = mark_layers(obs, find_keepers(obs))
    gone = obs.verb == VERBS.index("lost")
    assert (marked.p[gone] == 0.0).all()
    assert (marked.p[~gone] == 1.0).all()
    assert (marked.interest == obs.interest).all()


def test_withdrawn_claims_do_not_give_the_ground_back():
    others = [row(300 + n, "wire", Verb.HELD, p, 25, published=25) for n, p in enumerate(PLACES)]
    with_map = fused(in_turn("claims of A", side="A") + others)
    without = fused([r for r in in_turn("claims of A", side="A") if r.verb is Verb.TOOK] + others)
    day = np.array([with_map.posterior.knots_on(d) for d in (60,)])[0]
    other = np.array([without.posterior.knots_on(d) for d in (60,)])[0]
    assert with_map.posterior.p[day] == pytest.approx(without.posterior.p[other], abs=0.05)


def test_new_claims_of_a_known_keeper_are_weighed_as_its_old_ones():
    old = fused(in_turn("layer"))
    more = add_evidence(
        old, to_table(Evidence, [row(900, "layer", Verb.TOOK, "p01", 70), row(901, "w", Verb.TOOK, "p03", 70)])
    )
    obs = more.scene.rows.obs
    kind = {claim: INTERESTS[k] for claim, k in zip(obs.claim_id, obs.interest, strict=True)}
    assert (kind["layer-900"], kind["w-901"]) == ("curated", "neutral")


def test_the_filtered_reading_knows_a_map_only_when_it_shows():
    """What is published before a list of places is read as a reporter's word."""
    rows = [row(n, "layer", Verb.TOOK, PLACES[n], n) for n in range(3)]
    late = [row(100 + n, "layer", Verb.HELD, p, 60) for n, p in enumerate(PLACES)]
    early = fused(rows, reading="filtered").posterior
    known = fused(rows + late, reading="filtered").posterior
    for d in (5, 30, 55):
        assert known.p[known.knots_on(d)] == pytest.approx(early.p[early.knots_on(d)], abs=1e-9)


def test_a_call_stands_until_another_state_leads_it():
    p = np.array([[0.7, 0.2, 0.1], [0.45, 0.5, 0.05], [0.38, 0.58, 0.04], [0.45, 0.5, 0.05], [0.34, 0.35, 0.31]])
    steady = p.copy()
    keep_calls(np.array([0, 5]), steady, 1.5)
    assert steady.argmax(axis=1).tolist() == [0, 0, 1, 1, 1]
    assert steady.sum(axis=1) == pytest.approx(1.0, abs=1e-12)
    # even where the lead is short, untouched where there is none
    assert steady[1] == pytest.approx([0.475, 0.475, 0.05], abs=1e-5)
    assert (steady[[0, 2, 3, 4]] == p[[0, 2, 3, 4]]).all()


def test_a_standing_call_is_first_among_all_that_lead_it():
    p = np.array([[0.4, 0.3, 0.2, 0.1], [0.27, 0.26, 0.3, 0.17], [0.24, 0.28, 0.3, 0.18]])
    keep_calls(np.array([0, 3]), p, 1.5)
    assert p.argmax(axis=1).tolist() == [0, 0, 0]
    assert p.sum(axis=1) == pytest.approx(1.0, abs=1e-12)
