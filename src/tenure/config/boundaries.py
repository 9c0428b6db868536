"""Properties of boundary files under our own names: OCHA's columns (ADM1_EN, ADM1_PCODE), or what study.toml maps.

OCHA's common operational datasets carry every level's name and code in each feature; the finest level is the feature's own.
Each release spells the columns its own way (ADM1_EN, admin1Name_en, adm1_name); the pattern is theirs all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tenure.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AREA_KEYS", "mapped_properties"]

AREA_KEYS = ("area_id", "name", "level", "parent", "alternate_names", "country")
"""Keys of an area that `area_columns` of study.toml can take from a column of another name."""

_COLUMN = re.compile(
    r"adm(?:in)?_?(?P<level>[0-5])_?(?:(?P<code>p_?codes?|code)|(?:(?:alt\d?)?_?name)?\d?_?(?P<language>[a-z]{2,3})?\d?)",
    re.IGNORECASE,
)


def mapped_properties(properties: Mapping[str, Any], columns: Mapping[str, str | int], where: str) -> dict[str, Any]:
    """Return a feature's properties under the names of areas.geojson.

    With `columns` (study.toml's area_columns) only what they name is taken, a number is the level itself; without, OCHA's
    columns are told by their names, and other properties stay as they are. Raises StudyError for a column that is not there.

    >>> found = mapped_properties({"ADM1_EN": "North", "ADM1_PCODE": "EX01", "ADM0_PCODE": "EX"}, {}, "feature 1")
    >>> found["area_id"], found["name"], found["level"], found["country"]
    ('EX01', 'North', 1, 'EX')
    """
    if columns:
        return _by_columns(properties, columns, where)
    if {"area_id", "level"} & properties.keys():
        return dict(properties)
    return _by_pattern(properties) or dict(properties)


def _by_columns(properties: Mapping[str, Any], columns: Mapping[str, str | int], where: str) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, column in columns.items():
        if isinstance(column, int):
            out[key] = column
        elif column in properties:
            out[key] = properties[column]
        else:
            known = ", ".join(sorted(properties)) or "no properties"
            raise StudyError(
                f"{where} lacks the column that area_columns takes {key} from", value=column, remedy=f"it has {known}"
            )
    return {key: value for key, value in out.items() if value is not None}


def _by_pattern(properties: Mapping[str, Any]) -> dict[str, Any] | None:
    codes: dict[int, str] = {}
    names: dict[int, dict[str, str]] = {}
    for column, value in properties.items():
        found = _COLUMN.fullmatch(column)
        if found is None or not isinstance(value, str | int) or not str(value).strip():
            continue
        level = int(found["level"])
        if found["code"]:
            codes[level] = str(value).strip()
        else:
            names.setdefault(level, {}).setdefault((found["language"] or "").lower(), str(value).strip())
    both = codes.keys() & names.keys()
    if not both:
        return None
    level = max(both)
    own = names[level]
    name = own.get("en") or own.get("") or next(iter(own.values()))
    out: dict[str, Any] = {"area_id": codes[level], "name": name, "level": level}
    out["alternate_names"] = [other for other in dict.fromkeys(own.values()) if other != name]
    if level - 1 in codes and level > 1:
        out["parent"] = codes[level - 1]
    if re.fullmatch(r"[A-Z]{2}", codes.get(0, "")):
        out["country"] = codes[0]
    return out
