"""How much of what the reports name the gazetteer knows: unresolved toponyms by the control evidence that hangs on them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import isfinite, log1p
from typing import TYPE_CHECKING

from tenure.model import CONTROL_EVENTS, MADE_UNIT, PlacementStatus, UnresolvedReason
from tenure.places.gazetteer.find import MATCHES_FROM
from tenure.places.gazetteer.match import match_fuzzy
from tenure.places.gazetteer.names import normalise
from tenure.places.toponyms.phrases import parse_phrase
from tenure.places.toponyms.setting import Setting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.model import Claim, Placement
    from tenure.places.gazetteer.compiled import Gazetteer

__all__ = ["Coverage", "CoverageRow", "Suggestion", "coverage"]

_SUGGESTED = 3
_FAR_KM = 25.0
"""Distance outside the study area that costs a suggestion as much as a spelling of 0.7 less."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place whose name resembles an unresolved one; `log_score` at most 0, the more alike the better."""

    place_id: str
    name: str
    log_score: float
    outside_km: float = 0.0
    """How far it lies outside the study area."""


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """An unresolved toponym: its mentions, its reports, the claims about control that hang on it, and what it resembles."""

    name: str
    reason: UnresolvedReason
    mentions: int
    reports: int
    control_claims: int
    suggestions: tuple[Suggestion, ...]
    """The most alike first, where a place outside the study area counts as less alike the further it is."""
    elsewhere: Suggestion | None = None
    """Where a name that lies outside the study area would be."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts of the placements by what became of them, and the unresolved toponyms, the most costly first."""

    resolved: int
    areas: int
    unresolved: int
    rows: tuple[CoverageRow, ...]

    @property
    def share(self) -> float:
        """Share of the placements that have a place or an area; 1 when there are none."""
        total = self.resolved + self.areas + self.unresolved
        return (self.resolved + self.areas) / total if total else 1.0


def _suggestion(setting: Setting, row: int, log_score: float) -> Suggestion:
    gazetteer = setting.gazetteer
    return Suggestion(gazetteer.place_id(row), gazetteer.name(row), round(log_score, 2), round(setting.gap_km(row), 1))


def _suggestions(setting: Setting, name: str) -> tuple[Suggestion, ...]:
    """Return the places of similar names: a study means a village of its own before a far one that is spelt more alike."""
    found = match_fuzzy(setting.gazetteer, parse_phrase(name).name)
    every = [
        _suggestion(setting, row, score)
        for score, row in zip(found.log_name.tolist(), found.rows.tolist(), strict=True)
        if not setting.gazetteer.place_id(row).startswith(MADE_UNIT)
    ]
    every = [s for s in every if s.outside_km == 0 or (s.log_score >= MATCHES_FROM and isfinite(s.outside_km))]
    every.sort(key=lambda s: (-s.log_score + log1p(s.outside_km / _FAR_KM), s.place_id))
    return tuple(every[:_SUGGESTED])


def _elsewhere(setting: Setting, placement: Placement) -> Suggestion | None:
    if placement.reason is not UnresolvedReason.OUTSIDE_AREA or not placement.candidates:
        return None
    row = setting.gazetteer.row_of(placement.candidates[0].place_id)
    return None if row is None else _suggestion(setting, row, 0.0)


def coverage(
    placements: Sequence[Placement], claims: Sequence[Claim], gazetteer: Gazetteer, *, area: str | None = None
) -> Coverage:
    """Return how many toponyms resolve, and those that do not, ranked by the claims about control that hang on them.

    `area` is the study area (GeoJSON geometry text): what lies in it is suggested first.

    >>> from tenure.places import build_gazetteer
    >>> coverage([], [], build_gazetteer([], [], world=False)).share
    1.0
    """
    events = {claim.claim_id: claim.event for claim in claims}
    grouped: dict[tuple[str, UnresolvedReason], list[Placement]] = defaultdict(list)
    counts = dict.fromkeys(PlacementStatus, 0)
    for placement in placements:
        counts[placement.status] += 1
        if placement.reason is not None:
            grouped[normalise(placement.name), placement.reason].append(placement)
    rows = []
    setting = Setting.of(gazetteer, area=area, countries=())
    for (_, reason), group in grouped.items():
        name = group[0].name
        rows.append(
            CoverageRow(
                name=name,
                reason=reason,
                mentions=len(group),
                reports=len({p.report_id for p in group}),
                control_claims=len({p.claim_id for p in group if p.claim_id and events.get(p.claim_id) in CONTROL_EVENTS}),
                suggestions=_suggestions(setting, name),
                elsewhere=_elsewhere(setting, group[0]),
            )
        )
    rows.sort(key=lambda row: (-row.control_claims, -row.mentions, row.name, row.reason))
    return Coverage(
        counts[PlacementStatus.RESOLVED], counts[PlacementStatus.AREA], counts[PlacementStatus.UNRESOLVED], tuple(rows)
    )
