"""From filled slots to draft claims: the slot map of the pack for each frame, and what it takes to believe one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tenure.claims.discourse import ActorRef, PlaceRef
from tenure.claims.packs import Predicate
from tenure.claims.phrases import LOCATIVE, PARTITIVE, conjuncts
from tenure.claims.predicates import Found
from tenure.claims.slots import fill_slots, light_verb, logical_subject, noun_subject

if TYPE_CHECKING:
    from tenure.claims.parse import Word
    from tenure.claims.phrases import Reader
    from tenure.claims.slots import Slots

__all__ = ["Draft", "read_frames"]


@dataclass(slots=True, eq=False)
class Draft:
    """A claim in the making; `word` is its predicate; `parts` the words that belong to it."""

    event: str
    word: Word
    found: Found
    actors: list[ActorRef] = field(default_factory=list)
    targets: list[ActorRef] = field(default_factory=list)
    places: list[PlaceRef] = field(default_factory=list)
    counts: list[Word] = field(default_factory=list)
    """Nouns of the object that a number counts, or that are counted by their article."""
    extent: bool = False
    """The object is territory without a name ("several areas", "the area they had lost")."""
    failed: bool = False
    absorbed: list[Word] = field(default_factory=list)
    """Words of clauses that this claim already tells."""
    slots: Slots | None = None


def read_frames(found: list[Found], reader: Reader) -> list[Draft]:
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
    return [d for d in [*out, *_held(reader, found)] if not any(d.word in o.absorbed for o in out if o is not d)]


def _held(reader: Reader, found: list[Found]) -> list[Draft]:
    """ "the hills were still X-held": an attribute that a clause asserts."""
    out = []
    for word in reader.tree.words:
        name = word.name
        if name is None or name.kind != "held" or word.dep not in {"acomp", "attr", "oprd", "ROOT"} or not found:
            continue
        stem, _, suffix = word.text.rpartition("-")
        if suffix.lower() not in {"held", "controlled", "ruled", "occupied"} or word.head is None:
            continue
        start = reader.offset + word.start
        draft = Draft("hold", word, Found(_HELD, word, nominal=False), actors=[ActorRef(stem, start, start + len(stem))])
        subjects = [c for c in word.head.children if c.dep == "nsubj"]
        draft.places = [p for s in subjects for p in reader.places(s)]
        if draft.places:
            out.append(draft)
    return out


_HELD = Predicate("hold", "hold", ("held",), weak=False, order=999)


def _read(found: Found, reader: Reader) -> Draft | None:
    slots = fill_slots(found, reader.pack)
    special = _SPECIAL.get(found.frame)
    draft = Draft(found.event, found.word, found, slots=slots)
    if special is not None:
        return special(draft, slots, reader)
    return _generic(draft, slots, reader)


def _actors(words: list[Word], reader: Reader, *, depth: int = 0) -> list[ActorRef]:
    """The actors of slot words; an event noun stands for who carries it out."""
    out: list[ActorRef] = []
    for word in words:
        for one in conjuncts(word):
            if one.name is None and one.lower in reader.pack.nouns and not reader.is_actor_noun(one):
                doers = noun_subject(one, reader.pack)
                refs = _actors(doers, reader, depth=depth + 1) if depth < 4 else []  # noqa: PLR2004 - nested event nouns
            elif one.name is None and one.text in reader.pack.lexicon["actor.demonyms"]:
                refs = [ActorRef(*reader.slice(one, one))]
            elif one.name is None and one.lower == "fighting":
                refs = []
            else:
                refs = reader.actor_with_backers(one, loose=True)
            out.extend(r for r in refs if r.text not in {o.text for o in out})
    return out


def _locatives(slots: Slots, reader: Reader, used: set[str]) -> list[PlaceRef]:
    """Places in the prepositional phrases of a predicate that no slot of its frame has taken."""
    out: list[PlaceRef] = []
    for prep in slots.preps:
        if (
            prep.lower in used
            or prep.lower
            in {
                "by",
                "of",
                "for",
                "with",
                "as",
                "after",
                "before",
                "during",
                "against",
                "like",
                "since",
                "until",
                "despite",
                "amid",
                "following",
                "about",
            }
            and prep.dep != "advmod"
        ):
            continue
        if prep.dep == "advmod" and prep.lower == "there":
            out.extend(reader.places(prep))
            continue
        if (
            prep.lower in LOCATIVE
            or prep.lower in reader.pack.lexicon["place.compass"]
            or prep.lower in {"out", "up", "close", "deep", "back", "away", "km", "just"}
        ):
            out.extend(reader.prep_places(prep, "at"))
    return out


def _merge(*groups: list[PlaceRef]) -> list[PlaceRef]:
    out: list[PlaceRef] = []
    for group in groups:
        for ref in group:
            if ref.text and ref.text not in {o.text for o in out}:
                out.append(ref)
    return out


def _counted(words: list[Word], reader: Reader) -> list[Word]:
    """Nouns in object phrases that a number or an indefinite article counts, "dozens of villages" included."""
    out = []
    for word in words:
        for one in conjuncts(word):
            stack, depth = [one], 0
            while stack and depth < 4:  # noqa: PLR2004 - "a total of some of the 12 villages"
                depth += 1
                noun = stack.pop()
                if noun.name is None and noun.tag.startswith("NN"):
                    out.append(noun)
                stack.extend(
                    p for c in noun.children if c.dep == "prep" and c.lower == "of" for p in c.children if p.dep == "pobj"
                )
    return out


def _is_territory(words: list[Word], reader: Reader) -> bool:
    nouns = reader.pack.lexicon["place.nouns"]
    for word in words:
        if word.number is not None and not word.tag.startswith("NN"):
            return True  # "captured 14 more"
        if word.lower in {"part", "parts", "place", "advantage", "lives"} and not any(
            c.dep == "prep" for c in word.children
        ):
            continue
        if any(
            n.lower in nouns
            or n.lower in reader.pack.lexicon["count.villages"]
            or n.lower in {"kilometers", "kilometres", "km", "miles", "km2", "gains", "ground", "percent", "%"}
            for n in _counted([word], reader)
        ):
            return True
        if word.lower in {"all", "most", "several", "some", "these", "those", "many", "both", "one", "others", "two"}:
            return True
    return False


def _place_slots(draft: Draft, slots: Slots, reader: Reader, names: tuple[str, ...]) -> list[PlaceRef]:
    out: list[PlaceRef] = []
    roles = {"to": "to", "into": "to", "toward": "to", "towards": "to", "from": "from", "within": "near", "off": "near"}
    for name in names:
        for word in slots.get(name):
            if any(word is p for p in draft.found.parts):
                continue
            out = _merge(out, reader.places(word, roles.get(name, "at")))
    return out


def _generic(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Fill a draft by the frame's slot map; None when it cannot be a claim."""
    frame = reader.pack.frames[draft.found.frame]
    for name in frame["actor"]:
        draft.actors = _actors(slots.get(name), reader)
        if draft.actors:
            break
    if not draft.actors and slots.subject and all(w.tag == "PRP$" for w in slots.subject):  # "In their march, X took A"
        verb = light_verb(draft.word)
        draft.actors = _actors(logical_subject(verb, reader.pack), reader) if verb is not None else []
    if not draft.actors and draft.found.frame == "fight":
        between = [
            p
            for w in reader.tree.words
            if w.lower == "between" and w.i > draft.word.i
            for p in w.children
            if p.dep == "pobj"
        ]
        draft.actors = [a for w in between for a in _actors([w], reader) if reader.actors(w, loose=False)]
    if not draft.actors and draft.found.predicate.words[0] == "bring":
        draft.actors = [a for w in slots.object for a in reader.actors(w)]
    if slots.subject and not draft.actors and not _unnamed_doer(slots.subject, reader):
        return None
    for name in frame["target"]:
        words = slots.get(name.removesuffix("_actor"))
        draft.targets = [a for a in _actors_only(words, reader) if a.text not in {x.text for x in draft.actors}]
        if draft.targets:
            break
    own = _place_slots(draft, slots, reader, frame["place"])
    object_like = [w for name in frame["place"] for w in slots.get(name) if name in {"object", "of", "over", "from"}]
    draft.counts = _counted(object_like, reader)
    draft.extent = _is_territory(object_like, reader)
    around = _locatives(slots, reader, set(frame["place"]) | set(frame["actor"]))
    inclusive = [p for c in draft.word.children if c.lower == "including" for p in reader.prep_places(c, "at")]
    taken = {a.text for a in (*draft.actors, *draft.targets)}
    draft.places = [p for p in _merge(own, inclusive, around) if p.text not in taken]
    _nearby_places(draft, slots, reader)
    _weapons(draft, reader)
    return draft if _believable(draft, slots, reader, own) else None


