"""The map in real Chromium with software rendering: size, load and the slider's step, beside the plain way in the same run.

    python bench/map.py [--places 35000] [--days 400] [--steps 24] [--keep DIR] [--site DIR]

Makes a study of a grid of places whose control passes from side to side, writes its map, opens it from the disk at 1440 x
900 and drags the slider. A step is from the slider's event until the pixels of the new day are there (read back from the
graphics card); `script` is the part of it that is this page's own script. The reference is the common way to write such a
map, with the same library, cells and days: one GeoJSON source, its colours as properties, `setData` on every step. `--site`
measures a folder with an `index.html` of `tenure build` instead. Prints one JSON line a figure; needs playwright, Chromium.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import shapely

FIRST = date(2017, 1, 1)
STATES = ("government", "opposition", "league", "contested")
COLOURS = ("#0072b2", "#009e73", "#d55e00")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]  # fmt: skip
WAIT_MS = 120_000
STEP = """async (days) => {
  const took = [], gl = document.querySelector("#map canvas").getContext("webgl2"), pixel = new Uint8Array(4);
  for (const day of days) {
    const begin = performance.now();
    await window.benchStep(day);
    gl.readPixels(700, 400, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    took.push([performance.now() - begin, window.benchScript || 0]);
    await new Promise((done) => setTimeout(done, 30));
  }
  return took;
}"""
OURS = """() => { window.benchStep = (day) => new Promise((done) => {
  const slider = document.getElementById("day"), { map } = window.tenure.view, begin = performance.now();
  slider.value = day; slider.dispatchEvent(new Event("input"));
  window.benchScript = performance.now() - begin;
  map.once("render", done);
}); }"""
PLAIN = """<!doctype html><meta charset=utf-8><style>%s html,body,#map{height:100%%;margin:0}</style><div id=map></div>
<script>%s</script><script>
const CELLS = %s, KNOTS = %s, COLOURS = %s;
const look = {"fill-color": ["get", "colour"], "fill-opacity": ["get", "p"]};
const map = new maplibregl.Map({container: "map", bounds: %s, fadeDuration: 0, style: {version: 8,
  sources: {cells: {type: "geojson", data: paint(%d)}},
  layers: [{id: "cells", type: "fill", source: "cells", paint: look}]}});
function paint(day) {
  CELLS.features.forEach((f, i) => { let k = 0; while (k + 1 < KNOTS[i].length && KNOTS[i][k + 1][0] <= day) k++;
    f.properties = {colour: COLOURS[KNOTS[i][k][1]], p: KNOTS[i][k][2]}; });
  return CELLS;
}
window.benchStep = (day) => new Promise((done) => { map.getSource("cells").setData(paint(day)); map.once("idle", done); });
map.once("idle", () => { performance.mark("ready"); document.documentElement.dataset.ready = "yes"; });
</script>"""


def show(**figures: object) -> None:
    print(json.dumps(figures), flush=True)


def make_posterior(count: int, days: int) -> Any:  # noqa: ANN401 - a Posterior
    """Return a war of `days` days over a square: fronts sweep it, a tenth of the places is fought over, some are unknown."""
    from tenure.model import Posterior

    rng = np.random.default_rng(3)
    side = int(np.ceil(np.sqrt(count)))
    knots = rng.integers(2, 9, count)
    offsets = np.concatenate([[0], np.cumsum(knots)])
    owner = np.repeat(np.arange(count), knots)
    day = rng.integers(1, days, len(owner))
    day[offsets[:-1]] = 0
    order = np.lexsort((day, owner))
    day = day[order]
    for i in range(1, len(day)):  # one step a day
        if owner[i] == owner[i - 1] and day[i] <= day[i - 1]:
            day[i] = min(day[i - 1] + 1, days - 1)
    fresh = np.append(True, (owner[1:] != owner[:-1]) | (day[1:] != day[:-1]))
    owner, day = owner[fresh], day[fresh]
    offsets = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=count))])
    swept = (owner % side) / side + (owner // side) / side
    lead = np.where(swept < 2 * day / days, 0, np.where(rng.random(len(owner)) < 0.1, 3, 1))
    p = rng.dirichlet(np.ones(4), len(owner)) * 0.4
    p[np.arange(len(owner)), lead] += 0.6
    ids = tuple(f"p{i:05d}" for i in range(count))
    return Posterior(ids, STATES, FIRST, days, offsets, day.astype(np.int32), p, rng.random(len(owner)) > 0.03, "bench")


def make_study(count: int, days: int) -> Any:  # noqa: ANN401 - a Release
    """Return a released study of places on a jittered grid with their Voronoi cells, and a claim for every second place."""
    from tenure.config import Config
    from tenure.model import Actor, ActorKind, FeatureClass, Place
    from tenure.publish import CellRow, Publication
    from tenure.publish.release import release

    rng = np.random.default_rng(7)
    side = int(np.ceil(np.sqrt(count)))
    at = np.array([[i % side, i // side] for i in range(count)]) + rng.uniform(0.1, 0.9, (count, 2))
    at = np.array([36.0, 33.0]) + at * np.array([0.02, 0.017])
    area = shapely.box(35.9, 32.9, 36.1 + 0.02 * side, 33.1 + 0.017 * side)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(at), extend_to=area, ordered=True))
    cells = shapely.intersection(cells, area)
    ids = [f"p{i:05d}" for i in range(count)]
    places = tuple(
        Place(ids[i], f"Tell Number {i}", (f"تل {i}", f"Tall No. {i}"), float(x), float(y), FeatureClass.SETTLEMENT,
              admin1="North", admin2=f"District {i % 90}", country="SY", population=int(rng.integers(50, 9000)))
        for i, (x, y) in enumerate(at)
    )  # fmt: skip
    shapes = tuple(CellRow(i, shapely.to_geojson(c), float(c.area * 1e4)) for i, c in zip(ids, cells, strict=True))
    actors = tuple(
        Actor(
            name, name.title(), (), ActorKind.STATE_FORCES if name == "government" else ActorKind.REBEL_GROUPS, colour, name
        )
        for name, colour in zip(STATES, COLOURS, strict=False)
    )
    config = Config(
        name="bench",
        title="A large study",
        start=FIRST,
        end=FIRST + timedelta(days=days),
        area="area.geojson",
        country="SY",
        embargo_days=0,
        languages=("en",),
        worldview="iso",
        language_model="none",
        seed=1,
        samples=10,
        report_since=FIRST,
        report_until=FIRST + timedelta(days=days - 1),
        files=(),
    )
    posterior = make_posterior(count, days)
    told = make_claims(places, days)
    publication = Publication(
        config=config, actors=actors, places=places, study_area=shapely.to_geojson(area), posterior=posterior,
        filtered=replace(posterior, method="bench-then"), cells=shapes, spells=(), measures=(), method="bench", version="0",
        sources=(), zones=(), weights=(), series=(), attributions=(), persons=(), **told,
    )  # fmt: skip
    return release(publication, now=date(2030, 1, 1))


def make_claims(places: Any, days: int) -> dict[str, Any]:  # noqa: ANN401 - Place records
    from tenure.model import Claim, ClaimPlace, Event, Placement, PlacementStatus, PlaceRole, Report, Stance

    reports, claims, placements = [], [], []
    events = list(Event)
    for n, place in enumerate(places[::2]):
        at = datetime(2017, 1, 2, tzinfo=UTC) + timedelta(days=n * 7 % (days - 2))
        quote = f"Government forces took {place.name} after clashes, residents said."
        reports.append(Report(f"r{n}", quote, at, "day", publisher="Wire", country="SY", language="en", story_id=f"s{n}"))
        claims.append(
            Claim(f"c{n}", f"r{n}", quote, 0, len(quote), events[n % len(events)], Stance.ASSERTED, ("government",), (),
                  ("government",), (), (ClaimPlace(place.name, PlaceRole.AT, 23, 30),), at.date(),
                  at.date() + timedelta(days=1), "residents", None, (), 0.9, "bench", at)
        )  # fmt: skip
        placements.append(
            Placement(f"r{n}", place.name, 23, 30, PlacementStatus.RESOLVED, None, place.place_id, place.lon, place.lat, 1,
                      1, 0.9, 1.0, (), f"c{n}", PlaceRole.AT, "bench", at)
        )  # fmt: skip
    return {"reports": tuple(reports), "claims": tuple(claims), "placements": tuple(placements)}


def write_plain(released: Any, path: Path, day: int) -> None:  # noqa: ANN401 - a Release
    """Write the reference: the same cells and days, one GeoJSON source, `setData` on every step."""
    from tenure.publish.map.page import _library

    publication = released.publication
    posterior = publication.posterior
    shapes = shapely.coverage_simplify(shapely.from_geojson([c.geometry for c in publication.cells]), 0.0004)
    features = [
        {"type": "Feature", "properties": {}, "geometry": json.loads(g)}
        for g in shapely.to_geojson(shapely.set_precision(shapes, 1e-4, mode="valid_output"))
    ]
    best, top = posterior.p.argmax(axis=1), np.round(posterior.p.max(axis=1), 2)
    ends = list(zip(posterior.offsets[:-1], posterior.offsets[1:], strict=True))
    knots = [[[int(posterior.day[k]), int(best[k]), float(top[k])] for k in range(a, b)] for a, b in ends]
    west, south, east, north = shapely.from_geojson(publication.study_area).bounds
    library, style = _library()
    cells = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    colours = json.dumps([*COLOURS, "#efe6d2"])
    bounds = json.dumps([west, south, east, north])
    path.write_text(
        PLAIN % (style, library.decode(), cells, json.dumps(knots, separators=(",", ":")), colours, bounds, day),
        encoding="utf-8",
    )


def measure(page: Path, days: list[int], bind: str | None) -> dict[str, float]:
    """Return milliseconds until ready and of the steps, in a fresh browser."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
        tab = browser.new_page(viewport={"width": 1440, "height": 900})
        tab.goto(page.as_uri())
        tab.wait_for_selector("html[data-ready]", state="attached", timeout=WAIT_MS)
        ready = tab.evaluate("performance.getEntriesByName('ready')[0].startTime")
        if bind:
            tab.evaluate(bind)
            days = [min(d, tab.evaluate("window.tenure.study.days - 1")) for d in days]
        took = tab.evaluate(STEP, days)[2:]
        browser.close()
    figures = {"ready_ms": round(ready)}
    for name, values in (("step", sorted(t[0] for t in took)), ("script", sorted(t[1] for t in took))):
        figures[f"{name}_median_ms"] = round(statistics.median(values), 1)
        figures[f"{name}_p95_ms"] = round(values[min(len(values) - 1, round(0.95 * len(values)))], 1)
    return figures


def size_mb(folder: Path) -> dict[str, float]:
    sizes = {p.relative_to(folder).as_posix(): p.stat().st_size for p in folder.rglob("*") if p.is_file()}
    return {
        "index_mb": round(sizes["index.html"] / 1e6, 2),
        "all_mb": round(sum(sizes.values()) / 1e6, 2),
        "files": len(sizes),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--places", type=int, default=35_000)
    parser.add_argument("--days", type=int, default=400)
    parser.add_argument("--steps", type=int, default=24)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--site", type=Path)
    asked = parser.parse_args()
    days = [5 + i * 3 for i in range(asked.steps)]
    if asked.site:
        show(page=str(asked.site), **size_mb(asked.site), **measure(asked.site / "index.html", days, OURS))
        return
    from tenure.publish.map.page import render_site

    folder = asked.keep or Path(tempfile.mkdtemp())
    released = make_study(asked.places, asked.days)
    begin = time.perf_counter()
    site = render_site(released)
    seconds = round(time.perf_counter() - begin, 1)
    for name, content in site.items():
        (folder / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "site" / name).write_bytes(content)
    ours = measure(folder / "site/index.html", days, OURS)
    show(page="tenure", places=asked.places, days=asked.days, written_s=seconds, **size_mb(folder / "site"), **ours)
    (folder / "plain").mkdir(exist_ok=True)
    write_plain(released, folder / "plain/index.html", asked.days - 1)
    plain = measure(folder / "plain/index.html", days, None)
    show(page="plain GeoJSON, setData", **size_mb(folder / "plain"), **plain)
    show(ratio={k: round(plain[k] / ours[k], 1) for k in ours if ours[k] and not k.startswith("script")})
    if asked.keep is None:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
