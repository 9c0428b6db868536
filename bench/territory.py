"""Cells, areas, fronts and pockets of 35,000 places over 1,500 days, in one run: seconds and memory by step.

    python bench/territory.py [places] [days] [share]

Two readings of "2% of the places change" are run: over the whole span, and anew on every day. The map is synthetic: four
actors whose fronts wander, one flipped place after the other, inside a ragged outline with two holes.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import date

import numpy as np

from tenure.grid import Cells, build_cells
from tenure.model import FeatureClass, Place, Posterior
from tenure.territory import area_by_day, find_pockets, front_lengths

STATES = ("a", "b", "c", "d", "contested")


def outline(rng: np.random.Generator) -> str:
    angle = np.linspace(0, 2 * np.pi, 2000, endpoint=False)
    radius = 3 + 0.3 * np.sin(5 * angle) + 0.02 * rng.standard_normal(len(angle))
    ring = [[38 + r * np.cos(a) / 0.8, 35 + r * np.sin(a)] for a, r in zip(angle, radius, strict=True)]
    corners = ((0, 0), (0.3, 0), (0.3, 0.3), (0, 0))
    holes = [[[38 + at + x, 35 + at + y] for x, y in corners] for at in (0, 1)]
    return json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]], *holes]})


def make_places(count: int, rng: np.random.Generator) -> list[Place]:
    radius, angle = 2.7 * np.sqrt(rng.random(count)), 2 * np.pi * rng.random(count)
    lon, lat = 38 + radius * np.cos(angle) / 0.8, 35 + radius * np.sin(angle)
    return [Place(f"p{i:05d}", "", (), float(lon[i]), float(lat[i]), FeatureClass.SETTLEMENT) for i in range(count)]


def make_posterior(cells: Cells, days: int, flips: np.ndarray, rng: np.random.Generator) -> Posterior:
    """Fronts that wander: on every day the given number of places at a front fall to a neighbour's holder."""
    count = len(cells.places)
    held = 2 * (np.nan_to_num(cells.x_km) > 0) + (np.nan_to_num(cells.y_km) > 0)
    place, day, label = [np.arange(count)], [np.zeros(count, int)], [held.copy()]
    for d in np.flatnonzero(flips):
        if d == 0:
            continue
        one, other = cells.edges.T
        rim = np.flatnonzero(held[one] != held[other])
        fallen = cells.edges[rng.choice(rim, min(int(flips[d]), len(rim)), replace=False)]
        fallen = rng.permuted(fallen, axis=1)
        _, first = np.unique(fallen[:, 0], return_index=True)
        chosen, new = fallen[first, 0], held[fallen[first, 1]]
        held[chosen] = new
        place.append(chosen)
        day.append(np.full(len(chosen), d))
        label.append(new)
    places, day, label = np.concatenate(place), np.concatenate(day), np.concatenate(label)
    order = np.lexsort((day, places))
    p = np.full((len(order), len(STATES)), 0.02)
    p[np.arange(len(order)), label[order]] = 0.92
    offsets = np.concatenate(([0], np.cumsum(np.bincount(places, minlength=count))))
    sure = np.ones(len(order), bool)
    return Posterior(cells.place_ids, STATES, date(2015, 1, 1), days, offsets, day[order].astype(np.int32), p, sure, "bench")


def memory_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def run(cells: Cells, posterior: Posterior) -> float:
    total = time.perf_counter()
    for name, step in (
        ("areas", lambda: area_by_day(posterior, cells).shape),
        ("fronts", lambda: front_lengths(posterior, cells).km.shape),
        ("pockets", lambda: len(find_pockets(posterior, None, cells, min_places=3))),
    ):
        start, cpu = time.perf_counter(), time.process_time()
        result = step()
        spent = f"{time.perf_counter() - start:7.2f} s ({time.process_time() - cpu:.2f} of the processor)"
        print(f"  {name:8} {spent}  {memory_gb():.2f} GB  {result}", flush=True)
    return time.perf_counter() - total


def main() -> None:
    given = sys.argv[1:]
    sizes = [*given, *("35000", "1500", "0.02")[len(given) :]]
    count, days, share = int(sizes[0]), int(sizes[1]), float(sizes[2])
    rng = np.random.default_rng(1)
    places, area = make_places(count, rng), outline(rng)
    start = time.perf_counter()
    cells = build_cells(places, (), area)
    built = time.perf_counter() - start
    print(f"cells of {count} places: {built:.2f} s, off by {cells.area_km2.sum() / cells.study_area_km2 - 1:.1e}")
    once = rng.multinomial(int(share * count), np.full(days, 1 / days))
    daily = np.full(days, int(share * count))
    for name, flips in (("in the whole span", once), ("on every day", daily)):
        posterior = make_posterior(cells, days, flips, rng)
        print(f"{share:.0%} of the places change {name}: {len(posterior.day) - count} changes in {days} days")
        print(f"  in all   {built + run(cells, posterior):7.2f} s with the cells")


if __name__ == "__main__":
    main()