def _nearby_places(draft: Draft, slots: Slots, reader: Reader) -> None:
    """Places that the parser hung on the opponent ("from X in A"), and, where there is none at all, on the actor or as territory."""
    names = {a.text for a in (*draft.actors, *draft.targets)}
    opponents = [w for n in ("from", "against", "with", "on") for w in slots.get(n)]
    opponents += [x for w in slots.get("between") for x in conjuncts(w)]
    opponents += slots.object if draft.event in {"clash", "strike", "siege"} else []
    found = [
        p
        for w in opponents
        for one in conjuncts(w)
        for c in one.children
        if c.dep == "prep" and c.lower in _AROUND
        for p in reader.prep_places(c, "in_area")
    ]
    draft.places = [p for p in _merge(draft.places, found) if p.text not in names]
    if not draft.places and draft.event != "gain":
        found = [
            p
            for w in slots.subject
            for c in w.children
            if c.dep == "prep" and c.lower in _AROUND
            for p in reader.prep_places(c, "in_area")
        ]
        draft.places = [p for p in found if p.text not in names]
    if (
        not draft.places
        and draft.event in {"advance", "gain"}
        and not any(draft.counts and reader.count_of(c) for c in draft.counts)
    ):
        draft.places = [p for n in ("into", "to", "object") for w in slots.get(n) for p in _territory(w, reader)]


