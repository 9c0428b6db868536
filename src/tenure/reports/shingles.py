"""A text as a set of word shingles, and the few that find its likes: the minimum hash of every window (winnowing)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tenure.reports.edits import WORD
from tenure.reports.folding import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ALL_KEPT", "SHINGLE_WORDS", "WINDOW", "Sketch", "Sketcher"]

SHINGLE_WORDS = 5
WINDOW = 8
"""Shingles of which the smallest hash is kept: any shared run of SHINGLE_WORDS + WINDOW - 1 = 12 words leaves a trace."""
ALL_KEPT = 160
"""Up to so many shingles all are kept. With copies.py's thresholds this makes the index complete: a copy of n shingles has
0.7 n of them in common with its original, in at most 0.06 n + 1 runs (an edit kills 5), so in one of at least WINDOW when
n >= 40; and where n < 40 the longer text, at most 4 n long, has all of its shingles kept."""
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""2^64 over the golden ratio, odd (Knuth's multiplicative hashing); it only orders the shingles."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is compared of a text: `shingles` (n,) sorted unique uint64, and its fingerprints."""

    words: int
    digest: bytes
    """Of the words in order: equal for exact copies but for case, accents and punctuation."""
    shingles: NDArray[np.uint64]
    fingerprints: tuple[int, ...]


class _WordHashes(dict[str, int]):
    """The hash of every word asked for so far; a memory, which changes nothing but the time it takes."""

    def __missing__(self, word: str) -> int:
        found = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")
        self[word] = found
        return found


class Sketcher:
    """Makes sketches; the state is a memory of word hashes, which changes nothing but the time it takes."""

    def __init__(self) -> None:
        """Start with an empty memory."""
        self._hashes = _WordHashes()

    def sketch(self, text: str) -> Sketch:
        """Return the sketch of a text; a text below SHINGLE_WORDS words has no shingles."""
        words = WORD.findall(fold(text))
        hashes = np.fromiter(map(self._hashes.__getitem__, words), dtype=np.uint64, count=len(words))
        shingles = _shingle(hashes)
        return Sketch(
            words=len(words),
            digest=hashlib.blake2b(" ".join(words).encode(), digest_size=16).digest(),
            shingles=np.unique(shingles),
            fingerprints=tuple(_winnow(shingles).tolist()),
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
    """Return the smallest hash of every window, or all hashes of a short text; unique."""
    if len(shingles) <= ALL_KEPT:
        return np.unique(shingles)
    return np.unique(np.lib.stride_tricks.sliding_window_view(shingles, WINDOW).min(axis=1))
