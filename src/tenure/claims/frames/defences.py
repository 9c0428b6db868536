"""Frames of attacks that did not carry: repelled, prevented, failed; and of places under fire or changing hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.claims.frames.draft import Draft, doers, locatives, merge, opponents
from tenure.claims.phrases.actors import actors
from tenure.claims.phrases.places import places, prep_places
from tenure.claims.phrases.reader import LOCATIVE, conjuncts
from tenure.claims.syntax.subjects import noun_subject

if TYPE_CHECKING:
    from tenure.claims.phrases.reader import Reader
    from tenure.claims.syntax.slots import Slots

__all__ = ["change_hands", "cut", "failed", "prevent", "repel", "under_fire"]


def repel(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Return the defender holds; the attackers are the object, or those whose attack it is; the attack says where."""
    slots.object = slots.object or slots.get("against")  # "pushed back against an assault"
    if not slots.object:
        return None
    attacks = [w for o in slots.object for w in conjuncts(o) if w.lower in reader.pack.nouns and w.name is None]
    below = [v for w in attacks for v in w.children if v.dep in {"acl", "relcl"} and v.tag == "VB"]
    draft.absorbed = [*attacks, *below]
    for verb in below:
        draft.places = merge(
            draft.places,
            [p for c in verb.children if c.dep == "dobj" for p in places(reader, c)],
            [p for c in verb.children if c.dep == "prep" for p in prep_places(reader, c, "at")],
        )
    draft.actors = doers(slots.subject, reader)
    if attacks:
        draft.targets = [a for a in doers(attacks, reader) if a.text not in {x.text for x in draft.actors}]
        for noun in attacks:
            for child in noun.children:
                if child.dep == "prep" and child.lower == "by":  # "an attack by X on A" that the parser read as "X on A"
                    below = [
                        c
                        for p in child.children
                        for c in p.children
                        if c.dep == "prep" and c.lower in {"on", "against", "in", "near"}
                    ]
                    draft.places = merge(draft.places, *[prep_places(reader, c, "at") for c in below])
                if child.dep == "prep" and child.lower != "by":
                    draft.places = merge(draft.places, prep_places(reader, child, "at"))
                    if not draft.actors and child.lower in {"on", "against"}:
                        draft.actors = [a for p in child.children if p.dep == "pobj" for a in opponents([p], reader)]
    else:
        draft.targets = [a for o in slots.object for a in actors(reader, o, loose=True)]
        near = [
            c for o in slots.object for c in o.children if c.dep == "prep" and c.lower in reader.pack.lexicon["words.around"]
        ]
        draft.places = merge(draft.places, *[prep_places(reader, c, "at") for c in near])
        if draft.found.predicate.words[0] in {"stop", "block", "halt", "defeat"}:
            return None
    draft.places = merge(draft.places, locatives(slots, reader, {"by", "to", "into"}))
    if (
        not attacks
        and not draft.targets
        and not any(o.lower in {"both", "all", "these", "it", "they", "which"} for o in slots.object)
    ):
        return None
    return draft if draft.actors or draft.targets or draft.places else None


def prevent(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Read "X prevented Y from capturing A" is a hold by X."""
    verbs = [v for c in draft.word.children if c.dep == "prep" and c.lower == "from" for v in c.children if v.dep == "pcomp"]
    verbs = [
        v
        for v in verbs
        if v.lower in reader.pack.verbs and reader.pack.verbs[v.lower][0].event in {"gain", "advance", "clash"}
    ]
    draft.actors, draft.targets = doers(slots.subject, reader), [a for w in slots.object for a in actors(reader, w)]
    draft.absorbed = verbs
    draft.places = merge(
        *[[p for c in v.children if c.dep == "dobj" for p in places(reader, c)] for v in verbs],
        *[
            [p for c in v.children if c.dep == "prep" and c.lower in LOCATIVE for p in prep_places(reader, c, "at")]
            for v in verbs
        ],
    )
    return draft if verbs and draft.targets and draft.places else None


def failed(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Read "the attack failed" is a hold by whom it was aimed at."""
    attacks = [
        w
        for s in slots.subject
        for w in conjuncts(s)
        if w.lower in reader.pack.nouns and reader.pack.nouns[w.lower][0].event in {"clash", "advance"}
    ]
    if not attacks:
        return None
    draft.targets, draft.absorbed = doers(noun_subject(attacks[0], reader.pack), reader), attacks
    below = [v for v in attacks[0].children if v.dep in {"acl", "relcl"} and v.tag == "VB"]
    draft.absorbed = [*attacks, *below]
    draft.places = merge(draft.places, *[places(reader, c) for v in below for c in v.children if c.dep == "dobj"])
    for child in attacks[0].children:
        if child.dep == "prep" and child.lower not in {"by", "of"}:
            draft.places = merge(draft.places, prep_places(reader, child, "at"))
            draft.actors = draft.actors or [
                a
                for p in child.children
                if p.dep == "pobj" and child.lower in {"on", "against"}
                for a in opponents([p], reader)
            ]
    return draft


def under_fire(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Read "A came under shelling from X": the place is the subject."""
    noun = draft.found.parts[-1]
    draft.places = merge(
        [p for w in slots.subject for p in places(reader, w)], locatives(slots, reader, {"under", "from", "by"})
    )
    draft.actors = [
        a
        for c in noun.children
        if c.lower in {"from", "by"}
        for p in c.children
        if p.dep == "pobj"
        for a in actors(reader, p)
    ]
    draft.actors = draft.actors or [a for n in ("from", "by") for w in slots.get(n) for a in actors(reader, w)]
    draft.targets = doers(slots.subject, reader) if not draft.places else []
    draft.absorbed = [noun]
    return draft if draft.places else None


def cut(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Read "X cut the road between A and B": what the road joins is cut off; other things are cut in other ways."""
    roads = [w for o in slots.object for w in conjuncts(o) if w.lower in reader.pack.lexicon["words.roads"]]
    draft.actors = doers(slots.subject, reader)
    if not roads or not (draft.actors or (slots.passive and not slots.subject)):
        return None
    owners = [c for w in roads for c in w.children if c.dep == "poss"]
    draft.targets = opponents(owners, reader)
    draft.places = merge(*[places(reader, w) for w in roads], locatives(slots, reader, {"by"}))
    draft.places = [p for p in draft.places if p.text not in {a.text for a in (*draft.actors, *draft.targets)}]
    return draft if draft.places or draft.targets else None


def change_hands(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Read "A changed hands": fighting over the place, by nobody named."""
    draft.places = [p for w in slots.subject for p in places(reader, w)]
    return draft if draft.places else None
