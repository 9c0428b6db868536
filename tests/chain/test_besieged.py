"""Spells cut where a place is besieged: nothing but the status of those days changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.model import ControlSpell, ControlStatus, EvidenceTier
from tenure.pipeline.besieged import is_besieged, with_sieges
from tenure.territory import Pocket, Stay

FIRST = date(2020, 3, 1)
DAYS = 30
NAN = float("nan")


def day(number):
    return FIRST + timedelta(days=number)


def spell(start, end, controller="north", place="v1"):
    status = {"contested": ControlStatus.CONTESTED, "unknown": ControlStatus.UNKNOWN}.get(
        controller, ControlStatus.CONTROLLED
    )
    around = (day(start), day(start + 1))
    tail = (EvidenceTier.CLAIMED, 2, None, None, "test")
    return ControlSpell(place, day(start), day(end), status, controller, 0.9, 0.8, *around, *tail)


def pocket(name="p1", *, by="south", p=0.9, holders=("north",)):
    span = (day(0), day(DAYS), None)
    found = (day(0), ("v1",), 1.0, 0, 0, p, "{}")
    return Pocket(name, holders[0], holders, *span, by, (by,) if by else (), False, *found)


def days_of(spells):
    """By place and day: controller and status."""
    out = {}
    for s in spells:
        for d in range((s.end - s.start).days):
            key = (s.place_id, s.start + timedelta(days=d))
            assert key not in out, "two rows for one day"
            out[key] = (s.controller, s.status)
    return out


def test_a_spell_is_cut_at_the_first_and_the_last_day_of_the_siege():
    before, inside, after = with_sieges([spell(0, 20)], [pocket()], [Stay("p1", "v1", day(5), day(9))])
    assert [(s.start, s.end) for s in (before, inside, after)] == [(day(0), day(5)), (day(5), day(9)), (day(9), day(20))]
    assert [s.status.value for s in (before, inside, after)] == ["controlled", "besieged", "controlled"]
    whole = spell(0, 20)
    assert all(replace(s, start=whole.start, end=whole.end, status=whole.status) == whole for s in (before, inside, after))


def test_a_siege_that_a_change_of_control_ends_ends_with_the_spell():
    parts = with_sieges([spell(0, 10), spell(10, 20, "south")], [pocket()], [Stay("p1", "v1", day(4), day(15))])
    told = [(s.end, s.controller, s.status.value) for s in parts]
    assert told == [(day(4), "north", "controlled"), (day(10), "north", "besieged"), (day(20), "south", "controlled")]


def test_an_ally_that_is_shut_in_with_the_actor_is_besieged_too():
    (part,) = with_sieges([spell(2, 9, "west")], [pocket(holders=("north", "west"))], [Stay("p1", "v1", day(0), day(9))])
    assert (part.controller, part.status) == ("west", ControlStatus.BESIEGED)


@pytest.mark.parametrize("controller", ["contested", "unknown", "south"])
def test_days_that_the_pocket_s_force_does_not_hold_stay_what_they_are(controller):
    spells = (spell(0, 20, controller),)
    assert with_sieges(spells, [pocket()], [Stay("p1", "v1", day(5), day(9))]) == spells


@pytest.mark.parametrize("unsure", [pocket(by=""), pocket(p=0.49), pocket(p=NAN)])
def test_ground_that_nobody_shuts_in_or_only_perhaps_is_not_besieged(unsure):
    spells = (spell(0, 20),)
    assert not is_besieged(unsure)
    assert with_sieges(spells, [unsure], [Stay("p1", "v1", day(5), day(9))]) == spells


def tiling(cuts, controllers):
    bounds = [0, *sorted(cuts), DAYS]
    return [spell(a, b, controllers[n % len(controllers)]) for n, (a, b) in enumerate(pairwise(bounds))]


ACTORS = st.lists(st.sampled_from(["north", "south", "contested", "unknown"]), min_size=1, max_size=4)
STAYS = st.lists(st.tuples(st.sampled_from(["p1", "p2", "p3"]), st.integers(-3, DAYS), st.integers(1, 15)), max_size=6)


@given(st.sets(st.integers(1, DAYS - 1), max_size=5), ACTORS, STAYS)
def test_rows_tile_each_place_s_time_and_only_the_status_of_besieged_days_changes(cuts, controllers, drawn):
    spells = tiling(cuts, controllers)
    pockets = [pocket("p1"), pocket("p2", holders=("south", "north"), by="east"), pocket("p3", p=0.2)]
    stays = [Stay(name, "v1", day(a), day(a + n)) for name, a, n in drawn]
    old, new = days_of(spells), days_of(with_sieges(spells, pockets, stays))
    holders = {"p1": {"north"}, "p2": {"north", "south"}, "p3": set()}
    assert old.keys() == new.keys()
    for (place, on), (controller, status) in old.items():
        shut = any(s.start <= on < s.end and controller in holders[s.pocket_id] for s in stays)
        assert new[place, on] == (controller, ControlStatus.BESIEGED if shut else status)