_AROUND = {"in", "at", "near", "around", "outside", "inside", "along"}


def _territory(word: Word, reader: Reader) -> list[PlaceRef]:
    """ "HTS territory", "rebel-held areas": territory that is named by who holds it."""
    if word.lower not in {"territory", "territories", "area", "areas", "lines"} or word.name is not None:
        return []
    holders = [
        c
        for c in word.children
        if c.i < word.i and (c.name is not None and c.name.kind in {"held", "actor"} or reader.is_actor_noun(c))
    ]
    if not holders:
        return []
    text, start, end = reader.slice(holders[0], word)
    return [PlaceRef(text, "at", start, end, word.lower)]


def _weapons(draft: Draft, reader: Reader) -> None:
    """ "a mortar attack", "a car bomb attack" is a strike."""
    if draft.event != "clash" or not draft.found.nominal:
        return
    before = [c.lower for c in draft.word.children if c.dep in {"compound", "amod", "nmod"} and c.i < draft.word.i]
    if any(
        b in _WEAPONS
        or b in {"air", "suicide", "aerial", "bomb", "chemical", "car", "vbied", "rpg", "grenade", "ied", "gas"}
        for b in before
    ):
        draft.event = "strike"
    del reader


def _actors_only(words: list[Word], reader: Reader) -> list[ActorRef]:
    """Actors among object words: names of unknown kind are places there, not actors."""
    out: list[ActorRef] = []
    for word in words:
        for one in conjuncts(word):
            refs = reader._actor(one, loose=False)  # noqa: SLF001 - one phrase at a time
            if not refs and one.name is None:
                for child in one.children:  # "HTS positions", "rebel lines"
                    if child.dep in {"compound", "poss", "amod", "nmod"} and (
                        child.name is not None
                        and child.name.kind == "actor"
                        or child.lower in reader.pack.lexicon["actor.strong"]
                    ):
                        refs = [ActorRef(*reader.slice(child, child))]
                        break
            out.extend(r for r in refs if r.text not in {o.text for o in out})
    return out


def _unnamed_doer(words: list[Word], reader: Reader) -> bool:
    """Whether a subject that is no actor may still do it: an event noun, a weapon, a pronoun without antecedent."""
    return any(
        w.lower in reader.pack.nouns
        or w.lower in _WEAPONS
        or w.tag in {"PRP", "WDT", "WP", "PRP$"}
        or w.lower in {"both", "that"}
        for w in words
    )


_WEAPONS = {
    "fire",
    "artillery",
    "mortar",
    "shell",
    "shells",
    "rocket",
    "rockets",
    "missile",
    "missiles",
    "bomb",
    "bombs",
    "bomber",
    "drone",
    "drones",
    "airstrikes",
    "warplane",
    "warplanes",
    "jets",
    "planes",
    "helicopter",
    "helicopters",
    "aircraft",
    "explosion",
    "raid",
    "raids",
    "airstrike",
    "mortars",
    "shelling",
    "bombardment",
}


def _believable(draft: Draft, slots: Slots, reader: Reader, own: list[PlaceRef]) -> bool:
    """Whether a draft has the parts without which its event is but a word."""
    event, frame = draft.event, draft.found.frame
    if frame == "take":
        named = any(p.start >= 0 for p in own)
        if draft.found.predicate.weak and not own and not draft.counts:
            return False
        if slots.object and not own and not draft.extent:
            return False
        if slots.object and not any(_holdable(w, reader) for o in slots.object for w in conjuncts(o)):
            return False
        if draft.word.dep in {"acl", "relcl"} and not own and not any(reader.count_of(c) for c in draft.counts):
            return False
        if not slots.object and not named and not draft.places:
            return False
        return bool(draft.actors or own or draft.extent)
    if frame == "hold":
        return bool(own or draft.extent) and bool(draft.actors)
    if event == "strike":
        armed = bool(draft.actors) or any(w.lower in _WEAPONS for w in slots.subject) or draft.found.nominal
        return armed and bool(draft.places or (draft.actors and draft.targets))
    if event in {"clash", "strike"} and draft.found.nominal and (draft.actors or draft.targets):
        return True
    if event in {"clash", "siege"}:
        return (
            bool(draft.places)
            and bool(draft.actors or draft.targets or draft.found.nominal)
            or bool(draft.actors and draft.targets)
        )
    if event == "advance":
        return bool(draft.actors) and bool(draft.places)
    return bool(draft.places or draft.actors)


