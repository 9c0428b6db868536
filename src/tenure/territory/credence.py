"""How probable a passage is of which claims speak: by who says so, by how many independently, and by who denies it.

Each independent witness multiplies the odds by its likelihood ratio k r / (1 - r) + (1 - k): r its precision (the share of
its reports of a change that a change explains), k the claim's confidence, which is the chance that the text was read right.
A denial divides by the same. Copies of one story, and all that one source says, are one witness: its weightiest claim.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tenure.model import Stance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenure.model import Claim

__all__ = ["Witness", "p_told"]

_PRIOR = 0.2  # that a force which was cut off got out about then, before anybody says so: a judgement; no gate measures it
_PRECISION = 0.85  # of a source of which nothing is learned; no gate measures passages
_UNSURE = 0.5  # share of a claim's confidence that one which only calls it possible keeps


class Witness(NamedTuple):
    """Who makes a claim: the source, the story that its report belongs to, and the source's precision, 0 to 1."""

    source: str
    story: str
    precision: float = _PRECISION


def p_told(claims: Sequence[Claim], witnesses: Mapping[str, Witness]) -> float:
    """Return the probability of the passage that claims assert, possible ones at half; 0 where none asserts it.

    `witnesses` by claim_id; of a claim without one the speaker (else the report) is its source, of no known precision.
    """
    odds = _PRIOR / (1.0 - _PRIOR)
    asserted = [c for c in claims if c.stance is not Stance.DENIED]
    if not asserted:
        return 0.0
    for group, sign in ((asserted, 1.0), ([c for c in claims if c.stance is Stance.DENIED], -1.0)):
        for ratio in _independent(group, witnesses):
            odds *= ratio**sign
    return odds / (1.0 + odds)


def _independent(claims: Sequence[Claim], witnesses: Mapping[str, Witness]) -> list[float]:
    """Return the likelihood ratios of the claims that no weightier one of the same source or story stands for."""
    ranked = []
    for claim in claims:
        nobody = Witness(claim.speaker_id or claim.speaker or claim.report_id, claim.report_id)
        witness = witnesses.get(claim.claim_id, nobody)
        read = claim.confidence * (_UNSURE if claim.stance is Stance.POSSIBLE else 1.0)
        right = min(max(witness.precision, 0.5), 0.99)
        ranked.append((read * right / (1.0 - right) + (1.0 - read), claim.claim_id, witness))
    seen: set[str] = set()
    out = []
    for ratio, _, witness in sorted(ranked, key=lambda r: (-r[0], r[1])):
        who = {f"source {witness.source}", f"story {witness.story}"}
        if not who & seen:
            out.append(ratio)
        seen |= who
    return out
