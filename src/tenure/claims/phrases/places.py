"""Noun phrases read as places.

Rules
 1. "the village of X" and "X airbase" are places; a counted noun ("four villages") is none, what it includes is.
 2. "the town", "it", "there" stand for the place named before: of its kind, and first of all the one that a claim was about.
 3. A description without antecedent stands for itself where it is a place of its own kind ("the dam"), else for none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.claims.phrases.actors import actors, first_modifier
from tenure.claims.phrases.discourse import Discourse, PlaceRef
from tenure.claims.phrases.mentions import bare_start, count_of, listed, mentioned, named_place
from tenure.claims.phrases.pockets import pocket_of
from tenure.claims.phrases.reader import LOCATIVE, conjuncts, is_place_noun

if TYPE_CHECKING:
    from tenure.claims.phrases.reader import Reader
    from tenure.claims.syntax.parse import Word

__all__ = ["places", "prep_places"]

_AREA_NOUNS = {"countryside", "part", "half"}
_AREA_PHRASE, _FACILITY_PHRASE = 90, 60  # characters from a phrase's first word to the name that ends it
_EDGES = {"outskirts", "vicinity", "edge"}
_COMPASS = {"east", "west", "north", "south", "northeast", "northwest", "southeast", "southwest"}
_PARTS = {  # what lies in a place and is not the place
    *{"position", "positions", "line", "lines", "center", "centre"},
    *{"outskirts", "heart", "edge", "suburbs", "borders"},
}


def places(reader: Reader, word: Word, role: str = "at", *, depth: int = 0, anaphora: bool = True) -> list[PlaceRef]:
    """Return the places in a phrase with their roles, coordinated ones split; counts and actors give none."""
    if depth > 6:  # noqa: PLR2004 - deeper than any phrase that was ever meant
        return []
    out: dict[str, PlaceRef] = {}
    heads = conjuncts(word)
    for one in [*heads, *listed(reader, heads)]:
        for ref in _place(reader, one, role, depth, anaphora=anaphora):
            out.setdefault(ref.text, ref)
    return list(out.values())


def _place(reader: Reader, word: Word, role: str, depth: int, *, anaphora: bool) -> list[PlaceRef]:
    if word.date or word.number:
        return _inner(reader, word, role, depth)
    if word.name is not None:
        return _named_place(reader, word, role, depth)
    if word.tag.startswith(("PRP", "WDT", "WP", "WRB", "EX")) or word.lower in {"there", "here", "these", "both"}:
        return _pronoun_place(reader, word, role) if anaphora else []
    if word.lower in reader.pack.lexicon["place.nouns"] or word.lower in reader.pack.lexicon["place.compass"]:
        return _noun_place(reader, word, role, depth, anaphora=anaphora)
    if (
        (word.tag in {"NNP", "NNPS"} or bare_start(reader, word))
        and word.text[:1].isupper()
        and word.lower not in reader.pack.lexicon["words.units"]
        and word.lower not in reader.pack.lexicon["actor.strong"]
        and word.text not in reader.pack.lexicon["actor.demonyms"]
    ):
        return [
            PlaceRef(word.text, role, reader.offset + word.start, reader.offset + word.end),
            *_inner(reader, word, role, depth),
        ]
    return _inner(reader, word, role, depth)


def _named_place(reader: Reader, word: Word, role: str, depth: int) -> list[PlaceRef]:
    if word.name is None or word.name.kind not in {"place", "unknown"}:
        return []
    return [named_place(reader, word, role), *_inner(reader, word, role, depth)]


def _pronoun_place(reader: Reader, word: Word, role: str) -> list[PlaceRef]:
    if word.tag.startswith("W"):
        verb = word.head
        while verb is not None and verb.dep not in {"relcl", "acl"}:
            verb = verb.head
        return places(reader, verb.head, role) if verb is not None and verb.head is not None else []
    if word.lower == "both":
        before = [p for p in (reader.last_places or reader.discourse.objects) if p.role != "in_area"]
        return [PlaceRef(p.text, role, p.start, p.end, p.noun) for p in before] if len(before) == 2 else []  # noqa: PLR2004 - both
    if word.lower in {"them", "these", "those", "they"} and reader.last_places:
        return [PlaceRef(p.text, p.role, p.start, p.end, p.noun) for p in reader.last_places]
    if word.lower in {"them", "these", "those", "they"} and reader.discourse.objects and not mentioned(reader, word):
        return [PlaceRef(p.text, p.role, p.start, p.end, p.noun) for p in reader.discourse.objects]
    found = Discourse(places=[*reader.discourse.places, *mentioned(reader, word)]).last_place(
        "", reader.pack.lexicon["place.settlements"]
    )
    if found is None and reader.local_places:  # what a claim of this sentence took for a place is one
        found = reader.local_places[-1]
    return [PlaceRef(found.text, role, found.start, found.end, found.noun)] if found else []


def _noun_place(reader: Reader, word: Word, role: str, depth: int, *, anaphora: bool) -> list[PlaceRef]:
    """Read a noun for a place by the names with it, the places under it, or what it stands for."""
    role = _noun_role(reader, word, role)
    inner = _inner(reader, word, role, depth)
    if role == "at" and _seat_of_power(reader, word):
        town = [p for p in inner if p.role in {"at", "in_area"}] or (_town(reader, word) if anaphora and not inner else [])
        if town:
            return [PlaceRef(town[0].text, "at", town[0].start, town[0].end, town[0].noun)]
    counted = count_of(word) is not None
    refs = pocket_of(reader, word, role) or _names_with(reader, word, role, inner, counted=counted)
    whole = _whole_phrase(reader, word, role, inner) if not refs and len(inner) == 1 else None
    if whole is not None:
        return [whole]
    owned = _owned_base(reader, word, role) if not refs and not inner else None
    if owned is not None:
        return [owned]
    if not refs and inner and anaphora and not counted and all(r.role == "near" for r in inner) and role != "near":
        described = _described_place(reader, word, role) if any(c.dep == "compound" for c in word.children) else []
        refs = [r for r in described if r.noun == word.lower and r.text not in {i.text for i in inner}]
    if refs or inner:
        return [
            *refs,
            *[PlaceRef(r.text, r.role, r.start, r.end, r.noun or (word.lower if r.role == role else "")) for r in inner],
        ]
    if counted or (word.tag == "NNS" and word.lower not in {"heights", "outskirts", "barracks", "headquarters"}):
        return _these_places(reader, word, role) if anaphora else []
    return _described_place(reader, word, role) if anaphora else []


def _seat_of_power(reader: Reader, word: Word) -> bool:
    """Read "the governor's office", "a government compound", "the parliament": who has it has the town."""
    lexicon = reader.pack.lexicon
    if word.lower not in lexicon["place.offices"]:
        return False
    return any(c.lower in lexicon["place.rulers"] for c in word.children if c.dep in {"amod", "compound", "poss", "nmod"})


def _town(reader: Reader, word: Word) -> list[PlaceRef]:
    """Return the settlement that a seat of power stands in: the last one told in the sentence or before."""
    near = [p for p in (*mentioned(reader, word), *reader.local_places) if p.role in {"at", "to"} and p.start >= 0]
    found = near[-1] if near else reader.discourse.last_place("city", reader.pack.lexicon["place.settlements"])
    return [found] if found is not None else []


def _these_places(reader: Reader, word: Word, role: str) -> list[PlaceRef]:
    """Read "the villages", "both cities", "the two towns": the places of the claim before, where there are that many."""
    number = count_of(word)
    pointing = any(c.dep in {"det", "predet"} and c.lower in {"the", "both", "these", "those"} for c in word.children)
    other = [c for c in word.children if c.dep in {"amod", "compound", "nmod", "prep", "relcl", "acl"}]
    if not pointing or other or word.lower not in reader.pack.lexicon["place.plurals"]:
        return []
    before = [p for p in (reader.last_places or reader.discourse.objects) if p.role != "in_area" and p.start >= 0]
    wanted = int(number.number.value) if number is not None and number.number is not None else 0
    if any(c.lower == "both" for c in word.children):
        wanted = 2
    if len(before) < 2 or (wanted and wanted != len(before)):  # noqa: PLR2004 - one place is no plural
        return []
    return [PlaceRef(p.text, role, p.start, p.end, p.noun) for p in before]


def _owned_base(reader: Reader, word: Word, role: str) -> PlaceRef | None:
    """Read "the headquarters of the 17th Division", "the 21st Division base": a base that its owner's name tells apart."""
    if word.lower not in reader.pack.lexicon["place.bases"]:
        return None
    last = word
    named = [c for c in word.children if c.dep in {"compound", "poss", "nmod"} and _owner(reader, c)]
    if not named:
        named = [
            p
            for c in word.children
            if c.lower == "of"
            for p in c.children
            if p.dep == "pobj" and p.name and _owner(reader, p)
        ]
        last = named[0] if named else word
    if not named:
        return None
    first = first_modifier(reader, word) if last is word else word
    text, start, end = reader.slice(first, last)
    return PlaceRef(text, role, start, end, word.lower)


