"""Event words in a tree: which words evoke which event, read from the pack's lexicon."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.claims.packs import LanguagePack, Predicate
    from tenure.claims.syntax.parse import Tree, Word

__all__ = ["Trigger", "find_predicates", "has_auxiliary"]

_PHRASAL = {"rule", "take", "hold", "win"}  # "ruled out", "took off": with another particle another verb
_GAP = 8  # words between the parts of "took full and final control of", "drove Y out"


@dataclass(slots=True, eq=False)
class Trigger:
    """A predicate at a word; `parts` are the other words of a multi-word entry; `nominal` for nouns."""

    predicate: Predicate
    word: Word
    nominal: bool
    parts: list[Word] = field(default_factory=list)

    @property
    def event(self) -> str:
        """The event that the lexicon gives."""
        return self.predicate.event

    @property
    def frame(self) -> str:
        """The name of its slot map."""
        return self.predicate.frame


def has_auxiliary(word: Word) -> bool:
    """Return whether a verb has a form of be or have of its own."""
    return any(c.dep in {"aux", "auxpass"} for c in word.children)


def _is_verb(word: Word) -> bool:
    if word.name or word.date:
        return False
    return word.tag.startswith("VB") or (
        word.tag in {"JJ", "NN", "NNS"}
        and word.dep in {"ROOT", "ccomp", "xcomp", "advcl", "relcl", "acl", "conj"}
        and word.lower.endswith(("ed", "ing"))
    )


def _match_verb(tree: Tree, word: Word, predicate: Predicate) -> list[Word] | None:
    """Return the words of the rest of a multi-word entry after (or, for passives, before) its verb.

    None when they are not there.
    """
    parts: list[Word] = []
    at = word.i
    for wanted in predicate.words[1:]:
        hit = None
        for other in tree.words[at + 1 : at + 1 + _GAP]:
            if other.lower == wanted or (other.tag.startswith("NN") and other.lower == wanted + "s"):
                hit = other
                break
            if other.tag in {".", ":", "``"}:
                break
        if hit is None:
            hit = next((c for c in word.children if c.dep == "nsubjpass" and c.lower.rstrip("s") == wanted), None)
        if hit is not None and hit.dep == "pobj" and hit.head is not None and hit.head.lower not in {*predicate.words, "of"}:
            hit = None  # "retook A, under X control"
        if (
            hit is not None
            and hit.tag.startswith("VB")
            and any(c.dep == "nsubj" for c in hit.children)
            and hit.dep == "conj"
        ):
            hit = None  # "took A, but rebels hold B"
        if hit is None or not _under(hit, word):
            return None
        parts.append(hit)
        at = max(hit.i, at) if hit.i > word.i else at
    return parts


def _under(word: Word, verb: Word) -> bool:
    """Whether a word hangs on the verb within three steps."""
    head = word.head
    for _ in range(3):
        if head is verb:
            return True
        if head is None:
            return False
        head = head.head
    return False


def _noun_matches(tree: Tree, word: Word, predicate: Predicate) -> list[Word] | None:
    n = len(predicate.words)
    if n == 1:
        return []
    before = tree.words[max(word.i - n + 1, 0) : word.i]
    return before if [w.lower for w in before] == list(predicate.words[:-1]) else None


def find_predicates(tree: Tree, pack: LanguagePack) -> list[Trigger]:
    """Return the predicates of a tree in order of their words; several entries of one word may stand side by side."""
    out: list[Trigger] = []
    used: set[int] = set()
    for word in tree.words:
        if word.i in used:
            continue
        gerund = (
            word.tag == "VBG"
            and word.lower in pack.nouns
            and word.dep in {"nsubj", "nsubjpass", "pobj", "dobj"}
            and not any(c.dep in {"dobj", "aux"} for c in word.children)
        )
        if _is_verb(word) and not gerund and word.lower in pack.verbs:
            if word.dep == "amod" or (word.dep == "compound" and word.tag != "VBG"):
                continue
            apart = any(c.dep == "prt" and c.lower in {"out", "off", "up"} for c in word.children)
            for predicate in pack.verbs[word.lower]:
                parts = _match_verb(tree, word, predicate)
                if apart and len(predicate.words) == 1 and predicate.words[0] in _PHRASAL:
                    continue
                if parts is not None:
                    out.append(Trigger(predicate, word, nominal=False, parts=parts))
                    used.update(p.i for p in parts)
        elif (
            word.lower in pack.nouns
            and not word.name
            and not word.date
            and word.tag.startswith(("NN", "VBG", "JJ"))
            and word.dep not in {"compound", "amod"}
        ):
            for predicate in pack.nouns[word.lower]:
                parts = _noun_matches(tree, word, predicate)
                if parts is not None:
                    out.append(Trigger(predicate, word, nominal=True, parts=parts))
                    break
    return out
