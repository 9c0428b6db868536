"""One row of a foreign gazetteer, whatever its columns are called, as a place.

Rules of this file:
- what a column, a class or an OSM tag is called is data (data/columns.toml)
- the columns of administrative levels (ADM3_EN, admin3Name_ar, adm3_pcode, HXL's #adm3+name+ar) are read by their pattern:
  the finest level that has a name is the place, unless the row names a place of its own; every language of it is a name
- letters that nobody sees (direction marks, control characters) are no part of a name or an id
"""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tenure.errors import InputError
from tenure.model import FeatureClass, Place
from tenure.places.gazetteer.cells import coordinate, names_in_cell, point_of_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["class_of_code", "has_name", "place_of_row", "plain", "require_columns", "unused_columns"]

_JOINERS = "\u200c\u200d"
"""Format characters that are part of spelling; the others, direction marks among them, only change how a line looks."""
_LEVEL = re.compile(
    r"^adm(?:in)?_?(?P<level>[0-5])(?:_?(?P<code>p?_?codes?|id)|_?(?:alt)?(?:name)?\d?_?(?P<language>[a-z]{2})?\d?)$"
)
_HXL = re.compile(r"^#(?P<what>adm\d|geo|loc)(?P<attributes>(?:\+\w+)*)$")
_UNITS = (
    FeatureClass.COUNTRY,
    FeatureClass.GOVERNORATE,
    FeatureClass.DISTRICT,
    FeatureClass.SUBDISTRICT,
    FeatureClass.SETTLEMENT,
    FeatureClass.SETTLEMENT,
)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("tenure.places").joinpath("data/columns.toml").read_text(encoding="utf-8"))


def plain(text: str) -> str:
    r"""Return text on one line without letters that nobody sees.

    >>> plain("\u200fNyala\u200e  city")
    'Nyala city'
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    kept = "".join(c if c in _JOINERS or unicodedata.category(c) not in {"Cc", "Cf"} else " " * c.isspace() for c in text)
    return " ".join(kept.split())


def class_of_code(feature_class: str, feature_code: str) -> FeatureClass | None:
    """Return our class of GeoNames' class and code, None for what is left out."""
    codes: Mapping[str, str] = _data()["geonames"]
    found = codes.get(f"{feature_class}.{feature_code}", codes.get(feature_class))
    return None if found is None else FeatureClass(found)


def _people(value: object) -> int | None:
    """Return a population, written with or without separators of thousands; None for what is no count."""
    text = re.sub(r"(?<=\d)[\s,.'\u2019\u00a0](?=\d{3}\b)", "", str(value or "").strip())
    try:
        count = float(text)
    except ValueError:
        return None
    return int(count) if math.isfinite(count) and count > 0 else None


def _names(value: object, *more: str) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(plain(str(each)) for each in value if each)
    text = str(value or "")
    separator = next((s for s in ("|", ";", *more) if s in text), None)
    parts = text.split(separator) if separator else [text]
    return tuple(dict.fromkeys(name for part in parts if (name := plain(part))))


@cache
def _key(column: str) -> str:
    """Return a column's name in lower case; one of HXL's tags as the words that other lists use."""
    key = column.strip().lower()
    hxl = _HXL.match(key)
    if hxl is None:
        return key
    attributes = [a for a in hxl["attributes"].split("+") if a and a != "name"]
    if hxl["what"] in {"geo", "loc"}:
        return {"code": "pcode"}.get(attributes[0], attributes[0]) if attributes else "name"
    return f"{hxl['what']}_{'pcode' if 'code' in attributes else attributes[0] if attributes else 'en'}"


def _lowered(row: Mapping[str, Any]) -> dict[str, Any]:
    return {_key(key): value for key, value in row.items() if key and value not in (None, "", [])}


