"""Frames of places that pass from hand to hand: falls, expulsions, handovers, losses, withdrawals, states of control."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tenure.claims.frames.draft import Draft, counted, doers, is_territory, locatives, merge, opponents, place_slots
from tenure.claims.phrases.actors import actors
from tenure.claims.phrases.mentions import count_of
from tenure.claims.phrases.places import places, prep_places
from tenure.claims.phrases.reader import conjuncts
from tenure.claims.syntax.subjects import noun_subject

if TYPE_CHECKING:
    from tenure.claims.phrases.discourse import ActorRef, PlaceRef
    from tenure.claims.phrases.reader import Reader
    from tenure.claims.syntax.parse import Word
    from tenure.claims.syntax.slots import Slots

__all__ = ["declare", "expel", "fall", "hand", "leave", "lose", "reverse", "state_of_control"]


def fall(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Read "A fell to X", "the fall of A": the place is what falls."""
    words = (
        [*slots.subject, *slots.object]
        if not draft.found.nominal
        else [*slots.object, *[c for c in draft.word.children if c.dep == "poss"]]
    )
    own: list[PlaceRef] = []
    for word in words:
        if actors(reader, word, loose=False) and word.lower not in reader.pack.lexicon["place.bases"]:
            return None
        own = merge(own, places(reader, word))
    draft.counts, draft.extent = counted(words), is_territory(words, reader)
    if not own and not draft.extent:
        return None
    for name in ("to", "into", "under"):
        draft.actors = (
            draft.actors
            or doers(list(slots.get(name)), reader)
            or [a for w in slots.get(name) if w.lower in {"hands", "control"} for a in _owners(w, reader)]
        )
    if draft.found.predicate.weak and not draft.actors and not own:
        return None
    draft.places = merge(own, locatives(slots, reader, {"to", "into", "under", "from"}))
    return draft if draft.actors or own else None


def _owners(word: Word, reader: Reader) -> list[ActorRef]:
    """Whose "hands" or "control" it is."""
    owners = [c for c in word.children if c.dep in {"poss", "amod", "compound"}]
    owners += [p for c in word.children if c.lower == "of" for p in c.children if p.dep == "pobj"]
    return doers(owners, reader)


