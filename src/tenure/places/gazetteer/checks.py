"""What can be wrong with a list of places, found before it is compiled: doubled ids, swapped coordinates, odd names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tenure.config.positions import exchanged_in_country
from tenure.errors import InputError
from tenure.places.gazetteer.cells import is_odd, reads_otherwise
from tenure.places.gazetteer.names import MAX_NAME, normalise_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tenure.model import Area, Place

__all__ = ["Issue", "check_places"]

_MOST_LAT, _MOST_LON = 90.0, 180.0
_METRES = 1000.0
"""No degree is so large: from here on a number is a distance from a projection's origin."""
_MANY_SWAPPED = 0.5
"""Share of a list's points that lie inside the areas only when swapped, from which the columns are surely swapped."""


@dataclass(frozen=True, slots=True)
class Issue:
    """Something odd about a place that did not stop the import, with what was done."""

    place_id: str
    code: str
    """``swapped``, ``outside_areas``, ``null_island``, ``long_name``, ``empty_name``, ``odd_name``."""
    message: str


def _check_ids(places: Sequence[Place], name: str) -> None:
    doubled = [place_id for place_id, count in Counter(p.place_id for p in places).items() if count > 1]
    if doubled:
        raise InputError(
            "two places with one id", value=f"{doubled[0]} ({len(doubled)} such ids in {name})", remedy="make ids unique"
        )


def _check_range(places: Sequence[Place], name: str) -> None:
    for place in places:
        if (place.lat is None) != (place.lon is None):
            value = f"{place.place_id} lat {place.lat} lon {place.lon} in {name}"
            raise InputError("one coordinate without the other", value=value, remedy="give both or neither")
        if place.lat is not None and place.lon is not None:
            if max(abs(place.lat), abs(place.lon)) > _METRES:
                raise InputError(
                    "coordinates are metres of a projection, not degrees",
                    value=f"{place.place_id} lat {place.lat} lon {place.lon} in {name}",
                    remedy="export the layer in WGS 84 (EPSG:4326)",
                )
            if abs(place.lat) > _MOST_LAT and abs(place.lon) <= _MOST_LAT and abs(place.lat) <= _MOST_LON:
                value = f"{place.place_id} lat {place.lat} lon {place.lon} in {name}"
                raise InputError("longitude and latitude look swapped", value=value, remedy="swap the two columns")
            if abs(place.lat) > _MOST_LAT or abs(place.lon) > _MOST_LON:
                raise InputError(
                    "coordinates off the globe",
                    value=f"{place.place_id} lat {place.lat} lon {place.lon}",
                    remedy="correct them",
                )


