import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
import shapely

from tenure.territory import front_lengths, front_lines, front_movement
from tenure.territory.labels import labels_on, names_of

FIRST = date(2018, 1, 1)


def test_two_halves_meet_along_one_line(maps):
    make_cells, make_posterior, make_samples = maps
    cells = make_cells(4, 3)
    posterior = make_posterior(cells, ["aabb" * 3])
    (front,) = front_lines(posterior, cells, FIRST, samples=make_samples(posterior, (FIRST,)))
    assert (front.first, front.second) == ("a", "b")
    geometry = json.loads(front.geometry)
    assert geometry["type"] == "MultiLineString"
    assert len(geometry["coordinates"]) == 1
    assert {c[0] for c in geometry["coordinates"][0]} == {36.2}
    assert front.length_km == pytest.approx(33.3, abs=0.1)
    assert front.lo90 == pytest.approx(front.hi90)
    assert front.band_km2 == 0
    assert json.loads(front.contour_low) == json.loads(front.geometry)


def test_ground_that_is_not_sure_widens_the_band(maps):
    make_cells, make_posterior, make_samples = maps
    cells = make_cells(4, 3)
    posterior = make_posterior(cells, ["aabb" * 3])
    posterior.p[[1, 5, 9]] = [0.6, 0.4, 0, 0]
    (front,) = front_lines(posterior, cells, FIRST, samples=make_samples(posterior, (FIRST,)))
    assert front.band_km2 == pytest.approx(cells.area_km2[[1, 5, 9]].sum())
    assert shapely.from_geojson(front.band).is_valid
    assert front.lo90 < front.hi90
    low, high = (shapely.from_geojson(g).bounds[0] for g in (front.contour_low, front.contour_high))
    assert low == pytest.approx(36.2)
    assert high == pytest.approx(36.1)


def test_sides_join_actors_and_contested_ground_is_a_side_of_its_own(maps):
    make_cells, make_posterior, _ = maps
    cells = make_cells(4, 1)
    posterior = make_posterior(cells, ["abxc"])
    apart = {(f.first, f.second) for f in front_lines(posterior, cells, FIRST)}
    assert apart == {("a", "b"), ("b", "contested"), ("c", "contested")}
    joined = {(f.first, f.second) for f in front_lines(posterior, cells, FIRST, sides={"a": "side", "b": "side"})}
    assert joined == {("contested", "side"), ("c", "contested")}


def test_unknown_ground_and_one_actor_alone_have_no_front(maps):
    make_cells, make_posterior, _ = maps
    cells = make_cells(3, 1)
    assert front_lines(make_posterior(cells, ["a?b"]), cells, FIRST) == ()
    assert front_lines(make_posterior(cells, ["aaa"]), cells, FIRST) == ()


def test_the_series_equals_a_count_from_scratch_on_every_day(maps):
    make_cells, make_posterior, _ = maps
    cells = make_cells(4, 3)
    rows = ["aabbaabbaabb", "aabbaxbbaabb", "abbbaxbbacbb", "abbbaxbbacbb", "abbbabbb??bb"]
    posterior = make_posterior(cells, rows)
    series = front_lengths(posterior, cells)
    names = names_of(posterior)
    assert series.day.tolist() == [0, 1, 2, 4]
    for k, day in enumerate(series.day):
        held = labels_on(posterior, cells, FIRST + timedelta(days=int(day)))
        for a, first in enumerate(names):
            for b, second in enumerate(names):
                if a != b:
                    total = sum(
                        km for (i, j), km in zip(cells.edges, cells.border_km, strict=True) if {held[i], held[j]} == {a, b}
                    )
                    assert series.km[k, a, b] == pytest.approx(total, abs=1e-9), (first, second)


def test_movement_is_the_area_swept_per_km(maps):
    make_cells, make_posterior, _ = maps
    cells = make_cells(4, 1)
    posterior = make_posterior(cells, ["aabb", "aaab", "aaab", "abab"])
    forth, back = front_movement(posterior, front_lengths(posterior, cells), "a", "b")
    assert forth.day == FIRST + timedelta(days=1)
    assert (forth.to_first_km2, forth.to_second_km2) == (pytest.approx(cells.area_km2[2]), 0)
    assert forth.swept_km == pytest.approx(cells.area_km2[2] / forth.length_km)
    assert back.to_second_km2 == pytest.approx(cells.area_km2[1])


def test_a_straight_front_that_moves_two_kilometres_a_day_sweeps_two_kilometres(maps):
    make_cells, make_posterior, _ = maps
    step = 2.0 / 111.3195  # degrees of two kilometres on the equator
    cells = make_cells(12, 8, lon=20.0, lat=-4 * step, step=step)
    rows = [("a" * (3 + day) + "b" * (9 - day)) * 8 for day in range(6)]
    posterior = make_posterior(cells, rows)
    moved = front_movement(posterior, front_lengths(posterior, cells), "a", "b")
    height = 8 * step * 110.574
    assert [m.day.day for m in moved] == [2, 3, 4, 5, 6]
    assert [m.swept_km for m in moved] == pytest.approx([2.0] * 5, rel=2e-3)
    assert [m.length_km for m in moved] == pytest.approx([height] * 5, rel=2e-3)
    assert sum(m.to_first_km2 for m in moved) == pytest.approx(10.0 * height, rel=2e-3)
    (front,) = front_lines(posterior, cells, posterior.dates[2])
    assert front.length_km == pytest.approx(height, rel=2e-3)
    assert front.band_km2 == 0.0


def test_the_band_of_a_straight_front_is_as_wide_as_its_doubtful_columns(maps):
    make_cells, make_posterior, _ = maps
    step = 2.0 / 111.3195
    cells = make_cells(12, 8, lon=20.0, lat=-4 * step, step=step)
    sure = make_posterior(cells, [("a" * 6 + "b" * 6) * 8])
    p = sure.p.copy()
    for place in range(12 * 8):
        if place % 12 in {5, 6}:
            p[place] = (0.6, 0.4, 0.0, 0.0) if place % 12 == 5 else (0.4, 0.6, 0.0, 0.0)
    (front,) = front_lines(replace(sure, p=p), cells, sure.dates[0])
    height = 8 * step * 110.574
    assert front.band_km2 == pytest.approx(4.0 * height, rel=2e-3)
    low, high = (shapely.from_geojson(g) for g in (front.contour_low, front.contour_high))
    assert abs(low.centroid.x - high.centroid.x) == pytest.approx(2 * step, rel=1e-2)
