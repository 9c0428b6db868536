"""What the page carries: the release as short keys and whole numbers, and the posterior as bytes.

Rules. Days are counted from the study's first day. Indices replace ids. The posterior is quantised to 1/255 (an error under
0.002, finer than the page writes) and knots that then say the same as the one before are left out.
"""

from __future__ import annotations

import json
import math
import struct
from typing import TYPE_CHECKING, Any

from tenure.errors import InputError
from tenure.model import CONTESTED, UNKNOWN, PlacementStatus
from tenure.publish.basemap import make_basemap, surroundings
from tenure.publish.geometry import delta_lines, delta_polygons, parse
from tenure.publish.palette import CONTESTED_COLOUR, MIN_DISTANCE, SAFE, UNKNOWN_COLOUR, closest_pair
from tenure.publish.tables import web_address

if TYPE_CHECKING:
    from datetime import date, timedelta

    from tenure.model import Claim, Posterior
    from tenure.publish.publication import CheckRow
    from tenure.publish.release import Release

__all__ = ["make_payload", "pack_posterior", "study_bounds"]

_WIDTH_LIMIT = 0xFFFF
_MAP_SIMPLIFY_DEG = 0.0004  # 40 m: less than the rounding of a settlement's coordinates


class _Index:
    """Ids of the release as indices, and dates as days."""

    def __init__(self, released: Release) -> None:
        publication = released.publication
        self.first = publication.posterior.first_day
        self.last = publication.posterior.days
        self.place = {p.place_id: i for i, p in enumerate(publication.places)}
        self.claim = {c.claim_id: i for i, c in enumerate(publication.claims)}
        self.state = {s: i for i, s in enumerate(publication.posterior.states)}
        self.state[UNKNOWN] = len(publication.posterior.states)
        self.names = {a.actor_id: a.name for a in publication.actors}

    def day(self, on: date) -> int:
        return (on - self.first).days

    def end(self, on: date | None) -> int:
        return self.last if on is None else min((on - self.first).days, self.last)

    def holder(self, actor: str) -> int:
        return self.state.get(actor, self.state[UNKNOWN])


def study_bounds(released: Release) -> tuple[float, float, float, float]:
    """Return west, south, east, north of the study area."""
    west, south, east, north = parse(released.publication.study_area).bounds
    return float(west), float(south), float(east), float(north)


def make_payload(released: Release) -> dict[str, Any]:
    """Return what the page's script reads, as values for JSON; a study without findings gives empty lists."""
    publication, index = released.publication, _Index(released)
    bounds = study_bounds(released)
    posterior = publication.posterior
    states = _states(released)
    colours = [s["colour"] for s in states[:-1]]
    return {
        "title": publication.config.title or publication.config.name,
        "first": posterior.first_day.isoformat(),
        "days": posterior.days,
        "bounds": [round(b, 4) for b in bounds],
        "cutoff": released.cutoff.isoformat(),
        "embargo": publication.config.embargo_days,
        "version": publication.version,
        "method": publication.method,
        "disclosures": list(released.disclosures),
        "attributions": [f"{a.what}: {a.credit} ({a.licence})" for a in publication.attributions],
        "states": states,
        "unknown": UNKNOWN_COLOUR,
        "tellable": closest_pair(colours)[0] >= MIN_DISTANCE,
        "hasFiltered": publication.filtered is not None,
        "tracked": [index.place[i] for i in posterior.place_ids if i in index.place],
        "base": _base(bounds),
        "area": delta_polygons(parse(publication.study_area).simplify(_MAP_SIMPLIFY_DEG)),
        **_places(released, index),
        **_evidence(released, index),
        **_findings(released, index),
        "checks": _checks(released, index),
    }


def _states(released: Release) -> list[dict[str, Any]]:
    actors = {a.actor_id: a for a in released.publication.actors}
    out = []
    for i, state in enumerate(released.publication.posterior.states):
        if state == CONTESTED:
            out.append({"id": state, "name": "Contested", "colour": CONTESTED_COLOUR, "safe": CONTESTED_COLOUR})
            continue
        safe = SAFE[i % len(SAFE)]
        actor = actors.get(state)
        out.append(
            {"id": state, "name": actor.name if actor else state, "colour": actor.colour if actor else safe, "safe": safe}
        )
    return out


def _base(bounds: tuple[float, float, float, float]) -> dict[str, Any]:
    base = make_basemap(surroundings(bounds))
    return {
        "land": delta_polygons(base.land),
        "admin0": delta_lines(base.admin0),
        "admin1": delta_lines(base.admin1),
        "labels": [list(label) for label in base.labels],
    }


