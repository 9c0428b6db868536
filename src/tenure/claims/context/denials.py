"""Claims that a sentence denies by pointing back at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.claims.context.candidate import ClaimCandidate
from tenure.claims.frames.draft import Draft
from tenure.claims.phrases.cues import speaker_text
from tenure.model import Stance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims.phrases.cues import Cue
    from tenure.claims.phrases.reader import Reader
    from tenure.claims.syntax.parse import Word
    from tenure.claims.text.segments import Sentence

__all__ = ["denials"]


def denials(
    cues: Sequence[Cue], told: Sequence[ClaimCandidate], number: int, sentence: Sentence, reader: Reader
) -> list[ClaimCandidate]:
    """Return the claims that a sentence denies by pointing back.

    "this was denied by Y", "Y said that the claim was false".
    """
    recent = [
        t
        for t in told
        if number - 2 <= t.sentence <= number
        and t.stance in {Stance.ASSERTED, Stance.POSSIBLE}
        and t.draft.event in {"gain", "loss", "hold", "advance", "strike", "passage"}
    ]
    if not recent:
        return []
    (speaker, at), inside = _denied(cues, recent, number, reader), None
    for word in reader.tree.words:
        if word.lower in reader.pack.lexicon["words.false"] and word.head is not None:
            subject = [
                c
                for c in (*word.children, *word.head.children)
                if c.dep in {"nsubj", "nsubjpass", "dobj"} and c.lower in reader.pack.lexicon["words.denied_things"]
            ]
            governing = [c for c in cues if c.speaker and word in c.word.subtree()]
            if subject and governing:
                speaker, at, inside = governing[-1].speaker, word, subject[-1]
    if speaker is None or at is None:
        return []
    named = [t for t in told if inside is not None and t.sentence == number and t.draft.word in inside.subtree()]
    for one in named:  # "reports of the fall of A were false"
        one.stance = Stance.DENIED
    if named:
        return []
    if any(t.sentence == number and t.stance is Stance.DENIED and t.draft.word in at.subtree() for t in told):
        return []
    before = [t for t in recent if t.sentence < number or t.draft.word.i < at.i]
    last = (before or recent)[-1]
    copied = Draft(
        last.draft.event, at, last.draft.found, list(last.draft.actors), list(last.draft.targets), list(last.draft.places)
    )
    return [
        ClaimCandidate(
            copied, number, last.when, Stance.DENIED, speaker, (-1, -1), [], (sentence.start, sentence.end), last.dated
        )
    ]


def _denied(
    cues: Sequence[Cue], recent: Sequence[ClaimCandidate], number: int, reader: Reader
) -> tuple[str | None, Word | None]:
    """Return who denies what was told before, and the word that says so."""
    near = any(t.sentence >= number - 1 for t in recent)
    speaker, at = _issued(reader) if near else (None, None)
    things = reader.pack.lexicon["words.denied_things"]
    for cue in cues:
        if not cue.denies or not cue.speaker:
            continue
        objects = [c for c in cue.word.subtree() if c.lower in things and c.dep in {"dobj", "nsubjpass", "pobj"}]
        clauses = any(c.dep in {"ccomp", "pcomp", "xcomp"} for c in cue.word.children)
        if not clauses and any(_theirs(c, recent[-1]) for c in objects):
            speaker, at = cue.speaker, cue.word
        relative = cue.word.head if cue.word.dep == "relcl" else None
        if relative is not None and relative.lower in things and any(t.sentence == number for t in recent):
            speaker, at = cue.speaker, cue.word  # "a claim that the rebels deny"
    return speaker, at


def _theirs(thing: Word, last: ClaimCandidate) -> bool:
    """Whether "Y's statement" is that of who told the last claim; one that is nobody's may be anybody's."""
    owners = [c for c in thing.children if c.dep == "poss" and c.tag != "PRP$"]
    return not owners or any(w in (last.speaker or "") for c in owners for w in c.text.split())


def _issued(reader: Reader) -> tuple[str | None, Word | None]:
    """Read "X issued a denial": who denies, and the word that says so."""
    for word in reader.tree.words:
        verb = word.head
        if word.lower in reader.pack.lexicon["reporting.denials"] and word.dep == "dobj" and verb is not None:
            subjects = [c for c in verb.children if c.dep == "nsubj"]
            if subjects and not any(c.dep in {"prep", "acl", "relcl"} for c in word.children):
                return speaker_text(subjects[-1], reader)[0], word
    return None, None
