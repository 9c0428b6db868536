from __future__ import annotations

import io
import json
import zipfile

import pytest
import shapely

from tenure.errors import InputError
from tenure.model import Area, FeatureClass
from tenure.places import build_gazetteer, check_places, read_gazetteer_file

from .conftest import AREAS, village

DUMP = "163000	Sarāqib	Saraqib	سراقب	35.864	36.806	P	PPL	SY		12				32495		370	UTC	2018-01-01"
OCHA = "admin1Name_en,admin1Pcode,admin3Name,admin4Name_en,PCODE,LATITUDE_Y,LONGITUDE_X\nIdleb,SY07,Saraqab,Afes,C4210,,\n"


def test_a_country_dump_is_read_from_text_and_archive() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "x" * 10_000)
        archive.writestr("SY.txt", DUMP)
    for name, content in (("SY.txt", DUMP.encode()), ("SY.zip", buffer.getvalue())):
        (place,) = read_gazetteer_file(name, content).places
        assert (place.place_id, place.population, place.feature) == ("geonames:163000", 32495, FeatureClass.SETTLEMENT)
        assert "سراقب" in place.alternate_names


def test_a_dumps_place_is_no_place_of_the_study() -> None:
    places = read_gazetteer_file("SY.txt", DUMP.encode()).places
    gazetteer = build_gazetteer([*places, village("C1", "Saraqab", 36.806, 35.865)], [], world=False)
    assert [gazetteer.place_id(row) for row in gazetteer.lookup("Sarāqib")[0].tolist()] == ["C1"]
    assert gazetteer.info()[1].credit.startswith("GeoNames")


def test_a_pcode_list_without_coordinates_is_read() -> None:
    (place,) = read_gazetteer_file("syr_admin4.csv", OCHA.encode()).places
    assert (place.place_id, place.name, place.admin1, place.lon) == ("C4210", "Afes", "Idleb", None)


def test_geojson_points_and_shapes_are_read_and_unnamed_ones_left_out() -> None:
    point = {
        "type": "Feature",
        "id": "n1",
        "properties": {"name": "Afes", "name:ar": "آفس", "place": "village"},
        "geometry": {"type": "Point", "coordinates": [36.8, 35.9]},
    }
    shape = {
        "type": "Feature",
        "properties": {"@id": "w2", "name": "Base", "type": "airbase"},
        "geometry": {"type": "Polygon", "coordinates": [[[36, 35], [37, 35], [37, 36], [36, 35]]]},
    }
    nameless = {"type": "Feature", "properties": {"id": "3"}, "geometry": None}
    content = json.dumps({"type": "FeatureCollection", "features": [point, shape, nameless]}).encode()
    one, two = read_gazetteer_file("osm.geojson", content).places
    assert (one.place_id, one.alternate_names) == ("n1", ("آفس",))
    assert (two.place_id, two.feature) == ("w2", FeatureClass.BASE)


def test_json_lines_with_names_are_read() -> None:
    row = {"id": "C1", "names": ["Saraqab", "سراقب"], "lat": 35.86, "lon": 36.8, "adm1": "Idleb", "place": "town"}
    (place,) = read_gazetteer_file("g.jsonl", json.dumps(row).encode(), country="SY").places
    assert (place.name, place.alternate_names, place.admin1, place.country) == ("Saraqab", ("سراقب",), "Idleb", "SY")


