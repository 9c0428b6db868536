"""A text cut into paragraphs, sentences and quotations by rules, in time linear in its length."""

# ruff: noqa: RUF001 - the patterns and tests mean typographic quotes and dashes

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Sentence", "split_sentences"]

MAX_SENTENCE = 1200  # characters; longer runs (tables, lists, no punctuation) are cut at the last space before it
MAX_HEADING = 160  # characters; longer lines without a full stop are no headings
_BREAK = re.compile(r"\n[ \t\r]*\n+|\n")
_END = re.compile(r"""[.!?…]["'”’»)\]]*(?=\s+["'“‘«(\[]?[A-Z0-9À-Þ])""")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Maj|Sgt|Capt|Brig|Adm|Gov|Sen|Rep|St|No|vs|approx|ca|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|[A-Z])|\b[A-Z]\.[A-Z]|e\.g|i\.e)\.$"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of text [start, end), the number of its paragraph, whether it is a heading, and its quotation (-1: none)."""

    start: int
    end: int
    paragraph: int
    heading: bool
    quotation: int
    """Number of the quotation that holds all of the sentence or its beginning, else -1."""


def split_sentences(text: str) -> list[Sentence]:
    """Return the sentences of a text in order; blank ones are left out. A single newline also ends a sentence.

    >>> [text[s.start:s.end] for text in ["One fell. Two held."] for s in split_sentences(text)]
    ['One fell.', 'Two held.']
    """
    out: list[Sentence] = []
    paragraph, position = 0, 0
    quotes = _quotations(text)
    for mark in [*_BREAK.finditer(text), None]:
        end = mark.start() if mark else len(text)
        if text[position:end].strip():
            for start, stop in _cut(text, position, end):
                line = text[start:stop]
                heading = (
                    stop - start < MAX_HEADING
                    and line[-1:] not in '.!?:;,"”…'
                    and start == _first(text, position)
                    and stop >= end - 1
                )
                out.append(Sentence(start, stop, paragraph, heading, _within(quotes, start)))
        if mark:
            paragraph += mark.group().count("\n") > 1
            position = mark.end()
    return out


def _first(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut a paragraph at sentence ends that are no abbreviations, and long runs at spaces."""
    ends = []
    for mark in _END.finditer(text, start, end):
        if text[mark.start()] == "." and _ABBREVIATION.search(text, max(start, mark.start() - 8), mark.start() + 1):
            continue
        ends.append(mark.end())
    out = []
    for stop in [*ends, end]:
        while stop - start > MAX_SENTENCE:
            cut = text.rfind(" ", start + MAX_SENTENCE // 2, start + MAX_SENTENCE)
            cut = cut if cut > 0 else start + MAX_SENTENCE
            out.append((start, cut))
            start = cut
        out.append((start, stop))
        start = stop
    return [trimmed for s, e in out for trimmed in [_trim(text, s, e)] if trimmed[0] < trimmed[1]]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _quotations(text: str) -> list[tuple[int, int]]:
    """Spans of double quotations; one that is never closed ends with its paragraph."""
    out, opened = [], -1
    for mark in re.finditer(r'["“”«»]|\n[ \t\r]*\n', text):
        sign = mark.group()
        if sign.isspace():
            if opened >= 0:
                out.append((opened, mark.start()))
            opened = -1
        elif opened < 0 and sign in '"“«':
            opened = mark.start()
        elif opened >= 0 and sign in '"”»':
            out.append((opened, mark.end()))
            opened = -1
    if opened >= 0:
        out.append((opened, len(text)))
    return out


def _within(quotes: list[tuple[int, int]], start: int) -> int:
    from bisect import bisect_right

    k = bisect_right(quotes, (start, len(quotes) and quotes[-1][1] + 1)) - 1
    return k if k >= 0 and quotes[k][0] <= start < quotes[k][1] else -1
