"""From a posterior to a placement: point, area or unresolved, with its precision codes and its radius."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from tenure.model import Candidate, FeatureClass, Placement, PlacementStatus, UnresolvedReason

if TYPE_CHECKING:
    from tenure.model import Report
    from tenure.places.toponyms import Toponym
    from tenure.places.resolve import DocumentPosterior
    from tenure.places.setting import Setting

__all__ = ["place_toponym"]

_AREAS = {
    FeatureClass.COUNTRY: (3, 6),
    FeatureClass.GOVERNORATE: (3, 4),
    FeatureClass.REGION: (3, 4),
    FeatureClass.RIVER: (3, 5),
    FeatureClass.DISTRICT: (2, 3),
    FeatureClass.SUBDISTRICT: (2, 3),
}
"""ACLED geo_precision and UCDP where_prec of an area."""

_KM_PER_DEGREE = 111.2


@cache
def _threshold() -> dict[str, Any]:
    data = tomllib.loads(files("tenure.places").joinpath("data/weights.toml").read_text(encoding="utf-8"))
    return dict(data["threshold"])


def _unresolved(
    report: Report, toponym: Toponym, reason: UnresolvedReason, *, method: str, candidates: tuple[Candidate, ...] = ()
) -> Placement:
    return Placement(
        report_id=report.report_id,
        name=toponym.text,
        start_char=toponym.start,
        end_char=toponym.end,
        status=PlacementStatus.UNRESOLVED,
        reason=reason,
        place_id=None,
        lon=None,
        lat=None,
        geo_precision=None,
        where_prec=None,
        p=0.0,
        radius_km=None,
        candidates=candidates,
        claim_id=toponym.claim_id,
        role=toponym.role,
        method=method,
        known_from=report.published_at,
    )


def _shift(lon: float, lat: float, bearing: float, km: float) -> tuple[float, float]:
    angle = np.radians(bearing)
    north = float(km * np.cos(angle) / _KM_PER_DEGREE)
    east = float(km * np.sin(angle) / (_KM_PER_DEGREE * np.cos(np.radians(lat))))
    return lon + east, lat + north


def place_toponym(
    setting: Setting, report: Report, toponym: Toponym, posterior: DocumentPosterior, *, method: str
) -> Placement:
    """Return the placement of a toponym: what its posterior carries, never finer than its evidence."""
    if not toponym.phrase.name:
        return _unresolved(report, toponym, UnresolvedReason.TOO_VAGUE, method=method)
    if not posterior.rows.size:
        return _unresolved(report, toponym, UnresolvedReason.NO_CANDIDATE, method=method)
    gazetteer = setting.gazetteer
    pairs = zip(posterior.rows[:5].tolist(), posterior.p[:5].tolist(), strict=True)
    candidates = tuple(Candidate(gazetteer.place_id(row), round(p, 4)) for row, p in pairs)
    row, p = int(posterior.rows[0]), float(posterior.p[0])
    if p < _threshold()["p"]:
        return _unresolved(report, toponym, UnresolvedReason.AMBIGUOUS, method=method, candidates=candidates)
    lon, lat = float(gazetteer.arrays["lon"][row]), float(gazetteer.arrays["lat"][row])
    if np.isnan(lon):
        return _unresolved(report, toponym, UnresolvedReason.NO_CANDIDATE, method=method, candidates=candidates)
    feature = gazetteer.feature(row)
    radius = float(gazetteer.arrays["radius_km"][row]) or 2.0
    status, codes = PlacementStatus.RESOLVED, (1, 1)
    if feature in _AREAS:
        status, codes = PlacementStatus.AREA, _AREAS[feature]
    elif radius > 5.0:
        codes = (2, 3)
    phrase = toponym.phrase
    if phrase.offset_km is not None:
        if phrase.bearing is not None:
            lon, lat = _shift(lon, lat, phrase.bearing, phrase.offset_km)
        radius, codes = max(radius, 0.3 * phrase.offset_km if phrase.bearing is not None else phrase.offset_km), (2, 2)
    elif phrase.around or phrase.part or phrase.facility:
        radius = max(radius, 5.0 if phrase.facility or phrase.part else 10.0)
        codes = (max(codes[0], 2), max(codes[1], 2))
    return Placement(
        report_id=report.report_id,
        name=toponym.text,
        start_char=toponym.start,
        end_char=toponym.end,
        status=status,
        reason=None,
        place_id=gazetteer.place_id(row),
        lon=round(lon, 6),
        lat=round(lat, 6),
        geo_precision=codes[0],
        where_prec=codes[1],
        p=round(p, 4),
        radius_km=round(radius, 2),
        candidates=candidates,
        claim_id=toponym.claim_id,
        role=toponym.role,
        method=method,
        known_from=report.published_at,
    )
