"""Who fills the slots of a predicate.

Subject and object made the same for active, passive, participle, relative and nominal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tenure.claims.syntax.subjects import copular_subjects, is_passive, light_verb, logical_subject, noun_subject

if TYPE_CHECKING:
    from tenure.claims.packs import LanguagePack
    from tenure.claims.syntax.parse import Word
    from tenure.claims.syntax.predicates import Trigger

__all__ = ["Slots", "fill_slots"]

_TEMPORAL = {"after", "before", "since", "until", "following", "during", "despite"}
_NEAR = 4  # words between coordinated verbs that may share an object


@dataclass(slots=True)
class Slots:
    """Words by slot: `subject`, `object`, and one list a preposition; `preps` the preposition words themselves in order."""

    subject: list[Word] = field(default_factory=list)
    object: list[Word] = field(default_factory=list)
    by: list[Word] = field(default_factory=list)
    other: dict[str, list[Word]] = field(default_factory=dict)
    preps: list[Word] = field(default_factory=list)
    passive: bool = False
    where: list[Word] = field(default_factory=list)
    """The place that a clause with "where" hangs on."""
    governor: Word | None = None
    """For a noun: the light verb that carries it."""

    def get(self, name: str) -> list[Word]:
        """Return the words of a slot by name, none when it is empty."""
        if name == "subject":
            return self.subject
        if name == "object":
            return self.object
        return self.other.get(name, [])


def fill_slots(found: Trigger, pack: LanguagePack) -> Slots:
    """Return the slots of a predicate."""
    return _fill_noun(found, pack) if found.nominal else _fill_verb(found, pack)


def _add_preps(slots: Slots, word: Word, *, skip: set[int], after: int = -1) -> None:
    for child in word.children:
        if child.i < after:
            continue
        if child.i in skip and child.dep != "prep":
            continue
        if child.dep in {"prep", "dative", "advmod", "prt", "agent"} and not child.date:
            if child.dep == "agent" or (child.dep == "prep" and child.lower == "by"):
                continue
            slots.preps.append(child)
            for grand in child.children:
                if grand.dep == "pobj" and not grand.date:
                    slots.other.setdefault(child.lower, []).append(grand)
                elif grand.dep == "prep":
                    for great in grand.children:
                        if great.dep == "pobj" and not great.date:
                            slots.other.setdefault(grand.lower, []).append(great)
                            slots.other.setdefault(child.lower, []).append(great)


def _fill_verb(found: Trigger, pack: LanguagePack) -> Slots:
    verb, skip = found.word, {p.i for p in found.parts}
    slots = Slots(where=_where(verb), passive=is_passive(verb))
    slots.subject = logical_subject(verb, pack)
    slots.object = _passive_objects(verb, pack) if slots.passive else _active_objects(verb, skip)
    _add_preps(slots, verb, skip=set())
    if found.frame == "take" and "from" not in slots.other:  # "took areas from X" that the parser read as "areas from X"
        losers = [
            p
            for o in slots.object
            for c in o.children
            if c.dep == "prep" and c.lower == "from"
            for p in c.children
            if p.dep == "pobj"
        ]
        slots.other.update({"from": losers} if losers else {})
    for part in found.parts:
        _add_preps(slots, part, skip=skip)
        if slots.passive is False and part.dep == "nsubjpass":
            slots.object = []
    if any(p is o for o in slots.object for p in found.parts):
        slots.object = [o for o in slots.object if o not in found.parts]
    if verb.dep == "conj" and verb.head is not None:  # a phrase after the second verb that the parser hung on the first
        _add_preps(slots, verb.head, skip=skip, after=verb.i)
    return slots


def _where(verb: Word) -> list[Word]:
    """Return the noun of "A, where B is surrounded", also above a report ("where B is said to be surrounded")."""
    word: Word | None = verb
    for _ in range(3):
        if word is None or word.head is None:
            return []
        if word.dep in {"relcl", "acl", "advcl"}:
            there = any(c.lower == "where" and c.i < word.i for c in word.children)
            return [word.head] if there and word.head.tag.startswith("NN") else []
        if word.dep not in {"xcomp", "ccomp", "conj", "nsubj"}:
            return []
        word = word.head
    return []


def _passive_objects(verb: Word, pack: LanguagePack) -> list[Word]:
    """Return what a passive verb acts upon: its subject, else the noun or the clause that it hangs on."""
    own = [c for c in verb.children if c.dep == "nsubjpass"]
    head = verb.head
    if own or head is None:
        return own
    if verb.dep == "oprd":
        return [c for c in head.children if c.dep == "dobj"]
    if verb.dep in {"acl", "relcl"}:
        return [head, *copular_subjects(head)]
    if verb.dep == "pcomp" and head.head is not None:
        return logical_subject(head.head, pack) if head.head.tag.startswith("VB") else []
    if verb.dep in {"conj", "advcl"}:
        return [c for c in head.children if c.dep in {"nsubjpass", "nsubj"}] or (
            logical_subject(head, pack) if not is_passive(head) else []
        )
    return []


def _active_objects(verb: Word, skip: set[int]) -> list[Word]:
    """Return what an active verb acts upon: its objects, else the noun of its relative clause or a later verb's object."""
    objects = [
        c
        for c in verb.children
        if c.dep in {"dobj", "dative", "attr", "oprd"} and c.i not in skip and not c.date and c.tag != "IN"
    ]
    if not objects:
        objects = [
            c
            for c in verb.children
            if c.dep == "npadvmod" and c.i > verb.i and not c.date and any(g.number for g in c.children)
        ]
    if (
        not objects
        and verb.dep == "relcl"
        and verb.head is not None
        and (
            any(c.dep == "dobj" for c in verb.children)
            or all(c.tag not in {"WDT", "WP"} for c in verb.children if c.dep == "nsubj")
        )
    ):
        objects = [verb.head]
    if not objects:  # "attacking and capturing four villages": the object hangs on the last verb
        for conj in verb.children:
            if (
                conj.dep == "conj"
                and conj.tag.startswith("VB")
                and conj.i - verb.i <= _NEAR
                and not any(c.dep in {"ccomp", "xcomp"} for c in verb.children)
            ):
                objects = [c for c in conj.children if c.dep == "dobj"]
    return objects


