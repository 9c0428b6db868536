"""Front matter: the keys that a person writes above a text, between lines of `---` (or `+++`).

A small part of YAML is read, and every value stays the text that was written: `country: NO` is Norway and not "false", and
`date: 2018-02-09` is not turned into a moment behind the author's back. Read are `key: value`, quoted values, `[a, b]`,
lists of `- item`, folded `>` and literal `|` blocks, comments. A block of `key = value` lines is read as TOML.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from tenure.config.nesting import toml_fault
from tenure.errors import ReportError
from tenure.reports.addresses import unwrap_address

if TYPE_CHECKING:
    from tenure.reports.drafts import ReportDraft
__all__ = ["KEYS", "Fields", "apply_fields", "split_front_matter"]

Fields = dict[str, str | tuple[str, ...]]

_FENCE = re.compile(r"\A\s*(?P<fence>---|\+\+\+)[ \t]*\n(?P<block>.*?\n)??(?P=fence)[ \t]*(?:\n|\Z)", re.DOTALL)
_LONGEST = 64 * 1024
_PAIR = re.compile(r"(?P<key>[A-Za-z_][\w .-]*?)\s*:(?:\s+(?P<value>.*))?")

KEYS: dict[str, str] = {
    "id": "report_id",
    "report_id": "report_id",
    "title": "title",
    "headline": "title",
    "subtitle": "subtitle",
    "summary": "subtitle",
    "byline": "byline",
    "author": "byline",
    "authors": "byline",
    "published_at": "published",
    "published": "published",
    "date": "published",
    "updated_at": "updated",
    "updated": "updated",
    "lastmod": "updated",
    "publisher": "publisher",
    "outlet": "publisher",
    "source": "source",
    "source_id": "source",
    "country": "country",
    "language": "language",
    "lang": "language",
    "dateline": "dateline",
    "url": "url",
    "link": "url",
    "tags": "tags",
    "keywords": "tags",
    "timezone": "timezone",
    "tz": "timezone",
    "provenance": "provenance",
    "paraphrase_of": "provenance",
    "licence": "provenance",
    "license": "provenance",
    "retrieved_at": "retrieved_at",
}
"""Keys that front matter and JSONL may use, and the field of the draft that each one fills; other keys are kept out."""


def split_front_matter(text: str) -> tuple[Fields, str]:
    r"""Return the fields above a text and the text below them; no front matter gives no fields.

    Raises ReportError ``bad_front_matter`` when the block cannot be read.

    >>> split_front_matter("---\ncountry: NO\n---\nText.")
    ({'country': 'NO'}, 'Text.')
    """
    found = _FENCE.match(text[:_LONGEST])
    if not found:
        return {}, text
    block = found["block"] or ""
    is_toml = found["fence"] == "+++" or bool(re.match(r"\s*(?:#[^\n]*\n\s*)*[\w-]+\s*=", block))
    fields = _read_toml(block) if is_toml else _read_pairs(block)
    if not fields and block.strip():
        return {}, text  # a rule of dashes above a paragraph is no front matter
    return fields, text[found.end() :]


def _read_toml(block: str) -> Fields:
    fault = toml_fault(block)
    if fault:
        raise ReportError(f"front matter has {fault}", reason="bad_front_matter", remedy="write `key = value` lines")
    try:
        raw = tomllib.loads(block)
    except (ValueError, RecursionError) as err:  # a date in year 0 is no TOMLDecodeError
        raise ReportError(
            f"front matter is no TOML ({err})", reason="bad_front_matter", remedy="mend the block above the text"
        ) from err
    return {key.lower(): plain_value(value) for key, value in raw.items() if key.lower() in KEYS}


def plain_value(value: object) -> str | tuple[str, ...]:
    """Return a parsed value as text, a list as texts, an object as its name."""
    if isinstance(value, list | tuple):
        return tuple(t for v in value if (t := plain_value(v)) and isinstance(t, str))
    if isinstance(value, dict):
        name = value.get("name")  # {"publisher": {"name": ...}}, as schema.org writes it
        return name if isinstance(name, str) else ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return "" if value is None else str(value)


def _unquote(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        inner = value[1:-1]
        return inner.replace("''", "'") if value[0] == "'" else inner.replace('\\"', '"').replace("\\\\", "\\")
    return re.split(r"\s#\s", value, maxsplit=1)[0].strip()


_ITEM = re.compile(r"\s*(\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|[^,]*)\s*(?:,|$)")


def _inline_list(value: str) -> tuple[str, ...]:
    items = (_unquote(m.group(1)) for m in _ITEM.finditer(value.strip()[1:-1]))
    return tuple(i for i in items if i)


def _value(first: str, more: list[str]) -> str | tuple[str, ...]:
    """Return the value of a key from what stands behind the colon and the indented or listed lines below it."""
    more = [m for m in more if m.strip()]
    if first.startswith("[") and "]" in " ".join([first, *more]):
        return _inline_list(" ".join([first, *more]).strip())
    if not first and more and all(m.lstrip().startswith("- ") for m in more):
        return tuple(_unquote(m.lstrip()[2:]) for m in more)
    if first[:1] in {">", "|"} and re.fullmatch(r"[>|][+-]?\d?", first):
        return ("\n" if first[0] == "|" else " ").join(m.strip() for m in more)
    return _unquote(" ".join([first, *(m.strip() for m in more)]))


def _read_pairs(block: str) -> Fields:
    groups: list[tuple[str, str, list[str]]] = []
    for number, line in enumerate(block.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        pair = _PAIR.fullmatch(line.rstrip()) if not line[0].isspace() else None
        if pair:
            groups.append(
                (pair["key"].strip().lower().replace(" ", "_").replace("-", "_"), (pair["value"] or "").strip(), [])
            )
        elif groups and (line[0].isspace() or line.startswith("- ")):
            groups[-1][2].append(line)
        elif not groups:
            return {}
        else:
            raise ReportError(
                f"front matter line {number} is no `key: value`",
                reason="bad_front_matter",
                value=line,
                remedy="mend it or indent it",
            )
    out: Fields = {}
    for key, first, more in groups:
        if key in out:
            raise ReportError(
                "front matter has a key twice", reason="bad_front_matter", value=key, remedy="keep one of them"
            )
        out[key] = _value(first, more)
    return out


def _text(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _provenance(fields: Fields) -> str | None:
    parts = []
    if fields.get("provenance"):
        parts.append(_text(fields["provenance"]))
    if fields.get("paraphrase_of"):
        parts.append(f"paraphrase of {_text(fields['paraphrase_of'])}")
    licence = fields.get("licence") or fields.get("license")
    if licence:
        parts.append(f"licence: {_text(licence)}")
    return "; ".join(parts) or None


def _retrieved(value: str | tuple[str, ...], fallback: datetime | None) -> datetime | None:
    from tenure.reports.dates import read_stamp

    return read_stamp(_text(value)).at if value else fallback


def apply_fields(draft: ReportDraft, fields: Fields, *, strict_source: bool) -> ReportDraft:
    """Return the draft with what the fields say; a field wins over what the text itself shows, unknown keys say nothing.

    Raises ReportError ``bad_date`` for a `retrieved_at` that is no date.
    """
    from dataclasses import replace

    said: dict[str, Any] = {}
    for key, name in KEYS.items():
        if name not in {"tags", "provenance", "retrieved_at"} and fields.get(key) and not said.get(name):
            said[name] = _text(fields[key]).strip()
    taken = None
    if said.get("url"):
        said["url"], taken = unwrap_address(said["url"])
    tags = fields.get("tags") or fields.get("keywords") or draft.tags
    return replace(
        draft,
        **said,
        strict_source=strict_source,
        tags=tuple(t.strip() for t in (tags.split(",") if isinstance(tags, str) else tags) if t.strip()),
        provenance=_provenance(fields) or draft.provenance,
        retrieved_at=_retrieved(fields.get("retrieved_at", ""), draft.retrieved_at or taken),
    )