def _places(released: Release, index: _Index) -> dict[str, Any]:
    publication = released.publication
    areas = {a.area_id: a.name for a in publication.areas}
    shapes = {c.place_id: c for c in publication.cells}
    places = []
    for p in publication.places:
        cell = shapes.get(p.place_id)
        admin = [areas.get(a, a) for a in (p.admin3, p.admin2, p.admin1) if a]
        places.append(
            {
                "id": p.place_id,
                "n": p.name,
                "a": [n for n in p.alternate_names if n != p.name],
                "x": p.lon,
                "y": p.lat,
                "f": p.feature.value,
                "ad": ", ".join(dict.fromkeys(admin)),
                "pop": p.population or 0,
                "r": round(p.radius_km, 1) if p.radius_km >= 1 else 0,
                "k": round(cell.area_km2, 3) if cell else 0,
            }
        )
    spells = [
        [
            index.place[s.place_id],
            index.day(s.start),
            index.end(s.end),
            index.holder(s.controller),
            s.status.value,
            round(s.p, 3),
            index.day(s.start_lo),
            index.day(s.start_hi),
            s.tier.value,
            s.sources,
        ]
        for s in publication.spells
        if s.place_id in index.place
    ]
    tracked = [i for i in publication.posterior.place_ids if i in index.place]
    return {"places": places, "spells": spells, "cells": _cells(released, tracked)}


def _cells(released: Release, tracked: list[str]) -> list[list[list[list[int]]] | None]:
    """Return each tracked place's cell, simplified together so that neighbours keep their common border."""
    import numpy as np
    import shapely

    cells = {c.place_id: c.geometry for c in released.publication.cells}
    wanted = [i for i in tracked if i in cells]
    shapes = shapely.from_geojson(np.array([cells[i] for i in wanted], dtype=object))
    shapes = shapely.coverage_simplify(shapes, _MAP_SIMPLIFY_DEG) if wanted else shapes
    packed = dict(zip(wanted, (delta_polygons(s) for s in shapes), strict=True))
    return [packed.get(i) for i in tracked]


def _evidence(released: Release, index: _Index) -> dict[str, Any]:
    publication = released.publication
    reports = {r.report_id: r for r in publication.reports}
    claims = []
    for c in publication.claims:
        report = reports.get(c.report_id)
        claims.append(
            {
                "e": c.event.value,
                "s": c.stance.value,
                "q": c.quote,
                "sp": c.speaker or "",
                "a": index.day(c.start),
                "b": index.day(c.end),
                "by": _parties(c, index),
                "pub": (report.publisher or "") if report else "",
                "at": c.known_from.date().isoformat(),
                "u": (web_address(report.url) or "") if report else "",
            }
        )
    spots = [
        [
            index.claim[p.claim_id],
            index.place.get(p.place_id or "", -1),
            p.role.value if p.role else "",
            p.lon,
            p.lat,
            p.geo_precision or 3,
            _rounded(p.radius_km or 0, 1),
        ]
        for p in publication.placements
        if p.claim_id in index.claim and p.status is not PlacementStatus.UNRESOLVED
    ]
    weights = [
        [index.place[w.place_id], index.claim[w.claim_id], index.state[w.state], _rounded(w.weight, 2)]
        for w in publication.weights
        if w.place_id in index.place and w.claim_id in index.claim and w.state in index.state
    ]
    return {"claims": claims, "spots": spots, "weights": weights}


def _parties(claim: Claim, index: _Index) -> str:
    first = ", ".join(index.names.get(i, i) for i in claim.actor_ids) or ", ".join(claim.actors)
    second = ", ".join(index.names.get(i, i) for i in claim.target_ids) or ", ".join(claim.targets)
    return f"{first} → {second}" if first and second else first or second


def _findings(released: Release, index: _Index) -> dict[str, Any]:
    publication = released.publication
    return {
        "series": _series(released, index),
        "fronts": [
            {
                **_span(f, index),
                "g": delta_lines(parse(f.geometry)),
                "band": delta_polygons(parse(f.band)) if f.band else None,
            }
            for f in publication.fronts
        ],
        "pockets": [
            {
                **_span(p, index),
                "s": index.holder(p.actor),
                "g": _geojson(p.geometry),
                "km2": _rounded(p.area_km2, 1),
                "p": _rounded(p.p, 2),
                "at": [index.place[i] for i in p.places if i in index.place],
            }
            for p in publication.pockets
        ],
        "corridors": [
            {
                **_span(c, index),
                "s": index.holder(c.actor),
                "g": _geojson(c.geometry),
                "p": _rounded(c.p, 2),
                "note": c.note,
                "at": [index.place[i] for i in c.places if i in index.place],
            }
            for c in publication.corridors
        ],
        "zones": [
            {"d0": index.day(z.valid_from), "d1": index.end(z.valid_to), "n": z.name, "g": _geojson(z.geometry)}
            for z in publication.zones
        ],
        "gaps": [{**_span(g, index), "g": _geojson(g.geometry) if g.geometry else None} for g in publication.gaps],
        "incidents": _incidents(released, index),
        "changes": _changes(released, index),
    }


def _span(row: Any, index: _Index) -> dict[str, int]:  # noqa: ANN401 - any finding with start and end
    return {"d0": index.day(row.start), "d1": index.end(row.end)}


