"""Reports as JSON Lines in, claims or mentions as JSON Lines out: `tenure extract` and `tenure locate`.

The text of a line is taken verbatim, so that every offset of the answer is an offset into the text that was given.
A line that is no report gets an answer too, with the reason; it is counted and the rest goes on.
"""

from __future__ import annotations

import codecs
import hashlib
import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from tenure.errors import InputError, ReportError
from tenure.model import Report
from tenure.reports import YEARS
from tenure.store import read_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tenure.claims import Extractor, LlmExtractor
    from tenure.config import Study
    from tenure.pipeline.engine import ModelEndpoint
    from tenure.places import Locator

__all__ = [
    "check_lines_file",
    "claims_of_lines",
    "extract_lines",
    "locate_lines",
    "mentions_of_lines",
    "report_from_json",
]

log = logging.getLogger(__name__)

BATCH = 64
"""Reports that are parsed at once: enough to fill the parser's batches, few enough to answer as they come."""

MAX_TEXT_CHARS = 5_000_000
"""A longer text is no report; it is refused by name instead of filling the memory."""


@dataclass(frozen=True, slots=True)
class _Line:
    key: Any
    report: Report | None
    spans: tuple[tuple[int, int], ...] | None = None
    error: ReportError | None = None


def _published(value: object) -> tuple[datetime, str]:
    text = str(value or "").strip()
    if not text:
        raise ReportError("report without a date", reason="no_date", remedy="add published_at as YYYY-MM-DD")
    try:
        if len(text) == len("2018-02-09"):
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=UTC), "day"
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC), "time"
    except (ValueError, OverflowError) as error:
        raise ReportError("published_at is no date", reason="bad_date", value=text, remedy="use YYYY-MM-DD") from error


def report_from_json(row: object, *, origin: str = "") -> Report:
    """Return a report whose text is exactly the row's text; ReportError names what is missing or wrong.

    Keys: id, text, published_at (day or time), publisher, country, url, title, language; others are ignored.

    >>> report_from_json({"id": "a", "text": "Nothing moved.", "published_at": "2018-02-09"}).published_precision
    'day'
    """
    if not isinstance(row, dict):
        raise ReportError("a line is no JSON object", reason="bad_json", value=row, remedy="one object a line")
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ReportError("report without text", reason="empty", value=row.get("id"), remedy="add a text")
    if len(text) > MAX_TEXT_CHARS:
        raise ReportError("text is too long for a report", reason="too_large", value=len(text), remedy="split it")
    published_at, precision = _published(row.get("published_at"))
    if published_at.year not in YEARS:
        raise ReportError(
            "published_at lies outside the calendar that is read",
            reason="bad_date",
            value=published_at.date(),
            remedy=f"use a year from {YEARS[0]} to {YEARS[-1]}",
        )
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Report(
        report_id=str(row.get("id") if row.get("id") is not None else digest[:16]),
        text=text,
        published_at=published_at,
        published_precision=precision,
        title=_text(row.get("title")),
        publisher=_text(row.get("publisher")),
        country=_text(row.get("country")),
        language=_text(row.get("language")) or "und",
        url=_text(row.get("url")),
        origin=origin,
        text_sha256=digest,
        story_id=digest[:16],
        method="verbatim:1",
    )


def _text(value: object) -> str | None:
    return str(value) if value not in (None, "") else None


def _spans(row: dict[str, Any], text: str) -> tuple[tuple[int, int], ...] | None:
    given = row.get("spans")
    if given is None:
        return None
    try:
        spans = tuple((int(a), int(b)) for a, b in given)
    except (TypeError, ValueError) as error:
        raise ReportError(
            "spans are no pairs of numbers", reason="bad_spans", value=given, remedy="[[start, end]]"
        ) from error
    for a, b in spans:
        if not 0 <= a < b <= len(text):
            raise ReportError("a span lies outside the text", reason="bad_spans", value=[a, b], remedy="count characters")
    return spans


def _numbered_lines(file: Path) -> Iterator[tuple[int, bytes]]:
    content = read_document(file).content.removeprefix(codecs.BOM_UTF8)
    if not content.strip():
        raise _empty(file)
    yield from ((number, raw) for number, raw in enumerate(content.splitlines(), 1) if raw.strip())


def check_lines_file(file: Path) -> None:
    """Raise InputError for a file that is missing, a folder, or empty; nothing of it is read."""
    if not file.is_file():
        raise InputError("file not found", value=file, remedy="give reports as JSON Lines")
    if not file.stat().st_size:
        raise _empty(file)


def _empty(file: Path) -> InputError:
    return InputError("file is empty", value=file, remedy="give reports as JSON Lines")


