"""When: the day expressions of a sentence in one of the packs' languages, against the day of publication."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenure.claims.shallow.packs import Pack

__all__ = ["Day", "days_in"]

_ONE = timedelta(days=1)
_NUMERIC = re.compile(r"(?<![\d.])(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?!\d)|(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_YEAR = re.compile(r"\s*,?\s*(?:عام |سنة |سنه )?((?:1[89]|20)\d\d)(?!\d)")
_BARE_YEAR = re.compile(r"(?<![\d.,])(?:1[89]|20)\d\d(?!\d)")
_DAY_BEFORE = re.compile(r"(?<!\d)(\d{1,2})\s*$")
_UNITS = {"day_units": 1, "week_units": 7, "month_units": 30}


@dataclass(frozen=True, slots=True)
class Day:
    """An interval [first, after) and where the words that say it stand."""

    start: int
    end: int
    first: date
    after: date


def days_in(low: str, published: date, pack: Pack) -> list[Day]:
    """Return the day expressions of a folded sentence in order; none begins after the day of publication."""
    found = [*_spans(low, published, pack), *_named(low, published, pack), *_relative(low, published, pack)]
    out: list[Day] = []
    for day in sorted(found, key=lambda d: (d.start, -d.end)):
        if day.first <= published and (not out or day.start >= out[-1].end):
            out.append(day)
    return out


def _spans(low: str, published: date, pack: Pack) -> Iterator[Day]:
    for name, back in (("day_span", 1), ("week_span", 7)):
        for hit in pack.words[f"dates.{name}"].finditer(low):
            yield Day(*hit.span(), published - back * _ONE, published + _ONE)
    for name, back in (("before_yesterday", 2), ("yesterday", 1), ("today", 0)):
        for hit in pack.words[f"dates.{name}"].finditer(low):
            day = published - back * _ONE
            yield Day(*hit.span(), day, day + _ONE)


def _named(low: str, published: date, pack: Pack) -> Iterator[Day]:
    for number, pattern in enumerate(pack.months, 1):
        for hit in pattern.finditer(low):
            before = _DAY_BEFORE.search(low, 0, hit.start())
            year = _YEAR.match(low, hit.end())
            start = before.start() if before else hit.start()
            made = _month(number, int(before[1]) if before else None, int(year[1]) if year else None, published)
            if made and (before or year):
                yield Day(start, year.end() if year else hit.end(), *made)
    yield from _years(low, published, pack)
    for number, pattern in enumerate(pack.weekdays):
        for hit in pattern.finditer(low):
            day = published - ((published.weekday() - number) % 7) * _ONE
            yield Day(*hit.span(), day, day + _ONE)
    for hit in _NUMERIC.finditer(low):
        parts = (int(hit[3]), int(hit[2]), int(hit[1])) if hit[3] else (int(hit[4]), int(hit[5]), int(hit[6]))
        exact = _date(*parts)
        if exact:
            yield Day(*hit.span(), exact, exact + _ONE)


def _years(low: str, published: date, pack: Pack) -> Iterator[Day]:
    """Read a year that no month stands before; in long Arabic sentences a year mostly belongs to another clause."""
    for hit in _BARE_YEAR.finditer(low) if pack.family != "semitic" else ():
        before = (max(0, hit.start() - 16), hit.start())
        other = pack.words["dates.since"].search(low, *before) or any(m.search(low, *before) for m in pack.months)
        if not other and pack.words["dates.year"].search(low, hit.end(), hit.end() + 6):
            first = date(int(hit[0]), 1, 1)
            yield Day(*hit.span(), first, min(published + _ONE, date(first.year + 1, 1, 1)))


def _month(month: int, day: int | None, year: int | None, published: date) -> tuple[date, date] | None:
    chosen = year or (published.year if (month, day or 1) <= (published.month, published.day) else published.year - 1)
    if day is None:
        first = date(chosen, month, 1)
        return first, min(published + _ONE, date(chosen + month // 12, month % 12 + 1, 1))
    made = _date(chosen, month, day)
    return (made, made + _ONE) if made else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _relative(low: str, published: date, pack: Pack) -> Iterator[Day]:
    ago = pack.words["dates.ago"]
    for name, length in _UNITS.items():
        for hit in pack.words[f"dates.{name}"].finditer(low):
            before = re.search(r"([\w']+)\s+$", low[: hit.start()])
            count = _count(before[1], pack) if before else None
            prefix = pack.family == "semitic"
            begin = before.start() if before and count else hit.start()
            near = low[max(0, begin - 8) : begin] if prefix else low[hit.end() : hit.end() + 8]
            if ago.search(near) and (count or before is None or prefix or name != "day_units"):
                day = published - (count or 1) * length * _ONE
                yield Day(begin, hit.end(), day, day + _ONE)


def _count(word: str, pack: Pack) -> int | None:
    return int(word) if word.isdecimal() and len(word) < 4 else pack.numbers.get(word)  # noqa: PLR2004 - no year
