"""From a posterior to a placement: a point, an area or unresolved, with its probability, its precision codes and its radius.

Rules of this file:
- a placement is never finer than its evidence: an area stays an area, a part or neighbourhood widens the radius
- a name whose candidates share a unit goes to that unit; otherwise, under the threshold, it is unresolved and says why
- what a claim says of a place beyond the study area is no event of the study: it is unresolved, and says where it would be
- the radius holds the truth with probability 0.8: where the best candidate is less sure, it reaches to the next ones
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from tenure.model import Candidate, FeatureClass, Placement, PlacementStatus, UnresolvedReason
from tenure.places.gazetteer.generic import generic_names
from tenure.places.toponyms.resolve import CONTEXT, OWN
from tenure.places.toponyms.setting import EARTH_KM
from tenure.places.weights import weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tenure.model import Report
    from tenure.places.toponyms.lookup import Toponym
    from tenure.places.toponyms.resolve import DocumentPosterior
    from tenure.places.toponyms.setting import Setting

__all__ = ["calibrated", "pin_placement", "place_toponym", "shifted"]

_AREAS = {
    FeatureClass.COUNTRY: (3, 6),
    FeatureClass.GOVERNORATE: (3, 4),
    FeatureClass.REGION: (3, 5),
    FeatureClass.RIVER: (3, 5),
    FeatureClass.MOUNTAIN: (3, 5),
    FeatureClass.DISTRICT: (2, 3),
    FeatureClass.SUBDISTRICT: (2, 3),
}
"""ACLED geo_precision and UCDP where_prec of an area that is named as such."""
_UNITS = {FeatureClass.COUNTRY, FeatureClass.GOVERNORATE, FeatureClass.DISTRICT, FeatureClass.SUBDISTRICT}
_SHOWN = 5
_TARGET = 0.8
_KM_PER_DEGREE = 111.2
_EXACT_KM = 5.0
"""Radius beyond which a point is only near the place (ACLED geo_precision 2)."""
_SURE_PARTNER = -2.0
_BEYOND = 1.5
"""How far an area reaches, in its radius: that holds 80% of it."""
_LONGEST_LINE_KM = 400.0
_OTHERS = len(OWN) + CONTEXT.index("near_all")
"""Feature that is 0 only where no other name of the text has a candidate."""
_KNOWN_ABROAD = 15_000


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a toponym goes: a row, its point, status, codes and radius."""

    row: int
    p: float
    lon: float
    lat: float
    status: PlacementStatus
    geo_precision: int
    where_prec: int
    radius_km: float


def _sigmoid(x: float) -> float:
    return float(1.0 / (1.0 + np.exp(-x)))


@cache
def _weights_of_told(*, alone: bool) -> NDArray[np.float64]:
    """Return what each feature says of a place being right, (OWN + CONTEXT,); `alone`: it is its text's only name."""
    told, more = weights()["calibration"]["told"], weights()["calibration"]["only_name"] if alone else {}
    return np.array([told.get(name, 0.0) + more.get(name, 0.0) for name in (*OWN, *CONTEXT)])


def calibrated(setting: Setting, toponym: Toponym, posterior: DocumentPosterior, share: float | None = None) -> float:
    """Return the probability that the best candidate is right, from its posterior and what that does not know.

    The softmax does not know of places that are not in the gazetteer: what speaks for the candidate says how likely that
    is (data/weights.toml). `share` is that of the unit in which the candidates lie, in place of the best one's.
    """
    table, row = weights()["calibration"], int(posterior.rows[0])
    p, log_name = float(posterior.p[0]) if share is None else share, float(posterior.log_name[0])
    if setting.study[row]:
        return p * _sigmoid(table["spelling"] + log_name)
    clipped = min(max(p, 1e-4), 0.9995)
    z = table["bias"] + table["logit"] * float(np.log(clipped / (1.0 - clipped))) + table["log_name"] * log_name
    z += float(posterior.told @ _weights_of_told(alone=not posterior.told[_OTHERS]))
    z += 0.0 if posterior.told[_OTHERS] else table["only_name"]["bias"]
    z += table["only_one"] * (posterior.rows.size == 1) + table["nested"] * toponym.nested
    z += table["facility"] * (bool(toponym.phrase.facility) and not toponym.nested)
    z += table["several_words"] * (" " in toponym.text)
    is_generic = not generic_names().isdisjoint((toponym.text.lower(), setting.gazetteer.name(row).lower()))
    return _sigmoid(z + table["generic"] * is_generic)


def shifted(lon: float, lat: float, bearing: float, km: float) -> tuple[float, float]:
    """Return the point at a distance and bearing (degrees clockwise from north) of another, on a locally flat earth.

    >>> [round(x, 3) for x in shifted(36.8, 35.86, 90.0, 10.0)]
    [36.911, 35.86]
    """
    angle = np.radians(bearing)
    north = float(km * np.cos(angle) / _KM_PER_DEGREE)
    east = float(km * np.sin(angle) / (_KM_PER_DEGREE * np.cos(np.radians(lat))))
    return lon + east, lat + north


