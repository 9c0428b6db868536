"""Web archives (WARC): every page in one is a document with its own address and time of retrieval."""

from __future__ import annotations

import zlib
from contextlib import redirect_stderr
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

from tenure.errors import ReportError
from tenure.model import RawDocument

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tenure.reports.drafts import Limits

__all__ = ["read_archive"]

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


def _moment(value: str | None) -> datetime | None:
    from tenure.reports.dates import read_stamp

    try:
        return read_stamp(value).at if value else None
    except ReportError:
        return None


def _page(record: Any, origin: str, cap: int) -> RawDocument | tuple[str, ReportError] | None:  # noqa: ANN401 - warcio ships no types
    """Return the page of a record, what is wrong with it, or None for a record that is no page (images, requests, notes)."""
    if record.rec_type not in {"response", "resource", "conversion"}:
        return None
    url = record.rec_headers.get_header("WARC-Target-URI")
    headers = record.http_headers if record.rec_type == "response" else record.rec_headers
    kind = (headers.get_header("Content-Type") or "").lower() if headers else ""
    if not kind.startswith(_READABLE):
        return None
    status = record.http_headers.get_statuscode() if record.http_headers else str(_OK)
    if status != str(_OK):
        return origin, ReportError(
            f"the server answered {status}", reason="http_status", value=url, remedy="fetch the page again"
        )
    with redirect_stderr(StringIO()):  # as in _records
        content = record.content_stream().read(cap + 1)
    if len(content) > cap:
        return origin, ReportError("page is too large", reason="too_large", value=url, remedy="save the story alone")
    return RawDocument(origin, content, url=url, retrieved_at=_moment(record.rec_headers.get_header("WARC-Date")))


def _records(content: bytes) -> Iterator[Any]:
    """Yield the records of an archive; then raises ReportError ``bad_warc`` for damage on the way."""
    from warcio.archiveiterator import ArchiveIterator

    records = ArchiveIterator(BytesIO(content))
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
            page = _page(record, f"{document.name}#{number}", limits.page_bytes)
            if page is None:
                passed_over += record.rec_type in {"response", "resource"}
                continue
            seen += 1
            total += len(page.content) if isinstance(page, RawDocument) else 0
            if total > limits.unpacked_bytes:
                raise ReportError("archive unpacks to too much", reason="too_large", value=document.name, remedy="split it")
            yield page
    except (ArchiveLoadFailed, OSError, EOFError, ValueError, KeyError, AttributeError, zlib.error) as err:
        raise ReportError(f"damaged archive ({err})", reason="bad_warc", value=document.name, remedy=_AGAIN) from err
    if passed_over:
        fault = ReportError(
            f"{passed_over} records are no text", reason="not_text", value=document.name, remedy="nothing to do"
        )
        yield document.name, fault
    elif not seen:
        raise ReportError("archive has no pages", reason="bad_warc", value=document.name, remedy=_AGAIN)
