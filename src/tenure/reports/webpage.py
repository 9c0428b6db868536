"""HTML pages: story and metadata by trafilatura, times from the page's own statements, htmldate behind them.

Rules of this module
 1. Times come, in this order, from JSON-LD, meta elements, marked-up times, a visible stamp, htmldate without guessing
    (the address, known places in the markup). A copyright year is never made a date.
 2. The clock plays no part: htmldate is told the latest possible day instead of asking for today.
 3. Text of scripts, comments of readers, navigation and tables of links are no story.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tenure.errors import ReportError
from tenure.reports.cleaning import clean_text
from tenure.reports.dates import day_first_language, day_of_address, parse_printed, read_stamp, settle
from tenure.reports.decoding import decode
from tenure.reports.drafts import Draft
from tenure.reports.folding import fold
from tenure.reports.plaintext import compose

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, tzinfo

    from tenure.model import RawDocument
    from tenure.reports.dates import Stamp
    from tenure.reports.drafts import Setting

__all__ = ["read_web_page"]

_logger = logging.getLogger(__name__)

_LATEST_DAY = "2200-12-31"
_STAMP_CHARS = 120
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.IGNORECASE)
_LD_TIME = r'"{}"\s*:\s*"([^"]+)"'
_META = {
    "published": [
        "article:published_time",
        "og:published_time",
        "datepublished",
        "date",
        "pubdate",
        "publishdate",
        "publish-date",
        "dc.date",
        "dc.date.issued",
        "dcterms.date",
        "dcterms.created",
        "dcterms.issued",
        "parsely-pub-date",
        "sailthru.date",
        "citation_publication_date",
        "publication_date",
        "article.published",
        "datecreated",
    ],
    "updated": [
        "article:modified_time",
        "og:updated_time",
        "datemodified",
        "last-modified",
        "lastmod",
        "dcterms.modified",
        "dc.date.modified",
        "article.updated",
    ],
}
"""Names under which pages state their times (`property`, `name` or `itemprop`), folded."""
_LD_KEYS = {"published": ("datePublished", "dateCreated"), "updated": ("dateModified",)}


@dataclass(frozen=True, slots=True)
class _Times:
    published: Stamp | None
    updated: Stamp | None


def _decode(content: bytes) -> str:
    found = _CHARSET.search(content[:4096])
    if found and not content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode(found.group(1).decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            _logger.debug("charset stated by the page does not fit: %r", found.group(1))
    return decode(content)


def _stated(tree: Any, what: str) -> Iterator[str]:  # noqa: ANN401 - an lxml element; lxml ships no types
    """Yield what the markup states as a time, most trustworthy first."""
    scripts = list(tree.xpath('//script[contains(@type, "ld+json")]/text()'))
    for key in _LD_KEYS[what]:
        for script in scripts:
            yield from re.findall(_LD_TIME.format(key), script)
    named = {
        element.get(attribute, "").lower(): element
        for element in reversed(tree.xpath("//meta | //*[@itemprop]"))  # of two with one name the first on the page wins
        for attribute in ("property", "name", "itemprop")
    }
    for name in _META[what]:
        if name in named:
            yield named[name].get("content") or named[name].get("datetime") or named[name].text_content()
    if what == "published":
        for element in tree.xpath("//time[@datetime]"):
            yield element.get("datetime")


@dataclass(frozen=True, slots=True)
class _Reading:
    """What decides how a page's stamps are read: its zone, its custom of day and month, the day in its address."""

    zone: tzinfo
    day_first: bool | None
    hint: date | None

    def stamp(self, value: str) -> Stamp:
        return read_stamp(value, zone=self.zone, day_first=self.day_first, hint=self.hint)


def _first_stamp(values: Iterator[str], reading: _Reading) -> Stamp | None:
    """Return the first value that is a stamp; raises ReportError when none is and one was ambiguous: it is not guessed."""
    doubt: ReportError | None = None
    for value in values:
        try:
            return reading.stamp(value)
        except ReportError as err:
            doubt = doubt or (err if err.reason == "ambiguous_date" else None)
    if doubt is not None:
        raise doubt
    return None


