"""places.csv and initial.csv: the study's own gazetteer and who held what at its start."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from tenure.config.complaints import nearest
from tenure.config.positions import misplaced
from tenure.config.tables import read_rows
from tenure.model import CONTESTED, FeatureClass, Place, Statement

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tenure.config.tables import Row
    from tenure.model import Area

__all__ = ["OUTER_GAZETTEERS", "PLACE_COLUMNS", "STATEMENT_COLUMNS", "parse_places", "parse_statements"]

PLACE_COLUMNS = (
    ("place_id", "name"),
    (
        "alternate_names",
        "lon",
        "lat",
        "feature",
        "admin1",
        "admin2",
        "admin3",
        "population",
        "country",
        "area_id",
        "radius_km",
        "gazetteer",
        "note",
    ),
)
"""Required and optional columns of places.csv; `note` is for people and not read."""

STATEMENT_COLUMNS = (("place_id", "controller", "date", "source"), ("name", "note"))
"""Required and optional columns of initial.csv; `name` and `note` are for people and not read."""

OUTER_GAZETTEERS = ("geonames:",)
"""Prefixes of place ids that another gazetteer than the study's gives out."""

_MOST_LAT = 90.0
_EARTH_KM = 20_038.0  # half of the equator: no place is less certain than that


def parse_places(
    content: bytes,
    areas: Sequence[Area],
    *,
    name: str = "places.csv",
    country: str | None = None,
    outline: str | None = None,
) -> tuple[Place, ...]:
    """Return the places in the file's order; `country` and `outline` are the study's, where a place has none (`misplaced`).

    A place has coordinates (WGS 84 degrees) or an `area_id` of areas.geojson, or both. Raises StudyError that names the
    line: an empty name, a latitude of 95, one of lon and lat without the other, 0, 0, lon and lat exchanged, an unknown
    area, one id for two places.
    """
    required, optional = PLACE_COLUMNS
    area_ids = frozenset(area.area_id for area in areas)
    lines: dict[str, int] = {}
    rows, out = [], []
    for row in read_rows(name, content, required=required, optional=optional):
        place = _place(row, area_ids)
        if place.place_id in lines:
            both = f"{place.place_id} (lines {lines[place.place_id]} and {row.line})"
            raise row.bad("two places with one id", value=both, remedy="give each its own id")
        lines[place.place_id] = row.line
        rows.append(row)
        out.append(place)
    wrong = misplaced(out, areas, country=country, outline=outline)
    for i, what in wrong.items():
        others = f", and {len(wrong) - 1} other places like it" if len(wrong) > 1 else ""
        value = f"{out[i].place_id} {out[i].name} at lon {out[i].lon:g} lat {out[i].lat:g}{others}"
        remedy = "leave both empty and give an area_id" if out[i].lon == 0 else "exchange them, or give its own country"
        raise rows[i].bad(what, value=value, remedy=remedy)
    return tuple(out)


def _place(row: Row, area_ids: Collection[str]) -> Place:
    place_id, name = row.required("place_id"), row.required("name")
    lon, lat = row.number("lon", -180, 180), row.number("lat", -180, 180)
    if lat is not None and abs(lat) > _MOST_LAT:
        raise row.bad("lat is out of range", value=f"{lat:g}", remedy="use -90 to 90, and look whether it is the lon")
    area_id = row.text("area_id")
    if (lon is None) != (lat is None):
        given, lacking = ("lon", "lat") if lat is None else ("lat", "lon")
        raise row.bad(f"{given} without {lacking}", value=place_id, remedy="give both or neither")
    if area_id is not None and area_id not in area_ids:
        raise row.bad("area_id is not in areas.geojson", value=area_id, remedy=nearest(area_id, area_ids))
    if lon is None and area_id is None:
        raise row.bad("neither coordinates nor area_id", value=place_id, remedy="give lon and lat, or an area_id")
    if place_id in area_ids:
        raise row.bad("place_id is also the id of an area", value=place_id, remedy="give the place another id")
    population = row.number("population", 0, 1e9)
    return Place(
        place_id=place_id,
        name=name,
        alternate_names=row.words("alternate_names"),
        lon=lon,
        lat=lat,
        feature=_feature(row),
        admin1=row.text("admin1"),
        admin2=row.text("admin2"),
        admin3=row.text("admin3"),
        country=_country(row),
        population=None if population is None else round(population),
        area_id=area_id,
        radius_km=row.number("radius_km", 0, _EARTH_KM) or 0.0,
        gazetteer=row.text("gazetteer") or "study",
    )


def _feature(row: Row) -> FeatureClass:
    word = (row.text("feature") or FeatureClass.SETTLEMENT.value).casefold()
    if word not in list(FeatureClass):
        raise row.bad("unknown feature", value=word, remedy=nearest(word, [f.value for f in FeatureClass]))
    return FeatureClass(word)


def _country(row: Row) -> str | None:
    code = row.text("country")
    if code is not None and not re.fullmatch(r"[A-Z]{2}", code):
        raise row.bad("country is not an ISO 3166-1 code", value=code, remedy="write two capital letters, for example SY")
    return code


def parse_statements(
    content: bytes, *, places: Collection[str], controllers: Collection[str], name: str = "initial.csv"
) -> tuple[Statement, ...]:
    """Return who held what at the start, in the file's order; several statements on one place are kept side by side.

    `places` are the known ids of places and areas, `controllers` the ids of actors that hold ground; ``contested`` may
    stand in place of an actor. Raises StudyError that names the line.
    """
    required, optional = STATEMENT_COLUMNS
    return tuple(
        _statement(row, places, controllers) for row in read_rows(name, content, required=required, optional=optional)
    )


def _statement(row: Row, places: Collection[str], controllers: Collection[str]) -> Statement:
    place_id, controller = row.required("place_id"), row.required("controller")
    if place_id not in places and not place_id.startswith(OUTER_GAZETTEERS):
        raise row.bad("unknown place or area", value=place_id, remedy=nearest(place_id, places))
    known = [*controllers, CONTESTED]
    if controller not in known:
        raise row.bad("unknown controller, or one that holds no ground", value=controller, remedy=nearest(controller, known))
    text = row.required("date")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise row.bad("date cannot be read", value=text, remedy="write it as YYYY-MM-DD") from None
    return Statement(place_id=place_id, controller=controller, date=day, source=row.required("source"))
