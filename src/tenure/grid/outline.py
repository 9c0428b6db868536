"""Polygons between GeoJSON (degrees, straight in longitude and latitude) and the local projection (kilometres)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.affinity import translate

from tenure.errors import InputError

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from tenure.grid.projection import Projection

__all__ = ["polygon_parts", "project_geojson", "project_outline", "read_outline", "to_geojson", "unproject"]

_STEP_DEG = 0.05  # about 5 km: the projected chord leaves the true edge by centimetres (tests/grid hold the area error)
_STEP_KM = 5.0
_SEAM_KM = 1e-6  # a millimetre: closes the seam where the two halves of an outline meet on the antimeridian


def polygon_parts(geometry: BaseGeometry) -> BaseGeometry:
    """Return the polygons of a geometry (clipping may leave lines and points too), as a Polygon, MultiPolygon or empty."""
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        return geometry
    parts = [p for p in shapely.get_parts(geometry, return_index=False) if p.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def read_outline(geojson: str, *, what: str = "study area") -> BaseGeometry:
    """Return the polygon of GeoJSON text (geometry, Feature or FeatureCollection) in degrees, made valid.

    Raises InputError, naming `what`, for text that is no GeoJSON or holds no polygon.

    >>> read_outline('{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}').area
    1.0
    """
    try:
        geometry = shapely.from_geojson(geojson)
    except shapely.GEOSException as err:
        raise InputError(f"{what} is no GeoJSON", value=geojson[:60], remedy="give a Polygon or MultiPolygon") from err
    if geometry is None or not np.isfinite(shapely.get_coordinates(geometry)).all():
        raise InputError(f"{what} has no finite coordinates", value=geojson[:60], remedy="give a Polygon or MultiPolygon")
    if not shapely.is_valid(geometry):
        geometry = shapely.make_valid(geometry)
    geometry = polygon_parts(geometry)
    if geometry.is_empty:
        raise InputError(f"{what} holds no polygon", value=geojson[:60], remedy="give a Polygon or MultiPolygon")
    return geometry


def project_outline(outline: BaseGeometry, projection: Projection) -> BaseGeometry:
    """Return an outline in degrees as a valid polygon in kilometres; its edges are straight in longitude and latitude."""
    dense = shapely.segmentize(outline, _STEP_DEG)
    flat = shapely.transform(dense, lambda c: np.column_stack(projection.forward(c[:, 0], c[:, 1])))
    if not shapely.is_valid(flat):
        flat = shapely.make_valid(flat)
    lon = shapely.get_coordinates(outline)[:, 0]
    if np.isclose(np.abs(lon), 180.0).any():
        flat = shapely.union_all([flat], grid_size=_SEAM_KM)
    return polygon_parts(flat)


def project_geojson(geojson: str, projection: Projection, *, what: str = "polygon") -> BaseGeometry:
    """Return GeoJSON text as a polygon in the projection's kilometres; raises InputError as `read_outline` does."""
    return project_outline(read_outline(geojson, what=what), projection)


def unproject(geometry: BaseGeometry, projection: Projection) -> BaseGeometry:
    """Return a geometry in kilometres as degrees; what crosses the antimeridian is cut there (RFC 7946, 3.1.9)."""
    dense = shapely.segmentize(geometry, _STEP_KM)
    if geometry.geom_type != dense.geom_type:  # GEOS takes a multi-geometry of one part for the part
        dense = _collect([dense])

    def back(c: np.ndarray) -> np.ndarray:
        lon, lat = projection.inverse(c[:, 0], c[:, 1])
        # longitudes run on continuously from the centre, so that a ring never jumps by 360 degrees
        return np.column_stack(((lon - projection.lon + 180.0) % 360.0 - 180.0 + projection.lon, lat))

    degrees = shapely.transform(dense, back)
    if degrees.is_empty:
        return degrees
    west, _, east, _ = degrees.bounds
    if west >= -180.0 and east <= 180.0:  # noqa: PLR2004 - the antimeridian
        return degrees
    parts: list[BaseGeometry] = []
    for turn in (-360.0, 0.0, 360.0):
        inside = shapely.intersection(degrees, shapely.box(-180.0 + turn, -90.0, 180.0 + turn, 90.0))
        parts += shapely.get_parts(translate(inside, xoff=-turn)).tolist()
    wanted = "Polygon" if "Polygon" in degrees.geom_type else "LineString"
    return _collect([p for p in parts if p.geom_type == wanted and not p.is_empty])


def _collect(parts: list[BaseGeometry]) -> BaseGeometry:
    lines = [p for p in parts if isinstance(p, shapely.LineString)]
    return (
        shapely.MultiLineString(lines)
        if lines
        else shapely.MultiPolygon([p for p in parts if isinstance(p, shapely.Polygon)])
    )


def to_geojson(geometry: BaseGeometry, projection: Projection, *, decimals: int = 5) -> str:
    """Return a geometry in kilometres as GeoJSON geometry text in degrees, rounded to `decimals` (5: about a metre)."""
    degrees = shapely.transform(unproject(geometry, projection), lambda c: np.round(c, decimals) + 0.0)
    text: str = shapely.to_geojson(degrees)
    return text
