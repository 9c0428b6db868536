"""From filled slots to draft claims: the slot map of the pack for each frame, and what it takes to believe one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.claims.frames import dealings, defences, harms, transfers
from tenure.claims.frames.draft import (
    Draft,
    counted,
    doers,
    holdable,
    is_territory,
    locatives,
    merge,
    opponents,
    place_slots,
    territory,
)
from tenure.claims.frames.states import states_under
from tenure.claims.packs import Predicate
from tenure.claims.phrases.actors import actors, officials
from tenure.claims.phrases.discourse import ActorRef, PlaceRef
from tenure.claims.phrases.mentions import count_of
from tenure.claims.phrases.places import places, prep_places
from tenure.claims.phrases.reader import conjuncts
from tenure.claims.syntax.predicates import Trigger
from tenure.claims.syntax.repair import reports
from tenure.claims.syntax.slots import fill_slots
from tenure.claims.syntax.subjects import light_verb, logical_subject

if TYPE_CHECKING:
    from tenure.claims.phrases.reader import Reader
    from tenure.claims.syntax.parse import Word
    from tenure.claims.syntax.slots import Slots

__all__ = ["read_frames"]


def read_frames(found: list[Trigger], reader: Reader) -> list[Draft]:
    """Return drafts of all predicates of a sentence, in order; the first entry of a word that yields one wins."""
    out: list[Draft] = []
    done: set[int] = set()
    for one in found:
        if one.word.i in done:
            continue
        draft = _read(one, reader)
        if draft is not None:
            done.add(one.word.i)
            done.update(p.i for p in one.parts if p.lower not in {"to", "from", "of"})
            done.update(w.i for w in draft.absorbed)
            out.append(draft)
            if draft.actors and not draft.actors[0].anaphor:
                reader.local_actors[:] = draft.actors
            if draft.places:
                reader.last_places = list(draft.places)
            reader.local_places.extend(p for p in draft.places if p.role in {"at", "to", "from"})
    for draft in out:
        if draft.event == "hold" and _ended(draft, reader):
            draft.event = "loss"
        elif draft.event == "gain" and _goes_on(draft):
            draft.event = "hold"
    out = [d for d in out if not (_missing(d.word) or _peaceful(d, reader) or _lifted(d, reader) or _formerly(d, reader))]
    return [
        d
        for d in [*out, *_held(reader, found), *states_under(reader, found)]
        if not any(d.word in o.absorbed for o in out if o is not d)
    ]


def _ended(draft: Draft, reader: Reader) -> bool:
    """Read "no longer hold A", "A is no longer under their control": what was held is not held any more."""
    ended = reader.pack.lexicon["words.ended"]
    return any(
        c.lower in ended and any(n.lower == "no" for n in c.children)
        for w in (draft.word, *draft.found.parts)
        for c in w.children
    )


def _formerly(draft: Draft, reader: Reader) -> bool:
    """Read "A, formerly held by X": a state of no day that is told."""
    over = reader.pack.lexicon["words.formerly"]
    noun = draft.word.head if draft.word.dep == "acl" and draft.event == "hold" else None
    ranked = noun is not None and any(c.lower in reader.pack.lexicon["words.last"] for c in noun.children if c.dep == "amod")
    if ranked and noun is not None and noun.dep in {"attr", "appos"}:  # "it was the last town held by X"
        return True
    return draft.event == "hold" and any(c.dep == "advmod" and c.lower in over for c in draft.word.children)


def _goes_on(draft: Draft) -> bool:
    """Read "still occupied A": a state, no change."""
    beside = draft.word.children
    denied = any(c.dep == "neg" for c in beside)  # "have still not captured A"
    return draft.word.tag in {"VBD", "VBN", "VBP", "VBZ"} and not denied and any(c.lower == "still" for c in beside)


def _peaceful(draft: Draft, reader: Reader) -> bool:
    """Whether those who move or hold are a crowd, or go home: no control changes by it."""
    if draft.event not in {"gain", "hold", "loss", "advance", "siege"}:
        return False
    crowd = reader.pack.lexicon["actor.crowds"]
    if draft.actors and all(a.text.split()[-1].lower() in crowd and not a.anaphor for a in draft.actors):
        return True
    return (
        draft.event == "loss" and bool(draft.places) and all(p.role == "to" and p.text[:1].islower() for p in draft.places)
    )


def _lifted(draft: Draft, reader: Reader) -> bool:
    """Read "broke the siege of A", "the blockade was lifted": no siege any more."""
    verb = draft.word.head
    if (
        not draft.found.nominal
        or draft.event != "siege"
        or verb is None
        or draft.word.dep not in {"dobj", "nsubjpass", "nsubj"}
    ):
        return False
    return reader.pack.lemmas.get(verb.lower, verb.lower) in reader.pack.lexicon["support.end"]


def _missing(word: Word) -> bool:
    """Whether an event is what did not happen: "without fighting", "instead of storming it"."""
    prep = word.head if word.dep in {"pobj", "pcomp"} else None
    if prep is None:
        return False
    return prep.lower == "without" or (
        prep.lower == "of" and prep.head is not None and prep.head.lower in {"instead", "short"}
    )


def _held(reader: Reader, found: list[Trigger]) -> list[Draft]:
    """Read "the hills were still X-held": an attribute that a clause asserts."""
    out = []
    for word in reader.tree.words:
        name = word.name
        if name is None or name.kind != "held" or word.dep not in {"acomp", "attr", "oprd", "ROOT"} or not found:
            continue
        stem, _, suffix = word.text.rpartition("-")
        if suffix.lower() not in {"held", "controlled", "ruled", "occupied"} or word.head is None:
            continue
        start = reader.offset + word.start
        draft = Draft("hold", word, Trigger(_HELD, word, nominal=False), actors=[ActorRef(stem, start, start + len(stem))])
        subjects = [c for c in word.head.children if c.dep == "nsubj"]
        draft.places = [p for s in subjects for p in places(reader, s)]
        if draft.places:
            out.append(draft)
    return out


_HELD = Predicate("hold", "hold", ("held",), weak=False, order=999)


def _read(found: Trigger, reader: Reader) -> Draft | None:
    slots = fill_slots(found, reader.pack)
    special = _SPECIAL.get(found.frame)
    draft = Draft(found.event, found.word, found, slots=slots)
    if special is not None:
        return special(draft, slots, reader)
    return _generic(draft, slots, reader)


def _generic(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:  # noqa: C901 - a table of cases reads best in one piece
    """Fill a draft by the frame's slot map; None when it cannot be a claim."""
    frame = reader.pack.frames[draft.found.frame]
    for name in frame["actor"]:
        draft.actors = doers(slots.get(name), reader)
        if draft.actors:
            break
    if not draft.actors and slots.subject and all(w.tag == "PRP$" for w in slots.subject):  # "In their march, X took A"
        verb = light_verb(draft.word)
        draft.actors = doers(logical_subject(verb, reader.pack), reader) if verb is not None else []
    told = slots.governor is not None and reports(slots.governor, reader.pack) and draft.word.dep == "dobj"
    if told and draft.event in {"gain", "loss", "hold", "advance"}:
        draft.actors = reporters(slots, draft.actors, reader)
        if not draft.actors:
            slots.subject = []
    if not draft.actors and draft.found.frame == "fight":
        between = [
            p
            for w in reader.tree.words
            if w.lower == "between" and w.i > draft.word.i
            for p in w.children
            if p.dep == "pobj"
        ]
        draft.actors = [a for w in between for a in doers([w], reader) if actors(reader, w, loose=False)]
    if not draft.actors and draft.found.predicate.words[0] == "bring":
        draft.actors = [a for w in slots.object for a in actors(reader, w)]
    if slots.subject and not draft.actors and not _unnamed_doer(slots.subject, reader):
        return None
    for name in frame["target"]:
        words = slots.get(name.removesuffix("_actor"))
        draft.targets = [a for a in opponents(words, reader) if a.text not in {x.text for x in draft.actors}]
        if draft.targets:
            break
    inclusive = [p for c in draft.word.children if c.lower == "including" for p in prep_places(reader, c, "at")]
    own = merge(place_slots(draft, slots, reader, frame["place"]), inclusive)
    object_like = [
        w
        for name in frame["place"]
        for w in slots.get(name)
        if name in {"object", "of", "over", "from"} or (name == "to" and draft.event == "hold")
    ]
    draft.counts = counted(object_like)
    draft.extent = is_territory(object_like, reader)
    around = locatives(slots, reader, set(frame["place"]) | set(frame["actor"]))
    taken = {a.text for a in (*draft.actors, *draft.targets)}
    draft.places = [p for p in merge(own, around) if p.text not in taken]
    if draft.found.nominal and draft.event == "clash":
        aims = [
            c
            for c in (*draft.word.children, *(slots.governor.children if slots.governor is not None else ()))
            if c.lower == "targeting"
        ]
        draft.absorbed = aims
        draft.places = merge(draft.places, *[places(reader, d) for c in aims for d in c.children if d.dep == "dobj"])
    _nearby_places(draft, slots, reader)
    draft.places = _outermost(draft.places)
    if draft.event in {"clash", "strike"} and len(draft.places) > 1:  # an enemy's headquarters is a target there
        bases = reader.pack.lexicon["place.bases"]
        draft.places = [p for p in draft.places if p.text.split()[0] not in bases] or draft.places
    _weapons(draft, reader)
    return draft if _believable(draft, slots, reader, own) else None


