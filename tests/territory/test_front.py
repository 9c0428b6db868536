import json
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
