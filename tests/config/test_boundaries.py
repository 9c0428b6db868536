"""Boundary files from elsewhere as areas: OCHA's columns by their pattern, any other by study.toml's area_columns."""

# ruff: noqa: E501 - one file or list a line
from __future__ import annotations

import json

import pytest

from tenure.config import parse_study, study_template
from tenure.config.agreements import parse_areas
from tenure.config.complaints import load_toml
from tenure.errors import StudyError

SQUARE = {"type": "Polygon", "coordinates": [[[36, 35, 12], [37, 35, 12], [37, 36, 12], [36, 36, 12], [36, 35, 12]]]}


def boundary(properties: dict[str, object], geometry: object = SQUARE, **more: object) -> bytes:
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature], **more}).encode()


@pytest.mark.parametrize(
    "properties",
    [
        {"ADM2_EN": "Dolmin", "ADM2_AR": "دولمن", "ADM2_PCODE": "VK0101", "ADM1_EN": "Coast", "ADM1_PCODE": "VK01", "ADM0_PCODE": "VK", "date": "x"},
        {"admin2Name_en": "Dolmin", "admin2Name_ar": "دولمن", "admin2Pcode": "VK0101", "admin1Pcode": "VK01", "admin0Pcode": "VK"},
        {"adm2_name": "Dolmin", "adm2_name1": "دولمن", "adm2_pcode": "VK0101", "adm1_pcode": "VK01", "adm0_pcode": "VK", "area_sqkm": 4.2},
    ],
)  # fmt: skip
def test_columns_of_ocha_are_taken_as_they_are(properties):
    (area,) = parse_areas(boundary(properties))
    assert (area.area_id, area.name, area.level, area.parent, area.country) == ("VK0101", "Dolmin", 2, "VK01", "VK")
    assert "12" not in area.geometry


def test_other_columns_are_mapped_in_study_toml():
    files = {
        "study.toml": b'name = "x"\nstart = 2021-01-01\nend = 2021-02-01\narea = "VD01"\n'
        b'area_columns = { area_id = "CODE", name = "LABEL", level = 1 }\n',
        "actors.toml": study_template("demo")["actors.toml"],
    }
    files["areas.geojson"] = boundary({"CODE": "VD01", "LABEL": "Coast", "colour": "red"})
    (area,) = parse_study(files).areas
    assert (area.area_id, area.name, area.level) == ("VD01", "Coast", 1)
    files["areas.geojson"] = boundary({"CODE": "VD01", "NAME": "Coast"})
    with pytest.raises(StudyError, match=r"LABEL; it has CODE, NAME"):
        parse_study(files)


def test_a_mapping_of_what_is_no_property_is_refused():
    files = dict(study_template("demo"))
    files["study.toml"] += b'area_columns = { areaid = "CODE" }\n'
    with pytest.raises(StudyError, match="did you mean area_id"):
        parse_study(files)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (boundary({"name": "x"}, crs={"type": "name", "properties": {"name": "EPSG:3857"}}), "EPSG:4326"),
        (boundary({"name": "x"}, {"type": "GeometryCollection", "geometries": [SQUARE]}), "Polygon or MultiPolygon"),
        (
            boundary({"name": "x"}, {"type": "Polygon", "coordinates": [[[4e6, 4e6], [5e6, 4e6], [5e6, 5e6], [4e6, 4e6]]]}),
            "4326",
        ),
        (b'{"type": "FeatureCollection", "features": ' + b"[" * 5000, "not GeoJSON"),
    ],
)
def test_what_is_no_map_in_degrees_is_refused_with_what_to_do(content, says):
    with pytest.raises(StudyError, match=says):
        parse_areas(content)


@pytest.mark.parametrize("text", ["a." * 20_000 + "a = 1", "a = " + "[" * 5000 + "]" * 5000, "a = " + "7" * 5000])
def test_a_deep_or_huge_toml_is_one_line(text):
    with pytest.raises(StudyError, match=r"study\.toml has .* of more than|nested more than"):
        load_toml("study.toml", text.encode())