def reporters(slots: Slots, found: list[ActorRef], reader: Reader) -> list[ActorRef]:
    """Return whose deed it is that somebody reports ("X's ministry announced the capture of A"), no person's."""
    governor = slots.governor
    told = [w for w in slots.subject if governor is not None and w in governor.children]
    if not told:
        return found
    return [r for w in told for r in officials(reader, w)] or [
        r for r in found if not any(w.name is not None and w.name.kind in {"person", "media"} for w in told)
    ]


def _nearby_places(draft: Draft, slots: Slots, reader: Reader) -> None:
    """Places that the parser hung on the opponent ("from X in A"), and, where there is none at all.

    On the actor or as territory.
    """
    names = {a.text for a in (*draft.actors, *draft.targets)}
    opponents = [w for n in ("from", "against", "with", "on") for w in slots.get(n)]
    opponents += [x for w in slots.get("between") for x in conjuncts(w)]
    opponents += slots.object if draft.event in {"clash", "strike", "siege"} else []
    found = [
        p
        for w in opponents
        for one in conjuncts(w)
        for c in one.children
        if c.dep == "prep" and c.lower in reader.pack.lexicon["words.around"]
        for p in prep_places(reader, c, "in_area")
    ]
    draft.places = [p for p in merge(draft.places, found) if p.text not in names]
    if not draft.places and draft.event != "gain":
        found = [
            p
            for w in slots.subject
            for c in w.children
            if c.dep == "prep" and c.lower in reader.pack.lexicon["words.around"]
            for p in prep_places(reader, c, "in_area")
        ]
        draft.places = [p for p in found if p.text not in names]
    if (
        not draft.places
        and draft.event in {"advance", "gain"}
        and not any(draft.counts and count_of(c) for c in draft.counts)
    ):
        draft.places = [p for n in ("into", "to", "object") for w in slots.get(n) for p in territory(w, reader)]


