"""Noun phrases read as actors and as places.

Rules
 1. An actor is a name that is no place or medium, or a noun of armed people with its modifiers; "the rebels of X and Y" are X and Y.
 2. "the village of X" and "X airbase" are places; a counted noun ("four villages") is none, what it includes is.
 3. "the group", "they", "the town", "it" stand for what was named before; a description without antecedent stands for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenure.claims.discourse import ActorRef, Discourse, PlaceRef

if TYPE_CHECKING:
    from tenure.claims.packs import LanguagePack
    from tenure.claims.parse import Tree, Word

__all__ = ["LOCATIVE", "Reader", "conjuncts"]

LOCATIVE = {
    "in": "at", "at": "at", "near": "near", "around": "near", "outside": "near", "inside": "at", "between": "near", "along": "near",
    "throughout": "in_area", "across": "in_area", "to": "to", "into": "to", "toward": "to", "towards": "to", "from": "from", "on": "at",
    "within": "at", "of": "at", "through": "at", "over": "at", "against": "at", "beyond": "near", "beside": "near", "opposite": "near", "including": "at",
    "onto": "to", "off": "near", "behind": "near", "under": "at", "for": "at", "by": "near", "about": "near", "east": "near",
}  # fmt: skip
_PRONOUNS = {
    "they",
    "it",
    "he",
    "them",
    "who",
    "she",
    "him",
    "its",
    "their",
    "his",
    "themselves",
    "itself",
    "both",
    "these",
    "those",
    "latter",
    "former",
}
_RELATIVE = {"who", "which", "that", "whom"}
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
_PARTITIVE = {
    "most",
    "all",
    "part",
    "parts",
    "half",
    "rest",
    "much",
    "majority",
    "number",
    "dozens",
    "hundreds",
    "thousands",
    "entirety",
    "some",
    "several",
    "many",
    "control",
    "lot",
    "bulk",
    "percent",
    "%",
    "remainder",
    "portions",
    "swathes",
    "swaths",
    "chunk",
    "chunks",
    "whole",
    "series",
    "intersection",
    "one",
    "two-thirds",
    "third",
    "quarter",
    "kilometers",
    "kilometres",
    "miles",
    "km",
    "meters",
    "cluster",
    "group",
    "end",
    "any",
    "each",
    "sections",
    "section",
    "portion",
}


def conjuncts(word: Word) -> list[Word]:
    """Return a word and those coordinated with it, in order; verbs among them are left out."""
    out, stack = [], [word]
    while stack:
        one = stack.pop()
        out.append(one)
        stack.extend(
            c for c in one.children if c.dep == "conj" and (c.tag.startswith(("NN", "CD", "PRP", "DT", "JJ")) or c.name)
        )
    return sorted(out, key=lambda w: w.i)


@dataclass(slots=True)
class Reader:
    """Reads the phrases of one sentence; `offset` is where the sentence begins in the report."""

    tree: Tree
    pack: LanguagePack
    discourse: Discourse
    offset: int
    local_actors: list[ActorRef]
    local_places: list[PlaceRef]

    def slice(self, first: Word, last: Word) -> tuple[str, int, int]:
        """Text and characters in the report from one word to another."""
        return self.tree.text[first.start : last.end], self.offset + first.start, self.offset + last.end

    # actors -----------------------------------------------------------------------------------------------------

    def is_actor_noun(self, word: Word) -> bool:
        """Whether a common noun by itself means armed people or their state."""
        return word.name is None and word.lower in self.pack.lexicon["actor.strong"]

    def actors(self, word: Word, *, loose: bool = True) -> list[ActorRef]:
        """Return the actors in a phrase, coordinated ones split; `loose` takes a name of unknown kind for one."""
        out: list[ActorRef] = []
        for one in conjuncts(word):
            for ref in self._actor(one, loose=loose):
                if ref not in out:
                    out.append(ref)
        return out

    def _actor(self, word: Word, *, loose: bool) -> list[ActorRef]:
        if word.name is not None:
            if word.name.kind in {"actor", "person"} or (loose and word.name.kind == "unknown"):
                return [ActorRef(*self.slice(word, word))]
            return []
        if word.lower in _PRONOUNS or word.tag in {"PRP", "WP", "WDT"}:
            return self.antecedent(word)
        if word.date or not word.tag.startswith(("NN", "JJ", "DT", "VB")):
            return []
        inner = self._of_actors(word)
        if inner:
            return inner
        lexicon = self.pack.lexicon
        appos = [c for c in word.children if c.dep == "appos" and c.name is not None and c.name.kind in {"actor", "unknown"}]
        if appos and (word.lower in lexicon["actor.weak"] or word.lower in lexicon["actor.anaphors"]):
            return [ActorRef(*self.slice(appos[0], appos[0]))]
        if word.lower in lexicon["actor.strong"] or word.lower in lexicon["actor.weak"]:
            return self._noun_actor(word)
        if (
            word.tag in {"NNP", "NNPS"}
            and word.text[:1].isupper()
            and word.lower not in lexicon["stop.words"]
            and loose
            and not self._is_place_noun(word)
        ):
            return [ActorRef(*self.slice(self._first_modifier(word), word))]
        return []

    def _of_actors(self, word: Word) -> list[ActorRef]:
        """ "fighters of A and B", "hundreds of militants": the actors inside."""
        if (
            word.lower not in _PARTITIVE
            and word.lower not in self.pack.lexicon["actor.strong"]
            and word.lower not in self.pack.lexicon["actor.weak"]
        ):
            return []
        out = []
        for prep in word.children:
            if prep.dep == "prep" and prep.lower in {"of", "from"}:
                for one in prep.children:
                    if one.dep == "pobj":
                        refs = self.actors(one, loose=False)
                        out.extend(r for r in refs if prep.lower == "of" or not r.anaphor)
        return out

    def _noun_actor(self, word: Word) -> list[ActorRef]:
        lexicon = self.pack.lexicon
        poss = [c for c in word.children if c.dep == "poss"]
        if poss and poss[0].tag == "PRP$":
            if word.lower in {"allies", "ally", "partners", "supporters", "backers", "proxies"}:
                return [ActorRef(*self.slice(poss[0], word))]
            found = self.antecedent(poss[0])
            return found or ([ActorRef(*self.slice(word, word))] if word.lower in lexicon["actor.strong"] else [])
        first = self._first_modifier(word)
        if first is word:
            if word.lower in lexicon["actor.weak"] and word.lower not in lexicon["actor.anaphors"]:
                return []
            definite = any(c.dep == "det" and c.lower in {"the", "these", "those", "this"} for c in word.children)
            if word.lower in lexicon["actor.anaphors"] and definite:
                found = self._last_actor()
                if found:
                    return found
                return [] if word.lower in lexicon["actor.weak"] else [ActorRef(*self.slice(word, word))]
            if word.lower in lexicon["actor.anaphors"] and word.lower in lexicon["actor.weak"]:
                return []
        elif word.lower in lexicon["actor.weak"] and not any(
            self._names_actor(w) for w in self.tree.words[first.i : word.i]
        ):
            return []
        return [ActorRef(*self.slice(first, word))]

    def _names_actor(self, word: Word) -> bool:
        low = word.lower
        return bool(word.name) or word.text in self.pack.lexicon["actor.demonyms"] or low in self.pack.lexicon["actor.strong"] or word.tag == "NNP" or low in {
            "armed", "jihadist", "opposition", "islamist", "insurgent", "separatist", "paramilitary", "security", "special", "extremist", "tribal", "allied", "terrorist", "militant", "elite", "pro-government", "kurdish", "military", "ground", "loyal", "peacekeeping", "border"}  # fmt: skip

    def _first_modifier(self, word: Word) -> Word:
        """The leftmost word of the modifiers that name the actor, contiguous up to its noun."""
        first = word
        for other in reversed(self.tree.words[max(word.i - 8, 0) : word.i]):
            if (
                other.number
                or other.date
                or other.dep in {"det", "predet", "nummod", "cc", "punct"}
                and other.lower not in {"and", "-"}
            ):
                break
            if other.tag in {"PRP$"} or other.lower in {"the", "a", "an", "some", "many", "several", "more", "of"}:
                break
            joined = (
                other.tag.startswith(("JJ", "NN", "POS", "VBN", "VBG", "HYPH", "AFX"))
                or other.name is not None
                or (other.lower in {"and", "-"} and other.head is not None and _within(other, word))
            )
            if not joined or not _within(other, word):
                break
            if other.name is None and other.lower in _SKIP_ADJECTIVES:
                continue
            first = other
        while first is not word and first.lower in {"and", "-", "'s", "’s"}:
            first = self.tree.words[first.i + 1]
        return first

    def antecedent(self, pronoun: Word) -> list[ActorRef]:
        """Return whom a pronoun stands for: the head of its relative clause, else who was named last before it."""
        if pronoun.lower in _RELATIVE and pronoun.tag in {"WP", "WDT", "WP$"}:
            verb = pronoun.head
            while verb is not None and verb.dep not in {"relcl", "acl"}:
                verb = verb.head if verb.dep in {"conj", "xcomp", "ccomp", "aux", "auxpass", "nsubj"} else None
            if verb is not None and verb.head is not None:
                return self.actors(verb.head)
            return []
        if pronoun.lower in {"we", "i", "you", "us", "me", "our"}:
            return []
        return self._last_actor()

    def _last_actor(self) -> list[ActorRef]:
        if self.local_actors:
            last = self.local_actors[-1]
            return [ActorRef(last.text, last.start, last.end, anaphor=True)]
        return [ActorRef(r.text, r.start, r.end, anaphor=True) for r in self.discourse.last_actors()]

    # places -----------------------------------------------------------------------------------------------------

    def _is_place_noun(self, word: Word) -> bool:
        return word.name is None and word.lower in self.pack.lexicon["place.nouns"]

    def places(self, word: Word, role: str = "at", *, depth: int = 0, anaphora: bool = True) -> list[PlaceRef]:
        """Return the places in a phrase with their roles, coordinated ones split; counts and actors give none."""
        if depth > 6:  # noqa: PLR2004 - deeper than any phrase that was ever meant
            return []
        out: list[PlaceRef] = []
        for one in conjuncts(word):
            for ref in self._place(one, role, depth, anaphora=anaphora):
                if ref.text not in {o.text for o in out}:
                    out.append(ref)
        return out

    def _place(self, word: Word, role: str, depth: int, *, anaphora: bool) -> list[PlaceRef]:
        if word.date or word.number:
            return self._inner(word, role, depth)
        if word.name is not None:
            return self._named_place(word, role, depth)
        if word.tag.startswith(("PRP", "WDT", "WP", "WRB", "EX")) or word.lower in {"there", "here", "these"}:
            return self._pronoun_place(word, role) if anaphora else []
        if word.lower in self.pack.lexicon["place.nouns"] or word.lower in self.pack.lexicon["place.compass"]:
            return self._noun_place(word, role, depth, anaphora=anaphora)
        if (
            word.tag in {"NNP", "NNPS"}
            and word.text[:1].isupper()
            and word.lower not in self.pack.lexicon["actor.strong"]
            and word.text not in self.pack.lexicon["actor.demonyms"]
        ):
            return [
                PlaceRef(word.text, role, self.offset + word.start, self.offset + word.end),
                *self._inner(word, role, depth),
            ]
        return self._inner(word, role, depth)

    def _named_place(self, word: Word, role: str, depth: int) -> list[PlaceRef]:
        assert word.name is not None  # noqa: S101 - the caller looked
        if word.name.kind in {"place", "unknown"}:
            text, start, end = self.slice(word, word)
            last = text.split()[-1].lower()
            noun = last if last in self.pack.lexicon["place.nouns"] else ""
            return [
                PlaceRef(text, "in_area" if last in _AREA and role == "at" else role, start, end, noun),
                *self._inner(word, role, depth),
            ]
        return []

    def _pronoun_place(self, word: Word, role: str) -> list[PlaceRef]:
        if word.tag.startswith("W"):
            verb = word.head
            while verb is not None and verb.dep not in {"relcl", "acl"}:
                verb = verb.head
            return self.places(verb.head, role) if verb is not None and verb.head is not None else []
        found = (
            self.local_places[-1]
            if self.local_places
            else self.discourse.last_place("", self.pack.lexicon["place.settlements"])
        )
        return [PlaceRef(found.text, role, found.start, found.end, found.noun)] if found else []

    def _noun_place(self, word: Word, role: str, depth: int, *, anaphora: bool) -> list[PlaceRef]:
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
        counted = self.count_of(word) is not None
        inner = self._inner(word, role, depth)
        named = [
            c
            for c in word.children
            if c.dep in {"compound", "poss", "nmod", "appos", "amod"}
            and c.name is not None
            and c.name.kind in {"place", "unknown"}
        ]
        if any(c.dep == "prep" and c.lower == "of" for c in word.children) and inner:
            named = [c for c in named if c.dep == "appos"]
        refs = []
        for name in named:
            if name.dep == "appos":
                refs.append(PlaceRef(*self._with_role(name, name, role, word.lower)))
            elif not counted and word.lower not in {"position", "positions", "line", "lines"}:
                refs.append(PlaceRef(*self._with_role(name, word if name.i < word.i else name, role, word.lower)))
            else:
                refs.append(PlaceRef(*self._with_role(name, name, "in_area", "")))
        if refs or inner:
            return [
                *refs,
                *[PlaceRef(r.text, r.role, r.start, r.end, r.noun or (word.lower if r.role == role else "")) for r in inner],
            ]
        if counted or word.tag == "NNS" and word.lower not in {"heights", "outskirts", "barracks", "headquarters"}:
            return []
        return self._described_place(word, role) if anaphora else []

    def _with_role(self, first: Word, last: Word, role: str, noun: str) -> tuple[str, str, int, int, str]:
        text, start, end = self.slice(first, last)
        return text, role, start, end, noun

    def _described_place(self, word: Word, role: str) -> list[PlaceRef]:
        """ "the town" by its antecedent; a place of its own kind ("the dam") by itself."""
        lexicon = self.pack.lexicon
        definite = any(c.dep == "det" and c.lower in {"the", "this", "that"} for c in word.children)
        modified = any(c.dep in {"amod", "compound", "nmod"} for c in word.children)
        if not definite:
            return []
        if not modified or word.lower in lexicon["place.settlements"]:
            candidates = Discourse(places=[*self.discourse.places, *self.local_places])
            found = candidates.last_place(word.lower, lexicon["place.settlements"])
            if found is not None and (word.lower in lexicon["place.settlements"] or word.lower in lexicon["place.anaphors"]):
                return [PlaceRef(found.text, role, found.start, found.end, found.noun)]
        if word.lower in lexicon["place.vague"] and not modified and word.lower != "pocket":
            return []
        if word.lower in lexicon["place.vague"] and word.lower not in {
            "zone",
            "hilltop",
            "hill",
            "base",
            "pocket",
            "territory",
        }:
            return []
        first = min(
            (c for c in word.children if c.dep in {"amod", "compound", "nmod"} and c.i < word.i),
            key=lambda c: c.i,
            default=word,
        )
        text, start, end = self.slice(first, word)
        return [PlaceRef(text, role, start, end, word.lower)]

    def _inner(self, word: Word, role: str, depth: int) -> list[PlaceRef]:
        """Places in the prepositional phrases, appositions and compass words under a noun."""
        out: list[PlaceRef] = []
        for child in word.children:
            if child.dep in {"prep", "advmod"} and (
                child.lower in LOCATIVE
                or child.lower in self.pack.lexicon["place.compass"]
                or child.lower in {"located", "north", "south"}
            ):
                out.extend(self.prep_places(child, role, depth + 1))
            elif child.dep == "appos" and word.name is not None:
                out.extend(self.places(child, role, depth=depth + 1, anaphora=False))
            elif child.dep == "acl" and child.lower in {"located", "situated", "lying", "based"}:
                for prep in child.children:
                    if prep.dep == "prep":
                        out.extend(self.prep_places(prep, role, depth + 1))
            elif child.dep == "npadvmod" and child.lower in {"km", "kilometers", "kilometres", "miles", "meters"}:
                out.extend(self._inner(child, "near", depth + 1))
        return out

    def prep_places(self, prep: Word, role: str, depth: int = 0) -> list[PlaceRef]:
        """Return the places that a preposition or compass adverb brings in."""
        inner_role = role if prep.lower in {"of", "including"} else LOCATIVE.get(prep.lower, "near")
        if prep.lower in self.pack.lexicon["place.compass"]:
            inner_role = "near"
        if prep.lower == "in" and role in {"at", "in_area"} and depth:
            inner_role = "in_area"
        out: list[PlaceRef] = []
        for child in prep.children:
            if child.dep in {"pobj", "pcomp"} and not child.tag.startswith("V"):
                if (
                    self.actors(child, loose=False)
                    and not self._is_place_noun(child)
                    and not (child.name and child.name.kind == "unknown")
                ):
                    continue
                out.extend(self.places(child, inner_role, depth=depth + 1, anaphora=prep.lower != "of"))
            elif child.dep in {"prep", "advmod", "dep"} and depth < 5:  # noqa: PLR2004 - "out of", "in from near"
                out.extend(self.prep_places(child, inner_role if prep.lower not in {"out"} else "from", depth + 1))
        return out

    def count_of(self, word: Word) -> Word | None:
        """Return the number word that counts a noun, None when it is not counted."""
        return next(
            (c for c in word.children if c.number is not None and c.dep in {"nummod", "amod", "compound", "quantmod"}), None
        )


def _within(word: Word, head: Word) -> bool:
    other: Word | None = word
    for _ in range(5):
        if other is head:
            return True
        if other is None:
            return False
        other = other.head
    return False


_SKIP_ADJECTIVES = {"armed", "many", "more", "several", "heavily", "well", "local", "additional"} - {"armed", "local"}
