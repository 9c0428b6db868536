"""A text cut into paragraphs, sentences and quotations by rules, in time linear in its length."""

# ruff: noqa: RUF001 - the patterns and tests mean typographic quotes and dashes

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Sentence", "readable", "split_sentences"]

MAX_SENTENCE = 1200  # characters; longer runs (tables, no punctuation) are cut at the last space before it
MAX_LIST = 60_000  # characters of a run that is a list: its members are shown to the parser as one name
LIST_STEP = 40  # characters between two separators at most, on the average, in a run that is a list
MAX_WRAPPED = 110  # characters of the lines of a text that is wrapped by hand
MAX_HEADING = 160  # characters; longer lines without a full stop are no headings
_BREAK = re.compile(r"\n[ \t\r]*\n+|\n")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
_SPACE = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000\t\r]")
_BULLET = re.compile(r"\n[ \t]*(?:[-*•–]|\(?\d{1,3}[.)])[ \t]*(?=\S)")
_SMALL = [
    "and",
    "or",
    "of",
    "the",
    "a",
    "an",
    "in",
    "on",
    "at",
    "to",
    "from",
    "by",
    "with",
    "for",
    "as",
    "that",
    "its",
    "their",
    "near",
    "between",
    "including",
    "al",
    "el",
    "central",
]
_OPEN_END = re.compile(
    rf"(?:,|\b(?:{'|'.join(_SMALL)}|(?:north|south|east|west)(?:east|west)?(?:ern)?))[ ]*$",
    re.IGNORECASE,
)
_END = re.compile(r"""[.!?…]["'”’»)\]]*(?=\s+["'“‘«(\[]?[A-Z0-9À-Þ])""")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Maj|Sgt|Capt|Brig|Adm|Gov|Sen|Rep|St|No|vs|approx|ca|pop|est|cf|Mt|Ft|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|[A-Z])|\b[A-Z]\.[A-Z]|e\.g|i\.e)\.$"
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


def readable(text: str) -> tuple[str, list[int] | None]:
    r"""Return a text without invisible characters, its spaces plain, and each character's place in the original.

    The list has one entry more than characters; it is None where nothing was taken out.

    >>> readable("Sara\u00adqib\u00a0fell.")
    ('Saraqib fell.', [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
    """
    plain = _SPACE.sub(" ", text)
    if not _INVISIBLE.search(plain):
        return plain, None
    kept = [i for i, c in enumerate(plain) if not _INVISIBLE.match(c)]
    return "".join(plain[i] for i in kept), [*kept, len(text)]


def split_sentences(text: str) -> list[Sentence]:
    """Return the sentences of a text in order; blank ones are left out.

    A single newline also ends a sentence, but where it only wraps a line, or stands before a bullet of a list that a
    colon opens.

    >>> [text[s.start:s.end] for text in ["One fell. Two held."] for s in split_sentences(text)]
    ['One fell.', 'Two held.']
    """
    out: list[Sentence] = []
    paragraph, position = 0, 0
    quotes = _quotations(text)
    for mark in [*_breaks(text), None]:
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


def _breaks(text: str) -> list[re.Match[str]]:
    """Return the line breaks that end a sentence or paragraph."""
    marks = list(_BREAK.finditer(text))
    out, begin, listing = [], 0, False
    wrapped = _wrapped(text, marks)
    for k, mark in enumerate(marks):
        stop = marks[k + 1].start() if k + 1 < len(marks) else len(text)
        line, following = text[begin : mark.start()], text[mark.end() : stop]
        begin = mark.end()
        bullet = _BULLET.match(text, mark.start()) is not None
        listing = bullet and (listing or line.rstrip().endswith(":"))
        if mark.group().count("\n") == 1 and (listing or k in wrapped or _wraps(line, following)):
            continue
        out.append(mark)
    return out


def _wrapped(text: str, marks: Sequence[re.Match[str]]) -> set[int]:
    """Return the breaks of paragraphs that are wrapped by hand: two breaks or more, one of which only wraps its line.

    A line that ends a sentence or is long ends for itself.
    """
    out: set[int] = set()
    block: list[int] = []
    sure, begin = False, 0
    for k, mark in enumerate(marks):
        line = text[begin : mark.start()]
        stop = marks[k + 1].start() if k + 1 < len(marks) else len(text)
        begin = mark.end()
        if mark.group().count("\n") > 1 or len(line) > MAX_WRAPPED or _BULLET.match(text, mark.start()):
            out |= set(block) if sure and len(block) > 1 else set()
            block, sure = [], False
            continue
        sure = sure or _wraps(line, text[mark.end() : stop])
        block += [] if line.rstrip().endswith((".", "!", "?", ":")) else [k]
    return out | (set(block) if sure and len(block) > 1 else set())


def _wraps(line: str, following: str) -> bool:
    """Whether a line goes on in the following one: it ends in a comma or a small word, or the other begins in lower case."""
    if not line.strip() or len(line) > MAX_WRAPPED or not following.strip():
        return False
    return following.lstrip()[0].islower() or (_OPEN_END.search(line) is not None and following.lstrip()[0].isalpha())


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
        limit = MAX_LIST if _lists(text, start, stop) else MAX_SENTENCE
        while stop - start > limit:
            cut = text.rfind(" ", start + limit // 2, start + limit)
            cut = cut if cut > 0 else start + limit
            out.append((start, cut))
            start = cut
        out.append((start, stop))
        start = stop
    return [trimmed for s, e in out for trimmed in [_trim(text, s, e)] if trimmed[0] < trimmed[1]]


def _lists(text: str, start: int, stop: int) -> bool:
    """Whether a run is a list: names between many separators."""
    marks = sum(text.count(sign, start, stop) for sign in ",;\n")
    return stop - start > MAX_SENTENCE and marks * LIST_STEP > stop - start


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
