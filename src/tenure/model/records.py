"""Frozen records that the stages pass on; a record's fields are the columns of its table (see arrow.py).

Conventions: lon, lat in degrees (WGS 84); times UTC and aware; days as `datetime.date`, intervals half-open
[start, end) in every record (the JSON of `tenure extract` and the gold schema are inclusive and say so);
`p` and `p_*` probabilities in [0, 1]; an empty tuple means "none named"; None means "not stated".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tenure.model.vocabulary import (
    ActorKind,
    ControlStatus,
    Event,
    EvidenceTier,
    Extent,
    FeatureClass,
    PlacementStatus,
    PlaceRole,
    Qualifier,
    QuantityKind,
    RelationKind,
    SourceKind,
    Stance,
    UnresolvedReason,
    Verb,
)

if TYPE_CHECKING:
    from datetime import date, datetime

__all__ = [
    "Actor",
    "Area",
    "Candidate",
    "Claim",
    "ClaimPlace",
    "ControlSpell",
    "Evidence",
    "Measure",
    "Place",
    "Placement",
    "Quantity",
    "Quarantine",
    "RawDocument",
    "Relation",
    "Report",
    "Source",
    "Statement",
    "Zone",
]


@dataclass(frozen=True, slots=True)
class RawDocument:
    """Bytes as they came from a disk or a server, before anything is believed about them."""

    name: str
    """File name relative to the study, or the address; shown in messages and kept as provenance."""
    content: bytes
    url: str | None = None
    retrieved_at: datetime | None = None
    unread: str | None = None
    """Why its bytes were not taken, with what to do; then `content` is empty and says nothing."""


@dataclass(frozen=True, slots=True)
class Report:
    """One published text; `text` starts with the headline and keeps blank lines between paragraphs."""

    report_id: str
    text: str
    published_at: datetime
    published_precision: str
    """``time`` when the hour was stated, else ``day``."""
    local_day: date | None = field(default=None, kw_only=True)
    """The day of `published_at` on the clock of the zone that its stamp states; None when none but UTC is told."""
    title: str | None = None
    subtitle: str | None = None
    byline: str | None = None
    publisher: str | None = None
    """The outlet; never a speaker by itself."""
    source_id: str | None = None
    """The study's source that publishes (by name or domain), or that the front matter names."""
    country: str | None = None
    """ISO 3166-1 alpha-2 of the theatre."""
    language: str = "und"
    """ISO 639-1, ``und`` when it cannot be told."""
    dateline: str | None = None
    updated_at: datetime | None = None
    retrieved_at: datetime | None = None
    url: str | None = None
    tags: tuple[str, ...] = ()
    provenance: str | None = None
    """What the text is when it is not the original, for example "paraphrase of the public record: <article>"."""
    origin: str = ""
    """Name of the raw document, with ``#n`` for the n-th item of a collection."""
    text_sha256: str = ""
    story_id: str = ""
    """Copies of one story share it: one witness."""
    copy_of: str | None = None
    """report_id of the earliest copy, None for the original."""
    method: str = ""

    @property
    def readable_from(self) -> datetime:
        """When the text could be read as it stands: its last update, where that is told, else its publication."""
        return self.published_at if self.updated_at is None else max(self.published_at, self.updated_at)


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A document that could not become a report, kept with the reason and counted."""

    origin: str
    reason: str
    """A code such as ``no_date``, ``empty``, ``binary``, ``too_large``, ``line_too_long``, ``bad_date``."""
    detail: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its kind; `high` only for a range; `quote` is the span that states it."""

    kind: QuantityKind
    value: float
    qualifier: Qualifier = Qualifier.EXACT
    high: float | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class ClaimPlace:
    """A place string of a claim with its role and character span in the report's text (-1 when it is not verbatim there)."""

    name: str
    role: PlaceRole
    start_char: int = -1
    end_char: int = -1
    extent: Extent | None = None
    """How much of the place or area is meant; None where it was not read."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One asserted happening or state, in one place set, by one side, as one speaker has it."""

    claim_id: str
    report_id: str
    quote: str
    start_char: int
    end_char: int
    event: Event
    stance: Stance
    actors: tuple[str, ...]
    """Surface strings of who does it; for hold who holds, for loss who loses."""
    targets: tuple[str, ...]
    actor_ids: tuple[str, ...]
    target_ids: tuple[str, ...]
    places: tuple[ClaimPlace, ...]
    start: date
    end: date
    """Half-open: the first day after the interval."""
    speaker: str | None
    """Surface string of who is quoted or cited; None for the outlet's own voice."""
    speaker_id: str | None
    """The study's source or actor that the speaker is, when known."""
    quantities: tuple[Quantity, ...]
    confidence: float
    method: str
    known_from: datetime
    """Publication of the report."""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a toponym may mean, with its posterior probability."""

    place_id: str
    p: float


@dataclass(frozen=True, slots=True)
class Placement:
    """A toponym in a report and what it was resolved to; with a claim_id and a role it places a claim."""

    report_id: str
    name: str
    start_char: int
    end_char: int
    status: PlacementStatus
    reason: UnresolvedReason | None
    """Only when unresolved."""
    place_id: str | None
    lon: float | None
    lat: float | None
    """None when unresolved; for an area a representative point inside it, with the area's radius."""
    geo_precision: int | None
    """ACLED: 1 place, 2 near or part of region, 3 larger region."""
    where_prec: int | None
    """UCDP GED where_prec, 1 to 7."""
    p: float
    """Posterior probability of place_id; 0 when unresolved."""
    radius_km: float | None
    """Radius that holds the truth with probability 0.8."""
    candidates: tuple[Candidate, ...] = ()
    claim_id: str | None = None
    role: PlaceRole | None = None
    method: str = ""
    known_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A party that can hold ground or act on it."""

    actor_id: str
    name: str
    aliases: tuple[str, ...]
    kind: ActorKind
    colour: str
    """#rrggbb."""
    side: str
    """Actors of one side share an interest; a source's side is one of these."""
    holds_ground: bool = True
    """False for parties that act (air forces, guarantors) but are no state of the control model."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A dated tie between actors; an open end is None."""

    kind: RelationKind
    actors: tuple[str, ...]
    start: date | None
    end: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Source:
    """A witness: who may speak in a report or publish it."""

    source_id: str
    names: tuple[str, ...]
    domains: tuple[str, ...]
    side: str | None
    """None when non-partisan."""
    kind: SourceKind


