"""A plain document (headings, paragraphs, tables, pictures) and its two forms, Markdown and HTML. All text is escaped."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tenure.publish.making import Make

__all__ = ["Block", "Heading", "Items", "Paragraph", "Picture", "TableBlock", "picture", "to_html", "to_markdown"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the title."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table; columns named in `numeric` are set flush right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG picture: a file beside the Markdown, part of the HTML."""

    name: str
    caption: str
    svg: str


def picture(name: str, caption: str, draw: Callable[[], str], make: Make) -> Picture | None:
    """Return a picture drawn by `make`, None where that gives it up."""
    svg = make(name, draw, "")
    return Picture(name, caption, svg) if svg else None


Block = Heading | Paragraph | Items | TableBlock | Picture

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")


def _plain(text: str) -> str:
    """Return text for Markdown: one line, its special characters escaped."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def to_markdown(blocks: Sequence[Block]) -> str:
    r"""Return the document as Markdown (tables of GitHub's flavour); pictures are links to files of their name.

    >>> to_markdown([Heading("A *b*", 1), Paragraph("<script>")])
    '# A \\*b\\*\n\n\\<script\\>\n'
    """
    return "\n\n".join(_markdown(b) for b in blocks) + "\n"


def _markdown(block: Block) -> str:
    match block:
        case Heading(text, level):
            return "#" * level + " " + _plain(text)
        case Paragraph(text):
            return _plain(text)
        case Items(items):
            return "\n".join("- " + _plain(i) for i in items)
        case Picture(name, caption, _):
            return f"![{_plain(caption)}]({name})"
        case TableBlock(head, rows, numeric):
            rule = ["--:" if i in numeric else "---" for i in range(len(head))]
            lines = [head, rule, *rows]
            return "\n".join(
                "| " + " | ".join(c if n == 1 else _plain(c) for c in line) + " |" for n, line in enumerate(lines)
            )


def to_html(blocks: Sequence[Block], *, title: str) -> str:
    """Return the document as one HTML page with its pictures inside, no script and no outside reference."""
    style = files("tenure.publish").joinpath("templates/report.css").read_text(encoding="utf-8")
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    head = ('<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="'
            f'width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" content="{policy}">'
            f"<title>{html.escape(title)}</title>"
            f"<style>{style}</style></head><body><main>\n")  # fmt: skip
    return head + "\n".join(_html(b) for b in blocks) + "\n</main></body></html>\n"


def _html(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"<h{level}>{html.escape(text)}</h{level}>"
        case Paragraph(text):
            return f'<p dir="auto">{html.escape(text)}</p>'
        case Items(items):
            return "<ul>" + "".join(f"<li>{html.escape(i)}</li>" for i in items) + "</ul>"
        case Picture(name, caption, svg):
            unique = svg.replace('id="', f'id="{_slug(name)}-').replace("url(#", f"url(#{_slug(name)}-")
            return f"<figure>{unique}<figcaption>{html.escape(caption)}</figcaption></figure>"
        case TableBlock():
            return _html_table(block)


def _html_table(table: TableBlock) -> str:
    def cells(row: Sequence[str], tag: str) -> str:
        kinds = (" class=n" if i in table.numeric else " class=d" if _DAY.fullmatch(c) else "" for i, c in enumerate(row))
        return "".join(f'<{tag}{k} dir="auto">{html.escape(c)}</{tag}>' for k, c in zip(kinds, row, strict=True))

    body = "".join(f"<tr>{cells(r, 'td')}</tr>" for r in table.rows)
    return f'<div class="t"><table><thead><tr>{cells(table.head, "th")}</tr></thead><tbody>{body}</tbody></table></div>'


def _slug(name: str) -> str:
    return re.sub(r"\W+", "-", name)
