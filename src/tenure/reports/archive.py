"""Web archives (WARC): every page in one is a document with its own address and time of retrieval."""

from __future__ import annotations

import re
import zlib
from contextlib import redirect_stderr
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

from tenure.errors import ReportError
from tenure.model import RawDocument
from tenure.reports.decoding import is_binary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tenure.reports.drafts import Limits

__all__ = ["read_archive", "read_bundle"]

_READABLE = (
    "text/html",
    "application/xhtml",
    "text/plain",
    "application/rss",
    "application/atom",
    "text/xml",
    "application/xml",
    "application/json",
)
_OK = 200
_AGAIN = "fetch it again"
_OWN_CODINGS = frozenset(["br"])
_LIBRARY_CODINGS = frozenset(["", "gzip", "x-gzip", "deflate", "identity", "utf-8", "none"])
"""What servers write that warcio unpacks, or that is no coding at all."""
_BLOCK = 1 << 20
_PARTS_OF_PAGES = r"(?i)\.(?:css|js|json|png|jpe?g|gif|svg|ico|woff2?)$"
"""Endings of addresses that are no story, where a server states no type."""


def _moment(value: str | None) -> datetime | None:
    from tenure.reports.dates import read_stamp

    try:
        return read_stamp(value).at if value else None
    except ReportError:
        return None


def _is_page(kind: str, content: bytes, url: str | None) -> bool:
    """Return whether a record holds text: by its stated type, else by its first bytes or its address."""
    if kind:
        return kind.startswith(_READABLE)
    return bool(content.strip()) and not is_binary(content) and not re.search(_PARTS_OF_PAGES, (url or "").split("?")[0])


def _page(record: Any, origin: str, cap: int) -> RawDocument | tuple[str, ReportError] | None:  # noqa: ANN401 - warcio ships no types
    """Return the page of a record, what is wrong with it, or None for a record that is no page (images, requests, notes)."""
    if record.rec_type not in {"response", "resource", "conversion"}:
        return None
    url = record.rec_headers.get_header("WARC-Target-URI")
    headers = record.http_headers if record.rec_type == "response" else record.rec_headers
    kind = (headers.get_header("Content-Type") or "").strip().lower() if headers else ""
    if kind and not kind.startswith(_READABLE):
        return None
    status = record.http_headers.get_statuscode() if record.http_headers else str(_OK)
    if status != str(_OK):
        return origin, ReportError(
            f"the server answered {status}", reason="http_status", value=url, remedy="fetch the page again"
        )
    coding = ((record.http_headers and record.http_headers.get_header("Content-Encoding")) or "").strip().lower()
    packed = coding not in _LIBRARY_CODINGS
    with redirect_stderr(StringIO()):  # as in _records
        stream = record.raw_stream if packed else record.content_stream()
        content = stream.read(cap + 1)
    if packed:
        content = _decoded(content, coding, cap)
    if len(content) > cap:
        return origin, ReportError("page is too large", reason="too_large", value=url, remedy="save the story alone")
    if not _is_page(kind, content, url):
        return None
    return RawDocument(origin, content, url=url, retrieved_at=_moment(record.rec_headers.get_header("WARC-Date")))


def _decoded(content: bytes, coding: str, cap: int) -> bytes:
    """Return the bytes of a page that was sent in a coding that warcio leaves to optional packages.

    Raises ReportError ``bad_warc`` for damage; at most a little more than `cap` bytes come out.
    """
    import brotli

    if coding not in _OWN_CODINGS:
        raise ReportError("page is packed in a coding that is not read", reason="bad_warc", value=coding, remedy=_AGAIN)
    decoder, out, rest = brotli.Decompressor(), bytearray(), content
    try:
        while len(out) <= cap and not decoder.is_finished():
            more = decoder.process(rest, output_buffer_limit=_BLOCK)
            if not more and not rest:
                break
            out, rest = out + more, b""
    except brotli.error as err:
        raise ReportError(f"damaged brotli page ({err})", reason="bad_warc", remedy=_AGAIN) from err
    return bytes(out)


