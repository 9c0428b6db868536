# ruff: noqa: PLR0917 - a story is passed on with its world and its chance
"""Fresh simulated claims about control from a truth table, a seed and stated parameters; or from an invented truth.

    simulate_control.py OUT --seed 7 [--truth TRUTH.parquet --places PLACES.parquet] [--sources N] [--noise 1.0]

Writes places.parquet, truth.parquet, initial.parquet, claims_sim.parquet and sim_params.json in the benchmark's columns.
Sources
have sides: they report gains of their own side soon, often early and sometimes falsely, losses late and rarely, go on
claiming
what is lost, misplace some claims, and copy each other; the copies' story ids are incomplete.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

SIDES = ("A", "B")
START = np.datetime64("2031-01-01")


@dataclass(frozen=True)
class SourceModel:
    """How one source reports; rates are a place-day near the front, delays in days."""

    id: str
    side: str
    coverage: float
    delay: float
    p_early: float
    early: float
    concede: float
    loss_delay: float
    false_gain: float
    false_hold: float
    hold: float
    clash: float
    vague: float
    misplaced: float


@dataclass(frozen=True)
class World:
    """Truth on places and days: `state` (places, days) into side A, side B, contested; `near` the front; `xy` km."""

    state: NDArray[np.int8]
    xy: NDArray[np.float64]
    near: NDArray[np.bool_]
    area_km2: NDArray[np.float64]


def make_sources(count: int, *, noise: float, rng: np.random.Generator) -> list[SourceModel]:
    """Return sources of both sides and neutrals; `noise` scales false reports, delays and misplacing."""
    out = []
    for k in range(count):
        side = (*SIDES, "NEU")[k % 3]
        partisan = side != "NEU"
        out.append(
            SourceModel(
                id=f"{side}_{k}",
                side=side,
                coverage=float(rng.uniform(0.25, 0.65)),
                delay=float(rng.uniform(1, 4) * noise),
                p_early=float(rng.uniform(0, 0.45)) * partisan,
                early=float(rng.uniform(2, 5)),
                concede=float(rng.uniform(0.03, 0.35)) if partisan else 1.0,
                loss_delay=float(rng.uniform(4, 14)),
                false_gain=float(rng.uniform(0.0005, 0.005)) * noise * (1.0 if partisan else 0.3),
                false_hold=float(rng.uniform(0.2, 1.2)) * noise * partisan,
                hold=float(rng.uniform(0.003, 0.01)),
                clash=float(rng.uniform(0.002, 0.008)),
                vague=float(rng.uniform(1, 4)),
                misplaced=float(rng.uniform(0.03, 0.1)) * noise,
            )
        )
    return out


def invent_world(places: int, days: int, seed: int) -> World:
    """Return a front that moves: two pushes and a collapse over a random plane, with contested days at the line."""
    rng = np.random.default_rng([seed, 1])
    xy = rng.uniform(0, 5.0 * np.sqrt(places), (places, 2))
    size = xy.max()
    waves = rng.normal(0, 2 * np.pi / (0.35 * size), (2, 24))
    relief = np.cos(xy @ waves + rng.uniform(0, 2 * np.pi, 24)).sum(axis=1) * 0.02 * size
    course = np.cumsum(rng.normal(0, 0.0015, days)) * size + 0.5 * size
    for push in range(3):
        at, span = rng.integers(days // 8, days - days // 6), rng.integers(10, 40)
        course += (-1) ** (push + seed) * 0.07 * size * np.clip((np.arange(days) - at) / span, 0, 1)
    height = (xy[:, 0] + relief)[:, None] - course[None]
    state = (height > 0).astype(np.int8)
    for i, t in zip(*np.nonzero(state[:, 1:] != state[:, :-1]), strict=True):
        if rng.random() < 0.35:
            state[i, max(t + 1 - rng.geometric(0.12), 1) : t + 1] = 2
    near = np.abs(height) < 15.0
    return World(state, xy, near | (state == 2), np.full(places, size**2 / places))


def load_world(truth: pd.DataFrame, places: pd.DataFrame) -> tuple[World, list[object], tuple[str, str]]:
    """Return the world of a truth table in the benchmark's columns, its place ids and the names of the two sides."""
    truth = truth.sort_values(["place_id", "date"])
    ids = list(truth["place_id"].unique())
    names = sorted(set(truth["state"].astype(str)) - {"CON"})
    code = {names[0]: 0, names[1]: 1, "CON": 2}
    shape = (len(ids), -1)
    state = truth["state"].astype(str).map(code).to_numpy(dtype=np.int8).reshape(shape)
    near = truth["front"].to_numpy(dtype=bool).reshape(shape)
    table = places.set_index("place_id").loc[ids]
    xy, area = table[["x", "y"]].to_numpy(dtype=float), table["area_km2"].to_numpy(dtype=float)
    return World(state, xy, near, area), ids, (names[0], names[1])


