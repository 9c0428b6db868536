"""The page's bytes: what is inside, that it is escaped, and that it is the same twice."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import shapely

from tenure.errors import InputError
from tenure.publish.basemap import make_basemap, surroundings
from tenure.publish.geometry import delta_line, delta_lines, delta_polygons
from tenure.publish.map import render_map
from tenure.publish.payload import pack_posterior
from tenure.publish.release import release

NASTY = "</script><script>alert(1)</script>"


@pytest.fixture(scope="module")
def page(released):
    return render_map(released).decode()


def _block(page, name):
    found = re.search(rf'id="{name}">([^<]*)</script>', page)
    return gzip.decompress(base64.b64decode(found.group(1)))


def test_same_release_same_bytes(released, page):
    assert render_map(released).decode() == page


def test_page_is_small(page):
    assert len(page) < 700_000


def test_page_holds_no_foreign_address_but_namespaces_and_credits(page):
    outside = _block(page, "library")
    assert b"MapLibre GL JS" in outside[:200]
    shell = re.sub(r'(?s)<script type="application/octet-stream".*?</script>', "", page)
    shell = re.sub(r"(?s)<style>.*?</style>", "", shell)
    assert set(re.findall(r"https?://[^\s\"'<)]+", shell)) <= {"http://www.w3.org/2000/svg"}


def test_policy_allows_this_script_by_hash_and_no_evaluation(page):
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page).group(1)
    script = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    style = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert len(script) == len(style) == 1
    for text in (script[0], style[0]):
        assert "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in policy
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_script_writes_no_markup(page):
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL).group(1)
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert word not in script


def test_hostile_title_is_escaped_and_hostile_names_never_stand_in_the_shell(publication):
    hostile = replace(publication, config=replace(publication.config, title=f"A {NASTY} %%DATA%%"), version='"><b>')
    out = render_map(release(hostile, now=date(2024, 1, 1))).decode()
    assert NASTY not in out
    assert "<img" not in out
    assert "document.title" not in out
    assert "%%DATA%%" in out
    assert out.count("<script>") == 1


def test_payload_says_what_the_release_says(released, page):
    data = json.loads(_block(page, "data"))
    assert [p["id"] for p in data["places"]] == [p.place_id for p in released.publication.places]
    assert data["days"] == released.publication.posterior.days
    assert [s["id"] for s in data["states"]] == ["government", "opposition", "league", "contested"]
    assert data["hasFiltered"] is True
    assert not any(c["u"].startswith("javascript") for c in data["claims"])
    assert all("Beispiel" not in c["q"] and "Beispiel" not in c["sp"] for c in data["claims"])
    assert len(data["base"]["labels"]) > 3


def _unpack(blob, places, states):
    knots = int(np.frombuffer(blob, "<u4", 1)[0])
    counts = np.frombuffer(blob, "<u2", places, 4)
    day = np.frombuffer(blob, "<u2", knots, 4 + 2 * places)
    informed = np.frombuffer(blob, np.uint8, knots, 4 + 2 * places + 2 * knots)
    p = np.frombuffer(blob, np.uint8, knots * states, 4 + 2 * places + 3 * knots).reshape(knots, states)
    return counts, day, informed, p


def test_packed_posterior_gives_every_day_back_within_its_step(released):
    posterior = released.publication.posterior
    counts, day, informed, p = _unpack(pack_posterior(posterior, frozenset(posterior.place_ids)), 64, 4)
    first = np.concatenate([[0], np.cumsum(counts)]).astype(int)
    for n in range(0, posterior.days, 7):
        exact, known = posterior.on(posterior.dates[n]), posterior.informed_on(posterior.dates[n])
        for i in range(64):
            at = first[i] + np.searchsorted(day[first[i] : first[i + 1]], n, side="right") - 1
            assert np.abs(p[at] / 255 - exact[i]).max() <= 0.5 / 255 + 1e-9
            assert bool(informed[at]) == bool(known[i])


def test_too_many_places_for_one_page_are_refused(released, monkeypatch):
    from tenure.publish import map as page_of

    monkeypatch.setattr(page_of, "PAGE_PLACES", 10)
    with pytest.raises(InputError, match="too many places for one page: 64"):
        page_of.render_map(released)


def test_steps_give_the_line_back():
    points = [[36.12345, 35.0], [36.2, 35.1], [36.2, 35.1], [36.3, 35.0]]
    steps = np.array(delta_line(points, ring=False)).reshape(-1, 2)
    assert np.cumsum(steps, axis=0) / 1e4 == pytest.approx(np.round(np.array(points)[[0, 1, 3]], 4))


def test_mixed_geometry_keeps_its_polygons_or_its_lines():
    square = shapely.box(0, 0, 1, 1)
    mixed = shapely.GeometryCollection([square, shapely.LineString([(0, 0), (2, 2)]), shapely.Point(1, 1)])
    assert len(delta_polygons(mixed)) == 1
    assert len(delta_lines(mixed)) == 1


def test_basemap_has_land_sea_borders_and_names():
    base = make_basemap(surroundings((35.6, 35.0, 37.2, 36.2)))
    west, south, east, north = base.bounds
    assert 0 < base.land.area < (east - west) * (north - south)
    assert base.admin0.length > 1
    assert base.admin1.length > 1
    assert {"Syria", "Turkey"} <= {name for name, _, _, level in base.labels if level == 0}
    assert {"Idlib", "Aleppo"} <= {name.removesuffix(" Governorate") for name, _, _, level in base.labels if level == 1}


def test_open_sea_has_no_land():
    base = make_basemap((-40.0, -40.0, -38.0, -38.0))
    assert base.land.is_empty
    assert base.labels == ()
