"""Whose data a file is made of goes with the file, whatever its format."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO

import pyarrow.parquet as pq
import pyogrio
import pytest

from tenure.config import Attribution
from tenure.publish import export
from tenure.publish.files.vector import csv_metadata
from tenure.publish.release import release

CREDIT = "Somebody's gazetteer, https://gazetteer.example"


@pytest.fixture(scope="module")
def credited(publication):
    named = replace(publication, attributions=(Attribution("places.csv", "ODbL-1.0", CREDIT),))
    return release(named, now=date(2030, 1, 1))


def test_parquet_says_it_in_its_schema(credited):
    for name in ("control", "series"):
        metadata = pq.read_schema(BytesIO(export(credited, ".parquet", table=name))).metadata
        assert CREDIT in json.loads(metadata[b"tenure"])["attribution"][0]


def test_geopackage_says_it_of_every_layer(credited):
    connection = sqlite3.connect(":memory:")
    connection.deserialize(export(credited, ".gpkg"))
    texts = [row[0] for row in connection.execute("SELECT description FROM gpkg_contents")]
    connection.close()
    assert texts
    assert all(CREDIT in text for text in texts)


def test_flatgeobuf_and_tiles_say_it_in_their_head(credited, tmp_path):
    assert CREDIT.encode() in export(credited, ".fgb")
    path = tmp_path / "x.pmtiles"
    path.write_bytes(export(credited, ".pmtiles"))
    assert CREDIT in pyogrio.read_info(path)["dataset_metadata"]["description"]


def test_geojson_and_the_data_package_say_it(credited):
    assert CREDIT in json.loads(export(credited, ".geojson"))["tenure"]["attribution"][0]
    with zipfile.ZipFile(BytesIO(export(credited, ".zip"))) as archive:
        assert CREDIT in archive.read("datapackage.json").decode()


def test_a_csv_has_it_in_a_file_beside_it(credited):
    beside = json.loads(csv_metadata(credited, "control", url="control.csv"))
    assert (beside["url"], beside["dc:license"]) == ("control.csv", ["ODbL-1.0"])
    assert CREDIT in beside["dc:rights"][0]
