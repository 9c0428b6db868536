"""Bytes of foreign gazetteers to places: country dumps of GeoNames, p-code lists, GeoJSON and OSM extracts, CSV, JSON Lines.

Rules of this file:
- bytes in, records out; nothing is opened or fetched here
- what a column is called is data (data/columns.toml); what a feature code means, too
- one bad row names itself and stops the import: a gazetteer with a hole is worse than none
- what is odd but usable is an issue in the answer, not an error (see checks.py)
"""

from __future__ import annotations

import csv
import io
import json
import math
import tomllib
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tenure.errors import InputError
from tenure.model import FeatureClass, Place
from tenure.places.checks import Issue, check_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tenure.model import Area

__all__ = ["Imported", "read_csv", "read_gazetteer_file", "read_geojson", "read_geonames_dump", "read_jsonl"]

_MOST_BYTES = 2_000_000_000
"""Bytes that a compressed dump may unfold to: the largest country's is a fifth of it."""

_DAMAGED = (ValueError, TypeError, AttributeError, OverflowError, RecursionError, csv.Error, zipfile.BadZipFile, zlib.error)
"""What the readers of formats raise for bytes that only look like the format."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file gave: its places, and what is odd about them (duplicates, swapped coordinates, names too long)."""

    places: tuple[Place, ...]
    issues: tuple[Issue, ...]


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("tenure.places").joinpath("data/columns.toml").read_text(encoding="utf-8"))


def _text(content: bytes, name: str) -> str:
    if not content.strip():
        raise InputError("the gazetteer file is empty", value=name, remedy="give a file with at least one place")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            return content.decode("utf-16")
        where = f"{name}, byte {err.start}"
        raise InputError("the gazetteer is not UTF-8", value=where, remedy="save it as UTF-8") from err


def _number(value: object, what: str, where: str) -> float | None:
    if value is None or str(value).strip() in {"", "NA", "None", "null", "nan", "NaN"}:
        return None
    try:
        return float(str(value).strip().replace(",", "."))
    except ValueError as err:
        raise InputError(
            f"not a number in column {what}", value=f"{value} ({where})", remedy="leave it empty when unknown"
        ) from err


