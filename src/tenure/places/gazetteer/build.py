"""From places, admin polygons and GeoNames to a compiled gazetteer."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from tenure.places.gazetteer.areas import add_areas
from tenure.places.gazetteer.columns import NO_ROW, Columns, Entry, Licence
from tenure.places.gazetteer.compiled import Gazetteer, digest_of, hash_keys, pack_texts
from tenure.places.gazetteer.index import fuzzy_index, joints_of, name_index, seats
from tenure.places.gazetteer.merge import merge_world
from tenure.places.gazetteer.units import Units, points_of_units

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from tenure.model import Area, Place

__all__ = ["build_gazetteer", "gazetteer_digest"]

DUMP = "geonames-dump"
"""Gazetteer of places from a country dump: known in the theatre, but not the study's own."""
DUMP_LICENCE = Licence("CC-BY-4.0", "GeoNames, https://www.geonames.org, country dump")
_STUDY_LICENCE = Licence("not stated", "the study's places")


def gazetteer_digest(
    places: Sequence[Place],
    areas: Sequence[Area],
    *,
    countries: Sequence[str] = (),
    world: bool = True,
    added: Sequence[bytes] = (),
) -> str:
    """Return the digest of the gazetteer that `build_gazetteer` would make, without making it: the key of a cache.

    `added` stands for what `build_gazetteer` is given under that name: bytes that change when those places do.
    """
    from importlib.resources import files

    from tenure.places.gazetteer.world import world_version

    rules = files("tenure.places").joinpath("data/names.toml").read_bytes()
    option = orjson.dumps([sorted(set(countries)), world_version() if world else "", "layout 13"])
    return digest_of([orjson.dumps(list(places)), orjson.dumps(list(areas)), option, rules, *added])


def _add_places(columns: Columns, places: Sequence[Place], units: Units, licences: Mapping[str, Licence]) -> None:
    for place in places:
        source = columns.source_number(place.gazetteer, licences.get(place.gazetteer, _STUDY_LICENCE))
        area = units.rows.get(place.area_id, NO_ROW) if place.area_id else NO_ROW
        lon, lat, radius = place.lon, place.lat, place.radius_km
        admins = units.of(place)
        if lon is None or lat is None:
            area = area if area != NO_ROW else next((unit for unit in reversed(admins) if unit != NO_ROW), NO_ROW)
            lon, lat = (columns.lon[area], columns.lat[area]) if area != NO_ROW else (float("nan"), float("nan"))
            radius = max(radius, columns.radius_km[area] if area != NO_ROW else 0.0)
        row = columns.add(
            Entry(
                place.place_id,
                place.name,
                (lon, lat),
                place.feature,
                country=columns.country_number(place.country),
                source=source,
                admins=admins,
                population=place.population or 0,
                radius_km=radius,
                focus=2,
            )
        )
        columns.name_place(row, [place.name], 0)
        columns.name_place(row, list(place.alternate_names), 1)


def _place_arrays(columns: Columns) -> dict[str, NDArray[Any]]:
    ids, id_offsets = pack_texts(columns.ids)
    names, name_offsets = pack_texts(columns.names)
    return {
        "lon": np.asarray(columns.lon, dtype=np.float64),
        "lat": np.asarray(columns.lat, dtype=np.float64),
        "population": np.asarray(columns.population, dtype=np.int64),
        "feature": np.asarray(columns.feature, dtype=np.uint8),
        "country": np.asarray(columns.country, dtype=np.int32),
        "admin1": np.asarray(columns.admin[0], dtype=np.int32),
        "admin2": np.asarray(columns.admin[1], dtype=np.int32),
        "admin3": np.asarray(columns.admin[2], dtype=np.int32),
        "radius_km": np.asarray(columns.radius_km, dtype=np.float32),
        "capital": np.isin(np.arange(len(columns.ids)), sorted(columns.capitals)).astype(np.uint8),
        "source": np.asarray(columns.source, dtype=np.uint8),
        "id_hash": hash_keys(columns.ids),
        "ids": ids,
        "ids_offsets": id_offsets,
        "names": names,
        "names_offsets": name_offsets,
    }


