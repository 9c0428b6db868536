"""The gate on generated claim sets: a family of invented studies, made by bench/simulate_family.py, with pinned floors.

The sets differ in sources, unlabelled copies, noise, density, layout, spacing, length and year; none of it follows the
model's assumptions. They were looked at when `absence` and `chain.from_contested` were chosen. Needs only the project.

Usage: python gates/generated.py [SET ...]. Exit code 0 when all floors hold, 1 when one does not. What each mechanism is
worth on them: bench/ablate.py.
"""

from __future__ import annotations

import sys
import tomllib
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1] / "bench"))
from simulate_family import SIDES, GeneratedSet, Plan, draw_set  # noqa: E402 - found by the path above
from simulate_fronts import near_front  # noqa: E402 - found by the path above

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tenure.control import Fused

FLOORS = HERE.with_name("generated_floors.toml")
CEILINGS = frozenset({"brier", "ece"})
READINGS = ("hindsight", "filtered")
_FRONT = 3.2  # the front reaches so many spacings from a place in another state: 15 km on the ground of gates/control.py


def fused_set(made: GeneratedSet, reading: str, **settings: Any) -> Fused:  # noqa: ANN401 - settings of any kind
    """Return the fusion of a set's claims."""
    import pyarrow as pa

    from tenure.control import ControlSettings, evidence_from_bench, fuse

    start, known = date.fromisoformat(made.plan.start), np.flatnonzero(made.first >= 0)
    ids = [f"p{i}" for i in range(made.plan.places)]
    return fuse(
        evidence_from_bench(pa.Table.from_pandas(made.claims, preserve_index=False)),
        pa.table({"place_id": ids, "x": made.xy[:, 0], "y": made.xy[:, 1], "area_km2": made.area}),
        initial=pa.table(
            {
                "place_id": pa.array([ids[i] for i in known], pa.string()),
                "state": pa.array([SIDES[made.first[i]] for i in known], pa.string()),
            }
        ),
        start=start,
        end=start + timedelta(days=made.plan.days),
        states=SIDES,
        settings=ControlSettings(**settings),
        reading=reading,
    )


def figures(made: GeneratedSet, fused: Fused) -> dict[str, float]:
    """Return the figures that gates/control.py shows, by the same rules, of one fusion."""
    posterior = fused.posterior
    p = posterior.p[np.array([posterior.knots_on(d) for d in range(posterior.days)]).T].astype(np.float64)
    p = np.clip(p, 1e-6, 1.0)
    p /= p.sum(axis=2, keepdims=True)
    called, state = p.argmax(axis=2), made.state
    hit, right = called == state, np.take_along_axis(p, state[:, :, None].astype(int), axis=2)[:, :, 0]
    front = near_front(state, made.xy, _FRONT * made.plan.spacing_km)
    return {
        "accuracy": float(hit.mean()),
        "front": float(hit[front].mean()),
        "brier": float(((p**2).sum(axis=2) - 2 * right + 1).mean()),
        "f1": event_f1(state, called),
        "ece": calibration_error(p.max(axis=2), hit),
        "coverage": area_coverage(made, fused),
    }


def event_f1(state: NDArray[np.int8], called: NDArray[np.int64], tolerance: int = 7) -> float:
    """Return F1 of changes: the same place into the same state within so many days, nearest pairs first, each used once."""
    found = [_events(called), _events(state)]
    true: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, day, new in found[1]:
        true[place, new].append(day)
    pairs = sorted(
        (abs(day - other), n, (place, new, other))
        for n, (place, day, new) in enumerate(found[0])
        for other in true[place, new]
        if abs(day - other) <= tolerance
    )
    used: set[object] = set()
    matched = 0
    for _, n, event in pairs:
        if n not in used and event not in used:
            used |= {n, event}
            matched += 1
    return 2 * matched / max(len(found[0]) + len(found[1]), 1)


def _events(states: NDArray[Any]) -> list[tuple[int, int, int]]:
    place, day = np.nonzero(states[:, 1:] != states[:, :-1])
    return [(int(i), int(t) + 1, int(states[i, t + 1])) for i, t in zip(place, day, strict=True)]


def calibration_error(p: NDArray[np.float64], hit: NDArray[np.bool_], bins: int = 15) -> float:
    """Return the mean distance of the probability of what is called from how often it is right, over 15 bins."""
    at = np.minimum((p * bins).astype(int), bins - 1).ravel()
    gap = np.bincount(at, p.ravel(), bins) - np.bincount(at, hit.ravel(), bins)
    return float(np.abs(gap).sum() / p.size)


def area_coverage(made: GeneratedSet, fused: Fused) -> float:
    """Return the share of weeks and sides whose true area lies in the 90% interval of the draws."""
    from tenure.control import draw_samples, summarise_areas

    start = fused.posterior.first_day
    weeks = [start + timedelta(days=int(d)) for d in np.arange(3, made.plan.days, 7)]
    table = summarise_areas(fused, draw_samples(fused, weeks, count=100, seed=1)).to_pylist()
    inside = []
    for row in table:
        if row["actor"] in SIDES:
            true = made.area[made.state[:, (row["date"] - start).days] == SIDES.index(row["actor"])].sum()
            inside.append(row["lo"] <= true <= row["hi"])
    return float(np.mean(inside))


def check(name: str, got: dict[str, float], floors: dict[str, float]) -> list[str]:
    """Return the broken floors of one row."""
    return [
        f"{name}: {figure} {got[figure]:.4f} against {floor}"
        for figure, floor in floors.items()
        if (got[figure] > floor if figure in CEILINGS else got[figure] < floor)
    ]


def show(name: str, got: dict[str, float]) -> None:
    """Print one row of the table."""
    print(f"{name:34s}" + " ".join(f"{k} {v:.3f}" for k, v in got.items()), flush=True)


def mean_of(rows: list[dict[str, float]]) -> dict[str, float]:
    """Return the mean of each figure."""
    return {k: float(np.mean([r[k] for r in rows])) for k in rows[0]}


def main() -> int:
    """Run the gate."""
    asked = [a for a in sys.argv[1:] if not a.startswith("--")]
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))
    sets = {n: draw_set(Plan(**plan)) for n, plan in floors["set"].items() if not asked or n in asked}
    for name, made in sets.items():
        changes = len(_events(made.state))
        print(f"{name}: {made.plan.places} places, {made.plan.days} days, {changes} changes, {len(made.claims)} claims")
    broken = []
    for reading in READINGS:
        rows = {name: figures(made, fused_set(made, reading)) for name, made in sets.items()}
        if not asked:
            rows["mean"] = mean_of([*rows.values()])
        for name, got in rows.items():
            show(f"{name}-{reading}", got)
            broken += check(f"{name}-{reading}", got, floors["floor"].get(f"{name}-{reading}", {}))
    print("\n".join(broken) or "all floors hold")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
