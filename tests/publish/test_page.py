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

from tenure.publish.basemap import make_basemap, surroundings
from tenure.publish.geometry import delta_line, delta_lines, delta_polygons
from tenure.publish.map.columns import narrow, pack, ring_columns, steps_in, unpack
from tenure.publish.map.page import PAGE_PLACES, render_map, render_site
from tenure.publish.map.parts import make_parts
from tenure.publish.release import release

NASTY = "</script><script>alert(1)</script>"


@pytest.fixture(scope="module")
def page(released):
    return render_map(released).decode()


def _block(page, name):
    found = re.search(rf'id="part-{name}">([^<]*)</script>', page)
    return gzip.decompress(base64.b64decode(found.group(1)))


def test_same_release_same_bytes(released, page):
    assert render_map(released).decode() == page


def test_page_is_small(page):
    assert len(page) < 600_000


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


def test_parts_say_what_the_release_says(released, page):
    core, columns = unpack(_block(page, "core"))
    publication = released.publication
    assert core["ids"] == [p.place_id for p in publication.places]
    assert columns["x"].tolist() == [round(p.lon * 10_000) for p in publication.places]
    assert core["days"] == publication.posterior.days
    assert [s["id"] for s in core["states"]] == ["government", "opposition", "league", "contested"]
    assert core["hasThen"] is True
    assert len(core["base"]["labels"]) > 3
    assert columns["histogram"].sum() == sum(c.start >= publication.posterior.first_day for c in publication.claims)
    why, _ = unpack(_block(page, "why-000"))
    assert len(why["claims"]) == len(publication.claims)
    assert not any(c["u"].startswith("javascript") for c in why["claims"])
    assert all("Beispiel" not in c["q"] and "Beispiel" not in c["sp"] for c in why["claims"])
    names, _ = unpack(_block(page, "names"))
    assert names["names"][0] == list(publication.places[0].alternate_names)


def _steps(columns, states, prefix=""):
    key = (lambda n: prefix + n.capitalize()) if prefix else (lambda n: n)
    days, sizes = columns[key("days")], columns[key("sizes")]
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(int)
    return first, days, columns[key("informed")], columns[key("p")].reshape(states, len(days))


