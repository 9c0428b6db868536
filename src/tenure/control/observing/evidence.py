"""Claims and their placements as evidence about who holds a place.

Rules
 1. gain -> took by the actor, loss -> lost, hold -> held; clash -> clash; siege -> the besieged still hold, and a
    clash; advance -> a weak clash. Passages, strikes, agreements and other events are no evidence of control.
 2. A planned claim is nothing; a denied one stays, as evidence against what it denies.
 3. The source is the speaker when known, else the outlet; its side is the source's or the speaking actor's.
 4. An actor that holds no ground stands for its parent (relation ``parent``: first the parent, then its children) on
 that day.
    Joint actors share the claim in equal parts.
 5. A name is a mixture over its candidates, with their p; only where the text itself speaks of an area does a claim
    spread, softly, over the places there (areas.py). A pocket is the ground that a reading of the study has cut off then.
 6. What one source repeats of one place, verb and actor within days is one story; so is what copies of a report tell.
 7. Whatever is left out is listed with its reason.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tenure.control.observing.areas import Ground, could_flip, pocket_share, share_meant
from tenure.control.observing.exclusion import Exclusion
from tenure.control.observing.sources import ClaimSources
from tenure.model import (
    Event,
    Evidence,
    Extent,
    PlacementStatus,
    PlaceRole,
    QuantityKind,
    RelationKind,
    Stance,
    UnresolvedReason,
    Verb,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date

    from tenure.config import Study
    from tenure.model import Claim, Placement, Report

__all__ = ["EvidenceResult", "collect_evidence"]

_NEAR = 0.4  # weight of fighting near a place, as evidence about the place itself
_NEAR_HELD = 0.1  # the same of ground taken or held: who takes villages beside a town has seldom taken it
_HOLDS = 0.5  # weight of a gain as a sign that the taker held the place when that was said, whenever it took it
_ADVANCE = 0.5  # weight of an advance as a sign of fighting
_LEAST_P = 0.02  # below it a share of a claim says nothing about a place
_REPEAT = timedelta(days=3)
_NO_EVIDENCE = frozenset({Event.STRIKE, Event.PASSAGE, Event.AGREEMENT, Event.OTHER})


@dataclass(frozen=True, slots=True)
class EvidenceResult:
    """Evidence rows, sorted, and what bears no weight."""

    evidence: tuple[Evidence, ...]
    excluded: tuple[Exclusion, ...]


def collect_evidence(
    claims: Iterable[Claim],
    placements: Iterable[Placement],
    reports: Iterable[Report],
    study: Study,
    *,
    use_areas: bool = True,
    pockets: Mapping[str, tuple[AbstractSet[str], Extent]] | None = None,
) -> EvidenceResult:
    """Return one row for each (claim, actor, candidate place) that tells who holds it, and the rest with reasons.

    Placements are matched by claim_id. `use_areas` spreads claims over areas and pockets; without it they are
    excluded. `pockets` are, by claim_id, the places of the pocket that a claim speaks of, and how much of it.
    """
    by_claim: dict[str, list[Placement]] = defaultdict(list)
    for placement in placements:
        if placement.claim_id is not None:
            by_claim[placement.claim_id].append(placement)
    known = {r.report_id: r for r in reports}
    world = _World(study, pockets or {})
    rows: list[Evidence] = []
    spread: set[tuple[str, str]] = set()
    excluded: list[Exclusion] = []
    for claim in sorted(claims, key=lambda c: c.claim_id):
        found = _of_claim(claim, by_claim.get(claim.claim_id, []), known.get(claim.report_id), world, use_areas=use_areas)
        if isinstance(found, Exclusion):
            excluded.append(found)
        else:
            rows += found[0]
            spread |= {(claim.claim_id, place) for place in found[1]}
    rows = could_flip(_one_row_each(rows), spread)
    return EvidenceResult(tuple(_merge_repeats(rows)), tuple(excluded))


class _World:
    """The study's actors, sources and areas, indexed, and the places of pockets by claim."""

    def __init__(self, study: Study, pockets: Mapping[str, tuple[AbstractSet[str], Extent]]) -> None:
        self.pockets = pockets
        self.actors = {a.actor_id: a for a in study.actors}
        self.sources = ClaimSources(study)
        self.relations = study.relations
        self.ground = Ground(study)

    def ground_holder(self, actor_id: str, on: date) -> str | None:
        """Return the actor itself or its first ancestor that holds ground on the day, None when there is none."""
        seen: set[str] = set()
        while actor_id in self.actors and actor_id not in seen:
            if self.actors[actor_id].holds_ground:
                return actor_id
            seen.add(actor_id)
            parents = [
                r.actors[0]
                for r in self.relations
                if r.kind is RelationKind.PARENT
                and actor_id in r.actors[1:]
                and (r.start is None or r.start <= on)
                and (r.end is None or on < r.end)
            ]
            if not parents:
                return None
            actor_id = parents[0]
        return None

    def side_holder(self, side: str | None) -> str | None:
        """Return the one ground-holding actor of a side, None when there is none or there are several."""
        found = [a.actor_id for a in self.actors.values() if a.holds_ground and a.side == side]
        return found[0] if len(found) == 1 else None


