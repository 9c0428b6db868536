"""Frames of passages and agreements: who lets whom through, who is evacuated, who agrees on what."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tenure.claims.frames.draft import DEALS, Draft, doers, locatives, merge, place_slots, territory
from tenure.claims.phrases.actors import actors
from tenure.claims.phrases.places import places, prep_places
from tenure.claims.phrases.reader import LOCATIVE

if TYPE_CHECKING:
    from tenure.claims.phrases.discourse import PlaceRef
    from tenure.claims.phrases.reader import Reader
    from tenure.claims.syntax.parse import Word
    from tenure.claims.syntax.slots import Slots

__all__ = ["agree", "allow", "evacuate", "open_corridor"]

_DEAL_AREAS = {"in", "on", "around", "near", "for", "at", "from", "over", "across"}


def allow(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Read "X allowed Y to leave A and go to B": the clause below tells where.

    To withdraw or capture is that verb's own claim.
    """
    moves = [c for c in draft.word.children if c.dep in {"ccomp", "xcomp", "advcl"} and c.tag.startswith("VB")]
    moves += [c for m in moves for c in m.children if c.dep == "conj" and c.tag.startswith("VB")]
    moves = [m for m in moves if reader.pack.lemmas.get(m.lower, m.lower) in reader.pack.lexicon["words.moves"]]
    draft.actors = doers(slots.subject, reader)
    movers = [c for m in moves for c in m.children if c.dep == "nsubj"] or slots.object
    draft.targets = [a for w in movers for a in actors(reader, w)]
    if not moves or not draft.actors or not draft.targets:
        return None
    if any(w.lower in DEALS for w in slots.subject) or (
        draft.word.tag == "VB" and draft.word.head is not None and _deal_above(draft.word)
    ):
        draft.actors, draft.targets = draft.targets, []
    draft.absorbed = moves
    for move in moves:
        for child in move.children:
            if child.dep == "dobj":
                draft.places = merge(draft.places, places(reader, child, "from" if move.lower.startswith("leav") else "to"))
            elif child.dep == "prep" and child.lower in LOCATIVE:
                draft.places = merge(draft.places, prep_places(reader, child, "at"))
    draft.places = [p for p in draft.places if p.text not in {a.text for a in (*draft.actors, *draft.targets)}]
    return draft if draft.places else None


def _deal_above(word: Word) -> bool:
    other = word.head
    for _ in range(4):
        if other is None:
            return False
        if other.lower in DEALS or other.lower in {"agreed", "agree", "deal"}:
            return True
        other = other.head
    return False


