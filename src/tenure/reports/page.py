"""A bare page, as saved from a browser or a reader: headline, subtitle, byline, times, outlet and tags told apart by shape.

Rules of this module
 1. Lines are classified by what they look like (lines.py), never by which outlet they are from.
 2. Furniture (`File photo`, `Share`, `3 years ago`, `|`) is dropped wherever it is a whole line.
 3. The head ends where the story begins: behind the last stamp that has no paragraph before it.
 4. In the head the first line of three words is the headline; a name before a stamp is the byline, a name behind it the
    outlet; what is left is the subtitle. Shorter lines before the headline are the site's sections.
 5. A date that stands alone inside the story is a heading of the story and stays; at its end it is a stamp of the page.
 6. Sibling stamps settle each other's order of day and month; then the address, the days that
    the story names, the language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tenure.reports.datelines import read_dateline
from tenure.reports.folding import fold
from tenure.reports.page_lines import HEADING_CHARS, PARAGRAPH_CHARS, Line, classify_lines, is_name
from tenure.reports.wrapping import is_wrapped_block

if TYPE_CHECKING:
    from tenure.reports.dates import Printed

__all__ = ["Page", "read_page"]

_HEADLINE_WORDS = 3
_OPENING_PARAGRAPHS = 4
"""A dateline stands in the first paragraph, which a headline, a subtitle and a caption can come before."""
_UPDATE_DAYS = 3
"""An update follows its publication within days; that is how the two settle each other's order of day and month."""
_END_OF_SENTENCE = re.compile(r"[.!?\u2026:\"\u201d\u00bb)\u061f]$")
_BULLET = re.compile(r"(?:[-*\u2022\u2013]|\d{1,2}[.)])\s")


@dataclass(frozen=True, slots=True)
class Page:
    """What a bare page says of itself; `paragraphs` is the story without headline and subtitle."""

    title: str | None
    subtitle: str | None
    byline: str | None
    outlet: str | None
    published: Printed | None
    updated: Printed | None
    dateline: str | None
    tags: tuple[str, ...]
    url: str | None
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Head:
    title: str | None = None
    subtitle: str | None = None
    byline: str | None = None
    outlet: str | None = None
    dateline: str | None = None


def _head_end(lines: list[Line], outlets: frozenset[str]) -> int:
    """Return the index at which the story begins: behind the cluster of stamps and names, at the latest at a paragraph."""
    end = 0
    for at, line in enumerate(lines):
        if line.kind == "text" and len(line.text) >= PARAGRAPH_CHARS:
            break
        if line.kind != "stamp":
            continue
        inside = end and not any(s.label for s in line.stamps) and line.block != lines[end - 1].block
        if inside or _between(lines[end:at]):
            break
        end = at + 1
    if end == 0:
        return end
    while end < len(lines) and _is_head(lines, end):
        end += 1
    if _headline_at(lines[:end], outlets) is None and end < len(lines) and is_headline(lines[end].text):
        return end + 1
    return end


def _between(lines: list[Line]) -> bool:
    """Return whether more stands between two stamps than a headline and a sentence under it: the second is in the story."""
    return sum(1 for line in lines if line.kind == "text" and re.search(r"[.!?]$", line.text)) > 1


def _is_head(lines: list[Line], at: int) -> bool:
    line = lines[at]
    if line.kind == "stamp":
        return line.block == lines[at - 1].block or any(s.label for s in line.stamps)
    return line.kind != "text" or (line.block == lines[at - 1].block and is_name(line.text))


def _headline_at(head: list[Line], outlets: frozenset[str]) -> int | None:
    """Return the index of the headline: the first line of three words that is no name beside a stamp, else of any length."""
    stamped = [at for at, line in enumerate(head) if line.kind == "stamp"]
    blocks = {head[at].block for at in stamped}
    texts = [at for at, line in enumerate(head) if line.kind == "text" and fold(line.text) not in outlets]
    free = [at for at in texts if not (head[at].block in blocks and is_name(head[at].text) and at > stamped[0])]
    long = [at for at in free if len(head[at].text.split()) >= _HEADLINE_WORDS]
    if long or free:
        return (long or free)[0]
    named = next((at for at in stamped[:1] if at == 0 and head[at].name), None)
    return named if named is not None and not texts else None


def _read_head(head: list[Line], outlets: frozenset[str]) -> _Head:
    at_title = _headline_at(head, outlets)
    out = _Head(
        title=head[at_title].text if at_title is not None else None,
        byline=next((line.text for line in head if line.kind == "byline"), None),
        outlet=next((line.text for line in head if line.kind == "outlet"), None),
    )
    stamped = [at for at, line in enumerate(head) if line.kind == "stamp"]
    blocks = {head[at].block for at in stamped}
    left: list[str] = []
    for at, line in enumerate(head):
        if at == at_title or line.kind != "text":
            continue
        name = is_name(line.text)
        if out.outlet is None and (fold(line.text) in outlets or (name and line.block in blocks and at > stamped[0])):
            out = replace(out, outlet=line.text)
        elif out.byline is None and name and (at_title is None or at_title < at) and at < stamped[-1]:
            out = replace(out, byline=line.text)
        elif at_title is None or at > at_title:
            left.append(line.text)
    return _beside_stamps(replace(out, subtitle=" ".join(left) or None), head, at_title)