@dataclass
class _Book:
    """Claims under way: (source, verb, actor, place, t0, t1, pub), and a story number for each."""

    rows: list[tuple[int, str, int, int, int, int, int]]
    stories: list[int]
    told: int = 0

    def add(self, row: tuple[int, str, int, int, int, int, int], story: int | None = None) -> int:
        if story is None:
            story, self.told = self.told, self.told + 1
        self.rows.append(row)
        self.stories.append(story)
        return story


def simulate(
    world: World, sources: list[SourceModel], *, seed: int, syndicated: float = 0.3, missed: float = 0.15
) -> pd.DataFrame:
    """Return the sources' claims: source, side, verb, actor (0, 1, 2), place, t0, t1, pub (days), story."""
    import pandas as pd
    from scipy.spatial import cKDTree

    rng = np.random.default_rng([seed, 2])
    beside = cKDTree(world.xy).query(world.xy, k=min(6, len(world.xy)))[1]
    book = _Book([], [])
    for s, source in enumerate(sources):
        _changes(book, world, s, source, beside, rng)
        _background(book, world, s, source, beside, rng)
    _copies(book, sources, rng, syndicated=syndicated, missed=missed)
    frame = pd.DataFrame(book.rows, columns=["source", "verb", "actor", "place", "t0", "t1", "pub"])
    frame["story"] = book.stories
    frame["side"] = [sources[k].side for k in frame["source"]]
    frame["source"] = [sources[k].id for k in frame["source"]]
    days = world.state.shape[1]
    frame = frame[(frame["t1"] < days) & (frame["t0"] >= 0) & (frame["pub"] < days)]
    return frame.sort_values(["pub", "source", "place", "verb", "t0", "story"], ignore_index=True)


def _interest(source: SourceModel, actor: int) -> str:
    return "neutral" if source.side == "NEU" else "own" if source.side == SIDES[actor] else "against"


def _tell(
    book: _Book,
    s: int,
    source: SourceModel,
    what: tuple[str, int, int, int, float],
    beside: NDArray,
    rng: np.random.Generator,
) -> None:  # type: ignore[type-arg]
    verb, actor, place, day, delay = what
    if rng.random() < source.misplaced:
        place = int(beside[place, rng.integers(1, beside.shape[1])])
    width = int(rng.geometric(1.0 / source.vague)) - 1 if rng.random() < 0.5 else 0
    pub = day + int(rng.geometric(1.0 / (1.0 + delay))) - 1
    book.add((s, verb, actor, place, day - width, day, max(pub, day)))


def _changes(book: _Book, world: World, s: int, source: SourceModel, beside: NDArray, rng: np.random.Generator) -> None:  # type: ignore[type-arg]
    for i, t in zip(*np.nonzero(world.state[:, 1:] != world.state[:, :-1]), strict=True):
        day, new, old = int(t) + 1, int(world.state[i, t + 1]), int(world.state[i, t])
        if new == 2:
            continue
        interest = _interest(source, new)
        chance = source.coverage * (source.concede if interest == "against" else 1.0)
        if rng.random() < chance:
            if interest == "own" and rng.random() < source.p_early:
                told = day - int(rng.integers(1, int(source.early) + 1))
                _tell(book, s, source, ("took", new, int(i), told, 0.5), beside, rng)
            elif interest == "against" and old != 2 and rng.random() < 0.4:
                _tell(book, s, source, ("lost", old, int(i), day + int(rng.integers(0, 3)), source.loss_delay), beside, rng)
            else:
                slip = int(rng.integers(0, 2))
                delay = source.loss_delay if interest == "against" else source.delay
                _tell(book, s, source, ("took", new, int(i), day + slip, delay), beside, rng)
        if interest == "against":
            for _ in range(rng.poisson(source.false_hold)):
                _tell(book, s, source, ("held", 1 - new, int(i), day + int(rng.integers(0, 20)), 0.5), beside, rng)