def open_corridor(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Return the draft of "X opened a corridor for Y to A".

    The phrases and clauses below the corridor tell who and where.
    """
    draft.actors = doers(slots.subject, reader)
    corridor = draft.found.parts[-1] if draft.found.parts else draft.word
    below = [
        corridor,
        *[
            c
            for c in (*draft.word.children, *corridor.children)
            if c.dep in {"advcl", "acl", "relcl", "xcomp"} and c.tag == "VB"
        ],
    ]
    below += [
        p for c in (*draft.word.children, *corridor.children) if c.lower == "for" for p in c.children if p.dep == "pobj"
    ]
    for _ in range(3):
        below += [
            v
            for b in list(below)
            for v in b.children
            if v.dep in {"acl", "relcl", "xcomp", "ccomp", "advcl"} and v.tag == "VB" and v not in below
        ]
    draft.absorbed = [b for b in below if b.tag == "VB" and b is not draft.word]
    draft.targets = [
        a
        for w in [
            *slots.get("for"),
            *[c for b in below for c in b.children if c.dep == "nsubj"],
            *[c for c in draft.word.children if c.dep == "dative" and c.tag != "IN"],
        ]
        for a in doers([w], reader)
    ]
    if draft.targets and {t.text for t in draft.targets} <= {a.text for a in draft.actors}:  # "giving them a corridor"
        mine = {a.text for a in draft.actors}
        others = [refs for refs in reversed(reader.discourse.targets) if not mine & {r.text for r in refs}]
        draft.targets = [replace(r, anaphor=True) for r in others[0]] if others else draft.targets
    for word in below:
        for child in word.children:
            if child.dep == "dobj" and word is not draft.word:
                draft.places = merge(draft.places, places(reader, child, "to"))
            elif child.dep == "prep" and child.lower in LOCATIVE and child.lower not in {"for", "of"}:
                draft.places = merge(draft.places, prep_places(reader, child, "at"))
    draft.places = merge(
        draft.places,
        locatives(slots, reader, {"for"}),
        [p for b in below for c in b.children if c.dep == "dobj" for p in territory(c, reader)] if not draft.places else [],
    )
    draft.counts = [c for c in corridor.children if c.dep in {"compound", "nmod", "amod"}]
    return draft if draft.actors and (draft.targets or draft.places) else None


def evacuate(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Return the draft of an evacuation: who leaves is the actor."""
    draft.actors = doers([*slots.object, *slots.get("of")], reader) or doers(slots.subject, reader)
    draft.places = merge(
        place_slots(draft, slots, reader, ("from", "to", "object")), locatives(slots, reader, {"from", "to"})
    )
    return draft if draft.places else None


def agree(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Return an agreement, which needs a word of agreement under its verb and two parties, or one that joins."""
    if draft.found.nominal:
        governed = slots.governor is not None or draft.word.dep in {"nsubj", "nsubjpass", "ROOT"}
        if not governed or (
            slots.governor is not None
            and slots.governor.lower in reader.pack.verbs
            and reader.pack.verbs[slots.governor.lower][0].event == "agreement"
        ):
            return None
    under = {w.lower for w in draft.word.subtree()}
    if not under & DEALS:
        return None
    draft.absorbed = [
        c
        for c in draft.word.children
        if c.dep == "xcomp"
        and c.lower in reader.pack.verbs
        and any(p.event == "agreement" for p in reader.pack.verbs[c.lower])
    ]
    draft.actors = doers(slots.subject or (slots.object if slots.passive else []), reader)
    draft.actors += [
        a
        for n in ("between", "with")
        for w in slots.get(n)
        for a in actors(reader, w, loose=True)
        if a.text not in {x.text for x in draft.actors}
    ]
    draft.targets = [a for w in slots.get("against") for a in actors(reader, w, loose=True)]
    if not draft.targets:
        draft.targets = [
            a
            for w in draft.word.subtree()
            if w.lower == "against"
            for p in w.children
            if p.dep == "pobj"
            for a in actors(reader, p)
        ]
    draft.places = [p for p in _agreed_places(draft, slots, reader) if p.text not in {a.text for a in draft.actors}]
    joined = any(p.lower in {"room", "chamber", "coalition", "alliance"} for p in draft.found.parts)
    if (not draft.actors and slots.passive) or draft.found.predicate.words[0] in {"take", "come", "enter"}:
        return draft if draft.places else None
    return draft if draft.actors and (draft.places or len(draft.actors) > 1 or draft.targets or joined) else None


def _agreed_places(draft: Draft, slots: Slots, reader: Reader) -> list[PlaceRef]:
    """Return where an agreement was made and what it covers."""
    found = locatives(slots, reader, {"to", "between", "with", "by", "on"})
    for prep in draft.word.subtree():  # "during a meeting in A"
        if prep.lower == "in" and prep.head is not None and prep.head.lower in {"meeting", "talks", "summit", "conference"}:
            found = merge(found, prep_places(reader, prep, "at"))
    for word in draft.word.subtree():
        if word.lower not in DEALS or word is draft.word:
            continue
        for child in word.children:
            if child.dep == "acl" and child.lower in {"covering", "including", "concerning", "regarding"}:
                covered = [p for g in child.children if g.dep == "dobj" for p in places(reader, g, "in_area")]
                found = merge(found, covered)
            elif child.dep == "prep" and child.lower in _DEAL_AREAS:
                found = merge(found, prep_places(reader, child, "in_area"))
    return found
