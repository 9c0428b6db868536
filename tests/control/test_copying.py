"""Who repeats another's dates within days is found out, counts less, and is named; who merely saw the same is not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from tenure.control import ControlSettings, add_evidence, fuse
from tenure.control.observing.copying import learn_following
from tenure.control.observing.observations import read_observations
from tenure.model import Evidence, SourceKind, Stance, Verb, to_table

START, DAYS, PLACES = date(2031, 1, 1), 200, 60


def told(source, place, day, pub, number, *, width=1, actor="B"):
    when = START + timedelta(days=int(day))
    return Evidence(
        claim_id=f"{source}{number:04d}", source=source, side=None, kind=SourceKind.MEDIA, verb=Verb.TOOK, actor=actor,
        place_id=f"p{place}", t0=when, t1=when + timedelta(days=int(width)),
        pub=datetime(2031, 1, 1, 12, tzinfo=UTC) + timedelta(days=float(pub)), p_place=1.0, stance=Stance.ASSERTED,
        story=f"{source}{number:04d}",
    )  # fmt: skip


def tellings(*, copies=0.9, seed=3):
    """A leader, a copier (a share of the leader's reports, dates and all) and a witness with dates of its own."""
    rng = np.random.default_rng(seed)
    rows = []
    for n in range(120):
        place, day = n % PLACES, 10 + rng.integers(0, 150)
        first, pub = day + rng.integers(-1, 2), day + 1.0
        width = rng.integers(1, 4)
        rows.append(told("leader", place, first, pub, n, width=width))
        if rng.random() < copies:
            rows.append(told("copier", place, first, pub + rng.uniform(0.1, 2), n, width=width))
        else:
            rows.append(
                told("copier", place, day + rng.integers(-2, 3), pub + rng.uniform(0.1, 2), n, width=rng.integers(1, 4))
            )
        rows.append(told("witness", place, day + rng.integers(-2, 3), day + rng.uniform(0, 4), n, width=rng.integers(1, 4)))
    return rows


def read(rows):
    ids = [f"p{i}" for i in range(PLACES)]
    return read_observations(to_table(Evidence, rows), ids, ("A", "B", "contested"), start=START, days=DAYS, sides={})[0]


def copied(found, leader, follower):
    return next((f.copied for f in found if (f.leader, f.follower) == (leader, follower)), 0.0)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_the_share_of_copies_is_recovered_and_witnesses_are_left_alone(share):
    found = learn_following(read(tellings(copies=share))).found
    assert copied(found, "leader", "copier") == pytest.approx(share, abs=0.2)  # drawn to none by twenty pairs
    assert copied(found, "leader", "witness") < 0.12
    assert copied(found, "copier", "leader") < 0.12
    lag = next(f.lag_days for f in found if (f.leader, f.follower) == ("leader", "copier"))
    assert 0.1 < lag < 2.0


def test_judged_by_what_was_known_then_a_copier_is_trusted_at_first_and_not_later():
    obs = read(tellings())
    rows = obs.source == obs.sources.index("copier")
    early, late = rows & (obs.pub < 60), rows & (obs.pub > 120)
    copy = learn_following(obs, edges=(0, 60, 120)).copy
    assert copy[early].max() < 0.05
    assert copy[late].mean() > 0.6


PLACE_TABLE = pa.table({"place_id": [f"p{i}" for i in range(PLACES)], "x": np.arange(PLACES) * 40.0, "y": np.zeros(PLACES)})
INITIAL = pa.table({"place_id": [f"p{i}" for i in range(PLACES)], "state": ["A"] * PLACES})


def run(rows, **settings):
    return fuse(to_table(Evidence, rows), PLACE_TABLE, initial=INITIAL, start=START, end=START + timedelta(days=DAYS),
                states=("A", "B"), settings=ControlSettings(**settings))  # fmt: skip


def test_the_sources_table_names_whom_a_source_follows():
    by_source = {r.source: r for r in run(tellings()).reliabilities}
    assert by_source["copier"].follows == "leader"
    assert by_source["copier"].copied > 0.6
    assert by_source["witness"].copied < 0.12
    off = run(tellings(), use_followers=False).reliabilities
    assert {(r.copied, r.follows) for r in off} == {(0.0, "")}


def test_a_new_claim_of_a_known_follower_counts_less_than_one_of_a_witness():
    base = run(tellings())
    fresh = told("leader", 7, 180, 180.2, 900)
    on = START + timedelta(days=190)
    repeat, second = told("copier", 7, 180, 180.9, 901), told("witness", 7, 180, 180.9, 901)
    alone, copy, both = (
        add_evidence(base, to_table(Evidence, rows)) for rows in ([fresh], [fresh, repeat], [fresh, second])
    )
    weight = {
        name: fused.scene.rows.obs.p[fused.scene.rows.obs.claim_id == claim][0]
        for name, fused, claim in (("copy", copy, "copier0901"), ("both", both, "witness0901"))
    }
    assert weight["copy"] < 0.4
    assert weight["both"] > 0.8
    assert np.isfinite(alone.posterior.on(on)).all()
