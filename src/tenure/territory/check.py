"""Reported figures beside measured ones: every claimed quantity of ground or villages, over its own interval and area.

What is measured depends on the event. gain: ground that the claim's actors together did not hold on the day before and
held on some sampled day of the interval. loss: the same, lost. hold: ground held on the last day. siege: ground held by
the targets on the last day. Joint actors are added up, as the claim does. The verdict is ``supported`` or ``disputed``
only where the posterior is clear and the gazetteer could have shown it; else ``cannot tell``, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import shapely

from tenure.grid import to_geojson
from tenure.model import Event, PlacementStatus, PlaceRole, QuantityKind, RelationKind, Stance
from tenure.territory.findings import CheckRow
from tenure.territory.grouping import countable
from tenure.territory.inside import Outlines, placements_of
from tenure.territory.interval import quantiles
from tenure.territory.labels import drawn_on, names_of, sampled_dates
from tenure.territory.verdict import Measured, judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tenure.config import Study
    from tenure.grid import Cells
    from tenure.model import Claim, ControlSamples, Placement, Quantity

__all__ = ["check_quantities", "dates_to_sample"]

_BASIS = {Event.GAIN: "gained", Event.LOSS: "lost", Event.HOLD: "held", Event.SIEGE: "pocket", Event.OTHER: "held"}
_KINDS = (QuantityKind.KM2, QuantityKind.VILLAGES)


@dataclass(frozen=True, slots=True, eq=False)
class _Where:
    """The area of a claim: its name, km2 of each cell inside and which places count, (places,)."""

    name: str
    km2: NDArray[np.float64]
    counted: NDArray[np.bool_]
    named: bool


def _checkable(claims: Sequence[Claim]) -> list[tuple[Claim, Quantity]]:
    return [
        (claim, quantity)
        for claim in sorted(claims, key=lambda c: (c.known_from, c.claim_id))
        if claim.event in _BASIS and claim.stance in (Stance.ASSERTED, Stance.POSSIBLE)
        for quantity in claim.quantities
        if quantity.kind in _KINDS and not (claim.event is Event.OTHER and quantity.kind is QuantityKind.VILLAGES)
    ]


def _span(claim: Claim, first: date, last: date) -> tuple[date, date]:
    """Return the day before the claim's interval and its last day, clipped to the study."""
    before = min(max(claim.start - timedelta(days=1), first), last)
    return before, min(max(claim.end - timedelta(days=1), first), last)


def dates_to_sample(claims: Sequence[Claim], first: date, last: date) -> tuple[date, ...]:
    """Return the dates, sorted, that `check_quantities` needs joint samples of, clipped to the study's first and last day."""
    return tuple(sorted({d for claim, _ in _checkable(claims) for d in _span(claim, first, last)}))


def check_quantities(
    claims: Sequence[Claim], placements: Sequence[Placement], samples: ControlSamples, cells: Cells, *, study: Study
) -> tuple[CheckRow, ...]:
    """Return one row a reported quantity of km2 or villages, by publication.

    Claims that are denied or planned are left out. Days outside the study are clipped to it and the reason says so. A
    date that was not sampled raises InputError (`dates_to_sample` names them).
    """
    outlines = Outlines.of(study, cells.projection)
    placed = placements_of(placements)
    out = []
    for claim, quantity in _checkable(claims):
        where = _where(placed.get(claim.claim_id, ()), cells, outlines)
        out.append(_row(claim, quantity, where, samples, cells=cells, study=study))
    return tuple(out)


