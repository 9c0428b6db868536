"""Bytes of foreign gazetteers to places: country dumps of GeoNames, p-code lists, GeoJSON and OSM extracts, CSV, JSON Lines.

Rules of this file:
- bytes in, records out; nothing is opened or fetched here
- what a column or a feature code means is data, read in rows.py
- one bad row names itself and stops the import: a gazetteer with a hole is worse than none
- what is odd but usable is an issue in the answer, not an error (see checks.py)
"""

from __future__ import annotations

import csv
import io
import json
import math
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tenure.errors import InputError
from tenure.model import Place
from tenure.places.gazetteer.areas import spread_of
from tenure.places.gazetteer.cells import coordinate
from tenure.places.gazetteer.checks import Issue, check_places
from tenure.places.gazetteer.rows import class_of_code, has_name, place_of_row, plain, require_columns, unused_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tenure.model import Area

__all__ = ["Imported", "read_csv", "read_gazetteer_file", "read_geojson", "read_geonames_dump", "read_jsonl"]

_MOST_TIMES, _FREE_BYTES = 20, 1 << 24
"""Times its size that a compressed dump may unfold to, from 16 MB on: those of GeoNames unfold to five times theirs."""
_TITLE_ROWS = 12
"""Rows above a table's header that may be its title, date and remarks."""

