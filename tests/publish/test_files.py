from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from tenure.errors import InputError
from tenure.publish.files.exchange import ACLED_COLUMNS, VIINA_COLUMNS
from tenure.publish.files.formats import SUFFIXES, export
from tenure.publish.release import release
from tenure.publish.tables import columns_of, table, table_names, to_arrow, web_address

SPATIAL = ("control", "places", "events", "fronts", "pockets", "corridors", "zones", "incidents")


def _read_csv(content):
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("name", table_names())
def test_every_table_has_its_columns_in_rows_csv_and_arrow(released, name):
    data = table(released, name)
    wanted = [c.name for c in columns_of(name)]
    assert len(data.rows) > 0
    assert all(list(row) == wanted for row in data.rows)
    assert len(data.geometry) == len(data.rows)
    rows = _read_csv(export(released, ".csv", table=name))
    assert len(rows) == len(data.rows)
    assert list(rows[0]) == wanted
    assert to_arrow(data).column_names == wanted


@pytest.mark.parametrize("name", table_names())
def test_coded_columns_hold_listed_values_only(released, name):
    data = table(released, name)
    for column in data.columns:
        if column.values:
            found = {str(r[column.name]) for r in data.rows if r[column.name] is not None}
            assert found <= set(column.values), column.name


def test_a_table_that_is_not_there_is_named():
    with pytest.raises(InputError, match="no such table: rumours; use one of control"):
        columns_of("rumours")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_release_gives_the_same_bytes(publication, suffix):
    first, second = (release(publication, now=date(2024, 1, 1)) for _ in range(2))
    assert export(first, suffix) == export(second, suffix)


@pytest.mark.parametrize("name", SPATIAL)
def test_geojson_is_rfc_7946(released, name):
    found = json.loads(export(released, ".geojson", table=name))
    assert found["type"] == "FeatureCollection"
    assert "crs" not in found
    assert found["tenure"]["embargo_days"] == 30
    for feature in found["features"]:
        if feature["geometry"] is None:
            continue
        shape = shapely.geometry.shape(feature["geometry"])
        assert shape.is_valid
        for part in shapely.get_parts(shape):
            assert part.geom_type != "Polygon" or part.exterior.is_ccw


