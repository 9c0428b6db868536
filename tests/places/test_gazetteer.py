from __future__ import annotations

import numpy as np
import pytest

from tenure.errors import StoreError
from tenure.model import FeatureClass
from tenure.places import Gazetteer, Licence, build_gazetteer, find_places, gazetteer_digest
from tenure.places.gazetteer.areas import spread_of
from tenure.places.gazetteer.match import match_exact, match_fuzzy
from tenure.places.gazetteer.names import normalise, skeletons_of, sound_of

from .conftest import AREAS, PLACES, village


def test_a_gazetteer_survives_its_bytes(gazetteer: Gazetteer) -> None:
    again = Gazetteer.from_buffer(memoryview(gazetteer.to_bytes()))
    assert again.to_bytes() == gazetteer.to_bytes()
    assert again.place(again.row_of("C2") or 0) == gazetteer.place(gazetteer.row_of("C2") or 0)


def test_the_same_input_gives_the_same_bytes() -> None:
    assert build_gazetteer(PLACES, AREAS, world=False).to_bytes() == build_gazetteer(PLACES, AREAS, world=False).to_bytes()


def test_the_digest_is_known_before_the_build(gazetteer: Gazetteer) -> None:
    assert gazetteer.digest == gazetteer_digest(PLACES, AREAS, countries=["SY"], world=False)
    assert gazetteer.digest != gazetteer_digest(PLACES[1:], AREAS, countries=["SY"], world=False)


@pytest.mark.parametrize("damage", [b"NOTAGAZ!", b""])
def test_foreign_bytes_are_refused(damage: bytes) -> None:
    with pytest.raises(StoreError, match="not a compiled gazetteer"):
        Gazetteer.from_buffer(damage + b"\0" * 100)


@pytest.mark.parametrize("share", [0.01, 0.9])
def test_cut_bytes_are_refused(gazetteer: Gazetteer, share: float) -> None:
    content = gazetteer.to_bytes()
    with pytest.raises(StoreError, match="cut short"):
        Gazetteer.from_buffer(content[: int(len(content) * share)])


def test_ids_and_names_are_found(gazetteer: Gazetteer) -> None:
    assert gazetteer.row_of("nobody") is None
    assert [gazetteer.place_id(int(row)) for row in gazetteer.lookup("ABU AL DUHUR")[0]] == ["C2"]
    assert gazetteer.lookup("Paris")[0].size == 0
    assert gazetteer.lookup("'")[0].size == 0


def test_a_place_without_coordinates_stands_in_its_area_with_the_areas_radius(gazetteer: Gazetteer) -> None:
    place = gazetteer.place(gazetteer.row_of("C5") or 0)
    area = gazetteer.place(gazetteer.row_of("SY070001") or 0)
    assert (place.lon, place.lat, place.radius_km) == (area.lon, area.lat, area.radius_km)
    assert (place.admin1, place.admin2, place.admin3) == ("Idlib", "Ma'arrat", "Abul Thohur")


def test_points_get_the_units_whose_polygons_hold_them(gazetteer: Gazetteer) -> None:
    assert gazetteer.place(gazetteer.row_of("C4") or 0).admin1 == "Hama"
    assert gazetteer.place(gazetteer.row_of("C2") or 0).admin3 == "Abul Thohur"


def test_columns_make_units_where_there_is_no_polygon() -> None:
    places = [
        village("1", "Aa", 36.0, 35.0, admin1="Left"),
        village("2", "Bb", 36.2, 35.2, admin1="Left"),
        village("3", "Cc", None, None, admin1="Left"),
    ]
    gazetteer = build_gazetteer(places, [], world=False)
    unit = gazetteer.place(gazetteer.row_of("unit:1:Left") or 0)
    assert unit.feature is FeatureClass.GOVERNORATE
    assert (unit.lon, unit.lat) == (pytest.approx(36.1), pytest.approx(35.1))
    assert unit.radius_km >= 5.0


def test_a_seat_bears_the_name_of_its_unit(gazetteer: Gazetteer) -> None:
    assert gazetteer.arrays["seat"][gazetteer.row_of("C2")] == 1
    assert gazetteer.arrays["seat"][gazetteer.row_of("C1")] == 0


