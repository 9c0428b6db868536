"""States that are over: what a side held until another took it, and since when.

Rules
 1. "A, under X's control since D" is a state of its own; the date is the state's and not that of the verb before it.
 2. "With X in control of A, ..." is a state of the clause that it stands before.
 3. A state that is told beside the capture of its place by another ends on the day of the capture: "retook A, which X
    had held since D". It speaks for nobody on that day.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tenure.claims.dates import Interval
from tenure.claims.drafts import Draft, doers
from tenure.claims.lending import texts
from tenure.claims.mending import move
from tenure.claims.mentions import count_of
from tenure.claims.packs import Predicate
from tenure.claims.places import places
from tenure.claims.predicates import Found
from tenure.model import Stance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims.parse import Tree, Word
    from tenure.claims.phrases import Reader
    from tenure.claims.told import Told

__all__ = ["end_states", "mend_states", "states_under"]

_DAY = timedelta(days=1)
_SPANS = {"since", "until", "for"}
_UNDER = Predicate("hold", "state", ("under",), weak=False, order=998)


def mend_states(tree: Tree, rule: frozenset[str]) -> None:
    """Hang a date with "since", "until" or "for" on the noun of control before it ("under X control since D")."""
    for word, date in zip(tree.words, tree.words[1:], strict=False):
        if _controls(word, rule) and date.date is not None and date.date.rule in _SPANS and date.head is not word:
            move(date, word, "npadvmod")


def states_under(reader: Reader, found: Sequence[Found]) -> list[Draft]:
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
        draft = Draft("hold", word, Found(_UNDER, word, nominal=True), actors=doers(owners, reader))
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
    draft = Draft("hold", word, Found(_UNDER, word, nominal=True), actors=doers(owners, reader))
    draft.places = [p for c in word.children if c.lower == "of" for w in c.children for p in places(reader, w)]
    return [draft] if draft.actors and draft.places else []


_REACH = 7  # words between a place and the noun of control that is told of it


def _controls(word: Word, rule: frozenset[str]) -> bool:
    """Whether a word is a noun of control after "under" or "in"."""
    if word.name is not None or word.lower not in rule or word.dep != "pobj" or word.head is None:
        return False
    return word.head.lower in {"under", "in"}


_STATES = {"hold", "state", "presence", "grip"}


def end_states(batch: Sequence[Told]) -> None:
    """End the states of a sentence or a report that tells the capture of their place by another."""
    holds = [t for t in batch if t.draft.event == "hold" and t.draft.found.frame in _STATES and _bygone(t)]
    gains: dict[str, list[Told]] = {}
    for gain in batch if holds else ():
        told = gain.draft.event == "gain" and gain.stance is Stance.ASSERTED
        if told and not any(count_of(c) for c in gain.draft.counts):  # a share or a number ends no hold on the whole
            for place in gain.draft.places:
                gains.setdefault(place.text, []).append(gain)
    for one in holds:
        for gain in (g for p in one.draft.places for g in gains.get(p.text, ())):
            if texts(gain.draft.actors) & texts(one.draft.actors):
                continue
            if one.when.start <= gain.when.start < one.when.end:
                start = min(one.when.start, gain.when.start - _DAY)
                one.when = Interval(start, gain.when.start, explicit=one.when.explicit)


def _bygone(one: Told) -> bool:
    """Whether a state is told as past: with "had", in a clause that hangs on its place, or by a noun."""
    word = one.draft.word
    beside = {c.lower for c in word.children if c.dep in {"aux", "auxpass"}}
    now = bool(beside & {"is", "are"}) or any(c.lower in {"still", "now"} for c in word.children)
    since = bool(beside & {"has", "have"}) and one.when.start < one.when.last  # "has been under X's control since D"
    return not now and ("had" in beside or since or word.dep in {"relcl", "acl"} or one.draft.found.nominal)
