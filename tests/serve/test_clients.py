"""Clients that people use read the service: GDAL, OWSLib, and schemathesis against the API definition."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

TOKEN = "a long token"  # noqa: S105 - of a test
pytestmark = pytest.mark.slow
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
gdal = pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="ogrinfo is missing: install gdal-bin")


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@gdal
def test_gdal_lists_every_collection_with_its_geometry(server):
    text = run("ogrinfo", f"OAPIF:{server}")
    for line in (
        "control (title: Control of places) (Polygon)",
        "places (title: Places) (Point)",
        "fronts (title: Front lines) (Line",
    ):
        assert line in text


@gdal
def test_gdal_reads_types_extent_and_count(server):
    text = run("ogrinfo", "-so", f"OAPIF:{server}", "control")
    assert "Feature Count: 72" in text
    assert "Extent: (36.000000, 35.000000) - (37.200000, 35.800000)" in text
    for field in ("start: Date", "known_from: DateTime", "p: Real", "sources: Integer", "controller: String"):
        assert field in text


@gdal
@pytest.mark.parametrize("page", ["7", "1000"])
def test_gdal_copies_every_feature_whatever_the_page(server, edition, tmp_path, page):
    for name in ("control", "claims", "zones", "incidents"):
        target = tmp_path / f"{name}-{page}.geojson"
        run("ogr2ogr", "-f", "GeoJSON", str(target), f"OAPIF:{server}", name, "-oo", f"PAGE_SIZE={page}")
        features = json.loads(target.read_text(encoding="utf-8"))["features"]
        assert [f["properties"]["id"] for f in features] == list(edition.collections[name].ids)


@gdal
def test_gdal_filters_by_box_and_attribute(server, tmp_path):
    target = tmp_path / "some.geojson"
    where = ["-where", "controller = 'gov'", "-spat", "36", "35", "36.15", "35.15"]
    run("ogr2ogr", "-f", "GeoJSON", str(target), f"OAPIF:{server}", "control", *where)
    (feature,) = json.loads(target.read_text(encoding="utf-8"))["features"]
    assert feature["properties"]["id"] == "p00.2021-03-07"


@gdal
def test_gdal_sends_a_token(edition, running):
    from tenure.serve import FixedFeed, ServeSettings, create_app

    with running(create_app(FixedFeed(edition), ServeSettings(token=TOKEN))) as address:
        refused = subprocess.run(["ogrinfo", f"OAPIF:{address}"], capture_output=True, text=True, timeout=60, check=False)
        assert refused.returncode != 0
        text = run("ogrinfo", f"OAPIF:{address}", "--config", "GDAL_HTTP_HEADERS", f"Authorization: Bearer {TOKEN}")
    assert "control" in text


def test_owslib_reads_every_document(server, edition):
    features = pytest.importorskip("owslib.ogcapi.features", reason="OWSLib is missing: pip install OWSLib")
    service = features.Features(server)
    assert service.api()["openapi"].startswith("3.0")
    assert service.feature_collections() == list(edition.collections)
    assert service.conformance()["conformsTo"]
    for name in edition.collections:
        assert service.collection(name)["id"] == name
        assert service.collection_queryables(name)["properties"]
        found = service.collection_items(name, limit=2)
        assert found["numberMatched"] == edition.collections[name].size
        first = found["features"][0]["id"] if found["features"] else None
        assert first is None or service.collection_item(name, first)["id"] == first
    box = service.collection_items("control", bbox=[36, 35, 36.15, 35.15], datetime_="2021-03-01/2021-03-02")
    assert {f["properties"]["place_id"] for f in box["features"]} == {"p00"}
    assert service.collection_items("control", filter="controller = 'gov' AND p > 0.5")["numberMatched"] == 24


def test_schemathesis_finds_no_answer_outside_the_definition(server):
    """Positive and negative data of every operation: no 500, every status, type and body as the definition says."""
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is missing: pip install schemathesis")
    del schemathesis
    checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{server}/api",
        "--checks",
        checks,
        "--max-examples",
        "8",
        "--seed",
        "1",
    ]
    done = subprocess.run(
        [*command, "--generation-database", "none", "--phases", "examples,coverage,fuzzing", "--workers", "1", "--no-color"],
        capture_output=True, text=True, timeout=570, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is missing")
@pytest.mark.parametrize("in_parts", [False, True], ids=["one page", "in parts"])
def test_map_runs_under_its_policy_and_asks_for_nothing_elsewhere(released, running, monkeypatch, in_parts):
    """The page as it is published: no violation, no error, no request beyond the service."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is missing: pip install playwright")
    from tenure.publish.map import page as page_of
    from tenure.serve import FixedFeed, ServeSettings, create_app, make_edition

    if in_parts:
        monkeypatch.setattr(page_of, "PAGE_PLACES", 1)
    pages = page_of.render_site(released)
    assert (len(pages) > 1) == in_parts
    edition = make_edition(released, build="b", loaded_at=datetime(2024, 1, 1, tzinfo=UTC), pages=pages)
    flags = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
    with running(create_app(FixedFeed(edition), ServeSettings())) as address, playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=flags)
        page, said, asked = browser.new_page(), [], []
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/map/")
        page.wait_for_selector("html[data-ready=yes]", state="attached", timeout=30_000)
        page.wait_for_timeout(800)
        for path in ("/?f=html", "/collections/control/items?f=html", "/why?place=p05&on=2021-03-20&f=html"):
            page.goto(address + path)
        assert page.title().startswith("Why")
        browser.close()
    assert said == []
    assert all(url.startswith((address, f"blob:{address}")) for url in asked)