@dataclass(frozen=True, slots=True)
class Place:
    """A gazetteer entry; `lon` and `lat` are None where only the containing area is known (`area_id`)."""

    place_id: str
    name: str
    alternate_names: tuple[str, ...]
    lon: float | None
    lat: float | None
    feature: FeatureClass
    admin1: str | None = None
    admin2: str | None = None
    admin3: str | None = None
    country: str | None = None
    population: int | None = None
    area_id: str | None = None
    """Id of the admin polygon that holds the place when it has no coordinates of its own."""
    radius_km: float = 0.0
    """Uncertainty of the coordinates, or the radius of the area for an area."""
    gazetteer: str = "study"
    """Which gazetteer it is from: licence and attribution hang on this."""


@dataclass(frozen=True, slots=True)
class Area:
    """An administrative polygon; `geometry` is a GeoJSON Polygon or MultiPolygon as text (WGS 84)."""

    area_id: str
    name: str
    level: int
    """1 governorate, 2 district, 3 subdistrict, 0 country."""
    parent: str | None
    geometry: str
    alternate_names: tuple[str, ...] = ()
    country: str | None = None
    gazetteer: str = "study"


@dataclass(frozen=True, slots=True)
class Zone:
    """An agreement on the map; `geometry` is a GeoJSON Polygon or MultiPolygon as text (WGS 84)."""

    zone_id: str
    name: str
    valid_from: date
    valid_to: date | None
    parties: tuple[str, ...]
    guarantors: tuple[str, ...]
    prohibited: tuple[Event, ...]
    exemptions: tuple[str, ...]
    """Actor ids against which the prohibited events are allowed by the agreement."""
    geometry: str
    approximate: bool
    source: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """Who held what at the start, as somebody states it (initial.csv); place_id may be an admin code: all places in it."""

    place_id: str
    controller: str
    date: date
    source: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One claim at one place as the control stage weighs it; the columns of the control benchmark, extended."""

    claim_id: str
    source: str
    """Who says so: speaker when known, else the outlet."""
    side: str | None
    """Side of the source, None when non-partisan."""
    kind: SourceKind
    verb: Verb
    actor: str
    """Actor id that took, holds, lost, or fights there."""
    place_id: str
    t0: date
    t1: date
    """Half-open."""
    pub: datetime
    p_place: float
    """Probability that the place is the one meant."""
    stance: Stance
    story: str
    """Evidence of one story is one observation."""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class ControlSpell:
    """A stretch of days on which one actor most probably held a place."""

    place_id: str
    start: date
    end: date
    status: ControlStatus
    controller: str
    """Actor id, ``contested`` or ``unknown``."""
    p: float
    """Mean posterior probability of the controller over the spell."""
    p_change: float
    """Probability that a change into this state took place around `start`; 1 for the first spell."""
    start_lo: date
    start_hi: date
    """90% interval of the day of change, half-open."""
    tier: EvidenceTier
    sources: int
    """Independent stories behind the spell."""
    last_evidence: date | None
    known_from: datetime | None
    method: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One published number with its uncertainty."""

    name: str
    """What is measured, for example ``area_km2``, ``places``, ``gain_km2``, ``front_km``."""
    actor: str
    since: date
    until: date
    group: str
    """Admin unit, week, zone, other actor of a dyad; empty for the whole study area."""
    value: float
    unit: str
    lo50: float
    hi50: float
    lo90: float
    hi90: float
    method: str
    known_from: datetime | None = None
    claims: tuple[str, ...] = field(default=())
    """Ids of the claims that it rests on, where it rests on few enough to list."""