def _class(value: str | None) -> FeatureClass:
    """Return the feature class that a word or code of another gazetteer stands for; a settlement when it says nothing."""
    codes: Mapping[str, str] = _data()["classes"]
    return FeatureClass(codes.get((value or "").strip().lower(), "settlement"))


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(each) for each in value if each)
    text = str(value or "")
    separator = next((s for s in ("|", ";") if s in text), None)
    parts = text.split(separator) if separator else [text]
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _cells(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's values under our own column names; unknown columns are left out."""
    columns: Mapping[str, list[str]] = _data()["columns"]
    lower = {key.strip().lower(): value for key, value in row.items() if key}
    out = {}
    for ours, theirs in columns.items():
        found = next((lower[name] for name in theirs if lower.get(name) not in (None, "", [])), None)
        if found is not None:
            out[ours] = found
    return out


def _word(value: object) -> str | None:
    return " ".join(str(value).split()) or None if value is not None else None


def _code(value: object) -> str | None:
    """Return an ISO 3166-1 alpha-2 code; a country's name is not one, and two of its letters are another country's."""
    text = str(value or "").strip()
    return text.upper() if len(text) == len("SY") and text.isalpha() else None


def _place(row: Mapping[str, Any], where: str, *, gazetteer: str, country: str | None) -> Place:
    cells = _cells(row)
    names = (*_names(cells.get("names")), *_names(cells.get("alternate_names")))
    name = str(cells.get("name") or (names[0] if names else "")).strip()
    if not name or "place_id" not in cells:
        missing = "name" if "place_id" in cells else "id"
        raise InputError(f"a place without {missing}", value=where, remedy="give every place an id and a name")
    population = _number(cells.get("population"), "population", where)
    others = [*names, *_names(cells.get("latin")), *_names(cells.get("native"))]
    return Place(
        place_id=str(cells["place_id"]).strip(),
        name=name,
        alternate_names=tuple(dict.fromkeys(other for other in others if other != name)),
        lon=_number(cells.get("lon"), "longitude", where),
        lat=_number(cells.get("lat"), "latitude", where),
        feature=_class(_word(cells.get("feature"))),
        admin1=_word(cells.get("admin1")),
        admin2=_word(cells.get("admin2")),
        admin3=_word(cells.get("admin3")),
        country=_code(cells.get("country")) or _code(country),
        population=int(population) if population and math.isfinite(population) else None,
        area_id=_word(cells.get("area_id")),
        gazetteer=gazetteer,
    )


def read_csv(
    content: bytes, *, name: str = "csv", gazetteer: str = "study", country: str | None = None
) -> tuple[Place, ...]:
    r"""Return the places of a CSV or TSV with a header, an OCHA p-code list among them; coordinates may be missing.

    >>> read_csv(b"pcode,name_en,admin1Name\nC1,Saraqab,Idleb\n")[0].admin1
    'Idleb'
    """
    text = _text(content, name)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    csv.field_size_limit(1_000_000)
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    return tuple(_place(row, f"{name}, line {rows.line_num}", gazetteer=gazetteer, country=country) for row in rows)


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
        places.append(_place(row, where, gazetteer=gazetteer, country=country))
    return tuple(places)


def read_geojson(
    content: bytes, *, name: str = "geojson", gazetteer: str = "study", country: str | None = None
) -> tuple[Place, ...]:
    """Return the places of a GeoJSON FeatureCollection (OSM too): points as they are, other shapes by a point inside."""
    import shapely

    try:
        data = json.loads(_text(content, name))
        features = data["features"]
    except (json.JSONDecodeError, KeyError, TypeError) as err:
        raise InputError("not a GeoJSON FeatureCollection", value=name, remedy="give GeoJSON with features") from err
    places = []
    for number, feature in enumerate(features, start=1):
        properties = dict(feature.get("properties") or {})
        if feature.get("geometry"):
            try:
                point = shapely.from_geojson(json.dumps(feature["geometry"])).representative_point()
            except shapely.errors.ShapelyError as err:
                where = f"{name}, feature {number}"
                raise InputError("not a geometry in the gazetteer", value=where, remedy="mend its coordinates") from err
            if not point.is_empty:
                properties |= {"lon": point.x, "lat": point.y}
        properties.setdefault("id", feature.get("id", properties.get("@id", "")))
        if not any(str(value).strip() for key, value in properties.items() if key.lower() in _data()["columns"]["name"]):
            continue  # an unnamed shape is no gazetteer entry
        others = [
            str(value) for key, value in properties.items() if key.startswith(("name:", "alt_name", "old_name", "int_name"))
        ]
        properties["alternate_names"] = "|".join([*_names(properties.get("alternate_names")), *others])
        places.append(_place(properties, f"{name}, feature {number}", gazetteer=gazetteer, country=country))
    return tuple(places)


def _dump_rows(content: bytes, name: str) -> Iterator[list[str]]:
    if content[:2] == b"PK":
        try:
            archive = zipfile.ZipFile(io.BytesIO(content))
            member = max((m for m in archive.infolist() if "readme" not in m.filename.lower()), key=lambda m: m.file_size)
        except (zipfile.BadZipFile, ValueError) as err:
            raise InputError("the archive is damaged or cut short", value=name, remedy="download it again") from err
        if member.file_size > _MOST_BYTES:
            raise InputError(
                "the archive unfolds to too much", value=f"{name}: {member.file_size} bytes", remedy="check where it is from"
            )
        content = archive.read(member)
    for number, line in enumerate(_text(content, name).splitlines(), start=1):
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
    codes: Mapping[str, str] = _data()["geonames"]
    out = []
    for cells in _dump_rows(content, name):
        kind = codes.get(f"{cells[6]}.{cells[7]}", codes.get(cells[6]))
        if cells[6] not in classes or kind is None:
            continue
        where = f"{name}, id {cells[0]}"
        out.append(
            Place(
                place_id=f"geonames:{cells[0]}",
                name=cells[1],
                alternate_names=tuple(dict.fromkeys(n for n in (cells[2], *cells[3].split(",")) if n and n != cells[1])),
                lon=_number(cells[5], "longitude", where),
                lat=_number(cells[4], "latitude", where),
                feature=FeatureClass(kind),
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

    .jsonl, .geojson/.json, .csv/.tsv, .txt/.zip (a GeoNames dump). Duplicate ids and coordinates off the globe are errors
    (InputError); points that lie outside `areas` while their swapped ones lie inside, and the like, are issues.

    >>> read_gazetteer_file("villages.csv", b"id,name,lat,lon\n1,Duma,33.57,36.4\n").places[0].name
    'Duma'
    """
    suffix = name.lower().rpartition(".")[2]
    label = gazetteer or name.rpartition("/")[2]
    readers = {
        "jsonl": read_jsonl,
        "ndjson": read_jsonl,
        "geojson": read_geojson,
        "json": read_geojson,
        "csv": read_csv,
        "tsv": read_csv,
    }
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
    return Imported(kept, issues)
