"""The other parts of the map, read when they are needed: control and findings by span of days, evidence by group of places.

    core          what is read first (see `payload`)
    control-000   who holds what, fronts, pockets, zones and events, for one span of days
    then-000      who held what as the evidence published by each day had it, for one span of days
    why-000       claims, their weights and the whole history of one group of places
    names         other spellings, for the search
    findings      the lists of pockets, corridors, incidents and checks

The posterior is quantised to 1/255 (an error under 0.002, finer than the page writes) and steps that then say the same as
the one before are left out. Small studies have one span and one group.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tenure.errors import InputError
from tenure.model import Event, PlacementStatus
from tenure.publish.geometry import delta_lines, delta_polygons, parse, simplified
from tenure.publish.map.columns import Steps, narrow, pack, steps_in
from tenure.publish.map.evidence import why_parts
from tenure.publish.map.numbering import TIERS, Numbering, rounded
from tenure.publish.map.payload import MAP_SIMPLIFY_DEG, NOWHERE, checks, make_core

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tenure.model import Posterior
    from tenure.publish.release import Release

__all__ = ["make_parts"]

_WIDTH_LIMIT = 0xFFFF
_LOOK_BACK_DAYS = 30  # the widest choice of "events of the last days"
_VAGUE_PRECISION = 3
_EVENTS = [e.value for e in Event]


def make_parts(released: Release, *, span_days: int, group_places: int) -> dict[str, bytes]:
    """Return the parts of the map by name, uncompressed; spans of `span_days`, groups of `group_places`.

    Raises InputError for a study of more than 65,535 days.
    """
    numbers, publication = Numbering(released), released.publication
    if numbers.last > _WIDTH_LIMIT:
        raise InputError("study is too long for the map", value=numbers.last, remedy="shorten it in study.toml")
    spans = [(d, min(d + span_days, numbers.last)) for d in range(0, numbers.last, span_days)]
    posteriors = {"control": _steps(publication.posterior, numbers)}
    if publication.filtered is not None:
        posteriors["then"] = _steps(publication.filtered, numbers)
    more = {
        "spanDays": span_days,
        "groupPlaces": group_places,
        "events": _EVENTS,
        "hasThen": publication.filtered is not None,
        "hasNames": any(p.alternate_names for p in publication.places),
    }
    out = {"core": make_core(released, numbers, more)}
    findings, events, tiers = _ground(released, numbers), _events(released, numbers), _tiers(released, numbers)
    for i, span in enumerate(spans):
        values, columns = _findings_in(findings, span), _control_columns(posteriors["control"], numbers, span)
        out[f"control-{i:03d}"] = pack(values, columns | _tier_columns(tiers, numbers, span) | _events_in(events, span))
        if "then" in posteriors:
            out[f"then-{i:03d}"] = pack({}, _control_columns(posteriors["then"], numbers, span))
    whole = {} if len(spans) == 1 else posteriors
    out |= why_parts(released, numbers, group_places, whole)
    out["names"] = pack({"names": [[n for n in p.alternate_names if n != p.name] for p in publication.places]}, {})
    out["findings"] = pack(_lists(released, numbers), {})
    return out


# ---- who holds what --------------------------------------------------------------------------------------------------


def _steps(posterior: Posterior, numbers: Numbering) -> Steps:
    import numpy as np

    rows = np.round(posterior.p * 255).astype(np.uint8)
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (rows[1:] != rows[:-1]).any(axis=1) | (posterior.informed[1:] != posterior.informed[:-1])
    new[posterior.offsets[:-1]] = True
    track = np.array([numbers.track.get(i, -1) for i in posterior.place_ids], dtype=np.int64)
    owner = np.repeat(track, np.diff(posterior.offsets))
    mask = new & (owner >= 0)
    return Steps(owner[mask], posterior.day[mask].astype(np.int64), posterior.informed[mask].astype(np.uint8), rows[mask])


def _control_columns(steps: Steps, numbers: Numbering, span: tuple[int, int]) -> dict[str, NDArray[Any]]:
    """Return steps of a span: how many a place, their days, whether anything bears on them, 1/255 a state."""
    rows, days, sizes = steps_in(steps.owner, steps.day, count=len(numbers.tracked), start=span[0], stop=span[1])
    return {
        "sizes": narrow(sizes),
        "days": narrow(days),
        "informed": steps.informed[rows],
        # a state after the other: neighbouring bytes are alike
        "p": steps.p[rows].T.ravel().copy(),
    }


def _tiers(released: Release, numbers: Numbering) -> NDArray[np.int64]:
    """Return place, first day and tier (0 assessed, 1 claimed, 2 disputed) of every spell, sorted."""
    import numpy as np

    rows = [
        (numbers.track[s.place_id], numbers.day(s.start), TIERS.index(s.tier))
        for s in released.publication.spells
        if s.place_id in numbers.track
    ]
    return np.array(sorted(rows), dtype=np.int64).reshape(-1, 3)


def _tier_columns(tiers: NDArray[np.int64], numbers: Numbering, span: tuple[int, int]) -> dict[str, NDArray[Any]]:
    owner, day, tier = tiers.T
    rows, days, sizes = steps_in(owner, day, count=len(numbers.tracked), start=span[0], stop=span[1])
    return {"tierSizes": narrow(sizes), "tierDays": narrow(days), "tiers": narrow(tier[rows])}


# ---- what is found on the ground -------------------------------------------------------------------------------------


def _ground(released: Release, numbers: Numbering) -> list[tuple[int, int, str, dict[str, Any]]]:
    """Return fronts, pockets, corridors, zones and gaps as first day, day after the last, kind, and what is drawn."""
    publication, out = released.publication, []

    def add(kind: str, start: Any, end: Any, **row: Any) -> None:  # noqa: ANN401 - dates, and values for JSON
        d0, d1 = numbers.day(start), numbers.end(end)
        out.append((d0, d1, kind, {"d0": d0, "d1": d1, **row}))

    for f in publication.fronts:
        sides = {"a": numbers.holder(f.actor_a), "b": numbers.holder(f.actor_b)}
        km = [rounded(v, 0) for v in (f.length_km, f.lo90, f.hi90)]
        band = delta_polygons(parse(f.band)) if f.band else None
        add("fronts", f.start, f.end, g=delta_lines(parse(f.geometry)), band=band, km=km, **sides)
    for p in publication.pockets:
        row = {"s": numbers.holder(p.actor), "km2": rounded(p.area_km2, 1), "p": rounded(p.p, 2)}
        add("pockets", p.start, p.end, g=_geojson(p.geometry), at=_known(p.places, numbers), **row)
    for c in publication.corridors:
        told: dict[str, Any] = {"s": numbers.holder(c.actor), "p": rounded(c.p, 2), "note": c.note}
        add("corridors", c.start, c.end, g=_geojson(c.geometry), at=_known(c.places, numbers), **told)
    for z in publication.zones:
        add("zones", z.valid_from, z.valid_to, n=z.name, g=_geojson(z.geometry))
    for gap in publication.gaps:
        if gap.geometry:
            add("gaps", gap.start, gap.end, g=_geojson(gap.geometry))
    return out


def _findings_in(findings: list[tuple[int, int, str, dict[str, Any]]], span: tuple[int, int]) -> dict[str, Any]:
    """Return what holds on some day of a span, by kind."""
    values: dict[str, Any] = {k: [] for k in ("fronts", "pockets", "corridors", "zones", "gaps")}
    for d0, d1, kind, row in findings:
        if d0 < span[1] and d1 > span[0]:
            values[kind].append(row)
    return values


def _events(released: Release, numbers: Numbering) -> list[tuple[int, ...]]:
    """Return events as day, kind, place, x, y, radius (tenths of km), whether vague, claim; incidents have claim -1.

    Kinds are those of `Event` in their order. Sorted.
    """
    publication = released.publication
    claims = {c.claim_id: c for c in publication.claims}
    out = []
    for p in publication.placements:
        claim = claims.get(p.claim_id or "")
        if claim is None or p.status is PlacementStatus.UNRESOLVED:
            continue
        radius = round((p.radius_km or 0) * 10)
        vague = (p.geo_precision or _VAGUE_PRECISION) > 1 or radius > 50  # noqa: PLR2004 - 5 km
        at = (NOWHERE, NOWHERE) if p.lon is None or p.lat is None else (round(p.lon * 10_000), round(p.lat * 10_000))
        place = numbers.place.get(p.place_id or "", -1)
        kind = _EVENTS.index(claim.event.value)
        out.append(
            (numbers.day(claim.start), kind, place, *at, min(radius, _WIDTH_LIMIT), vague, numbers.claim[claim.claim_id])
        )
    places = {p.place_id: p for p in publication.places}
    for i in publication.incidents:
        place_of = places.get(i.place_id or "")
        if place_of is None or place_of.lon is None or place_of.lat is None or i.event not in _EVENTS:
            continue
        at = (round(place_of.lon * 10_000), round(place_of.lat * 10_000))
        out.append((numbers.day(i.start), _EVENTS.index(i.event), numbers.place[place_of.place_id], *at, 0, False, -1))
    return sorted(out)


def _events_in(events: list[tuple[int, ...]], span: tuple[int, int]) -> dict[str, NDArray[Any]]:
    rows = [e for e in events if span[0] - _LOOK_BACK_DAYS <= e[0] < span[1]]
    names = ("Day", "Kind", "Place", "X", "Y", "Radius", "Vague", "Claim")
    return {f"event{name}": narrow([r[i] for r in rows]) for i, name in enumerate(names)}


def _known(places: tuple[str, ...], numbers: Numbering) -> list[int]:
    return [numbers.place[i] for i in places if i in numbers.place]


def _geojson(text: str) -> Any:  # noqa: ANN401 - a GeoJSON geometry
    """Return a geometry simplified and rounded for the page."""
    import shapely

    shape = simplified(parse(text), MAP_SIMPLIFY_DEG)
    with suppress(shapely.errors.GEOSException):  # what cannot be put on a grid is drawn as it is
        shape = shapely.set_precision(shape, 1e-4, mode="valid_output")
    return json.loads(shapely.to_geojson(shape))


def _lists(released: Release, numbers: Numbering) -> dict[str, Any]:
    """Return the findings as rows of a list, without their shapes."""
    zones = {z.zone_id: z.name for z in released.publication.zones}
    rows: dict[str, list[Any]] = {"pockets": [], "corridors": []}
    for _, _, kind, row in _ground(released, numbers):
        if kind in rows:
            rows[kind].append({k: v for k, v in row.items() if k != "g"})
    incidents = [
        {
            "d0": numbers.day(i.start),
            "d1": numbers.end(i.end),
            "e": i.event,
            "t": i.tier,
            "by": ", ".join(numbers.names.get(a, a) for a in i.actors),
            "at": numbers.place.get(i.place_id or "", -1),
            "z": zones.get(i.zone_id, i.zone_id),
            "n": i.sources,
            "x0": i.exempt,
        }
        for i in released.publication.incidents
    ]
    return {**rows, "incidents": incidents, "checks": checks(released, numbers)}
