"""How often a P was right, in words: what is known, what is not."""

from __future__ import annotations

from datetime import date

import pytest

from tenure.model import track_record as module
from tenure.model.track_record import is_near, record_edges, told_record, track_record

TABLE = {"days": [50, 400], "right": [30, 399], "places": [9, 7], "by_campaign": [[50, 0], [400, 0]]}
FEW_PLACES = {"days": [500, 0], "right": [450, 0], "places": [4, 0], "by_campaign": [[0, 500], [0, 0]]}


@pytest.fixture
def counted(monkeypatch):
    tables = {"near": TABLE, "far": FEW_PLACES}
    monkeypatch.setattr(
        module, "_counted", lambda: {"edges": [0.0, 0.9], "campaigns": ["north", "south"], "hindsight": tables}
    )


@pytest.mark.usefixtures("counted")
def test_a_share_is_never_rounded_up_and_names_its_sample():
    record = track_record(0.93, near=True)
    assert (record.days, record.right, record.campaigns) == (400, 399, ("north",))
    assert "right on 99 of 100 days (400 days at 7 places" in record.words
    assert ".90 to 1 and a claim speaks of the place" in record.words


@pytest.mark.parametrize(
    ("p", "near", "seen"), [(0.4, True, "only 50 days at 9 places"), (0.4, False, "at 4 places"), (0.95, False, "no day")]
)
@pytest.mark.usefixtures("counted")
def test_few_days_few_places_and_none_are_not_known(p, near, seen):
    told = told_record("north", p, near=near)
    assert told["right"] is None
    assert "is not known" in told["words"]
    assert seen in told["words"]


def test_contested_ground_was_never_tried():
    told = told_record("contested", 0.99, near=True)
    assert told["right"] is None
    assert "contested" in told["words"]


def test_every_p_has_its_band():
    edges = record_edges()
    assert [track_record(p, near=True).low for p in edges] == list(edges)
    assert track_record(0.0, near=False).low == 0.0
    assert track_record(1.0, near=False).high == 1.0
    assert track_record(1.0, near=True, reading="filtered").low == edges[-1]


def test_near_in_hindsight_looks_both_ways_and_as_known_only_back():
    claim = (date(2031, 5, 10), date(2031, 5, 11), date(2031, 5, 13))
    near = [d for d in range(1, 32) if is_near(date(2031, 5, d), [claim])]
    assert near == list(range(1, 32))
    assert not is_near(date(2031, 4, 18), [claim])
    assert not is_near(date(2031, 6, 1), [claim])
    assert [d for d in range(1, 32) if is_near(date(2031, 5, d), [claim], as_known=True)] == list(range(13, 32))
    assert not is_near(date(2031, 5, 13), [])
