"""One place in several gazetteers is one; places that only stand at one point are not."""

from __future__ import annotations

import pytest

from tenure.model import Area, FeatureClass, Place
from tenure.places import build_gazetteer

AREA = Area(
    "A1",
    "Halabiya",
    3,
    None,
    '{"type":"Polygon","coordinates":[[[36.9,36.0],[37.4,36.0],[37.4,36.4],[36.9,36.4],[36.9,36.0]]]}',
)


def place(place_id, name, lon=37.17, lat=36.21, *, gazetteer, others=(), area_id=None, population=None):
    return Place(
        place_id,
        name,
        others,
        lon,
        lat,
        FeatureClass.SETTLEMENT,
        population=population,
        area_id=area_id,
        gazetteer=gazetteer,
    )


def found(gazetteer, name):
    return sorted(gazetteer.place_id(row) for row in gazetteer.lookup(name)[0].tolist())


CITY = place("g1", "Aleppo", gazetteer="b", others=("Beria",), population=2_000_000)


def test_each_gazetteer_takes_over_the_names_of_its_twins_in_the_next():
    own = place("s1", "Saraqib", 36.8, 35.86, gazetteer="study")
    added = [
        place("a1", "Saraqib", 36.81, 35.86, gazetteer="a", others=("Bynamea",)),
        place("a2", "Kafranbel", 36.56, 35.61, gazetteer="a"),
        place("b2", "Kafranbel", 36.57, 35.61, gazetteer="b", others=("Bynameb",)),
    ]
    gazetteer = build_gazetteer([own], [], world=False, added=added)
    assert found(gazetteer, "Saraqib") == found(gazetteer, "Bynamea") == ["s1"]
    assert found(gazetteer, "Kafranbel") == found(gazetteer, "Bynameb") == ["a2"]


def test_one_id_is_one_place_whatever_its_names():
    own = place("C1", "Tell Rifaat", 37.1, 36.47, gazetteer="study")
    gazetteer = build_gazetteer([own], [], world=False, added=[place("C1", "Arpad", None, None, gazetteer="a")])
    assert found(gazetteer, "Arpad") == ["C1"]


def test_a_village_at_the_middle_of_its_unit_is_not_the_city_that_lies_there():
    village = place("v1", "Al-Brij", None, None, gazetteer="a", area_id="A1", others=("Beria",))
    gazetteer = build_gazetteer([], [AREA], world=False, added=[village, CITY])
    assert found(gazetteer, "Aleppo") == ["g1"]
    assert gazetteer.place(gazetteer.row_of("v1")).population is None


@pytest.mark.parametrize("name", ["Aleppo", "Aleppo (ne)"])
def test_a_city_without_coordinates_is_itself_by_its_main_name_alone(name):
    listed = place("v1", name, None, None, gazetteer="a", area_id="A1")
    gazetteer = build_gazetteer([], [AREA], world=False, added=[listed, CITY])
    assert found(gazetteer, "Aleppo") == (["v1"] if name == "Aleppo" else ["g1"])
    if name == "Aleppo":
        assert gazetteer.place(gazetteer.row_of("v1")).lon == CITY.lon, "it has the city's coordinates now"