def _background(book: _Book, world: World, s: int, source: SourceModel, beside: NDArray, rng: np.random.Generator) -> None:  # type: ignore[type-arg]
    place, day = np.nonzero(world.near)
    state = world.state[place, day]
    draw = rng.random((3, len(place)))
    for n in np.flatnonzero(draw[0] < source.clash * np.where(state == 2, 12.0, 1.0)):
        _tell(book, s, source, ("clash", 2, int(place[n]), int(day[n]), 0.5), beside, rng)
    for n in np.flatnonzero((draw[1] < source.hold) & (state < 2)):
        if source.side == "NEU" or source.side == SIDES[state[n]] or rng.random() < 0.1:
            _tell(book, s, source, ("held", int(state[n]), int(place[n]), int(day[n]), 0.5), beside, rng)
    for n in np.flatnonzero((draw[2] < source.false_gain) & (state < 2)):
        if source.side == "NEU" or source.side != SIDES[state[n]]:
            _tell(book, s, source, ("took", 1 - int(state[n]), int(place[n]), int(day[n]), 0.5), beside, rng)


def _copies(book: _Book, sources: list[SourceModel], rng: np.random.Generator, *, syndicated: float, missed: float) -> None:
    for row, story in list(zip(book.rows, book.stories, strict=True)):
        if rng.random() >= syndicated:
            continue
        for other, source in enumerate(sources):
            likely = 0.5 if source.side == sources[row[0]].side else 0.15
            if other != row[0] and rng.random() < likely:
                copy = (other, *row[1:6], row[6] + int(rng.integers(0, 3)))
                book.add(copy, None if rng.random() < missed else story)


def write_set(
    out: Path, world: World, claims: pd.DataFrame, parameters: dict[str, object], ids: list[object], names: tuple[str, str]
) -> None:
    """Write the five files of a benchmark set."""
    import pandas as pd

    out.mkdir(parents=True, exist_ok=True)
    label = np.array([*names, "CON"])
    places, days = world.state.shape
    dates = START + np.arange(days)
    changed = world.state[:, 1:] != world.state[:, :-1]
    around = np.zeros_like(world.state, bool)
    for i, t in zip(*np.nonzero(changed), strict=True):
        around[i, max(t - 13, 0) : t + 15] = True
    pd.DataFrame(
        {"place_id": ids, "x": world.xy[:, 0], "y": world.xy[:, 1], "area_km2": world.area_km2, "population": 500}
    ).to_parquet(out / "places.parquet")
    pd.DataFrame(
        {
            "place_id": np.repeat(np.array(ids), days),
            "date": np.tile(dates, places),
            "state": label[world.state.ravel()],
            "front": world.near.ravel(),
            "transition": around.ravel(),
        }
    ).to_parquet(out / "truth.parquet")
    pd.DataFrame({"place_id": ids, "state": label[world.state[:, 0]]}).to_parquet(out / "initial.parquet")
    bench_claims(claims, ids, names).to_parquet(out / "claims_sim.parquet")
    (out / "sim_params.json").write_text(json.dumps(parameters, indent=1))


def bench_claims(claims: pd.DataFrame, ids: list[object], names: tuple[str, str]) -> pd.DataFrame:
    """Return simulated claims in the benchmark's columns."""
    import pandas as pd

    label = np.array([*names, "CON"], dtype=object)
    side = {"A": names[0], "B": names[1], "NEU": "NEU"}
    return pd.DataFrame(
        {
            "claim_id": np.arange(len(claims)),
            "source": claims["source"],
            "side": claims["side"].map(side),
            "verb": claims["verb"],
            "actor": label[claims["actor"]],
            "place_id": np.array(ids)[claims["place"]],
            **{c: START + claims[c].to_numpy() for c in ("t0", "t1", "pub")},
            "prec_km": 1.0,
            "story": claims["story"],
        }
    )


def main() -> None:
    """Make one set."""
    import pandas as pd

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--places", type=Path)
    parser.add_argument("--sources", type=int, default=9)
    parser.add_argument("--noise", type=float, default=1.0)
    parser.add_argument("--size", type=int, nargs=2, default=(600, 200), metavar=("PLACES", "DAYS"))
    asked = parser.parse_args()
    rng = np.random.default_rng([asked.seed, 0])
    sources = make_sources(asked.sources, noise=asked.noise, rng=rng)
    if asked.truth:
        world, ids, names = load_world(pd.read_parquet(asked.truth), pd.read_parquet(asked.places))
    else:
        world = invent_world(*asked.size, asked.seed)
        ids, names = list(range(asked.size[0])), SIDES
    claims = simulate(world, sources, seed=asked.seed)
    parameters = {"seed": asked.seed, "noise": asked.noise, "sources": [asdict(s) for s in sources]}
    write_set(asked.out, world, claims, parameters, ids, names)
    print(
        f"{asked.out}: {len(ids)} places, {world.state.shape[1]} days, {len(claims)} claims, "
        f"{claims['story'].nunique()} stories"
    )


if __name__ == "__main__":
    main()