def _in_areas(places: Sequence[Place], areas: Sequence[Area]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which points lie inside the areas as they are, and which only when swapped, (points,)."""
    import shapely

    union = shapely.union_all([shapely.from_geojson(area.geometry) for area in areas])
    shapely.prepare(union)
    lon, lat = _points(places)
    inside = np.asarray(shapely.contains_xy(union, lon, lat))
    return inside, ~inside & np.asarray(shapely.contains_xy(union, lat, lon))


def _points(places: Sequence[Place]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.array([p.lon for p in places], dtype=float), np.array([p.lat for p in places], dtype=float)


def _in_countries(places: Sequence[Place]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which points have a country whose bounds are known, and which lie in it only when swapped, (points,)."""
    known, swapped = np.zeros(len(places), dtype=bool), np.zeros(len(places), dtype=bool)
    for code in sorted({p.country for p in places if p.country}):
        members = np.array([p.country == code for p in places])
        found = exchanged_in_country(code, *_points([p for p in places if p.country == code]))
        if found is not None:
            known[members], swapped[members] = True, found
    return known, swapped


def _refuse_columns(places: Sequence[Place], swapped: NDArray[np.bool_], where: str, name: str) -> None:
    """Raise when most of the points fit only when exchanged: then the columns are, not the points."""
    if swapped.size and swapped.mean() > _MANY_SWAPPED:
        first = places[int(np.flatnonzero(swapped)[0])]
        raise InputError(
            f"longitude and latitude are swapped: the points lie in {where} only when exchanged",
            value=f"{first.place_id} {first.name} and {int(swapped.sum()) - 1} others in {name}",
            remedy="swap them",
        )


def _coordinate_issues(places: Sequence[Place], areas: Sequence[Area], name: str) -> tuple[dict[str, Place], list[Issue]]:
    mended: dict[str, Place] = {}
    issues = []
    placed = [p for p in places if p.lon is not None and p.lat is not None]
    for place in placed:
        if place.lon == 0 and place.lat == 0:
            mended[place.place_id] = replace(place, lon=None, lat=None)
            issues.append(Issue(place.place_id, "null_island", f"{place.name}: coordinates 0, 0 are taken as unknown"))
    placed = [p for p in placed if p.place_id not in mended]
    if not placed:
        return mended, issues
    known, in_country = _in_countries(placed)
    _refuse_columns([p for p, k in zip(placed, known.tolist(), strict=True) if k], in_country[known], "their country", name)
    inside, in_areas = _in_areas(placed, areas) if areas else (np.ones_like(known), np.zeros_like(known))
    _refuse_columns(placed, in_areas, "the areas", name)
    swapped = np.where(known, in_country, in_areas)
    for place, wrong, right, by_country in zip(placed, swapped.tolist(), inside.tolist(), known.tolist(), strict=True):
        if wrong:
            where = place.country if by_country else "the areas"
            mended[place.place_id] = replace(place, lon=None, lat=None)
            message = f"{place.name}: {place.lon}, {place.lat} lies in {where} only when swapped; taken as unknown"
            issues.append(Issue(place.place_id, "swapped", message))
        elif not right:
            issues.append(
                Issue(place.place_id, "outside_areas", f"{place.name}: {place.lon}, {place.lat} lies in none of the areas")
            )
    return mended, issues


def check_places(
    places: Sequence[Place], areas: Sequence[Area] = (), *, name: str = "places"
) -> tuple[tuple[Place, ...], tuple[Issue, ...]]:
    """Return places fit to be compiled and what was odd about them; InputError for what must be mended first.

    Errors: no place at all, an id twice, a coordinate off the globe, columns that are swapped for most points: they lie in
    their country, or in `areas`, only when exchanged. A single such point is taken as unknown and listed.
    """
    if not places:
        raise InputError("the gazetteer has no places", value=name, remedy="give a file with at least one place")
    _check_ids(places, name)
    _check_range(places, name)
    mended, issues = _coordinate_issues(places, areas, name)
    out = []
    for place, normal in zip(places, normalise_all([p.name for p in places]), strict=True):
        odd = [each for each in (place.name, *place.alternate_names) if is_odd(each)]
        if odd:
            right = reads_otherwise(odd[0])
            hint = f"it reads {right!r} when the file is decoded rightly" if right else "its letters were lost on the way"
            issues.append(Issue(place.place_id, "odd_name", f"{odd[0]}: {hint}; get the list again as UTF-8"))
        if not normal:
            issues.append(Issue(place.place_id, "empty_name", "a name of signs only cannot be looked up"))
        if len(place.name) > MAX_NAME:
            issues.append(Issue(place.place_id, "long_name", f"name of {len(place.name)} characters, cut to {MAX_NAME}"))
            mended[place.place_id] = replace(mended.get(place.place_id, place), name=place.name[:MAX_NAME])
        long = [other for other in place.alternate_names if len(other) > MAX_NAME]
        if long:
            issues.append(
                Issue(place.place_id, "long_name", f"{place.name}: {len(long)} names over {MAX_NAME} characters left out")
            )
            short = tuple(other for other in place.alternate_names if len(other) <= MAX_NAME)
            mended[place.place_id] = replace(mended.get(place.place_id, place), alternate_names=short)
        out.append(mended.get(place.place_id, place))
    return tuple(out), tuple(issues)
