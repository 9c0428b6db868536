"""A bare page, as saved from a browser or a reader: headline, subtitle, byline, times, outlet and tags told apart by shape.

Rules of this module
 1. Lines are classified by what they look like, never by which outlet they are from.
 2. Furniture (`File photo`, `Share`, `3 years ago`, `|`) is dropped wherever it is a whole line.
 3. The head ends where the story begins: behind the last stamp that has no paragraph before it, or at the first paragraph.
 4. In the head the first line is the headline; a name before a stamp is the byline, a name behind it the outlet; what is
    left is the subtitle.
 5. Sibling stamps settle each other's order of day and month; then the language; then the date in the address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from tenure.reports.dates import Printed, parse_printed
from tenure.reports.folding import data, fold

__all__ = ["Line", "Page", "read_page"]

_PARAGRAPH_CHARS = 140
"""A line this long is a paragraph of the story: headlines and subtitles are shorter in all outlets seen."""
_NAME_WORDS = 6
_TAGS_CHARS = 60
_HEADING_CHARS = 45
"""A line of running text is longer than this where a page is hard-wrapped; a heading inside the story is shorter."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page: its class, its text, the block (run of lines without a blank one) it stands in, and its stamps."""

    kind: str
    """``text``, ``stamp``, ``byline``, ``outlet``, ``tags``, ``address`` or ``furniture``."""
    text: str
    block: int
    stamps: tuple[Printed, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What a bare page says of itself; `paragraphs` is the story without headline and subtitle."""

    title: str | None
    subtitle: str | None
    byline: str | None
    outlet: str | None
    published: Printed | None
    updated: Printed | None
    tags: tuple[str, ...]
    url: str | None
    paragraphs: tuple[str, ...]


@cache
def _folded(section: str, key: str) -> tuple[str, ...]:
    return tuple(sorted({fold(w) for w in data("page")[section][key]}, key=lambda w: (-len(w), w)))


@cache
def _age() -> re.Pattern[str]:
    units, after, before = ("|".join(map(re.escape, _folded("ages", k))) for k in ("units", "after", "before"))
    number = r"(?:\d{1,3}|an?|bir|one)"
    return re.compile(rf"\W*(?:{number}\s+(?:{units})\s+(?:{after})|(?:{before})\s+(?:{number}\s+)?(?:{units}))\W*")


@cache
def _prefix(section: str) -> re.Pattern[str]:
    words = "|".join(map(re.escape, _folded(section, "prefixes")))
    colon_free = section == "byline"
    return re.compile(rf"(?:{words})(?:\s*[:：]\s*{'|' + chr(92) + 's+' if colon_free else ''})")  # noqa: RUF001 - the full-width colon is meant


def _is_furniture(text: str) -> bool:
    folded = fold(text).strip()
    bare = folded.strip(" .\u2026:|\u00bb\u203a>\u2022\u00b7-\u2013\u2014[]()")
    if not re.search(r"\w", folded) or bare in _folded("boilerplate", "lines") or _age().fullmatch(folded):
        return True
    return len(text) < _PARAGRAPH_CHARS and folded.startswith(_folded("boilerplate", "starts"))


def _is_name(text: str) -> bool:
    """Return whether a line looks like a person's or an outlet's name: a few words, capitals where the script has case."""
    words = text.strip(" ,").split()
    if not 1 <= len(words) <= _NAME_WORDS or re.search(r"\d|[.!?:;\"“”]$", text):
        return False
    cased = [w for w in words if w[0].isalpha() and (w[0].isupper() or w[0].islower())]
    small = {"de", "al", "el", "bin", "ibn", "van", "von", "and", "ve", "the", "of", "der", "du", "la", "und", "et", "y"}
    return all(w[0].isupper() or fold(w) in small or w.startswith(("al-", "el-")) for w in cased)


def _behind(text: str, section: str) -> str | None:
    """Return what stands behind a prefix such as ``By`` or ``Source:``, None when the line has no such prefix."""
    head = fold(text)
    found = _prefix(section).match(head)
    if not found or len(head) != len(text):
        return None
    value = text[found.end() :].strip(" :-\u2013|")
    return value or None


def _classify(text: str, block: int) -> Line:
    if _is_furniture(text):
        return Line("furniture", text, block)
    if len(text) < _PARAGRAPH_CHARS:
        stamps = _stamps(text)
        if stamps:
            return Line("stamp", text, block, stamps)
        for section in ("byline", "outlet"):
            value = _behind(text, section)
            if value and _is_name(value.split(",")[0].split("|")[0]):
                return Line(section, value.split("|")[0].strip(), block)
    if re.fullmatch(r"https?://\S+", text):
        return Line("address", text, block)
    if re.fullmatch(r"(?:#\w[\w-]*[\s,]*)+", text) or (len(text) < 4 * _TAGS_CHARS and _behind(text, "tags")):
        return Line("tags", _behind(text, "tags") or text, block)
    return Line("text", text, block)


@cache
def _label_start() -> re.Pattern[str]:
    words = [fold(w) for kind in ("updated", "published") for w in data("page")["labels"][kind]]
    return re.compile(rf"(?<=\S)\s+(?=(?:{'|'.join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w)))})\s*:)")


def _stamps(text: str) -> tuple[Printed, ...]:
    """Return the stamps of a line that is made of stamps and at most a name; a sentence that names a date has none."""
    folded = fold(text)
    cuts = [m.start() for m in _label_start().finditer(folded)] if len(folded) == len(text) else []
    parts = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    pieces = [s for part in parts for s in re.split(r"\s+[|•·–—]\s+|\s*\|\s*", part) if s.strip()]  # noqa: RUF001 - dashes are meant
    found = [(piece, parse_printed(piece)) for piece in pieces]
    if sum(1 for _, p in found if p) < 1:
        whole = parse_printed(text)
        found = [(text, whole)]
    out = []
    for piece, printed in found:
        rest = printed.rest if printed else piece
        if rest and not (_is_name(rest) or _behind(rest, "byline") or re.fullmatch(r"[\d:.,\s]+(?:am|pm)?", fold(rest))):
            return ()
        if printed:
            out.append(printed)
    return tuple(out)


def _lines(text: str) -> list[Line]:
    out: list[Line] = []
    block = 0
    for raw in text.split("\n"):
        line = re.sub(r"\s+", " ", raw).strip().lstrip("|").strip()
        if not line:
            block += 1
            continue
        out.append(_classify(line, block))
    return out


def _head_end(lines: list[Line]) -> int:
    """Return the index at which the story begins: behind the cluster of stamps and names, at the latest at a paragraph."""
    end = 0
    for at, line in enumerate(lines):
        if line.kind == "text" and len(line.text) >= _PARAGRAPH_CHARS:
            break
        if line.kind == "stamp":
            end = at + 1
    if end == 0:
        return end
    while end < len(lines) and (
        lines[end].kind != "text" or (lines[end].block == lines[end - 1].block and _is_name(lines[end].text))
    ):
        end += 1
    return end


def _order(printed: Printed | None, stamps: list[Printed]) -> Printed | None:
    """Return the stamp with the order of day and month that its siblings on the page settle."""
    from dataclasses import replace

    if printed is None or len(printed.days) < 2:  # noqa: PLR2004 - two readings
        return printed
    known = {s.days[0] for s in stamps if len(s.days) == 1}
    near = [d for d in printed.days if any(abs((d - k).days) <= 3 for k in known)]  # noqa: PLR2004 - an update follows within days
    return replace(printed, days=tuple(near)) if len(near) == 1 else printed


def _pick(stamps: list[Printed], label: str) -> Printed | None:
    chosen = [s for s in stamps if s.label == label]
    if not chosen and label == "published":
        chosen = [s for s in stamps if s.label is None]
    return _order(chosen[0] if chosen else None, stamps)


@dataclass(frozen=True, slots=True)
class _Head:
    title: str | None
    subtitle: str | None
    byline: str | None
    outlet: str | None


def _read_head(head: list[Line], outlets: frozenset[str]) -> _Head:
    texts = [(at, line) for at, line in enumerate(head) if line.kind == "text"]
    stamped = [at for at, line in enumerate(head) if line.kind == "stamp"]
    byline = next((line.text for line in head if line.kind == "byline"), None)
    outlet = next((line.text for line in head if line.kind == "outlet"), None)
    title: str | None = None
    left: list[str] = []
    for at, line in texts:
        beside = any(line.block == head[s].block for s in stamped)
        if title is None and not (beside and _is_name(line.text) and len(texts) > 1 and at > min(stamped)):
            title = line.text
        elif outlet is None and (fold(line.text) in outlets or (_is_name(line.text) and beside and at > min(stamped))):
            outlet = line.text
        elif byline is None and _is_name(line.text) and at < max(stamped):
            byline = line.text
        else:
            left.append(line.text)
    for line in head:
        for printed in line.stamps:
            if printed.rest and byline is None and re.search(r"[^\W\d]", printed.rest):
                byline = _behind(printed.rest, "byline") or printed.rest
    return _Head(title, " ".join(left) or None, byline, outlet)


def _tags(lines: list[Line]) -> tuple[str, ...]:
    found: list[str] = []
    for line in lines:
        if line.kind == "tags":
            hashed = re.findall(r"#(\w[\w-]*)", line.text)
            found += hashed or [t.strip() for t in re.split(r"[,;|]", line.text) if t.strip()]
    return tuple(dict.fromkeys(found))


def _paragraphs(body: list[Line]) -> tuple[str, ...]:
    """Return the story's paragraphs; lines of one block are joined when they look hard-wrapped, else each is a paragraph."""
    out: list[str] = []
    last: Line | None = None
    for line in body:
        wrapped = (
            last is not None
            and last.block == line.block
            and not re.search(r"[.!?…:\"”»)؟]$", last.text)
            and len(last.text) > _HEADING_CHARS
        )
        if wrapped and out:
            out[-1] = f"{out[-1]} {line.text}"
        else:
            out.append(line.text)
        last = line
    return tuple(out)


def read_page(text: str, *, outlets: frozenset[str] = frozenset()) -> Page:
    r"""Return what a bare page says of itself; `outlets` are folded names that are known to be outlets.

    A page without a stamp in its head has no headline to be sure of: its first line is the title only when it stands alone.

    >>> page = read_page("Town retaken\n\nJane Roe\n16:16 - 9/02/2018 Cuma\n\nThe army took it.")
    >>> page.title, page.byline, page.published.days[0].isoformat(), page.paragraphs
    ('Town retaken', 'Jane Roe', '2018-02-09', ('The army took it.',))
    """
    lines = _lines(text)
    end = _head_end(lines)
    body = lines[end:]
    head = _read_head(lines[:end], outlets) if end else _Head(None, None, None, None)
    if not end:
        alone = [line for line in body if line.kind == "text"][:2]
        if len(alone) > 1 and alone[0].block != alone[1].block and is_headline(alone[0].text):
            head = _Head(alone[0].text, None, None, None)
            body = [line for line in body if line is not alone[0]]
    stamps = [s for line in lines for s in line.stamps]
    story = [
        line
        for line in body
        if line.kind in {"text", "byline", "outlet"} or (line.kind == "stamp" and line.block == 0 and not end)
    ]
    return Page(
        title=head.title,
        subtitle=head.subtitle,
        byline=head.byline,
        outlet=head.outlet,
        published=_pick(stamps, "published") or _pick(stamps, "updated"),
        updated=_pick(stamps, "updated"),
        tags=_tags(lines),
        url=next((line.text for line in lines if line.kind == "address"), None),
        paragraphs=_paragraphs(story),
    )


def is_headline(text: str) -> bool:
    """Return whether a lone line can be a headline: short, and no sentence with a full stop."""
    return len(text) < _PARAGRAPH_CHARS and not re.search(r"[.!?…:;,\"”»؟]$", text)
