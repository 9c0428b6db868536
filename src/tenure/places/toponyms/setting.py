"""What every document of a study shares: static features of the gazetteer's places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tenure.model import FeatureClass
from tenure.places.gazetteer.compiled import FEATURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from tenure.places.gazetteer.compiled import Gazetteer

__all__ = ["EARTH_KM", "STATIC", "Setting"]

EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""

STATIC = (
    "settlement_population",
    "unit_population",
    "is_country",
    "is_governorate",
    "is_district",
    "is_region",
    "seat",
    "study",
    "theatre",
    "area",
    "capital",
)
"""Names of the static features of a place, in the order of `Setting.static`'s columns."""

_UNKNOWN_POPULATION = 500
"""People of a place whose population is not stated: gazetteers write 0 for "unknown"."""
_POINTS = {FeatureClass.SETTLEMENT, FeatureClass.FACILITY, FeatureClass.BASE}
_KM_PER_DEGREE = 111.2
_REGIONS = {FeatureClass.REGION, FeatureClass.RIVER, FeatureClass.MOUNTAIN}


def _among(feature: NDArray[np.uint8], classes: set[FeatureClass]) -> NDArray[np.bool_]:
    return np.isin(feature, [FEATURES.index(each) for each in classes])


def _inside(area: str | None, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    inside = np.zeros(lon.size, dtype=bool)
    if area is None:
        return inside
    import shapely

    shape = shapely.from_geojson(area)
    shapely.prepare(shape)
    west, south, east, north = shape.bounds
    box = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
    inside[box] = shapely.contains_xy(shape, lon[box], lat[box])
    return inside


def _squeeze(shape: BaseGeometry) -> float:
    """Return the length of a degree of longitude, as a share of one of latitude, in the middle of a shape."""
    return float(np.cos(np.radians((shape.bounds[1] + shape.bounds[3]) / 2)))


def _flat(area: str | None) -> BaseGeometry | None:
    if area is None:
        return None
    import shapely

    shape = shapely.from_geojson(area)
    flat = shapely.transform(shape, lambda xy: xy * [_squeeze(shape), 1.0])
    shapely.prepare(flat)
    return flat


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """The gazetteer, static features of its places, (places, len(STATIC)), and unit vectors of their points, (places, 3)."""

    gazetteer: Gazetteer
    static: NDArray[np.float32]
    xyz: NDArray[np.float32]
    study: NDArray[np.bool_]
    """(places,) True for rows of the study's own gazetteer."""
    local: NDArray[np.bool_]
    """(places,) True for the study's own rows and those of the theatre's countries: their names may be misspelt."""
    points: NDArray[np.bool_]
    """(places,) True for settlements, facilities and bases."""
    bounded: bool
    """Whether the study names an area or countries, so that a place can be outside it."""
    area: BaseGeometry | None = None
    """The study area with its longitudes squeezed to the length of its latitudes; None where the study has none."""

    def gap_km(self, row: int) -> float:
        """Return how far a place lies outside the study area; 0 inside it and without one, infinite where nobody knows."""
        if self.area is None or self.static[row, STATIC.index("area")]:
            return 0.0
        import shapely

        lon, lat = (float(self.gazetteer.arrays[column][row]) for column in ("lon", "lat"))
        if np.isnan(lon):
            return float("inf")
        point = shapely.Point(lon * _squeeze(self.area), lat)
        return float(shapely.distance(self.area, point)) * _KM_PER_DEGREE

    @classmethod
    def of(cls, gazetteer: Gazetteer, *, area: str | None, countries: Sequence[str]) -> Setting:
        """Return the setting of a study with an area (GeoJSON geometry text) and countries (ISO alpha-2)."""
        a = gazetteer.arrays
        feature, population = a["feature"], np.log10(np.maximum(a["population"], _UNKNOWN_POPULATION))
        study = a["own"].astype(bool)
        codes = {code.upper() for code in countries}
        numbers = [i for i, code in enumerate(gazetteer.countries) if code in codes]
        point = _among(feature, _POINTS)
        unit = _among(
            feature, {FeatureClass.COUNTRY, FeatureClass.GOVERNORATE, FeatureClass.DISTRICT, FeatureClass.SUBDISTRICT}
        )
        columns = [
            population * point,
            population * unit,
            feature == FEATURES.index(FeatureClass.COUNTRY),
            feature == FEATURES.index(FeatureClass.GOVERNORATE),
            _among(feature, {FeatureClass.DISTRICT, FeatureClass.SUBDISTRICT}),
            _among(feature, _REGIONS),
            a["seat"] / 3.0,
            study & ~unit,
            np.isin(a["country"], numbers),
            _inside(area, a["lon"], a["lat"]),
            a["capital"] > 0,
        ]
        x, y = np.radians(a["lon"]), np.radians(a["lat"])
        xyz = np.stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)], axis=1)
        static = np.stack(columns, axis=1).astype(np.float32)
        local = study | np.isin(a["country"], numbers)
        unit_vectors = np.nan_to_num(xyz).astype(np.float32)
        bounded = area is not None or bool(numbers)
        return cls(gazetteer, static, unit_vectors, study, local, point, bounded, _flat(area))