def _owner(reader: Reader, word: Word) -> bool:
    if word.name is not None:
        return word.name.kind == "actor"
    return word.lower in reader.pack.lexicon["words.state_words"]


def _noun_role(reader: Reader, word: Word, role: str) -> str:
    """Return the role that a noun makes of "at": an edge or a bare compass noun is near, a part or region is in an area."""
    if role != "at":
        return role
    near = word.lower in _EDGES or (word.lower in _COMPASS and not any(c.dep == "det" for c in word.children))
    if near:
        return "near"
    return "in_area" if word.lower in reader.pack.lexicon["words.area"] else role


def _names_with(reader: Reader, word: Word, role: str, inner: list[PlaceRef], *, counted: bool) -> list[PlaceRef]:
    """Return the places that the names beside a noun give: "the town X" is one, "the X lines" lie in an area."""
    compass = word.lower in reader.pack.lexicon["place.compass"]
    below = [c for c in word.children if c.dep in {"compound", "poss", "nmod", "appos", "amod"}]
    beside = {id(x) for c in below if c.dep == "appos" for x in conjuncts(c)}  # "three towns, A, B and C"
    named = [x for c in below for x in conjuncts(c) if x.name is not None and x.name.kind in {"place", "unknown"}]
    if any(c.dep == "prep" and c.lower == "of" for c in word.children) and inner:
        named = [c for c in named if id(c) in beside or (compass and c.dep in {"compound", "nmod"})]
    refs = []
    for name in named:
        if id(name) in beside:
            refs.append(PlaceRef(*_with_role(reader, name, name, role, word.lower)))
        elif compass and name.dep in {"compound", "nmod"}:
            refs.append(PlaceRef(*_with_role(reader, name, name, "at", "")))
        elif not counted and len(named) == 1 and word.lower not in _PARTS:
            refs.append(PlaceRef(*_with_role(reader, name, word if name.i < word.i else name, role, word.lower)))
        else:
            refs.append(PlaceRef(*_with_role(reader, name, name, "in_area", "")))
    return refs


