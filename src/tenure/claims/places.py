"""Noun phrases read as places.

Rules
 1. "the village of X" and "X airbase" are places; a counted noun ("four villages") is none, what it includes is.
 2. "the town", "it", "there" stand for the place named before: of its kind, and first of all the one that a claim was about.
 3. A description without antecedent stands for itself where it is a place of its own kind ("the dam"), else for none.
"""

# ruff: noqa: RUF001 - the patterns and tests mean typographic quotes and dashes

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.claims.actors import actors, first_modifier
from tenure.claims.discourse import Discourse, PlaceRef
from tenure.claims.phrases import LOCATIVE, PARTITIVE, conjuncts, is_place_noun

if TYPE_CHECKING:
    from tenure.claims.parse import Word
    from tenure.claims.phrases import Reader

__all__ = ["count_of", "mentioned", "places", "prep_places"]

_AREA = {
    "countryside",
    "province",
    "governorate",
    "region",
    "district",
    "oblast",
    "area",
    "areas",
    "zone",
    "territory",
    "suburbs",
    "provinces",
    "part",
    "parts",
    "half",
    "state",
    "county",
    "raion",
}
_AREA_NOUNS = {"countryside", "part", "half"}
_FACILITIES = {
    "airport",
    "airbase",
    "airfield",
    "compound",
    "hospital",
    "prison",
    "refinery",
    "dam",
    "university",
    "barracks",
    "port",
    "stadium",
    "citadel",
}
_UNITS = {"km", "kms", "m", "miles", "kilometers", "kilometres"}
_EVALUATIVE = {
    "strategic",
    "key",
    "important",
    "main",
    "nearby",
    "small",
    "large",
    "major",
    "last",
    "same",
    "entire",
    "whole",
    "new",
    "final",
    "first",
    "old",
    "vital",
    "crucial",
    "local",
    "surrounding",
    "nearest",
    "adjacent",
    "second",
    "strategically",
    "fortified",
    "besieged",
    "contested",
    "remaining",
    "neighboring",
    "neighbouring",
}


def places(reader: Reader, word: Word, role: str = "at", *, depth: int = 0, anaphora: bool = True) -> list[PlaceRef]:
    """Return the places in a phrase with their roles, coordinated ones split; counts and actors give none."""
    if depth > 6:  # noqa: PLR2004 - deeper than any phrase that was ever meant
        return []
    out: list[PlaceRef] = []
    heads = conjuncts(word)
    for one in [*heads, *_listed(reader, heads)]:
        for ref in _place(reader, one, role, depth, anaphora=anaphora):
            if ref.text not in {o.text for o in out}:
                out.append(ref)
    return out


def _listed(reader: Reader, heads: list[Word]) -> list[Word]:
    """Names that go on a list which the parser broke off: after a colon or bracket, or after a comma, "and" and a date."""
    last = heads[-1]
    words = reader.tree.words
    i = last.i + 1
    out: list[Word] = []
    opened = last.name is None and i < len(words) and words[i].lower in {":", "–", "—", "(", "-"}
    if last.name is None and not opened:
        return []
    i += opened
    while i < len(words):
        word = words[i]
        if (
            word.name is not None
            and word.name.kind in {"place", "unknown"}
            and word.dep not in {"nsubj", "nsubjpass", "compound", "poss"}
        ):
            if (
                (out or opened or words[i - 1].lower in {"and", ",", "then", "of"})
                and word not in heads
                and not _hangs(word, heads)
            ):
                out.append(word)
        elif not (
            word.date is not None
            or word.lower in {",", "and", "then", "as", "well", "the", "also", "village", "villages", "town", "towns", "of"}
        ):
            break
        i += 1
    return out


def _hangs(word: Word, heads: list[Word]) -> bool:
    other = word.head
    while other is not None:
        if other in heads:
            return True
        other = other.head
    return False


def _place(reader: Reader, word: Word, role: str, depth: int, *, anaphora: bool) -> list[PlaceRef]:
    if word.date or word.number:
        return _inner(reader, word, role, depth)
    if word.name is not None:
        return _named_place(reader, word, role, depth)
    if word.tag.startswith(("PRP", "WDT", "WP", "WRB", "EX")) or word.lower in {"there", "here", "these"}:
        return _pronoun_place(reader, word, role) if anaphora else []
    if word.lower in reader.pack.lexicon["place.nouns"] or word.lower in reader.pack.lexicon["place.compass"]:
        return _noun_place(reader, word, role, depth, anaphora=anaphora)
    if (
        (word.tag in {"NNP", "NNPS"} or _bare_start(reader, word))
        and word.text[:1].isupper()
        and word.lower not in _UNITS
        and word.lower not in reader.pack.lexicon["actor.strong"]
        and word.text not in reader.pack.lexicon["actor.demonyms"]
    ):
        return [
            PlaceRef(word.text, role, reader.offset + word.start, reader.offset + word.end),
            *_inner(reader, word, role, depth),
        ]
    return _inner(reader, word, role, depth)


