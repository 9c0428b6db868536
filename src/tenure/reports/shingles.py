"""A text as a set of word shingles, and the few that find its likes: the minimum hash of every window (winnowing)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from tenure.reports.folding import data, fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SHINGLE_WORDS", "WINDOW", "Sketch", "Sketcher"]

SHINGLE_WORDS = 5
WINDOW = 8
"""Shingles of which the smallest hash is kept: any shared run of SHINGLE_WORDS + WINDOW - 1 = 12 words leaves a trace."""
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""2^64 over the golden ratio, odd (Knuth's multiplicative hashing); it only orders the shingles."""

_WORD = re.compile(r"\d+(?:[.,\u066b\u066c' \u202f]\d{3})*(?:[.,]\d+)?|\w+")
_CLOCK_OR_DAY = re.compile(r"\d{1,2}[:.h]\d{2}(?::\d{2})?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is compared of a text: `shingles` (n,) sorted unique uint64, its fingerprints, numbers and reversing words."""

    words: int
    digest: bytes
    """Of the words in order: equal for exact copies but for case, accents and punctuation."""
    shingles: NDArray[np.uint64]
    fingerprints: tuple[int, ...]
    numbers: frozenset[str]
    reversals: frozenset[str]


@cache
def _list(name: str) -> frozenset[str]:
    return frozenset(fold(w) for words in data("numbers")[name].values() for w in words)


@cache
def _dated_numbers() -> re.Pattern[str]:
    months = {fold(m) for forms in data("calendar")["months"].values() for same in forms for m in same}
    names = "|".join(re.escape(m) for m in sorted(months, key=lambda m: (-len(m), m)))
    return re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:de\s+)?(?:{names})\b|\b(?:{names})\.?\s+\d{{1,2}}\b")


def _numbers(folded: str, words: list[str]) -> frozenset[str]:
    plain = _dated_numbers().sub(" ", _CLOCK_OR_DAY.sub(" ", folded))
    digits = {re.sub(r"[^\d]", "", n) for n in _WORD.findall(plain) if n[0].isdigit()}
    return frozenset(digits | (_list("numbers") & set(words)))


class Sketcher:
    """Makes sketches; the state is a memory of word hashes, which changes nothing but the time it takes."""

    def __init__(self) -> None:
        """Start with an empty memory."""
        self._hashes: dict[str, int] = {}

    def _hash(self, word: str) -> int:
        found = self._hashes.get(word)
        if found is None:
            found = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")
            self._hashes[word] = found
        return found

    def sketch(self, text: str) -> Sketch:
        """Return the sketch of a text; a text below SHINGLE_WORDS words has no shingles."""
        folded = fold(text)
        words = _WORD.findall(folded)
        hashes = np.fromiter((self._hash(w) for w in words), dtype=np.uint64, count=len(words))
        shingles = _shingle(hashes)
        return Sketch(
            words=len(words),
            digest=hashlib.blake2b(" ".join(words).encode(), digest_size=16).digest(),
            shingles=np.unique(shingles),
            fingerprints=tuple(_winnow(shingles).tolist()),
            numbers=_numbers(folded, words),
            reversals=_list("reversals") & set(words),
        )


def _shingle(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return a hash of every run of SHINGLE_WORDS words, (n - SHINGLE_WORDS + 1,)."""
    count = len(words) - SHINGLE_WORDS + 1
    if count <= 0:
        return np.empty(0, dtype=np.uint64)
    out = np.zeros(count, dtype=np.uint64)
    for at in range(SHINGLE_WORDS):
        out = (out ^ (out >> np.uint64(29))) * _FACTOR + words[at : at + count]
    out ^= out >> np.uint64(32)
    return out * _FACTOR


def _winnow(shingles: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the smallest hash of every window, unique; a text shorter than a window gives its smallest one."""
    if not len(shingles):
        return shingles
    width = min(WINDOW, len(shingles))
    return np.unique(np.lib.stride_tricks.sliding_window_view(shingles, width).min(axis=1))
