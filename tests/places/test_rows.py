"""The shapes in which lists of places really come: p-code tables, OSM's tags, polygons of units."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tenure.model import FeatureClass
from tenure.places import read_gazetteer_file
from tenure.places.gazetteer.rows import plain

POINT = {"type": "Point", "coordinates": [24.88, 12.05]}
SQUARE = {"type": "Polygon", "coordinates": [[[24, 12], [25, 12], [25, 13], [24, 13], [24, 12]]]}
PAIR = {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"], [[[26, 12], [26.1, 12], [26, 12.1], [26, 12]]]]}


def first(name: str, content: str | bytes, **options: Any):
    return read_gazetteer_file(name, content.encode() if isinstance(content, str) else content, **options).places[0]


def geojson(*features: tuple[dict[str, Any], dict[str, Any] | None]) -> bytes:
    made = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    return json.dumps({"type": "FeatureCollection", "features": made}).encode()


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        (
            "ADM3_EN,ADM3_AR,ADM3_PCODE,ADM2_EN,ADM2_PCODE,ADM1_EN,ADM1_PCODE",
            "Kutum,كتم,SD02013,Kutum,SD02009,North Darfur,SD02",
            ("SD02013", "Kutum", "كتم", "subdistrict", "North Darfur", "Kutum", None, "SD02009"),
        ),
        (
            "admin1Name_en,admin1Name_ar,admin1Pcode,admin2Name_en,admin2Pcode,admin0Pcode,date",
            "South Darfur,جنوب دارفور,SD03,Nyala Shimal,SD03001,SD,2023-01-01",
            ("SD03001", "Nyala Shimal", None, "district", "South Darfur", None, None, "SD03"),
        ),
        (
            "ADM4_UA,ADM4_EN,ADM4_RU,ADM4_PCODE,ADM3_EN,ADM3_PCODE,ADM1_EN",
            "Бахмут,Bakhmut,Бахмут,UA1402,Bakhmutska,UA14020,Donetska",
            ("UA1402", "Bakhmut", "Бахмут", "settlement", "Donetska", None, "Bakhmutska", "UA14020"),
        ),
        (
            "#adm1+name+en,#loc+name,#loc+code,#geo+lat,#geo+lon",
            "North Darfur,Mellit,L17,14.13,25.55",
            ("L17", "Mellit", None, "settlement", "North Darfur", None, None, None),
        ),
    ],
)
def test_pcode_lists_of_every_level_and_language_are_read(header, row, expected):
    place = first("list.csv", f"{header}\n{row}\n", country="SD")
    other = place.alternate_names[0] if place.alternate_names else None
    found = (place.place_id, place.name, other, place.feature.value, place.admin1, place.admin2, place.admin3, place.area_id)
    assert found == expected


def test_a_line_of_tags_under_the_header_is_no_place():
    rows = (
        "admin4Name_en,admin4Pcode,Latitude_Y,Longitude_X\n#adm4+name,#adm4+code,#geo+lat,#geo+lon\nMellit,L17,14.13,25.55\n"
    )
    (place,) = read_gazetteer_file("list.csv", rows.encode()).places
    assert (place.place_id, place.lat, place.lon) == ("L17", 14.13, 25.55)


def test_osm_names_in_every_language_and_old_ones_are_kept():
    tags = {
        "@id": "node/1",
        "place": "city",
        "name": "نيالا",
        "name:en": "Nyala",
        "name:uk": "Ньяла",
        "alt_name": "Neyala;Niyala",
        "old_name": "Nyla",
        "population": "1 200 000",
    }
    place = first("osm.geojson", geojson((tags, POINT)))
    assert (place.name, place.population, place.feature) == ("Nyala", 1_200_000, FeatureClass.SETTLEMENT)
    assert set(place.alternate_names) == {"نيالا", "Ньяла", "Neyala", "Niyala", "Nyla"}


@pytest.mark.parametrize(
    ("tags", "feature"),
    [
        ({"place": "village"}, "settlement"),
        ({"boundary": "administrative", "admin_level": "4"}, "governorate"),
        ({"boundary": "administrative", "admin_level": 6}, "district"),
        ({"waterway": "river"}, "river"),
        ({"waterway": "dam"}, "facility"),
        ({"aeroway": "aerodrome"}, "facility"),
        ({"aeroway": "aerodrome", "military": "airfield"}, "base"),
        ({"landuse": "military"}, "base"),
        ({"natural": "peak"}, "mountain"),
        ({"shapeType": "ADM1"}, "governorate"),
        ({"shop": "bakery"}, "settlement"),
    ],
)
def test_tags_say_what_a_feature_is(tags, feature):
    assert first("osm.geojson", geojson(({"id": "1", "name": "X", **tags}, POINT))).feature.value == feature


def test_a_polygon_is_an_area_with_its_radius_and_a_line_too():
    for shape in (SQUARE, PAIR):
        place = first("adm.geojson", geojson(({"ADM1_EN": "South Darfur", "ADM1_PCODE": "SD03"}, shape)))
        assert (place.place_id, place.feature) == ("SD03", FeatureClass.GOVERNORATE)
        assert 30 < place.radius_km < 80
    line = {"type": "LineString", "coordinates": [[30, 12], [31, 13]]}
    river = first("osm.geojson", geojson(({"id": "1", "name": "Blue Nile", "waterway": "river"}, line)))
    assert river.radius_km == pytest.approx(77, abs=3)


def test_overpass_answers_single_features_and_lines_of_features_are_read():
    elements = [
        {"type": "node", "id": 5, "lat": 12.05, "lon": 24.88, "tags": {"place": "city", "name": "Nyala"}},
        {"type": "way", "id": 5, "center": {"lat": 13.4, "lon": 22.4}, "tags": {"place": "city", "name": "Geneina"}},
        {"type": "node", "id": 6, "lat": 1, "lon": 1},
    ]
    places = read_gazetteer_file("answer.json", json.dumps({"version": 0.6, "elements": elements}).encode()).places
    assert [(p.place_id, p.name, p.lon) for p in places] == [("node/5", "Nyala", 24.88), ("way/5", "Geneina", 22.4)]
    one = {"type": "Feature", "id": "n1", "properties": {"name": "Nyala"}, "geometry": POINT}
    assert first("one.geojson", json.dumps(one)).place_id == "n1"
    assert first("lines.geojsonl", "\n".join(json.dumps({**one, "id": i}) for i in ("a", "b"))).place_id == "a"


def test_a_node_and_a_way_may_share_a_number():
    both = [({"osm_id": 5, "osm_type": kind, "name": kind}, POINT) for kind in ("node", "way")]
    assert [p.place_id for p in read_gazetteer_file("osm.geojson", geojson(*both)).places] == ["node/5", "way/5"]


def test_letters_that_nobody_sees_are_no_part_of_a_name():
    place = first("a.csv", "id,name,alternate_names,lat,lon\n\u200f1,\u202bكتم\u202c,\u200eNyala\u200f|a\u200cb,12,24\n")
    assert (place.place_id, place.name, place.alternate_names) == ("1", "كتم", ("Nyala", "a\u200cb"))
    assert plain("a\tb\u00ad c") == "a b c"


def test_overlong_spellings_are_left_out_and_listed():
    imported = read_gazetteer_file("a.csv", b"id,name,alternate_names,lat,lon\n1,Nyala," + b"y" * 10_000 + b",12,24\n")
    assert imported.places[0].alternate_names == ()
    assert [i.code for i in imported.issues] == ["long_name"]
