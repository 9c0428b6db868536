from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from tenure.publish.palette import CONTESTED_COLOUR, MIN_DISTANCE, SAFE, UNKNOWN_COLOUR, closest_pair, contrast, simulate


@pytest.mark.parametrize("count", range(2, len(SAFE) + 1))
def test_safe_colours_can_be_told_apart_in_every_vision(count):
    distance, vision, first, second = closest_pair([*SAFE[:count], UNKNOWN_COLOUR])
    assert distance >= MIN_DISTANCE, (vision, first, second)


def test_contested_ground_is_no_actor_s_colour():
    for colour in SAFE:
        assert closest_pair([colour, CONTESTED_COLOUR])[0] >= MIN_DISTANCE


def test_red_and_green_are_found_alike():
    assert closest_pair(["#a04030", "#607030"])[0] < closest_pair(["#0072b2", "#d55e00"])[0]


def test_distance_is_the_smallest_over_all_pairs():
    colours = list(SAFE[:4])
    pairs = [closest_pair(pair)[0] for pair in combinations(colours, 2)]
    assert closest_pair(colours)[0] == pytest.approx(min(pairs))


def test_grey_keeps_its_lightness_in_every_vision():
    for vision in ("normal", "protan", "deutan", "tritan"):
        assert simulate("#808080", vision) == pytest.approx(np.array([53.585, 0.0, 0.0]), abs=0.05)


def test_text_can_be_read_on_its_ground_in_both_themes():
    for ink, paper in (("#22252a", "#fffdf9"), ("#666a70", "#fffdf9"), ("#eceae4", "#1d2024"), ("#a3a6ab", "#1d2024")):
        assert contrast(ink, paper) >= 4.5
