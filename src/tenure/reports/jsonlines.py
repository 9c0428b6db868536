"""JSON Lines: one report a line (id, text, published_at, publisher, country, url, and the keys of front matter).

The text keeps its characters' offsets (what is unwanted is blanked out, not cut), so that spans given beside it stay true;
only a `title` that the text does not start with is put before it. A broken line is quarantined; the others go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenure.errors import ReportError
from tenure.reports.cleaning import blank_out
from tenure.reports.drafts import Draft
from tenure.reports.folding import fold
from tenure.reports.frontmatter import apply_fields, plain_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenure.model import RawDocument

__all__ = ["read_json_lines"]


def _text(record: dict[str, Any]) -> tuple[str, str | None]:
    text = record.get("text")
    if not isinstance(text, str):
        raise ReportError(
            "JSON object has no `text`", reason="empty", value=", ".join(map(str, record)), remedy='give "text": "..."'
        )
    title = record.get("title")
    title = blank_out(title).strip() if isinstance(title, str) else None
    text = blank_out(text)
    if title and not fold(text.lstrip()[: 2 * len(title)]).startswith(fold(title)):
        text = f"{title}\n\n{text}"
    return text, title


def _draft(record: object, document: RawDocument, origin: str) -> Draft:
    if not isinstance(record, dict):
        raise ReportError(
            "line is no JSON object", reason="bad_json", value=record, remedy='write {"text": ..., "published_at": ...}'
        )
    text, title = _text(record)
    draft = Draft(text=text, origin=origin, url=document.url, retrieved_at=document.retrieved_at)
    fields = {str(k).lower(): plain_value(v) for k, v in record.items() if k not in {"text", "title"} and v is not None}
    if title:
        fields["title"] = title
    return apply_fields(draft, fields, strict_source=False)


def read_json_lines(text: str, document: RawDocument) -> Iterator[Draft | tuple[str, ReportError]]:
    """Yield a draft for each line, or its origin and what is wrong with it; empty lines are passed over.

    A document that is one JSON array is read as its items.
    """
    import orjson

    lines = text.split("\n") if not text.lstrip().startswith("[") else []
    if not lines:
        try:
            items = orjson.loads(text)
        except orjson.JSONDecodeError as err:
            yield document.name, ReportError(f"not JSON ({err})", reason="bad_json", remedy="write one object a line")
            return
        lines = [orjson.dumps(i).decode() for i in items]
    if not any(line.strip() for line in lines):
        yield document.name, ReportError("no objects", reason="empty", value=document.name, remedy="write one object a line")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        origin = f"{document.name}#{number}"
        try:
            yield _draft(orjson.loads(line), document, origin)
        except orjson.JSONDecodeError as err:
            value = line if len(line) < 60 else f"{line[:30]} ... {line[-25:]}"  # noqa: PLR2004 - what a one-line message can show
            yield (
                origin,
                ReportError(f"line is not JSON ({err})", reason="bad_json", value=value, remedy="mend or remove the line"),
            )
        except ReportError as err:
            yield origin, err