def _records(content: bytes) -> Iterator[Any]:
    """Yield the records of an archive; then raises ReportError ``bad_warc`` for damage on the way."""
    from warcio.archiveiterator import ArchiveIterator

    start = re.match(rb"[\s\x00]*", content)
    end = content.rstrip(b"\x00")
    records = ArchiveIterator(BytesIO(end[start.end() :] if start else end))
    while True:
        with redirect_stderr(StringIO()):  # the library writes there what is said here as an error
            record = next(records, None)
        if record is None:
            break
        yield record
    if records.err_count:
        raise ReportError(f"{records.err_count} records have a wrong length", reason="bad_warc", remedy=_AGAIN)


def read_archive(content: bytes, document: RawDocument, limits: Limits) -> Iterator[RawDocument | tuple[str, ReportError]]:
    """Yield the pages of an (unpacked) archive as documents; records that are no pages are counted in one item at the end.

    A damaged archive gives the pages before the damage, then raises ReportError ``bad_warc``, as does one without pages.
    """
    from warcio.exceptions import ArchiveLoadFailed

    seen = passed_over = total = 0
    try:
        for number, record in enumerate(_records(content), start=1):
            origin = f"{document.name}#{number}"
            page: RawDocument | tuple[str, ReportError] | None
            try:
                page = _page(record, origin, limits.page_bytes)
            except ReportError as err:
                page = origin, err
            if page is None:
                passed_over += record.rec_type in {"response", "resource"}
                continue
            seen += 1
            total += len(page.content) if isinstance(page, RawDocument) else 0
            if total > limits.unpacked_bytes:
                raise ReportError("archive unpacks to too much", reason="too_large", value=document.name, remedy="split it")
            yield page
    except (ArchiveLoadFailed, OSError, EOFError, ValueError, KeyError, AttributeError, zlib.error) as err:
        shown = " ".join(re.sub(r"[^ -~]+", " ", str(err)).split())[:80]
        seen_so_far = f"behind {seen} pages that were read" if seen else "before its first page"
        raise ReportError(
            f"damaged archive, {seen_so_far} ({shown})", reason="bad_warc", value=document.name, remedy=_AGAIN
        ) from err
    if passed_over:
        fault = ReportError(
            f"{passed_over} records are no text", reason="not_text", value=document.name, remedy="nothing to do"
        )
        yield document.name, fault
    elif not seen:
        raise ReportError("archive has no pages", reason="bad_warc", value=document.name, remedy=_AGAIN)


def read_bundle(content: bytes, document: RawDocument, limits: Limits) -> Iterator[RawDocument]:
    """Yield the archives in a WACZ file as documents of their own, each at most as large as one unpacked document may be.

    Raises ReportError ``bad_warc`` for a file that is no ZIP, or has no archives, ``too_large`` for a bomb.
    """
    from zipfile import BadZipFile, ZipFile

    remedy = "unpack it and give the .warc.gz files of its folder archive/"
    try:
        with ZipFile(BytesIO(content)) as bundle:
            members = [m for m in bundle.infolist() if re.search(r"\.warc(?:\.gz)?$", m.filename)]
            if not members:
                raise ReportError("no web archives in a WACZ file", reason="bad_warc", value=document.name, remedy=remedy)
            left = limits.unpacked_bytes
            for member in members:
                with bundle.open(member) as file:
                    inside = file.read(left + 1)
                left -= len(inside)
                if left < 0:
                    raise ReportError("WACZ unpacks to too much", reason="too_large", value=document.name, remedy=remedy)
                yield RawDocument(f"{document.name}/{member.filename}", inside, retrieved_at=document.retrieved_at)
    except (BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zlib.error) as err:
        raise ReportError(f"damaged WACZ file ({err})", reason="bad_warc", value=document.name, remedy=remedy) from err
