"""Reviewers' decisions applied to what was extracted and placed: pure, in the order of the file, nothing deleted.

Rules
 1. Decisions about one target (a claim, or one of its placements by name) hold in their order; the last verdict wins.
 2. Corrections of several fields add up; a later correction of a field replaces the earlier one.
 3. `withdraw` takes every earlier decision about its target back; they stay in the file and are listed as withdrawn.
 4. An accepted or corrected claim has confidence 1, an accepted or corrected placement probability 1.
 5. A rejected claim leaves the chain with its placements, listed as excluded; a rejected placement is unresolved.
 6. A claim whose id is not there any more, because a later version reads otherwise, is found again by its report, quote,
    event, stance and parties, where exactly one claim has them.
 7. A decision that fits nothing (the report was edited, or is gone) is listed with its reason and changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import orjson

from tenure.model import (
    Candidate,
    ClaimTrace,
    Event,
    PlacementStatus,
    PlaceRole,
    ReviewAction,
    Stance,
    UnresolvedReason,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from tenure.control import Exclusion
    from tenure.model import Claim, Decision, Placement

    Pin = Callable[[Placement, str], Placement | None]

__all__ = ["REJECTED", "UNREVIEWED", "Reviewed", "Verdict", "apply_decisions", "as_json", "trace_of"]

REJECTED = "rejected_by_review"
"""Reason under which a rejected claim is listed among the exclusions."""

_REVIEWED = "+review"
"""End of the method of what a reviewer corrected."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One decision with what became of it; the row of the table `decisions`."""

    number: int
    action: ReviewAction
    claim_id: str
    place: str | None
    by: str
    at: datetime
    why: str
    outcome: str
    """``applied``, ``superseded``, ``withdrawn``; or why it cannot be applied: ``unknown_claim``, ``unknown_placement``,
    ``unknown_place``, ``bad_interval``."""
    before: str
    """The claim, or a list of the placements, as it was extracted, as JSON; empty when there is none."""
    after: str
    """The same after all decisions; empty when it left the chain."""
    known_from: datetime | None
    """Publication of the claim's report; None when there is no such claim."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Claims and placements after review, what was left out, and every decision with its outcome."""

    claims: tuple[Claim, ...]
    placements: tuple[Placement, ...]
    excluded: tuple[Exclusion, ...]
    verdicts: tuple[Verdict, ...]


UNREVIEWED = Reviewed((), (), (), ())
"""Of a chain that has not come to its review yet."""


@dataclass(slots=True)
class _Standing:
    """What holds of one target after its decisions so far."""

    action: ReviewAction | None = None
    by: str = ""
    why: str = ""
    changes: dict[str, tuple[tuple[str, ...], int]] = field(default_factory=dict)
    """Values by field, with the number of the decision that set them."""
    outcomes: dict[int, str] = field(default_factory=dict)


def as_json(record: object) -> str:
    """Return a record, or a list of records, as one line of JSON with sorted keys."""
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z).decode()


def _fold(decisions: Iterable[Decision]) -> _Standing:
    """Return what holds after the decisions about one target, and which of them still count."""
    standing, last = _Standing(), 0
    for d in decisions:
        if d.action is ReviewAction.WITHDRAW:
            gone = dict.fromkeys(standing.outcomes, "withdrawn")
            standing = _Standing(outcomes={**gone, d.number: "applied"})
            continue
        standing.action, standing.by, standing.why, last = d.action, d.by, d.why, d.number
        standing.changes |= {c.field: (c.values, d.number) for c in d.changes}
        standing.outcomes[d.number] = "superseded"
    if standing.action is not None:
        counts = {last}
        if standing.action is not ReviewAction.REJECT:
            counts |= {number for _, number in standing.changes.values()}
        standing.outcomes |= dict.fromkeys(counts, "applied")
    return standing