@pytest.mark.parametrize("span", [100, 30, 7])
def test_packed_posterior_gives_every_day_back_within_its_step(released, span):
    posterior = released.publication.posterior
    parts = make_parts(released, span_days=span, group_places=20)
    assert len([n for n in parts if n.startswith("control-")]) == -(-posterior.days // span)
    for n in range(0, posterior.days, 7):
        _, columns = unpack(parts[f"control-{n // span:03d}"])
        first, day, informed, p = _steps(columns, 4)
        exact, known = posterior.on(posterior.dates[n]), posterior.informed_on(posterior.dates[n])
        for i in range(64):
            at = first[i] + np.searchsorted(day[first[i] : first[i + 1]], n, side="right") - 1
            assert np.abs(p[:, at] / 255 - exact[i]).max() <= 0.5 / 255 + 1e-9
            assert bool(informed[at]) == bool(known[i])


def test_every_place_finds_its_whole_history_in_its_group(released):
    posterior = released.publication.posterior
    parts = make_parts(released, span_days=30, group_places=20)
    assert len([n for n in parts if n.startswith("why-")]) == 4
    seen = []
    for name in sorted(n for n in parts if n.startswith("why-")):
        values, columns = unpack(parts[name])
        first, day, _, p = _steps(columns, 4, "control")
        for i, track in enumerate(columns["tracks"]):
            seen.append(int(track))
            k = int(first[i + 1]) - 1
            last = posterior.offsets[track + 1] - 1
            assert day[k] == posterior.day[last]
            assert np.abs(p[:, k] / 255 - posterior.p[last]).max() <= 0.5 / 255 + 1e-9
        assert all(c < len(values["claims"]) for at in values["claimsAt"] for c in at)
    assert seen == list(range(64))


def test_a_span_carries_the_findings_and_events_of_its_days_only(released):
    parts = make_parts(released, span_days=20, group_places=1000)
    values, columns = unpack(parts["control-000"])
    assert [len(values[k]) for k in ("fronts", "pockets", "corridors", "zones")] == [1, 0, 0, 1]
    values, columns = unpack(parts["control-002"])
    assert [len(values[k]) for k in ("fronts", "pockets", "corridors")] == [2, 1, 1]
    assert columns["eventDay"].min() >= 40 - 30
    assert columns["eventDay"].max() < 60


def test_one_page_up_to_its_size_and_beyond_it_a_folder_of_parts(released, monkeypatch):
    from tenure.publish.map import page as page_of

    assert PAGE_PLACES == 3_000
    assert list(render_site(released)) == ["index.html"]
    monkeypatch.setattr(page_of, "PAGE_PLACES", 10)
    monkeypatch.setattr(page_of, "_SPAN_DAYS", 40)
    site = page_of.render_site(released)
    assert {"index.html", "parts/core.js", "parts/library.js", "parts/control-002.js", "parts/why-000.js"} <= set(site)
    assert len(site["index.html"]) < 220_000
    assert page_of.render_site(released) == site
    assert b'data-build=""' not in site["index.html"]
    policy = re.search(rb'Content-Security-Policy" content="([^"]+)"', site["index.html"]).group(1)
    assert b"unsafe" not in policy
    name, text = json.loads("[" + site["parts/core.js"].decode().removeprefix("tenurePart(").removesuffix(")") + "]")
    assert name == "core"
    assert unpack(gzip.decompress(base64.b64decode(text)))[0]["days"] == released.publication.posterior.days


def test_columns_come_back_as_they_were():
    columns = {
        "a": narrow([1, -2, 3]),
        "b": narrow([70_000]),
        "c": narrow([]),
        "d": np.array([1.5], dtype="<f4"),
        "e": narrow([300]),
    }
    values, back = unpack(pack({"word": "é</script>"}, columns))
    assert values == {"word": "é</script>"}
    for name, column in columns.items():
        assert back[name].dtype == column.dtype
        assert back[name].tolist() == column.tolist()


def test_steps_of_a_span_say_the_same_as_all_steps_on_every_day():
    rng = np.random.default_rng(5)
    owner = np.repeat(np.arange(9), rng.integers(1, 7, 9))
    day = np.concatenate([[0, *np.sort(rng.choice(np.arange(1, 60), n - 1, replace=False))] for n in np.bincount(owner)])
    for start, stop in ((0, 60), (20, 40), (59, 60)):
        rows, days, sizes = steps_in(owner, day, count=9, start=start, stop=stop)
        first = np.concatenate([[0], np.cumsum(sizes)])
        for i in range(9):
            for on in range(start, stop):
                whole = np.flatnonzero((owner == i) & (day <= on))[-1]
                mine = first[i] + np.searchsorted(days[first[i] : first[i + 1]], on, side="right") - 1
                assert rows[mine] == whole


def test_rings_come_back_with_holes_parts_and_places_without_a_cell():
    holed = shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (1, 2), (2, 2)]])
    shapes = np.array([holed, None, shapely.MultiPolygon([shapely.box(5, 5, 6, 6), shapely.box(7, 7, 8, 8)])], dtype=object)
    columns = ring_columns(shapes)
    assert columns["cellPolys"].tolist() == [1, 0, 2]
    assert columns["cellRings"].tolist() == [2, 1, 1]
    assert columns["cellPoints"].tolist() == [4, 3, 4, 4]
    step, area = 0, []
    for i, count in enumerate(columns["cellPoints"]):
        steps = np.stack([columns["cellDx"][step : step + count - 1], columns["cellDy"][step : step + count - 1]], axis=1)
        start = np.array([columns["cellX"][i], columns["cellY"][i]])
        points = np.concatenate([[start], start + np.cumsum(steps.astype(int), axis=0)])
        area.append(round(shapely.Polygon(points).area / 1e8, 6))
        step += count - 1
    assert area == [16.0, 0.5, 1.0, 1.0]


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