def test_the_radius_of_a_disc_holds_eighty_percent_of_it() -> None:
    import shapely

    lon, lat, radius = spread_of(shapely.Point(0.0, 0.0).buffer(1.0, quad_segs=64))
    assert (lon, lat) == (pytest.approx(0.0, abs=1e-9), pytest.approx(0.0, abs=1e-9))
    assert radius == pytest.approx(111.2 * np.sqrt(0.8), rel=0.03)


def test_every_key_one_letter_away_in_its_skeleton_is_found(gazetteer: Gazetteer) -> None:
    """Oracle: a linear scan over all names for skeletons that are equal or differ by one deletion."""
    names = sorted({name for place in PLACES for name in (place.name, *place.alternate_names)})
    for query in ("Sarakb", "Abu Duhr", "Harmla", "Khan Sheikhoun", "Kafr Nabl", "Kfr Nbil"):
        skeleton = skeletons_of([sound_of(normalise(query))])[0][0]
        found = {gazetteer.place_id(row) for row in match_fuzzy(gazetteer, query).rows.tolist()}
        for name in names:
            other = skeletons_of([sound_of(normalise(name))])[0][0]
            cut = {other[:i] + other[i + 1 :] for i in range(len(other))} if len(other) > 3 else set()
            if skeleton == other or skeleton in cut:
                assert {p.place_id for p in PLACES if name in (p.name, *p.alternate_names)} <= found, (query, name)


def test_unknown_sounds_match_nothing(gazetteer: Gazetteer) -> None:
    assert match_fuzzy(gazetteer, "Wolverhampton").rows.size == 0
    assert match_fuzzy(gazetteer, "").rows.size == 0


def test_abbreviations_count_only_in_capitals(world_gazetteer: Gazetteer) -> None:
    assert match_exact(world_gazetteer, "BC").rows.size
    assert match_exact(world_gazetteer, "Calif.").rows.size
    assert not match_exact(world_gazetteer, "Bc").rows.size


def test_found_places_can_be_kept_to_one_unit(gazetteer: Gazetteer) -> None:
    assert [f.place_id for f in find_places(gazetteer, "Harmalah")] == ["C3", "C4"]
    assert [f.place_id for f in find_places(gazetteer, "Harmalah", within="Hamah")] == ["C4"]
    assert find_places(gazetteer, "Harmalah", within="Nowhere") == ()


def test_info_gives_counts_and_licences() -> None:
    places = [village("1", "Aa", 36.0, 35.0, gazetteer="osm")]
    info = build_gazetteer(places, [], world=False, licences={"osm": Licence("ODbL", "OpenStreetMap contributors")}).info()
    assert [(s.gazetteer, s.places, s.licence) for s in info] == [("osm", 1, "ODbL")]


def test_an_empty_gazetteer_is_one() -> None:
    empty = build_gazetteer([], [], world=False)
    assert len(empty) == 0
    assert find_places(empty, "Saraqib") == ()
    assert len(Gazetteer.from_buffer(empty.to_bytes())) == 0


def test_the_world_has_countries_units_towns_regions_and_peoples(world_gazetteer: Gazetteer) -> None:
    for name, feature in [
        ("Britain", FeatureClass.COUNTRY),
        ("Ukrainians", FeatureClass.COUNTRY),
        ("Ontario", FeatureClass.GOVERNORATE),
        ("Middle East", FeatureClass.REGION),
        ("Euphrates", FeatureClass.RIVER),
        ("Харків", FeatureClass.SETTLEMENT),
    ]:
        rows = world_gazetteer.lookup(name)[0].tolist()
        assert feature in {world_gazetteer.feature(row) for row in rows}, name


def test_a_twin_in_the_world_lends_its_names_to_the_studys_place(world_gazetteer: Gazetteer) -> None:
    rows = world_gazetteer.lookup("Idlib Governorate")[0].tolist()
    assert [world_gazetteer.place_id(row) for row in rows] == ["SY07"]
    assert {s.gazetteer for s in world_gazetteer.info()} == {"study", "geonames", "tenure"}
