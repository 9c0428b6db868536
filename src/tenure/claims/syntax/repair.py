"""Clauses that a small parser hangs in the wrong place, put right by what reporting verbs can and cannot govern.

Rules
 1. "X denied the town had been taken": the noun before the passive is its subject, not what X denied.
 2. "A fell, X said, adding that B held": X speaks of both.
 3. "A is held not by X but by Y": Y holds it.
 4. "X denied that ..., and said that ...": a reporting verb with a clause and no subject of its own speaks for X.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.claims.packs import LanguagePack
    from tenure.claims.syntax.parse import Tree, Word

__all__ = ["mend_agents", "mend_reports", "move", "reports"]


def reports(word: Word, pack: LanguagePack) -> bool:
    """Return whether a word is a reporting verb, a denying one included."""
    lemma = pack.lemmas.get(word.lower, word.lower)
    told = lemma in pack.lexicon["reporting.verbs"] or lemma in pack.lexicon["reporting.deny"]
    return told and word.tag.startswith("VB") and word.name is None and word.date is None


def move(word: Word, head: Word, dep: str) -> None:
    """Hang a word under another head."""
    if word.head is not None:
        word.head.children.remove(word)
    word.head, word.dep = head, dep
    head.children.append(word)
    head.children.sort(key=lambda w: w.i)


def mend_agents(tree: Tree) -> None:
    """Make Y the agent in "not by X but by Y", the owner in "control not of X but of Y", in place."""
    for word in tree.words:
        denied = any(c.dep == "neg" for c in word.children) or (word.i > 0 and tree.words[word.i - 1].lower == "not")
        head = word.head
        if word.lower not in {"by", "of"} or not denied or head is None or word.dep not in {"agent", "prep"}:
            continue
        others = [w for w in tree.words[word.i + 1 : word.i + _AGENTS] if w.lower == word.lower]
        if others and any(w.lower == "but" for w in tree.words[word.i : others[0].i]):
            before = tree.words[word.i - 2] if word.i > 1 and tree.words[word.i - 1].lower == "not" else head
            head.children.remove(word)
            word.head = None
            for neg in [c for c in head.children if c.dep == "neg" and c.i == word.i - 1]:
                head.children.remove(neg)
            if others[0].head is not None and others[0] in others[0].head.children:
                move(others[0], head if word.lower == "by" else before, "agent" if word.lower == "by" else "prep")


_AGENTS = 12  # words in which the second agent stands


def mend_reports(tree: Tree, pack: LanguagePack) -> Tree:
    """Return the tree, its reported clauses put right in place."""
    for word in tree.words:
        _claim_verb(word)
        if not reports(word, pack):
            continue
        _inner(word, pack)
        _give_subject(word)
        _close(word, tree, pack)
        above = _speaking_above(word, pack)
        if above is not None:
            move(word, above, "conj")
    return tree


def _inner(word: Word, pack: LanguagePack) -> None:
    """Read "X reports that Y entered A and captured B": what is no report and follows the clause belongs to Y."""
    subjects = [c for c in word.children if c.dep == "nsubj"]
    told = [c for c in word.children if c.dep == "ccomp" and c.i > word.i and any(g.dep == "nsubj" for g in c.children)]
    voice = bool(subjects) and subjects[-1].name is not None and subjects[-1].name.kind != "actor"
    voice = voice or (bool(subjects) and subjects[-1].lower in pack.lexicon["actor.officials"])
    for verb in (
        [c for c in word.children if c.dep == "conj" and c.lower in pack.verbs and not reports(c, pack)] if voice else []
    ):
        if told and verb.i > told[-1].i and not any(g.dep in {"nsubj", "nsubjpass"} for g in verb.children):
            move(verb, told[-1], "conj")


def _claim_verb(word: Word) -> None:
    """Read "X claim to have taken A" as a verb where the parser took it for a noun."""
    verb = word.head
    if word.lower not in {"claim", "claims"} or word.dep != "nsubj" or verb is None or word.name is not None:
        return
    if not any(c.lower == "to" and c.dep == "aux" and c.i == word.i + 1 for c in verb.children):
        return
    above, dep = verb.head, verb.dep
    verb.children.remove(word)
    word.head, word.tag, word.dep = above, "VBP", dep
    if above is not None:
        above.children[above.children.index(verb)] = word
    verb.head = None
    move(verb, word, "xcomp")
    owners = [c for c in word.children if c.dep in {"compound", "nmod", "poss"}]
    for owner in owners[-1:]:
        owner.dep = "nsubj"
        for det in [c for c in word.children if c.dep == "det"]:
            move(det, owner, "det")


def _give_subject(word: Word) -> None:
    """Make the object before a passive clause without a subject that clause's subject."""
    for clause in [c for c in word.children if c.dep in {"ccomp", "xcomp"} and c.tag in {"VBN", "VBD"}]:
        lone = not any(c.dep in {"nsubj", "nsubjpass", "csubj"} for c in clause.children)
        finite = [c for c in clause.children if c.dep in {"aux", "auxpass"} and c.lower in _FINITE]
        objects = [c for c in word.children if c.dep in {"dobj", "dative"} and word.i < c.i < clause.i]
        if lone and finite and len(objects) == 1 and objects[0].subtree()[-1].i == min(c.i for c in clause.children) - 1:
            passive = any(c.dep == "auxpass" for c in clause.children)
            move(objects[0], clause, "nsubjpass" if passive else "nsubj")


def _close(word: Word, tree: Tree, pack: LanguagePack) -> None:
    """Read "A fell, X said, adding that B held": a clause before a comma and the report that follows it are no pair."""
    head, subjects = word.head, [c for c in word.children if c.dep == "nsubj"]
    if word.dep not in {"conj", "dep"} or head is None or not subjects or head.i > word.i or reports(head, pack):
        return
    first = subjects[0].subtree()[0].i
    told = any(c.dep in {"ccomp", "xcomp", "dobj"} and c.i > word.i for c in word.children)
    if told or tree.words[first - 1].lower != "," or any(c.dep == "cc" and head.i < c.i < word.i for c in head.children):
        return
    word.dep = "parataxis"
    for later in [c for c in head.children if c.dep == "advcl" and c.i > word.i and c.tag == "VBG" and reports(c, pack)]:
        move(later, word, "advcl")


_FINITE = {"had", "has", "have", "was", "were", "is", "are", "would", "will"}


def _speaking_above(word: Word, pack: LanguagePack) -> Word | None:
    """Return the reporting verb whose subject a coordinated reporting verb shares, None when it has its own place."""
    if word.dep != "conj" or word.head is None or any(c.dep in {"nsubj", "nsubjpass"} for c in word.children):
        return None
    if not any(c.dep in {"ccomp", "xcomp"} and c.i > word.i for c in word.children):
        return None
    inner = word.head
    above = inner.head
    if above is None or inner.dep not in {"ccomp", "xcomp"} or not reports(above, pack) or above.i > word.i:
        return None
    return above if any(c.dep == "nsubj" for c in above.children) and not reports(inner, pack) else None
