"""Published tables as PMTiles, for maps of many places: vector tiles made by the GDAL that pyogrio carries."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from tenure.errors import InputError, MissingExtraError
from tenure.publish.files.vector import origin_of
from tenure.publish.tables import table, text_value

if TYPE_CHECKING:
    from tenure.publish.release import Release

__all__ = ["to_pmtiles"]

_MAX_ZOOM = 10  # a tile's unit is then 10 m: as fine as a published place


def to_pmtiles(released: Release, name: str = "control") -> bytes:
    """Return a table as PMTiles (zoom 0 to 10), one layer of the table's name; rows without geometry cannot be in tiles.

    Raises MissingExtraError where pyogrio's GDAL cannot write PMTiles, InputError for a table without any geometry.
    """
    import pyarrow as pa
    import pyogrio
    import shapely

    if "w" not in pyogrio.list_drivers().get("PMTiles", ""):
        raise MissingExtraError(
            "PMTiles cannot be written by this GDAL", value="pyogrio", remedy="pip install 'tenure[tiles]'"
        )
    data = table(released, name)
    rows = [(r, g) for r, g in zip(data.rows, data.geometry, strict=True) if g is not None]
    if not rows:
        raise InputError("table has no geometry, tiles need one", value=name, remedy="export it as .csv or .parquet")
    plain = {"number": pa.float64(), "integer": pa.int64(), "boolean": pa.bool_()}
    columns = {}
    for c in data.columns:
        kind = plain.get(c.type, pa.string())
        columns[c.name] = pa.array([r[c.name] if c.type in plain else text_value(r[c.name]) for r, _ in rows], type=kind)
    shapes = shapely.from_geojson([g for _, g in rows])
    kinds = {g.geom_type for g in shapes}
    columns["wkb_geometry"] = pa.array([bytes(w) for w in shapely.to_wkb(shapes)], type=pa.binary())
    sink = io.BytesIO()
    pyogrio.write_arrow(
        pa.table(columns),
        sink,
        driver="PMTiles",
        geometry_name="wkb_geometry",
        layer=name,
        crs="EPSG:4326",
        geometry_type=kinds.pop() if len(kinds) == 1 else "Unknown",
        dataset_options={
            "MINZOOM": "0",
            "MAXZOOM": str(_MAX_ZOOM),
            "NAME": name,
            "DESCRIPTION": "; ".join(origin_of(released, name)["attribution"]),
        },
    )
    return sink.getvalue()
