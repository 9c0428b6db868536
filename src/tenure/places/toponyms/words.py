"""Words of a text as names are made of them: letters with their marks, runs of capitalised words, hyphened pairs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tenure.places.gazetteer.names import leading_articles
from tenure.places.toponyms.scripts import has_no_case

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["HUMP", "PAIRED", "PIECE", "WORD", "begins_name", "runs_of_names"]

_LETTER = r"[^\W_][\u00ad\u0300-\u036f\u064b-\u065f\u0670\u200b-\u200d]*"
"""A letter with the marks that stand over it and what nobody sees inside a word."""
WORD = re.compile(rf"(?:{_LETTER})+(?:['\u2019.\-](?:{_LETTER})+)*\.?")
PIECE = re.compile(rf"(?:{_LETTER})+(?:['\u2019.](?:{_LETTER})+)*|(?<=-)(?:{_LETTER})+")
PAIRED = re.compile(r"[^\W\d_]{3}-(?=[^\W\d_])")
"""A hyphen that may stand between two names ("the Tarn-Low Moor road")."""
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BESIDE = frozenset([" ", "-", "_", "\u00a0"])
_MOST_JOINTS = 2
_GLUED_ARTICLE = re.compile(r"[^\W\d_]{1,4}['\u2019-](?=[^\W\d_])")


def runs_of_names(text: str, joints: frozenset[str]) -> Iterator[list[re.Match[str]]]:
    """Yield runs of capitalised words with nothing but a space or a hyphen between them, or words that stand inside names.

    A run ends with a capitalised word and begins with one, or with an article.
    """
    run: list[re.Match[str]] = []
    waiting: list[re.Match[str]] = []
    for word in WORD.finditer(text):
        last = (waiting or run)[-1] if waiting or run else None
        if last is not None and text[last.end() : word.start()] not in _BESIDE:
            if run:
                yield run
            run, waiting = [], []
        if begins_name(word.group()):
            run += [*waiting, word]
            waiting = []
        elif run and word.group() in joints and len(waiting) < _MOST_JOINTS:
            waiting.append(word)
        else:
            if run:
                yield run
            run, waiting = [], [word] if word.group() in leading_articles() else []
    if run:
        yield run


def begins_name(word: str) -> bool:
    """Return whether a word is written as a name: with a capital, also after an article, or in a script without them."""
    if word[0].isupper() or has_no_case(word[0]):
        return True
    article = _GLUED_ARTICLE.match(word)
    return article is not None and word[article.end()].isupper()
