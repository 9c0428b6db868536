# ruff: noqa: PLR0917 - a claim is passed on with its world and its chance
"""Studies of few reports, each with its own truth, sources and habits: what an analyst's folder of press reports looks like.

    simulate_sparse.py OUT --seed 7

A study has 40 to 300 places and half a claim to two claims a place over its whole span, told by one to five outlets with
sides. Its front creeps, breaks or collapses within days; pockets hold out; a map of the start is given, given in part, or
not. Most claims are true, some are not, some are denied. Everything is drawn from the seed; nothing here is fitted.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

SIDES = ("A", "B")
START = np.datetime64("2031-01-01")
CONTESTED = 2


@dataclass(frozen=True)
class Outlet:
    """One outlet: its side or NEU, the share of its reports of gains that are true, and how it tells them."""

    id: str
    side: str
    precision: float
    concede: float
    """Chance that it tells of a change against its side, relative to one that serves it."""
    delay: float
    early: float
    busy: float


@dataclass(frozen=True)
class SparseStudy:
    """A study: `state` (places, days) into A, B, contested; `xy` km; claims in the benchmark's columns; the initial map."""

    state: NDArray[np.int8]
    xy: NDArray[np.float64]
    claims: pd.DataFrame
    stated: NDArray[np.bool_]
    outlets: tuple[Outlet, ...]
    habits: dict[str, float]

    @property
    def ids(self) -> list[str]:
        """Place ids in order."""
        return [f"p{i}" for i in range(len(self.xy))]


def draw_truth(rng: np.random.Generator) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Return who holds every place on every day, (places, days), and where the places lie in km."""
    places, days = int(rng.integers(40, 301)), int(rng.integers(45, 241))
    size = rng.uniform(2.5, 8.0) * np.sqrt(places)
    towns = rng.uniform(0, size, (max(places // 12, 2), 2))
    xy = np.where(
        rng.random(places)[:, None] < rng.uniform(0, 0.6),
        towns[rng.integers(0, len(towns), places)] + rng.normal(0, 0.06 * size, (places, 2)),
        rng.uniform(0, size, (places, 2)),
    )
    waves = rng.normal(0, 2 * np.pi / (0.4 * size), (2, 24))
    relief = np.cos(xy @ waves + rng.uniform(0, 2 * np.pi, 24)).sum(axis=1) * rng.uniform(0.005, 0.025) * size
    day = np.arange(days)
    course = np.full(days, rng.uniform(0.3, 0.7)) + np.cumsum(rng.normal(0, rng.uniform(0, 0.001), days))
    toward = rng.choice([-1.0, 1.0])
    for _ in range(int(rng.integers(1, 4))):
        way = toward if rng.random() < 0.8 else -toward
        at, span = rng.uniform(0.05, 0.85) * days, rng.choice([rng.uniform(2, 8), rng.uniform(15, 80)])
        course += way * rng.uniform(0.03, 0.35) * np.clip((day - at) / span, 0, 1)
    height = (xy[:, 0] + relief)[:, None] - course[None] * size
    state = (height > 0).astype(np.int8)
    _hold_out(state, xy, size, rng)
    p_fight, p_end = rng.uniform(0.05, 0.4), 1.0 / rng.uniform(2, 10)
    for i, t in zip(*np.nonzero(state[:, 1:] != state[:, :-1]), strict=True):
        if rng.random() < p_fight:
            state[i, max(t + 1 - rng.geometric(p_end), 1) : t + 1] = CONTESTED
    return state, xy


def _hold_out(state: NDArray[np.int8], xy: NDArray[np.float64], size: float, rng: np.random.Generator) -> None:
    """Let a pocket or two stay with the loser for days or weeks after the front has passed, then fall."""
    for _ in range(int(rng.integers(0, 3))):
        inside = np.linalg.norm(xy - xy[rng.integers(len(xy))], axis=1) < rng.uniform(0.04, 0.12) * size
        extra = int(rng.integers(3, 45))
        for i in np.flatnonzero(inside):
            changes = np.flatnonzero(state[i, 1:] != state[i, :-1])
            if len(changes):
                t = int(changes[0]) + 1
                state[i, t : t + extra] = state[i, t - 1]


def draw_outlets(rng: np.random.Generator) -> tuple[Outlet, ...]:
    """Return one to five outlets; each with its own honesty, delays and share of the reports."""
    out = []
    for k in range(int(rng.integers(1, 6))):
        side = str(rng.choice([*SIDES, "NEU"]))
        neutral = side == "NEU"
        out.append(
            Outlet(
                id=f"{side}_{k}",
                side=side,
                precision=float(rng.uniform(0.75, 0.98) if neutral else rng.uniform(0.55, 0.95)),
                concede=1.0 if neutral else float(rng.uniform(0.0, 0.4)),
                delay=float(rng.uniform(0.0, 1.5)),
                early=0.0 if neutral else float(rng.uniform(0.0, 0.3)),
                busy=float(rng.uniform(0.2, 1.0)),
            )
        )
    return tuple(out)


class _Book:
    """Claims under way in the benchmark's columns, and a story number for each."""

    def __init__(self) -> None:
        self.rows: list[tuple[object, ...]] = []

    def add(
        self, outlet: Outlet, verb: str, actor: int, place: int, days: tuple[int, int, int], stance: str = "asserted"
    ) -> None:
        first, last, pub = days
        label = SIDES[actor] if actor < CONTESTED else "CON"
        self.rows.append((outlet.id, outlet.side, verb, label, f"p{place}", first, last, max(pub, last), stance, False, 1.0))


