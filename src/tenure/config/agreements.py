"""areas.geojson and zones.geojson: what their features may say."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field, field_validator, model_validator

from tenure.config.boundaries import mapped_properties
from tenure.config.complaints import FileModel, nearest, validated
from tenure.config.settings import Day, Line
from tenure.config.shapes import read_shapes
from tenure.errors import StudyError
from tenure.model import Area, Event, Zone

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

__all__ = ["parse_areas", "parse_zones"]


def _as_words(value: object) -> object:
    """Read a list of words, or one text with bars between them as map editors write it; None is no word."""
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split("|") if part.strip())
    return tuple(value) if isinstance(value, list) else value


def _as_text(value: object) -> object:
    """Read an id or code that a map editor wrote as a number."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _as_level(value: object) -> object:
    return int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]", value.strip()) else value


Words = Annotated[tuple[Line, ...], BeforeValidator(_as_words)]
Code = Annotated[Line, BeforeValidator(_as_text)]


class _AreaEntry(FileModel):
    area_id: Code
    name: Line
    level: Annotated[int, BeforeValidator(_as_level), Field(ge=0, le=9)]
    parent: Code | None = None
    alternate_names: Words = ()
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    gazetteer: Line = "study"
    id: Code | None = None
    fid: int | None = None  # map editors add their own row number
    note: str | None = None


class _ZoneEntry(FileModel):
    name: Line
    valid_from: Day
    zone_id: Code | None = None
    valid_to: Day | None = None
    parties: Words = ()
    guarantors: Words = ()
    prohibited: Words = ()
    exemptions: Words = ()
    approximate: bool = False
    source: Line = "study"
    parent: Code | None = None
    id: Code | None = None
    fid: int | None = None  # map editors add their own row number
    note: str | None = None

    @field_validator("prohibited")
    @classmethod
    def _check_events(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for word in value:
            if word not in list(Event):
                raise ValueError(f"{word!r} is no event, {nearest(word, [e.value for e in Event])}")
        return tuple(dict.fromkeys(value))

    @model_validator(mode="after")
    def _check_order(self) -> _ZoneEntry:
        if self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from, swap them")
        return self


def parse_areas(
    content: bytes, columns: Mapping[str, str | int] | None = None, *, name: str = "areas.geojson"
) -> tuple[Area, ...]:
    """Return the administrative areas in the file's order; slightly invalid outlines are mended.

    `columns` is study.toml's area_columns: what each key is called in the file.

    A parent may lie outside the file (an extract of one level). Raises StudyError for a feature that is not a polygon, an
    id twice, or an area that is its own ancestor.
    """
    out = []
    for shape in read_shapes(name, content, repair=True):
        properties = mapped_properties(shape.properties, columns or {}, shape.where)
        entry = validated(_AreaEntry, _with_id(properties, "area_id"), where=shape.where)
        out.append(
            Area(
                area_id=entry.area_id,
                name=entry.name,
                level=entry.level,
                parent=entry.parent,
                geometry=shape.geometry,
                alternate_names=entry.alternate_names,
                country=entry.country,
                gazetteer=entry.gazetteer,
            )
        )
    _check_tree(name, "area", [(area.area_id, area.parent) for area in out])
    return tuple(out)


def _with_id(properties: dict[str, Any], key: str) -> dict[str, Any]:
    """Let GeoJSON's own feature id stand for the id where the properties have none."""
    if key not in properties and "id" in properties:
        properties[key] = properties["id"]
    return properties


def _check_tree(name: str, what: str, nodes: Iterable[tuple[str, str | None]]) -> None:
    parents: dict[str, str | None] = {}
    for node, parent in nodes:
        if node in parents:
            raise StudyError(f"{name} has two {what}s with one id", value=node, remedy="give each its own id")
        parents[node] = parent
    for node, parent in parents.items():
        seen, above = {node}, parent
        while above is not None:
            if above in seen:
                raise StudyError(f"{name}: {what} {node} lies inside itself", value=above, remedy="mend the parents")
            seen.add(above)
            above = parents.get(above)


def parse_zones(content: bytes, actor_ids: Collection[str], *, name: str = "zones.geojson") -> tuple[Zone, ...]:
    """Return the zones in the file's order; `valid_to` in the file is the last day, in the record the day after.

    Raises StudyError for an outline that is not a valid polygon, an event outside the vocabulary, or a party, guarantor
    or exemption that is no actor.
    """
    out = []
    for shape in read_shapes(name, content, repair=False):
        entry = validated(_ZoneEntry, _with_id(dict(shape.properties), "zone_id"), where=shape.where)
        for key in ("parties", "guarantors", "exemptions"):
            for actor in getattr(entry, key):
                if actor not in actor_ids:
                    raise StudyError(
                        f"{shape.where}: {key} has an unknown actor", value=actor, remedy=nearest(actor, actor_ids)
                    )
        out.append(_zone(entry, shape.geometry))
    _check_tree(name, "zone", [(zone.zone_id, zone.parent) for zone in out])
    ids = [zone.zone_id for zone in out]
    for zone in out:
        if zone.parent is not None and zone.parent not in ids:
            raise StudyError(
                f"{name}: zone {zone.zone_id} has an unknown parent", value=zone.parent, remedy=nearest(zone.parent, ids)
            )
    return tuple(out)


def _zone(entry: _ZoneEntry, geometry: str) -> Zone:
    return Zone(
        zone_id=entry.zone_id or re.sub(r"\W+", "-", entry.name.casefold()).strip("-"),
        name=entry.name,
        valid_from=entry.valid_from,
        valid_to=_day_after(entry.valid_to),
        parties=entry.parties,
        guarantors=entry.guarantors,
        prohibited=tuple(Event(word) for word in entry.prohibited),
        exemptions=entry.exemptions,
        geometry=geometry,
        approximate=entry.approximate,
        source=entry.source,
        parent=entry.parent,
    )


def _day_after(day: date | None) -> date | None:
    return None if day is None else day + timedelta(days=1)
