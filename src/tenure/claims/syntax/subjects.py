"""Who does it: the logical subject of a verb in any voice or clause, and of an event noun."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.claims.packs import LanguagePack
    from tenure.claims.syntax.parse import Word

__all__ = ["copular_subjects", "is_passive", "light_verb", "logical_subject", "noun_subject"]


_CLIMB = 8


def is_passive(verb: Word) -> bool:
    """Return whether a verb is passive: a passive auxiliary or subject, or a bare past participle after its noun."""
    if any(c.dep in {"nsubjpass", "auxpass", "csubjpass"} for c in verb.children):
        return True
    if any(c.dep == "aux" and c.lower in {"have", "had", "has", "having", "'ve"} for c in verb.children):
        return False
    if (
        verb.dep in {"acl", "advcl", "oprd"}
        and verb.tag in {"VBN", "VBD"}
        and not any(c.dep in {"nsubj", "dobj", "mark"} for c in verb.children)
    ):
        return verb.tag == "VBN" or verb.dep in {"acl", "oprd"}
    if any(c.dep == "agent" for c in verb.children):
        return True
    if (
        verb.dep == "conj"
        and verb.tag in {"VBN", "VBD"}
        and verb.head is not None
        and verb.head.tag == "VBN"
        and not _subjects(verb)
    ):
        return is_passive(verb.head) and not any(c.dep == "dobj" for c in verb.children)
    return False


def _subjects(verb: Word) -> list[Word]:
    return [c for c in verb.children if c.dep in {"nsubj", "csubj"}]


def logical_subject(verb: Word, pack: LanguagePack, depth: int = 0) -> list[Word]:  # noqa: PLR0911 - a table of cases reads best in one piece
    """Return the words that a verb's doer is: its own subject or agent, else what it inherits from the clauses above it."""
    if depth > _CLIMB:
        return []
    passive = is_passive(verb)
    if passive:
        return _agents(verb)
    given = _for_subject(verb)
    if given is not None:
        return [given]
    own = _subjects(verb)
    if own:
        return own
    head = verb.head
    if head is None:
        return []
    if verb.dep == "conj":
        if is_passive(head):
            return [c for c in head.children if c.dep == "nsubjpass"] or logical_subject(head, pack, depth + 1)
        return logical_subject(head, pack, depth + 1)
    if (verb.dep in {"xcomp", "ccomp", "advcl"} and head.tag.startswith(("VB", "JJ", "MD"))) or head.dep == "acomp":
        return _controller(verb, head, pack, depth)
    if verb.dep in {"pcomp", "prep"} and head.head is not None:
        return _from_preposition(head, pack, depth)
    if verb.dep in {"acl", "relcl", "appos"}:
        return _from_noun(verb, head, pack, depth)
    if head.tag.startswith("VB"):
        return logical_subject(head, pack, depth + 1)
    return []


def _for_subject(verb: Word) -> Word | None:
    """Return the doer in "for X to enter A", wherever the parser hung the infinitive."""
    to = next((c for c in verb.children if c.dep == "aux" and c.lower == "to"), None)
    if to is None or any(c.dep == "nsubj" for c in verb.children):
        return None
    for sibling in verb.children:
        if sibling.dep == "prep" and sibling.lower == "for" and sibling.i < to.i:
            return next((p for p in sibling.children if p.dep == "pobj"), None)
    root = verb
    while root.head is not None:
        root = root.head
    for word in root.subtree():
        if (
            word.dep == "pobj"
            and word.head is not None
            and word.head.lower == "for"
            and word.i < to.i
            and max(w.i for w in word.subtree() if w.i < to.i) == to.i - 1
            and word.i >= to.i - 3
        ):
            return word
    return None


def copular_subjects(noun: Word) -> list[Word]:
    """Return the subjects that "A and B were among the villages", "A was one of the villages" equate with a noun."""
    word: Word | None = noun
    for _ in range(4):
        if word is None or word.head is None:
            return []
        if word.dep in {"attr", "pobj", "prep"}:
            word = word.head
            if word.tag.startswith("VB"):
                return (
                    [c for c in word.children if c.dep == "nsubj"]
                    if word.lower in {"is", "are", "was", "were", "be", "been"}
                    else []
                )
        else:
            return []
    return []