def _whole_phrase(reader: Reader, word: Word, role: str, inner: list[PlaceRef]) -> PlaceRef | None:
    """Read "the northern countryside of X", "the airport in X" as one place from its first modifier to X's end."""
    name = inner[0]
    if word.lower in _AREA_NOUNS and name.start >= 0:
        compass = reader.pack.lexicon["place.compass"]
        first = next((c for c in word.children if c.dep == "amod" and c.lower in compass), word)
        if first is word and word.lower != "countryside":
            return name
        start = reader.offset + first.start
        if start < name.start < start + _AREA_PHRASE:
            text = reader.tree.text[first.start : name.end - reader.offset]
            return PlaceRef(text, "in_area" if role == "at" else role, start, name.end, name.noun)
    if word.lower in reader.pack.lexicon["words.facilities"] and any(
        c.dep == "det" and c.lower == "the" for c in word.children
    ):
        first = first_modifier(reader, word)
        start = reader.offset + first.start
        if start < name.start < start + _FACILITY_PHRASE and name.role in {"in_area", "at"}:
            text = reader.tree.text[first.start : name.end - reader.offset]
            return PlaceRef(text, role, start, name.end, word.lower)
    return None


def _with_role(reader: Reader, first: Word, last: Word, role: str, noun: str) -> tuple[str, str, int, int, str]:
    text, start, end = reader.slice(first, last)
    return text, role, start, end, noun


def _described_place(reader: Reader, word: Word, role: str) -> list[PlaceRef]:  # noqa: PLR0911 - a table of cases reads best in one piece
    """Read "the town" by its antecedent; a place of its own kind ("the dam") by itreader."""
    lexicon = reader.pack.lexicon
    definite = any(c.dep == "det" and c.lower in {"the", "this", "that"} for c in word.children) or _owned(reader, word)
    modifiers = [
        c
        for c in word.children
        if c.dep in {"amod", "compound", "nmod"}
        and c.i < word.i
        and c.lower not in reader.pack.lexicon["words.evaluative"]
        and c.number is None
    ]
    modified = bool(modifiers)
    if not definite:
        return []
    candidates = Discourse(places=[*reader.discourse.places, *mentioned(reader, word)])
    first = min(modifiers, key=lambda c: c.i, default=word)
    text, start, end = reader.slice(first, word)
    if modified:
        for place in reversed(candidates.places):
            if f" {text.lower()}" in f" {place.text.lower()}":
                return [PlaceRef(place.text, role, place.start, place.end, place.noun)]
    if not modified or word.lower in lexicon["place.settlements"]:
        found = candidates.last_place(word.lower, lexicon["place.settlements"])
        if found is not None and (word.lower in lexicon["place.settlements"] or word.lower in lexicon["place.anaphors"]):
            return [PlaceRef(found.text, role, found.start, found.end, found.noun)]
    if word.lower in lexicon["place.compass"]:
        return []
    if (
        word.lower in lexicon["place.vague"]
        and not modified
        and word.lower != "pocket"
        and word.lower not in lexicon["place.sites"]
    ):
        return []
    if word.lower in lexicon["place.vague"] and word.lower not in lexicon["place.sites"]:
        return []
    this = next((c for c in word.children if c.dep == "det" and c.lower in {"this", "that"}), None)
    if this is not None:
        text, start, end = reader.slice(this, word)
    return [PlaceRef(text, role, start, end, word.lower)]


