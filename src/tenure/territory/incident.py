"""Incidents in the zones of agreements: prohibited events as claimed, and changes of control, by how well they are carried.

An incident is one happening: claims of the same event by the same actor at the same place on days that touch are one
incident, however many outlets tell it, and a change of control that such claims tell is that incident and no other. A change
of control of which no claim speaks is *inferred*, and says from what. Nothing here is called a violation: that word needs a
finding by those whom the agreement charges with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import shapely

from tenure.grid import project_geojson
from tenure.model import Event, EvidenceTier, Stance
from tenure.territory.agreement import share_in_force, terms_of
from tenure.territory.change import captures_between
from tenure.territory.containment import Outlines, p_inside, placements_of
from tenure.territory.findings import Incident, IncidentCount, Incidents
from tenure.territory.scope import holders_of
from tenure.territory.witnesses import Carried, Witnesses, carried

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from shapely.geometry.base import BaseGeometry

    from tenure.config import Study
    from tenure.grid import Cells
    from tenure.model import Claim, Placement, Posterior, Relation, Report, Zone
    from tenure.territory.findings import Capture

__all__ = ["incident_counts", "zone_incidents"]

_APART_DAYS = 1  # claims of one event at one place whose days are farther apart tell of two incidents
_AROUND_DAYS = 3  # a claim of a gain carries a change of control that is dated so near to it
_LEAST_P = 0.25  # a claim that is less probably inside is no incident of the zone


@dataclass(frozen=True, slots=True)
class _Sighting:
    claim: Claim
    place_id: str
    where: str
    p: float


@dataclass(frozen=True, slots=True, eq=False)
class _Record:
    """What incidents are told from."""

    claims: tuple[Claim, ...]
    placed: dict[str, tuple[Placement, ...]]
    witnesses: Witnesses
    sides: dict[str, str]
    relations: Sequence[Relation]
    states: Sequence[str]
    because: Callable[[Capture], tuple[str, ...]] | None

    def told(self, claims: Sequence[Claim], accused: Sequence[str]) -> Carried:
        return carried(claims, self.witnesses, frozenset(self.sides[a] for a in accused if a in self.sides))


def zone_incidents(  # noqa: PLR0917 - the study, its three tables and what was made of them, in the chain's order
    study: Study,
    claims: Sequence[Claim],
    placements: Sequence[Placement],
    reports: Sequence[Report],
    posterior: Posterior,
    cells: Cells,
    *,
    because: Callable[[Capture], tuple[str, ...]] | None = None,
) -> Incidents:
    """Return the incidents in all zones of the study, by zone, day and place, and their weekly counts.

    A zone counts from `valid_from` up to `valid_to`; a part of a zone has the terms of the whole where it names none.
    Planned events are left out. `p_inside` of a claim follows from its placement's uncertainty and, for an interval of which
    only some days are those of the agreement, from their share; below 0.25 the claim is left out. `because` tells of a
    change of control the ids of the claims that make it probable. Raises InputError for a zone that is no polygon.
    """
    outlines = Outlines.of(study, cells.projection)
    record = _Record(
        tuple(sorted(claims, key=lambda c: c.claim_id)),
        placements_of(placements),
        Witnesses.of(study, reports),
        {a.actor_id: a.side for a in study.actors},
        study.relations,
        posterior.states,
        because,
    )
    out: list[Incident] = []
    for zone in terms_of(study.zones):
        polygon = project_geojson(zone.geometry, cells.projection, what=f"zone {zone.zone_id}")
        shapely.prepare(polygon)
        seen = list(_sightings(zone, polygon, record, outlines))
        of_claims = [_of_claims(zone, group, record) for group in _groups(seen)]
        out += _with_changes(zone, of_claims, _captures(zone, polygon, posterior, cells), (record, cells))
    found = tuple(sorted(_shared(out), key=lambda i: (i.zone_id, i.start, i.place_id, i.incident_id)))
    end = posterior.first_day + timedelta(days=posterior.days)
    return Incidents(found, incident_counts(found, posterior.first_day, end))


def _sightings(zone: Zone, polygon: BaseGeometry, record: _Record, outlines: Outlines) -> Iterator[_Sighting]:
    for claim in record.claims:
        if claim.event not in zone.prohibited or claim.stance is Stance.PLANNED:
            continue
        in_force = share_in_force(zone, claim.start, claim.end)
        if not in_force:
            continue
        for placement in record.placed.get(claim.claim_id, ()):
            p = in_force * p_inside(placement, polygon, outlines)
            if p >= _LEAST_P:
                yield _Sighting(claim, placement.place_id or "", placement.name, p)


def _groups(seen: Sequence[_Sighting]) -> list[list[_Sighting]]:
    """Put sightings of one event, actor and place on days that touch into one group."""
    keyed: dict[tuple[str, ...], list[_Sighting]] = {}
    for sighting in seen:
        who = sighting.claim.actor_ids or sighting.claim.actors
        keyed.setdefault((sighting.claim.event.value, sighting.place_id, *who), []).append(sighting)
    out = []
    for key in sorted(keyed):
        group: list[_Sighting] = []
        for sighting in sorted(keyed[key], key=lambda s: (s.claim.start, s.claim.end, s.claim.claim_id)):
            if group and sighting.claim.start > max(s.claim.end for s in group) - timedelta(days=1) + timedelta(
                days=_APART_DAYS
            ):
                out.append(group)
                group = []
            group.append(sighting)
        out.append(group)
    return out


def _of_claims(zone: Zone, group: Sequence[_Sighting], record: _Record) -> Incident:
    claims = list({s.claim.claim_id: s.claim for s in group}.values())
    first = claims[0]
    actors = first.actor_ids or first.actors
    targets = sorted({t for c in claims for t in (c.target_ids or c.targets)})
    told = record.told(claims, first.actor_ids)
    return Incident(
        incident_id=f"{zone.zone_id}:{first.claim_id}:{group[0].place_id}",
        zone_id=zone.zone_id,
        kind="claim",
        event=first.event.value,
        start=max(min(c.start for c in claims), zone.valid_from),
        end=max(c.end for c in claims),
        actor=" + ".join(actors),
        target=" + ".join(targets),
        place_id=group[0].place_id,
        p_inside=max(s.p for s in group),
        tier=told.tier,
        one_sided=told.one_sided,
        exempt=_is_exempt(zone, first, targets, record.sides),
        party=bool({*actors} & {*zone.parties, *zone.guarantors}),
        speakers=told.speakers,
        stories=told.stories,
        claims=tuple(c.claim_id for c in claims),
        denied_by=told.denied_by,
        where=group[0].where,
        basis="claims",
    )


def _is_exempt(zone: Zone, claim: Claim, targets: Sequence[str], sides: dict[str, str]) -> bool:
    """Return whether the agreement allows it: against exempt targets only, or a clash of one side with exempt actors."""
    exempt = set(zone.exemptions)
    if targets or claim.event is not Event.CLASH:
        return bool(targets) and set(targets) <= exempt
    others = {sides.get(a, a) for a in claim.actor_ids if a not in exempt}
    return len(others) <= 1 and bool(exempt & {*claim.actor_ids})


def _captures(zone: Zone, polygon: BaseGeometry, posterior: Posterior, cells: Cells) -> list[Capture]:
    last = posterior.dates[-1] if zone.valid_to is None else zone.valid_to - timedelta(days=1)
    inside = {
        p.place_id
        for p, x, y in zip(cells.places, cells.x_km, cells.y_km, strict=True)
        if shapely.intersects_xy(polygon, x, y)
    }
    since = max(posterior.first_day, zone.valid_from - timedelta(days=1))
    if last < since:
        return []
    return [c for c in captures_between(posterior, cells, since, last) if c.place_id in inside]


def _with_changes(
    zone: Zone, incidents: Sequence[Incident], captures: Sequence[Capture], known: tuple[_Record, Cells]
) -> list[Incident]:
    """Return the incidents of claims, with the day on which control passed where they tell of it, and the other changes."""
    record, cells = known
    names = {p.place_id: p.name for p in cells.places}
    out = list(incidents)
    for capture in captures:
        fitting = _fitting(capture, record)
        ids = {c.claim_id for c in fitting if c.event is Event.GAIN}
        same = [
            k
            for k, i in enumerate(out)
            if i.kind == "claim" and i.event == Event.GAIN and i.place_id == capture.place_id and ids & {*i.claims}
        ]
        for k in same:
            out[k] = replace(out[k], passed=out[k].passed or capture.day)
        if not same:
            out.append(_of_capture(zone, capture, fitting, (record, names)))
    return out


def _fitting(capture: Capture, record: _Record) -> list[Claim]:
    """Return the claims of that change: of the gainer's gain or the loser's loss, of that place and about that day."""
    around = timedelta(days=_AROUND_DAYS)
    who = {Event.GAIN: capture.gainer, Event.LOSS: capture.loser}
    return [
        c
        for c in record.claims
        if c.event in who
        and c.start - around <= capture.day < c.end + around
        and any(p.place_id == capture.place_id for p in record.placed.get(c.claim_id, ()))
        and who[c.event] in {*c.actor_ids, *holders_of(c.actor_ids, record.states, record.relations)}
    ]


def _of_capture(zone: Zone, capture: Capture, fitting: Sequence[Claim], known: tuple[_Record, dict[str, str]]) -> Incident:
    record, names = known
    told = record.told(fitting, (capture.gainer,))
    claims, basis, tier = tuple(c.claim_id for c in fitting), "claims", told.tier
    if not any(c.stance is Stance.ASSERTED for c in fitting):
        ids = () if record.because is None else record.because(capture)
        order = {claim_id: n for n, claim_id in enumerate(ids)}
        bearing = sorted((c for c in record.claims if c.claim_id in order), key=lambda c: order[c.claim_id])
        told = record.told([*fitting, *bearing], (capture.gainer,))
        claims = tuple(dict.fromkeys((*claims, *(c.claim_id for c in bearing))))
        basis, tier = "other_claims" if bearing else "neighbours", EvidenceTier.INFERRED
    return Incident(
        incident_id=f"{zone.zone_id}:{capture.day.isoformat()}:{capture.place_id}",
        zone_id=zone.zone_id,
        kind="control_change",
        event=Event.GAIN.value,
        start=capture.day,
        end=capture.day + timedelta(days=1),
        actor=capture.gainer,
        target=capture.loser,
        place_id=capture.place_id,
        p_inside=1.0,
        tier=tier,
        one_sided=told.one_sided,
        exempt=capture.loser in zone.exemptions,
        party=capture.gainer in {*zone.parties, *zone.guarantors},
        speakers=told.speakers,
        stories=told.stories,
        claims=claims,
        denied_by=told.denied_by,
        where=names.get(capture.place_id, ""),
        basis=basis,
        passed=capture.day,
    )


def _shared(incidents: Sequence[Incident]) -> list[Incident]:
    """Return the incidents, each with the other zones in which the same happening is one: a part of a zone, an overlap."""
    zones: dict[tuple[str, ...], list[str]] = {}
    for i in incidents:
        zones.setdefault(_happening(i), []).append(i.zone_id)
    return [replace(i, also_in=tuple(sorted({*zones[_happening(i)]} - {i.zone_id}))) for i in incidents]


def _happening(incident: Incident) -> tuple[str, ...]:
    return incident.kind, incident.incident_id.removeprefix(incident.zone_id)


def incident_counts(
    incidents: Sequence[Incident], since: date, until: date, *, period_days: int = 7
) -> tuple[IncidentCount, ...]:
    """Return the compliance series: incidents by zone, period, actor, event and tier beside the count of the period before.

    Periods of `period_days` run from `since`; the last one ends at `until` (half-open) at the latest. An incident counts
    in the period of its first day; exempt ones are left out. Zones that overlap, and a zone and its part, each count what
    lies in both (`also_in` of the incidents): their counts do not add up. A period is listed for a combination that occurs
    in it or in the one before, so that an end of incidents shows as a zero. Few reports are not compliance: read the counts
    beside the number of reports.
    """
    keys: dict[tuple[str, str, str, str], dict[int, list[Incident]]] = {}
    for incident in incidents:
        if not incident.exempt and since <= incident.start < until:
            key = (incident.zone_id, incident.actor, incident.event, incident.tier.value)
            keys.setdefault(key, {}).setdefault((incident.start - since).days // period_days, []).append(incident)
    periods = -((since - until).days // period_days)
    out = []
    for key, found in keys.items():
        for k in range(periods):
            now, before = found.get(k, []), found.get(k - 1, [])
            if now or before:
                start = since + timedelta(days=k * period_days)
                end = min(start + timedelta(days=period_days), until)
                tier = (now or before)[0].tier
                expected = sum(i.p_inside for i in now)
                out.append(IncidentCount(key[0], start, end, key[1], key[2], tier, len(now), expected, len(before)))
    return tuple(sorted(out, key=lambda c: (c.zone_id, c.start, c.actor, c.event, c.tier.value)))
