# ruff: noqa: PLR0913, PLR0917 - an operation is told where, when and by whom it is led
"""Invented ground and what happens on it: places as they lie, and fronts that move by operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float64]
    States = NDArray[np.int8]

__all__ = ["CONTESTED", "draw_truth", "lay_out", "near_front"]

CONTESTED = 2
_OPERATIONS = ("drive", "pocket", "retreat", "evacuation", "raid", "counter")
_OFTEN = (0.34, 0.14, 0.14, 0.08, 0.2, 0.1)


def lay_out(places: int, layout: str, spacing_km: float, rng: np.random.Generator) -> tuple[Points, NDArray[np.float64]]:
    """Return where the places lie (km), their median distance to the nearest other being `spacing_km`, and their areas."""
    from scipy.spatial import cKDTree

    if layout == "scatter":
        xy = rng.uniform(0, 1, (places, 2))
    elif layout == "towns":
        towns = rng.uniform(0, 1, (max(places // 14, 3), 2))
        xy = towns[rng.integers(len(towns), size=places)] + rng.normal(0, 0.05, (places, 2))
        loose = rng.random(places) < 0.35
        xy[loose] = rng.uniform(0, 1, (int(loose.sum()), 2))
    else:
        ends = rng.uniform(0, 1, (max(places // 25, 4), 2, 2))
        along = rng.random(places)[:, None]
        road = ends[rng.integers(len(ends), size=places)]
        xy = road[:, 0] * along + road[:, 1] * (1 - along) + rng.normal(0, 0.01, (places, 2))
    nearest = cKDTree(xy).query(xy, k=2)[0][:, 1]
    xy *= spacing_km / float(np.median(nearest))
    low, high = xy.min(axis=0), xy.max(axis=0)
    cells = rng.uniform(low, high, (60 * places, 2))
    share = np.bincount(cKDTree(xy).query(cells)[1], minlength=places) / len(cells)
    return xy, share * float(np.prod(high - low))


def near_front(state: States, xy: Points, reach: float) -> NDArray[np.bool_]:
    """Return (places, days): whether a place in another state lies within `reach` km, or the place is contested."""
    from scipy.spatial import cKDTree

    pairs = cKDTree(xy).query_pairs(reach, output_type="ndarray")
    out = state == CONTESTED
    unlike = state[pairs[:, 0]] != state[pairs[:, 1]]
    for column in (0, 1):
        np.logical_or.at(out, pairs[:, column], unlike)
    return out


def draw_truth(xy: Points, days: int, operations: int, unit: float, rng: np.random.Generator) -> States:
    """Return who holds every place on every day: a bent line at first, then operations, one after another or at once."""
    size = np.ptp(xy, axis=0).max()
    across = rng.normal(size=2)
    across /= np.linalg.norm(across)
    waves = rng.normal(0, 5.0 / size, (2, 12))
    bend = np.cos(xy @ waves + rng.uniform(0, 2 * np.pi, 12)).sum(axis=1) * 0.02 * size
    height = xy @ across + bend
    first = (height > np.quantile(height, rng.uniform(0.35, 0.65))).astype(np.int8)
    state = np.repeat(first[:, None], days, axis=1)
    stronger, turn = int(rng.integers(2)), rng.uniform(0.4, 1.2) * days
    for at in np.sort(rng.uniform(0.03, 0.92, operations)) * days:
        day = int(at)
        leader = stronger if (rng.random() < 0.8) == (day < turn) else 1 - stronger
        _operation(str(rng.choice(_OPERATIONS, p=_OFTEN)), state, xy, day, leader, unit, rng)
    return state


def _operation(kind: str, state: States, xy: Points, day: int, leader: int, unit: float, rng: np.random.Generator) -> None:
    """Write what an operation of `leader` changes from the day on."""
    now = state[:, day]
    ours, theirs = xy[now == leader], now == 1 - leader
    if len(ours) == 0 or not theirs.any():
        return
    gap = np.where(theirs, np.linalg.norm(xy[:, None] - ours[None], axis=2).min(axis=1), np.inf)
    line = np.flatnonzero(gap <= np.sort(gap)[max(int(theirs.sum()) // 10, 1)])
    centre = xy[int(rng.choice(line))]
    away = np.linalg.norm(xy - centre, axis=1)
    if kind == "drive":
        _drive(state, xy, centre, day, leader, unit, rng)
    elif kind == "raid":
        for i in np.flatnonzero(theirs & (away <= 1.2 * unit)):
            state[i, day : day + int(rng.integers(2, 9))] = CONTESTED
    elif kind == "retreat":
        for i in np.flatnonzero(theirs & (away <= rng.uniform(2.5, 6.0) * unit)):
            _fall(state, int(i), day + int(rng.integers(0, 3)), leader, 0.0, rng)
    elif kind == "counter":
        lately = state[:, max(day - 40, 0)] == leader
        for i in np.flatnonzero(theirs & lately & (away <= 7.0 * unit)):
            _fall(state, int(i), day + int(rng.integers(0, 8)), leader, 0.5, rng)
    else:
        _pocket(state, np.flatnonzero(theirs), away, day, leader, unit, rng, fight=kind == "pocket")


def _drive(
    state: States, xy: Points, centre: NDArray[np.float64], day: int, leader: int, unit: float, rng: np.random.Generator
) -> None:
    """Take the places of a wedge from its mouth to its point; some hold out."""
    now, local = state[:, day], np.linalg.norm(xy - centre, axis=1) < 10 * unit
    back, ahead = xy[local & (now == leader)], xy[local & (now == 1 - leader)]
    way = (ahead.mean(axis=0) if len(ahead) else centre) - (back.mean(axis=0) if len(back) else centre)
    way = way / max(float(np.linalg.norm(way)), 1e-9)
    depth, width, speed = rng.uniform(3, 11) * unit, rng.uniform(1.5, 4) * unit, rng.uniform(0.2, 1.5) * unit
    along, aside = (xy - centre) @ way, np.abs((xy - centre) @ np.array([-way[1], way[0]]))
    inside = (now == 1 - leader) & (along > -unit) & (along < depth) & (aside < width * (1 - 0.5 * along / depth))
    for i in np.flatnonzero(inside):
        if rng.random() < 0.1:
            continue
        when = day + int(max(along[i], 0.0) / speed + rng.exponential(2.0))
        _fall(state, int(i), when, leader, 0.35, rng)


def _pocket(
    state: States,
    theirs: NDArray[np.int64],
    away: NDArray[np.float64],
    day: int,
    leader: int,
    unit: float,
    rng: np.random.Generator,
    *,
    fight: bool,
) -> None:
    """Take a ring round some places within days; what is inside holds out, then goes on one day, fought over or not."""
    inner, wait = rng.uniform(1.2, 3.5) * unit, int(rng.integers(8, 50))
    for i in theirs[away[theirs] <= 1.7 * inner]:
        if away[i] > inner:
            _fall(state, int(i), day + int(rng.integers(0, 8)), leader, 0.3, rng)
        else:
            _fall(state, int(i), day + 8 + wait, leader, 0.4 if fight else 0.0, rng)


def _fall(state: States, place: int, day: int, to: int, fought: float, rng: np.random.Generator) -> None:
    """Let a place change hands on the day, after some contested days or at once."""
    if day >= state.shape[1]:
        return
    state[place, day:] = to
    if rng.random() < fought:
        state[place, max(day - int(rng.geometric(0.2)), 1) : day] = CONTESTED
