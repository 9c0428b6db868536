"""How well a statement is carried: by whom, for or against whose interest, by how many stories, and who denies it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenure.model import EvidenceTier, Stance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.config import Study
    from tenure.model import Claim, Report

__all__ = ["Carried", "Witnesses", "carried"]

UNNAMED = "?"
"""The side of a witness of whom the study knows nothing: neither independent, nor a side that could oppose another."""


@dataclass(frozen=True, slots=True)
class Witnesses:
    """The side of every source and actor, and the story of every report."""

    side_of: dict[str, str | None]
    source_of: dict[str, str | None]
    story_of: dict[str, str]

    @classmethod
    def of(cls, study: Study, reports: Sequence[Report]) -> Witnesses:
        """Return the witnesses of a study's sources, actors and reports."""
        sides: dict[str, str | None] = {a.actor_id: a.side for a in study.actors}
        sides |= {s.source_id: s.side for s in study.sources}
        stories = {r.report_id: r.story_id or r.report_id for r in reports}
        return cls(sides, {r.report_id: r.source_id for r in reports}, stories)

    def speaker(self, claim: Claim) -> str:
        """Return who says so: the speaker when known, else the outlet; empty when neither is known."""
        return claim.speaker_id or claim.speaker or self.source_of.get(claim.report_id) or ""

    def side(self, claim: Claim) -> str | None:
        """Return the side of who says so: None for one known to be non-partisan, ``?`` for one of whom nothing is known.

        Whom a partisan outlet quotes without a name speaks for the outlet's side; whom another one quotes so is not known.
        """
        outlet = self.source_of.get(claim.report_id) or ""
        if claim.speaker_id:
            return self.side_of.get(claim.speaker_id, UNNAMED)
        side = self.side_of.get(outlet, UNNAMED)
        return UNNAMED if claim.speaker and side is None else side


@dataclass(frozen=True, slots=True)
class Carried:
    """The evidence tier of a statement, whether one side alone says so, and by whom."""

    tier: EvidenceTier
    one_sided: bool
    speakers: tuple[str, ...]
    stories: int
    denied_by: tuple[str, ...]


def carried(claims: Sequence[Claim], witnesses: Witnesses, accused: frozenset[str]) -> Carried:
    """Return how well claims of one happening are carried; `accused` are the sides that it is held against.

    Assessed: a non-partisan source or the accused side itself says so, or two opposed sides do, and nobody denies it.
    Disputed: somebody of another story denies it. Claimed: only one side says so. A claim that is merely possible carries
    nothing by itself. Copies of one story are one witness; a witness of whom nothing is known is nobody's independent one.
    """
    asserting = [c for c in claims if c.stance is Stance.ASSERTED]
    denying = [c for c in claims if c.stance is Stance.DENIED]
    sides = {witnesses.side(c) for c in asserting} - {UNNAMED}
    independent = None in sides or bool(sides & accused) or len(sides) > 1
    tier = EvidenceTier.CLAIMED
    if denying:
        tier = EvidenceTier.DISPUTED
    elif asserting and independent:
        tier = EvidenceTier.ASSESSED
    return Carried(
        tier,
        not (asserting and independent),
        tuple(sorted({witnesses.speaker(c) for c in claims if c.stance is not Stance.DENIED} - {""})),
        len({witnesses.story_of.get(c.report_id, c.report_id) for c in claims if c.stance is not Stance.DENIED}),
        tuple(sorted({witnesses.speaker(c) for c in denying} - {""})),
    )
