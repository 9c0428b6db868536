"""The evidence of the map: claims with their weights, spells, and whole histories, by group of places."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from tenure.model import ControlStatus, PlacementStatus
from tenure.publish.map.columns import narrow, pack
from tenure.publish.map.numbering import TIERS, rounded
from tenure.publish.tables import web_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from tenure.model import Claim, Report
    from tenure.publish.map.columns import Steps
    from tenure.publish.map.numbering import Numbering
    from tenure.publish.release import Release

__all__ = ["why_parts"]


def why_parts(
    released: Release, numbers: Numbering, group_places: int, histories: Mapping[str, Steps]
) -> Iterator[tuple[str, bytes]]:
    """Yield the evidence of each group of places; with `histories`, their whole history too."""
    import numpy as np

    publication = released.publication
    count = len(publication.places)
    claims, spells, weights = _by_place(released, numbers)
    reports = {r.report_id: r for r in publication.reports}
    words = [_words(c, reports.get(c.report_id), numbers) for c in publication.claims]
    for i, start in enumerate(range(0, max(count, 1), group_places)):
        stop = min(start + group_places, count)
        mine = sorted({c for place in range(start, stop) for c in claims[place]})
        near = {c: n for n, c in enumerate(mine)}
        values = {
            "claims": [words[c] for c in mine],
            "claimsAt": [sorted(near[c] for c in claims[place]) for place in range(start, stop)],
            "spellsAt": [spells[place] for place in range(start, stop)],
            "weightsAt": [[[near[c], s, w] for c, s, w in weights[place]] for place in range(start, stop)],
        }
        columns: dict[str, NDArray[Any]] = {}
        tracks = [t for t, place_id in enumerate(numbers.tracked) if start <= numbers.place[place_id] < stop]
        for name, steps in histories.items():
            rows = np.flatnonzero(np.isin(steps.owner, tracks))
            sizes = np.bincount(steps.owner[rows], minlength=len(numbers.tracked))[tracks]
            columns |= {
                f"{name}Sizes": narrow(sizes),
                f"{name}Days": narrow(steps.day[rows]),
                f"{name}Informed": steps.informed[rows],
                f"{name}P": steps.p[rows].T.ravel().copy(),
            }
        if histories:
            columns["tracks"] = narrow(tracks)
        yield f"why-{i:03d}", pack(values, columns)


def _by_place(
    released: Release, numbers: Numbering
) -> tuple[dict[int, set[int]], dict[int, list[Any]], dict[int, list[tuple[int, int, float | None]]]]:
    """Return claims, spells and weights by place."""
    publication = released.publication
    claims: dict[int, set[int]] = defaultdict(set)
    weights: dict[int, list[tuple[int, int, float | None]]] = defaultdict(list)
    spells: dict[int, list[Any]] = defaultdict(list)
    for w in publication.weights:
        if w.place_id in numbers.place and w.claim_id in numbers.claim and w.state in numbers.state:
            place, claim = numbers.place[w.place_id], numbers.claim[w.claim_id]
            claims[place].add(claim)
            weights[place].append((claim, numbers.state[w.state], rounded(w.weight, 2)))
    for p in publication.placements:
        if p.claim_id in numbers.claim and p.place_id in numbers.place and p.status is not PlacementStatus.UNRESOLVED:
            claims[numbers.place[p.place_id]].add(numbers.claim[p.claim_id])
    for s in publication.spells:
        if s.place_id in numbers.place:
            span = (numbers.day(s.start), numbers.end(s.end), numbers.day(s.start_lo), numbers.day(s.start_hi))
            spells[numbers.place[s.place_id]].append(
                [*span, TIERS.index(s.tier), s.sources, int(s.status is ControlStatus.BESIEGED)]
            )
    return claims, spells, weights


def _words(claim: Claim, report: Report | None, numbers: Numbering) -> dict[str, Any]:
    """Return a claim as the panel shows it; what is not known is empty."""
    return {
        "e": claim.event.value,
        "s": claim.stance.value,
        "q": claim.quote,
        "sp": claim.speaker or "",
        "a": numbers.day(claim.start),
        "b": numbers.day(claim.end),
        "by": _parties(claim, numbers),
        "pub": (report.publisher or "") if report else "",
        "at": claim.known_from.date().isoformat(),
        "u": (web_address(report.url) or "") if report else "",
    }


def _parties(claim: Claim, numbers: Numbering) -> str:
    first = ", ".join(numbers.names.get(i, i) for i in claim.actor_ids) or ", ".join(claim.actors)
    second = ", ".join(numbers.names.get(i, i) for i in claim.target_ids) or ", ".join(claim.targets)
    return f"{first} \u2192 {second}" if first and second else first or second
