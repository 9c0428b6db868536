from __future__ import annotations

import pytest

from tenure.model import FeatureClass
from tenure.places.toponyms.phrases import joins, parse_phrase, unit_beside


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("10 km east of Saraqib", "Saraqib", {"offset_km": 10.0, "bearing": 90.0}),
        ("5 miles from Hama", "Hama", {"offset_km": 8.04672, "bearing": None}),
        ("500 metres north of Jisr", "Jisr", {"offset_km": 0.5, "bearing": 0.0}),
        (
            "13 kilometres to the south of the city of Hama",
            "Hama",
            {"offset_km": 13.0, "bearing": 180.0, "unit": FeatureClass.SETTLEMENT},
        ),
        ("southern Idlib", "Idlib", {"part": True, "bearing": 180.0}),
        ("east of Aleppo", "Aleppo", {"around": True, "bearing": 90.0}),
        ("the eastern outskirts of Abu al-Duhur", "Abu al-Duhur", {"around": True, "bearing": 90.0}),
        ("Aleppo's southern countryside", "Aleppo", {"around": True, "bearing": 180.0}),
        ("Idlib countryside", "Idlib", {"around": True}),
        ("near Homs", "Homs", {"around": True}),
        ("central Damascus", "Damascus", {"part": True}),
        ("Taftanaz airbase", "Taftanaz", {"facility": "airbase"}),
        ("Hama military airport", "Hama", {"facility": "military airport"}),
        ("Hama province", "Hama", {"unit": FeatureClass.GOVERNORATE}),
        ("the town of Khan Sheikhoun", "Khan Sheikhoun", {"unit": FeatureClass.SETTLEMENT}),
        ("the road Hama-Aleppo", "Hama", {"partner": "Aleppo"}),
        ("the Damascus-Aleppo highway", "Damascus", {"partner": "Aleppo"}),
        ("Syria's", "Syria", {}),
        ("this pocket", "", {}),
        ("the town", "", {}),
        ("several villages", "", {}),
        ("...", "", {}),
    ],
)
def test_phrases_are_taken_apart(text: str, name: str, expected: dict[str, object]) -> None:
    phrase = parse_phrase(text)
    assert phrase.name == name
    for key, value in expected.items():
        found = getattr(phrase, key)
        assert found == (pytest.approx(value) if isinstance(value, float) else value), key


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (", ", True),
        (" in ", True),
        (" (", True),
        (" in the southern countryside of ", True),
        (" and ", False),
        (". ", False),
        (" in " * 30, False),
    ],
)
def test_joints_between_names(gap: str, expected: bool) -> None:  # noqa: FBT001 - a parametrised expectation
    assert joins(gap) is expected


def test_words_beside_a_span_name_its_class() -> None:
    text = "the village of Duma in Harim district"
    assert unit_beside(text, 15, 19) is FeatureClass.SETTLEMENT
    assert unit_beside(text, 23, 28) is FeatureClass.DISTRICT
    assert unit_beside("fighting in Duma today", 12, 16) is None
