"""Reporting words and who speaks: verbs, "according to", a closing ", X said", nouns such as "reports".

Rules
 1. A reporting verb with a named subject makes that subject the speaker; "according to X" too.
 2. A passive report ("it was claimed") and an unnamed subject ("activists") name no speaker and hedge.
 3. A pronoun speaks for the person or speaker named before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tenure.claims.phrases.actors import antecedent

if TYPE_CHECKING:
    from tenure.claims.phrases.reader import Reader
    from tenure.claims.syntax.parse import Word

__all__ = ["Cue", "find_cues", "speaker_text"]


@dataclass(frozen=True, slots=True, eq=False)
class Cue:
    """A reporting word, its speaker (None when unnamed), whether it denies, and whether it governs the whole sentence.

    One that is `void` ("did not confirm that") says nothing of what it governs.
    """

    word: Word
    speaker: str | None
    span: tuple[int, int]
    denies: bool
    whole: bool
    hedge: bool
    void: bool = False


def find_cues(reader: Reader) -> list[Cue]:
    """Return the reporting words of a sentence with their speakers."""
    out = []
    lexicon, pack = reader.pack.lexicon, reader.pack
    for word in reader.tree.words:
        if word.name or word.date:
            continue
        lemma = pack.lemmas.get(word.lower, word.lower)
        if word.lower == "according" or (word.lower == "per" and word.i > 1 and reader.tree.words[word.i - 1].lower == ","):
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
            out.append(replace(cue, void=_void(word, reader)))
    last = _trailing(reader)
    if last is not None and all(c.word is not last.word for c in out):
        out.append(last)
    return out


def _void(word: Word, reader: Reader) -> bool:
    """Whether a report is not made: "did not confirm", "was unable to verify", "refused to say"."""
    if any(c.dep == "neg" or c.lower in {"neither", "nor", "never"} for c in word.children):
        return True
    head = word.head if word.dep in {"xcomp", "ccomp"} else None
    return head is not None and reader.pack.lemmas.get(head.lower, head.lower) in reader.pack.lexicon["reporting.refusals"]


_TAIL = 12  # words that a speaker at the end of a sentence may take


def _trailing(reader: Reader) -> Cue | None:
    """Return the cue of ", X said." at the end of a sentence, wherever the parser hung it."""
    words = [w for w in reader.tree.words if w.date is None]
    while words and not words[-1].tag.startswith(("VB", "NN", "PRP")):
        words.pop()
    while words and _addressee(words[-1], reader):
        words.pop()
    if not words or reader.pack.lemmas.get(words[-1].lower) not in reader.pack.lexicon["reporting.verbs"]:
        return None
    verb = words.pop()
    if len(words) > 2 and words[-1].lower == "," and words[-2].name is not None and words[-3].lower == ",":  # noqa: PLR2004 - ", NAME, said"
        text, start, end = reader.slice(words[-2], words[-2])
        return Cue(verb, text, (start, end), denies=False, whole=True, hedge=False)
    words.append(verb)
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


def _addressee(word: Word, reader: Reader) -> bool:
    """Whether a word at the end of a sentence is whom somebody told or where something was written."""
    if word.name is not None:
        return word.name.kind == "media" or (
            word.dep == "pobj" and word.head is not None and word.head.lower in {"on", "to"}
        )
    return word.lower in reader.pack.lexicon["reporting.addressees"]


def _according(word: Word, reader: Reader) -> Cue | None:
    objects = [
        p
        for c in word.subtree()
        if c.dep == "pobj" and c.head is not None and c.head.lower in {"to", "according", "per"}
        for p in [c]
    ]
    if not objects:
        return None
    text, span = speaker_text(objects[0], reader)
    return Cue(word, text, span, denies=False, whole=True, hedge=False)


def _verb_cue(word: Word, lemma: str, reader: Reader) -> Cue | None:  # noqa: PLR0911 - a table of cases reads best in one piece
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
    if not subjects and word.dep in {"conj", "advcl", "xcomp", "dep"} and word.head is not None and clauses:
        subjects = [c for c in word.head.children if c.dep == "nsubj"]
    if not subjects and word.dep in {"acl", "pcomp"}:
        return None
    if not subjects:
        return Cue(word, None, (-1, -1), denies=False, whole=False, hedge=True) if clauses and _void(word, reader) else None
    subject = subjects[-1]
    final = (
        word.dep == "ROOT" and any(c.i < word.i and c.dep in {"ccomp", "parataxis"} for c in word.children)
    ) or word.dep == "parataxis"
    if (
        (lemma == "announce" and any(c.dep == "dobj" for c in word.children))
        or any(c.dep == "dobj" and c.lower in reader.pack.nouns and c.i > word.i for c in word.children)
        or lemma in {"monitor", "document", "accuse", "see", "record", "blame", "commend", "describe"}
        or clauses
        or final
        or denies
        or quoted
        or any(c.lower in lexicon["words.false"] for c in word.children)  # "called the report untrue"
    ):
        unnamed = subject.lower in lexicon["reporting.unnamed_subjects"]
        if subject.lower == "it" and (refs := antecedent(reader, subject)):
            return Cue(word, refs[0].text, (refs[0].start, refs[0].end), denies=denies, whole=final, hedge=False)
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
    if word.name is None:  # "Wagner chief Yevgeny Prigozhin", "a commander, Oleksiy Mozghovyi,": the person speaks
        for child in word.children:
            if child.dep == "appos" and child.name is not None and child.name.kind in {"person", "unknown"}:
                text, start, end = reader.slice(child, child)
                return text, (start, end)
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
