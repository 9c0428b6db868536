"""A draft is what a format says of one report, in its own words; `finish` turns it into a Report or says what is wrong."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from tenure.errors import ReportError
from tenure.model import Report
from tenure.reports.addresses import day_of_address
from tenure.reports.dates import Stamp, day_first_language, read_stamp, read_zone
from tenure.reports.language import identify_language

if TYPE_CHECKING:
    from tenure.reports.witnesses import SourceIndex

__all__ = ["ZONE_SLACK", "Limits", "ReadingSetting", "ReportDraft", "finish", "too_long"]

ZONE_SLACK = timedelta(hours=26)
"""A publication can be this much after its retrieval when the zone was not stated: +14:00 to -12:00."""
_ID_LENGTH = 200
_DATE_REMEDIES = {
    "record": 'give "published_at": "YYYY-MM-DD"',
    "text": "write the day (9 February 2018) on a line of its own above the text, or date: YYYY-MM-DD between lines of ---",
    "page": "the page states none: save its text as .txt with the day above it",
    "entry": "the feed states none: give the page itself",
}
"""What to do, in the words of who gave the report."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is too much: guards against decompression bombs and broken files; every one is a key of the method identity."""

    unpacked_bytes: int = 128 * 1024 * 1024
    """Of one compressed document, all its members together."""
    members: int = 1_000_000
    """Parts of one compressed document."""
    refused: int = 10_000
    """Refused records of one document, more than twice those read, behind which it is given up."""
    record_bytes: int = 16 * 1024 * 1024
    """Of one JSON record: the longest text, written in escapes."""
    page_bytes: int = 20 * 1024 * 1024
    """Of one HTML page, without the pictures that are written into it."""
    page_tags: int = 100_000
    """Of one HTML page: the longest lists that people read have half as many."""
    text_chars: int = 1_000_000
    """Of one report: some 300 pages."""
    line_chars: int = 1_000_000
    """Of one line: nobody writes such a paragraph, and no parser survives it."""


@dataclass(frozen=True, slots=True)
class ReadingSetting:
    """What holds for all documents of a call: witnesses, defaults, limits, and the method identity."""

    witnesses: SourceIndex
    country: str | None
    language: str | None
    zone: tzinfo
    limits: Limits
    method: str
    verbatim: bool = False
    """Records' texts stay as they are, without their title before them: the answer's offsets are those of the text given."""
    dated: bool = True
    """A report needs a date; where it needs none, one that cannot be read is passed over."""


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """One report as a format gives it; dates are still text or already a `Stamp`, everything may be missing but the text."""

    text: str
    origin: str
    report_id: str | None = None
    title: str | None = None
    subtitle: str | None = None
    byline: str | None = None
    published: str | Stamp | None = None
    updated: str | Stamp | None = None
    publisher: str | None = None
    source: str | None = None
    strict_source: bool = False
    """The source is a study's id or name by the author's word, so an unknown one is a mistake."""
    country: str | None = None
    language: str | None = None
    dateline: str | None = None
    url: str | None = None
    tags: tuple[str, ...] = ()
    provenance: str | None = None
    timezone: str | None = None
    retrieved_at: datetime | None = None
    key: object = None
    """The id as the record gives it, of whatever type."""
    spans: object = None
    form: str = "record"
    """What the report was given as: ``record``, ``text``, ``page`` or ``entry``; it decides how a remedy is worded."""


def _stamp(draft: ReportDraft, value: str | Stamp | None, zone: tzinfo, language: str, what: str) -> Stamp | None:
    if value is None or isinstance(value, Stamp):
        return value
    if not value.strip():
        return None
    try:
        latest = (draft.retrieved_at + ZONE_SLACK).date() if draft.retrieved_at else None
        return read_stamp(
            value, zone=zone, day_first=day_first_language(language), hint=day_of_address(draft.url), latest=latest
        )
    except ReportError as err:
        raise ReportError(f"{what}: {err.what}", reason=err.reason, value=value, remedy=err.remedy) from err


def _zone(draft: ReportDraft, setting: ReadingSetting) -> tzinfo:
    if not draft.timezone:
        return setting.zone
    zone = read_zone(draft.timezone)
    if zone is None:
        raise ReportError(
            "no such time zone",
            reason="bad_timezone",
            value=draft.timezone,
            remedy="use +03:00, UTC, or a name such as Europe/Istanbul",
        )
    return zone


