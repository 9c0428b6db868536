"""Drafts of claims, and what all frames ask of filled slots: who does it, where, what is counted, whether it can be held."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tenure.claims.phrases.actors import actor_at, actor_with_backers, is_actor_noun
from tenure.claims.phrases.discourse import ActorRef, PlaceRef
from tenure.claims.phrases.places import places, prep_places
from tenure.claims.phrases.reader import LOCATIVE, conjuncts
from tenure.claims.syntax.subjects import noun_subject

if TYPE_CHECKING:
    from tenure.claims.phrases.reader import Reader
    from tenure.claims.syntax.parse import Word
    from tenure.claims.syntax.predicates import Trigger
    from tenure.claims.syntax.slots import Slots

__all__ = [
    "DEALS",
    "Draft",
    "counted",
    "doers",
    "holdable",
    "is_territory",
    "locatives",
    "merge",
    "opponents",
    "place_slots",
    "territory",
]


@dataclass(slots=True, eq=False)
class Draft:
    """A claim in the making; `word` is its predicate; `parts` the words that belong to it."""

    event: str
    word: Word
    found: Trigger
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


def doers(words: list[Word], reader: Reader, *, depth: int = 0) -> list[ActorRef]:
    """Return the actors of slot words; an event noun stands for who carries it out."""
    out: list[ActorRef] = []
    for word in words:
        for one in conjuncts(word):
            if one.name is None and one.lower in reader.pack.nouns and not is_actor_noun(reader, one):
                carriers = noun_subject(one, reader.pack)
                refs = doers(carriers, reader, depth=depth + 1) if depth < 4 else []  # noqa: PLR2004 - nested event nouns
            elif one.name is None and one.text in reader.pack.lexicon["actor.demonyms"]:
                refs = [ActorRef(*reader.slice(one, one))]
            elif one.name is None and one.lower == "fighting":
                refs = []
            else:
                refs = actor_with_backers(reader, one, loose=True)
            out.extend(r for r in refs if r.text not in {o.text for o in out})
    return out


def opponents(words: list[Word], reader: Reader) -> list[ActorRef]:
    """Actors among object words: names of unknown kind are places there, not actors."""
    out: list[ActorRef] = []
    for word in words:
        for one in conjuncts(word):
            refs = actor_at(reader, one, loose=False)
            if not refs and one.name is None:
                for child in one.children:  # "HTS positions", "rebel lines"
                    if child.dep in {"compound", "poss", "amod", "nmod"} and (
                        (child.name is not None and child.name.kind == "actor")
                        or child.lower in reader.pack.lexicon["actor.strong"]
                    ):
                        refs = [ActorRef(*reader.slice(child, child))]
                        break
            out.extend(r for r in refs if r.text not in {o.text for o in out})
    return out


def locatives(slots: Slots, reader: Reader, used: set[str]) -> list[PlaceRef]:
    """Places in the prepositional phrases of a predicate that no slot of its frame has taken."""
    out: list[PlaceRef] = [p for w in slots.where for p in places(reader, w)]
    for prep in slots.preps:
        if prep.lower in used or (
            prep.lower
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
            out.extend(places(reader, prep))
            continue
        if (
            prep.lower in LOCATIVE
            or prep.lower in reader.pack.lexicon["place.compass"]
            or prep.lower in {"out", "up", "close", "deep", "back", "away", "km", "just"}
        ):
            out.extend(prep_places(reader, prep, "at"))
    return out


def merge(*groups: list[PlaceRef]) -> list[PlaceRef]:
    """Return places of several lists in order, each text once."""
    out: dict[str, PlaceRef] = {}
    for ref in (ref for group in groups for ref in group if ref.text):
        out.setdefault(ref.text, ref)
    return list(out.values())


def counted(words: list[Word]) -> list[Word]:
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


def is_territory(words: list[Word], reader: Reader) -> bool:
    """Return whether object words are places, a number or part of them, or ground."""
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
            or n.lower in reader.pack.lexicon["place.compass"]
            or n.lower in reader.pack.lexicon["count.villages"]
            or n.lower in {"kilometers", "kilometres", "km", "miles", "km2", "gains", "ground", "percent", "%"}
            for n in counted([word])
        ):
            return True
        if word.lower in {"all", "most", "several", "some", "these", "those", "many", "both", "one", "others", "two"}:
            return True
    return False


def place_slots(draft: Draft, slots: Slots, reader: Reader, names: tuple[str, ...]) -> list[PlaceRef]:
    """Return the places in the slots of the given names, with the role that the preposition gives."""
    out: list[PlaceRef] = []
    roles = {"to": "to", "into": "to", "toward": "to", "towards": "to", "from": "from", "within": "near", "off": "near"}
    for name in names:
        for word in slots.get(name):
            if any(word is p for p in draft.found.parts):
                continue
            out = merge(out, places(reader, word, roles.get(name, "at")))
    return out


def territory(word: Word, reader: Reader) -> list[PlaceRef]:
    """Read "HTS territory", "rebel-held areas": territory that is named by who holds it."""
    if word.lower not in {"territory", "territories", "area", "areas", "lines"} or word.name is not None:
        return []
    holders = [
        c
        for c in word.children
        if c.i < word.i and ((c.name is not None and c.name.kind in {"held", "actor"}) or is_actor_noun(reader, c))
    ]
    if not holders:
        return []
    text, start, end = reader.slice(holders[0], word)
    return [PlaceRef(text, "at", start, end, word.lower)]


def holdable(word: Word, reader: Reader) -> bool:
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
        or word.lower in reader.pack.lexicon["words.partitive"]
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


DEALS = {
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
