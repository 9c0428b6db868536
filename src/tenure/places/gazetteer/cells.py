"""Cells of foreign gazetteers that hold more than one thing: several names, a point in one cell, degrees with minutes.

Rules of this file:
- "A / B" and "A (B)" are two names of one place; what stands in brackets is none when it is a unit that the row names
  elsewhere, a kind of place, a side of the compass, or begins in lower case
- a point is WKT, or latitude and longitude in that order, as people copy them from a map
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tenure.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["coordinate", "is_odd", "names_in_cell", "point_of_cell", "reads_otherwise"]

_UNKNOWN = frozenset(["", "NA", "N/A", "None", "null", "NULL", "nan", "NaN", "-"])
_DEGREES = re.compile(
    r"(?P<before>[NSEW])?\s*(?P<sign>[-+\u2212])?(?P<d>\d{1,3}(?:\.\d+)?)\s*(?:[\u00b0\u00ba\u02dad:]|deg(?:rees)?|\s)\s*"
    r"(?:(?P<m>\d{1,2}(?:\.\d+)?)\s*(?:['\u2019\u2032m:]|\s|$)\s*)?(?:(?P<s>\d{1,2}(?:\.\d+)?)\s*(?:\"|''|[\u201d\u2033s])?\s*)?(?P<after>[NSEW])?",
    re.IGNORECASE,
)
_LETTERED = re.compile(r"(?P<before>[NSEW])?\s*(?P<d>[-+]?\d{1,3}(?:\.\d+)?)\s*\u00b0?\s*(?P<after>[NSEW])?", re.IGNORECASE)
_SLASHED = re.compile(r"\s+/\s+|(?<=[^\W\d_]{3})/(?=[^\W\d_]{3})|\s+(?:aka|a\.k\.a\.|alias)\s+", re.IGNORECASE)
_BRACKETED = re.compile(r"(?P<name>[^()\[\]]+?)\s*[(\[](?P<other>[^()\[\]]+)[)\]]\s*")
_PAIR = re.compile(r"\(?\s*(?P<lat>[-+]?\d{1,3}\.\d+)\s*[,;\s]\s*(?P<lon>[-+]?\d{1,3}\.\d+)\s*\)?")
_SHAPE = re.compile(
    r"\s*(?:SRID=(?P<srid>\d+);)?\s*(?P<wkt>(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\b.*)", re.IGNORECASE | re.DOTALL
)
_WGS84 = "4326"
_MOJIBAKE = re.compile(
    r"[\u00c2-\u00c5\u00d0-\u00d9][\u0080-\u00bf\u0152-\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_ODD = re.compile(r"\ufffd|\?{2,}|\?[^\W\d_]|[^\W\d_]\?[^\W\d_]|&#?\w+;")


def coordinate(value: object, what: str, where: str) -> float | None:
    r"""Return a number of degrees, None where the cell says that it is not known; InputError for what is no number.

    >>> round(coordinate("36\u00b048'15\"E", "longitude", "line 2"), 4), coordinate("", "latitude", "line 2")
    (36.8042, None)
    """
    text = str(value if value is not None else "").strip()
    if text in _UNKNOWN:
        return None
    try:
        return float(text.replace(",", "."))
    except ValueError:
        found = _LETTERED.fullmatch(text) or _DEGREES.fullmatch(text)
    if found is None or (found["before"] and found["after"]):
        raise InputError(
            f"not a number in column {what}",
            value=f"{value} ({where})",
            remedy="write decimal degrees such as 36.8042, and leave it empty when unknown",
        )
    parts = found.groupdict()
    degrees = float(parts["d"]) + float(parts.get("m") or 0) / 60 + float(parts.get("s") or 0) / 3600
    letter = (parts["before"] or parts["after"] or "").upper()
    if letter and (letter in "NS") != (what == "latitude") and what in {"latitude", "longitude"}:
        raise InputError(
            f"{letter} in the column of the {what}", value=f"{value} ({where})", remedy="exchange the two columns"
        )
    return -degrees if letter in {"S", "W"} or parts.get("sign") in {"-", "\u2212"} else degrees


def point_of_cell(value: object, where: str) -> tuple[float, float] | None:
    """Return longitude and latitude of a cell that holds a point or a shape, None for one that holds something else.

    >>> point_of_cell("POINT (36.8 35.86)", "line 2"), point_of_cell("35.86, 36.8", "line 2")
    ((36.8, 35.86), (36.8, 35.86))
    """
    text = str(value or "").strip()
    pair = _PAIR.fullmatch(text)
    if pair:
        return float(pair["lon"]), float(pair["lat"])
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        return None
    import shapely

    if (shape["srid"] or _WGS84) != _WGS84:
        raise InputError(
            "a point in another system than WGS 84", value=f"EPSG:{shape['srid']} ({where})", remedy="export it as EPSG:4326"
        )
    try:
        point = shapely.from_wkt(shape["wkt"]).representative_point()
    except shapely.errors.ShapelyError as err:
        raise InputError("not a geometry", value=f"{text[:60]} ({where})", remedy="mend it, or give lat and lon") from err
    return (point.x, point.y) if not point.is_empty else None


def names_in_cell(text: str, units: Collection[str], no_names: Collection[str]) -> tuple[str, ...]:
    """Return the names that a cell gives to one place, the first one first; `units` and `no_names` are in lower case.

    >>> names_in_cell("Amber Gate (Bab Karim)", {"north"}, {"camp"}), names_in_cell("Amber Gate (North)", {"north"}, ())
    (('Amber Gate', 'Bab Karim'), ('Amber Gate',))
    """
    out: list[str] = []
    for part in _SLASHED.split(text):
        found = _BRACKETED.fullmatch(part)
        if found is None:
            out.append(part.strip())
            continue
        out.append(found["name"].strip())
        other = found["other"].strip()
        first = other[:1]
        words = set(re.findall(r"\w+", other.lower()))
        named = first.isalpha() and not first.islower() and not re.search(r"\d", other)
        if named and other.lower() not in units and not words & set(no_names):
            out += [name.strip() for name in _SLASHED.split(other)]
    return tuple(dict.fromkeys(name for name in out if name))


def is_odd(name: str) -> bool:
    """Return whether a name looks as if its letters were lost: question marks, U+FFFD, or one encoding read as another.

    >>> is_odd("?????"), is_odd("Saraq\u00c3\u00a9b"), is_odd("Bene\u0161")
    (True, True, False)
    """
    return bool(_ODD.search(name) or _MOJIBAKE.search(name)) or (bool(name.strip()) and not name.strip("? "))


def reads_otherwise(name: str) -> str | None:
    """Return a name whose UTF-8 was read as Windows-1252, read rightly; None where that gives nothing."""
    try:
        mended = name.encode("cp1252").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return None
    return mended if mended != name else None