def _own_radius(setting: Setting, row: int) -> float:
    table, a = weights()["radius"], setting.gazetteer.arrays
    stored = float(a["radius_km"][row])
    if setting.gazetteer.feature(row) in _AREAS:
        shares = table["unit_share"]
        share = shares.get(setting.gazetteer.feature(row).value, shares["other"])
        return stored if setting.study[row] else max(stored * share, table["least"])
    return max(stored, float(table["least"]), _city_km(setting, row))


def _reach(setting: Setting, posterior: DocumentPosterior) -> float:
    """Return the distance (km) round the best candidate within which 80% of the posterior lies."""
    if float(posterior.p[0]) >= _TARGET:
        return 0.0
    xyz = setting.xyz[posterior.rows].astype(np.float64)
    km = np.sqrt(np.maximum(0.0, 2.0 - 2.0 * xyz @ xyz[0])) * EARTH_KM
    order = np.argsort(km, kind="stable")
    held = np.cumsum(posterior.p[order])
    return float(km[order[min(int(np.searchsorted(held, _TARGET)), km.size - 1)]])


def _shared_unit(setting: Setting, posterior: DocumentPosterior) -> tuple[int, float] | None:
    """Return the smallest unit in which enough of the posterior lies, with that share; None when there is none."""
    a = setting.gazetteer.arrays
    for column in ("admin3", "admin2", "admin1"):
        units = a[column][posterior.rows]
        units = np.where(a["feature"][posterior.rows] == a["feature"][np.maximum(units, 0)], -1, units)
        for unit in np.unique(units[units >= 0]).tolist():
            share = float(posterior.p[(units == unit) | (posterior.rows == unit)].sum())
            if share >= weights()["threshold"]["shared_unit"] and not np.isnan(a["lon"][unit]):
                return unit, share
    return None


def _at(setting: Setting, row: int, p: float) -> _Spot:
    a, feature = setting.gazetteer.arrays, setting.gazetteer.feature(row)
    radius = _own_radius(setting, row)
    codes = _AREAS.get(feature, (1, 1) if radius <= max(_EXACT_KM, _city_km(setting, row)) else (2, 3))
    status = PlacementStatus.AREA if feature in _AREAS else PlacementStatus.RESOLVED
    return _Spot(row, p, float(a["lon"][row]), float(a["lat"][row]), status, codes[0], codes[1], radius)


def _city_km(setting: Setting, row: int) -> float:
    return float(weights()["radius"]["per_root_person"]) * float(np.sqrt(setting.gazetteer.arrays["population"][row]))


def _widened(spot: _Spot, toponym: Toponym) -> _Spot:
    """Return the spot moved and widened by what the phrase says ("10 km east of", "countryside", "airbase")."""
    table, phrase = weights()["radius"], toponym.phrase
    lon, lat, radius, codes = spot.lon, spot.lat, spot.radius_km, (spot.geo_precision, spot.where_prec)
    near = (max(codes[0], 2), max(codes[1], 2))
    if phrase.offset_km is not None:
        if phrase.bearing is None:
            radius = max(radius, phrase.offset_km)
        else:
            lon, lat = shifted(lon, lat, phrase.bearing, phrase.offset_km)
            radius = max(min(radius, phrase.offset_km), table["offset_share"] * phrase.offset_km, table["least"])
        codes = near
    elif phrase.around or phrase.part or phrase.facility:
        kind = "around" if phrase.around else "part" if phrase.part else "nested" if toponym.nested else "facility"
        if spot.status is PlacementStatus.RESOLVED:
            radius = max(radius, table[kind])
            if phrase.bearing is not None:  # the middle of that side, no finer than the side is wide
                lon, lat = shifted(lon, lat, phrase.bearing, radius / 2)
        elif phrase.bearing is not None and phrase.part:  # "southern Idlib": half of the area, away from its middle
            lon, lat = shifted(lon, lat, phrase.bearing, radius / 2)
            radius *= 0.75
        codes = near
    return _Spot(spot.row, spot.p, lon, lat, spot.status, codes[0], codes[1], radius)


def _along(setting: Setting, spot: _Spot, toponym: Toponym) -> _Spot:
    """Return the middle of a line to its other end, the nearest place of that name; the spot when there is none near."""
    rows = toponym.partner.rows[toponym.partner.log_name > _SURE_PARTNER]
    if not rows.size:
        return spot
    a = setting.gazetteer.arrays
    km = np.hypot((a["lon"][rows] - spot.lon) * np.cos(np.radians(spot.lat)), a["lat"][rows] - spot.lat) * _KM_PER_DEGREE
    nearest = int(rows[int(np.nanargmin(km))])
    length = float(np.nanmin(km))
    if length > _LONGEST_LINE_KM:
        return spot
    lon, lat = (spot.lon + float(a["lon"][nearest])) / 2, (spot.lat + float(a["lat"][nearest])) / 2
    return replace(spot, lon=lon, lat=lat, geo_precision=2, where_prec=5, radius_km=max(spot.radius_km, 0.4 * length))


