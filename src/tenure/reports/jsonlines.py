"""JSON: one report a line, one array of reports, or one object that holds a list of them (the dumps of other programs).

The text keeps its characters' offsets (what is unwanted is blanked out, not cut), so that spans given beside it stay true;
only a `title` that the text does not start with is put before it. A broken line is quarantined; the others go on.
Values are cut out of the bytes one by one, so that a large file is never parsed as a whole.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import replace
from datetime import UTC, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any

from tenure.config.nesting import MOST_LEVELS, json_levels
from tenure.errors import ReportError
from tenure.reports.addresses import day_of_address
from tenure.reports.cleaning import blank_out
from tenure.reports.dates import Stamp
from tenure.reports.decoding import decode, is_binary
from tenure.reports.drafts import ReportDraft
from tenure.reports.folding import data, fold
from tenure.reports.frontmatter import KEYS, apply_fields, plain_value
from tenure.reports.page import read_page
from tenure.reports.plaintext import shown_moment
from tenure.reports.records import known_fields, unwrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenure.model import RawDocument
    from tenure.reports.drafts import ReadingSetting
    from tenure.reports.frontmatter import Fields

__all__ = ["read_json_lines", "record_draft"]

Item = ReportDraft | tuple[str, ReportError] | tuple[str, ReportError, object]

_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[\]{}]', re.DOTALL)
_OPENING = b"[{"
_SHOWN = 28
"""Bytes of each end of a broken line that a message shows."""
_HEAD_CHARS = 20_000
"""Of a text that are looked at for the stamp that it shows."""
_MOST_PARTS = 5_000_000
"""Lists and objects of one file that is not read line by line: more is no file of reports."""
_CHUNK = 1 << 20


def record_draft(record: dict[str, Any], document: RawDocument, origin: str, setting: ReadingSetting) -> ReportDraft:
    """Return the draft of a record, in our own keys or in those of another program's dump."""
    title = None
    fields: Fields
    if isinstance(record.get("text"), str):
        text, title = record["text"], record.get("title")
        fields = {k: plain_value(v) for key, v in record.items() if (k := str(key).lower()) in KEYS and v is not None}
        if not any(fields.get(k) for k in ("published_at", "published", "date")):
            fields |= {k: v for k, v in known_fields(record).items() if k == "published_at"}
    else:
        known = known_fields(record)
        text, title = known.pop("text"), known.get("title")
        fields = dict(known)
    title = blank_out(title).strip() if isinstance(title, str) else None
    text = blank_out(text, marks=not setting.verbatim)
    if title and not setting.verbatim and not fold(text.lstrip()[: 2 * len(title)]).startswith(fold(title)):
        text = f"{title}\n\n{text}"
    draft = ReportDraft(text=text, origin=origin, url=document.url, retrieved_at=document.retrieved_at)
    fields.pop("title", None)
    if title:
        fields["title"] = title
    draft = apply_fields(draft, fields, strict_source=False)
    return draft if draft.published else _dated_by_text(draft, setting)


def _dated_by_text(draft: ReportDraft, setting: ReadingSetting) -> ReportDraft:
    """Return the draft with the stamp that its text shows, as a page does, or the day in its address, if it has either."""
    page = read_page(draft.text[:_HEAD_CHARS], outlets=setting.witnesses.outlets)
    stamp: Stamp | None
    try:
        stamp = shown_moment(page.published, draft, setting)
    except ReportError:
        if setting.dated:
            raise
        stamp = None
    day = day_of_address(draft.url)
    if stamp is None and day is not None:
        stamp = Stamp(datetime.combine(day, time(0), UTC), "day")
    return replace(draft, published=stamp)


def _parsed(raw: bytes) -> Any:  # noqa: ANN401 - any JSON value
    import orjson

    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as err:
        begin, end = (part.decode("utf-8", "replace") for part in (raw[:_SHOWN], raw[_SHOWN:][-_SHOWN:]))
        shown = f"{begin} ... {end}" if len(raw) > 2 * _SHOWN else begin + end
        raise ReportError(
            f"line is not JSON ({err})", reason="bad_json", value=shown, remedy="mend or remove the line"
        ) from err
    if raw.count(b"[") + raw.count(b"{") > MOST_LEVELS and json_levels(value) > MOST_LEVELS:
        raise ReportError(
            f"JSON is nested more than {MOST_LEVELS} levels deep",
            reason="bad_json",
            value=raw[:40].decode("utf-8", "replace"),
            remedy="leave that part out",
        )
    return value


def _kind(value: object) -> str:
    return {list: "a list", str: "a text", bool: "true or false", type(None): "null"}.get(type(value), "a number")