def _owned(reader: Reader, word: Word) -> bool:
    """Read "its airport", "the city's airport": a facility of a place named before."""
    owners = [c for c in word.children if c.dep == "poss"]
    plain = word.lower not in reader.pack.lexicon["place.vague"] or word.lower in reader.pack.lexicon["words.facilities"]
    return plain and any(c.tag == "PRP$" or c.lower in reader.pack.lexicon["place.settlements"] for c in owners)


def _inner(reader: Reader, word: Word, role: str, depth: int) -> list[PlaceRef]:
    """Places in the prepositional phrases, appositions and compass words under a noun."""
    out: list[PlaceRef] = []
    for child in word.children:
        if (child.dep == "appos" and child.lower in reader.pack.lexicon["place.compass"]) or (
            child.dep in {"prep", "advmod", "amod"}
            and (child.dep != "amod" or child.children)
            and (
                child.lower in LOCATIVE
                or child.lower in reader.pack.lexicon["place.compass"]
                or child.lower in {"located", "north", "south", "close", "just"}
            )
        ):
            out.extend(prep_places(reader, child, role, depth + 1))
        elif child.dep == "appos" and word.name is not None:
            if child.name is not None:
                out.extend(places(reader, child, role, depth=depth + 1, anaphora=False))
            elif not any(
                c.lower in reader.pack.lexicon["words.ranking"] for c in child.children
            ):  # "X, an area outside Y" is near Y; "X, the capital of Y" adds nothing
                out.extend(
                    p
                    for g in child.children
                    if g.dep in {"prep", "advmod", "amod"}
                    and g.lower != "of"
                    and (g.lower in LOCATIVE or g.lower in reader.pack.lexicon["place.compass"])
                    for p in prep_places(reader, g, role, depth + 1)
                )
        elif child.dep == "acl" and child.lower in {"located", "situated", "lying", "based"}:
            for prep in child.children:
                if prep.dep == "prep" or (prep.dep == "advmod" and prep.lower in reader.pack.lexicon["place.compass"]):
                    out.extend(prep_places(reader, prep, role, depth + 1))
        elif child.dep == "acl" and child.lower in {
            "overlooking",
            "bordering",
            "linking",
            "connecting",
            "leading",
            "surrounding",
        }:
            out.extend(
                p
                for g in child.children
                if g.dep in {"dobj", "prep"}
                for p in (
                    places(reader, g, "near", depth=depth + 1, anaphora=False)
                    if g.dep == "dobj"
                    else prep_places(reader, g, "near", depth + 1)
                )
            )
        elif child.dep == "npadvmod" and child.lower in {"km", "kilometers", "kilometres", "miles", "meters"}:
            out.extend(_inner(reader, child, "near", depth + 1))
    return out


def prep_places(reader: Reader, prep: Word, role: str, depth: int = 0) -> list[PlaceRef]:
    """Return the places that a preposition or compass adverb brings in."""
    inner_role = role if prep.lower in {"of", "including"} else LOCATIVE.get(prep.lower, "near")
    if prep.lower in reader.pack.lexicon["place.compass"]:
        inner_role = "near"
    if prep.lower == "in" and role in {"at", "in_area"} and depth:
        inner_role = "in_area"
    out: list[PlaceRef] = []
    for child in prep.children:
        if child.dep == "conj" and child.tag == "IN":  # "in A and near B"
            out.extend(prep_places(reader, child, role, depth + 1))
        elif child.dep in {"pobj", "pcomp"} and not child.tag.startswith("V"):
            if (
                actors(reader, child, loose=False)
                and not is_place_noun(reader, child)
                and child.lower != "it"
                and not (child.name and child.name.kind == "unknown")
            ):
                continue
            if prep.lower in {"on", "along"} and child.lower in reader.pack.lexicon["words.roads"]:
                inner_role = "near"  # "on the road from A to B"
            out.extend(
                places(
                    reader,
                    child,
                    inner_role,
                    depth=depth + 1,
                    anaphora=prep.lower != "of"
                    or (prep.head is not None and prep.head.lower in reader.pack.lexicon["place.compass"])
                    or child.lower in reader.pack.lexicon["place.settlements"]
                    or (
                        prep.head is not None
                        and (prep.head.tag == "CD" or prep.head.lower in reader.pack.lexicon["words.partitive"])
                    ),
                )
            )
        elif child.dep in {"prep", "advmod", "dep"} and depth < 5:  # noqa: PLR2004 - "out of", "in from near"
            out.extend(prep_places(reader, child, inner_role if prep.lower != "out" else "from", depth + 1))
    return out
