"""CSV as people save it: a byte-order mark, CRLF, tabs or semicolons, decimal commas; each row knows its line."""

from __future__ import annotations

import csv
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenure.config.complaints import decode, nearest
from tenure.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Row", "read_rows"]

_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a CSV file: its cells by column name, stripped of outer blanks."""

    file: str
    line: int
    cells: dict[str, str]
    decimal_comma: bool = False

    def bad(self, what: str, *, value: object = None, remedy: str) -> StudyError:
        """Return the error that names the file and the line."""
        return StudyError(f"{self.file} line {self.line}: {what}", value=value, remedy=remedy)

    def text(self, column: str) -> str | None:
        """Return a cell on one line, None when it is empty or its column is not there."""
        return " ".join(self.cells.get(column, "").split()) or None

    def required(self, column: str) -> str:
        """Return a cell that must not be empty."""
        value = self.text(column)
        if value is None:
            raise self.bad(f"{column} is empty", remedy=f"give a {column}")
        return value

    def number(self, column: str, low: float, high: float) -> float | None:
        """Return a finite number within [low, high]; None when the cell is empty."""
        text = self.text(column)
        if text is None:
            return None
        try:
            value = float(text.replace(",", ".") if self.decimal_comma else text)
        except ValueError:
            raise self.bad(f"{column} is not a number", value=text, remedy="write digits with a decimal point") from None
        if not math.isfinite(value) or not low <= value <= high:
            raise self.bad(f"{column} is out of range", value=text, remedy=f"use {low:g} to {high:g}")
        return value

    def words(self, column: str) -> tuple[str, ...]:
        """Return the parts of a cell between bars, without empty ones and repetitions."""
        parts = (" ".join(part.split()) for part in self.cells.get(column, "").split("|"))
        return tuple(dict.fromkeys(part for part in parts if part))


def read_rows(name: str, content: bytes, *, required: Sequence[str], optional: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of a CSV file that has a header line; blank rows are passed over.

    The delimiter (comma, semicolon or tab) is the one that the header uses most. Raises StudyError for another encoding
    than UTF-8 or marked UTF-16, a missing, unknown or doubled column, a row with more cells than the header, and a last row
    with fewer that no line break ends: a file that is cut off. Other short rows lack optional cells at their end.
    """
    lines = decode(name, content).splitlines(keepends=True)
    first = next((i for i, line in enumerate(lines) if line.strip() and not line.lower().startswith("sep=")), None)
    if first is None:
        raise StudyError(f"{name} is empty", remedy="give a header line: " + ",".join(required))
    delimiter = max(_DELIMITERS, key=lines[first].count)
    reader = csv.reader(lines[first:], delimiter=delimiter, strict=True)
    records = _records(reader, name, first)
    _, header = next(records, (0, [""]))
    columns = [cell.strip().casefold() for cell in header]
    while columns and not columns[-1]:
        columns.pop()
    _check_columns(name, columns, required, optional)
    for line, record in records:
        cells = [cell.strip() for cell in record]
        if not any(cells):
            continue
        if any(cells[len(columns) :]):
            raise StudyError(
                f"{name} line {line} has more cells than the header",
                value=len(cells),
                remedy=f"put quotes round a cell that holds {delimiter!r}",
            )
        if len(cells) < len(columns) and line == len(lines) and not lines[-1].endswith(("\n", "\r")):
            raise StudyError(
                f"{name} line {line} stops after {len(cells)} of {len(columns)} cells",
                value=record[-1][-40:],
                remedy="the file is cut off: save it again, or end the line with a line break if that is all of it",
            )
        padded = cells + [""] * (len(columns) - len(cells))
        yield Row(name, line, dict(zip(columns, padded, strict=False)), decimal_comma=delimiter != ",")


def _records(reader: Iterator[list[str]], name: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the number of the line on which it begins."""
    before = 0
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            line = skipped + before + 1
            raise StudyError(
                f"{name} line {line} is not CSV", value=error, remedy="mend its quotes, or save the table again"
            ) from error
        yield skipped + before + 1, record
        before = reader.line_num  # type: ignore[attr-defined] # csv's reader has it, its iterator type has not


def _check_columns(name: str, columns: Sequence[str], required: Sequence[str], optional: Sequence[str]) -> None:
    known = [*required, *optional]
    for column in columns:
        if column not in known:
            raise StudyError(f"{name} has an unknown column", value=column or "(no name)", remedy=nearest(column, known))
    twice = [column for column, count in Counter(columns).items() if count > 1]
    if twice:
        raise StudyError(f"{name} has a column twice", value=twice[0], remedy="remove one")
    missing = [column for column in required if column not in columns]
    if missing:
        raise StudyError(f"{name} lacks a column", value=", ".join(missing), remedy="add it to the header line")
