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

from tenure.claims.actors import antecedent
from tenure.model import Stance

if TYPE_CHECKING:
    from tenure.claims.packs import LanguagePack
    from tenure.claims.parse import Word
    from tenure.claims.phrases import Reader

__all__ = ["Attribution", "Cue", "attribute", "find_cues", "stance_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Cue:
    """A reporting word, its speaker (None when unnamed), whether it denies, and whether it governs the whole sentence."""

    word: Word
    speaker: str | None
    span: tuple[int, int]
    denies: bool
    whole: bool
    hedge: bool


@dataclass(frozen=True, slots=True)
class Attribution:
    """Speaker and stance of a predicate."""

    speaker: str | None
    stance: Stance
    span: tuple[int, int] = (-1, -1)


def find_cues(reader: Reader) -> list[Cue]:
    """Return the reporting words of a sentence with their speakers."""
    out = []
    lexicon, pack = reader.pack.lexicon, reader.pack
    for word in reader.tree.words:
        if word.name or word.date:
            continue
        lemma = pack.lemmas.get(word.lower, word.lower)
        if word.lower == "according":
            cue = _according(word, reader)
        elif word.tag.startswith("VB") and (lemma in lexicon["reporting.verbs"] or lemma in lexicon["reporting.deny"]):
            cue = _verb_cue(word, lemma, reader)
        elif word.lower in {
            "reports",
            "report",
            "rumours",
            "rumors",
            "claims",
            "allegations",
            "reportings",
        } and word.tag.startswith("NN"):
            cue = (
                Cue(word, None, (-1, -1), denies=False, whole=False, hedge=True)
                if any(c.dep in {"acl", "relcl", "prep"} for c in word.children)
                else None
            )
        else:
            cue = None
        if cue is not None:
            out.append(cue)
    last = _trailing(reader)
    if last is not None and all(c.word is not last.word for c in out):
        out.append(last)
    return out


_TAIL = 12  # words that a speaker at the end of a sentence may take


def _trailing(reader: Reader) -> Cue | None:
    """Return the cue of ", X said." at the end of a sentence, wherever the parser hung it."""
    words = [w for w in reader.tree.words if w.date is None]
    while words and not words[-1].tag.startswith(("VB", "NN", "PRP")):
        words.pop()
    if not words or reader.pack.lemmas.get(words[-1].lower) not in reader.pack.lexicon["reporting.verbs"]:
        return None
    verb = words[-1]
    speaker: list[Word] = []
    for word in reversed(words[:-1][-_TAIL:]):
        if word.tag.startswith(("VB", "MD", "IN", "WDT", "WP", "PRP")) and word.lower not in {"of", "for", "in"}:
            return None
        if word.lower in {",", "”", '"', "''"}:
            break
        speaker.insert(0, word)
    else:
        return None
    while speaker and speaker[0].tag in {"DT", "CC"}:
        speaker.pop(0)
    if not speaker or not any(w.tag.startswith("NN") or w.name is not None for w in speaker):
        return None
    text, start, end = reader.slice(speaker[0], speaker[-1])
    return Cue(verb, text, (start, end), denies=False, whole=True, hedge=False)


def _according(word: Word, reader: Reader) -> Cue | None:
    objects = [
        p
        for c in word.subtree()
        if c.dep == "pobj" and c.head is not None and c.head.lower in {"to", "according"}
        for p in [c]
    ]
    if not objects:
        return None
    text, span = speaker_text(objects[0], reader)
    return Cue(word, text, span, denies=False, whole=True, hedge=False)


def _verb_cue(word: Word, lemma: str, reader: Reader) -> Cue | None:
    lexicon = reader.pack.lexicon
    clauses = [
        c
        for c in word.children
        if c.dep in {"ccomp", "xcomp", "advcl", "parataxis"} and c.tag.startswith(("VB", "MD", "JJ", "NN"))
    ]
    subjects = [c for c in word.children if c.dep == "nsubj"]
    passive = any(c.dep in {"nsubjpass", "auxpass"} for c in word.children)
    denies = lemma in lexicon["reporting.deny"]
    if passive:
        agents = [p for c in word.children if c.dep == "agent" for p in c.children if p.dep == "pobj"]
        if denies and agents:
            text, span = speaker_text(agents[0], reader)
            return Cue(word, text, span, denies=True, whole=False, hedge=False)
        return (
            Cue(word, None, (-1, -1), denies=False, whole=False, hedge=True)
            if clauses and lemma in lexicon["reporting.hedge_verbs"] | {"claim", "believe"}
            else None
        )
    quoted = lemma in {"quote", "cite"}
    if quoted:
        objects = [c for c in word.children if c.dep == "dobj"]
        subjects = objects or subjects
    if not subjects and word.dep in {"conj", "advcl", "xcomp"} and word.head is not None and clauses:
        subjects = [c for c in word.head.children if c.dep == "nsubj"]
    if not subjects and word.dep in {"acl", "pcomp"}:
        return None
    if not subjects:
        return None
    subject = subjects[-1]
    final = (
        word.dep == "ROOT" and any(c.i < word.i and c.dep in {"ccomp", "parataxis"} for c in word.children)
    ) or word.dep == "parataxis"
    if (
        (lemma == "announce" and any(c.dep == "dobj" for c in word.children))
        or lemma in {"monitor", "document", "accuse", "see", "record", "blame", "commend", "describe"}
        or clauses
        or final
        or denies
        or quoted
    ):
        unnamed = subject.lower in lexicon["reporting.unnamed_subjects"]
        text, span = (None, (-1, -1)) if unnamed else speaker_text(subject, reader)
        return Cue(word, text, span, denies=denies, whole=final, hedge=unnamed)
    return None


def speaker_text(word: Word, reader: Reader) -> tuple[str | None, tuple[int, int]]:
    """Return the surface string of a speaker phrase and its characters; a pronoun gives its antecedent, or None."""
    if word.tag in {"PRP", "WP", "DT"} or word.lower in {"he", "she", "they", "it", "which", "who"}:
        if word.lower in {"he", "she"} and reader.discourse.persons:
            return reader.discourse.persons[-1], (-1, -1)
        if word.lower in {"they", "it", "he", "she"} and reader.discourse.speakers:
            return reader.discourse.speakers[-1], (-1, -1)
        refs = antecedent(reader, word)
        return (refs[0].text, (refs[0].start, refs[0].end)) if refs else (None, (-1, -1))
    if word.name is not None and word.name.kind == "person":
        text, start, end = reader.slice(word, word)
        return text, (start, end)
    words = [
        w
        for w in word.subtree()
        if not _below(
            w, word, {"relcl", "acl", "appos", "advcl", "punct"} if word.name else {"relcl", "acl", "advcl", "appos"}
        )
    ]
    words = [w for w in words if w.dep not in {"det", "predet"} or w.i != words[0].i]
    first, last = _contiguous(words, word)
    text, start, end = reader.slice(first, last)
    return text.strip(" ,"), (start, end)


def _below(word: Word, top: Word, deps: set[str]) -> bool:
    other: Word | None = word
    while other is not None and other is not top:
        if other.dep in deps and not (other.dep == "punct" and other.lower in {"-", "'"}):
            return True
        other = other.head
    return False


def _contiguous(words: list[Word], head: Word) -> tuple[Word, Word]:
    have = {w.i: w for w in words}
    first = last = head
    while first.i - 1 in have:
        first = have[first.i - 1]
    while last.i + 1 in have or (last.i + 2 in have and have[last.i + 2].dep == "conj"):
        last = have.get(last.i + 1) or have[last.i + 2]
    return first, last


def attribute(word: Word, cues: list[Cue], default: str | None, reader: Reader) -> Attribution:
    """Return speaker and stance of a predicate at a word; `default` is who speaks in the quotation that it stands in."""
    speaker, span, hedge, denied = default, (-1, -1), False, False
    by_word = {c.word.i: c for c in cues}
    other: Word | None = word
    seen: Word = word
    found = False
    for _ in range(12):
        assert other is not None  # noqa: S101 - the loop ends at the root
        cue = by_word.get(other.i)
        if cue is not None and other is not word and _governs(cue, seen):
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
            if (
                cue.word.dep == "prep"
                and cue.word.head is not None
                and cue.word.head.dep == "conj"
                and word.i < cue.word.head.i
            ):
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
    return Attribution(speaker, stance, span)


def _governs(cue: Cue, below: Word) -> bool:
    if cue.word.tag.startswith("NN"):
        return below.dep in {"acl", "relcl", "prep", "ccomp", "pcomp"}
    if below.dep in {"ccomp", "xcomp", "parataxis"}:
        return True
    if below.dep == "prep" and below.lower in {"of", "as"}:
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


def stance_of(word: Word, pack: LanguagePack) -> Stance:
    """Return the stance that the words around and above a predicate give it, speakers aside."""
    lexicon = pack.lexicon
    if any(
        c.dep == "neg" or (c.lower in {"never", "neither", "nor"} and c.dep in {"advmod", "cc", "preconj"})
        for c in word.children
    ) and not any(c.lower in {"only", "yet"} for c in word.children):
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
        verdict = _link(other, head, pack)
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


def _past_future(verb: Word) -> bool:
    """Read "would later capture" tells the past; "would have captured" did not happen and is left as planned."""
    would = any(c.lower == "would" for c in verb.children)
    return would and any(c.lower in {"later", "eventually", "subsequently", "then", "finally"} for c in verb.children)


def _link(word: Word, head: Word, pack: LanguagePack) -> str:  # noqa: C901, PLR0911, PLR0912 - a table of cases reads best in one piece
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
            c.dep == "dobj" and (c.lower in lexicon["planning.nouns"] or c.lower in pack.nouns) and c.i < word.i
            for c in head.children
        )
    ):
        return "planned"
    if word.dep in {"xcomp", "ccomp"}:
        if head.lower in lexicon["planning.adjectives"] or (lemma in lexicon["planning.verbs"] and infinitive):
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
    if word.dep == "acl" and infinitive:
        return "up" if head.lower in {"able", "first", "last", "gap", "corridor", "path"} else "planned"
    if word.dep in {"advcl", "relcl"} and infinitive:
        return (
            "planned"
            if lemma not in {"go", "manage", "continue", "help", "advance", "come"} or word.dep == "relcl"
            else "up"
        )
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
    if word.dep in {"dobj", "nsubjpass", "nsubj", "pobj", "prep", "attr", "compound", "dative"}:
        if (
            word.dep == "dobj"
            and lemma in lexicon["planning.verbs"] - {"set", "order", "see", "seek"}
            and not head.lower.endswith("ed")
        ):
            return "planned"
        return "up"
    if word.dep in {"conj", "pcomp"}:
        return "up"
    return "stop"
