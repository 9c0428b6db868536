"""Documents to reports: each document is unpacked, recognised, read by its format's module, and finished or quarantined."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING

from tenure.errors import InputError, ReportError
from tenure.model import Quarantine, Report
from tenure.reports.addresses import unwrap_address
from tenure.reports.decoding import decode
from tenure.reports.drafts import Limits, ReadingSetting, ReportDraft, finish, too_long
from tenure.reports.formats import sniff, unpack
from tenure.reports.identity import method_identity
from tenure.reports.jsonlines import read_json_lines
from tenure.reports.plaintext import read_plain_text
from tenure.reports.witnesses import SourceIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tenure.model import RawDocument, Source

__all__ = ["Read", "ReadResult", "read_documents", "read_each"]

_MOST_TIMES = 20
"""Bytes of a text file for each character that a text may have: so many that no text within the limit is refused."""

log = logging.getLogger(__name__)

Item = ReportDraft | tuple[str, ReportError] | tuple[str, ReportError, object]


@dataclass(frozen=True, slots=True)
class Read:
    """One report of a document, or why there is none; `key` is its id and `spans` its spans, as the record gives them."""

    origin: str
    report: Report | None
    refused: Quarantine | None
    key: object = None
    spans: object = None
    form: str = "record"
    """What it was given as: ``record``, ``text``, ``page`` or ``entry``."""


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What became of the documents: every item is in one of the two, in the order of the documents."""

    reports: tuple[Report, ...]
    quarantined: tuple[Quarantine, ...]


def _check_size(text: str, limits: Limits) -> None:
    """Raise ReportError before any rule runs over a text that is too much for it."""
    longest = max(map(len, text.split("\n")), default=0)
    if longest > limits.line_chars:
        raise ReportError(
            f"a line is longer than {limits.line_chars} characters",
            reason="line_too_long",
            value=longest,
            remedy="break it into paragraphs",
        )
    if len(text) > limits.text_chars:
        raise too_long(len(text), limits)


def _drafts(kind: str, content: bytes, document: RawDocument, setting: ReadingSetting) -> Iterator[Item]:
    if kind == "html":
        from tenure.reports.webpage import read_web_page

        yield read_web_page(content, document, setting)
    elif kind == "feed":
        from tenure.reports.feed import read_feed

        yield from read_feed(content, document, setting.limits)
    elif kind == "jsonl":
        yield from read_json_lines(content, document, setting)
    elif kind == "csv":
        from tenure.reports.sheet import read_sheet

        yield from read_sheet(decode(content), document, setting)
    else:
        if len(content) > _MOST_TIMES * setting.limits.text_chars:
            raise too_long(len(content), setting.limits)
        text = decode(content)
        _check_size(text, setting.limits)
        yield read_plain_text(text, document, setting, markdown=kind == "markdown")


def _contents(document: RawDocument, setting: ReadingSetting, *, inside: bool) -> Iterator[Read]:
    if document.unread is not None:
        what, _, remedy = document.unread.partition("; ")
        raise ReportError(what, reason="unread", value=document.name, remedy=remedy)
    content, damage = unpack(document.content, setting.limits)
    if damage is not None:
        yield _refusal(document.name, damage)
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        if damage is None:
            raise ReportError("file is empty", reason="empty", value=document.name, remedy="remove it or fetch it again")
        return
    kind = sniff(document.name, content)
    url, taken = unwrap_address(document.url)
    document = replace(document, url=url, retrieved_at=document.retrieved_at if taken is None else taken)
    if kind == "wacz" and not inside:
        from tenure.reports.archive import read_bundle

        for archive in read_bundle(content, document, setting.limits):
            yield from _items(archive, setting)
        return
    if kind == "warc" and not inside:
        from tenure.reports.archive import read_archive

        for page in read_archive(content, document, setting.limits):
            if isinstance(page, tuple):
                yield _outcome(page, setting)
            else:
                yield from _items(page, setting, inside=True)
        return
    for item in _drafts(kind, content, document, setting):
        yield _outcome(item, setting)


def _items(document: RawDocument, setting: ReadingSetting, *, inside: bool = False) -> Iterator[Read]:
    """Yield what a document holds; `inside` is for the pages of an archive, which cannot be archives again."""
    try:
        yield from _contents(document, setting, inside=inside)
    except ReportError as err:
        yield _refusal(document.name, err)
    except Exception as err:  # noqa: BLE001 - the one guard round every reader: it is that file's fault
        yield _broken(document.name, err)