def expel(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Read "X drove Y out of A" is a gain by X; without a doer a loss by Y."""
    cleared = slots.get("of") if draft.found.predicate.words[0] == "clear" else []
    targets = [a for w in cleared for a in actors(reader, w, loose=False)] or (
        [a for w in slots.object for a in actors(reader, w, loose=True)] if not cleared else []
    )
    own = place_slots(draft, slots, reader, ("from", "of", "off"))
    objects = [p for w in slots.object for p in places(reader, w)] if cleared or not targets else []
    own = merge(
        own,
        [
            p
            for w in slots.object
            for c in w.children
            if c.dep == "prep" and c.lower in {"from", "out", "off"}
            for p in prep_places(reader, c, "from")
        ],
    )
    draft.places = [
        p
        for p in merge(own, objects, locatives(slots, reader, {"from", "of", "out", "into", "to"}))
        if p.text not in {t.text for t in targets}
    ]
    draft.actors = doers(slots.subject, reader)
    if not (targets or objects) or (not draft.places and draft.actors):
        return None
    if draft.actors:
        draft.targets = targets
        return draft
    if not slots.passive:
        return None
    draft.event, draft.actors = "loss", targets
    return draft if targets else None


def hand(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Return the draft of "X handed A to Y": a gain by Y, or a loss by X when nobody is named."""
    own = [p for w in slots.object for p in places(reader, w)]
    if "control" in draft.found.predicate.words:
        own = merge(own, place_slots(draft, slots, reader, ("of", "over")))
    if not slots.object and not own and not slots.passive:  # "A surrendered to X", "the garrison of A surrendered to X"
        return _gave_up(draft, slots, reader)
    if not own and not is_territory(slots.object, reader):
        return None
    draft.places, draft.counts = merge(own, locatives(slots, reader, {"to", "over"})), counted(slots.object)
    draft.targets = doers(slots.subject, reader)
    draft.actors = doers(slots.get("to"), reader)
    if slots.passive and draft.found.predicate.words == ("leave", "to"):  # "28 villages are left to X": a state
        draft.event, draft.targets = "hold", []
    if not draft.actors:
        draft.event, draft.actors, draft.targets = "loss", draft.targets, []
    return draft if draft.actors else None


def _gave_up(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Read "A surrendered to X", "the garrison of A surrendered to X": a gain by X, of the place that gave itself up."""
    defenders = reader.pack.lexicon["actor.defenders"]
    for word in slots.subject:
        if word.lower in defenders or (word.name is not None and word.name.kind in {"place", "unknown"}):
            draft.places = merge(draft.places, places(reader, word))
    draft.places = [replace(p, role="at") for p in draft.places]
    draft.actors = doers(slots.get("to"), reader)
    return draft if draft.places and draft.actors else None


def declare(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Read "X declared A liberated", "declared A free of Y": a gain by X."""
    said = draft.found.parts[-1]
    words = [*slots.object, *[c for c in said.children if c.dep in {"nsubj", "nsubjpass"}]]
    draft.actors = doers(slots.subject, reader)
    draft.places = merge(*[places(reader, w) for w in words])
    draft.absorbed = [said]
    return draft if draft.actors and draft.places else None


def reverse(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Return the draft of "X reversed the gains of Y in A"."""
    draft.actors = doers(slots.subject, reader)
    draft.places = merge(
        locatives(slots, reader, set()),
        [
            p
            for part in draft.found.parts
            for c in part.children
            if c.dep == "prep"
            for p in prep_places(reader, c, "in_area")
        ],
    )
    return draft if draft.actors and draft.places else None


def lose(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Read "X lost A" is a loss, "X lost A to Y" a gain by Y."""
    own = place_slots(draft, slots, reader, ("object", "of", "over"))
    words = [*slots.object, *slots.get("of")]
    if not own and not is_territory(words, reader):
        return None
    draft.counts, draft.extent = counted(words), True
    draft.actors = doers(slots.subject, reader)
    draft.places = merge(own, locatives(slots, reader, {"of", "over", "to", "in" if draft.word.dep == "relcl" else ""}))
    takers = opponents(slots.get("to"), reader) or [a for w in slots.get("to") for a in actors(reader, w, loose=not own)]
    takers = takers or [
        a
        for w in slots.get("in")
        if w.lower in reader.pack.lexicon["words.attacks"]
        for a in doers(noun_subject(w, reader.pack), reader)
    ]
    if takers:
        draft.event, draft.targets, draft.actors = "gain", draft.actors, takers
    if slots.passive and any(p.start >= 0 for p in draft.places):
        return draft
    return draft if draft.actors else None


def leave(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Return the draft of a withdrawal."""
    frame = ("from", "object", "of", "out")
    given_up = slots.passive and draft.found.predicate.words[0] in {"abandon", "vacate", "quit", "leave", "give"}
    draft.actors = doers(slots.subject or (slots.object if slots.passive and not given_up else []), reader)
    if draft.found.nominal and slots.object:
        draft.actors = doers(slots.object, reader) or draft.actors
        slots.object = []
    own = place_slots(draft, slots, reader, frame)
    words = [w for n in frame for w in slots.get(n)]
    draft.counts = counted(words)
    if any(w.lower in {"distance", "kilometers", "kilometres", "km", "miles", "meters", "metres"} for w in slots.object):
        slots.object = []
    weak = draft.found.predicate.words[0] in {"leave", "abandon", "quit", "flee", "give", "relocate", "evacuate"} and not own
    weak = weak and not any(w.lower in reader.pack.lexicon["words.posts"] for w in slots.object)
    if slots.passive and draft.found.predicate.words == ("leave",):
        return None
    if draft.found.predicate.words[0] in {"withdraw", "pull"} and not slots.passive and _others(slots, reader):
        return None
    if given_up and (own or any(count_of(c) for c in draft.counts)):
        draft.places = merge(own, locatives(slots, reader, {"from", "of", "out"}))
        return draft
    if draft.found.predicate.words[0] == "flee" and any(
        w.name is not None and w.name.kind == "person" for w in slots.subject
    ):
        draft.actors = []  # a person who flees a country
    talks = slots.get("from") and not own and not is_territory(slots.get("from"), reader) and not draft.found.nominal
    if not draft.actors or weak or (slots.object and not own) or talks:  # "withdrew from the talks"
        return None
    if draft.found.predicate.words == ("leave",) and not any(p.start >= 0 for p in own):
        return None
    used = {"from", "of", "out"} | ({"to", "toward", "towards", "into"} if own else set())
    draft.places = merge(own, locatives(slots, reader, used))
    return draft


def _others(slots: Slots, reader: Reader) -> bool:
    """Whether those who are withdrawn are no armed people: "withdrew its diplomats from A"."""
    words = [w for o in slots.object for w in conjuncts(o)]
    lexicon = reader.pack.lexicon
    armed = lexicon["actor.strong"] | lexicon["actor.weak"] | lexicon["count.fighters"] | lexicon["count.vehicles"]
    return bool(words) and all(w.name is None and w.tag.startswith("NN") and w.lower not in armed for w in words)


def state_of_control(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Read "A is under X's control", "A remained in the hands of X".

    The place is the subject, the holder owns the control.
    """
    last = draft.found.parts[-1]
    draft.actors = _owners(last, reader)
    subjects = [*slots.subject, *slots.object]
    draft.places = merge(
        [p for w in subjects for p in places(reader, w)], list(locatives(slots, reader, {"under", "in", "into"}))
    )
    draft.counts = counted(subjects)
    draft.absorbed = [last]
    ours = any(c.dep == "poss" and c.lower == "our" for c in last.children)  # whose they are, the speaker tells
    return draft if (draft.actors or ours) and (draft.places or is_territory(subjects, reader)) else None
