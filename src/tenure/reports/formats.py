"""What a document is, by its name and by its first bytes, and what is inside a compressed one."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from tenure.errors import ReportError

if TYPE_CHECKING:
    from tenure.reports.drafts import Limits

__all__ = ["FORMATS", "sniff", "unpack"]

FORMATS: dict[str, str] = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".xml": "feed",
    ".rss": "feed",
    ".atom": "feed",
    ".warc": "warc",
}
"""File name suffix and format; `.gz` may follow any of them."""

_SHOWN = (
    ("warc", re.compile(rb"warc/")),
    ("html", re.compile(rb"<!doctype html|<(?s:.)*?<html|<html")),
    ("feed", re.compile(rb"<\?xml|<rss|<feed|<rdf:rdf")),
)
"""What the first bytes show beyond doubt."""
_GZIP = b"\x1f\x8b"
_BLOCK = 1 << 20
_AGAIN = "fetch or compress it again"


def sniff(name: str, content: bytes) -> str:
    """Return the format of a document: what its bytes show beyond doubt, else its suffix, else text.

    >>> sniff("page.txt", b"<!DOCTYPE html><html>")
    'html'
    """
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for kind, shown in _SHOWN:
        if shown.match(start):
            return kind
    stem = name.lower().split("?")[0].split("#")[0].removesuffix(".gz")
    suffix = re.search(r"\.[a-z]+$", stem)
    known = FORMATS.get(suffix.group() if suffix else "")
    if known in {"warc", "feed"}:
        known = None  # they cannot be mistaken for anything else, so this is none
    if known is None and start.startswith(b'{"'):
        return "jsonl"
    if known is None and re.match(rb"<(?:head|body|div|article|p|h1|section|meta|title)\b", start):
        return "html"
    return known or "text"


def unpack(content: bytes, limits: Limits) -> tuple[bytes, ReportError | None]:
    """Return the bytes inside gzip members (or the bytes themselves), and what is wrong with a damaged or cut-off file.

    What was unpacked before the damage is returned. Raises ReportError ``too_large`` past the limit (a bomb).
    """
    out = bytearray()
    rest = content
    while rest.startswith(_GZIP):
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            try:
                out += member.decompress(rest, _BLOCK)
            except zlib.error as err:
                return bytes(out), ReportError(f"damaged gzip file ({err})", reason="bad_gzip", remedy=_AGAIN)
            rest = member.unconsumed_tail
            if len(out) > limits.unpacked_bytes:
                raise ReportError(
                    "compressed file unpacks to too much",
                    reason="too_large",
                    value=f"more than {limits.unpacked_bytes} bytes from {len(content)}",
                    remedy="split it into smaller files",
                )
            if not rest and not member.eof:
                return bytes(out), ReportError(
                    "gzip file is cut off", reason="bad_gzip", value=f"{len(content)} bytes", remedy=_AGAIN
                )
        rest = member.unused_data
    return (bytes(out), None) if content.startswith(_GZIP) else (content, None)
