"""A study's files: bytes in, a frozen Study out."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, TypeVar

from tenure.config.added import GAZETTEER_FOLDER, attributions_of, parse_gazetteers
from tenure.config.agreements import parse_areas, parse_zones
from tenure.config.complaints import nearest
from tenure.config.gazetteer import parse_places, parse_statements
from tenure.config.outlines import country_outline
from tenure.config.parties import parse_actors, parse_licences, parse_sources
from tenure.config.review import DECISIONS_FILE, parse_decisions
from tenure.config.settings import UNKNOWN_COUNTRY, is_geojson, named_files, parse_settings
from tenure.config.shapes import area_of_places, read_shapes, union_text
from tenure.config.study import Study
from tenure.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tenure.config.study import Config
    from tenure.model import Actor, Area, Place, Statement

__all__ = ["parse_study"]

_Given = dict[str, tuple[str, bytes]]
_Record = TypeVar("_Record")


def parse_study(files: Mapping[str, bytes]) -> Study:
    """Return the study that the files of a folder describe; keys are file names relative to the folder.

    ``study.toml`` and the actors' file must be there; an optional file may be left out unless study.toml names it. Names
    that the study does not use are ignored and are no part of its digest. Pure: the same bytes give the same Study.
    Raises StudyError, in one line: which file and key, the value, what to do.

    >>> from tenure.config import study_template
    >>> parse_study(study_template("demo")).config.name
    'demo'
    """
    if "study.toml" not in files:
        raise StudyError("no study.toml in DIR", remedy="run tenure init")
    given = _given(files)
    config = parse_settings(files["study.toml"])
    actors, relations = parse_actors(given["actors"][1], name=given["actors"][0])
    areas = _parsed(given, "areas", parse_areas, dict(config.area_columns))
    named = _named_area(config, given, areas)
    places = _places(given, config, areas, named)
    sources = _parsed(given, "sources", parse_sources, [actor.side for actor in actors])
    gazetteers = parse_gazetteers(files)
    return Study(
        config=dataclasses.replace(config, country=_country(config, places, areas)),
        actors=actors,
        relations=relations,
        sources=sources,
        places=places,
        areas=areas,
        zones=_parsed(given, "zones", parse_zones, [actor.actor_id for actor in actors]),
        initial=_initial(given, actors, places, areas),
        area=named or _area_of(places, areas),
        attributions=(*_parsed(given, "licences", parse_licences), *attributions_of(gazetteers)),
        digest=_digest({"study.toml": files["study.toml"], **dict(given.values()), **_found(files)}),
        gazetteers=gazetteers,
        decisions=parse_decisions(
            files.get(DECISIONS_FILE, b""),
            actors=[actor.actor_id for actor in actors],
            sources=[source.source_id for source in sources],
        ),
    )


def _found(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files that belong to a study because they are there: its added gazetteers and the reviewers' decisions."""
    inside = (f"{GAZETTEER_FOLDER}/",)
    return {n: c for n, c in files.items() if n.startswith(inside) or (n == DECISIONS_FILE and c)}


def _given(files: Mapping[str, bytes]) -> _Given:
    """Return the name and bytes of each file that the study reads, by key; a needed one that is absent raises StudyError."""
    out: _Given = {}
    for file in named_files(files["study.toml"]):
        if file.name in files:
            out[file.key] = (file.name, files[file.name])
        elif file.required:
            raise StudyError(
                f"the study has no file for its {file.key}", value=file.name, remedy="write it, or mend study.toml"
            )
    return out


def _parsed(given: _Given, key: str, parse: Callable[..., tuple[_Record, ...]], *known: object) -> tuple[_Record, ...]:
    if key not in given:
        return ()
    name, content = given[key]
    return parse(content, *known, name=name)


def _country(config: Config, places: Sequence[Place], areas: Sequence[Area]) -> str:
    """Return the country that study.toml gives, as such or as its area, else the most frequent one of the places and areas.

    ``ZZ`` where none is given.
    """
    if config.country != UNKNOWN_COUNTRY:
        return config.country
    if re.fullmatch(r"[A-Z]{2}", config.area):
        return config.area
    codes = [place.country for place in places] + [area.country for area in areas]
    counts = Counter(code for code in codes if code)
    return min(counts, key=lambda code: (-counts[code], code), default=UNKNOWN_COUNTRY)


def _initial(
    given: _Given, actors: Sequence[Actor], places: Sequence[Place], areas: Sequence[Area]
) -> tuple[Statement, ...]:
    if "initial" not in given:
        return ()
    name, content = given["initial"]
    ids = {place.place_id for place in places} | {area.area_id for area in areas}
    holders = [actor.actor_id for actor in actors if actor.holds_ground]
    return parse_statements(content, places=ids, controllers=holders, name=name)


def _places(given: _Given, config: Config, areas: Sequence[Area], outline: str | None) -> tuple[Place, ...]:
    if "places" not in given:
        return ()
    name, content = given["places"]
    country = None if config.country == UNKNOWN_COUNTRY else config.country
    return parse_places(content, areas, name=name, country=country, outline=outline)


def _named_area(config: Config, given: _Given, areas: Sequence[Area]) -> str | None:
    """Return the study area that `area` gives as a file, a country or admin codes; None when it gives none."""
    if is_geojson(config.area):
        name, content = given["area"]
        shapes = read_shapes(name, content, repair=True)
        if not shapes:
            raise StudyError(f"{name} holds no polygon", remedy="draw the study area in it")
        return union_text(shape.geometry for shape in shapes)
    if config.area:
        codes = config.area.split(",")
        return union_text(geometry for code in codes for geometry in _geometries_of(code, areas))
    return None


def _area_of(places: Sequence[Place], areas: Sequence[Area]) -> str:
    """Return the hull of the places with a margin, else the union of the areas: the area of a study that names none."""
    points = {(place.lon, place.lat) for place in places if place.lon is not None and place.lat is not None}
    if points:
        return area_of_places(points)
    if areas:
        return union_text(area.geometry for area in areas)
    raise StudyError("the study has no area", remedy="add places.csv, or set area in study.toml to a GeoJSON file")


def _geometries_of(code: str, areas: Sequence[Area]) -> list[str]:
    """Return the polygons of an admin code, or all of a country's; a country that the file lacks has the world's outline."""
    own = [area.geometry for area in areas if area.area_id == code]
    found = own or [area.geometry for area in areas if area.country == code]
    outline = country_outline(code) if not found and re.fullmatch(r"[A-Z]{2}", code) else None
    if outline is not None:
        return [outline]
    if not found:
        known = {area.area_id for area in areas} | {area.country for area in areas if area.country}
        remedy = (
            nearest(code, known)
            if known
            else "give a country (SD), put its polygon into areas.geojson, or name a GeoJSON file"
        )
        raise StudyError("study.toml: area is not in areas.geojson", value=code, remedy=remedy)
    return found


def _digest(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 over the names, in order, and the bytes of the files, each with its length in front."""
    digest = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode("utf-8", "surrogatepass"), files[name]):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()