_FLYERS = {"warplanes", "jets", "aircraft", "helicopters", "drones", "planes", "bombers"}


def _weapons(draft: Draft, reader: Reader) -> None:
    """Read "a mortar attack", "a car bomb attack" is a strike."""
    if draft.event != "clash" or not draft.found.nominal:
        return
    if any(a.text.lower().rsplit(" ", 1)[-1] in _FLYERS for a in draft.actors):
        draft.event = "strike"
    before = [c.lower for c in draft.word.children if c.dep in {"compound", "amod", "nmod"} and c.i < draft.word.i]
    if any(
        b in reader.pack.lexicon["words.weapons"]
        or b in {"air", "suicide", "aerial", "bomb", "chemical", "car", "vbied", "rpg", "grenade", "ied", "gas"}
        for b in before
    ):
        draft.event = "strike"


def _outermost(found: list[PlaceRef]) -> list[PlaceRef]:
    """Return places without those inside another's words, and without "the pocket" where one is named."""
    inside: set[tuple[int, int, str]] = set()
    widest: PlaceRef | None = None
    for place in sorted((p for p in found if p.start >= 0), key=lambda p: (p.start, -p.end)):
        if widest is not None and place.end <= widest.end and place.text != widest.text:
            inside.add((place.start, place.end, place.text))
        if widest is None or place.end > widest.end:
            widest = place
    out = [p for p in found if (p.start, p.end, p.text) not in inside]
    named = [p for p in out if p.text not in {"pocket", "territory", "area", "the pocket", "the territory", "the area"}]
    return named or out


