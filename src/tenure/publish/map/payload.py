"""The part of the map that is read first: the study, its places and cells, its measured figures; see `columns` for its form.

Rules. Days are counted from the study's first day. Indices replace ids. Coordinates are whole 1e-4 degrees.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tenure.model import CONTESTED, FeatureClass
from tenure.model.track_record import NEAR_DAYS, record_edges, told_record, track_record
from tenure.publish.basemap import make_basemap, surroundings
from tenure.publish.geometry import delta_lines, delta_polygons, parse, simplified, simplified_cover
from tenure.publish.map.columns import narrow, pack, ring_columns
from tenure.publish.map.numbering import rounded
from tenure.publish.palette import CONTESTED_COLOUR, MIN_DISTANCE, SAFE, UNKNOWN_COLOUR, closest_pair
from tenure.publish.publication import check_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tenure.model import Place
    from tenure.publish.map.numbering import Numbering
    from tenure.publish.release import Release

__all__ = ["MAP_SIMPLIFY_DEG", "NOWHERE", "checks", "make_core", "study_bounds"]

MAP_SIMPLIFY_DEG = 0.0004
"""40 m: less than the rounding of a settlement's coordinates."""
NOWHERE = -(2**31)
"""A coordinate that is not known."""
_FEATURES = tuple(f.value for f in FeatureClass)


def study_bounds(released: Release) -> tuple[float, float, float, float]:
    """Return west, south, east, north of the study area."""
    west, south, east, north = parse(released.publication.study_area).bounds
    return float(west), float(south), float(east), float(north)


def make_core(released: Release, numbers: Numbering, more: dict[str, Any]) -> bytes:
    """Return the part that the page reads first, with `more` among its values (how the other parts are cut)."""
    publication = released.publication
    values, columns = _places(released, numbers)
    columns |= _evidence_days(released, numbers)
    columns |= ring_columns(_cells(released, numbers.tracked))
    columns["histogram"] = _histogram(released, numbers)
    bounds = study_bounds(released)
    states = _states(released)
    values |= {
        "title": publication.config.title or publication.config.name,
        "first": publication.posterior.first_day.isoformat(),
        "days": publication.posterior.days,
        "bounds": [round(b, 4) for b in bounds],
        "cutoff": released.cutoff.isoformat(),
        "embargo": publication.config.embargo_days,
        "version": publication.version,
        "method": publication.method,
        "disclosures": list(released.disclosures),
        "attributions": [f"{a.what}: {a.credit} ({a.licence})" for a in publication.attributions],
        "states": states,
        "unknown": UNKNOWN_COLOUR,
        "tellable": closest_pair([s["colour"] for s in states])[0] >= MIN_DISTANCE,
        "base": _base(bounds),
        "area": delta_polygons(simplified(parse(publication.study_area), MAP_SIMPLIFY_DEG)),
        "series": _series(released, numbers),
        "changes": _changes(released, numbers),
        "record": _record(filtered=publication.filtered is not None),
        **more,
    }
    return pack(values, columns)


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


def _places(released: Release, numbers: Numbering) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    import numpy as np

    publication = released.publication
    areas = {a.area_id: a.name for a in publication.areas}
    units = [_within(p, areas) for p in publication.places]
    known = sorted(set(units))
    unit = {name: i for i, name in enumerate(known)}
    km2 = {c.place_id: c.area_km2 for c in publication.cells}
    places = publication.places
    values = {"ids": [p.place_id for p in places], "names": [p.name for p in places], "units": known, "features": _FEATURES}
    return values, {
        "x": narrow([_whole(p.lon) for p in places]),
        "y": narrow([_whole(p.lat) for p in places]),
        "unit": narrow([unit[u] for u in units]),
        "feature": narrow([_FEATURES.index(p.feature.value) for p in places]),
        "people": narrow([p.population or 0 for p in places]),
        # a tenth of a kilometre; under one it is not worth a word
        "radius": narrow([round(p.radius_km * 10) if p.radius_km >= 1 else 0 for p in places]),
        "km2": np.array([round(km2.get(p.place_id, 0.0), 3) for p in places], dtype="<f4"),
        "tracked": narrow([numbers.place[i] for i in numbers.tracked]),
    }


def _within(place: Place, areas: dict[str, str]) -> str:
    return ", ".join(dict.fromkeys(areas.get(a, a) for a in (place.admin3, place.admin2, place.admin1) if a))


def _whole(degrees: float | None) -> int:
    return NOWHERE if degrees is None else round(degrees * 10_000)


