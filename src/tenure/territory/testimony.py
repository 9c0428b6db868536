"""Claims of passage: which speak of an actor at a time, how near a way they lie, how probable they make the passage.

Each independent witness multiplies the odds by its likelihood ratio k r / (1 - r) + (1 - k): r its precision (the share of
its reports of a change that a change explains), k the claim's confidence, which is the chance that the text was read right.
A denial divides by the same. Copies of one story, and all that one source says, are one witness: its weightiest claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from tenure.model import Event, PlacementStatus, PlaceRole, Stance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from tenure.grid import Cells
    from tenure.model import Claim, Placement

__all__ = [
    "Testimony",
    "Witness",
    "clusters_of",
    "fitting_claims",
    "passage_claims",
    "raise_near",
    "testimonies",
    "told_probability",
]

_PRIOR = 0.2  # that a force which was cut off got out about then, before anybody says so: a judgement; no gate measures it
_PRECISION = 0.85  # of a source of which nothing is learned; no gate measures passages
_UNSURE = 0.5  # share of a claim's confidence that one which only calls it possible keeps


@dataclass(frozen=True, slots=True)
class Testimony:
    """A claim with the positions of its places: (lon, lat, radius_km) each; none when no place was resolved."""

    claim: Claim
    spots: tuple[tuple[float, float, float], ...]
    bound_for: tuple[tuple[float, float, float], ...] = ()
    """Those of the spots that the claim has the force going to."""
    through: tuple[tuple[float, float, float], ...] = ()
    """Those that it has the force passing or coming from; areas are not among them."""


def passage_claims(
    told: Sequence[Testimony], actors: AbstractSet[str], day: date, *, window_days: int
) -> tuple[Testimony, ...]:
    """Return the testimonies of a passage of one of the actors that come within the window of the day, in their order.

    Who passes is the target where a target is named (the actor is who lets it pass), else the actor.
    """
    window = timedelta(days=window_days)
    return tuple(
        t
        for t in told
        if actors & set(t.claim.target_ids or t.claim.actor_ids)
        and t.claim.start <= day + window
        and t.claim.end > day - window
    )


def testimonies(claims: Sequence[Claim], placements: Sequence[Placement]) -> tuple[Testimony, ...]:
    """Return all claims of passage that are not plans, by claim id, with the positions of their places."""
    at: dict[str, list[tuple[float, float, float]]] = {}
    to: dict[str, list[tuple[float, float, float]]] = {}
    through: dict[str, list[tuple[float, float, float]]] = {}
    for placement in placements:
        if placement.claim_id is not None and placement.lon is not None and placement.lat is not None:
            spot = (placement.lon, placement.lat, placement.radius_km or 0.0)
            at.setdefault(placement.claim_id, []).append(spot)
            if placement.role is PlaceRole.TO:
                to.setdefault(placement.claim_id, []).append(spot)
            elif placement.status is PlacementStatus.RESOLVED:
                through.setdefault(placement.claim_id, []).append(spot)
    return tuple(
        Testimony(c, *(tuple(spots.get(c.claim_id, ())) for spots in (at, to, through)))
        for c in sorted(claims, key=lambda c: c.claim_id)
        if c.event is Event.PASSAGE and c.stance is not Stance.PLANNED
    )


def clusters_of(
    told: Sequence[Testimony], force: AbstractSet[str], *, window_days: int
) -> tuple[tuple[Testimony, ...], ...]:
    """Return the testimonies of one force being let through, put together where their intervals come within the window.

    The force is the target where a target is named, else the actor. Claims over more than a month go with the cluster that
    they overlap, and make one of their own only if there is none.
    """
    mine = [t for t in told if force & set(t.claim.target_ids or t.claim.actor_ids)]
    # nobody lets himself pass: such a claim does not say who passed
    mine = [t for t in mine if not (t.claim.target_ids and force & {*t.claim.actor_ids})]
    mine.sort(key=lambda t: ((t.claim.end - t.claim.start).days > window_days, t.claim.start, t.claim.claim_id))
    window = timedelta(days=window_days)
    out: list[list[Testimony]] = []
    for testimony in mine:
        claim = testimony.claim
        for cluster in out:
            if any(claim.start < t.claim.end + window and t.claim.start < claim.end + window for t in cluster):
                cluster.append(testimony)
                break
        else:
            out.append([testimony])
    return tuple(tuple(c) for c in out)


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


class Witness(NamedTuple):
    """Who makes a claim: the source, the story that its report belongs to, and the source's precision, 0 to 1."""

    source: str
    story: str
    precision: float = _PRECISION


def told_probability(claims: Sequence[Claim], witnesses: Mapping[str, Witness]) -> float:
    """Return the probability of the passage that claims assert, possible ones at half; 0 where none asserts it.

    `witnesses` by claim_id; of a claim without one the speaker (else the report) is its source, of no known precision.
    """
    odds = _PRIOR / (1.0 - _PRIOR)
    asserted = [c for c in claims if c.stance is not Stance.DENIED]
    if not asserted:
        return 0.0
    for group, sign in ((asserted, 1.0), ([c for c in claims if c.stance is Stance.DENIED], -1.0)):
        for ratio in _independent(group, witnesses):
            odds *= ratio**sign
    return odds / (1.0 + odds)


def _independent(claims: Sequence[Claim], witnesses: Mapping[str, Witness]) -> list[float]:
    """Return the likelihood ratios of the claims that no weightier one of the same source or story stands for."""
    ranked = []
    for claim in claims:
        nobody = Witness(claim.speaker_id or claim.speaker or claim.report_id, claim.report_id)
        witness = witnesses.get(claim.claim_id, nobody)
        read = claim.confidence * (_UNSURE if claim.stance is Stance.POSSIBLE else 1.0)
        right = min(max(witness.precision, 0.5), 0.99)
        ranked.append((read * right / (1.0 - right) + (1.0 - read), claim.claim_id, witness))
    seen: set[str] = set()
    out = []
    for ratio, _, witness in sorted(ranked, key=lambda r: (-r[0], r[1])):
        who = {f"source {witness.source}", f"story {witness.story}"}
        if not who & seen:
            out.append(ratio)
        seen |= who
    return out
