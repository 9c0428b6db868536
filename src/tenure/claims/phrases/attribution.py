"""Who says it and how: speakers, and the stance that verbs, modals and adverbs above a predicate give it.

Rules
 1. A reporting verb with a named subject above a predicate makes that subject the speaker; "according to X" too.
 2. "It was reported", "there were reports", "allegedly", "may have" without a named speaker make it possible.
 3. "will", "plan to", "an offensive to capture", "is to" make it planned; "not" and "denied that" make it denied.
 4. Inside one quotation the speaker holds on over sentences; else each sentence stands for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenure.model import Stance

if TYPE_CHECKING:
    from tenure.claims.packs import LanguagePack
    from tenure.claims.phrases.cues import Cue
    from tenure.claims.phrases.reader import Reader
    from tenure.claims.syntax.parse import Word

__all__ = ["Saying", "attribute", "stance_of"]


@dataclass(frozen=True, slots=True)
class Saying:
    """Speaker and stance of a predicate."""

    speaker: str | None
    stance: Stance
    span: tuple[int, int] = (-1, -1)
    void: bool = False
    """Nobody says it: "did not confirm that A had fallen"."""


def attribute(word: Word, cues: list[Cue], default: str | None, reader: Reader) -> Saying:
    """Return speaker and stance of a predicate at a word; `default` is who speaks in the quotation that it stands in."""
    speaker, span, hedge, denied, void = default, (-1, -1), False, False, False
    by_word = {c.word.i: c for c in cues}
    other: Word | None = word
    seen: Word = word
    found = False
    for _ in range(12):
        assert other is not None  # noqa: S101 - the loop ends at the root
        cue = by_word.get(other.i)
        if cue is not None and other is not word and _governs(cue, seen) and not _separated(seen, other, reader):
            void = void or cue.void
            hedge = hedge or (cue.hedge and not found)
            denied = denied or cue.denies
            if not found and not cue.hedge:
                speaker, span, found = cue.speaker, cue.span, True
        seen = other
        if other.head is None:
            break
        other = other.head
    for cue in cues:
        if cue.whole and cue.word is not word and (not found or (speaker or "") in reader.pack.lexicon["person.media"]):
            if _of_later_clause(cue.word, word) or _separated(word, cue.word, reader):
                continue
            speaker, span, found = cue.speaker, cue.span, True
            denied = denied or cue.denies
    stance = stance_of(word, reader.pack)
    if stance is Stance.POSSIBLE and found and speaker:
        stance = Stance.ASSERTED if _only_adverb(word, reader.pack) else stance
    if denied:
        stance = Stance.DENIED
    elif hedge and not found and stance is Stance.ASSERTED:
        stance = Stance.POSSIBLE
    return Saying(speaker, stance, span, void)


def _of_later_clause(cue: Word, word: Word) -> bool:
    """Whether "according to X" hangs on a later clause with a subject of its own."""
    head = cue.head
    if cue.dep != "prep" or head is None or head.dep != "conj" or word.i >= head.i:
        return False
    return any(c.dep in {"nsubj", "nsubjpass"} for c in head.children)


def _separated(below: Word, above: Word, reader: Reader) -> bool:
    """Whether a semicolon stands between two words: each side of one speaks for itself."""
    low, high = sorted((below.i, above.i))
    return any(w.lower == ";" for w in reader.tree.words[low:high])


def _governs(cue: Cue, below: Word) -> bool:
    if cue.word.tag.startswith("NN"):
        return below.dep in {"acl", "relcl", "prep", "ccomp", "pcomp"}
    if below.dep in {"ccomp", "xcomp", "parataxis"}:
        return True
    if below.dep == "prep" and below.lower in {"of", "as"}:
        return True
    if below.dep == "nsubjpass" and cue.denies:
        return True
    if below.dep == "dobj" and (
        cue.denies
        or cue.word.lower
        in {
            "monitored",
            "reported",
            "confirmed",
            "announced",
            "documented",
            "claimed",
            "recorded",
            "saw",
            "seen",
            "accused",
            "monitoring",
            "commended",
            "denied",
        }
    ):
        return True
    return (
        below.dep == "advcl"
        and below.i > cue.word.i
        and cue.word.dep != "ccomp"
        and any(c.dep == "mark" and c.lower == "that" for c in below.children)
    )


def _only_adverb(word: Word, pack: LanguagePack) -> bool:
    return not any(c.dep == "aux" and c.lower in pack.lexicon["reporting.hedge_modals"] for c in word.children)


def _unmade(word: Word, pack: LanguagePack) -> bool:
    """Read "did not take A", "neither took A nor", "nearly took A"."""
    beside = word.children
    if any(c.dep == "advmod" and c.lower in pack.lexicon["planning.nearly"] for c in beside):
        return True
    negated = any(c.dep == "neg" or (c.lower in _NEGATIVE and c.dep in {"advmod", "cc", "preconj"}) for c in beside)
    return negated and not any(c.lower in {"only", "yet"} for c in beside)


_NEGATIVE = {"never", "neither", "nor"}


def stance_of(word: Word, pack: LanguagePack) -> Stance:  # noqa: C901 - a table of cases reads best in one piece
    """Return the stance that the words around and above a predicate give it, speakers aside."""
    lexicon = pack.lexicon
    if _unmade(word, pack):
        return Stance.DENIED
    other: Word | None = word
    hedged = False
    for _ in range(8):
        if other is None:
            break
        low = {c.lower for c in other.children if c.dep in {"aux", "advmod", "neg"}}
        if low & lexicon["reporting.hedge_adverbs"]:
            hedged = True
        if other.tag.startswith(("VB", "MD")) and low & lexicon["planning.modals"] and not _past_future(other):
            return Stance.PLANNED
        if other.tag.startswith("VB") and low & lexicon["reporting.hedge_modals"]:
            hedged = True
        head = other.head
        if head is None:
            break
        if _false_clause(other, head, pack) or _yet_to(other, head) or _unable(other, head):
            return Stance.DENIED
        verdict = "planned" if _condition(other, pack) or _demanded(other, pack) else _link(other, head, pack)
        if verdict == "planned":
            return Stance.PLANNED
        if verdict == "denied":
            return Stance.DENIED
        if verdict == "possible":
            hedged = True
        if verdict == "stop":
            break
        other = head
    return Stance.POSSIBLE if hedged else Stance.ASSERTED


def _put_aside(head: Word, lemma: str, pack: LanguagePack) -> str:
    """Return what a verb that puts its event off (planned) or averts it (denied) says of it, empty for other verbs."""
    if not head.tag.startswith(("VB", "NN")):
        return ""
    beside = {c.lower for c in head.children if c.dep in {"prt", "advmod", "prep"}}
    for name, verdict in (("planning.put_off", "planned"), ("planning.averted", "denied")):
        words = pack.lexicon[name]
        if lemma in words or any(f"{lemma} {p}" in words for p in beside):
            return verdict
    return ""


def _false_clause(word: Word, head: Word, pack: LanguagePack) -> bool:
    """Read "it is not true that A fell", "it is untrue that A fell"."""
    if word.dep not in {"ccomp", "csubj", "acl", "advcl"}:
        return False
    said = {c.lower for c in (*head.children, head) if c.dep in {"acomp", "attr"}}
    negated = any(c.dep == "neg" for c in head.children)
    return bool(said & {"true", "correct", "accurate"} if negated else said & pack.lexicon["words.false"])


def _yet_to(word: Word, head: Word) -> bool:
    """Read "have yet to take A", "A is yet to be captured": it has not come about."""
    return word.dep == "xcomp" and any(c.lower == "yet" and c.dep == "advmod" and c.i < word.i for c in head.children)


def _demanded(word: Word, pack: LanguagePack) -> bool:
    """Read "demands that X withdraw from A", "insisted that X leave": a wish, told with the verb's bare form."""
    head = word.head
    if head is None or word.dep not in {"acl", "ccomp", "relcl"} or word.tag not in {"VB", "VBP"}:
        return False
    if any(c.dep in {"aux", "auxpass"} for c in word.children) or not any(c.lower == "that" for c in word.children):
        return False
    return pack.lemmas.get(head.lower, head.lower).rstrip("s") in pack.lexicon["planning.demands"]