def _agents(verb: Word) -> list[Word]:
    out = [
        p
        for c in verb.children
        if c.dep == "agent" or (c.dep == "prep" and c.lower == "by")
        for p in c.children
        if p.dep == "pobj" and not p.date
    ]
    if not out and verb.dep == "conj" and verb.head is not None and verb.head.tag.startswith("VB"):
        return _agents(verb.head) if is_passive(verb.head) else []
    if not out:  # "was besieged and captured by X": the agent hangs on the last verb
        return [
            p for c in verb.children if c.dep == "conj" and c.tag.startswith("VB") and is_passive(c) for p in _agents_own(c)
        ]
    return out


def _agents_own(verb: Word) -> list[Word]:
    return [p for c in verb.children if c.dep == "agent" for p in c.children if p.dep == "pobj"]


def _controller(verb: Word, head: Word, pack: LanguagePack, depth: int) -> list[Word]:
    """Return the doer of an open clause: the object of "allow X to", else the subject of the clause above."""
    lemma = pack.lemmas.get(head.lower, head.lower)
    objects = [c for c in head.children if c.dep == "dobj" and c.i < verb.i]
    infinitive = any(c.dep == "aux" and c.lower == "to" for c in verb.children)
    if verb.dep in {"xcomp", "ccomp"} and objects and infinitive and lemma in pack.lexicon["words.object_control"]:
        return objects
    told = [
        c
        for c in head.children
        if c.dep in {"ccomp", "parataxis"} and c.i < head.i and c is not verb and c.tag.startswith("VB")
    ]
    if (
        told and verb.dep == "advcl" and lemma in pack.lexicon["reporting.verbs"]
    ):  # "X took A, monitors said, pushing back Y"
        return logical_subject(told[0], pack, depth + 1)
    if is_passive(head):
        # a passive's participle speaks of the agent, if there is one, else of the subject that was acted upon
        agents = _agents(head)
        if head.dep in {"advcl", "conj"} and not any(c.dep == "nsubjpass" for c in head.children) and head.head is not None:
            return logical_subject(head.head, pack, depth + 1)
        return (
            agents
            if agents and verb.dep == "advcl"
            else [c for c in head.children if c.dep == "nsubjpass"] or logical_subject(head, pack, depth + 1)
        )
    if head.dep == "acomp" and head.head is not None:
        return logical_subject(head.head, pack, depth + 1)
    return logical_subject(head, pack, depth + 1)


def _from_preposition(prep: Word, pack: LanguagePack, depth: int) -> list[Word]:  # noqa: PLR0911 - a table of cases reads best in one piece
    """Read "after capturing A", "accused X of opening", "succeeded in taking": the doer lies above the preposition."""
    head = prep.head
    if head is None:
        return []
    if head.tag.startswith(("NN",)) and head.dep == "dobj" and head.head is not None and head.head.tag.startswith("VB"):
        lemma = pack.lemmas.get(head.head.lower, head.head.lower)
        if lemma in {"accuse", "blame", "suspect", "stop", "prevent", "keep"}:
            return [head]
        return logical_subject(head.head, pack, depth + 1)
    if prep.lower == "including":
        return logical_subject(_verb_above(head) or head, pack, depth + 1)
    if head.tag.startswith("VB"):
        lemma = pack.lemmas.get(head.lower, head.lower)
        objects = [c for c in head.children if c.dep == "dobj"]
        if lemma in {"accuse", "blame", "suspect", "prevent", "stop", "keep", "block", "stopped"} and objects:
            return objects
        return logical_subject(head, pack, depth + 1)
    if head.tag.startswith("NN"):
        return [head]
    return logical_subject(head, pack, depth + 1)


def _verb_above(word: Word) -> Word | None:
    other: Word | None = word
    while other is not None and not other.tag.startswith("VB"):
        other = other.head
    return other


