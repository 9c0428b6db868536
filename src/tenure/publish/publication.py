"""The frozen record of everything that a study publishes: the one input of `release`, which every output passes.

The pipeline fills a `Publication` from the stages' tables; `release(publication, now=...)` turns it into a `Release`;
every writer takes a `Release` and nothing else. Findings of the territory stage come as the rows below: plain values and
GeoJSON geometry as text (WGS 84, lon lat, RFC 7946 winding not required: the writers mend it).
Days are `datetime.date`; intervals half-open [start, end); `end` None means still open at the end of the study.
`lo90`, `hi90` bound a 90% interval; where no interval is known both equal the value. Empty tuples mean "none found".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, timedelta

    from tenure.config import Attribution, Config
    from tenure.model import (
        Actor,
        Area,
        Claim,
        ControlSpell,
        Measure,
        Place,
        Placement,
        Posterior,
        Relation,
        Report,
        Source,
        Zone,
    )

__all__ = [
    "CellRow",
    "ChangeRow",
    "CheckRow",
    "ComplianceRow",
    "CorridorRow",
    "FrontRow",
    "GapRow",
    "IncidentRow",
    "PocketRow",
    "Publication",
    "ReliabilityRow",
    "SeriesRow",
    "WeekRow",
    "WeightRow",
    "check_order",
]


@dataclass(frozen=True, slots=True)
class CellRow:
    """The Voronoi cell of a place, clipped to the study area: what is coloured when the place is held."""

    place_id: str
    geometry: str
    """GeoJSON Polygon or MultiPolygon as text."""
    area_km2: float


@dataclass(frozen=True, slots=True)
class WeightRow:
    """What one claim did to the posterior of one place: the trail behind `why`."""

    place_id: str
    claim_id: str
    weight: float
    """Log-odds that the claim adds for `state`, natural logarithm; negative speaks against it."""
    state: str
    """Actor id or ``contested`` that the weight is for."""


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """Area and places of one actor (or ``contested``, ``unknown``) on one day: legend and chart."""

    actor: str
    on: date
    area_km2: float
    lo90: float
    hi90: float
    places: float
    """Places held; expected count when probabilities are summed."""
    places_lo90: float
    places_hi90: float


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What passed from one state to another between two days (both inclusive): the headline table."""

    since: date
    until: date
    from_actor: str
    to_actor: str
    places: float
    places_lo90: float
    places_hi90: float
    area_km2: float
    lo90: float
    hi90: float


@dataclass(frozen=True, slots=True)
class WeekRow:
    """What one actor gained and lost between two days a week apart (both inclusive)."""

    since: date
    until: date
    actor: str
    gain_km2: float
    gain_lo90: float
    gain_hi90: float
    loss_km2: float
    loss_lo90: float
    loss_hi90: float
    net_km2: float
    net_lo90: float
    net_hi90: float
    gain_places: float
    loss_places: float


@dataclass(frozen=True, slots=True)
class ComplianceRow:
    """Incidents in a zone in a period, by actor, event and tier, beside those of the period before."""

    zone_id: str
    start: date
    end: date
    actor: str
    event: str
    tier: str
    count: int
    expected: float
    """Sum of the probabilities that they took place inside."""
    previous: int


@dataclass(frozen=True, slots=True)
class FrontRow:
    """The line between two actors while it keeps its course, with its band of uncertainty."""

    front_id: str
    actor_a: str
    actor_b: str
    start: date
    end: date | None
    geometry: str
    """GeoJSON LineString or MultiLineString as text."""
    length_km: float
    lo90: float
    hi90: float
    band: str | None = None
    """GeoJSON Polygon or MultiPolygon that holds the line with probability 0.9, where known."""


@dataclass(frozen=True, slots=True)
class PocketRow:
    """Ground of one actor cut off from the rest of its ground."""

    pocket_id: str
    actor: str
    start: date
    end: date | None
    geometry: str
    area_km2: float
    lo90: float
    hi90: float
    places: tuple[str, ...]
    p: float
    """Probability that it is cut off."""
    besieged_by: str = ""
    """The one adversary around it, or allies joined by a plus; empty where several adversaries surround it."""
    last_connected: date | None = None
    """Last day with a way out; None where it was never seen with one."""
    population: int | None = None
    """Of the places inside whose population is known."""
    population_unknown: int = 0
    """Settlements inside without a known population."""


