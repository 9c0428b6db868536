"""`tenure read`: adds files, folders, addresses and feeds to a study's reports and says what became of each.

What comes from disk is copied as it is. What comes from the network is kept as a WARC file, so that its address and the
time of its retrieval stay with the bytes. A document that cannot become a report is added all the same: every build
quarantines it with its reason and counts it.
"""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenure.errors import FetchError, InputError
from tenure.pipeline.study import load_study, study_file
from tenure.store import read_document, read_documents, write_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from tenure.config import Study
    from tenure.fetch import Fetcher
    from tenure.model import RawDocument, Report

__all__ = ["read_sources"]

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


def read_sources(folder: Path, sources: Sequence[str], *, now: datetime, offline: bool = False) -> list[dict[str, Any]]:
    """Add sources to the study's reports folder and return one row a document: origin, outcome, detail.

    Outcomes: ``new``, ``copy`` (of which report), ``quarantined`` (why), ``known`` (the same bytes are there already),
    ``failed`` (an address that did not answer). Errors: InputError for a path that does not exist.
    """
    from tenure.fetch import Fetcher

    study = load_study(folder)
    reports_folder = study_file(study, "reports")
    present = {hashlib.sha256(d.content).hexdigest() for d in read_documents(folder, reports_folder, new=True)}
    known = _known_reports(folder, study)
    rows: list[dict[str, Any]] = []
    with Fetcher(folder / ".tenure" / "cache", offline=offline) as fetcher:
        for source in sources:
            for document in _fetched(fetcher, source) if _ADDRESS.match(source) else _from_disk(Path(source)):
                if isinstance(document, FetchError):
                    rows.append({"origin": source, "outcome": "failed", "detail": str(document)})
                    continue
                digest = hashlib.sha256(document.content).hexdigest()
                name, content = _kept_form(document, digest, now)
                if digest in present or (document.url and (folder / reports_folder / name).exists()):
                    rows.append({"origin": document.name, "outcome": "known", "detail": "the same bytes are there already"})
                    continue
                present.add(digest)
                rows += _take(study, document, known)
                write_file(folder / reports_folder / name, content)
    return rows


def _from_disk(path: Path) -> Iterator[RawDocument]:
    if path.is_dir():
        documents = list(read_documents(path.resolve().parent, path.resolve().name))
        if not documents:
            raise InputError("the folder holds no reports", value=path, remedy="give .txt .md .html .jsonl .warc or .xml")
        yield from documents
    else:
        yield read_document(path)


def _fetched(fetcher: Fetcher, address: str) -> Iterator[RawDocument | FetchError]:
    """Yield the document at an address and, when it is a feed, the pages that it names; a failure in place of a page."""
    try:
        document = fetcher.fetch(address)
    except FetchError as error:
        yield error
        return
    yield document
    if document.content[:4096].lstrip().lower().startswith((b"<?xml", b"<rss", b"<feed")):
        import feedparser

        for entry in feedparser.parse(io.BytesIO(document.content)).entries:
            if _ADDRESS.match(str(entry.get("link", ""))):
                try:
                    yield fetcher.fetch(str(entry.link), typed=address)
                except FetchError as error:
                    yield error


def _known_reports(folder: Path, study: Study) -> list[Report]:
    from tenure.reports import read_documents as parse

    documents = read_documents(folder, study_file(study, "reports"), new=True)
    return list(parse(documents, sources=study.sources, default_country=study.config.country or None).reports)


def _take(study: Study, document: RawDocument, known: list[Report]) -> list[dict[str, Any]]:
    """Parse a document, add its reports to the known ones, and return what became of each."""
    from tenure.reports import mark_copies
    from tenure.reports import read_documents as parse

    result = parse([document], sources=study.sources, default_country=study.config.country or None)
    known += result.reports
    copies = {r.report_id: r.copy_of for r in mark_copies(known)}
    rows = []
    for report in result.reports:
        copy_of = copies.get(report.report_id)
        detail = (
            f"of {copy_of}: kept beside it, and no second witness"
            if copy_of
            else f"{report.published_at:%Y-%m-%d} {report.title or ''}".strip()
        )
        rows.append({"origin": report.origin, "outcome": "copy" if copy_of else "new", "detail": detail})
    rows += [{"origin": q.origin, "outcome": "quarantined", "detail": f"{q.reason}: {q.detail}"} for q in result.quarantined]
    return rows


def _kept_form(document: RawDocument, digest: str, now: datetime) -> tuple[str, bytes]:
    """Return the file name and bytes under which a document is kept."""
    if document.url is None:
        stem = Path(document.name)
        return (
            f"added/{stem.name[: -len(stem.suffix)] if stem.suffix else stem.name}-{digest[:8]}{stem.suffix}",
            document.content,
        )
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    moment = (document.retrieved_at or now).strftime("%Y-%m-%dT%H:%M:%SZ")
    sink = io.BytesIO()
    writer = WARCWriter(sink, gzip=True)
    headers = StatusAndHeaders("200 OK", [("Content-Type", _content_type(document))], protocol="HTTP/1.1")
    record = writer.create_warc_record(
        document.url,
        "response",
        payload=io.BytesIO(document.content),
        length=len(document.content),
        http_headers=headers,
        warc_headers_dict={"WARC-Date": moment, "WARC-Record-ID": f"<urn:sha256:{digest}>"},
    )
    writer.write_record(record)
    return f"fetched/{digest[:16]}.warc.gz", sink.getvalue()


def _content_type(document: RawDocument) -> str:
    head = document.content[:512].lstrip().lower()
    if head.startswith((b"<?xml", b"<rss", b"<feed")):
        return "application/xml"
    return "text/html" if b"<" in head else "text/plain"