def _from_noun(verb: Word, noun: Word, pack: LanguagePack, depth: int) -> list[Word]:
    """Return a participle or infinitive after its noun: the noun acts, or for an event noun whoever carries that out."""
    if any(c.dep == "nsubj" for c in verb.children):
        return _subjects(verb)
    if noun.lower in pack.nouns or noun.lower in pack.lexicon["planning.nouns"] or noun.lower in {"agreement", "deal"}:
        return noun_subject(noun, pack, depth + 1) or [noun]
    if (
        verb.tag == "VB"
        and noun.head is not None
        and noun.dep in {"dobj", "pobj"}
        and noun.head.tag.startswith("VB")
        and not _is_person_like(noun, pack)
    ):
        return logical_subject(noun.head, pack, depth + 1)
    if noun.dep == "attr" and noun.lower in pack.lexicon["words.ranking"]:  # "A was the latest to fall"
        return copular_subjects(noun) or [noun]
    if noun.lower in {"claim", "claims", "assertion"} and verb.tag != "VBN":
        return [c for c in noun.children if c.dep == "poss"] or [noun]
    return [noun]


def _is_person_like(noun: Word, pack: LanguagePack) -> bool:
    return noun.name is not None or noun.lower in pack.lexicon["actor.strong"] or noun.lower in pack.lexicon["actor.weak"]


def noun_subject(noun: Word, pack: LanguagePack, depth: int = 0) -> list[Word]:  # noqa: PLR0911 - a table of cases reads best in one piece
    """Return who carries an event noun out.

    A possessor or modifier that acts, a by-phrase, a participle's agent, or the light verb's doer.
    """
    if depth > _CLIMB:
        return []
    by = [
        p
        for c in noun.children
        if c.lower == "by" and c.dep in {"prep", "agent"}
        for p in c.children
        if p.dep == "pobj" and not p.date
    ]
    if by:
        return by
    for child in noun.children:
        if child.dep in {"acl", "relcl"} and child.tag in {"VBN", "VBD"}:
            agents = _agents_own(child)
            if agents:
                return agents
    modifiers = [
        c
        for c in noun.children
        if c.dep in {"poss", "compound", "amod", "nmod"} and c.i < noun.i and (c.name is None or c.name.kind != "held")
    ]
    carrier = light_verb(noun)
    carried = carrier is not None and noun.dep == "dobj"
    modifiers = [c for c in modifiers if not (carried and c.tag == "PRP$")]
    acting = [
        c
        for c in modifiers
        if (c.name is not None and c.name.kind in {"actor", "unknown", "person"})
        or c.lower in pack.lexicon["actor.strong"]
        or c.text in pack.lexicon["actor.demonyms"]
        or c.tag == "PRP$"
        or (c.dep == "poss" and c.tag == "NNP" and c.name is None)  # "Russia's withdrawal" at the head of a sentence
    ]
    loose = pack.lexicon["words.arms"] | (
        {"military", "police", "security"}
        if carrier is not None and noun.dep == "dobj" and not is_passive(carrier)
        else set()
    )
    armed = [c for c in acting if c.lower not in loose]
    if armed:
        return armed
    if acting and noun.dep != "nsubjpass" and carrier is None:
        return acting
    conj = noun.head if noun.dep == "conj" else None
    if conj is not None and conj.tag.startswith("NN"):
        return noun_subject(conj, pack, depth + 1)
    return _carrier_subject(noun, carrier, pack, depth) if carrier is not None else []


def _carrier_subject(noun: Word, verb: Word, pack: LanguagePack, depth: int) -> list[Word]:
    """Return the doer of the light verb that carries an event noun."""
    if noun.dep == "nsubjpass":
        inherits = (
            verb.dep == "conj" and verb.head is not None and verb.head.tag.startswith("VB") and not is_passive(verb.head)
        )
        return _agents(verb) or (logical_subject(verb.head, pack, depth + 1) if inherits and verb.head is not None else [])
    if pack.lemmas.get(verb.lower) in pack.lexicon["support.undergo"]:
        return []
    if is_passive(verb) and pack.lemmas.get(verb.lower) in {"kill", "wound", "injure"}:
        if pack.nouns.get(noun.lower, ())[:1] and pack.nouns[noun.lower][0].frame != "fight":
            return []
        return [c for c in verb.children if c.dep == "nsubjpass"]
    return logical_subject(verb, pack, depth + 1)


def light_verb(noun: Word) -> Word | None:
    """Return the verb whose object (or object's preposition) an event noun is, None for a subject or none."""
    word: Word | None = noun
    for _ in range(4):
        if word is None or word.head is None:
            return None
        if word.dep in {"dobj", "nsubjpass", "pobj", "conj", "prep", "attr", "dative"}:
            word = word.head
            if word.tag.startswith("VB"):
                return word
        else:
            return None
    return None
