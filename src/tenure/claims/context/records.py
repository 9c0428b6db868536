"""What was told as claims: records with ids, parties, confidence, and the characters of the report as it was written."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING

from tenure.claims.confidence import confidence
from tenure.claims.identities import actor_ids, claim_id, match_source
from tenure.claims.sides import implied_actors
from tenure.claims.text.extent import extent_of
from tenure.model import Claim, ClaimPlace, Event, PlaceRole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims.context.candidate import ClaimCandidate
    from tenure.claims.packs import LanguagePack
    from tenure.claims.phrases.discourse import PlaceRef
    from tenure.claims.syntax.parse import Marked
    from tenure.claims.text.segments import Sentence
    from tenure.model import Actor, Report, Source

__all__ = ["Prepared", "record"]


@dataclass(slots=True, eq=False)
class Prepared:
    """A report cut into sentences; those worth parsing are in `marked`, with their numbers in `which`."""

    report: Report
    """With its text as it is read; `index` are its characters in the `original`, None where they are the same."""
    original: str
    index: list[int] | None
    pack: LanguagePack
    sentences: list[Sentence]
    which: list[int]
    marked: list[Marked]


_HELD = frozenset({PlaceRole.AT, PlaceRole.IN_AREA, PlaceRole.FROM})


def _claim_place(place: PlaceRef, ends: Sequence[int], quote: tuple[int, int], text: str, pack: LanguagePack) -> ClaimPlace:
    """Return a place with how much of it is meant; `ends` are where the claim's places end, in order."""
    role, span = PlaceRole(place.role), (place.start, place.end)
    if role not in _HELD or place.start < 0:
        return ClaimPlace(place.text, role, *span)
    before = bisect_right(ends, place.start)
    begin = max(0, ends[before - 1]) if before else 0
    # words for the whole of a pocket are part of what it is called: "the entire pocket"
    shift = place.text.lower().find(place.noun) if place.noun in pack.lexicon["place.pockets"] else 0
    named = (place.start + max(shift, 0), place.end)
    return ClaimPlace(place.text, role, *span, extent_of(text, named, (begin, quote[1]), pack))


def record(
    one: ClaimCandidate, prepared: Prepared, method: str, actors: Sequence[Actor], sources: Sequence[Source]
) -> Claim:
    """Return the claim that something told is, with the characters and strings of the report as it was written."""
    report, draft = prepared.report, one.draft
    quote = report.text[one.quote[0] : one.quote[1]]
    names = tuple(a.text for a in draft.actors)
    targets = tuple(a.text for a in draft.targets)
    ends = sorted(p.end for p in draft.places)
    places = tuple(_claim_place(p, ends, one.quote, report.text, prepared.pack) for p in draft.places)
    claim = Claim(
        claim_id="",
        report_id=report.report_id,
        quote=quote,
        start_char=one.quote[0],
        end_char=one.quote[1],
        event=Event(draft.event),
        stance=one.stance,
        actors=names,
        targets=targets,
        actor_ids=actor_ids(names, actors, [a.owner for a in draft.actors]),
        target_ids=actor_ids(targets, actors, [a.owner for a in draft.targets]),
        places=places,
        start=one.when.start,
        end=one.when.end,
        speaker=one.speaker,
        speaker_id=match_source(one.speaker, sources, actors),
        quantities=tuple(one.quantities),
        confidence=0.5,
        method=method,
        known_from=report.published_at.astimezone(UTC),
        language=prepared.pack.language,
    )
    meant = implied_actors(claim, report, actors=actors, sources=sources, lexicon=prepared.pack.lexicon)
    claim = replace(claim, actor_ids=meant)
    claim = replace(claim, confidence=confidence(claim))
    claim = _verbatim(claim, prepared) if prepared.original != report.text or "\n" in claim.quote else claim
    return replace(claim, claim_id=claim_id(claim))


def _verbatim(claim: Claim, prepared: Prepared) -> Claim:
    """Return a claim with the characters and the strings of the report as it was written."""

    def at(position: int) -> int:
        return prepared.index[position] if prepared.index is not None and position >= 0 else position

    def named(place: ClaimPlace) -> ClaimPlace:
        if place.start_char < 0 or prepared.report.text[place.start_char : place.end_char].split() != place.name.split():
            return replace(place, start_char=at(place.start_char), end_char=at(place.end_char))
        start, end = at(place.start_char), at(place.end_char - 1) + 1
        return replace(place, name=prepared.original[start:end], start_char=start, end_char=end)

    start, end = at(claim.start_char), at(claim.end_char - 1) + 1
    places = tuple(named(p) for p in claim.places)
    return replace(claim, start_char=start, end_char=end, quote=prepared.original[start:end], places=places)
