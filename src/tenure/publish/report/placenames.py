"""How much of what the released claims name has a place: what `tenure gazetteer coverage` tells, in the situation report."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from tenure.model import CONTROL_EVENTS, PlacementStatus, UnresolvedReason
from tenure.publish.report.document import Block, Heading, Paragraph, TableBlock

if TYPE_CHECKING:
    from tenure.model import Placement
    from tenure.publish.release import Release

__all__ = ["place_names"]

_WHY = {
    UnresolvedReason.NO_CANDIDATE: "no gazetteer has it",
    UnresolvedReason.AMBIGUOUS: "several places fit",
    UnresolvedReason.OUTSIDE_AREA: "outside the study area",
    UnresolvedReason.TOO_VAGUE: "too vague",
    UnresolvedReason.REJECTED: "rejected by a reviewer",
}
_UNLISTED = "not among the study's places"
_SHOWN = 10


def place_names(released: Release) -> list[Block]:
    """Return the counts of `tenure gazetteer coverage` for what is released, and the names on which most claims hang."""
    publication = released.publication
    every = publication.placements
    if not every:
        return []
    known = sum(p.status is not PlacementStatus.UNRESOLVED for p in every)
    outside = sum(p.reason is UnresolvedReason.OUTSIDE_AREA for p in every)
    told = {c.claim_id for c in publication.claims if c.event in CONTROL_EVENTS}
    grouped: dict[tuple[str, str], list[Placement]] = defaultdict(list)
    listed = set(publication.listed_places)
    for placement in every:
        if placement.reason is not None:
            grouped[placement.name.casefold(), _WHY[placement.reason]].append(placement)
        elif placement.status is PlacementStatus.RESOLVED and listed and placement.place_id not in {None, *listed}:
            grouped[str(placement.place_id), _UNLISTED].append(placement)
    rows = []
    for (_, why), group in grouped.items():
        claims = len({p.claim_id for p in group} & told)
        names = Counter(p.name for p in group)
        rows.append((max(sorted(names), key=lambda n: names[n]), why, claims, len({p.report_id for p in group}), len(group)))
    rows.sort(key=lambda r: (-r[2], -r[4], r[0], r[1]))
    said = Paragraph(
        f"{known:,} of {len(every):,} place names in claims ({known / len(every):.1%}) have a place or an area; {outside:,} "
        f"lie outside the study area. {len(rows):,} names tell the study nothing about its places."
    )
    shown = tuple((name, why, f"{claims:,}", f"{reports:,}") for name, why, claims, reports, _ in rows[:_SHOWN])
    head = ("Name", "Why", "Claims about control", "Reports")
    table = [TableBlock(head, shown, frozenset({2, 3}))] if shown else []
    return [Heading("Place names"), said, *table]
