"""How often a P of some height was right on the campaigns, by whether a claim bears on the place near in time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

    from tenure.control import Fused

EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
"""Lower edges of the bands of P that are counted."""
Bands = dict[str, list[float]]


def track_record(seen: dict[str, Any], fused: Fused, evidence: pa.Table, *, filtered: bool) -> dict[str, Bands]:
    """Return place-days by band of the highest P: `near` a claim on the place, and `far`; from the scorer's own arrays.

    Left out are days of which the truth is not known, places of which nothing is known, and days that are shown as
    contested: no truth of a campaign says so.
    """
    from tenure.model.track_record import NAMED_P, is_near

    spans: dict[str, list[Any]] = {}
    for row in evidence.select(["place_id", "t0", "t1", "pub", "p_place"]).to_pylist():
        if row["p_place"] < NAMED_P:
            continue
        spans.setdefault(row["place_id"], []).append((row["t0"], row["t1"], row["pub"].date()))
    sure, right, kept = _judged(seen)
    first, posterior = seen["d0"].date(), fused.posterior
    days = [first + timedelta(days=d) for d in range(seen["T"])]
    informed = {p: i for i, p in enumerate(posterior.place_ids)}
    told = {day: posterior.informed_on(day) for day in days if posterior.first_day <= day}
    near, known = np.zeros_like(kept), np.zeros_like(kept)
    for i, place in enumerate(kept_ids(seen)):
        for d, day in enumerate(days):
            known[i, d] = place in informed and bool(told[day][informed[place]])
            near[i, d] = is_near(day, spans.get(place, ()), as_known=filtered)
    kept &= known
    return {"near": _bands(sure, right, kept & near), "far": _bands(sure, right, kept & ~near)}


def kept_ids(seen: dict[str, Any]) -> list[str]:
    """Return the places that the scorer judges: those that change hands, then those that never do."""
    return [*map(str, seen["ids"]), *(map(str, seen["si"]) if "si" in seen else ())]


def _judged(seen: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Return the highest P, whether it is right, and whether the day counts, each (places, days)."""
    sure, right, called, kept = [seen["m"]], [seen["hit"]], [seen["A"]], [seen["K"]]
    if "m2" in seen:
        sure, right, called = [*sure, seen["m2"]], [*right, seen["h2"]], [*called, seen["A2"]]
        kept.append(np.ones_like(seen["h2"], dtype=bool))
    contested = seen["ix"]["contested"]
    return np.concatenate(sure), np.concatenate(right), np.concatenate(kept) & (np.concatenate(called) != contested)


def _bands(sure: Any, right: Any, chosen: Any) -> Bands:  # noqa: ANN401 - arrays, shape (places, days)
    """Return by band the days, those of them that are right, the places, and the mean P."""
    at = np.searchsorted(EDGES, sure, side="right") - 1
    out: Bands = {"days": [], "right": [], "places": [], "p": []}
    for band in range(len(EDGES)):
        here = chosen & (at == band)
        out["days"].append(int(here.sum()))
        out["right"].append(int(right[here].sum()))
        out["places"].append(int(here.any(axis=1).sum()))
        out["p"].append(float(sure[here].mean()) if here.any() else 0.0)
    return out