def _visible(tree: Any) -> Iterator[str]:  # noqa: ANN401 - an lxml element
    """Yield the short pieces of visible text that are nothing but a stamp, in the order of the page."""
    for element in tree.iter("time", "span", "p", "div", "small", "li", "em", "h2", "h3", "h4", "td"):
        text = " ".join(element.text_content().split())
        if 6 < len(text) < _STAMP_CHARS:  # noqa: PLR2004 - shorter than any date with a year
            printed = parse_printed(text)
            if printed and not re.search(r"[^\W\d]{3,}.*[^\W\d]{3,}.*[^\W\d]{3,}.*[^\W\d]{3,}", printed.rest):
                yield text


def _visible_stamp(tree: Any, reading: _Reading) -> Stamp | None:  # noqa: ANN401 - an lxml element
    for text in _visible(tree):
        printed = parse_printed(text)
        if printed and printed.label in {None, "published"} and printed.days:
            return settle(printed, zone=reading.zone, day_first=reading.day_first, hint=reading.hint)
    return None


def _times(tree: Any, found_day: str | None, reading: _Reading) -> _Times:  # noqa: ANN401 - an lxml element
    published = _first_stamp(_stated(tree, "published"), reading) or _visible_stamp(tree, reading)
    if published is None and found_day:
        published = read_stamp(found_day)
    return _Times(published, _first_stamp(_stated(tree, "updated"), reading))


def _paragraphs(text: str) -> tuple[str, ...]:
    lines = (re.sub(r"\s+", " ", line).strip() for line in clean_text(text).split("\n"))
    return tuple(line.removeprefix("- ") for line in lines if line)


def _subtitle(description: str | None, paragraphs: tuple[str, ...], title: str | None) -> str | None:
    """Return the page's description when it is a line of its own: not the cut-off beginning of the story, not the title."""
    if not description or description.rstrip().endswith(("...", "…")):
        return None
    start = fold(description)[:40]
    repeated = any(start in fold(p) for p in paragraphs) or (title and fold(title) == fold(description))
    return None if repeated else " ".join(description.split())


def read_web_page(content: bytes, document: RawDocument, setting: Setting) -> Draft:
    """Return the draft of an HTML page.

    Raises ReportError ``no_text`` when the page has no story, ``too_large``, and what `decode` raises.
    """
    from trafilatura import bare_extraction, load_html

    if len(content) > setting.limits.page_bytes:
        raise ReportError("page is too large", reason="too_large", value=len(content), remedy="save the story alone")
    tree = load_html(_decode(content))
    dates = {"original_date": True, "extensive_search": False, "max_date": _LATEST_DAY}
    found = None
    if tree is not None:
        found = bare_extraction(
            tree,
            url=document.url,
            include_comments=False,
            include_tables=False,
            with_metadata=True,
            date_extraction_params=dates,
        )
    paragraphs = _paragraphs(found.text or "") if found else ()
    if found is None or not paragraphs:
        raise ReportError(
            "page has no story", reason="no_text", value=document.name, remedy="save the story as text with front matter"
        )
    language = (tree.get("lang") or found.language or "").split("-")[0].lower()
    title = found.title or None
    subtitle = _subtitle(found.description, paragraphs, title)
    text = compose(title, subtitle, paragraphs)
    url = document.url or found.url
    reading = _Reading(setting.zone, day_first_language(language), day_of_address(url))
    times = _times(tree, found.date, reading)
    return Draft(
        text=text,
        origin=document.name,
        title=title,
        subtitle=subtitle,
        byline=found.author,
        published=times.published,
        updated=times.updated,
        publisher=found.sitename,
        url=url,
        tags=tuple(t.strip() for tag in found.tags or () for t in tag.split(",") if t.strip()),
        retrieved_at=document.retrieved_at,
    )