def _decide(setting: Setting, toponym: Toponym, posterior: DocumentPosterior) -> _Spot | UnresolvedReason:
    if not toponym.phrase.name:
        return UnresolvedReason.TOO_VAGUE
    if not posterior.rows.size or np.isnan(setting.gazetteer.arrays["lon"][posterior.rows[0]]):
        return UnresolvedReason.NO_CANDIDATE
    row = int(posterior.rows[0])
    p = calibrated(setting, toponym, posterior)
    if p < weights()["threshold"]["study" if setting.study[row] else "world"]:
        return _unsure(setting, toponym, posterior)
    spot = _at(setting, row, p)
    if _is_abroad(setting, row, p) or (toponym.claim_id and _is_outside(setting, spot)):
        return UnresolvedReason.OUTSIDE_AREA
    return replace(spot, radius_km=max(spot.radius_km, _reach(setting, posterior)))


def _unsure(setting: Setting, toponym: Toponym, posterior: DocumentPosterior) -> _Spot | UnresolvedReason:
    """Return the unit that the candidates share, or why the name stays unresolved: none fits, or too many do."""
    table, own = weights()["threshold"], setting.study[posterior.rows[0]]
    fits = float(posterior.log_name[0]) + weights()["calibration"]["spelling"] > 0
    if fits and (shared := _shared_unit(setting, posterior)) is not None:
        unit, share = shared
        p = share if own else calibrated(setting, toponym, posterior, share)
        if p >= table["study" if own else "world"]:
            spot = _at(setting, unit, p)
            return UnresolvedReason.OUTSIDE_AREA if toponym.claim_id and _is_outside(setting, spot) else spot
    return UnresolvedReason.AMBIGUOUS if fits and float(posterior.p[0]) < _TARGET else UnresolvedReason.NO_CANDIDATE


def _is_abroad(setting: Setting, row: int, p: float) -> bool:
    """Return whether a place is an unsure or obscure one outside the theatre of a study that has one."""
    if not setting.bounded or setting.local[row] or setting.gazetteer.feature(row) in _AREAS:
        return False
    if setting.area is not None and setting.gap_km(row) == 0:
        return False
    return p < weights()["threshold"]["abroad"] or bool(setting.gazetteer.arrays["population"][row] < _KNOWN_ABROAD)


def _is_outside(setting: Setting, spot: _Spot) -> bool:
    """Return whether a place of another gazetteer than the study's does not reach into the study area."""
    if setting.study[spot.row]:
        return False
    if spot.status is PlacementStatus.AREA:
        reach = _BEYOND * max(float(setting.gazetteer.arrays["radius_km"][spot.row]), spot.radius_km)
    else:
        reach = spot.radius_km
    return setting.gap_km(spot.row) > reach


def place_toponym(
    setting: Setting, report: Report, toponym: Toponym, posterior: DocumentPosterior, *, method: str
) -> Placement:
    """Return the placement of a toponym from its posterior; the best candidates are listed even when none is chosen."""
    decided = _decide(setting, toponym, posterior)
    reason = decided if isinstance(decided, UnresolvedReason) else None
    spot = _along(setting, _widened(decided, toponym), toponym) if isinstance(decided, _Spot) else None
    gazetteer = setting.gazetteer
    pairs = zip(posterior.rows[:_SHOWN].tolist(), posterior.p[:_SHOWN].tolist(), strict=True)
    return Placement(
        report_id=report.report_id,
        name=toponym.text,
        start_char=toponym.start,
        end_char=toponym.end,
        status=spot.status if spot else PlacementStatus.UNRESOLVED,
        reason=reason,
        place_id=gazetteer.place_id(spot.row) if spot else None,
        lon=round(spot.lon, 6) if spot else None,
        lat=round(spot.lat, 6) if spot else None,
        geo_precision=spot.geo_precision if spot else None,
        where_prec=spot.where_prec if spot else None,
        p=round(spot.p, 4) if spot else 0.0,
        radius_km=round(spot.radius_km, 2) if spot else None,
        candidates=tuple(Candidate(gazetteer.place_id(row), round(p, 4)) for row, p in pairs),
        claim_id=toponym.claim_id,
        role=toponym.role,
        method=method,
        known_from=report.published_at,
    )


def pin_placement(setting: Setting, placement: Placement, row: int) -> Placement:
    """Return a placement as somebody who knows better has it: in a row of the gazetteer, with probability 1."""
    spot = _at(setting, row, 1.0)
    place_id = setting.gazetteer.place_id(row)
    return replace(
        placement,
        status=spot.status,
        reason=None,
        place_id=place_id,
        lon=None if np.isnan(spot.lon) else round(spot.lon, 6),
        lat=None if np.isnan(spot.lat) else round(spot.lat, 6),
        geo_precision=spot.geo_precision,
        where_prec=spot.where_prec,
        p=1.0,
        radius_km=round(spot.radius_km, 2),
        candidates=(Candidate(place_id, 1.0),),
    )
