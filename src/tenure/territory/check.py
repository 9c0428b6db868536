"""Reported figures beside measured ones: every claimed quantity of ground or villages, over its own interval and area.

What is measured depends on the event. gain: the most that the claim's actors together held, on one sampled day of the
interval, of what they did not hold on the day before. loss: the same, lost. hold: what they hold on the last day. siege:
what the targets hold then. Joint actors are added up, as the claim does; a group without ground of its own counts for
whom it fights. The verdict is ``supported`` or ``disputed`` only where the posterior is clear and the gazetteer could
have shown it; else ``cannot tell``, with the reason.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from tenure.model import Event, QuantityKind, Stance
from tenure.territory.containment import Outlines, placements_of
from tenure.territory.findings import Check
from tenure.territory.interval import quantiles
from tenure.territory.labels import drawn_on, names_of, sampled_dates
from tenure.territory.scope import holders_of, nearest, scope_of, span_of
from tenure.territory.share import is_share, shares_of
from tenure.territory.tellings import RECENT_DAYS, SLACK_DAYS, Tellings
from tenure.territory.verdict import Measured, judge

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from tenure.config import Study
    from tenure.grid import Cells
    from tenure.model import Claim, ControlSamples, Placement, Posterior, Quantity, Report
    from tenure.territory.scope import Scope

__all__ = ["check_quantities", "dates_to_sample"]

_BASIS = {Event.GAIN: "gained", Event.LOSS: "lost", Event.HOLD: "held", Event.SIEGE: "pocket", Event.OTHER: "held"}
_LIKELIER = 0.5
_KINDS = (QuantityKind.KM2, QuantityKind.VILLAGES)


def _checkable(claims: Sequence[Claim]) -> list[tuple[Claim, Quantity]]:
    return [
        (claim, quantity)
        for claim in sorted(claims, key=lambda c: (c.known_from, c.claim_id))
        if claim.event in _BASIS and claim.stance in (Stance.ASSERTED, Stance.POSSIBLE)
        for quantity in (*(q for q in claim.quantities if q.kind in _KINDS), *shares_of(claim))
        if not (claim.event is Event.OTHER and quantity.kind is QuantityKind.VILLAGES)
    ]


def dates_to_sample(claims: Sequence[Claim], first: date, last: date) -> tuple[date, ...]:
    """Return the dates, sorted, on which `check_quantities` looks at the samples, clipped to [first, last]."""
    return tuple(sorted({d for claim, _ in _checkable(claims) for d in span_of(claim, first, last)}))


def check_quantities(  # noqa: PLR0917 - the study, its three tables and what was made of them, in the chain's order
    study: Study,
    claims: Sequence[Claim],
    placements: Sequence[Placement],
    reports: Sequence[Report],
    posterior: Posterior,
    samples: ControlSamples,
    cells: Cells,
) -> tuple[Check, ...]:
    """Return one row a reported quantity of km2, of villages or of a share of an area in percent, by publication.

    Left out are claims that are denied or planned, and those of reports that are copies. Days outside the study are
    clipped to it; of a day that was not sampled the nearest sampled one stands for it: the reason says both.
    """
    copies = {r.report_id for r in reports if r.copy_of is not None}
    outlines = Outlines.of(study, cells.projection)
    placed = placements_of(placements)
    first, last = posterior.first_day, posterior.first_day + timedelta(days=posterior.days - 1)
    told = Tellings.of(claims, placed, cells)
    out = []
    for claim, quantity in _checkable([c for c in claims if c.report_id not in copies]):
        scope = scope_of(placed.get(claim.claim_id, ()), cells, outlines)
        ids = claim.target_ids if claim.event is Event.SIEGE else claim.actor_ids
        actors = holders_of(ids, samples.states, study.relations)
        measured = _measure(claim, quantity, scope, actors, (samples, told, first, last))
        out.append(_row(claim, quantity, scope, actors, measured))
    return tuple(out)


def _measure(
    claim: Claim,
    quantity: Quantity,
    scope: Scope,
    actors: tuple[str, ...],
    drawn: tuple[ControlSamples, Tellings, date, date],
) -> Measured:
    samples, told, first, last = drawn
    cells = told.cells
    wanted = span_of(claim, first, last)
    before, until = (nearest(samples.dates, d) for d in wanted)
    weights = scope.counted.astype(np.float64) if quantity.kind is QuantityKind.VILLAGES else scope.km2
    if is_share(quantity):
        weights = weights * (100.0 / max(float(weights.sum()), 1e-9))
    draws, unknown = _draws(claim.event, weights, actors, (samples, cells, before, until))
    located = scope.counted & (cells.area_km2 > 0)
    missing, resting = _untold(claim.event, weights, actors, told, (samples, before, until))
    return Measured(
        draws=draws if actors else np.empty(0),
        settlements=int(scope.counted.sum()),
        located=int(located.sum()),
        cell_km2=float(scope.km2[located].mean()) if located.any() else float("nan"),
        unknown_share=unknown,
        larger=scope.kind == "larger" or (is_share(quantity) and scope.kind != "area"),
        clipped=claim.start < first or claim.end > last + timedelta(days=1),
        disjoint=claim.end <= first or claim.start > last,
        missing=missing,
        resting=resting,
        measured_days="" if (before, until) == wanted else f"measured from {before} to {until}",
    )


def _untold(
    event: Event,
    weights: NDArray[np.float64],
    actors: tuple[str, ...],
    told: Tellings,
    drawn: tuple[ControlSamples, date, date],
) -> tuple[float, float]:
    """Return how much may be missing from the measure because no report told of it, and how much of it rests on old ones."""
    samples, before, until = drawn
    mine = np.array([n in actors for n in names_of(samples)], np.bool_)
    if event is Event.LOSS:
        mine = ~mine
    held = mine[drawn_on(samples, told.cells, until)].mean(axis=0) > _LIKELIER
    if event in (Event.GAIN, Event.LOSS):
        there = ~mine[drawn_on(samples, told.cells, before)]
        heard = told.between(before - timedelta(days=SLACK_DAYS), until + timedelta(days=SLACK_DAYS))
        could = ~heard & ~held & (there.mean(axis=0) > _LIKELIER) & told.beside(held | heard)
        return float(weights[could].sum()), 0.0
    unheard = ~told.between(until - timedelta(days=RECENT_DAYS), until)
    return float(weights[unheard & ~held & told.beside(held)].sum()), float(weights[unheard & held].sum())


def _row(claim: Claim, quantity: Quantity, scope: Scope, actors: tuple[str, ...], measured: Measured) -> Check:
    basis, draws = _BASIS[claim.event], measured.draws
    verdict, reason = judge(quantity, basis, measured)
    value = float(draws.mean()) if len(draws) else float("nan")
    lo50, hi50, lo90, hi90 = quantiles(draws, value)
    return Check(
        claim_id=claim.claim_id,
        report_id=claim.report_id,
        quote=claim.quote,
        kind="percent" if is_share(quantity) else quantity.kind.value,
        basis=basis,
        actors=actors,
        start=claim.start,
        end=claim.end,
        where=scope.name,
        reported=quantity.value,
        qualifier=quantity.qualifier.value,
        measured=value,
        lo50=lo50,
        hi50=hi50,
        lo90=lo90,
        hi90=hi90,
        ratio=quantity.value / value if value > 0 else float("nan"),
        p_at_least=float((draws >= quantity.value).mean()) if len(draws) else float("nan"),
        verdict=verdict,
        reason=reason,
        settlements=measured.settlements,
        located=measured.located,
        cell_km2=measured.cell_km2,
    )


def _draws(
    event: Event, weights: NDArray[np.float64], actors: tuple[str, ...], drawn: tuple[ControlSamples, Cells, date, date]
) -> tuple[NDArray[np.float64], float]:
    """Return the measured quantity in every draw, and the share of the weights that is unknown on the last day."""
    samples, cells, before, until = drawn
    names = names_of(samples)
    mine = np.array([n in actors for n in names], np.bool_)
    among = np.flatnonzero(weights)  # what weighs nothing need not be looked up in every draw
    weights = weights[among]
    last = drawn_on(samples, cells, until, among)
    total = float(weights.sum())
    unknown = float(((last == len(names) - 1).mean(axis=0) * weights).sum() / total) if total else 1.0
    if event not in (Event.GAIN, Event.LOSS):
        return mine[last] @ weights, unknown
    # what is lost is gained by whoever is not among the actors; unknown ground is neither
    wanted = mine if event is Event.GAIN else ~mine
    wanted[-1] = False
    other = ~wanted
    other[-1] = False
    start = other[drawn_on(samples, cells, before, among)]
    # the most that was held at one time: a union over days would add up every doubt of every day
    most = np.zeros(len(start))
    for day in sampled_dates(samples, before, until):
        most = np.maximum(most, (start & wanted[drawn_on(samples, cells, day, among)]) @ weights)
    return most, unknown