def build_gazetteer(
    places: Sequence[Place],
    areas: Sequence[Area],
    *,
    countries: Sequence[str] | None = None,
    world: bool = True,
    licences: Mapping[str, Licence] | None = None,
    added: Sequence[Place] = (),
    digest: str | None = None,
) -> Gazetteer:
    """Return the compiled index of a study's places and areas and, with `world`, of GeoNames' countries, units and towns.

    `countries` (ISO alpha-2) are those whose towns may be misspelt in a report (default: the places' own countries).
    A place without coordinates stands at a point of its area with the area's radius. `licences` by gazetteer: for `info`.
    `added` are places of other gazetteers in the theatre: names are looked up in them, but a place that the study has too
    is the study's. `digest` is the identity to keep where the caller made it of the files; else it is made of the records.

    >>> from tenure.model import FeatureClass, Place
    >>> duhur = Place("C4203", "Abul Thohur", ("Abu al-Duhur",), 37.05, 35.73, FeatureClass.SETTLEMENT, country="SY")
    >>> gazetteer = build_gazetteer([duhur], [], world=False)
    >>> [gazetteer.place_id(row) for row in gazetteer.lookup("ABU AL DUHUR")[0]]
    ['C4203']
    """
    with _collector_at_rest():
        return _build(places, areas, countries=countries, world=world, given=licences or {}, added=added, digest=digest)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep the garbage collector from going through millions of texts that all live to the end: a sixth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _build(
    places: Sequence[Place],
    areas: Sequence[Area],
    *,
    countries: Sequence[str] | None,
    world: bool,
    given: Mapping[str, Licence],
    added: Sequence[Place],
    digest: str | None,
) -> Gazetteer:
    codes = countries if countries is not None else sorted({p.country for p in places if p.country})
    columns = Columns()
    units = Units(columns, areas, add_areas(columns, areas))
    given = {"geonames": DUMP_LICENCE, **given}  # a line copied from the embedded world keeps its licence
    _add_places(columns, [p for p in places if p.gazetteer != DUMP], units, given)
    points_of_units(columns, units.made)
    firsts = [len(columns.ids)]
    outer = [*(p for p in places if p.gazetteer == DUMP), *added]
    for gazetteer in dict.fromkeys(p.gazetteer for p in outer):
        _add_places(columns, [p for p in outer if p.gazetteer == gazetteer], units, {DUMP: DUMP_LICENCE, **given})
        firsts.append(len(columns.ids))
    if world:
        from tenure.places.gazetteer.world import add_world

        add_world(columns, frozenset(codes))
    for first in firsts:  # the study's places take over the names of their twins, then those of each gazetteer in its turn
        merge_world(columns, first, lend_points=first > firsts[0])
    name_arrays, keys = name_index(columns)
    own = (np.arange(len(columns.ids)) < firsts[0]).astype(np.uint8)
    arrays = {
        **_place_arrays(columns),
        "own": own,
        **name_arrays,
        **fuzzy_index(columns, name_arrays, keys),
        "seat": seats(columns, name_arrays),
    }
    counted = np.bincount(arrays["source"], minlength=len(columns.sources))
    named = np.bincount(arrays["source"][arrays["post_row"]], minlength=len(columns.sources))
    sources = [
        {"gazetteer": name, "places": int(counted[i]), "names": int(named[i]), "licence": lic.licence, "credit": lic.credit}
        for i, (name, lic) in enumerate(columns.sources.items())
    ]
    meta = {
        "digest": digest
        or gazetteer_digest(places, areas, countries=codes, world=world, added=[orjson.dumps(list(added))] if added else []),
        "countries": list(columns.countries),
        "focus": list(codes),
        "joints": joints_of(columns, own),
        "sources": sources,
    }
    return Gazetteer(arrays, meta)
