"""Who is meant where a claim names nobody: its speaker's own side, the flag that was raised, the only other side.

Rules
 1. "its forces", "our troops", "his army" are those of the side that speaks; so is "our control".
 2. "A was liberated", told by a side, was liberated by that side; of "A was captured" nobody can tell.
 3. "the R flag was raised over A" is a gain by R.
 4. "X said it had taken A": X's side took it, whatever X is (a ministry, a president).
 5. Where two sides hold ground, what was taken from one, or held against it, is the other's.
A side stands for its only actor that holds ground. Denied and planned claims are left as they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tenure.claims.identities import match_actor
from tenure.model import Event, Stance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenure.model import Actor, Claim, Report, Source

__all__ = ["implied_actors"]


def implied_actors(
    claim: Claim,
    report: Report,
    *,
    actors: Sequence[Actor],
    sources: Sequence[Source],
    lexicon: Mapping[str, frozenset[str]],
) -> tuple[str, ...]:
    """Return the ids of who gained, held or lost: those named, else whom the rules above imply; empty when nobody is.

    `lexicon` has ``support.own`` (possessives), ``support.rule`` ("control", "hands") and ``support.freeing`` (words for a
    gain that its teller welcomes).
    """
    if claim.actor_ids or claim.stance is not Stance.ASSERTED:
        return claim.actor_ids
    own = _own(claim, report, actors, sources)
    mine = _possessed(claim, report, lexicon["support.own"]) or _ours(claim, lexicon["support.rule"])
    if own and (mine or _itself(claim, report, lexicon["support.selves"])):
        return (own,)
    if claim.actors or claim.event not in {Event.GAIN, Event.HOLD}:
        return ()
    flag = _flag(claim.quote, actors) if claim.event is Event.GAIN else None
    words = set(re.findall(r"\w+", claim.quote.lower()))
    freed = claim.event is Event.GAIN and not claim.target_ids and not words.isdisjoint(lexicon["support.freeing"])
    meant = flag or _other(claim.target_ids, actors) or (own if freed else None)
    return (meant,) if meant else ()


def _ours(claim: Claim, rule: frozenset[str]) -> bool:
    """Whether a claim that names nobody speaks of "our control"."""
    nouns = "|".join(map(re.escape, sorted(rule)))
    return not claim.actors and re.search(rf"\bour\s+(?:\w+\s+)?(?:{nouns})\b", claim.quote.lower()) is not None


def _itself(claim: Claim, report: Report, selves: frozenset[str]) -> bool:
    """Whether a claim that names nobody has "it", "they" or "we" of its speaker for its subject: "X said it had taken A"."""
    if claim.actors or not claim.speaker:
        return False
    begin = max(0, claim.start_char - len(" that they "))
    words = "|".join(map(re.escape, sorted(selves)))
    lead = report.text[begin : claim.start_char + _SUBJECT].lower()
    return (
        re.search(rf"\b(?:{words})(?:'ve|\u2019ve)?\s+(?:now\s+|also\s+)?(?:had|have|has|took|control|hold|retook)\b", lead)
        is not None
    )


_SUBJECT = 24  # characters from the quote's begin in which its subject stands


def _own(claim: Claim, report: Report, actors: Sequence[Actor], sources: Sequence[Source]) -> str | None:
    """Return the actor that the speaker, or else the report's source, speaks for."""
    side_of = {s.source_id: s.side for s in sources} | {a.actor_id: a.side for a in actors}
    voice = next((v for v in (claim.speaker_id, report.source_id) if v in side_of), None)
    if voice is None:
        return None
    holders = [a.actor_id for a in actors if a.holds_ground and a.side == side_of[voice]]
    if voice in holders:
        return voice
    return holders[0] if len(holders) == 1 else None


def _possessed(claim: Claim, report: Report, own: frozenset[str]) -> bool:
    """Whether a possessive stands before an actor of the claim, in its quote or in the words that lead to it."""
    from_char = max(0, claim.start_char - _LEAD)
    text = report.text[from_char : claim.end_char].lower()
    before = "|".join(map(re.escape, sorted(own)))
    return any(re.search(rf"\b(?:{before})\s+(?:\w+\s+)?{re.escape(a.lower())}\b", text) for a in claim.actors)


_LEAD = 160  # characters before the quote in which its subject is looked for: about one clause


def _flag(quote: str, actors: Sequence[Actor]) -> str | None:
    found = re.search(r"((?:[\w'\u2019-]+\s+){1,3})flags?\b", quote)
    return match_actor(found.group(1), actors) if found else None


def _other(targets: Sequence[str], actors: Sequence[Actor]) -> str | None:
    """Return the only actor of the one other side, where two sides hold ground and the targets are of one of them."""
    sides = {a.actor_id: a.side for a in actors if a.holds_ground}
    against = {sides.get(t) for t in targets}
    rest = [i for i, side in sides.items() if side not in against]
    return (
        rest[0]
        if len(set(sides.values())) == _TWO and len(against) == 1 and None not in against and len(rest) == 1
        else None
    )


_TWO = 2
