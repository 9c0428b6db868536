"""Noun phrases read as actors and as places.

Rules
 1. An actor is a name that is no place or medium, or a noun of armed people with its modifiers; "the rebels of X and Y" are X and Y.
 2. "the village of X" and "X airbase" are places; a counted noun ("four villages") is none, what it includes is.
 3. "the group", "they", "the town", "it" stand for what was named before; a description without antecedent stands for itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tenure.claims.discourse import ActorRef, Discourse, PlaceRef

if TYPE_CHECKING:
    from tenure.claims.packs import LanguagePack
    from tenure.claims.parse import Tree, Word

__all__ = ["LOCATIVE", "PARTITIVE", "Reader", "conjuncts"]

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
PARTITIVE = {
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
    last_places: list[PlaceRef] = field(default_factory=list)
    """Places of the last claim of this sentence."""

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
            for ref in self.actor_with_backers(one, loose=loose):
                if ref not in out:
                    out.append(ref)
        return out

    def actor_with_backers(self, word: Word, *, loose: bool) -> list[ActorRef]:
        """Return the actors at one word with those on the ground that back them: "X, backed by Y", "X with the support of Y"."""
        refs = self._actor(word, loose=loose)
        if not refs or refs[0].anaphor:
            return refs
        out = list(refs)
        for child in word.children:
            if (
                child.dep in {"acl", "amod"}
                and child.lower in {"backed", "supported", "aided", "assisted", "joined"}
                and child.i > word.i
            ):
                helpers = [p for c in child.children if c.lower == "by" for p in c.children if p.dep == "pobj"]
            elif child.dep == "prep" and child.lower in {"with", "alongside", "along", "together"}:
                helpers = _helpers(child)
            else:
                continue
            out.extend(r for h in helpers for r in self.actors(h, loose=loose) if r.text not in {o.text for o in out})
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
            word.lower not in PARTITIVE
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
                found = self._named_before(word) or self._last_actor()
                if found:
                    return found
                return [] if word.lower in lexicon["actor.weak"] else [ActorRef(*self.slice(word, word))]
            if word.lower in lexicon["actor.anaphors"] and word.lower in lexicon["actor.weak"]:
                return []
        loyal = self._loyal(word)
        if loyal is not None:
            return [ActorRef(*self.slice(first, loyal))]
        if (
            first is not word
            and word.lower in lexicon["actor.weak"]
            and not any(self._names_actor(w) for w in self.tree.words[first.i : word.i])
        ):
            return []
        return [ActorRef(*self.slice(first, word))]

    def _loyal(self, word: Word) -> Word | None:
        """The last word of "militants loyal to X"."""
        for child in word.children:
            if child.i > word.i and child.lower in {
                "loyal",
                "allied",
                "affiliated",
                "linked",
                "opposed",
                "aligned",
                "belonging",
            }:
                ends = [w for w in child.subtree() if w.dep == "pobj"]
                if ends:
                    return ends[0]
        return None

    def _named_before(self, word: Word) -> list[ActorRef]:
        """The last actor that this sentence names before a description of it."""
        clause = _clause_verb(word)
        for other in reversed(self.tree.words[: word.i]):
            if other.name is not None and other.name.kind == "actor" and _clause_verb(other) is not clause:
                return [ActorRef(*self.slice(other, other), anaphor=True)]
        return []

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
        return self._earlier_subject(pronoun) or self._last_actor()

    def _earlier_subject(self, pronoun: Word) -> list[ActorRef]:
        """Who acts in the clause before a pronoun in its own sentence, the nearest first; a speaker's own group for "his"."""
        clause = _clause_verb(pronoun)
        for word in reversed(self.tree.words[: pronoun.i]):
            if word.dep not in {"nsubj", "nsubjpass", "pobj"} or word.tag.startswith(("PRP", "W")):
                continue
            if word.dep == "pobj" and (word.head is None or word.head.dep != "agent"):
                continue
            if word.dep != "pobj" and clause is not None and word.head is clause and pronoun.tag != "PRP$":
                continue
            if pronoun.lower in {"his", "her", "he", "she"}:
                group = [r for c in word.subtree() if c.dep == "appos" for w in c.subtree() for r in self._actor_or_none(w)]
                if group:
                    return [ActorRef(r.text, r.start, r.end, anaphor=True) for r in group[:1]]
            refs = self.actors(word) or self._official(word)
            refs = [r for r in refs if not r.anaphor] or refs
            if refs and not (
                pronoun.lower in {"they", "their", "them"} and word.name is not None and word.name.kind == "person"
            ):
                return [ActorRef(r.text, r.start, r.end, anaphor=True) for r in refs]
        return []

    def _actor_or_none(self, word: Word) -> list[ActorRef]:
        if word.name is not None and word.name.kind == "actor":
            return [ActorRef(*self.slice(word, word))]
        return []

    def _official(self, word: Word) -> list[ActorRef]:
        """ "Iraqi military officials", "opposition activists": those who speak for an actor, by its name."""
        if word.name is not None or word.lower not in {
            "officials",
            "official",
            "activists",
            "commanders",
            "spokesman",
            "sources",
            "commander",
            "statement",
            "leaders",
        }:
            return []
        first = self._first_modifier(word)
        if first is word or not any(self._names_actor(w) for w in self.tree.words[first.i : word.i]):
            return []
        return [ActorRef(*self.slice(first, word))]

    def _last_actor(self) -> list[ActorRef]:
        if self.local_actors:
            return [ActorRef(r.text, r.start, r.end, anaphor=True) for r in self.local_actors]
        return [ActorRef(r.text, r.start, r.end, anaphor=True) for r in self.discourse.last_actors()]

    # places -----------------------------------------------------------------------------------------------------

    def _is_place_noun(self, word: Word) -> bool:
        return word.name is None and word.lower in self.pack.lexicon["place.nouns"]

    def places(self, word: Word, role: str = "at", *, depth: int = 0, anaphora: bool = True) -> list[PlaceRef]:
        """Return the places in a phrase with their roles, coordinated ones split; counts and actors give none."""
        if depth > 6:  # noqa: PLR2004 - deeper than any phrase that was ever meant
            return []
        out: list[PlaceRef] = []
        heads = conjuncts(word)
        for one in [*heads, *self._listed(heads)]:
            for ref in self._place(one, role, depth, anaphora=anaphora):
                if ref.text not in {o.text for o in out}:
                    out.append(ref)
        return out

    def _listed(self, heads: list[Word]) -> list[Word]:
        """Names that go on a list which the parser broke off: after a colon or bracket, or after a comma, "and" and a date."""
        last = heads[-1]
        words = self.tree.words
        i, out = last.i + 1, []
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
                    and not self._hangs(word, heads)
                ):
                    out.append(word)
            elif not (
                word.date is not None
                or word.lower
                in {",", "and", "then", "as", "well", "the", "also", "village", "villages", "town", "towns", "of"}
            ):
                break
            i += 1
        return out

    def _hangs(self, word: Word, heads: list[Word]) -> bool:
        other = word.head
        while other is not None:
            if other in heads:
                return True
            other = other.head
        return False

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
            (word.tag in {"NNP", "NNPS"} or self._bare_start(word))
            and word.text[:1].isupper()
            and word.lower not in _UNITS
            and word.lower not in self.pack.lexicon["actor.strong"]
            and word.text not in self.pack.lexicon["actor.demonyms"]
        ):
            return [
                PlaceRef(word.text, role, self.offset + word.start, self.offset + word.end),
                *self._inner(word, role, depth),
            ]
        return self._inner(word, role, depth)

    def _bare_start(self, word: Word) -> bool:
        """A capitalised singular noun without article that begins the sentence and is no word of the pack: a name the tagger missed."""
        if word.i > 1 or word.tag != "NN" or not word.text[:1].isupper() or any(c.dep == "det" for c in word.children):
            return False
        low, pack = word.lower, self.pack
        return (
            low not in pack.nouns
            and low not in pack.verbs
            and low not in pack.lexicon["stop.words"]
            and low not in pack.lexicon["actor.weak"]
        )

    def _named_place(self, word: Word, role: str, depth: int) -> list[PlaceRef]:
        assert word.name is not None  # noqa: S101 - the caller looked
        if word.name.kind in {"place", "unknown"}:
            first = word
            for other in reversed(self.tree.words[: word.i]):
                if (
                    other.head is word
                    and other.dep in {"amod", "compound", "nmod"}
                    and other.lower in self.pack.lexicon["place.compass"]
                ):
                    first = other
                else:
                    break
            text, start, end = self.slice(first, word)
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
        if word.lower in {"them", "these", "those", "they"} and self.last_places:
            return [PlaceRef(p.text, p.role, p.start, p.end, p.noun) for p in self.last_places]
        if word.lower in {"them", "these", "those", "they"} and self.discourse.objects and not self.mentioned(word):
            return [PlaceRef(p.text, p.role, p.start, p.end, p.noun) for p in self.discourse.objects]
        found = Discourse(places=[*self.discourse.places, *self.mentioned(word)]).last_place(
            "", self.pack.lexicon["place.settlements"]
        )
        return [PlaceRef(found.text, role, found.start, found.end, found.noun)] if found else []

    def mentioned(self, before: Word) -> list[PlaceRef]:
        """Return the named places of this sentence before a word, in order: names where places stand, not where actors do."""
        out = []
        for word in self.tree.words[: before.i]:
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
                nested = prep in {"in", "of"} and top.head is not None and _under_place(top.head, self)
                kind = (
                    top.head.head.lower
                    if prep == "of"
                    and top.head is not None
                    and top.head.head is not None
                    and self._is_place_noun(top.head.head)
                    else ""
                )
                found = self._named_place(word, "in_area" if nested or prep == "in" else "at", 9)
                out.extend(PlaceRef(p.text, p.role, p.start, p.end, p.noun or kind) for p in found)
        return out

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
                if c.dep == "appos" or (word.lower in self.pack.lexicon["place.compass"] and c.dep in {"compound", "nmod"})
            ]
        refs = []
        for name in named:
            if name.dep == "appos":
                refs.append(PlaceRef(*self._with_role(name, name, role, word.lower)))
            elif word.lower in self.pack.lexicon["place.compass"] and name.dep in {"compound", "nmod"}:
                refs.append(PlaceRef(*self._with_role(name, name, "at", "")))
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
                refs.append(PlaceRef(*self._with_role(name, word if name.i < word.i else name, role, word.lower)))
            else:
                refs.append(PlaceRef(*self._with_role(name, name, "in_area", "")))
        if not refs and word.lower in _AREA_NOUNS and len(inner) == 1 and inner[0].start >= 0:
            first = next(
                (c for c in word.children if c.dep == "amod" and c.lower in self.pack.lexicon["place.compass"]), word
            )
            if first is word and word.lower != "countryside":
                return inner
            start = self.offset + first.start
            if start < inner[0].start < start + 90:
                return [
                    PlaceRef(
                        self.tree.text[first.start : inner[0].end - self.offset],
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
            first = self._first_modifier(word)
            start = self.offset + first.start
            if start < inner[0].start < start + 60 and inner[0].role in {"in_area", "at"}:
                return [
                    PlaceRef(self.tree.text[first.start : inner[0].end - self.offset], role, start, inner[0].end, word.lower)
                ]
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
        modifiers = [
            c
            for c in word.children
            if c.dep in {"amod", "compound", "nmod"} and c.i < word.i and c.lower not in _EVALUATIVE and c.number is None
        ]
        modified = bool(modifiers)
        if not definite:
            return []
        candidates = Discourse(places=[*self.discourse.places, *self.mentioned(word)])
        first = min(modifiers, key=lambda c: c.i, default=word)
        text, start, end = self.slice(first, word)
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
            text, start, end = self.slice(this, word)
        return [PlaceRef(text, role, start, end, word.lower)]

    def _inner(self, word: Word, role: str, depth: int) -> list[PlaceRef]:
        """Places in the prepositional phrases, appositions and compass words under a noun."""
        out: list[PlaceRef] = []
        for child in word.children:
            if child.dep == "appos" and child.lower in self.pack.lexicon["place.compass"]:
                out.extend(self.prep_places(child, role, depth + 1))
            elif (
                child.dep in {"prep", "advmod", "amod"}
                and (child.dep != "amod" or child.children)
                and (
                    child.lower in LOCATIVE
                    or child.lower in self.pack.lexicon["place.compass"]
                    or child.lower in {"located", "north", "south", "close", "just"}
                )
            ):
                out.extend(self.prep_places(child, role, depth + 1))
            elif child.dep == "appos" and word.name is not None:
                if child.name is not None:
                    out.extend(self.places(child, role, depth=depth + 1, anaphora=False))
                else:  # "X, an area outside Y" is near Y; "X, the capital of Y" adds nothing
                    out.extend(
                        p
                        for g in child.children
                        if g.dep in {"prep", "advmod", "amod"}
                        and g.lower != "of"
                        and (g.lower in LOCATIVE or g.lower in self.pack.lexicon["place.compass"])
                        for p in self.prep_places(g, role, depth + 1)
                    )
            elif child.dep == "acl" and child.lower in {"located", "situated", "lying", "based"}:
                for prep in child.children:
                    if prep.dep == "prep" or (prep.dep == "advmod" and prep.lower in self.pack.lexicon["place.compass"]):
                        out.extend(self.prep_places(prep, role, depth + 1))
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
                        self.places(g, "near", depth=depth + 1, anaphora=False)
                        if g.dep == "dobj"
                        else self.prep_places(g, "near", depth + 1)
                    )
                )
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
            if child.dep == "conj" and child.tag == "IN":  # "in A and near B"
                out.extend(self.prep_places(child, role, depth + 1))
            elif child.dep in {"pobj", "pcomp"} and not child.tag.startswith("V"):
                if (
                    self.actors(child, loose=False)
                    and not self._is_place_noun(child)
                    and not (child.name and child.name.kind == "unknown")
                ):
                    continue
                out.extend(
                    self.places(
                        child,
                        inner_role,
                        depth=depth + 1,
                        anaphora=prep.lower != "of"
                        or prep.head is not None
                        and prep.head.lower in self.pack.lexicon["place.compass"]
                        or child.lower in self.pack.lexicon["place.settlements"]
                        or prep.head is not None
                        and (prep.head.tag == "CD" or prep.head.lower in PARTITIVE),
                    )
                )
            elif child.dep in {"prep", "advmod", "dep"} and depth < 5:  # noqa: PLR2004 - "out of", "in from near"
                out.extend(self.prep_places(child, inner_role if prep.lower not in {"out"} else "from", depth + 1))
        return out

    def count_of(self, word: Word) -> Word | None:
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
            and reader._is_place_noun(above)
            and any(c.dep == "prep" and c.lower == "of" for c in above.children)
        ):  # noqa: SLF001 - a helper of the class
            return True
        above = above.head
    return False


def _clause_verb(word: Word) -> Word | None:
    """The verb of the clause that a word stands in."""
    other = word.head
    while other is not None and not other.tag.startswith(("VB", "MD")):
        other = other.head
    return other


def _within(word: Word, head: Word) -> bool:
    other: Word | None = word
    for _ in range(5):
        if other is head:
            return True
        if other is None:
            return False
        other = other.head
    return False


def _helpers(prep: Word) -> list[Word]:
    """Who is meant by "along with X", "with the support of X", "alongside X"."""
    out = []
    for word in prep.subtree():
        if word.dep != "pobj":
            continue
        if word.lower in {"support", "help", "backing", "assistance", "aid"}:
            out.extend(p for c in word.children if c.lower in {"of", "from"} for p in c.children if p.dep == "pobj")
        elif prep.lower != "with" and word.head is not None and word.head.lower in {"with", "alongside"}:
            out.append(word)
    return out


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
_SKIP_ADJECTIVES = {"armed", "many", "more", "several", "heavily", "well", "local", "additional"} - {"armed", "local"}
