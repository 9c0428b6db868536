"""A local equal-area projection whose centre is chosen from the extent of what is to be measured."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from pyproj import Proj

from tenure.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Projection", "project"]

_CENTRE_DECIMALS = 3  # a round centre keeps the projection's name short; the area property does not depend on the centre


@lru_cache(maxsize=64)
def _proj(lon: float, lat: float) -> Proj:
    return Proj(proj="laea", lon_0=lon, lat_0=lat, ellps="WGS84", units="km")


@dataclass(frozen=True, slots=True)
class Projection:
    """Lambert azimuthal equal-area on the WGS 84 ellipsoid, in kilometres from (`lon`, `lat`)."""

    lon: float
    lat: float

    @property
    def crs(self) -> str:
        """The projection as a PROJ string."""
        return f"+proj=laea +lat_0={self.lat} +lon_0={self.lon} +ellps=WGS84 +units=km"

    def forward(self, lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (x_km, y_km) of positions in degrees; missing coordinates (NaN) stay NaN, longitudes may exceed 180.

        >>> x_km, y_km = Projection(35.0, 36.0).forward([35.0], [36.0])
        >>> float(x_km[0]), float(y_km[0])
        (0.0, 0.0)
        """
        lons, lats = np.array(lon, np.float64), np.array(lat, np.float64)
        missing = np.isnan(lons) | np.isnan(lats)
        x, y = _proj(self.lon, self.lat)(np.where(missing, self.lon, lons), np.where(missing, self.lat, lats))
        return np.where(missing, np.nan, x), np.where(missing, np.nan, y)

    def inverse(self, x_km: ArrayLike, y_km: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (lon, lat) in degrees, longitudes in [-180, 180]; NaN stays NaN."""
        xs, ys = np.array(x_km, np.float64), np.array(y_km, np.float64)
        missing = np.isnan(xs) | np.isnan(ys)
        lon, lat = _proj(self.lon, self.lat)(np.where(missing, 0.0, xs), np.where(missing, 0.0, ys), inverse=True)
        return np.where(missing, np.nan, lon), np.where(missing, np.nan, lat)


def project(lons: ArrayLike, lats: ArrayLike) -> Projection:
    """Return the local equal-area projection centred on the extent of the positions (degrees).

    The extent in longitude is the complement of the widest empty arc, so that ground across the antimeridian stays whole.
    Missing coordinates are ignored; no position at all gives the projection centred on (0, 0).
    Raises InputError for a latitude beyond the poles.

    >>> project([179.0, -179.0], [-17.0, -18.0])
    Projection(lon=180.0, lat=-17.5)
    """
    lon, lat = np.array(lons, np.float64).ravel(), np.array(lats, np.float64).ravel()
    kept = ~(np.isnan(lon) | np.isnan(lat))
    if not kept.any():
        return Projection(0.0, 0.0)
    lon, lat = lon[kept], lat[kept]
    if (np.abs(lat) > 90).any():  # noqa: PLR2004 - the poles
        raise InputError("latitude out of range", value=float(lat[np.abs(lat).argmax()]), remedy="use -90 to 90")
    ring = np.unique(np.mod(lon, 360.0))
    gaps = np.diff(np.append(ring, ring[0] + 360.0))
    widest = int(gaps.argmax())
    west = ring[(widest + 1) % len(ring)]
    centre = (west + (360.0 - gaps[widest]) / 2 + 180.0) % 360.0 - 180.0
    centre = 180.0 if centre == -180.0 else centre  # noqa: PLR2004 - one name for the antimeridian
    middle = (lat.min() + lat.max()) / 2
    return Projection(round(float(centre), _CENTRE_DECIMALS) + 0.0, round(float(middle), _CENTRE_DECIMALS) + 0.0)