@dataclass(frozen=True, slots=True)
class CorridorRow:
    """A narrow passage that connects two parts of one actor's ground, or that it is said to have been let through."""

    corridor_id: str
    actor: str
    start: date
    end: date | None
    geometry: str
    width_km: float | None
    p: float
    places: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """A claimed event of a prohibited kind inside an agreed zone."""

    incident_id: str
    zone_id: str
    start: date
    end: date
    event: str
    """Value of `tenure.model.Event`."""
    actors: tuple[str, ...]
    place_id: str | None
    claims: tuple[str, ...]
    sources: int
    """Independent stories."""
    tier: str
    """Value of `tenure.model.EvidenceTier`."""
    exempt: bool = False
    """The agreement exempts operations against the target."""
    p_inside: float = 1.0
    """Probability that it took place inside the zone."""
    targets: tuple[str, ...] = ()
    where: str = ""
    """The place as the reports name it."""
    one_sided: bool = False
    """Only one side, or nobody known to be independent, says so."""
    basis: str = "claims"
    """``claims`` tell it; else the model inferred it: from ``other_claims`` or from ``neighbours``."""
    passed: date | None = None
    """Day on which control of the place passed to the actors, as fused."""
    also_in: tuple[str, ...] = ()
    """Other zones in which the same happening is an incident."""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One reported quantity beside the measured one."""

    claim_id: str
    subject: str
    """What is counted, in words: "area gained by government"."""
    since: date
    until: date
    reported: float
    qualifier: str
    """Value of `tenure.model.Qualifier`."""
    reported_high: float | None
    unit: str
    """``km2``, ``places`` or ``percent``."""
    measured: float
    lo90: float
    hi90: float
    verdict: str
    """``supported``, ``disputed`` or ``cannot tell``."""
    ratio: float | None = None
    """Reported over measured; None where nothing was measured."""
    p_at_least: float | None = None
    """Posterior probability of at least the reported figure."""
    reason: str = ""
    """Why, with how well the gazetteer covers the area."""


@dataclass(frozen=True, slots=True)
class GapRow:
    """Ground about which no report speaks for a time: absence of reports is not absence of conflict."""

    name: str
    start: date
    end: date | None
    places: int
    area_km2: float
    reason: str = "no evidence"
    geometry: str | None = None


@dataclass(frozen=True, slots=True)
class ReliabilityRow:
    """The learned reliability of one source."""

    source_id: str
    name: str
    side: str | None
    kind: str
    claims: int
    """Evidence rows that it was learned from."""
    p_correct: float
    """Probability that what it asserts held."""
    lo90: float
    hi90: float


@dataclass(frozen=True, slots=True)
class Publication:
    """Everything that a study may publish, before the release rule.

    `posterior` and `filtered` cover the same places and states; `posterior` must be fused from evidence known by the cut-off
    (`cutoff_date(now, embargo_days)`): `release` refuses weights of claims that are newer. `reports` may carry their text:
    the release strips it. `persons` are strings that a name recogniser took for persons, redacted wherever they stand.
    Only `config`, `actors`, `places`, `study_area` and `posterior` are required: what else is missing is left out.
    """

    config: Config
    actors: tuple[Actor, ...]
    places: tuple[Place, ...]
    study_area: str
    """GeoJSON Polygon or MultiPolygon as text."""
    posterior: Posterior
    filtered: Posterior | None = None
    """Forward only: each day as it was known then."""
    cells: tuple[CellRow, ...] = ()
    spells: tuple[ControlSpell, ...] = ()
    measures: tuple[Measure, ...] = ()
    claims: tuple[Claim, ...] = ()
    placements: tuple[Placement, ...] = ()
    reports: tuple[Report, ...] = ()
    sources: tuple[Source, ...] = ()
    relations: tuple[Relation, ...] = ()
    zones: tuple[Zone, ...] = ()
    areas: tuple[Area, ...] = ()
    weights: tuple[WeightRow, ...] = ()
    series: tuple[SeriesRow, ...] = ()
    changes: tuple[ChangeRow, ...] = ()
    weekly: tuple[WeekRow, ...] = ()
    fronts: tuple[FrontRow, ...] = ()
    pockets: tuple[PocketRow, ...] = ()
    corridors: tuple[CorridorRow, ...] = ()
    incidents: tuple[IncidentRow, ...] = ()
    compliance: tuple[ComplianceRow, ...] = ()
    checks: tuple[CheckRow, ...] = ()
    gaps: tuple[GapRow, ...] = ()
    reliabilities: tuple[ReliabilityRow, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    persons: tuple[str, ...] = ()
    listed_places: tuple[str, ...] = ()
    """Ids of places.csv: nobody can hold a place that is not among them; empty where that is not known."""
    method: str = ""
    """Identity of the run: the stages' methods joined."""
    version: str = ""
    """Version of Tenure."""
    lacking: tuple[str, ...] = ()
    """Measures and findings that the build could not make: that they are empty says nothing."""


def check_order(check: CheckRow) -> tuple[bool, timedelta, float, str]:
    """Return a sort key: areas before counts, long spans before short ones, what a reader has most likely met."""
    return check.unit != "km2", check.since - check.until, -check.reported, check.claim_id
