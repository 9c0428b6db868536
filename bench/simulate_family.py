# ruff: noqa: PLR0917 - a report is passed on with its place and its day
"""Families of claim sets about invented fronts; nothing in how they are made is taken from the model.

    simulate_family.py OUT --seed 7 [--plan KEY=VALUE ...]

Fronts move by operations and not place by place: drives that take villages in their order, pockets that hold out and fall on
one day, retreats without a shot, evacuations, raids, counter-attacks. Sources have beats, sides and habits: some sum up a
week, some date everything by the day of printing, some insist on what is lost, some repeat a lie for days; a share of
the places is never named, names are taken for their homonyms, and wire stories are printed by others who do not say whose
they are. What varies from set to set is in `Plan`.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from simulate_fronts import CONTESTED, draw_truth, lay_out

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

SIDES = ("A", "B")
_COLUMNS = ("source", "side", "verb", "actor", "place", "t0", "t1", "pub", "stance", "story")


@dataclass(frozen=True)
class Plan:
    """What a set is like; the defaults are the middle of the family."""

    seed: int
    start: str = "2031-03-01"
    days: int = 180
    places: int = 300
    layout: str = "scatter"
    """``scatter``, ``towns`` or ``valleys``."""
    spacing_km: float = 6.0
    """Median distance from a place to its nearest other."""
    operations: int = 10
    sources: int = 12
    tellings: float = 2.0
    """Sources that tell of a change of hands of themselves, on average over the places that are ever named."""
    standing: float = 1.0
    """What is said besides changes: so many reports of holders for each telling of a change, and of fighting to match."""
    copies: float = 0.3
    """Share of the claims that others print again."""
    unlabelled: float = 0.25
    """Share of these that do not say whose they are."""
    noise: float = 1.0
    """Scales false claims, misplaced names and lateness."""
    unnamed: float = 0.15
    """Share of the places that no source ever names."""
    stated: float = 1.0
    """Share of the places whose first holder is given."""


@dataclass(frozen=True)
class Outlet:
    """How one source reports."""

    id: str
    side: str
    busy: float
    centre: NDArray[np.float64]
    beat: float
    """Reach in km; far from the centre it says nothing."""
    concede: float
    """How willingly it tells of what hurts its side, beside what serves it."""
    eager: float
    """Chance that it tells of a gain of its side before it is one."""
    late: float
    """Median days from the event to print."""
    weekly: bool
    """Whether it prints once a week."""
    prints_day: float
    """Chance that it dates by the day of printing."""
    insists: float
    """Chance that it goes on saying that its side holds what was lost."""


@dataclass(frozen=True)
class GeneratedSet:
    """A study: truth (places, days) of 0, 1 and 2 contested, `xy` km, `area` km2, `first` states (-1 not stated), claims."""

    plan: Plan
    state: NDArray[np.int8]
    xy: NDArray[np.float64]
    area: NDArray[np.float64]
    first: NDArray[np.int8]
    claims: pd.DataFrame
    """In the columns of `tenure fuse`; places are p0, p1, ..."""


def draw_set(plan: Plan) -> GeneratedSet:
    """Return the set of a plan; the same plan gives the same set."""
    rng = np.random.default_rng([plan.seed, 41])
    xy, area = lay_out(plan.places, plan.layout, plan.spacing_km, rng)
    state = draw_truth(xy, plan.days, plan.operations, plan.spacing_km, rng)
    outlets = _draw_outlets(plan, xy, rng)
    claims = _Reporting(plan, state, xy, outlets, rng).claims()
    first = np.where(rng.random(plan.places) < plan.stated, state[:, 0], -1).astype(np.int8)
    # a map of the first day is not always right
    wrong = (first >= 0) & (first < CONTESTED) & (rng.random(plan.places) < 0.01 * plan.noise)
    first[wrong] = 1 - first[wrong]
    first[first == CONTESTED] = -1
    return GeneratedSet(plan, state, xy, area, first, claims)


def _draw_outlets(plan: Plan, xy: NDArray[np.float64], rng: np.random.Generator) -> list[Outlet]:
    out, size = [], float(np.ptp(xy, axis=0).max())
    for k in range(plan.sources):
        # both sides speak in every set, neutrals in most
        side = SIDES[k] if k < len(SIDES) else str(rng.choice([*SIDES, "NEU"], p=[0.3, 0.3, 0.4]))
        partisan = side != "NEU"
        out.append(
            Outlet(
                id=f"{side.lower()}{k}",
                side=side,
                busy=float(rng.pareto(1.5) + 0.2),
                centre=xy[rng.integers(len(xy))],
                beat=float(size * (rng.uniform(0.1, 0.4) if rng.random() < 0.5 else 2.0)),
                concede=float(rng.uniform(0.02, 0.4)) if partisan else 1.0,
                eager=float(rng.uniform(0.0, 0.3)) * partisan,
                late=float(rng.uniform(0.3, 2.0) * plan.noise),
                weekly=bool(rng.random() < 0.2),
                prints_day=float(rng.uniform(0.1, 0.6)),
                insists=float(rng.uniform(0.0, 0.35) * plan.noise) * partisan,
            )
        )
    return out


class _Reporting:
    """The claims of a set, as they are made."""

    def __init__(
        self,
        plan: Plan,
        state: NDArray[np.int8],
        xy: NDArray[np.float64],
        outlets: list[Outlet],
        rng: np.random.Generator,
    ) -> None:
        self.plan, self.state, self.xy, self.outlets, self.rng = plan, state, xy, outlets, rng
        self.places, self.days = state.shape
        fame = rng.lognormal(0.0, 0.7, self.places)
        fame[rng.random(self.places) < plan.unnamed] = 0.0
        self.fame = fame / max(fame[fame > 0].mean(), 1e-9)
        self.homonym = rng.permutation(self.places)
        away = np.linalg.norm(xy[:, None] - xy[None], axis=2)
        self.beside = np.argsort(away, axis=1)[:, 1:7]
        unlike = state[:, None, ::7] != state[None, :, ::7]
        self.front = np.where(unlike, away[:, :, None], np.inf).min(axis=1) < 3.0 * plan.spacing_km
        self.reach = np.array([[np.linalg.norm(p - o.centre) < o.beat for o in outlets] for p in xy])
        self.rows: list[tuple[object, ...]] = []

    def claims(self) -> pd.DataFrame:
        """Return all claims in the columns of `tenure fuse`."""
        import pandas as pd

        true = self._changes()
        self._lies(round(0.12 * self.plan.noise * true))
        self._standing(round(self.plan.standing * true))
        self._fighting()
        self._copies()
        frame = pd.DataFrame(self.rows, columns=list(_COLUMNS))
        frame = frame[(frame["t0"] >= 0) & (frame["t1"] < self.days) & (frame["pub"] < self.days)]
        frame = frame.sort_values(["pub", "source", "place", "verb", "t0", "story"], ignore_index=True)
        start = np.datetime64(self.plan.start)
        return pd.DataFrame(
            {
                "claim_id": [f"c{n}" for n in range(len(frame))],
                **{c: frame[c] for c in ("source", "side", "verb", "actor", "stance")},
                "place_id": "p" + frame["place"].astype(str),
                **{c: start + frame[c].to_numpy(dtype=int) for c in ("t0", "t1", "pub")},
                "story": frame["story"],
            }
        )

    def _speaker(self, place: int, serves: int | None) -> int | None:
        """Return a source that tells of the place, None where nobody would; `serves` the side that gains by the telling."""
        weight = np.array([o.busy for o in self.outlets]) * self.reach[place]
        if serves is not None:
            weight *= [o.concede if o.side == SIDES[1 - serves] else 1.0 for o in self.outlets]
        return int(self.rng.choice(len(weight), p=weight / weight.sum())) if weight.sum() > 0 else None

    def _tell(self, k: int, verb: str, actor: int, place: int, day: int, stance: str = "asserted") -> None:
        """Add what source k says of the place on the day, printed when it prints, dated as it dates, named as it names."""
        rng, outlet = self.rng, self.outlets[k]
        if rng.random() < 0.04 * self.plan.noise:
            place = int(self.homonym[place] if rng.random() < 0.4 else rng.choice(self.beside[place]))
        pub = day + int(rng.lognormal(np.log(outlet.late + 0.1), 0.9))
        if outlet.weekly:
            pub += (k - pub) % 7
        first, last = day, day
        if rng.random() < outlet.prints_day:
            first = last = pub
        elif rng.random() < 0.15:
            first, last = day - int(rng.integers(1, 6)), pub
        label = SIDES[actor] if actor < CONTESTED else "contested"
        self.rows.append((outlet.id, outlet.side, verb, label, place, first, last, pub, stance, len(self.rows)))

    def _changes(self) -> int:
        """Tell of the changes of hands; return how many tellings there were."""
        rng, before = self.rng, len(self.rows)
        for i, t in zip(*np.nonzero(self.state[:, 1:] != self.state[:, :-1]), strict=True):
            day, new = int(t) + 1, int(self.state[i, t + 1])
            if new == CONTESTED:
                continue
            # attention is bursty: a great day has everybody there, the next nobody
            for _ in range(rng.poisson(self.plan.tellings * self.fame[i] * rng.gamma(2.0, 0.5))):
                k = self._speaker(int(i), new)
                if k is not None:
                    self._tell_change(k, int(i), day, new)
            self._insist(int(i), day, 1 - new)
        return len(self.rows) - before

    def _tell_change(self, k: int, place: int, day: int, new: int) -> None:
        rng, outlet = self.rng, self.outlets[k]
        hurts = outlet.side == SIDES[1 - new]
        stance = "possible" if rng.random() < 0.08 else "asserted"
        if not hurts and rng.random() < outlet.eager:
            day -= int(rng.integers(1, 6))
        else:
            day += int(rng.random() < 0.3)
        if rng.random() < (0.4 if hurts else 0.1):
            self._tell(k, "lost", 1 - new, place, day, stance)
        elif rng.random() < 0.15:
            self._tell(k, "held", new, place, day + int(rng.integers(0, 4)), stance)
        else:
            self._tell(k, "took", new, place, day, stance)
        if rng.random() < 0.06 and (other := self._speaker(place, 1 - new)) is not None:
            self._tell(other, "took", new, place, day + int(rng.integers(0, 2)), "denied")

    def _insist(self, place: int, day: int, loser: int) -> None:
        """Let sources of the side that lost a place go on saying that it holds it."""
        for k, outlet in enumerate(self.outlets):
            if (
                outlet.side == SIDES[loser]
                and self.reach[place, k]
                and self.rng.random() < outlet.insists * self.fame[place] / 3
            ):
                self._tell(k, "held", loser, place, day + int(self.rng.integers(1, 15)))

    def _lies(self, count: int) -> None:
        """Claim places that did not fall: by a side, for days, echoed by its own; or by anybody's mistake."""
        rng = self.rng
        for _ in range(count):
            day = int(rng.integers(3, self.days))
            taker = int(rng.integers(2))
            there = (self.state[:, day] == 1 - taker) & (self.fame > 0)
            places = np.flatnonzero(there & self.front[:, day // 7]) if rng.random() < 0.8 else np.flatnonzero(there)
            if len(places) == 0:
                continue
            place = int(rng.choice(places))
            own = [k for k, o in enumerate(self.outlets) if o.side == SIDES[taker]]
            if rng.random() < 0.65:
                for n in range(int(rng.geometric(0.6))):
                    self._tell(int(rng.choice(own)), "took" if n == 0 else "held", taker, place, day + 2 * n)
                loser = [k for k, o in enumerate(self.outlets) if o.side == SIDES[1 - taker]]
                if rng.random() < 0.35:
                    self._tell(int(rng.choice(loser)), "took", taker, place, day + int(rng.integers(0, 3)), "denied")
            elif (k := self._speaker(place, None)) is not None:
                self._tell(k, "took", taker, place, day)

    def _standing(self, count: int) -> None:
        """Say who holds what, here and there along the front, mostly as it is."""
        rng = self.rng
        for _ in range(count):
            day = int(rng.integers(0, self.days))
            places = np.flatnonzero(self.front[:, day // 7] & (self.fame > 0) & (self.state[:, day] < CONTESTED))
            if len(places) == 0:
                continue
            place = int(rng.choice(places))
            holder = int(self.state[place, day])
            k = self._speaker(place, holder)
            if k is not None:
                self._tell(k, "held", holder if rng.random() > 0.05 * self.plan.noise else 1 - holder, place, day)

    def _fighting(self) -> None:
        """Tell of fighting: nearly every week where it is, now and then at quiet ends of the front."""
        rng = self.rng
        at = np.repeat(self.front, 7, axis=1)[:, : self.days]
        chance = np.where(self.state == CONTESTED, 0.15, np.where(at, 0.006, 0.0)) * np.minimum(self.fame, 2.0)[:, None]
        chance *= self.plan.standing
        for i, t in zip(*np.nonzero(rng.random(chance.shape) < chance), strict=True):
            if (k := self._speaker(int(i), None)) is not None:
                self._tell(k, "clash", CONTESTED, int(i), int(t))

    def _copies(self) -> None:
        """Print stories again elsewhere, mostly with their dates; a share does not say whose they are."""
        rng, busy = self.rng, np.array([o.busy for o in self.outlets])
        for row in tuple(self.rows):
            if rng.random() >= self.plan.copies:
                continue
            source, _, *what, first, last, pub, stance, story = row
            for k in np.unique(rng.choice(len(busy), 1 + rng.poisson(0.8), p=busy / busy.sum())):
                outlet = self.outlets[int(k)]
                if outlet.id == source:
                    continue
                again = int(pub) + int(rng.integers(0, 4))
                dates = (first, last) if rng.random() < 0.7 else (again, again)
                told = len(self.rows) if rng.random() < self.plan.unlabelled else story
                self.rows.append((outlet.id, outlet.side, *what, *dates, again, stance, told))


def write_set(made: GeneratedSet, out: Path) -> None:
    """Write places, truth, first map and claims as Parquet, and the plan as JSON."""
    import json

    import pandas as pd

    out.mkdir(parents=True, exist_ok=True)
    ids, label = [f"p{i}" for i in range(made.plan.places)], np.array([*SIDES, "contested"])
    dates = np.datetime64(made.plan.start) + np.arange(made.plan.days)
    pd.DataFrame({"place_id": ids, "x": made.xy[:, 0], "y": made.xy[:, 1], "area_km2": made.area}).to_parquet(
        out / "places.parquet"
    )
    pd.DataFrame(
        {
            "place_id": np.repeat(ids, made.plan.days),
            "date": np.tile(dates, made.plan.places),
            "state": label[made.state.ravel()],
        }
    ).to_parquet(out / "truth.parquet")
    known = np.flatnonzero(made.first >= 0)
    pd.DataFrame({"place_id": np.array(ids)[known], "state": label[made.first[known]]}).to_parquet(out / "initial.parquet")
    made.claims.to_parquet(out / "claims.parquet")
    (out / "plan.json").write_text(json.dumps(asdict(made.plan), indent=1), encoding="utf-8")


def main() -> None:
    """Write one set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--plan", nargs="*", default=[], metavar="KEY=VALUE")
    asked = parser.parse_args()
    kinds = {k: type(v) for k, v in asdict(Plan(0)).items()}
    given = dict(item.split("=", 1) for item in asked.plan)
    made = draw_set(Plan(**{"seed": asked.seed} | {k: kinds[k](v) for k, v in given.items()}))
    write_set(made, asked.out)
    print(f"{asked.out}: {made.plan.places} places, {made.plan.days} days, {len(made.claims)} claims")


if __name__ == "__main__":
    main()