def _items(raw: bytes, document: RawDocument, origin: str, setting: ReadingSetting) -> Iterator[Item]:
    """Yield the draft of one value, or those of the records that it holds, or what is wrong with it."""
    if len(raw) > setting.limits.record_bytes:
        size = f"{len(raw)} bytes"
        yield origin, ReportError("record is too large", reason="too_large", value=size, remedy="split its text")
        return
    try:
        record = _parsed(raw)
    except ReportError as err:
        yield origin, err
        return
    inside = unwrap(record) if isinstance(record, dict) else None
    if inside is None:
        yield _one(record, document, origin, setting, None)
        return
    records, name = inside
    if not records:
        yield origin, ReportError("its list of records is empty", reason="empty", value=origin, remedy="nothing to do")
    for number, one in enumerate(records, start=1):
        yield _one(one, document, f"{origin}.{number}", setting, name)


def _one(record: object, document: RawDocument, origin: str, setting: ReadingSetting, name: str | None) -> Item:
    if not isinstance(record, dict):
        remedy = 'write {"text": ..., "published_at": ...}'
        return origin, ReportError("line is no JSON object", reason="bad_json", value=_kind(record), remedy=remedy)
    try:
        draft = record_draft(record, document, origin, setting)
    except ReportError as err:
        return origin, err, record.get("id")
    return replace(draft, key=record.get("id"), spans=record.get("spans"), publisher=draft.publisher or name)


def _spans(content: bytes, start: int, base: int) -> Iterator[tuple[int, int]]:
    """Yield where the lists and objects at a depth below `start` begin and end; one that never ends goes to the end."""
    depth, at = 0, -1
    for token in _TOKEN.finditer(content, start):
        byte = content[token.start()]
        if byte in _OPENING:
            at = token.start() if depth == base else at
            depth += 1
        elif byte != ord('"'):
            depth -= 1
            if depth == base and at >= 0:
                yield at, token.end()
                at = -1
            if depth <= 0 < base:
                return
    if at >= 0:
        yield at, len(content)


def _list_inside(content: bytes) -> int:
    """Return where the list of a file's one large object begins, -1 when no key is known to hold one."""
    wrappers = {f'"{key}"'.encode() for key in data("records")["wrappers"]["keys"]}
    depth = 0
    for token in _TOKEN.finditer(content):
        byte = content[token.start()]
        if byte == ord('"'):
            behind = re.compile(rb"\s*:\s*\[").match(content, token.end()) if depth == 1 else None
            if behind and token.end() - token.start() < 20 and token.group() in wrappers:  # noqa: PLR2004 - no key is longer
                return behind.end() - 1
        else:
            depth += 1 if byte in _OPENING else -1
    return -1


def _values(content: bytes, setting: ReadingSetting) -> Iterator[bytes]:
    """Yield the values of a file that is one array, or objects over several lines, or one large object with a list in it."""
    start, base = 0, 0
    if max(content.count(b"[") + content.count(b"{"), content.count(b'"') // 4) > _MOST_PARTS:
        raise ReportError("JSON has too many parts", reason="too_large", value=len(content), remedy="give one report a line")
    if content.startswith(b"["):
        base = 1
    elif len(content) > setting.limits.record_bytes:
        start = _list_inside(content)
        start, base = (start, 1) if start >= 0 else (0, 0)
    for begin, end in _spans(content, start, base):
        yield content[begin:end]


def _is_whole(content: bytes) -> bool:
    """Return whether a file is one value over many lines (or one line) and not one value a line."""
    first = content[:_CHUNK].split(b"\n", 1)[0].rstrip()
    return content.startswith(b"[") or b"\n" not in content.rstrip() or (first[:1] == b"{" and first[-1:] in b"{[,")


def _utf8(content: bytes) -> bytes:
    """Return JSON's bytes as UTF-8 without a mark; raises what `decode` raises."""
    if not is_binary(content):
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            for at in range(0, len(content), _CHUNK):
                decoder.decode(content[at : at + _CHUNK], final=at + _CHUNK >= len(content))
        except UnicodeDecodeError:
            return decode(content).encode("utf-8", "replace")
        return content.removeprefix(codecs.BOM_UTF8)
    return decode(content).encode("utf-8", "replace")


def read_json_lines(content: bytes, document: RawDocument, setting: ReadingSetting) -> Iterator[Item]:
    """Yield a draft for each record, or its origin and what is wrong with it; empty lines are passed over."""
    content = _utf8(content).strip(b" \t\r\n\x00") if content[:1] not in b"{[" else _utf8(content)
    found = False
    if _is_whole(content):
        single = not content.startswith(b"[")
        for number, raw in enumerate(_values(content, setting), start=1):
            found = True
            yield from _items(raw, document, f"{document.name}#{number}", setting)
        if not found and single and content.strip():
            found = True
            yield from _items(content, document, f"{document.name}#1", setting)
    else:
        for number, line in enumerate(BytesIO(content), start=1):
            if line.strip():
                found = True
                yield from _items(line.strip(), document, f"{document.name}#{number}", setting)
    if content.startswith(b"[") and not content.rstrip().endswith(b"]"):
        found = True
        yield document.name, ReportError("JSON is cut off", reason="bad_json", value=document.name, remedy="fetch it again")
    if not found:
        yield (
            document.name,
            ReportError(
                "no objects",
                reason="bad_json" if content.strip() else "empty",
                value=document.name,
                remedy="write one object a line",
            ),
        )
