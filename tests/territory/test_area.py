from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.errors import InputError
from tenure.model import Area, ControlSamples, Zone
from tenure.territory import UNPOPULATED, area_by_day, areas_by_actor, by_admin, by_polygon, by_zone, whole_area

FIRST = date(2018, 1, 1)
BOX = '{"type":"Polygon","coordinates":[[[36,35],[36.2,35],[36.2,36],[36,36],[36,35]]]}'


def values(measures, name="area_km2", group=""):
    return {m.actor: m.value for m in measures if m.name == name and m.group == group}


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(st.text("abcx?", min_size=6, max_size=6), min_size=1, max_size=4), sure=st.floats(0.5, 1))
def test_areas_add_up_on_every_day(maps, rows, sure):
    make_cells, make_posterior, make_samples = maps
    cells = make_cells(3, 2, populated_within_km=4.0)
    posterior = make_posterior(cells, rows, sure=sure)
    samples = make_samples(posterior, posterior.dates, 8)
    series = area_by_day(posterior, cells)
    for k, day in enumerate(posterior.dates):
        found = values(areas_by_actor(posterior, samples, cells, day))
        assert sum(found.values()) == pytest.approx(cells.study_area_km2)
        assert found.pop(UNPOPULATED) == pytest.approx(cells.unpopulated_km2)
        assert list(found.values()) == pytest.approx(series[k].tolist(), abs=1e-9)
        counted = values(areas_by_actor(posterior, samples, cells, day), "places")
        assert sum(counted.values()) == pytest.approx(6)


def test_several_dates_come_in_their_order(maps):
    make_cells, make_posterior, _ = maps
    cells = make_cells(2, 1)
    posterior = make_posterior(cells, ["aa", "ab"])
    found = [m for m in areas_by_actor(posterior, None, cells, posterior.dates) if m.actor == "a" and m.name == "area_km2"]
    assert [m.since for m in found] == [FIRST, FIRST + timedelta(days=1)]
    assert found[0].until == FIRST + timedelta(days=1)
    assert found[1].value == pytest.approx(found[0].value / 2)


def test_relabelling_actors_permutes_areas(maps):
    make_cells, make_posterior, _ = maps
    cells = make_cells(3, 2)
    row = "aabbc?"
    one = make_posterior(cells, [row], sure=0.7)
    other = make_posterior(cells, [row.translate(str.maketrans("abc", "bca"))], sure=0.7)
    first, second = values(areas_by_actor(one, None, cells, FIRST)), values(areas_by_actor(other, None, cells, FIRST))
    assert [second[a] for a in "bca"] == pytest.approx([first[a] for a in "abc"])


def test_correlated_draws_give_wider_intervals_than_independent_ones(maps):
    make_cells, make_posterior, make_samples = maps
    cells = make_cells(6, 6)
    posterior = make_posterior(cells, ["a" * 36], sure=0.7)
    independent = make_samples(posterior, (FIRST,), 400)
    together = np.repeat((np.random.default_rng(1).random((400, 1, 1)) > 0.7).astype(np.int8), 36, axis=2)
    joint = ControlSamples(posterior.place_ids, posterior.states, (FIRST,), together, "joint")
    width = []
    for samples in (independent, joint):
        mine = next(m for m in areas_by_actor(posterior, samples, cells, FIRST) if m.actor == "a")
        assert mine.lo90 <= mine.lo50 <= mine.value <= mine.hi50 <= mine.hi90
        width.append(mine.hi90 - mine.lo90)
    assert width[1] > 3 * width[0]


def test_without_samples_there_is_no_interval(maps):
    make_cells, make_posterior, _ = maps
    cells = make_cells(2, 2)
    measure = areas_by_actor(make_posterior(cells, ["aabb"]), None, cells, FIRST)[0]
    assert np.isnan([measure.lo50, measure.hi50, measure.lo90, measure.hi90]).all()