def _holdable(word: Word, reader: Reader) -> bool:
    """Whether a word can be taken and held: a name, a place, a part or number of places, or a pronoun for one."""
    if word.name is not None:
        return word.name.kind in {"place", "unknown", "held"}
    if word.tag.startswith(("PRP", "DT", "CD", "WDT", "WP", "JJ")) or word.number is not None:
        return True
    lexicon = reader.pack.lexicon
    if (
        word.lower in lexicon["place.nouns"]
        or word.lower in lexicon["place.compass"]
        or word.lower in lexicon["count.villages"]
        or word.lower in PARTITIVE
    ):
        return True
    if word.tag in {"NNP", "NNPS"} or word.i <= 1:
        return True
    return word.lower in {
        "gains",
        "ground",
        "terrain",
        "kilometers",
        "kilometres",
        "km",
        "km2",
        "miles",
        "foothold",
        "facility",
        "facilities",
        "runway",
        "terminal",
        "line",
        "lines",
        "defenses",
        "bases",
        "entity",
        "country",
    }


def _fall(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """ "A fell to X", "the fall of A": the place is what falls."""
    words = (
        [*slots.subject, *slots.object]
        if not draft.found.nominal
        else [*slots.object, *[c for c in draft.word.children if c.dep == "poss"]]
    )
    own: list[PlaceRef] = []
    for word in words:
        if reader.actors(word, loose=False):
            return None
        own = _merge(own, reader.places(word))
    draft.counts, draft.extent = _counted(words, reader), _is_territory(words, reader)
    if not own and not draft.extent:
        return None
    for name in ("to", "into", "under"):
        draft.actors = (
            draft.actors
            or _actors([w for w in slots.get(name)], reader)
            or [a for w in slots.get(name) if w.lower in {"hands", "control"} for a in _owners(w, reader)]
        )
    if draft.found.predicate.weak and not draft.actors and not own:
        return None
    draft.places = _merge(own, _locatives(slots, reader, {"to", "into", "under", "from"}))
    return draft if draft.actors or own else None


def _owners(word: Word, reader: Reader) -> list[ActorRef]:
    """Whose "hands" or "control" it is."""
    owners = [c for c in word.children if c.dep in {"poss", "amod", "compound"}]
    owners += [p for c in word.children if c.lower == "of" for p in c.children if p.dep == "pobj"]
    return _actors(owners, reader)


def _expel(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """ "X drove Y out of A" is a gain by X; without a doer a loss by Y."""
    cleared = slots.get("of") if draft.found.predicate.words[0] == "clear" else []
    targets = [a for w in cleared for a in reader.actors(w, loose=False)] or (
        [a for w in slots.object for a in reader.actors(w, loose=True)] if not cleared else []
    )
    own = _place_slots(draft, slots, reader, ("from", "of", "off"))
    objects = [p for w in slots.object for p in reader.places(w)] if cleared or not targets else []
    own = _merge(
        own,
        [
            p
            for w in slots.object
            for c in w.children
            if c.dep == "prep" and c.lower in {"from", "out", "off"}
            for p in reader.prep_places(c, "from")
        ],
    )
    draft.places = [
        p
        for p in _merge(own, objects, _locatives(slots, reader, {"from", "of", "out", "into", "to"}))
        if p.text not in {t.text for t in targets}
    ]
    draft.actors = _actors(slots.subject, reader)
    if not (targets or objects) or (not draft.places and draft.actors):
        return None
    if draft.actors:
        draft.targets = targets
        return draft
    if not slots.passive:
        return None
    draft.event, draft.actors = "loss", targets
    return draft if targets else None


def _state(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """ "A is under X's control", "A remained in the hands of X": the place is the subject, the holder owns the control."""
    last = draft.found.parts[-1]
    draft.actors = _owners(last, reader)
    subjects = [*slots.subject, *slots.object]
    draft.places = _merge(
        [p for w in subjects for p in reader.places(w)], [p for p in _locatives(slots, reader, {"under", "in", "into"})]
    )
    draft.counts = _counted(subjects, reader)
    draft.absorbed = [last]
    return draft if draft.actors and (draft.places or _is_territory(subjects, reader)) else None


def _under_fire(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """ "A came under shelling from X": the place is the subject."""
    noun = draft.found.parts[-1]
    draft.places = _merge(
        [p for w in slots.subject for p in reader.places(w)], _locatives(slots, reader, {"under", "from", "by"})
    )
    draft.actors = [
        a
        for c in noun.children
        if c.lower in {"from", "by"}
        for p in c.children
        if p.dep == "pobj"
        for a in reader.actors(p)
    ]
    draft.actors = draft.actors or [a for n in ("from", "by") for w in slots.get(n) for a in reader.actors(w)]
    draft.targets = _actors(slots.subject, reader) if not draft.places else []
    draft.absorbed = [noun]
    return draft if draft.places else None


def _change(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """ "A changed hands": fighting over the place, by nobody named."""
    draft.places = [p for w in slots.subject for p in reader.places(w)]
    return draft if draft.places else None


def _possess(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """ "They have six armoured vehicles": counted vehicles of an actor, where it was last said to be."""
    vehicles = [w for o in slots.object for w in conjuncts(o) if w.lower in reader.pack.lexicon["count.vehicles"] and reader.count_of(w) is not None]
    draft.actors, draft.counts = _actors(slots.subject, reader), vehicles
    draft.places = [p for p in reader.discourse.objects if vehicles]
    return draft if vehicles and draft.actors else None


def _prevent(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """ "X prevented Y from capturing A" is a hold by X."""
    verbs = [v for c in draft.word.children if c.dep == "prep" and c.lower == "from" for v in c.children if v.dep == "pcomp"]
    verbs = [
        v
        for v in verbs
        if v.lower in reader.pack.verbs and reader.pack.verbs[v.lower][0].event in {"gain", "advance", "clash"}
    ]
    draft.actors, draft.targets = _actors(slots.subject, reader), [a for w in slots.object for a in reader.actors(w)]
    draft.absorbed = verbs
    draft.places = _merge(
        *[[p for c in v.children if c.dep == "dobj" for p in reader.places(c)] for v in verbs],
        *[
            [p for c in v.children if c.dep == "prep" and c.lower in LOCATIVE for p in reader.prep_places(c, "at")]
            for v in verbs
        ],
    )
    return draft if verbs and draft.targets and draft.places else None


def _failed(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """ "the attack failed" is a hold by whom it was aimed at."""
    attacks = [
        w
        for s in slots.subject
        for w in conjuncts(s)
        if w.lower in reader.pack.nouns and reader.pack.nouns[w.lower][0].event in {"clash", "advance"}
    ]
    if not attacks:
        return None
    draft.targets, draft.absorbed = _actors(noun_subject(attacks[0], reader.pack), reader), attacks
    for child in attacks[0].children:
        if child.dep == "prep" and child.lower not in {"by", "of"}:
            draft.places = _merge(draft.places, reader.prep_places(child, "at"))
            draft.actors = draft.actors or [
                a
                for p in child.children
                if p.dep == "pobj" and child.lower in {"on", "against"}
                for a in _actors_only([p], reader)
            ]
    return draft


def _hand(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    own = [p for w in slots.object for p in reader.places(w)]
    if not own and not _is_territory(slots.object, reader):
        return None
    draft.places, draft.counts = _merge(own, _locatives(slots, reader, {"to", "over"})), _counted(slots.object, reader)
    draft.targets = _actors(slots.subject, reader)
    draft.actors = _actors(slots.get("to"), reader)
    if not draft.actors:
        draft.event, draft.actors, draft.targets = "loss", draft.targets, []
    return draft if draft.actors else None


def _reverse(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    draft.actors = _actors(slots.subject, reader)
    draft.places = _merge(
        _locatives(slots, reader, set()),
        [
            p
            for part in draft.found.parts
            for c in part.children
            if c.dep == "prep"
            for p in reader.prep_places(c, "in_area")
        ],
    )
    return draft if draft.actors and draft.places else None


def _lose(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """ "X lost A" is a loss, "X lost A to Y" a gain by Y."""
    own = _place_slots(draft, slots, reader, ("object", "of", "over"))
    words = [*slots.object, *slots.get("of")]
    if not own and not _is_territory(words, reader):
        return None
    draft.counts, draft.extent = _counted(words, reader), True
    draft.actors = _actors(slots.subject, reader)
    draft.places = _merge(own, _locatives(slots, reader, {"of", "over", "to", "in" if draft.word.dep == "relcl" else ""}))
    takers = _actors_only(slots.get("to"), reader) or [a for w in slots.get("to") for a in reader.actors(w, loose=not own)]
    takers = takers or [
        a for w in slots.get("in") if w.lower in _ATTACKS for a in _actors(noun_subject(w, reader.pack), reader)
    ]
    if takers:
        draft.event, draft.targets, draft.actors = "gain", draft.actors, takers
    return draft if draft.actors else None


_ATTACKS = {
    "attack",
    "counter-attack",
    "counterattack",
    "assault",
    "offensive",
    "counteroffensive",
    "raid",
    "counter-offensive",
}


def _leave(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    frame = ("from", "object", "of", "out")
    draft.actors = _actors(slots.subject or (slots.object if slots.passive else []), reader)
    own = _place_slots(draft, slots, reader, frame)
    words = [w for n in frame for w in slots.get(n)]
    draft.counts = _counted(words, reader)
    if any(w.lower in {"distance", "kilometers", "kilometres", "km", "miles", "meters", "metres"} for w in slots.object):
        slots.object = []
    weak = draft.found.predicate.words[0] in {"leave", "abandon", "quit", "flee", "give", "relocate", "evacuate"} and not own
    if not draft.actors or weak or (slots.object and not own):
        return None
    if draft.found.predicate.words == ("leave",) and not any(p.start >= 0 for p in own):
        return None
    used = {"from", "of", "out"} | ({"to", "toward", "towards", "into"} if own else set())
    draft.places = _merge(own, _locatives(slots, reader, used))
    return draft


def _repel(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """The defender holds; the attackers are the object, or those whose attack it is; the attack says where."""
    if not slots.object:
        return None
    attacks = [w for o in slots.object for w in conjuncts(o) if w.lower in reader.pack.nouns and w.name is None]
    below = [v for w in attacks for v in w.children if v.dep in {"acl", "relcl"} and v.tag == "VB"]
    draft.absorbed = [*attacks, *below]
    for verb in below:
        draft.places = _merge(
            draft.places,
            [p for c in verb.children if c.dep == "dobj" for p in reader.places(c)],
            [p for c in verb.children if c.dep == "prep" for p in reader.prep_places(c, "at")],
        )
    draft.actors = _actors(slots.subject, reader)
    if attacks:
        draft.targets = [a for a in _actors(attacks, reader) if a.text not in {x.text for x in draft.actors}]
        for noun in attacks:
            for child in noun.children:
                if child.dep == "prep" and child.lower != "by":
                    draft.places = _merge(draft.places, reader.prep_places(child, "at"))
                    if not draft.actors and child.lower in {"on", "against"}:
                        draft.actors = [a for p in child.children if p.dep == "pobj" for a in _actors_only([p], reader)]
    else:
        draft.targets = [a for o in slots.object for a in reader.actors(o, loose=True)]
        if draft.found.predicate.words[0] in {"stop", "block", "halt", "defeat"}:
            return None
    draft.places = _merge(draft.places, _locatives(slots, reader, {"by", "to", "into"}))
    if (
        not attacks
        and not draft.targets
        and not any(o.lower in {"both", "all", "these", "it", "they", "which"} for o in slots.object)
    ):
        return None
    return draft if draft.actors or draft.targets or draft.places else None


def _allow(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """ "X allowed Y to leave A and go to B": the clause below tells where; to withdraw or capture is that verb's own claim."""
    moves = [c for c in draft.word.children if c.dep in {"ccomp", "xcomp", "advcl"} and c.tag.startswith("VB")]
    moves += [c for m in moves for c in m.children if c.dep == "conj" and c.tag.startswith("VB")]
    moves = [m for m in moves if reader.pack.lemmas.get(m.lower, m.lower) in _MOVES]
    draft.actors = _actors(slots.subject, reader)
    movers = [c for m in moves for c in m.children if c.dep == "nsubj"] or slots.object
    draft.targets = [a for w in movers for a in reader.actors(w)]
    if not moves or not draft.actors or not draft.targets:
        return None
    if any(w.lower in _DEALS for w in slots.subject) or (
        draft.word.tag == "VB" and draft.word.head is not None and _deal_above(draft.word)
    ):
        draft.actors, draft.targets = draft.targets, []
    draft.absorbed = moves
    for move in moves:
        for child in move.children:
            if child.dep == "dobj":
                draft.places = _merge(draft.places, reader.places(child, "from" if move.lower.startswith("leav") else "to"))
            elif child.dep == "prep" and child.lower in LOCATIVE:
                draft.places = _merge(draft.places, reader.prep_places(child, "at"))
    draft.places = [p for p in draft.places if p.text not in {a.text for a in (*draft.actors, *draft.targets)}]
    return draft if draft.places else None


def _deal_above(word: Word) -> bool:
    other = word.head
    for _ in range(4):
        if other is None:
            return False
        if other.lower in _DEALS or other.lower in {"agreed", "agree", "deal"}:
            return True
        other = other.head
    return False


_MOVES = {
    "leave",
    "enter",
    "pass",
    "go",
    "move",
    "reach",
    "withdraw",
    "evacuate",
    "cross",
    "escape",
    "travel",
    "exit",
    "infiltrate",
    "advance",
    "flee",
    "return",
    "retreat",
    "depart",
}


def _open(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    draft.actors = _actors(slots.subject, reader)
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
        p for c in (*draft.word.children, *corridor.children) if c.lower in {"for"} for p in c.children if p.dep in {"pobj"}
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
            *[c for b in below for c in b.children if c.dep in {"nsubj"}],
            *[c for c in draft.word.children if c.dep == "dative" and c.tag != "IN"],
        ]
        for a in _actors([w], reader)
    ]
    for word in below:
        for child in word.children:
            if child.dep == "dobj" and word is not draft.word:
                draft.places = _merge(draft.places, reader.places(child, "to"))
            elif child.dep == "prep" and child.lower in LOCATIVE and child.lower not in {"for", "of"}:
                draft.places = _merge(draft.places, reader.prep_places(child, "at"))
    draft.places = _merge(
        draft.places,
        _locatives(slots, reader, {"for"}),
        [p for b in below for c in b.children if c.dep == "dobj" for p in _territory(c, reader)] if not draft.places else [],
    )
    draft.counts = [c for c in corridor.children if c.dep in {"compound", "nmod", "amod"}]
    return draft if draft.actors and (draft.targets or draft.places) else None


def _evacuate(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    draft.actors = _actors([*slots.object, *slots.get("of")], reader) or _actors(slots.subject, reader)
    draft.places = _merge(
        _place_slots(draft, slots, reader, ("from", "to", "object")), _locatives(slots, reader, {"from", "to"})
    )
    return draft if draft.places else None


_DEALS = {
    "ceasefire",
    "cease-fire",
    "truce",
    "armistice",
    "agreement",
    "deal",
    "zone",
    "zones",
    "room",
    "chamber",
    "alliance",
    "withdrawal",
    "withdraw",
    "evacuate",
    "evacuation",
    "accord",
    "pact",
    "halt",
    "coalition",
    "formation",
    "leave",
    "move",
    "hostilities",
    "surrender",
    "de-escalation",
    "handover",
    "treaty",
    "peace",
    "fighting",
}


def _agree(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """An agreement needs a word of agreement under its verb and two parties, or one that joins."""
    if draft.found.nominal:
        governed = slots.governor is not None or draft.word.dep in {"nsubj", "nsubjpass", "ROOT"}
        if not governed or (
            slots.governor is not None
            and slots.governor.lower in reader.pack.verbs
            and reader.pack.verbs[slots.governor.lower][0].event == "agreement"
        ):
            return None
    under = {w.lower for w in draft.word.subtree()}
    if not under & _DEALS:
        return None
    draft.absorbed = [c for c in draft.word.children if c.dep in {"xcomp", "advcl"} and c.lower in reader.pack.verbs and any(p.event == "agreement" for p in reader.pack.verbs[c.lower])]
    draft.actors = _actors(slots.subject or (slots.object if slots.passive else []), reader)
    draft.actors += [a for n in ("between", "with")
        for w in slots.get(n)
        for a in reader.actors(w, loose=True)
        if a.text not in {x.text for x in draft.actors}
    ]
    draft.targets = [a for w in slots.get("against") for a in reader.actors(w, loose=True)]
    if not draft.targets:
        draft.targets = [
            a
            for w in draft.word.subtree()
            if w.lower == "against"
            for p in w.children
            if p.dep == "pobj"
            for a in reader.actors(p)
        ]
    draft.places = _locatives(slots, reader, {"to", "between", "with", "by", "on"})
    for prep in draft.word.subtree():  # "during a meeting in A"
        if prep.lower == "in" and prep.head is not None and prep.head.lower in {"meeting", "talks", "summit", "conference"}:
            draft.places = _merge(draft.places, reader.prep_places(prep, "at"))
    for word in draft.word.subtree():
        if word.lower in _DEALS and word is not draft.word:
            for child in word.children:
                if child.dep == "acl" and child.lower in {"covering", "including", "concerning", "regarding"}:
                    draft.places = _merge(
                        draft.places, [p for g in child.children if g.dep == "dobj" for p in reader.places(g, "in_area")]
                    )
                elif child.dep == "prep" and child.lower in {
                    "in",
                    "on",
                    "around",
                    "near",
                    "for",
                    "at",
                    "from",
                    "over",
                    "across",
                }:
                    draft.places = _merge(draft.places, reader.prep_places(child, "in_area"))
    draft.places = [p for p in draft.places if p.text not in {a.text for a in draft.actors}]
    joined = any(p.lower in {"room", "chamber", "coalition", "alliance"} for p in draft.found.parts)
    if not draft.actors and slots.passive or draft.found.predicate.words[0] in {"take", "come", "enter"}:
        return draft if draft.places else None
    return draft if draft.actors and (draft.places or len(draft.actors) > 1 or draft.targets or joined) else None


def _kill(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    """Killing and capture of people: a claim of its own only with an armed doer and a place."""
    draft.actors = _actors(slots.subject, reader)
    if any(
        w.lower in _WEAPONS or (w.lower in reader.pack.nouns and reader.pack.nouns[w.lower][0].event == "strike")
        for w in slots.subject
    ):
        draft.event = "strike"
    draft.targets = [a for w in slots.object for a in reader.actors(w, loose=True)]
    draft.counts = _counted(slots.object, reader)
    if draft.word.lower.startswith(("captur", "seiz")) and not draft.targets:
        return None
    if (
        draft.event != "strike"
        and draft.word.lower[:5] in {"captu", "seize", "seizi", "arres", "detai"}
        and not any(
            reader.is_actor_noun(w) or w.name is not None and w.name.kind == "actor"
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
        if c.dep == "prep" and c.lower in {*_AROUND, "including", "on", "against"}
        for p in reader.prep_places(c, "at")
    ]
    if draft.event == "strike" and not draft.actors:
        draft.actors = [
            a
            for s in slots.subject
            for w in s.subtree()
            if w.lower == "by"
            for p in w.children
            if p.dep == "pobj"
            for a in reader.actors(p, loose=False)
        ]
    draft.places = _merge(_locatives(slots, reader, {"by"}), inner)
    return draft if slots.object and (draft.actors or slots.passive or draft.event == "strike") else None


def _displace(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    people = reader.pack.lexicon["count.people"]
    movers = [
        next(p for p in w.subtree() if p.lower in people)
        for w in (slots.object if slots.passive else slots.subject)
        if any(p.lower in people for p in w.subtree())
    ]
    if not movers:
        return None
    draft.actors = [ActorRef(*reader.slice(movers[0], movers[0]))]
    draft.counts = _counted(movers, reader)
    draft.places = _merge(
        _place_slots(draft, slots, reader, ("from", "object", "to")), _locatives(slots, reader, {"from", "to"})
    )
    draft.places += (
        [p for w in slots.object for p in reader.places(w) if p.text not in {x.text for x in draft.places}]
        if not draft.places
        else []
    )
    return draft if draft.places else None


_POSTS = {
    "post",
    "posts",
    "base",
    "bases",
    "checkpoint",
    "checkpoints",
    "outpost",
    "outposts",
    "position",
    "positions",
    "headquarters",
    "end",
    "arms",
    "barricades",
    "camp",
    "fortifications",
}


def _post(draft: Draft, slots: Slots, reader: Reader) -> Draft | None:
    surrender = draft.found.predicate.words[0] in {"surrender", "defect", "lay"}
    if not surrender and not any(w.lower in _POSTS for w in (*slots.object, *draft.found.parts)):
        return None
    draft.actors = _actors(slots.subject or (slots.object if slots.passive else []), reader)
    draft.places = _merge(
        [p for w in slots.object for c in w.children if c.dep == "prep" for p in reader.prep_places(c, "at")],
        _locatives(slots, reader, {"to"} if surrender else set()),
    )
    for part in draft.found.parts:
        for word in part.subtree():
            if word.dep == "prep" and word.lower in {"in", "at", "near"}:
                draft.places = _merge(draft.places, reader.prep_places(word, "in_area"))
    return draft if draft.actors and draft.places else None


_SPECIAL = {
    "fall": _fall,
    "state": _state,
    "change": _change,
    "possess": _possess,
    "under_fire": _under_fire,
    "prevent": _prevent,
    "failed": _failed,
    "expel": _expel,
    "hand": _hand,
    "reverse": _reverse,
    "lose": _lose,
    "leave": _leave,
    "repel": _repel,
    "allow": _allow,
    "open": _open,
    "evacuate": _evacuate,
    "agree": _agree,
    "kill": _kill,
    "displace": _displace,
    "post": _post,
}
_ = logical_subject
