"""RSS and Atom feeds (feedparser): one report an entry, from its full content or else its summary."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from tenure.errors import ReportError
from tenure.reports.cleaning import clean_text, unescape
from tenure.reports.drafts import ReportDraft
from tenure.reports.plaintext import compose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenure.model import RawDocument
    from tenure.reports.drafts import Limits

__all__ = ["read_feed"]

_BLOCK = re.compile(r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|blockquote|table|figure)\b[^<>]*>", re.IGNORECASE)


_NO_CHARACTER = re.compile(
    rb"&#0*(?:[xX]0*(?:[dD][89a-fA-F][0-9a-fA-F]{2}|11[0-9a-fA-F]{4}|1[2-9a-fA-F][0-9a-fA-F]{4}|[2-9a-fA-F][0-9a-fA-F]{5}"
    rb"|[1-9a-fA-F][0-9a-fA-F]{6,})|[1-9][0-9]{7,}|55(?:29[6-9]|[3-9][0-9]{2})|56[0-9]{3}|57[0-2][0-9]{2}|573[0-3][0-9]|5734[0-3]"
    rb"|111411[2-9]|11141[2-9][0-9]|1114[2-9][0-9]{2}|111[5-9][0-9]{3}|11[2-9][0-9]{4}|1[2-9][0-9]{5}|[2-9][0-9]{6});?"
)
"""References to half a character (surrogates) and beyond Unicode, which end the library."""


def _paragraphs(markup: str) -> tuple[str, ...]:
    text = unescape(clean_text(_BLOCK.sub("\n", markup)))
    lines = (re.sub(r"\s+", " ", line).strip() for line in clean_text(text).split("\n"))
    return tuple(line for line in lines if line)


def _story(entry: Any) -> str:  # noqa: ANN401 - feedparser's own dictionary
    contents = [c.get("value") or "" for c in entry.get("content", ())]
    return max([*contents, entry.get("summary") or ""], key=len)


def _draft(entry: Any, outlet: str | None, document: RawDocument, origin: str) -> ReportDraft:  # noqa: ANN401 - as above
    own = dict(entry.items())  # without the library's guess of one time from the other
    title = " ".join(_paragraphs(entry.get("title") or "")) or None
    return ReportDraft(
        text=compose(title, None, _paragraphs(_story(entry))),
        origin=origin,
        title=title,
        byline=entry.get("author") or None,
        published=own.get("published") or own.get("updated") or None,
        updated=own.get("updated") if own.get("published") else None,
        publisher=(entry.get("source") or {}).get("title") or outlet,
        url=entry.get("link") or None,
        tags=tuple(dict.fromkeys(t["term"] for t in entry.get("tags", ()) if t.get("term"))),
        retrieved_at=document.retrieved_at,
        form="entry",
    )


def read_feed(content: bytes, document: RawDocument, limits: Limits) -> Iterator[ReportDraft | tuple[str, ReportError]]:
    """Yield a draft for each entry; a broken feed gives the entries that could be read, and what is wrong with it.

    Raises ReportError ``bad_feed`` when it holds no entries at all, ``too_large`` when it is larger than any feed.
    """
    import feedparser

    if len(content) > limits.page_bytes or content.count(b"<") > limits.page_tags:
        raise ReportError(
            "feed is too large", reason="too_large", value=len(content), remedy="give its entries as JSON Lines"
        )

    content, replaced = _NO_CHARACTER.subn(b"&#xFFFD;", content)
    parsed = feedparser.parse(BytesIO(content), resolve_relative_uris=False, sanitize_html=True)
    if not parsed.entries:
        raise ReportError(
            "no entries of an RSS or Atom feed", reason="bad_feed", value=document.name, remedy="give a feed or an HTML page"
        )
    outlet = parsed.feed.get("title") or None
    for number, entry in enumerate(parsed.entries, start=1):
        yield _draft(entry, outlet, document, f"{document.name}#{number}")
    if replaced:
        yield (
            document.name,
            ReportError(
                "feed has numbers that no character has (`&#xD800;` and the like); they are left out",
                reason="bad_feed",
                value=replaced,
                remedy="fetch it again if words are missing",
            ),
        )
    if parsed.bozo and type(parsed.bozo_exception).__name__.startswith("SAX"):
        fault = ReportError(
            f"feed is not well formed; {len(parsed.entries)} entries were read",
            reason="bad_feed",
            value=parsed.bozo_exception,
            remedy="fetch it again if some are missing",
        )
        yield document.name, fault