def _row(
    claim: Claim, quantity: Quantity, where: _Where, samples: ControlSamples, *, cells: Cells, study: Study
) -> CheckRow:
    first, last = study.config.start, study.config.end - timedelta(days=1)
    before, until = _span(claim, first, last)
    ids = claim.target_ids if claim.event is Event.SIEGE else claim.actor_ids
    actors = _holders(ids, samples, study)
    draws, unknown = _draws(claim.event, quantity, where, actors, (samples, cells, before, until))
    settlements = where.counted.astype(bool)
    located = settlements & (cells.area_km2 > 0)
    measured = Measured(
        draws=draws if actors else np.empty(0),
        settlements=int(settlements.sum()),
        located=int(located.sum()),
        cell_km2=float(where.km2[located].mean()) if located.any() else float("nan"),
        unknown_share=unknown,
        area_known=where.named,
        outside_study=claim.start < first or claim.end > last + timedelta(days=1),
    )
    verdict = judge(quantity, _BASIS[claim.event], measured)
    value = float(draws.mean()) if actors and len(draws) else float("nan")
    lo50, hi50, lo90, hi90 = quantiles(draws if actors else None, value)
    return CheckRow(
        claim_id=claim.claim_id,
        report_id=claim.report_id,
        quote=claim.quote,
        kind=quantity.kind.value,
        basis=_BASIS[claim.event],
        actors=actors,
        start=claim.start,
        end=claim.end,
        where=where.name,
        reported=quantity.value,
        qualifier=quantity.qualifier.value,
        measured=value,
        lo50=lo50,
        hi50=hi50,
        lo90=lo90,
        hi90=hi90,
        ratio=quantity.value / value if value > 0 else float("nan"),
        p_at_least=float((draws >= quantity.value).mean()) if actors and len(draws) else float("nan"),
        verdict=verdict[0],
        reason=verdict[1],
        settlements=measured.settlements,
        located=measured.located,
        cell_km2=measured.cell_km2,
    )


def _holders(ids: Sequence[str], samples: ControlSamples, study: Study) -> tuple[str, ...]:
    """Return the states of the control model that the actors hold ground as: themselves, or whom they are part of."""
    states = set(samples.states)
    out: set[str] = set()
    for actor in ids:
        if actor in states:
            out.add(actor)
            continue
        for relation in study.relations:
            if relation.kind is RelationKind.PARENT and actor in relation.actors:
                out |= states & set(relation.actors)
    return tuple(sorted(out))


def _where(placements: Sequence[Placement], cells: Cells, outlines: Outlines) -> _Where:
    """Return the union of the claim's areas; without one the whole study area."""
    polygons, names = [], []
    for placement in placements:
        polygon = outlines.polygon(placement) if placement.status is PlacementStatus.AREA else None
        if polygon is not None and placement.role in (None, PlaceRole.IN_AREA, PlaceRole.AT, PlaceRole.NEAR):
            polygons.append(polygon)
            names.append(placement.name)
    if not polygons:
        return _Where("study area", cells.area_km2, countable(cells), named=False)
    area = to_geojson(shapely.union_all(polygons), cells.projection)
    km2 = cells.ground_in(area)
    ids = {p.place_id for p in placements if p.status is PlacementStatus.AREA}
    inside = cells.within(area) | np.array([p.lon is None and p.area_id in ids for p in cells.places], np.bool_)
    return _Where(", ".join(dict.fromkeys(names)), km2, inside & countable(cells), named=True)


def _draws(
    event: Event,
    quantity: Quantity,
    where: _Where,
    actors: tuple[str, ...],
    drawn: tuple[ControlSamples, Cells, date, date],
) -> tuple[NDArray[np.float64], float]:
    """Return the measured quantity in every draw, and the share of the weights that is unknown on the last day."""
    samples, cells, before, until = drawn
    names = names_of(samples)
    mine = np.array([n in actors for n in names], np.bool_)
    weights = where.km2 if quantity.kind is QuantityKind.KM2 else where.counted.astype(np.float64)
    last = drawn_on(samples, cells, until)
    total = float(weights.sum())
    unknown = float(((last == len(names) - 1).mean(axis=0) * weights).sum() / total) if total else 1.0
    if event not in (Event.GAIN, Event.LOSS):
        return mine[last] @ weights, unknown
    start = mine[drawn_on(samples, cells, before)]
    if event is Event.LOSS:
        start, mine = ~start, ~mine
    taken = np.zeros_like(start)
    for day in sampled_dates(samples, before, until):
        taken |= ~start & mine[drawn_on(samples, cells, day)]
    return taken @ weights, unknown