def _strikes(word: Word, reader: Reader) -> bool:
    """Whether a noun is a strike by the lexicon, or a strike or raid from the air."""
    found = reader.pack.nouns.get(word.lower, ())
    return any(p.event == "strike" for p in found) and not (
        word.lower in {"strike", "strikes"}
        and not any(c.i < word.i and c.dep in {"compound", "amod"} for c in word.children)
    )


def _unnamed_doer(words: list[Word], reader: Reader) -> bool:
    """Whether a subject that is no actor may still do it: an event noun, a weapon, a pronoun without antecedent."""
    return any(
        w.lower in reader.pack.nouns
        or w.lower in reader.pack.lexicon["words.weapons"]
        or w.tag in {"PRP", "WDT", "WP", "PRP$"}
        or w.lower in {"both", "that"}
        for w in words
    )


def _believable(draft: Draft, slots: Slots, reader: Reader, own: list[PlaceRef]) -> bool:  # noqa: C901, PLR0911, PLR0912 - a table of cases reads best in one piece
    """Whether a draft has the parts without which its event is but a word."""
    event, frame = draft.event, draft.found.frame
    if frame == "take":
        named = any(p.start >= 0 for p in own)
        if draft.found.predicate.weak and not own and not draft.counts:
            return False
        if slots.object and not own and not draft.extent:
            return False
        if slots.object and not any(holdable(w, reader) for o in slots.object for w in conjuncts(o)):
            return False
        if draft.word.dep in {"acl", "relcl"} and not own and not any(count_of(c) for c in draft.counts):
            return False
        if not slots.object and not named and not draft.places:
            return bool(draft.actors) and draft.found.predicate.words[-1] == "control"
        return bool(draft.actors or own or draft.extent)
    if frame == "hold" and slots.object and not any(holdable(w, reader) for o in slots.object for w in conjuncts(o)):
        return False  # "held a contest in A"
    if frame in {"hold", "presence", "grip"}:
        return bool(own or draft.extent) and bool(draft.actors)
    if event == "strike":
        armed = (
            bool(draft.actors)
            or any(w.lower in reader.pack.lexicon["words.weapons"] or _strikes(w, reader) for w in slots.subject)
            or draft.found.nominal
        )
        return armed and bool(draft.places or (draft.actors and draft.targets))
    if event in {"clash", "strike"} and draft.found.nominal and (draft.actors or draft.targets):
        return True
    if event == "siege" and slots.passive and draft.places:
        return True
    if event == "clash" and slots.passive and any(p.start >= 0 for p in own):
        return True
    if event in {"clash", "siege"}:
        return (bool(draft.places) and bool(draft.actors or draft.targets or draft.found.nominal)) or bool(
            draft.actors and draft.targets
        )
    if event == "advance" and draft.found.predicate.words[0] == "arrive":
        return any(actors(reader, w, loose=False) for w in slots.subject) and bool(draft.places)
    if event == "advance":
        return bool(draft.actors) and bool(draft.places)
    return bool(draft.places or draft.actors)


_SPECIAL = {
    "fall": transfers.fall,
    "declare": transfers.declare,
    "state": transfers.state_of_control,
    "change": defences.change_hands,
    "possess": harms.possess,
    "under_fire": defences.under_fire,
    "cut": defences.cut,
    "prevent": defences.prevent,
    "failed": defences.failed,
    "expel": transfers.expel,
    "hand": transfers.hand,
    "reverse": transfers.reverse,
    "lose": transfers.lose,
    "leave": transfers.leave,
    "repel": defences.repel,
    "allow": dealings.allow,
    "open": dealings.open_corridor,
    "evacuate": dealings.evacuate,
    "agree": dealings.agree,
    "kill": harms.kill,
    "displace": harms.displace,
    "post": harms.set_up,
}