def draw_claims(
    state: NDArray[np.int8],
    xy: NDArray[np.float64],
    outlets: tuple[Outlet, ...],
    habits: dict[str, float],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the claims of the outlets: captures and losses, true and false, what is held, fighting, denials, areas."""
    import pandas as pd

    book, places = _Book(), len(state)
    budget = habits["claims_a_place"] * places
    changes = [
        (int(i), int(t) + 1)
        for i, t in zip(*np.nonzero(state[:, 1:] != state[:, :-1]), strict=True)
        if state[i, t + 1] < CONTESTED
    ]
    # no change brings more reports than a press corps has
    gains = min(habits["gains"] * budget, habits["most_tellings"] * len(changes))
    _captures(book, state, xy, changes, outlets, gains, habits, rng)
    _rest(book, state, xy, outlets, max(budget * (1 - habits["gains"]), 1), rng)
    names = ["source", "side", "verb", "actor", "place_id", "t0", "t1", "pub", "stance", "area", "p_place"]
    frame = pd.DataFrame(book.rows, columns=names)
    frame["story"] = np.arange(len(frame))
    _areas(frame_rows := [], state, xy, changes, outlets, int(habits["areas"]), rng)
    if frame_rows:
        frame = pd.concat([frame, pd.DataFrame(frame_rows, columns=[*names, "story"])], ignore_index=True)
    days = state.shape[1]
    frame = frame[(frame["t0"] >= 0) & (frame["t1"] < days) & (frame["pub"] < days)].reset_index(drop=True)
    frame["claim_id"] = [f"c{k}" for k in range(len(frame))]
    for c in ("t0", "t1", "pub"):
        frame[c] = START + frame[c].to_numpy(dtype=int)
    return frame


def _captures(  # noqa: PLR0913 - one book is written from the whole world
    book: _Book,
    state: NDArray[np.int8],
    xy: NDArray[np.float64],
    changes: list[tuple[int, int]],
    outlets: tuple[Outlet, ...],
    gains: float,
    habits: dict[str, float],
    rng: np.random.Generator,
) -> None:
    pairs, weights = [], []
    for c, (i, t) in enumerate(changes):
        for k, outlet in enumerate(outlets):
            own = outlet.side in {SIDES[state[i, t]], "NEU"}
            pairs.append((c, k))
            weights.append(outlet.busy * (1.0 if own else outlet.concede) + 1e-9)
    count = min(round(gains), len(pairs))
    chosen = rng.choice(len(pairs), count, replace=False, p=np.array(weights) / np.sum(weights)) if count else []
    for n in chosen:
        (i, t), outlet = changes[pairs[n][0]], outlets[pairs[n][1]]
        new = int(state[i, t])
        against = outlet.side == SIDES[1 - new]
        slip = -int(rng.integers(1, 4)) if not against and rng.random() < outlet.early else int(rng.integers(0, 2))
        width = int(rng.integers(0, 4)) if rng.random() < 0.3 else 0
        last = t + slip
        pub = last + int(rng.poisson(outlet.delay))
        if against and rng.random() < 0.4:
            book.add(outlet, "lost", 1 - new, i, (last - width, last, pub))
        else:
            book.add(outlet, "took", new, i, (last - width, last, pub))
        if rng.random() < habits["denied_true"]:
            _deny(book, outlets, new, i, last, rng)
        wrong = 1.0 / outlet.precision - 1.0
        for _ in range(rng.poisson(wrong)):
            _false_capture(book, state, xy, outlet, outlets, habits, rng)


def _false_capture(
    book: _Book,
    state: NDArray[np.int8],
    xy: NDArray[np.float64],
    outlet: Outlet,
    outlets: tuple[Outlet, ...],
    habits: dict[str, float],
    rng: np.random.Generator,
) -> None:
    """Add a claim of a place that did not change hands then: beside a place of the taker's, or anywhere."""
    day = int(rng.integers(1, state.shape[1]))
    actor = SIDES.index(outlet.side) if outlet.side != "NEU" and rng.random() < 0.9 else int(rng.integers(0, 2))
    others = np.flatnonzero(state[:, day] == 1 - actor)
    ours = np.flatnonzero(state[:, day] == actor)
    if len(others) == 0:
        return
    if len(ours) and rng.random() < habits["false_at_front"]:
        gap = np.array([np.linalg.norm(xy[ours] - xy[i], axis=1).min() for i in others])
        place = int(rng.choice(others[np.argsort(gap)[: max(len(others) // 8, 3)]]))
    else:
        place = int(rng.choice(others))
    book.add(outlet, "took", actor, place, (day, day, day + int(rng.poisson(outlet.delay))))
    if rng.random() < habits["denied_false"]:
        _deny(book, outlets, actor, place, day, rng)


def _deny(book: _Book, outlets: tuple[Outlet, ...], actor: int, place: int, day: int, rng: np.random.Generator) -> None:
    """Let somebody deny that the actor took the place: an outlet of the other side, else a neutral one, else nobody."""
    who = [o for o in outlets if o.side == SIDES[1 - actor]] or [o for o in outlets if o.side == "NEU"]
    if who:
        outlet = who[int(rng.integers(len(who)))]
        book.add(outlet, "took", actor, place, (day, day, day + int(rng.integers(0, 3))), "denied")


def _rest(
    book: _Book,
    state: NDArray[np.int8],
    xy: NDArray[np.float64],
    outlets: tuple[Outlet, ...],
    count: float,
    rng: np.random.Generator,
) -> None:
    """Add what is said of the front besides changes: who holds, and fighting, sometimes wrong."""
    places, days = state.shape
    busy = np.array([o.busy for o in outlets])
    for _ in range(round(count)):
        day, outlet = int(rng.integers(0, days)), outlets[int(rng.choice(len(outlets), p=busy / busy.sum()))]
        both = [np.flatnonzero(state[:, day] == k) for k in (0, 1)]
        if min(map(len, both)) == 0:
            place = int(rng.integers(places))
        else:
            mine = both[int(rng.integers(2))]
            gap = np.array([np.linalg.norm(xy[state[:, day] != state[i, day]] - xy[i], axis=1).min() for i in mine])
            place = int(rng.choice(mine[np.argsort(gap)[: max(len(mine) // 6, 3)]]))
        fought = np.flatnonzero(state[:, day] == CONTESTED)
        if rng.random() < 0.5:
            if len(fought) and rng.random() < 0.6:
                place = int(rng.choice(fought))
            book.add(outlet, "clash", CONTESTED, place, (day, day, day + int(rng.poisson(outlet.delay))))
        else:
            holder = int(state[place, day])
            if holder == CONTESTED or rng.random() < 0.1:
                holder = SIDES.index(outlet.side) if outlet.side != "NEU" else int(rng.integers(0, 2))
            book.add(outlet, "held", holder, place, (day, day, day + int(rng.poisson(outlet.delay))))


def _areas(
    rows: list[tuple[object, ...]],
    state: NDArray[np.int8],
    xy: NDArray[np.float64],
    changes: list[tuple[int, int]],
    outlets: tuple[Outlet, ...],
    count: int,
    rng: np.random.Generator,
) -> None:
    """Add claims that a side took a stated share of the places within a circle: a row a place, with the share."""
    days = state.shape[1]
    for n in range(count if changes else 0):
        i, t = changes[int(rng.integers(len(changes)))]
        actor, outlet = int(state[i, t]), outlets[int(rng.integers(len(outlets)))]
        inside = np.flatnonzero(np.linalg.norm(xy - xy[i], axis=1) < rng.uniform(0.05, 0.15) * np.ptp(xy[:, 0]))
        first, last = max(t - int(rng.integers(1, 10)), 0), min(t + int(rng.integers(1, 5)), days - 1)
        share = float(((state[inside, first] != actor) & (state[inside, last] == actor)).mean())
        said = share if rng.random() < outlet.precision else min(1.0, share + rng.uniform(0.1, 0.5))
        if said < 0.05:
            continue
        rows.extend(
            (
                outlet.id,
                outlet.side,
                "took",
                SIDES[actor],
                f"p{j}",
                first,
                last,
                last + int(rng.poisson(outlet.delay)),
                "asserted",
                True,
                said,
                100_000 + n,
            )
            for j in inside
        )


def draw_study(seed: int) -> SparseStudy:
    """Return the study of a seed; the same seed gives the same study."""
    rng = np.random.default_rng([seed, 9])
    state, xy = draw_truth(rng)
    outlets = draw_outlets(rng)
    habits = {
        "claims_a_place": float(rng.uniform(0.5, 2.0)),
        "gains": float(rng.uniform(0.4, 0.95)),
        "most_tellings": float(rng.uniform(0.3, 1.6)),
        "false_at_front": float(rng.uniform(0.3, 0.9)),
        "denied_true": float(rng.uniform(0.0, 0.12)),
        "denied_false": float(rng.uniform(0.1, 0.5)),
        "areas": float(rng.integers(0, 8)),
    }
    claims = draw_claims(state, xy, outlets, habits, rng)
    kind = rng.random()
    stated = np.full(len(state), True) if kind < 0.7 else rng.random(len(state)) < (0.6 if kind < 0.85 else 0.0)
    return SparseStudy(state, xy, claims, stated & (state[:, 0] < CONTESTED), outlets, habits)


def main() -> None:
    """Write one study: places, truth, initial map and claims as Parquet, its parameters as JSON."""
    import json

    import pandas as pd

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, required=True)
    asked = parser.parse_args()
    study = draw_study(asked.seed)
    out, label = asked.out, np.array([*SIDES, "CON"])
    out.mkdir(parents=True, exist_ok=True)
    places, days = study.state.shape
    pd.DataFrame({"place_id": study.ids, "x": study.xy[:, 0], "y": study.xy[:, 1]}).to_parquet(out / "places.parquet")
    pd.DataFrame(
        {
            "place_id": np.repeat(study.ids, days),
            "date": np.tile(START + np.arange(days), places),
            "state": label[study.state.ravel()],
        }
    ).to_parquet(out / "truth.parquet")
    known = np.flatnonzero(study.stated)
    pd.DataFrame({"place_id": np.array(study.ids)[known], "state": label[study.state[known, 0]]}).to_parquet(
        out / "initial.parquet"
    )
    study.claims.to_parquet(out / "claims.parquet")
    parameters = {"seed": asked.seed, "outlets": [asdict(o) for o in study.outlets], **study.habits}
    (out / "parameters.json").write_text(json.dumps(parameters, indent=1))


if __name__ == "__main__":
    main()