def test_a_date_that_was_not_sampled_is_refused(maps):
    make_cells, make_posterior, make_samples = maps
    cells = make_cells(2, 2)
    posterior = make_posterior(cells, ["aabb", "aabb"])
    with pytest.raises(InputError, match="no joint samples drawn for the date: 2018-01-02"):
        areas_by_actor(posterior, make_samples(posterior, (FIRST,)), cells, FIRST + timedelta(days=1))


def test_places_that_the_posterior_does_not_know_are_unknown(maps):
    make_cells, make_posterior, _ = maps
    small, large = make_cells(2, 1), make_cells(3, 1)
    found = values(areas_by_actor(make_posterior(small, ["aa"]), None, large, FIRST))
    assert found["unknown"] == pytest.approx(large.area_km2[2])
    assert area_by_day(make_posterior(small, ["aa"]), large)[0, -1] == pytest.approx(large.area_km2[2])


def test_a_tie_between_two_actors_is_nobodys_ground(maps):
    from tenure.territory.labels import labels_on, names_of

    make_cells, make_posterior, _ = maps
    cells = make_cells(1, 1)
    posterior = make_posterior(cells, ["a"], sure=0.5)
    posterior.p[:] = [0.5, 0.5, 0.0, 0.0]
    assert names_of(posterior)[labels_on(posterior, cells, FIRST)[0]] == "unknown"


def test_empty_study_has_no_area_but_the_unpopulated(maps):
    cells = _empty()
    posterior = maps[1](cells, [""])
    found = values(areas_by_actor(posterior, None, cells, FIRST))
    assert found == {"a": 0, "b": 0, "c": 0, "contested": 0, "unknown": 0, UNPOPULATED: pytest.approx(cells.study_area_km2)}


def _empty():
    from tenure.grid import build_cells

    return build_cells([], (), BOX)


def test_groups_by_polygon_cut_cells_and_zones_may_overlap(maps):
    make_cells, make_posterior, _ = maps
    cells = make_cells(4, 2)
    posterior = make_posterior(cells, ["aabbaabb"])
    zone = Zone("z", "Zone", FIRST, None, (), (), (), (), BOX, approximate=False, source="")
    found = areas_by_actor(posterior, None, cells, FIRST, grouping=by_zone(cells, (zone,)))
    assert values(found, group="z")["b"] == pytest.approx(0, abs=0.1)
    assert values(found, "places", "z")["a"] == 4
    whole = areas_by_actor(posterior, None, cells, FIRST, grouping=by_polygon(cells, {"all": BOX, "again": BOX}))
    assert values(whole, group="all") == values(whole, group="again")


def test_admin_units_come_from_polygons_where_there_are_some_and_from_the_gazetteer_else(maps):
    import dataclasses

    make_cells, make_posterior, _ = maps
    cells = make_cells(4, 1)
    placed = [
        dataclasses.replace(p, admin1="West" if i < 1 else "East" if i < 3 else None) for i, p in enumerate(cells.places)
    ]
    cells = dataclasses.replace(cells, places=tuple(placed))
    posterior = make_posterior(cells, ["aaab"])
    by_name = by_admin(cells, "admin1")
    assert by_name.names == ("East", "West", "unknown")
    assert by_name.km2.sum() == pytest.approx(cells.area_km2.sum())
    cut = by_admin(cells, "admin1", (Area("w", "West", 1, None, BOX),))
    found = areas_by_actor(posterior, None, cells, FIRST, grouping=cut)
    assert values(found, group="West")["a"] == pytest.approx(cells.area_km2[:2].sum(), rel=1e-3)
    assert values(found, "places", "West")["a"] == 1
    with pytest.raises(InputError, match="unknown admin level: county"):
        by_admin(cells, "county")


def test_whole_area_is_one_group_without_a_name(maps):
    assert whole_area(maps[0](2, 2)).names == ("",)
