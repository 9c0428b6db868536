"""What became of a move into a place: taken when the others left it, held when those who entered had to leave again.

Rules
 1. "X entered A after Y withdrew from it", "X entered A unopposed" is a gain by X: nobody else is left there.
 2. "X entered A but had to pull back" is a hold by whoever counter-attacked.
 3. "gave up A and retreated to B" is one loss, of A.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tenure.claims.context.lending import texts
from tenure.claims.phrases.actors import actors
from tenure.model import Stance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims.context.candidate import ClaimCandidate
    from tenure.claims.frames.draft import Draft
    from tenure.claims.phrases.reader import Reader
    from tenure.claims.syntax.parse import Word

__all__ = ["settle_moves"]


def settle_moves(batch: Sequence[ClaimCandidate], reader: Reader) -> None:
    """Read moves and withdrawals of one sentence together; what a better reading replaces is dropped."""
    losses = [t for t in batch if t.draft.event == "loss" and t.stance is Stance.ASSERTED]
    for one in batch:
        if (
            one.dropped
            or one.draft.event != "advance"
            or one.stance is not Stance.ASSERTED
            or not _enters(one.draft, reader)
        ):
            continue
        again = [t for t in losses if _same_party(t, one) and t.draft.word.i > one.draft.word.i and _same_place(t, one)]
        again = [t for t in again if t.when.start <= one.when.end]  # "entered A in March and left it two months later"
        others = [t for t in losses if t.draft.actors and not _same_party(t, one) and _same_place(t, one)]
        if again:
            _thrown_back(one, again[0], batch, reader)
        elif (others and not _before(one, others)) or _unopposed(one.draft, reader) or _others_left(one.draft, reader):
            one.draft.event = "gain"
            one.draft.places = [replace(p, role="at") if p.role == "to" else p for p in one.draft.places]
            one.draft.targets = one.draft.targets or [a for t in others for a in t.draft.actors][:1]
    for one in losses:
        taken = [t for t in batch if t.draft.event in {"gain", "advance"} and t.draft.places and not _same_party(t, one)]
        if one.draft.places and _goal(one) and taken and not one.dropped:
            one.draft.places = [
                replace(p, role="from") for p in taken[0].draft.places if p.role != "in_area"
            ] or one.draft.places
        only_to = one.draft.places and all(p.role == "to" for p in one.draft.places)
        if only_to and any(t is not one and not t.dropped and _same_party(t, one) and not _goal(t) for t in losses):
            one.dropped = True


def _goal(told: ClaimCandidate) -> bool:
    return all(p.role == "to" for p in told.draft.places)


def _enters(draft: Draft, reader: Reader) -> bool:
    words = draft.found.predicate.words
    return words[0] in reader.pack.lexicon["support.enter"] and (len(words) == 1 or words[-1] in {"into", "in"})


def _same_party(one: ClaimCandidate, other: ClaimCandidate) -> bool:
    return bool(texts(one.draft.actors) & texts(other.draft.actors))


def _same_place(loss: ClaimCandidate, entered: ClaimCandidate) -> bool:
    mine = {p.text for p in loss.draft.places if p.role != "to"}
    return not mine or bool(mine & texts(entered.draft.places))


def _before(one: ClaimCandidate, others: Sequence[ClaimCandidate]) -> bool:
    """Whether the others left only later ("entered A before Y withdrew from B")."""
    return any(c.dep == "mark" and c.lower in {"before", "until"} for t in others for c in t.draft.word.children) or any(
        t.draft.word.i < one.draft.word.i and not t.draft.places for t in others
    )


def _others_left(draft: Draft, reader: Reader) -> bool:
    """Read "moved into A after the militia fled"."""
    for clause in draft.word.children:
        if clause.dep != "advcl" or reader.pack.lemmas.get(clause.lower) not in reader.pack.lexicon["support.leaving"]:
            continue
        when = any(c.lower in {"after", "as", "when", "once"} for c in clause.children if c.dep in {"mark", "advmod"})
        gone = [a for c in clause.children if c.dep == "nsubj" for a in actors(reader, c, loose=False)]
        if when and gone and not {a.text for a in gone} & texts(draft.actors):
            return True
    return False


def _own(word: Word) -> list[Word]:
    """Return the words under a verb without those of other clauses."""
    out = [word]
    for child in word.children:
        if child.dep not in {"advcl", "ccomp", "conj", "relcl", "parataxis"} or not child.tag.startswith("VB"):
            out += _own(child)
    return out


def _unopposed(draft: Draft, reader: Reader) -> bool:
    """Read "entered A without a fight", "entered A unopposed", "moved in without resistance"."""
    for word in _own(draft.word):
        if word.lower in {"unopposed", "uncontested"}:
            return True
        if word.lower == "without" and any(c.lower in reader.pack.lexicon["support.resistance"] for c in word.subtree()):
            inside = [c for c in word.subtree() if c.dep == "prep" and c is not word]
            return not inside
    return False


def _thrown_back(one: ClaimCandidate, loss: ClaimCandidate, batch: Sequence[ClaimCandidate], reader: Reader) -> None:
    """Make a move that was given up again a hold by those who counter-attacked beside it."""
    against = [t for t in batch if t.draft.event == "clash" and t.draft.actors and not _same_party(t, one)]
    one.draft.event, one.draft.targets = "hold", list(one.draft.actors)
    beside = [c for c in loss.draft.word.subtree() if c.dep in {"nsubj", "pobj"} and c.i > loss.draft.word.i]
    named = [a for t in against for a in t.draft.actors] or [a for c in beside for a in actors(reader, c, loose=False)]
    one.draft.actors = [a for a in named if a.text not in texts(one.draft.targets)][:1]
    loss.dropped = True
    for clash in against:
        clash.dropped = clash.dropped or not clash.draft.places or bool(texts(clash.draft.places) & texts(one.draft.places))