def _fill_noun(found: Trigger, pack: LanguagePack) -> Slots:
    noun = found.word
    slots = Slots()
    slots.subject = noun_subject(noun, pack)
    preps = [c for c in noun.children if c.dep == "prep" and c.lower == "of"]
    preps += [d for c in preps for d in c.children if d.dep == "conj" and d.lower == "of"]
    slots.object = [p for c in preps for p in c.children if p.dep == "pobj" and not p.date]
    if found.frame == "take":
        owners = [c for c in noun.children if c.dep == "poss" and c.tag != "PRP$"]
        verb = light_verb(noun) if not slots.object and noun.dep == "dobj" else None
        if verb is not None and pack.lemmas.get(verb.lower) in pack.lexicon["reporting.verbs"]:  # "announced its liberation"
            slots.object = [c for c in noun.children if c.tag == "PRP$" and c.lower == "its"]
        if not slots.object and owners:
            slots.object, slots.subject = owners, [s for s in slots.subject if s not in owners]
    _add_preps(slots, noun, skip=set())
    for child in noun.children:
        if child.dep in {"acl", "relcl"}:
            _add_preps(slots, child, skip=set())
    verb = light_verb(noun)
    if verb is not None:
        slots.governor = verb
        if pack.lemmas.get(verb.lower) in pack.lexicon["support.undergo"]:  # "the town saw heavy fighting"
            slots.where = logical_subject(verb, pack)
        dated = found.event in {"gain", "loss"} and noun.head is not None and noun.head.lower in _TEMPORAL
        if noun.dep in {"dobj", "nsubjpass"} or (noun.head is not None and noun.head.dep == "prep" and not dated):
            _add_preps(slots, verb, skip={noun.head.i} if noun.head is not None and noun.dep == "pobj" else set())
    elif (
        noun.dep in {"nsubj", "nsubjpass"}
        and noun.head is not None
        and pack.lemmas.get(noun.head.lower, noun.head.lower) in pack.lexicon["support.occur"]
    ):
        slots.governor = noun.head
        _add_preps(slots, noun.head, skip=set())
    return slots