def test_other_encodings_of_unicode_are_read_and_others_named() -> None:
    text = "id;name;lat;lon\n1;Șaraqib;35,8;36,8\n"
    assert read_gazetteer_file("a.csv", text.encode("utf-16")).places[0].lat == 35.8
    assert read_gazetteer_file("a.csv", text.encode("utf-8-sig")).places[0].place_id == "1"
    with pytest.raises(InputError, match=r"not UTF-8: a.csv, byte \d+; save it as UTF-8"):
        read_gazetteer_file("a.csv", "id,name\n1,Kfar Nébol\n".encode("latin-1"))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"id,name\n", "no places"),
        ("a.csv", b"id,name\n1,A\n1,B\n", "two places with one id"),
        ("a.csv", b"id,name\n1,\n", "without name"),
        ("a.csv", b"name\nA\n", "no column of ids"),
        ("a.csv", b"id,name,lat,lon\n1,A,x,36\n", "not a number in column latitude"),
        ("a.csv", b"id,name,lat,lon\n1,A,136.8,35.8\n", "look swapped"),
        ("a.csv", b"id,name,lat,lon\n1,A,95,200\n", "off the globe"),
        ("a.jsonl", b"{", "not JSON"),
        ("a.jsonl", b"[1]", "not a JSON object"),
        ("a.geojson", b"{}", "not a GeoJSON FeatureCollection"),
        ("SY.txt", b"1\t2\n", "not a row of a GeoNames dump"),
        ("SY.zip", b"PK\x03\x04broken", "damaged or cut short"),
        ("a.xlsx", b"x", "a workbook is no gazetteer file"),
        ("a.shp", b"x", "unknown kind"),
        ("b.csv", b"<html><body>not found</body></html>", "no column of names"),
        ("b.csv", "id,name\n1,Nyala\n".encode("utf-16-le"), "zero bytes"),
        ("b.csv", b"id,name\n\xe2\x80\x8f1,Nyala\n1,Nyala\n", "two places with one id"),
    ],
)
def test_bad_files_are_named_in_one_line(name: str, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        read_gazetteer_file(name, content)
    assert "\n" not in str(error.value)


def test_swapped_columns_are_detected_against_the_areas() -> None:
    content = b"id,name,lat,lon\n1,A,36.8,35.8\n2,B,36.9,35.7\n"
    with pytest.raises(InputError, match=r"swapped.*1 A and 1 others"):
        read_gazetteer_file("a.csv", content, areas=AREAS)


def test_odd_places_are_kept_without_their_point_and_listed() -> None:
    content = b"id,name,lat,lon\n1,A,36.8,35.8\n2,B,35.7,36.9\n3,C,0,0\n4,D,10,10\n5,E,35.6,36.8\n6,F,35.5,36.6\n"
    imported = read_gazetteer_file("a.csv", content, areas=AREAS)
    assert [(i.place_id, i.code) for i in imported.issues] == [
        ("3", "null_island"),
        ("1", "swapped"),
        ("4", "outside_areas"),
    ]
    assert [p.place_id for p in imported.places if p.lon is None] == ["1", "3"]


def test_endless_and_empty_names_are_named() -> None:
    places, issues = check_places([village("1", "a" * 10_000, 36.0, 35.0), village("2", "\u200f'", 36.0, 35.0)])
    assert [i.code for i in issues] == ["long_name", "empty_name"]
    assert len(places[0].name) == 200
    assert len(build_gazetteer(places, [], world=False)) == 2


def test_swapped_coordinates_are_told_from_the_country_where_no_area_is_known() -> None:
    rows = b"id,name,lat,lon\n1,Wad Medani,33.52,14.4\n2,Nyala,12.05,24.88\n3,Abeche,13.83,20.83\n"
    imported = read_gazetteer_file("list.csv", rows, country="SD")
    assert [(i.place_id, i.code) for i in imported.issues] == [("1", "swapped")]
    assert "lies in SD only when swapped" in imported.issues[0].message
    assert imported.places[0].lon is None


def test_columns_swapped_throughout_are_refused_against_the_country() -> None:
    rows = b"id,name,lon,lat\n1,Wad Medani,14.4,33.52\n2,Nyala,12.05,24.88\n"
    with pytest.raises(InputError, match="lie in their country only when exchanged"):
        read_gazetteer_file("list.csv", rows, country="SD")


def test_a_place_of_the_country_whose_mirror_lies_in_the_areas_keeps_its_point() -> None:
    cairo = Area("C", "Cairo", 1, None, str(shapely.to_geojson(shapely.box(31.0, 29.8, 31.5, 30.3))))
    rows = b"id,name,lat,lon\n1,Cairo,30.05,31.24\n2,Maadi,29.96,31.26\n3,Edku,31.3,30.05\n"
    imported = read_gazetteer_file("list.csv", rows, country="EG", areas=[cairo])
    assert {i.place_id: i.code for i in imported.issues} == {"3": "outside_areas"}
