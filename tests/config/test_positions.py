"""Coordinates of places.csv that cannot be right are named with their line before anything is built on them."""

from __future__ import annotations

import pytest
import shapely

from tenure.config import parse_study, study_template
from tenure.config.gazetteer import parse_places
from tenure.errors import StudyError
from tenure.model import Area

HEADER = "place_id,name,lon,lat,country,area_id\n"
SQUARE = '{"type":"Polygon","coordinates":[[[32.2,13.2],[35.2,13.2],[35.2,15.2],[32.2,15.2],[32.2,13.2]]]}'
GEZIRA = Area("SD15", "Gezira", 1, None, SQUARE, country="SD")


def complaint(rows: str, **options: object) -> str:
    with pytest.raises(StudyError) as caught:
        parse_places((HEADER + rows).encode(), [GEZIRA], **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("row", "options", "where"),
    [
        ("w,Wad Medani,14.4,33.52,,SD15", {}, "SD15"),
        ("w,Wad Medani,14.4,33.52,SD,", {}, "SD"),
        ("w,Wad Medani,14.4,33.52,,", {"country": "SD"}, "SD"),
        ("w,Tavesh,14.4,33.52,XV,", {"outline": SQUARE}, "the study area"),
    ],
)
def test_exchanged_coordinates_are_told_from_the_area_the_country_or_the_study_area(row, options, where):
    message = complaint("v,Hasaheisa,33.3,14.7,,SD15\n" + row + "\n", **options)
    assert message.startswith(f"places.csv line 3: lon and lat look exchanged: lies in {where} only as 33.52, 14.4")
    assert "at lon 14.4 lat 33.52" in message
    assert "exchange them" in message
    assert "\n" not in message


def test_exchanged_columns_are_one_line_with_their_count():
    message = complaint("a,A,14.4,33.52,SD,\nb,B,15.6,32.53,SD,\nc,C,13.6,25.35,SD,\n")
    assert "line 2" in message
    assert "and 2 other places like it" in message


def test_null_island_is_named():
    assert "line 2: 0, 0 stands for coordinates that nobody knows" in complaint("w,Wad Medani,0,0,SD,\n")


def test_a_latitude_off_the_globe_hints_at_the_longitude():
    assert "look whether it is the lon" in complaint("m,Mandalay,21.9,96.1,MM,\n")


@pytest.mark.parametrize(
    "row",
    [
        "w,Wad Medani,33.52,14.4,SD,SD15",  # right
        "a,Abeche,20.83,13.83,TD,",  # a neighbour's town
        "b,Bor,31.56,6.2,SD,",  # abroad under the study's country, but nowhere near it when exchanged
        "s,Simferopol,34.1,44.95,UA,",  # ground that two countries claim
        "n,Nowhere,1,2,XV,",  # a country without bounds
        "x,Gedaref,35.4,14.03,,SD15",  # just outside its polygon
    ],
)
def test_places_that_may_be_right_pass(row):
    assert len(parse_places((HEADER + row + "\n").encode(), [GEZIRA], country="SD", outline=SQUARE)) == 1


def test_a_study_with_exchanged_coordinates_is_refused():
    files = dict(study_template("swap"))
    files["places.csv"] += b"v99,Nerin,,-38.2,-18.7,settlement,Selk,Upper Selk,,,XV,,\n"
    with pytest.raises(StudyError, match=r"Nerin at lon -38\.2 lat -18\.7"):
        parse_study(files)


def test_a_country_that_the_study_does_not_draw_has_the_worlds_outline():
    files = {n: c for n, c in study_template("new").items() if n in {"study.toml", "actors.toml"}}
    toml = files["study.toml"].decode().replace('area = "VD01, VD02"', 'area = "SD"').replace('"XV"', '"SD"')
    study = parse_study({**files, "study.toml": toml.encode(), "places.csv": HEADER.encode()})
    bare = parse_study({"actors.toml": files["actors.toml"], "study.toml": toml.replace('country = "SD"', "").encode()})
    assert (study.config.country, bare.config.country) == ("SD", "SD")
    area = shapely.from_geojson(study.area)
    assert area.covers(shapely.Point(33.52, 14.4))  # Wad Medani
    assert not area.covers(shapely.Point(20.83, 13.83))  # Abeche
    with pytest.raises(StudyError, match="give a country"):
        parse_study({**files, "study.toml": toml.replace('area = "SD"', 'area = "QQ"').encode()})
