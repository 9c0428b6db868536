"""Claims of passage: which of them speak of an actor at a time, how near they lie to a way, and how they open it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import shapely

from tenure.model import Event, Stance

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from tenure.grid import Cells
    from tenure.model import Claim, Placement

__all__ = ["Testimony", "fitting_claims", "passage_claims", "raise_near"]


@dataclass(frozen=True, slots=True)
class Testimony:
    """A claim with the positions of its places: (lon, lat, radius_km) each; none when no place was resolved."""

    claim: Claim
    spots: tuple[tuple[float, float, float], ...]


def passage_claims(
    claims: Sequence[Claim], placements: Sequence[Placement], actors: AbstractSet[str], day: date, *, window_days: int
) -> tuple[Testimony, ...]:
    """Return the claims of passage that name one of the actors and come within the window of the day, by claim id."""
    window = timedelta(days=window_days)
    at: dict[str, list[tuple[float, float, float]]] = {}
    for placement in placements:
        if placement.claim_id is not None and placement.lon is not None and placement.lat is not None:
            at.setdefault(placement.claim_id, []).append((placement.lon, placement.lat, placement.radius_km or 0.0))
    return tuple(
        Testimony(c, tuple(at.get(c.claim_id, ())))
        for c in sorted(claims, key=lambda c: c.claim_id)
        if c.event is Event.PASSAGE
        and c.stance is not Stance.PLANNED
        and actors & {*c.actor_ids, *c.target_ids}
        and c.start <= day + window
        and c.end > day - window
    )


def raise_near(
    p_pass: NDArray[np.float64], told: Sequence[Testimony], cells: Cells, *, reach_km: float
) -> NDArray[np.float64]:
    """Return p_pass (places,) raised near the places of claims that are not denied, by at most half of their confidence."""
    out = p_pass.copy()
    for testimony in told:
        if testimony.claim.stance is Stance.DENIED:
            continue
        for lon, lat, radius_km in testimony.spots:
            x_km, y_km = cells.projection.forward([lon], [lat])
            away = np.nan_to_num(np.hypot(cells.x_km - x_km[0], cells.y_km - y_km[0]), nan=np.inf)
            near = np.exp(-0.5 * (away / max(radius_km, reach_km / 3)) ** 2)
            out = 1 - (1 - out) * (1 - testimony.claim.confidence / 2 * near)
    return out


def fitting_claims(told: Sequence[Testimony], line: BaseGeometry, cells: Cells, *, reach_km: float) -> tuple[Claim, ...]:
    """Return the claims with a place within reach of the way, less its own radius, nearest first; then unplaced ones."""
    ranked = []
    for testimony in told:
        away = [_distance_km(spot, line, cells) for spot in testimony.spots]
        if not away:
            ranked.append((float("inf"), testimony.claim.claim_id, testimony.claim))
        elif min(away) <= reach_km:
            ranked.append((min(away), testimony.claim.claim_id, testimony.claim))
    return tuple(r[2] for r in sorted(ranked, key=lambda r: r[:2]))


def _distance_km(spot: tuple[float, float, float], line: BaseGeometry, cells: Cells) -> float:
    x_km, y_km = cells.projection.forward([spot[0]], [spot[1]])
    return max(float(shapely.distance(line, shapely.Point(x_km[0], y_km[0]))) - spot[2], 0.0)
