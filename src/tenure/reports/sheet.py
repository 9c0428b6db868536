"""CSV and TSV: one report a row, by the names of the columns (ours, or those of ACLED and other dumps)."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING

from tenure.errors import ReportError
from tenure.reports.jsonlines import record_draft
from tenure.reports.records import knows_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenure.model import RawDocument
    from tenure.reports.drafts import ReadingSetting, ReportDraft

__all__ = ["read_sheet"]

_DELIMITERS = ",;\t|"


def read_sheet(
    text: str, document: RawDocument, setting: ReadingSetting
) -> Iterator[ReportDraft | tuple[str, ReportError, object]]:
    """Yield a draft for each row, or its origin and what is wrong with it.

    Raises ReportError ``bad_csv`` when no column is known to hold a text, or when the rows cannot be told apart.
    """
    head = text.lstrip("\ufeff\r\n").split("\n", 1)[0]
    rows = csv.DictReader(
        StringIO(text.lstrip("\ufeff\r\n"), newline=""), delimiter=max(_DELIMITERS, key=head.count), restkey="", strict=False
    )
    try:
        columns = [c for c in rows.fieldnames or () if c]
        if not knows_text(columns):
            raise ReportError(
                "no column that is known to hold a text",
                reason="bad_csv",
                value=", ".join(columns),
                remedy="name the column of the reports' text `text`",
            )
        for row in rows:
            origin = f"{document.name}#{rows.line_num}"
            record = {k.strip().lower(): v for k, v in row.items() if k and isinstance(v, str) and v.strip()}
            try:
                yield replace(record_draft(record, document, origin, setting), key=record.get("id"))
            except ReportError as err:
                yield origin, err, record.get("id")
    except csv.Error as err:
        raise ReportError(
            f"row {rows.line_num} cannot be read ({err})",
            reason="bad_csv",
            value=document.name,
            remedy="give its texts as JSON Lines",
        ) from err
