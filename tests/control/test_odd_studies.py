"""Studies as they should not come: no NaN, nothing silent, and the right answer all the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from tenure.control import fuse
from tenure.model import Evidence, SourceKind, Stance, Verb, to_table

START, END = date(2033, 5, 1), date(2033, 7, 1)
STATES = ("coast", "hills", "lakes")
SIDE = 20
IDS = [f"v{i:03d}" for i in range(SIDE * SIDE)]
COLUMN, ROW = np.divmod(np.arange(SIDE * SIDE), SIDE)
PLACES = pa.table({"place_id": IDS, "x": COLUMN * 4.0, "y": ROW * 4.0, "area_km2": np.full(len(IDS), 16.0)})
INITIAL = pa.table({"place_id": IDS, "state": ["coast" if c < SIDE // 2 else "hills" for c in COLUMN]})
READINGS = pytest.mark.parametrize("reading", ["hindsight", "filtered"])


def told(place, actor, *, day, source="wire", claim=None, p=1.0):
    when = START + timedelta(days=day)
    name = claim or f"{source} {place} {actor} {day}"
    return Evidence(
        claim_id=name, source=source, side=None, kind=SourceKind.MEDIA, verb=Verb.TOOK, actor=actor, place_id=place,
        t0=when, t1=when + timedelta(days=1), pub=datetime(when.year, when.month, when.day, 20, tzinfo=UTC),
        p_place=p, stance=Stance.ASSERTED, story=name,
    )  # fmt: skip


def run(rows, *, initial=INITIAL, reading="hindsight"):
    fused = fuse(to_table(Evidence, rows), PLACES, initial=initial, start=START, end=END, states=STATES, reading=reading)
    p = fused.posterior.p
    assert np.isfinite(p).all()
    np.testing.assert_allclose(p.sum(axis=1), 1.0, atol=1e-6)
    return fused


def held(fused, place, actor, day):
    on = fused.posterior.on(START + timedelta(days=day))
    return float(on[IDS.index(place), fused.posterior.states.index(actor)])


@READINGS
def test_a_name_that_two_places_bear_gives_neither_more_than_its_share(reading):
    pair = ("v205", "v390")
    sure = run([told(pair[0], "coast", day=20)], reading=reading)
    shared = run([told(p, "coast", day=20, claim="list", p=0.5) for p in pair], reading=reading)
    assert held(sure, pair[0], "coast", 24) > 0.5
    assert all(held(shared, p, "coast", 24) < held(sure, pair[0], "coast", 24) for p in pair)
    assert held(shared, pair[0], "coast", 24) + held(shared, pair[1], "coast", 24) < 1.1
    assert shared.excluded == ()


@READINGS
def test_four_hundred_villages_in_one_report_are_believed_one_by_one(reading):
    fused = run([told(p, "hills", day=25, claim="list") for p in IDS], reading=reading)
    last = fused.posterior.on(END - timedelta(days=1))[:, STATES.index("hills")]
    assert (last > 0.5).mean() > 0.9
    assert fused.excluded == ()


@READINGS
def test_what_is_dated_after_the_end_is_listed_and_moves_nothing(reading):
    rows = [told("v205", "coast", day=20)]
    plain, more = run(rows, reading=reading), run([*rows, told("v300", "coast", day=90)], reading=reading)
    assert [(e.claim_id, e.reason) for e in more.excluded] == [("wire v300 coast 90", "after_study")]
    np.testing.assert_array_equal(plain.posterior.p, more.posterior.p)


@READINGS
def test_without_any_claim_each_place_stays_with_its_first_holder(reading):
    fused = run([], reading=reading)
    for day in (0, (END - START).days - 1):
        on = fused.posterior.on(START + timedelta(days=day))
        first = [STATES.index(s) for s in INITIAL["state"].to_pylist()]
        assert (on.argmax(axis=1) == first).all()
    assert fused.spells
    assert {s.controller for s in fused.spells} <= {"coast", "hills"}


@READINGS
def test_claims_without_first_holders_tell_of_what_they_name_and_of_nothing_else(reading):
    fused = run([told("v205", "coast", day=20), told("v206", "coast", day=21)], initial=None, reading=reading)
    informed = fused.posterior.informed_on(START + timedelta(days=24))
    assert [IDS[i] for i in np.flatnonzero(informed)] == ["v205", "v206"]
    assert held(fused, "v205", "coast", 24) > 0.5
    assert held(fused, "v300", "coast", 24) == pytest.approx(0.25)


@READINGS
def test_three_holders_on_one_day_are_doubt(reading):
    alone = run([told("v205", "coast", day=20)], reading=reading)
    three = run([told("v205", a, day=20, source=f"{a} paper") for a in STATES], reading=reading)
    p = [held(three, "v205", a, 22) for a in STATES]
    assert max(p) < held(alone, "v205", "coast", 22)
    assert max(p) < 0.95
    assert three.excluded == ()