def _unable(word: Word, head: Word) -> bool:
    """Read "had not been able to take A"."""
    verb = head.head
    if word.dep != "xcomp" or head.lower != "able" or verb is None:
        return False
    return any(c.dep == "neg" for c in (*verb.children, *head.children))


def _condition(word: Word, pack: LanguagePack) -> bool:
    """Read "if A falls, B is next": nobody says that it has come about."""
    marks = [c.lower for c in word.children if c.dep == "mark"]
    return word.dep == "advcl" and bool(pack.lexicon["planning.conditions"].intersection(marks))


def _past_future(verb: Word) -> bool:
    """Read "would later capture" tells the past; "would have captured" did not happen and is left as planned."""
    would = any(c.lower == "would" for c in verb.children)
    return would and any(c.lower in {"later", "eventually", "subsequently", "then", "finally"} for c in verb.children)


def _link(word: Word, head: Word, pack: LanguagePack) -> str:  # noqa: PLR0911 - a table of cases reads best in one piece
    """Return what a step up the tree says of the stance.

    Planned, denied, possible, up (nothing) or stop (another clause).
    """
    lexicon = pack.lexicon
    lemma = pack.lemmas.get(head.lower, head.lower)
    infinitive = word.tag == "VB" and any(c.dep == "aux" and c.lower == "to" for c in word.children)
    if word.dep == "conj" and word.tag == "VB" and head.tag == "VB" and not infinitive:
        return "up"
    if (
        infinitive
        and word.dep in {"xcomp", "advcl"}
        and any(
            c.dep in {"dobj", "acomp", "oprd"}
            and (c.lower in lexicon["planning.nouns"] or c.lower in pack.nouns)
            and c.i < word.i
            for c in head.children
        )
    ):
        return "planned"
    if word.dep in {"xcomp", "ccomp"}:
        return _complement_link(word, head, pack, infinitive=infinitive)
    if word.dep == "acl" and infinitive:
        told = any(c.dep == "aux" and c.lower == "have" for c in word.children)  # "their claim to have taken A"
        ranked = head.lower in pack.lexicon["words.ranking"] | {"able", "gap", "corridor", "path"}
        return "up" if told or ranked else "planned"
    if word.dep in {"advcl", "relcl"} and infinitive:
        if head.lower in lexicon["words.ranking"]:
            return "up"
        return (
            "planned"
            if lemma not in {"go", "manage", "continue", "help", "advance", "come"} or word.dep == "relcl"
            else "up"
        )
    return _phrase_link(word, head, pack)