def _bare_start(reader: Reader, word: Word) -> bool:
    """Return a capitalised singular noun without article that begins the sentence and is no word of the pack.

    A name the tagger missed.
    """
    if word.i > 1 or word.tag != "NN" or not word.text[:1].isupper() or any(c.dep == "det" for c in word.children):
        return False
    low, pack = word.lower, reader.pack
    return (
        low not in pack.nouns
        and low not in pack.verbs
        and low not in pack.lexicon["stop.words"]
        and low not in pack.lexicon["actor.weak"]
    )


def _named_place(reader: Reader, word: Word, role: str, depth: int) -> list[PlaceRef]:
    assert word.name is not None  # noqa: S101 - the caller looked
    if word.name.kind in {"place", "unknown"}:
        first = word
        for other in reversed(reader.tree.words[: word.i]):
            if (
                other.head is word
                and other.dep in {"amod", "compound", "nmod"}
                and other.lower in reader.pack.lexicon["place.compass"]
            ):
                first = other
            else:
                break
        text, start, end = reader.slice(first, word)
        last = text.split()[-1].lower()
        noun = last if last in reader.pack.lexicon["place.nouns"] else ""
        return [
            PlaceRef(text, "in_area" if last in _AREA and role == "at" else role, start, end, noun),
            *_inner(reader, word, role, depth),
        ]
    return []


def _pronoun_place(reader: Reader, word: Word, role: str) -> list[PlaceRef]:
    if word.tag.startswith("W"):
        verb = word.head
        while verb is not None and verb.dep not in {"relcl", "acl"}:
            verb = verb.head
        return places(reader, verb.head, role) if verb is not None and verb.head is not None else []
    if word.lower in {"them", "these", "those", "they"} and reader.last_places:
        return [PlaceRef(p.text, p.role, p.start, p.end, p.noun) for p in reader.last_places]
    if word.lower in {"them", "these", "those", "they"} and reader.discourse.objects and not mentioned(reader, word):
        return [PlaceRef(p.text, p.role, p.start, p.end, p.noun) for p in reader.discourse.objects]
    found = Discourse(places=[*reader.discourse.places, *mentioned(reader, word)]).last_place(
        "", reader.pack.lexicon["place.settlements"]
    )
    return [PlaceRef(found.text, role, found.start, found.end, found.noun)] if found else []


def mentioned(reader: Reader, before: Word) -> list[PlaceRef]:
    """Return the named places of this sentence before a word, in order: names where places stand, not where actors do."""
    out: list[PlaceRef] = []
    for word in reader.tree.words[: before.i]:
        if word.name is None or word.name.kind not in {"place", "unknown"}:
            continue
        top = word
        while top.dep in {"conj", "appos"} and top.head is not None:
            top = top.head
        prep = top.head.lower if top.dep == "pobj" and top.head is not None else ""
        if (
            word.name.kind == "place"
            or top.dep in {"dobj", "nsubjpass"}
            or (prep in LOCATIVE and prep not in {"for", "by", "against"})
        ):
            nested = prep in {"in", "of"} and top.head is not None and _under_place(top.head, reader)
            kind = (
                top.head.head.lower
                if prep == "of"
                and top.head is not None
                and top.head.head is not None
                and is_place_noun(reader, top.head.head)
                else ""
            )
            found = _named_place(reader, word, "in_area" if nested or prep == "in" else "at", 9)
            out.extend(PlaceRef(p.text, p.role, p.start, p.end, p.noun or kind) for p in found)
    return out


