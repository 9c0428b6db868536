from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.model import PlacementStatus
from tenure.places import Locator, build_gazetteer
from tenure.places.toponyms.bearings import Side, side_scores, stated_side
from tenure.places.toponyms.phrases import Phrase, parse_phrase
from tenure.places.toponyms.setting import Setting

from .conftest import report, span, village

# El Fula, a town of the plain, with four hamlets of one name round it, 15 km away, and one far off.
ROUND = [
    village("N", "Umm Sidra", 28.35, 11.855),
    village("E", "Umm Sidra", 28.487, 11.72),
    village("S", "Umm Sidra", 28.35, 11.585),
    village("W", "Umm Sidra", 28.213, 11.72),
    village("FAR", "Umm Sidra", 29.9, 11.72),
]
TOWN = village("T", "El Fula", 28.35, 11.72, population=80_000)


@pytest.fixture(scope="module")
def locator() -> Locator:
    return Locator(build_gazetteer([TOWN, *ROUND], [], world=False), countries=("SY",))


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (", 10 km east of ", Side(90.0, 10.0)),
        (" (15 kilometres north-west of ", Side(315.0, 15.0)),
        (" in the southern countryside of ", Side(180.0, None)),
        (", a village which lies some 3 miles to the west of the town of ", Side(270.0, 4.828032)),
        (" 12 km from ", Side(None, 12.0)),
        (" in northern ", Side(0.0, None)),
        (", and ", None),
        (" and 10 km east of ", None),
        (" was shelled, and 10 km east of ", None),
        (" to the east and north of ", None),
        (" near ", None),
        ("", None),
        (" " * 200 + "east of ", None),
    ],
)
def test_a_side_is_read_from_the_words_between_two_names(gap: str, expected: Side | None) -> None:
    found = stated_side(gap, Phrase("Y"))
    if expected is None or found is None:
        assert found == expected
    else:
        assert found.bearing == expected.bearing
        assert found.km == pytest.approx(expected.km)


def test_a_side_is_read_from_the_second_names_own_phrase() -> None:
    assert stated_side(" in the ", parse_phrase("southern countryside of Idlib")) == Side(180.0, None)


@pytest.mark.parametrize(("word", "expected"), [("north", "N"), ("east", "E"), ("south", "S"), ("west", "W")])
@pytest.mark.parametrize(
    "form", ["Umm Sidra, 15 km {0} of El Fula", "Umm Sidra, {0} of El Fula", "Umm Sidra ({0} of El Fula)"]
)
def test_a_bearing_chooses_among_homonyms(locator: Locator, form: str, word: str, expected: str) -> None:
    text = f"Fighters entered {form.format(word)}, witnesses said."
    placed = locator.locate(report(text), [span(text, "Umm Sidra")])[0]
    assert placed.candidates[0].place_id == expected
    assert placed.status is PlacementStatus.RESOLVED


def test_a_distance_chooses_among_homonyms() -> None:
    near, far = village("NEAR", "Kadugli Sharq", 28.45, 11.72), village("FAR", "Kadugli Sharq", 28.95, 11.72)
    locator = Locator(build_gazetteer([TOWN, near, far], [], world=False), countries=("SY",))
    for km, expected in ((10, "NEAR"), (65, "FAR")):
        text = f"The convoy stopped at Kadugli Sharq, {km} km from El Fula."
        assert locator.locate(report(text), [span(text, "Kadugli Sharq")])[0].candidates[0].place_id == expected


def test_a_side_speaks_for_the_place_that_it_is_told_of_too() -> None:
    twins = [village("A", "Rahad", 28.35, 11.72), village("B", "Rahad", 30.35, 11.72)]
    only = village("O", "Sharafa Bakheet", 28.5, 11.72)
    locator = Locator(build_gazetteer([*twins, only], [], world=False), countries=("SY",))
    text = "Shells fell on Sharafa Bakheet, east of Rahad."
    assert locator.locate(report(text), [span(text, "Rahad")])[0].candidates[0].place_id == "A"


@given(st.floats(0, 359.9), st.floats(0.1, 500.0), st.booleans())
def test_scores_of_sides_are_bounded(bearing: float, km: float, both: bool) -> None:  # noqa: FBT001 - hypothesis draws it
    setting = _SETTING
    rows = np.arange(len(setting.xyz))
    scores = side_scores(setting, rows, rows, Side(bearing, km if both else None))
    assert scores.shape == (rows.size, rows.size)
    assert (scores <= 2.0).all()
    assert (scores >= -6.5 - 1e-9).all()


_SETTING = Setting.of(build_gazetteer([TOWN, *ROUND], [], world=False), area=None, countries=("SY",))