def _complement_link(word: Word, head: Word, pack: LanguagePack, *, infinitive: bool) -> str:
    """Return what the verb or adjective above a complement clause says of its stance."""
    lexicon = pack.lexicon
    lemma = pack.lemmas.get(head.lower, head.lower)
    if unmade := _put_aside(head, lemma, pack):
        return unmade
    push = infinitive and head.dep == "xcomp" and head.lower in lexicon["planning.nouns"]  # "begin push to take A"
    if push or head.lower in lexicon["planning.adjectives"] or (lemma in lexicon["planning.verbs"] and infinitive):
        return "planned"
    if lemma == "be" and infinitive:
        return "planned"
    if (
        lemma in lexicon["reporting.hedge_verbs"]
        and infinitive
        and (any(c.dep in {"nsubjpass", "auxpass"} for c in head.children) or lemma in {"appear", "seem"})
    ):
        return "possible"
    if lemma == "agree" and infinitive:
        return "planned"
    return "up" if word.dep == "xcomp" else "stop"


def _phrase_link(word: Word, head: Word, pack: LanguagePack) -> str:  # noqa: PLR0911 - a table of cases reads best in one piece
    """Return what the verb, noun or preposition above a phrase says of its stance."""
    lexicon = pack.lexicon
    lemma = pack.lemmas.get(head.lower, head.lower)
    if (
        word.dep == "pcomp"
        and head.lower in {"of", "at", "for", "on"}
        and head.head is not None
        and head.head.lower in lexicon["planning.nouns"] | lexicon["planning.focus"]
    ):
        return "planned"
    if (
        word.dep == "pobj"
        and head.lower in {"of", "at", "for"}
        and head.head is not None
        and head.head.lower in {"verge", "plan", "plans", "aim", "goal", "preparations", "preparation"}
    ):
        return "planned"
    if word.dep in {"dobj", "nsubjpass"} and lemma == "order":
        return "planned"
    if word.dep == "pcomp" and head.lower == "from" and head.head is not None:  # "refrained from entering"
        above = head.head
        if unmade := _put_aside(above, pack.lemmas.get(above.lower, above.lower), pack):
            return unmade
    if word.dep in {"dobj", "nsubjpass", "pcomp"} and (unmade := _put_aside(head, lemma, pack)):
        return unmade
    if word.dep in {"dobj", "nsubjpass", "nsubj", "pobj", "prep", "attr", "compound", "dative"}:
        if (
            word.dep == "dobj"
            and lemma in lexicon["planning.verbs"] - {"set", "order", "see", "seek"}
            and not head.lower.endswith("ed")
        ):
            return "planned"
        return "up"
    return "up" if word.dep in {"conj", "pcomp"} else "stop"
