"""A draft with all that its sentence and context say of it: the stage before a claim."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.claims.frames.draft import Draft
    from tenure.claims.text.dates import Interval
    from tenure.model import Quantity, Stance

__all__ = ["ClaimCandidate", "Reading", "reading"]


@dataclass(slots=True, eq=False)
class ClaimCandidate:
    """One claim in the making, with its date, stance, speaker, quantities and the characters of its quote."""

    draft: Draft
    sentence: int
    when: Interval
    stance: Stance
    speaker: str | None
    speaker_span: tuple[int, int]
    quantities: list[Quantity]
    quote: tuple[int, int]
    dated: bool = False
    dropped: bool = False
    notes: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What read a claim: where to look when the claim is wrong."""

    entry: str
    """The words of the lexicon's entry ("take control")."""
    evokes: str
    """The event of that entry; where the claim has another, the joint reading of its sentence changed it."""
    frame: str
    """The name of the entry's slot map."""
    word: str
    """The predicate as it stands in the report."""
    sentence: int
    """Number of the sentence, from 0."""


def reading(one: ClaimCandidate) -> Reading:
    """Return what in the lexicon read something told."""
    found = one.draft.found
    return Reading(" ".join(found.predicate.words), found.event, found.frame, found.word.text, one.sentence)