def _read_line(number: int, raw: bytes) -> _Line:
    key: Any = f"line {number}"
    try:
        row = orjson.loads(raw)
        key = row.get("id", key) if isinstance(row, dict) else key
        report = report_from_json(row, origin=f"line {number}")
        return _Line(key, report, _spans(row, report.text))
    except orjson.JSONDecodeError:
        error = ReportError("a line is no JSON", reason="bad_json", value=raw[:60].decode("utf-8", "replace"))
        return _Line(key, None, error=error)
    except ReportError as error:
        return _Line(key, None, error=error)


def _dump(row: dict[str, Any]) -> bytes:
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def _refused(line: _Line, field: str) -> bytes:
    assert line.error is not None  # noqa: S101 - a line has a report or an error
    return _dump({"id": line.key, field: [], "quarantined": {"reason": line.error.reason, "detail": str(line.error)}})


def _with_language(report: Report) -> Report:
    if report.language != "und":
        return report
    import dataclasses

    from tenure.reports import identify_language

    return dataclasses.replace(report, language=identify_language(report.text))


def extract_lines(file: Path, *, study: Path | None = None, endpoint: ModelEndpoint | None = None) -> Iterator[bytes]:
    """Yield one JSON line a report, {"id", "claims", ...}; a refused line has `quarantined` with its reason.

    `study` lends its actors, sources and place names. `endpoint` asks a language model instead of the rules: what it says is
    kept only where its quote stands in the text, and what was refused is counted in the log. Errors: InputError for a
    missing or empty file, FetchError for an endpoint that fails.
    """
    from tenure.pipeline.engine import log_refused, make_engine
    from tenure.pipeline.study import load_study

    lent: Study | None = load_study(study) if study else None
    engine = make_engine(lent, endpoint)
    yield from claims_of_lines(_numbered_lines(file), engine)
    log_refused(engine)


def claims_of_lines(lines: Iterable[tuple[int, bytes]], extractor: Extractor | LlmExtractor) -> Iterator[bytes]:
    """Yield the answer of every numbered line, in their order; no line's answer depends on another's."""
    from tenure.claims import claim_to_json

    read = (_read_line(number, raw) for number, raw in lines)
    while batch := list(islice(read, BATCH)):
        reports = [_with_language(line.report) for line in batch if line.report]
        done = iter(extractor.extract(reports))
        for line in batch:
            if line.report is None:
                yield _refused(line, "claims")
                continue
            extraction = next(done)
            row: dict[str, Any] = {"id": line.key, "claims": [claim_to_json(c) for c in extraction.claims]}
            if extraction.status != "extracted":
                row["status"] = extraction.status
            yield _dump(row)


def locate_lines(file: Path, *, gazetteer: Path | None = None, study: Path | None = None) -> Iterator[bytes]:
    """Yield one JSON line a report, {"id", "mentions"}; spans given in a line are resolved, else names are recognised.

    Errors: InputError for a missing or empty file, or a gazetteer that cannot be read.
    """
    from tenure.pipeline.study import load_study, make_locator

    lent: Study | None = load_study(study) if study else None
    locator = make_locator(lent, gazetteer_file=read_document(gazetteer) if gazetteer else None)
    yield from mentions_of_lines(_numbered_lines(file), locator)


def mentions_of_lines(numbered: Iterable[tuple[int, bytes]], locator: Locator) -> Iterator[bytes]:
    """Yield the answer of every numbered line, in their order, after learning from all of them."""
    lines = [
        _read_line(number, raw) for number, raw in numbered
    ]  # all at once: where an outlet reports from is learned over its other reports
    read = [(_with_language(line.report), line.spans) for line in lines if line.report is not None]
    located = locator.locate_all([report for report, _ in read], [spans for _, spans in read])
    for line in lines:
        if line.report is None:
            yield _refused(line, "mentions")
        else:
            yield _dump({"id": line.key, "mentions": [_mention(m) for m in next(located)]})


def _mention(placement: Any) -> dict[str, Any]:  # noqa: ANN401 - Placement, typed in the model
    row = {
        "start": placement.start_char,
        "end": placement.end_char,
        "name": placement.name,
        "status": placement.status.value,
        "place_id": placement.place_id,
        "lon": placement.lon,
        "lat": placement.lat,
        "geo_precision": placement.geo_precision,
        "p": placement.p,
        "radius_km": placement.radius_km,
        "where_prec": placement.where_prec,
        "candidates": [{"place_id": c.place_id, "p": c.p} for c in placement.candidates],
    }
    if placement.reason is not None:
        row["reason"] = placement.reason.value
    return row
