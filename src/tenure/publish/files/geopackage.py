"""A GeoPackage of all published tables, written by the rules of OGC 12-128r19 into an SQLite file held in memory.

Rules. `gpkg_contents.last_change` is the release's last day, not the clock: equal releases give equal bytes. Geometry is the
GeoPackage binary header (magic GP, version 0, envelope xy, little endian) before WKB. `layer_styles` holds a QGIS style a
spatial layer, so that it opens coloured; `control` also carries QGIS's temporal range, `control_last_day` is the last state.
"""

from __future__ import annotations

import sqlite3
import struct
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from tenure.model import CONTESTED, UNKNOWN
from tenure.publish.files.vector import origin_of
from tenure.publish.geometry import uniform
from tenure.publish.palette import CONTESTED_COLOUR, UNKNOWN_COLOUR
from tenure.publish.tables import Table, table, table_names, text_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenure.publish.release import Release

__all__ = ["to_geopackage"]

_APPLICATION_ID = 0x47504B47  # "GPKG"
_USER_VERSION = 10300
_SRS = 4326
_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,'
    'AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)
_SCHEMA = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x DOUBLE,
  min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id)
  REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT, f_table_schema TEXT,
  f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
  description TEXT, owner TEXT, ui TEXT, update_time DATETIME);
"""
_STYLED = {"control": "controller", "control_last_day": "controller", "pockets": "actor", "corridors": "actor"}
_KINDS = {
    "string": "TEXT",
    "number": "DOUBLE",
    "integer": "INTEGER",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "DATETIME",
}


def to_geopackage(released: Release) -> bytes:
    """Return all published tables as one GeoPackage with styles; tables without geometry are attribute tables."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {_USER_VERSION}")
        connection.executescript(_SCHEMA)
        connection.executemany(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)",
            [
                ("WGS 84 geodetic", _SRS, "EPSG", _SRS, _WGS84, "longitude, latitude in degrees"),
                ("Undefined cartesian SRS", -1, "NONE", -1, "undefined", None),
                ("Undefined geographic SRS", 0, "NONE", 0, "undefined", None),
            ],
        )
        stamp = f"{released.last_day.isoformat()}T00:00:00.000Z"
        for name in table_names():
            _add(connection, table(released, name), name, (stamp, "; ".join(origin_of(released, name)["attribution"])))
        credited = "; ".join(origin_of(released, "control")["attribution"])
        _add(connection, _last_day(released), "control_last_day", (stamp, credited))
        _add_styles(connection, released, stamp)
        connection.commit()
        return bytes(connection.serialize())
    finally:
        connection.close()


def _last_day(released: Release) -> Table:
    """Return the spells that hold on the last published day."""
    data = table(released, "control")
    keep = [i for i, r in enumerate(data.rows) if r["start"] <= released.last_day < r["end"]]
    return Table("control", data.columns, tuple(data.rows[i] for i in keep), tuple(data.geometry[i] for i in keep))


def _add(connection: sqlite3.Connection, data: Table, name: str, about: tuple[str, str]) -> None:
    """Add a table; `about` are the moment of its last change and whose data it is made of."""
    import numpy as np
    import shapely

    spatial = data.is_spatial
    columns = [f'"{c.name}" {_KINDS[c.type]}' for c in data.columns] + (['"geom" GEOMETRY'] if spatial else [])
    connection.execute(f'CREATE TABLE "{name}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {", ".join(columns)})')
    shapes = uniform(
        np.array([None if g is None else shapely.from_geojson(g) for g in data.geometry], dtype=object)
    ).tolist()
    marks = ", ".join("?" * len(columns))
    names = ", ".join(f'"{c.name}"' for c in data.columns) + (', "geom"' if spatial else "")
    rows = (
        [_value(row[c.name]) for c in data.columns] + ([_blob(shape)] if spatial else [])
        for row, shape in zip(data.rows, shapes, strict=True)
    )
    connection.executemany(f'INSERT INTO "{name}" ({names}) VALUES ({marks})', rows)  # noqa: S608 - names of our codebook
    bounds = shapely.total_bounds([s for s in shapes if s is not None]).tolist() if spatial else [None] * 4
    kind = "features" if spatial else "attributes"
    connection.execute(
        "INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (name, kind, name, about[1], about[0], *bounds, _SRS if spatial else None),
    )
    if spatial:
        types = {s.geom_type.upper() for s in shapes if s is not None}
        kind = types.pop() if len(types) == 1 else "GEOMETRY"
        connection.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", (name, kind, _SRS))


