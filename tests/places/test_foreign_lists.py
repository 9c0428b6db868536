"""Lists of places as they come from elsewhere: codes, several names and points in a cell, titles, lost letters."""

# ruff: noqa: E501 - one list a line, names in their own scripts
from __future__ import annotations

import io
import json
import zipfile

import pytest

from tenure.errors import InputError
from tenure.model import FeatureClass
from tenure.places import Locator, build_gazetteer, read_gazetteer_file
from tenure.places.gazetteer.rows import unused_columns
from tenure.places.toponyms.recognise import recognise

HEADER = "geonameid,name,asciiname,alternatenames,latitude,longitude,feature_class,feature_code,country_code\n"


def imported(text: str, name: str = "list.csv"):
    return read_gazetteer_file(name, text.encode())


def test_codes_of_geonames_are_their_classes():
    rows = {"PPLA2": "settlement", "ADM1": "governorate", "ADM3": "subdistrict", "STM": "river", "WAD": "river", "MT": "mountain",
            "AIRB": "base", "AIRP": "facility", "PPLQ": "settlement", "RGN": "region"}  # fmt: skip
    letters = {
        "PPLA2": "P",
        "PPLQ": "P",
        "ADM1": "A",
        "ADM3": "A",
        "STM": "H",
        "WAD": "H",
        "MT": "T",
        "AIRB": "S",
        "AIRP": "S",
        "RGN": "L",
    }
    whole = HEADER + "".join(f'{n},Dolmin {n},x,"Dolm,Dolmeen",36.1,37.2,{letters[c]},{c},VK\n' for n, c in enumerate(rows))
    assert [p.feature.value for p in imported(whole).places] == list(rows.values())
    bare = "id,name,lat,lon,fcode\n" + "".join(f"{n},Dolmin {n},36.1,37.2,{c}\n" for n, c in enumerate(rows))
    assert [p.feature.value for p in imported(bare).places] == list(rows.values())
    assert imported(whole).places[0].alternate_names[:2] == ("Dolm", "Dolmeen")


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Bab Karim / Amber Gate", ("Bab Karim", "Amber Gate")),
        ("Bab Karim (Amber Gate)", ("Bab Karim", "Amber Gate")),
        ("Bab Karim (Coast)", ("Bab Karim",)),
        ("Bab Karim (North)", ("Bab Karim",)),
        ("Bab Karim (camp)", ("Bab Karim",)),
        ("Bab-Karim", ("Bab-Karim",)),
    ],
)
def test_two_names_in_a_cell_are_two_names(cell, names):
    (place,) = imported(f"id,name_en,lat,lon,admin1\n1,{cell},36.1,37.2,Coast\n").places
    assert (place.name, *place.alternate_names) == names


@pytest.mark.parametrize(
    "cells",
    [
        "lat,lon\n1,Dolmin,36°06'00\"N,37°12'00\"E\n",
        "lat,lon\n1,Dolmin,36 06 00 N,37 12 00 E\n",
        "lat,lon\n1,Dolmin,N36.1,E37.2\n",
        'WKT\n1,Dolmin,"POINT (37.2 36.1)"\n',
        'coordinates\n1,Dolmin,"36.1, 37.2"\n',
        'geometry\n1,Dolmin,"SRID=4326;POINT(37.2 36.1)"\n',
    ],
)
def test_points_are_read_however_they_are_written(cells):
    quoted = (
        cells.replace('"N', '""N')
        .replace('"E', '""E')
        .replace('36°06\'00""N', '"36°06\'00""N"')
        .replace('37°12\'00""E', '"37°12\'00""E"')
    )
    (place,) = imported(f"id,name,{quoted}").places
    assert (round(place.lon, 4), round(place.lat, 4)) == (37.2, 36.1)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("id,name,lat,lon\n1,Dolmin,4000000,3900000\n", "EPSG:4326"),
        ("id,name,lat,lon\n1,Dolmin,37.2E,36.1N\n", "exchange the two columns"),
        ("id,name,lat,lon\n1,Dolmin,north,37\n", "line 2"),
        ('id,name,WKT\n1,Dolmin,"SRID=3857;POINT (4e6 4e6)"\n', "EPSG:4326"),
    ],
)
def test_points_that_are_none_say_where_and_what_to_do(rows, says):
    with pytest.raises(InputError, match=says):
        imported(rows)


def test_titles_above_the_header_are_passed_over():
    rows = "Velkar - populated places,,,\nUpdated 2020,,,\n,,,\nadmin3Pcode,admin3Name_en,lat,lon\nVK1,Dolmin,36.1,37.2\n"
    assert [p.name for p in imported(rows).places] == ["Dolmin"]


def test_lost_letters_are_counted_and_named():
    rows = "id,name,lat,lon\n1,Dolm?n,36,37\n2,????,36,37\n3,DolmÃ©n,36,37\n4,Dol\ufffdmin,36,37\n5,Dolmin,36,37\n6,دولمن,36,37\n"
    odd = [issue for issue in imported(rows).issues if issue.code == "odd_name"]
    assert [issue.place_id for issue in odd] == ["1", "2", "3", "4"]
    assert "Dolmén" in odd[2].message


def test_columns_that_nothing_is_taken_from_are_named():
    assert imported("id,name,lat,lon,Remarks,colour\n1,Dolmin,36,37,x,red\n").unused == ("Remarks", "colour")
    assert unused_columns(["ADM2_EN", "ADM2_PCODE", "name:ar", "population"]) == ()


def test_an_element_without_a_point_is_a_place_without_one():
    answer = {"elements": [{"type": "way", "id": 3, "lon": 37.2, "tags": {"name": "Dolmin", "place": "town"}}]}
    (place,) = read_gazetteer_file("a.json", json.dumps(answer).encode()).places
    assert place.lon is None


def test_a_dump_that_unfolds_to_far_more_than_it_is_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("VK.txt", "\t".join(["1", "Dolmin", *[""] * 17]) + "\n" + " " * 300_000_000)
    with pytest.raises(InputError, match="unfolds to too much"):
        read_gazetteer_file("VK.zip", out.getvalue())


LIST = (
    "id,name_en,name_ar,lat,lon,country\n1,Bab Karim / Amberay,باب كريم,36.1,37.2,SY\n2,Dolmin,دولمن,36.2,37.3,SY\n"
    "3,Umm al-Tarn,أم الطرن,36.3,37.1,SY\n"
)


@pytest.fixture(scope="module")
def locator():
    return Locator(build_gazetteer(imported(LIST).places, [], world=False))


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("army took dolmin this morning, now pushing to bab karim", "en", ["dolmin", "bab karim"]),
        ("Clashes in #BabKarim and near #Umm_al_Tarn", "en", ["BabKarim", "Umm_al_Tarn"]),
        ("The road from Bab Karim-Dolmin was cut.", "en", ["Bab Karim", "Dolmin"]),
        ("The army took Dol\u00admin and Bab\u00a0Karim.", "en", ["Dol\u00admin", "Bab\u00a0Karim"]),
        ("انسحب الجيش من بابكريم ودولمن", "ar", ["بابكريم", "دولمن"]),
        ("اشتباكات في أمّ الطرن", "ar", ["أمّ الطرن"]),
    ],
)
def test_names_are_found_however_they_are_spelled(locator, text, language, found):
    spans = recognise(text, locator.lookup, locator.setting, language=language)
    assert [text[a:b] for a, b in spans] == found


def test_the_class_of_a_bare_place_is_a_settlement():
    assert imported("id,name\n1,Dolmin\n").places[0].feature is FeatureClass.SETTLEMENT
