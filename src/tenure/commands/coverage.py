"""`tenure gazetteer coverage`: what the reports name and the study cannot use, most costly first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tenure.model import CONTROL_EVENTS, PlacementStatus, UnresolvedReason
from tenure.pipeline.built import open_built
from tenure.pipeline.study import make_gazetteer

if TYPE_CHECKING:
    from pathlib import Path

    from tenure.model import Placement
    from tenure.pipeline.built import Built
    from tenure.places import Gazetteer
    from tenure.places.coverage import Coverage, Suggestion

__all__ = ["NOT_IN_STUDY", "Unusable", "gazetteer_coverage", "unusable_names"]

NOT_IN_STUDY = "not_in_study"
"""Reason of a name that resolves, but to a place that is not in places.csv: nobody can hold it."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """A name of the reports that tells the study nothing about any of its places."""

    name: str
    reason: str
    """Value of `UnresolvedReason`, or `NOT_IN_STUDY`."""
    control_claims: int
    """Claims about control that hang on it."""
    reports: int
    mentions: int
    suggestions: tuple[Suggestion, ...] = ()
    elsewhere: Suggestion | None = None
    place_id: str | None = None
    """Only for `NOT_IN_STUDY`."""


def gazetteer_coverage(folder: Path, *, limit: int | None = None) -> tuple[str, list[dict[str, Any]]]:
    """Return a line with the share of the names that resolve, and a row a name that the study cannot use.

    Columns: name, reason, control_claims (claims about control that hang on it), reports, mentions, suggestions (where a
    name outside the study area lies, then places with a similar name, those of the study area first), place_id (only for
    `not_in_study`). Errors: NotBuiltError.
    """
    built = open_built(folder)
    found, names = unusable_names(built, make_gazetteer(built.study, folder=folder))
    total = found.resolved + found.areas + found.unresolved
    outside = sum(row.mentions for row in found.rows if row.reason is UnresolvedReason.OUTSIDE_AREA)
    share = (
        f"{found.share:.1%} of {total} place names have a place or an area, {outside} lie outside the study area; "
        f"{len(names)} names to mend"
    )
    return share, [_row(name) for name in names[:limit]]


def unusable_names(built: Built, gazetteer: Gazetteer) -> tuple[Coverage, list[Unusable]]:
    """Return how much of a build's names resolves, and those that the study cannot use, most costly first."""
    from tenure.places.coverage import coverage

    found = coverage(built.placements, built.claims, gazetteer, area=built.study.area)
    names = [
        Unusable(r.name, r.reason.value, r.control_claims, r.reports, r.mentions, r.suggestions, r.elsewhere)
        for r in found.rows
    ]
    names += _not_in_study(built, gazetteer)
    names.sort(key=lambda n: (-n.control_claims, -n.mentions, n.name, n.reason))
    return found, names


def _row(name: Unusable) -> dict[str, Any]:
    return {
        "name": name.name,
        "reason": name.reason,
        "control_claims": name.control_claims,
        "reports": name.reports,
        "mentions": name.mentions,
        "suggestions": [called(s) for s in (*filter(None, (name.elsewhere,)), *name.suggestions)],
        "place_id": name.place_id,
    }


def called(found: Suggestion) -> str:
    """Return a suggestion in words: its name, its id, and how far outside the study area it lies."""
    where = f", {found.outside_km:.0f} km outside the study area" if found.outside_km >= 1 else ""
    return f"{found.name} ({found.place_id}{where})"


def _not_in_study(built: Built, gazetteer: Gazetteer) -> list[Unusable]:
    known = {p.place_id for p in built.study.places}
    told = {c.claim_id for c in built.claims if c.event in CONTROL_EVENTS}
    grouped: dict[str, list[Placement]] = defaultdict(list)
    for placement in built.placements:
        if placement.status is PlacementStatus.RESOLVED and placement.place_id not in known:
            grouped[str(placement.place_id)].append(placement)
    out = []
    for place_id, group in sorted(grouped.items()):
        row = gazetteer.row_of(place_id)
        out.append(
            Unusable(
                name=group[0].name if row is None else gazetteer.name(row),
                reason=NOT_IN_STUDY,
                control_claims=len({p.claim_id for p in group if p.claim_id} & told),
                reports=len({p.report_id for p in group}),
                mentions=len(group),
                place_id=place_id,
            )
        )
    return out