def _claim_after(claim: Claim, standing: _Standing) -> Claim | str:
    """Return the claim as decided; else the outcome of decisions that cannot hold."""
    if standing.action is None:
        return claim
    fields: dict[str, Any] = {"confidence": 1.0}
    for name, (values, _) in standing.changes.items():
        fields[name] = _claim_value(name, values)
    after = replace(claim, **fields)
    if standing.changes:
        after = replace(after, method=claim.method + _REVIEWED)
    return after if after.start < after.end else "bad_interval"


def _claim_value(name: str, values: tuple[str, ...]) -> object:
    if name in {"actor_ids", "target_ids"}:
        return values
    if not values:
        return None
    if name == "event":
        return Event(values[0])
    if name == "stance":
        return Stance(values[0])
    if name in {"start", "end"}:
        return date.fromisoformat(values[0]) + timedelta(days=name == "end")
    return values[0]


def _placement_after(placement: Placement, standing: _Standing, pin: Pin) -> Placement | str:
    if standing.action is None:
        return placement
    if standing.action is ReviewAction.REJECT:
        return replace(
            placement,
            status=PlacementStatus.UNRESOLVED,
            reason=UnresolvedReason.REJECTED,
            place_id=None,
            lon=None,
            lat=None,
            geo_precision=None,
            where_prec=None,
            p=0.0,
            radius_km=None,
            candidates=(),
        )
    after = placement
    if "place_id" in standing.changes:
        pinned = pin(placement, standing.changes["place_id"][0][0])
        if pinned is None:
            return "unknown_place"
        after = replace(pinned, method=placement.method + _REVIEWED)
    elif placement.place_id is not None:
        after = replace(placement, p=1.0, candidates=(Candidate(placement.place_id, 1.0),))
    if "role" in standing.changes:
        after = replace(after, role=PlaceRole(standing.changes["role"][0][0]))
    return after


def _with_roles(claim: Claim, roles: Mapping[str, PlaceRole]) -> Claim:
    if not roles:
        return claim
    places = tuple(replace(p, role=roles.get(p.name.casefold(), p.role)) for p in claim.places)
    return replace(claim, places=places)


def apply_decisions(
    claims: Sequence[Claim],
    placements: Sequence[Placement],
    decisions: Sequence[Decision],
    *,
    pin: Pin,
) -> Reviewed:
    """Return claims and placements after review, in their order; without decisions they are what was given.

    `pin` puts a placement at a place of the gazetteer by id, None when there is no such place.
    """
    decisions = _found_again(claims, decisions)
    standings = _standings(decisions)
    if not standings:
        return Reviewed(tuple(claims), tuple(placements), (), ())
    kept, excluded = _decide_claims(claims, standings)
    by_claim: dict[str, list[Placement]] = defaultdict(list)
    placed: list[Placement] = []
    decided: dict[int, Placement] = {}
    present = {c.claim_id for c in claims}
    for index, placement in enumerate(placements):
        if placement.claim_id is None:
            continue
        by_claim[placement.claim_id].append(placement)
        standing = standings.get((placement.claim_id, placement.name.casefold()))
        if standing is not None:
            after = _placement_after(placement, standing, pin)
            if isinstance(after, str):
                _refuse(standing, after)
            else:
                decided[index] = after
    roles = _roles(standings)
    final = {i: _with_roles(c, roles.get(i, {})) for i, c in kept.items()}
    for index, placement in enumerate(placements):
        if placement.claim_id is None or placement.claim_id in final or placement.claim_id not in present:
            placed.append(decided.get(index, placement))
    verdicts = _verdicts(decisions, standings, ({c.claim_id: c for c in claims}, by_claim), (final, placed))
    return Reviewed(tuple(final[c.claim_id] for c in claims if c.claim_id in final), tuple(placed), excluded, verdicts)


_Target = tuple[str, str | None]


def trace_of(claim: Claim) -> ClaimTrace:
    """Return what a claim is found by when its id has changed."""
    return ClaimTrace(claim.report_id, claim.quote, claim.event.value, claim.stance.value, claim.actor_ids, claim.target_ids)


