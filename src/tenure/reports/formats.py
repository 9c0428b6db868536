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
    ".csv": "csv",
    ".tsv": "csv",
    ".xml": "feed",
    ".rss": "feed",
    ".atom": "feed",
    ".warc": "warc",
    ".wacz": "wacz",
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
_CHUNK = 1 << 16
_MOST_DAMAGED = 100
"""Damaged parts after which a file is given up: each is tried anew from the next part's first bytes."""
_AGAIN = "fetch or compress it again"


def sniff(name: str, content: bytes) -> str:
    """Return the format of a document: what its bytes show beyond doubt, else its suffix, else text.

    >>> sniff("page.txt", b"<!DOCTYPE html><html>")
    'html'
    """
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n\x00").lower()
    for kind, shown in _SHOWN:
        if shown.match(start):
            return kind
    stem = name.lower().split("?")[0].split("#")[0].removesuffix(".gz")
    suffix = re.search(r"\.[a-z]+$", stem)
    known = FORMATS.get(suffix.group() if suffix else "")
    if known == "wacz" and start.startswith(b"pk"):
        return "wacz"
    if known in {"warc", "wacz", "feed"}:
        known = None  # they cannot be mistaken for anything else, so this is none
    if known in {None, "text"} and re.match(rb'\{\s*"\w+"\s*:|\[\s*\{\s*"', start):
        return "jsonl"
    if known is None and re.match(rb"<(?:head|body|div|article|p|h1|section|meta|title)\b", start):
        return "html"
    return known or "text"


def unpack(content: bytes, limits: Limits) -> tuple[bytes, ReportError | None]:
    """Return the bytes inside gzip members (or the bytes themselves), and what is wrong with a damaged or cut-off file.

    A damaged member's readable beginning is kept where none comes after it; else it is left out, and the later ones are
    read. Raises ReportError ``too_large`` past the limits (a bomb). Linear in the length of what goes in and comes out.
    """
    if not content.startswith(_GZIP):
        return content, None
    out = bytearray()
    damage: ReportError | None = None
    at = members = damaged = 0
    while content.startswith(_GZIP, at):
        before, members = len(out), members + 1
        end, fault = _unpack_member(content, at, out, limits)
        if members > limits.members:
            raise ReportError("gzip file has too many parts", reason="too_large", value=members, remedy="split it")
        if fault is None:
            at = end
            continue
        damage, damaged = damage or fault, damaged + 1
        later = content.find(_GZIP + b"\x08", at + 2)
        if later < 0 or damaged > _MOST_DAMAGED:
            break
        if out[before:].strip() and not out.endswith(b"\n"):
            del out[before:]
        at = later
    return bytes(out), damage


def _unpack_member(content: bytes, start: int, out: bytearray, limits: Limits) -> tuple[int, ReportError | None]:
    """Unpack the member at `start` behind `out`; return where it ends, and what is wrong with it."""
    member = zlib.decompressobj(wbits=31)
    at, step = start, 512
    while not member.eof:
        chunk = content[at : at + step]
        if not chunk:
            return at, ReportError("gzip file is cut off", reason="bad_gzip", value=f"{len(content)} bytes", remedy=_AGAIN)
        at, step = at + len(chunk), min(2 * step, _CHUNK)
        while chunk and not member.eof:
            try:
                out += member.decompress(chunk, _BLOCK)
            except zlib.error as err:
                return at, ReportError(f"damaged gzip file ({err})", reason="bad_gzip", value=f"byte {start}", remedy=_AGAIN)
            chunk = member.unconsumed_tail
            if len(out) > limits.unpacked_bytes:
                raise ReportError(
                    "compressed file unpacks to too much",
                    reason="too_large",
                    value=f"more than {limits.unpacked_bytes} bytes from {len(content)}",
                    remedy="split it into smaller files",
                )
    return at - len(member.unused_data), None