def _series(released: Release, index: _Index) -> list[list[list[float | None]]]:
    """Return each state's area and places with their ranges, day by day."""
    series: list[list[list[float | None]]] = [[] for _ in range(len(index.state))]
    for r in sorted(released.publication.series, key=lambda r: (r.actor, r.on)):
        if r.actor in index.state:
            figures = (r.area_km2, r.lo90, r.hi90, r.places, r.places_lo90, r.places_hi90)
            series[index.state[r.actor]].append([index.day(r.on), *(_rounded(v, 1) for v in figures)])
    return series


def _incidents(released: Release, index: _Index) -> list[dict[str, Any]]:
    """Return what happened inside a zone, at its place where that is known."""
    places = {p.place_id: p for p in released.publication.places}
    zone_names = {z.zone_id: z.name for z in released.publication.zones}
    incidents = []
    for i in released.publication.incidents:
        place = places.get(i.place_id or "")
        incidents.append(
            {
                **_span(i, index),
                "x": place.lon if place else None,
                "y": place.lat if place else None,
                "e": i.event,
                "t": i.tier,
                "by": ", ".join(index.names.get(a, a) for a in i.actors),
                "at": index.place.get(i.place_id or "", -1),
                "z": zone_names.get(i.zone_id, i.zone_id),
                "n": i.sources,
                "x0": i.exempt,
            }
        )
    return incidents


def _changes(released: Release, index: _Index) -> list[dict[str, Any]]:
    """Return how much went from whom to whom between two days."""
    return [
        {
            "d0": index.day(c.since),
            "d1": index.day(c.until),
            "from": index.holder(c.from_actor),
            "to": index.holder(c.to_actor),
            "km2": _rounded(c.area_km2, 1),
            "lo": _rounded(c.lo90, 1),
            "hi": _rounded(c.hi90, 1),
            "places": _rounded(c.places, 1),
            "placesLo": _rounded(c.places_lo90, 1),
            "placesHi": _rounded(c.places_hi90, 1),
        }
        for c in released.publication.changes
    ]


def _rounded(value: float, digits: int) -> float | None:
    """Return a rounded number, None where there is none: JSON knows no NaN."""
    return round(value, digits) if math.isfinite(value) else None


def _geojson(text: str) -> Any:  # noqa: ANN401 - a GeoJSON geometry
    """Return a geometry simplified and rounded for the page."""
    import shapely

    shape = shapely.set_precision(parse(text).simplify(_MAP_SIMPLIFY_DEG), 1e-4, mode="valid_output")
    return json.loads(shapely.to_geojson(shape))


def _checks(released: Release, index: _Index) -> list[list[Any]]:
    """Return each check as first and last day, subject, speaker, reported, measured, verdict; widest first."""
    speakers = {c.claim_id: c.speaker or "" for c in released.publication.claims}
    out: list[list[Any]] = []
    for c in sorted(released.publication.checks, key=check_order):
        high = "" if c.reported_high is None else f"\u2013{c.reported_high:,.0f}"
        qualifier = "" if c.qualifier in {"exact", "range"} else f"{c.qualifier} "
        unit = "km\u00b2" if c.unit == "km2" else c.unit
        span = f"{c.measured:,.0f} ({c.lo90:,.0f}\u2013{c.hi90:,.0f})" if math.isfinite(c.measured) else "not measured"
        said = f"{qualifier}{c.reported:,.0f}{high} {unit}"
        out.append([index.day(c.since), index.day(c.until), c.subject, speakers.get(c.claim_id, ""), said, span, c.verdict])
    return out


def check_order(check: CheckRow) -> tuple[bool, timedelta, float, str]:
    """Return a sort key: areas before counts, long spans before short ones, what a reader has most likely met."""
    return check.unit != "km2", check.since - check.until, -check.reported, check.claim_id


def pack_posterior(posterior: Posterior, keep: frozenset[str]) -> bytes:
    """Return a posterior as the page reads it, little endian: knots u32, place u16, knot day u16, informed u8, states u8.

    Only places in `keep`. Raises InputError beyond 65,535 days or knots a place.
    """
    import numpy as np

    rows = np.round(posterior.p * 255).astype(np.uint8)
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (rows[1:] != rows[:-1]).any(axis=1) | (posterior.informed[1:] != posterior.informed[:-1])
    new[posterior.offsets[:-1]] = True
    wanted = np.array([i in keep for i in posterior.place_ids], dtype=bool)
    owner = np.repeat(np.arange(len(posterior.place_ids)), np.diff(posterior.offsets))
    mask = new & wanted[owner]
    counts = np.bincount(owner[mask], minlength=len(posterior.place_ids))[wanted]
    if posterior.days > _WIDTH_LIMIT or (counts.size and counts.max() > _WIDTH_LIMIT):
        raise InputError("study is too long for one page", value=posterior.days, remedy="shorten it in study.toml")
    parts = (counts.astype("<u2"), posterior.day[mask].astype("<u2"), posterior.informed[mask].astype(np.uint8), rows[mask])
    return struct.pack("<I", int(mask.sum())) + b"".join(p.tobytes() for p in parts)
