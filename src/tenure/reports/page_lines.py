"""Lines of a bare page, classified by what they look like: text, time stamp, byline, outlet, tags, address, furniture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from tenure.reports.dates import Printed, is_yearless, parse_printed
from tenure.reports.folding import data, fold

__all__ = ["HEADING_CHARS", "PARAGRAPH_CHARS", "Line", "behind_prefix", "classify_lines", "is_name"]

PARAGRAPH_CHARS = 140
"""A line this long is a paragraph of the story: headlines and subtitles are shorter in all outlets seen."""
HEADING_CHARS = 45
"""A line of running text is longer than this where a page is hard-wrapped; a heading inside the story is shorter."""
_MOST_LINES = 5000
"""Lines of a page that are looked at one by one: what comes behind them is text."""
_NAME_WORDS = 6
_TAGS_CHARS = 60
_SEPARATOR = re.compile(r"\s+[|\u2022\u00b7\u2013\u2014]\s+|\s*\|\s*")
_CLOCK = re.compile(r"[\d:.,\s]+(?:am|pm)?")
_PARTICLES = frozenset(
    ["al", "and", "bin", "de", "der", "du", "el", "et", "ibn", "in", "la", "of", "the", "und", "van", "ve", "von", "y"]
)
"""Words in names that are not capitalised."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page: its class, its text, the block (run of lines without a blank one) it stands in, and its stamps."""

    kind: str
    """``text``, ``stamp``, ``day`` (without a year), ``byline``, ``outlet``, ``tags``, ``address`` or ``furniture``."""
    text: str
    block: int
    stamps: tuple[Printed, ...] = ()
    name: str | None = None
    """What stands beside the stamps in their line: a person, an outlet, or a town of a dateline."""


@cache
def _folded(section: str, key: str) -> tuple[str, ...]:
    return tuple(sorted({fold(w) for w in data("page")[section][key]}, key=lambda w: (-len(w), w)))


@cache
def _age() -> re.Pattern[str]:
    units, after, before = ("|".join(map(re.escape, _folded("ages", k))) for k in ("units", "after", "before"))
    number = r"(?:\d{1,3}|an?|bir|one)"
    reading = "|".join(map(re.escape, _folded("ages", "reading")))
    return re.compile(
        rf"\W*(?:{number}\s+(?:{reading})|{number}\s+(?:{units})\s+(?:{after})|(?:{before})\s+(?:{number}\s+)?(?:{units}))\W*"
    )


@cache
def _prefix(section: str) -> re.Pattern[str]:
    words = "|".join(map(re.escape, _folded(section, "prefixes")))
    colon_free = section == "byline"
    return re.compile(rf"(?:{words})(?:\s*[:：]\s*{'|' + chr(92) + 's+' if colon_free else ''})")  # noqa: RUF001 - the full-width colon is meant


def _is_furniture(text: str) -> bool:
    if len(text) >= PARAGRAPH_CHARS:
        return False
    folded = fold(text).strip()
    bare = folded.strip(" .\u2026:|\u00bb\u203a>\u2022\u00b7-\u2013\u2014[]()")
    if not re.search(r"\w", folded) or bare in _folded("boilerplate", "lines") or _age().fullmatch(folded):
        return True
    return folded.startswith(_folded("boilerplate", "starts"))


def is_name(text: str) -> bool:
    """Return whether a line looks like a person's or an outlet's name: a few words, capitals where the script has case."""
    words = text.strip(" ,").split()
    if not 1 <= len(words) <= _NAME_WORDS or re.search(r"\d|[.!?:;\"“”]$", text):
        return False
    cased = [w for w in words if w[0].isalpha() and (w[0].isupper() or w[0].islower())]
    return all(w[0].isupper() or fold(w) in _PARTICLES or w.startswith(("al-", "el-")) for w in cased)


def behind_prefix(text: str, section: str) -> str | None:
    """Return what stands behind a prefix such as ``By`` or ``Source:``, None when the line has no such prefix."""
    head = fold(text)
    found = _prefix(section).match(head)
    if not found or len(head) != len(text):
        return None
    value = text[found.end() :].strip(" :-\u2013|")
    return value or None


def _classify_short(text: str, block: int) -> Line | None:
    if re.search(r"\d", text):
        stamps, name = _stamps(text)
        if stamps:
            return Line("stamp", text, block, stamps, name)
        if is_yearless(text):
            return Line("day", text, block)
    for section in ("byline", "outlet"):
        value = behind_prefix(text, section)
        if value and is_name(value.split(",")[0].split("|")[0]):
            return Line(section, value.split("|")[0].strip(), block)
    return None


def _classify(text: str, block: int) -> Line:
    if _is_furniture(text):
        return Line("furniture", text, block)
    if len(text) < PARAGRAPH_CHARS:
        short = _classify_short(text, block)
        if short:
            return short
    if re.fullmatch(r"https?://\S+", text):
        return Line("address", text, block)
    if re.fullmatch(r"(?:#\w[\w-]*[\s,]*)+", text) or (len(text) < 4 * _TAGS_CHARS and behind_prefix(text, "tags")):
        return Line("tags", behind_prefix(text, "tags") or text, block)
    return Line("text", text, block)


@cache
def _label_start() -> re.Pattern[str]:
    words = {fold(w) for kind in ("updated", "published") for w in data("page")["labels"][kind]}
    labels = "|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w)))
    return re.compile(rf"(?<=\S)\s+(?=(?:{labels})\s*:)|\s*[-\u2013\u2014|\u00b7\u2022,;]\s*(?=(?:{labels})(?!\w))")


def _pieces(text: str) -> list[str]:
    """Return the parts of a line between separators and before labels, without furniture such as "4 min read"."""
    whole = parse_printed(text)
    if whole and not whole.rest:
        return [text]
    folded = fold(text)
    same = len(folded) == len(text)
    cuts = [m.start() for m in _label_start().finditer(folded) if same and re.search(r"\d", folded[: m.start()])]
    parts = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    pieces = [s for part in parts for s in _SEPARATOR.split(part) if s.strip() and not _is_furniture(s)]
    return pieces if any(parse_printed(s) for s in pieces) else [text]


def _stamps(text: str) -> tuple[tuple[Printed, ...], str | None]:
    """Return the stamps of a line that is made of stamps and at most names, and the first name; a sentence has none."""
    stamps: list[Printed] = []
    names: list[str] = []
    for piece in _pieces(text):
        printed = parse_printed(piece)
        rest = printed.rest if printed else piece.strip()
        if rest and not (is_name(rest) or behind_prefix(rest, "byline") or _CLOCK.fullmatch(fold(rest))):
            return (), None
        if printed:
            stamps.append(printed)
        if re.search(r"[^\W\d]", rest) and not _CLOCK.fullmatch(fold(rest)):
            names.append(behind_prefix(rest, "byline") or rest)
    return tuple(stamps), (names[0] if names else None)


def classify_lines(text: str) -> list[Line]:
    """Return the lines of a page that are not blank, in order."""
    out: list[Line] = []
    block = 0
    for raw in text.split("\n"):
        line = re.sub(r"\s+", " ", raw).strip().lstrip("|").strip()
        if not line:
            block += 1
            continue
        if out and out[-1].kind == "text" and fold(out[-1].text) in _folded("byline", "prefixes") and is_name(line):
            out[-1] = Line("byline", line, block)
        else:
            out.append(_classify(line, block) if len(out) < _MOST_LINES else Line("text", line, block))
    return out