def _noun_place(reader: Reader, word: Word, role: str, depth: int, *, anaphora: bool) -> list[PlaceRef]:  # noqa: C901, PLR0912 - a table of cases reads best in one piece
    if word.lower in {
        "outskirts",
        "vicinity",
        "edge",
        "east",
        "west",
        "north",
        "south",
        "northeast",
        "northwest",
        "southeast",
        "southwest",
    }:
        role = (
            "near"
            if role == "at"
            and not any(c.dep == "det" and word.lower not in {"outskirts", "vicinity", "edge"} for c in word.children)
            else role
        )
    if word.lower in _AREA and role == "at":
        role = "in_area"
    counted = count_of(word) is not None
    inner = _inner(reader, word, role, depth)
    named = [
        x
        for c in word.children
        if c.dep in {"compound", "poss", "nmod", "appos", "amod"}
        for x in conjuncts(c)
        if x.name is not None and x.name.kind in {"place", "unknown"}
    ]
    if any(c.dep == "prep" and c.lower == "of" for c in word.children) and inner:
        named = [
            c
            for c in named
            if c.dep == "appos" or (word.lower in reader.pack.lexicon["place.compass"] and c.dep in {"compound", "nmod"})
        ]
    refs = []
    for name in named:
        if name.dep == "appos":
            refs.append(PlaceRef(*_with_role(reader, name, name, role, word.lower)))
        elif word.lower in reader.pack.lexicon["place.compass"] and name.dep in {"compound", "nmod"}:
            refs.append(PlaceRef(*_with_role(reader, name, name, "at", "")))
        elif (
            not counted
            and len(named) == 1
            and word.lower
            not in {
                "position",
                "positions",
                "line",
                "lines",
                "center",
                "centre",
                "outskirts",
                "heart",
                "edge",
                "suburbs",
                "borders",
            }
        ):
            refs.append(PlaceRef(*_with_role(reader, name, word if name.i < word.i else name, role, word.lower)))
        else:
            refs.append(PlaceRef(*_with_role(reader, name, name, "in_area", "")))
    if not refs and word.lower in _AREA_NOUNS and len(inner) == 1 and inner[0].start >= 0:
        first = next((c for c in word.children if c.dep == "amod" and c.lower in reader.pack.lexicon["place.compass"]), word)
        if first is word and word.lower != "countryside":
            return inner
        start = reader.offset + first.start
        if start < inner[0].start < start + 90:
            return [
                PlaceRef(
                    reader.tree.text[first.start : inner[0].end - reader.offset],
                    "in_area" if role == "at" else role,
                    start,
                    inner[0].end,
                    inner[0].noun,
                )
            ]
    if (
        not refs
        and word.lower in _FACILITIES
        and len(inner) == 1
        and any(c.dep == "det" and c.lower == "the" for c in word.children)
    ):
        first = first_modifier(reader, word)
        start = reader.offset + first.start
        if start < inner[0].start < start + 60 and inner[0].role in {"in_area", "at"}:
            return [
                PlaceRef(reader.tree.text[first.start : inner[0].end - reader.offset], role, start, inner[0].end, word.lower)
            ]
    if refs or inner:
        return [
            *refs,
            *[PlaceRef(r.text, r.role, r.start, r.end, r.noun or (word.lower if r.role == role else "")) for r in inner],
        ]
    if counted or (word.tag == "NNS" and word.lower not in {"heights", "outskirts", "barracks", "headquarters"}):
        return []
    return _described_place(reader, word, role) if anaphora else []


def _with_role(reader: Reader, first: Word, last: Word, role: str, noun: str) -> tuple[str, str, int, int, str]:
    text, start, end = reader.slice(first, last)
    return text, role, start, end, noun


def _described_place(reader: Reader, word: Word, role: str) -> list[PlaceRef]:  # noqa: PLR0911 - a table of cases reads best in one piece
    """Read "the town" by its antecedent; a place of its own kind ("the dam") by itreader."""
    lexicon = reader.pack.lexicon
    definite = any(c.dep == "det" and c.lower in {"the", "this", "that"} for c in word.children)
    modifiers = [
        c
        for c in word.children
        if c.dep in {"amod", "compound", "nmod"} and c.i < word.i and c.lower not in _EVALUATIVE and c.number is None
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
    if word.lower in lexicon["place.vague"] and not modified and word.lower != "pocket":
        return []
    if word.lower in lexicon["place.vague"] and word.lower not in {"zone", "hilltop", "hill", "base", "pocket"}:
        return []
    this = next((c for c in word.children if c.dep == "det" and c.lower in {"this", "that"}), None)
    if this is not None:
        text, start, end = reader.slice(this, word)
    return [PlaceRef(text, role, start, end, word.lower)]


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
            else:  # "X, an area outside Y" is near Y; "X, the capital of Y" adds nothing
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
                and not (child.name and child.name.kind == "unknown")
            ):
                continue
            out.extend(
                places(
                    reader,
                    child,
                    inner_role,
                    depth=depth + 1,
                    anaphora=prep.lower != "of"
                    or (prep.head is not None and prep.head.lower in reader.pack.lexicon["place.compass"])
                    or child.lower in reader.pack.lexicon["place.settlements"]
                    or (prep.head is not None and (prep.head.tag == "CD" or prep.head.lower in PARTITIVE)),
                )
            )
        elif child.dep in {"prep", "advmod", "dep"} and depth < 5:  # noqa: PLR2004 - "out of", "in from near"
            out.extend(prep_places(reader, child, inner_role if prep.lower != "out" else "from", depth + 1))
    return out


def count_of(word: Word) -> Word | None:
    """Return the number word that counts a noun, None when it is not counted."""
    return next(
        (c for c in word.children if c.number is not None and c.dep in {"nummod", "amod", "compound", "quantmod"}), None
    )


def _under_place(prep: Word, reader: Reader) -> bool:
    """Whether a preposition hangs on something that is a place by its own name."""
    above = prep.head
    while above is not None and not above.tag.startswith("VB"):
        if above.name is not None and above.name.kind in {"place", "unknown"}:
            return True
        if (
            prep.lower == "in"
            and is_place_noun(reader, above)
            and any(c.dep == "prep" and c.lower == "of" for c in above.children)
        ):
            return True
        above = above.head
    return False