def _same(trace: ClaimTrace, claim: Claim) -> bool:
    other = trace_of(claim)
    quotes = trace.quote in other.quote or other.quote in trace.quote
    return quotes and replace(other, quote=trace.quote) == trace


def _found_again(claims: Sequence[Claim], decisions: Sequence[Decision]) -> list[Decision]:
    """Return the decisions, each with the present id of its claim; unchanged where none or several claims are like it."""
    present = {c.claim_id for c in claims}
    by_report: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_report[claim.report_id].append(claim)
    out = []
    for d in decisions:
        if d.claim_id not in present and d.trace is not None:
            like = [c.claim_id for c in by_report[d.trace.report_id] if _same(d.trace, c)]
            if len(like) == 1:
                out.append(replace(d, claim_id=like[0]))
                continue
        out.append(d)
    return out


def _target(decision: Decision) -> _Target:
    return decision.claim_id, None if decision.place is None else decision.place.casefold()


def _standings(decisions: Sequence[Decision]) -> dict[_Target, _Standing]:
    grouped: dict[_Target, list[Decision]] = defaultdict(list)
    for decision in sorted(decisions, key=lambda d: d.number):
        grouped[_target(decision)].append(decision)
    return {target: _fold(group) for target, group in grouped.items()}


def _refuse(standing: _Standing, outcome: str) -> None:
    standing.outcomes |= {n: outcome for n, o in standing.outcomes.items() if o == "applied"}
    standing.action, standing.changes = None, {}


def _decide_claims(
    claims: Sequence[Claim], standings: Mapping[_Target, _Standing]
) -> tuple[dict[str, Claim], tuple[Exclusion, ...]]:
    from tenure.control import Exclusion

    kept: dict[str, Claim] = {}
    excluded = []
    for claim in claims:
        standing = standings.get((claim.claim_id, None), _Standing())
        if standing.action is ReviewAction.REJECT:
            excluded.append(Exclusion(claim.claim_id, REJECTED, f"{standing.by}: {standing.why}"))
            continue
        after = _claim_after(claim, standing)
        if isinstance(after, str):
            _refuse(standing, after)
            after = claim
        kept[claim.claim_id] = after
    return kept, tuple(excluded)


def _roles(standings: Mapping[_Target, _Standing]) -> dict[str, dict[str, PlaceRole]]:
    out: dict[str, dict[str, PlaceRole]] = defaultdict(dict)
    for (claim_id, name), standing in standings.items():
        if name is not None and "role" in standing.changes and standing.action is not ReviewAction.REJECT:
            out[claim_id][name] = PlaceRole(standing.changes["role"][0][0])
    return out


def _verdicts(
    decisions: Sequence[Decision],
    standings: Mapping[_Target, _Standing],
    extracted: tuple[Mapping[str, Claim], Mapping[str, Sequence[Placement]]],
    final: tuple[Mapping[str, Claim], Sequence[Placement]],
) -> tuple[Verdict, ...]:
    claims, by_claim = extracted
    now: dict[_Target, list[Placement]] = defaultdict(list)
    for placement in final[1]:
        now[placement.claim_id or "", placement.name.casefold()].append(placement)
    out = []
    for d in sorted(decisions, key=lambda d: d.number):
        target = _target(d)
        claim = claims.get(d.claim_id)
        outcome = standings[target].outcomes[d.number]
        before: object = claim
        after: object = final[0].get(d.claim_id)
        if d.place is not None:
            before = [p for p in by_claim.get(d.claim_id, ()) if p.name.casefold() == target[1]]
            after = now.get(target)
        if claim is None or not before:
            outcome = "unknown_claim" if claim is None else "unknown_placement"
        out.append(
            Verdict(
                d.number,
                d.action,
                d.claim_id,
                d.place,
                d.by,
                d.at,
                d.why,
                outcome,
                as_json(before) if before else "",
                as_json(after) if after else "",
                claim.known_from if claim else None,
            )
        )
    return tuple(out)
