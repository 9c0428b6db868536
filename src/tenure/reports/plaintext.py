"""Plain text and Markdown, with front matter above it or as a bare page."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tenure.reports.addresses import day_of_address
from tenure.reports.cleaning import clean_text
from tenure.reports.dates import day_first_language, mentioned_day, settle
from tenure.reports.drafts import ZONE_SLACK, ReportDraft
from tenure.reports.folding import fold
from tenure.reports.frontmatter import apply_fields, split_front_matter
from tenure.reports.language import identify_language
from tenure.reports.page import read_page
from tenure.reports.wrapping import join_lists

if TYPE_CHECKING:
    from tenure.model import RawDocument
    from tenure.reports.dates import Printed, Stamp
    from tenure.reports.drafts import ReadingSetting
    from tenure.reports.frontmatter import Fields

__all__ = ["compose", "read_plain_text", "shown_moment"]

_OPENING_CHARS = 1500
"""Where a story names the day that it is about; further down it recalls other days."""


def compose(title: str | None, subtitle: str | None, paragraphs: tuple[str, ...]) -> str:
    r"""Return headline, subtitle and paragraphs, a blank line between each; a headline that the story repeats stands once.

    >>> compose("A", None, ("A", "B."))
    'A\n\nB.'
    """
    parts = [p for p in (title, subtitle) if p]
    story = list(paragraphs)
    while parts and story and fold(story[0]) in {fold(p) for p in parts}:
        story.pop(0)
    return "\n\n".join([*parts, *story])


_INLINE = (
    (re.compile(r"!\[[^\]]*\]\((?:[^()]|\([^()]*\))*\)"), ""),
    (re.compile(r"\[([^\]]+)\]\((?:[^()]|\([^()]*\))*\)"), r"\1"),
    (re.compile(r"(?<![\w*])(\*\*|__|\*|_)(?=\S)(.{1,300}?)(?<=\S)\1(?![\w*])"), r"\2"),
    (re.compile(r"`([^`]+)`"), r"\1"),
    (re.compile(r"^[ ]{0,3}(?:[-*_][ ]*){3,}$", re.MULTILINE), ""),
    (re.compile(r"^[ ]*>[ ]?", re.MULTILINE), ""),
    (re.compile(r"^[ ]*(?:[-*+]|\d{1,3}[.)])[ ]+", re.MULTILINE), "\n"),
)


def _plain(markdown: str) -> str:
    """Return Markdown without its marks; headings become lines of their own."""
    text = re.sub(r"^#{1,6}[ \t]+(.*?)[ \t]*#*$", r"\n\1\n", markdown, flags=re.MULTILINE)
    for pattern, by in _INLINE:
        text = pattern.sub(by, text)
    return text


def shown_moment(printed: Printed | None, draft: ReportDraft, setting: ReadingSetting) -> Stamp | None:
    """Return the moment of a page's stamp, None for none; the address, the story and the language settle its order."""
    from tenure.reports.dates import read_zone

    if printed is None:
        return None
    zone = (read_zone(draft.timezone) if draft.timezone else None) or setting.zone
    day_first, hint = None, day_of_address(draft.url)
    if len(printed.days) > 1 and hint not in printed.days:  # identifying the language takes longer than all the rest
        hint = mentioned_day(draft.text[:_OPENING_CHARS], printed.days)
        day_first = day_first_language(draft.language or identify_language(draft.text))
    latest = (draft.retrieved_at + ZONE_SLACK).date() if draft.retrieved_at else None
    return settle(printed, zone=zone, day_first=day_first, hint=hint, latest=latest)


def _read_body(text: str, fields: Fields, draft: ReportDraft, setting: ReadingSetting, *, markdown: bool) -> ReportDraft:
    said = apply_fields(draft, fields, strict_source=True)
    page = read_page(text, outlets=setting.witnesses.outlets, joined=markdown, dated=said.published is not None)
    draft = replace(
        draft,
        title=page.title,
        subtitle=page.subtitle,
        byline=page.byline,
        publisher=page.outlet,
        dateline=page.dateline,
        tags=page.tags,
        url=draft.url or page.url,
        form="text",
    )
    draft = apply_fields(draft, fields, strict_source=True)
    first = (page.title,) if page.title and page.title != draft.title else ()
    draft = replace(draft, text=compose(draft.title, draft.subtitle, (*first, *page.paragraphs)))
    if draft.published is None:
        draft = replace(draft, published=shown_moment(page.published, draft, setting))
    if draft.updated is None and page.updated is not page.published:
        draft = replace(draft, updated=shown_moment(page.updated, draft, setting))
    return draft


def read_plain_text(text: str, document: RawDocument, setting: ReadingSetting, *, markdown: bool) -> ReportDraft:
    """Return the draft of a text file: front matter first, what it leaves open from the shape of the page.

    Raises ReportError for front matter that cannot be read and for dates that are none or can be two.
    """
    fields, body = split_front_matter(text.replace("\r\n", "\n").lstrip("\ufeff"))
    body = join_lists(clean_text(body))
    draft = ReportDraft(text="", origin=document.name, url=document.url, retrieved_at=document.retrieved_at)
    return _read_body(_plain(body) if markdown else body, fields, draft, setting, markdown=markdown)