def _cells(released: Release, tracked: list[str]) -> NDArray[Any]:
    """Return each tracked place's cell, simplified together so that neighbours keep their common border."""
    import numpy as np
    import shapely

    cells = {c.place_id: c.geometry for c in released.publication.cells}
    shapes = np.array([shapely.from_geojson(cells[i]) if i in cells else None for i in tracked], dtype=object)
    there = np.flatnonzero(~shapely.is_missing(shapes)) if len(shapes) else np.zeros(0, dtype=int)
    if len(there):
        shapes[there] = simplified_cover(shapes[there], MAP_SIMPLIFY_DEG)
    return shapes


def _evidence_days(released: Release, numbers: Numbering) -> dict[str, NDArray[Any]]:
    """Return by place the days on which claims about it begin, sorted: `evidenceSizes`, `evidenceDays`."""
    publication = released.publication
    begins = {c.claim_id: numbers.day(c.start) for c in publication.claims}
    days: list[set[int]] = [set() for _ in publication.places]
    told = [(w.place_id, w.claim_id) for w in publication.weights]
    told += [(p.place_id or "", p.claim_id or "") for p in publication.placements]
    for place_id, claim_id in told:
        if place_id in numbers.place and claim_id in begins:
            days[numbers.place[place_id]].add(begins[claim_id])
    return {
        "evidenceSizes": narrow([len(d) for d in days]),
        "evidenceDays": narrow([d for of_place in days for d in sorted(of_place)]),
    }


def _histogram(released: Release, numbers: Numbering) -> NDArray[Any]:
    """Return how many claims begin on each day."""
    import numpy as np

    days = np.array([numbers.day(c.start) for c in released.publication.claims], dtype=np.int64)
    return narrow(np.bincount(days[(days >= 0) & (days < numbers.last)], minlength=numbers.last))


def _series(released: Release, numbers: Numbering) -> list[list[list[float | None]]]:
    """Return each state's area and places with their ranges, day by day."""
    series: list[list[list[float | None]]] = [[] for _ in range(len(numbers.state))]
    for r in sorted(released.publication.series, key=lambda r: (r.actor, r.on)):
        if r.actor in numbers.state:
            figures = (r.area_km2, r.lo90, r.hi90, r.places, r.places_lo90, r.places_hi90)
            series[numbers.state[r.actor]].append([numbers.day(r.on), *(rounded(v, 1) for v in figures)])
    return series


def _record(*, filtered: bool) -> dict[str, Any]:
    """Return in words how often a P was right, by reading, by whether a claim is near (0: it is), and by band of P."""
    edges = record_edges()
    readings = {"hindsight": "hindsight", **({"then": "filtered"} if filtered else {})}
    return {
        "edges": list(edges),
        "days": NEAR_DAYS,
        "contested": told_record(CONTESTED, 1.0, near=True)["words"],
        **{
            name: [[track_record(p, near=near, reading=reading).words for p in edges] for near in (True, False)]
            for name, reading in readings.items()
        },
    }


def _changes(released: Release, numbers: Numbering) -> list[dict[str, Any]]:
    """Return how much went from whom to whom between two days."""
    return [
        {
            "d0": numbers.day(c.since),
            "d1": numbers.day(c.until),
            "from": numbers.holder(c.from_actor),
            "to": numbers.holder(c.to_actor),
            "km2": rounded(c.area_km2, 1),
            "lo": rounded(c.lo90, 1),
            "hi": rounded(c.hi90, 1),
            "places": rounded(c.places, 1),
            "placesLo": rounded(c.places_lo90, 1),
            "placesHi": rounded(c.places_hi90, 1),
        }
        for c in released.publication.changes
    ]


def checks(released: Release, numbers: Numbering) -> list[list[Any]]:
    """Return each check as first and last day, subject, speaker, reported, measured, verdict; widest first."""
    speakers = {c.claim_id: c.speaker or "" for c in released.publication.claims}
    out: list[list[Any]] = []
    for c in sorted(released.publication.checks, key=check_order):
        high = "" if c.reported_high is None else f"\u2013{c.reported_high:,.0f}"
        qualifier = "" if c.qualifier in {"exact", "range"} else f"{c.qualifier} "
        unit = "km\u00b2" if c.unit == "km2" else c.unit
        span = f"{c.measured:,.0f} ({c.lo90:,.0f}\u2013{c.hi90:,.0f})" if math.isfinite(c.measured) else "not measured"
        said = f"{qualifier}{c.reported:,.0f}{high} {unit}"
        who = speakers.get(c.claim_id, "")
        out.append([numbers.day(c.since), numbers.day(c.until), c.subject, who, said, span, c.verdict])
    return out