@pytest.mark.parametrize("name", SPATIAL)
def test_geoparquet_says_its_covering_and_the_boxes_cover(released, name):
    found = pq.read_table(io.BytesIO(export(released, ".parquet", table=name)))
    geo = json.loads(found.schema.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["columns"]["geometry"]["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    shapes = shapely.from_wkb(found["geometry"].to_pylist())
    for shape, box in zip(shapes, found["bbox"].to_pylist(), strict=True):
        if shape is None:
            assert box is None
        else:
            assert shape.bounds == (box["xmin"], box["ymin"], box["xmax"], box["ymax"])


def test_geoparquet_is_read_by_geopandas(released):
    import geopandas

    frame = geopandas.read_parquet(io.BytesIO(export(released, ".parquet")))
    assert len(frame) == len(released.publication.spells)
    assert frame.crs is not None
    assert frame.crs.is_geographic
    part = geopandas.read_parquet(io.BytesIO(export(released, ".parquet")), bbox=(36.4, 35.1, 36.5, 35.2))
    assert 0 < len(part) < len(frame)


@pytest.mark.parametrize("suffix", [".fgb", ".gpkg"])
@pytest.mark.parametrize("name", SPATIAL)
def test_gdal_reads_every_row_back(released, suffix, name, tmp_path):
    path = tmp_path / f"export{suffix}"
    path.write_bytes(export(released, suffix, table=name))
    info = pyogrio.read_info(path, layer=name)
    assert info["features"] == len(table(released, name).rows)
    assert list(info["fields"]) == [c.name for c in columns_of(name)]
    assert "84" in info["crs"] or info["crs"] == "EPSG:4326"


def test_geopackage_carries_styles_contents_and_no_clock(released):
    connection = sqlite3.connect(":memory:")
    connection.deserialize(export(released, ".gpkg"))
    styles = dict(connection.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    assert set(styles) == {"control", "control_last_day", "pockets", "corridors"}
    assert all(colour in styles["control"] for colour in ("181,52,44,255", "47,125,79,255"))
    assert 'startField="start"' in styles["control"]
    assert {t for (t,) in connection.execute("SELECT last_change FROM gpkg_contents")} == {"2021-06-08T00:00:00.000Z"}
    assert connection.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    last = connection.execute("SELECT count(*) FROM control_last_day").fetchone()[0]
    assert last == len(released.publication.places)
    connection.close()


def test_tables_without_geometry_are_no_flatgeobuf(released):
    for suffix in (".fgb", ".pmtiles"):
        with pytest.raises(InputError, match="has no geometry"):
            export(released, suffix, table="checks")


def test_pmtiles_start_with_their_name(released):
    assert export(released, ".pmtiles", table="places").startswith(b"PMTiles\x03")


def test_only_web_addresses_are_linked(released):
    assert web_address("https://news.example/1") == "https://news.example/1"
    assert web_address("javascript:alert(1)") is None
    assert web_address(None) is None
    assert "javascript" not in export(released, ".csv", table="events").decode()


def test_a_cell_that_a_spreadsheet_would_run_is_disarmed(publication):
    claim = replace(publication.claims[0], quote='=HYPERLINK("http://x.example")')
    out = release(replace(publication, claims=(claim,), weights=()), now=date(2024, 1, 1))
    assert _read_csv(export(out, ".csv", table="claims"))[0]["quote"].startswith("'=")


def test_acled_shape_has_every_event_and_the_codes(released):
    rows = _read_csv(export(released, ".csv", schema="acled"))
    assert tuple(rows[0]) == ACLED_COLUMNS
    assert len(rows) == len(table(released, "events").rows)
    assert {r["event_type"] for r in rows} <= {"Battles", "Explosions/Remote violence", "Strategic developments"}
    assert {r["inter1"] for r in rows} == {"1"}
    gained = next(r for r in rows if r["tags"] == "stance=asserted" and r["event_id_cnty"] == "c000-1")
    assert gained["sub_event_type"] == "Government regains territory"
    assert gained["fatalities"] == "4"


def test_viina_shape_has_every_place_and_day(released):
    rows = _read_csv(export(released, ".csv", schema="viina"))
    assert tuple(rows[0]) == VIINA_COLUMNS
    assert len(rows) == 64 * 100
    assert {r["status"] for r in rows} == {"government", "opposition", "league", "CONTESTED", "UNKNOWN"}


def test_panel_is_the_posterior_day_by_day(released):
    posterior = released.publication.posterior
    found = pq.read_table(io.BytesIO(export(released, ".parquet", step="day")))
    names = ["place_id", "date", "p_government", "p_opposition", "p_league", "p_contested", "informed"]
    assert found.column_names == names
    assert found.num_rows == 64 * 100
    frame = found.to_pandas()
    for n in (0, 37, 99):
        on = posterior.dates[n]
        assert frame[frame["date"] == on]["p_government"].to_numpy() == pytest.approx(posterior.on(on)[:, 0], abs=1e-6)
    assert frame.filter(like="p_").sum(axis=1).to_numpy() == pytest.approx(1.0, abs=1e-5)


def test_weekly_panel_as_csv_and_the_filtered_series(released):
    weekly = _read_csv(export(released, ".csv", step="week"))
    assert len(weekly) == 64 * 15
    assert weekly[1]["date"] == "2021-03-08"
    assert export(released, ".csv", step="day", filtered=True) != export(released, ".csv", step="day")


def test_panel_is_the_same_in_blocks(released, monkeypatch):
    from tenure.publish.files import panel

    whole = pq.read_table(io.BytesIO(panel.panel_parquet(released)))
    monkeypatch.setattr(panel, "_BLOCK_ROWS", 700)
    assert pq.read_table(io.BytesIO(panel.panel_parquet(released))).equals(whole)


def test_mixes_that_are_not_made_are_refused(released):
    for suffix, options, message in (
        (".shp", {}, "no such kind of file"),
        (".csv", {"schema": "ucdp"}, "no such schema"),
        (".gpkg", {"schema": "acled"}, "as CSV only"),
        (".gpkg", {"step": "day"}, "panel is written"),
        (".csv", {"step": "hour"}, "no such panel step"),
    ):
        with pytest.raises(InputError, match=message):
            export(released, suffix, **options)


def test_filtered_panel_needs_the_filtered_posterior(publication):
    out = release(replace(publication, filtered=None), now=date(2024, 1, 1))
    with pytest.raises(InputError, match="no as-known-then series"):
        export(out, ".csv", step="day", filtered=True)


def test_data_package_is_complete_and_counts_are_true(released):
    with zipfile.ZipFile(io.BytesIO(export(released, ".zip"))) as archive:
        content = {n: archive.read(n) for n in archive.namelist()}
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    described = json.loads(content["datapackage.json"])
    assert {r["path"] for r in described["resources"]} == set(content) - {"datapackage.json", "README.md"}
    for resource in described["resources"]:
        data = content[resource["path"]]
        digest = sha256(data).hexdigest()
        assert digest == resource.get("sha256", resource.get("hash", "").removeprefix("sha256:"))
        assert resource.get("bytes", len(data)) == len(data)
        if resource["format"] == "csv":
            rows = _read_csv(data)
            assert len(rows) == resource["rows"]
            assert list(rows[0]) == [f["name"] for f in resource["schema"]["fields"]]
            assert all(f["description"] for f in resource["schema"]["fields"])
    assert "| `p_change` |" in content["README.md"].decode()


@pytest.mark.slow
def test_frictionless_finds_the_data_package_valid(released, tmp_path):
    frictionless = pytest.importorskip("frictionless", reason="frictionless is missing: pip install frictionless pandas")
    with zipfile.ZipFile(io.BytesIO(export(released, ".zip"))) as archive:
        archive.extractall(tmp_path)
    found = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert found.valid, found.flatten(["name", "type", "message"])


def test_an_empty_study_still_exports(publication):
    empty = replace(publication, claims=(), placements=(), reports=(), weights=(), spells=(), fronts=(), incidents=())
    out = release(empty, now=date(2024, 1, 1))
    assert json.loads(export(out, ".geojson", table="events"))["features"] == []
    assert export(out, ".csv", table="claims").count(b"\r\n") == 1
    assert pq.read_table(io.BytesIO(export(out, ".parquet", table="events"))).num_rows == 0
    assert export(out, ".gpkg")


def test_what_was_not_measured_is_empty_and_breaks_nothing(publication):
    from tenure.publish.map.page import render_map
    from tenure.publish.report.situation import situation_report

    nan = float("nan")
    checks = (replace(publication.checks[0], measured=nan, lo90=nan, hi90=nan), *publication.checks[1:])
    corridors = (replace(publication.corridors[0], p=nan, width_km=nan),)
    pockets = (replace(publication.pockets[0], area_km2=nan, lo90=nan, hi90=nan),)
    out = release(replace(publication, checks=checks, corridors=corridors, pockets=pockets), now=date(2024, 1, 1))
    for suffix in SUFFIXES:
        assert export(out, suffix, table="corridors")
    assert json.loads(export(out, ".geojson", table="corridors"))["features"][0]["properties"]["p"] is None
    assert _read_csv(export(out, ".csv", table="checks"))[0]["measured"] == ""
    assert render_map(out)
    assert "nan" not in situation_report(out, form="markdown").decode().lower().replace("nanc", "")


@pytest.mark.parametrize(
    ("sides", "code"), [((1, 2), "12"), ((2, 1), "12"), ((8, 1), "18"), ((2, None), "20"), ((None, None), "")]
)
def test_interaction_names_the_lower_side_first(sides, code):
    from tenure.publish.files.exchange import _interaction

    assert _interaction(*sides) == code
