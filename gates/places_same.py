"""Whether a placement is the gold's place, though the two gazetteers put the one point of a large area elsewhere.

An area that holds the gold's point is the same place: a country, or a unit of the first or second level, to which one of the
three towns nearest to the point belongs; a region whose radius reaches it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.spatial import cKDTree

from tenure.model import FeatureClass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tenure.model import Placement
    from tenure.places import Gazetteer

__all__ = ["Towns", "precision_at"]

WITHIN_KM = 161.0
EARTH_KM = 6371.0088
COLUMN = {FeatureClass.GOVERNORATE: "admin1", FeatureClass.DISTRICT: "admin2"}


def _vectors(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    y, x = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)], axis=-1)


@dataclass
class Towns:
    """The towns of a gazetteer, to ask which units hold a point."""

    gazetteer: Gazetteer

    def __post_init__(self) -> None:
        """Index the towns."""
        a = self.gazetteer.arrays
        self.rows = np.flatnonzero((a["population"] > 0) & ~np.isnan(a["lat"]) & (a["feature"] == 0))
        self.tree = cKDTree(_vectors(a["lat"][self.rows], a["lon"][self.rows]))

    def km(self, placed: Placement, gold: Mapping[str, Any]) -> float:
        """Return the distance between a placement and the gold's point."""
        points = _vectors(np.array([placed.lat, gold["lat"]]), np.array([placed.lon, gold["lon"]]))
        return float(2 * np.arcsin(min(1.0, np.linalg.norm(points[0] - points[1]) / 2)) * EARTH_KM)

    def is_published(self, placed: Placement, gold: Mapping[str, Any]) -> bool:
        """Return whether the benchmark's scorer takes a placement for right: within 161 km, or the gold's id."""
        same = str(gold.get("geonameid") or "-") == (placed.place_id or "").rpartition(":")[2]
        return same or self.km(placed, gold) <= WITHIN_KM

    def is_same(self, placed: Placement, gold: Mapping[str, Any]) -> bool:
        """Return whether a placement is right as published, or an area that holds the gold's point."""
        if self.is_published(placed, gold):
            return True
        row = self.gazetteer.row_of(placed.place_id or "")
        if row is None:
            return False
        a, feature = self.gazetteer.arrays, self.gazetteer.feature(row)
        _, near = self.tree.query(_vectors(np.array(gold["lat"]), np.array(gold["lon"])), k=3)
        towns = self.rows[near]
        if feature is FeatureClass.COUNTRY:
            return bool((a["country"][towns] == a["country"][row]).any())
        if feature in COLUMN:
            return bool((a[COLUMN[feature]][towns] == row).any())
        return feature is FeatureClass.REGION and self.km(placed, gold) <= float(a["radius_km"][row])


def precision_at(judged: Iterable[tuple[float, bool]], mentions: int, coverage: float) -> float:
    """Return the share that is right of the likeliest `coverage` of all mentions; `judged` are p and whether it is right."""
    ranked: Sequence[tuple[float, bool]] = sorted(judged, key=lambda each: -each[0])[: int(coverage * mentions)]
    return sum(right for _, right in ranked) / max(len(ranked), 1)
