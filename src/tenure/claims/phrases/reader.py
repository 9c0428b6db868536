"""What the readers of noun phrases share: the sentence being read, coordination, prepositions of place and words of part."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.claims.packs import LanguagePack
    from tenure.claims.phrases.discourse import ActorRef, Discourse, PlaceRef
    from tenure.claims.syntax.parse import Tree, Word

__all__ = ["LOCATIVE", "Reader", "conjuncts", "is_place_noun"]

LOCATIVE = {
    "in": "at", "at": "at", "near": "near", "around": "near", "outside": "near", "inside": "at", "between": "near", "along": "near",  # noqa: E501 - one rule, one line
    "throughout": "in_area", "across": "in_area", "to": "to", "into": "to", "toward": "to", "towards": "to", "from": "from", "on": "at",  # noqa: E501 - one rule, one line
    "within": "at", "of": "at", "through": "at", "over": "at", "against": "at", "beyond": "near", "beside": "near", "opposite": "near", "including": "at",  # noqa: E501 - one rule, one line
    "onto": "to", "off": "near", "behind": "near", "under": "at", "for": "at", "by": "near", "about": "near", "east": "near",
}  # fmt: skip


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
    resolving: set[int] = field(default_factory=set)
    """Pronouns whose antecedent is being looked for: none is its own ("a convoy of rebels and their families")."""

    def slice(self, first: Word, last: Word) -> tuple[str, int, int]:
        """Text and characters in the report from one word to another."""
        return self.tree.text[first.start : last.end], self.offset + first.start, self.offset + last.end


def is_place_noun(reader: Reader, word: Word) -> bool:
    """Return whether a common noun is one of places."""
    return word.name is None and word.lower in reader.pack.lexicon["place.nouns"]