def _of_claim(
    claim: Claim, placements: Sequence[Placement], report: Report | None, world: _World, *, use_areas: bool
) -> tuple[list[Evidence], AbstractSet[str]] | Exclusion:
    """Return the rows of a claim and the places that it does not name but only means; or why it bears no weight."""
    if claim.event in _NO_EVIDENCE:
        return Exclusion(claim.claim_id, "no_control_evidence", f"event = {claim.event.value}")
    if claim.stance is Stance.PLANNED:
        return Exclusion(claim.claim_id, "planned", "not yet happened")
    if not claim.start < claim.end:
        return Exclusion(claim.claim_id, "bad_interval", f"{claim.start} to {claim.end}")
    witness = world.sources.of(claim, report)
    acts, stance = _acts(claim, world), claim.stance
    if not acts and stance is Stance.DENIED and (holder := world.side_holder(witness.side)):
        # "we deny that it has fallen", whoever is said to have taken it: the speaker's side says that it holds
        acts, stance = [(Verb.HELD, holder, 1.0)], Stance.ASSERTED
    if not acts:
        return Exclusion(claim.claim_id, "unknown_actor", f"actors = {', '.join(claim.actors) or 'none named'}")
    meant = _spots(claim, placements, world, use_areas=use_areas)
    if isinstance(meant, Exclusion):
        return meant
    spots, spread = meant
    story = (report.story_id if report else "") or claim.report_id
    rows = [
        Evidence(
            claim_id=claim.claim_id,
            source=witness.source,
            side=witness.side,
            kind=witness.kind,
            verb=verb,
            actor=actor,
            place_id=place,
            t0=claim.start,
            t1=claim.end,
            pub=claim.known_from,
            p_place=min(p * share, 1.0),
            stance=stance,
            story=story,
            confidence=claim.confidence,
        )
        for verb, actor, share in acts
        for place, p in spots.items()
        if p * share >= _LEAST_P
    ]
    if claim.event is Event.GAIN and stance is Stance.ASSERTED:
        held = (replace(row, verb=Verb.HELD, p_place=row.p_place * _HOLDS) for row in tuple(rows))
        rows.extend(row for row in held if row.p_place >= _LEAST_P)
    return rows, spread


def _acts(claim: Claim, world: _World) -> list[tuple[Verb, str, float]]:
    """Return (verb, ground-holding actor, share) of what the claim says of a place."""
    doers = _holders(claim.actor_ids, claim.start, world)
    targets = _holders(claim.target_ids, claim.start, world)
    if claim.event is Event.GAIN:
        return [(Verb.TOOK, a, 1.0 / len(doers)) for a in doers]
    if claim.event is Event.LOSS:
        return [(Verb.LOST, a, 1.0 / len(doers)) for a in doers]
    if claim.event is Event.HOLD:
        return [(Verb.HELD, a, 1.0 / len(doers)) for a in doers]
    fighter = (*doers, *targets, "")[0]
    if claim.event is Event.SIEGE:
        return [*((Verb.HELD, a, 1.0 / len(targets)) for a in targets), (Verb.CLASH, fighter, _ADVANCE)]
    return [(Verb.CLASH, fighter, _ADVANCE if claim.event is Event.ADVANCE else 1.0)]


def _holders(actor_ids: Sequence[str], on: date, world: _World) -> list[str]:
    found = (world.ground_holder(a, on) for a in actor_ids)
    return list(dict.fromkeys(a for a in found if a is not None))


