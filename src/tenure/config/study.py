"""The frozen study: its settings and the lists that its files hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from tenure.model import Actor, Area, Decision, Place, Relation, Source, Statement, Zone

__all__ = ["AddedGazetteer", "Attribution", "Config", "Study"]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Licence and credit of a data file that the study uses; carried into every export."""

    what: str
    licence: str
    credit: str


@dataclass(frozen=True, slots=True)
class AddedGazetteer:
    """A foreign gazetteer of the study's folder: names are resolved with it, but nobody holds its places."""

    name: str
    """File name without its suffix; the `gazetteer` of its places."""
    licence: str
    credit: str
    origin: str
    """The address or file that it was made from."""
    sha256: str
    """Of the original; empty when it is not known."""
    content: bytes
    """CSV with the columns of places.csv, read only when an index is compiled."""


@dataclass(frozen=True, slots=True)
class Config:
    """study.toml, validated; every key has a default except `name`, `start` and `end`."""

    name: str
    title: str
    start: date
    end: date
    """Half-open: the day after the last one (study.toml's `end` is inclusive and says so)."""
    area: str
    """A GeoJSON file of the study, an ISO country code, or admin codes joined by commas."""
    country: str
    """ISO 3166-1 alpha-2 of the theatre, the default for reports that name none."""
    embargo_days: int
    """Nothing newer than now minus this is published; on by default."""
    languages: tuple[str, ...]
    worldview: str
    language_model: str
    seed: int
    samples: int
    """Joint posterior samples behind every interval."""
    report_since: date | None
    """First date of the headline table; default `start`."""
    report_until: date | None
    """Second date of the headline table (inclusive); default the last day."""
    files: tuple[tuple[str, str], ...]
    """Key (actors, sources, places, areas, zones, initial, reports, licences) and file name, sorted by key."""
    populated_within_km: float | None = None
    """Ground farther than this from every place is unpopulated; None gives all ground to some place."""
    area_columns: tuple[tuple[str, str | int], ...] = ()
    """Key of an area and the column of areas.geojson that says it, or the level itself; sorted by key."""


@dataclass(frozen=True, slots=True)
class Study:
    """Everything that the study's files say, parsed once."""

    config: Config
    actors: tuple[Actor, ...]
    relations: tuple[Relation, ...]
    sources: tuple[Source, ...]
    places: tuple[Place, ...]
    areas: tuple[Area, ...]
    zones: tuple[Zone, ...]
    initial: tuple[Statement, ...]
    area: str
    """The study area as GeoJSON geometry text (WGS 84)."""
    attributions: tuple[Attribution, ...]
    digest: str
    """SHA-256 over the files' names and bytes: part of every method identity that depends on the study."""
    gazetteers: tuple[AddedGazetteer, ...] = ()
    """In the order of their names."""
    decisions: tuple[Decision, ...] = ()
    """Of the reviewers, in the order of decisions.jsonl."""
