"""HTML pages: story and metadata by trafilatura, times from the page's own statements (webdates.py), htmldate behind them.

Rules of this module
 1. htmldate is asked without guessing, and last. A copyright year is never made a date.
 2. The clock plays no part: htmldate is told the latest possible day instead of asking for today.
 3. Text of scripts, comments of readers, navigation and tables of links are no story.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from tenure.errors import ReportError
from tenure.reports.addresses import day_of_address, unwrap_address
from tenure.reports.cleaning import clean_text
from tenure.reports.dates import day_first_language
from tenure.reports.decoding import decode
from tenure.reports.drafts import ZONE_SLACK, ReportDraft
from tenure.reports.folding import fold
from tenure.reports.plaintext import compose
from tenure.reports.webdates import PageReading, page_times
from tenure.reports.wrapping import join_items

if TYPE_CHECKING:
    from tenure.model import RawDocument
    from tenure.reports.drafts import ReadingSetting

__all__ = ["read_web_page"]

_logger = logging.getLogger(__name__)

_PICTURE = re.compile(rb"data:[\w/+.-]{1,60};base64,[A-Za-z0-9+/=%]++")
_LATEST_DAY = "2200-12-31"
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.IGNORECASE)


def _decode(content: bytes) -> str:
    found = _CHARSET.search(content[:4096])
    if found and not content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode(found.group(1).decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            _logger.debug("charset stated by the page does not fit: %r", found.group(1))
    return decode(content)


def _paragraphs(text: str) -> tuple[str, ...]:
    lines = (re.sub(r"\s+", " ", line).strip() for line in clean_text(text).split("\n"))
    return tuple(line.removeprefix("- ") for line in join_items([line for line in lines if line]))


def _subtitle(description: str | None, paragraphs: tuple[str, ...], title: str | None) -> str | None:
    """Return the page's description when it is a line of its own: not the cut-off beginning of the story, not the title."""
    if not description or description.rstrip().endswith(("...", "…")):
        return None
    start = fold(description)[:40]
    repeated = any(start in fold(p) for p in paragraphs) or (title and fold(title) == fold(description))
    return None if repeated else " ".join(description.split())


def _canonical(tree: Any) -> str | None:  # noqa: ANN401 - an lxml element; lxml ships no types
    links = tree.xpath('//link[@rel="canonical"]/@href | //meta[@property="og:url"]/@content')
    return next((link.strip() for link in links if re.match(r"https?://", link.strip())), None)


def read_web_page(content: bytes, document: RawDocument, setting: ReadingSetting) -> ReportDraft:
    """Return the draft of an HTML page.

    Raises ReportError ``no_text`` when the page has no story, ``too_large``, and what `decode` raises.
    """
    from trafilatura import bare_extraction, load_html

    content = _PICTURE.sub(b"", content)
    for size, most, what in (
        (len(content), setting.limits.page_bytes, "bytes"),
        (content.count(b"<"), setting.limits.page_tags, "tags"),
    ):
        if size > most:
            raise ReportError("page is too large", reason="too_large", value=f"{size} {what}", remedy="save the story alone")
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
            "page has no story", reason="no_text", value=document.name, remedy="save its text as .txt, with the day above it"
        )
    language = (tree.get("lang") or found.language or "").split("-")[0].lower()
    title = found.title or None
    subtitle = _subtitle(found.description, paragraphs, title)
    text = compose(title, subtitle, paragraphs)
    url, taken = unwrap_address(document.url or _canonical(tree) or found.url)
    retrieved_at = document.retrieved_at or taken
    latest = (retrieved_at + ZONE_SLACK).date() if retrieved_at else None
    reading = PageReading(setting.zone, day_first_language(language), day_of_address(url), title, url, latest)
    times = page_times(tree, reading, found.date)
    return ReportDraft(
        text=text,
        origin=document.name,
        title=title,
        subtitle=subtitle,
        byline=found.author,
        published=times.published,
        updated=times.updated,
        publisher=None if taken and "." in (found.sitename or "") else found.sitename,
        url=url,
        tags=tuple(t.strip() for tag in found.tags or () for t in tag.split(",") if t.strip()),
        retrieved_at=retrieved_at,
        form="page",
    )
