"""What the stage finds beside plain measures: frozen records, fit for `tenure.model.to_table`.

Spans are half-open; `p` is a probability from joint samples, NaN where none were given; geometry is GeoJSON text (WGS 84)
drawn from whole cells, never finer than a place's ground.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from tenure.model import EvidenceTier, Measure

__all__ = [
    "Alternative",
    "Capture",
    "ChangeBetween",
    "Check",
    "Corridor",
    "Flip",
    "Front",
    "Incident",
    "IncidentCount",
    "Incidents",
    "Movement",
    "Pocket",
    "Stay",
]


@dataclass(frozen=True, slots=True)
class Capture:
    """One change of the most probable actor at one place; contested and unknown days between are passed over."""

    place_id: str
    day: date
    loser: str
    gainer: str
    p: float
    """Posterior probability of the gainer on that day."""


@dataclass(frozen=True, slots=True)
class Flip:
    """A place that changed hands more than once."""

    place_id: str
    times: int
    holders: tuple[str, ...]
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class ChangeBetween:
    """What changed between two dates."""

    since: date
    until: date
    """The day after the second date."""
    measures: tuple[Measure, ...]
    captures: tuple[Capture, ...]
    flips: tuple[Flip, ...]


@dataclass(frozen=True, slots=True)
class Front:
    """The line between the ground of two holders on a date, with its uncertainty."""

    day: date
    first: str
    second: str
    geometry: str
    """MultiLineString between cells of the two most probable holders."""
    length_km: float
    lo50: float
    hi50: float
    lo90: float
    hi90: float
    contour_low: str
    """MultiLineString where the probability of `first` falls below the lower level."""
    contour_high: str
    """MultiLineString where it rises above the upper level."""
    band: str
    """MultiPolygon: the cells between the two contours, of which neither side is sure."""
    band_km2: float


@dataclass(frozen=True, slots=True)
class Movement:
    """Ground that passed between two holders in a day, and the line that it passed over."""

    day: date
    first: str
    second: str
    to_first_km2: float
    to_second_km2: float
    length_km: float
    swept_km: float
    """Area swept per km of front: the mean depth of the day's movement; 0 where there was no line."""


@dataclass(frozen=True, slots=True)
class Pocket:
    """Ground with no way to its holder's main body, the outside or an ally, for a stretch of days."""

    pocket_id: str
    actor: str
    holders: tuple[str, ...]
    """The actor and the allies that are shut in with it."""
    start: date
    end: date
    last_connected: date | None
    """The last day with a way out; None when it was shut in from the study's first day on, or arose cut off."""
    besieged_by: str
    """The one adversary around it; empty when several, or only contested ground, surround it."""
    adversaries: tuple[str, ...]
    main_body: bool
    """Whether it is the actor's largest ground: the actor as a whole is then shut in."""
    on: date
    """The day of the places, areas and geometry below."""
    places: tuple[str, ...]
    area_km2: float
    population: int
    """Sum over the places whose population is known."""
    population_unknown: int
    """Settlements inside without a known population."""
    p: float
    geometry: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """One explanation of how a force came to be where it is, with what speaks for it."""

    kind: str
    """``let_through``, ``infiltration``, ``own_corridor``, ``record_error``."""
    detail: str
    p: float
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stay:
    """Days on which a place lay in a pocket, [start, end)."""

    pocket_id: str
    place_id: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Corridor:
    """The ground through which a force's way must have led, and who speaks of it."""

    corridor_id: str
    kind: str
    """``joined``: two grounds of one actor met; ``appeared``: new ground away from all the old; ``sighted``: claims have it
    where it holds nothing; ``claimed``: only claims of passage speak of it."""
    actor: str
    day: date
    origin: tuple[str, ...]
    """Places of the ground that it came from (for ``joined``, of the smaller ground)."""
    from_pocket: bool
    besieged_by: str
    destination: tuple[str, ...]
    path: tuple[str, ...]
    """Places through which the most probable way led, between origin and destination."""
    path_holders: tuple[str, ...]
    """Most probable holder of each place of the path on the day before."""
    path_km: float
    p: float
    """Probability that the force passed: 1 - (1 - w)(1 - t), w the product over the path of the probability that the place
    could be passed, t the probability of what claims tell of it (0 without any)."""
    pinch_points: tuple[str, ...]
    """Places of which each one, taken away, would cut the way (articulation points)."""
    min_cut_km: float
    """Narrowest width: the least total border that would have to be closed."""
    claims: tuple[str, ...]
    """Passage claims that fit by actor, day and place, best first."""
    denials: tuple[str, ...]
    sightings: tuple[str, ...]
    """Claims that have the force at its destination, for ``sighted``."""
    alternatives: tuple[Alternative, ...]
    geometry: str


@dataclass(frozen=True, slots=True)
class Incident:
    """A claim of a prohibited event inside a zone, or a change of control there."""

    incident_id: str
    zone_id: str
    kind: str
    """``claim`` or ``control_change``."""
    event: str
    start: date
    end: date
    actor: str
    """Party named as doing it; empty when nobody is named."""
    target: str
    place_id: str
    p_inside: float
    tier: EvidenceTier
    one_sided: bool
    """True when only sources of one side, or none that is known to be independent, say so."""
    exempt: bool
    """True when the agreement allows the event against that target."""
    party: bool
    """Whether the actor is a party or guarantor of the agreement."""
    speakers: tuple[str, ...]
    stories: int
    claims: tuple[str, ...]
    """The claims that tell it or, of an inferred change, those that make it probable, the weightiest first."""
    denied_by: tuple[str, ...]
    where: str = ""
    """The place as the claims name it."""
    basis: str = "claims"
    """``claims``: they tell it; ``other_claims``: inferred from claims of other days or of a larger area; ``neighbours``:
    inferred from the places around it, no claim bears on this one."""
    passed: date | None = None
    """The day on which control of the place passed to the actor, as fused; None when it did not."""
    also_in: tuple[str, ...] = ()
    """Other zones in which the same happening is an incident: counts of zones that overlap do not add up."""


@dataclass(frozen=True, slots=True)
class IncidentCount:
    """Incidents in a zone in a period beside the period before."""

    zone_id: str
    start: date
    end: date
    actor: str
    event: str
    tier: EvidenceTier
    count: int
    expected: float
    """Sum of p_inside."""
    previous: int


@dataclass(frozen=True, slots=True)
class Incidents:
    """The incidents of all zones and their weekly counts."""

    incidents: tuple[Incident, ...]
    counts: tuple[IncidentCount, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """A reported quantity of ground or places beside the measured one."""

    claim_id: str
    report_id: str
    quote: str
    kind: str
    """``km2``, ``villages``, or ``percent``: a share of the area's ground."""
    basis: str
    """What was measured: ``gained``, ``lost``, ``held`` or ``pocket``."""
    actors: tuple[str, ...]
    start: date
    end: date
    where: str
    """Name of the area that was measured; ``study area`` when the claim names none that could be resolved."""
    reported: float
    qualifier: str
    measured: float
    lo50: float
    hi50: float
    lo90: float
    hi90: float
    ratio: float
    """Reported over measured; NaN when nothing was measured."""
    p_at_least: float
    """Posterior probability of at least the reported quantity."""
    verdict: str
    """``supported``, ``disputed`` or ``cannot tell``."""
    reason: str
    settlements: int
    """Settlements that the gazetteer knows in the area."""
    located: int
    """Of these, with coordinates."""
    cell_km2: float
    """Mean ground of a located settlement there: no claim can be checked finer than that."""
