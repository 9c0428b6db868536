"""States of control told by a noun: "under X's control since D", "with X in control of A".

Rules
 1. "A, under X's control since D" is a state of its own; the date is the state's and not that of the verb before it.
 2. "With X in control of A, ..." is a state of the clause that it stands before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.claims.frames.draft import Draft, doers
from tenure.claims.packs import Predicate
from tenure.claims.phrases.places import places
from tenure.claims.syntax.predicates import Trigger
from tenure.claims.syntax.repair import move

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims.phrases.reader import Reader
    from tenure.claims.syntax.parse import Tree, Word

__all__ = ["mend_states", "states_under"]

_SPANS = {"since", "until", "for"}
_UNDER = Predicate("hold", "state", ("under",), weak=False, order=998)


def mend_states(tree: Tree, rule: frozenset[str]) -> None:
    """Hang a date with "since", "until" or "for" on the noun of control before it ("under X control since D")."""
    for word, date in zip(tree.words, tree.words[1:], strict=False):
        if _controls(word, rule) and date.date is not None and date.date.rule in _SPANS and date.head is not word:
            move(date, word, "npadvmod")


def states_under(reader: Reader, found: Sequence[Trigger]) -> list[Draft]:
    """Return drafts of "A, under X's control since D", without those that a verb asserts ("A is under X's control")."""
    taken = {p.i for f in found for p in f.parts}
    out = [d for w in reader.tree.words if w.i not in taken for d in _with_control(reader, w)]
    for word in reader.tree.words:
        if not _controls(word, reader.pack.lexicon["support.rule"]) or word.i in taken:
            continue
        if not any(c.date is not None and c.date.rule in _SPANS for c in word.children):
            continue
        owners = [c for c in word.children if c.dep in {"poss", "amod", "compound"}]
        owners += [p for c in word.children if c.lower == "of" for p in c.children if p.dep == "pobj"]
        before = [w for w in reader.tree.words[max(0, word.i - _REACH) : word.i] if w.dep != "poss" and w not in owners]
        before = [w for w in before if _may_be_place(w)]
        draft = Draft("hold", word, Trigger(_UNDER, word, nominal=True), actors=doers(owners, reader))
        draft.places = [p for w in before[-1:] for p in places(reader, w) if p.role != "in_area"]
        if draft.actors and draft.places:
            out.append(draft)
    return out


def _may_be_place(word: Word) -> bool:
    if word.name is not None:
        return word.name.kind in {"place", "unknown"}
    return word.i == 0 and word.tag == "NNP"  # "Karvat, under X's control since D, fell"


def _with_control(reader: Reader, word: Word) -> list[Draft]:
    """Read "with X in control of A"."""
    prep = word.head if _controls(word, frozenset({"control"})) else None
    if prep is None or prep.lower != "in" or not any(c.lower == "of" for c in word.children):
        return []
    before = [w for w in reader.tree.words[max(0, prep.i - _REACH) : prep.i] if w.lower == "with"]
    owners = [w for w in before[-1].children if w.dep in {"pobj", "pcomp"}] if before else []
    draft = Draft("hold", word, Trigger(_UNDER, word, nominal=True), actors=doers(owners, reader))
    draft.places = [p for c in word.children if c.lower == "of" for w in c.children for p in places(reader, w)]
    return [draft] if draft.actors and draft.places else []


_REACH = 7  # words between a place and the noun of control that is told of it


def _controls(word: Word, rule: frozenset[str]) -> bool:
    """Whether a word is a noun of control after "under" or "in"."""
    if word.name is not None or word.lower not in rule or word.dep != "pobj" or word.head is None:
        return False
    return word.head.lower in {"under", "in"}