def _value(value: Any) -> Any:  # noqa: ANN401 - any plain value
    return value if value is None or isinstance(value, (bool, int, float)) else text_value(value)


def _blob(shape: Any) -> bytes | None:  # noqa: ANN401 - a shapely geometry
    import shapely

    if shape is None:
        return None
    west, south, east, north = shapely.bounds(shape).tolist()
    return struct.pack("<2sBBi4d", b"GP", 0, 0b00000011, _SRS, west, east, south, north) + bytes(shapely.to_wkb(shape))


def _add_styles(connection: sqlite3.Connection, released: Release, stamp: str) -> None:
    colours = {a.actor_id: (a.name, a.colour) for a in released.publication.actors if a.holds_ground}
    colours |= {CONTESTED: ("Contested", CONTESTED_COLOUR), UNKNOWN: ("Unknown", UNKNOWN_COLOUR)}
    for name, column in (
        ("control", "controller"),
        ("control_last_day", "controller"),
        ("pockets", "actor"),
        ("corridors", "actor"),
    ):
        row = connection.execute(
            "SELECT geometry_type_name FROM gpkg_geometry_columns WHERE table_name = ?", (name,)
        ).fetchone()
        if row is None:
            continue
        qml = _qml(column, colours, row[0], temporal=name == "control")
        connection.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
            "styleQML, useAsDefault, description, owner, update_time) VALUES ('', '', ?, 'geom', ?, ?, 1, 'Tenure', '', ?)",
            (name, name, qml, stamp),
        )


def _qml(column: str, colours: Mapping[str, tuple[str, str]], geometry: str, *, temporal: bool) -> str:
    """Return a QGIS style: one category a controller, unknown in grey."""
    kind = "line" if "LINE" in geometry else "marker" if "POINT" in geometry else "fill"
    categories, symbols = [], []
    for i, (state, (label, colour)) in enumerate(colours.items()):
        categories.append(f'<category render="true" symbol="{i}" value={quoteattr(state)} label={quoteattr(label)}/>')
        symbols.append(f'<symbol type="{kind}" name="{i}" alpha="0.75">{_symbol(kind, colour)}</symbol>')
    time = (
        (
            '<temporal enabled="1" mode="2" startField="start" endField="end" limitMode="0" fixedDuration="0" '
            'durationUnit="days" accumulate="0"/>'
        )
        if temporal
        else ""
    )
    return (
        '<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM"><qgis version="3.34" '
        'styleCategories="AllStyleCategories">'
        f'{time}<renderer-v2 type="categorizedSymbol" attr="{column}" enableorderby="0" symbollevels="0">'
        f"<categories>{''.join(categories)}</categories><symbols>{''.join(symbols)}</symbols></renderer-v2></qgis>"
    )


def _symbol(kind: str, colour: str) -> str:
    rgb = ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    layer = {"fill": "SimpleFill", "line": "SimpleLine", "marker": "SimpleMarker"}[kind]
    key = "line_color" if kind == "line" else "color"
    options = {
        key: f"{rgb},255",
        "outline_color": "255,255,255,160",
        "outline_width": "0.1",
        "line_width": "0.8",
        "style": "solid",
    }
    inner = "".join(f'<Option type="QString" name="{k}" value="{v}"/>' for k, v in options.items())
    return f'<layer class="{layer}" enabled="1" locked="0" pass="0"><Option type="Map">{inner}</Option></layer>'
