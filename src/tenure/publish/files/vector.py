"""Published tables as files of the map world: GeoJSON (RFC 7946), GeoParquet 1.1, FlatGeobuf, and CSV."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from tenure.errors import InputError
from tenure.publish.geometry import uniform
from tenure.publish.tables import Table, cell_text, table, text_value, to_arrow

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from tenure.publish.release import Release

__all__ = ["csv_metadata", "origin_of", "parquet_bytes", "to_csv", "to_flatgeobuf", "to_geojson", "to_geoparquet"]


def origin_of(released: Release, name: str) -> dict[str, Any]:
    """Return what every file of a table carries about itself: its study, the release's rule, whose data it is made of."""
    publication = released.publication
    return {
        "table": name,
        "study": publication.config.title,
        "published_until": released.last_day.isoformat(),
        "embargo_days": publication.config.embargo_days,
        "rule": list(released.disclosures),
        "attribution": [f"{a.what}: {a.credit} ({a.licence})" for a in publication.attributions],
        "method": publication.method,
    }


def csv_metadata(released: Release, name: str, *, url: str) -> bytes:
    """Return what a CSV cannot say of itself as W3C's CSV on the Web has it: a file `NAME.csv-metadata.json` beside it."""
    origin = origin_of(released, name)
    licences = sorted({a.licence for a in released.publication.attributions})
    out = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": url,
        "dc:title": f"{origin['study']}: {name}",
        "dc:description": " ".join(origin["rule"]),
        "dc:rights": origin["attribution"],
        "dc:license": licences,
        "dc:provenance": origin["method"],
    }
    return (json.dumps(out, ensure_ascii=False, indent=1) + "\n").encode()


def to_geojson(released: Release, name: str = "control") -> bytes:
    """Return a table as an RFC 7946 FeatureCollection: WGS 84, right-hand rings, null geometry where none is known.

    The release's cut-off and rule stand beside the features (`tenure`); no rows give an empty collection.
    """
    import shapely

    data = table(released, name)
    shapes = shapely.orient_polygons(_shapes(data), exterior_cw=False)
    texts = [None if s is None else json.loads(shapely.to_geojson(s)) for s in shapes]
    features = []
    for row, geometry in zip(data.rows, texts, strict=True):
        properties = {k: v if v is None or isinstance(v, (bool, int, float)) else text_value(v) for k, v in row.items()}
        features.append({"type": "Feature", "geometry": geometry, "properties": properties})
    out = {
        "type": "FeatureCollection",
        "tenure": origin_of(released, name),
        "features": features,
    }
    return (json.dumps(out, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n").encode()


def to_csv(released: Release, name: str = "control") -> bytes:
    """Return a table as RFC 4180 CSV in UTF-8 with a header; a cell that a spreadsheet would run gets an apostrophe."""
    data = table(released, name)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([c.name for c in data.columns])
    for row in data.rows:
        writer.writerow([cell_text(row[c.name]) for c in data.columns])
    return out.getvalue().encode()


def parquet_bytes(data: pa.Table) -> bytes:
    """Return an Arrow table as Parquet (zstd); equal tables give equal bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(data, sink, compression="zstd", version="2.6")
    return bytes(sink.getvalue().to_pybytes())


def to_geoparquet(released: Release, name: str = "control") -> bytes:
    """Return a table as GeoParquet 1.1: WKB geometry, a bbox column declared as covering, CRS84."""
    import pyarrow as pa
    import shapely

    data = table(released, name)
    arrow = to_arrow(data)
    about = {"tenure": json.dumps(origin_of(released, name), ensure_ascii=False)}
    if not data.is_spatial:
        return parquet_bytes(arrow.replace_schema_metadata({**(arrow.schema.metadata or {}), **about}))
    shapes = shapely.orient_polygons(_shapes(data), exterior_cw=False)
    bounds = shapely.bounds(shapes)
    empty = shapely.is_missing(shapes)
    corners = [pa.array(bounds[:, i], type=pa.float64(), mask=empty) for i in range(4)]
    boxes = pa.StructArray.from_arrays(corners, names=["xmin", "ymin", "xmax", "ymax"], mask=pa.array(empty))
    wkb = pa.array([None if g is None else bytes(g) for g in shapely.to_wkb(shapes)], type=pa.binary())
    arrow = arrow.append_column("bbox", boxes).append_column("geometry", wkb)
    geo = json.dumps(_geo_metadata(shapes, bounds), sort_keys=True)
    return parquet_bytes(arrow.replace_schema_metadata({"geo": geo, **about}))


def _geo_metadata(shapes: NDArray[np.object_], bounds: NDArray[np.float64]) -> dict[str, Any]:
    import numpy as np

    column = {
        "encoding": "WKB",
        "geometry_types": sorted({g.geom_type for g in shapes if g is not None}),
        "bbox": [*np.nanmin(bounds[:, :2], axis=0).tolist(), *np.nanmax(bounds[:, 2:], axis=0).tolist()],
        "orientation": "counterclockwise",
        "edges": "planar",
        "covering": {"bbox": {k: ["bbox", k] for k in ("xmin", "ymin", "xmax", "ymax")}},
    }
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


def to_flatgeobuf(released: Release, name: str = "control") -> bytes:
    """Return a table as FlatGeobuf; rows without geometry are kept, and then it has no spatial index.

    Raises InputError for a table without any geometry.
    """
    import pyogrio
    import shapely

    data = table(released, name)
    if not data.is_spatial:
        raise InputError("table has no geometry, FlatGeobuf needs one", value=name, remedy="export it as .csv or .parquet")
    shapes = uniform(_shapes(data))
    kinds = {g.geom_type for g in shapes if g is not None}
    kind = kinds.pop() if len(kinds) == 1 else "Unknown"
    wkb = [None if g is None else bytes(g) for g in shapely.to_wkb(shapes)]
    import pyarrow as pa

    arrow = to_arrow(data).replace_schema_metadata(None)
    arrow = arrow.append_column("wkb_geometry", pa.array(wkb, type=pa.binary()))
    sink = io.BytesIO()
    pyogrio.write_arrow(
        arrow,
        sink,
        driver="FlatGeobuf",
        geometry_name="wkb_geometry",
        geometry_type=kind,
        crs="OGC:CRS84",
        layer=name,
        layer_options={
            "SPATIAL_INDEX": "NO" if None in wkb else "YES",
            "TITLE": released.publication.config.title,
            "DESCRIPTION": "; ".join(origin_of(released, name)["attribution"]),
        },
    )
    return sink.getvalue()


def _shapes(data: Table) -> NDArray[np.object_]:
    import numpy as np
    import shapely

    return np.asarray(shapely.from_geojson(np.array(data.geometry, dtype=object)), dtype=object).reshape(-1)