def _spots(
    claim: Claim, placements: Sequence[Placement], world: _World, *, use_areas: bool
) -> tuple[dict[str, float], AbstractSet[str]] | Exclusion:
    """Return place -> probability for the places that the claim is about, and which of them only lie in its area."""
    spots: dict[str, float] = {}
    meant = [(p, world.ground.candidates_of(p)) for p in placements]
    named = [(p, options) for p, options in meant if options and _role_weight(claim.event, p.role) > 0]
    for placement, options in named:
        weight = _role_weight(claim.event, placement.role)
        for place, p in options.items():
            spots[place] = max(spots.get(place, 0.0), p * weight)
    areas = [p for p, options in meant if p.status is PlacementStatus.AREA and not options]
    cut_off, how_much = world.pockets.get(claim.claim_id, (frozenset(), Extent.PLAIN))
    shut = dict.fromkeys(sorted(cut_off - spots.keys()) if use_areas else (), pocket_share(how_much))
    spread = {*shut}
    # a count that speaks of less than half of an area's places tells too little of any one of them: counts of one campaign
    # overlap (of the day, of the week, since the start), and spread thin they outweigh the places that are named
    counts = [q.value for q in claim.quantities if q.kind is QuantityKind.VILLAGES and q.value > 0]
    for area in areas if use_areas else ():
        there = [i for i in world.ground.places_in(area) if i not in spots]
        # a radius round a point is no outline: words for the whole of an area say nothing of its edge; beside named places
        # an area "in" which they lie only says where, one of their list is taken as they are
        if shut or (not counts and (not world.ground.knows(area) or (named and area.role is PlaceRole.IN_AREA))):
            continue
        share = share_meant(claim, area, max(counts, default=0.0) - len(named), len(there))
        spots |= dict.fromkeys(there, share * max(area.p, _LEAST_P))
        spread |= set(there)
    spots = {k: v for k, v in sorted((shut | spots).items()) if v >= _LEAST_P}
    if spots:
        return spots, spread
    if areas:
        return Exclusion(claim.claim_id, "area_without_count" if not counts else "area_too_vague", areas[0].name)
    if placements and not named and any(p.status is PlacementStatus.RESOLVED for p in placements):
        return Exclusion(claim.claim_id, "place_role", ", ".join(sorted({str(p.role) for p in placements})))
    if placements and all(p.reason is UnresolvedReason.OUTSIDE_AREA for p in placements):
        return Exclusion(claim.claim_id, "outside_area", ", ".join(dict.fromkeys(p.name for p in placements)))
    return Exclusion(claim.claim_id, "unplaced", ", ".join(p.name for p in claim.places) or "no place named")


def _role_weight(event: Event, role: PlaceRole | None) -> float:
    if role in {None, PlaceRole.AT}:
        return 1.0
    if role is PlaceRole.NEAR:
        return _NEAR_HELD if event in {Event.GAIN, Event.LOSS, Event.HOLD} else _NEAR
    if role is PlaceRole.FROM:
        return 1.0 if event in {Event.LOSS, Event.GAIN} else 0.0
    if role is PlaceRole.TO:
        return 1.0 if event in {Event.CLASH, Event.SIEGE, Event.ADVANCE} else 0.0
    return 0.0


def _one_row_each(rows: Iterable[Evidence]) -> list[Evidence]:
    """Return one row for each (claim, verb, actor, place): a place named twice is one place."""
    best: dict[tuple[str, str, str, str], Evidence] = {}
    for row in rows:
        key = (row.claim_id, row.verb.value, row.actor, row.place_id)
        if key not in best or row.p_place > best[key].p_place:
            best[key] = row
    return [best[k] for k in sorted(best)]


def _merge_repeats(rows: Iterable[Evidence]) -> list[Evidence]:
    """Return the rows with one story for what a source repeats of a place, verb, actor and stance within days."""
    runs: Mapping[tuple[str, ...], list[Evidence]] = defaultdict(list)
    for row in rows:
        runs[row.place_id, row.verb.value, row.actor, row.source, row.stance.value].append(row)
    out = []
    for key in sorted(runs):
        story, until = "", None
        for row in sorted(runs[key], key=lambda r: (r.t1, r.pub, r.claim_id)):
            if until is None or row.t1 - until > _REPEAT:
                story = row.story
            until = row.t1
            out.append(replace(row, story=story))
    return sorted(out, key=lambda r: (r.pub, r.claim_id, r.place_id, r.verb.value, r.actor))