def _country(draft: ReportDraft, setting: ReadingSetting) -> str | None:
    code = (draft.country or setting.country or "").strip().upper()
    if not code:
        return None
    if not re.fullmatch(r"[A-Z]{2}", code):
        raise ReportError(
            "country is no ISO 3166-1 code of two letters",
            reason="bad_country",
            value=draft.country,
            remedy="use SY, UA, ...",
        )
    return code


def _language(draft: ReportDraft, setting: ReadingSetting) -> str:
    stated = (draft.language or "").strip().lower().replace("_", "-").split("-")[0]
    if re.fullmatch(r"[a-z]{2,3}", stated):
        return stated
    found = identify_language(draft.text)
    return found if found != "und" else (setting.language or "und")


def _report_id(draft: ReportDraft) -> str:
    if draft.report_id is not None and draft.report_id.strip():
        report_id = draft.report_id.strip()
        if len(report_id) > _ID_LENGTH or not report_id.isprintable():
            raise ReportError(
                "report id is not one short printable line",
                reason="bad_id",
                value=report_id,
                remedy=f"use at most {_ID_LENGTH} characters",
            )
        return report_id
    where = draft.url or draft.origin
    return "r-" + hashlib.sha256(f"{where}\n{draft.text}".encode()).hexdigest()[:16]


def _check_time(published: Stamp, draft: ReportDraft) -> None:
    if draft.retrieved_at is not None and published.at > draft.retrieved_at + ZONE_SLACK:
        raise ReportError(
            f"published after it was retrieved ({draft.retrieved_at:%Y-%m-%d})",
            reason="future_date",
            value=published.at.isoformat(),
            remedy="correct published_at",
        )


def _dated(draft: ReportDraft, published: Stamp | None) -> Stamp:
    if published is None:
        raise ReportError("no date of publication", reason="no_date", value=draft.origin, remedy=_DATE_REMEDIES[draft.form])
    return published


def _published(draft: ReportDraft, setting: ReadingSetting, zone: tzinfo, language: str) -> Stamp:
    try:
        published = _dated(draft, _stamp(draft, draft.published, zone, language, "published_at"))
        _check_time(published, draft)
    except ReportError:
        if setting.dated:
            raise
        return Stamp(datetime(1970, 1, 1, tzinfo=UTC), "day")
    return published


def too_long(chars: int, limits: Limits) -> ReportError:
    """Return the error for a text over the limit."""
    return ReportError(
        f"text is longer than {limits.text_chars} characters",
        reason="too_large",
        value=chars,
        remedy="split it into reports",
    )


def finish(draft: ReportDraft, setting: ReadingSetting) -> Report:
    """Return the report that a draft describes; raises ReportError with the quarantine code when it cannot be one."""
    if not re.search(r"\w", draft.text):
        raise ReportError("no text", reason="empty", value=draft.origin, remedy="give the report's text, or remove the file")
    if len(draft.text) > setting.limits.text_chars:
        raise too_long(len(draft.text), setting.limits)
    zone, language = _zone(draft, setting), _language(draft, setting)
    published = _published(draft, setting, zone, language)
    updated = _stamp(draft, draft.updated, zone, language, "updated_at") if setting.dated else None
    source_id, publisher = setting.witnesses.of_report(draft.source, draft.publisher, draft.url, strict=draft.strict_source)
    return Report(
        report_id=_report_id(draft),
        text=draft.text,
        published_at=published.at,
        published_precision=published.precision,
        local_day=published.local_day,
        title=draft.title or None,
        subtitle=draft.subtitle or None,
        byline=draft.byline or None,
        publisher=publisher,
        source_id=source_id,
        country=_country(draft, setting),
        language=language,
        dateline=draft.dateline or None,
        updated_at=updated.at if updated else None,
        retrieved_at=draft.retrieved_at.astimezone(UTC) if draft.retrieved_at else None,
        url=draft.url or None,
        tags=draft.tags,
        provenance=draft.provenance or None,
        origin=draft.origin,
        text_sha256=hashlib.sha256(draft.text.encode()).hexdigest(),
        method=setting.method,
    )