def _beside_stamps(out: _Head, head: list[Line], at_title: int | None) -> _Head:
    """Return the head with what stands in the stamps' own lines: a byline, or an agency's dateline."""
    for at, line in enumerate(head):
        dateline = read_dateline(line.text) if line.kind == "stamp" else None
        if dateline:
            out = replace(out, dateline=dateline.place)
            continue
        if line.name and out.byline is None and at != at_title:
            out = replace(out, byline=line.name)
    return out


def _order(printed: Printed | None, stamps: list[Printed]) -> Printed | None:
    """Return the stamp with the order of day and month that its siblings on the page settle."""
    if printed is None or len(printed.days) <= 1:
        return printed
    known = {s.days[0] for s in stamps if len(s.days) == 1}
    near = [d for d in printed.days if any(abs((d - k).days) <= _UPDATE_DAYS for k in known)]
    return replace(printed, days=tuple(near)) if len(near) == 1 else printed


def _pick(stamps: list[Printed], label: str) -> Printed | None:
    chosen = [s for s in stamps if s.label == label]
    if not chosen and label == "published":
        chosen = [s for s in stamps if s.label is None]
    return _order(chosen[0] if chosen else None, stamps)


def _tags(lines: list[Line]) -> tuple[str, ...]:
    found: list[str] = []
    for line in lines:
        if line.kind == "tags":
            hashed = re.findall(r"#(\w[\w-]*)", line.text)
            found += hashed or [t.strip() for t in re.split(r"[,;|]", line.text) if t.strip()]
    return tuple(dict.fromkeys(found))


def _is_wrapped(last: Line, line: Line, *, joined: bool) -> bool:
    """Return whether a line goes on with the sentence of the line before it."""
    if last.block != line.block or _BULLET.match(line.text) or read_dateline(line.text):
        return False
    return joined or (len(last.text) > HEADING_CHARS and not _END_OF_SENTENCE.search(last.text))


def _paragraphs(body: list[Line], *, joined: bool) -> tuple[str, ...]:
    """Return the story's paragraphs; lines of one block are one when `joined` or when they look hard-wrapped."""
    out: list[str] = []
    last: Line | None = None
    blocks: dict[int, list[str]] = {}
    for line in body:
        blocks.setdefault(line.block, []).append(line.text)
    wrapped = {block for block, texts in blocks.items() if is_wrapped_block(texts)}
    for line in body:
        if last is not None and _is_wrapped(last, line, joined=joined or line.block in wrapped):
            out[-1] = f"{out[-1]} {line.text}"
        else:
            out.append(line.text)
        last = line
    return tuple(out)


def _story(lines: list[Line], *, dated: bool) -> tuple[list[Line], list[Printed]]:
    """Return the lines of the story, and the stamps below it or labelled as the page's own."""
    last = max((at for at, line in enumerate(lines) if line.kind == "text"), default=-1)
    kept: list[Line] = []
    stamps: list[Printed] = []
    for at, line in enumerate(lines):
        own = line.kind == "stamp" and ((at > last and not dated) or any(s.label for s in line.stamps))
        if own:
            stamps += line.stamps
        elif line.kind in {"text", "byline", "outlet", "stamp", "day"}:
            kept.append(line)
    return kept, stamps


def read_page(text: str, *, outlets: frozenset[str] = frozenset(), joined: bool = False, dated: bool = False) -> Page:
    r"""Return what a bare page says of itself; `outlets` are folded names that are known to be outlets.

    `joined`: line breaks inside a block mean nothing (Markdown). `dated`: the date is known, so there is no head to look
    for. Without a head the first line is the title only when it stands alone and looks like one.

    >>> page = read_page("Town retaken again\n\nJane Roe\n16:16 - 9/02/2018 Cuma\n\nThe army took it.")
    >>> page.title, page.byline, page.published.days[0].isoformat(), page.paragraphs
    ('Town retaken again', 'Jane Roe', '2018-02-09', ('The army took it.',))
    """
    lines = classify_lines(text)
    while lines and lines[0].kind == "day" and not dated:
        lines.pop(0)
    end = 0 if dated else _head_end(lines, outlets)
    head = _read_head(lines[:end], outlets)
    body, stamps = _story(lines[end:], dated=dated)
    if not end and len(body) > 1 and body[0].block != body[1].block and body[0].kind == "text" and is_headline(body[0].text):
        head = _Head(title=body[0].text)
        body = body[1:]
    stamps = [s for line in lines[:end] for s in line.stamps] + stamps
    paragraphs = _paragraphs(body, joined=joined)
    at, opening = next(
        ((n, d) for n, p in enumerate(paragraphs[:_OPENING_PARAGRAPHS]) if (d := read_dateline(p))), (0, None)
    )
    if at and head.title is None and is_headline(paragraphs[0]):
        head = _Head(title=paragraphs[0], subtitle=" ".join(paragraphs[1:at]) or None)
        paragraphs = paragraphs[at:]
    return Page(
        title=head.title,
        subtitle=head.subtitle,
        byline=head.byline,
        outlet=head.outlet,
        published=_pick(stamps, "published") or _pick(stamps, "updated") or (opening.printed if opening else None),
        updated=_pick(stamps, "updated"),
        dateline=head.dateline or (opening.place if opening else None),
        tags=_tags(lines),
        url=next((line.text for line in lines if line.kind == "address"), None),
        paragraphs=paragraphs,
    )


def is_headline(text: str) -> bool:
    """Return whether a lone line can be a headline: short, and no sentence with a full stop."""
    return len(text) < PARAGRAPH_CHARS and not re.search(r"[.!?\u2026:;,\"\u201d\u00bb\u061f]$", text)
