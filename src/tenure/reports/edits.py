"""Whether one text is the other with new facts in the same words: a follow-up, which is a witness of its own, and no copy.

Both texts are aligned word by word (Levenshtein 1966). An edit in place is a run of at most EDIT_WORDS changed words with
the same words before and behind it. The texts are original and follow-up when in some edit in place
 - each side has a number that the other lacks ("9 villages" became "15 villages"), or
 - one side alone has a word that turns the sentence round ("took", "did not take").
Clock times, dates and years are masked first: every outlet prints its own. Whole sentences more or less are no such edit.
"""

from __future__ import annotations

import re
from functools import cache

from tenure.reports.folding import data, fold

__all__ = ["EDIT_WORDS", "WORD", "is_follow_up"]

EDIT_WORDS = 6
_MOST_WORDS = 3000
"""Words of each text that are aligned: the alignment's cost grows with their product."""

WORD = re.compile(r"\d+(?:[.,\u066b\u066c' \u202f]\d{3}(?!\d))*(?:[.,]\d+)?|\w+")
"""A word or a number with its separators of thousands and decimals."""
_CLOCK_OR_DAY = re.compile(
    r"\d{1,2}[:.h]\d{2}(?::\d{2})?(?!\d)|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\b(?:19|20)\d\d\b(?!\s+(?:km|sq|square))"
)


@cache
def _list(name: str) -> frozenset[str]:
    return frozenset(fold(w) for words in data("numbers")[name].values() for w in words)


@cache
def _months() -> frozenset[str]:
    return frozenset(fold(m) for forms in data("calendar")["months"].values() for same in forms for m in same)


def _words(text: str) -> list[str]:
    """Return the folded words with clock times and dates taken out, and numbers without their separators."""
    words = WORD.findall(_CLOCK_OR_DAY.sub(" ", fold(text)))[:_MOST_WORDS]
    out: list[str] = []
    for at, word in enumerate(words):
        if word[0].isdigit():
            beside = {words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else ""}
            if len(word) <= 2 and beside & _months():  # noqa: PLR2004 - a day of a month has at most two digits
                continue
            word = re.sub(r"[^\d]", "", word)  # noqa: PLW2901 - the word in its plain form
        out.append(word)
    return out


def _numbers(words: list[str]) -> set[str]:
    return {w for w in words if w[0].isdigit()} | (_list("numbers") & set(words))


def _turns(before: list[str], after: list[str]) -> bool:
    """Return whether an edit brings new numbers or turns the sentence round."""
    old, new = _numbers(before), _numbers(after)
    if old - new and new - old:
        return True
    return bool(_list("reversals") & set(before)) != bool(_list("reversals") & set(after))


def is_follow_up(text: str, original: str) -> bool:
    """Return whether two texts of much the same words differ in their facts.

    >>> is_follow_up("The rebels took 15 villages on Feb 10.", "The rebels took 9 villages on Feb 9.")
    True
    >>> is_follow_up("(Wire) The rebels took nine villages.", "The rebels took nine villages.")
    False
    """
    from rapidfuzz.distance import Levenshtein

    before, after = _words(original), _words(text)
    edits: list[tuple[int, int, int, int]] = []
    for op in Levenshtein.opcodes(before, after):
        if op.tag == "equal":
            continue
        here = (op.src_start, op.src_end, op.dest_start, op.dest_end)
        if edits and edits[-1][1] == here[0] and edits[-1][3] == here[2]:
            last = edits.pop()
            here = (last[0], here[1], last[2], here[3])
        edits.append(here)
    return any(_turns(before[a:b], after[c:d]) for a, b, c, d in edits if b - a <= EDIT_WORDS and d - c <= EDIT_WORDS)
