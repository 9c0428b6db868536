"""Frames of other happenings: killing, capture of people, displacement, new posts, armament."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.claims.frames.draft import Draft, counted, doers, locatives, merge, place_slots
from tenure.claims.phrases.actors import actors, is_actor_noun
from tenure.claims.phrases.discourse import ActorRef
from tenure.claims.phrases.mentions import count_of
from tenure.claims.phrases.places import places, prep_places
from tenure.claims.phrases.reader import conjuncts

if TYPE_CHECKING:
    from tenure.claims.phrases.reader import Reader
    from tenure.claims.syntax.slots import Slots

__all__ = ["displace", "kill", "possess", "set_up"]


def kill(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Killing and capture of people: a claim of its own only with an armed doer and a place."""
    draft.actors = doers(slots.subject, reader)
    if any(
        w.lower in reader.pack.lexicon["words.weapons"]
        or (w.lower in reader.pack.nouns and reader.pack.nouns[w.lower][0].event == "strike")
        for w in slots.subject
    ):
        draft.event = "strike"
    draft.targets = [a for w in slots.object for a in actors(reader, w, loose=True)]
    draft.counts = counted(slots.object)
    if draft.word.lower.startswith(("captur", "seiz")) and not draft.targets:
        return None
    if (
        draft.event != "strike"
        and draft.word.lower[:5] in {"captu", "seize", "seizi", "arres", "detai"}
        and not any(
            is_actor_noun(reader, w) or (w.name is not None and w.name.kind == "actor")
            for o in slots.object
            for w in o.subtree()
        )
    ):
        return None
    inner = [
        p
        for w in (*slots.object, *(slots.subject if draft.event == "strike" else ()))
        for one in (conjuncts(w) if w in slots.object else w.subtree())
        for c in one.children
        if c.dep == "prep" and c.lower in {*reader.pack.lexicon["words.around"], "including", "on", "against"}
        for p in prep_places(reader, c, "at")
    ]
    if draft.event == "strike" and not draft.actors:
        draft.actors = [
            a
            for s in slots.subject
            for w in s.subtree()
            if w.lower == "by"
            for p in w.children
            if p.dep == "pobj"
            for a in actors(reader, p, loose=False)
        ]
    draft.places = merge(locatives(slots, reader, {"by"}), inner)
    return draft if slots.object and (draft.actors or slots.passive or draft.event == "strike") else None


def displace(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Return the draft of people who fled or were displaced."""
    people = reader.pack.lexicon["count.people"]
    movers = [
        next(p for p in w.subtree() if p.lower in people)
        for w in (slots.object if slots.passive else slots.subject)
        if any(p.lower in people for p in w.subtree())
    ]
    if not movers:
        return None
    draft.actors = [ActorRef(*reader.slice(movers[0], movers[0]))]
    draft.counts = counted(movers)
    draft.places = merge(
        place_slots(draft, slots, reader, ("from", "object", "to")), locatives(slots, reader, {"from", "to"})
    )
    draft.places += (
        [p for w in slots.object for p in places(reader, w) if p.text not in {x.text for x in draft.places}]
        if not draft.places
        else []
    )
    return draft if draft.places else None


def set_up(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Return the draft of a new post, a surrender, or an announced end."""
    surrender = draft.found.predicate.words[0] in {"surrender", "defect", "lay"}
    if not surrender and not any(w.lower in reader.pack.lexicon["words.posts"] for w in (*slots.object, *draft.found.parts)):
        return None
    draft.actors = doers(slots.subject or (slots.object if slots.passive else []), reader)
    draft.places = merge(
        [p for w in slots.object for c in w.children if c.dep == "prep" for p in prep_places(reader, c, "at")],
        locatives(slots, reader, {"to"} if surrender else set()),
    )
    for part in draft.found.parts:
        for word in part.subtree():
            if word.dep == "prep" and word.lower in {"in", "at", "near"}:
                draft.places = merge(draft.places, prep_places(reader, word, "in_area"))
    return draft if draft.actors and draft.places else None


def possess(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Read "They have six armoured vehicles": counted vehicles of an actor, where it was last said to be."""
    vehicles = [
        w
        for o in slots.object
        for w in conjuncts(o)
        if w.lower in reader.pack.lexicon["count.vehicles"] and count_of(w) is not None
    ]
    draft.actors, draft.counts = doers(slots.subject, reader), vehicles
    draft.places = [p for p in reader.discourse.objects if vehicles]
    return draft if vehicles and draft.actors else None