def _cells(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's values under our own column names; unknown columns are left out."""
    columns: Mapping[str, list[str]] = _data()["columns"]
    out = {ours: row[found] for ours, theirs in columns.items() if (found := next((n for n in theirs if n in row), None))}
    if "osm_type" in row and str(out.get("place_id", "")).isdigit():
        out["place_id"] = f"{row['osm_type']}/{out['place_id']}"  # a node and a way may share a number
    return out


@cache
def _level(column: str) -> re.Match[str] | None:
    return _LEVEL.match(column)


def _levels(row: Mapping[str, Any]) -> dict[int, tuple[dict[str, str], str | None]]:
    """Return by administrative level its names by language ("" where none is given) and its code."""
    out: dict[int, tuple[dict[str, str], str | None]] = {}
    for key, value in row.items():
        match = _level(key)
        if match is None:
            continue
        level = int(match["level"])
        names, code = out.get(level, ({}, None))
        if match["code"] and match["code"] != "id":
            code = plain(str(value)) or None
        elif not match["code"]:
            names[key if (match["language"] or "") in names else match["language"] or ""] = str(value)
        out[level] = (names, code)
    return out


def _own_level(cells: dict[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells with what the columns of administrative levels add: the units above, and the place if it is one."""
    levels = {level: found for level, found in _levels(row).items() if found[0]}
    named = "name" in cells or "names" in cells
    finest = max((level for level, (_, code) in levels.items() if code or "place_id" in cells), default=None)
    out = dict(cells)
    above = [level for level in sorted(levels) if named or finest is None or level < finest]
    for level in above:
        if 1 <= level <= 3:  # noqa: PLR2004 - the levels that a place names
            names = levels[level][0]
            out[f"admin{level}"] = names.get("en") or names.get("") or next(iter(names.values()))
    if named:
        own = [names for names, code in levels.values() if code is not None and code == cells.get("place_id")]
        out["own"] = [name for names in own for each in names.values() for name in _names(each)]
    if named or finest is None:
        return out
    names, code = levels[finest]
    main = names.get("en") or names.get("") or next(iter(names.values()))
    out |= {"name": main, "names": [name for each in names.values() for name in _names(each)], "unit": _UNITS[finest]}
    out.setdefault("place_id", code)
    for level in range(finest, 4):
        out.pop(f"admin{level}", None)
    holder = max((level for level in levels if level < finest and levels[level][1]), default=None)
    out["area_id"] = levels[holder][1] if holder is not None else None
    return out


def _class_of_word(code: str, letter: str) -> str | None:
    """Return the class of a GeoNames code (PPLA2, STM, or with its class, A.ADM1) or of a class alone; None for others."""
    data = _data()
    if "." in code:
        letter, _, code = code.partition(".")
    if len(letter) > 1 or not letter.isupper():
        letter = ""
    if len(code) == 1 and code.isupper():
        letter, code = code, ""
    if not letter:
        if not code.isupper():
            return None
        start = max((c for c in data["codes"] if code.startswith(c)), key=len, default=None)
        if start is None:
            return None
        letter = data["codes"][start]
    found = class_of_code(letter, code)
    return found.value if found else data["class_alone"].get(letter)


def _class(cells: Mapping[str, Any], row: Mapping[str, Any]) -> FeatureClass:
    """Return the feature class that a row's words, OSM's tags or its level stand for; a settlement when they say nothing."""
    codes: Mapping[str, str] = _data()["classes"]
    word = str(cells.get("feature", "")).strip()
    found = codes.get(word.lower()) or _class_of_word(word, str(cells.get("feature_class", "")).strip())
    if found is not None:
        return FeatureClass(found)
    level = str(row.get("admin_level", ""))
    if row.get("boundary") == "administrative" and level in _data()["admin_level"]:
        return FeatureClass(_data()["admin_level"][level])
    for tag, values in _data()["tags"].items():
        if tag in row and (word := values.get(str(row[tag]).lower(), values.get("*"))):
            return FeatureClass(word)
    return FeatureClass(cells.get("unit", FeatureClass.SETTLEMENT))


def _word(value: object) -> str | None:
    return plain(str(value)) or None if value is not None else None


def _code(value: object) -> str | None:
    """Return an ISO 3166-1 alpha-2 code; a country's name is not one, and two of its letters are another country's."""
    text = str(value or "").strip()
    return text.upper() if len(text) == len("SY") and text.isalpha() else None


def has_name(row: Mapping[str, Any]) -> bool:
    """Return whether a row names anything."""
    lowered = _lowered(row)
    return bool({"name", "names"} & _cells(lowered).keys() or any(names for names, _ in _levels(lowered).values()))


def require_columns(columns: Iterable[str], name: str) -> None:
    """Raise InputError for a table that has no column of names, or none of ids."""
    row = dict.fromkeys((_key(column) for column in columns if column), "x")
    cells = _own_level(_cells(row), row)
    for column, what in (("name", "names"), ("place_id", "ids")):
        if column not in cells and not (column == "name" and "names" in cells):
            known = ", ".join(_data()["columns"][column][:4])
            value = f"{name}: {', '.join(list(row)[:6])}"[:160]
            raise InputError(f"the gazetteer has no column of {what}", value=value, remedy=f"give a header with {known}")


def place_of_row(row: Mapping[str, Any], where: str, *, gazetteer: str, country: str | None) -> Place:
    """Return the place of a row; InputError, with `where`, for one without name or id or with a number that is none."""
    lowered = _lowered(row)
    cells = _own_level(_cells(lowered), lowered)
    units = {str(cells[key]).strip().lower() for key in ("admin1", "admin2", "admin3") if cells.get(key)}
    commas = (
        dict.fromkeys(("alternate_names",), (",",)) if "alternatenames" in lowered or "alternate names" in lowered else {}
    )
    given = [name for key in _SPELLINGS for name in _names(cells.get(key), *commas.get(key, ()))]
    alternates = tuple(name for one in given for name in names_in_cell(one, units, _no_names()))
    more = [
        name
        for key, value in lowered.items()
        if key.startswith(_OTHER_NAMES)
        for one in _names(value)
        for name in names_in_cell(one, units, _no_names())
    ]
    whole = plain(str(cells.get("name") or (alternates[0] if alternates else "")))
    name, *others = names_in_cell(whole, units, _no_names()) or ("",)
    alternates = tuple(other for other in (*others, *alternates, *more) if other != whole or not others)
    lon, lat = _point(cells, where)
    place_id = plain(str(cells.get("place_id") or ""))
    if not name or not place_id:
        missing = "name" if place_id else "id"
        raise InputError(f"a place without {missing}", value=where, remedy="give every place an id and a name")
    return Place(
        place_id=place_id,
        name=name,
        alternate_names=tuple(dict.fromkeys(other for other in alternates if other != name)),
        lon=lon,
        lat=lat,
        feature=_class(cells, lowered),
        admin1=_word(cells.get("admin1")),
        admin2=_word(cells.get("admin2")),
        admin3=_word(cells.get("admin3")),
        country=_code(cells.get("country")) or _code(country),
        population=_people(cells.get("population")),
        area_id=_word(cells.get("area_id")),
        radius_km=coordinate(cells.get("radius_km"), "radius_km", where) or 0.0,
        gazetteer=gazetteer,
    )


@cache
def _no_names() -> frozenset[str]:
    return frozenset([*_data()["brackets"]["words"], *_data()["classes"]])


def _point(cells: Mapping[str, Any], where: str) -> tuple[float | None, float | None]:
    """Return longitude and latitude from their columns, or from one that holds a point."""
    lon, lat = coordinate(cells.get("lon"), "longitude", where), coordinate(cells.get("lat"), "latitude", where)
    if lon is None and lat is None and "point" in cells:
        return point_of_cell(cells["point"], where) or (None, None)
    return lon, lat


def unused_columns(columns: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of a table that nothing is taken from, as they are written there.

    >>> unused_columns(["pcode", "name_en", "lat", "lon", "Remarks"])
    ('Remarks',)
    """
    named = [column for column in columns if column and column.strip()]
    row = {_key(column): "x" for column in named}
    cells = {found for theirs in _data()["columns"].values() if (found := next((n for n in theirs if n in row), None))}
    tags = {"osm_type", "admin_level", "boundary", "note", *_data()["tags"]}
    return tuple(
        column
        for column in named
        if (key := _key(column)) not in cells | tags and _level(key) is None and not key.startswith(_OTHER_NAMES)
    )


_SPELLINGS = ("names", "alternate_names", "latin", "native", "own", "local")
_OTHER_NAMES = ("name:", "name_", "alt_name", "old_name", "int_name", "official_name", "loc_name", "short_name", "reg_name")
"""Beginnings of OSM's columns of further names, in any language."""