def _bounded(document: RawDocument, setting: ReadingSetting) -> Iterator[Read]:
    """Yield what a document holds, until nearly all of very many records are refused: the rest is counted as one fault."""
    read = refused = 0
    for item in _items(document, setting):
        yield item
        if item.report is not None:
            read += 1
            continue
        refused += 1
        if refused >= setting.limits.refused and refused > 2 * read:
            fault = ReportError(
                f"{refused} records were refused, and the rest is not read",
                reason="too_many",
                value=document.name,
                remedy="mend what the lines before this one name",
            )
            yield _refusal(document.name, fault)
            return


def _refusal(origin: str, fault: ReportError, key: object = None) -> Read:
    detail = " ".join(str(fault).encode("utf-8", "replace").decode().split())
    return Read(origin, None, Quarantine(origin, fault.reason, detail), key)


def _broken(origin: str, err: Exception, key: object = None) -> Read:
    log.debug("a reader failed over %s", origin, exc_info=err)
    fault = ReportError(
        "file cannot be read, which is a fault of ours or a trap",
        reason="unreadable",
        value=f"{origin} ({type(err).__name__}: {str(err)[:80]})",
        remedy="give its text as plain text, and report the file",
    )
    return _refusal(origin, fault, key)


def _outcome(item: Item, setting: ReadingSetting) -> Read:
    if not isinstance(item, ReportDraft):
        origin, fault, *key = item
        return _refusal(origin, fault, key[0] if key else None)
    try:
        return Read(item.origin, finish(item, setting), None, item.key, item.spans, item.form)
    except ReportError as err:
        return _refusal(item.origin, err, item.key)
    except Exception as err:  # noqa: BLE001 - as in _items: one record of many
        return _broken(item.origin, err, item.key)


def _repeated(report: Report, first: Report) -> Quarantine:
    same = report.text_sha256 == first.text_sha256
    fault = ReportError(
        f"report id was already used by {first.origin} with {'the same' if same else 'another'} text",
        reason="duplicate_id",
        value=report.report_id,
        remedy="nothing is lost; remove one of them" if same else "give one of them another id",
    )
    return Quarantine(report.origin, fault.reason, str(fault))


def read_documents(
    documents: Iterable[RawDocument],
    *,
    sources: Sequence[Source] = (),
    default_country: str | None = None,
    default_language: str | None = None,
    default_timezone: str = "UTC",
    limits: Limits | None = None,
) -> ReadResult:
    r"""Return the reports that the documents hold, and what could not be read with the reason.

    A document may hold many reports (JSONL, feeds, WARC). Copies are not marked here, see `mark_copies`. Of two reports with
    one id the first is kept and the second quarantined. Times without a zone are in `default_timezone`. No documents give
    an empty result. Raises InputError for a `default_timezone` that does not exist; bad documents never raise.

    >>> from tenure.model import RawDocument
    >>> text = b"---\nid: a\ndate: 2018-02-09\n---\nFour towns were retaken on Friday."
    >>> result = read_documents([RawDocument("a.txt", text), RawDocument("b.txt", b"")])
    >>> [r.report_id for r in result.reports], [q.reason for q in result.quarantined]
    (['a'], ['empty'])
    """
    setting = _setting(sources, default_country, default_language, default_timezone, limits)
    kept: dict[str, Report] = {}
    quarantined: list[Quarantine] = []
    for document in documents:
        for item in _bounded(document, setting):
            if item.report is None:
                quarantined += [item.refused] if item.refused else []
            elif item.report.report_id in kept:
                quarantined.append(_repeated(item.report, kept[item.report.report_id]))
            else:
                kept[item.report.report_id] = item.report
    return ReadResult(tuple(kept.values()), tuple(quarantined))


def _setting(
    sources: Sequence[Source], country: str | None, language: str | None, timezone: str, limits: Limits | None
) -> ReadingSetting:
    from tenure.reports.dates import read_zone

    zone = UTC if timezone == "UTC" else read_zone(timezone)
    if zone is None:
        raise InputError("no such time zone", value=timezone, remedy="use +03:00, UTC, or a name such as Europe/Istanbul")
    limits = limits or Limits()
    return ReadingSetting(SourceIndex(sources), country, language, zone, limits, method_identity(limits))


def read_each(
    document: RawDocument,
    *,
    sources: Sequence[Source] = (),
    default_country: str | None = None,
    dated: bool = True,
) -> Iterator[Read]:
    r"""Yield what a document holds, one by one in its order, by the rules of `read_documents`.

    Texts of records stay at their offsets: no title is put before them. Nothing is said about ids that stand twice. Without
    `dated` a report needs no date; one that cannot be read is passed over, and 1970-01-01 stands in its place.

    >>> from tenure.model import RawDocument
    >>> [r.key for r in read_each(RawDocument("a.jsonl", b'{"id": 7, "text": "A town fell.", "date": "2018-02-09"}'))]
    [7]
    """
    setting = _setting(sources, default_country, None, "UTC", None)
    yield from _bounded(document, replace(setting, verbatim=True, dated=dated))
