"""Reports in, claims or mentions as JSON Lines out: `tenure extract` and `tenure locate`.

Files are read by the reader that reads a study's reports: the same formats, keys, dates and reasons of quarantine. The text
of a JSON record keeps its characters' places, so that every offset of the answer is one into the text that was given; what
comes from other formats is answered with its text. What is no report gets an answer too, with the reason; the rest goes on.
"""

from __future__ import annotations

import codecs
import logging
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from tenure.errors import InputError, ReportError
from tenure.model import RawDocument
from tenure.store import read_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tenure.claims import Extractor, LlmExtractor
    from tenure.config import Study
    from tenure.model import Report
    from tenure.pipeline.engine import ModelEndpoint
    from tenure.places import Locator

__all__ = [
    "check_lines_file",
    "claims_of_lines",
    "extract_lines",
    "locate_lines",
    "mentions_of_lines",
]

log = logging.getLogger(__name__)

BATCH = 64
"""Reports that are parsed at once: enough to fill the parser's batches, few enough to answer as they come."""


@dataclass(frozen=True, slots=True)
class _Line:
    key: Any
    report: Report | None
    spans: tuple[tuple[int, int], ...] | None = None
    where: str = ""
    reason: str = ""
    detail: str = ""
    text: str | None = None
    """The text that offsets count in, where the file itself does not show it."""


def _spans(given: Any, text: str) -> tuple[tuple[int, int], ...] | None:  # noqa: ANN401 - whatever the record has
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


def _read_file(file: Path, lent: Study | None, *, dated: bool) -> Iterator[_Line]:
    document = read_document(file)
    if not document.content.removeprefix(codecs.BOM_UTF8).strip():
        raise _empty(file)
    yield from _read(document, lent, dated=dated)


def _read(document: RawDocument, lent: Study | None, *, dated: bool) -> Iterator[_Line]:
    from tenure.reports import read_each

    sources, country = (lent.sources, lent.config.country or None) if lent else ((), None)
    for item in read_each(document, sources=sources, default_country=country, dated=dated):
        number = item.origin.rpartition("#")[2] if "#" in item.origin else ""
        key = item.key if item.key is not None else (f"line {number}" if number else item.origin)
        if item.report is None:
            assert item.refused is not None  # noqa: S101 - an item is read or refused
            yield _Line(key, None, where=item.origin, reason=item.refused.reason, detail=item.refused.detail)
            continue
        whole = item.form != "record"
        try:
            spans = _spans(item.spans, item.report.text)
        except ReportError as error:
            yield _Line(key, None, where=item.origin, reason=error.reason, detail=str(error))
            continue
        yield _Line(item.report.report_id if whole else key, item.report, spans, text=item.report.text if whole else None)


def _read_lines(numbered: Iterable[tuple[int, bytes]], name: str, *, dated: bool) -> Iterator[_Line]:
    for number, raw in numbered:
        for line in _read(RawDocument(name, raw), None, dated=dated):
            key = f"line {number}" if line.key == "line 1" else line.key
            # read by itself every line is the first of its file
            where, detail = (text.replace(f"{name}#1", f"{name}#{number}") for text in (line.where, line.detail))
            yield replace(line, key=key, where=where, detail=detail)


def check_lines_file(file: Path) -> None:
    """Raise InputError for a file that is missing, a folder, or empty; nothing of it is read."""
    if not file.is_file():
        raise InputError("file not found", value=file, remedy="give a file of reports")
    if not file.stat().st_size:
        raise _empty(file)


def _empty(file: Path) -> InputError:
    return InputError("file is empty", value=file, remedy="give a file of reports")


def _dump(row: dict[str, Any]) -> bytes:
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def _refused(line: _Line, field: str) -> bytes:
    return _dump(
        {"id": line.key, field: [], "quarantined": {"reason": line.reason, "detail": line.detail, "where": line.where}}
    )


def _answer(line: _Line, field: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": line.key, field: found} | ({"text": line.text} if line.text is not None else {})


def extract_lines(
    file: Path, *, study: Path | None = None, endpoint: ModelEndpoint | None = None, explain: bool = False
) -> Iterator[bytes]:
    """Yield one JSON line a report, {"id", "claims", ...}; a refused line has `quarantined` with its reason.

    `study` lends its actors, sources and place names. `endpoint` asks a language model instead of the rules: what it says is
    kept only where its quote stands in the text, and what was refused is counted in the log. Errors: InputError for a
    missing or empty file, FetchError for an endpoint that fails. `explain` adds what in the lexicon read each claim.
    """
    from tenure.pipeline.engine import log_refused, make_engine
    from tenure.pipeline.study import load_study

    lent: Study | None = load_study(study) if study else None
    engine = make_engine(lent, endpoint)
    yield from _claims(_read_file(file, lent, dated=True), engine, explain=explain)
    log_refused(engine)


def claims_of_lines(
    lines: Iterable[tuple[int, bytes]], extractor: Extractor | LlmExtractor, name: str = "reports.jsonl"
) -> Iterator[bytes]:
    """Yield the answer of every numbered line, in their order; no line's answer depends on another's.

    `name` is what refusals call the file.
    """
    yield from _claims(_read_lines(lines, name, dated=True), extractor)


def _claims(read: Iterator[_Line], extractor: Extractor | LlmExtractor, *, explain: bool = False) -> Iterator[bytes]:
    from tenure.claims import claim_to_json

    while batch := list(islice(read, BATCH)):
        reports = [line.report for line in batch if line.report]
        done = iter(extractor.extract(reports))
        for line in batch:
            if line.report is None:
                yield _refused(line, "claims")
                continue
            extraction = next(done)
            row = _answer(line, "claims", [claim_to_json(c) for c in extraction.claims])
            if explain:
                for claim, read_by in zip(row["claims"], extraction.readings, strict=False):  # a model gives no readings
                    claim["explain"] = asdict(read_by)
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
    yield from _mentions(_read_file(file, lent, dated=False), locator)


def mentions_of_lines(
    numbered: Iterable[tuple[int, bytes]], locator: Locator, name: str = "reports.jsonl"
) -> Iterator[bytes]:
    """Yield the answer of every numbered line, in their order, after learning from all; `name` as in `claims_of_lines`."""
    yield from _mentions(_read_lines(numbered, name, dated=False), locator)


def _mentions(read: Iterator[_Line], locator: Locator) -> Iterator[bytes]:
    lines = list(read)  # all at once: where an outlet reports from is learned over its other reports
    whole = [(line.report, line.spans) for line in lines if line.report is not None]
    located = locator.locate_all([report for report, _ in whole], [spans for _, spans in whole])
    for line in lines:
        if line.report is None:
            yield _refused(line, "mentions")
        else:
            yield _dump(_answer(line, "mentions", [_mention(m) for m in next(located)]))


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
