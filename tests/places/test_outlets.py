"""An outlet's own area counts as far as it tells the outlet from the others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tenure.model import Report
from tenure.places.toponyms.outlets import learn_priors

DAY = datetime(2023, 5, 1, tzinfo=UTC)
NORTH, SOUTH = (30.0, 20.0), (30.0, 11.0)


def unit(lon: float, lat: float) -> np.ndarray:
    x, y = np.radians(lon), np.radians(lat)
    return np.array([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)], dtype=np.float32)


def told(outlet: str, number: int, *points: tuple[float, float], story: str = "", days: int = 0):
    report = Report(
        f"{outlet}{number}", "x", DAY + timedelta(days=days), "day", publisher=outlet, story_id=story or f"{outlet}{number}"
    )
    return report, [(unit(*point), 1.0) for point in points]


def near(point: tuple[float, float], count: int, seed: int) -> list[tuple[float, float]]:
    rng = np.random.default_rng(seed)
    return [(point[0] + x, point[1] + y) for x, y in rng.normal(0, 0.2, (count, 2)).tolist()]


def test_a_local_outlet_is_trusted_and_a_witness_of_the_whole_campaign_is_not():
    local = [told("nile-local", i, at) for i, at in enumerate(near(NORTH, 8, 1))]
    wires = [
        told(name, i, a, b)
        for name, seed in (("wire", 2), ("agency", 3), ("monitor", 4))
        for i, (a, b) in enumerate(zip(near(NORTH, 8, seed), near(SOUTH, 8, seed + 10), strict=True))
    ]
    priors = learn_priors([*local, *wires])
    assert priors["nile-local"].trust > 0.9
    assert all(priors[name].trust < 0.4 for name in ("wire", "agency", "monitor"))
    at = np.stack([unit(*NORTH), unit(*SOUTH)])
    north, south = priors["nile-local"].density(at)
    assert north > 0.2 > south
    north, south = priors["wire"].density(at)
    assert abs(north - south) < 0.05


def test_a_lone_outlet_is_told_from_anywhere():
    assert learn_priors([told("town-paper", i, at) for i, at in enumerate(near(SOUTH, 6, 5))])["town-paper"].trust > 0.9


def test_one_story_is_no_area_and_no_outlet_has_none():
    assert learn_priors([told("once", 1, NORTH)]) == {}
    assert learn_priors([told("", 1, NORTH), told("", 2, NORTH), told("empty", 1)]) == {}


def test_a_story_its_copies_and_later_reports_are_not_heard():
    first, copy = told("paper", 1, NORTH, story="s"), told("paper", 2, NORTH, story="s")
    later = told("paper", 3, NORTH, days=5)
    prior = learn_priors([first, copy, later])["paper"]
    at = unit(*NORTH)[None, :]
    assert prior.density(at, first[0])[0] == 0.0
    assert prior.density(at, later[0])[0] > 0.0


def test_what_is_learned_does_not_depend_on_the_order_of_outlets_and_changes_its_digest():
    some = [told("a", i, at) for i, at in enumerate(near(NORTH, 4, 6))]
    more = [told("b", i, at) for i, at in enumerate(near(SOUTH, 4, 7))]
    one, two = learn_priors([*some, *more]), learn_priors([*more, *some])
    assert one["a"].trust == pytest.approx(two["a"].trust)
    assert one["a"].digest == two["a"].digest
    assert learn_priors([*some[:3], *more])["a"].digest != one["a"].digest


def test_a_wire_of_many_thousand_places_is_thinned():
    points = near(SOUTH, 3000, 8)
    (prior,) = learn_priors([told("wire", i, at) for i, at in enumerate(points)]).values()
    assert len(prior.weight) <= 600
    assert 0.0 <= prior.trust <= 1.0