_DAMAGED = (
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    IndexError,
    OverflowError,
    RecursionError,
    EOFError,
    csv.Error,
    NotImplementedError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What the readers of formats raise for bytes that only look like the format."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file gave: its places, and what is odd about them (duplicates, swapped coordinates, names too long)."""

    places: tuple[Place, ...]
    issues: tuple[Issue, ...]
    unused: tuple[str, ...] = ()
    """Columns of a table that nothing was taken from, as they are written there."""


def _text(content: bytes, name: str) -> str:
    if not content.strip():
        raise InputError("the gazetteer file is empty", value=name, remedy="give a file with at least one place")
    if b"\x00" in content and content[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
        raise InputError("the gazetteer is not UTF-8", value=f"{name} (zero bytes in it)", remedy="save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            return content.decode("utf-16")
        where = f"{name}, byte {err.start}"
        raise InputError("the gazetteer is not UTF-8", value=where, remedy="save it as UTF-8") from err


def read_csv(
    content: bytes, *, name: str = "csv", gazetteer: str = "study", country: str | None = None
) -> tuple[Place, ...]:
    r"""Return the places of a CSV or TSV with a header, an OCHA p-code list among them; coordinates may be missing.

    >>> read_csv(b"pcode,name_en,admin1Name\nC1,Saraqab,Idleb\n")[0].admin1
    'Idleb'
    """
    header, rows = _table(_text(content, name), name)
    require_columns(header, name)
    out = []
    for number, cells in rows:
        row = dict(zip(header, cells, strict=False))
        if any(cells) and not _is_tags(row):
            out.append(place_of_row(row, f"{name}, line {number}", gazetteer=gazetteer, country=country))
    return tuple(out)


def _table(text: str, name: str) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """Return the header of a table and its rows with their lines; rows of a title above the header are passed over."""
    csv.field_size_limit(1_000_000)
    lines = text.split("\n", _TITLE_ROWS)[:_TITLE_ROWS]
    first: list[str] | None = None
    for above, line in enumerate(lines):
        delimiter = max(",;\t", key=line.count)
        rows = csv.reader(io.StringIO(text), delimiter=delimiter)
        for _ in range(above):
            next(rows, None)
        header = next(rows, [])
        first = header if first is None and any(header) else first
        try:
            require_columns(header, name)
        except InputError:
            continue
        return header, ((rows.line_num, row) for row in rows)
    return first or [], iter(())


def _is_tags(row: Mapping[str, Any]) -> bool:
    """Return whether a row holds HXL's tags: p-code lists have them under their header."""
    filled = [str(value) for value in row.values() if value]
    return all(value.startswith("#") for value in filled)


def read_jsonl(
    content: bytes, *, name: str = "jsonl", gazetteer: str = "study", country: str | None = None
) -> tuple[Place, ...]:
    """Return the places of JSON Lines: id, names (or name), lat, lon and, when known, adm1 to adm3, place, population."""
    places = []
    for number, line in enumerate(_text(content, name).splitlines(), start=1):
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        try:
            row = json.loads(line)
        except json.JSONDecodeError as err:
            raise InputError("not JSON in the gazetteer", value=where, remedy="write one JSON object a line") from err
        if not isinstance(row, dict):
            raise InputError("not a JSON object in the gazetteer", value=where, remedy="write one JSON object a line")
        places.append(place_of_row(row, where, gazetteer=gazetteer, country=country))
    return tuple(places)


def read_geojson(
    content: bytes, *, name: str = "geojson", gazetteer: str = "study", country: str | None = None
) -> tuple[Place, ...]:
    """Return the places of a GeoJSON FeatureCollection, of a feature a line, or of what Overpass answers.

    Points are taken as they are; other shapes by a point inside with the radius that holds 80% of them. What has no name
    is left out.
    """
    places = []
    for number, feature in enumerate(_features(_text(content, name), name), start=1):
        where = f"{name}, feature {number}"
        properties = dict(feature.get("properties") or {})
        properties |= properties.pop("tags", None) or {} if isinstance(properties.get("tags"), dict) else {}
        if feature.get("geometry"):
            properties |= _point(feature["geometry"], where)
        if not {"id", "@id", "osm_id"} & properties.keys() or feature.get("id") is not None:
            properties.setdefault("id", feature.get("id"))
        if has_name(properties):
            places.append(place_of_row(properties, where, gazetteer=gazetteer, country=country))
    return tuple(places)


def _features(text: str, name: str) -> list[dict[str, Any]]:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as err:
        lines = [line.strip("\x1e \r") for line in text.splitlines()]
        if not lines[0].endswith("}") or len(lines) == 1:
            raise InputError("not a GeoJSON FeatureCollection", value=name, remedy="give GeoJSON with features") from err
        data = {"features": [json.loads(line) for line in lines if line]}
    if isinstance(data, dict) and data.get("type") == "Feature":
        data = {"features": [data]}
    if isinstance(data, dict) and isinstance(data.get("elements"), list):
        data = {"features": [_of_overpass(element) for element in data["elements"]]}
    if not isinstance(data, dict) or not isinstance(data.get("features"), list):
        raise InputError("not a GeoJSON FeatureCollection", value=name, remedy="give GeoJSON with features")
    return list(data["features"])


def _of_overpass(element: Mapping[str, Any]) -> dict[str, Any]:
    """Return an element of an Overpass answer (`out center` gives ways and relations a point) as a feature."""
    at = element.get("center") or element
    point = {"type": "Point", "coordinates": [at["lon"], at["lat"]]} if {"lon", "lat"} <= at.keys() else None
    properties = {**(element.get("tags") or {}), "id": f"{element.get('type')}/{element.get('id')}"}
    return {"type": "Feature", "properties": properties, "geometry": point}


def _point(geometry: Mapping[str, Any], where: str) -> dict[str, float]:
    """Return lon and lat of a point inside a shape and, where it is no point, the radius that holds 80% of it."""
    import shapely

    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except shapely.errors.ShapelyError as err:
        raise InputError("not a geometry in the gazetteer", value=where, remedy="mend its coordinates") from err
    if shape.is_empty:
        return {}
    if shape.geom_type == "Point":
        lon, lat = shapely.get_coordinates(shape)[0].tolist()
        return {"lon": lon, "lat": lat}
    if shape.geom_type in {"Polygon", "MultiPolygon"}:
        lon, lat, radius = spread_of(shapely.make_valid(shape))
        return {"lon": lon, "lat": lat, "radius_km": round(radius, 1)}
    middle, (west, south, east, north) = shape.representative_point(), shape.bounds
    radius = 111.2 * math.hypot((east - west) * math.cos(math.radians(middle.y)), north - south) / 2
    return {"lon": middle.x, "lat": middle.y, "radius_km": round(radius, 1)}


def _dump_lines(content: bytes, name: str) -> Iterator[str]:
    """Yield the lines of a dump, unfolding a compressed one as they are asked for."""
    if content[:2] != b"PK":
        yield from _text(content, name).splitlines()
        return
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        member = max((m for m in archive.infolist() if "readme" not in m.filename.lower()), key=lambda m: m.file_size)
    except (zipfile.BadZipFile, ValueError) as err:
        raise InputError("the archive is damaged or cut short", value=name, remedy="download it again") from err
    most = max(_FREE_BYTES, _MOST_TIMES * len(content))
    if member.file_size > most:
        raise InputError(
            "the archive unfolds to too much", value=f"{name}: {member.file_size} bytes", remedy="check where it is from"
        )
    read = 0
    with archive.open(member) as file:
        for line in io.TextIOWrapper(file, encoding="utf-8-sig", newline="\n"):
            read += len(line)
            if read > most or len(line) > _FREE_BYTES:
                raise InputError("the archive unfolds to too much", value=name, remedy="check where it is from")
            yield line.rstrip("\r\n")


def _dump_rows(content: bytes, name: str) -> Iterator[list[str]]:
    for number, line in enumerate(_dump_lines(content, name), start=1):
        cells = line.split("\t")
        if len(cells) != 19:  # noqa: PLR2004 - the columns of GeoNames' main table
            raise InputError(
                "not a row of a GeoNames dump", value=f"{name}, line {number}", remedy="give a country's file, 19 columns"
            )
        yield cells


def read_geonames_dump(
    content: bytes, *, name: str = "geonames", classes: Sequence[str] = ("P", "A", "S", "T", "H", "L")
) -> tuple[Place, ...]:
    """Return the places of a GeoNames country dump (the .txt or its .zip); `classes` are the feature classes to keep."""
    out = []
    for cells in _dump_rows(content, name):
        kind = class_of_code(cells[6], cells[7])
        if cells[6] not in classes or kind is None:
            continue
        where = f"{name}, id {cells[0]}"
        main, *others = (plain(n) for n in (cells[1], cells[2], *cells[3].split(",")))
        out.append(
            Place(
                place_id=f"geonames:{cells[0]}",
                name=main,
                alternate_names=tuple(dict.fromkeys(n for n in others if n and n != main)),
                lon=coordinate(cells[5], "longitude", where),
                lat=coordinate(cells[4], "latitude", where),
                feature=kind,
                country=cells[8] or None,
                population=int(cells[14] or 0) or None,
                gazetteer="geonames-dump",
            )
        )
    return tuple(out)


def read_gazetteer_file(
    name: str, content: bytes, *, gazetteer: str | None = None, country: str | None = None, areas: Sequence[Area] = ()
) -> Imported:
    r"""Return the places of a gazetteer file, told by its suffix and columns, with what is odd about them.

    .jsonl, .geojson/.json/.geojsonl, .csv/.tsv, .txt/.zip (a GeoNames dump). Duplicate ids and coordinates off the globe
    are errors (InputError); points that lie outside `areas` while their swapped ones lie inside, and the like, are issues.

    >>> read_gazetteer_file("villages.csv", b"id,name,lat,lon\n1,Duma,33.57,36.4\n").places[0].name
    'Duma'
    """
    suffix = name.lower().rpartition(".")[2]
    label = gazetteer or name.rpartition("/")[2]
    readers = {
        "jsonl": read_jsonl,
        "ndjson": read_jsonl,
        "geojson": read_geojson,
        "geojsonl": read_geojson,
        "geojsonseq": read_geojson,
        "json": read_geojson,
        "csv": read_csv,
        "tsv": read_csv,
    }
    if suffix in {"xlsx", "xls", "ods"}:
        raise InputError("a workbook is no gazetteer file", value=name, remedy="save the sheet of the finest level as CSV")
    if suffix not in {*readers, "zip", "txt"}:
        raise InputError(
            "unknown kind of gazetteer file", value=name, remedy="use .csv, .tsv, .jsonl, .geojson, .txt or .zip"
        )
    places: Iterable[Place]
    try:
        if suffix in readers:
            places = readers[suffix](content, name=name, gazetteer=label, country=country)
        else:
            places = read_geonames_dump(content, name=name)
    except _DAMAGED as err:
        reason = " ".join(str(err).split())[:60]
        raise InputError("the gazetteer cannot be read", value=f"{name} ({reason})", remedy="save or get it again") from err
    kept, issues = check_places(tuple(places), areas, name=name)
    unused = unused_columns(_table(_text(content, name), name)[0]) if suffix in {"csv", "tsv"} else ()
    return Imported(kept, issues, unused)
