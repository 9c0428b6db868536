"""GeoJSON of a study: administrative areas, zones of agreements, and the study area, in WGS 84 degrees (RFC 7946)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tenure.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from shapely.geometry.base import BaseGeometry

__all__ = ["Shape", "area_of_places", "geometry_text", "read_shapes", "union_text"]

MARGIN_KM = 10.0
"""How far the default study area reaches beyond its outermost places."""

_REPAIR_LIMIT = 1e-3  # share of an area that a repair of its outline may add or remove
_KM_PER_DEGREE = 111.195  # of latitude, on a sphere of 6,371 km
_GRID = 1e-7  # degrees (about a centimetre): what GeoJSON text keeps


@dataclass(frozen=True, slots=True)
class Shape:
    """A polygon feature: its properties, its geometry as GeoJSON text, and how a message calls it."""

    where: str
    properties: Mapping[str, Any]
    geometry: str


def read_shapes(name: str, content: bytes, *, repair: bool) -> tuple[Shape, ...]:
    """Return the polygon features of a GeoJSON file in its order, outer rings counterclockwise, without heights.

    A bare geometry is one feature without properties. With `repair` an invalid outline is mended as long as that changes
    its area by less than a thousandth; otherwise, and for anything that is not a polygon in WGS 84 degrees, StudyError.
    """
    data = _load(name, content)
    kind = data.get("type")
    if kind == "FeatureCollection":
        features = data.get("features")
        if not isinstance(features, list):
            raise StudyError(f"{name} has no list of features", remedy="export it again as GeoJSON")
    else:
        features = [data if kind == "Feature" else {"type": "Feature", "properties": {}, "geometry": data}]
    return tuple(_shape(name, index, feature, repair=repair) for index, feature in enumerate(features))


def _load(name: str, content: bytes) -> dict[str, Any]:
    import orjson

    try:
        data = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise StudyError(f"{name} is not GeoJSON", value=error, remedy="export it again as GeoJSON in UTF-8") from error
    if not isinstance(data, dict):
        raise StudyError(f"{name} is not GeoJSON", value=type(data).__name__, remedy="give a FeatureCollection")
    crs = data.get("crs")
    if crs is not None and not any(good in str(crs) for good in ("CRS84", "4326")):
        raise StudyError(f"{name} is not in WGS 84", value=crs, remedy="export it in EPSG:4326")
    return data


def _shape(name: str, index: int, feature: object, *, repair: bool) -> Shape:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise StudyError(f"{name} feature {index + 1} is not a GeoJSON feature", value=feature, remedy="export it again")
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise StudyError(
            f"{name} feature {index + 1} has no table of properties", value=properties, remedy="export it again"
        )
    if "id" in feature and "id" not in properties and isinstance(feature["id"], str | int):
        properties = {**properties, "id": feature["id"]}
    label = properties.get("name") or properties.get("id")
    where = f"{name} feature {index + 1}" + (f" ({label})" if isinstance(label, str) else "")
    return Shape(where, properties, _polygon_text(feature.get("geometry"), where, repair=repair))


def _polygon_text(geometry: object, where: str, *, repair: bool) -> str:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise StudyError(
            f"{where} is not a polygon", value=kind or "no geometry", remedy="draw it as a Polygon or MultiPolygon"
        )
    shape = _build(geometry, where)
    west, south, east, north = shape.bounds if not shape.is_empty else (999.0,) * 4
    if shape.is_empty:
        raise StudyError(f"{where} is empty", remedy="draw its outline")
    if west < -180 or east > 180 or south < -90 or north > 90:  # noqa: PLR2004 - the bounds of WGS 84
        raise StudyError(f"{where} is not in degrees", value=f"{west:g} {south:g}", remedy="export it in EPSG:4326")
    return geometry_text(_valid(shape, where, repair=repair))


def _build(geometry: object, where: str) -> BaseGeometry:
    """Return the geometry; whatever shapely makes of malformed coordinates becomes StudyError."""
    import orjson
    import shapely

    try:
        return shapely.force_2d(shapely.from_geojson(orjson.dumps(geometry)))
    except (shapely.errors.ShapelyError, ValueError, TypeError) as error:
        raise StudyError(f"{where} has malformed coordinates", value=error, remedy="export it again") from error


def _valid(shape: BaseGeometry, where: str, *, repair: bool) -> BaseGeometry:
    import shapely

    if shapely.is_valid(shape) and shape.area > 0:
        return shape
    reason = "no area" if shapely.is_valid(shape) else shapely.is_valid_reason(shape)
    mended = _polygons(shapely.make_valid(shape)) if repair else shape
    change = abs(mended.area - shape.area)
    if repair and mended.area > 0 and change <= _REPAIR_LIMIT * mended.area:
        return mended
    raise StudyError(f"{where} is not a valid polygon", value=reason, remedy="mend its outline, lines must not cross")


def _polygons(shape: BaseGeometry) -> BaseGeometry:
    """Return the polygon parts alone; lines and points that a repair leaves are dropped."""
    import shapely

    parts = [p for p in shapely.get_parts(shape) if p.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts)


def geometry_text(shape: BaseGeometry) -> str:
    """Return a geometry as GeoJSON text with seven decimals, outer rings counterclockwise."""
    import shapely

    rounded = shapely.set_precision(shape, _GRID, mode="valid_output")
    kept = shape if shapely.is_empty(rounded) else rounded
    return str(shapely.to_geojson(shapely.orient_polygons(kept)))


def union_text(geometries: Iterable[str]) -> str:
    """Return the union of polygons given as GeoJSON text, as GeoJSON text; slivers between neighbours are closed.

    >>> square = '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}'
    >>> union_text([square, square]) == union_text([square])
    True
    """
    import shapely

    return geometry_text(_polygons(shapely.union_all(shapely.from_geojson(list(geometries)))))


def area_of_places(points: Collection[tuple[float, float]], *, margin_km: float = MARGIN_KM) -> str:
    """Return the convex hull of places (lon, lat) widened by a margin, as GeoJSON text; no places raise ValueError.

    >>> import json
    >>> json.loads(area_of_places([(36.0, 35.0)]))["type"]
    'Polygon'
    """
    import math

    import shapely

    if not points:
        raise ValueError("no places to draw an area round")
    hull = shapely.convex_hull(shapely.multipoints(sorted(points)))
    middle = (hull.bounds[1] + hull.bounds[3]) / 2
    squeeze = max(math.cos(math.radians(middle)), 0.01)
    flat = shapely.transform(hull, lambda xy: xy * [squeeze, 1.0])
    wide = shapely.buffer(flat, margin_km / _KM_PER_DEGREE, quad_segs=4)
    back = shapely.transform(wide, lambda xy: xy / [squeeze, 1.0])
    return geometry_text(shapely.intersection(back, shapely.box(-180, -90, 180, 90)))
