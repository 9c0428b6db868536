"""Accuracy of the measured ground on a real campaign, against pinned floors.

    python gates/territory.py [--draws 200] [--figures]

Reads ../shared/bench/control and ../shared/data/ukraine relative to the project's root; skips where they are missing.
Measured: the area by label against the geodesic area of the same polygons; the share of the scored area held by each
side, by week, against the published map that the benchmark takes for the truth; and how often the 90% interval holds the
true area. The control comes from `tenure.control.fuse` on the simulated and on the real claims.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import figures
import numpy as np
import shapely
from pyproj import Geod

from tenure.grid import build_cells, to_geojson
from tenure.model import FeatureClass, Place
from tenure.territory import Grouping, areas_by_actor

if TYPE_CHECKING:
    import pandas as pd

    from tenure.grid import Cells
    from tenure.model import ControlSamples, Posterior

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT.parent / "shared/bench/control"
OUTLINE = ROOT.parent / "shared/data/ukraine/admin1.geojson"
SIDES = ("UA", "RU")
START, DAYS, FIRST_WEEK = date(2022, 4, 3), 273, 3


def bench_cells(places: pd.DataFrame) -> Cells:
    """Return the cells of the benchmark's places inside the country."""
    features = json.loads(OUTLINE.read_text(encoding="utf-8"))["features"]
    parts = [shapely.make_valid(shapely.from_geojson(json.dumps(f["geometry"]))) for f in features]
    country = shapely.to_geojson(shapely.union_all(parts, grid_size=1e-6))
    rows = zip(places.place_id, places.lon, places.lat, strict=True)
    return build_cells([Place(str(i), str(i), (), lon, lat, FeatureClass.SETTLEMENT) for i, lon, lat in rows], (), country)


def area_error(cells: Cells, label: np.ndarray) -> float:
    """Return the largest relative error of the area by label against the geodesic area."""
    geod = Geod(ellps="WGS84")
    worst = 0.0
    for name in np.unique(label):
        exact = 0.0
        for polygon in cells.polygons[label == name]:
            parts = shapely.get_parts(shapely.from_geojson(to_geojson(polygon, cells.projection, decimals=12)))
            exact += sum(abs(geod.geometry_area_perimeter(p)[0]) for p in parts) / 1e6
        worst = max(worst, abs(float(cells.area_km2[label == name].sum()) / exact - 1))
    return worst


def fused(claims: Path, places: pd.DataFrame, draws: int) -> tuple[Posterior, ControlSamples]:
    """Return posterior and weekly joint samples of one stream of claims."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    from tenure.control import draw_samples, evidence_from_bench, fuse

    initial = pd.read_parquet(BENCH / "dev/initial.parquet")
    state = initial.state.astype(str).replace("CON", "contested")
    table = pa.table({"place_id": initial.place_id.astype(str), "state": state})
    # all places, as the benchmark is to be run: a claim may name one that is not scored
    columns = {name: places[name] for name in ("lon", "lat", "area_km2")}
    ground = pa.table({"place_id": places.place_id.astype(str), **columns})
    evidence = evidence_from_bench(pq.read_table(claims))
    fit = fuse(evidence, ground, initial=table, start=START, end=START + timedelta(days=DAYS), states=list(SIDES))
    weeks = [START + timedelta(days=d) for d in range(FIRST_WEEK, DAYS, 7)]
    return fit.posterior, draw_samples(fit, weeks, count=draws, seed=1)


def shares(posterior: Posterior, samples: ControlSamples, cells: Cells, truth: pd.DataFrame) -> dict[str, float]:
    """Return the median absolute error of the Russian-held share by week, and the coverage of the 90% interval."""
    scored = np.isin(np.array(cells.place_ids, object), truth.index.unique().to_numpy(object))
    km2 = np.where(scored, cells.area_km2, 0.0)
    grouping = Grouping(("scored",), km2[None, :], scored[None, :])
    ground = dict(zip(cells.place_ids, km2, strict=True))
    errors, held = [], []
    for day in samples.dates:
        now = truth[truth["date"] == day]
        measures = areas_by_actor(posterior, samples, cells, day, grouping=grouping)
        measured = {m.actor: m for m in measures if m.name == "area_km2"}
        for side in SIDES:
            true = sum(ground[p] for p in now.index[now.state == side])
            held.append(measured[side].lo90 <= true <= measured[side].hi90)
            if side == "RU":
                errors.append(abs(measured[side].value - true) / km2.sum())
    return {"median_error": float(np.median(errors)), "worst_error": max(errors), "coverage": float(np.mean(held))}


def read_truth() -> pd.DataFrame:
    """Return the published state by place (index) and date."""
    import pandas as pd

    truth = pd.read_parquet(BENCH / "dev/truth.parquet", columns=["place_id", "date", "state"])
    day = pd.to_datetime(truth["date"]).dt.date
    return truth.assign(place_id=truth.place_id.astype(str), date=day, state=truth.state.astype(str)).set_index("place_id")


def digest() -> str:
    """Return the digest of the files that the floors were measured on."""
    total = hashlib.sha256()
    for name in (
        "places.parquet",
        "dev/truth.parquet",
        "dev/initial.parquet",
        "dev/claims_sim.parquet",
        "dev/claims_isw.parquet",
    ):
        total.update((BENCH / name).read_bytes())
    return total.hexdigest()[:16]


def main() -> int:
    """Print the figures beside their floors; 1 when one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--figures", action="store_true", help="write what accuracy.py needs")
    draws = parser.parse_args().draws
    missing = [str(p) for p in (BENCH / "places.parquet", OUTLINE) if not p.exists()]
    if missing:
        print("skipped: missing", ", ".join(missing))
        return 0
    import pandas as pd

    floors: dict[str, Any] = tomllib.loads(Path(__file__).with_name("territory_floors.toml").read_text(encoding="utf-8"))
    if digest() != floors["digest"]:
        print(f"the corpus has changed: digest {digest()}, floors are for {floors['digest']}")
        return 1
    places, truth = pd.read_parquet(BENCH / "places.parquet"), read_truth()
    cells = bench_cells(places)
    worst = area_error(cells, places.admin1.fillna("").to_numpy(object))
    ok = report("area by label, relative error", worst, most=floors["area"]["relative_error"])
    low, high = floors["coverage"]["lowest"], floors["coverage"]["highest"]
    held, measured = [], {}
    for stream in ("sim", "isw"):
        found = shares(*fused(BENCH / f"dev/claims_{stream}.parquet", places, draws), cells, truth)
        most = floors["share"][stream]
        ok &= report(f"{stream}: median error of the Russian-held share", found["median_error"], most=most)
        print(f"     {stream}: worst week {found['worst_error']:.4f}")
        print(f"     {stream}: coverage of the 90% interval {found['coverage']:.3f}")
        held.append(found["coverage"])
        measured[stream] = found
    # the weeks of one stream err together, some five times over a year: one stream alone tells little
    ok &= report("coverage of the 90% interval", float(np.mean(held)), least=low, most=high)
    apart = figures.keep("territory", {"digest": digest(), "figures": measured})
    print("\n".join(apart))
    return 0 if ok and not apart else 1


def report(name: str, value: float, *, least: float = 0.0, most: float = float("inf")) -> bool:
    """Print one figure beside its floor; return whether it holds."""
    holds = least <= value <= most
    print(f"{'ok  ' if holds else 'MISS'} {name}: {value:.6g} (floor {least:g} to {most:g})")
    return holds


if __name__ == "__main__":
    sys.exit(main())
