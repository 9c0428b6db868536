"""How much of what the reports name the gazetteer knows: unresolved toponyms by the control evidence that hangs on them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenure.model import Event, PlacementStatus, UnresolvedReason
from tenure.places.match import match_fuzzy
from tenure.places.names import normalise
from tenure.places.phrases import parse_phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.model import Claim, Placement
    from tenure.places.gazetteer import Gazetteer

__all__ = ["Coverage", "CoverageRow", "Suggestion", "coverage"]

_CONTROL = frozenset({Event.GAIN, Event.LOSS, Event.HOLD, Event.CLASH, Event.SIEGE, Event.ADVANCE})
_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place whose name resembles an unresolved one; `log_score` at most 0, the nearer the better."""

    place_id: str
    name: str
    log_score: float


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """An unresolved toponym: its mentions, its reports, the claims about control that hang on it, and what it resembles."""

    name: str
    reason: UnresolvedReason
    mentions: int
    reports: int
    control_claims: int
    suggestions: tuple[Suggestion, ...]


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


def _suggestions(gazetteer: Gazetteer, name: str) -> tuple[Suggestion, ...]:
    found = match_fuzzy(gazetteer, parse_phrase(name).name)
    best = sorted(zip((-found.log_name).tolist(), found.rows.tolist(), strict=True))[:_SUGGESTED]
    return tuple(Suggestion(gazetteer.place_id(row), gazetteer.name(row), round(-score, 2)) for score, row in best)


def coverage(placements: Sequence[Placement], claims: Sequence[Claim], gazetteer: Gazetteer) -> Coverage:
    """Return how many toponyms resolve, and those that do not, ranked by the claims about control that hang on them.

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
    for (_, reason), group in grouped.items():
        name = group[0].name
        rows.append(
            CoverageRow(
                name=name,
                reason=reason,
                mentions=len(group),
                reports=len({p.report_id for p in group}),
                control_claims=len({p.claim_id for p in group if p.claim_id and events.get(p.claim_id) in _CONTROL}),
                suggestions=_suggestions(gazetteer, name),
            )
        )
    rows.sort(key=lambda row: (-row.control_claims, -row.mentions, row.name, row.reason))
    return Coverage(
        counts[PlacementStatus.RESOLVED], counts[PlacementStatus.AREA], counts[PlacementStatus.UNRESOLVED], tuple(rows)
    )
